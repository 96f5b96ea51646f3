/*
 * Reference data of a release: tables of areas, indicators, code lists, rubrics, fund frames and
 * borders (references.def). They travel as dataset `ref` of pub, in rows of the form that figures
 * have, so that hashes, deltas, recalls and "as of" are those of every dataset. [RF-1]
 */
#ifndef KUKYOKU_BUNDLE_REF_H
#define KUKYOKU_BUNDLE_REF_H

#include "kukyoku/base/arena.h"
#include "kukyoku/base/bytes.h"
#include "kukyoku/bundle/obs.h"
#include "kukyoku/bundle/references.def"

#define KK_REF_DATASET "ref"
#define KK_REF_SCOPE   "pub"

#define KK_REF_TABLE_ENUM(NAME, name, listed, dated, en, ja) KK_REF_##NAME,
enum kk_ref_table { KK_REF_TABLES(KK_REF_TABLE_ENUM) KK_REF_TABLE_COUNT };

#define KK_REF_TYPE_ENUM(NAME, words) KK_REF_IS_##NAME,
enum kk_ref_type {
    KK_REF_IS_TEXT,
    KK_REF_IS_DATE,
    KK_REF_IS_AREA,
    KK_REF_IS_AREAS,
    KK_REF_WORDS(KK_REF_TYPE_ENUM) KK_REF_TYPE_COUNT
};

/* KK_REF_AREAS_NAME …: the place of a field in its table. */
#define KK_REF_FIELD_ENUM(TABLE, NAME, name, type, max, need, en, ja) KK_REF_##TABLE##_##NAME,
enum { KK_REF_AREAS_FIELDS(KK_REF_FIELD_ENUM) };
enum { KK_REF_BORDERS_FIELDS(KK_REF_FIELD_ENUM) };
enum { KK_REF_CODES_FIELDS(KK_REF_FIELD_ENUM) };
enum { KK_REF_FUNDS_FIELDS(KK_REF_FIELD_ENUM) };
enum { KK_REF_INDICATORS_FIELDS(KK_REF_FIELD_ENUM) };
enum { KK_REF_RUBRICS_FIELDS(KK_REF_FIELD_ENUM) };
#define KK_REF_FIELDS_MAX 16 /* of a table */
#define KK_REF_SHOWN_MAX  4096 /* bytes of a field: longer ones are for machines */

struct kk_ref_field {
    const char *name, *en, *ja;
    enum kk_ref_type type;
    size_t max; /* bytes */
    bool must;
};
struct kk_ref_table_info {
    const char *name, *en, *ja;
    bool listed, dated;
    struct kk_ref_field fields[KK_REF_FIELDS_MAX];
    size_t field_count;
};
const struct kk_ref_table_info *kk_ref_table_info(enum kk_ref_table table);
/* KK_REF_TABLE_COUNT: none has this name. */
enum kk_ref_table kk_ref_table_named(struct kk_slice name);
/* Its place; the count of fields: none has this name. */
size_t kk_ref_field_named(const struct kk_ref_table_info *table, struct kk_slice name);
/* The word of a list; NULL past its end. Labels may be NULL. */
const char *kk_ref_word(enum kk_ref_type list, size_t i, const char **ret_en, const char **ret_ja);

struct kk_ref_entry {
    struct kk_slice code;
    struct kk_slice from;                     /* a day; empty: always */
    struct kk_slice texts[KK_REF_FIELDS_MAX]; /* by field; len 0: nothing is said */
    uint64_t line;                            /* of the file it was read from; 0: none */
};
struct kk_ref_list {
    struct kk_ref_entry *items; /* ascending by code, then by day, once kk_ref_sort was called */
    size_t count, cap;
};
struct kk_ref {
    struct kk_arena arena; /* of all texts */
    struct kk_ref_list lists[KK_REF_TABLE_COUNT];
    uint64_t strange;  /* rows of tables and fields that this program does not know */
    struct kk_bytes open; /* pieces of the text that is being read */
    enum kk_ref_table open_table;
    size_t open_entry, open_field, pieces; /* pieces 0: none is */
};
void kk_ref_init(struct kk_ref *r);
void kk_ref_fini(struct kk_ref *r);
KK_DEFINE_FINI(kk_ref)
bool kk_ref_empty(const struct kk_ref *r);

/* A new entry; code and day are copied. Borrowed until the next one of its table. */
KK_MUST_USE int kk_ref_add(struct kk_ref *r, enum kk_ref_table table, struct kk_slice code,
                           struct kk_slice from, struct kk_ref_entry **ret);
/* Copies. KK_E_ROW_LIMIT past the field's bound, KK_E_FORM for what is no UTF-8. */
KK_MUST_USE int kk_ref_set(struct kk_ref *r, enum kk_ref_table table, struct kk_ref_entry *entry,
                           size_t field, struct kk_slice text);
/* A copy of the whole table of another one, in the place of what is there. */
KK_MUST_USE int kk_ref_copy(struct kk_ref *r, enum kk_ref_table table, const struct kk_ref *from);
void kk_ref_sort(struct kk_ref *r);

/* --- as rows --- */
/* All rows in the order of a release. Only after kk_ref_sort, no entry twice. */
KK_MUST_USE int kk_ref_each(const struct kk_ref *r, int (*fn)(void *user, const struct kk_obs *row),
                            void *user);
/* Has the form of a reader of figures: the next row of the dataset. KK_E_BUNDLE. */
KK_MUST_USE int kk_ref_take(void *ref, const struct kk_obs *row);
/* After the last row: into order. */
KK_MUST_USE int kk_ref_done(struct kk_ref *r);

/* --- asking --- */
/* The entry that is valid on a day ("YYYY-MM-DD"; absent: the newest); NULL: there is none. */
const struct kk_ref_entry *kk_ref_find(const struct kk_ref *r, enum kk_ref_table table,
                                       struct kk_slice code, struct kk_slice day);

#endif
