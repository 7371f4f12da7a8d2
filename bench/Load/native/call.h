/* What the stand-in and the client both know: every request that is sent, and every byte of its answer.
 *
 * Which call it is stands in the first message, near the beginning of the request, since a gateway forwards no header it doesn't
 * know: the first digit is the request's size, the second what is answered, the last three are its seconds. */
#ifndef CALL_H
#define CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum answer {
    ANSWER_JSON,   /* about 1 KB, at once */
    ANSWER_SPOKEN, /* 20 events over a second */
    ANSWER_HELD,   /* one event, then nothing until the client leaves */
    ANSWER_BUSY,   /* 50 events a second */
};

struct call {
    int code;            /* as the first message has it */
    char *request;       /* the body; the same bytes for every call of this code */
    size_t request_size;
    enum answer kind;
    char *answer;        /* the body, its stamps not filled in */
    size_t answer_size;
    int events;          /* 0 for JSON */
    size_t *event_end;   /* where each event ends in the answer */
    size_t *stamp_at;    /* where each event's stamp begins in the answer */
    uint64_t pause_ns;   /* between two events */
};

/* Digits of a stamp: nanoseconds of CLOCK_MONOTONIC. */
enum { STAMP_DIGITS = 19 };

/* Bytes of a request in which its code must be found. */
enum { CODE_WITHIN = 96 };

/* The call of a code; NULL if there is none. Made at its first use, kept for good. */
const struct call *call_of(int code);

/* The code in a request's first bytes; -1 if it isn't there. */
int code_in(const char *request, size_t size);

/* "json", "spoken", "held" or "busy" and "1k", "50k" or "1500k"; -1 if a name is unknown. */
int code_named(const char *answer, const char *size, int seconds);

void write_stamp(char *at, uint64_t nanoseconds);

/* False when they aren't digits only. */
bool read_stamp(const char *at, uint64_t *nanoseconds);

uint64_t now_ns(void);

#endif
