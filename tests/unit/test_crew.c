/* client/replica/crew.c: every job is done once, whoever does it. */
#include "replica/crew.h"

#include "unit.h"

#include "kukyoku/base/alloc.h"

#include <stdatomic.h>

#define JOBS 5000

struct deed {
    atomic_uint times;
};
static struct deed deeds[JOBS];

static void once(void *job)
{
    struct deed *d = job;

    atomic_fetch_add(&d->times, 1);
}

static void add(struct kk_crew **crew, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        atomic_store(&deeds[i].times, 0);
        kk_crew_add(crew, once, &deeds[i]);
    }
}

START_TEST(each_job_is_done_once)
{
    struct kk_crew *crew = NULL;

    for (size_t count = 1; count <= JOBS; count *= 5) {
        add(&crew, count);
        kk_crew_end(&crew);
        ck_assert_ptr_null(crew);
        for (size_t i = 0; i < count; i++)
            ck_assert_uint_eq(atomic_load(&deeds[i].times), 1);
    }
}
END_TEST

/* Whoever waits finds all of it done, again and again with the same crew. */
START_TEST(waited_for_and_used_again)
{
    struct kk_crew *crew = NULL;

    for (size_t count = 1; count <= 100; count++) {
        add(&crew, count);
        kk_crew_wait(crew);
        for (size_t i = 0; i < count; i++)
            ck_assert_uint_eq(atomic_load(&deeds[i].times), 1);
    }
    ck_assert_ptr_nonnull(crew);
    kk_crew_end(&crew);
    kk_crew_wait(crew);
}
END_TEST

START_TEST(no_job_no_crew)
{
    struct kk_crew *crew = NULL;

    kk_crew_end(&crew);
    ck_assert_ptr_null(crew);
}
END_TEST

/* Without memory for a crew who asks does the jobs. */
START_TEST(who_asks_does_it)
{
    struct kk_crew *crew = NULL;

    kk_alloc_fail_at(1);
    add(&crew, 3);
    kk_alloc_fail_at(0);
    ck_assert_ptr_null(crew);
    for (size_t i = 0; i < 3; i++)
        ck_assert_uint_eq(atomic_load(&deeds[i].times), 1);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("crew", &suite);

    tcase_add_test(c, each_job_is_done_once);
    tcase_add_test(c, waited_for_and_used_again);
    tcase_add_test(c, no_job_no_crew);
    tcase_add_test(c, who_asks_does_it);
    return suite;
}
