/* Prometheus' text format 0.0.4: help and type once a name, then a line a number. */
#include "ops/metrics.h"

#include "kukyoku/error.h"

#include <inttypes.h>
#include <string.h>

#define METRIC_COUNTER "counter"
#define METRIC_GAUGE   "gauge"
#define METRIC_ROW(NAME, name, TYPE, label, help) { name, METRIC_##TYPE, label, help },
static const struct row {
    const char *name, *type, *label, *help;
} rows[] = { KK_METRICS(METRIC_ROW) };

static int print_head(const struct row *row, struct kk_bytes *out)
{
    return kk_bytes_format(out, "# HELP kukyokud_%s %s\n# TYPE kukyokud_%s %s\n", row->name,
                           row->help, row->name, row->type);
}

static int print_one(const struct row *row, int64_t value, struct kk_bytes *out)
{
    bool labelled = row->label[0] != '\0';

    return kk_bytes_format(out, "kukyokud_%s%s%s%s %" PRId64 "\n", row->name, labelled ? "{" : "",
                           row->label, labelled ? "}" : "", value);
}

int kk_metrics_print(const struct kk_metrics *m, struct kk_bytes *out)
{
    int r = kk_bytes_format(out, "# HELP kukyokud_build_info version of the program\n"
                                 "# TYPE kukyokud_build_info gauge\n"
                                 "kukyokud_build_info{version=\"%s\"} 1\n",
                            KUKYOKU_VERSION);

    for (size_t i = 0; r == 0 && i < KK_METRIC_COUNT; i++) {
        if (i == 0 || strcmp(rows[i].name, rows[i - 1].name) != 0)
            r = print_head(&rows[i], out);
        if (r == 0)
            r = print_one(&rows[i], m->values[i], out);
    }
    return r;
}
