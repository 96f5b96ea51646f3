/*
 * 回収: rows that were released by mistake are taken back. A recall is a release like any other, but
 * its scopes get a new base without the rows, the catalog names every blob of them that came
 * before, and nobody keeps those. The desks of publisher and approver do: what was read once is
 * known, and disclosure control goes on judging by it. [BN-19] [DK-5]
 *
 *     kk_draft_open → kk_draft_recall … → kk_recall_name → kk_draft_judge → kk_draft_sign
 */
#ifndef DESK_RECALL_H
#define DESK_RECALL_H

#include "desk/release.h"

enum kk_recall_key {
    KK_RECALL_INDICATOR,
    KK_RECALL_AREA,
    KK_RECALL_PERIOD,
    KK_RECALL_BREAKDOWN,
    KK_RECALL_KEYS
};
/* Ids of practice as a person gives them: their beginning in hex. */
struct kk_practice_ids {
    const char **words; /* borrowed */
    size_t count;
};
/* Which rows: each key is one of the words given for it; one without words may be anything. */
struct kk_recall_rows {
    const char **words[KK_RECALL_KEYS]; /* borrowed */
    size_t counts[KK_RECALL_KEYS];
    struct kk_practice_ids practices; /* and these; without any key no row of figures is meant */
};
bool kk_recall_meant(const struct kk_recall_rows *rows, const struct kk_obs *row);

struct kk_recall_sum {
    uint64_t now;      /* rows of the newest release that go */
    uint64_t releases; /* earlier ones that held such rows */
    size_t editions;   /* 地区カルテ that quote them, and go too */
    size_t practices;  /* 実践例 that go */
};
/* The scope as it was without these rows, on a new base. KK_E_NOT_FOUND where neither the newest
 * release nor an earlier one that can still be read has any. */
KK_MUST_USE int kk_draft_recall(struct kk_draft *d, const char *scope,
                                const struct kk_recall_rows *rows, struct kk_recall_sum *ret,
                                struct kk_error *err);
/* How many such rows the newest release has in a scope. */
KK_MUST_USE int kk_recall_count(struct kk_press *press, const struct kk_catalog_scope *row,
                                const struct kk_recall_rows *rows, uint64_t *ret);
/* After all scopes: names the blobs that the release takes back. KK_E_ROW_LIMIT. */
KK_MUST_USE int kk_recall_name(struct kk_draft *d, struct kk_error *err);
/* What earlier releases took back stays taken back. */
KK_MUST_USE int kk_recall_carry(struct kk_draft *d);

/* KK_E_DRAFT for a catalog that takes back what it needs, or not all that the one before did. */
KK_MUST_USE int kk_recall_check(struct kk_press *press, const struct kk_catalog *catalog,
                                struct kk_error *err);
/* The first release of a scope's figures that may still be read; 0: all. */
KK_MUST_USE int kk_recall_floor(struct kk_press *press, struct kk_slice scope, uint32_t *ret);

#endif
