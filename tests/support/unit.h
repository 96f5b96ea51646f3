/*
 * What a unit test is made of: a file test_<module>.c that defines unit_suite(); main is shared.
 * KK_SEED in the environment repeats a run; the seed is printed by each test that uses one.
 */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include "kukyoku/base/secret.h"
#include "kukyoku/slice.h"

#include <check.h>

/* Defined by each test program. */
Suite *unit_suite(void);

/* A suite of one case; add tests with tcase_add_test(c, …), then unit_suite returns *ret_suite. */
TCase *unit_case(const char *module, Suite **ret_suite);

/* Entropy that repeats: the same seed gives the same bytes. The struct is the caller's. */
struct unit_entropy {
    struct kk_entropy entropy;
    uint64_t state;
};
void unit_entropy_init(struct unit_entropy *e, uint64_t seed);
uint64_t unit_random(struct unit_entropy *e); /* 64 bits */
/* KK_SEED, else the given default; printed once. */
uint64_t unit_seed(uint64_t otherwise);

/* A fresh one below TMPDIR, or /tmp. */
void unit_make_folder(const char *name, char ret[64]);
/* With all that is in it; symbolic links are removed, not followed. */
void unit_remove_folder(const char *dir);

/* False under CK_FORK=no (sanitizers, valgrind): tests of an abort are left out there. */
bool unit_forks(void);

/* Slices compared with a message that shows both in hexadecimal. */
#define unit_assert_slice(got, want)                                                              \
    do {                                                                                          \
        struct kk_slice got_ = (got), want_ = (want);                                             \
        ck_assert_uint_eq(got_.len, want_.len);                                                   \
        if (want_.len)                                                                            \
            ck_assert_mem_eq(got_.data, want_.data, want_.len);                                   \
    } while (0)

#endif
