/* Puts one load on one peer, holds every answer against what was sent, and prints what it has seen as JSON.
 *
 *   client PORT HEADERS CALL SIZE LOAD COUNT SECONDS [BUSY]
 *
 *   HEADERS  a file of header lines; an empty line begins those of the next device
 *   CALL     json, spoken, held, busy (of BUSY seconds)
 *   SIZE     1k, 50k, 1500k
 *   LOAD     closed   COUNT connections that call again at once
 *            open     COUNT calls a second, sent when they are due, whether or not others were answered; times count from then
 *            streams  COUNT at once, begun over SECONDS
 *            hold     the same; they stay until a line comes in
 *
 * "begin" and "end" are printed where the measured time begins and ends, and then the figures. */
#define _GNU_SOURCE
#include "answer.h"
#include "figures.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum load { CLOSED, OPEN, STREAMS, HOLD };
enum { AT_ONCE = 256, READ_ROOM = 256 * 1024, FAILURES_TOLD = 3 };

/* A run that isn't over so long after it should be is given up; what is missing then has failed. */
static const uint64_t patience_ns = 20000000000;

/* Connections, pools and code of the peer are warm when the measured time begins. */
static const uint64_t warm_up_ns = 300000000;

struct connection {
    int socket;             /* -1: to be opened anew */
    bool writing;           /* the kernel didn't take the whole request */
    bool calling, measured, answered, holding;
    size_t sent;            /* of head and body */
    size_t device;
    uint64_t due_ns;
    struct reading reading;
    struct connection *next_idle;
};

static struct options {
    struct sockaddr_in peer;
    const struct call *call;
    enum load load;
    size_t count;
    uint64_t seconds_ns;
} options;

static struct device {
    char *head; /* of the request, to its empty line */
    size_t size;
} *devices;
static size_t device_count;

static int epoll;
static struct connection *idle;
static bool measuring;
static size_t begun, under_way, holding, answers, failures, wrong, events, told;
static uint64_t began_ns, ended_ns;
static struct figures first, whole, event_delays, after_last, lateness;

static void read_devices(const char *path)
{
    FILE *file = fopen(path, "r");
    char line[4096], *head = NULL;
    size_t size = 0;
    if (file == NULL) {
        perror(path);
        exit(2);
    }
    for (bool more = true; more;) {
        more = fgets(line, sizeof line, file) != NULL;
        line[more ? strcspn(line, "\r\n") : 0] = 0;
        if (line[0] != 0) {
            head = realloc(head, size + strlen(line) + 3);
            size += (size_t)sprintf(head + size, "%s\r\n", line);
        } else if (size > 0 || (!more && device_count == 0)) {
            devices = realloc(devices, (device_count + 1) * sizeof *devices);
            devices[device_count].size = (size_t)asprintf(
                &devices[device_count].head,
                "POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\nanthropic-version: 2023-06-01\r\n"
                "Content-Length: %zu\r\n%.*s\r\n",
                ntohs(options.peer.sin_port), options.call->request_size, (int)size, head == NULL ? "" : head);
            device_count++;
            size = 0;
        }
    }
    free(head);
    fclose(file);
}

static void tell(const char *what, const struct connection *connection)
{
    if (told++ < FAILURES_TOLD) {
        fprintf(stderr, "client: %s after %zu of %zu bytes%s%.300s\n", what, connection->reading.at, options.call->answer_size,
                connection->reading.head == NULL ? "" : "; the head was: ", connection->reading.head == NULL ? "" : connection->reading.head);
    }
}

static void watch(struct connection *connection, int operation)
{
    struct epoll_event event = {.events = EPOLLIN | (connection->writing ? (uint32_t)EPOLLOUT : 0), .data.ptr = connection};
    epoll_ctl(epoll, operation, connection->socket, &event);
}

static void open_connection(struct connection *connection)
{
    int on = 1;
    connection->socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (connection->socket < 0) {
        perror("client: socket");
        exit(1);
    }
    setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connect(connection->socket, (struct sockaddr *)&options.peer, sizeof options.peer);
    connection->writing = false;
    watch(connection, EPOLL_CTL_ADD);
}

static struct connection *idle_connection(void)
{
    static size_t opened;
    struct connection *connection = idle;
    if (connection == NULL) {
        connection = calloc(1, sizeof *connection);
        connection->device = opened++ % device_count;
        connection->socket = -1;
    } else {
        idle = connection->next_idle;
    }
    if (connection->socket < 0) {
        open_connection(connection);
    }
    return connection;
}

static void close_connection(struct connection *connection)
{
    close(connection->socket);
    connection->socket = -1;
}

/* The call is over, however it went. */
static void settle(struct connection *connection)
{
    under_way--;
    connection->calling = false;
    connection->next_idle = idle;
    idle = connection;
}

static void fail(struct connection *connection, const char *what)
{
    tell(what, connection);
    failures++;
    close_connection(connection);
    settle(connection);
}

static void send_rest(struct connection *connection)
{
    const struct device *device = &devices[connection->device];
    size_t size = device->size + options.call->request_size;
    bool full = false;
    while (connection->sent < size && !full) {
        size_t of_body = connection->sent < device->size ? 0 : connection->sent - device->size;
        struct iovec parts[] = {
            {device->head + connection->sent, connection->sent < device->size ? device->size - connection->sent : 0},
            {options.call->request + of_body, options.call->request_size - of_body},
        };
        parts[0].iov_base = parts[0].iov_len == 0 ? device->head : parts[0].iov_base;
        struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
        ssize_t moved = sendmsg(connection->socket, &message, MSG_NOSIGNAL);
        full = moved < 0 && errno == EAGAIN;
        if (moved < 0 && !full) {
            fail(connection, strerror(errno));
            return;
        }
        connection->sent += moved < 0 ? 0 : (size_t)moved;
    }
    if (full != connection->writing) {
        connection->writing = full;
        watch(connection, EPOLL_CTL_MOD);
    }
}

static void call(struct connection *connection, uint64_t due)
{
    uint64_t now = now_ns();
    connection->calling = true;
    connection->measured = measuring;
    connection->answered = connection->holding = false;
    connection->sent = 0;
    connection->due_ns = due;
    under_way++;
    answer_begin(&connection->reading, options.call, now);
    if (connection->measured) {
        figures_add(&lateness, (int64_t)(now - due));
    }
    send_rest(connection);
}

static void on_event_read(int64_t since_sent_ns)
{
    if (measuring) {
        events++;
        figures_add(&event_delays, since_sent_ns);
    }
}

static void mark(const char *what, uint64_t *when)
{
    if (*when == 0) {
        *when = now_ns();
        puts(what);
        fflush(stdout);
    }
}

static void begin(void)
{
    measuring = true;
    mark("begin", &began_ns);
}

static void end(void)
{
    /* A peer that is too slow to have all of its streams run at once has no such time. */
    begin();
    measuring = false;
    mark("end", &ended_ns);
}

static void finish(struct connection *connection, uint64_t now)
{
    if (connection->reading.state == ANSWER_DONE) {
        /* As fast as they can: what was answered within the time, begun before it or not. */
        answers += options.load == CLOSED ? measuring : options.load == OPEN ? connection->measured : true;
        if (connection->measured) {
            figures_add(&whole, (int64_t)(now - connection->due_ns));
        }
        uint64_t sent;
        if (options.call->events > 0 && read_stamp(connection->reading.stamp, &sent)) {
            figures_add(&after_last, (int64_t)(now - sent));
        }
    } else {
        tell(connection->reading.state == ANSWER_WRONG ? "wrong bytes" : "not an answer", connection);
        *(connection->reading.state == ANSWER_WRONG ? &wrong : &failures) += 1;
    }
    /* Busy streams are counted while all of them run. */
    if (options.call->kind == ANSWER_BUSY && options.load == STREAMS) {
        end();
    }
    if (connection->reading.state != ANSWER_DONE || connection->reading.closes) {
        close_connection(connection);
    }
    settle(connection);
}

static void receive(struct connection *connection)
{
    static char bytes[READ_ROOM];
    ssize_t size = recv(connection->socket, bytes, sizeof bytes, 0);
    if (size < 0 && errno == EAGAIN) {
        return;
    }
    uint64_t now = now_ns();
    if (!connection->calling) {
        if (size > 0) {
            tell("bytes that nobody asked for", connection);
            wrong++;
        }
        close_connection(connection);
        return;
    }
    if (size <= 0) {
        fail(connection, size < 0 ? strerror(errno) : "the connection was closed");
        return;
    }
    if (!connection->answered) {
        connection->answered = true;
        if (connection->measured || options.load >= STREAMS) {
            figures_add(&first, (int64_t)(now - connection->due_ns));
        }
    }
    answer_read(&connection->reading, bytes, (size_t)size, now, on_event_read);
    if (!answer_is_open(&connection->reading)) {
        finish(connection, now);
    } else if (!connection->holding && connection->reading.event > 0) {
        connection->holding = true;
        holding++;
    }
}

/* Waits for what comes in, until a time at most. */
static void turn(uint64_t until)
{
    struct epoll_event ready[AT_ONCE];
    uint64_t now = now_ns(), wait = until > now ? until - now : 0;
    struct timespec timeout = {.tv_sec = (time_t)(wait / 1000000000), .tv_nsec = (long)(wait % 1000000000)};
    int count = epoll_pwait2(epoll, ready, AT_ONCE, &timeout, NULL);
    for (int i = 0; i < count; i++) {
        struct connection *connection = ready[i].data.ptr;
        if ((ready[i].events & EPOLLOUT) != 0 && connection->calling) {
            send_rest(connection);
        }
        if ((ready[i].events & ~(uint32_t)EPOLLOUT) != 0 && connection->socket >= 0) {
            receive(connection);
        }
    }
}

static void wait_for_all(void)
{
    uint64_t until = now_ns() + patience_ns;
    while (under_way > 0 && now_ns() < until) {
        turn(until);
    }
    failures += under_way;
}

static void run_closed(void)
{
    uint64_t now = now_ns(), from = now + warm_up_ns, until = from + options.seconds_ns;
    for (; (now = now_ns()) < until; turn(now < from ? from : until)) {
        if (now >= from) {
            begin();
        }
        while (under_way < options.count && failures + wrong < options.count) {
            call(idle_connection(), now_ns());
        }
    }
    end();
    wait_for_all();
}

static void run_open(void)
{
    uint64_t start = now_ns(), from = start + warm_up_ns, until = from + options.seconds_ns, pause = 1000000000 / options.count;
    for (uint64_t due = start; due < until; due += pause) {
        while (now_ns() < due) {
            turn(due);
        }
        if (due >= from) {
            begin();
        }
        call(idle_connection(), due);
    }
    wait_for_all();
    end();
}

/* Begins the streams one after the other. The golden ratio of a pause more, and their events don't fall together. */
static void begin_streams(void)
{
    uint64_t start = now_ns(), spread = options.seconds_ns + (uint64_t)(0.618 * (double)options.call->pause_ns);
    for (size_t i = 0; i < options.count; i++) {
        uint64_t due = start + spread * i / options.count;
        while (now_ns() < due) {
            turn(due);
        }
        begun++;
        call(idle_connection(), due);
    }
}

static void run_streams(void)
{
    bool busy = options.call->kind == ANSWER_BUSY;
    uint64_t until = now_ns() + options.seconds_ns + patience_ns;
    if (!busy) {
        begin();
    }
    begin_streams();
    while (busy && holding < begun && failures + wrong == 0 && ended_ns == 0 && now_ns() < until) {
        turn(until);
    }
    if (busy && ended_ns == 0) {
        begin();
    }
    wait_for_all();
    end();
}

static void run_hold(void)
{
    uint64_t until = now_ns() + options.seconds_ns + patience_ns;
    begin();
    begin_streams();
    while (holding < begun && failures + wrong == 0 && now_ns() < until) {
        turn(until);
    }
    failures += begun - holding - (failures + wrong);
    end();
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    while (poll(&input, 1, 0) == 0) {
        turn(now_ns() + 20000000);
    }
}

static int understand(int count, char **values)
{
    static const char *const loads[] = {"closed", "open", "streams", "hold"};
    if (count < 8) {
        return 2;
    }
    options.peer = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(values[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    options.call = call_of(code_named(values[3], values[4], count > 8 ? atoi(values[8]) : 0));
    while (options.load <= HOLD && strcmp(loads[options.load], values[5]) != 0) {
        options.load++;
    }
    options.count = strtoul(values[6], NULL, 10);
    options.seconds_ns = (uint64_t)(strtod(values[7], NULL) * 1e9);
    return options.call == NULL || options.load > HOLD || options.count == 0 || options.seconds_ns == 0 ? 2 : 0;
}

int main(int count, char **values)
{
    if (understand(count, values) != 0) {
        fputs("client PORT HEADERS CALL SIZE closed|open|streams|hold COUNT SECONDS [BUSY]\n", stderr);
        return 2;
    }
    read_devices(values[2]);
    prctl(PR_SET_TIMERSLACK, 1); /* the kernel's own 50 µs would be part of every time */
    epoll = epoll_create1(EPOLL_CLOEXEC);
    void (*const runs[])(void) = {run_closed, run_open, run_streams, run_hold};
    runs[options.load]();
    printf("{\"seconds\":%.6f,\"answers\":%zu,\"events\":%zu,\"failures\":%zu,\"wrong\":%zu", (double)(ended_ns - began_ns) / 1e9, answers, events,
           failures, wrong);
    figures_print(&first, "first");
    figures_print(&whole, "whole");
    figures_print(&event_delays, "event");
    figures_print(&after_last, "last");
    figures_print(&lateness, "late");
    puts("}");
    return 0;
}
