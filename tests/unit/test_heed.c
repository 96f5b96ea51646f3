/* client/link/heed.c: a signal that comes while no run is on ends what goes on, not the program. */
#include "unit.h"

#include "link/heed.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static const int numbers[] = { SIGINT, SIGTERM };

START_TEST(a_signal_between_two_runs_is_heard)
{
    struct kk_link_stop *stop = kk_link_stop_new();
    struct kk_heed *heed = NULL;

    ck_assert_int_eq(kk_heed_start(stop, &heed), 0);
    ck_assert(!kk_link_stop_told(stop));
    ck_assert_int_eq(kill(getpid(), numbers[_i]), 0);
    /* a wait of a minute, which is over at once: the test's own time would run out otherwise */
    ck_assert_int_eq(kk_link_wait(60000, stop), KK_E_CANCELLED);
    while (!kk_link_stop_told(stop)) /* the wait may have heard it first */
        usleep(1000);
    ck_assert_int_eq(kk_link_wait(60000, stop), KK_E_CANCELLED);
    kk_heed_close(heed);
    kk_link_stop_free(stop);
}
END_TEST

START_TEST(without_any_it_ends_untold)
{
    struct kk_link_stop *stop = kk_link_stop_new();
    struct kk_heed *heed = NULL;

    ck_assert_int_eq(kk_heed_start(stop, &heed), 0);
    kk_heed_close(heed);
    ck_assert(!kk_link_stop_told(stop));
    kk_heed_close(NULL);
    kk_link_stop_free(stop);
}
END_TEST

/* A child raises the signal: how it ended. */
static int status_of(bool again, int number)
{
    struct kk_link_stop *stop = kk_link_stop_new();
    struct kk_heed *heed = NULL;
    int status;
    pid_t child = fork();

    if (child == 0) {
        if (kk_heed_start(stop, &heed) < 0)
            _exit(99);
        kill(getpid(), number);
        while (!kk_link_stop_told(stop))
            usleep(1000);
        if (!again)
            kk_heed_close(heed);
        raise(number);
        _exit(98);
    }
    kk_link_stop_free(stop);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return status;
}

START_TEST(a_second_one_and_one_afterwards_end_the_program)
{
    int again = status_of(true, numbers[_i]), after = status_of(false, numbers[_i]);

    ck_assert(WIFSIGNALED(again) && WTERMSIG(again) == numbers[_i]);
    ck_assert(WIFSIGNALED(after) && WTERMSIG(after) == numbers[_i]);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("heed", &s);

    tcase_add_loop_test(c, a_signal_between_two_runs_is_heard, 0, (int)KK_COUNT(numbers));
    tcase_add_test(c, without_any_it_ends_untold);
    tcase_add_loop_test(c, a_second_one_and_one_afterwards_end_the_program, 0,
                        (int)KK_COUNT(numbers));
    return s;
}
