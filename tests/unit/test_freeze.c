/* When an act shows that the daemon keeps something back: freeze.h. [RL-27] */
#include "unit.h"

#include "model/freeze.h"

#define RECV_MS UINT64_C(1795392000000)

/* The daemon's word, signed `later` after the act was received. */
static bool shows(uint64_t roster, uint64_t catalog, uint64_t later)
{
    const struct kk_op_seen seen = { .roster = { 1, 5 }, .catalog = { 1, 7 } };
    const struct kk_fresh fresh = { .issued_ms = RECV_MS + later,
                                    .roster = { 1, roster },
                                    .catalog = { 1, catalog } };

    return kk_freeze_shows(&fresh, &seen, RECV_MS);
}

START_TEST(what_its_author_had_seen)
{
    const struct kk_op_seen seen = { .roster = { 1, 5 } };

    ck_assert(!shows(5, 7, 1));
    ck_assert(shows(4, 7, 1));
    ck_assert(shows(5, 6, 1));
    ck_assert(!shows(6, 8, 1));
    ck_assert(!kk_freeze_shows(NULL, &seen, RECV_MS));
}
END_TEST

/* What the daemon said before, or in that moment, may well be of before. */
START_TEST(only_a_later_word)
{
    ck_assert(!shows(4, 6, 0));
    ck_assert(!shows(4, 6, (uint64_t)-1));
    ck_assert(shows(4, 6, 1));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("freeze", &s);

    tcase_add_test(c, what_its_author_had_seen);
    tcase_add_test(c, only_a_later_word);
    return s;
}
