/*
 * Two sessions that talk in memory, with the time in the test's hand. Both keep the events they
 * gave. Used by unit tests, fuzzing and measuring.
 */
#ifndef TESTS_TALK_H
#define TESTS_TALK_H

#include "kukyoku/session/session.h"
#include "unit.h"

struct talk_side {
    struct kk_session session;
    struct kk_arena arena;
    struct kk_session_event last;  /* of the newest call that gave one */
    struct kk_admission admission; /* of OPENED */
    enum kk_session_end end;       /* of CLOSED */
    unsigned code;
    unsigned identify, opened, messages, closed; /* how many of each */
    uint8_t type;                                /* of the newest message */
    uint32_t id;
};

struct talk {
    struct talk_side client, server;
    struct kk_admission admit; /* what the server's owner answers to IDENTIFY */
    bool hold;                 /* leave IDENTIFY unanswered */
    int64_t now_ms;
    struct unit_entropy entropy;
    uint8_t client_public[KK_KEY_BYTES], server_public[KK_KEY_BYTES];
    struct kk_session_times times;
};

extern const uint8_t talk_client_secret[KK_KEY_BYTES], talk_server_secret[KK_KEY_BYTES];
extern const uint8_t talk_invite[KK_ID_BYTES], talk_psk[KK_KEY_BYTES];

/* Sessions before the first byte; admit says OK, with the right psk. Change t->… before start. */
void talk_init(struct talk *t, uint64_t seed);
/* 0, or the fault of a side that could not be made. */
int talk_start(struct talk *t, enum kk_session_mode mode);
void talk_fini(struct talk *t);

/* Gives bytes to a side, answers IDENTIFY, counts events until the side wants more. */
void talk_give(struct talk *t, struct talk_side *to, struct kk_slice bytes);
/* Moves what waits in one side's out-buffer to the other, `step` bytes at a time (0: at once). */
void talk_move(struct talk *t, struct talk_side *from, struct talk_side *to, size_t step);
/* Back and forth until both are silent. */
void talk_run(struct talk *t);
/* start, run: true when both sides are open (the server after the client's HELLO). */
bool talk_open(struct talk *t);

/* Queues a small valid message of the type from its side; 0 or the fault. */
int talk_say(struct talk *t, struct talk_side *from, enum kk_message_type type, uint32_t id);
/* The clock goes on to `now_ms`, both sides tick. */
void talk_tick(struct talk *t, int64_t now_ms);

#endif
