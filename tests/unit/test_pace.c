/*
 * When a device syncs next: after failures, after news, after news that were none. Covers
 * client/link/pace.c. [KS-3]
 */
#include "unit.h"

#include "kukyoku/limits.h"
#include "link/pace.h"

#define INTERVAL (30 * 60 * 1000)

static struct kk_pace begin(struct unit_entropy *e)
{
    unit_entropy_init(e, unit_seed(7));
    return (struct kk_pace){ .interval_ms = INTERVAL, .entropy = e->entropy };
}

START_TEST(failures_wait_twice_as_long)
{
    struct unit_entropy e;
    struct kk_pace p = begin(&e);
    int64_t want = KK_PACE_FIRST_MS;

    for (int i = 0; i < 20; i++) {
        int64_t wait = kk_pace_failed(&p, 0);

        ck_assert_int_ge(wait, want);
        ck_assert_int_le(wait, want + want / 2);
        want = want * 2 < INTERVAL ? want * 2 : INTERVAL;
    }
    kk_pace_synced(&p, false);
    ck_assert_int_le(kk_pace_failed(&p, 0), KK_PACE_FIRST_MS * 3 / 2); /* from the beginning */
}
END_TEST

START_TEST(no_sooner_than_the_daemon_named)
{
    struct unit_entropy e;
    struct kk_pace p = begin(&e);

    ck_assert_int_ge(kk_pace_failed(&p, 42), 42 * 1000);
    /* a daemon can't put a device to sleep for ever */
    ck_assert_int_le(kk_pace_failed(&p, 60000), KK_RETRY_S_MAX * 1000 * 3 / 2);
}
END_TEST

START_TEST(those_who_wait_together_come_apart)
{
    struct unit_entropy e;
    struct kk_pace p = begin(&e);
    int64_t least = INT64_MAX, most = 0;

    for (int i = 0; i < 200; i++) {
        int64_t wait = kk_pace_noted(&p);

        kk_pace_synced(&p, true);
        least = wait < least ? wait : least;
        most = wait > most ? wait : most;
    }
    ck_assert_int_ge(least, 0);
    ck_assert_int_le(most, KK_PACE_SPREAD_MS);
    ck_assert_int_ge(most - least, KK_PACE_SPREAD_MS / 2);
}
END_TEST

START_TEST(news_that_are_none_do_not_spin)
{
    struct unit_entropy e;
    struct kk_pace p = begin(&e);
    int64_t waited = 0;

    for (int i = 0; i < 16; i++) {
        waited += kk_pace_noted(&p);
        kk_pace_synced(&p, false);
    }
    ck_assert_int_ge(waited, 6 * (int64_t)INTERVAL); /* and not 16 syncs in a minute */
    waited = kk_pace_noted(&p);
    kk_pace_synced(&p, true);
    ck_assert_int_ge(waited, INTERVAL);
    ck_assert_int_le(kk_pace_noted(&p), KK_PACE_SPREAD_MS); /* real news are heard at once again */
}
END_TEST

START_TEST(a_sync_of_its_own_accord_is_not_in_vain)
{
    struct unit_entropy e;
    struct kk_pace p = begin(&e);

    for (int i = 0; i < 5; i++)
        kk_pace_synced(&p, false);
    ck_assert_int_le(kk_pace_noted(&p), KK_PACE_SPREAD_MS);
    kk_pace_failed(&p, 0); /* the sync that it called for never was */
    kk_pace_synced(&p, false);
    ck_assert_int_le(kk_pace_noted(&p), KK_PACE_SPREAD_MS);
}
END_TEST

START_TEST(listening_ends)
{
    struct unit_entropy e;
    struct kk_pace p = begin(&e);

    for (int i = 0; i < 100; i++) {
        ck_assert_int_ge(kk_pace_listen(&p), INTERVAL);
        ck_assert_int_le(kk_pace_listen(&p), INTERVAL + INTERVAL / 10);
    }
    p.interval_ms = 60 * 1000; /* the shortest that the settings allow */
    for (int i = 0; i < 10; i++)
        ck_assert_int_le(kk_pace_failed(&p, 0), 90 * 1000);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("pace", &s);

    tcase_add_test(c, failures_wait_twice_as_long);
    tcase_add_test(c, no_sooner_than_the_daemon_named);
    tcase_add_test(c, those_who_wait_together_come_apart);
    tcase_add_test(c, news_that_are_none_do_not_spin);
    tcase_add_test(c, a_sync_of_its_own_accord_is_not_in_vain);
    tcase_add_test(c, listening_ends);
    return s;
}
