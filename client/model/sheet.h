/*
 * What is known of one area (地域情報シート): its newest figures beside those of its ward and the city,
 * with what they were before and where it stands among its like; and the records that name it.
 */
#ifndef MODEL_SHEET_H
#define MODEL_SHEET_H

#include "model/data.h"
#include "model/record.h"

struct kk_sheet_row {
    const struct kk_cell *own;          /* of the newest period in which the area has one */
    const struct kk_cell *ward, *city;  /* of the same period; NULL: none, or the area itself */
    const struct kk_cell *before;       /* the area's own, of the period before; NULL: none */
    unsigned rank, ranked; /* 1 is the largest, of so many areas of its level; 0: not ranked */
};
struct kk_sheet_query {
    const char *area;
    uint32_t as_of; /* 0: the newest release */
    bool only_public;
};
typedef int kk_sheet_fn(void *user, const struct kk_sheet_row *row);
/* By indicator and breakdown; the cells are valid during the call. */
KK_MUST_USE int kk_sheet_figures(struct kk_home *h, const struct kk_sheet_query *q,
                                 kk_sheet_fn *fn, void *user, struct kk_error *err);
#define KK_SHEET_RECORDS 50 /* of a kind, on one sheet */
/*
 * Records of the kind that name the area, or for a ward any area in it, but those that are over;
 * the newest first, one more than a sheet has room for.
 */
KK_MUST_USE int kk_sheet_records(struct kk_records *r, const char *area, enum kk_kind kind,
                                 kk_record_fn *fn, void *user);

#endif
