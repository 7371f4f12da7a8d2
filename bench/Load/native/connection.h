/* A connection of the stand-in: http1.c and http2.c read and write it. */
#ifndef CONNECTION_H
#define CONNECTION_H

#include "exchange.h"
#include "wire.h"

struct connection {
    struct wire wire;
    bool begun;           /* its protocol is known */
    bool watches_writing;
    struct http1 *http1;
    struct http2 *http2;
};

struct http1 *http1_new(struct connection *connection);
void http1_free(struct http1 *http1);

/* False when the connection is to be closed. */
bool http1_receive(struct http1 *http1, const char *bytes, size_t size);
void http1_send_event(struct exchange *exchange);

struct http2 *http2_new(struct connection *connection);
void http2_free(struct http2 *http2);
bool http2_receive(struct http2 *http2, const char *bytes, size_t size);
void http2_send_event(struct exchange *exchange);

#endif
