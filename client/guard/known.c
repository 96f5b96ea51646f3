/* What the reference data say of indicators, as rules (rules.h). [DC-1] */
#include "guard/rules.h"

#include "kukyoku/base/alloc.h"

/* Words of the reference data (references.def) and what they are here. */
static const struct {
    const char *word;
    enum kk_guard_sense sense;
} senses[] = { { "normal", KK_SENSE_NORMAL },
               { "small", KK_SENSE_SMALL },
               { "abuse", KK_SENSE_ABUSE },
               { "office", KK_SENSE_OFFICES } };
static const struct {
    const char *word;
    enum kk_guard_tier tier;
} tiers[] = { { "pub", KK_TIER_PUB }, { "int", KK_TIER_INT }, { "r", KK_TIER_WARD } };

static bool read_entry(const struct kk_ref_entry *e, struct kk_guard_indicator *ret)
{
    *ret = (struct kk_guard_indicator){ .sense = KK_SENSE_NORMAL };
    for (size_t i = 0; i < KK_COUNT(senses); i++) {
        if (!kk_slice_is(e->texts[KK_REF_INDICATORS_SENSITIVITY], senses[i].word))
            continue;
        ret->sense = senses[i].sense;
        ret->declared = true;
    }
    for (size_t i = 0; i < KK_COUNT(tiers); i++) {
        if (kk_slice_is(e->texts[KK_REF_INDICATORS_TIER], tiers[i].word))
            ret->tier = tiers[i].tier;
    }
    /* Thresholds are of counts: 3 percent of a ward are not 3 persons. What is finer than it may
     * be is so in any unit: who needs that asks for more than "normal". */
    if (ret->sense == KK_SENSE_NORMAL &&
        !kk_slice_is(e->texts[KK_REF_INDICATORS_KIND], "count"))
        ret->sense = KK_SENSE_OPEN;
    ret->apart = kk_slice_is(e->texts[KK_REF_INDICATORS_ADDITIVE], "no");
    return ret->declared;
}

/* Of several entries of one code the newest is the last. */
int kk_rules_reference(struct kk_rules *r, const struct kk_ref *reference)
{
    const struct kk_ref_list *list = &reference->lists[KK_REF_INDICATORS];

    r->known = NULL;
    for (size_t i = 0; i < list->count; i++) {
        const struct kk_ref_entry *e = &list->items[i];
        struct kk_guard_indicator said;
        struct kk_guard_known *new;

        if (i + 1 < list->count && kk_slice_equal(list->items[i + 1].code, e->code))
            continue;
        if (!read_entry(e, &said))
            continue;
        new = kk_arena_alloc(&r->arena, sizeof *new);
        if (!new)
            return KK_E_MEMORY;
        *new = (struct kk_guard_known){ .next = r->known,
                                        .name = kk_arena_dup(&r->arena, e->code), .said = said };
        if (!new->name.data)
            return KK_E_MEMORY;
        r->known = new;
    }
    return 0;
}
