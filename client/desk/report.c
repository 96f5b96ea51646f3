/*
 * The report on disclosure control (guarded.h): what was judged by which settings, so that whoever
 * signs next judges the same. It knows which cells a threshold conceals, and stays at the desks.
 * [DC-6]
 *
 *     what,view,indicator,area,period,breakdown,why,k,least,most,detail
 */
#include "desk/csv.h"
#include "desk/guarded.h"
#include "kukyoku/base/alloc.h"
#include "kukyoku/base/hash.h"
#include "kukyoku/base/text.h"

#include <math.h>
#include <stdio.h>

#define COLUMNS(C)                                                                                \
    C(WHAT, "what") C(VIEW, "view") C(INDICATOR, "indicator") C(AREA, "area") C(PERIOD, "period") \
    C(BREAKDOWN, "breakdown") C(WHY, "why") C(K, "k") C(LEAST, "least") C(MOST, "most")           \
    C(DETAIL, "detail")
#define COLUMN_ENUM(NAME, text) COLUMN_##NAME,
enum column { COLUMNS(COLUMN_ENUM) COLUMN_COUNT };
#define COLUMN_TEXT(NAME, text) text,
static const char *const names[] = { COLUMNS(COLUMN_TEXT) };
static const char *const whys[] = { [KK_CONCEALED_NOT] = "",
                                    [KK_CONCEALED_RULE] = "rule",
                                    [KK_CONCEALED_COVER] = "cover",
                                    [KK_CONCEALED_OUT] = "out",
                                    [KK_CONCEALED_BARE] = "bare" };

void kk_guard_report_hash(struct kk_slice report, uint8_t ret[KK_HASH_BYTES])
{
    kk_hash_file(report, ret);
}

/* --- writing --- */
static int put(struct kk_bytes *out, enum column column, struct kk_slice text)
{
    bool quoted = memchr(text.data ? text.data : (const void *)"", ',', text.len) ||
                  memchr(text.data ? text.data : (const void *)"", '"', text.len);
    int r = quoted ? kk_bytes_append_text(out, "\"") : 0;

    for (size_t i = 0; i < text.len && r == 0; i++) {
        r = kk_bytes_append(out, text.data + i, 1);
        if (r == 0 && text.data[i] == '"')
            r = kk_bytes_append_text(out, "\"");
    }
    if (r == 0 && quoted)
        r = kk_bytes_append_text(out, "\"");
    return r == 0 ? kk_bytes_append_text(out, column + 1 == COLUMN_COUNT ? "\n" : ",") : r;
}

static int put_row(struct kk_bytes *out, const struct kk_slice fields[COLUMN_COUNT])
{
    int r = 0;

    for (size_t i = 0; i < COLUMN_COUNT && r == 0; i++)
        r = put(out, (enum column)i, fields[i]);
    return r;
}

static void set_number(char *text, size_t size, double value)
{
    if (isinf(value))
        snprintf(text, size, "%s", value < 0 ? "-inf" : "inf");
    else
        snprintf(text, size, fabs(value - round(value)) < 1e-6 ? "%.0f" : "%.4f", value);
}

static void set_cell(const struct kk_guard *g, uint32_t fact, struct kk_slice *fields)
{
    const struct kk_fact_cell *c = &g->facts.cells[g->facts.facts[fact].cell];

    fields[COLUMN_INDICATOR] = g->facts.indicators.items[c->indicator];
    fields[COLUMN_AREA] = g->facts.areas.items[c->area];
    fields[COLUMN_PERIOD] = g->facts.periods.items[c->period];
    fields[COLUMN_BREAKDOWN] = g->facts.breakdowns.items[c->breakdown];
}

static int put_settings(const struct kk_guard *g, struct kk_bytes *out)
{
    struct kk_slice text = kk_bytes_slice(&g->rules.text), line;
    int r = 0;

    while (r == 0 && kk_text_line(&text, &line)) {
        struct kk_slice fields[COLUMN_COUNT] = { [COLUMN_WHAT] = kk_slice_text("setting") };

        if (line.len > 0 && line.data[line.len - 1] == '\r')
            line.len--;
        fields[COLUMN_DETAIL] = line;
        r = put_row(out, fields);
    }
    return r;
}

static int put_history(const char *why, const struct kk_bytes *text, struct kk_bytes *out)
{
    struct kk_slice fields[COLUMN_COUNT] = { [COLUMN_WHAT] = kk_slice_text("history"),
                                             [COLUMN_WHY] = kk_slice_text(why),
                                             [COLUMN_DETAIL] = kk_bytes_slice(text) };

    return text->len > 0 ? put_row(out, fields) : 0;
}

/* A relation that the printed figures miss (view empty), or that gave way in a view. */
static int put_relation(const struct kk_guard *g, uint32_t relation, const char *view, double by,
                        struct kk_bytes *out)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };
    struct kk_slice fields[COLUMN_COUNT] = { [COLUMN_WHAT] = kk_slice_text("loosened"),
                                             [COLUMN_VIEW] = kk_slice_text(view) };
    char amount[40];
    int r = kk_relation_text(&g->relations, &g->facts, relation, &text);

    set_number(amount, sizeof amount, by);
    fields[COLUMN_MOST] = kk_slice_text(amount);
    fields[COLUMN_DETAIL] = kk_bytes_slice(&text);
    return r == 0 ? put_row(out, fields) : r;
}

static int put_loosened(const struct kk_guard *g, struct kk_bytes *out)
{
    int r = 0;

    for (uint32_t i = 0; i < g->relations.count && r == 0; i++) {
        if (g->relations.items[i].printed > 0)
            r = put_relation(g, i, "", g->relations.items[i].printed, out);
    }
    for (size_t i = 0; i < g->attack.given_count && r == 0; i++) {
        const struct kk_given_way *way = &g->attack.given_way[i];
        struct kk_view view;

        kk_assert(kk_view_at(way->view, &view));
        r = put_relation(g, way->relation, view.name, way->by, out);
    }
    return r;
}

static int put_cell(const struct kk_guard *g, const struct kk_guarded *item, struct kk_bytes *out)
{
    struct kk_slice fields[COLUMN_COUNT] = { [COLUMN_WHAT] = kk_slice_text("cell") };
    char k[12], least[40], most[40];
    struct kk_view view;

    kk_assert(kk_view_at(item->view, &view));
    snprintf(k, sizeof k, "%u", item->k);
    set_number(least, sizeof least, item->least);
    set_number(most, sizeof most, item->most);
    set_cell(g, item->fact, fields);
    fields[COLUMN_VIEW] = kk_slice_text(view.name);
    fields[COLUMN_WHY] = kk_slice_text(whys[item->concealment]);
    fields[COLUMN_K] = kk_slice_text(k);
    fields[COLUMN_LEAST] = kk_slice_text(least);
    fields[COLUMN_MOST] = kk_slice_text(most);
    fields[COLUMN_DETAIL] = kk_slice_text(item->broken ? "broken" : "");
    return put_row(out, fields);
}

/* That a threshold of a ward's own tier conceals a cell is not to be seen in another view. */
static bool by_own_tier(const struct kk_guard *g, const struct kk_guarded *item)
{
    const struct kk_fact_cell *c = &g->facts.cells[g->facts.facts[item->fact].cell];
    struct kk_view view;

    kk_assert(kk_view_at(item->view, &view));
    return item->concealment == KK_CONCEALED_RULE &&
           kk_eyes_of_area(g->facts.areas.items[c->area]) == view.ward;
}

/* A ward's view is told where it differs from that of int. */
static bool as_in_int(const struct kk_guarded *item, const struct kk_guarded *in)
{
    return item->view > 1 && in && in->concealment == item->concealment && in->k == item->k &&
           in->broken == item->broken && fabs(in->least - item->least) < 1e-6 &&
           (fabs(in->most - item->most) < 1e-6 || (isinf(in->most) && isinf(item->most)));
}

int kk_guard_report(const struct kk_guard *g, struct kk_bytes *out)
{
    const struct kk_guarded **in = kk_alloc_array(g->facts.count + 1, sizeof *in);
    struct kk_slice head[COLUMN_COUNT];
    int r = in ? 0 : KK_E_MEMORY;

    for (size_t i = 0; i < COLUMN_COUNT; i++)
        head[i] = kk_slice_text(names[i]);
    if (r == 0)
        r = put_row(out, head);
    if (r == 0)
        r = put_settings(g, out);
    if (r == 0)
        r = put_history("incomplete", &g->excuse, out);
    if (r == 0)
        r = put_history("lacks", &g->lacks, out);
    if (r == 0)
        r = put_loosened(g, out);
    for (size_t i = 0; i < g->attack.count && r == 0; i++) {
        const struct kk_guarded *item = &g->attack.items[i];

        if (item->view == 1)
            in[item->fact] = item;
        if (!as_in_int(item, in[item->fact]) || by_own_tier(g, item))
            r = put_cell(g, item, out);
    }
    kk_free(in);
    return r;
}

/* --- reading --- */
struct reading {
    struct kk_guard *guard;
    struct kk_bytes settings;
    bool headed, cells;
};

static bool is_header(const struct kk_csv_record *record)
{
    bool good = record->count == COLUMN_COUNT;

    for (size_t i = 0; i < COLUMN_COUNT && good; i++)
        good = kk_slice_is(record->fields[i], names[i]);
    return good;
}

static enum kk_guard_tier tier_of(struct kk_slice view, struct kk_slice area)
{
    if (kk_slice_is(view, "pub"))
        return KK_TIER_PUB;
    return !kk_slice_is(view, "int") && kk_eyes_of(view) == kk_eyes_of_area(area) ? KK_TIER_WARD
                                                                               : KK_TIER_INT;
}

/* 1 to 255; 0 for anything else. */
static unsigned small_number(struct kk_slice text)
{
    unsigned n = 0;

    for (size_t i = 0; i < text.len && n <= UINT8_MAX; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return 0;
        n = 10 * n + (text.data[i] - '0');
    }
    return n <= UINT8_MAX ? n : 0;
}

/* A cell that a threshold conceals: whoever does not know its number goes by this. */
static void take_cell(struct kk_guard *g, const struct kk_slice *fields)
{
    int codes[] = { kk_dict_find(&g->facts.indicators, fields[COLUMN_INDICATOR]),
                    kk_dict_find(&g->facts.areas, fields[COLUMN_AREA]),
                    kk_dict_find(&g->facts.periods, fields[COLUMN_PERIOD]),
                    kk_dict_find(&g->facts.breakdowns, fields[COLUMN_BREAKDOWN]) };
    unsigned k = small_number(fields[COLUMN_K]);

    if (codes[0] < 0 || codes[1] < 0 || codes[2] < 0 || codes[3] < 0 || k == 0)
        return; /* a cell of an earlier release that this desk never had */
    struct kk_fact_cell key = { .indicator = (uint16_t)codes[0], .area = (uint16_t)codes[1],
                                .period = (uint16_t)codes[2], .breakdown = (uint16_t)codes[3] };
    uint32_t cell = kk_facts_find(&g->facts, &key);

    if (cell == KK_NO_FACT || g->facts.cells[cell].newest == KK_NO_FACT)
        return;
    if (g->facts.facts[g->facts.cells[cell].newest].valued)
        return; /* whoever knows the number asks the rules */
    g->facts.facts[g->facts.cells[cell].newest]
        .rule_k[tier_of(fields[COLUMN_VIEW], fields[COLUMN_AREA])] = (uint8_t)k;
}

static bool says(const struct kk_csv_record *record, const char *what, const char *why)
{
    return kk_slice_is(record->fields[COLUMN_WHAT], what) &&
           (!why || kk_slice_is(record->fields[COLUMN_WHY], why));
}

/* Settings, and why the history is not whole. */
static int take_ground(struct reading *rd, const struct kk_csv_record *record)
{
    struct kk_slice detail = record->fields[COLUMN_DETAIL];
    int r = 0;

    if (says(record, "setting", NULL)) {
        r = kk_bytes_append_slice(&rd->settings, detail);
        if (r == 0)
            r = kk_bytes_append_text(&rd->settings, "\n");
    } else if (says(record, "history", "incomplete")) {
        kk_bytes_clear(&rd->guard->excuse);
        r = kk_bytes_append_slice(&rd->guard->excuse, detail);
    }
    return r;
}

static int take_record(void *user, const struct kk_csv_record *record)
{
    struct reading *rd = user;

    if (!rd->headed) {
        rd->headed = true;
        return is_header(record) ? 0 : KK_E_REPORT;
    }
    if (record->flaw != KK_CSV_SOUND || record->count != COLUMN_COUNT)
        return KK_E_REPORT;
    if (!rd->cells)
        return take_ground(rd, record);
    if (says(record, "cell", "rule"))
        take_cell(rd->guard, record->fields);
    return 0;
}

static int read_report(struct reading *rd, struct kk_slice report, struct kk_error *err)
{
    struct kk_csv *csv = kk_alloc(sizeof *csv);
    int r;

    if (!csv)
        return KK_E_MEMORY;
    kk_csv_init(csv, take_record, rd);
    r = kk_csv_feed(csv, report);
    if (r == 0)
        r = kk_csv_end(csv);
    kk_free(csv);
    if (r == 0 && !rd->headed)
        r = KK_E_REPORT;
    return r == KK_E_REPORT ? kk_error_say(err, r, "report", "not a report", "報告の形ではありません")
                            : r;
}

int kk_guard_report_rules(struct kk_guard *g, struct kk_slice report, struct kk_error *err)
{
    struct reading rd = { .guard = g };
    int r = read_report(&rd, report, err);

    if (r == 0 && rd.settings.len > 0)
        r = kk_rules_read(&g->rules, kk_bytes_slice(&rd.settings), "report", err);
    kk_bytes_fini(&rd.settings);
    return r;
}

int kk_guard_report_cells(struct kk_guard *g, struct kk_slice report, struct kk_error *err)
{
    struct reading rd = { .guard = g, .cells = true };

    return read_report(&rd, report, err);
}
