/*
 * Logs: the hash chain, signed heads, and receipts that prove an entry without the daemon. Covers
 * proto/record/receipt.c, evidence.c and fork.c: proofs that a daemon signed two histories.
 * proto/record/receipt.c proto/record/evidence.c proto/record/fork.c [RL-5] [RL-6] [RL-7] [RL-19]
 */
#include "gen.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/error.h"
#include "kukyoku/record/log.h"
#include "kukyoku/record/op.h"
#include "kukyoku/trust/device.h"

#define TUPLES 5
#define OWN    2 /* the operation's place among them */

static const struct kk_pushed_op entry = {
    .op_id = { 1 }, .gsn = 8, .recv_ms = 99, .rv = { 1, 2 }, .tv = 1, .verdict = 13
};

static void fine(int r)
{
    ck_assert_int_eq(r, 0);
}

START_TEST(head_by_hand)
{
    struct kk_log_head head = { .era = 3, .gsn = 7, .head = { 5 } };
    uint8_t want[KK_HASH_BYTES];
    struct kk_hash h;

    kk_hash_init(&h, "head");
    kk_hash_add(&h, kk_slice(head.head, KK_HASH_BYTES));
    for (size_t i = 0; i < 2; i++)
        kk_hash_add_u64(&h, i ? 8 : 3);
    kk_hash_add(&h, kk_slice(entry.op_id, KK_HASH_BYTES));
    kk_hash_add_u64(&h, 99);
    kk_hash_add_u64(&h, 1);
    kk_hash_add_u64(&h, 2);
    kk_hash_add_u64(&h, 1);
    kk_hash_add_u64(&h, 13);
    kk_hash_done(&h, want);
    kk_log_advance(&head, &entry);
    ck_assert_uint_eq(head.gsn, 8);
    ck_assert_mem_eq(head.head, want, sizeof(want));
}
END_TEST

/* Every part of an entry moves the head. */
START_TEST(head_depends_on_all)
{
    struct kk_pushed_op changed[7];
    struct kk_log_head first = { .gsn = 7 };

    kk_log_advance(&first, &entry);
    for (size_t i = 0; i < KK_COUNT(changed); i++)
        changed[i] = entry;
    changed[0].op_id[31] ^= 1;
    changed[1].recv_ms++;
    changed[2].rv.gen++;
    changed[3].rv.ver++;
    changed[4].tv++;
    changed[5].verdict = 0;
    for (size_t i = 0; i < KK_COUNT(changed); i++) {
        struct kk_log_head other = { .gsn = 7, .era = i == 6 };

        kk_log_advance(&other, &changed[i]);
        ck_assert_mem_ne(first.head, other.head, KK_HASH_BYTES);
    }
}
END_TEST

/* --- receipts --- */
struct receipt {
    uint8_t root_secret[KK_SIGN_SECRET], daemon_secret[KK_SIGN_SECRET], author[KK_SIGN_SECRET];
    struct kk_hash_item root_key, daemon_key, transport;
    struct kk_root_role roles[4];
    struct kk_bytes root, header;
    struct kk_root_item roots[2];
    struct kk_pushed_op tuples[TUPLES];
    struct kk_receipt is;
    uint8_t trusted[KK_HASH_BYTES];
    struct gen gen;
};

static void key_of(uint8_t number, uint8_t secret[KK_SIGN_SECRET], uint8_t public[KK_KEY_BYTES])
{
    uint8_t seed[KK_KEY_BYTES] = { number };

    kk_sign_keys(seed, secret, public);
}

static void make_root(struct receipt *r)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes payload = { 0 }, doc = { 0 };
    struct kk_root root = { .ver = 2, .city = kk_slice_text("川崎市") };

    for (unsigned i = 0; i < 4; i++) {
        r->roles[i] = (struct kk_root_role){ .role = i, .gen = 1, .threshold = 1 };
        r->roles[i].keys.items = i == KK_TRUST_DAEMON ? &r->daemon_key : &r->root_key;
        r->roles[i].keys.count = 1;
    }
    root.roles.items = r->roles;
    root.roles.count = 4;
    root.transport.items = &r->transport;
    root.transport.count = 1;
    fine(kk_shape_encode(&kk_shape_root, &root, &payload));
    kk_hash_of("doc", kk_bytes_slice(&payload), r->trusted);
    fine(kk_document_new(KK_DOC_ROOT, kk_bytes_slice(&payload), &doc));
    fine(kk_document_sign(kk_bytes_slice(&doc), 0, r->root_secret, &r->root));
    r->roots[0].doc = kk_bytes_slice(&r->root);
    r->is.roots.items = r->roots;
    r->is.roots.count = 1;
}

static void make_receipt(struct receipt *r)
{
    struct kk_log_head head = { .era = 1, .gsn = 40, .head = { 3 } };
    struct kk_op op;

    *r = (struct receipt){ 0 };
    gen_init(&r->gen, 5);
    key_of(1, r->root_secret, r->root_key.id);
    key_of(2, r->daemon_secret, r->daemon_key.id);
    key_of(3, r->author, r->is.author);
    make_root(r);
    gen_value(&r->gen, &kk_shape_op, &op);
    op.scope = kk_slice_text("e:14133");
    op.seen.era = 1;
    op.seen.gsn = 41;
    memset(op.seen.head, 0xee, KK_HASH_BYTES);
    memset(r->is.noise, 7, KK_KEY_BYTES);
    memset(r->is.wrap, 8, KK_KEY_BYTES);
    kk_device_id(r->is.author, r->is.noise, r->is.wrap, op.device);
    fine(kk_op_encode(&op, &r->header));
    r->is.op = kk_bytes_slice(&r->header);
    fine(kk_op_sign(r->is.op, r->author, r->is.sig));
    memcpy(r->is.before, head.head, KK_HASH_BYTES);
    for (size_t i = 0; i < TUPLES; i++) {
        r->tuples[i] = entry;
        r->tuples[i].gsn = 41 + i;
        r->tuples[i].op_id[0] = (uint8_t)(100 + i);
        if (i == OWN)
            kk_op_id(r->is.op, r->tuples[i].op_id);
        kk_log_advance(&head, &r->tuples[i]);
    }
    r->is.tuples.items = r->tuples;
    r->is.tuples.count = TUPLES;
    fine(kk_head_sign(kk_slice_text("e:14133"), &head, 7, r->daemon_secret, &r->is.head));
}

static void receipt_fini(struct receipt *r)
{
    kk_bytes_fini(&r->root);
    kk_bytes_fini(&r->header);
    gen_fini(&r->gen);
}

static enum kk_receipt_verdict verify(const struct receipt *r)
{
    enum kk_receipt_verdict verdict;
    size_t at = 99;

    fine(kk_receipt_verify(&r->is, r->trusted, &verdict, &at));
    ck_assert(verdict != KK_RECEIPT_OK || at == OWN);
    return verdict;
}

enum forged {
    NOTHING,
    ANOTHER_ROOT,
    ROOT_ALTERED,
    HEAD_MOVED,
    HEAD_OF_ANOTHER_SCOPE,
    SIGNED_FOR_ANOTHER_SCOPE,
    HEAD_SIGNED_BY_THE_AUTHOR,
    VERDICT_CHANGED,
    TUPLE_LEFT_OUT,
    TUPLES_SWAPPED,
    ANOTHER_BEFORE,
    ANOTHER_OPERATION,
    ANOTHER_AUTHOR,
    SIGNED_BY_ANOTHER_DEVICE,
    SIGNATURE_ALTERED,
    HEAD_OF_ANOTHER_ERA,
    FORGERIES
};

static enum kk_receipt_verdict forge(struct receipt *r, int how)
{
    static const struct kk_era_step eras[] = { { .after_gsn = 0, .era = 1 } };
    struct kk_pushed_op swap = r->tuples[0];
    struct kk_log_head head = { .era = r->is.head.era, .gsn = r->is.head.gsn };

    memcpy(head.head, r->is.head.head, KK_HASH_BYTES);
    switch (how) {
    case ANOTHER_ROOT:
        r->trusted[0] ^= 1;
        return KK_RECEIPT_ROOT;
    case ROOT_ALTERED:
        r->root.data[r->root.len - 1] ^= 1;
        return KK_RECEIPT_ROOT;
    case HEAD_MOVED:
        r->is.head.gsn++;
        return KK_RECEIPT_HEAD;
    case HEAD_OF_ANOTHER_SCOPE:
        r->is.head.scope = kk_slice_text("e:14136");
        return KK_RECEIPT_HEAD;
    case SIGNED_FOR_ANOTHER_SCOPE: /* by the daemon, over the same entries */
        fine(kk_head_sign(kk_slice_text("e:14136"), &head, 7, r->daemon_secret, &r->is.head));
        return KK_RECEIPT_OP;
    case HEAD_OF_ANOTHER_ERA: /* than where it stands */
        r->is.eras.items = eras;
        r->is.eras.count = 1;
        ck_assert_int_eq(verify(r), KK_RECEIPT_OK);
        head.era = 2;
        fine(kk_head_sign(r->is.head.scope, &head, 7, r->daemon_secret, &r->is.head));
        return KK_RECEIPT_CHAIN;
    case HEAD_SIGNED_BY_THE_AUTHOR:
        fine(kk_head_sign(r->is.head.scope, &head, 7, r->author, &r->is.head));
        return KK_RECEIPT_HEAD;
    case VERDICT_CHANGED:
        r->tuples[OWN].verdict = 0;
        return KK_RECEIPT_CHAIN;
    case TUPLE_LEFT_OUT:
        r->is.tuples.count--;
        return KK_RECEIPT_CHAIN;
    case TUPLES_SWAPPED:
        r->tuples[0] = r->tuples[1];
        r->tuples[1] = swap;
        return KK_RECEIPT_CHAIN;
    case ANOTHER_BEFORE:
        r->is.before[0] ^= 1;
        return KK_RECEIPT_CHAIN;
    case ANOTHER_OPERATION:
        r->header.data[r->header.len - 1] ^= 1;
        return KK_RECEIPT_OP;
    case ANOTHER_AUTHOR:
        memcpy(r->is.author, r->root_key.id, KK_KEY_BYTES);
        return KK_RECEIPT_OP;
    case SIGNED_BY_ANOTHER_DEVICE:
        memcpy(r->is.author, r->root_key.id, KK_KEY_BYTES);
        fine(kk_op_sign(r->is.op, r->root_secret, r->is.sig));
        return KK_RECEIPT_OP;
    case SIGNATURE_ALTERED:
        r->is.sig[5] ^= 1;
        return KK_RECEIPT_OP;
    default:
        return KK_RECEIPT_OK;
    }
}

/* A root of anybody's before the one that is believed, and its signature beside the others. */
static void put_before(struct receipt *r, struct kk_bytes docs[2],
                       uint8_t ret_secret[KK_SIGN_SECRET])
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes payload = { 0 }, plain = { 0 };
    static const struct kk_hash_item transport = { .id = { 9 } };
    struct kk_hash_item keys[2] = { { .id = { 5 } } };
    struct kk_root_role roles[4];
    struct kk_root root = { .ver = 1, .city = kk_slice_text("川崎市"), .roles = { roles, 4 },
                            .transport = { &transport, 1 } };

    key_of(11, ret_secret, keys[1].id);
    for (unsigned i = 0; i < 4; i++)
        roles[i] = (struct kk_root_role){ .role = i, .gen = 1, .threshold = 1,
                                          .keys = { keys, KK_COUNT(keys) } };
    fine(kk_shape_encode(&kk_shape_root, &root, &payload));
    fine(kk_document_new(KK_DOC_ROOT, kk_bytes_slice(&payload), &plain));
    fine(kk_document_sign(kk_bytes_slice(&plain), 1, ret_secret, &docs[0]));
    fine(kk_document_sign(kk_bytes_slice(&r->root), 1, ret_secret, &docs[1]));
    for (size_t i = 0; i < 2; i++)
        r->roots[i].doc = kk_bytes_slice(&docs[i]);
    r->is.roots.count = 2;
}

/* What a root leads on to is believed; what leads to it, anybody can make. [RL-7] */
START_TEST(a_root_before_the_one_believed)
{
    struct kk_bytes docs[2] = { { 0 } };
    uint8_t secret[KK_SIGN_SECRET];
    struct kk_log_head head;
    struct receipt r;

    make_receipt(&r);
    put_before(&r, docs, secret);
    ck_assert_int_eq(verify(&r), KK_RECEIPT_OK);
    head = (struct kk_log_head){ .era = r.is.head.era, .gsn = r.is.head.gsn };
    memcpy(head.head, r.is.head.head, KK_HASH_BYTES);
    fine(kk_head_sign(kk_slice_text("e:14133"), &head, 7, secret, &r.is.head));
    ck_assert_int_eq(verify(&r), KK_RECEIPT_HEAD);
    for (size_t i = 0; i < 2; i++)
        kk_bytes_fini(&docs[i]);
    receipt_fini(&r);
}
END_TEST

START_TEST(forgeries)
{
    enum kk_receipt_verdict want;
    struct receipt r;

    make_receipt(&r);
    ck_assert_int_eq(verify(&r), KK_RECEIPT_OK);
    want = forge(&r, _i);
    ck_assert_int_eq(verify(&r), want);
    receipt_fini(&r);
}
END_TEST

/* --- two histories --- */

struct histories {
    struct receipt receipt;
    struct kk_pushed_op other[TUPLES];
    struct kk_strand strands[2];
    struct kk_fork is;
};

/* The second history has another entry at the third place, and is two entries shorter. */
static void make_histories(struct histories *h)
{
    struct kk_log_head head = { .era = 1, .gsn = 40, .head = { 3 } };
    struct receipt *r = &h->receipt;

    make_receipt(r);
    *h = (struct histories){ .receipt = *r };
    for (size_t i = 0; i < TUPLES - 2; i++) {
        h->other[i] = r->tuples[i];
        h->other[i].verdict += i == 2;
        kk_log_advance(&head, &h->other[i]);
    }
    h->strands[0] = (struct kk_strand){ .tuples = { h->receipt.tuples, TUPLES },
                                        .head = r->is.head };
    h->strands[1] = (struct kk_strand){ .tuples = { h->other, TUPLES - 2 } };
    for (size_t i = 0; i < 2; i++)
        memcpy(h->strands[i].before, r->is.before, KK_HASH_BYTES);
    fine(kk_head_sign(kk_slice_text("e:14133"), &head, 9, r->daemon_secret, &h->strands[1].head));
    h->is = (struct kk_fork){ .strands = { h->strands, 2 },
                              .roots = { h->receipt.roots, 1 } };
}

static enum kk_fork_verdict prove(const struct histories *h, uint64_t want_gsn)
{
    enum kk_fork_verdict verdict;
    uint64_t gsn = 0;

    fine(kk_fork_verify(&h->is, h->receipt.trusted, &verdict, &gsn));
    if (verdict == KK_FORK_PROVED)
        ck_assert_uint_eq(gsn, want_gsn);
    return verdict;
}

START_TEST(two_histories)
{
    struct histories h;

    make_histories(&h);
    ck_assert_int_eq(prove(&h, 43), KK_FORK_PROVED);
    h.strands[1].tuples.count = 0; /* the bare head is enough */
    ck_assert_int_eq(prove(&h, 43), KK_FORK_PROVED);
    h.strands[1].tuples.count = TUPLES - 2;
    h.receipt.trusted[0] ^= 1;
    ck_assert_int_eq(prove(&h, 43), KK_FORK_ROOT);
    h.receipt.trusted[0] ^= 1;
    h.other[0].verdict++;
    ck_assert_int_eq(prove(&h, 43), KK_FORK_CHAIN);
    h.other[0].verdict--;
    h.strands[1].head.sig[0] ^= 1;
    ck_assert_int_eq(prove(&h, 43), KK_FORK_HEAD);
    h.strands[1].head.sig[0] ^= 1;
    h.strands[1] = h.strands[0]; /* one history is no fork */
    ck_assert_int_eq(prove(&h, 43), KK_FORK_NONE);
    h.is.strands.count = 1;
    ck_assert_int_eq(prove(&h, 43), KK_FORK_NONE);
    receipt_fini(&h.receipt);
}
END_TEST

START_TEST(heads_of_two_logs)
{
    struct kk_log_head head = { .era = 1, .gsn = 43, .head = { 9 } };
    struct histories h;

    make_histories(&h);
    h.strands[1].tuples.count = 0;
    fine(kk_head_sign(kk_slice_text("e:14136"), &head, 9, h.receipt.daemon_secret,
                      &h.strands[1].head));
    ck_assert_int_eq(prove(&h, 0), KK_FORK_HEAD);
    head.era = 2; /* a new era took the entry's place: no fork [ER-6] */
    fine(kk_head_sign(kk_slice_text("e:14133"), &head, 9, h.receipt.daemon_secret,
                      &h.strands[1].head));
    ck_assert_int_eq(prove(&h, 0), KK_FORK_NONE);
    receipt_fini(&h.receipt);
}
END_TEST

/* The operation in the log had seen another head of entry 41 than this log has. */
START_TEST(an_author_saw_another)
{
    struct kk_log_head seen;
    struct histories h;

    make_histories(&h);
    h.is.strands.count = 1;
    h.is.op = h.receipt.is.op;
    ck_assert_int_eq(prove(&h, 41), KK_FORK_PROVED);
    ck_assert(kk_strand_at(&h.strands[0], 41, &seen));
    memset(h.receipt.tuples[OWN].op_id, 1, KK_HASH_BYTES);
    ck_assert_int_eq(prove(&h, 0), KK_FORK_CHAIN);
    receipt_fini(&h.receipt);
}
END_TEST

/* The operation altered, in a log that is signed anew where it is to be of it. */
static enum kk_fork_verdict prove_altered(unsigned era, bool of_this_log)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes header = { 0 };
    struct kk_log_head head = { .era = 1, .gsn = 40, .head = { 3 } };
    enum kk_fork_verdict verdict;
    struct histories h;
    struct kk_op op;

    kk_arena_init(&arena, 16 * 1024);
    make_histories(&h);
    fine(kk_shape_read(&kk_shape_op, h.receipt.is.op, &arena, &op, NULL));
    op.hlc ^= 1;
    op.seen.era = era;
    fine(kk_op_encode(&op, &header));
    h.is.strands.count = 1;
    h.is.op = kk_bytes_slice(&header);
    if (of_this_log)
        kk_op_id(h.is.op, h.receipt.tuples[OWN].op_id);
    for (size_t i = 0; i < TUPLES; i++)
        kk_log_advance(&head, &h.receipt.tuples[i]);
    fine(kk_head_sign(kk_slice_text("e:14133"), &head, 7, h.receipt.daemon_secret,
                      &h.strands[0].head));
    verdict = prove(&h, 41);
    receipt_fini(&h.receipt);
    return verdict;
}

START_TEST(an_author_saw_another_era)
{
    ck_assert_int_eq(prove_altered(1, true), KK_FORK_PROVED);
    ck_assert_int_eq(prove_altered(2, true), KK_FORK_NONE); /* both may be true */
    ck_assert_int_eq(prove_altered(1, false), KK_FORK_NONE);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("log", &suite);

    tcase_add_test(tcase, head_by_hand);
    tcase_add_test(tcase, head_depends_on_all);
    tcase_add_test(tcase, a_root_before_the_one_believed);
    tcase_add_loop_test(tcase, forgeries, 0, FORGERIES);
    tcase_add_test(tcase, two_histories);
    tcase_add_test(tcase, heads_of_two_logs);
    tcase_add_test(tcase, an_author_saw_another);
    tcase_add_test(tcase, an_author_saw_another_era);
    return suite;
}
