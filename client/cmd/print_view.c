/* A4 pages of records (print_view.h). */
#include "cmd/print_view.h"

#include "cmd/fresh_view.h"
#include "model/evidence.h"
#include "view/html.h"

#include "kukyoku/base/text.h"

#define TITLE_BYTES 512
#define STATE_BYTES 128

/* --- whose it is --- */

/* Who may read the record: stands at the top of every page of it. */
static void mark_of(const struct kk_command *c, const struct kk_record *record, FILE *to)
{
    struct kk_scope scope;
    const char *ward;
    char text[128];

    if (!kk_scope_parse(record->scope, &scope))
        return;
    ward = kk_ward_name(scope.ward, kk_lang_name(c->lang));
    snprintf(text, sizeof(text),
             scope.kind == KK_SCOPE_W   ? KK_T(c, PRINT_MARK_W)
             : scope.kind == KK_SCOPE_E ? KK_T(c, PRINT_MARK_E)
             : scope.kind == KK_SCOPE_B ? KK_T(c, PRINT_MARK_B)
                                        : KK_T(c, PRINT_MARK_INT),
             ward ? ward : "");
    kk_html_put(to, "p class=\"mark\"", kk_slice_text(text));
}

static void title_of(const struct kk_command *c, const struct kk_record *record,
                     char ret[TITLE_BYTES])
{
    struct kk_slice title = kk_record_text(&record->is.body, KK_FIELD_TITLE);
    const char *kind = !record->kind             ? "?"
                       : c->lang == KK_LANG_JA ? record->kind->ja
                                                 : record->kind->en;
    char state[STATE_BYTES];

    snprintf(state, sizeof(state), "%s%s", kk_record_standing(c, record),
             kk_record_mark(c, record));
    snprintf(ret, TITLE_BYTES, KK_T(c, PRINT_TITLE), kind, state,
             (int)title.len, (const char *)title.data);
}

/* --- fields --- */

int kk_field_print(struct kk_command *c, const struct kk_merge_field *f, FILE *to)
{
    const struct kk_term *term = kk_term_info(f->number);
    const char *label = !term                    ? "?"
                        : c->lang == KK_LANG_JA ? term->ja
                                                  : term->en;

    for (size_t i = 0; i < f->count; i++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 }, head = { 0 };
        int r = kk_record_show_value(term, f->values[i].value, kk_lang_name(c->lang), &text);

        if (r == 0)
            r = kk_bytes_format(&head, "%s%s", label, f->count > 1 ? KK_T(c, RECORD_CONFLICT) : "");
        if (r < 0)
            return r;
        fputs("<tr>\n", to);
        kk_html_put(to, "th scope=\"row\"", kk_bytes_slice(&head));
        kk_html_put(to, "td class=\"t\"", kk_bytes_slice(&text));
        fputs("</tr>\n", to);
    }
    return 0;
}

/* Figures have their own table; the title is the page's. */
static bool has_row(const struct kk_merge_field *f)
{
    const struct kk_term *term = kk_term_info(f->number);

    return f->number != KK_BODY_KIND && !(term && term->type == KK_ITEM_FIGURES);
}

static int fields(struct kk_command *c, const struct kk_record *record, FILE *to)
{
    int r = 0;

    fputs("<table>\n", to);
    kk_html_put(to, "caption", kk_slice_text(KK_T(c, PRINT_FIELDS)));
    fputs("<tbody>\n", to);
    for (size_t i = 0; r == 0 && i < record->is.merged.field_count; i++) {
        if (has_row(&record->is.merged.fields[i]))
            r = kk_field_print(c, &record->is.merged.fields[i], to);
    }
    fputs("</tbody>\n</table>\n", to);
    return r;
}

/* --- figures, then and now --- */

struct figures {
    struct kk_command *command;
    FILE *to;
    size_t count;
};

static void heads(FILE *to, const char *caption, const char *const *names, size_t count)
{
    fputs("<table>\n", to);
    kk_html_put(to, "caption", kk_slice_text(caption));
    fputs("<thead>\n<tr>\n", to);
    for (size_t i = 0; i < count; i++)
        kk_html_put(to, "th scope=\"col\"", kk_slice_text(names[i]));
    fputs("</tr>\n</thead>\n<tbody>\n", to);
}

static int figure(void *user, const struct kk_figure *then, const struct kk_figure *now)
{
    struct figures *x = user;
    struct kk_command *c = x->command;
    const char *const names[] = { KK_T(c, COL_INDICATOR), KK_T(c, COL_AREA),
                                  KK_T(c, COL_PERIOD),    KK_T(c, COL_BREAKDOWN),
                                  KK_T(c, COL_RELEASE),   KK_T(c, PRINT_THEN),
                                  KK_T(c, PRINT_NOW),     KK_T(c, COL_UNIT) };
    char release[16], period[KK_WHEN_TEXT];

    if (x->count++ == 0)
        heads(x->to, KK_T(c, PRINT_FIGURES), names, KK_COUNT(names));
    snprintf(release, sizeof(release), "%u", then->release);
    kk_when_period(then->period, c->lang, period);
    fputs("<tr>\n", x->to);
    kk_html_put(x->to, "th scope=\"row\"", then->indicator);
    kk_html_put(x->to, "td", then->area);
    kk_html_put(x->to, "td", kk_slice_text(period));
    kk_html_put(x->to, "td", then->breakdown.len ? then->breakdown : kk_slice_text(KK_T(c, TOTAL)));
    kk_html_put(x->to, "td class=\"n\"", kk_slice_text(release));
    kk_html_put(x->to, "td class=\"n\"", then->value);
    kk_html_put(x->to, "td class=\"n\"", now ? now->value : kk_slice_text(KK_T(c, FIGURE_GONE)));
    kk_html_put(x->to, "td", then->unit);
    fputs("</tr>\n", x->to);
    return 0;
}

int kk_figures_print(struct kk_command *c, struct kk_records *r, const struct kk_body *body,
                     FILE *to)
{
    struct figures x = { .command = c, .to = to };
    int e = kk_evidence_each(r, body, figure, &x);

    if (x.count)
        fputs("</tbody>\n</table>\n", to);
    return e;
}

/* --- acts --- */

static void act(struct kk_command *c, const struct kk_records *r,
                const struct kk_op_shown *shown, FILE *to)
{
    struct kk_op_words words;

    kk_record_op_words(c, r, shown, &words);
    fputs("<tr>\n", to);
    kk_html_put(to, "td", kk_slice_text(words.when));
    kk_html_put(to, "td", kk_slice_text(words.who));
    kk_html_put(to, "th scope=\"row\"", kk_slice_text(words.act ? words.act : "?"));
    kk_html_put(to, "td", kk_slice_text(words.outcome));
    fputs("<td class=\"t\">", to);
    if (words.lack[0]) {
        kk_html_text(to, kk_slice_text(KK_T(c, RECORD_INCOMPLETE)));
        fputs(": ", to);
        kk_html_text(to, kk_slice_text(words.lack));
        fputs(words.note_count ? "\n" : "", to);
    }
    if (words.erased[0]) {
        kk_html_text(to, kk_slice_text(words.erased));
        fputs(words.note_count ? "\n" : "", to);
    }
    for (size_t i = 0; i < words.note_count; i++) {
        kk_html_text(to, words.notes[i]);
        fputs(i + 1 < words.note_count ? "\n" : "", to);
    }
    fputs("</td>\n</tr>\n", to);
}

static int act_table(struct kk_command *c, struct kk_records *r, const struct kk_record *record,
                     FILE *to)
{
    struct kk_lacks lacks;
    int e = kk_lacks_find(record, &r->arena, &lacks);
    const char *const names[] = { KK_T(c, PRINT_WHEN), KK_T(c, PRINT_WHO), KK_T(c, PRINT_ACT),
                                  KK_T(c, PRINT_RECEIPT), KK_T(c, PRINT_SAID) };

    heads(to, KK_T(c, PRINT_ACTS), names, KK_COUNT(names));
    for (size_t i = 0; e == 0 && i < record->is.op_count; i++) {
        struct kk_op_shown shown = kk_record_op_shown(record, &lacks, i);

        act(c, r, &shown, to);
    }
    fputs("</tbody>\n</table>\n", to);
    return e;
}

int kk_record_print(struct kk_command *c, struct kk_records *r, const struct kk_record *record,
                    FILE *to)
{
    char title[TITLE_BYTES], id[2 * KK_ID_BYTES + 1], made[KK_WHEN_TEXT], foot[TITLE_BYTES];
    char fresh[KK_FRESH_TEXT] = "";
    int e;

    title_of(c, record, title);
    kk_html_begin(to, c->lang, kk_slice_text(title));
    mark_of(c, record, to);
    e = fields(c, record, to);
    if (e == 0)
        e = kk_figures_print(c, r, &record->is.body, to);
    if (e == 0)
        e = act_table(c, r, record, to);
    if (e == 0)
        e = kk_fresh_text(c, r->home, fresh);
    kk_hex_encode(kk_slice(record->is.rec, KK_ID_BYTES), id);
    kk_when_date(kk_os_now_ms(), c->lang, made);
    snprintf(foot, sizeof(foot), KK_T(c, PRINT_FOOT), made, id, fresh);
    kk_html_put(to, "footer", kk_slice_text(foot));
    kk_html_end(to);
    return e;
}
