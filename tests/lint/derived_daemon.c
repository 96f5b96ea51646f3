/* docs/daemon.md: the settings of kukyokud.ini and what its log can say. */
#include "derived.h"

#include "config/settings.def"
#include "log/events.def"
#include "ops/metrics.def"

#include <stdio.h>
#include <string.h>

/* PATH and LIST have no bounds to print; LIST has a count. */
static void print_setting(const char *type, const char *bounds, const char *otherwise)
{
    if (strcmp(type, "PATH") == 0)
        printf("path | – | must be given");
    else if (strcmp(type, "LOCAL") == 0)
        printf("127.0.0.1:port | – | none");
    else if (strcmp(type, "LIST") == 0)
        printf("address:port | %s times | must be given", bounds);
    else
        printf("number | %s | %s", bounds, otherwise);
}

#define PRINT_SETTING(section, key, TYPE, member, lo, hi, otherwise, en, ja)                      \
    printf("| %s | `%s` | ", #section, #key);                                                     \
    print_setting(#TYPE, #lo " … " #hi, otherwise);                                               \
    printf(" | %s |\n", en);

#define PRINT_EVENT(NAME, name, level, text) printf("| `%s` | %d | %s |\n", name, level, text);

#define KIND_COUNTER "counter"
#define KIND_GAUGE   "gauge"
#define PRINT_METRIC(NAME, name, TYPE, label, help)                                               \
    printf("| `kukyokud_%s%s%s%s` | %s | %s |\n", name, label[0] ? "{" : "", label,               \
           label[0] ? "}" : "", KIND_##TYPE, help);

static void print_metrics(void)
{
    printf("\n## Numbers\n\nWith `ops = 127.0.0.1:PORT` the daemon answers there, and nowhere "
           "else: `/healthz` (200 while loop and\nstore thread are alive), `/readyz` (200 while "
           "it can serve, else 503 and why), `/metrics` (Prometheus).\n\n"
           "| number | kind | meaning |\n|---|---|---|\n");
    KK_METRICS(PRINT_METRIC)
}

void derived_daemon(void)
{
    printf("# The daemon's settings and log\n\n"
           "Printed from `daemon/config/settings.def`, `daemon/log/events.def` and "
           "`daemon/ops/metrics.def`;\n`tests/lint/derived.py --write` renews this page. How the "
           "daemon is run stands in [operations.md](operations.md).\n\n"
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
           "reads. No name of a person, no content.\nWith `--log-format json` each is an object: "
           "time, level, event and the same pairs.\n\n| event | level | meaning |\n"
           "|---|---|---|\n");
    KK_LOG_EVENTS(PRINT_EVENT)
    print_metrics();
}
