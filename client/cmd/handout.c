/* A part of a sheet for partners (handout.h): looked up, checked, made, recorded, put on disk. */
#include "cmd/handout.h"

#include "cmd/cell_view.h"
#include "cmd/paper.h"
#include "cmd/print_view.h"
#include "cmd/record_work.h"
#include "model/evidence.h"
#include "model/handout.h"
#include "os_show.h"
#include "view/html.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/text.h"

struct giving {
    struct kk_command *command;
    struct kk_record_work work;
    struct kk_handout_what what;
    struct kk_handout handout;
    FILE *to;
};

/* --- the page --- */

static void head(struct giving *g)
{
    struct kk_command *c = g->command;
    char area[KK_CELL_AREA_TEXT], line[512];

    kk_cell_area(c, &g->work.home, g->what.area, area);
    snprintf(line, sizeof(line), KK_T(c, HANDOUT_TITLE), g->what.title, area);
    kk_html_begin(g->to, c->lang, kk_slice_text(line));
    kk_html_put(g->to, "p class=\"mark\"", kk_slice_text(KK_T(c, HANDOUT_MARK)));
    kk_html_put(g->to, "h2", kk_slice_text(KK_T(c, HANDOUT_FOR)));
    fputs("<ul>\n", g->to);
    for (size_t i = 0; i < g->what.given_count; i++)
        kk_html_put(g->to, "li", kk_slice_text(g->what.given_to[i]));
    fputs("</ul>\n", g->to);
}

static int record(struct giving *g, const struct kk_record *record)
{
    struct kk_command *c = g->command;
    struct kk_slice title = kk_record_text(&record->is.body, KK_FIELD_TITLE);
    char text[512];
    int r = 0;

    snprintf(text, sizeof(text), "%s: %.*s",
             c->lang == KK_LANG_JA ? record->kind->ja : record->kind->en, (int)title.len,
             (const char *)title.data);
    fputs("<table>\n", g->to);
    kk_html_put(g->to, "caption", kk_slice_text(text));
    fputs("<tbody>\n", g->to);
    for (size_t i = 0; r == 0 && i < record->is.merged.field_count; i++) {
        const struct kk_merge_field *f = &record->is.merged.fields[i];

        if (f->number != KK_FIELD_TITLE && kk_handout_tells(record, f->number))
            r = kk_field_print(c, f, g->to);
    }
    fputs("</tbody>\n</table>\n", g->to);
    return r;
}

static int page(struct giving *g)
{
    struct kk_command *c = g->command;
    const struct kk_device_span *me = kk_home_span(&g->work.home);
    char id[2 * KK_ID_BYTES + 1], made[KK_WHEN_TEXT], foot[512], ward[6] = "";
    const char *ward_name;
    int r;

    head(g);
    r = kk_figures_print(c, &g->work.records, &g->handout.body, g->to);
    for (size_t i = 0; r == 0 && i < g->handout.record_count; i++)
        r = record(g, &g->handout.records[i]);
    kk_hex_encode(kk_slice(g->handout.id, KK_ID_BYTES), id);
    kk_when_date(kk_os_now_ms(), c->lang, made);
    snprintf(ward, sizeof(ward), "%.*s", (int)me->ward.len, (const char *)me->ward.data);
    ward_name = kk_ward_name(ward, kk_lang_name(c->lang));
    snprintf(foot, sizeof(foot), KK_T(c, HANDOUT_FOOT), ward_name ? ward_name : "",
             (int)me->holder.len, (const char *)me->holder.data, made, id);
    kk_html_put(g->to, "footer", kk_slice_text(foot));
    kk_html_end(g->to);
    return r;
}

/* --- giving it --- */

static int make(struct giving *g, bool pdf, struct kk_bytes *ret)
{
    int r;

    g->to = kk_os_memory_open(ret);
    r = g->to ? page(g) : KK_E_MEMORY;
    if (g->to && fclose(g->to) != 0 && r == 0)
        r = KK_E_MEMORY;
    return r == 0 && pdf ? kk_paper_to_pdf(g->command, ret) : r;
}

/* The file is on disk first, its record second: a record that fails takes the file away again. */
static int put(struct giving *g, const char *path)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };
    struct kk_command *c = g->command;
    FILE *to;
    int r = make(g, kk_paper_is_pdf(path), &text);

    if (r == 0)
        r = kk_command_file_open(c, path, &to);
    if (r < 0)
        return r;
    if (fwrite(text.data, text.len, 1, to) != 1 || fflush(to) != 0)
        r = kk_os_failed(path, &c->err);
    if (r == 0)
        r = kk_handout_record(&g->work.records, &g->what, &g->handout, kk_bytes_slice(&text));
    return kk_command_file_close(c, path, to, r);
}

static int tell(struct giving *g, const char *path)
{
    struct kk_command *c = g->command;
    char id[2 * KK_ID_BYTES + 1];

    kk_hex_encode(kk_slice(g->handout.id, KK_ID_BYTES), id);
    kk_out_say(c->out, KK_T(c, HANDOUT_GIVEN), path, id);
    return c->json ? kk_json_print(c->out, json_pack("{s:s, s:s, s:I}", "id", id, "file", path,
                                                     "records",
                                                     (json_int_t)g->handout.record_count))
                   : 0;
}

static int give(struct giving *g, const char *path)
{
    int r = kk_record_work_open(g->command, KK_HOME_WRITE, &g->work);

    if (r == 0)
        r = kk_handout_prepare(&g->work.records, &g->what, &g->handout);
    if (r == 0 && !g->command->dry_run)
        r = put(g, path);
    if (r == 0 && !g->command->dry_run)
        r = tell(g, path);
    kk_record_work_fini(&g->work);
    return r;
}

int kk_handout_give(struct kk_command *c)
{
    struct giving *g = kk_alloc(sizeof(*g));
    const char *path = kk_command_option(c, "out");
    struct kk_handout_what what = { .area = kk_command_arg(c, 0),
                                    .title = kk_command_option(c, "title"),
                                    .check_only = c->dry_run,
                                    .not_personal = kk_command_flag(c, "confirm-personal") };
    const char **names = kk_command_options(c, "for", &what.given_count);
    const char **ticks = kk_command_options(c, "tick", &what.tick_count);
    const char **figures = kk_command_options(c, "figure", &what.figure_count);
    int r = g && names && ticks && figures ? 0 : KK_E_MEMORY;

    what.given_to = names;
    what.ticks = ticks;
    what.figures = figures;
    if (r == 0 && (!path || !what.title || what.tick_count + what.figure_count == 0))
        r = kk_command_usage(c, "--for", "%s", KK_T(c, HANDOUT_NEEDS));
    if (r == 0) {
        *g = (struct giving){ .command = c, .what = what };
        r = give(g, path);
    }
    kk_free(names);
    kk_free(ticks);
    kk_free(figures);
    kk_free(g);
    return r;
}
