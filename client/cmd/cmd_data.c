/* `kukyoku data …`: what figures there are, some of them, all of them in a file. [DA-1] */
#include "cmd/cell_view.h"
#include "cmd/figures_out.h"
#include "cmd/succession_view.h"
#include "kukyoku/base/alloc.h"
#include "kukyoku/base/text.h"
#include "model/reference.h"
#include "os.h"
#include "view/meaning.h"
#include "view/when.h"

#include <stdlib.h>
#include <string.h>

/* --- data list --- */
struct list_view {
    struct kk_command *c;
    struct kk_ref reference;
    struct kk_table table;
    json_t *list;
};

/* Name, definition and the rest beside what was counted; unit: the reference's where none is. */
static void put_meaning(const struct list_view *v, const char *indicator, json_t *o)
{
    const struct kk_ref_entry *e = kk_ref_find(&v->reference, KK_REF_INDICATORS,
                                               kk_slice_text(indicator), kk_slice(NULL, 0));
    json_t *meaning = e ? kk_meaning_json(KK_REF_INDICATORS, e) : NULL;

    if (meaning)
        kk_ignore(json_object_update_missing(o, meaning));
    json_decref(meaning);
}


static int list_row(void *user, const struct kk_data_indicator *i)
{
    struct list_view *v = user;
    char rows[KK_NUMBER_TEXT], areas[KK_NUMBER_TEXT];

    if (v->c->json) {
        json_t *o = json_pack("{s:s, s:s, s:I, s:I, s:s, s:s, s:s, s:I}", "indicator", i->name,
                              "scope", i->scope, "rows", (json_int_t)i->rows, "areas",
                              (json_int_t)i->areas, "unit", i->unit, "first", i->first, "last",
                              i->last, "release", (json_int_t)i->release);

        put_meaning(v, i->name, o);
        return json_array_append_new(v->list, o) < 0 ? KK_E_MEMORY : 0;
    }
    struct kk_slice name = kk_reference_name(&v->reference, KK_REF_INDICATORS,
                                             kk_slice_text(i->name), kk_lang_name(v->c->lang));
    kk_number_text((int64_t)i->rows, 0, rows);
    kk_number_text((int64_t)i->areas, 0, areas);
    kk_table_cell(&v->table, i->name);
    kk_table_cell_slice(&v->table, name.len ? (const char *)name.data : "", name.len);
    kk_table_cell(&v->table, i->scope);
    kk_table_cell(&v->table, rows);
    kk_table_cell(&v->table, areas);
    kk_table_cell(&v->table, i->unit);
    kk_table_cellf(&v->table, "%s … %s", i->first, i->last);
    kk_table_cellf(&v->table, "%u", (unsigned)i->release);
    return 0;
}

int cmd_data_list(struct kk_command *c)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    struct list_view v = { .c = c, .list = json_array() };
    struct kk_data_origin origin = { 0 };
    int r = kk_home_open(c->home, KK_HOME_READ, &home, &c->err);

    kk_ref_init(&v.reference);
    kk_table_column(&v.table, KK_T(c, COL_INDICATOR), KK_ALIGN_LEFT);
    kk_table_column(&v.table, KK_T(c, COL_MEANING), KK_ALIGN_LEFT);
    kk_table_column(&v.table, KK_T(c, COL_SCOPE), KK_ALIGN_LEFT);
    kk_table_column(&v.table, KK_T(c, COL_ROWS), KK_ALIGN_RIGHT);
    kk_table_column(&v.table, KK_T(c, COL_AREAS), KK_ALIGN_RIGHT);
    kk_table_column(&v.table, KK_T(c, COL_UNIT), KK_ALIGN_LEFT);
    kk_table_column(&v.table, KK_T(c, COL_PERIOD), KK_ALIGN_LEFT);
    kk_table_column(&v.table, KK_T(c, COL_RELEASE), KK_ALIGN_RIGHT);
    if (r == 0)
        r = kk_data_origin(&home, kk_os_now_ms(), &origin);
    if (r == 0)
        r = kk_reference_load(&home, 0, &v.reference, &c->err);
    if (r == 0)
        r = kk_data_list(&home, kk_command_flag(c, "public"), list_row, &v, &c->err);
    if (r == 0 && c->json) {
        r = kk_json_print(c->out, json_pack("{s:o, s:O}", "origin", kk_origin_json(&origin),
                                            "indicators", v.list));
    } else if (r == 0) {
        kk_origin_view(c, &origin, 0);
        r = kk_table_print(&v.table, c->out);
    }
    json_decref(v.list);
    kk_ref_fini(&v.reference);
    kk_table_fini(&v.table);
    return r;
}

/* --- data get --- */
static void area_cell(struct kk_command *c, const struct kk_home *h, struct kk_table *t,
                      struct kk_slice area)
{
    char text[KK_OBS_TEXT_MAX + 1], name[KK_CELL_AREA_TEXT];

    if (kk_table_again(t, area))
        return;
    kk_cell_text(area, text);
    kk_cell_area(c, h, text, name);
    kk_table_cell(t, name);
}

static int show_rows(struct kk_command *c, const struct kk_home *h, const struct kk_data *d)
{
    KK_AUTO_FINI(kk_table) struct kk_table t = { 0 };
    char value[KK_NUMBER_TEXT];
    bool several = !kk_command_option(c, "indicator");

    if (several)
        kk_table_column(&t, KK_T(c, COL_INDICATOR), KK_ALIGN_LEFT);
    kk_table_column(&t, KK_T(c, COL_AREA), KK_ALIGN_LEFT);
    kk_table_column(&t, KK_T(c, COL_PERIOD), KK_ALIGN_LEFT);
    kk_table_column(&t, KK_T(c, COL_BREAKDOWN), KK_ALIGN_LEFT);
    kk_table_column(&t, KK_T(c, COL_VALUE), KK_ALIGN_RIGHT);
    kk_table_column(&t, KK_T(c, COL_UNIT), KK_ALIGN_LEFT);
    kk_table_column(&t, KK_T(c, COL_TIER), KK_ALIGN_LEFT);
    kk_table_column(&t, KK_T(c, COL_STANDING), KK_ALIGN_LEFT);
    kk_table_column(&t, KK_T(c, COL_METHOD), KK_ALIGN_LEFT);
    kk_table_reserve(&t, d->count);
    for (size_t i = 0; i < d->count; i++) {
        const struct kk_obs *o = &d->cells[i].obs;

        if (several)
            kk_table_cell_slice(&t, (const char *)o->indicator.data, o->indicator.len);
        area_cell(c, h, &t, o->area);
        kk_cell_period(c, &t, o->period);
        kk_cell_breakdown(c, &t, o->breakdown);
        kk_cell_value(o, value);
        kk_table_cell(&t, value);
        kk_table_cell_slice(&t, (const char *)o->unit.data, o->unit.len);
        kk_table_cell(&t, kk_cell_tier(c, d->cells[i].tier));
        kk_table_cell(&t, kk_cell_status(c, o->status));
        kk_table_cell_slice(&t, (const char *)o->method.data, o->method.len);
    }
    return kk_table_print(&t, c->out);
}

/* A row of the comparison is a period and a breakdown; cells are found by both and the area. */
static const struct kk_cell *find_cell(const struct kk_data *d, const char *area,
                                       const struct kk_obs *like)
{
    for (size_t i = 0; i < d->count; i++) {
        const struct kk_obs *o = &d->cells[i].obs;

        if (kk_slice_is(o->area, area) && kk_slice_equal(o->period, like->period) &&
            kk_slice_equal(o->breakdown, like->breakdown))
            return &d->cells[i];
    }
    return NULL;
}

/* The first cell, in the order of the columns, that has this period and breakdown. */
static bool is_first(const struct kk_data *d, const struct kk_area_chain *chain, size_t at)
{
    for (size_t level = 0; level < chain->count; level++) {
        const struct kk_cell *cell = find_cell(d, chain->areas[level], &d->cells[at].obs);

        if (cell)
            return cell == &d->cells[at];
    }
    return false;
}

/* The tier of figures that are not public, and a status that is not final, stand with the value. */
static void compare_cell(struct kk_command *c, struct kk_table *t, const struct kk_cell *cell)
{
    char value[KK_NUMBER_TEXT];

    if (!cell) {
        kk_table_cell(t, "");
        return;
    }
    kk_cell_value(&cell->obs, value);
    kk_table_cellf(t, "%s%s%s%s%s%s", cell->tier ? KK_T(c, MARK_OPEN) : "",
                   cell->tier ? kk_cell_tier(c, cell->tier) : "",
                   cell->tier ? KK_T(c, MARK_CLOSE) : "", kk_cell_status(c, cell->obs.status),
                   cell->obs.status.len ? " " : "", value);
}

static void compare_row(struct kk_command *c, struct kk_table *t, const struct kk_data *d,
                        const struct kk_area_chain *chain, const struct kk_obs *like)
{
    kk_cell_period(c, t, like->period);
    kk_cell_breakdown(c, t, like->breakdown);
    for (size_t level = 0; level < chain->count; level++)
        compare_cell(c, t, find_cell(d, chain->areas[level], like));
    kk_table_cell_slice(t, (const char *)like->unit.data, like->unit.len);
}

/* Periods as they follow one another, the total before its parts. */
static int by_period(const void *a, const void *b)
{
    const struct kk_obs *x = *(const struct kk_obs *const *)a;
    const struct kk_obs *y = *(const struct kk_obs *const *)b;
    int order = kk_slice_compare(x->period, y->period);

    return order ? order : kk_slice_compare(x->breakdown, y->breakdown);
}

static int show_compare(struct kk_command *c, const struct kk_home *h, const struct kk_data *d,
                        const struct kk_area_chain *chain)
{
    KK_AUTO_FINI(kk_table) struct kk_table t = { 0 };
    char area[KK_CELL_AREA_TEXT];

    kk_table_column(&t, KK_T(c, COL_PERIOD), KK_ALIGN_LEFT);
    kk_table_column(&t, KK_T(c, COL_BREAKDOWN), KK_ALIGN_LEFT);
    for (size_t level = 0; level < chain->count; level++) {
        kk_cell_area(c, h, chain->areas[level], area);
        kk_table_column(&t, area, KK_ALIGN_RIGHT);
    }
    kk_table_column(&t, KK_T(c, COL_UNIT), KK_ALIGN_LEFT);
    const struct kk_obs **rows = kk_alloc_array(d->count, sizeof *rows);
    size_t count = 0;
    if (!rows)
        return KK_E_MEMORY;
    for (size_t i = 0; i < d->count; i++) {
        if (is_first(d, chain, i))
            rows[count++] = &d->cells[i].obs;
    }
    qsort(rows, count, sizeof *rows, by_period);
    for (size_t i = 0; i < count; i++)
        compare_row(c, &t, d, chain, rows[i]);
    kk_free(rows);
    return kk_table_print(&t, c->out);
}

static json_t *cell_json(const struct kk_cell *cell)
{
    json_t *o = kk_export_json(&cell->obs);

    if (o)
        json_object_set_new(o, "scope", kk_json_text(cell->scope));
    return o;
}

/* An answer and what it was asked for. */
struct answer {
    struct kk_home *home;
    struct kk_data *data;
    struct kk_area_chain chain;
    struct kk_slice areas[KK_SUCCESSION_AREAS];
    struct kk_ref reference;
    uint32_t as_of;
    struct kk_succession_view breaks;
};

/* indicators and areas: what the codes of the cells mean, each once. */
static int show_json(struct kk_command *c, const struct answer *a,
                     const struct kk_data_origin *origin)
{
    const struct kk_data *d = a->data;
    const struct kk_ref *reference = &a->reference;
    json_t *cells = json_array(), *indicators = json_object(), *areas = json_object();

    for (size_t i = 0; i < d->count; i++) {
        const struct kk_obs *o = &d->cells[i].obs;

        if (json_array_append_new(cells, cell_json(&d->cells[i])) < 0) {
            json_decref(cells);
            json_decref(indicators);
            json_decref(areas);
            return KK_E_MEMORY;
        }
        kk_meaning_put(indicators, reference, KK_REF_INDICATORS, o->indicator);
        kk_meaning_put(areas, reference, KK_REF_AREAS, o->area);
    }
    return kk_json_print(c->out, json_pack("{s:o, s:o, s:o, s:o, s:o}", "origin",
                                           kk_origin_json(origin), "cells", cells, "indicators",
                                           indicators, "areas", areas, "breaks",
                                           kk_succession_json(&a->breaks)));
}

/* --- in the forms of files --- */
/* The release that the figures are of; its words are known of the newest alone. */
static void last_step(const struct kk_data_origin *origin, uint32_t as_of,
                      struct kk_export_step *ret)
{
    *ret = (struct kk_export_step){ .release = as_of ? as_of : origin->release };
    if (ret->release != origin->release)
        return;
    ret->issued_ms = origin->issued_ms;
    memcpy(ret->title, origin->title, sizeof ret->title);
}

static int feed_cells(void *user, int (*fn)(void *sink, const struct kk_obs *row), void *sink,
                      struct kk_error *err)
{
    const struct kk_data *d = user;
    int r = 0;

    (void)err;
    for (size_t i = 0; i < d->count && r == 0; i++)
        r = fn(sink, &d->cells[i].obs);
    return r;
}

static int show_file(struct kk_command *c, const struct answer *a,
                     const struct kk_data_origin *origin)
{
    struct kk_export_step step;
    struct kk_figures_out out = {
        .format = kk_export_format(kk_command_option(c, "format")),
        .about = { .scope = kk_command_flag(c, "public") ? "pub" : "", .steps = &step,
                   .step_count = 1, .lang = c->lang, .reference = &a->reference,
                   .indicator = kk_slice_text(kk_command_option(c, "indicator")) },
        .feed = feed_cells, .user = a->data,
    };

    last_step(origin, a->as_of, &step);
    kk_succession_tell(c, &a->breaks);
    return kk_figures_out(c, &out);
}

static int show_nothing(struct kk_command *c, struct kk_home *h)
{
    const char *indicator = kk_command_option(c, "indicator");
    char near[KK_OBS_NAME_MAX + 1] = "";
    int r = indicator ? kk_data_nearest(h, kk_command_flag(c, "public"), indicator, near) : 0;

    if (r == 0 && near[0])
        kk_out_say(c->out, KK_T(c, DATA_MEANT), indicator, near);
    else
        kk_out_say(c->out, "%s", KK_T(c, DATA_NOTHING));
    kk_command_exit(c, KK_EXIT_WARNINGS);
    return r;
}

static int show(struct kk_command *c, const struct answer *a)
{
    const char *format = kk_command_option(c, "format");
    enum kk_export_format known = kk_export_format(format);
    struct kk_data_origin origin;
    int r = kk_data_origin(a->home, kk_os_now_ms(), &origin);

    if (r < 0)
        return r;
    /* A format that is named goes before --json. */
    if (known != KK_EXPORT_FORMAT_COUNT && known != KK_EXPORT_JSON)
        return show_file(c, a, &origin);
    if (format && strcmp(format, "table") != 0 && known != KK_EXPORT_JSON)
        return kk_command_usage(c, "--format", "%s", KK_T(c, DATA_FORMATS));
    if (c->json || known == KK_EXPORT_JSON)
        return show_json(c, a, &origin);
    kk_origin_view(c, &origin, a->as_of);
    kk_succession_tell(c, &a->breaks);
    if (a->data->count == 0)
        return show_nothing(c, a->home);
    return kk_command_flag(c, "compare") ? show_compare(c, a->home, a->data, &a->chain)
                                         : show_rows(c, a->home, a->data);
}

static int check_get(struct kk_command *c)
{
    const char *area = kk_command_option(c, "area");
    bool compare = kk_command_flag(c, "compare"), linked = kk_command_flag(c, "linked");

    if (compare && linked)
        return kk_command_usage(c, "--linked", "%s", KK_T(c, LINKED_COMPARE));
    if ((compare || linked) && !area)
        return kk_command_usage(c, compare ? "--compare" : "--linked", "%s",
                                KK_T(c, COMPARE_AREA));
    if (!kk_command_option(c, "indicator") && (!area || compare))
        return kk_command_usage(c, "--indicator", "%s", KK_T(c, DATA_WHAT));
    return 0;
}

/* The area, those above it, or those before and after it. */
static void choose_areas(struct kk_command *c, struct answer *a)
{
    const char *area = kk_command_option(c, "area");

    if (!area)
        return;
    kk_area_chain(area, &a->chain);
    a->breaks.count = kk_command_flag(c, "compare") ? a->chain.count : 1;
    for (size_t i = 0; i < a->breaks.count; i++)
        a->areas[i] = kk_slice_text(a->chain.areas[i]);
    a->breaks.linked = kk_command_flag(c, "linked");
    if (a->breaks.linked)
        a->breaks.count = kk_succession_line(&a->reference, a->areas[0], a->areas);
}

static int get(struct kk_command *c, struct answer *a)
{
    struct kk_data_query q = { .indicator = kk_slice_text(kk_command_option(c, "indicator")),
                               .areas = a->areas,
                               .period = kk_slice_text(kk_command_option(c, "period")),
                               .breakdown = kk_slice_text(kk_command_option(c, "breakdown")),
                               .as_of = a->as_of,
                               .only_public = kk_command_flag(c, "public") };
    struct kk_error none = { 0 };
    int r = kk_reference_load(a->home, a->as_of, &a->reference, &none);

    if (r < 0 && r != KK_E_RELEASE_ABSENT)
        return kk_error_set(&c->err, r, none.where, "%s", none.detail);
    a->breaks = (struct kk_succession_view){ .reference = &a->reference, .areas = a->areas,
                                             .data = a->data };
    choose_areas(c, a);
    q.area_count = a->breaks.count;
    r = kk_data_get(a->home, &q, a->data, &c->err);
    if (r == 0)
        r = kk_lacking_view(c, a->home, q.as_of, q.only_public);
    return r < 0 ? r : show(c, a);
}

int cmd_data_get(struct kk_command *c)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    KK_AUTO_FINI(kk_data) struct kk_data data;
    struct answer a = { .home = &home, .data = &data };
    struct kk_range releases = { 1, UINT32_MAX, 0 };
    int64_t as_of;
    int r = kk_command_number(c, "as-of", releases, &as_of);

    kk_data_init(&data);
    kk_ref_init(&a.reference);
    if (r == 0)
        r = check_get(c);
    if (r == 0)
        r = kk_home_open(c->home, KK_HOME_READ, &home, &c->err);
    a.as_of = (uint32_t)as_of;
    if (r == 0)
        r = get(c, &a);
    kk_ref_fini(&a.reference);
    return r;
}

/* --- data export --- */
struct exporting {
    struct kk_home *home;
    struct kk_data_export what;
};

static int feed_scope(void *user, int (*fn)(void *sink, const struct kk_obs *row), void *sink,
                      struct kk_error *err)
{
    struct exporting *x = user;

    return kk_data_each(x->home, &x->what, fn, sink, err);
}

static int export_file(struct kk_command *c, struct exporting *x, const char *scope,
                       const char *path)
{
    KK_AUTO_FINI(kk_ref) struct kk_ref reference;
    struct kk_data_origin origin;
    struct kk_export_step step;
    struct kk_figures_out out = {
        .format = kk_export_format(kk_command_option(c, "format")), .path = path,
        .about = { .scope = scope, .steps = &step, .step_count = 1, .lang = c->lang,
                   .reference = &reference },
        .feed = feed_scope, .user = x,
    };
    int r = kk_data_origin(x->home, kk_os_now_ms(), &origin);

    kk_ref_init(&reference);
    if (r == 0)
        r = kk_reference_load(x->home, x->what.as_of, &reference, &c->err);
    if (r < 0)
        return r;
    last_step(&origin, x->what.as_of, &step);
    return kk_figures_out(c, &out);
}

int cmd_data_export(struct kk_command *c)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    struct kk_range releases = { 1, UINT32_MAX, 0 };
    const char *scope = kk_command_option(c, "scope"), *path = kk_command_arg(c, 0);
    const char *format = kk_command_option(c, "format");
    struct exporting x = { &home, { .scope = kk_slice_text(scope ? scope : "pub") } };
    bool file = kk_export_format(format) != KK_EXPORT_FORMAT_COUNT;
    int64_t as_of;
    int r = kk_command_number(c, "as-of", releases, &as_of);

    if (r == 0 && !file && (!format || strcmp(format, "sqlite") != 0))
        r = kk_command_usage(c, "--format", "%s", KK_T(c, EXPORT_FORMATS));
    if (r == 0)
        r = kk_home_open(c->home, KK_HOME_READ, &home, &c->err);
    if (r < 0)
        return r;
    x.what.as_of = (uint32_t)as_of;
    r = file ? export_file(c, &x, scope ? scope : "pub", path)
             : kk_data_export_sqlite(&home, &x.what, path, &c->err);
    if (r == 0)
        kk_out_say(c->out, KK_T(c, EXPORTED), path, scope ? scope : "pub");
    return r;
}
