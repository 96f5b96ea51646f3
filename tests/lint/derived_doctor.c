/* docs/doctor.md: what `kukyoku doctor` looks at, and what to do. */
#include "derived.h"

#include "model/doctor.h"

#include <stdio.h>

void derived_doctor(void)
{
    printf("# What the doctor looks at\n\n"
           "Printed from `client/model/checks.def`; `tests/lint/derived.py --write` renews this "
           "page.\n`kukyoku doctor` says of each check whether it is ok, to be looked at (warn), "
           "wrong (fail)\nor unknown, and why; exit 0, with warnings 3, with something wrong 1. "
           "`--fix` does what is\nmarked safe. A code never changes its meaning.\n\n"
           "| code | name | what is checked | what to do | `--fix` |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < KK_CHECK_COUNT; i++) {
        const struct kk_check_row *row = kk_check_row((enum kk_check)i);

        printf("| D%u | `%s` | %s<br>%s | %s<br>%s | %s |\n", row->code, row->name, row->en,
               row->ja, row->remedy_en, row->remedy_ja, row->fix ? "safe" : "–");
    }
}
