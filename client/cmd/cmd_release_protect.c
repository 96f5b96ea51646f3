/* `kukyoku release protect`: tables in which nothing can be found out that must not be. [DC-7] */
#include "cmd/draft_work.h"
#include "cmd/figures_out.h"
#include "os.h"
#include "view/table.h"

#include <stdio.h>
#include <string.h>

/* --- the tables --- */

struct writing {
    struct kk_draft *draft;
    const struct kk_cover *cover;
    const char *scope;
};

static int feed_scope(void *user, int (*fn)(void *sink, const struct kk_obs *row), void *sink,
                      struct kk_error *err)
{
    struct writing *w = user;

    (void)err;
    return kk_draft_covered(w->draft, w->cover, w->scope, fn, sink);
}

/* "r:14133" has no place in a file's name. */
static int path_of(const char *dir, const char *scope, char ret[KK_OS_PATH_MAX])
{
    char name[KK_SCOPE_NAME_MAX + 8];

    snprintf(name, sizeof name, "%s.csv", scope);
    if (strchr(name, ':'))
        *strchr(name, ':') = '-';
    return kk_os_path_join(dir, name, ret);
}

static int count_row(void *user, const struct kk_obs *row)
{
    size_t *count = user;

    (void)row;
    ++*count;
    return 0;
}

/* A scope that shows nothing of its own is no table; but one that had figures before is filled with
 * what wider scopes show, else it would go on showing its old ones. */
static int has_rows(struct writing *w, bool *ret)
{
    size_t count = 0;
    int r = kk_draft_covered(w->draft, w->cover, w->scope, count_row, &count);

    w->draft->placed = w->draft->placed && count > 0;
    *ret = count > 0 || kk_press_scope(&w->draft->press, kk_slice_text(w->scope));
    return r;
}

static int write_scope(struct kk_command *c, struct writing *w)
{
    struct kk_figures_out out = { .format = KK_EXPORT_CSV, .feed = feed_scope, .user = w,
                                  .about = { .scope = w->scope, .lang = c->lang } };
    char path[KK_OS_PATH_MAX];
    bool placed = w->draft->placed, any = true;
    int r = path_of(kk_command_option(c, "out"), w->scope, path);

    out.path = path;
    if (r == 0 && placed)
        r = has_rows(w, &any);
    if (r == 0 && any)
        r = kk_figures_out(c, &out);
    w->draft->placed = placed;
    return r;
}

/* The n-th scope that a table is written for: of --scope, else one that working figures fill. */
static bool scope_at(struct kk_command *c, const struct kk_working *w, size_t n,
                     char ret[KK_SCOPE_NAME_MAX + 1])
{
    const char *option = kk_command_option_at(c, "scope", n);
    uint32_t bit;

    if (kk_command_option(c, "scope"))
        return option && kk_draft_work_split(option, ret);
    for (size_t view = 0; kk_working_scope(view, ret, &bit); view++) {
        if ((w->scopes & bit) && n-- == 0)
            return true;
    }
    return false;
}

/* All or nothing: no table is written where one of them is there. */
static int check_free(struct kk_command *c, const struct kk_working *w)
{
    char scope[KK_SCOPE_NAME_MAX + 1], path[KK_OS_PATH_MAX];
    int r = 0;

    for (size_t i = 0; r == 0 && scope_at(c, w, i, scope); i++) {
        r = path_of(kk_command_option(c, "out"), scope, path);
        if (r == 0 && kk_os_exists(path))
            r = kk_error_set(&c->err, KK_E_EXISTS, path, "%s", "");
    }
    return r;
}

static int write_all(struct kk_command *c, struct kk_draft *d, const struct kk_working *w,
                     const struct kk_cover *cover)
{
    char scope[KK_SCOPE_NAME_MAX + 1];
    int r = check_free(c, w);

    if (r == 0)
        r = kk_draft_note(d, &c->err);
    if (r == 0)
        r = kk_os_dir_make(kk_command_option(c, "out"), &c->err);
    for (size_t i = 0; r == 0 && scope_at(c, w, i, scope); i++) {
        struct writing one = { .draft = d, .cover = cover, .scope = scope };

        r = write_scope(c, &one);
    }
    if (r == 0)
        kk_out_say(c->out, KK_T(c, PROTECT_DONE), cover->count, kk_command_option(c, "out"));
    return r;
}

/* --- what was concealed, and for what --- */

static int cell_name(const struct kk_draft *d, const struct kk_covered *item, struct kk_bytes *out)
{
    return kk_fact_name(&d->guard.facts, item->fact, out);
}

static int scopes_of(const struct kk_draft *d, uint32_t eyes, struct kk_bytes *out)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < d->count; i++) {
        if ((kk_eyes_of(d->rows[i].scope) & eyes) == 0)
            continue;
        if (out->len > 0)
            r = kk_bytes_append_text(out, " ");
        if (r == 0)
            r = kk_bytes_append_slice(out, d->rows[i].scope);
    }
    return r;
}

static int tell_one(struct kk_command *c, const struct kk_draft *d, const struct kk_covered *item,
                    struct kk_table *t, json_t *list)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes cell = { 0 }, scopes = { 0 };
    int r = cell_name(d, item, &cell);

    if (r == 0)
        r = scopes_of(d, item->eyes, &scopes);
    if (r < 0)
        return r;
    kk_table_cell_slice(t, (const char *)cell.data, cell.len);
    kk_table_cell_slice(t, (const char *)scopes.data, scopes.len);
    if (item->k)
        kk_table_cellf(t, KK_T(c, PROTECT_RULE), item->k);
    else
        kk_table_cell(t, KK_T(c, PROTECT_COVER));
    return json_array_append_new(
               list, json_pack("{s:s%, s:s%, s:i}", "cell", cell.data, cell.len, "scopes",
                               scopes.data, scopes.len, "threshold", (int)item->k)) == 0
               ? 0
               : KK_E_MEMORY;
}

static int tell(struct kk_command *c, const struct kk_draft *d, const struct kk_cover *cover)
{
    KK_AUTO_FINI(kk_table) struct kk_table t = { 0 };
    json_t *list = json_array();
    int r = 0;

    kk_table_column(&t, KK_T(c, COL_FIGURE), KK_ALIGN_LEFT);
    kk_table_column(&t, KK_T(c, COL_SCOPE), KK_ALIGN_LEFT);
    kk_table_column(&t, KK_T(c, COL_WHY), KK_ALIGN_LEFT);
    for (size_t i = 0; r == 0 && i < cover->count; i++)
        r = tell_one(c, d, &cover->items[i], &t, list);
    if (r == 0 && c->json)
        r = kk_json_print(c->out, json_pack("{s:O, s:I, s:I}", "concealed", list, "rounds",
                                            (json_int_t)cover->rounds, "open",
                                            (json_int_t)cover->open));
    else if (r == 0 && cover->count)
        r = kk_table_print(&t, c->out);
    json_decref(list);
    return r;
}

/* What was published before, or is in a scope that is not made anew, cannot be taken back here. */
static int refuse_open(struct kk_command *c, const struct kk_draft *d,
                       const struct kk_cover *cover)
{
    int r = kk_draft_work_findings(c, &d->guard);

    if (r < 0)
        return r;
    return kk_error_say(&c->err, KK_E_DISCLOSED, "--scope",
                        "%zu cells can't be protected by these tables alone",
                        "%zu件はこの表だけでは守れません", cover->open);
}

static int take_working(struct kk_command *c, struct kk_draft *d, struct kk_working *w)
{
    int r = kk_draft_work_working(c, d, w);

    if (r == 0 && w->nowhere > 0) {
        kk_out_warn(c->out, KK_T(c, PROTECT_NOWHERE), (unsigned long long)w->nowhere, w->stray);
        kk_command_exit(c, KK_EXIT_WARNINGS);
    }
    return r;
}

int cmd_release_protect(struct kk_command *c)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    KK_AUTO_FINI(kk_draft) struct kk_draft d = { 0 };
    KK_AUTO_FINI(kk_cover) struct kk_cover cover = { 0 };
    KK_AUTO_FINI(kk_working) struct kk_working working;
    bool placed = kk_command_option(c, "working") != NULL;
    int r;

    kk_working_init(&working);
    if (placed == (kk_command_option(c, "scope") != NULL))
        return kk_command_usage(c, "--working", "%s", KK_T(c, PROTECT_WHAT));
    r = kk_home_open(c->home, KK_HOME_READ, &home, &c->err);
    if (r == 0)
        r = kk_draft_open(&home, &d, &c->err);
    if (r == 0)
        r = kk_draft_work_settings(c, &d);
    if (r == 0)
        r = placed ? take_working(c, &d, &working) : kk_draft_work_scopes(c, &d);
    if (r == 0)
        r = kk_draft_cover(&d, &cover, &c->err);
    if (r == 0)
        r = tell(c, &d, &cover);
    if (r == 0 && cover.open > 0)
        r = refuse_open(c, &d, &cover);
    if (r == 0 && !c->dry_run)
        r = write_all(c, &d, &working, &cover);
    return r;
}
