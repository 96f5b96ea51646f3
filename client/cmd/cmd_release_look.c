/* `kukyoku release diff` and `release export`: the figures of releases that a desk keeps. [EX-3] */
#include "cmd/cell_view.h"
#include "cmd/figures_out.h"
#include "cmd/release_table.h"
#include "desk/compare.h"
#include "desk/recall.h"
#include "desk/release.h"
#include "desk/ref_check.h"
#include "kukyoku/base/alloc.h"
#include "view/when.h"

#include <string.h>

#define SHOWN_ROWS 200 /* of a scope, on a terminal */
#define STEPS_MAX  100

static const struct kk_range numbers = { 1, UINT32_MAX, 0 };

/* --- diff --- */
struct differing {
    struct kk_command *command;
    const char *scope;
    struct kk_table table;
    json_t *rows;
    uint64_t made, changed, same, gone, shown;
};

/* "1,234", "x", with what else it says where that alone differs. */
static void value_cell(struct kk_command *c, struct kk_table *t, const struct kk_obs *o)
{
    char value[KK_NUMBER_TEXT];
    const char *status;

    if (!o) {
        kk_table_cell(t, "");
        return;
    }
    kk_cell_value(o, value);
    status = kk_cell_status(c, o->status);
    kk_table_cellf(t, "%s%s%s %.*s", status, status[0] ? " " : "", value, (int)o->unit.len,
                   o->unit.len ? (const char *)o->unit.data : "");
}

static void show_pair(struct differing *d, const struct kk_compared *p, const char *what)
{
    const struct kk_obs *o = p->now ? p->now : p->before;
    const struct kk_slice key[] = { o->indicator, o->area, o->period, o->breakdown };

    if (d->shown++ >= SHOWN_ROWS)
        return;
    kk_table_cell(&d->table, what);
    for (size_t i = 0; i < KK_COUNT(key); i++)
        kk_table_cell_slice(&d->table, (const char *)key[i].data, key[i].len);
    value_cell(d->command, &d->table, p->before);
    value_cell(d->command, &d->table, p->now);
}

static int json_pair(struct differing *d, const struct kk_compared *p, const char *what)
{
    json_t *row = json_pack("{s:s, s:s, s:o, s:o}", "scope", d->scope, "what", what, "before",
                            p->before ? kk_export_json(p->before) : json_null(), "now",
                            p->now ? kk_export_json(p->now) : json_null());

    return json_array_append_new(d->rows, row) < 0 ? KK_E_MEMORY : 0;
}

static int take_pair(void *user, const struct kk_compared *p)
{
    struct differing *d = user;
    bool same = p->now && p->before && kk_compare_same(p->now, p->before);

    d->made += !p->before;
    d->gone += !p->now;
    d->same += same;
    d->changed += p->now && p->before && !same;
    if (same)
        return 0;
    if (d->command->json)
        return json_pair(d, p, !p->before ? "new" : p->now ? "changed" : "gone");
    show_pair(d, p, !p->before ? KK_T(d->command, DIFF_NEW)
                    : p->now   ? KK_T(d->command, DIFF_CHANGED)
                               : KK_T(d->command, DIFF_GONE));
    return 0;
}

struct collecting {
    struct kk_tidy *tidy;
    uint64_t line;
};

static int collect(void *user, const struct kk_obs *row)
{
    struct collecting *c = user;

    return kk_tidy_take_obs(c->tidy, row, ++c->line);
}

/* Rows of `newer` in memory, those of `older` as they come; either may lack the scope. */
static int compare_scope(struct kk_press *press, struct differing *d,
                         const struct kk_catalog_scope *older,
                         const struct kk_catalog_scope *newer)
{
    struct kk_tidy *tidy = kk_alloc(sizeof *tidy);
    struct collecting now = { .tidy = tidy };
    struct kk_compare compare = { .table = tidy, .fn = take_pair, .user = d };
    int r;

    if (!tidy)
        return KK_E_MEMORY;
    kk_tidy_init(tidy);
    r = newer ? kk_press_each(press, newer, collect, &now) : 0;
    if (r == 0 && newer)
        r = kk_tidy_end(tidy);
    if (r == 0 && older)
        r = kk_press_each(press, older, kk_compare_before, &compare);
    if (r == 0)
        r = kk_compare_end(&compare);
    kk_tidy_fini(tidy);
    kk_free(tidy);
    return r;
}

static void columns(struct kk_command *c, struct kk_table *t)
{
    kk_table_column(t, KK_T(c, COL_STANDING), KK_ALIGN_LEFT);
    kk_table_column(t, KK_T(c, COL_INDICATOR), KK_ALIGN_LEFT);
    kk_table_column(t, KK_T(c, COL_AREA), KK_ALIGN_LEFT);
    kk_table_column(t, KK_T(c, COL_PERIOD), KK_ALIGN_LEFT);
    kk_table_column(t, KK_T(c, COL_BREAKDOWN), KK_ALIGN_LEFT);
    kk_table_column(t, KK_T(c, COL_BEFORE), KK_ALIGN_RIGHT);
    kk_table_column(t, KK_T(c, COL_NOW), KK_ALIGN_RIGHT);
}

static int show_scope(struct differing *d, json_t *scopes)
{
    struct kk_command *c = d->command;
    int r = 0;

    if (c->json) {
        json_t *o = json_pack("{s:s, s:I, s:I, s:I, s:I}", "scope", d->scope, "new",
                              (json_int_t)d->made, "changed", (json_int_t)d->changed, "same",
                              (json_int_t)d->same, "gone", (json_int_t)d->gone);
        return json_array_append_new(scopes, o) < 0 ? KK_E_MEMORY : 0;
    }
    kk_out_line(c->out, KK_T(c, DIFF_SCOPE), d->scope, (unsigned long long)d->made,
                (unsigned long long)d->changed, (unsigned long long)d->same,
                (unsigned long long)d->gone);
    if (d->shown > 0)
        r = kk_table_print(&d->table, c->out);
    if (d->shown > SHOWN_ROWS)
        kk_out_line(c->out, KK_T(c, DIFF_MORE), (unsigned long long)(d->shown - SHOWN_ROWS));
    return r;
}

struct two {
    struct kk_press *press;
    const struct kk_catalog *older, *newer;
    json_t *rows, *scopes;
};

static int diff_scope(struct kk_command *c, const struct two *t, struct kk_slice scope)
{
    char name[KK_SCOPE_NAME_MAX + 1];
    struct differing d = { .command = c, .scope = name, .rows = t->rows };
    int r;

    snprintf(name, sizeof name, "%.*s", (int)scope.len, (const char *)scope.data);
    columns(c, &d.table);
    r = compare_scope(t->press, &d, kk_catalog_scope_of(t->older, scope),
                      kk_catalog_scope_of(t->newer, scope));
    if (r == 0)
        r = show_scope(&d, t->scopes);
    kk_table_fini(&d.table);
    return r < 0 && c->err.fault != r ? kk_error_set(&c->err, r, name, "%s", "") : r;
}

/* Scopes of the newer one, then those that only the older one had. */
static int diff_all(struct kk_command *c, const struct two *t)
{
    const char *only = kk_command_option(c, "scope");
    const struct kk_catalog *catalogs[] = { t->newer, t->older };
    unsigned found = 0;
    int r = 0;

    for (size_t k = 0; k < KK_COUNT(catalogs); k++) {
        for (size_t i = 0; r == 0 && i < catalogs[k]->scopes.count; i++) {
            struct kk_slice scope = catalogs[k]->scopes.items[i].scope;

            if ((only && !kk_slice_is(scope, only)) ||
                (k > 0 && kk_catalog_scope_of(t->newer, scope)))
                continue;
            found++;
            r = diff_scope(c, t, scope);
        }
    }
    return r == 0 && found == 0 ? kk_error_set(&c->err, KK_E_NOT_FOUND, only ? only : "", "%s", "")
                                : r;
}

/* Tables of reference data that differ; nothing of those that do not. */
static int diff_reference(struct kk_command *c, const struct two *t, json_t *tables)
{
    KK_AUTO_FINI(kk_ref) struct kk_ref older, newer;
    int r;

    kk_ref_init(&older);
    kk_ref_init(&newer);
    r = kk_press_reference(t->press, t->older, &older);
    if (r == 0)
        r = kk_press_reference(t->press, t->newer, &newer);
    for (size_t i = 0; i < KK_REF_TABLE_COUNT && r == 0; i++) {
        const char *name = kk_ref_table_info((enum kk_ref_table)i)->name;
        struct kk_ref_changes n;

        kk_ref_check_changes(&older.lists[i], &newer.lists[i], &n);
        if (n.made + n.changed + n.gone == 0)
            continue;
        if (!c->json)
            kk_out_line(c->out, KK_T(c, DIFF_SCOPE), name, (unsigned long long)n.made,
                        (unsigned long long)n.changed, (unsigned long long)n.same,
                        (unsigned long long)n.gone);
        json_object_set_new(tables, name,
                            json_pack("{s:I, s:I, s:I, s:I}", "new", (json_int_t)n.made,
                                      "changed", (json_int_t)n.changed, "same",
                                      (json_int_t)n.same, "gone", (json_int_t)n.gone));
    }
    return r < 0 ? kk_error_set(&c->err, r, KK_REF_DATASET, "%s", "") : 0;
}

/* A release that the desk keeps; it never had the others, or not yet. */
static int open_edition(struct kk_command *c, struct kk_press *press, int64_t number,
                        struct kk_edition *ret)
{
    int r = kk_edition_open(press, (uint32_t)number, ret, &c->err);

    if (r != KK_E_NOT_FOUND)
        return r;
    c->err = (struct kk_error){ 0 };
    return kk_error_say(&c->err, KK_E_RELEASE_ABSENT, press->dir, "%lld; the newest is %u",
                        "第%lld版（最新は第%u版）", (long long)number,
                        (unsigned)kk_release_newest(press));
}

int cmd_release_diff(struct kk_command *c)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    KK_AUTO_FINI(kk_press) struct kk_press press = { 0 };
    KK_AUTO_FINI(kk_edition) struct kk_edition older = { 0 }, newer = { 0 };
    struct two t = { &press, &older.catalog, &newer.catalog, json_array(), json_array() };
    json_t *tables = json_object();
    int64_t first, second = 0;
    int r = kk_command_whole(c, "older", kk_command_arg(c, 0), numbers, &first);

    if (r == 0)
        r = kk_command_whole(c, "newer", kk_command_arg(c, 1), numbers, &second);
    if (r == 0)
        r = kk_home_open(c->home, KK_HOME_READ, &home, &c->err);
    if (r == 0)
        r = kk_press_open(&home, &press, &c->err);
    if (r == 0)
        r = open_edition(c, &press, first, &older);
    if (r == 0)
        r = open_edition(c, &press, second, &newer);
    if (r == 0)
        r = diff_all(c, &t);
    if (r == 0)
        r = diff_reference(c, &t, tables);
    if (r == 0 && c->json)
        r = kk_json_print(c->out, json_pack("{s:I, s:I, s:O, s:O, s:O}", "older",
                                            (json_int_t)first, "newer", (json_int_t)second,
                                            "scopes", t.scopes, "rows", t.rows, "reference",
                                            tables));
    json_decref(tables);
    json_decref(t.rows);
    json_decref(t.scopes);
    return r;
}

/* --- export --- */
struct exporting {
    struct kk_press *press;
    const struct kk_catalog_scope *row;
};

static int feed_edition(void *user, int (*fn)(void *sink, const struct kk_obs *row), void *sink,
                        struct kk_error *err)
{
    struct exporting *x = user;
    int r = kk_press_each(x->press, x->row, fn, sink);

    return r < 0 ? kk_error_set(err, r, "release", "%s", "") : 0;
}

static void copy_text(struct kk_slice from, char *to, size_t size)
{
    snprintf(to, size, "%.*s", (int)from.len, from.len ? (const char *)from.data : "");
}

/* How the release came about: the last hundred at most. */
static int read_steps(struct kk_press *press, uint32_t number, struct kk_export_step *steps,
                      size_t *ret_count)
{
    uint32_t first = number > STEPS_MAX ? number - STEPS_MAX + 1 : 1;
    struct kk_error none = { 0 };
    int r = 0;

    *ret_count = 0;
    for (uint32_t n = first; r == 0 && n <= number; n++) {
        KK_AUTO_FINI(kk_edition) struct kk_edition e = { 0 };
        struct kk_export_step *s = &steps[*ret_count];

        r = kk_edition_open(press, n, &e, &none);
        if (r == KK_E_NOT_FOUND) { /* an approver's desk may begin later than the first release */
            r = 0;
            continue;
        }
        *s = (struct kk_export_step){ .release = n, .issued_ms = (int64_t)e.catalog.issued_ms };
        copy_text(e.catalog.title, s->title, sizeof s->title);
        copy_text(e.catalog.note, s->note, sizeof s->note);
        ++*ret_count;
    }
    return r;
}

/* What was recalled is not handed out again, not even by the desk that still has it. [DK-5] */
static int check_floor(struct kk_command *c, struct kk_press *press, const char *scope,
                       uint32_t number)
{
    uint32_t floor;
    int r = kk_recall_floor(press, kk_slice_text(scope), &floor);

    if (r == 0 && number < floor)
        r = kk_error_say(&c->err, KK_E_RELEASE_ABSENT, scope, "%u: recalled by release %u",
                         "第%u版は第%u版で回収されました", (unsigned)number, (unsigned)floor);
    return r < 0 && c->err.fault != r ? kk_error_set(&c->err, r, scope, "%s", "") : r;
}

static int export_edition(struct kk_command *c, struct kk_press *press,
                          const struct kk_edition *edition)
{
    const char *scope = kk_command_option(c, "scope") ? kk_command_option(c, "scope") : "pub";
    struct exporting x = { press,
                           kk_catalog_scope_of(&edition->catalog, kk_slice_text(scope)) };
    KK_AUTO_FINI(kk_ref) struct kk_ref reference;
    struct kk_export_step *steps = kk_alloc_array(STEPS_MAX, sizeof *steps);
    struct kk_figures_out out = {
        .format = kk_export_format(kk_command_option(c, "format")), .path = kk_command_arg(c, 1),
        .about = { .scope = scope, .steps = steps, .lang = c->lang, .reference = &reference },
        .feed = feed_edition, .user = &x,
    };
    int r = steps ? 0 : KK_E_MEMORY;

    kk_ref_init(&reference);
    if (r == 0 && !x.row)
        r = kk_error_set(&c->err, KK_E_NOT_FOUND, scope, "%s", "");
    if (r == 0)
        r = check_floor(c, press, scope, (uint32_t)edition->catalog.version.ver);
    if (r == 0)
        r = kk_press_reference(press, &edition->catalog, &reference);
    if (r == 0)
        r = read_steps(press, (uint32_t)edition->catalog.version.ver, steps,
                       &out.about.step_count);
    if (r == 0)
        r = kk_figures_out(c, &out);
    if (r == 0)
        kk_out_say(c->out, KK_T(c, EXPORTED), out.path, scope);
    kk_free(steps);
    return r;
}

int cmd_release_export(struct kk_command *c)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    KK_AUTO_FINI(kk_press) struct kk_press press = { 0 };
    KK_AUTO_FINI(kk_edition) struct kk_edition edition = { 0 };
    int64_t number;
    int r = kk_command_whole(c, "release", kk_command_arg(c, 0), numbers, &number);

    if (r == 0 && kk_export_format(kk_command_option(c, "format")) == KK_EXPORT_FORMAT_COUNT)
        r = kk_command_usage(c, "--format", "%s", KK_T(c, RELEASE_FORMATS));
    if (r == 0)
        r = kk_home_open(c->home, KK_HOME_READ, &home, &c->err);
    if (r == 0)
        r = kk_press_open(&home, &press, &c->err);
    if (r == 0)
        r = open_edition(c, &press, number, &edition);
    return r == 0 ? export_edition(c, &press, &edition) : r;
}
