/* `kukyoku release template`: next year's table, and the mapping that reads it. [DK-6] */
#include "cmd/command.h"
#include "desk/release.h"
#include "desk/template.h"
#include "kukyoku/base/alloc.h"
#include "kukyoku/base/text.h"
#include "os.h"
#include "view/csv.h"
#include "view/json.h"

#include <string.h>

/* Columns of the table: what a release calls them in the mapping, and what people do. */
static const struct {
    const char *row; /* NULL: not taken over */
    const char *en, *ja;
} columns[] = {
    { "indicator", "indicator", "指標コード" },
    { NULL, "indicator name", "指標" },
    { "area", "area", "地域コード" },
    { "area_name", "area name", "地域" },
    { "period", "period", "期間" },
    { "breakdown", "breakdown", "内訳" },
    { "value", "value", "数値" },
    { "missing", "mark", "記号" },
    { "unit", "unit", "単位" },
    { "status", "status", "状態" },
    { "method", "method", "方法" },
    { "source", "source", "出典" },
    { "note", "note", "注記" },
};

static const char *heading(const struct kk_command *c, size_t i)
{
    return c->lang == KK_LANG_JA ? columns[i].ja : columns[i].en;
}

/* --- the table --- */
struct filling {
    struct kk_command *command;
    const struct kk_template *template;
    FILE *to;
    uint64_t rows;
};

static struct kk_slice name_of(const struct filling *f, enum kk_ref_table table,
                               const struct kk_obs *o)
{
    bool area = table == KK_REF_AREAS;
    char day[KK_DATE_TEXT];
    int64_t start;
    const struct kk_ref_entry *e;

    if (kk_period_start(o->period, &start))
        kk_date_of(start, day);
    else
        day[0] = 0;
    e = kk_ref_find(&f->template->reference, table, area ? o->area : o->indicator,
                    area ? kk_slice_text(day) : kk_slice(NULL, 0));
    if (!e)
        return kk_slice("", 0);
    if (area) /* as it is held against the code */
        return e->texts[KK_REF_AREAS_NAME];
    return e->texts[f->command->lang == KK_LANG_JA ? KK_REF_INDICATORS_NAME
                                                   : KK_REF_INDICATORS_NAME_EN];
}

static int put_row(void *user, const struct kk_obs *o)
{
    struct filling *f = user;
    const struct kk_slice fields[KK_COUNT(columns)] = {
        o->indicator, name_of(f, KK_REF_INDICATORS, o),
        o->area,      name_of(f, KK_REF_AREAS, o),
        o->period,    o->breakdown,
        { 0 },        { 0 },
        o->unit,      { 0 },
        o->method,    o->source,
    };

    f->rows++;
    for (size_t i = 0; f->to && i < KK_COUNT(columns); i++) {
        if (i > 0)
            kk_csv_next(f->to);
        kk_csv_put(f->to, fields[i]);
    }
    if (f->to)
        kk_csv_end_row(f->to);
    return 0;
}

static int write_table(struct filling *f, const char *path)
{
    int r;

    if (f->command->dry_run)
        return kk_template_each(f->template, put_row, f);
    r = kk_command_file_open(f->command, path, &f->to);
    if (r < 0)
        return r;
    kk_csv_mark(f->to);
    for (size_t i = 0; i < KK_COUNT(columns); i++) {
        if (i > 0)
            kk_csv_next(f->to);
        kk_csv_put(f->to, kk_slice_text(heading(f->command, i)));
    }
    kk_csv_end_row(f->to);
    r = kk_template_each(f->template, put_row, f);
    return kk_command_file_close(f->command, path, f->to, r);
}

/* --- the mapping --- */
static int map_columns(struct kk_command *c, struct kk_bytes *out)
{
    int r = kk_bytes_format(out, "[table]\nname = %s\nrest = ignore\n\n[row]\n",
                            KK_T(c, TEMPLATE_NAME));

    for (size_t i = 0; r == 0 && i < KK_COUNT(columns); i++) {
        if (columns[i].row && strcmp(columns[i].row, "value") != 0)
            r = kk_bytes_format(out, "%s = {%s}\n", columns[i].row, heading(c, i));
    }
    for (size_t i = 0; r == 0 && i < KK_COUNT(columns); i++) {
        if (columns[i].row && strcmp(columns[i].row, "value") == 0)
            r = kk_bytes_format(out, "\n[values]\n%s =\n", heading(c, i));
    }
    return r == 0 ? kk_bytes_append_text(out, "\n[symbols]\n- = n\n… = u\nX = x\nx = x\n") : r;
}

static int write_mapping(struct kk_command *c, const char *path)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };
    int r = map_columns(c, &text);

    return r < 0 || c->dry_run ? r : kk_command_file_write(c, path, kk_bytes_slice(&text));
}

/* --- the command --- */
static int tell(struct kk_command *c, const struct filling *f, const char *mapping)
{
    const struct kk_template *t = f->template;

    if (t->left > 0) {
        kk_out_warn(c->out, KK_T(c, TEMPLATE_LEFT), (unsigned long long)t->left, t->ended);
        kk_command_exit(c, KK_EXIT_WARNINGS);
    }
    if (c->json)
        return kk_json_print(c->out, json_pack("{s:s, s:s, s:I, s:I, s:I}", "file",
                                               kk_command_arg(c, 0), "mapping", mapping, "rows",
                                               (json_int_t)f->rows, "followed",
                                               (json_int_t)t->followed, "left_out",
                                               (json_int_t)t->left));
    if (t->followed > 0)
        kk_out_say(c->out, KK_T(c, TEMPLATE_FOLLOWED), (unsigned long long)t->followed);
    if (c->dry_run)
        kk_out_say(c->out, KK_T(c, TEMPLATE_WOULD), (unsigned long long)f->rows);
    else
        kk_out_say(c->out, KK_T(c, TEMPLATE_MADE), kk_command_arg(c, 0),
                   (unsigned long long)f->rows, mapping);
    return 0;
}

static int fill(struct kk_command *c, struct kk_press *press, struct kk_template *t)
{
    KK_AUTO_FINI(kk_edition) struct kk_edition edition = { 0 };
    struct kk_template_options o = { .period = kk_command_option(c, "period") };
    const char **scopes = kk_command_options(c, "scope", &o.scope_count);
    const char **indicators = kk_command_options(c, "indicator", &o.indicator_count);
    int r = scopes && indicators ? 0 : KK_E_MEMORY;

    o.scopes = scopes;
    o.indicators = indicators;
    if (r == 0 && kk_release_newest(press) == 0)
        r = kk_error_say(&c->err, KK_E_RELEASE_ABSENT, c->home, "none was made yet",
                         "まだ版がありません");
    if (r == 0)
        r = kk_edition_open(press, kk_release_newest(press), &edition, &c->err);
    if (r == 0)
        r = kk_template_make(t, press, &edition, &o, &c->err);
    kk_free(scopes);
    kk_free(indicators);
    return r;
}

int cmd_release_template(struct kk_command *c)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    KK_AUTO_FINI(kk_press) struct kk_press press = { 0 };
    struct kk_template *t = kk_alloc(sizeof *t);
    struct filling f = { .command = c, .template = t };
    const char *path = kk_command_arg(c, 0);
    size_t len = strlen(path);
    char mapping[KK_OS_PATH_MAX];
    int r = t ? kk_home_open(c->home, KK_HOME_READ, &home, &c->err) : KK_E_MEMORY;

    if (!t)
        return r;
    kk_template_init(t);
    len -= kk_text_ends(path, ".csv") ? 4 : 0;
    snprintf(mapping, sizeof mapping, "%.*s.ini", (int)(len < 4000 ? len : 4000), path);
    if (r == 0)
        r = kk_press_open(&home, &press, &c->err);
    if (r == 0)
        r = fill(c, &press, t);
    if (r == 0)
        r = write_table(&f, path);
    if (r == 0)
        r = write_mapping(c, mapping);
    if (r == 0)
        r = tell(c, &f, mapping);
    kk_template_fini(t);
    kk_free(t);
    return r;
}
