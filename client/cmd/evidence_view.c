/* Then and now, figure by figure. [RL-21] */
#include "cmd/evidence_view.h"


static int print_one(void *user, const struct kk_figure *then, const struct kk_figure *now)
{
    struct kk_command *c = user;
    struct kk_slice value = now ? now->value : kk_slice_text(KK_T(c, FIGURE_GONE));

    if (kk_evidence_same(then, now))
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
    return kk_evidence_each(r, &record->is.body, print_one, c);
}

static int add_one(void *user, const struct kk_figure *then, const struct kk_figure *now)
{
    json_t *j = json_pack("{s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:o, s:b}", "indicator",
                          kk_json_text(then->indicator), "area", kk_json_text(then->area),
                          "period", kk_json_text(then->period), "breakdown",
                          kk_json_text(then->breakdown), "unit", kk_json_text(then->unit),
                          "release", (json_int_t)then->release, "then", kk_json_text(then->value),
                          "now", now ? kk_json_text(now->value) : json_null(), "changed",
                          !kk_evidence_same(then, now));

    return json_array_append_new(user, j) == 0 ? 0 : KK_E_MEMORY;
}

int kk_evidence_json(struct kk_records *r, const struct kk_record *record, json_t **ret)
{
    json_t *list = json_array();
    int e = kk_evidence_each(r, &record->is.body, add_one, list);

    if (e == 0)
        *ret = list;
    else
        json_decref(list);
    return e;
}
