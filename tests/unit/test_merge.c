/* Merging: the outcome depends on the set of operations alone, and conflicts keep every value.
 * [RL-9] */
#include "unit.h"

#include "kukyoku/error.h"
#include "kukyoku/record/merge.h"
#include "kukyoku/wire/packer.h"

#define OPS 6

/* Operation i: id {i + 1}, device {i % 3}, writes one text each to the fields given. */
struct dag {
    struct kk_bytes bodies[OPS];
    uint8_t ids[OPS][KK_HASH_BYTES], devices[OPS][KK_ID_BYTES];
    struct kk_hash_item parents[OPS][OPS];
    struct kk_merge_op ops[OPS];
    size_t count;
    struct kk_arena arena;
};

static void dag_init(struct dag *d)
{
    *d = (struct dag){ 0 };
    kk_arena_init(&d->arena, 8 << 20);
}

static void dag_fini(struct dag *d)
{
    for (size_t i = 0; i < OPS; i++)
        kk_bytes_fini(&d->bodies[i]);
    kk_arena_fini(&d->arena);
}

/* fields: "a" writes field 1, "b" field 2 …; parents: "0", "01" … */
static void add(struct dag *d, const char *fields, const char *value, const char *parents)
{
    size_t n = d->count++;
    struct kk_merge_op *op = &d->ops[n];

    d->ids[n][0] = (uint8_t)(n + 1);
    d->devices[n][0] = (uint8_t)(n % 3);
    ck_assert_int_eq(kk_pack_map(&d->bodies[n], strlen(fields)), 0);
    for (const char *f = fields; *f; f++) {
        ck_assert_int_eq(kk_pack_int(&d->bodies[n], *f - 'a' + 1), 0);
        ck_assert_int_eq(kk_pack_text(&d->bodies[n], kk_slice_text(value)), 0);
    }
    *op = (struct kk_merge_op){ .id = d->ids[n], .device = d->devices[n], .hlc = 100 + n };
    op->body = kk_bytes_slice(&d->bodies[n]);
    op->parents = d->parents[n];
    for (const char *p = parents; *p; p++)
        d->parents[n][op->parent_count++].id[0] = (uint8_t)(*p - '0' + 1);
}

static const struct kk_merge_field *field_of(const struct kk_merged *m, char name)
{
    for (size_t i = 0; i < m->field_count; i++) {
        if (m->fields[i].number == (uint32_t)(name - 'a' + 1))
            return &m->fields[i];
    }
    return NULL;
}

static void shows(const struct kk_merged *m, char name, const char *value, size_t count)
{
    const struct kk_merge_field *f = field_of(m, name);
    struct kk_slice text;
    struct kk_cursor c;

    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(f->count, count);
    c = kk_cursor(f->values[0].value);
    ck_assert_int_eq(kk_cursor_text(&c, &text), 0);
    unit_assert_slice(text, kk_slice_text(value));
}

static void merge(struct dag *d, struct kk_merged *m)
{
    ck_assert_int_eq(kk_merge(d->ops, d->count, &d->arena, m), 0);
}

START_TEST(one_after_another)
{
    struct kk_merged m;
    struct dag d;

    dag_init(&d);
    add(&d, "ab", "first", "");
    add(&d, "a", "second", "0");
    merge(&d, &m);
    shows(&m, 'a', "second", 1);
    shows(&m, 'b', "first", 1);
    ck_assert_uint_eq(m.conflicts, 0);
    ck_assert_uint_eq(m.head_count, 1);
    ck_assert_uint_eq(m.heads[0], 1);
    dag_fini(&d);
}
END_TEST

START_TEST(conflict_and_resolution)
{
    struct kk_body body = { .count = 0 };
    struct kk_merged m;
    struct dag d;

    dag_init(&d);
    add(&d, "ab", "start", "");
    add(&d, "a", "left", "0");
    add(&d, "a", "right", "0");
    merge(&d, &m);
    shows(&m, 'a', "right", 2); /* the later clock is shown, both stay */
    ck_assert_uint_eq(m.conflicts, 1);
    ck_assert_uint_eq(m.head_count, 2);
    ck_assert_int_eq(kk_merged_body(&m, &body), 0);
    ck_assert_uint_eq(body.count, 2);
    add(&d, "a", "agreed", "12");
    merge(&d, &m);
    shows(&m, 'a', "agreed", 1);
    ck_assert_uint_eq(m.conflicts, 0);
    dag_fini(&d);
}
END_TEST

/* As add, with nil for the one field "a". */
static void add_emptied(struct dag *d, const char *parents)
{
    size_t n = d->count;
    struct kk_body body = { .count = 0 };

    add(d, "", "", parents);
    d->bodies[n].len = 0;
    ck_assert_int_eq(kk_body_empty(&body, 1), 0);
    ck_assert_int_eq(kk_body_write(&body, &d->bodies[n]), 0);
    d->ops[n].body = kk_bytes_slice(&d->bodies[n]);
}

START_TEST(emptied)
{
    struct kk_body body = { .count = 0 };
    struct kk_merged m;
    struct dag d;

    dag_init(&d);
    add(&d, "ab", "start", "");
    add_emptied(&d, "0");
    merge(&d, &m);
    ck_assert_ptr_null(field_of(&m, 'a'));
    shows(&m, 'b', "start", 1);
    add(&d, "a", "apart", "0"); /* by somebody who did not know */
    merge(&d, &m);
    shows(&m, 'a', "apart", 2);
    ck_assert(kk_body_emptied(field_of(&m, 'a')->values[1].value));
    add_emptied(&d, "2"); /* two who empty it agree */
    merge(&d, &m);
    ck_assert_ptr_null(field_of(&m, 'a'));
    ck_assert_uint_eq(m.conflicts, 0);
    add(&d, "a", "again", "3");
    merge(&d, &m);
    ck_assert_uint_eq(field_of(&m, 'a')->count, 2);
    d.ops[1].hlc = 1000; /* shown first: the body is without it, the conflict stays */
    merge(&d, &m);
    ck_assert_uint_eq(m.conflicts, 1);
    ck_assert_int_eq(kk_merged_body(&m, &body), 0);
    ck_assert_ptr_null(kk_body_find(&body, 1));
    dag_fini(&d);
}
END_TEST

START_TEST(equal_values_do_not_conflict)
{
    struct kk_merged m;
    struct dag d;

    dag_init(&d);
    add(&d, "a", "start", "");
    add(&d, "a", "same", "0");
    add(&d, "a", "same", "0");
    merge(&d, &m);
    shows(&m, 'a', "same", 1);
    ck_assert_uint_eq(m.conflicts, 0);
    dag_fini(&d);
}
END_TEST

/* A tie of clocks falls to the device, then to the id; an unknown parent makes an edit concurrent.
 */
START_TEST(ties_and_unknown_parents)
{
    struct kk_merged m;
    struct dag d;

    dag_init(&d);
    add(&d, "a", "one", "");
    add(&d, "a", "two", "5");
    add(&d, "a", "three", "0");
    for (size_t i = 0; i < 3; i++)
        d.ops[i].hlc = 5;
    merge(&d, &m);
    shows(&m, 'a', "three", 2); /* three supersedes one; two stands beside it */
    ck_assert_uint_eq(m.conflicts, 1);
    dag_fini(&d);
}
END_TEST

/* A body that was erased keeps its place among the ancestors. */
START_TEST(erased)
{
    struct kk_merged m;
    struct dag d;

    dag_init(&d);
    add(&d, "ab", "first", "");
    add(&d, "a", "second", "0");
    add(&d, "a", "third", "1");
    d.ops[1].body = kk_slice(NULL, 0);
    merge(&d, &m);
    shows(&m, 'a', "third", 1);
    shows(&m, 'b', "first", 1);
    dag_fini(&d);
}
END_TEST

static void check_same(const struct dag *d, const struct kk_merged *want, const struct kk_merged *m,
                       const struct kk_merge_op *ops)
{
    ck_assert_uint_eq(m->field_count, want->field_count);
    ck_assert_uint_eq(m->conflicts, want->conflicts);
    ck_assert_uint_eq(m->head_count, want->head_count);
    for (size_t i = 0; i < m->head_count; i++)
        ck_assert_mem_eq(ops[m->heads[i]].id, d->ops[want->heads[i]].id, KK_HASH_BYTES);
    for (size_t i = 0; i < m->field_count; i++) {
        ck_assert_uint_eq(m->fields[i].count, want->fields[i].count);
        for (size_t k = 0; k < m->fields[i].count; k++)
            unit_assert_slice(m->fields[i].values[k].value, want->fields[i].values[k].value);
    }
}

/* The n-th order of the operations. */
static void reorder(const struct dag *d, unsigned n, struct kk_merge_op ops[OPS])
{
    struct kk_merge_op left[OPS];

    memcpy(left, d->ops, sizeof(left));
    for (size_t i = 0; i < d->count; i++) {
        unsigned pick = n % (unsigned)(d->count - i);

        n /= (unsigned)(d->count - i);
        ops[i] = left[pick];
        memmove(&left[pick], &left[pick + 1], (d->count - i - 1 - pick) * sizeof(left[0]));
    }
}

/* Each order gives what the order of writing gives. */
static void every_order_of(const struct dag *d, const struct kk_merged *want)
{
    unsigned orders = 1;

    for (unsigned i = 2; i <= d->count; i++)
        orders *= i;
    for (unsigned n = 0; n < orders; n++) {
        KK_AUTO_FINI(kk_arena) struct kk_arena arena;
        struct kk_merge_op ops[OPS];
        struct kk_merged m;

        reorder(d, n, ops);
        kk_arena_init(&arena, 8 << 20);
        ck_assert_int_eq(kk_merge(ops, d->count, &arena, &m), 0);
        check_same(d, want, &m, ops);
    }
}

START_TEST(every_order)
{
    struct kk_merged want;
    struct dag d;

    dag_init(&d);
    add(&d, "abc", "start", "");
    add(&d, "a", "left", "0");
    add(&d, "ab", "right", "0");
    add(&d, "c", "other", "1");
    add(&d, "b", "late", "12");
    add(&d, "c", "apart", "0");
    merge(&d, &want);
    ck_assert_uint_gt(want.conflicts, 0);
    every_order_of(&d, &want);
    dag_fini(&d);
}
END_TEST

/* --- generated histories, and what the rule says of them, written a second time --- */

#define HISTORIES 60
#define FIELDS    3

struct written {
    bool writes[OPS][FIELDS], above[OPS][OPS]; /* above[i][k]: k is an ancestor of i */
    unsigned value[OPS];
};

static unsigned roll(struct unit_entropy *e, unsigned below)
{
    return (unsigned)(unit_random(e) % below);
}

/* Few values and few clocks, so that equals and ties come up. */
static void generate(struct unit_entropy *e, struct dag *d, struct written *w)
{
    static const char *const values[] = { "x", "y", "z" };
    size_t count = 2 + roll(e, OPS - 1);

    *w = (struct written){ 0 };
    for (size_t i = 0; i < count; i++) {
        char fields[FIELDS + 1] = "", parents[OPS + 1] = "";
        size_t field_count = 0, parent_count = 0;

        for (size_t f = 0; f < FIELDS; f++) {
            w->writes[i][f] = roll(e, 2) == 0;
            if (w->writes[i][f])
                fields[field_count++] = (char)('a' + f);
        }
        for (size_t k = 0; k < i; k++) {
            if (roll(e, 3) != 0)
                continue;
            parents[parent_count++] = (char)('0' + k);
            w->above[i][k] = true;
            for (size_t n = 0; n < k; n++)
                w->above[i][n] = w->above[i][n] || w->above[k][n];
        }
        w->value[i] = roll(e, KK_COUNT(values));
        add(d, fields, values[w->value[i]], parents);
        d->ops[i].hlc = 100 + roll(e, 3);
    }
}

static bool stands(const struct written *w, size_t count, size_t op, size_t field)
{
    for (size_t i = 0; i < count; i++) {
        if (w->above[i][op] && w->writes[i][field])
            return false;
    }
    return w->writes[op][field];
}

static bool later(const struct kk_merge_op *a, const struct kk_merge_op *b)
{
    int device = memcmp(a->device, b->device, KK_ID_BYTES);

    if (a->hlc != b->hlc)
        return a->hlc > b->hlc;
    return device ? device > 0 : memcmp(a->id, b->id, KK_HASH_BYTES) > 0;
}

static void follows_the_rule(const struct dag *d, const struct written *w,
                             const struct kk_merged *m)
{
    static const char *const values[] = { "x", "y", "z" };

    for (size_t f = 0; f < FIELDS; f++) {
        bool seen[KK_COUNT(values)] = { false };
        size_t shown = OPS, distinct = 0;

        for (size_t i = 0; i < d->count; i++) {
            if (!stands(w, d->count, i, f))
                continue;
            distinct += !seen[w->value[i]];
            seen[w->value[i]] = true;
            if (shown == OPS || later(&d->ops[i], &d->ops[shown]))
                shown = i;
        }
        if (shown == OPS)
            ck_assert_ptr_null(field_of(m, (char)('a' + f)));
        else
            shows(m, (char)('a' + f), values[w->value[shown]], distinct);
    }
}

START_TEST(every_order_of_any_history)
{
    struct unit_entropy entropy;
    size_t conflicts = 0;

    unit_entropy_init(&entropy, unit_seed(20261129));
    for (size_t n = 0; n < HISTORIES; n++) {
        struct kk_merged want;
        struct written w;
        struct dag d;

        dag_init(&d);
        generate(&entropy, &d, &w);
        merge(&d, &want);
        follows_the_rule(&d, &w, &want);
        conflicts += want.conflicts;
        every_order_of(&d, &want);
        dag_fini(&d);
    }
    ck_assert_uint_gt(conflicts, 0);
}
END_TEST

START_TEST(faults)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena small;
    struct kk_merged m;
    struct dag d;

    dag_init(&d);
    ck_assert_int_eq(kk_merge(d.ops, 0, &d.arena, &m), 0);
    ck_assert_uint_eq(m.field_count + m.head_count, 0);
    add(&d, "a", "x", "");
    kk_arena_init(&small, 16);
    ck_assert_int_eq(kk_merge(d.ops, 1, &small, &m), KK_E_MEMORY);
    d.ops[0].body = kk_slice_text("no map");
    ck_assert_int_eq(kk_merge(d.ops, 1, &d.arena, &m), KK_E_FORM);
    dag_fini(&d);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("merge", &suite);

    tcase_add_test(tcase, one_after_another);
    tcase_add_test(tcase, conflict_and_resolution);
    tcase_add_test(tcase, emptied);
    tcase_add_test(tcase, equal_values_do_not_conflict);
    tcase_add_test(tcase, ties_and_unknown_parents);
    tcase_add_test(tcase, erased);
    tcase_add_test(tcase, every_order);
    tcase_add_test(tcase, every_order_of_any_history);
    tcase_add_test(tcase, faults);
    return suite;
}
