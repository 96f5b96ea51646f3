/* The transition tables and their names. */
#include "kukyoku/record/act.h"

struct named {
    unsigned number;
    const char *name, *en, *ja;
};
#define NAMED_ROW(NAME, number, name, en, ja) { number, name, en, ja },
static const struct named acts[] = { KK_ACTS(NAMED_ROW) };
static const struct named case_states[] = { KK_CASE_STATES(NAMED_ROW) };
static const struct named program_states[] = { KK_PROGRAM_STATES(NAMED_ROW) };

#define CASE_ROW(ACT, WHO, FROM, TO, EFFECT, NEED)                                                \
    { KK_ACT_##ACT, KK_ACTOR_##WHO, FROM, KK_CASE_##TO, KK_EFFECT_##EFFECT, KK_NEED_##NEED },
static const struct kk_transition case_1[] = { KK_CASE_TABLE_1(CASE_ROW) };
static const struct kk_transition case_2[] = { KK_CASE_TABLE_2(CASE_ROW) };
#define PROGRAM_ROW(ACT, WHO, FROM, TO, EFFECT, NEED)                                             \
    { KK_ACT_##ACT, KK_ACTOR_##WHO, FROM, KK_PROGRAM_##TO, KK_EFFECT_##EFFECT, KK_NEED_##NEED },
static const struct kk_transition program_1[] = { KK_PROGRAM_TABLE_1(PROGRAM_ROW) };
static const struct kk_transition program_2[] = { KK_PROGRAM_TABLE_2(PROGRAM_ROW) };

#define TABLE(rows) { rows, KK_COUNT(rows) }
static const struct {
    const struct kk_transition *rows;
    size_t count;
} case_tables[] = { TABLE(case_1), TABLE(case_2) },
  program_tables[] = { TABLE(program_1), TABLE(program_2) };

bool kk_tv_known(unsigned tv)
{
    return tv >= 1 && tv <= KK_TV_NEWEST;
}

unsigned kk_tv_newest(void)
{
    return KK_TV_NEWEST;
}

const struct kk_transition *kk_transitions(enum kk_machine machine, unsigned tv,
                                           size_t *ret_count)
{
    *ret_count = 0;
    if (!kk_tv_known(tv) || machine == KK_MACHINE_PLAIN)
        return NULL;
    /* a build for tests has a version more than there are tables: it is judged by the last */
    tv = tv < KK_COUNT(case_tables) ? tv : (unsigned)KK_COUNT(case_tables);
    *ret_count = machine == KK_MACHINE_CASE ? case_tables[tv - 1].count
                                            : program_tables[tv - 1].count;
    return machine == KK_MACHINE_CASE ? case_tables[tv - 1].rows : program_tables[tv - 1].rows;
}

const struct kk_transition *kk_transition_find(enum kk_machine machine, unsigned tv,
                                               enum kk_act act)
{
    size_t count;
    const struct kk_transition *table = kk_transitions(machine, tv, &count);

    for (size_t i = 0; i < count; i++) {
        if (table[i].act == act)
            return &table[i];
    }
    return NULL;
}

static const struct named *by_number(const struct named *list, size_t count, unsigned number)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i].number == number)
            return &list[i];
    }
    return NULL;
}

static const struct named *by_name(const struct named *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i].name, name) == 0)
            return &list[i];
    }
    return NULL;
}

static const char *label(const struct named *n, const char *lang)
{
    if (!n)
        return NULL;
    return strcmp(lang, "ja") == 0 ? n->ja : n->en;
}

#define ACTOR_ROW(WHO, en, ja) { en, ja },
static const struct {
    const char *en, *ja;
} actors[] = { KK_ACTORS(ACTOR_ROW) };

const char *kk_actor_label(enum kk_actor who, const char *lang)
{
    return lang && strcmp(lang, "ja") == 0 ? actors[who].ja : actors[who].en;
}

const char *kk_act_name(unsigned act)
{
    const struct named *n = by_number(acts, KK_COUNT(acts), act);

    return n ? n->name : NULL;
}

const char *kk_act_label(unsigned act, const char *lang)
{
    return label(by_number(acts, KK_COUNT(acts), act), lang);
}

unsigned kk_act_parse(const char *name)
{
    const struct named *n = by_name(acts, KK_COUNT(acts), name);

    return n ? n->number : 0;
}

static const struct named *states_of(enum kk_machine machine, size_t *ret_count)
{
    *ret_count = 0;
    if (machine == KK_MACHINE_PLAIN)
        return NULL;
    *ret_count = machine == KK_MACHINE_CASE ? KK_COUNT(case_states) : KK_COUNT(program_states);
    return machine == KK_MACHINE_CASE ? case_states : program_states;
}

const char *kk_state_name(enum kk_machine machine, unsigned state)
{
    size_t count;
    const struct named *list = states_of(machine, &count);
    const struct named *n = by_number(list, count, state);

    return n ? n->name : NULL;
}

const char *kk_state_label(enum kk_machine machine, unsigned state, const char *lang)
{
    size_t count;
    const struct named *list = states_of(machine, &count);

    return label(by_number(list, count, state), lang);
}

int kk_state_parse(enum kk_machine machine, const char *name)
{
    size_t count;
    const struct named *list = states_of(machine, &count);
    const struct named *n = by_name(list, count, name);

    return n ? (int)n->number : -1;
}
