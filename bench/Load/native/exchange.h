/* One request and its answer, whatever protocol carries them. */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include "call.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct connection;

struct exchange {
    struct connection *connection;
    char begin[CODE_WITHIN]; /* of the request, until it is known which it is */
    size_t received;
    bool wrong;              /* these aren't the bytes that the client has sent */
    const struct call *call;
    int next_event;
    uint64_t due_ns;         /* when the next event is to be sent */
    size_t place;            /* in the schedule, from 1; 0: not in it */
};

/* Holds a piece of the request against what the client has sent. */
void exchange_receive(struct exchange *exchange, const char *bytes, size_t size);

/* True when the request was complete and right. */
bool exchange_is_right(const struct exchange *exchange);

/* Copies the next event, stamped; the size, 0 after the last. */
size_t exchange_next_event(struct exchange *exchange, char *bytes);

/* Bytes that no event is longer than. */
enum { EVENT_ROOM = 1024 };

/* Puts the exchange where the time of its next event belongs. */
void schedule_add(struct exchange *exchange, uint64_t due_ns);
void schedule_remove(struct exchange *exchange);

/* The next that is due, NULL when there is none. */
struct exchange *schedule_first(void);

#endif
