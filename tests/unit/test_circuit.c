/* client/guard/circuit.c: what must move along with a cell, at the least cost. [DC-7] */
#include "guarding.h"

#include "guard/circuit.h"

#include <stdio.h>
#include <string.h>

/* Three areas that are all of a ward, by three bands of age; 0 can't be concealed. */
static const int square[3][3] = { { 4, 30, 40 }, { 50, 12, 70 }, { 80, 90, 0 } };

static char texts[32][64];

static size_t put(struct guarding_row *rows, size_t count, int area, int band)
{
    char place[24], part[32];
    int sum = 0;

    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++)
            sum += (area < 0 || area == i) && (band < 0 || band == j) ? square[i][j] : 0;
    }
    snprintf(place, sizeof place, area < 0 ? "14133" : "14133-0%d", area + 1);
    part[0] = '\0';
    if (band >= 0)
        snprintf(part, sizeof part, "age=%d-%d", 10 * band, 10 * band + 9);
    snprintf(texts[count], sizeof texts[count], "cases %s 2020 %s = %d", place, part, sum);
    rows[count] = (struct guarding_row){ "pub", texts[count] };
    return count + 1;
}

static void open_square(struct guarding *g)
{
    struct guarding_row rows[16];
    size_t count = 0;

    for (int area = -1; area < 3; area++) {
        for (int band = -1; band < 3; band++)
            count = put(rows, count, area, band);
    }
    guarding_init(g, "[areas]\n14133 = 14133-01 14133-02 14133-03\n[indicator]\ncases = normal\n");
    guarding_release(g, rows, count);
    kk_relations_loosen(&g->relations, &g->facts);
}

static uint32_t fact_of(const struct guarding *g, const char *cell)
{
    for (uint32_t i = 0; i < g->facts.count; i++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes name = { 0 };

        ck_assert_int_eq(kk_fact_name(&g->facts, i, &name), 0);
        if (kk_slice_is(kk_bytes_slice(&name), cell))
            return i;
    }
    ck_abort_msg("no cell %s", cell);
}

struct prices {
    const struct guarding *g;
    const char *barred; /* a cell that can't be concealed */
};

/* A total costs three times what a part costs, a large number a little more than a small one. */
static double price(void *user, uint32_t fact)
{
    const struct prices *p = user;
    const struct kk_facts *f = &p->g->facts;
    KK_AUTO_FINI(kk_bytes) struct kk_bytes name = { 0 };

    ck_assert_int_eq(kk_fact_name(f, fact, &name), 0);
    if (f->facts[fact].value == 0 || kk_slice_is(kk_bytes_slice(&name), p->barred))
        return -1;
    bool part = memmem(name.data, name.len, "age=", 4) && memmem(name.data, name.len, "-0", 2);
    return (part ? 1 : 3) + (double)f->facts[fact].value / KK_OBS_SCALE / 1000;
}

static const struct {
    const char *cell, *barred, *found[4];
    double by;
} cases[] = {
    /* the other corners of the square with the smallest numbers */
    { "cases 14133-01 2020 age=0-9", "",
      { "cases 14133-01 2020 age=10-19", "cases 14133-02 2020 age=0-9",
        "cases 14133-02 2020 age=10-19" },
      12 },
    /* of the next one, where one of them must stay; not of that with the 0 */
    { "cases 14133-01 2020 age=0-9", "cases 14133-02 2020 age=10-19",
      { "cases 14133-01 2020 age=20-29", "cases 14133-02 2020 age=0-9",
        "cases 14133-02 2020 age=20-29" },
      12 },
    { "cases 14133-01 2020 age=0-9", "",
      { "cases 14133-01 2020 age=10-19", "cases 14133-02 2020 age=0-9",
        "cases 14133-02 2020 age=10-19" },
      -3 },
    { "cases 14133-01 2020 age=0-9", "", { NULL }, -5 }, /* below nothing */
};

START_TEST(the_cheapest_way_round)
{
    struct kk_circuit circuit = { 0 };
    struct kk_view view;
    struct guarding g;
    struct prices prices = { &g, cases[_i].barred };
    uint32_t facts[KK_CIRCUIT_FACTS];
    size_t count = 99, want = 0;

    open_square(&g);
    ck_assert(kk_view_at(0, &view));
    struct kk_circuit_ask ask = { fact_of(&g, cases[_i].cell), &view, cases[_i].by, price,
                                  &prices };
    ck_assert_int_eq(kk_circuit_init(&circuit, &g.facts, &g.relations), 0);
    for (int again = 0; again < 2; again++) { /* nothing is left over of the first search */
        ck_assert_int_eq(kk_circuit_find(&circuit, &ask, facts, &count), 0);
        for (want = 0; want < 4 && cases[_i].found[want]; want++) {
            uint32_t fact = fact_of(&g, cases[_i].found[want]);
            size_t at = 0;

            while (at < count && facts[at] != fact)
                at++;
            ck_assert_msg(at < count, "%s", cases[_i].found[want]);
        }
        ck_assert_uint_eq(count, want);
    }
    kk_circuit_fini(&circuit);
    guarding_fini(&g);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("circuit", &suite);

    tcase_add_loop_test(c, the_cheapest_way_round, 0, KK_COUNT(cases));
    return suite;
}
