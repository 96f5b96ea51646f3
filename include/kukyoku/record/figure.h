/*
 * A released figure as text, copied into a record as evidence, so that it can be read without the
 * release and compared with what the figure is now. One line, single spaces:
 *
 *     SCOPE RELEASE INDICATOR AREA PERIOD BREAKDOWN VALUE UNIT
 *     pub 3 population_census 14133-01 2010-10-01 age=65- 7012 人
 *
 * BREAKDOWN and UNIT are "-" where there is none; VALUE is a decimal number, or n, u, x where it is
 * missing (docs/protocol.md, [RL-21]).
 */
#ifndef KUKYOKU_RECORD_FIGURE_H
#define KUKYOKU_RECORD_FIGURE_H

#include "kukyoku/attr.h"
#include "kukyoku/trust/scope.h"

struct kk_bytes;

#define KK_FIGURE_TEXT_MAX 400

struct kk_figure {
    struct kk_slice scope, indicator, area, period;
    struct kk_slice breakdown, unit; /* "" where there is none */
    struct kk_slice value;           /* as printed */
    uint32_t release;
};

/* Slices point into text. false: not such a line. */
KK_MUST_USE bool kk_figure_parse(struct kk_slice text, struct kk_figure *ret);
/* Appends the line. KK_E_SHAPE where a part holds a space or the line is too long; KK_E_MEMORY. */
KK_MUST_USE int kk_figure_write(const struct kk_figure *figure, struct kk_bytes *out);

/* May everybody who reads records of that scope read the figure? ([RL-21]) */
bool kk_figure_for(const struct kk_figure *figure, const struct kk_scope *readers);

#endif
