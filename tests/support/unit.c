/* main of every unit test: TAP on standard output, no fork under sanitizers or CK_FORK=no. */
#include "unit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TCase *unit_case(const char *module, Suite **ret_suite)
{
    Suite *suite = suite_create(module);
    TCase *tcase = tcase_create(module);

    tcase_set_timeout(tcase, 120);
    suite_add_tcase(suite, tcase);
    *ret_suite = suite;
    return tcase;
}

bool unit_forks(void)
{
    const char *fork = getenv("CK_FORK");

    return !fork || strcmp(fork, "no") != 0;
}

int main(void)
{
    SRunner *runner = srunner_create(unit_suite());
    int failed;

    srunner_set_tap(runner, "-");
    srunner_run_all(runner, CK_SILENT);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

void unit_make_folder(const char *name, char ret[64])
{
    const char *given = getenv("TMPDIR");

    ck_assert_int_lt(snprintf(ret, 64, "%s/%s-XXXXXX", given ? given : "/tmp", name), 64);
    ck_assert_ptr_nonnull(mkdtemp(ret));
}

void unit_remove_folder(const char *dir)
{
    DIR *list = opendir(dir);
    struct dirent *e;

    while (list && (e = readdir(list))) {
        char path[512];

        snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        if (e->d_type == DT_DIR)
            unit_remove_folder(path);
        else
            unlink(path);
    }
    if (list)
        closedir(list);
    rmdir(dir);
}
