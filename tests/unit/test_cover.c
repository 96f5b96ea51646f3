/*
 * client/guard/cover.c: what is concealed so that nothing can be found out. Households: 川崎市
 * (sources in tests/data/public.csv). Tables of chance are judged again as a desk would that has
 * only the result; bounds are held against every table of whole numbers there is. [DC-4] [DC-7]
 */
#include "guarding.h"

#include <math.h>
#include <stdio.h>

#define EVERYONE UINT32_MAX

static void cover(struct guarding *g, struct kk_cover *c, uint32_t may)
{
    const struct kk_cover_ground ground = { &g->facts, &g->relations, &g->rules, may };

    kk_attack_fini(&g->attack);
    ck_assert_int_eq(kk_cover_run(c, &ground, &g->attack), 0);
}

static bool conceals(const struct guarding *g, const struct kk_cover *c, uint32_t eyes,
                     const char *cell)
{
    for (size_t i = 0; i < c->count; i++) {
        struct kk_bytes name = { 0 };
        bool found;

        ck_assert_int_eq(kk_fact_name(&g->facts, c->items[i].fact, &name), 0);
        found = kk_slice_is(kk_bytes_slice(&name), cell) && (c->items[i].eyes & eyes);
        kk_bytes_fini(&name);
        if (found)
            return true;
    }
    return false;
}

START_TEST(asao_is_covered)
{
    static const struct guarding_row rows[] = {
        { "pub", "households 14130 2008-04-01 = 633924" },
        { "pub", "households 14131 2008-04-01 = 101480" },
        { "pub", "households 14132 2008-04-01 = 66812" },
        { "pub", "households 14133 2008-04-01 = 110753" },
        { "pub", "households 14134 2008-04-01 = 97595" },
        { "pub", "households 14135 2008-04-01 = 100783" },
        { "pub", "households 14136 2008-04-01 = 88889" },
        { "pub", "households 14137 2008-04-01 = x" },
    };
    struct guarding g;
    struct kk_cover c;

    guarding_init(&g, "");
    guarding_release(&g, rows, KK_COUNT(rows));
    guarding_attack(&g);
    ck_assert_double_eq_tol(guarding_find(&g, "pub", "households 14137 2008-04-01")->least, 67612,
                            1e-6);
    cover(&g, &c, EVERYONE);
    ck_assert_uint_eq(c.open, 0);
    ck_assert_uint_eq(g.attack.broken, 0);
    ck_assert_uint_eq(c.count, 1);
    ck_assert(conceals(&g, &c, KK_EYES_PUB, "households 14132 2008-04-01"));
    kk_cover_fini(&c);
    guarding_fini(&g);
}
END_TEST

/* Each of the two wards reads its own number: for their eyes a third one is needed. */
START_TEST(no_ward_unpicks_another)
{
    static const struct guarding_row rows[] = {
        { "pub", "cases 14130 2020 = 1000" }, { "pub", "cases 14131 2020 = 200" },
        { "pub", "cases 14132 2020 = 3" },    { "pub", "cases 14133 2020 = 4" },
        { "pub", "cases 14134 2020 = 200" },  { "pub", "cases 14135 2020 = 200" },
        { "pub", "cases 14136 2020 = 193" },  { "pub", "cases 14137 2020 = 200" },
        { "int", "cases 14130 2020 = 1000" }, { "r:14132", "cases 14132 2020 = 3" },
        { "r:14133", "cases 14133 2020 = 4" },
    };
    struct guarding g;
    struct kk_cover c;

    guarding_init(&g, "[indicator]\n* = small\n");
    guarding_release(&g, rows, KK_COUNT(rows));
    cover(&g, &c, EVERYONE);
    ck_assert_uint_eq(c.open, 0);
    ck_assert(conceals(&g, &c, KK_EYES_PUB, "cases 14132 2020"));
    ck_assert(conceals(&g, &c, KK_EYES_PUB, "cases 14133 2020"));
    ck_assert(!conceals(&g, &c, KK_EYES_WARD0 << 1, "cases 14132 2020"));
    ck_assert(!guarding_find(&g, "r:14132", "cases 14133 2020")->broken);
    ck_assert(!guarding_find(&g, "r:14133", "cases 14132 2020")->broken);
    kk_cover_fini(&c);
    guarding_fini(&g);
}
END_TEST

/* A cell of a ward is covered by one of that ward, though another ward's is concealed already in a
 * more open scope and would cost nothing. */
START_TEST(covers_lie_in_the_ward)
{
    static const struct guarding_row rows[] = {
        { "pub", "a 14130 2020 = 200" },   { "pub", "a 14131 2020 = 30" },
        { "pub", "a 14132 2020 = 30" },    { "pub", "a 14134 2020 = x" },
        { "pub", "a 14135 2020 = 30" },    { "pub", "a 14136 2020 = 30" },
        { "pub", "a 14137 2020 = 30" },    { "pub", "a 14133-01 2020 = 3" },
        { "pub", "a 14133-02 2020 = 12" }, { "pub", "a 14133-03 2020 = 15" },
        { "int", "a 14134 2020 = 20" },
    };
    struct guarding g;
    struct kk_cover c;

    guarding_init(&g, "[pub]\nnormal = area 0:10\n[int]\nnormal = area 0:10\n"
                      "[indicator]\n* = normal\n");
    guarding_release(&g, rows, KK_COUNT(rows));
    cover(&g, &c, EVERYONE);
    ck_assert_uint_eq(c.open, 0);
    ck_assert_uint_eq(c.count, 2);
    ck_assert(conceals(&g, &c, KK_EYES_PUB, "a 14133-01 2020"));
    ck_assert(conceals(&g, &c, KK_EYES_PUB, "a 14133-02 2020"));
    kk_cover_fini(&c);
    guarding_fini(&g);
}
END_TEST

/* Another ward's area would do with less. */
START_TEST(covers_lie_in_the_ward_at_a_price)
{
    static const struct guarding_row rows[] = {
        { "pub", "a 14130 2020 = 344" },    { "pub", "a 14131 2020 = 30" },
        { "pub", "a 14132 2020 = 30" },     { "pub", "a 14135 2020 = 30" },
        { "pub", "a 14136 2020 = 30" },     { "pub", "a 14137 2020 = 30" },
        { "pub", "a 14133-01 2020 = 3" },   { "pub", "a 14133-02 2020 = 150" },
        { "pub", "a 14134-01 2020 = 11" },  { "pub", "a 14134-02 2020 = 30" },
    };
    struct guarding g;
    struct kk_cover c;

    guarding_init(&g, "[pub]\nnormal = area 0:10\n[indicator]\n* = normal\n");
    guarding_release(&g, rows, KK_COUNT(rows));
    cover(&g, &c, EVERYONE);
    ck_assert_uint_eq(c.open, 0);
    ck_assert_uint_eq(c.count, 2);
    ck_assert(conceals(&g, &c, KK_EYES_PUB, "a 14133-01 2020"));
    ck_assert(conceals(&g, &c, KK_EYES_PUB, "a 14133-02 2020"));
    kk_cover_fini(&c);
    guarding_fini(&g);
}
END_TEST

/* The public was denied a ward's figure already: staff keep it, though it is the smaller one. */
START_TEST(the_last_readers_keep_theirs)
{
    static const struct guarding_row rows[] = {
        { "pub", "a 14130 2020 = 223" }, { "pub", "a 14131 2020 = 3" },
        { "pub", "a 14132 2020 = 200" }, { "pub", "a 14133 2020 = 0" },
        { "pub", "a 14134 2020 = x" },   { "pub", "a 14135 2020 = 0" },
        { "pub", "a 14136 2020 = 0" },   { "pub", "a 14137 2020 = 0" },
        { "int", "a 14134 2020 = 20" },
    };
    struct guarding g;
    struct kk_cover c;

    guarding_init(&g, "[pub]\nnormal = ward 0:10\n[int]\nnormal = ward 0:10\n"
                      "[indicator]\n* = normal\n");
    guarding_release(&g, rows, KK_COUNT(rows));
    cover(&g, &c, EVERYONE);
    ck_assert_uint_eq(c.open, 0);
    ck_assert(conceals(&g, &c, KK_EYES_PUB, "a 14131 2020"));
    ck_assert(conceals(&g, &c, KK_EYES_PUB, "a 14132 2020"));
    ck_assert(!conceals(&g, &c, KK_EYES_INT, "a 14134 2020"));
    kk_cover_fini(&c);
    guarding_fini(&g);
}
END_TEST

/* Two wards are concealed, each reads its own: a third one is taken, not what they read. */
START_TEST(a_ward_keeps_its_own)
{
    static const struct guarding_row rows[] = {
        { "pub", "a 14130 2020 = 600" },     { "pub", "a 14131 2020 = 90" },
        { "pub", "a 14132 2020 = x" },       { "pub", "a 14133 2020 = x" },
        { "pub", "a 14134 2020 = 90" },      { "pub", "a 14135 2020 = 90" },
        { "pub", "a 14136 2020 = 80" },      { "pub", "a 14137 2020 = 90" },
        { "r:14132", "a 14132 2020 = 80" },  { "r:14133", "a 14133 2020 = 80" },
    };
    struct guarding g;
    struct kk_cover c;

    guarding_init(&g, "[indicator]\n* = normal\n");
    guarding_release(&g, rows, KK_COUNT(rows));
    guarding_attack(&g);
    ck_assert(guarding_find(&g, "r:14132", "a 14133 2020")->broken);
    cover(&g, &c, EVERYONE);
    ck_assert_uint_eq(c.open, 0);
    ck_assert_uint_eq(c.count, 1);
    ck_assert(conceals(&g, &c, KK_EYES_PUB, "a 14136 2020"));
    kk_cover_fini(&c);
    guarding_fini(&g);
}
END_TEST

START_TEST(what_is_out_stays_open)
{
    static const struct guarding_row before[] = { { "pub", "cases 14131 2020 = 30" },
                                                  { "pub", "cases 14130 2020 = 100" } };
    static const struct guarding_row after[] = { { "pub", "cases 14131 2020 = x" },
                                                 { "pub", "cases 14130 2020 = 100" } };
    struct guarding g;
    struct kk_cover c;

    guarding_init(&g, "");
    guarding_release(&g, before, KK_COUNT(before));
    guarding_release(&g, after, KK_COUNT(after));
    cover(&g, &c, EVERYONE);
    ck_assert_uint_eq(c.open, g.attack.broken);
    ck_assert_uint_gt(c.open, 0);
    ck_assert_uint_eq(c.count, 0);
    kk_cover_fini(&c);
    guarding_fini(&g);
}
END_TEST

START_TEST(a_scope_that_stays_is_not_touched)
{
    static const struct guarding_row rows[] = {
        { "int", "cases 14131 2020 = 3" }, { "pub", "cases 14131 2020 = 3" },
    };
    struct guarding g;
    struct kk_cover c;

    guarding_init(&g, "[indicator]\n* = small\n");
    guarding_release(&g, rows, KK_COUNT(rows));
    cover(&g, &c, KK_EYES_PUB);
    ck_assert_uint_gt(c.open, 0); /* staff still read it */
    kk_cover_fini(&c);
    guarding_fini(&g);
}
END_TEST

/* All four inside alone would say that the 4 is at least 3: readers must not learn that either, nor
 * may it be forgotten that a threshold asks because nobody reads the number any more. */
START_TEST(what_a_threshold_conceals_may_be_one)
{
    static const struct guarding_row rows[] = {
        { "pub", "cases 14133-01 2020 sex=f = 4" },  { "pub", "cases 14133-01 2020 sex=m = 26" },
        { "pub", "cases 14133-01 2020 = 30" },       { "pub", "cases 14133-02 2020 sex=f = 50" },
        { "pub", "cases 14133-02 2020 sex=m = 1" },  { "pub", "cases 14133-02 2020 = 51" },
        { "pub", "cases 14133 2020 sex=f = 54" },    { "pub", "cases 14133 2020 sex=m = 27" },
        { "pub", "cases 14133 2020 = 81" },
    };
    const struct kk_guarded *four, *one;
    struct guarding g;
    struct kk_cover c;

    guarding_init(&g, "[pub]\nnormal = area 0:10\n[indicator]\n* = normal\n"
                      "[areas]\n14133 = 14133-01 14133-02\n");
    guarding_release(&g, rows, KK_COUNT(rows));
    cover(&g, &c, EVERYONE);
    ck_assert_uint_eq(c.open, 0);
    four = guarding_find(&g, "pub", "cases 14133-01 2020 sex=f");
    one = guarding_find(&g, "pub", "cases 14133-02 2020 sex=m");
    ck_assert_int_eq(four->concealment, KK_CONCEALED_RULE);
    ck_assert_int_eq(one->concealment, KK_CONCEALED_RULE);
    ck_assert_double_le(four->least, 1);
    ck_assert_double_ge(four->most, 9);
    kk_cover_fini(&c);
    guarding_fini(&g);
}
END_TEST

/* --- tables of chance --- */

#define WARDS 7
#define PARTS 2
struct chance {
    char texts[2 * (WARDS + 1) * (PARTS + 1)][80];
    struct guarding_row rows[2 * (WARDS + 1) * (PARTS + 1)];
    size_t count;
};

static unsigned small(struct unit_entropy *e)
{
    uint64_t u = unit_random(e);

    return u % 3 == 0 ? (unsigned)(u >> 8) % 12 : (unsigned)(u >> 8) % 400;
}

static void add_row(struct chance *t, const char *area, const char *part, unsigned value)
{
    char *text = t->texts[t->count];

    snprintf(text, sizeof t->texts[0], "cases %s 2020%s%s = %u", area, *part ? " " : "", part,
             value);
    t->rows[t->count] = (struct guarding_row){ "pub", text };
    t->count++;
}

/* City and wards by sex: sums in both directions. */
static void roll(struct chance *t, uint64_t seed)
{
    static const char *const parts[PARTS] = { "sex=f", "sex=m" };
    struct unit_entropy e;
    unsigned city[PARTS] = { 0, 0 };
    char area[8];

    *t = (struct chance){ .count = 0 };
    unit_entropy_init(&e, seed);
    for (unsigned w = 1; w <= WARDS; w++) {
        unsigned of[PARTS] = { small(&e), small(&e) };

        snprintf(area, sizeof area, "1413%u", w);
        for (unsigned p = 0; p < PARTS; p++) {
            add_row(t, area, parts[p], of[p]);
            city[p] += of[p];
        }
        add_row(t, area, "", of[0] + of[1]);
    }
    for (unsigned p = 0; p < PARTS; p++)
        add_row(t, "14130", parts[p], city[p]);
    add_row(t, "14130", "", city[0] + city[1]);
}

/* The table as a desk would have it that was given the result, and knows the numbers. */
static void conceal_rows(const struct guarding *g, const struct kk_cover *c, struct chance *t)
{
    size_t shown = t->count;

    for (size_t i = 0; i < shown; i++) {
        char name[80];
        char *value = strstr(t->texts[i], " = ");

        snprintf(name, sizeof name, "%.*s", (int)(value - t->texts[i]), t->texts[i]);
        if (!conceals(g, c, KK_EYES_PUB, name))
            continue;
        memcpy(t->texts[t->count], t->texts[i], sizeof t->texts[0]);
        t->rows[t->count] = (struct guarding_row){ "desk", t->texts[t->count] };
        t->count++;
        memcpy(value, " = x", 5);
    }
}

START_TEST(what_is_covered_survives_the_attacker)
{
    unsigned concealed = 0;

    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct chance t;
        struct guarding g, again;
        struct kk_cover c;

        roll(&t, seed);
        guarding_init(&g, "[indicator]\n* = small\n");
        guarding_release(&g, t.rows, t.count);
        cover(&g, &c, EVERYONE);
        ck_assert_msg(c.open == 0, "seed %u: %zu open", (unsigned)seed, c.open);
        concealed += (unsigned)c.count;
        conceal_rows(&g, &c, &t);
        guarding_init(&again, "[indicator]\n* = small\n");
        guarding_release(&again, t.rows, t.count);
        guarding_attack(&again);
        ck_assert_msg(again.attack.broken == 0, "seed %u: %zu found", (unsigned)seed,
                      again.attack.broken);
        kk_cover_fini(&c);
        guarding_fini(&g);
        guarding_fini(&again);
    }
    ck_assert_uint_gt(concealed, 40);
}
END_TEST

/* --- against every table there is --- */

#define SIDE 3
struct square {
    int cell[SIDE][SIDE], row[SIDE], column[SIDE];
    bool hidden[SIDE][SIDE];
    int least[SIDE][SIDE], most[SIDE][SIDE];
};

static void note(struct square *s, const int at[SIDE][SIDE])
{
    for (int i = 0; i < SIDE; i++) {
        for (int j = 0; j < SIDE; j++) {
            s->least[i][j] = at[i][j] < s->least[i][j] ? at[i][j] : s->least[i][j];
            s->most[i][j] = at[i][j] > s->most[i][j] ? at[i][j] : s->most[i][j];
        }
    }
}

/* Fills cell after cell; a row or column that is full must have its sum. */
static void fill(struct square *s, int at[SIDE][SIDE], int place)
{
    int i = place / SIDE, j = place % SIDE, rest = 0, high;

    if (place == SIDE * SIDE) {
        note(s, (const int(*)[SIDE])at);
        return;
    }
    for (int k = 0; k < j; k++)
        rest += at[i][k];
    high = s->row[i] - rest;
    for (int v = s->hidden[i][j] ? 0 : s->cell[i][j]; v <= (s->hidden[i][j] ? high : s->cell[i][j]);
         v++) {
        int sum = v;

        if (j == SIDE - 1 && v != high)
            continue;
        for (int k = 0; k < i; k++)
            sum += at[k][j];
        if (sum > s->column[j] || (i == SIDE - 1 && sum != s->column[j]))
            continue;
        at[i][j] = v;
        fill(s, at, place + 1);
    }
}

static void roll_square(struct square *s, struct unit_entropy *e)
{
    *s = (struct square){ .row = { 0 } };
    for (int i = 0; i < SIDE; i++) {
        for (int j = 0; j < SIDE; j++) {
            s->cell[i][j] = (int)(unit_random(e) % 9);
            s->hidden[i][j] = unit_random(e) % 2;
            s->row[i] += s->cell[i][j];
            s->column[j] += s->cell[i][j];
            s->least[i][j] = 1000;
        }
    }
}

/* Three areas that are all of a ward, by three groups that are everybody. */
static void release_square(struct guarding *g, const struct square *s)
{
    static const char *const areas[SIDE] = { "14133-01", "14133-02", "14133-03" };
    static const char *const parts[SIDE] = { "group=a", "group=b", "group=c" };
    char texts[(SIDE + 1) * (SIDE + 1)][80];
    struct guarding_row rows[(SIDE + 1) * (SIDE + 1)];
    size_t n = 0;
    int all = 0;

    for (int i = 0; i < SIDE; i++) {
        for (int j = 0; j < SIDE; j++, n++)
            snprintf(texts[n], sizeof texts[n], s->hidden[i][j] ? "c %s 2020 %s = x"
                                                                : "c %s 2020 %s = %d",
                     areas[i], parts[j], s->cell[i][j]);
        snprintf(texts[n++], sizeof texts[0], "c %s 2020 = %d", areas[i], s->row[i]);
        all += s->row[i];
    }
    for (int j = 0; j < SIDE; j++, n++)
        snprintf(texts[n], sizeof texts[n], "c 14133 2020 %s = %d", parts[j], s->column[j]);
    snprintf(texts[n++], sizeof texts[0], "c 14133 2020 = %d", all);
    for (size_t i = 0; i < n; i++)
        rows[i] = (struct guarding_row){ "pub", texts[i] };
    guarding_release(g, rows, n);
}

/* Two-way tables have whole corners: linear bounds are those of whole numbers. What the attacker
 * need not ask for because it passes may lie inside them. */
START_TEST(bounds_are_those_of_every_table)
{
    struct unit_entropy e;
    unsigned broken = 0;

    unit_entropy_init(&e, 20261124);
    for (int round = 0; round < 60; round++) {
        struct guarding g;
        struct square s;
        int at[SIDE][SIDE];

        roll_square(&s, &e);
        fill(&s, at, 0);
        guarding_init(&g, "[areas]\n14133 = 14133-01 14133-02 14133-03\n");
        release_square(&g, &s);
        guarding_attack(&g);
        for (int i = 0; i < SIDE * SIDE; i++) {
            const struct kk_guarded *item;
            char name[80];

            snprintf(name, sizeof name, "c 14133-0%d 2020 group=%c", i / SIDE + 1, 'a' + i % SIDE);
            item = guarding_find(&g, "pub", name);
            ck_assert(!item == !s.hidden[i / SIDE][i % SIDE]);
            if (!item)
                continue;
            ck_assert_double_ge(item->least, s.least[i / SIDE][i % SIDE] - 1e-6);
            ck_assert_double_le(item->most, s.most[i / SIDE][i % SIDE] + 1e-6);
            if (!item->broken)
                continue;
            broken++;
            ck_assert_double_eq_tol(item->least, s.least[i / SIDE][i % SIDE], 1e-6);
            ck_assert_double_eq_tol(item->most, s.most[i / SIDE][i % SIDE], 1e-6);
        }
        guarding_fini(&g);
    }
    ck_assert_uint_gt(broken, 60);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("cover", &s);

    tcase_add_test(c, asao_is_covered);
    tcase_add_test(c, no_ward_unpicks_another);
    tcase_add_test(c, covers_lie_in_the_ward);
    tcase_add_test(c, covers_lie_in_the_ward_at_a_price);
    tcase_add_test(c, the_last_readers_keep_theirs);
    tcase_add_test(c, a_ward_keeps_its_own);
    tcase_add_test(c, what_is_out_stays_open);
    tcase_add_test(c, a_scope_that_stays_is_not_touched);
    tcase_add_test(c, what_a_threshold_conceals_may_be_one);
    tcase_add_test(c, what_is_covered_survives_the_attacker);
    tcase_add_test(c, bounds_are_those_of_every_table);
    return s;
}
