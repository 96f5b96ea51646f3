/* daemon/net/gate.c: caps and rates on a clock of the test. [LM-3] [LM-4] */
#include "net/gate.h"
#include "unit.h"

static const struct kk_gate_limits limits = {
    .preauth = 64, .preauth_per_source = 8, .sessions = 3, .rate = 100, .rate_per_source = 5
};

static struct kk_gate gate;

static void setup(void)
{
    kk_gate_init(&gate, &limits, 0);
}

static enum kk_gate_verdict enter(unsigned source, int64_t now_ms, unsigned *ret)
{
    uint8_t address[KK_GATE_SOURCE_BYTES] = {
        0, 0, 0, 4, 10, 0, (uint8_t)(source >> 8), (uint8_t)source
    };

    return kk_gate_enter(&gate, address, now_ms, ret);
}

START_TEST(a_bucket_fills_with_time)
{
    struct kk_bucket b;

    kk_bucket_init(&b, 5, 1000);
    for (int i = 0; i < 5; i++)
        ck_assert(kk_bucket_take(&b, 1000));
    ck_assert(!kk_bucket_take(&b, 1000));
    ck_assert(!kk_bucket_take(&b, 1199));
    ck_assert(kk_bucket_take(&b, 1200));
    ck_assert(!kk_bucket_take(&b, 1200));
    for (int i = 0; i < 5; i++) /* never deeper than a second's worth */
        ck_assert(kk_bucket_take(&b, 100000));
    ck_assert(!kk_bucket_take(&b, 100000));
    kk_bucket_give(&b);
    ck_assert(kk_bucket_take(&b, 100000));
    kk_bucket_init(&b, 5, 0);
    kk_bucket_give(&b);
    ck_assert_int_eq(b.milli, 5000);
}
END_TEST

START_TEST(eight_of_one_source)
{
    unsigned s;

    for (int i = 0; i < 8; i++)
        ck_assert_int_eq(enter(1, 1000 * i, &s), KK_GATE_IN);
    ck_assert_int_eq(enter(1, 9000, &s), KK_GATE_FULL);
    ck_assert_int_eq(enter(2, 9000, &s), KK_GATE_IN);
    kk_gate_leave(&gate, s, false);
    ck_assert_int_eq(enter(1, 9000, &s), KK_GATE_FULL); /* another's place is not this one's */
}
END_TEST

START_TEST(sixty_four_in_all)
{
    unsigned s;

    for (unsigned i = 0; i < 64; i++)
        ck_assert_int_eq(enter(i, 1000, &s), KK_GATE_IN);
    ck_assert_int_eq(enter(100, 2000, &s), KK_GATE_FULL);
    kk_gate_leave(&gate, s, false);
    ck_assert_int_eq(enter(100, 2000, &s), KK_GATE_IN);
}
END_TEST

START_TEST(five_a_second_of_one_source)
{
    unsigned s;

    for (int i = 0; i < 5; i++) {
        ck_assert_int_eq(enter(1, 1000, &s), KK_GATE_IN);
        kk_gate_leave(&gate, s, false);
    }
    ck_assert_int_eq(enter(1, 1000, &s), KK_GATE_RATE);
    ck_assert_int_eq(enter(1, 1200, &s), KK_GATE_IN);
}
END_TEST

START_TEST(a_hundred_a_second_in_all)
{
    unsigned s, in = 0;

    for (unsigned i = 0; i < 200; i++) {
        if (enter(i, 1000, &s) != KK_GATE_IN)
            continue;
        kk_gate_leave(&gate, s, false);
        in++;
    }
    ck_assert_uint_eq(in, 100);
}
END_TEST

/* A ward behind one address: those who prove themselves are not slowed down. */
START_TEST(proof_gives_the_token_back)
{
    unsigned s;

    for (int i = 0; i < 300; i++) {
        ck_assert_int_eq(enter(1, 1000, &s), KK_GATE_IN);
        kk_gate_prove(&gate, s);
        kk_gate_leave(&gate, s, true);
    }
    ck_assert_uint_eq(gate.preauth + gate.sessions, 0);
}
END_TEST

START_TEST(sessions_are_counted)
{
    unsigned s[3];

    for (unsigned i = 0; i < 3; i++) {
        ck_assert(kk_gate_has_room(&gate));
        ck_assert_int_eq(enter(i, 0, &s[i]), KK_GATE_IN);
        kk_gate_prove(&gate, s[i]);
    }
    ck_assert(!kk_gate_has_room(&gate));
    kk_gate_leave(&gate, s[1], true);
    ck_assert(kk_gate_has_room(&gate));
}
END_TEST

/* More sources than rows: those that wait for proof keep theirs. */
START_TEST(the_table_never_forgets_who_waits)
{
    unsigned kept, s;

    ck_assert_int_eq(enter(9999, 0, &kept), KK_GATE_IN);
    for (unsigned i = 0; i < 2000; i++) {
        ck_assert_int_eq(enter(i, 1000 * i, &s), KK_GATE_IN);
        kk_gate_leave(&gate, s, false);
    }
    ck_assert_uint_eq(gate.sources[kept].preauth, 1);
    kk_gate_leave(&gate, kept, false);
    ck_assert_uint_eq(gate.preauth, 0);
}
END_TEST

/* [LM-7]: a hundred a second get in, so the 101st that was turned away waits a second more */
START_TEST(who_is_turned_away_hears_how_long)
{
    for (unsigned i = 1; i <= 1000; i++)
        ck_assert_uint_eq(kk_gate_turn_away(&gate, 0), 1 + (i - 1) / 100);
    ck_assert_uint_eq(kk_gate_turn_away(&gate, 5000), 1 + 500 / 100); /* 500 came back meanwhile */
    ck_assert_uint_eq(kk_gate_turn_away(&gate, 4000), 1 + 501 / 100); /* a clock that went back */
    ck_assert_uint_eq(kk_gate_turn_away(&gate, 3600 * 1000), 1);
    for (unsigned i = 0; i < 100 * KK_RETRY_S_MAX * 2; i++)
        ck_assert_uint_le(kk_gate_turn_away(&gate, 3600 * 1000), KK_RETRY_S_MAX);
    ck_assert_uint_eq(kk_gate_turn_away(&gate, 3600 * 1000), KK_RETRY_S_MAX);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("gate", &suite);

    tcase_add_checked_fixture(c, setup, NULL);
    tcase_add_test(c, a_bucket_fills_with_time);
    tcase_add_test(c, eight_of_one_source);
    tcase_add_test(c, sixty_four_in_all);
    tcase_add_test(c, five_a_second_of_one_source);
    tcase_add_test(c, a_hundred_a_second_in_all);
    tcase_add_test(c, proof_gives_the_token_back);
    tcase_add_test(c, sessions_are_counted);
    tcase_add_test(c, the_table_never_forgets_who_waits);
    tcase_add_test(c, who_is_turned_away_hears_how_long);
    return suite;
}
