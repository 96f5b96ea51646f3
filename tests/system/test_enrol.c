/*
 * Enrolment and revocation over real sockets, with a real relay, real documents and a store in
 * memory: invitations used twice, at once, too late or by a thief of half of it; devices that wait,
 * and devices that are revoked, also in the middle of a session. [HS-4] [HS-7]
 */
#include "link/link.h"
#include "server.h"
#include "village.h"

#include "kukyoku/trust/invite.h"

#include <signal.h>
#include <stdio.h>

#define NOW    1795392000000ll /* 2026-11-23 */
#define DAY_MS (24ll * 60 * 60 * 1000)

static struct server server;
static struct bureau bureau;
static struct village village;
static struct kk_worker_batch batch;

/* One invitation that counts and one that has expired. */
static const uint8_t secret[KK_KEY_BYTES] = { 1, 2, 3 };
static const uint8_t good_id[KK_ID_BYTES] = { 10 }, late_id[KK_ID_BYTES] = { 11 };

static void invite(const uint8_t id[KK_ID_BYTES], int64_t expires_ms)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes payload = { 0 }, doc = { 0 };
    struct kk_invite i = { .ward = kk_slice_text("14133"),
                           .role = KK_ROLE_STAFF,
                           .issued_ms = NOW - 30 * DAY_MS,
                           .expires_ms = (uint64_t)expires_ms };
    enum kk_trust_verdict verdict;

    memcpy(i.id, id, KK_ID_BYTES);
    kk_invite_psk(secret, i.psk);
    kk_trust_root_id(kk_relay_trust(village.relay), i.root);
    ck_assert_int_eq(kk_shape_encode(&kk_shape_invite, &i, &payload), 0);
    bureau_sign(&bureau, KK_DOC_INVITE, kk_bytes_slice(&payload), &doc);
    ck_assert_int_eq(kk_relay_begin(village.relay), 0);
    ck_assert_int_eq(kk_relay_adopt_invite(village.relay, kk_bytes_slice(&doc), &verdict), 0);
    ck_assert_int_eq(verdict, KK_TRUST_TAKEN);
    ck_assert_int_eq(kk_relay_commit(village.relay), 0);
}

static int begin(void *self)
{
    return kk_relay_begin(self);
}

static int commit(void *self)
{
    return kk_relay_commit(self);
}

static struct bureau_device *lead; /* approved from the start */

static void setup(void)
{
    signal(SIGPIPE, SIG_IGN);
    server_init(&server);
    bureau_init(&bureau, 5, NOW);
    lead = bureau_stranger(&bureau);
    bureau_approve(&bureau, lead, KK_ROLE_LEAD, "14133");
    bureau_sign_roster(&bureau);
    village_init(&village, &bureau, 6);
    village_hand_over(&village);
    invite(good_id, NOW + DAY_MS);
    invite(late_id, NOW - 1);
    memcpy(server.secret, bureau.transport_secret, KK_KEY_BYTES);
    memcpy(server.public, bureau.transport, KK_KEY_BYTES);
    batch = (struct kk_worker_batch){ .begin = begin, .commit = commit, .self = village.relay };
    server.batch = &batch;
    server.service = &village.service;
    server_start(&server);
}

static void teardown(void)
{
    server_stop(&server);
    village_fini(&village);
    bureau_fini(&bureau);
}

/* --- one device at the line --- */

struct asker {
    struct kk_device_keys keys;
    uint8_t invite[KK_ID_BYTES], psk[KK_KEY_BYTES];
    bool swap_noise, swap_binding, forge; /* what a thief would do */
    struct unit_entropy entropy;
    int fault;
    /* a session */
    enum kk_admit status;
    unsigned wire[2]; /* codes of ERR to GET and LOG */
    bool revoke;      /* between HELLO and GET */
};

static void asker_init(struct asker *a, uint64_t seed, const uint8_t id[KK_ID_BYTES])
{
    *a = (struct asker){ .fault = 1 };
    unit_entropy_init(&a->entropy, seed);
    kk_device_keys_generate(&a->keys, &a->entropy.entropy);
    memcpy(a->invite, id, KK_ID_BYTES);
    kk_invite_psk(secret, a->psk);
}

static int fill(void *user, const uint8_t hash[KK_HASH_BYTES], struct kk_msg_enrol *ret)
{
    struct asker *a = user;
    struct kk_device_keys keys = a->keys;
    uint8_t binding[KK_HASH_BYTES];
    int r;

    memcpy(binding, hash, sizeof(binding));
    keys.noise[0] ^= a->swap_noise;
    binding[0] ^= a->swap_binding;
    *ret = (struct kk_msg_enrol){ .request = { .recv_ms = 0 } };
    memcpy(ret->request.invite, a->invite, KK_ID_BYTES);
    r = kk_enrol_request_make(&keys, kk_slice_text("pc"), binding, NULL, &ret->request);
    ret->request.wrap[0] ^= a->forge;
    return r;
}

static void connect_options(struct asker *a, char endpoint[64], const char *list[1],
                            struct kk_hash_item *key, struct kk_link_options *ret)
{
    snprintf(endpoint, 64, "127.0.0.1:%d", server.port);
    list[0] = endpoint;
    memcpy(key->id, server.public, KK_KEY_BYTES);
    *ret = (struct kk_link_options){ .endpoints = list,
                                     .endpoint_count = 1,
                                     .daemon_keys = key,
                                     .daemon_key_count = 1,
                                     .mode = KK_MODE_SESSION,
                                     .secret = a->keys.noise_secret,
                                     .entropy = { .fill = server_random } };
}

static void enrol(void *arg)
{
    struct asker *a = arg;
    struct kk_link_options o;
    struct kk_hash_item key;
    char endpoint[64];
    const char *list[1];
    uint8_t device[KK_ID_BYTES];

    connect_options(a, endpoint, list, &key, &o);
    o.mode = KK_MODE_ENROL;
    o.invite = a->invite;
    o.psk = a->psk;
    a->fault = kk_link_enrol(&o, fill, a, device, NULL);
    if (a->fault == 0)
        ck_assert_mem_eq(device, a->keys.id, KK_ID_BYTES);
}

static int enrol_once(uint64_t seed, const uint8_t id[KK_ID_BYTES])
{
    struct asker a;

    asker_init(&a, seed, id);
    enrol(&a);
    return a.fault;
}

START_TEST(an_invitation_is_used_once)
{
    ck_assert_int_eq(enrol_once(1, good_id), 0);
    ck_assert_int_eq(enrol_once(2, good_id), KK_E_INVITE);
}
END_TEST

START_TEST(two_at_once_and_one_wins)
{
    struct asker a[2];
    uv_thread_t thread[2];

    for (size_t i = 0; i < 2; i++)
        asker_init(&a[i], 10 + i, good_id);
    for (size_t i = 0; i < 2; i++)
        ck_assert_int_eq(uv_thread_create(&thread[i], enrol, &a[i]), 0);
    for (size_t i = 0; i < 2; i++)
        uv_thread_join(&thread[i]);
    ck_assert((a[0].fault == 0) != (a[1].fault == 0));
    ck_assert(a[0].fault == KK_E_INVITE || a[1].fault == KK_E_INVITE);
}
END_TEST

START_TEST(an_invitation_that_has_expired)
{
    ck_assert_int_eq(enrol_once(1, late_id), KK_E_INVITE);
}
END_TEST

START_TEST(an_invitation_that_never_was)
{
    static const uint8_t never[KK_ID_BYTES] = { 99 };

    ck_assert_int_eq(enrol_once(1, never), KK_E_DEVICE_UNKNOWN);
}
END_TEST

START_TEST(an_invitation_without_its_secret)
{
    struct asker a;

    asker_init(&a, 1, good_id);
    a.psk[0] ^= 1;
    enrol(&a);
    ck_assert_int_eq(a.fault, KK_E_HANDSHAKE);
    ck_assert_int_eq(enrol_once(2, good_id), 0); /* it was not used up */
}
END_TEST

/* Keys that are not the session's, a request of another session, keys without proof. */
START_TEST(a_request_that_does_not_fit)
{
    struct asker a;

    asker_init(&a, 1, good_id);
    a.swap_noise = _i == 0;
    a.swap_binding = _i == 1;
    a.forge = _i == 2;
    enrol(&a);
    ck_assert_int_eq(a.fault, KK_E_SIGNATURE);
    ck_assert_int_eq(enrol_once(2, good_id), 0);
}
END_TEST

/* --- sessions --- */

static void revoke_lead(void *user)
{
    (void)user;
    bureau_revoke(&bureau, lead);
    bureau_sign_roster(&bureau);
    /* inside a batch of the store thread: end it, adopt in one of its own, begin the rest */
    ck_assert_int_eq(kk_relay_commit(village.relay), 0);
    village_hand_over(&village);
    ck_assert_int_eq(kk_relay_begin(village.relay), 0);
}

static int on_opened(void *self, struct kk_link *link, const struct kk_admission *admission)
{
    struct kk_msg_hello hello = { .client = kk_slice_text("test"), .root_ver = 1, .digest = { 1 } };
    struct asker *a = self;

    a->status = admission->status;
    return kk_link_send(link, KK_MSG_HELLO, 1, &hello);
}

static int on_message(void *self, struct kk_link *link, const struct kk_message *m,
                      struct kk_slice plain)
{
    struct kk_msg_get get = { .blob = { 1 }, .max = 100 };
    struct kk_msg_log log = { .scope = kk_slice_text("e:14133"), .from_gsn = 1, .max = 1 };
    struct asker *a = self;

    (void)plain;
    if (m->type == KK_MSG_WELCOME) {
        if (a->revoke)
            server_run_job(&server, revoke_lead, NULL);
        return kk_link_send(link, KK_MSG_GET, 2, &get);
    }
    if (m->type == KK_MSG_ERR)
        a->wire[m->id == 3] = (unsigned)((const struct kk_msg_err *)m->body)->code;
    if (m->id == 2)
        return kk_link_send(link, KK_MSG_LOG, 3, &log);
    kk_link_done(link);
    return 0;
}

static int hold_session(struct asker *a)
{
    struct kk_link_owner owner = { .opened = on_opened, .message = on_message, .self = a };
    struct kk_link_options o;
    struct kk_hash_item key;
    char endpoint[64];
    const char *list[1];

    connect_options(a, endpoint, list, &key, &o);
    return kk_link_run(&o, &owner, NULL, NULL);
}

START_TEST(a_device_waits_for_approval)
{
    struct asker a;

    asker_init(&a, 1, good_id);
    ck_assert_int_eq(hold_session(&a), KK_E_DEVICE_UNKNOWN);
    enrol(&a);
    ck_assert_int_eq(a.fault, 0);
    ck_assert_int_eq(hold_session(&a), 0);
    ck_assert_int_eq(a.status, KK_ADMIT_PENDING);
    ck_assert_uint_eq(a.wire[0], KK_WIRE_NOTFOUND);
    ck_assert_uint_eq(a.wire[1], kk_error_info(KK_E_PENDING)->wire);
}
END_TEST

static void asker_lead(struct asker *a)
{
    asker_init(a, 1, good_id);
    a->keys = lead->keys;
}

START_TEST(an_approved_device)
{
    struct asker a;

    asker_lead(&a);
    ck_assert_int_eq(hold_session(&a), 0);
    ck_assert_int_eq(a.status, KK_ADMIT_OK);
    ck_assert_uint_eq(a.wire[0], KK_WIRE_NOTFOUND); /* there is no such blob */
    ck_assert_uint_eq(a.wire[1], 0);
}
END_TEST

START_TEST(a_revoked_device)
{
    struct asker a;

    asker_lead(&a);
    server_run_job(&server, revoke_lead, NULL);
    ck_assert_int_eq(hold_session(&a), KK_E_REVOKED);
}
END_TEST

START_TEST(revoked_in_the_middle_of_a_session)
{
    struct asker a;

    asker_lead(&a);
    a.revoke = true;
    ck_assert_int_eq(hold_session(&a), KK_E_REVOKED);
    ck_assert_int_eq(a.status, KK_ADMIT_OK); /* it was let in */
    ck_assert_int_eq(hold_session(&a), KK_E_REVOKED);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("enrol", &suite);

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, an_invitation_is_used_once);
    tcase_add_test(c, two_at_once_and_one_wins);
    tcase_add_test(c, an_invitation_that_has_expired);
    tcase_add_test(c, an_invitation_that_never_was);
    tcase_add_test(c, an_invitation_without_its_secret);
    tcase_add_loop_test(c, a_request_that_does_not_fit, 0, 3);
    tcase_add_test(c, a_device_waits_for_approval);
    tcase_add_test(c, an_approved_device);
    tcase_add_test(c, a_revoked_device);
    tcase_add_test(c, revoked_in_the_middle_of_a_session);
    return suite;
}
