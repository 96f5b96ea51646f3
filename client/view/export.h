/*
 * Figures out, in the forms in which others take them: tidy CSV (the columns of a release),
 * SDMX-CSV 2.0, JSON, a workbook. Each says of itself what its columns and marks mean, of which
 * release it is and how that came about: a workbook on its second sheet, the others in a
 * description beside them (CSVW). CSV, SDMX-CSV and workbook read back as what was released.
 * [EX-1] [EX-2]
 */
#ifndef VIEW_EXPORT_H
#define VIEW_EXPORT_H

#include "kukyoku/bundle/ref.h"
#include "view/json.h"

/* F(NAME, as typed) */
#define KK_EXPORT_FORMATS(F) F(CSV, "csv") F(SDMX, "sdmx-csv") F(JSON, "json") F(XLSX, "xlsx")
#define KK_EXPORT_FORMAT_ENUM(NAME, text) KK_EXPORT_##NAME,
enum kk_export_format { KK_EXPORT_FORMATS(KK_EXPORT_FORMAT_ENUM) KK_EXPORT_FORMAT_COUNT };
/* KK_EXPORT_FORMAT_COUNT: none of them. */
enum kk_export_format kk_export_format(const char *name);

/* A release on the way to these figures. */
struct kk_export_step {
    uint32_t release;
    int64_t issued_ms;
    char title[204], note[1004];
};
struct kk_export_about {
    const char *scope;    /* "pub" …; "" where the figures are of several */
    const char *encoding; /* of a text: "utf-8", "windows-31j" */
    const struct kk_export_step *steps; /* the newest last */
    size_t step_count;
    enum kk_lang lang;
    const struct kk_ref *reference; /* what indicators mean; NULL: nobody says */
    struct kk_slice indicator;      /* the only one; absent: any */
};

struct kk_export;
struct kk_export_place {
    FILE *to;         /* of a text */
    const char *path; /* of a workbook: made, or written over */
    struct kk_error *err;
};
KK_MUST_USE int kk_export_open(enum kk_export_format format, const struct kk_export_about *about,
                               const struct kk_export_place *place, struct kk_export **ret);
/* Has the form of a reader of figures. KK_E_ROW_LIMIT: more than a sheet can hold. */
KK_MUST_USE int kk_export_row(void *export, const struct kk_obs *row);
/* What stands at the end. A file without it is not whole. */
KK_MUST_USE int kk_export_end(struct kk_export *x);
void kk_export_free(struct kk_export *x);
KK_DEFINE_FREE(kk_export)

/* One figure; more keys may be set on it. */
json_t *kk_export_json(const struct kk_obs *o);
/* The description of a file with that name (CSVW). */
json_t *kk_export_describe(const struct kk_export_about *about, enum kk_export_format format,
                           const char *name);

#endif
