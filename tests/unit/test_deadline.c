/* proto/session/deadline.c: [LM-1] and [FR-5] on a clock that the test moves. */
#include "talk.h"

static struct talk t; /* one test at a time; Check forks, or runs them one after another */

static void setup(void)
{
    talk_init(&t, 7);
}

static void teardown(void)
{
    talk_fini(&t);
}

static void started(enum kk_session_mode mode)
{
    ck_assert_int_eq(talk_start(&t, mode), 0);
}

/* [LM-1] absolute: bytes that trickle in do not help */
START_TEST(the_handshake_has_ten_seconds)
{
    started(KK_MODE_SESSION);
    talk_give(&t, &t.server, kk_slice("KKY1", 4));
    t.now_ms += KK_PREAUTH_TIMEOUT_MS - 1;
    talk_give(&t, &t.server, kk_slice("\x01", 1));
    talk_tick(&t, t.now_ms);
    ck_assert_uint_eq(t.server.closed, 0);
    ck_assert_int_eq(kk_session_deadline(&t.server.session), t.now_ms + 1);
    talk_tick(&t, t.now_ms + 1);
    ck_assert_int_eq(t.server.end, KK_END_TIMEOUT);
    ck_assert_int_eq(t.client.end, KK_END_TIMEOUT);
    ck_assert_int_eq(kk_session_deadline(&t.server.session), INT64_MAX);
}
END_TEST

START_TEST(silence_after_message_2_ends)
{
    started(KK_MODE_SESSION);
    talk_run(&t);
    talk_tick(&t, t.now_ms + KK_PREAUTH_TIMEOUT_MS);
    ck_assert_int_eq(t.server.end, KK_END_TIMEOUT);
}
END_TEST

START_TEST(a_quiet_client_pings)
{
    int64_t start;

    ck_assert(talk_open(&t));
    start = t.now_ms;
    for (int i = 1; i <= 20; i++) {
        ck_assert_int_eq(kk_session_deadline(&t.client.session), start + 25000 * i);
        talk_tick(&t, start + 25000 * i);
        ck_assert_uint_gt(kk_session_out_len(&t.client.session), 0);
        talk_run(&t);
    }
    ck_assert_uint_eq(t.client.closed + t.server.closed, 0);
}
END_TEST

START_TEST(a_dead_line_is_noticed_by_both)
{
    int64_t start;

    ck_assert(talk_open(&t));
    start = t.now_ms;
    talk_tick(&t, start + 25000); /* the PING is lost */
    talk_tick(&t, start + KK_IDLE_TIMEOUT_MS - 1);
    ck_assert_uint_eq(t.client.closed + t.server.closed, 0);
    talk_tick(&t, start + KK_IDLE_TIMEOUT_MS);
    ck_assert_int_eq(t.client.end, KK_END_TIMEOUT);
    ck_assert_int_eq(t.server.end, KK_END_TIMEOUT);
    ck_assert_str_eq(t.server.last.detail, "idle");
}
END_TEST

START_TEST(an_answer_has_thirty_seconds)
{
    ck_assert(talk_open(&t));
    ck_assert_int_eq(talk_say(&t, &t.client, KK_MSG_GET, 2), 0);
    talk_run(&t);
    talk_tick(&t, t.now_ms + 25000);
    talk_run(&t);
    talk_tick(&t, t.now_ms + KK_ANSWER_TIMEOUT_MS);
    ck_assert_int_eq(t.client.end, KK_END_TIMEOUT);
    ck_assert_str_eq(t.client.last.detail, "answer");
    ck_assert_uint_eq(t.server.closed, 0); /* it owes the answer: nobody is idle */
}
END_TEST

/* [LM-1] a frame that was begun */
START_TEST(a_frame_has_thirty_seconds)
{
    int64_t start;

    ck_assert(talk_open(&t));
    start = t.now_ms;
    talk_give(&t, &t.server,
              kk_slice("\x00\x20"
                       "abc",
                       5));
    t.now_ms = start + 29999;
    talk_give(&t, &t.server, kk_slice("d", 1));
    talk_tick(&t, t.now_ms);
    ck_assert_uint_eq(t.server.closed, 0);
    talk_tick(&t, start + KK_FRAME_TIMEOUT_MS);
    ck_assert_int_eq(t.server.end, KK_END_TIMEOUT);
    ck_assert_str_eq(t.server.last.detail, "frame");
}
END_TEST

/* [FR-5] */
START_TEST(an_hour_is_enough)
{
    int64_t start;

    t.times.idle = t.times.ping = INT64_MAX / 4;
    ck_assert(talk_open(&t));
    start = t.now_ms;
    talk_tick(&t, start + KK_SESSION_LIFE_MS - 1);
    ck_assert_uint_eq(t.client.closed + t.server.closed, 0);
    talk_tick(&t, start + KK_SESSION_LIFE_MS);
    ck_assert_int_eq(t.client.end, KK_END_RECONNECT);
    ck_assert_int_eq(t.server.end, KK_END_RECONNECT);
    ck_assert_int_eq(kk_end_fault(t.client.end), 0);
}
END_TEST

/* [FR-5] */
START_TEST(frames_are_counted)
{
    uint32_t id = 2;

    t.times.frames = 6;
    ck_assert(talk_open(&t));
    while (t.client.closed == 0 && id < 20) {
        ck_assert_int_eq(talk_say(&t, &t.client, KK_MSG_GET, id), 0);
        talk_run(&t);
        if (t.server.closed == 0)
            ck_assert_int_eq(talk_say(&t, &t.server, KK_MSG_DATA, id), 0);
        talk_tick(&t, t.now_ms);
        talk_run(&t);
        id++;
    }
    ck_assert_uint_eq(t.client.session.send.count, 6); /* HELLO, four GET, BYE */
    ck_assert_int_eq(t.client.end, KK_END_RECONNECT);
    ck_assert_int_eq(t.server.end, KK_END_RECONNECT);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("deadline", &suite);

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, the_handshake_has_ten_seconds);
    tcase_add_test(c, silence_after_message_2_ends);
    tcase_add_test(c, a_quiet_client_pings);
    tcase_add_test(c, a_dead_line_is_noticed_by_both);
    tcase_add_test(c, an_answer_has_thirty_seconds);
    tcase_add_test(c, a_frame_has_thirty_seconds);
    tcase_add_test(c, an_hour_is_enough);
    tcase_add_test(c, frames_are_counted);
    return suite;
}
