#define _GNU_SOURCE
#include "answer.h"

#include <stdlib.h>
#include <string.h>

void answer_begin(struct reading *reading, const struct call *call, uint64_t sent_ns)
{
    free(reading->head);
    *reading = (struct reading){.call = call, .sent_ns = sent_ns};
}

bool answer_is_open(const struct reading *reading)
{
    return reading->state < ANSWER_DONE;
}

/* Bytes of the body, the frame taken off. */
static void read_body(struct reading *reading, const char *bytes, size_t size, uint64_t now, on_event *on_event)
{
    const struct call *call = reading->call;
    while (size > 0 && answer_is_open(reading)) {
        bool in_event = reading->event < call->events;
        size_t stamp = in_event ? call->stamp_at[reading->event] : call->answer_size;
        size_t stamp_end = in_event ? stamp + STAMP_DIGITS : call->answer_size;
        size_t end = in_event ? call->event_end[reading->event] : call->answer_size;
        bool in_stamp = reading->at >= stamp && reading->at < stamp_end;
        size_t until = reading->at < stamp ? stamp : in_stamp ? stamp_end : end;
        size_t taken = until - reading->at < size ? until - reading->at : size;
        if (taken == 0) {
            reading->state = ANSWER_WRONG; /* more than there was */
            return;
        }
        if (in_stamp) {
            memcpy(reading->stamp + (reading->at - stamp), bytes, taken);
        } else if (memcmp(call->answer + reading->at, bytes, taken) != 0) {
            reading->state = ANSWER_WRONG;
            return;
        }
        reading->at += taken;
        bytes += taken;
        size -= taken;
        if (in_event && reading->at == end) {
            uint64_t sent;
            if (!read_stamp(reading->stamp, &sent) || sent > now || sent < reading->sent_ns) {
                reading->state = ANSWER_WRONG; /* it isn't this call's */
                return;
            }
            reading->event++;
            on_event((int64_t)(now - sent));
        }
    }
}

static void end_body(struct reading *reading)
{
    if (answer_is_open(reading)) {
        reading->state = reading->at == reading->call->answer_size ? ANSWER_DONE : ANSWER_WRONG;
    }
}

static void read_head(struct reading *reading)
{
    const char *head = reading->head;
    const char *length = strcasestr(head, "\r\nContent-Length:");
    reading->closes = strcasestr(head, "\r\nConnection: close") != NULL;
    if (strncmp(head, "HTTP/1.1 200 ", sizeof "HTTP/1.1 200 " - 1) != 0) {
        reading->state = ANSWER_FAILED;
    } else if (strcasestr(head, "\r\nTransfer-Encoding: chunked") != NULL) {
        reading->state = ANSWER_CHUNK_SIZE;
    } else if (length != NULL) {
        reading->state = ANSWER_BODY;
        reading->left = strtoul(length + sizeof "\r\nContent-Length:" - 1, NULL, 10);
    } else {
        reading->state = ANSWER_FAILED;
    }
}

/* The head is put together in one place, with a zero behind it. Returns how many of the bytes are its. */
static size_t take_head(struct reading *reading, const char *bytes, size_t size)
{
    size_t before = reading->head_size, room = ANSWER_HEAD_ROOM - before, taken = room < size ? room : size;
    if (reading->head == NULL) {
        reading->head = malloc(ANSWER_HEAD_ROOM + 1);
    }
    memcpy(reading->head + before, bytes, taken);
    reading->head_size += taken;
    reading->head[reading->head_size] = 0;
    char *end = memmem(reading->head, reading->head_size, "\r\n\r\n", 4);
    if (end != NULL) {
        taken = (size_t)(end - reading->head) + 4 - before;
        end[2] = 0;
        read_head(reading);
        if (reading->state != ANSWER_FAILED) {
            free(reading->head);
            reading->head = NULL;
        }
    } else if (reading->head_size == ANSWER_HEAD_ROOM) {
        reading->state = ANSWER_FAILED;
    }
    return taken;
}

/* One byte of a line between chunks (RFC 9112, 7.1). */
static void take_line(struct reading *reading, char byte)
{
    if (byte == '\r') {
        return;
    }
    if (byte != '\n') {
        int digit = byte >= '0' && byte <= '9' ? byte - '0' : (byte | 32) >= 'a' && (byte | 32) <= 'f' ? (byte | 32) - 'a' + 10 : -1;
        if (reading->state == ANSWER_CHUNK_END || (reading->state == ANSWER_CHUNK_SIZE && (digit < 0 || ++reading->line > 8))) {
            reading->state = ANSWER_FAILED; /* nobody here writes extensions */
        } else if (reading->state == ANSWER_CHUNK_SIZE) {
            reading->left = reading->left * 16 + (size_t)digit;
        } else {
            reading->line++;
        }
        return;
    }
    switch (reading->state) {
    case ANSWER_CHUNK_SIZE:
        reading->state = reading->line == 0 ? ANSWER_FAILED : reading->left == 0 ? ANSWER_TRAILERS : ANSWER_CHUNK;
        break;
    case ANSWER_CHUNK_END:
        reading->state = ANSWER_CHUNK_SIZE;
        break;
    default:
        if (reading->line == 0) {
            end_body(reading);
        }
        break;
    }
    reading->line = 0;
}

void answer_read(struct reading *reading, const char *bytes, size_t size, uint64_t now, on_event *on_event)
{
    while (size > 0 && answer_is_open(reading)) {
        size_t taken = 1;
        if (reading->state == ANSWER_HEAD) {
            taken = take_head(reading, bytes, size);
        } else if (reading->state == ANSWER_BODY || reading->state == ANSWER_CHUNK) {
            taken = reading->left < size ? reading->left : size;
            read_body(reading, bytes, taken, now, on_event);
            reading->left -= taken;
            if (reading->left == 0 && reading->state == ANSWER_CHUNK) {
                reading->state = ANSWER_CHUNK_END;
            } else if (reading->left == 0 && reading->state == ANSWER_BODY) {
                end_body(reading);
            }
        } else {
            take_line(reading, *bytes);
        }
        bytes += taken;
        size -= taken;
    }
    if (size > 0 && reading->state == ANSWER_DONE) {
        reading->state = ANSWER_WRONG; /* something behind the end */
    }
}
