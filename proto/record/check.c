/* Validation of bodies by the tables of kinds.def. [RL-14] [RL-15] */
#include "kukyoku/base/date.h"
#include "kukyoku/error.h"
#include "kukyoku/record/figure.h"
#include "kukyoku/record/kind.h"

static const struct {
    const char *en, *ja;
} faults[] = {
    [KK_ITEM_SOUND] = { "sound", "適正" },
    [KK_ITEM_MISSING] = { "is missing", "記載がありません" },
    [KK_ITEM_OTHER_TYPE] = { "is of another type", "形式が違います" },
    [KK_ITEM_TOO_LONG] = { "is too long", "長すぎます" },
    [KK_ITEM_OUT_OF_RANGE] = { "is out of range", "範囲外です" },
    [KK_ITEM_UNKNOWN_CODE] = { "is not one of the codes", "コード表にありません" },
    [KK_ITEM_BAD_DATE] = { "is not a date YYYY-MM-DD", "YYYY-MM-DD の日付ではありません" },
    [KK_ITEM_BAD_FIGURE] = { "is not a released figure: INDICATOR AREA PERIOD [BREAKDOWN]",
                           "公表された数値ではありません: 指標 エリア 時点 [内訳]" },
    [KK_ITEM_BAD_TEXT] = { "holds a character that a text must not have",
                           "使えない文字が含まれています" },
};

const char *kk_item_fault_text(enum kk_item_fault fault, const char *lang)
{
    kk_assert((size_t)fault < KK_COUNT(faults));
    return strcmp(lang, "ja") == 0 ? faults[fault].ja : faults[fault].en;
}

/* U+202A–202E and U+2066–2069 turn the order of what is read around: E2 80 AA–AE, E2 81 A6–A9. */
static bool overrides_direction(const uint8_t *at, size_t left)
{
    if (left < 3 || at[0] != 0xe2)
        return false;
    return (at[1] == 0x80 && at[2] >= 0xaa && at[2] <= 0xae) ||
           (at[1] == 0x81 && at[2] >= 0xa6 && at[2] <= 0xa9);
}

size_t kk_text_flaw(struct kk_slice text, bool lines)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];

        if ((c < 0x20 && !(lines && (c == '\n' || c == '\t'))) || c == 0x7f)
            return i;
        if (c == 0xc2 && i + 1 < text.len && text.data[i + 1] < 0xa0)
            return i; /* C1 controls */
        if (overrides_direction(text.data + i, text.len - i))
            return i;
    }
    return text.len;
}

static bool text_clean(struct kk_slice text, bool lines)
{
    return kk_text_flaw(text, lines) == text.len;
}

static enum kk_item_fault check_text(const struct kk_term *term, struct kk_cursor *c)
{
    struct kk_slice text;

    if (kk_cursor_text(c, &text) < 0)
        return KK_ITEM_OTHER_TYPE;
    if (text.len == 0)
        return KK_ITEM_MISSING;
    if (text.len > (uint64_t)term->max)
        return KK_ITEM_TOO_LONG;
    return text_clean(text, term->type == KK_ITEM_TEXT) ? KK_ITEM_SOUND : KK_ITEM_BAD_TEXT;
}

static enum kk_item_fault check_number(const struct kk_term *term, struct kk_cursor *c)
{
    int64_t value;

    if (kk_cursor_int(c, &value) < 0)
        return KK_ITEM_OTHER_TYPE;
    if (term->type == KK_ITEM_CODE)
        return kk_code_find(term->codes, value) ? KK_ITEM_SOUND : KK_ITEM_UNKNOWN_CODE;
    if (value < (term->type == KK_ITEM_YEAR ? KK_YEAR_MIN : 0) || value > term->max)
        return KK_ITEM_OUT_OF_RANGE;
    return KK_ITEM_SOUND;
}

static enum kk_item_fault check_date(struct kk_cursor *c)
{
    struct kk_slice text;
    char date[KK_DATE_TEXT] = "";
    int64_t ms;

    if (kk_cursor_text(c, &text) < 0)
        return KK_ITEM_OTHER_TYPE;
    if (text.len != KK_DATE_TEXT - 1)
        return KK_ITEM_BAD_DATE;
    memcpy(date, text.data, text.len);
    return kk_date_parse(date, &ms) ? KK_ITEM_SOUND : KK_ITEM_BAD_DATE;
}

static enum kk_item_fault check_member(const struct kk_term *term, struct kk_cursor *c)
{
    struct kk_slice member;
    struct kk_figure figure;

    if (term->type == KK_ITEM_REF) {
        if (kk_cursor_bytes(c, &member) < 0 || member.len != KK_ID_BYTES)
            return KK_ITEM_OTHER_TYPE;
        return KK_ITEM_SOUND;
    }
    if (kk_cursor_text(c, &member) < 0)
        return KK_ITEM_OTHER_TYPE;
    if (member.len == 0 || member.len > KK_LIST_LINE_MAX)
        return member.len ? KK_ITEM_TOO_LONG : KK_ITEM_MISSING;
    if (!text_clean(member, false))
        return KK_ITEM_BAD_TEXT;
    return term->type != KK_ITEM_FIGURES || kk_figure_parse(member, &figure) ? KK_ITEM_SOUND
                                                                        : KK_ITEM_BAD_FIGURE;
}

static enum kk_item_fault check_members(const struct kk_term *term, struct kk_cursor *c)
{
    enum kk_item_fault fault = KK_ITEM_SOUND;
    size_t count;

    if (kk_cursor_array(c, &count) < 0)
        return KK_ITEM_OTHER_TYPE;
    if (count == 0)
        return KK_ITEM_MISSING;
    if (count > (uint64_t)term->max)
        return KK_ITEM_TOO_LONG;
    for (size_t i = 0; fault == KK_ITEM_SOUND && i < count; i++)
        fault = check_member(term, c);
    return fault;
}

enum kk_item_fault kk_term_check(const struct kk_term *term, struct kk_slice value)
{
    struct kk_cursor c = kk_cursor(value);

    switch (term->type) {
    case KK_ITEM_LINE:
    case KK_ITEM_TEXT:
        return check_text(term, &c);
    case KK_ITEM_INT:
    case KK_ITEM_YEAR:
    case KK_ITEM_CODE:
        return check_number(term, &c);
    case KK_ITEM_DATE:
        return check_date(&c);
    case KK_ITEM_LIST:
    case KK_ITEM_FIGURES:
    case KK_ITEM_REF:
        return check_members(term, &c);
    }
    return KK_ITEM_OTHER_TYPE;
}

static enum kk_item_fault check_values(const struct kk_kind_info *kind, const struct kk_body *body,
                                       const struct kk_item **ret_item)
{
    for (size_t i = 0; i < body->count; i++) {
        const struct kk_item *item = kk_kind_item(kind, body->fields[i].number);
        enum kk_item_fault fault =
            item ? kk_term_check(item->term, body->fields[i].value) : KK_ITEM_SOUND;

        if (fault != KK_ITEM_SOUND) {
            *ret_item = item;
            return fault;
        }
    }
    return KK_ITEM_SOUND;
}

static enum kk_item_fault check_there(const struct kk_kind_info *kind, unsigned act,
                                      const struct kk_body *body, const struct kk_item **ret_item)
{
    for (size_t i = 0; i < kind->count; i++) {
        const struct kk_item *item = &kind->items[i];
        bool needed = item->needed_for == KK_ACT_CREATE ||
                      (item->needed_for != KK_NEEDED_NEVER && item->needed_for == act);

        if (needed && !kk_body_find(body, item->term->number)) {
            *ret_item = item;
            return KK_ITEM_MISSING;
        }
    }
    return KK_ITEM_SOUND;
}

enum kk_item_fault kk_kind_check_act(const struct kk_kind_info *kind, unsigned act,
                                     const struct kk_body *own, const struct kk_body *after,
                                     const struct kk_item **ret_item)
{
    enum kk_item_fault fault;

    *ret_item = NULL;
    fault = check_values(kind, own, ret_item);
    return fault == KK_ITEM_SOUND ? check_there(kind, act, after, ret_item) : fault;
}

enum kk_item_fault kk_kind_check(const struct kk_kind_info *kind, unsigned act,
                                 const struct kk_body *body, const struct kk_item **ret_item)
{
    return kk_kind_check_act(kind, act, body, body, ret_item);
}

bool kk_case_act_writes(unsigned act, uint32_t number)
{
#define WRITES_ROW(NAME, acts) { KK_FIELD_##NAME, acts },
    static const struct {
        uint32_t number, acts;
    } rows[] = { KK_CASE_WRITES(WRITES_ROW) };

    for (size_t i = 0; i < KK_COUNT(rows); i++) {
        if (rows[i].number == number)
            return act < 32 && (rows[i].acts >> act & 1);
    }
    return true;
}

uint32_t kk_need_missing(const struct kk_transition *transition, const struct kk_body *body,
                         size_t ref_count)
{
    const struct kk_body_field *reason;

    switch (transition->need) {
    case KK_NEED_NONE:
        break;
    case KK_NEED_REASON:
    case KK_NEED_REPLY:
        reason = kk_body_find(body, KK_FIELD_REASON);
        return reason && !kk_body_emptied(reason->value) ? 0 : KK_FIELD_REASON;
    case KK_NEED_FEEDBACK:
        return ref_count > 0 ? 0 : KK_FIELD_FEEDBACK;
    }
    return 0;
}
