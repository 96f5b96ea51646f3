/* docs/settings.md: the settings of kukyoku.ini. */
#include "derived.h"

#include "config/prefs.def"
#include "view/gauges.def"

#include <stdio.h>
#include <string.h>

static void print_pref(const char *type, const char *bounds, const char *otherwise)
{
    if (strcmp(type, "INT") == 0)
        printf("number %s | %s", bounds, otherwise);
    else if (strcmp(type, "BOOL") == 0)
        printf("yes or no | %s", otherwise);
    else
        printf("path | none");
}

#define PRINT_PREF(section, key, TYPE, member, lo, hi, otherwise, en, ja)                         \
    printf("| `[%s]` | `%s` | ", section, key);                                                   \
    print_pref(#TYPE, #lo " … " #hi, otherwise);                                                  \
    printf(" | %s<br>%s |\n", en, ja);

#define PRINT_GAUGE(name, value, help) printf("| `kukyoku_%s` | %s |\n", name, help);

void derived_settings(void)
{
    printf("# The client's settings\n\n"
           "Printed from `client/config/prefs.def`; `tests/lint/derived.py --write` renews this "
           "page.\n\n"
           "`/etc/kukyoku/kukyoku.ini` is the machine's, `~/.config/kukyoku/kukyoku.ini` the "
           "person's; neither need be\nthere. `--config FILE` or `KUKYOKU_CONFIG` names one file "
           "instead of both. Beside each of them `kukyoku.d/*.ini`\nare read in the order of their "
           "names. What a later file gives counts. Options of a command go before all of\nthem. A "
           "path is relative to the folder of its main file.\n\n"
           "Every command refuses a file with an unknown key, or a value that its key does not "
           "take, with file, line and\nthe nearest name (E7002); only `config`, `doctor` and "
           "`help` still run. `kukyoku config check` looks for\nmistakes, `kukyoku config show "
           "--origin` prints every value and where it stands. No key holds a secret:\na key that "
           "is called like one is refused as such.\n\n"
           "| section | key | what | otherwise | meaning |\n|---|---|---|---|---|\n");
    KK_PREFS(PRINT_PREF)
    printf("\n## Numbers\n\nThe file that `metrics` names is written after each sync, whole or not "
           "at all, for the textfile collector of\nnode_exporter. No name of a person, no "
           "content.\n\n| number | meaning |\n|---|---|\n");
    KK_GAUGES(PRINT_GAUGE)
}
