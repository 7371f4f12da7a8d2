/* Reads one HTTP/1.1 answer as it comes in, and holds every byte of it against what the stand-in has sent. */
#ifndef ANSWER_H
#define ANSWER_H

#include "call.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum answer_state {
    ANSWER_HEAD,
    ANSWER_BODY,       /* as long as Content-Length says */
    ANSWER_CHUNK_SIZE,
    ANSWER_CHUNK,
    ANSWER_CHUNK_END,
    ANSWER_TRAILERS,
    ANSWER_DONE,       /* complete and right */
    ANSWER_FAILED,     /* another status, or not HTTP */
    ANSWER_WRONG,      /* status 200, and other bytes than were sent */
};

enum { ANSWER_HEAD_ROOM = 4096 };

struct reading {
    const struct call *call;
    uint64_t sent_ns;     /* when the request was sent: no stamp is older */
    enum answer_state state;
    char *head;
    size_t head_size;
    bool closes;          /* the other side closes the connection behind it */
    size_t left;          /* of the body or of the chunk */
    size_t line;          /* bytes of the line so far, in a chunk's size or a trailer */
    size_t at;            /* in the body */
    int event;            /* which is being read */
    char stamp[STAMP_DIGITS];
};

/* Is told of each event that is complete, and how long ago it was sent. */
typedef void on_event(int64_t since_sent_ns);

void answer_begin(struct reading *reading, const struct call *call, uint64_t sent_ns);
void answer_read(struct reading *reading, const char *bytes, size_t size, uint64_t now, on_event *on_event);

/* What came is too little to be anything, but nothing of it is wrong. */
bool answer_is_open(const struct reading *reading);

#endif
