/*
 * Handshakes a second, in memory and on one core: what a daemon can take, and what a stranger
 * costs it.
 *
 *   both      a session from nothing to its first opened frame, client and daemon together
 *   daemon    the daemon's part of it
 *   stranger  message 1 of a device that the daemon does not know ([HS-4])
 */
#include "talk.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ROUNDS 2000

static double now_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* One flight from a to b, its cost added to *spent. */
static void timed_move(struct talk *t, struct talk_side *from, struct talk_side *to, double *spent)
{
    double start = now_s();

    talk_move(t, from, to, 0);
    *spent += now_s() - start;
}

static void one_session(uint64_t seed, double *both, double *daemon)
{
    double start, own = 0;
    struct talk t;

    talk_init(&t, seed);
    start = now_s();
    kk_assert(talk_start(&t, KK_MODE_SESSION) == 0);
    timed_move(&t, &t.client, &t.server, &own);
    talk_move(&t, &t.server, &t.client, 0);
    kk_assert(talk_say(&t, &t.client, KK_MSG_HELLO, 1) == 0);
    timed_move(&t, &t.client, &t.server, &own);
    *both += now_s() - start;
    *daemon += own;
    kk_assert(t.server.messages == 1);
    talk_fini(&t);
}

static void one_stranger(uint64_t seed, double *spent)
{
    struct talk t;

    talk_init(&t, seed);
    t.admit.status = KK_ADMIT_UNKNOWN;
    kk_assert(talk_start(&t, KK_MODE_SESSION) == 0);
    timed_move(&t, &t.client, &t.server, spent);
    kk_assert(t.server.end == KK_END_UNKNOWN);
    talk_fini(&t);
}

static void show(const char *what, double spent)
{
    printf("%-9s %7.0f /s  %6.1f us each\n", what, ROUNDS / spent, spent / ROUNDS * 1e6);
}

int main(void)
{
    double both = 0, daemon = 0, stranger = 0;

    for (uint64_t i = 0; i < ROUNDS; i++) {
        one_session(i, &both, &daemon);
        one_stranger(i, &stranger);
    }
    show("both", both);
    show("daemon", daemon);
    show("stranger", stranger);
    return EXIT_SUCCESS;
}
