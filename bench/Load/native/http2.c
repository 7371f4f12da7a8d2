/* HTTP/2 (RFC 9113) as the stand-in needs it: every request is a POST of a call, so its headers needn't be decoded. */
#include "connection.h"

#include <stdlib.h>
#include <string.h>

enum frame_type { DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION };
enum frame_flag { ACK = 1, END_STREAM = 1, END_HEADERS = 4, PADDED = 8 };
enum { FRAME_HEAD = 9, FRAME_MAX = 16 * 1024, BUCKETS = 256, STREAMS_AT_ONCE = 128, INITIAL_WINDOW = 65535, OUR_WINDOW = 16 << 20 };

static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/* One request; the exchange is its first member. */
struct stream {
    struct exchange exchange;
    struct stream *next; /* in its bucket */
    uint32_t id;
    long window;         /* bytes that the other side takes now */
    char *kept;          /* for when it takes more */
    size_t kept_size;
    bool ends;           /* nothing comes behind what is kept */
};

struct http2 {
    struct connection *connection;
    size_t preface_left;
    char in[FRAME_HEAD + FRAME_MAX];
    size_t in_size;
    long window, first_window;
    size_t taken; /* of our window, since we have said so */
    struct stream *streams[BUCKETS];
};

static void put(unsigned char *at, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++) {
        at[i] = (unsigned char)(value >> 8 * (bytes - 1 - i));
    }
}

static uint32_t get(const char *at, int bytes)
{
    uint32_t value = 0;
    for (int i = 0; i < bytes; i++) {
        value = value << 8 | (unsigned char)at[i];
    }
    return value;
}

static void write_frame(struct http2 *http2, enum frame_type type, int flags, uint32_t stream, const void *bytes, size_t size)
{
    unsigned char head[FRAME_HEAD];
    put(head, (uint32_t)size, 3);
    head[3] = (unsigned char)type;
    head[4] = (unsigned char)flags;
    put(head + 5, stream, 4);
    wire_write(&http2->connection->wire, head, sizeof head);
    wire_write(&http2->connection->wire, bytes, size);
}

static void widen(struct http2 *http2, uint32_t by)
{
    unsigned char bytes[4];
    put(bytes, by, 4);
    write_frame(http2, WINDOW_UPDATE, 0, 0, bytes, sizeof bytes);
}

struct http2 *http2_new(struct connection *connection)
{
    struct http2 *http2 = calloc(1, sizeof *http2);
    http2->connection = connection;
    http2->preface_left = sizeof preface - 1;
    http2->window = http2->first_window = INITIAL_WINDOW;
    unsigned char settings[12];
    put(settings, 3, 2); /* SETTINGS_MAX_CONCURRENT_STREAMS */
    put(settings + 2, STREAMS_AT_ONCE, 4);
    put(settings + 6, 4, 2); /* SETTINGS_INITIAL_WINDOW_SIZE: above the largest request */
    put(settings + 8, OUR_WINDOW, 4);
    write_frame(http2, SETTINGS, 0, 0, settings, sizeof settings);
    widen(http2, OUR_WINDOW);
    return http2;
}

static struct stream **find(struct http2 *http2, uint32_t id)
{
    struct stream **at = &http2->streams[id / 2 % BUCKETS];
    while (*at != NULL && (*at)->id != id) {
        at = &(*at)->next;
    }
    return at;
}

static void drop(struct stream **at)
{
    struct stream *stream = *at;
    *at = stream->next;
    schedule_remove(&stream->exchange);
    free(stream->kept);
    free(stream);
}

void http2_free(struct http2 *http2)
{
    for (int i = 0; i < BUCKETS; i++) {
        while (http2->streams[i] != NULL) {
            drop(&http2->streams[i]);
        }
    }
    free(http2);
}

/* Sends what the other side has room for; a stream is over when nothing is left. */
static void send_kept(struct http2 *http2, struct stream *stream)
{
    for (bool more = true; more;) {
        long room = stream->window < http2->window ? stream->window : http2->window;
        size_t size = room < 0 ? 0 : (size_t)room < stream->kept_size ? (size_t)room : stream->kept_size;
        size = size < FRAME_MAX ? size : FRAME_MAX;
        more = size > 0;
        bool over = stream->ends && size == stream->kept_size;
        if (size > 0 || over) {
            write_frame(http2, DATA, over ? END_STREAM : 0, stream->id, stream->kept, size);
            stream->window -= (long)size;
            http2->window -= (long)size;
            stream->kept_size -= size;
            memmove(stream->kept, stream->kept + size, stream->kept_size);
        }
        if (over) {
            drop(find(http2, stream->id));
            return;
        }
    }
}

static void keep(struct stream *stream, const char *bytes, size_t size)
{
    stream->kept = realloc(stream->kept, stream->kept_size + size);
    memcpy(stream->kept + stream->kept_size, bytes, size);
    stream->kept_size += size;
}

static void send_data(struct http2 *http2, struct stream *stream, const char *bytes, size_t size, bool ends)
{
    keep(stream, bytes, size);
    stream->ends = ends;
    send_kept(http2, stream);
}

/* HPACK (RFC 7541): an indexed status, a literal content-type under its indexed name. Nothing enters a table. */
static void send_headers(struct http2 *http2, uint32_t stream, bool right, const char *type)
{
    enum { STATUS_200 = 0x88, STATUS_400 = 0x8c };
    unsigned char block[128] = {right ? STATUS_200 : STATUS_400, 0x0f, 31 - 15, (unsigned char)strlen(type)};
    memcpy(block + 4, type, strlen(type));
    write_frame(http2, HEADERS, END_HEADERS, stream, block, 4 + strlen(type));
}

static void answer(struct http2 *http2, struct stream *stream)
{
    static const char wrong[] = "wrong request\n";
    const struct call *call = stream->exchange.call;
    if (!exchange_is_right(&stream->exchange)) {
        send_headers(http2, stream->id, false, "text/plain");
        send_data(http2, stream, wrong, sizeof wrong - 1, true);
    } else if (call->kind == ANSWER_JSON) {
        send_headers(http2, stream->id, true, "application/json");
        send_data(http2, stream, call->answer, call->answer_size, true);
    } else {
        send_headers(http2, stream->id, true, "text/event-stream; charset=utf-8");
        schedule_add(&stream->exchange, now_ns());
        http2_send_event(&stream->exchange);
    }
}

void http2_send_event(struct exchange *exchange)
{
    struct stream *stream = (struct stream *)exchange;
    char event[EVENT_ROOM];
    size_t size = exchange_next_event(exchange, event);
    uint64_t due = exchange->due_ns + exchange->call->pause_ns;
    bool last = exchange->next_event == exchange->call->events;
    schedule_remove(exchange);
    if (!last) {
        schedule_add(exchange, due);
    }
    send_data(exchange->connection->http2, stream, event, size, last && exchange->call->kind != ANSWER_HELD);
}

static void begin_stream(struct http2 *http2, uint32_t id, bool ends)
{
    struct stream *stream = calloc(1, sizeof *stream), **at = find(http2, id);
    if (*at != NULL) {
        free(stream); /* trailers */
        stream = *at;
    } else {
        stream->id = id;
        stream->exchange.connection = http2->connection;
        stream->window = http2->first_window;
        *at = stream;
    }
    if (ends) {
        answer(http2, stream);
    }
}

static void receive_data(struct http2 *http2, uint32_t id, int flags, const char *bytes, size_t size)
{
    http2->taken += size;
    if (http2->taken > OUR_WINDOW / 2) {
        widen(http2, (uint32_t)http2->taken);
        http2->taken = 0;
    }
    struct stream *stream = *find(http2, id);
    size_t padding = (flags & PADDED) != 0 ? 1 + (size_t)(unsigned char)bytes[0] : 0;
    if (stream == NULL || padding > size) {
        return;
    }
    exchange_receive(&stream->exchange, bytes + (padding > 0), size - padding);
    if ((flags & END_STREAM) != 0) {
        answer(http2, stream);
    }
}

/* Every stream may go on where it was held up: after a window has opened. */
static void send_all_kept(struct http2 *http2)
{
    for (int i = 0; i < BUCKETS; i++) {
        for (struct stream *stream = http2->streams[i], *next; stream != NULL; stream = next) {
            next = stream->next;
            if (stream->kept_size > 0) {
                send_kept(http2, stream);
            }
        }
    }
}

static void receive_settings(struct http2 *http2, const char *bytes, size_t size)
{
    for (; size >= 6; bytes += 6, size -= 6) {
        if (get(bytes, 2) == 4) {
            long more = (long)get(bytes + 2, 4) - http2->first_window;
            http2->first_window += more;
            for (int i = 0; i < BUCKETS; i++) {
                for (struct stream *stream = http2->streams[i]; stream != NULL; stream = stream->next) {
                    stream->window += more;
                }
            }
        }
    }
    write_frame(http2, SETTINGS, ACK, 0, "", 0);
    send_all_kept(http2);
}

static void receive_window(struct http2 *http2, uint32_t id, uint32_t more)
{
    struct stream *stream = *find(http2, id);
    if (id == 0) {
        http2->window += more;
        send_all_kept(http2);
    } else if (stream != NULL) {
        stream->window += more;
        if (stream->kept_size > 0) {
            send_kept(http2, stream);
        }
    }
}

static void receive_frame(struct http2 *http2, enum frame_type type, int flags, uint32_t id, const char *bytes, size_t size)
{
    switch (type) {
    case DATA:
        receive_data(http2, id, flags, bytes, size);
        break;
    case HEADERS:
        begin_stream(http2, id, (flags & END_STREAM) != 0);
        break;
    case RST_STREAM:
        if (*find(http2, id) != NULL) {
            drop(find(http2, id));
        }
        break;
    case SETTINGS:
        if ((flags & ACK) == 0) {
            receive_settings(http2, bytes, size);
        }
        break;
    case PING:
        if ((flags & ACK) == 0) {
            write_frame(http2, PING, ACK, 0, bytes, size);
        }
        break;
    case WINDOW_UPDATE:
        receive_window(http2, id, get(bytes, 4));
        break;
    default:
        break;
    }
}

bool http2_receive(struct http2 *http2, const char *bytes, size_t size)
{
    while (size > 0) {
        if (http2->preface_left > 0) {
            size_t taken = http2->preface_left < size ? http2->preface_left : size;
            if (memcmp(bytes, preface + sizeof preface - 1 - http2->preface_left, taken) != 0) {
                return false;
            }
            http2->preface_left -= taken;
            bytes += taken;
            size -= taken;
            continue;
        }
        size_t wanted = FRAME_HEAD + (http2->in_size >= FRAME_HEAD ? get(http2->in, 3) : 0);
        if (wanted > sizeof http2->in) {
            return false;
        }
        size_t taken = wanted - http2->in_size < size ? wanted - http2->in_size : size;
        memcpy(http2->in + http2->in_size, bytes, taken);
        http2->in_size += taken;
        bytes += taken;
        size -= taken;
        if (http2->in_size >= FRAME_HEAD && http2->in_size == FRAME_HEAD + get(http2->in, 3)) {
            receive_frame(http2, (enum frame_type)http2->in[3], http2->in[4], get(http2->in + 5, 4) & 0x7fffffff,
                          http2->in + FRAME_HEAD, http2->in_size - FRAME_HEAD);
            http2->in_size = 0;
        }
    }
    return true;
}
