/*
 * Figures over all scopes that a device holds. Where two scopes hold one cell, the value of the
 * more restricted one is given, with its scope; with only_public nothing but the file of pub is
 * opened, so that what is made for everybody cannot hold anything else. [DA-1]
 */
#ifndef MODEL_DATA_H
#define MODEL_DATA_H

#include "kukyoku/bundle/obs.h"
#include "model/replicas.h"

/* Of what age the figures are, for the label on every view. */
struct kk_data_origin {
    uint32_t release; /* 0: none is held */
    char title[204];
    int64_t issued_ms, since_ms;
    enum kk_grade grade;
};
KK_MUST_USE int kk_data_origin(struct kk_home *h, int64_t clock_ms, struct kk_data_origin *ret);

struct kk_cell {
    struct kk_obs obs; /* texts live in the arena of struct kk_data */
    struct kk_slice scope;
    unsigned tier; /* 0 pub, 1 int, 2 r:W */
};
struct kk_data {
    struct kk_arena arena;
    struct kk_cell *cells; /* ascending by indicator, area, breakdown, period; one a key */
    size_t count, cap;
};
void kk_data_init(struct kk_data *d);
void kk_data_fini(struct kk_data *d);
KK_DEFINE_FINI(kk_data)
/* Room for so many more. */
KK_MUST_USE int kk_data_reserve(struct kk_data *d, size_t more);
/* The texts of the cell are copied, but for its scope. */
KK_MUST_USE int kk_data_add(struct kk_data *d, const struct kk_cell *cell);
/* Into order; of one key the most restricted stays. */
void kk_data_settle(struct kk_data *d);
/* KK_E_RELEASE_ABSENT for a release that is not published yet; 0 is always there. */
KK_MUST_USE int kk_data_release(const struct kk_home *h, uint32_t as_of, struct kk_error *err);
/* 1: the replica of a scope, which holds that release; 0: it is not here, or was not then. */
KK_MUST_USE int kk_data_scope(struct kk_replicas *replicas, struct kk_slice scope, uint32_t as_of,
                              struct kk_replica **ret, struct kk_error *err);

/* Each scope that is here but does not hold that release any more, or never did. */
KK_MUST_USE int kk_data_lacking(struct kk_home *h, uint32_t as_of, bool only_public,
                                void (*fn)(void *user, struct kk_slice scope), void *user);

struct kk_data_query {
    struct kk_slice indicator;         /* absent: every one, of the areas named */
    const struct kk_slice *areas;      /* none: every area of the indicator */
    size_t area_count;
    struct kk_slice period, breakdown; /* absent: any; an empty breakdown is the total */
    uint32_t as_of;                    /* 0: the newest */
    bool only_public;
};
/* KK_E_RELEASE_ABSENT where no scope can be read as of that release. */
KK_MUST_USE int kk_data_get(struct kk_home *h, const struct kk_data_query *q, struct kk_data *ret,
                            struct kk_error *err);

struct kk_data_indicator {
    char name[KK_OBS_NAME_MAX + 1], scope[KK_SCOPE_NAME_MAX + 1];
    char first[KK_OBS_NAME_MAX + 1], last[KK_OBS_NAME_MAX + 1], unit[KK_OBS_NAME_MAX + 1];
    uint64_t rows, areas;
    uint32_t release; /* in which the scope last changed */
};
typedef int kk_data_indicator_fn(void *user, const struct kk_data_indicator *row);
/* Each indicator of each scope, scopes in the order of the roster. */
KK_MUST_USE int kk_data_list(struct kk_home *h, bool only_public, kk_data_indicator_fn *fn,
                             void *user, struct kk_error *err);

/* The one nearest to what was typed; "" where that is one itself, or where none is near. */
KK_MUST_USE int kk_data_nearest(struct kk_home *h, bool only_public, const char *typed,
                                char ret[KK_OBS_NAME_MAX + 1]);

/* The sheet on which our workbooks say what their figures are; no table of its own. */
#define KK_DATA_ABOUT_SHEET "このデータについて"

/* All rows of one scope, in order: for exports. */
struct kk_data_export {
    struct kk_slice scope;
    uint32_t as_of;
};
KK_MUST_USE int kk_data_each(struct kk_home *h, const struct kk_data_export *what,
                             int (*fn)(void *user, const struct kk_obs *row), void *user,
                             struct kk_error *err);
/* The same as plain tables in a new SQLite file. KK_E_EXISTS. */
KK_MUST_USE int kk_data_export_sqlite(struct kk_home *h, const struct kk_data_export *what,
                                      const char *path, struct kk_error *err);

/* The areas above an area: "14133-01" in 14133 in 14130. ret[0] is the area itself. */
#define KK_AREA_LEVELS 3
struct kk_area_chain {
    char areas[KK_AREA_LEVELS][KK_OBS_NAME_MAX + 1];
    size_t count;
};
void kk_area_chain(const char *area, struct kk_area_chain *ret);

#endif
