/* Views of a karte (karte_view.h). */
#include "cmd/karte_view.h"

#include "cmd/cell_view.h"
#include "view/csv.h"
#include "view/html.h"
#include "view/table.h"
#include "view/when.h"

#include "kukyoku/base/text.h"

#define LINE_BYTES 512

/* What stands for a missing value, as the guide's sheets print it. */
static struct kk_slice shown(const struct kk_command *c, const struct kk_figure *f)
{
    if (kk_slice_is(f->value, "n"))
        return kk_slice_text("−");
    if (kk_slice_is(f->value, "u"))
        return kk_slice_text("…");
    if (kk_slice_is(f->value, "x"))
        return kk_slice_text(KK_T(c, KARTE_CONCEALED));
    return f->value;
}

/* Title, area and year in one line. */
static void head_of(const struct kk_command *c, const struct kk_home *h, const struct kk_karte *k,
                    char ret[LINE_BYTES])
{
    char code[64], area[KK_CELL_AREA_TEXT], fiscal[16], year[KK_WHEN_TEXT];

    snprintf(code, sizeof(code), "%.*s", (int)k->area.len, (const char *)k->area.data);
    kk_cell_area(c, h, code, area);
    snprintf(fiscal, sizeof(fiscal), "FY%04lld", (long long)k->fiscal_year);
    kk_when_period(kk_slice_text(fiscal), c->lang, year);
    snprintf(ret, LINE_BYTES, KK_T(c, KARTE_HEAD), area, (int)k->title.len,
             (const char *)k->title.data, year);
}

/* From which release, made when, under which number: what somebody asks years later. */
static void origin_of(const struct kk_command *c, const struct kk_karte *k, char ret[LINE_BYTES])
{
    char id[2 * KK_ID_BYTES + 1], when[KK_WHEN_TEXT], receipt[64];

    kk_hex_encode(kk_slice(k->id, KK_ID_BYTES), id);
    kk_when_date(k->made_ms, c->lang, when);
    if (k->pending)
        snprintf(receipt, sizeof(receipt), "%s", KK_T(c, RECORD_PENDING));
    else
        snprintf(receipt, sizeof(receipt), KK_T(c, RECEIPT), (unsigned long long)k->receipt);
    snprintf(ret, LINE_BYTES, KK_T(c, KARTE_ORIGIN), (long long)k->release, when, id, receipt);
}

static const char *const columns_en[] = { "indicator", "breakdown", "period", "value", "unit" };

/* --- the terminal --- */

void kk_karte_text(struct kk_command *c, const struct kk_home *h, const struct kk_karte *k)
{
    char line[LINE_BYTES], period[KK_WHEN_TEXT];

    head_of(c, h, k, line);
    kk_out_line(c->out, "%s", line);
    for (size_t i = 0; i < k->figure_count; i++) {
        const struct kk_figure *f = &k->figures[i];
        struct kk_slice value = shown(c, f);

        kk_when_period(f->period, c->lang, period);
        kk_out_line(c->out, "  %.*s %.*s  %s  %.*s %.*s", (int)f->indicator.len,
                    (const char *)f->indicator.data, (int)f->breakdown.len,
                    f->breakdown.len ? (const char *)f->breakdown.data : "", period,
                    (int)value.len, (const char *)value.data, (int)f->unit.len,
                    f->unit.len ? (const char *)f->unit.data : "");
    }
    for (size_t i = 0; i < k->paragraph_count; i++)
        kk_out_line(c->out, "\n%.*s", (int)k->paragraphs[i].len,
                    (const char *)k->paragraphs[i].data);
    origin_of(c, k, line);
    kk_out_line(c->out, "\n%s", line);
}

/* --- the page --- */

static void figure_row(struct kk_command *c, const struct kk_figure *f, FILE *to)
{
    char period[KK_WHEN_TEXT];

    kk_when_period(f->period, c->lang, period);
    fputs("<tr>\n", to);
    kk_html_put(to, "th scope=\"row\"", f->indicator);
    kk_html_put(to, "td", f->breakdown.len ? f->breakdown : kk_slice_text(KK_T(c, TOTAL)));
    kk_html_put(to, "td", kk_slice_text(period));
    kk_html_put(to, "td class=\"n\"", shown(c, f));
    kk_html_put(to, "td", f->unit);
    fputs("</tr>\n", to);
}

static void figure_table(struct kk_command *c, const struct kk_karte *k, FILE *to)
{
    const char *const heads[] = { KK_T(c, COL_INDICATOR), KK_T(c, COL_BREAKDOWN),
                                  KK_T(c, COL_PERIOD), KK_T(c, COL_VALUE), KK_T(c, COL_UNIT) };

    kk_html_put(to, "h2", kk_slice_text(KK_T(c, KARTE_FIGURES)));
    fputs("<table>\n", to);
    kk_html_put(to, "caption", kk_slice_text(KK_T(c, KARTE_CAPTION)));
    fputs("<thead>\n<tr>\n", to);
    for (size_t i = 0; i < KK_COUNT(heads); i++)
        kk_html_put(to, "th scope=\"col\"", kk_slice_text(heads[i]));
    fputs("</tr>\n</thead>\n<tbody>\n", to);
    for (size_t i = 0; i < k->figure_count; i++)
        figure_row(c, &k->figures[i], to);
    fputs("</tbody>\n</table>\n", to);
    kk_html_put(to, "p", kk_slice_text(KK_T(c, KARTE_SYMBOLS)));
}

void kk_karte_html(struct kk_command *c, const struct kk_home *h, const struct kk_karte *k,
                   FILE *to)
{
    char line[LINE_BYTES];

    head_of(c, h, k, line);
    kk_html_begin(to, c->lang, kk_slice_text(line));
    if (k->figure_count)
        figure_table(c, k, to);
    if (k->paragraph_count)
        kk_html_put(to, "h2", kk_slice_text(KK_T(c, KARTE_TEXTS)));
    for (size_t i = 0; i < k->paragraph_count; i++)
        kk_html_put(to, "p", k->paragraphs[i]);
    origin_of(c, k, line);
    kk_html_put(to, "footer", kk_slice_text(line));
    kk_html_end(to);
}

/* --- for machines --- */

static void csv_row(FILE *to, const struct kk_slice *cells, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i)
            kk_csv_next(to);
        kk_csv_put(to, cells[i]);
    }
    kk_csv_end_row(to);
}

#define CSV_COLUMNS (KK_COUNT(columns_en) + 2)

/* In one table: a paragraph stands in the last column, on a row of its own. */
void kk_karte_csv(const struct kk_karte *k, FILE *to)
{
    struct kk_slice heads[CSV_COLUMNS] = { kk_slice_text("area") };

    for (size_t i = 0; i < KK_COUNT(columns_en); i++)
        heads[i + 1] = kk_slice_text(columns_en[i]);
    heads[CSV_COLUMNS - 1] = kk_slice_text("text");
    kk_csv_mark(to);
    csv_row(to, heads, CSV_COLUMNS);
    for (size_t i = 0; i < k->figure_count; i++) {
        const struct kk_figure *f = &k->figures[i];
        const struct kk_slice cells[CSV_COLUMNS] = { f->area,   f->indicator, f->breakdown,
                                                     f->period, f->value,     f->unit };

        csv_row(to, cells, CSV_COLUMNS);
    }
    for (size_t i = 0; i < k->paragraph_count; i++) {
        const struct kk_slice cells[CSV_COLUMNS] = { [0] = k->area,
                                                     [CSV_COLUMNS - 1] = k->paragraphs[i] };

        csv_row(to, cells, CSV_COLUMNS);
    }
}

json_t *kk_karte_json(const struct kk_karte *k)
{
    json_t *figures = json_array(), *paragraphs = json_array();

    for (size_t i = 0; i < k->figure_count; i++) {
        const struct kk_figure *f = &k->figures[i];

        json_array_append_new(figures, json_pack("{s:o, s:o, s:o, s:o, s:o, s:I}", "indicator",
                                                 kk_json_text(f->indicator), "breakdown",
                                                 kk_json_text(f->breakdown), "period",
                                                 kk_json_text(f->period), "value",
                                                 kk_json_text(f->value), "unit",
                                                 kk_json_text(f->unit), "release",
                                                 (json_int_t)f->release));
    }
    for (size_t i = 0; i < k->paragraph_count; i++)
        json_array_append_new(paragraphs, kk_json_text(k->paragraphs[i]));
    return json_pack("{s:o, s:o, s:o, s:I, s:I, s:o, s:b, s:b, s:I, s:o, s:o}", "id",
                     kk_json_hex(kk_slice(k->id, KK_ID_BYTES)), "area", kk_json_text(k->area),
                     "title", kk_json_text(k->title), "fiscal_year", (json_int_t)k->fiscal_year,
                     "release", (json_int_t)k->release, "made", kk_json_instant(k->made_ms),
                     "pending", k->pending, "public", k->is_public, "receipt",
                     (json_int_t)k->receipt, "figures", figures, "paragraphs",
                     paragraphs);
}
