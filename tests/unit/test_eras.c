/* proto/trust/eras.c: of which era an entry is, and that a newer roster only adds. [ER-1] [ER-2] */
#include "unit.h"

#include "kukyoku/trust/roster.h"

#define MAX 6

struct list {
    struct kk_era eras[MAX];
    struct kk_roster roster;
};

static struct kk_era era(const char *scope, uint64_t number, uint64_t after)
{
    return (struct kk_era){ .scope = kk_slice_text(scope), .era = number, .after_gsn = after,
                            .head = { after > 0 }, .recovery = { (uint8_t)number } };
}

static void list_init(struct list *l)
{
    *l = (struct list){ .eras = { era("int", 1, 0), era("w:14133", 1, 5), era("w:14133", 2, 9),
                                  era("w:14133", 4, 7) } };
    l->roster.eras.items = l->eras;
    l->roster.eras.count = 4;
}

static uint64_t at(const struct list *l, const char *scope, uint64_t gsn)
{
    const struct kk_era *e = kk_roster_era(&l->roster, kk_slice_text(scope), gsn);

    return e ? e->era : 0;
}

/* The third beginning lies before the second: the daemon was restored to a time before it. */
START_TEST(era_of_an_entry)
{
    static const uint64_t want[] = { 0, 0, 0, 0, 0, 0, 1, 1, 4, 4, 4, 4 };
    struct list l;

    list_init(&l);
    for (uint64_t gsn = 0; gsn < KK_COUNT(want); gsn++)
        ck_assert_uint_eq(at(&l, "w:14133", gsn), want[gsn]);
    ck_assert_uint_eq(at(&l, "int", 0), 0);
    ck_assert_uint_eq(at(&l, "int", 1), 1);
    ck_assert_uint_eq(at(&l, "b", 3), 0);
    ck_assert_ptr_null(kk_roster_era(NULL, kk_slice_text("int"), 9));
    ck_assert_uint_eq(kk_roster_era_newest(&l.roster, kk_slice_text("w:14133"))->era, 4);
}
END_TEST

static void swap(struct list *l)
{
    struct kk_era first = l->eras[0];

    l->eras[0] = l->eras[1];
    l->eras[1] = first;
}
static void twice(struct list *l)
{
    l->eras[2].era = 1;
}
static void of_figures(struct list *l)
{
    l->eras[3].scope = kk_slice_text("zz");
}
static void no_records(struct list *l)
{
    l->eras[0].scope = kk_slice_text("pub");
    l->roster.eras.count = 1;
}
static void no_head(struct list *l)
{
    memset(l->eras[1].head, 0, KK_HASH_BYTES);
}
static void head_of_nothing(struct list *l)
{
    l->eras[0].head[0] = 1;
}

START_TEST(unsound)
{
    static void (*const breaks[])(struct list *l) = { swap,       twice,   of_figures,
                                                      no_records, no_head, head_of_nothing };
    struct list l;

    list_init(&l);
    ck_assert(kk_eras_sound(&l.roster));
    breaks[_i](&l);
    ck_assert(!kk_eras_sound(&l.roster));
}
END_TEST

START_TEST(only_adding)
{
    struct list older, newer;

    list_init(&older);
    list_init(&newer);
    older.roster.eras.count = 3;
    ck_assert(kk_eras_follow(&older.roster, &newer.roster)); /* one added at the end of a scope */
    ck_assert(kk_eras_follow(&older.roster, &older.roster));
    ck_assert(!kk_eras_follow(&newer.roster, &older.roster)); /* one has gone */
    newer.eras[1].after_gsn = 4;
    ck_assert(!kk_eras_follow(&older.roster, &newer.roster));
    list_init(&newer);
    newer.eras[1].head[3] ^= 1;
    ck_assert(!kk_eras_follow(&older.roster, &newer.roster));
    list_init(&newer);
    newer.eras[1].recovery[0] ^= 1;
    ck_assert(!kk_eras_follow(&older.roster, &newer.roster));
    list_init(&newer);
    older.eras[2] = older.eras[3]; /* 1 and 4 were known: 2 comes too late */
    ck_assert(!kk_eras_follow(&older.roster, &newer.roster));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("eras", &suite);

    tcase_add_test(tcase, era_of_an_entry);
    tcase_add_loop_test(tcase, unsound, 0, 6);
    tcase_add_test(tcase, only_adding);
    return suite;
}
