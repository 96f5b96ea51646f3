/* Figures and their origin in words, the same in every view. */
#include "cmd/cell_view.h"

#include "view/age.h"
#include "view/when.h"

static const char *missing_symbol(enum kk_missing missing)
{
    switch (missing) {
    case KK_MISSING_NOTHING:
        return "−";
    case KK_MISSING_UNKNOWN:
        return "…";
    case KK_MISSING_CONCEALED:
        return "x";
    case KK_MISSING_NONE:
    case KK_MISSING_END:
        break;
    }
    return "";
}

void kk_cell_value(const struct kk_obs *o, char ret[KK_NUMBER_TEXT])
{
    if (o->missing == KK_MISSING_NONE)
        kk_number_text(o->value, KK_OBS_DECIMALS, ret);
    else
        snprintf(ret, KK_NUMBER_TEXT, "%s", missing_symbol(o->missing));
}

const char *kk_cell_status(const struct kk_command *c, struct kk_slice status)
{
    if (kk_slice_is(status, "p"))
        return KK_T(c, STATUS_P);
    if (kk_slice_is(status, "t"))
        return KK_T(c, STATUS_T);
    if (kk_slice_is(status, "e"))
        return KK_T(c, STATUS_E);
    return kk_slice_is(status, "r") ? KK_T(c, STATUS_R) : "";
}

const char *kk_cell_tier(const struct kk_command *c, unsigned tier)
{
    if (tier == 0)
        return KK_T(c, TIER_PUB);
    return tier == 1 ? KK_T(c, TIER_INT) : KK_T(c, TIER_R);
}

/* "14133 中原区"; a name where one is known. */
void kk_cell_area(const struct kk_command *c, const struct kk_home *h, const char *area,
                  char ret[KK_CELL_AREA_TEXT])
{
    const struct kk_root *root = kk_trust_root(h->trust);
    const char *name = kk_ward_name(area, kk_lang_name(c->lang));
    bool city = strlen(area) == 5 && area[4] == '0' && root;

    if (name)
        snprintf(ret, KK_CELL_AREA_TEXT, "%s %s", area, name);
    else if (city)
        snprintf(ret, KK_CELL_AREA_TEXT, "%s %.*s", area, (int)root->city.len,
                 (const char *)root->city.data);
    else
        snprintf(ret, KK_CELL_AREA_TEXT, "%s", area);
}

void kk_cell_text(struct kk_slice s, char ret[KK_OBS_TEXT_MAX + 1])
{
    snprintf(ret, KK_OBS_TEXT_MAX + 1, "%.*s", (int)s.len, s.len ? (const char *)s.data : "");
}

void kk_cell_breakdown(const struct kk_command *c, struct kk_table *t, struct kk_slice breakdown)
{
    if (breakdown.len)
        kk_table_cell_slice(t, (const char *)breakdown.data, breakdown.len);
    else
        kk_table_cell(t, KK_T(c, TOTAL));
}

void kk_cell_period(const struct kk_command *c, struct kk_table *t, struct kk_slice period)
{
    char when[KK_WHEN_TEXT];

    if (kk_table_again(t, period))
        return;
    kk_when_period(period, c->lang, when);
    kk_table_cell(t, when);
}

void kk_origin_view(struct kk_command *c, const struct kk_data_origin *o, uint32_t as_of)
{
    char issued[KK_WHEN_TEXT], since[KK_WHEN_TEXT] = "-";

    if (o->release == 0)
        return;
    kk_when_date(o->issued_ms, c->lang, issued);
    if (o->since_ms)
        kk_when_instant(o->since_ms, c->lang, since);
    kk_out_line(c->out, KK_T(c, DATA_ORIGIN), (unsigned)o->release, o->title, issued, since,
                kk_age_text(o->grade, c->lang));
    if (as_of > 0)
        kk_out_line(c->out, KK_T(c, DATA_AS_OF), (unsigned)as_of);
}

struct lacking {
    struct kk_command *command;
    uint32_t as_of;
};

static void tell_lacking(void *user, struct kk_slice scope)
{
    struct lacking *x = user;

    kk_out_warn(x->command->out, KK_T(x->command, DATA_LACKING), (int)scope.len,
                (const char *)scope.data, (unsigned)x->as_of);
    kk_command_exit(x->command, KK_EXIT_WARNINGS);
}

int kk_lacking_view(struct kk_command *c, struct kk_home *h, uint32_t as_of, bool only_public)
{
    struct lacking x = { c, as_of };

    return kk_data_lacking(h, as_of, only_public, tell_lacking, &x);
}

json_t *kk_origin_json(const struct kk_data_origin *o)
{
    return json_pack("{s:I, s:s, s:o, s:o, s:s}", "release", (json_int_t)o->release, "title",
                     o->title, "issued", kk_json_instant(o->issued_ms), "checked",
                     kk_json_instant(o->since_ms), "grade", kk_age_name(o->grade));
}
