/*
 * Every shape of the tables: random values there and back; every bound of every field broken once;
 * unknown keys; memory that runs out at each step. Nothing here names a shape, so that a new one is
 * tested the moment it is listed.
 */
#include "gen.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/error.h"
#include "kukyoku/limits.h"
#include "kukyoku/wire/cursor.h"
#include "kukyoku/wire/form.h"
#include "kukyoku/wire/packer.h"
#include "kukyoku/wire/shapes.h"

#define ROUNDS 40

/* Signed numbers: no list has one yet, the codec takes them. */
#define KK_FIELDS_TEST_SIGNED(F, S)                                                                \
    F(S, 0, low, INT, _, -5, 5, MUST, "a number")                                                  \
    F(S, 1, wide, INT, _, INT64_MIN, INT64_MAX, OPT, "a number")
KK_SHAPE_STRUCT(TUPLE, test_signed, KK_FIELDS_TEST_SIGNED, "signed numbers")
KK_SHAPE_TABLE(TUPLE, test_signed, KK_FIELDS_TEST_SIGNED, "signed numbers")

static void fine(int r)
{
    ck_assert_int_eq(r, 0);
}

typedef void each_shape(struct gen *g, const struct kk_shape *shape);

static void for_each_shape(struct gen *g, each_shape *visit)
{
    size_t groups;
    const struct kk_shape_group *dir = kk_shape_directory(&groups);

    for (size_t i = 0; i < groups; i++) {
        for (size_t k = 0; k < dir[i].count; k++) {
            kk_arena_reset(&g->arena);
            visit(g, dir[i].shapes[k]);
        }
    }
}

/* What tables must keep for the codec to be right. */
static void check_table(struct gen *g, const struct kk_shape *shape)
{
    (void)g;
    ck_assert_uint_gt(shape->count, 0);
    ck_assert(shape->form != KK_SHAPE_BARE || shape->count == 1);
    for (size_t i = 0; i < shape->count; i++) {
        const struct kk_field *f = &shape->fields[i];

        /* from there on stands what a program of before may pass over */
        ck_assert_msg(f->key < KK_EXTENSION_KEY_FIRST ||
                          (shape->form == KK_SHAPE_MAP && f->rule == KK_RULE_OPT),
                      "%s.%s", shape->name, f->name);
        ck_assert_msg(i == 0 || f->key > f[-1].key, "%s.%s: keys ascend", shape->name, f->name);
        ck_assert_msg(shape->form != KK_SHAPE_TUPLE || f->key == i, "%s.%s: tuple", shape->name,
                      f->name);
        ck_assert_msg(f->lo <= f->hi, "%s.%s: bounds", shape->name, f->name);
        ck_assert_msg(f->offset + f->size <= shape->size, "%s.%s: place", shape->name, f->name);
        ck_assert_msg(f->kind != KK_FIELD_UINT || f->lo >= 0, "%s.%s: UINT", shape->name, f->name);
        ck_assert_msg((f->sub != NULL) == (f->kind == KK_FIELD_OBJ || f->kind == KK_FIELD_LIST),
                      "%s.%s: sub", shape->name, f->name);
    }
}

START_TEST(tables)
{
    struct gen g;

    gen_init(&g, 1);
    for_each_shape(&g, check_table);
    gen_fini(&g);
}
END_TEST

static void round_trip(struct gen *g, const struct kk_shape *shape)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 }, again = { 0 }, other = { 0 };
    void *value = kk_arena_alloc(&g->arena, shape->size);
    void *back = kk_arena_alloc(&g->arena, shape->size);
    struct kk_shape_fault fault = { 0 };

    gen_value(g, shape, value);
    fine(kk_shape_encode(shape, value, &bytes));
    gen_write(shape, value, NULL, GEN_BREAK_NONE, &other);
    unit_assert_slice(kk_bytes_slice(&other), kk_bytes_slice(&bytes));
    ck_assert_msg(kk_shape_read(shape, kk_bytes_slice(&bytes), &g->arena, back, &fault) == 0,
                  "%s.%s: %s", fault.shape, fault.field, fault.reason);
    ck_assert_msg(gen_equal(shape, value, back), "%s", shape->name);
    fine(kk_shape_encode_checked(shape, back, &again, &fault));
    unit_assert_slice(kk_bytes_slice(&again), kk_bytes_slice(&bytes));
}

START_TEST(there_and_back)
{
    struct gen g;

    gen_init(&g, unit_seed(20261123));
    for (int i = 0; i < ROUNDS; i++) {
        g.full = i % 4 == 0;
        for_each_shape(&g, round_trip);
    }
    gen_fini(&g);
}
END_TEST

/* A copy stands where bytes and lists that it was read from are gone. */
static void stand_alone(struct gen *g, const struct kk_shape *shape)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    KK_AUTO_FINI(kk_arena) struct kk_arena own;
    void *value = kk_arena_alloc(&g->arena, shape->size);
    void *copy = kk_arena_alloc(&g->arena, shape->size);
    struct kk_arena read;

    kk_arena_init(&own, 1 << 20);
    kk_arena_init(&read, 1 << 20);
    gen_value(g, shape, value);
    fine(kk_shape_encode(shape, value, &bytes));
    fine(kk_shape_read(shape, kk_bytes_slice(&bytes), &read, copy, NULL));
    fine(kk_shape_dup(shape, copy, &own, copy));
    memset(bytes.data, 0xa5, bytes.len);
    kk_arena_fini(&read);
    ck_assert_msg(gen_equal(shape, value, copy), "%s", shape->name);
}

START_TEST(copies)
{
    struct gen g;

    gen_init(&g, unit_seed(17));
    for (int i = 0; i < ROUNDS; i++) {
        g.full = i % 4 == 0;
        for_each_shape(&g, stand_alone);
    }
    gen_fini(&g);
}
END_TEST

static void break_field(struct gen *g, const struct kk_shape *shape, const struct kk_field *field,
                        enum gen_break how)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    void *value = kk_arena_alloc(&g->arena, shape->size);
    uint8_t *back = kk_arena_alloc(&g->arena, shape->size + 1);
    struct kk_shape_fault fault = { 0 };
    int r;

    gen_value(g, shape, value);
    gen_write(shape, value, field, how, &bytes);
    ck_assert_int_eq(kk_form_check(kk_bytes_slice(&bytes), NULL), KK_FORM_OK);
    memset(back, 0xa5, shape->size);
    r = kk_shape_read(shape, kk_bytes_slice(&bytes), &g->arena, back, &fault);
    ck_assert_msg(r == KK_E_SHAPE, "%s.%s broken by %d: %d", shape->name, field->name, how, r);
    ck_assert_ptr_nonnull(fault.reason);
    if (field->kind != KK_FIELD_OBJ)
        ck_assert_str_eq(fault.field, field->name);
    for (size_t i = 0; i < shape->size; i++)
        ck_assert_msg(back[i] == 0xa5, "%s: written to on failure", shape->name);
}

/* [EN-11] … [EN-15] */
static void break_each(struct gen *g, const struct kk_shape *shape)
{
    for (size_t i = 0; i < shape->count; i++) {
        for (int how = GEN_BREAK_NONE + 1; how < GEN_BREAK_KINDS; how++) {
            kk_arena_reset(&g->arena);
            if (gen_breakable(shape, &shape->fields[i], (enum gen_break)how))
                break_field(g, shape, &shape->fields[i], (enum gen_break)how);
        }
    }
}

START_TEST(each_bound)
{
    struct gen g;

    gen_init(&g, unit_seed(4711));
    g.full = true;
    for_each_shape(&g, break_each);
    gen_fini(&g);
}
END_TEST

static bool is_map(const struct kk_shape *shape)
{
    return shape->form == KK_SHAPE_MAP || shape->form == KK_SHAPE_CLOSED;
}

/* The map with one pair more behind it: `key` => [1, "x"]. */
static void with_extra(const struct kk_bytes *bytes, int64_t key, struct kk_bytes *out)
{
    struct kk_cursor c = kk_cursor(kk_bytes_slice(bytes));
    size_t pairs;

    fine(kk_cursor_map(&c, &pairs));
    fine(kk_pack_map(out, pairs + 1));
    fine(kk_bytes_append(out, c.at, (size_t)(c.end - c.at)));
    fine(kk_pack_int(out, key));
    fine(kk_pack_array(out, 2));
    fine(kk_pack_int(out, 1));
    fine(kk_pack_text(out, kk_slice_text("x")));
}

/* [EN-11] [EN-12] */
static void unknown_keys(struct gen *g, const struct kk_shape *shape)
{
    const int64_t last = shape->fields[shape->count - 1].key;
    const int64_t known = last >= KK_EXTENSION_KEY_FIRST ? last + 1 : KK_EXTENSION_KEY_FIRST;
    const int64_t keys[] = { known, INT64_MAX, KK_EXTENSION_KEY_FIRST - 1 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    void *value = kk_arena_alloc(&g->arena, shape->size);
    void *back = kk_arena_alloc(&g->arena, shape->size);

    if (!is_map(shape))
        return;
    gen_value(g, shape, value);
    fine(kk_shape_encode(shape, value, &bytes));
    for (size_t i = 0; i < KK_COUNT(keys) - (known > KK_EXTENSION_KEY_FIRST); i++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes more = { 0 };
        bool taken = shape->form == KK_SHAPE_MAP && keys[i] >= KK_EXTENSION_KEY_FIRST;
        int r;

        with_extra(&bytes, keys[i], &more);
        r = kk_shape_read(shape, kk_bytes_slice(&more), &g->arena, back, NULL);
        ck_assert_msg(r == (taken ? 0 : KK_E_SHAPE), "%s, key %lld", shape->name,
                      (long long)keys[i]);
        ck_assert(!taken || gen_equal(shape, value, back));
    }
}

/* The same items in an array of another length: one cut off, none, or a nil behind them. */
static void resize(const struct kk_bytes *bytes, int more, struct kk_bytes *out)
{
    struct kk_cursor c = kk_cursor(kk_bytes_slice(bytes));
    struct kk_slice item;
    size_t count;

    fine(kk_cursor_array(&c, &count));
    fine(kk_pack_array(out, (size_t)((int)count + more)));
    for (size_t i = more < 0 ? 1 : 0; i < count; i++) {
        fine(kk_cursor_skip(&c, &item));
        fine(kk_bytes_append_slice(out, item));
    }
    if (more > 0)
        fine(kk_pack_nil(out));
}

/* A TUPLE has exactly its items. [EN-10] */
static void other_counts(struct gen *g, const struct kk_shape *shape)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    void *value = kk_arena_alloc(&g->arena, shape->size);
    void *back = kk_arena_alloc(&g->arena, shape->size);

    if (shape->form != KK_SHAPE_TUPLE)
        return;
    gen_value(g, shape, value);
    fine(kk_shape_encode(shape, value, &bytes));
    for (int more = -1; more <= 1; more++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes other = { 0 };
        int r;

        resize(&bytes, more, &other);
        r = kk_shape_read(shape, kk_bytes_slice(&other), &g->arena, back, NULL);
        ck_assert_msg(r == (more == 0 ? 0 : KK_E_SHAPE), "%s, %d items more", shape->name, more);
    }
}

START_TEST(item_counts)
{
    struct gen g;

    gen_init(&g, unit_seed(3));
    for_each_shape(&g, other_counts);
    gen_fini(&g);
}
END_TEST

START_TEST(extensions)
{
    struct gen g;

    gen_init(&g, unit_seed(64));
    for_each_shape(&g, unknown_keys);
    gen_fini(&g);
}
END_TEST

/* Wherever memory ends, the fault is KK_E_MEMORY and what was appended is taken back. */
static void starve(struct gen *g, const struct kk_shape *shape)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    void *value = kk_arena_alloc(&g->arena, shape->size);
    void *back = kk_arena_alloc(&g->arena, shape->size);
    int r = KK_E_MEMORY;

    gen_value(g, shape, value);
    for (unsigned long n = 1; r == KK_E_MEMORY; n++) {
        kk_bytes_fini(&bytes);
        kk_alloc_fail_at(n);
        r = kk_shape_encode(shape, value, &bytes);
        kk_alloc_fail_at(0);
        ck_assert(r == 0 || (r == KK_E_MEMORY && bytes.len == 0));
    }
    r = KK_E_MEMORY;
    for (unsigned long n = 1; r == KK_E_MEMORY; n++) {
        KK_AUTO_FINI(kk_arena) struct kk_arena arena;

        kk_arena_init(&arena, 1 << 20);
        kk_alloc_fail_at(n);
        r = kk_shape_read(shape, kk_bytes_slice(&bytes), &arena, back, NULL);
        kk_alloc_fail_at(0);
        ck_assert(r == 0 || r == KK_E_MEMORY);
    }
    r = KK_E_MEMORY;
    for (size_t max = 0; r == KK_E_MEMORY; max += 256) {
        KK_AUTO_FINI(kk_arena) struct kk_arena arena;

        kk_arena_init(&arena, max);
        r = kk_shape_dup(shape, value, &arena, back);
        ck_assert(r == 0 || r == KK_E_MEMORY);
    }
}

START_TEST(memory_short)
{
    struct gen g;

    gen_init(&g, unit_seed(9));
    g.full = true;
    for_each_shape(&g, starve);
    gen_fini(&g);
}
END_TEST

/* The arena's bound holds whatever the bytes claim. */
START_TEST(arena_bound)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    KK_AUTO_FINI(kk_arena) struct kk_arena arena;
    struct kk_devices devices;

    fine(kk_pack_map(&bytes, 1));
    fine(kk_pack_int(&bytes, 1));
    fine(kk_pack_array(&bytes, KK_DEVICES_MAX));
    for (int i = 0; i < KK_DEVICES_MAX; i++)
        fine(kk_pack_nil(&bytes));
    kk_arena_init(&arena, 64 * 1024);
    ck_assert_int_eq(
        kk_shape_read(&kk_shape_devices, kk_bytes_slice(&bytes), &arena, &devices, NULL),
        KK_E_MEMORY);
    ck_assert_uint_le(arena.used, 64 * 1024);
}
END_TEST

/* Values of people and files are refused with the field's name, not with an abort. */
START_TEST(checked_encoding)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 };
    struct kk_shape_fault fault = { 0 };
    struct kk_schema schema = { .dataset = kk_slice_text("population"), .key_columns = 1 };
    struct kk_column column = { .name = kk_slice("\xff", 1), .type = kk_slice_text("i") };

    ck_assert_int_eq(kk_shape_encode_checked(&kk_shape_schema, &schema, &out, &fault), KK_E_SHAPE);
    ck_assert_str_eq(fault.shape, "schema");
    ck_assert_str_eq(fault.field, "columns");
    schema.columns.items = &column;
    schema.columns.count = 1;
    ck_assert_int_eq(kk_shape_encode_checked(&kk_shape_schema, &schema, &out, &fault), KK_E_SHAPE);
    ck_assert_str_eq(fault.shape, "column");
    ck_assert_str_eq(fault.field, "name");
    column.name = kk_slice_text("人口");
    fine(kk_shape_encode_checked(&kk_shape_schema, &schema, &out, &fault));
    schema.min_tier = UINT64_MAX;
    ck_assert_int_eq(kk_shape_encode_checked(&kk_shape_schema, &schema, &out, NULL), KK_E_SHAPE);
}
END_TEST

START_TEST(form_comes_first)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena;
    struct kk_shape_fault fault = { 0 };
    struct kk_ver ver;

    kk_arena_init(&arena, 4096);
    ck_assert_int_eq(
        kk_shape_read(&kk_shape_ver, kk_slice("\x92\x01\xcc\x02", 4), &arena, &ver, &fault),
        KK_E_FORM);
    ck_assert_str_eq(fault.reason, kk_form_name(KK_FORM_NONCANON));
    ck_assert_int_eq(arena.used, 0);
}
END_TEST

START_TEST(signed_numbers)
{
    struct gen g;

    gen_init(&g, unit_seed(12));
    for (int i = 0; i < ROUNDS; i++)
        round_trip(&g, &kk_shape_test_signed);
    break_each(&g, &kk_shape_test_signed);
    gen_fini(&g);
}
END_TEST

/* Bytes that the gate would have refused are a fault, never undefined. */
START_TEST(ungated)
{
    static const struct {
        const char *bytes;
        size_t len;
    } bad[] = { { "\x81\xa1\x61\x00", 4 },     /* a key that is a text */
                { "\x81\xff\x00", 3 },         /* or negative */
                { "\x82\x01\x01\x01\x01", 5 }, /* twice the same */
                { "\x81\x01\x01\x00", 4 },     /* a byte behind it */
                { "\x81\x01", 2 },
                { "\x82\x01\x01", 3 },
                { "", 0 } };
    KK_AUTO_FINI(kk_arena) struct kk_arena arena;
    struct kk_msg_ping ping;

    kk_arena_init(&arena, 4096);
    for (size_t i = 0; i < KK_COUNT(bad); i++) {
        ck_assert_int_eq(kk_shape_decode(&kk_shape_msg_ping, kk_slice(bad[i].bytes, bad[i].len),
                                         &arena, &ping, NULL),
                         KK_E_SHAPE);
    }
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("wire_shape", &suite);

    tcase_add_test(tcase, tables);
    tcase_add_test(tcase, there_and_back);
    tcase_add_test(tcase, copies);
    tcase_add_test(tcase, each_bound);
    tcase_add_test(tcase, extensions);
    tcase_add_test(tcase, item_counts);
    tcase_add_test(tcase, memory_short);
    tcase_add_test(tcase, arena_bound);
    tcase_add_test(tcase, checked_encoding);
    tcase_add_test(tcase, form_comes_first);
    tcase_add_test(tcase, signed_numbers);
    tcase_add_test(tcase, ungated);
    return suite;
}
