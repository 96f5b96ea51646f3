/* proto/session/noise.c: that altered, shortened and hostile handshakes die. Vectors are run by
 * tests/vectors. */
#include "kukyoku/error.h"
#include "kukyoku/session/noise.h"
#include "unit.h"

#include <sodium.h>

struct pair {
    struct kk_noise client, server;
    uint8_t client_public[KK_KEY_BYTES], server_public[KK_KEY_BYTES];
    struct unit_entropy entropy;
};

static const uint8_t client_secret[KK_KEY_BYTES] = { 1, 2, 3 };
static const uint8_t server_secret[KK_KEY_BYTES] = { 4, 5, 6 };
static const uint8_t psk[KK_KEY_BYTES] = { 7, 8, 9 };

static void init_side(struct pair *p, enum kk_noise_role role,
                      const struct kk_noise_pattern *pattern, const char *prologue)
{
    bool client = role == KK_NOISE_INITIATOR;
    struct kk_noise *n = client ? &p->client : &p->server;
    struct kk_noise_options o = {
        .pattern = pattern,
        .role = role,
        .prologue = kk_slice_text(prologue),
        .secret = client ? client_secret : server_secret,
        .peer = client ? p->server_public : NULL,
    };

    ck_assert_int_eq(kk_noise_init(n, &o), 0);
    kk_noise_set_psk(n, psk);
}

static void pair_init(struct pair *p, const struct kk_noise_pattern *pattern)
{
    unit_entropy_init(&p->entropy, 42);
    crypto_scalarmult_curve25519_base(p->client_public, client_secret);
    crypto_scalarmult_curve25519_base(p->server_public, server_secret);
    init_side(p, KK_NOISE_INITIATOR, pattern, "prologue");
    init_side(p, KK_NOISE_RESPONDER, pattern, "prologue");
}

static const struct kk_noise_pattern *const both[] = { &kk_noise_ik, &kk_noise_ikpsk2 };

static void write_ok(struct kk_noise *n, struct pair *p, const char *payload, struct kk_bytes *out)
{
    ck_assert_int_eq(kk_noise_write(n, &p->entropy.entropy, kk_slice_text(payload), out), 0);
}

/* [HS-1] */
START_TEST(both_sides_agree)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes one = { 0 }, two = { 0 }, got = { 0 };
    struct kk_seal cs, cr, ss, sr;
    uint8_t ch[KK_HASH_BYTES], sh[KK_HASH_BYTES];
    struct pair p;

    pair_init(&p, both[_i]);
    write_ok(&p.client, &p, "first", &one);
    ck_assert_uint_eq(one.len, 32 + 48 + 5 + 16);
    ck_assert_int_eq(kk_noise_read_static(&p.server, kk_bytes_slice(&one)), 0);
    ck_assert_mem_eq(kk_noise_peer(&p.server), p.client_public, KK_KEY_BYTES);
    ck_assert_int_eq(kk_noise_read(&p.server, kk_bytes_slice(&one), &got), 0);
    unit_assert_slice(kk_bytes_slice(&got), kk_slice_text("first"));

    write_ok(&p.server, &p, "second", &two);
    kk_bytes_clear(&got);
    ck_assert_int_eq(kk_noise_read(&p.client, kk_bytes_slice(&two), &got), 0);
    unit_assert_slice(kk_bytes_slice(&got), kk_slice_text("second"));
    ck_assert(kk_noise_done(&p.client) && kk_noise_done(&p.server));

    kk_noise_split(&p.client, &cs, &cr, ch);
    kk_noise_split(&p.server, &ss, &sr, sh);
    ck_assert_mem_eq(cs.key, sr.key, KK_KEY_BYTES);
    ck_assert_mem_eq(cr.key, ss.key, KK_KEY_BYTES);
    ck_assert_mem_ne(cs.key, cr.key, KK_KEY_BYTES);
    ck_assert_mem_eq(ch, sh, KK_HASH_BYTES);
}
END_TEST

/* What a fresh server says to message 1. */
static int read_by_server(const struct kk_noise_pattern *pattern, struct kk_slice one)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes got = { 0 };
    struct pair p;
    int r;

    pair_init(&p, pattern);
    r = kk_noise_read(&p.server, one, &got);
    if (r < 0)
        ck_assert_uint_eq(got.len, 0);
    return r;
}

START_TEST(every_bit_of_message_1_counts)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes one = { 0 };
    struct pair p;

    pair_init(&p, both[_i]);
    write_ok(&p.client, &p, "id", &one);
    for (size_t bit = 0; bit < one.len * 8; bit++) {
        one.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        ck_assert_msg(read_by_server(both[_i], kk_bytes_slice(&one)) == KK_E_HANDSHAKE,
                      "bit %zu passed", bit);
        one.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    ck_assert_int_eq(read_by_server(both[_i], kk_bytes_slice(&one)), 0);
}
END_TEST

START_TEST(every_bit_of_message_2_counts)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes one = { 0 }, two = { 0 }, got = { 0 };
    struct kk_noise before;
    struct pair p;

    pair_init(&p, both[_i]);
    write_ok(&p.client, &p, "id", &one);
    ck_assert_int_eq(kk_noise_read(&p.server, kk_bytes_slice(&one), &got), 0);
    write_ok(&p.server, &p, "sixteen bytes...", &two);
    before = p.client;
    for (size_t bit = 0; bit < two.len * 8; bit++) {
        struct kk_noise client = before;

        two.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        ck_assert_int_eq(kk_noise_read(&client, kk_bytes_slice(&two), &got), KK_E_HANDSHAKE);
        two.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    ck_assert_int_eq(kk_noise_read(&p.client, kk_bytes_slice(&two), &got), 0);
}
END_TEST

START_TEST(every_short_message_1_dies)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes one = { 0 };
    struct pair p;

    pair_init(&p, both[_i]);
    write_ok(&p.client, &p, "id", &one);
    for (size_t len = 0; len < one.len; len++)
        ck_assert_int_eq(read_by_server(both[_i], kk_slice(one.data, len)), KK_E_HANDSHAKE);
    ck_assert_int_eq(kk_bytes_append(&one, "x", 1), 0);
    ck_assert_int_eq(read_by_server(both[_i], kk_bytes_slice(&one)), KK_E_HANDSHAKE);
}
END_TEST

/* The points of small order on Curve25519 and their twins (RFC 7748, §6.1 asks for the zero check).
 */
static const char *const low_order[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};

static void from_hex(const char *hex, uint8_t ret[KK_KEY_BYTES])
{
    size_t len;

    ck_assert_int_eq(sodium_hex2bin(ret, KK_KEY_BYTES, hex, 64, NULL, &len, NULL), 0);
    ck_assert_uint_eq(len, KK_KEY_BYTES);
}

/* [HS-2] */
START_TEST(low_order_points_are_refused)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes one = { 0 };
    struct pair p;
    uint8_t point[KK_KEY_BYTES];

    from_hex(low_order[_i], point);
    pair_init(&p, &kk_noise_ik);
    write_ok(&p.client, &p, "", &one);
    memcpy(one.data, point, KK_KEY_BYTES); /* as the client's ephemeral */
    ck_assert_int_eq(read_by_server(&kk_noise_ik, kk_bytes_slice(&one)), KK_E_HANDSHAKE);

    memcpy(p.server_public, point, KK_KEY_BYTES); /* as the pinned key of a daemon */
    init_side(&p, KK_NOISE_INITIATOR, &kk_noise_ik, "prologue");
    kk_bytes_clear(&one);
    ck_assert_int_eq(kk_noise_write(&p.client, &p.entropy.entropy, kk_slice("", 0), &one),
                     KK_E_HANDSHAKE);
}
END_TEST

START_TEST(another_prologue_dies)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes one = { 0 }, got = { 0 };
    struct pair p;

    pair_init(&p, both[_i]);
    write_ok(&p.client, &p, "", &one);
    init_side(&p, KK_NOISE_RESPONDER, both[_i], "prologuf");
    ck_assert_int_eq(kk_noise_read(&p.server, kk_bytes_slice(&one), &got), KK_E_HANDSHAKE);
}
END_TEST

START_TEST(another_daemon_key_dies)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes one = { 0 };
    struct pair p;

    pair_init(&p, both[_i]);
    p.server_public[0] ^= 1;
    init_side(&p, KK_NOISE_INITIATOR, both[_i], "prologue");
    write_ok(&p.client, &p, "", &one);
    ck_assert_int_eq(kk_noise_read_static(&p.server, kk_bytes_slice(&one)), KK_E_HANDSHAKE);
}
END_TEST

START_TEST(another_psk_dies_at_message_2)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes one = { 0 }, two = { 0 }, got = { 0 };
    uint8_t other[KK_KEY_BYTES] = { 7, 8, 10 };
    struct pair p;

    pair_init(&p, &kk_noise_ikpsk2);
    write_ok(&p.client, &p, "", &one);
    ck_assert_int_eq(kk_noise_read(&p.server, kk_bytes_slice(&one), &got), 0);
    kk_noise_set_psk(&p.server, other);
    write_ok(&p.server, &p, "", &two);
    ck_assert_int_eq(kk_noise_read(&p.client, kk_bytes_slice(&two), &got), KK_E_HANDSHAKE);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("noise", &suite);

    tcase_add_loop_test(c, both_sides_agree, 0, 2);
    tcase_add_loop_test(c, every_bit_of_message_1_counts, 0, 2);
    tcase_add_loop_test(c, every_bit_of_message_2_counts, 0, 2);
    tcase_add_loop_test(c, every_short_message_1_dies, 0, 2);
    tcase_add_loop_test(c, low_order_points_are_refused, 0, (int)KK_COUNT(low_order));
    tcase_add_loop_test(c, another_prologue_dies, 0, 2);
    tcase_add_loop_test(c, another_daemon_key_dies, 0, 2);
    tcase_add_test(c, another_psk_dies_at_message_2);
    return suite;
}
