/* Figures as text: tidy CSV, SDMX-CSV 2.0, JSON; and their description (export.h). [EX-1] [EX-2] */
#include "view/export_in.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/date.h"
#include "kukyoku/base/text.h"
#include "view/csv.h"
#include "view/meaning.h"

#include <string.h>

#define COLUMN_ROW(name, type, en, ja) { name, type, en, ja },
const struct kk_export_column kk_export_columns[KK_EXPORT_COLUMN_COUNT] = {
    KK_EXPORT_COLUMNS(COLUMN_ROW)
};

enum kk_export_format kk_export_format(const char *name)
{
#define FORMAT_TEXT(NAME, text) text,
    static const char *const names[] = { KK_EXPORT_FORMATS(FORMAT_TEXT) };
    size_t i = 0;

    while (i < KK_EXPORT_FORMAT_COUNT && (!name || strcmp(names[i], name) != 0))
        i++;
    return (enum kk_export_format)i;
}

struct kk_export {
    enum kk_export_format format;
    const struct kk_export_about *about;
    FILE *to;
    struct kk_export_book *book;
    bool any; /* a row was written */
};

void kk_export_cells(const struct kk_obs *o, struct kk_export_cells *ret)
{
    ret->value[0] = 0;
    if (o->missing == KK_MISSING_NONE)
        kk_decimal_text(o->value, KK_OBS_DECIMALS, ret->value);
    const struct kk_slice texts[] = { o->indicator, o->area, o->period, o->breakdown,
                                      kk_slice_text(ret->value),
                                      kk_slice_text(kk_missing_text(o->missing)), o->unit,
                                      o->status, o->method, o->source, o->note };
    memcpy(ret->texts, texts, sizeof texts);
}

/* --- CSV --- */
/* A spreadsheet must not run what a text says. */
static void put_text(FILE *to, struct kk_slice text)
{
    if (kk_text_runs(text))
        fputc('\'', to);
    kk_csv_put(to, text);
}

static void csv_row(FILE *to, const struct kk_obs *o)
{
    struct kk_export_cells cells;

    kk_export_cells(o, &cells);
    for (size_t i = 0; i < KK_EXPORT_COLUMN_COUNT; i++) {
        if (i > 0)
            kk_csv_next(to);
        if (i == KK_EXPORT_VALUE)
            kk_csv_put(to, cells.texts[i]);
        else
            put_text(to, cells.texts[i]);
    }
    kk_csv_end_row(to);
}

static void csv_head(FILE *to)
{
    for (size_t i = 0; i < KK_EXPORT_COLUMN_COUNT; i++) {
        if (i > 0)
            kk_csv_next(to);
        fputs(kk_export_columns[i].name, to);
    }
    kk_csv_end_row(to);
}

/* --- SDMX-CSV 2.0 --- */
static const char sdmx_head[] = "STRUCTURE,STRUCTURE_ID,ACTION,INDICATOR,REF_AREA,TIME_PERIOD,"
                                "BREAKDOWN,OBS_VALUE,OBS_STATUS,CONF_STATUS,UNIT_MEASURE,STATUS,"
                                "MISSING,METHOD,SOURCE,NOTE";

/* CL_OBS_STATUS: what is missing first, then how final the figure is. */
static char obs_status(const struct kk_obs *o)
{
    static const struct {
        const char *status;
        char code;
    } codes[] = { { "p", 'P' }, { "e", 'E' }, { "t", 'V' } };

    switch (o->missing) {
    case KK_MISSING_NOTHING:
        return 'M';
    case KK_MISSING_UNKNOWN:
        return 'O';
    case KK_MISSING_CONCEALED:
        return 'Q';
    case KK_MISSING_NONE:
    case KK_MISSING_END:
        break;
    }
    for (size_t i = 0; i < KK_COUNT(codes); i++) {
        if (kk_slice_is(o->status, codes[i].status))
            return codes[i].code;
    }
    return 'A';
}

/* A 年度 is a reporting year, "2020-A1"; import/period.c reads it back. */
static void sdmx_period(FILE *to, struct kk_slice period)
{
    if (period.len == 6 && memcmp(period.data, "FY", 2) == 0)
        fprintf(to, "%.4s-A1", (const char *)period.data + 2);
    else
        kk_csv_put(to, period);
}

static void sdmx_row(const struct kk_export *x, const struct kk_obs *o)
{
    struct kk_export_cells cells;
    char confidential = strcmp(x->about->scope, "pub") == 0 ? 'F' : 'N';

    kk_export_cells(o, &cells);
    const struct kk_slice rest[] = { o->unit, o->status, cells.texts[KK_EXPORT_MISSING], o->method,
                                     o->source, o->note };
    fputs("dataflow,KUKYOKU:STAT(1.0),I,", x->to);
    put_text(x->to, o->indicator);
    kk_csv_next(x->to);
    put_text(x->to, o->area);
    kk_csv_next(x->to);
    sdmx_period(x->to, o->period);
    kk_csv_next(x->to);
    put_text(x->to, o->breakdown);
    fprintf(x->to, ",%s,%c,%c", cells.value, obs_status(o), confidential);
    for (size_t i = 0; i < KK_COUNT(rest); i++) {
        kk_csv_next(x->to);
        put_text(x->to, rest[i]);
    }
    kk_csv_end_row(x->to);
}

/* --- JSON --- */
json_t *kk_export_json(const struct kk_obs *o)
{
    bool there = o->missing == KK_MISSING_NONE;

    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o}", "indicator",
                     kk_json_text(o->indicator), "area", kk_json_text(o->area), "period",
                     kk_json_text(o->period), "breakdown", kk_json_text(o->breakdown), "value",
                     there ? kk_json_decimal(o->value, KK_OBS_DECIMALS) : json_null(), "missing",
                     kk_missing_text(o->missing), "unit", kk_json_text(o->unit), "status",
                     kk_json_text(o->status), "method", kk_json_text(o->method), "source",
                     kk_json_text(o->source), "note", kk_json_text(o->note));
}

/* Row by row, so that a million of them need no more memory than one. */
static int json_row(struct kk_export *x, const struct kk_obs *o)
{
    json_t *row = kk_export_json(o);

    fputs(x->any ? ",\n" : "", x->to);
    if (!row || json_dumpf(row, x->to, JSON_COMPACT) < 0) {
        json_decref(row);
        return ferror(x->to) ? KK_E_IO : KK_E_MEMORY;
    }
    json_decref(row);
    return 0;
}

static int json_head(struct kk_export *x)
{
    json_t *about = kk_export_describe(x->about, KK_EXPORT_JSON, "");
    int r = about ? 0 : KK_E_MEMORY;

    fputs("{\"about\": ", x->to);
    if (r == 0 && json_dumpf(about, x->to, JSON_COMPACT) < 0)
        r = KK_E_IO;
    fputs(",\n\"cells\": [\n", x->to);
    json_decref(about);
    return r;
}

/* --- one after the other --- */
int kk_export_open(enum kk_export_format format, const struct kk_export_about *about,
                   const struct kk_export_place *place, struct kk_export **ret)
{
    KK_AUTO_FREE(kk_export) struct kk_export *x = kk_alloc(sizeof *x);
    int r = 0;

    if (!x)
        return KK_E_MEMORY;
    *x = (struct kk_export){ .format = format, .about = about, .to = place->to };
    switch (format) {
    case KK_EXPORT_CSV:
        kk_csv_mark(x->to);
        csv_head(x->to);
        break;
    case KK_EXPORT_SDMX:
        fputs(sdmx_head, x->to);
        kk_csv_end_row(x->to);
        break;
    case KK_EXPORT_JSON:
        r = json_head(x);
        break;
    case KK_EXPORT_XLSX:
    case KK_EXPORT_FORMAT_COUNT:
        r = kk_export_book_open(place, about, &x->book);
        break;
    }
    if (r == 0)
        *ret = KK_STEAL(x);
    return r;
}

int kk_export_row(void *export, const struct kk_obs *row)
{
    struct kk_export *x = export;
    int r = 0;

    if (x->format == KK_EXPORT_XLSX)
        return kk_export_book_row(x->book, row);
    if (x->format == KK_EXPORT_CSV)
        csv_row(x->to, row);
    else if (x->format == KK_EXPORT_SDMX)
        sdmx_row(x, row);
    else
        r = json_row(x, row);
    x->any = true;
    return r == 0 && ferror(x->to) ? KK_E_IO : r;
}

int kk_export_end(struct kk_export *x)
{
    if (x->format == KK_EXPORT_XLSX)
        return kk_export_book_end(x->book);
    if (x->format == KK_EXPORT_JSON)
        fputs("\n]}\n", x->to);
    return ferror(x->to) ? KK_E_IO : 0;
}

void kk_export_free(struct kk_export *x)
{
    if (!x)
        return;
    kk_export_book_free(x->book);
    kk_free(x);
}

/* --- the description --- */
static json_t *describe_columns(void)
{
    json_t *list = json_array();

    for (size_t i = 0; i < KK_EXPORT_COLUMN_COUNT; i++) {
        const struct kk_export_column *c = &kk_export_columns[i];

        json_array_append_new(list, json_pack("{s:s, s:{s:s, s:s}, s:s}", "name", c->name,
                                              "dc:description", "en", c->en, "ja", c->ja,
                                              "datatype", c->type));
    }
    return list;
}

static json_t *describe_history(const struct kk_export_about *about)
{
    json_t *list = json_array();

    for (size_t i = 0; i < about->step_count; i++) {
        const struct kk_export_step *s = &about->steps[i];

        json_array_append_new(list, json_pack("{s:i, s:o, s:s, s:s}", "release", (int)s->release,
                                              "issued", kk_json_instant(s->issued_ms), "title",
                                              s->title, "note", s->note));
    }
    return list;
}

/* Definitions of the indicators. [EX-3] */
static json_t *describe_indicators(const struct kk_export_about *about)
{
    json_t *all = json_object();

    for (size_t i = 0; about->reference && i < about->reference->lists[KK_REF_INDICATORS].count;
         i++) {
        struct kk_slice code = about->reference->lists[KK_REF_INDICATORS].items[i].code;

        if (!about->indicator.data || kk_slice_equal(about->indicator, code))
            kk_meaning_put(all, about->reference, KK_REF_INDICATORS, code);
    }
    return all;
}

json_t *kk_export_describe(const struct kk_export_about *about, enum kk_export_format format,
                           const char *name)
{
    const struct kk_export_step *last =
        about->step_count ? &about->steps[about->step_count - 1] : NULL;
    json_t *o = json_pack("{s:s, s:s, s:s, s:s}", "@context", "http://www.w3.org/ns/csvw", "url",
                          name, "dc:title", last ? last->title : "", "scope", about->scope);

    if (!o)
        return NULL;
    json_object_set_new(o, "dc:issued", last ? kk_json_instant(last->issued_ms) : json_null());
    if (format == KK_EXPORT_CSV || format == KK_EXPORT_SDMX) {
        bool mark = format == KK_EXPORT_CSV && strcmp(about->encoding, "utf-8") == 0;

        json_object_set_new(o, "dialect",
                            json_pack("{s:s, s:b, s:s, s:s, s:b}", "encoding", about->encoding,
                                      "byteOrderMark", (int)mark, "delimiter", ",",
                                      "lineTerminators", "\r\n", "header", 1));
    }
    json_object_set_new(o, "tableSchema",
                        json_pack("{s:o, s:[s, s, s, s]}", "columns", describe_columns(),
                                  "primaryKey", "indicator", "area", "period", "breakdown"));
    json_object_set_new(o, "indicators", describe_indicators(about));
    json_object_set_new(o, "history", describe_history(about));
    return o;
}
