/* docs/records.md: kinds of records, their fields and codes, acts, states, who may lead where. */
#include "derived.h"

#include "kukyoku/record/kind.h"
#include "kukyoku/record/rungs.def"

#include <inttypes.h>
#include <stdio.h>

static const char *type_name(enum kk_item_type type)
{
    static const char *const names[] = {
        [KK_ITEM_LINE] = "line",  [KK_ITEM_TEXT] = "text",        [KK_ITEM_INT] = "number",
        [KK_ITEM_DATE] = "date",  [KK_ITEM_YEAR] = "fiscal year", [KK_ITEM_LIST] = "list of lines",
        [KK_ITEM_FIGURES] = "released figures", [KK_ITEM_REF] = "records", [KK_ITEM_CODE] = "code",
    };

    return names[type];
}

#define CODE_NAME(NAME, LIST) [KK_CODES_OF_##NAME] = #NAME,
static const char *const code_lists[] = { [KK_CODES_NONE] = "", KK_CODE_LISTS(CODE_NAME) };

static const char *writer_name(enum kk_writer by)
{
    static const char *const names[] = {
        [KK_BY_ANY] = "anyone who may write the record", [KK_BY_WARD] = "staff and leads",
        [KK_BY_LEAD] = "leads",                          [KK_BY_OFFICER] = "officers",
        [KK_BY_BUREAU] = "officers",                     [KK_BY_CASE] = "the table of its acts",
    };

    return names[by];
}

static const char *way_name(enum kk_way way)
{
    static const char *const names[] = {
        [KK_WAY_NONE] = "goes no further",
        [KK_WAY_SHARE] = "a lead may share it with all wards",
        [KK_WAY_EXPORT] = "may be exported for residents",
    };

    return names[way];
}

static const char *goes_name(enum kk_goes goes)
{
    static const char *const names[] = { [KK_GOES_STAYS] = "–", [KK_GOES_TOLD] = "partners",
                                         [KK_GOES_SHARED] = "wards, partners" };

    return names[goes];
}

static void print_item(const struct kk_item *item)
{
    const char *needed = item->needed_for == KK_NEEDED_NEVER ? "–" : kk_act_name(item->needed_for);
    const struct kk_term *t = item->term;

    printf("| %" PRIu32 " | `%s` | ", t->number, t->name);
    if (t->type == KK_ITEM_CODE)
        printf("[%s](#%s)", code_lists[t->codes], code_lists[t->codes]);
    else if (t->refers)
        printf("records: %s", kk_kind_info(t->refers)->name);
    else
        printf("%s", type_name(t->type));
    printf(" | %" PRId64 " | %s | %s | %s | %s<br>%s | %s<br>%s |\n", t->max, needed,
           item->by == KK_BY_ANY ? "–" : writer_name(item->by), goes_name(item->goes), t->en,
           t->ja, t->help_en, t->help_ja);
}

#define ACT_NUMBER(NAME, number, name, en, ja) (number),
static const unsigned acts[] = { KK_ACTS(ACT_NUMBER) };

/* Of a case: which of its acts write which of its fields. */
static void print_case_acts(const struct kk_kind_info *kind)
{
    printf("\n| field | written with |\n|---|---|\n");
    for (size_t n = 0; n < kind->count; n++) {
        const struct kk_term *t = kind->items[n].term;

        printf("| `%s` |", t->name);
        for (size_t i = 0; i < KK_COUNT(acts); i++) {
            if (kk_transition_find(KK_MACHINE_CASE, KK_TV_NEWEST, (enum kk_act)acts[i]) &&
                kk_case_act_writes(acts[i], t->number))
                printf(" %s", kk_act_name(acts[i]));
        }
        printf(" |\n");
    }
}

static void print_kinds(void)
{
    size_t count;
    const struct kk_kind_info *kinds = kk_kind_list(&count);

    for (size_t i = 0; i < count; i++) {
        const struct kk_kind_info *k = &kinds[i];

        printf("\n## %s (%s)\n\nKind %d, schema %u, in `%s`, written by %s; %s%s.\n\n", k->name,
               k->ja, (int)k->kind, k->schema, kk_scope_info(k->home)->prefix, writer_name(k->who),
               way_name(k->way), kk_kind_frozen(k) ? "; frozen once it is written" : "");
        if (k->guide[0])
            printf("Guide: %s.\n\n", k->guide);
        printf("| number | field | type | at most | needed for | written by | shared | label | "
               "help |\n|---|---|---|---|---|---|---|---|---|\n");
        for (size_t n = 0; n < k->count; n++)
            print_item(&k->items[n]);
        if (k->kind == KK_KIND_CASE)
            print_case_acts(k);
    }
}

static void print_codes(void)
{
    printf("\n## Code lists\n");
    for (int list = KK_CODES_NONE + 1; list < (int)KK_COUNT(code_lists); list++) {
        size_t count;
        const struct kk_code *codes = kk_codes((enum kk_code_list)list, &count);

        printf("\n### %s\n\n| number | code | label |\n|---|---|---|\n", code_lists[list]);
        for (size_t i = 0; i < count; i++)
            printf("| %u | `%s` | %s<br>%s |\n", codes[i].number, codes[i].name, codes[i].en,
                   codes[i].ja);
    }
}

static void print_effect(enum kk_machine machine, const struct kk_transition *t)
{
    static const char *const effects[] = {
        [KK_EFFECT_MOVE] = "to ",
        [KK_EFFECT_PROPOSE] = "proposes ",
        [KK_EFFECT_CONFIRM] = "to what was proposed",
        [KK_EFFECT_CLEAR] = "the proposal falls",
        [KK_EFFECT_KEEP] = "nothing moves",
        [KK_EFFECT_ERASE] = "of what is over all, else the operations named",
    };

    printf("%s", effects[t->effect]);
    if (t->effect == KK_EFFECT_MOVE || t->effect == KK_EFFECT_PROPOSE)
        printf("%s", kk_state_name(machine, t->to));
}

static void print_from(enum kk_machine machine, uint32_t from)
{
    const char *comma = "";
    uint32_t all = 0;

    for (unsigned state = 0; kk_state_name(machine, state); state++)
        all |= 1u << state;
    if (from == (all & ~1u)) {
        printf("any but %s", kk_state_name(machine, 0));
        return;
    }
    for (unsigned state = 0; kk_state_name(machine, state); state++) {
        if ((from & 1u << state) == 0)
            continue;
        printf("%s%s", comma, kk_state_name(machine, state));
        comma = ", ";
    }
}

static void print_machine(enum kk_machine machine, const char *title, unsigned tv)
{
    static const char *const needs[] = {
        [KK_NEED_NONE] = "–",
        [KK_NEED_REASON] = "reason",
        [KK_NEED_REPLY] = "reason: the answer",
        [KK_NEED_FEEDBACK] = "a feedback record in refs",
    };
    size_t count;
    const struct kk_transition *table = kk_transitions(machine, tv, &count);

    printf("\n### %s, table %u\n\n| act | who | from | effect | needs |\n|---|---|---|---|---|\n",
           title, tv);
    for (size_t i = 0; i < count; i++) {
        printf("| `%s` %s | %s | ", kk_act_name(table[i].act), kk_act_label(table[i].act, "ja"),
               kk_actor_label(table[i].who, "en"));
        print_from(machine, table[i].from);
        printf(" | ");
        print_effect(machine, &table[i]);
        printf(" | %s |\n", needs[table[i].need]);
    }
}

static void print_states(enum kk_machine machine, const char *title)
{
    printf("\n### %s\n\n| number | state | label |\n|---|---|---|\n", title);
    for (unsigned state = 0; kk_state_name(machine, state); state++)
        printf("| %u | `%s` | %s<br>%s |\n", state, kk_state_name(machine, state),
               kk_state_label(machine, state, "en"), kk_state_label(machine, state, "ja"));
}

/* [RL-20] */
static void print_rungs(void)
{
    static const char *const back[] = { "any", "any", "`framed`, with `reason`", "none" };
#define NEED_NONE     "–"
#define NEED_REASON   "`reason`"
#define NEED_REVIEW   "`reason`, `review_date`"
#define NEED_FEEDBACK "`feedback`"
#define RUNG_ROW(NAME, main, way, need) { main, back[way], NEED_##need },
    const struct {
        int main;
        const char *way, *need;
    } rungs[] = { KK_RUNGS(RUNG_ROW) };

    printf("\n### Rungs of an issue\n\nA step on the main road that leaves out a rung needs "
           "`reason`, and so does a first rung past\n`framed`.\n\n"
           "| rung | on the main road | leads to | a move to it brings |\n|---|---|---|---|\n");
    for (size_t i = 0; i < KK_COUNT(rungs); i++)
        printf("| `%s` | %s | %s | %s |\n", kk_code_find(KK_CODES_OF_RUNG, (int64_t)i + 1)->name,
               rungs[i].main ? "yes" : "no", rungs[i].way, rungs[i].need);
}

static void print_acts(void)
{
    printf("\n### Acts\n\n| number | act | label |\n|---|---|---|\n");
    for (size_t i = 0; i < KK_COUNT(acts); i++)
        printf("| %u | `%s` | %s<br>%s |\n", acts[i], kk_act_name(acts[i]),
               kk_act_label(acts[i], "en"), kk_act_label(acts[i], "ja"));
}

void derived_records(void)
{
    printf(
        "# Records\n\n"
        "Printed from `include/kukyoku/record/*.def`; `tests/lint/derived.py --write` renews this "
        "page.\nThe rules are in [protocol.md](protocol.md), section 6.\n");
    print_kinds();
    print_codes();
    printf(
        "\n## States and acts\n\nA move lets a pending proposal fall. Records of other kinds are "
        "created, edited, closed and erased.\n"
        "An erase takes bodies away and writes no field; its reason stays ([RL-28]).\n");
    print_acts();
    print_rungs();
    print_states(KK_MACHINE_CASE, "States of a case");
    print_states(KK_MACHINE_PROGRAM, "States of a program");
    for (unsigned tv = 1; tv <= KK_TV_NEWEST; tv++) {
        print_machine(KK_MACHINE_CASE, "Acts on a case", tv);
        print_machine(KK_MACHINE_PROGRAM, "Acts on a program", tv);
    }
}
