/* Kinds of records (kinds.def) and their fields (fields.def) as tables, and validation by them. */
#ifndef KUKYOKU_RECORD_KIND_H
#define KUKYOKU_RECORD_KIND_H

#include "kukyoku/record/act.h"
#include "kukyoku/record/body.h"
#include "kukyoku/record/fields.def"
#include "kukyoku/record/kinds.def"

#define KK_FIELD_ENUM(NAME, number, name, TYPE, max, en, ja, help_en, help_ja)                    \
    KK_FIELD_##NAME = (number),
enum kk_field_number { KK_FIELDS(KK_FIELD_ENUM) };
#undef KK_FIELD_ENUM
#define KK_KIND_ENUM(NAME, number, name, home, who, ways, schema, guide, FIELDS, en, ja)          \
    KK_KIND_##NAME = (number),
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
                    KK_ITEM_LIST, KK_ITEM_FIGURES, KK_ITEM_REF, KK_ITEM_CODE };

#define KK_LIST_LINE_MAX 400  /* bytes of a line of a LIST or of FIGURES */
#define KK_YEAR_MIN      1900 /* of a YEAR; a number begins with 0 */

/* When a field must be there: an act, or never. */
#define KK_NEEDED_NEVER 0u

/* A word of the vocabulary: the same in every kind. */
struct kk_term {
    uint32_t number;
    const char *name;
    enum kk_item_type type;
    enum kk_code_list codes; /* CODE */
    unsigned refers;         /* REF: of which kind the records are; 0: of any */
    int64_t max;
    const char *en, *ja, *help_en, *help_ja;
};
/* Who writes a kind, or a field of it. */
enum kk_writer { KK_BY_ANY, KK_BY_WARD, KK_BY_LEAD, KK_BY_OFFICER, KK_BY_BUREAU, KK_BY_CASE };
enum kk_way { KK_WAY_NONE, KK_WAY_SHARE, KK_WAY_EXPORT };

/* How far a field goes: nowhere; to partners for whom a lead ticks the record; also along when the
 * record is shared. */
enum kk_goes { KK_GOES_STAYS, KK_GOES_TOLD, KK_GOES_SHARED };

/* A field in a kind. */
struct kk_item {
    const struct kk_term *term;
    unsigned needed_for; /* KK_NEEDED_NEVER, or enum kk_act */
    enum kk_writer by;   /* ANY, WARD, BUREAU */
    enum kk_goes goes;
};
struct kk_kind_info {
    enum kk_kind kind;
    const char *name;
    enum kk_scope_kind home;
    enum kk_writer who; /* WARD, LEAD, OFFICER, CASE */
    enum kk_way way;
    unsigned schema;
    const char *guide; /* lines of the city's guide that it follows; "": none */
    const struct kk_item *items;
    size_t count;
    const char *en, *ja;
};

const struct kk_kind_info *kk_kind_info(unsigned kind); /* NULL: not in the list */
const struct kk_kind_info *kk_kind_parse(const char *name);
/* Does its first operation alone count, so that nobody edits it? [RL-25] [RL-26] */
bool kk_kind_frozen(const struct kk_kind_info *kind);
const struct kk_kind_info *kk_kind_list(size_t *ret_count);
/* The vocabulary, ascending by number. */
const struct kk_term *kk_term_list(size_t *ret_count);
const struct kk_term *kk_term_info(uint32_t number); /* NULL: not in the list */
/* May a person of this role write what only `by` writes? CASE is left to the transitions. */
bool kk_writer_may(enum kk_writer by, enum kk_role role);
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
    KK_ITEM_BAD_FIGURE,
    KK_ITEM_BAD_TEXT /* control characters, line breaks in a line, bidirectional overrides */
};
const char *kk_item_fault_text(enum kk_item_fault fault, const char *lang);
/* Where the text has what [RL-14] forbids; text.len: nowhere. lines: breaks and tabs may be. */
size_t kk_text_flaw(struct kk_slice text, bool lines);
/* One value against its word. */
enum kk_item_fault kk_term_check(const struct kk_term *term, struct kk_slice value);
/*
 * The whole record as it stands after this act: every value by its row, every field there that the
 * act needs (fields needed for create are needed for all). ret_item: which; NULL when sound.
 */
enum kk_item_fault kk_kind_check(const struct kk_kind_info *kind, unsigned act,
                                 const struct kk_body *body, const struct kk_item **ret_item);
/* The same of an act that writes `own`: what stood there before, a later program may know. */
enum kk_item_fault kk_kind_check_act(const struct kk_kind_info *kind, unsigned act,
                                     const struct kk_body *own, const struct kk_body *after,
                                     const struct kk_item **ret_item);
/* Does this act of a case write this field of it? Of fields that a case does not have: true. */
bool kk_case_act_writes(unsigned act, uint32_t number);
/*
 * What transitions.def asks of this act's own body: reason, reply, feedback. Its field number or 0.
 */
uint32_t kk_need_missing(const struct kk_transition *transition, const struct kk_body *body,
                         size_t ref_count);

/* --- rungs of an issue (rungs.def) --- */
enum kk_rung_fault {
    KK_RUNG_OK,
    KK_RUNG_UNKNOWN,
    KK_RUNG_CLOSED_WAY, /* no way from there to here */
    KK_RUNG_REASON,     /* a reason is missing */
    KK_RUNG_REVIEW,     /* a review date is missing */
    KK_RUNG_FEEDBACK    /* a feedback record is missing */
};
/* from: 0 for a new issue. body: the issue as it would stand, of reasons the given ones alone. */
enum kk_rung_fault kk_rung_check(unsigned from, unsigned to, const struct kk_body *body);
/* Has the issue come to the end of its road, and is there a way back? */
enum kk_rung_end { KK_RUNG_GOES_ON, KK_RUNG_MAY_REOPEN, KK_RUNG_IS_OVER };
enum kk_rung_end kk_rung_end(unsigned rung);

#endif
