#define _GNU_SOURCE
#include "wire.h"

#include <errno.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int choose_protocol(SSL *tls, const unsigned char **chosen, unsigned char *size, const unsigned char *offered, unsigned int offered_size, void *unused)
{
    static const unsigned char ours[] = "\x02h2\x08http/1.1";
    (void)tls;
    (void)unused;
    return SSL_select_next_proto((unsigned char **)chosen, size, ours, sizeof ours - 1, offered, offered_size) == OPENSSL_NPN_NEGOTIATED
        ? SSL_TLSEXT_ERR_OK
        : SSL_TLSEXT_ERR_NOACK;
}

SSL_CTX *wire_tls(const char *certificate, const char *key)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
    if (SSL_CTX_use_certificate_chain_file(tls, certificate) != 1 || SSL_CTX_use_PrivateKey_file(tls, key, SSL_FILETYPE_PEM) != 1) {
        ERR_print_errors_fp(stderr);
        exit(1);
    }
    SSL_CTX_set_min_proto_version(tls, TLS1_3_VERSION);
    SSL_CTX_set_alpn_select_cb(tls, choose_protocol, NULL);
    SSL_CTX_set_read_ahead(tls, 1);
    SSL_CTX_set_mode(tls, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return tls;
}

void wire_open(struct wire *wire, int socket, SSL_CTX *tls)
{
    *wire = (struct wire){.socket = socket};
    if (tls != NULL) {
        wire->tls = SSL_new(tls);
        SSL_set_fd(wire->tls, socket);
        SSL_set_accept_state(wire->tls);
    }
}

void wire_close(struct wire *wire)
{
    SSL_free(wire->tls);
    free(wire->out);
    close(wire->socket);
}

/* What OpenSSL or the kernel has answered, as wire_read tells it. */
static ssize_t outcome(const struct wire *wire, ssize_t moved)
{
    if (moved > 0) {
        return moved;
    }
    if (wire->tls != NULL) {
        int error = SSL_get_error(wire->tls, (int)moved);
        return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? 0 : -1;
    }
    return moved < 0 && errno == EAGAIN ? 0 : -1;
}

ssize_t wire_read(struct wire *wire, char *bytes, size_t room)
{
    if (wire->broken) {
        return -1;
    }
    ERR_clear_error();
    return outcome(wire, wire->tls != NULL ? SSL_read(wire->tls, bytes, (int)room) : recv(wire->socket, bytes, room, 0));
}

void wire_write(struct wire *wire, const void *bytes, size_t size)
{
    if (wire->out_size + size > wire->out_room) {
        wire->out_room = 2 * (wire->out_size + size);
        wire->out = realloc(wire->out, wire->out_room);
    }
    memcpy(wire->out + wire->out_size, bytes, size);
    wire->out_size += size;
}

bool wire_send(struct wire *wire)
{
    size_t sent = 0;
    while (sent < wire->out_size && !wire->broken) {
        size_t left = wire->out_size - sent;
        ERR_clear_error();
        ssize_t moved = outcome(
            wire,
            wire->tls != NULL ? SSL_write(wire->tls, wire->out + sent, (int)left) : send(wire->socket, wire->out + sent, left, MSG_NOSIGNAL));
        if (moved == 0) {
            break;
        }
        if (moved < 0) {
            wire->broken = true;
            wire->out_size = sent = 0;
            break;
        }
        sent += (size_t)moved;
    }
    memmove(wire->out, wire->out + sent, wire->out_size - sent);
    wire->out_size -= sent;
    return wire->out_size == 0;
}

bool wire_is_http2(const struct wire *wire)
{
    const unsigned char *name = NULL;
    unsigned int size = 0;
    if (wire->tls != NULL) {
        SSL_get0_alpn_selected(wire->tls, &name, &size);
    }
    return size == 2 && memcmp(name, "h2", 2) == 0;
}
