/*
 * `kukyoku record tables`: the lists behind the records (kinds and fields, acts and states, rungs,
 * wards, roles), so that a page or another program draws its forms and buttons from the tables of
 * this one and holds none of its own.
 */
#include "cmd/command.h"
#include "cmd/kind_view.h"

#include "view/json.h"
#include "view/table.h"

#include "kukyoku/record/rungs.def"

static const char *const actors[] = {
    [KK_ACTOR_LEAD] = "lead",   [KK_ACTOR_WARD] = "ward",         [KK_ACTOR_OFFICER] = "officer",
    [KK_ACTOR_SIDE] = "side",   [KK_ACTOR_OTHER] = "other",       [KK_ACTOR_PROPOSER] = "proposer",
    [KK_ACTOR_MEMBER] = "member",
};
static const char *const effects[] = {
    [KK_EFFECT_MOVE] = "move",   [KK_EFFECT_PROPOSE] = "propose", [KK_EFFECT_CONFIRM] = "confirm",
    [KK_EFFECT_CLEAR] = "clear", [KK_EFFECT_KEEP] = "keep",
    [KK_EFFECT_ERASE] = "erase",
};
static const char *const needs[] = {
    [KK_NEED_NONE] = "none",
    [KK_NEED_REASON] = "reason",
    [KK_NEED_REPLY] = "reply",
    [KK_NEED_FEEDBACK] = "feedback",
};

static json_t *named(const char *key, const char *name, const char *label)
{
    return json_pack("{s:s, s:s}", key, name, "label", label);
}

/* --- acts and states --- */

static json_t *states_from(enum kk_machine machine, uint32_t from)
{
    json_t *list = json_array();

    for (unsigned s = 0; kk_state_name(machine, s); s++)
        if (from & 1u << s)
            json_array_append_new(list, json_string(kk_state_name(machine, s)));
    return list;
}

static json_t *act_json(enum kk_machine machine, const struct kk_transition *t, const char *lang)
{
    bool goes = t->effect == KK_EFFECT_MOVE || t->effect == KK_EFFECT_PROPOSE;

    return json_pack("{s:s, s:s, s:s, s:o, s:s?, s:s, s:s}", "act", kk_act_name(t->act), "label",
                     kk_act_label(t->act, lang), "who", actors[t->who], "from",
                     states_from(machine, t->from), "to",
                     goes ? kk_state_name(machine, t->to) : NULL, "effect", effects[t->effect],
                     "need", needs[t->need]);
}

static json_t *machine_json(enum kk_machine machine, const char *lang)
{
    json_t *states = json_array(), *acts = json_array();
    size_t count = 0;
    const struct kk_transition *t = kk_transitions(machine, KK_TV_NEWEST, &count);

    for (unsigned s = 0; kk_state_name(machine, s); s++)
        json_array_append_new(states, named("state", kk_state_name(machine, s),
                                            kk_state_label(machine, s, lang)));
    for (size_t i = 0; i < count; i++)
        json_array_append_new(acts, act_json(machine, &t[i], lang));
    return json_pack("{s:o, s:o}", "states", states, "acts", acts);
}

/* --- the other lists --- */

static json_t *kinds_json(const struct kk_command *c)
{
    json_t *list = json_array();
    size_t count;
    const struct kk_kind_info *kinds = kk_kind_list(&count);

    for (size_t i = 0; i < count; i++) {
        json_t *kind = kk_kind_json(c, &kinds[i]), *roles = json_array();

        for (unsigned role = 1; kk_role_name((enum kk_role)role); role++)
            if (kk_writer_may(kinds[i].who, (enum kk_role)role))
                json_array_append_new(roles, json_string(kk_role_name((enum kk_role)role)));
        json_object_set_new(kind, "roles", roles);
        json_array_append_new(list, kind);
    }
    return list;
}

#define RUNG_NEED_NONE     "none"
#define RUNG_NEED_REASON   "reason"
#define RUNG_NEED_REVIEW   "review"
#define RUNG_NEED_FEEDBACK "feedback"
/* In the order of the codes. */
#define RUNG_ROW(RUNG, MAIN, BACK, NEED) { (MAIN), (BACK), RUNG_NEED_##NEED },
static const struct {
    int main, back;
    const char *need;
} rungs[] = { KK_RUNGS(RUNG_ROW) };
#undef RUNG_ROW

static json_t *rungs_json(const char *lang)
{
    bool ja = strcmp(lang, "ja") == 0;
    json_t *list = json_array();

    for (size_t i = 0; i < sizeof rungs / sizeof rungs[0]; i++) {
        const struct kk_code *code = kk_code_find(KK_CODES_OF_RUNG, (int64_t)i + 1);

        json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:i, s:s}", "rung", code->name,
                                              "label", ja ? code->ja : code->en, "main",
                                              rungs[i].main, "back", rungs[i].back, "need",
                                              rungs[i].need));
    }
    return list;
}

#define WARD_ROW(code, ja, en) code,
static const char *const wards[] = { KK_WARDS(WARD_ROW) };
#undef WARD_ROW

static json_t *wards_json(const char *lang)
{
    json_t *list = json_array();

    for (size_t i = 0; i < sizeof wards / sizeof wards[0]; i++)
        json_array_append_new(list, named("code", wards[i], kk_ward_name(wards[i], lang)));
    return list;
}

static json_t *roles_json(const char *lang)
{
    json_t *list = json_array();

    for (unsigned role = 1; kk_role_name((enum kk_role)role); role++)
        json_array_append_new(list, named("role", kk_role_name((enum kk_role)role),
                                          kk_role_label((enum kk_role)role, lang)));
    return list;
}

static json_t *statuses_json(const char *lang)
{
    json_t *list = json_array();

    for (unsigned status = 1; kk_status_name((enum kk_status)status); status++)
        json_array_append_new(list, named("status", kk_status_name((enum kk_status)status),
                                          kk_status_label((enum kk_status)status, lang)));
    return list;
}

/* --- the command --- */

static int acts_table(struct kk_command *c, enum kk_machine machine)
{
    KK_AUTO_FINI(kk_table) struct kk_table t = { 0 };
    size_t count = 0;
    const struct kk_transition *rows = kk_transitions(machine, KK_TV_NEWEST, &count);

    kk_table_column(&t, KK_T(c, COL_ACT), KK_ALIGN_LEFT);
    kk_table_column(&t, "", KK_ALIGN_LEFT);
    kk_table_column(&t, KK_T(c, COL_WRITERS), KK_ALIGN_LEFT);
    kk_table_column(&t, KK_T(c, COL_STATE), KK_ALIGN_LEFT);
    for (size_t i = 0; i < count; i++) {
        kk_table_cell(&t, kk_act_name(rows[i].act));
        kk_table_cell(&t, kk_act_label(rows[i].act, kk_lang_name(c->lang)));
        kk_table_cell(&t, actors[rows[i].who]);
        kk_table_cell(&t, rows[i].to ? kk_state_name(machine, rows[i].to) : "");
    }
    return kk_table_print(&t, c->out);
}

int cmd_record_tables(struct kk_command *c)
{
    const char *lang = kk_lang_name(c->lang);
    int r;

    if (c->json)
        return kk_json_print(
            c->out, json_pack("{s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "version", KK_TV_NEWEST,
                              "kinds", kinds_json(c), "case", machine_json(KK_MACHINE_CASE, lang),
                              "program", machine_json(KK_MACHINE_PROGRAM, lang), "rungs",
                              rungs_json(lang), "wards", wards_json(lang), "roles",
                              roles_json(lang), "statuses", statuses_json(lang)));
    r = acts_table(c, KK_MACHINE_CASE);
    return r < 0 ? r : acts_table(c, KK_MACHINE_PROGRAM);
}
