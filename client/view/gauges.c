/* Prometheus' text format 0.0.4, a name and a number a row (gauges.h). */
#include "view/gauges.h"

#include <inttypes.h>

static int print_one(struct kk_bytes *out, const char *name, int64_t value, const char *help)
{
    return kk_bytes_format(out, "# HELP kukyoku_%s %s\n# TYPE kukyoku_%s gauge\nkukyoku_%s %" PRId64
                                "\n",
                           name, help, name, name, value);
}

#define PRINT_GAUGE(name, value, help)                                                            \
    if (r == 0)                                                                                   \
        r = print_one(out, name, value, help);

int kk_gauges_print(const struct kk_state *s, struct kk_bytes *out)
{
    int r = kk_bytes_format(out, "# HELP kukyoku_build_info version of the program\n"
                                 "# TYPE kukyoku_build_info gauge\n"
                                 "kukyoku_build_info{version=\"%s\"} 1\n",
                            KUKYOKU_VERSION);

    KK_GAUGES(PRINT_GAUGE)
    return r;
}
