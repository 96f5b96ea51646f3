/*
 * Operations: what travels is rebuilt to what was signed; chains; the clock that decides nothing.
 * Covers proto/record/hlc.c. [RL-2] [RL-4] [RL-8]
 */
#include "gen.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/error.h"
#include "kukyoku/record/op.h"

static void fine(int r)
{
    ck_assert_int_eq(r, 0);
}

/* A random operation as its author writes it: what the receiver rebuilds agrees with ctx. */
static void make(struct gen *g, struct kk_op *op, struct kk_op_context *ctx)
{
    struct kk_slice body = kk_slice_text("a sealed body");

    gen_value(g, &kk_shape_op, op);
    *ctx = (struct kk_op_context){ .scope = op->scope };
    if (unit_random(&g->entropy) % 2)
        ctx->body = body;
    if (ctx->body.data) {
        kk_op_body_hash(body, op->body_hash);
        op->body_len = body.len;
    }
    if (op->seq == 1)
        memset(op->prev, 0, KK_HASH_BYTES);
    if (op->seen.gsn == 0)
        memset(op->seen.head, 0, KK_HASH_BYTES);
    ctx->prev = op->prev;
    if (unit_random(&g->entropy) % 2)
        ctx->device = op->device;
    if (unit_random(&g->entropy) % 2 && op->seen.gsn > 0)
        ctx->seen_head = op->seen.head;
}

START_TEST(rebuilt)
{
    struct kk_op_context ctx;
    struct kk_op op, back;
    struct kk_op_wire wire;
    struct gen g;

    gen_init(&g, unit_seed(2));
    for (int i = 0; i < 500; i++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes a = { 0 }, b = { 0 }, travels = { 0 };

        kk_arena_reset(&g.arena);
        make(&g, &op, &ctx);
        kk_op_to_wire(&op, &ctx, &wire);
        kk_op_from_wire(&wire, &ctx, &back);
        ck_assert(gen_equal(&kk_shape_op, &op, &back));
        fine(kk_op_encode(&op, &a));
        fine(kk_op_encode(&back, &b));
        unit_assert_slice(kk_bytes_slice(&b), kk_bytes_slice(&a));
        fine(kk_shape_encode(&kk_shape_op_wire, &wire, &travels));
        ck_assert_uint_lt(travels.len, a.len);
    }
    gen_fini(&g);
}
END_TEST

START_TEST(signed_over_everything)
{
    uint8_t seed[KK_KEY_BYTES] = { 1 }, secret[KK_SIGN_SECRET], public[KK_KEY_BYTES];
    uint8_t sig[KK_SIG_BYTES], id[KK_HASH_BYTES], hash[KK_HASH_BYTES];
    KK_AUTO_FINI(kk_bytes) struct kk_bytes header = { 0 };
    struct kk_op op;
    struct gen g;

    gen_init(&g, 3);
    g.full = true;
    gen_value(&g, &kk_shape_op, &op);
    fine(kk_op_encode(&op, &header));
    kk_sign_keys(seed, secret, public);
    fine(kk_op_sign(kk_bytes_slice(&header), secret, sig));
    for (size_t i = 0; i < header.len; i++) {
        header.data[i] ^= 1;
        ck_assert_int_eq(kk_op_check(kk_bytes_slice(&header), sig, public), 0);
        header.data[i] ^= 1;
    }
    ck_assert_int_eq(kk_op_check(kk_bytes_slice(&header), sig, public), 1);
    kk_op_id(kk_bytes_slice(&header), id);
    kk_hash_of("op", kk_bytes_slice(&header), hash);
    ck_assert_mem_eq(id, hash, sizeof(id));
    gen_fini(&g);
}
END_TEST

START_TEST(out_of_range)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 };
    struct kk_op op;
    struct gen g;

    gen_init(&g, 4);
    gen_value(&g, &kk_shape_op, &op);
    op.seq = 0;
    ck_assert_int_eq(kk_op_encode(&op, &out), KK_E_SHAPE);
    ck_assert_uint_eq(out.len, 0);
    gen_fini(&g);
}
END_TEST

START_TEST(chains)
{
    struct kk_chain end = { .inc = 1, .seq = 4, .op_id = { 9 } };
    struct kk_op op = { .inc = 1, .seq = 1 };

    ck_assert_int_eq(kk_chain_check(NULL, &op), KK_CHAIN_NEXT);
    op.prev[0] = 9;
    ck_assert_int_eq(kk_chain_check(NULL, &op), KK_CHAIN_GAP);
    op.seq = 2;
    ck_assert_int_eq(kk_chain_check(NULL, &op), KK_CHAIN_GAP);
    op.seq = 4;
    ck_assert_int_eq(kk_chain_check(&end, &op), KK_CHAIN_REPEAT);
    op.seq = 5;
    ck_assert_int_eq(kk_chain_check(&end, &op), KK_CHAIN_NEXT);
    op.prev[0] = 8;
    ck_assert_int_eq(kk_chain_check(&end, &op), KK_CHAIN_GAP);
    op.prev[0] = 9;
    op.seq = 6;
    ck_assert_int_eq(kk_chain_check(&end, &op), KK_CHAIN_GAP);
}
END_TEST

START_TEST(clock)
{
    const int64_t now = 1795359600000;
    const uint64_t here = (uint64_t)now << 16, far = (uint64_t)4070908800000 << 16; /* 2099 */
    uint64_t last = 0;

    for (int i = 0; i < 70000; i++) { /* one millisecond, more events than the counter holds */
        uint64_t next = kk_hlc_local(last, now);

        ck_assert_uint_gt(next, last);
        last = next;
    }
    ck_assert_uint_eq(kk_hlc_local(here + 5, now - 1000), here + 6); /* a clock that went back */
    ck_assert_uint_eq(kk_hlc_local(7, -5), 8);
    ck_assert_uint_eq(kk_hlc_receive(here, here + 9, now), here + 9);
    ck_assert_uint_eq(kk_hlc_receive(here, here - 9, now), here);
    ck_assert_uint_eq(kk_hlc_receive(here, far, now), here); /* past the skew: ignored */
    ck_assert_uint_eq(kk_hlc_receive(0, here + ((uint64_t)KK_HLC_SKEW_MS << 16), now),
                      here + ((uint64_t)KK_HLC_SKEW_MS << 16));
    ck_assert_int_eq(kk_hlc_ms(here), now);
    ck_assert_uint_eq(kk_hlc_effective(here, now + 5), here);
    ck_assert_int_eq(kk_hlc_ms(kk_hlc_effective(far, now)), now); /* 2099 wins nothing */
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("op", &suite);

    tcase_add_test(tcase, rebuilt);
    tcase_add_test(tcase, signed_over_everything);
    tcase_add_test(tcase, out_of_range);
    tcase_add_test(tcase, chains);
    tcase_add_test(tcase, clock);
    return suite;
}
