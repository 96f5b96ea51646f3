/* The tables of fields.def and kinds.def. [RL-1] */
#include "kukyoku/record/kind.h"

#define CODE_ROW(number, name, en, ja) { number, name, en, ja },
#define CODES_TABLE(NAME, LIST) static const struct kk_code codes_##NAME[] = { LIST(CODE_ROW) };
KK_CODE_LISTS(CODES_TABLE)

static const struct {
    const struct kk_code *codes;
    size_t count;
} code_lists[] = {
#define CODES_ENTRY(NAME, LIST) [KK_CODES_OF_##NAME] = { codes_##NAME, KK_COUNT(codes_##NAME) },
    KK_CODE_LISTS(CODES_ENTRY)
};

/* From the words of the lists to types, code lists, and kinds referred to. */
#define TYPE_LINE           KK_ITEM_LINE, KK_CODES_NONE, 0
#define TYPE_TEXT           KK_ITEM_TEXT, KK_CODES_NONE, 0
#define TYPE_INT            KK_ITEM_INT, KK_CODES_NONE, 0
#define TYPE_DATE           KK_ITEM_DATE, KK_CODES_NONE, 0
#define TYPE_YEAR           KK_ITEM_YEAR, KK_CODES_NONE, 0
#define TYPE_LIST           KK_ITEM_LIST, KK_CODES_NONE, 0
#define TYPE_FIGURES        KK_ITEM_FIGURES, KK_CODES_NONE, 0
#define TYPE_REF            KK_ITEM_REF, KK_CODES_NONE, 0
#define TYPE_REF_FEEDBACK   KK_ITEM_REF, KK_CODES_NONE, KK_KIND_FEEDBACK
#define TYPE_REF_ISSUE      KK_ITEM_REF, KK_CODES_NONE, KK_KIND_ISSUE
#define TYPE_REF_FINDING    KK_ITEM_REF, KK_CODES_NONE, KK_KIND_FINDING
#define TYPE_REF_EVALUATION KK_ITEM_REF, KK_CODES_NONE, KK_KIND_EVALUATION
#define TYPE_REF_PROGRAM    KK_ITEM_REF, KK_CODES_NONE, KK_KIND_PROGRAM
#define TYPE_REF_INITIATIVE KK_ITEM_REF, KK_CODES_NONE, KK_KIND_INITIATIVE
#define TYPE_REF_CASE       KK_ITEM_REF, KK_CODES_NONE, KK_KIND_CASE
#define TYPE_REF_GOAL       KK_ITEM_REF, KK_CODES_NONE, KK_KIND_GOAL
#define TYPE_CODE_FIELD     KK_ITEM_CODE, KK_CODES_OF_FIELD, 0
#define TYPE_CODE_RUNG      KK_ITEM_CODE, KK_CODES_OF_RUNG, 0
#define TYPE_CODE_FUND      KK_ITEM_CODE, KK_CODES_OF_FUND, 0
#define TYPE_CODE_REFUSAL   KK_ITEM_CODE, KK_CODES_OF_REFUSAL, 0
#define TYPE_CODE_PRIORITY  KK_ITEM_CODE, KK_CODES_OF_PRIORITY, 0
#define TYPE_CODE_HEARD     KK_ITEM_CODE, KK_CODES_OF_HEARD, 0
#define TYPE_CODE_STAGE     KK_ITEM_CODE, KK_CODES_OF_STAGE, 0
#define TYPE_CODE_RESOURCE  KK_ITEM_CODE, KK_CODES_OF_RESOURCE, 0
#define TYPE_CODE_ASPECT    KK_ITEM_CODE, KK_CODES_OF_ASPECT, 0
#define TYPE_CODE_TIER      KK_ITEM_CODE, KK_CODES_OF_TIER, 0
#define TYPE_CODE_CITIZENS  KK_ITEM_CODE, KK_CODES_OF_CITIZENS, 0
#define TYPE_CODE_PHASE     KK_ITEM_CODE, KK_CODES_OF_PHASE, 0
#define TYPE_CODE_SHEET     KK_ITEM_CODE, KK_CODES_OF_SHEET, 0
#define KK_ACT_NEVER        KK_NEEDED_NEVER

#define FIELD_PLACE(NAME, number, name, TYPE, max, en, ja, help_en, help_ja) AT_##NAME,
enum { KK_FIELDS(FIELD_PLACE) };
#define FIELD_ROW(NAME, number, name, TYPE, max, en, ja, help_en, help_ja)                        \
    { number, name, TYPE_##TYPE, max, en, ja, help_en, help_ja },
static const struct kk_term fields[] = { KK_FIELDS(FIELD_ROW) };

#define ITEM_ROW(NAME, need, by, goes)                                                            \
    { &fields[AT_##NAME], KK_ACT_##need, KK_BY_##by, KK_GOES_##goes },
#define KIND_ITEMS(NAME, number, name, home, who, way, schema, guide, FIELDS, en, ja)             \
    static const struct kk_item items_##NAME[] = { FIELDS(ITEM_ROW) };
KK_KINDS(KIND_ITEMS)

#define KIND_ROW(NAME, number, name, home, who, way, schema, guide, FIELDS, en, ja)               \
    { number,       name,                   KK_SCOPE_##home, KK_BY_##who, KK_WAY_##way, schema,   \
      guide,        items_##NAME,           KK_COUNT(items_##NAME), en, ja },
static const struct kk_kind_info kinds[] = { KK_KINDS(KIND_ROW) };

const struct kk_term *kk_term_list(size_t *ret_count)
{
    *ret_count = KK_COUNT(fields);
    return fields;
}

const struct kk_term *kk_term_info(uint32_t number)
{
    for (size_t i = 0; i < KK_COUNT(fields); i++) {
        if (fields[i].number == number)
            return &fields[i];
    }
    return NULL;
}

bool kk_writer_may(enum kk_writer by, enum kk_role role)
{
    switch (by) {
    case KK_BY_WARD:
        return role == KK_ROLE_STAFF || role == KK_ROLE_LEAD;
    case KK_BY_LEAD:
        return role == KK_ROLE_LEAD;
    case KK_BY_OFFICER:
    case KK_BY_BUREAU:
        return role == KK_ROLE_OFFICER;
    case KK_BY_ANY:
    case KK_BY_CASE:
        break;
    }
    return true;
}

const struct kk_code *kk_codes(enum kk_code_list list, size_t *ret_count)
{
    kk_assert((size_t)list < KK_COUNT(code_lists));
    *ret_count = code_lists[list].count;
    return code_lists[list].codes;
}

const struct kk_code *kk_code_find(enum kk_code_list list, int64_t number)
{
    size_t count;
    const struct kk_code *codes = kk_codes(list, &count);

    for (size_t i = 0; i < count; i++) {
        if (codes[i].number == number)
            return &codes[i];
    }
    return NULL;
}

const struct kk_code *kk_code_parse(enum kk_code_list list, struct kk_slice name)
{
    size_t count;
    const struct kk_code *codes = kk_codes(list, &count);

    for (size_t i = 0; i < count; i++) {
        if (kk_slice_is(name, codes[i].name) || kk_slice_is(name, codes[i].ja))
            return &codes[i];
    }
    return NULL;
}

const struct kk_kind_info *kk_kind_list(size_t *ret_count)
{
    *ret_count = KK_COUNT(kinds);
    return kinds;
}

const struct kk_kind_info *kk_kind_info(unsigned kind)
{
    for (size_t i = 0; i < KK_COUNT(kinds); i++) {
        if (kinds[i].kind == kind)
            return &kinds[i];
    }
    return NULL;
}

const struct kk_kind_info *kk_kind_parse(const char *name)
{
    for (size_t i = 0; i < KK_COUNT(kinds); i++) {
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    }
    return NULL;
}

bool kk_kind_frozen(const struct kk_kind_info *kind)
{
#define FROZEN_ROW(NAME) KK_KIND_##NAME,
    static const enum kk_kind frozen[] = { KK_KINDS_FROZEN(FROZEN_ROW) };

    for (size_t i = 0; i < KK_COUNT(frozen); i++) {
        if (frozen[i] == kind->kind)
            return true;
    }
    return false;
}

const struct kk_item *kk_kind_item(const struct kk_kind_info *kind, uint32_t number)
{
    for (size_t i = 0; i < kind->count; i++) {
        if (kind->items[i].term->number == number)
            return &kind->items[i];
    }
    return NULL;
}

const struct kk_item *kk_kind_item_named(const struct kk_kind_info *kind, struct kk_slice name)
{
    for (size_t i = 0; i < kind->count; i++) {
        if (kk_slice_is(name, kind->items[i].term->name))
            return &kind->items[i];
    }
    return NULL;
}
