/*
 * 地区カルテ in a release: approved editions travel in `pub` as dataset `karte` (edition, area, seq,
 * kind, text, cell), in rows of the form that figures have, so that whoever reads the figures has
 * them too. The release makes the list anew each time it is asked for. [KE-1]
 */
#ifndef DESK_EDITIONS_H
#define DESK_EDITIONS_H

#include "desk/recall.h"

#define KK_EDITIONS_SCOPE   "pub"

/* Columns: indicator is the edition's id in hex, breakdown the kind, period the number in its kind,
 * source the cell, note any other text. */
#define KK_EDITION_PARTS(P)                                                                       \
    P(CELL, "cell")       /* a figure as it was copied [RL-21] */                                 \
    P(MADE, "made")       /* when the daemon received it, ms */                                   \
    P(RECEIPT, "receipt") /* its number in the log */                                             \
    P(RELEASE, "release") /* of its figures */                                                    \
    P(TEXT, "text")       /* a paragraph */                                                       \
    P(TITLE, "title")                                                                             \
    P(YEAR, "year")       /* a fiscal one */
#define KK_EDITION_PART_ENUM(NAME, name) KK_EDITION_##NAME,
enum kk_edition_part { KK_EDITION_PARTS(KK_EDITION_PART_ENUM) KK_EDITION_PART_COUNT };
#undef KK_EDITION_PART_ENUM

struct kk_edition_row {
    uint8_t edition[KK_ID_BYTES];
    struct kk_slice area, text;
    enum kk_edition_part part;
    unsigned seq; /* from 1 */
};
/* false: of a kind that this program does not know, or no such row. Texts are borrowed. */
KK_MUST_USE bool kk_edition_row_read(const struct kk_obs *obs, struct kk_edition_row *ret);

struct kk_editions {
    struct kk_arena arena;
    struct kk_obs *rows;
    size_t count, cap;
};
void kk_editions_init(struct kk_editions *e);
void kk_editions_fini(struct kk_editions *e);
KK_DEFINE_FINI(kk_editions)
/* Copies. KK_E_ROW_LIMIT for a text past what a row holds. */
KK_MUST_USE int kk_editions_add(struct kk_editions *e, const struct kk_edition_row *row);
/* A row as it stands; copies. */
KK_MUST_USE int kk_editions_put(struct kk_editions *e, const struct kk_obs *row);
/* In the order of a release. */
KK_MUST_USE int kk_editions_each(struct kk_editions *e, kk_tidy_fn *fn, void *user);
/* The editions of the newest release, but for those that quote a figure that is recalled;
 * *ret_gone: how many did. */
KK_MUST_USE int kk_editions_but(struct kk_press *press, const struct kk_recall_rows *rows,
                                struct kk_editions *ret, size_t *ret_gone);

#endif
