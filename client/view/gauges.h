/* The state of a home as numbers, in Prometheus' text format. */
#ifndef VIEW_GAUGES_H
#define VIEW_GAUGES_H

#include "model/state.h"
#include "view/gauges.def"

KK_MUST_USE int kk_gauges_print(const struct kk_state *s, struct kk_bytes *out);

#endif
