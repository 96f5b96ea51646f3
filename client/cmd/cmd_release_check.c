/* `kukyoku release check`: tables as they would go into a release; nothing is changed. [IM-6] */
#include "cmd/draft_work.h"
#include "desk/release.h"
#include "kukyoku/base/alloc.h"
#include "kukyoku/base/text.h"
#include "os.h"
#include "view/csv.h"
#include "view/json.h"
#include "view/table.h"

#include <stdlib.h>
#include <string.h>

#define PREVIEW_ROWS 5

/* --- the first rows, as they were understood --- */
static void slice_cell(struct kk_table *t, struct kk_slice text)
{
    kk_table_cell_slice(t, (const char *)text.data, text.len);
}

static void preview_row(struct kk_table *t, const struct kk_obs *o)
{
    char value[KK_DECIMAL_TEXT];

    kk_decimal_text(o->value, KK_OBS_DECIMALS, value);
    slice_cell(t, o->indicator);
    slice_cell(t, o->area);
    slice_cell(t, o->period);
    slice_cell(t, o->breakdown);
    kk_table_cell(t, o->missing == KK_MISSING_NONE ? value : kk_missing_text(o->missing));
    slice_cell(t, o->unit);
    slice_cell(t, o->status);
}

static int preview(struct kk_command *c, const struct kk_tidy *tidy)
{
    static const enum kk_tidy_column shown[] = { KK_TIDY_INDICATOR, KK_TIDY_AREA, KK_TIDY_PERIOD,
                                                 KK_TIDY_BREAKDOWN, KK_TIDY_VALUE, KK_TIDY_UNIT,
                                                 KK_TIDY_STATUS };
    KK_AUTO_FINI(kk_table) struct kk_table t = { 0 };

    for (size_t i = 0; i < KK_COUNT(shown); i++)
        kk_table_column(&t, kk_tidy_column_name(shown[i]),
                        shown[i] == KK_TIDY_VALUE ? KK_ALIGN_RIGHT : KK_ALIGN_LEFT);
    for (size_t i = 0; i < tidy->count && i < PREVIEW_ROWS; i++) {
        struct kk_obs o;

        kk_tidy_get(tidy, &tidy->rows[i], &o);
        preview_row(&t, &o);
    }
    return tidy->count > 0 ? kk_table_print(&t, c->out) : 0;
}

static int show(struct kk_command *c, const struct kk_release_table *t)
{
    const struct kk_review *v = &t->review;
    const char *separator = t->grid.xlsx                 ? kk_xlsx_sheet(t->grid.xlsx)
                            : t->grid.estat             ? "getStatsData"
                            : t->grid.separator == ','  ? KK_T(c, BY_COMMA)
                            : t->grid.separator == '\t' ? KK_T(c, BY_TAB)
                                                        : KK_T(c, BY_SEMICOLON);
    int r;

    kk_out_line(c->out, KK_T(c, TABLE_FOUND), t->path, kk_grid_name(&t->grid), separator,
                (unsigned long long)t->tidy.records, (unsigned long long)t->sum.rewritten);
    if (t->mapping)
        kk_out_line(c->out, KK_T(c, TABLE_MAPPED), t->mapping->name);
    r = preview(c, &t->tidy);
    kk_release_table_tell(c, t);
    if (t->beside)
        kk_out_line(c->out, KK_T(c, TABLE_BESIDE), t->scope, (unsigned)t->beside);
    else
        kk_out_line(c->out, KK_T(c, TABLE_ALONE), t->scope);
    kk_out_line(c->out, KK_T(c, TABLE_COUNTS), (unsigned long long)v->made,
                (unsigned long long)v->changed, (unsigned long long)v->same,
                (unsigned long long)v->gone, (unsigned long long)v->rejected,
                (unsigned long long)t->tidy.warning_total);
    return r;
}

/* --- the rows that were refused, in a file of their own --- */
struct rejecting {
    struct kk_command *command;
    struct kk_release_table *table;
    FILE *to;
    size_t at;
    bool headed;
};

static int by_line(const void *a, const void *b)
{
    const struct kk_tidy_refusal *x = a, *y = b;

    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return x->cell < y->cell ? -1 : x->cell > y->cell;
}

/* What is wrong with the row, in one cell. */
static int reasons(struct rejecting *j, uint64_t line, struct kk_bytes *out)
{
    const struct kk_tidy *tidy = &j->table->tidy;
    bool ja = j->command->lang == KK_LANG_JA;
    int r = 0;

    for (; r == 0 && j->at < tidy->refusal_count && tidy->refusals[j->at].line == line; j->at++) {
        const struct kk_tidy_refusal *f = &tidy->refusals[j->at];
        const struct kk_tidy_cause *cause = kk_tidy_cause((enum kk_tidy_reason)f->reason);
        char place[KK_GRID_PLACE];

        kk_grid_place(&j->table->grid, f->line, f->cell, place);
        r = kk_bytes_format(out, "%s%s %s %s", out->len ? " / " : "", place, cause->rule,
                            ja ? cause->ja : cause->en);
    }
    return r;
}

static int write_rejected(void *user, const struct kk_csv_record *record)
{
    struct rejecting *j = user;
    const struct kk_tidy *tidy = &j->table->tidy;
    KK_AUTO_FINI(kk_bytes) struct kk_bytes why = { 0 };
    int r = 0;

    while (j->at < tidy->refusal_count && tidy->refusals[j->at].line < record->line)
        j->at++;
    if (!j->headed)
        r = kk_bytes_append_text(&why, KK_T(j->command, COL_ERROR));
    else if (j->at == tidy->refusal_count || tidy->refusals[j->at].line != record->line)
        return 0;
    else
        r = reasons(j, record->line, &why);
    j->headed = true;
    for (size_t i = 0; r == 0 && i < record->count; i++) {
        kk_csv_put(j->to, record->fields[i]);
        kk_csv_next(j->to);
    }
    kk_csv_put(j->to, kk_bytes_slice(&why));
    kk_csv_end_row(j->to);
    return r;
}

static int reject(struct kk_command *c, struct kk_release_table *t, const char *path)
{
    struct rejecting j = { .command = c, .table = t };
    struct kk_xlsx_reader reader = { .row = write_rejected, .user = &j };
    int r = kk_command_file_open(c, path, &j.to);

    if (r < 0)
        return r;
    if (t->tidy.refusal_count > 0)
        qsort(t->tidy.refusals, t->tidy.refusal_count, sizeof *t->tidy.refusals, by_line);
    kk_csv_mark(j.to);
    r = kk_command_file_close(c, path, j.to, kk_grid_each(&t->grid, &reader, &c->err));
    if (r == 0)
        kk_out_say(c->out, KK_T(c, REJECTED_WRITTEN), path);
    return r;
}

/* --- a mapping that did well stays in the desk's folder --- */
static int keep_mapping(struct kk_command *c)
{
    const char *given = kk_command_option(c, "mapping"), *slash = strrchr(given, '/');
    const char *base = slash ? slash + 1 : given;
    char dir[KK_OS_PATH_MAX], path[KK_OS_PATH_MAX], name[KK_OS_NAME_MAX];
    KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };
    int r = kk_os_path_join(c->home, KK_MAPPINGS_DIR, dir);

    size_t len = strlen(base) - (kk_text_ends(base, ".ini") ? 4 : 0);

    snprintf(name, sizeof name, "%.*s.ini", (int)len, base);
    if (r == 0)
        r = kk_os_path_join(dir, name, path);
    if (r == 0)
        r = kk_os_file_read(given, KK_MAPPING_BYTES, &text, &c->err);
    if (r == 0 && !kk_os_exists(dir))
        r = kk_os_dir_make(dir, &c->err);
    if (r == 0)
        r = kk_os_file_write(path, kk_bytes_slice(&text), KK_OS_SHARED, &c->err);
    if (r == 0)
        kk_out_say(c->out, KK_T(c, MAPPING_KEPT), path);
    return r;
}

/* --- indicators that a release would be refused for --- */
struct checking {
    struct kk_release_ground ground;
    struct kk_guard guard; /* settings and reference data of the desk */
    bool desk, releases; /* releases: one may be made here, not only looked at */
    json_t *list;
};

static json_t *undeclared(const struct checking *k, const struct kk_release_table *t)
{
    const struct kk_dict *names = &t->tidy.texts[KK_TIDY_INDICATOR];
    json_t *list = json_array();

    for (size_t i = 0; k->releases && i < names->count; i++) {
        struct kk_slice name = names->items[i];

        if (!kk_guard_declares(&k->guard, name))
            kk_ignore(json_array_append_new(
                list, json_stringn((const char *)name.data, name.len)));
    }
    return list;
}

static void tell_undeclared(struct kk_command *c, const json_t *list)
{
    const json_t *name;
    size_t i;

    json_array_foreach(list, i, name)
        kk_out_warn(c->out, KK_T(c, CHECK_UNDECLARED), json_string_value(name),
                    json_string_value(name));
    if (json_array_size(list) > 0)
        kk_command_exit(c, KK_EXIT_WARNINGS);
}

/* --- the command --- */
static int tell(struct kk_command *c, const struct checking *k, const struct kk_release_table *t)
{
    json_t *names = undeclared(k, t), *o = c->json ? kk_release_table_json(c, t) : NULL;
    int r = 0;

    if (o) {
        json_object_set(o, "undeclared", names);
        r = json_array_append_new(k->list, o);
    } else {
        r = show(c, t);
    }
    if (!c->json)
        tell_undeclared(c, names);
    else if (json_array_size(names) > 0)
        kk_command_exit(c, KK_EXIT_WARNINGS);
    json_decref(names);
    return r;
}

static int check_file(struct kk_command *c, const struct checking *k, const char *path)
{
    KK_AUTO_FREE(kk_release_table) struct kk_release_table *t = NULL;
    const char *scope = kk_command_option(c, "scope"), *out = kk_command_option(c, "rejected");
    int r = kk_release_table_read(c, &k->ground, scope ? scope : "pub", path, &t);

    if (r < 0)
        return r;
    r = tell(c, k, t);
    if (r == 0 && out && t->tidy.refusal_count > 0)
        r = reject(c, t, out);
    return r == 0 ? kk_release_table_verdict(c, t) : r;
}

/* All files are looked at, whatever is wrong with the rows of one. */
static int check_all(struct kk_command *c, const struct checking *k)
{
    int worst = 0;

    for (size_t i = 0; i < c->arg_count; i++) {
        int r = check_file(c, k, c->args[i]);

        if (r < 0 && r != KK_E_CSV)
            return r;
        worst = r < 0 ? r : worst;
    }
    return worst;
}

/* The reference data that the tables are judged by, and what they and the settings say. */
static int prepare(struct kk_command *c, struct kk_home *home, struct kk_ref *reference,
                   struct checking *k)
{
    int r = k->desk ? kk_press_reference(k->ground.press, &k->ground.press->catalog, reference)
                    : 0;

    if (r < 0)
        kk_error_set(&c->err, r, KK_REF_DATASET, "%s", "");
    if (r == 0 && kk_command_option(c, "reference"))
        r = kk_draft_work_reference(c, reference);
    if (r == 0)
        r = kk_guard_open(&k->guard);
    if (r == 0 && k->desk)
        r = kk_guard_settings(&k->guard, home, &c->err);
    return r == 0 ? kk_rules_reference(&k->guard.rules, reference) : r;
}

static bool makes_releases(const struct kk_home *home)
{
    struct kk_error none = { 0 };
    char path[KK_OS_PATH_MAX];

    return kk_home_path(home, "desk.key", path, &none) == 0 && kk_os_exists(path);
}

/* All or nothing of what was asked for. */
static int check_options(struct kk_command *c)
{
    if (kk_command_option(c, "rejected") && c->arg_count > 1)
        return kk_command_usage(c, "--rejected", "%s", KK_T(c, REJECTED_ONE));
    if (kk_command_flag(c, "keep-mapping") && !kk_command_option(c, "mapping"))
        return kk_command_usage(c, "--keep-mapping", KK_T(c, OPTION_MUST), "mapping");
    return 0;
}

int cmd_release_check(struct kk_command *c)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    KK_AUTO_FINI(kk_press) struct kk_press press = { 0 };
    KK_AUTO_FINI(kk_ref) struct kk_ref reference = { .strange = 0 };
    struct kk_error none = { 0 };
    struct checking k = { .ground = { NULL, &reference } };
    int r = check_options(c);

    if (r < 0)
        return r;
    k.desk = kk_home_open(c->home, KK_HOME_READ, &home, &none) == 0 &&
             kk_press_open(&home, &press, &none) == 0;
    k.releases = k.desk && makes_releases(&home);
    k.ground.press = k.desk ? &press : NULL;
    kk_ref_init(&reference);
    r = prepare(c, &home, &reference, &k);
    k.list = json_array();
    if (r == 0)
        r = check_all(c, &k);
    if (r == 0 && kk_command_flag(c, "keep-mapping") && !c->dry_run)
        r = keep_mapping(c);
    kk_guard_fini(&k.guard);
    if (c->json && (r == 0 || r == KK_E_CSV)) {
        int e = kk_json_print(c->out, k.list);
        return e < 0 ? e : r;
    }
    json_decref(k.list);
    return r;
}
