/*
 * A daemon and its line, virtual: a real relay over a real store in memory, real sessions on both
 * ends, a clock that only the test moves, and a line that delays, cuts and lies as it is told.
 * Bytes are counted where a socket would see them.
 *
 * A line carries one sync. Several lines may be stepped in turns, so that devices meet at the relay
 * in any order; what a seed decides comes out the same with the same seed.
 */
#ifndef TESTS_VILLAGE_H
#define TESTS_VILLAGE_H

#include "bureau.h"

#include "kukyoku/session/session.h"
#include "kukyoku/sync/sync.h"
#include "kukyoku/sync/watch.h"
#include "service.h"

/* Bytes that a hostile daemon changes; the message is replaced by what stands in `plain` then. */
typedef void village_lie_fn(void *user, const struct kk_message *m, struct kk_bytes *plain);

struct village {
    struct bureau *bureau;
    struct kk_store *store;
    struct kk_relay *relay;
    struct kk_service service;
    struct unit_entropy entropy;
    int64_t now_ms;
    /* how the next lines behave */
    unsigned cut_after; /* messages, both ways together, until the line is cut; 0: never */
    size_t piece_max;   /* bytes that arrive at once, at most; 0: all there are */
    int64_t delay_max;  /* ms that go by with each piece */
    village_lie_fn *lie;
    void *lie_user;
};

/* Nothing is handed over yet. b is borrowed. */
void village_init(struct village *v, struct bureau *b, uint64_t seed);
void village_fini(struct village *v);
KK_DEFINE_FINI(village)
/* The relay adopts all that the desks have made so far. */
void village_hand_over(struct village *v);
/* The daemon is stopped and started again over the store in that file; made where it is new. */
void village_store(struct village *v, const char *path);
/* The daemon is stopped and started again over the same store. */
void village_restart(struct village *v);

struct village_line {
    struct village *v;
    struct kk_session client, server;
    struct kk_arena client_arena, server_arena;
    struct kk_caller caller;
    struct kk_sync sync;
    bool watches;             /* it waits for news instead of syncing */
    struct kk_watch watch;
    struct kk_bytes held;     /* a WATCH that the daemon has nothing for yet */
    unsigned asked;           /* how often the daemon looked for something for it */
    struct kk_sync_line sends;
    struct kk_bytes up, down; /* on their way */
    bool over;
    int fault;                /* of the sync, else of the session */
    enum kk_session_end end;
    unsigned messages, round_trips;
    uint64_t bytes;           /* payload of the line, both ways */
    struct kk_admission admission;
};

/* The session begins; 0 or KK_E_MEMORY. store is borrowed. */
int village_open(struct village *v, struct village_line *l, const struct kk_device_keys *keys,
                 const struct kk_sync_store *store);
void village_close(struct village_line *l);
/* The same for a line that is held. It is over when news are heard, or fault says why. */
int village_watch(struct village *v, struct village_line *l, const struct kk_device_keys *keys,
                  const struct kk_sync_store *store);
/* The daemon looks for what this line waits for, as it does after it took something in. */
void village_stir(struct village_line *l);
/* Moves one piece; false when nothing can move any more. */
bool village_step(struct village_line *l);
/* Open, step to the end, close: the fault. *ret may be NULL. */
int village_sync(struct village *v, const struct kk_device_keys *keys,
                 const struct kk_sync_store *store, struct village_line *ret);

#endif
