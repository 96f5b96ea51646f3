/* Figures in records: copied at the time of writing, checked for their readers. [RL-21] */
#include "model/evidence.h"

#include "kukyoku/base/text.h"
#include "model/data.h"

#include <stdio.h>

#define NAMES_MIN 3 /* indicator, area, period */
#define NAMES_MAX 4 /* and a breakdown */

static size_t split(struct kk_slice text, struct kk_slice parts[NAMES_MAX + 1])
{
    size_t count = 0, from = 0;

    for (size_t at = 0; at <= text.len && count <= NAMES_MAX; at++) {
        if (at < text.len && text.data[at] != ' ')
            continue;
        if (at > from)
            parts[count++] = kk_slice(text.data + from, at - from);
        from = at + 1;
    }
    return count;
}

/* The last release that changed the scope is the one that the value can be read in again. */
static int write_figure(uint32_t release, const struct kk_cell *cell, struct kk_bytes *out)
{
    char value[KK_DECIMAL_TEXT];
    struct kk_figure figure = { .scope = cell->scope,
                                .release = release,
                                .indicator = cell->obs.indicator,
                                .area = cell->obs.area,
                                .period = cell->obs.period,
                                .breakdown = cell->obs.breakdown,
                                .unit = cell->obs.unit };

    kk_decimal_text(cell->obs.value, KK_OBS_DECIMALS, value);
    figure.value = kk_slice_text(cell->obs.missing == KK_MISSING_NONE
                                     ? value
                                     : kk_missing_text(cell->obs.missing));
    return kk_figure_write(&figure, out);
}

struct reading {
    bool only_public;
    uint32_t release; /* 0: the newest */
};

/* 1 and the line, 0: there is no such figure. */
static int look_up(struct kk_records *r, const struct kk_slice names[NAMES_MAX],
                   const struct reading *how, struct kk_bytes *out)
{
    const struct kk_catalog *catalog = kk_trust_catalog(r->home->trust);
    uint32_t newest = (uint32_t)(catalog ? catalog->version.ver : 0);
    KK_AUTO_FINI(kk_data) struct kk_data data = { 0 };
    struct kk_data_query q = { .indicator = names[0], .areas = &names[1], .area_count = 1,
                               .period = names[2], .breakdown = names[3],
                               .only_public = how->only_public, .as_of = how->release };
    int e;

    kk_data_init(&data);
    e = kk_data_get(r->home, &q, &data, r->err);
    if (e < 0 || data.count == 0)
        return e;
    e = write_figure(how->release ? how->release : newest, &data.cells[0], out);
    return e < 0 ? e : 1;
}

static int refuse_unknown(struct kk_records *r, const char *text, struct kk_slice indicator,
                          bool only_public)
{
    char typed[KK_OBS_NAME_MAX + 1], near[KK_OBS_NAME_MAX + 1] = "";
    int e = 0;

    snprintf(typed, sizeof(typed), "%.*s", (int)indicator.len, (const char *)indicator.data);
    e = kk_data_nearest(r->home, only_public, typed, near);
    if (e < 0)
        return e;
    if (near[0])
        return kk_error_say(r->err, KK_E_FIELD, text,
                            "no such indicator is released to this device; did you mean %s?",
                            "この端末に公表された指標にありません。%s のことですか", near);
    return kk_error_say(r->err, KK_E_FIELD, text,
                        "no such figure is released to this device; see `kukyoku data list`",
                        "この端末に公表された数値にありません。`kukyoku data list` で確認できます");
}

static int copy(struct kk_records *r, const char *text, const struct reading *how,
                struct kk_bytes *out)
{
    struct kk_slice whole = kk_slice_text(text), names[NAMES_MAX + 1];
    struct kk_figure known;
    size_t count;
    int e;

    if (kk_figure_parse(whole, &known))
        return kk_bytes_append_slice(out, whole);
    count = split(whole, names);
    if (count < NAMES_MIN || count > NAMES_MAX)
        return kk_error_say(r->err, KK_E_FIELD, text, "INDICATOR AREA PERIOD [BREAKDOWN]",
                            "指標 エリア 時点 [内訳] の形で指定してください");
    if (count == NAMES_MIN)
        names[NAMES_MIN] = kk_slice("", 0);
    e = look_up(r, names, how, out);
    if (e == 0)
        return refuse_unknown(r, text, names[0], how->only_public);
    return e < 0 ? e : 0;
}

int kk_evidence_copy(struct kk_records *r, const char *text, bool only_public,
                     struct kk_bytes *out)
{
    return copy(r, text, &(struct reading){ .only_public = only_public }, out);
}

static int check_one(struct kk_records *r, struct kk_slice line, const struct kk_scope *readers)
{
    struct kk_figure figure;
    char text[KK_ERROR_WHERE_MAX];

    if (!kk_figure_parse(line, &figure) || kk_figure_for(&figure, readers))
        return 0; /* what is no figure is found by the field's own check */
    snprintf(text, sizeof(text), "%.*s", (int)line.len, (const char *)line.data);
    return kk_error_say(r->err, KK_E_SCOPE, text,
                        "not everybody who reads this record may read that figure",
                        "この記録を読む人のうち、その数値を見られない人がいます");
}

static int check_field(struct kk_records *r, struct kk_slice value, const struct kk_scope *readers)
{
    struct kk_cursor c = kk_cursor(value);
    struct kk_slice line;
    size_t count;
    int e = 0;

    if (kk_cursor_array(&c, &count) < 0)
        return 0;
    for (size_t i = 0; e == 0 && i < count && kk_cursor_text(&c, &line) == 0; i++)
        e = check_one(r, line, readers);
    return e;
}

int kk_evidence_check(struct kk_records *r, const struct kk_body *body, struct kk_slice scope)
{
    /* An edition is for everybody, wherever it is kept. */
    const struct kk_scope everybody = { .kind = KK_SCOPE_PUB };
    struct kk_scope readers;
    int e = 0;

    if (!kk_scope_parse(scope, &readers))
        return KK_E_SCOPE;
    for (size_t i = 0; e == 0 && i < body->count; i++) {
        const struct kk_body_field *f = &body->fields[i];
        const struct kk_term *term = kk_term_info(f->number);

        if (term && term->type == KK_ITEM_FIGURES)
            e = check_field(r, f->value, f->number == KK_FIELD_FIGURES ? &everybody : &readers);
    }
    return e;
}

int kk_evidence_now(struct kk_records *r, const struct kk_figure *then, struct kk_bytes *line,
                    bool *ret_found)
{
    const struct kk_slice names[NAMES_MAX] = { then->indicator, then->area, then->period,
                                               then->breakdown };
    struct reading how = { .only_public = kk_slice_is(then->scope, "pub") };
    int e = look_up(r, names, &how, line);

    *ret_found = e > 0;
    return e < 0 ? e : 0;
}

bool kk_evidence_same(const struct kk_figure *then, const struct kk_figure *now)
{
    return now && kk_slice_equal(then->value, now->value) && kk_slice_equal(then->unit, now->unit);
}

static int compare(struct kk_records *r, struct kk_slice line, kk_evidence_fn *fn, void *user)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };
    struct kk_figure then, now;
    bool found;
    int e;

    if (!kk_figure_parse(line, &then))
        return 0;
    e = kk_evidence_now(r, &then, &text, &found);
    if (e < 0)
        return e;
    found = found && kk_figure_parse(kk_bytes_slice(&text), &now);
    return fn(user, &then, found ? &now : NULL);
}

int kk_evidence_each(struct kk_records *r, const struct kk_body *body, kk_evidence_fn *fn,
                     void *user)
{
    int e = 0;

    for (size_t i = 0; e == 0 && i < body->count; i++) {
        const struct kk_term *term = kk_term_info(body->fields[i].number);
        struct kk_cursor c = kk_cursor(body->fields[i].value);
        struct kk_slice line;
        size_t count = 0;

        if (!term || term->type != KK_ITEM_FIGURES || kk_cursor_array(&c, &count) < 0)
            continue;
        for (size_t k = 0; e == 0 && k < count && kk_cursor_text(&c, &line) == 0; k++)
            e = compare(r, line, fn, user);
    }
    return e;
}

int kk_evidence_add(struct kk_records *r, const struct kk_evidence_ask *ask, const char *text,
                    struct kk_body *body)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes figure = { 0 };
    struct reading how = { .only_public = true, .release = ask->release };
    char line[KK_FIGURE_TEXT_MAX];
    const char *rest = strchr(text, ' ');
    int len = rest ? snprintf(line, sizeof(line), "%.*s %s%s", (int)(rest - text), text,
                              ask->area, rest)
                   : -1, e;

    if (len < 0 || (size_t)len >= sizeof(line))
        return kk_error_say(r->err, KK_E_FIELD, "figures",
                            "\"%.80s\" is not INDICATOR PERIOD [BREAKDOWN]",
                            "「%.80s」: 指標 時点 [内訳] の形で指定してください", text);
    if (!ask->release)
        return kk_record_add(r, ask->kind, "figures", line, body);
    e = copy(r, line, &how, &figure);
    if (e == 0)
        e = kk_bytes_append(&figure, "", 1);
    return e == 0 ? kk_record_add(r, ask->kind, "figures", (const char *)figure.data, body) : e;
}
