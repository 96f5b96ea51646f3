/* Canonical rows and the hashes above them, against a second way of writing them
 * (proto/bundle/obs.c). */
#include "press.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/error.h"
#include "kukyoku/wire/form.h"
#include "kukyoku/wire/packer.h"

/* [BN-1] with the packer, field by field. */
static void pack_row(const struct kk_obs *o, struct kk_bytes *out)
{
    int r = kk_pack_array(out, 11);

    r |= kk_pack_text(out, o->indicator);
    r |= kk_pack_text(out, o->area);
    r |= kk_pack_text(out, o->breakdown);
    r |= kk_pack_text(out, o->period);
    r |= o->missing == KK_MISSING_NONE ? kk_pack_int(out, o->value) : kk_pack_nil(out);
    r |= kk_pack_text(out, kk_slice_text(kk_missing_text(o->missing)));
    r |= kk_pack_text(out, o->unit);
    r |= kk_pack_text(out, o->status);
    r |= kk_pack_text(out, o->method);
    r |= kk_pack_text(out, o->source);
    r |= kk_pack_text(out, o->note);
    ck_assert_int_eq(r, 0);
}

static void schema_hash_of(struct kk_slice dataset, unsigned min_tier, uint8_t ret[KK_HASH_BYTES])
{
    struct kk_schema schema;

    kk_rows_schema(dataset, min_tier, kk_slice_text("題"), &schema);
    ck_assert(kk_rows_schema_known(&schema));
    ck_assert_int_eq(kk_rows_schema_hash(&schema, ret), 0);
}

/* The root of a table, from its rows alone: [BN-3] [BN-4] [BN-5]. */
static void root_of(const struct press_table *t, uint8_t ret[KK_HASH_BYTES])
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes sums = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes head = { 0 };
    uint8_t schema_hash[KK_HASH_BYTES], gid[KK_HASH_BYTES];
    size_t groups = 0;
    struct kk_hash h;

    schema_hash_of(kk_slice_text(KK_OBS_DATASET), 0, schema_hash);
    for (size_t i = 0; i < t->count;) {
        size_t first = i;

        kk_hash_init(&h, "grp");
        kk_hash_add(&h, kk_slice(schema_hash, sizeof(schema_hash)));
        for (; i < t->count && kk_slice_equal(t->rows[i].indicator, t->rows[first].indicator);
             i++) {
            KK_AUTO_FINI(kk_bytes) struct kk_bytes row = { 0 };

            pack_row(&t->rows[i], &row);
            ck_assert_int_eq((int)kk_form_check(kk_bytes_slice(&row), NULL), KK_FORM_OK);
            kk_hash_add(&h, kk_bytes_slice(&row));
        }
        kk_hash_done(&h, gid);
        ck_assert_int_eq(kk_pack_array(&sums, 3), 0);
        ck_assert_int_eq(kk_pack_text(&sums, t->rows[first].indicator), 0);
        ck_assert_int_eq(kk_pack_int(&sums, (int64_t)(i - first)), 0);
        ck_assert_int_eq(kk_pack_bytes(&sums, kk_slice(gid, sizeof(gid))), 0);
        groups++;
    }
    ck_assert_int_eq(kk_pack_array(&head, groups), 0);
    kk_hash_init(&h, "seg");
    kk_hash_add(&h, kk_slice(schema_hash, sizeof(schema_hash)));
    kk_hash_add(&h, kk_bytes_slice(&head));
    kk_hash_add(&h, kk_bytes_slice(&sums));
    kk_hash_done(&h, ret);
}

START_TEST(roots_are_those_of_the_rows) /* [BN-1] [BN-2] [BN-3] [BN-4] [BN-5] */
{
    uint64_t seed = unit_seed(31);

    for (uint64_t i = 0; i < 10; i++) {
        struct press_table t;
        struct unit_entropy e;
        struct kk_segment s;
        struct press p;
        uint8_t root[KK_HASH_BYTES];

        unit_entropy_init(&e, seed + i);
        press_table_init(&t);
        press_random(&t, &e, 700);
        press_init(&p, "pub");
        press_release(&p, 1, &t, false);
        press_segment(&p, &s);
        root_of(&t, root);
        ck_assert_mem_eq(kk_segment_root(&s, 0), root, KK_HASH_BYTES);
        kk_segment_close(&s);
        press_fini(&p);
        press_table_fini(&t);
    }
}
END_TEST

START_TEST(the_schema_is_in_every_hash)
{
    uint8_t a[KK_HASH_BYTES], b[KK_HASH_BYTES], c[KK_HASH_BYTES];

    schema_hash_of(kk_slice_text(KK_OBS_DATASET), 0, a);
    schema_hash_of(kk_slice_text("e"), 0, b);
    schema_hash_of(kk_slice_text(KK_OBS_DATASET), 1, c);
    ck_assert_mem_ne(a, b, KK_HASH_BYTES);
    ck_assert_mem_ne(a, c, KK_HASH_BYTES);
}
END_TEST

START_TEST(other_columns_are_not_known)
{
    struct kk_schema schema;
    struct kk_column changed[11];

    kk_rows_schema(kk_slice_text(KK_OBS_DATASET), 0, kk_slice_text(""), &schema);
    memcpy(changed, schema.columns.items, sizeof(changed));
    changed[4].type = kk_slice_text("d2");
    schema.columns.items = changed;
    ck_assert(!kk_rows_schema_known(&schema));
}
END_TEST

/* [BN-6] by hand. */
START_TEST(states_have_scope_and_salt)
{
    struct kk_segment_ref ref = { .dataset = kk_slice_text(KK_OBS_DATASET), .seg_root = { 9 } };
    struct kk_manifest m = { .scope = kk_slice_text("r:14133"), .release = 4, .salt = { 7 } };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    uint8_t want[KK_HASH_BYTES], got[KK_HASH_BYTES];

    m.segments.items = &ref;
    m.segments.count = 1;
    ck_assert_int_eq(kk_pack_text(&bytes, m.scope), 0);
    ck_assert_int_eq(kk_bytes_append(&bytes, m.salt, KK_HASH_BYTES), 0);
    ck_assert_int_eq(kk_pack_array(&bytes, 1), 0);
    ck_assert_int_eq(kk_pack_array(&bytes, 2), 0);
    ck_assert_int_eq(kk_pack_text(&bytes, ref.dataset), 0);
    ck_assert_int_eq(kk_pack_bytes(&bytes, kk_slice(ref.seg_root, KK_HASH_BYTES)), 0);
    kk_hash_of("scp", kk_bytes_slice(&bytes), want);
    ck_assert_int_eq(kk_rows_state(&m, got), 0);
    ck_assert_mem_eq(got, want, KK_HASH_BYTES);
    m.scope = kk_slice_text("r:14134");
    ck_assert_int_eq(kk_rows_state(&m, got), 0);
    ck_assert_mem_ne(got, want, KK_HASH_BYTES);
}
END_TEST

START_TEST(missing_kinds_have_letters)
{
    enum kk_missing m = KK_MISSING_END;

    ck_assert(kk_missing_parse(kk_slice_text("x"), &m) && m == KK_MISSING_CONCEALED);
    ck_assert(kk_missing_parse(kk_slice_text("n"), &m) && m == KK_MISSING_NOTHING);
    ck_assert(kk_missing_parse(kk_slice_text("u"), &m) && m == KK_MISSING_UNKNOWN);
    ck_assert(kk_missing_parse(kk_slice_text(""), &m) && m == KK_MISSING_NONE);
    ck_assert(!kk_missing_parse(kk_slice_text("0"), &m));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("rows", &suite);

    tcase_add_test(c, roots_are_those_of_the_rows);
    tcase_add_test(c, the_schema_is_in_every_hash);
    tcase_add_test(c, other_columns_are_not_known);
    tcase_add_test(c, states_have_scope_and_salt);
    tcase_add_test(c, missing_kinds_have_letters);
    return suite;
}
