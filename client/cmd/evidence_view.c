/* Then and now, figure by figure. [RL-21] */
#include "cmd/evidence_view.h"

#include "kukyoku/base/alloc.h"

struct comparing {
    struct kk_records *records;
    int (*fn)(void *user, const struct kk_figure *then, const struct kk_figure *now);
    void *user;
};

static int compare(struct comparing *x, struct kk_slice line)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };
    struct kk_figure then, now;
    bool found;
    int e;

    if (!kk_figure_parse(line, &then))
        return 0;
    e = kk_evidence_now(x->records, &then, &text, &found);
    if (e < 0)
        return e;
    found = found && kk_figure_parse(kk_bytes_slice(&text), &now);
    return x->fn(x->user, &then, found ? &now : NULL);
}

static int each_figure(struct comparing *x, const struct kk_record *record)
{
    int e = 0;

    for (size_t i = 0; e == 0 && i < record->is.body.count; i++) {
        const struct kk_body_field *f = &record->is.body.fields[i];
        const struct kk_term *term = kk_term_info(f->number);
        struct kk_cursor c = kk_cursor(f->value);
        struct kk_slice line;
        size_t count = 0;

        if (!term || term->type != KK_ITEM_FIGURES || kk_cursor_array(&c, &count) < 0)
            continue;
        for (size_t k = 0; e == 0 && k < count && kk_cursor_text(&c, &line) == 0; k++)
            e = compare(x, line);
    }
    return e;
}

static bool same(const struct kk_figure *then, const struct kk_figure *now)
{
    return now && kk_slice_equal(then->value, now->value) && kk_slice_equal(then->unit, now->unit);
}

static int print_one(void *user, const struct kk_figure *then, const struct kk_figure *now)
{
    struct kk_command *c = user;
    struct kk_slice value = now ? now->value : kk_slice_text(KK_T(c, FIGURE_GONE));

    if (same(then, now))
        value = kk_slice_text(KK_T(c, FIGURE_SAME));
    kk_out_line(c->out, KK_T(c, FIGURE_LINE), (int)then->indicator.len,
                (const char *)then->indicator.data, (int)then->area.len,
                (const char *)then->area.data, (int)then->period.len,
                (const char *)then->period.data, (int)then->value.len,
                (const char *)then->value.data, (int)then->unit.len, (const char *)then->unit.data,
                then->release, (int)value.len, (const char *)value.data);
    return 0;
}

int kk_evidence_view(struct kk_command *c, struct kk_records *r, const struct kk_record *record)
{
    struct comparing x = { .records = r, .fn = print_one, .user = c };

    return each_figure(&x, record);
}

static int add_one(void *user, const struct kk_figure *then, const struct kk_figure *now)
{
    json_t *j = json_pack("{s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:o, s:b}", "indicator",
                          kk_json_text(then->indicator), "area", kk_json_text(then->area),
                          "period", kk_json_text(then->period), "breakdown",
                          kk_json_text(then->breakdown), "unit", kk_json_text(then->unit),
                          "release", (json_int_t)then->release, "then", kk_json_text(then->value),
                          "now", now ? kk_json_text(now->value) : json_null(), "changed",
                          !same(then, now));

    return json_array_append_new(user, j) == 0 ? 0 : KK_E_MEMORY;
}

int kk_evidence_json(struct kk_records *r, const struct kk_record *record, json_t **ret)
{
    json_t *list = json_array();
    struct comparing x = { .records = r, .fn = add_one, .user = list };
    int e = each_figure(&x, record);

    if (e == 0)
        *ret = list;
    else
        json_decref(list);
    return e;
}
