/* daemon/log/repeat.c: at once, then ever more seldom, and at once when it is something else. */
#include "log/repeat.h"
#include "unit.h"

#define STEP_MS 500

/* How many of the tries from *now on are told, one each STEP_MS. */
static unsigned told(struct kk_repeat *r, int64_t *now, int64_t until)
{
    unsigned count = 0;

    for (; *now < until; *now += STEP_MS)
        count += kk_repeat_due(r, KK_E_DISK_FULL, "a.kkyb", *now);
    return count;
}

START_TEST(ever_more_seldom)
{
    struct kk_repeat r = { 0 };
    int64_t now = 0;

    ck_assert_uint_eq(told(&r, &now, KK_REPEAT_FIRST_MS), 1);
    ck_assert_uint_eq(told(&r, &now, 3 * KK_REPEAT_FIRST_MS), 1);
    ck_assert_uint_eq(told(&r, &now, 7 * KK_REPEAT_FIRST_MS), 1);
    ck_assert_uint_le(told(&r, &now, 24 * KK_REPEAT_MAX_MS), 28); /* a day of 172,800 tries */
    now = r.due_ms;
    ck_assert(kk_repeat_due(&r, KK_E_DISK_FULL, "a.kkyb", now));
    ck_assert_int_eq(r.due_ms, now + KK_REPEAT_MAX_MS); /* still told, once an hour */
}
END_TEST

START_TEST(at_once_what_changed)
{
    struct kk_repeat r = { 0 };
    char place[2 * KK_ERROR_WHERE_MAX];

    ck_assert(kk_repeat_due(&r, KK_E_IO, "", 0));
    ck_assert(!kk_repeat_due(&r, KK_E_IO, "", 1));
    ck_assert(kk_repeat_due(&r, KK_E_DISK_FULL, "", 2));
    ck_assert(kk_repeat_due(&r, KK_E_DISK_FULL, "b.kkyb", 3));
    ck_assert(!kk_repeat_due(&r, KK_E_DISK_FULL, "b.kkyb", KK_REPEAT_FIRST_MS + 2));
    ck_assert(kk_repeat_due(&r, KK_E_DISK_FULL, "b.kkyb", KK_REPEAT_FIRST_MS + 3));
    r = (struct kk_repeat){ 0 }; /* it went well meanwhile */
    ck_assert(kk_repeat_due(&r, KK_E_DISK_FULL, "b.kkyb", KK_REPEAT_FIRST_MS + 4));
    memset(place, 'x', sizeof(place));
    place[sizeof(place) - 1] = '\0';
    ck_assert(kk_repeat_due(&r, KK_E_IO, place, 0));
    ck_assert(!kk_repeat_due(&r, KK_E_IO, place, 1)); /* a place that was cut is the same one */
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("repeat", &suite);

    tcase_add_test(c, ever_more_seldom);
    tcase_add_test(c, at_once_what_changed);
    return suite;
}
