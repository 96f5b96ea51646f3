/* The kinds of records and their fields as tables (kinds.def), and validation by them. */
#ifndef KUKYOKU_RECORD_KIND_H
#define KUKYOKU_RECORD_KIND_H

#include "kukyoku/record/act.h"
#include "kukyoku/record/body.h"
#include "kukyoku/record/kinds.def"

#define KK_KIND_ENUM(NAME, number, name, home, staff, FIELDS, en, ja) KK_KIND_##NAME = (number),
enum kk_kind { KK_KINDS(KK_KIND_ENUM) };
#undef KK_KIND_ENUM

#define KK_CODE_ENUM(NAME, LIST) KK_CODES_OF_##NAME,
enum kk_code_list { KK_CODES_NONE, KK_CODE_LISTS(KK_CODE_ENUM) };
#undef KK_CODE_ENUM

struct kk_code {
    uint8_t number;
    const char *name, *en, *ja;
};
/* The codes of a list. */
const struct kk_code *kk_codes(enum kk_code_list list, size_t *ret_count);
const struct kk_code *kk_code_find(enum kk_code_list list, int64_t number);
const struct kk_code *kk_code_parse(enum kk_code_list list, struct kk_slice name);

enum kk_item_type { KK_ITEM_LINE, KK_ITEM_TEXT, KK_ITEM_INT, KK_ITEM_DATE, KK_ITEM_YEAR,
                    KK_ITEM_LIST, KK_ITEM_REF, KK_ITEM_CODE };

/* When a field must be there: an act, or these two. */
#define KK_NEEDED_NEVER 0u

struct kk_item {
    uint32_t number;
    const char *name;
    enum kk_item_type type;
    enum kk_code_list codes; /* CODE */
    int64_t max;
    unsigned needed_for; /* KK_NEEDED_NEVER, or enum kk_act */
    const char *en, *ja, *help_en, *help_ja;
};
struct kk_kind_info {
    enum kk_kind kind;
    const char *name;
    enum kk_scope_kind home;
    bool staff;
    const struct kk_item *items;
    size_t count;
    const char *en, *ja;
};

const struct kk_kind_info *kk_kind_info(unsigned kind); /* NULL: not in the list */
const struct kk_kind_info *kk_kind_parse(const char *name);
const struct kk_kind_info *kk_kind_list(size_t *ret_count);
const struct kk_item *kk_kind_item(const struct kk_kind_info *kind, uint32_t number);
const struct kk_item *kk_kind_item_named(const struct kk_kind_info *kind, struct kk_slice name);

/* Why a body is not sound; fields that the kind does not know are no fault. */
enum kk_item_fault {
    KK_ITEM_SOUND,
    KK_ITEM_MISSING,
    KK_ITEM_OTHER_TYPE,
    KK_ITEM_TOO_LONG,
    KK_ITEM_OUT_OF_RANGE,
    KK_ITEM_UNKNOWN_CODE,
    KK_ITEM_BAD_DATE,
    KK_ITEM_BAD_TEXT /* control characters, line breaks in a line, bidirectional overrides */
};
const char *kk_item_fault_text(enum kk_item_fault fault, const char *lang);
/* One value against its row. */
enum kk_item_fault kk_item_check(const struct kk_item *item, struct kk_slice value);
/*
 * The whole record as it stands after this act: every value by its row, every field there that the
 * act needs (fields needed for create are needed for all). ret_item: which; NULL when sound.
 */
enum kk_item_fault kk_kind_check(const struct kk_kind_info *kind, unsigned act,
                                 const struct kk_body *body, const struct kk_item **ret_item);
/*
 * What transitions.def asks of this act's own body: reason, reply, feedback. Its field number or 0.
 */
uint32_t kk_need_missing(const struct kk_transition *transition, const struct kk_body *body,
                         size_t ref_count);
/* "Asks the record to be complete for submission": the fields an issue needs before 上申. */
enum kk_item_fault kk_kind_check_submittable(const struct kk_kind_info *kind,
                                             const struct kk_body *body,
                                             const struct kk_item **ret_item);

/* --- rungs of an issue (rungs.def) --- */
enum kk_rung_fault {
    KK_RUNG_OK,
    KK_RUNG_UNKNOWN,
    KK_RUNG_CLOSED_WAY, /* no way from there to here */
    KK_RUNG_REASON,     /* a reason is missing */
    KK_RUNG_REVIEW,     /* a review date is missing */
    KK_RUNG_FEEDBACK    /* a feedback record is missing */
};
/* from: 0 for a new issue. body: the issue as it would stand. */
enum kk_rung_fault kk_rung_check(unsigned from, unsigned to, const struct kk_body *body);

#endif
