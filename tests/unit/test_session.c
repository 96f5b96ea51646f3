/* proto/session/session.c: messages through the five gates, ends, and memory that runs out. */
#include "kukyoku/base/alloc.h"
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

/* --- hostile messages --- */

/* Seals any plaintext as the client would. */
static void client_sends(const char *plain, size_t len)
{
    uint8_t frame[2 + 600 + KK_AEAD_TAG_BYTES];

    ck_assert_uint_le(len, 600);
    kk_frame_put_head(frame, len + KK_AEAD_TAG_BYTES);
    kk_seal_close(&t.client.session.send, kk_slice("", 0), kk_slice(plain, len), frame + 2);
    talk_give(&t, &t.server, kk_slice(frame, 2 + len + KK_AEAD_TAG_BYTES));
}

struct bad {
    const char *name, *plain;
    size_t len;
};
static const struct bad bad_messages[] = {
    { "no msgpack", "\xc1", 1 },
    { "trailing byte", "\x93\x1f\x00\x80\x00", 5 },
    { "unknown type", "\x93\x63\x00\x80", 4 },
    { "a field too many", "\x93\x1f\x00\x81\x09\x01", 6 },
    { "a server's message", "\x93\x12\x01\x81\x01\x01", 6 },
    { "a second HELLO is out of place, so is GET before WELCOME", "\x93\x0b\x01\x80", 4 },
};

/* [FR-6] */
START_TEST(bad_messages_end_the_session)
{
    started(KK_MODE_SESSION);
    talk_run(&t);
    client_sends(bad_messages[_i].plain, bad_messages[_i].len);
    ck_assert_msg(t.server.end == KK_END_PROTOCOL && t.server.closed == 1, "%s",
                  bad_messages[_i].name);
    ck_assert_uint_eq(t.server.messages, 0);
    talk_run(&t);
    ck_assert_int_eq(t.client.end, KK_END_REFUSED);
    ck_assert_uint_eq(t.client.code, KK_WIRE_PROTO);
}
END_TEST

START_TEST(an_altered_frame_ends_the_session)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 };

    ck_assert(talk_open(&t));
    ck_assert_int_eq(talk_say(&t, &t.client, KK_MSG_GET, 2), 0);
    kk_session_take_out(&t.client.session, &out);
    out.data[out.len - 1] ^= 1;
    talk_give(&t, &t.server, kk_bytes_slice(&out));
    ck_assert_int_eq(t.server.end, KK_END_PROTOCOL);
    ck_assert_uint_eq(kk_session_out_len(&t.server.session), 0); /* nobody is there to be told */
}
END_TEST

START_TEST(own_messages_pass_the_gate_too)
{
    ck_assert(talk_open(&t));
    ck_assert_int_eq(talk_say(&t, &t.client, KK_MSG_HELLO, 9), KK_E_PROTOCOL);
    ck_assert_int_eq(talk_say(&t, &t.server, KK_MSG_DATA, 9), KK_E_PROTOCOL);
    ck_assert_uint_eq(kk_session_out_len(&t.client.session), 0);
    ck_assert_uint_eq(kk_session_out_len(&t.server.session), 0);
}
END_TEST

START_TEST(plain_bytes_are_sent_as_they_are)
{
    static const uint8_t get_1[] = "\x93\x03\x07\x82\x01\xc4\x20"
                                   "0123456789abcdef0123456789abcdef\x03\x01";

    ck_assert(talk_open(&t));
    ck_assert_int_eq(kk_session_send_plain(&t.client.session, kk_slice(get_1, sizeof(get_1) - 1),
                                           &t.client.arena, t.now_ms),
                     0);
    ck_assert_uint_eq(kk_session_open_count(&t.client.session), 1);
    talk_run(&t);
    ck_assert_uint_eq(t.server.type, KK_MSG_GET);
    ck_assert_uint_eq(t.server.id, 7);
    ck_assert_int_eq(
        kk_session_send_plain(&t.client.session, kk_slice("\xc1", 1), &t.client.arena, t.now_ms),
        KK_E_FORM);
}
END_TEST

/* [PL-7] */
START_TEST(eight_open_requests_stop_the_reading)
{
    ck_assert(talk_open(&t));
    for (uint32_t id = 10; id < 18; id++)
        ck_assert_int_eq(talk_say(&t, &t.client, KK_MSG_GET, id), 0);
    ck_assert_int_eq(talk_say(&t, &t.client, KK_MSG_GET, 18), KK_E_PROTOCOL);
    talk_run(&t);
    ck_assert_uint_eq(t.server.messages, 1 + 8);
    ck_assert_uint_eq(kk_session_wants(&t.server.session), 0);
    ck_assert_int_eq(kk_session_deadline(&t.server.session),
                     t.now_ms + t.times.life + t.times.answer);

    ck_assert_int_eq(talk_say(&t, &t.server, KK_MSG_DATA, 12), 0);
    ck_assert_uint_eq(kk_session_wants(&t.server.session), 2);
    talk_run(&t);
    ck_assert_uint_eq(kk_session_open_count(&t.client.session), 7);
}
END_TEST

/* [FR-5] */
START_TEST(a_peer_that_does_not_count_is_cut)
{
    t.times.frames = 6;
    ck_assert(talk_open(&t));
    t.server.session.receive.count = t.client.session.send.count = 6;
    client_sends("\x93\x0b\x00\x80", 4);
    ck_assert_int_eq(t.server.end, KK_END_PROTOCOL);
}
END_TEST

/* --- ends --- */

/* [PL-10] */
START_TEST(bye_is_heard)
{
    static const enum kk_session_end ends[] = { KK_END_DONE, KK_END_RECONNECT, KK_END_STOPPING,
                                                KK_END_REFUSED, KK_END_REVOKED, KK_END_REFUSED,
                                                KK_END_BUSY };

    ck_assert(talk_open(&t));
    kk_session_bye(&t.server.session, (unsigned)_i, t.now_ms);
    talk_run(&t);
    ck_assert_int_eq(t.client.end, ends[_i]);
    ck_assert_uint_eq(t.client.closed, 1);
    talk_give(&t, &t.client, kk_slice("after the end", 13));
    ck_assert_uint_eq(t.client.closed, 1);
}
END_TEST

START_TEST(a_cut_is_no_goodbye)
{
    struct kk_session_event event;

    ck_assert(talk_open(&t));
    kk_session_cut(&t.client.session, true, &event);
    ck_assert_int_eq(event.what, KK_SESSION_CLOSED);
    ck_assert_int_eq(event.end, KK_END_CUT);
    kk_session_cut(&t.client.session, true, &event);
    ck_assert_int_eq(event.what, KK_SESSION_MORE);
}
END_TEST

/* --- memory --- */

START_TEST(any_allocation_may_fail)
{
    bool opened = false;
    unsigned long n = 0;

    while (!opened) {
        talk_fini(&t);
        talk_init(&t, 7);
        kk_alloc_fail_at(++n);
        opened = talk_open(&t);
        kk_alloc_fail_at(0);
        ck_assert_uint_lt(n, 200);
    }
    ck_assert_uint_gt(n, 5);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("session", &suite);

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_loop_test(c, bad_messages_end_the_session, 0, (int)KK_COUNT(bad_messages));
    tcase_add_test(c, an_altered_frame_ends_the_session);
    tcase_add_test(c, own_messages_pass_the_gate_too);
    tcase_add_test(c, plain_bytes_are_sent_as_they_are);
    tcase_add_test(c, eight_open_requests_stop_the_reading);
    tcase_add_test(c, a_peer_that_does_not_count_is_cut);
    tcase_add_loop_test(c, bye_is_heard, 0, 7);
    tcase_add_test(c, a_cut_is_no_goodbye);
    tcase_add_test(c, any_allocation_may_fail);
    return suite;
}
