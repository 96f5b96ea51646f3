/* client/link/backoff.c: waits by the clock and the chance of the test. [LM-7] */
#include "link/backoff.h"

#include "kukyoku/limits.h"
#include "unit.h"

static uint32_t chance;

static void fill(void *self, void *bytes, size_t len)
{
    (void)self;
    ck_assert_uint_eq(len, sizeof(chance));
    memcpy(bytes, &chance, len);
}

static const struct kk_entropy entropy = { .fill = fill };

START_TEST(longer_each_time_and_then_over)
{
    static const int64_t want[KK_RETRY_TRIES_MAX] = { 500,  1000,  2000,  4000,
                                                      8000, 16000, 16000, 16000 };
    struct kk_backoff b = { 0 };
    int64_t now_ms = 77;

    chance = 0;
    for (size_t i = 0; i < KK_COUNT(want); i++) {
        ck_assert_int_eq(kk_backoff_next(&b, 0, now_ms, &entropy), want[i]);
        now_ms += want[i];
    }
    ck_assert_int_eq(kk_backoff_next(&b, 0, now_ms, &entropy), KK_BACKOFF_OVER);
}
END_TEST

START_TEST(chance_adds_up_to_a_half)
{
    struct kk_backoff b = { 0 };

    chance = 250;
    ck_assert_int_eq(kk_backoff_next(&b, 0, 0, &entropy), 750);
    chance = 501; /* of 0 … 500 */
    ck_assert_int_eq(kk_backoff_next(&b, 0, 0, &entropy), 1000 + 0 + 501 % 501);
    chance = UINT32_MAX;
    ck_assert_int_eq(kk_backoff_next(&b, 0, 0, &entropy), 2000 + UINT32_MAX % 1001);
}
END_TEST

START_TEST(what_the_daemon_names_is_waited_at_least)
{
    struct kk_backoff b = { 0 };

    chance = 0;
    ck_assert_int_eq(kk_backoff_next(&b, 3, 0, &entropy), 3000);
    ck_assert_int_eq(kk_backoff_next(&b, 1, 0, &entropy), 1000); /* its own second step */
    ck_assert_int_eq(kk_backoff_next(&b, KK_RETRY_S_MAX, 0, &entropy), KK_RETRY_S_MAX * 1000);
    ck_assert_int_eq(kk_backoff_next(&b, KK_RETRY_S_MAX + 1, 0, &entropy), KK_RETRY_S_MAX * 1000);
    ck_assert_int_eq(kk_backoff_next(&b, UINT32_MAX, 0, &entropy), KK_RETRY_S_MAX * 1000);
}
END_TEST

START_TEST(nothing_begins_after_the_last_minute)
{
    struct kk_backoff b = { 0 };

    chance = 0;
    ck_assert_int_eq(kk_backoff_next(&b, 60, 1000, &entropy), 60000);
    ck_assert_int_eq(kk_backoff_next(&b, 60, 61000, &entropy), 60000);
    ck_assert_int_eq(kk_backoff_next(&b, 60, 61001, &entropy), KK_BACKOFF_OVER);
    ck_assert_int_eq(kk_backoff_next(&b, 0, 121000 - 2000, &entropy), 2000);
    ck_assert_int_eq(kk_backoff_next(&b, 0, 121001, &entropy), KK_BACKOFF_OVER);
}
END_TEST

START_TEST(short_is_within_the_first_wait)
{
    chance = 0;
    ck_assert_int_eq(kk_backoff_short(&entropy), 0);
    chance = 500;
    ck_assert_int_eq(kk_backoff_short(&entropy), 500);
    chance = 501;
    ck_assert_int_eq(kk_backoff_short(&entropy), 0);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("backoff", &suite);

    tcase_add_test(c, longer_each_time_and_then_over);
    tcase_add_test(c, chance_adds_up_to_a_half);
    tcase_add_test(c, what_the_daemon_names_is_waited_at_least);
    tcase_add_test(c, nothing_begins_after_the_last_minute);
    tcase_add_test(c, short_is_within_the_first_wait);
    return suite;
}
