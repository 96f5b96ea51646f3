/*
 * A mapping: how a table that is not in the form of a release says the same. Written once as an INI
 * file, kept in the desk's folder, found again by the columns of next year's table. [IM-8]
 *
 *     [table]  header = 3            line of the header; 1 without it
 *              rest = ignore         other columns: refuse (without it), ignore, period, indicator
 *     [row]    indicator = population
 *              area = {地域コード}   text with columns in braces, for each column of a release
 *              area_name = {地域名}  not taken over: compared with the code
 *     [values] 男 = breakdown=sex=m, unit=人
 *                                    a column of figures, and what it says other than [row]
 *     [words]  男 = m                what a cell in braces says
 *     [symbols] … = u                what stands for a figure: n, u or x; blank: an empty cell
 *
 * Names of columns are compared without spaces, line breaks, colons and equals signs.
 */
#ifndef IMPORT_MAPPING_H
#define IMPORT_MAPPING_H

#include "desk/tidy.h"
#include "kukyoku/base/arena.h"

#define KK_MAPPING_ITEMS 512
#define KK_MAPPING_NAME  128
#define KK_MAPPING_BYTES (256u * 1024) /* of a file */

enum kk_mapping_rest { KK_REST_REFUSE, KK_REST_IGNORE, KK_REST_PERIOD, KK_REST_INDICATOR };

struct kk_mapping_pair {
    const char *key, *text;
};
struct kk_mapping_value {
    const char *header; /* as it is compared */
    const char *set[KK_TIDY_COLUMN_COUNT]; /* NULL: what the row says */
};
struct kk_mapping {
    struct kk_arena arena; /* of all texts */
    char name[KK_MAPPING_NAME];
    uint64_t header;
    enum kk_mapping_rest rest;
    const char *row[KK_TIDY_COLUMN_COUNT]; /* NULL: empty */
    const char *area_name;
    struct kk_mapping_value *values;
    struct kk_mapping_pair *words, *symbols;
    size_t value_count, word_count, symbol_count;
};
/* name: for messages. KK_E_MAPPING with the line. */
KK_MUST_USE int kk_mapping_read(struct kk_slice text, const char *name, struct kk_mapping **ret,
                                struct kk_error *err);
/* The same of a file. */
KK_MUST_USE int kk_mapping_load(const char *path, struct kk_mapping **ret, struct kk_error *err);
void kk_mapping_free(struct kk_mapping *m);
KK_DEFINE_FREE(kk_mapping)
/* NULL: the list does not have it. */
const char *kk_mapping_lookup(const struct kk_mapping_pair *list, size_t count,
                              struct kk_slice key);

/* A name of a column as it is compared: without spaces, breaks, colons, equals signs. */
#define KK_MAPPING_HEADER 256
void kk_mapping_header(struct kk_slice text, char ret[KK_MAPPING_HEADER]);
/* Columns in braces of a text, one after the other; *at begins at 0. false: no more. */
KK_MUST_USE bool kk_mapping_next_column(const char *text, size_t *at,
                                        char ret[KK_MAPPING_HEADER]);

#endif
