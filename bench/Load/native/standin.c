/* Stands in for Anthropic: standin PORT [CERTIFICATE KEY]. One thread, one epoll. It says "ready" when it listens. */
#define _GNU_SOURCE
#include "connection.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { AT_ONCE = 256, READ_ROOM = 256 * 1024, BACKLOG = 8192 };

static int epoll;

static void watch(struct connection *connection, int operation, bool writing)
{
    struct epoll_event event = {.events = EPOLLIN | (writing ? (uint32_t)EPOLLOUT : 0), .data.ptr = connection};
    epoll_ctl(epoll, operation, connection->wire.socket, &event);
    connection->watches_writing = writing;
}

static void accept_all(int listener, SSL_CTX *tls)
{
    for (int socket; (socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
        int on = 1;
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *connection = calloc(1, sizeof *connection);
        wire_open(&connection->wire, socket, tls);
        watch(connection, EPOLL_CTL_ADD, false);
    }
}

static void end(struct connection *connection)
{
    if (connection->http1 != NULL) {
        http1_free(connection->http1);
    }
    if (connection->http2 != NULL) {
        http2_free(connection->http2);
    }
    wire_close(&connection->wire);
    free(connection);
}

static void flush(struct connection *connection)
{
    bool all = wire_send(&connection->wire);
    if (all == connection->watches_writing) {
        watch(connection, EPOLL_CTL_MOD, !all);
    }
}

/* False when the connection is gone. */
static bool receive(struct connection *connection)
{
    static char bytes[READ_ROOM];
    ssize_t size = 1;
    bool good = true, more = true;
    while (more && good && (size = wire_read(&connection->wire, bytes, sizeof bytes)) > 0) {
        if (!connection->begun) {
            connection->begun = true;
            if (wire_is_http2(&connection->wire)) {
                connection->http2 = http2_new(connection);
            } else {
                connection->http1 = http1_new(connection);
            }
        }
        good = connection->http2 != NULL ? http2_receive(connection->http2, bytes, (size_t)size)
                                         : http1_receive(connection->http1, bytes, (size_t)size);
        /* epoll tells what the socket still has; of what OpenSSL has read ahead it knows nothing. */
        more = connection->wire.tls != NULL;
    }
    if (!good || size < 0) {
        end(connection);
        return false;
    }
    return true;
}

static void send_due(uint64_t now)
{
    for (struct exchange *exchange; (exchange = schedule_first()) != NULL && exchange->due_ns <= now;) {
        struct connection *connection = exchange->connection;
        if (connection->http2 != NULL) {
            http2_send_event(exchange);
        } else {
            http1_send_event(exchange);
        }
        flush(connection);
    }
}

static int listen_on(int port)
{
    int on = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, BACKLOG) != 0) {
        perror("standin");
        exit(1);
    }
    return listener;
}

int main(int count, char **values)
{
    if (count != 2 && count != 4) {
        fputs("standin PORT [CERTIFICATE KEY]\n", stderr);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_TIMERSLACK, 1); /* the kernel's own 50 µs would be part of every time */
    SSL_CTX *tls = count == 4 ? wire_tls(values[2], values[3]) : NULL;
    int listener = listen_on(atoi(values[1]));
    epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    puts("ready");
    fflush(stdout);

    for (;;) {
        struct epoll_event events[AT_ONCE];
        struct exchange *first = schedule_first();
        uint64_t now = now_ns(), wait = first == NULL ? 0 : first->due_ns > now ? first->due_ns - now : 0;
        struct timespec timeout = {.tv_sec = (time_t)(wait / 1000000000), .tv_nsec = (long)(wait % 1000000000)};
        int ready = epoll_pwait2(epoll, events, AT_ONCE, first == NULL ? NULL : &timeout, NULL);
        for (int i = 0; i < ready; i++) {
            struct connection *connection = events[i].data.ptr;
            if (connection == NULL) {
                accept_all(listener, tls);
            } else if ((events[i].events & ~(uint32_t)EPOLLOUT) == 0 || receive(connection)) {
                flush(connection);
            }
        }
        send_due(now_ns());
    }
}
