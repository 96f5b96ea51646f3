/* Tables of figures and what is said of them (release_table.h). */
#include "cmd/release_table.h"

#include "desk/working.h"
#include "kukyoku/base/alloc.h"
#include "os.h"
#include "view/json.h"

#include <string.h>

#define SHOWN_ISSUES 20 /* of one reason, on a terminal; --json gives all that are kept */

void kk_release_table_free(struct kk_release_table *t)
{
    if (!t)
        return;
    kk_tidy_fini(&t->tidy);
    kk_review_fini(&t->review);
    kk_mapping_free(t->mapping);
    kk_grid_fini(&t->grid);
    kk_bytes_fini(&t->file);
    kk_free(t);
}

/* --- reading --- */
static int review(struct kk_command *c, const struct kk_release_ground *ground,
                  struct kk_release_table *t)
{
    struct kk_range factors = { 2, 1000, KK_REVIEW_FACTOR };
    struct kk_press *press = ground->press;
    struct kk_slice scope = kk_slice_text(t->scope);
    const struct kk_catalog_scope *row = press ? kk_press_scope(press, scope) : NULL;
    /* Working figures go to the most restricted scopes too. */
    int tier = kk_slice_is(scope, KK_WORKING_SCOPE) ? 2 : kk_scope_tier(scope);
    struct kk_review_options options = { .now_ms = kk_os_now_ms(),
                                         .reference = ground->reference,
                                         .tier = tier > 0 ? (unsigned)tier : 0 };
    int64_t factor;
    int r = kk_command_number(c, "series-factor", factors, &factor);

    if (r < 0)
        return r;
    options.factor = (unsigned)factor;
    kk_review_begin(&t->review, &t->tidy, &options);
    if (row) {
        t->beside = (uint32_t)press->catalog.version.ver;
        r = kk_press_each(press, row, kk_review_held, &t->review);
    }
    if (r == 0)
        r = kk_review_end(&t->review);
    return r < 0 ? kk_error_set(&c->err, r, t->scope, "%s", "") : 0;
}

/* "population" is a file of the desk's folder, "./population.ini" any other. */
static int find_mapping(struct kk_command *c, struct kk_release_table *t)
{
    const char *given = kk_command_option(c, "mapping");
    char dir[KK_OS_PATH_MAX], path[KK_OS_PATH_MAX], name[KK_OS_NAME_MAX];
    int r = kk_os_path_join(c->home, KK_MAPPINGS_DIR, dir);

    if (r < 0)
        return r;
    if (!given)
        return kk_table_find_mapping(&t->grid, dir, &t->mapping, &c->err);
    if (strchr(given, '/') || kk_os_exists(given))
        return kk_mapping_load(given, &t->mapping, &c->err);
    snprintf(name, sizeof name, "%.200s.ini", given);
    r = kk_os_path_join(dir, name, path);
    return r < 0 ? r : kk_mapping_load(path, &t->mapping, &c->err);
}

int kk_release_table_read(struct kk_command *c, const struct kk_release_ground *ground,
                          const char *scope, const char *path, struct kk_release_table **ret)
{
    KK_AUTO_FREE(kk_release_table) struct kk_release_table *t = kk_alloc(sizeof *t);
    struct kk_grid_options options = { path, kk_command_option(c, "sheet") };
    int r;

    if (!t)
        return KK_E_MEMORY;
    *t = (struct kk_release_table){ .path = path, .scope = scope };
    kk_tidy_init(&t->tidy);
    r = kk_os_file_read(path, KK_IMPORT_FILE_MAX, &t->file, &c->err);
    if (r == 0)
        r = kk_grid_open(kk_bytes_slice(&t->file), &options, &t->grid, &c->err);
    if (r == 0)
        r = find_mapping(c, t);
    if (r == 0) {
        struct kk_table_options how = { t->mapping, ground->reference };

        r = kk_table_read(&t->grid, &how, &t->tidy, &t->sum, &c->err);
    }
    if (r == 0)
        r = review(c, ground, t);
    if (r == 0)
        *ret = KK_STEAL(t);
    return r;
}

/* --- telling --- */
static void tell_issue(struct kk_command *c, const struct kk_release_table *t,
                       const struct kk_tidy_issue *i)
{
    char place[KK_GRID_PLACE], where[160];

    kk_grid_place(&t->grid, i->line, i->cell, place);
    snprintf(where, sizeof where, "%.100s:%s", t->path, place);
    if (i->other_line)
        kk_out_warn(c->out, KK_T(c, ISSUE_TWO_LINES), where, (unsigned long long)i->other_line);
    else if (i->hint[0] && i->column == KK_TIDY_COLUMN_COUNT)
        kk_out_warn(c->out, KK_T(c, ISSUE_ROW_HINT), where, i->value, i->hint);
    else if (i->hint[0])
        kk_out_warn(c->out, KK_T(c, ISSUE_HINT), where, kk_tidy_column_name(i->column), i->value,
                    i->hint);
    else if (i->column == KK_TIDY_COLUMN_COUNT)
        kk_out_warn(c->out, KK_T(c, ISSUE_ROW), where, i->value);
    else
        kk_out_warn(c->out, KK_T(c, ISSUE_FIELD), where, kk_tidy_column_name(i->column), i->value);
}

/* One habit of a table is one thing to read. */
static void tell_group(struct kk_command *c, const struct kk_release_table *t,
                       enum kk_tidy_reason reason)
{
    const struct kk_tidy_cause *cause = kk_tidy_cause(reason);
    bool ja = c->lang == KK_LANG_JA;
    unsigned shown = 0;

    kk_out_warn(c->out, cause->refuses ? KK_T(c, ISSUE_GROUP) : KK_T(c, ISSUE_LOOK), cause->rule,
                ja ? cause->ja : cause->en, (unsigned long long)t->tidy.by_reason[reason]);
    for (size_t i = 0; i < t->tidy.issue_count && shown < SHOWN_ISSUES; i++) {
        if (t->tidy.issues[i].reason != reason)
            continue;
        tell_issue(c, t, &t->tidy.issues[i]);
        shown++;
    }
    kk_out_warn(c->out, KK_T(c, ISSUE_REMEDY), ja ? cause->fix_ja : cause->fix_en);
}

void kk_release_table_tell(struct kk_command *c, const struct kk_release_table *t)
{
    for (size_t reason = 0; reason < KK_TIDY_REASON_COUNT && !c->json; reason++) {
        if (t->tidy.by_reason[reason] > 0)
            tell_group(c, t, (enum kk_tidy_reason)reason);
    }
}

int kk_release_table_verdict(struct kk_command *c, const struct kk_release_table *t)
{
    bool sound = t->review.made + t->review.changed + t->review.same > 0;

    if (t->tidy.warning_total > 0)
        kk_command_exit(c, KK_EXIT_WARNINGS);
    if (t->tidy.issue_total == 0)
        return 0;
    if (sound && kk_command_flag(c, "accept-valid-rows")) {
        kk_command_exit(c, KK_EXIT_WARNINGS);
        return 0;
    }
    return kk_error_say(&c->err, KK_E_CSV, t->path, "%llu errors", "誤りが%llu件あります",
                        (unsigned long long)t->tidy.issue_total);
}

/* --- JSON --- */
static json_t *issue_json(const struct kk_command *c, const struct kk_release_table *t,
                          const struct kk_tidy_issue *i)
{
    const struct kk_tidy_cause *cause = kk_tidy_cause(i->reason);
    char place[KK_GRID_PLACE];

    kk_grid_place(&t->grid, i->line, i->cell, place);
    json_t *o = json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:b, s:s}", "line",
                          (json_int_t)i->line, "place", place, "column",
                          kk_tidy_column_name(i->column), "value", i->value, "rule", cause->rule,
                          "cause", cause->id, "refuses", (int)cause->refuses, "reason",
                          c->lang == KK_LANG_JA ? cause->ja : cause->en);
    if (o && i->other_line)
        json_object_set_new(o, "other_line", json_integer((json_int_t)i->other_line));
    if (o && i->hint[0])
        json_object_set_new(o, "hint", json_string(i->hint));
    return o;
}

static json_t *causes_json(const struct kk_command *c, const struct kk_tidy *t)
{
    json_t *list = json_array();
    bool ja = c->lang == KK_LANG_JA;

    for (size_t i = 0; i < KK_TIDY_REASON_COUNT; i++) {
        const struct kk_tidy_cause *cause = kk_tidy_cause((enum kk_tidy_reason)i);

        if (t->by_reason[i] == 0)
            continue;
        json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:I, s:s, s:s}", "cause", cause->id,
                                              "rule", cause->rule, "refuses",
                                              (int)cause->refuses, "count",
                                              (json_int_t)t->by_reason[i], "reason",
                                              ja ? cause->ja : cause->en, "remedy",
                                              ja ? cause->fix_ja : cause->fix_en));
    }
    return list;
}

json_t *kk_release_table_json(const struct kk_command *c, const struct kk_release_table *t)
{
    const struct kk_review *v = &t->review;
    json_t *issues = json_array(), *o;

    for (size_t i = 0; i < t->tidy.issue_count; i++)
        kk_ignore(json_array_append_new(issues, issue_json(c, t, &t->tidy.issues[i])));
    o = json_pack("{s:s, s:s, s:s, s:s%, s:I, s:I}", "file", t->path, "scope", t->scope,
                  "encoding", kk_grid_name(&t->grid), "separator",
                  &t->grid.separator, (size_t)1, "rewritten", (json_int_t)t->sum.rewritten, "rows",
                  (json_int_t)t->tidy.records);
    if (!o) {
        json_decref(issues);
        return NULL;
    }
    if (t->grid.xlsx)
        json_object_set_new(o, "sheet", json_string(kk_xlsx_sheet(t->grid.xlsx)));
    json_object_set_new(o, "mapping", t->mapping ? json_string(t->mapping->name) : json_null());
    json_object_set_new(o, "beside", t->beside ? json_integer(t->beside) : json_null());
    json_object_set_new(o, "counts",
                        json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "new", (json_int_t)v->made,
                                  "changed", (json_int_t)v->changed, "same", (json_int_t)v->same,
                                  "gone", (json_int_t)v->gone, "rejected",
                                  (json_int_t)v->rejected, "warnings",
                                  (json_int_t)t->tidy.warning_total));
    json_object_set_new(o, "causes", causes_json(c, &t->tidy));
    json_object_set_new(o, "issue_count", json_integer((json_int_t)t->tidy.issue_total));
    json_object_set_new(o, "issues", issues);
    return o;
}
