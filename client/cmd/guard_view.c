/* Disclosure control before the second signature (guard_view.h). [DC-6] */
#include "cmd/guard_view.h"

#include "view/json.h"
#include "view/table.h"

#include "kukyoku/base/text.h"

#include <string.h>

#define SHOWN_RELATIONS ((size_t)50)

#define SENSE_NAME(NAME, text, pub, in, ward) text,
static const char *const senses[] = { KK_GUARD_SENSES(SENSE_NAME) };
#undef SENSE_NAME

/* --- settings and thresholds --- */
static void show_settings(struct kk_command *c, struct kk_slice text)
{
    struct kk_slice line;

    while (kk_text_line(&text, &line))
        kk_out_line(c->out, "  %.*s", (int)line.len, (const char *)line.data);
}

static json_t *settings_json(struct kk_slice text)
{
    json_t *list = json_array();
    struct kk_slice line;

    while (kk_text_line(&text, &line))
        json_array_append_new(list, kk_json_text(line));
    return list;
}

/* "25000:10 2000:20 0:all", as the settings have it. */
static void bands_text(const struct kk_guard_limit *limit, char *ret, size_t size)
{
    size_t len = 0;

    ret[0] = 0;
    for (size_t i = 0; i < limit->count && len < size; i++) {
        char k[12];

        snprintf(k, sizeof k, "%u", limit->bands[i].k);
        len += (size_t)snprintf(ret + len, size - len, "%s%llu:%s", i > 0 ? " " : "",
                                (unsigned long long)limit->bands[i].people,
                                limit->bands[i].all ? "all" : k);
    }
}

static int show_limits(struct kk_command *c, const struct kk_rules *rules)
{
    KK_AUTO_FINI(kk_table) struct kk_table t = { 0 };
    char bands[200];

    kk_table_column(&t, KK_T(c, COL_TIER), KK_ALIGN_LEFT);
    kk_table_column(&t, KK_T(c, COL_SENSITIVITY), KK_ALIGN_LEFT);
    kk_table_column(&t, KK_T(c, COL_FINEST), KK_ALIGN_LEFT);
    kk_table_column(&t, KK_T(c, COL_THRESHOLDS), KK_ALIGN_LEFT);
    for (size_t i = 0; i < (size_t)KK_TIER_COUNT * KK_SENSE_COUNT; i++) {
        const struct kk_guard_limit *limit =
            &rules->limits[i / KK_SENSE_COUNT][i % KK_SENSE_COUNT];

        bands_text(limit, bands, sizeof bands);
        kk_table_cell(&t, kk_guard_tier_name((enum kk_guard_tier)(i / KK_SENSE_COUNT)));
        kk_table_cell(&t, senses[i % KK_SENSE_COUNT]);
        kk_table_cell(&t, kk_guard_level_name(limit->finest));
        kk_table_cell(&t, bands[0] ? bands : "–");
    }
    return kk_table_print(&t, c->out);
}

static json_t *limits_json(const struct kk_rules *rules)
{
    json_t *list = json_array();
    char bands[200];

    for (size_t i = 0; i < (size_t)KK_TIER_COUNT * KK_SENSE_COUNT; i++) {
        const struct kk_guard_limit *limit =
            &rules->limits[i / KK_SENSE_COUNT][i % KK_SENSE_COUNT];

        bands_text(limit, bands, sizeof bands);
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:s}", "tier",
                            kk_guard_tier_name((enum kk_guard_tier)(i / KK_SENSE_COUNT)),
                            "sensitivity", senses[i % KK_SENSE_COUNT], "finest",
                            kk_guard_level_name(limit->finest), "thresholds", bands));
    }
    return list;
}

/* --- what was found --- */
struct found {
    size_t by_rule, for_others, broken;
};

/* A ward without figures of its own sees what int does: nobody judged that twice. */
static bool is_own(const struct kk_guard *g, const struct kk_view *view)
{
    bool own = view->ward == 0;

    for (size_t i = 0; i < g->facts.count && !own; i++)
        own = ((g->facts.facts[i].shown | g->facts.facts[i].hidden_now) & view->ward) != 0;
    return own;
}

static void count_view(const struct kk_guard *g, size_t view, struct found *ret)
{
    *ret = (struct found){ 0 };
    for (size_t i = 0; i < g->attack.count; i++) {
        const struct kk_guarded *item = &g->attack.items[i];

        if (item->view != view)
            continue;
        ret->by_rule += item->concealment == KK_CONCEALED_RULE;
        ret->for_others += item->concealment == KK_CONCEALED_COVER;
        ret->broken += item->broken;
    }
}

static int show_found(struct kk_command *c, const struct kk_guard *g)
{
    KK_AUTO_FINI(kk_table) struct kk_table t = { 0 };
    struct kk_view view;
    struct found n;

    kk_table_column(&t, KK_T(c, COL_SEEN_BY), KK_ALIGN_LEFT);
    kk_table_column(&t, KK_T(c, COL_BY_RULE), KK_ALIGN_RIGHT);
    kk_table_column(&t, KK_T(c, COL_FOR_OTHERS), KK_ALIGN_RIGHT);
    kk_table_column(&t, KK_T(c, COL_BROKEN), KK_ALIGN_RIGHT);
    for (size_t i = 0; kk_view_at(i, &view); i++) {
        if (!is_own(g, &view))
            continue;
        count_view(g, i, &n);
        kk_table_cell(&t, view.name);
        kk_table_cellf(&t, "%zu", n.by_rule);
        kk_table_cellf(&t, "%zu", n.for_others);
        kk_table_cellf(&t, "%zu", n.broken);
    }
    return kk_table_print(&t, c->out);
}

static json_t *found_json(const struct kk_guard *g)
{
    json_t *list = json_array();
    struct kk_view view;
    struct found n;

    for (size_t i = 0; kk_view_at(i, &view); i++) {
        if (!is_own(g, &view))
            continue;
        count_view(g, i, &n);
        json_array_append_new(list, json_pack("{s:s, s:I, s:I, s:I}", "view", view.name,
                                              "by_threshold", (json_int_t)n.by_rule, "for_others",
                                              (json_int_t)n.for_others, "found_out",
                                              (json_int_t)n.broken));
    }
    return list;
}

/* --- relations that were not held to: as printed, or because nothing satisfies them --- */
static int relation_text(const struct kk_guard *g, uint32_t i, struct kk_bytes *text)
{
    kk_bytes_clear(text);
    return kk_relation_text(&g->relations, &g->facts, i, text);
}

static int show_loosened(struct kk_command *c, const struct kk_guard *g)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };
    size_t found = 0;
    int r = 0;

    for (uint32_t i = 0; i < g->relations.count && r == 0; i++) {
        const struct kk_relation *x = &g->relations.items[i];

        if (x->printed <= 0 || found++ >= SHOWN_RELATIONS)
            continue;
        r = relation_text(g, i, &text);
        kk_out_line(c->out, KK_T(c, GUARD_LOOSENED), x->printed, (int)text.len,
                    (const char *)text.data);
    }
    if (found > SHOWN_RELATIONS)
        kk_out_line(c->out, KK_T(c, FINDINGS_MORE), found - SHOWN_RELATIONS);
    for (size_t i = 0; i < g->attack.given_count && i < SHOWN_RELATIONS && r == 0; i++) {
        r = relation_text(g, g->attack.given_way[i].relation, &text);
        kk_out_line(c->out, KK_T(c, GUARD_LOOSENED), g->attack.given_way[i].by, (int)text.len,
                    (const char *)text.data);
    }
    return r;
}

static int add_loosened(const struct kk_guard *g, uint32_t i, double by, json_t *list)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };
    int r = relation_text(g, i, &text);

    if (r == 0)
        r = json_array_append_new(list, json_pack("{s:s%, s:f}", "relation", text.data, text.len,
                                                  "by", by)) < 0
                ? KK_E_MEMORY
                : 0;
    return r;
}

static json_t *loosened_json(const struct kk_guard *g)
{
    json_t *list = json_array();
    int r = 0;

    for (uint32_t i = 0; i < g->relations.count && r == 0; i++) {
        if (g->relations.items[i].printed > 0)
            r = add_loosened(g, i, g->relations.items[i].printed, list);
    }
    for (size_t i = 0; i < g->attack.given_count && r == 0; i++)
        r = add_loosened(g, g->attack.given_way[i].relation, g->attack.given_way[i].by, list);
    return list;
}

/* --- all of it --- */
int kk_guard_view_show(struct kk_command *c, const struct kk_guard *g)
{
    int r;

    kk_out_line(c->out, "%s", g->rules.text.len ? KK_T(c, GUARD_SETTINGS)
                                                : KK_T(c, GUARD_NO_SETTINGS));
    show_settings(c, kk_bytes_slice(&g->rules.text));
    kk_out_line(c->out, "%s", KK_T(c, GUARD_LIMITS));
    r = show_limits(c, &g->rules);
    kk_out_line(c->out, "%s", KK_T(c, GUARD_FOUND));
    if (r == 0)
        r = show_found(c, g);
    return r == 0 ? show_loosened(c, g) : r;
}

json_t *kk_guard_view_json(const struct kk_guard *g)
{
    return json_pack("{s:o, s:o, s:o, s:o}", "settings",
                     settings_json(kk_bytes_slice(&g->rules.text)), "thresholds",
                     limits_json(&g->rules), "views", found_json(g), "loosened",
                     loosened_json(g));
}
