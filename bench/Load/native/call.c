#define _GNU_SOURCE
#include "call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct {
    const char *name;
    size_t bytes;
} sizes[] = {{"1k", 1024}, {"50k", 50 * 1024}, {"1500k", 1536 * 1024}};

static const char *const answers[] = {"json", "spoken", "held", "busy"};

enum { SIZES = 3, ANSWERS = 4, CODES = 100000, SPOKEN_EVENTS = 20, BUSY_PER_SECOND = 50, TOOLS = 15 };

static const char not_stamped[] = "0000000000000000000";
static const char code_name[] = "[call ";

/* A text that grows. */
struct text {
    char *bytes;
    size_t size, room;
};

static void add(struct text *text, const char *bytes, size_t size)
{
    if (text->size + size > text->room) {
        text->room = 2 * (text->size + size);
        text->bytes = realloc(text->bytes, text->room);
    }
    memcpy(text->bytes + text->size, bytes, size);
    text->size += size;
}

static void say(struct text *text, const char *words)
{
    add(text, words, strlen(words));
}

/* Prose with the quotes, line ends and other letters that a prompt has, so that no scan of it finds an easy way. */
static void prose(struct text *text, size_t size)
{
    static const char words[] =
        "Read the file before you change it.\\nUse \\\"model\\\" only as the user's caf\xc3\xa9 calls it; {braces}, [brackets] and commas, too. ";
    while (size >= sizeof words - 1) {
        say(text, words);
        size -= sizeof words - 1;
    }
    while (size-- > 0) {
        say(text, ".");
    }
}

/* As Claude Code sends it: what was said so far, a system prompt, tools. The members are in the order in which Portkey writes them anew. */
static void make_request(struct call *call, size_t bytes)
{
    bool large = bytes > 8 * 1024;
    char begin[128], end[512];
    struct text text = {0}, rest = {0};
    snprintf(end, sizeof end, "\"}],\"max_tokens\":1024,\"stream\":%s", call->kind == ANSWER_JSON ? "false" : "true");
    say(&rest, end);
    if (large) {
        say(&rest, ",\"system\":[{\"type\":\"text\",\"text\":\"");
        prose(&rest, bytes / 4);
        say(&rest, "\",\"cache_control\":{\"type\":\"ephemeral\"}}],\"tools\":[");
        for (int i = 0; i < TOOLS; i++) {
            snprintf(end, sizeof end, "%s{\"name\":\"tool_%02d\",\"input_schema\":{\"type\":\"object\",\"properties\":{\"path\":{\"type\":\"string\"}}},\"description\":\"",
                     i == 0 ? "" : ",", i);
            say(&rest, end);
            prose(&rest, bytes / 4 / TOOLS);
            say(&rest, "\"}");
        }
        say(&rest, "]");
    }
    say(&rest, "}");

    snprintf(begin, sizeof begin, "{\"model\":\"claude-opus-5-5\",\"messages\":[{\"role\":\"user\",\"content\":\"%s%d]", code_name, call->code);
    say(&text, begin);
    while (large && text.size + rest.size + 4096 < bytes) {
        prose(&text, 900);
        say(&text, "\"},{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"");
        prose(&text, 900);
        say(&text, "\"}]},{\"role\":\"user\",\"content\":\"");
    }
    prose(&text, bytes - text.size - rest.size);
    add(&text, rest.bytes, rest.size);
    free(rest.bytes);
    call->request = text.bytes;
    call->request_size = text.size;
}

static void add_event(struct call *call, struct text *text, const char *name, const char *data)
{
    char event[1024];
    snprintf(event, sizeof event, "event: %s\ndata: {\"type\":\"%s\",\"sent\":\"%s\"%s}\n\n", name, name, not_stamped, data);
    call->event_end = realloc(call->event_end, (size_t)(call->events + 1) * sizeof *call->event_end);
    call->stamp_at = realloc(call->stamp_at, (size_t)(call->events + 1) * sizeof *call->stamp_at);
    call->stamp_at[call->events] = text->size + (size_t)(strstr(event, not_stamped) - event);
    say(text, event);
    call->event_end[call->events++] = text->size;
}

static void make_stream(struct call *call, int events)
{
    struct text text = {0};
    add_event(call, &text, "message_start",
              ",\"message\":{\"id\":\"msg_01\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-opus-5-5\",\"content\":[],\"stop_reason\":null,"
              "\"stop_sequence\":null,\"usage\":{\"input_tokens\":210,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":1900,\"output_tokens\":1}}");
    if (call->kind != ANSWER_HELD) {
        add_event(call, &text, "content_block_start", ",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}");
        while (call->events < events - 3) {
            add_event(call, &text, "content_block_delta", ",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"a few more words of an answer\"}");
        }
        add_event(call, &text, "content_block_stop", ",\"index\":0");
        add_event(call, &text, "message_delta",
                  ",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":130}");
        add_event(call, &text, "message_stop", "");
    }
    call->answer = text.bytes;
    call->answer_size = text.size;
}

static void make_json(struct call *call)
{
    struct text text = {0};
    say(&text, "{\"id\":\"msg_01\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-opus-5-5\",\"content\":[{\"type\":\"text\",\"text\":\"");
    prose(&text, 700);
    say(&text, "\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":210,\"cache_creation_input_tokens\":0,"
               "\"cache_read_input_tokens\":1900,\"output_tokens\":130}}");
    call->answer = text.bytes;
    call->answer_size = text.size;
}

const struct call *call_of(int code)
{
    static struct call *made[CODES];
    int size = code / 10000 - 1, kind = code / 1000 % 10, seconds = code % 1000;
    if (code < 0 || code >= CODES || size < 0 || size >= SIZES || kind >= ANSWERS || (kind == ANSWER_BUSY) != (seconds > 0)) {
        return NULL;
    }
    if (made[code] == NULL) {
        struct call *call = calloc(1, sizeof *call);
        call->code = code;
        call->kind = (enum answer)kind;
        make_request(call, sizes[size].bytes);
        switch (call->kind) {
        case ANSWER_JSON:
            make_json(call);
            break;
        case ANSWER_SPOKEN:
            call->pause_ns = 1000000000 / SPOKEN_EVENTS;
            make_stream(call, SPOKEN_EVENTS);
            break;
        case ANSWER_HELD:
            make_stream(call, 1);
            break;
        case ANSWER_BUSY:
            call->pause_ns = 1000000000 / BUSY_PER_SECOND;
            make_stream(call, seconds * BUSY_PER_SECOND);
            break;
        }
        made[code] = call;
    }
    return made[code];
}

int code_in(const char *request, size_t size)
{
    const char *at = memmem(request, size < CODE_WITHIN ? size : CODE_WITHIN, code_name, sizeof code_name - 1);
    return at == NULL ? -1 : atoi(at + sizeof code_name - 1);
}

int code_named(const char *answer, const char *size, int seconds)
{
    for (int i = 0; i < SIZES; i++) {
        for (int j = 0; j < ANSWERS; j++) {
            if (strcmp(sizes[i].name, size) == 0 && strcmp(answers[j], answer) == 0) {
                return (i + 1) * 10000 + j * 1000 + (j == ANSWER_BUSY ? seconds : 0);
            }
        }
    }
    return -1;
}

void write_stamp(char *at, uint64_t nanoseconds)
{
    for (int i = STAMP_DIGITS - 1; i >= 0; i--) {
        at[i] = (char)('0' + nanoseconds % 10);
        nanoseconds /= 10;
    }
}

bool read_stamp(const char *at, uint64_t *nanoseconds)
{
    *nanoseconds = 0;
    for (int i = 0; i < STAMP_DIGITS; i++) {
        if (at[i] < '0' || at[i] > '9') {
            return false;
        }
        *nanoseconds = *nanoseconds * 10 + (uint64_t)(at[i] - '0');
    }
    return true;
}

uint64_t now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}
