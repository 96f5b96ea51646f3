/*
 * Working figures at the publisher's desk, in the scopes that may show them: a figure is placed in
 * pub, int and the r:W of its ward, wherever its indicator and area may stand; after the cover was
 * chosen it goes out where it can be read by the most, and again in a narrower scope only where
 * that one shows what the wider ones conceal. [DC-8]
 *
 *     kk_working_init → kk_working_add … → kk_working_place → kk_draft_cover → kk_draft_covered
 */
#ifndef DESK_WORKING_H
#define DESK_WORKING_H

#include "desk/release.h"

#define KK_WORKING_SCOPE "working" /* of a table that is placed row by row */

struct kk_working {
    struct kk_tidy rows; /* of all files */
    uint64_t line;
    uint32_t scopes;  /* that have rows, as bits */
    uint64_t nowhere; /* rows that no scope may show */
    char stray[200];  /* the first of them */
};
void kk_working_init(struct kk_working *w);
void kk_working_fini(struct kk_working *w);
KK_DEFINE_FINI(kk_working)
/* One more table that was read and is sound. */
KK_MUST_USE int kk_working_add(struct kk_working *w, const struct kk_tidy *table);
/* All rows into the draft, whose settings may have been read before. KK_E_CSV: a cell twice. */
KK_MUST_USE int kk_working_place(struct kk_working *w, struct kk_draft *d, struct kk_error *err);
/* The scope of the n-th view, pub first, as text and bit; false past the last. */
bool kk_working_scope(size_t n, char ret[KK_SCOPE_NAME_MAX + 1], uint32_t *ret_bit);
/* Does a wider scope tell whoever reads this one (a bit) all that the row says? */
bool kk_working_told_before(const struct kk_draft *d, const struct kk_cover *cover, uint32_t bit,
                            const struct kk_obs *row);

#endif
