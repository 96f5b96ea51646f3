/* The words of refusals (refusal.h): what was typed, and what would have been taken. */
#include "model/refusal.h"

#include "desk/tidy.h"

#include "kukyoku/base/text.h"

#include <stdio.h>

#define CITY         "14130"
#define WARD_DIGITS  5
#define NEAR_TEXT    64
#define WORDS_TEXT   240
#define CHARACTER_EN "character %zu is U+%04X, "
#define CHARACTER_JA "%zu文字目の U+%04X は"

/* --- values --- */

/* A flaw of one text: which character, and why not. */
static int refuse_text(struct kk_error *err, const char *where, struct kk_slice text, bool lines)
{
    size_t flaw = kk_text_flaw(text, lines), place = 1;
    struct kk_slice rest = text;
    uint32_t c = 0;

    while (rest.len > text.len - flaw) {
        kk_utf8_take(&rest);
        place++;
    }
    if (rest.len > 0)
        c = kk_utf8_take(&rest);
    if (c == '\n' || c == '\r')
        return kk_error_say(err, KK_E_FIELD, where, CHARACTER_EN "a line break: one line here",
                            CHARACTER_JA "改行です。一行で書いてください", place, c);
    if (c >= 0x2000)
        return kk_error_say(err, KK_E_FIELD, where,
                            CHARACTER_EN "which turns the order of what is read around",
                            CHARACTER_JA "文字の並ぶ向きを変えるため使えません", place, c);
    return kk_error_say(err, KK_E_FIELD, where, CHARACTER_EN "a control character",
                        CHARACTER_JA "制御文字のため使えません", place, c);
}

static int refuse_length(struct kk_error *err, const char *where, size_t len, long long max)
{
    return kk_error_say(err, KK_E_FIELD, where,
                        "%zu bytes; at most %lld (most Japanese characters take 3)",
                        "%zuバイトあります。%lldバイトまでです（日本語は主に1文字3バイト）", len, max);
}

static int refuse_plain(struct kk_error *err, const char *where, enum kk_item_fault fault)
{
    return kk_error_text(err, KK_E_FIELD, where, kk_item_fault_text(fault, "en"),
                         kk_item_fault_text(fault, "ja"));
}

/* The first member of a list that is at fault, or the number of them. */
static int refuse_list(struct kk_error *err, const struct kk_term *term, struct kk_cursor c,
                       enum kk_item_fault fault)
{
    struct kk_slice line;
    size_t count;

    if (kk_cursor_array(&c, &count) < 0)
        return refuse_plain(err, term->name, fault);
    if (fault == KK_ITEM_TOO_LONG && count > (uint64_t)term->max)
        return kk_error_say(err, KK_E_FIELD, term->name, "%zu items; at most %lld",
                            "%zu件あります。%lld件までです", count, (long long)term->max);
    for (size_t i = 0; i < count && kk_cursor_text(&c, &line) == 0; i++) {
        if (fault == KK_ITEM_TOO_LONG && line.len > KK_LIST_LINE_MAX)
            return refuse_length(err, term->name, line.len, KK_LIST_LINE_MAX);
        if (fault == KK_ITEM_BAD_TEXT && kk_text_flaw(line, false) < line.len)
            return refuse_text(err, term->name, line, false);
    }
    return refuse_plain(err, term->name, fault);
}

int kk_refuse_value(struct kk_error *err, const struct kk_term *term, struct kk_slice value,
                    enum kk_item_fault fault)
{
    struct kk_cursor c = kk_cursor(value);
    bool told = fault == KK_ITEM_TOO_LONG || fault == KK_ITEM_BAD_TEXT;
    struct kk_slice text;

    if (fault == KK_ITEM_OUT_OF_RANGE)
        return kk_error_say(err, KK_E_FIELD, term->name, "a number from %d to %lld is expected",
                            "%d から %lld までの数値で指定してください",
                            term->type == KK_ITEM_YEAR ? KK_YEAR_MIN : 0, (long long)term->max);
    if (told && kk_cursor_peek(&c) == KK_VALUE_ARRAY)
        return refuse_list(err, term, c, fault);
    if (!told || kk_cursor_text(&c, &text) < 0)
        return refuse_plain(err, term->name, fault);
    return fault == KK_ITEM_TOO_LONG
               ? refuse_length(err, term->name, text.len, (long long)term->max)
               : refuse_text(err, term->name, text, term->type == KK_ITEM_TEXT);
}

/* --- names --- */

struct words {
    char en[WORDS_TEXT], ja[WORDS_TEXT];
};

/* What does not fit whole is left out: a text that is cut ends in half a character. */
static void add(char *to, const char *between, const char *word, const char *label)
{
    size_t len = strlen(to), room = WORDS_TEXT - len;
    int n = snprintf(to + len, room, "%s%s%s", len ? between : "", word, label);

    if (n < 0 || (size_t)n >= room)
        to[len] = '\0';
}

static void nearest(const char *typed, kk_name_fn *name, const void *list, struct words *ret)
{
    const char *near = kk_text_nearest(typed, name, list);

    *ret = (struct words){ .en = "" };
    if (!near)
        return;
    snprintf(ret->en, NEAR_TEXT, "; did you mean %s?", near);
    snprintf(ret->ja, NEAR_TEXT, "。%s のことですか", near);
}

/* Names and labels in turn. */
static const char *code_at(const void *list, size_t i)
{
    const struct kk_term *term = list;
    size_t count;
    const struct kk_code *codes = kk_codes(term->codes, &count);

    if (i / 2 >= count)
        return NULL;
    return i % 2 ? codes[i / 2].ja : codes[i / 2].name;
}

int kk_refuse_code(struct kk_error *err, const struct kk_term *term, const char *typed)
{
    struct words near, known = { .en = "" };
    size_t count;
    const struct kk_code *codes = kk_codes(term->codes, &count);

    nearest(typed, code_at, term, &near);
    for (size_t i = 0; i < count; i++)
        add(known.en, ", ", codes[i].name, "");
    return kk_error_say(err, KK_E_FIELD, term->name, "\"%.40s\" is none of: %s%s%.0s",
                        "\"%.40s\" はコード表にありません: %s%.0s%s", typed, known.en, near.en,
                        near.ja);
}

int kk_refuse_reference(struct kk_error *err, const struct kk_term *term, unsigned kind)
{
    const struct kk_kind_info *meant = kk_kind_info(term->refers), *named = kk_kind_info(kind);

    return kk_error_say(err, KK_E_FIELD, term->name,
                        "a record of kind %s; %s is expected%.0s%.0s",
                        "%.0s%.0s「%s」の記録です。「%s」の記録を指定してください",
                        named ? named->name : "?", meant->name, named ? named->ja : "?",
                        meant->ja);
}

static const char *field_at(const void *list, size_t i)
{
    const struct kk_kind_info *kind = list;

    return i < kind->count ? kind->items[i].term->name : NULL;
}

int kk_refuse_field(struct kk_error *err, const struct kk_kind_info *kind, const char *typed)
{
    struct words near;

    nearest(typed, field_at, kind, &near);
    return kk_error_say(err, KK_E_FIELD, typed, "a %s has no such field%s%.0s",
                        "%s にその項目はありません%.0s%s", kind->name, near.en, near.ja);
}

int kk_refuse_ward(struct kk_error *err, int fault, const char *where, const char *typed)
{
#define WARD_ROW(code, ja, en) { code, " " en, " " ja },
    static const struct {
        const char *code, *en, *ja;
    } wards[] = { KK_WARDS(WARD_ROW) };
    struct words known = { .en = "" };

    /* each with its name: of two codes, the nearer one need not be the one that was meant */
    for (size_t i = 0; i < KK_COUNT(wards); i++) {
        add(known.en, ", ", wards[i].code, wards[i].en);
        add(known.ja, "、", wards[i].code, wards[i].ja);
    }
    return kk_error_say(err, fault, where, "\"%.20s\" is none of the wards: %s%.0s",
                        "「%.20s」という区はありません: %.0s%s", typed, known.en, known.ja);
}

int kk_area_check(struct kk_error *err, int fault, const char *where, const char *typed)
{
    char ward[WARD_DIGITS + 1] = "";

    snprintf(ward, sizeof(ward), "%.*s", WARD_DIGITS, typed);
    if (!kk_area_valid(kk_slice_text(typed)))
        return kk_error_say(err, fault, where, "\"%.40s\" is no area: 14133, 14133-01 …",
                            "\"%.40s\" はエリアのコードではありません（14133、14133-01 など）", typed);
    if (typed[0] == 'M' || strcmp(ward, CITY) == 0 || kk_ward_known(ward))
        return 0;
    return kk_refuse_ward(err, fault, where, ward);
}

/* --- acts --- */

int kk_refuse_rung(struct kk_error *err, enum kk_rung_fault fault)
{
    static const struct {
        const char *en, *ja;
    } why[] = {
        [KK_RUNG_OK] = { "", "" },
        [KK_RUNG_UNKNOWN] = { "no such rung", "そのような段階はありません" },
        [KK_RUNG_CLOSED_WAY] = { "no way leads there from this rung", "この段階からは移れません" },
        [KK_RUNG_REASON] = { "a reason is needed: --set reason=…",
                             "理由が必要です: --set reason=…" },
        [KK_RUNG_REVIEW] = { "a reason and a review date are needed: --set review_date=…",
                             "理由と見直し日が必要です: --set review_date=…" },
        [KK_RUNG_FEEDBACK] = { "a feedback record is needed: --set feedback=ID",
                               "フィードバックの記録が必要です: --set feedback=ID" },
    };

    return kk_error_text(err, KK_E_FIELD, "rung", why[fault].en, why[fault].ja);
}

static int refuse_actor(struct kk_error *err, const char *where, enum kk_actor who)
{
    return kk_error_say(err, KK_E_ROLE, where, "%s%.0s may", "%.0s%sが行えます",
                        kk_actor_label(who, "en"), kk_actor_label(who, "ja"));
}

int kk_refuse_writer(struct kk_error *err, const char *where, enum kk_writer by)
{
    static const enum kk_actor actors[] = {
        [KK_BY_ANY] = KK_ACTOR_MEMBER,      [KK_BY_WARD] = KK_ACTOR_WARD,
        [KK_BY_LEAD] = KK_ACTOR_LEAD,       [KK_BY_OFFICER] = KK_ACTOR_OFFICER,
        [KK_BY_BUREAU] = KK_ACTOR_OFFICER,  [KK_BY_CASE] = KK_ACTOR_MEMBER,
    };

    return refuse_actor(err, where, actors[by]);
}

#define ACT_NUMBER(NAME, number, name, en, ja) (number),
static const unsigned acts[] = { KK_ACTS(ACT_NUMBER) };

static void add_act(struct words *to, unsigned act)
{
    char label[NEAR_TEXT];

    snprintf(label, sizeof(label), "（%s）", kk_act_label(act, "ja"));
    add(to->en, ", ", kk_act_name(act), "");
    add(to->ja, "、", kk_act_name(act), label);
}

int kk_refuse_act_field(struct kk_error *err, const struct kk_term *term, unsigned act)
{
    struct words by = { .en = "" };

    for (size_t i = 0; i < KK_COUNT(acts); i++) {
        if (kk_transition_find(KK_MACHINE_CASE, KK_TV_NEWEST, (enum kk_act)acts[i]) &&
            kk_case_act_writes(acts[i], term->number))
            add_act(&by, acts[i]);
    }
    return kk_error_say(err, KK_E_FIELD, term->name, "not written with %s; with: %s%.0s",
                        "%s では書けません。書ける操作: %.0s%s", kk_act_name(act), by.en, by.ja);
}

/*
 * Would this device's act be taken? Of a proposal, it names the one that is pending; an erasure
 * here is that of the whole.
 */
static bool may_act(const struct kk_refused_act *what, unsigned act)
{
    const uint8_t(*proposal)[KK_HASH_BYTES] =
        (const uint8_t(*)[KK_HASH_BYTES])what->record->ahead.proposal;
    struct kk_ledger_draft draft = { .kind = (unsigned)what->kind->kind, .act = act,
                                     .refs = proposal, .ref_count = act != KK_ACT_ERASE };

    return kk_ledger_judge(what->ledger, &draft, what->record) == 0;
}

static void state_words(const struct kk_refused_act *what, struct words *ret)
{
    const struct kk_track *t = &what->record->ahead;
    const char *en = kk_state_label(what->machine, t->state, "en");
    const char *ja = kk_state_label(what->machine, t->state, "ja");

    if (what->machine == KK_MACHINE_PLAIN) {
        en = t->erased ? "erased" : t->closed ? "closed" : t->exists ? "open" : "not written";
        ja = t->erased ? "消去済み" : t->closed ? "終了" : t->exists ? "継続" : "未作成";
    }
    snprintf(ret->en, NEAR_TEXT, "%s", en ? en : "?");
    snprintf(ret->ja, NEAR_TEXT, "%s", ja ? ja : "?");
}

static int refuse_state(struct kk_error *err, const struct kk_refused_act *what)
{
    struct words may = { .en = "" }, state;

    state_words(what, &state);
    for (size_t i = 0; i < KK_COUNT(acts); i++) {
        if (may_act(what, acts[i]))
            add_act(&may, acts[i]);
    }
    return kk_error_say(err, KK_E_STATE, kk_act_name(what->act),
                        "%s%.0s; you may now: %s%.0s",
                        "%.0s%s。いまできる操作: %.0s%s", state.en, state.ja,
                        may.en[0] ? may.en : "nothing", may.ja[0] ? may.ja : "ありません");
}

int kk_refuse_act(struct kk_error *err, const struct kk_refused_act *what, int fault)
{
    const struct kk_roster *roster = kk_trust_roster(what->ledger->trust);
    const struct kk_transition *t = kk_transition_find(
        what->machine, (unsigned)roster->settings.tv, (enum kk_act)what->act);

    if (fault == KK_E_STATE && what->kind->kind == KK_KIND_PROGRAM &&
        what->machine == KK_MACHINE_PLAIN)
        return kk_error_say(err, fault, kk_act_name(what->act),
                            "a draft of the bureau: what is published has an id of its own "
                            "(program list)",
                            "局内の案です。公開した事業には別の ID が付きます（program list）");
    if (fault == KK_E_STATE)
        return refuse_state(err, what);
    return t ? refuse_actor(err, kk_act_name(what->act), t->who)
             : kk_refuse_writer(err, what->kind->name, what->kind->who);
}
