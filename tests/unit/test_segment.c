/* Segments and manifests (proto/bundle/manifest.c): what they keep to, and what tells when they do
 * not. */
#include "press.h"

#include "kukyoku/error.h"

/* A release of 40,000 rows in several packs, a delta over it, and its index to alter. */
struct sample {
    struct press p;
    struct press_table a, b;
    struct kk_segment s;
};

static void make(struct sample *x)
{
    struct unit_entropy e;

    unit_entropy_init(&e, 90);
    press_table_init(&x->a);
    press_table_init(&x->b);
    press_random(&x->a, &e, 60000);
    for (size_t i = 0; i < x->a.count; i++)
        if (i % 1000 != 7)
            press_add(&x->b, &x->a.rows[i]);
    press_init(&x->p, "pub");
    press_release(&x->p, 1, &x->a, false);
    ck_assert(press_release(&x->p, 2, &x->b, false).delta);
    press_segment(&x->p, &x->s);
    ck_assert_uint_gt(x->s.index.packs.count, 1);
}

static void drop(struct sample *x)
{
    kk_segment_close(&x->s);
    press_fini(&x->p);
    press_table_fini(&x->a);
    press_table_fini(&x->b);
}

/* What opening says of an index that was altered; also what verifying it says. */
static int open_altered(struct sample *x, const struct kk_index *index)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    struct kk_segment s;
    int r;

    ck_assert_int_eq(kk_shape_encode(&kk_shape_index, index, &plain), 0);
    r = kk_segment_open(&s, kk_bytes_slice(&plain), press_source(&x->p));
    if (r < 0)
        return r;
    r = kk_segment_verify(&s, s.index.deltas.count, NULL, NULL);
    kk_segment_close(&s);
    return r;
}

START_TEST(packs_are_found)
{
    struct sample x;

    make(&x);
    ck_assert_uint_eq(kk_segment_pack_of(&x.s, kk_slice_text("")), 0);
    ck_assert_uint_eq(kk_segment_pack_of(&x.s, kk_slice_text("指標999")),
                      x.s.index.packs.count - 1);
    for (size_t i = 0; i < x.s.index.packs.count; i++)
        ck_assert_uint_eq(kk_segment_pack_of(&x.s, x.s.index.packs.items[i].first), i);
    ck_assert_uint_eq(kk_segment_newest(&x.s), 2);
    drop(&x);
}
END_TEST

START_TEST(an_altered_index_is_refused) /* [BN-15] */
{
    struct sample x;
    struct kk_index index;
    struct kk_pack_ref packs[64];
    struct kk_delta_ref delta;

    make(&x);
    ck_assert_uint_le(x.s.index.packs.count, KK_COUNT(packs));
    memcpy(packs, x.s.index.packs.items, x.s.index.packs.count * sizeof(*packs));
    delta = x.s.index.deltas.items[0];
    index = x.s.index;
    index.packs.items = packs;
    index.deltas.items = &delta;
    ck_assert_int_eq(open_altered(&x, &index), 0);
    delta.from = 5;
    delta.to = 6;
    ck_assert_int_eq(open_altered(&x, &index), KK_E_BUNDLE);
    delta = x.s.index.deltas.items[0];
    delta.seg_root[0] ^= 1;
    ck_assert_int_eq(open_altered(&x, &index), KK_E_HASH);
    delta = x.s.index.deltas.items[0];
    delta.plain_len++;
    ck_assert_int_eq(open_altered(&x, &index), KK_E_BUNDLE);
    delta = x.s.index.deltas.items[0];
    packs[0].blob = x.s.index.packs.items[1].blob; /* an indicator outside its pack */
    packs[0].plain_len = x.s.index.packs.items[1].plain_len;
    ck_assert_int_eq(open_altered(&x, &index), KK_E_BUNDLE);
    packs[0] = x.s.index.packs.items[1];
    ck_assert_int_eq(open_altered(&x, &index), KK_E_BUNDLE); /* not ascending */
    packs[0] = x.s.index.packs.items[0];
    index.deltas.count = 0; /* the chain left out: the base alone has its own root */
    ck_assert_int_eq(open_altered(&x, &index), 0);
    drop(&x);
}
END_TEST

START_TEST(a_delta_needs_its_base)
{
    struct sample x;
    struct press_table other;
    struct press q;
    struct kk_segment s;
    struct kk_index index;
    struct kk_delta_ref delta;
    int r;

    make(&x);
    press_table_init(&other);
    for (size_t i = 0; i < x.a.count; i++)
        if (i % 999 != 3)
            press_add(&other, &x.a.rows[i]);
    press_init(&q, "pub");
    press_release(&q, 1, &other, false);
    press_segment(&q, &s);
    delta = x.s.index.deltas.items[0];
    index = s.index; /* the base of one, the delta of the other */
    index.deltas.items = &delta;
    index.deltas.count = 1;
    for (size_t i = 0; i < q.count; i++)
        press_keep(&x.p, &q.blobs[i]);
    r = open_altered(&x, &index);
    ck_assert_msg(r == KK_E_HASH || r == KK_E_BUNDLE, "%d", r);
    kk_segment_close(&s);
    press_fini(&q);
    press_table_fini(&other);
    drop(&x);
}
END_TEST

static int no_blob(void *self, enum kk_blob_kind kind, const struct kk_blob_ref *ref,
                   struct kk_bytes *out)
{
    (void)self;
    (void)kind;
    (void)ref;
    (void)out;
    return KK_E_BLOB_MISSING;
}

static int prove(struct kk_segment *s, size_t pack)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes coded = { 0 };
    const struct kk_pack_ref *ref = &s->index.packs.items[pack];

    ck_assert_int_eq(s->source.get(s->source.self, KK_BLOB_PACK, &ref->blob, &coded), 0);
    return kk_segment_prove(s, pack, kk_bytes_slice(&coded));
}

/* A pack that was proven is not read again; what is known of it is of the newest state alone. */
START_TEST(a_pack_is_read_once)
{
    KK_AUTO_FINI(kk_rows_root) struct kk_rows_root root;
    struct kk_coded_source source;
    struct sample x;

    make(&x);
    source = x.s.source;
    kk_rows_root_init(&root, x.s.schema_hash);
    ck_assert_int_eq(kk_segment_ready(&x.s), 1);
    for (size_t i = 0; i < kk_segment_pack_count(&x.s); i++)
        ck_assert_int_eq(prove(&x.s, i), 0);
    x.s.source.get = no_blob;
    ck_assert_int_eq(kk_segment_verify(&x.s, x.s.index.deltas.count, &root, NULL), 0);
    ck_assert_uint_eq(root.rows, x.b.count);
    ck_assert_int_eq(kk_segment_verify(&x.s, 0, NULL, NULL), KK_E_BLOB_MISSING);
    x.s.source = source;
    ck_assert_int_eq(kk_segment_verify(&x.s, 0, NULL, NULL), 0);
    drop(&x);
}
END_TEST

/* A proof that fails leaves nothing behind. */
START_TEST(a_pack_that_cannot_be_proven)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes wrong = { 0 };
    struct kk_coded_source source;
    struct sample x;

    make(&x);
    source = x.s.source;
    x.s.source.get = no_blob;
    ck_assert_int_eq(kk_segment_ready(&x.s), KK_E_BLOB_MISSING);
    x.s.source = source;
    ck_assert_int_eq(kk_segment_ready(&x.s), 1);
    ck_assert_int_eq(kk_bytes_append(&wrong, "\1wrong", 6), 0);
    ck_assert_int_lt(kk_segment_prove(&x.s, 0, kk_bytes_slice(&wrong)), 0);
    ck_assert(!kk_segment_proven(&x.s, 0));
    ck_assert_int_eq(kk_segment_verify(&x.s, x.s.index.deltas.count, NULL, NULL), 0);
    drop(&x);
}
END_TEST

START_TEST(a_missing_blob_names_its_pack)
{
    struct sample x;
    struct kk_segment_fault fault = { 0 };

    make(&x);
    x.s.source.get = no_blob;
    ck_assert_int_eq(kk_segment_verify(&x.s, 0, NULL, &fault), KK_E_BLOB_MISSING);
    ck_assert_uint_eq(fault.pack, 0);
    ck_assert_str_eq(fault.indicator, (const char *)x.a.rows[0].indicator.data);
    drop(&x);
}
END_TEST

START_TEST(manifests_keep_to_their_scope) /* [BN-16] */
{
    struct kk_segment_ref refs[2] = { { .dataset = kk_slice_text("a") },
                                      { .dataset = kk_slice_text("b") } };
    struct kk_manifest m = { .scope = kk_slice_text("pub"), .release = 1 }, got;
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    KK_AUTO_FINI(kk_arena) struct kk_arena arena;

    kk_arena_init(&arena, 1u << 20);
    refs[0].index.len = refs[1].index.len = 1;
    refs[0].index.hash[0] = refs[1].index.hash[0] = 1;
    m.segments.items = refs;
    m.segments.count = 2;
    ck_assert_int_eq(kk_shape_encode(&kk_shape_manifest, &m, &plain), 0);
    ck_assert_int_eq(kk_manifest_read(kk_bytes_slice(&plain), m.scope, &arena, &got), 0);
    ck_assert_uint_eq(got.segments.count, 2);
    ck_assert_int_eq(kk_manifest_read(kk_bytes_slice(&plain), kk_slice_text("int"), &arena, &got),
                     KK_E_BUNDLE);
    kk_bytes_clear(&plain);
    m.salt[3] = 1; /* pub has no salt */
    ck_assert_int_eq(kk_shape_encode(&kk_shape_manifest, &m, &plain), 0);
    ck_assert_int_eq(kk_manifest_read(kk_bytes_slice(&plain), m.scope, &arena, &got), KK_E_BUNDLE);
    kk_bytes_clear(&plain);
    m.salt[3] = 0;
    refs[1].dataset = refs[0].dataset;
    ck_assert_int_eq(kk_shape_encode(&kk_shape_manifest, &m, &plain), 0);
    ck_assert_int_eq(kk_manifest_read(kk_bytes_slice(&plain), m.scope, &arena, &got), KK_E_BUNDLE);
    refs[1].dataset = kk_slice_text("b");
    m.scope = kk_slice_text("r:14133");
    m.salt[3] = 1;
    kk_bytes_clear(&plain);
    ck_assert_int_eq(kk_shape_encode(&kk_shape_manifest, &m, &plain), 0);
    ck_assert_int_eq(kk_manifest_read(kk_bytes_slice(&plain), m.scope, &arena, &got), 0);
    ck_assert_int_eq(
        kk_manifest_read(kk_bytes_slice(&plain), kk_slice_text("r:14136"), &arena, &got),
        KK_E_BUNDLE); /* a neighbour's, with a salt as well */
    ck_assert_int_eq(kk_scope_tier(kk_slice_text("r:14133")), 2);
    ck_assert_int_eq(kk_scope_tier(kk_slice_text("w:14133")), -1);
    ck_assert_int_eq(kk_scope_tier(kk_slice_text("?")), -1);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("segment", &suite);

    tcase_add_test(c, packs_are_found);
    tcase_add_test(c, an_altered_index_is_refused);
    tcase_add_test(c, a_delta_needs_its_base);
    tcase_add_test(c, a_missing_blob_names_its_pack);
    tcase_add_test(c, a_pack_is_read_once);
    tcase_add_test(c, a_pack_that_cannot_be_proven);
    tcase_add_test(c, manifests_keep_to_their_scope);
    return suite;
}
