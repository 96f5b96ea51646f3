/* proto/session/handshake.c: opening a session, admission, and a hostile line before it is open. */
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

/* --- the good way --- */

/* [HS-7] */
START_TEST(a_session_opens)
{
    ck_assert(talk_open(&t));
    ck_assert_uint_eq(t.client.opened, 1);
    ck_assert_int_eq(t.client.admission.status, KK_ADMIT_OK);
    ck_assert_uint_eq(t.client.admission.server_ms, 1234567890123);
    ck_assert_uint_eq(t.client.admission.root_ver, 3);
    ck_assert_uint_eq(t.client.admission.retry_s, 7);
    ck_assert_mem_eq(kk_session_peer(&t.server.session), t.client_public, KK_KEY_BYTES);
    ck_assert_mem_eq(kk_session_hash(&t.client.session), kk_session_hash(&t.server.session),
                     KK_HASH_BYTES);
    ck_assert_ptr_null(kk_session_invite(&t.server.session));
    ck_assert_uint_eq(t.server.messages, 1);
    ck_assert_uint_eq(t.client.messages, 1);
}
END_TEST

/* [HS-5]: message 1 names the invitation */
START_TEST(an_enrolment_opens)
{
    started(KK_MODE_ENROL);
    talk_run(&t);
    ck_assert_uint_eq(t.client.opened, 1);
    ck_assert_mem_eq(kk_session_invite(&t.server.session), talk_invite, KK_ID_BYTES);
    ck_assert_int_eq(talk_say(&t, &t.client, KK_MSG_ENROL, 5), 0);
    talk_run(&t);
    ck_assert_uint_eq(t.server.type, KK_MSG_ENROL);
    ck_assert_int_eq(talk_say(&t, &t.server, KK_MSG_ENROLLED, 5), 0);
    talk_run(&t);
    ck_assert_uint_eq(t.client.type, KK_MSG_ENROLLED);
    ck_assert_uint_eq(t.client.id, 5);
}
END_TEST

/* docs/protocol.md §3: 106 or 122 bytes up, 66 down */
START_TEST(flights_have_their_sizes)
{
    enum kk_session_mode mode = _i == 0 ? KK_MODE_SESSION : KK_MODE_ENROL;

    started(mode);
    ck_assert_uint_eq(kk_session_out_len(&t.client.session), _i == 0 ? 106 : 122);
    talk_move(&t, &t.client, &t.server, 0);
    ck_assert_uint_eq(kk_session_out_len(&t.server.session), 66);
}
END_TEST

START_TEST(bytes_one_at_a_time)
{
    started(KK_MODE_SESSION);
    talk_move(&t, &t.client, &t.server, 1);
    talk_move(&t, &t.server, &t.client, 1);
    ck_assert_int_eq(talk_say(&t, &t.client, KK_MSG_HELLO, 1), 0);
    talk_move(&t, &t.client, &t.server, 1);
    ck_assert_uint_eq(t.server.type, KK_MSG_HELLO);
}
END_TEST

/* [LM-2] what the server takes before it knows its peer */
START_TEST(wants_leaves_nothing_over)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes flight = { 0 };
    struct kk_session_event event;
    size_t at = 0, wants;

    started(KK_MODE_ENROL);
    kk_session_take_out(&t.client.session, &flight);
    while ((wants = kk_session_wants(&t.server.session)) > 0) {
        ck_assert_uint_le(at + wants, KK_HANDSHAKE_BYTES_MAX);
        kk_session_feed(&t.server.session, kk_slice(flight.data + at, wants), t.now_ms,
                        &t.server.arena, &event);
        ck_assert_uint_eq(event.used, wants);
        at += wants;
    }
    ck_assert_uint_eq(at, KK_HANDSHAKE_BYTES_MAX);
    ck_assert_int_eq(event.what, KK_SESSION_IDENTIFY);
}
END_TEST

START_TEST(identify_waits_and_takes_nothing)
{
    t.hold = true;
    started(KK_MODE_SESSION);
    talk_move(&t, &t.client, &t.server, 0);
    ck_assert_uint_eq(t.server.identify, 1);
    ck_assert_uint_eq(kk_session_out_len(&t.server.session), 0);
    ck_assert_uint_eq(kk_session_wants(&t.server.session), 0);
    kk_session_admit(&t.server.session, &t.admit);
    talk_run(&t);
    ck_assert_uint_eq(t.client.opened, 1);
}
END_TEST

/* --- admission --- */

START_TEST(unknown_is_silent)
{
    struct kk_session_event event;

    t.admit.status = KK_ADMIT_UNKNOWN;
    started(KK_MODE_SESSION);
    talk_move(&t, &t.client, &t.server, 0);
    ck_assert_uint_eq(kk_session_out_len(&t.server.session), 0);
    ck_assert_int_eq(t.server.end, KK_END_UNKNOWN);
    kk_session_cut(&t.client.session, true, &event); /* [HS-10] */
    ck_assert_int_eq(event.end, KK_END_UNKNOWN);
    ck_assert_int_eq(kk_end_fault(event.end), KK_E_DEVICE_UNKNOWN);
}
END_TEST

struct refusal {
    enum kk_admit status;
    enum kk_session_end end;
    int fault;
};
static const struct refusal refusals[] = {
    { KK_ADMIT_REVOKED, KK_END_REVOKED, KK_E_REVOKED },
    { KK_ADMIT_BUSY, KK_END_BUSY, KK_E_PEER_BUSY },
};

START_TEST(refusals_are_told_inside_the_seal)
{
    t.admit.status = refusals[_i].status;
    started(KK_MODE_SESSION);
    talk_run(&t);
    ck_assert_uint_eq(t.client.opened, 0);
    ck_assert_int_eq(t.client.end, refusals[_i].end);
    ck_assert_int_eq(kk_end_fault(t.client.end), refusals[_i].fault);
    ck_assert_uint_eq(t.client.admission.retry_s, 7);
    ck_assert_int_eq(t.server.end, refusals[_i].end);
    ck_assert_int_eq(talk_say(&t, &t.client, KK_MSG_HELLO, 1), KK_E_CUT);
}
END_TEST

START_TEST(pending_opens_and_says_so)
{
    t.admit.status = KK_ADMIT_PENDING;
    ck_assert(talk_open(&t));
    ck_assert_int_eq(t.client.admission.status, KK_ADMIT_PENDING);
}
END_TEST

/* --- hostile bytes before the session is open --- */

static void neither_is_open(void)
{
    talk_run(&t);
    ck_assert_uint_eq(t.client.opened, 0);
    ck_assert(!kk_session_is_open(&t.server.session));
    ck_assert_uint_eq(t.server.messages, 0);
}

/* Starts afresh and gives the client's flight to the server with one bit changed. */
static void give_flipped(enum kk_session_mode mode, size_t bit)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes flight = { 0 };

    talk_fini(&t);
    talk_init(&t, 7);
    started(mode);
    kk_session_take_out(&t.client.session, &flight);
    flight.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    talk_give(&t, &t.server, kk_bytes_slice(&flight));
}

/* [HS-3]: version bounds, mode and magic; a flip may also leave the server waiting for more */
START_TEST(every_bit_of_the_preamble_counts)
{
    for (size_t bit = 0; bit < KK_PREAMBLE_BYTES * 8; bit++) {
        give_flipped(_i == 0 ? KK_MODE_SESSION : KK_MODE_ENROL, bit);
        neither_is_open();
    }
}
END_TEST

START_TEST(every_bit_of_message_1_counts)
{
    size_t bits = (_i == 0 ? 106 : 122) * 8;

    for (size_t bit = KK_PREAMBLE_BYTES * 8; bit < bits; bit++) {
        give_flipped(_i == 0 ? KK_MODE_SESSION : KK_MODE_ENROL, bit);
        ck_assert_uint_eq(t.server.closed, 1);
        ck_assert_uint_eq(kk_session_out_len(&t.server.session), 0);
        neither_is_open();
    }
}
END_TEST

START_TEST(every_bit_of_message_2_counts)
{
    for (size_t bit = 0; bit < (size_t)66 * 8; bit++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes flight = { 0 };

        talk_fini(&t);
        talk_init(&t, 7);
        started(KK_MODE_SESSION);
        talk_move(&t, &t.client, &t.server, 0);
        kk_session_take_out(&t.server.session, &flight);
        flight.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        talk_give(&t, &t.client, kk_bytes_slice(&flight));
        ck_assert_uint_eq(t.client.closed, 1);
        ck_assert_uint_eq(t.client.opened, 0);
    }
}
END_TEST

/* [HS-6]: a replayed flight gets message 2 and nothing else, not even with the old first frame */
START_TEST(replay_has_no_effect)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes flight = { 0 }, frame = { 0 };

    started(KK_MODE_SESSION);
    kk_session_take_out(&t.client.session, &flight);
    talk_give(&t, &t.server, kk_bytes_slice(&flight));
    talk_move(&t, &t.server, &t.client, 0);
    ck_assert_int_eq(talk_say(&t, &t.client, KK_MSG_HELLO, 1), 0);
    kk_session_take_out(&t.client.session, &frame);
    talk_give(&t, &t.server, kk_bytes_slice(&frame));
    ck_assert_uint_eq(t.server.messages, 1);

    talk_fini(&t);
    talk_init(&t, 8);
    started(KK_MODE_SESSION);
    talk_give(&t, &t.server, kk_bytes_slice(&flight));
    ck_assert_uint_eq(t.server.identify, 1);
    ck_assert(!kk_session_is_open(&t.server.session));
    talk_give(&t, &t.server, kk_bytes_slice(&frame));
    ck_assert_uint_eq(t.server.messages, 0);
    ck_assert_int_eq(t.server.end, KK_END_HANDSHAKE);
}
END_TEST

START_TEST(another_psk_is_noticed)
{
    t.admit.psk[0] ^= 1;
    started(KK_MODE_ENROL);
    talk_run(&t);
    ck_assert_int_eq(t.client.end, KK_END_HANDSHAKE);
    ck_assert_uint_eq(t.client.opened, 0);
}
END_TEST

START_TEST(another_daemon_key_is_noticed)
{
    t.server_public[3] ^= 1;
    started(KK_MODE_SESSION);
    talk_run(&t);
    ck_assert_int_eq(t.server.end, KK_END_HANDSHAKE);
    ck_assert_uint_eq(t.server.identify, 0);
}
END_TEST

/* [HS-8] [HS-9] */
START_TEST(no_common_version)
{
    static const uint8_t newer[] = "KKY1\x02\x09\x01";
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 };

    started(KK_MODE_SESSION);
    talk_give(&t, &t.server, kk_slice(newer, sizeof(newer)));
    ck_assert_int_eq(t.server.end, KK_END_VERSION);
    kk_session_take_out(&t.server.session, &out);
    unit_assert_slice(kk_bytes_slice(&out), kk_slice("KKY1\xff\x02\x01\x01", 8));
    talk_give(&t, &t.client, kk_bytes_slice(&out));
    ck_assert_int_eq(t.client.end, KK_END_VERSION);
}
END_TEST

/* Refused as it stands, not only by the prologue later on: nobody waits for message 1. */
START_TEST(a_preamble_of_nobody)
{
    static const uint8_t bad[][9] = { "KKY1\x01\x00\x01", "KKY1\x02\x01\x01",
                                      "KKY1\x01\x01\x01\x01", "KKY1\x01\x01\x03",
                                      "KKY2\x01\x01\x01" };

    started(KK_MODE_SESSION);
    talk_give(&t, &t.server, kk_slice(bad[_i], KK_PREAMBLE_BYTES));
    ck_assert_int_eq(t.server.end, KK_END_PROTOCOL);
    ck_assert_uint_eq(kk_session_out_len(&t.server.session), 0);
}
END_TEST

/* [HS-9] the daemon itself can't choose what was not offered. */
START_TEST(a_version_that_was_not_offered)
{
    t.hold = true;
    started(KK_MODE_SESSION);
    talk_move(&t, &t.client, &t.server, 0);
    t.server.session.version = _i == 0 ? 0 : 2;
    kk_session_admit(&t.server.session, &t.admit);
    talk_move(&t, &t.server, &t.client, 0);
    ck_assert_int_eq(t.client.end, KK_END_PROTOCOL);
    ck_assert_uint_eq(t.client.opened, 0);
}
END_TEST

START_TEST(a_reject_for_want_of_room)
{
    uint8_t reject[KK_REJECT_BYTES];

    kk_session_reject(KK_WIRE_BUSY, 300, reject);
    started(KK_MODE_SESSION);
    talk_give(&t, &t.client, kk_slice(reject, sizeof(reject)));
    ck_assert_int_eq(t.client.end, KK_END_BUSY);
    ck_assert_uint_eq(t.client.admission.retry_s, 300);
}
END_TEST

START_TEST(a_reject_of_another_kind)
{
    uint8_t reject[KK_REJECT_BYTES];

    kk_session_reject(KK_WIRE_REVOKED, 0, reject); /* nobody may claim this without proof */
    started(KK_MODE_SESSION);
    talk_give(&t, &t.client, kk_slice(reject, sizeof(reject)));
    ck_assert_int_eq(t.client.end, KK_END_PROTOCOL);
}
END_TEST

START_TEST(garbage)
{
    struct unit_entropy noise;
    uint8_t bytes[400];

    unit_entropy_init(&noise, 99);
    for (int i = 0; i < 200; i++) {
        talk_fini(&t);
        talk_init(&t, 7);
        started(KK_MODE_SESSION);
        kk_entropy_fill(&noise.entropy, bytes, sizeof(bytes));
        talk_give(&t, i % 2 ? &t.server : &t.client, kk_slice(bytes, sizeof(bytes)));
        ck_assert_uint_eq(t.server.closed + t.client.closed, 1);
    }
}
END_TEST

/* [FR-4] */
START_TEST(the_first_frame_is_short)
{
    static const uint8_t head[2] = { (KK_FIRST_FRAME_MAX + 1) >> 8,
                                     (KK_FIRST_FRAME_MAX + 1) & 255 };

    started(KK_MODE_SESSION);
    talk_move(&t, &t.client, &t.server, 0);
    talk_give(&t, &t.server, kk_slice(head, 2));
    ck_assert_int_eq(t.server.end, KK_END_PROTOCOL);
    ck_assert_str_eq(t.server.last.detail, "frame");
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("handshake", &suite);

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, a_session_opens);
    tcase_add_test(c, an_enrolment_opens);
    tcase_add_loop_test(c, flights_have_their_sizes, 0, 2);
    tcase_add_test(c, bytes_one_at_a_time);
    tcase_add_test(c, wants_leaves_nothing_over);
    tcase_add_test(c, identify_waits_and_takes_nothing);
    tcase_add_test(c, unknown_is_silent);
    tcase_add_loop_test(c, refusals_are_told_inside_the_seal, 0, (int)KK_COUNT(refusals));
    tcase_add_test(c, pending_opens_and_says_so);
    tcase_add_loop_test(c, every_bit_of_the_preamble_counts, 0, 2);
    tcase_add_loop_test(c, every_bit_of_message_1_counts, 0, 2);
    tcase_add_test(c, every_bit_of_message_2_counts);
    tcase_add_test(c, replay_has_no_effect);
    tcase_add_test(c, another_psk_is_noticed);
    tcase_add_test(c, another_daemon_key_is_noticed);
    tcase_add_test(c, no_common_version);
    tcase_add_loop_test(c, a_preamble_of_nobody, 0, 5);
    tcase_add_loop_test(c, a_version_that_was_not_offered, 0, 2);
    tcase_add_test(c, a_reject_for_want_of_room);
    tcase_add_test(c, a_reject_of_another_kind);
    tcase_add_test(c, garbage);
    tcase_add_test(c, the_first_frame_is_short);
    return suite;
}
