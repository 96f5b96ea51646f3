/*
 * What next year's table will ask for: the cells of a release at the newest period of each
 * indicator, with the period that follows, and no figures. Where an area has ended by then, those
 * that follow it stand in its place. [DK-6]
 *
 *     kk_template_init → kk_template_make → kk_template_each
 */
#ifndef DESK_TEMPLATE_H
#define DESK_TEMPLATE_H

#include "desk/edition.h"

struct kk_template_options {
    const char *const *scopes; /* of these alone; count 0: of all */
    size_t scope_count;
    const char *const *indicators;
    size_t indicator_count;
    const char *period; /* of all rows; NULL: one year after that of the row */
};
struct kk_template {
    struct kk_tidy rows; /* what stands in `missing` means nothing */
    struct kk_ref reference;
    uint64_t followed; /* rows whose area was replaced */
    uint64_t left;     /* whose area has ended, and nobody says what follows */
    char ended[KK_OBS_NAME_MAX + 1]; /* the first of them */
};
void kk_template_init(struct kk_template *t);
void kk_template_fini(struct kk_template *t);
KK_DEFINE_FINI(kk_template)
/* KK_E_NOT_FOUND: the release has no such scope, or no such row. KK_E_USAGE: no such period. */
KK_MUST_USE int kk_template_make(struct kk_template *t, struct kk_press *press,
                                 const struct kk_edition *edition,
                                 const struct kk_template_options *options, struct kk_error *err);
/* Each row once, in the order of a release; its value is 0. */
KK_MUST_USE int kk_template_each(const struct kk_template *t, kk_tidy_fn *fn, void *user);

/* The same period a year later, its two ends in an interval. false: it is no period. */
#define KK_PERIOD_TEXT 24
KK_MUST_USE bool kk_period_next_year(struct kk_slice period, char ret[KK_PERIOD_TEXT]);

#endif
