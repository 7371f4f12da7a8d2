/* One accepted connection, with or without TLS: reads at once what is there, and keeps what can't be sent yet. */
#ifndef WIRE_H
#define WIRE_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct wire {
    int socket;
    SSL *tls;   /* NULL: plain */
    bool broken;
    char *out;  /* written, not yet sent */
    size_t out_size, out_room;
};

/* A server's side of TLS 1.3 that offers HTTP/2 and HTTP/1.1; ends the program when the files aren't good. */
SSL_CTX *wire_tls(const char *certificate, const char *key);

void wire_open(struct wire *wire, int socket, SSL_CTX *tls);
void wire_close(struct wire *wire);

/* Bytes read; 0: nothing there now; -1: the other side has left. */
ssize_t wire_read(struct wire *wire, char *bytes, size_t room);

/* Keeps the bytes until the next wire_send. */
void wire_write(struct wire *wire, const void *bytes, size_t size);

/* Sends what was written; true when all of it is gone. */
bool wire_send(struct wire *wire);

/* The protocol that TLS has agreed on is HTTP/2. */
bool wire_is_http2(const struct wire *wire);

#endif
