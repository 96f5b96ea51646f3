/*
 * Which scopes a figure may stand in, by the settings: the most open tier of its indicator, and the
 * finest level of areas that each tier shows. [DC-1]
 */
#ifndef GUARD_SCOPES_H
#define GUARD_SCOPES_H

#include "guard/facts.h"
#include "guard/rules.h"

/* Whose eyes may see an indicator at all. */
uint32_t kk_scopes_of_tier(enum kk_guard_tier most_open);
/* Whose eyes may see numbers of that area, as bits. */
uint32_t kk_scopes_of_area(const struct kk_rules *r, enum kk_guard_sense sense,
                           struct kk_slice area);

/* Every scope that may show a working figure, as bits of pub, int and the r:W of its own ward; not
 * yet agreed figures (調整中) are not for pub. 0: none may. */
uint32_t kk_scopes_of_row(const struct kk_rules *r, const struct kk_guard_indicator *said,
                          const struct kk_obs *row);

#endif
