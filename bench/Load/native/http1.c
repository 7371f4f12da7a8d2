/* HTTP/1.1 as the stand-in needs it: one request after the other, each with its Content-Length. */
#define _GNU_SOURCE
#include "connection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD_ROOM = 8 * 1024 };

struct http1 {
    struct exchange exchange;
    bool in_body;
    size_t body_left;
    size_t head_size;
    char *head; /* its first part, when it came in several */
};

struct http1 *http1_new(struct connection *connection)
{
    struct http1 *http1 = calloc(1, sizeof *http1);
    http1->exchange.connection = connection;
    return http1;
}

void http1_free(struct http1 *http1)
{
    schedule_remove(&http1->exchange);
    free(http1->head);
    free(http1);
}

static void say(struct connection *connection, const char *text)
{
    wire_write(&connection->wire, text, strlen(text));
}

static void answer(struct http1 *http1)
{
    struct connection *connection = http1->exchange.connection;
    const struct call *call = http1->exchange.call;
    char head[256];
    if (!exchange_is_right(&http1->exchange)) {
        say(connection, "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 14\r\n\r\nwrong request\n");
    } else if (call->kind == ANSWER_JSON) {
        snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nrequest-id: req_01\r\nContent-Length: %zu\r\n\r\n", call->answer_size);
        say(connection, head);
        wire_write(&connection->wire, call->answer, call->answer_size);
    } else {
        say(connection, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-cache\r\nrequest-id: req_01\r\n"
                        "Transfer-Encoding: chunked\r\n\r\n");
        schedule_add(&http1->exchange, now_ns());
        http1_send_event(&http1->exchange);
    }
}

void http1_send_event(struct exchange *exchange)
{
    char event[EVENT_ROOM], line[16];
    size_t size = exchange_next_event(exchange, event);
    uint64_t due = exchange->due_ns + exchange->call->pause_ns;
    schedule_remove(exchange);
    snprintf(line, sizeof line, "%zx\r\n", size);
    say(exchange->connection, line);
    wire_write(&exchange->connection->wire, event, size);
    say(exchange->connection, "\r\n");
    if (exchange->next_event < exchange->call->events) {
        schedule_add(exchange, due);
    } else if (exchange->call->kind != ANSWER_HELD) {
        say(exchange->connection, "0\r\n\r\n");
    }
}

/* Reads a whole head; false when it isn't one. */
static bool begin_body(struct http1 *http1, char *head)
{
    const char *length = strcasestr(head, "\r\nContent-Length:");
    http1->in_body = true;
    http1->exchange = (struct exchange){.connection = http1->exchange.connection};
    http1->body_left = length == NULL ? 0 : strtoul(length + sizeof "\r\nContent-Length:" - 1, NULL, 10);
    return length != NULL && strncmp(head, "POST /v1/messages", sizeof "POST /v1/messages" - 1) == 0;
}

bool http1_receive(struct http1 *http1, const char *bytes, size_t size)
{
    while (size > 0) {
        if (http1->in_body) {
            size_t taken = http1->body_left < size ? http1->body_left : size;
            exchange_receive(&http1->exchange, bytes, taken);
            http1->body_left -= taken;
            bytes += taken;
            size -= taken;
            if (http1->body_left == 0) {
                http1->in_body = false;
                answer(http1);
            }
            continue;
        }
        if (http1->exchange.place != 0) {
            return false; /* the next request before the end of this answer: nobody in the middle does that */
        }
        /* The head is put together in one place, with a zero behind it. */
        size_t taken = HEAD_ROOM - http1->head_size < size ? HEAD_ROOM - http1->head_size : size;
        if (http1->head == NULL) {
            http1->head = malloc(HEAD_ROOM + 1);
        }
        memcpy(http1->head + http1->head_size, bytes, taken);
        http1->head[http1->head_size + taken] = 0;
        char *end = memmem(http1->head, http1->head_size + taken, "\r\n\r\n", 4);
        if (end == NULL) {
            http1->head_size += taken;
            return http1->head_size < HEAD_ROOM;
        }
        size_t head_size = (size_t)(end - http1->head) + 4;
        bytes += head_size - http1->head_size;
        size -= head_size - http1->head_size;
        http1->head[head_size - 2] = 0;
        bool good = begin_body(http1, http1->head);
        free(http1->head);
        http1->head = NULL;
        http1->head_size = 0;
        if (!good) {
            return false;
        }
    }
    return true;
}
