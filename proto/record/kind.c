/* The tables of kinds.def. */
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

/* From the words of the list to a type and a code list. */
#define TYPE_LINE          KK_ITEM_LINE, KK_CODES_NONE
#define TYPE_TEXT          KK_ITEM_TEXT, KK_CODES_NONE
#define TYPE_INT           KK_ITEM_INT, KK_CODES_NONE
#define TYPE_DATE          KK_ITEM_DATE, KK_CODES_NONE
#define TYPE_YEAR          KK_ITEM_YEAR, KK_CODES_NONE
#define TYPE_LIST          KK_ITEM_LIST, KK_CODES_NONE
#define TYPE_REF           KK_ITEM_REF, KK_CODES_NONE
#define TYPE_CODE_FIELD    KK_ITEM_CODE, KK_CODES_OF_FIELD
#define TYPE_CODE_RUNG     KK_ITEM_CODE, KK_CODES_OF_RUNG
#define TYPE_CODE_FUND     KK_ITEM_CODE, KK_CODES_OF_FUND
#define TYPE_CODE_REFUSAL  KK_ITEM_CODE, KK_CODES_OF_REFUSAL
#define TYPE_CODE_PRIORITY KK_ITEM_CODE, KK_CODES_OF_PRIORITY
#define KK_ACT_NEVER       KK_NEEDED_NEVER

#define ITEM_ROW(number, name, TYPE, max, need, en, ja, help_en, help_ja)                         \
    { number, #name, TYPE_##TYPE, max, KK_ACT_##need, en, ja, help_en, help_ja },
#define KIND_ITEMS(NAME, number, name, home, staff, FIELDS, en, ja)                               \
    static const struct kk_item items_##NAME[] = { FIELDS(ITEM_ROW) };
KK_KINDS(KIND_ITEMS)

#define KIND_ROW(NAME, number, name, home, staff, FIELDS, en, ja)                                 \
    { number, name, KK_SCOPE_##home, staff, items_##NAME, KK_COUNT(items_##NAME), en, ja },
static const struct kk_kind_info kinds[] = { KK_KINDS(KIND_ROW) };

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

const struct kk_item *kk_kind_item(const struct kk_kind_info *kind, uint32_t number)
{
    for (size_t i = 0; i < kind->count; i++) {
        if (kind->items[i].number == number)
            return &kind->items[i];
    }
    return NULL;
}

const struct kk_item *kk_kind_item_named(const struct kk_kind_info *kind, struct kk_slice name)
{
    for (size_t i = 0; i < kind->count; i++) {
        if (kk_slice_is(name, kind->items[i].name))
            return &kind->items[i];
    }
    return NULL;
}
