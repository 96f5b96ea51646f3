/*
 * A publisher in memory: tables of observations, random ones and edits of them, releases built from
 * them, and the blobs that come out, by hash.
 */
#ifndef TESTS_PRESS_H
#define TESTS_PRESS_H

#include "kukyoku/bundle/release.h"
#include "unit.h"

/* Rows with texts of their own, sorted for a release. */
struct press_table {
    struct kk_arena texts;
    struct kk_obs *rows;
    size_t count, cap;
};
void press_table_init(struct press_table *t);
void press_table_fini(struct press_table *t);
KK_DEFINE_FINI(press_table)
/* Appends a copy. */
void press_add(struct press_table *t, const struct kk_obs *row);
/* "indicator", "area", "period", "breakdown" and a whole value; everything else is empty. */
struct kk_obs press_row(const char *indicator, const char *area, const char *period, int64_t units);
/* `count` sorted rows of some indicators, over as many areas as that takes; values from `base`. */
void press_fill(struct press_table *t, int count, int indicators, int64_t base);
void press_sort(struct press_table *t); /* and drops rows of a key that stands twice */
/* Non-rectangular, with every kind of missing value, attribute and text. About `rows` rows. */
void press_random(struct press_table *t, struct unit_entropy *e, size_t rows);
/* A copy with random rows dropped, changed in any way, and added. */
void press_edit(struct press_table *t, const struct press_table *from, struct unit_entropy *e);
/* A random table of that many rows, then each the one before it, edited. */
void press_chain(struct press_table *tables, size_t count, size_t rows, struct unit_entropy *e);
void press_chain_fini(struct press_table *tables, size_t count);
bool press_row_equal(const struct kk_obs *a, const struct kk_obs *b);

struct press_blob {
    enum kk_blob_kind kind;
    struct kk_blob_ref ref;
    struct kk_bytes bytes;
};
struct press {
    char scope[KK_SCOPE_NAME_MAX + 1];
    struct kk_secret key; /* len 0 for pub */
    uint32_t epoch;
    struct press_blob *blobs;
    size_t count, cap;
    size_t fresh;             /* first blob of the newest release */
    struct kk_bytes manifest; /* plain, of the newest release */
    struct kk_catalog_scope row;
    uint32_t release;
};
/* With a key of its own unless the scope is pub. */
void press_init(struct press *p, const char *scope);
void press_fini(struct press *p);
KK_DEFINE_FINI(press)
const struct press_blob *press_find(const struct press *p, const uint8_t hash[KK_HASH_BYTES]);
/* Adds a blob of another press. */
void press_keep(struct press *p, const struct press_blob *b);
/* Unsealed, from the blobs made so far. */
struct kk_coded_source press_source(struct press *p);
/* A release of one dataset "d"; asserts that it can be made. */
struct kk_release_stats press_release(struct press *p, uint32_t number, const struct press_table *t,
                                      bool recall);
/* The segment of that dataset in the newest release; to be closed. */
void press_segment(struct press *p, struct kk_segment *ret);
/* Asserts that the segment as of `depth` deltas is the table, row by row. */
void press_assert_table(struct kk_segment *s, size_t depth, const struct press_table *t);

#endif
