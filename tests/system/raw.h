/*
 * A client without manners, by hand: a socket and, where it needs one, a session. It waits for
 * answers with a limit, and fails the test (ck_assert) only where its own calls fail.
 */
#ifndef TESTS_RAW_H
#define TESTS_RAW_H

#include "server.h"

#include <sys/types.h>

#define RAW_WAIT_MS 10000

struct raw {
    int fd;
    struct kk_session session;
    struct kk_arena arena;
    bool opened, closed;
    unsigned messages;
};

/* host: the last byte of 127.0.0.x, which the daemon sees as the source */
int raw_connect(const struct server *s, unsigned host);
/* The count of bytes read, 0 at the end of the stream (a reset is an end too), -1 when neither
 * came. */
ssize_t raw_read_within(int fd, void *bytes, size_t len, int wait_ms);
void raw_send_all(int fd, struct kk_slice bytes);
void raw_cut_hard(int fd); /* RST instead of FIN */

/* Connects; the first flight waits in the session. */
void raw_init(struct raw *r, const struct server *s, const uint8_t *secret);
void raw_fini(struct raw *r); /* leaves the socket to the test */
void raw_flush(struct raw *r);
/* Reads until so many messages have come (0: until the session is open). */
bool raw_read(struct raw *r, unsigned messages);
void raw_get(struct raw *r, uint32_t id);
void raw_hello(struct raw *r);
/* init, handshake, HELLO and WELCOME as the known device: false when it went otherwise. */
bool raw_try_open(struct raw *r, const struct server *s);

#endif
