/* The numbers of metrics.def and their text as Prometheus reads it. */
#ifndef OPS_METRICS_H
#define OPS_METRICS_H

#include "ops/metrics.def"

#include "kukyoku/base/bytes.h"

#include <stdint.h>

#define KK_METRIC_ENUM(NAME, name, TYPE, label, help) KK_METRIC_##NAME,
enum kk_metric { KK_METRICS(KK_METRIC_ENUM) KK_METRIC_COUNT };
#undef KK_METRIC_ENUM

struct kk_metrics {
    int64_t values[KK_METRIC_COUNT];
};
/* Appends the whole text. 0 or KK_E_MEMORY. */
KK_MUST_USE int kk_metrics_print(const struct kk_metrics *m, struct kk_bytes *out);

#endif
