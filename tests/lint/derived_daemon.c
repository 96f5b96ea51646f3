/* docs/daemon.md: the settings of kukyokud.ini and what its log can say. */
#include "derived.h"

#include "config/settings.def"
#include "log/events.def"

#include <stdio.h>
#include <string.h>

/* PATH and LIST have no bounds to print; LIST has a count. */
static void print_setting(const char *type, const char *bounds, const char *otherwise)
{
    if (strcmp(type, "PATH") == 0)
        printf("path | – | must be given");
    else if (strcmp(type, "LIST") == 0)
        printf("address:port | %s times | must be given", bounds);
    else
        printf("number | %s | %s", bounds, otherwise);
}

#define PRINT_SETTING(section, key, TYPE, member, lo, hi, otherwise, text)                        \
    printf("| %s | `%s` | ", #section, #key);                                                     \
    print_setting(#TYPE, #lo " … " #hi, otherwise);                                               \
    printf(" | %s |\n", text);

#define PRINT_EVENT(NAME, name, level, text) printf("| `%s` | %d | %s |\n", name, level, text);

void derived_daemon(void)
{
    printf("# The daemon's settings and log\n\n"
           "Printed from `daemon/config/settings.def` and `daemon/log/events.def`; "
           "`tests/lint/derived.py --write`\nrenews this page. How the daemon is run stands in "
           "[operations.md](operations.md).\n\n"
           "## Settings\n\nINI; an unknown key, a number out of its range or a missing key stops "
           "the daemon at its start, with\nfile and line. A path is relative to the folder of the "
           "file. Then the files `conf.d/*.ini` beside it\nare read in the order of their names: "
           "what a later file gives counts, a list (`listen`) as a whole;\npaths still start at "
           "the folder of the main file. `kukyokud --config FILE --show` prints every value\nand "
           "where it stands.\n\n"
           "| section | key | what | range | otherwise | meaning |\n|---|---|---|---|---|---|\n");
    KK_SETTINGS(PRINT_SETTING)
    printf("\n## Log events\n\nOne event, one line on standard error: `<level>name key=value …`, "
           "levels as in syslog\n(3 error, 4 warning, 5 notice, 6 information), which journald "
           "reads. No name of a person, no content.\n\n| event | level | meaning |\n"
           "|---|---|---|\n");
    KK_LOG_EVENTS(PRINT_EVENT)
}
