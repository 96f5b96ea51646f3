/* The daemon's desk on disk: its keys, the documents that it starts with, the clock. */
#ifndef DESK_H
#define DESK_H

#include "relay/relay.h"

struct kk_daemon_keys {
    struct kk_relay_keys relay;
    uint8_t transport[2][KK_KEY_BYTES]; /* X25519 secrets: live, standby */
    size_t transport_count;
};
/* DIR/daemon.key, mode 0600, without a passphrase. KK_E_KEY_MODE, KK_E_IO, KK_E_SHAPE. */
KK_MUST_USE int kk_desk_keys(const char *dir, struct kk_daemon_keys *ret, struct kk_error *err);
/* DIR/start.kkyb is handed to the spool once, while the store has no root. */
KK_MUST_USE int kk_desk_first_files(const char *dir, const char *spool, struct kk_error *err);
/* Has a daemon of this spool taken them before? */
bool kk_desk_was_started(const char *spool);

/* The wall clock in milliseconds, as the relay asks for it. */
int64_t kk_clock_ms(void *user);

#endif
