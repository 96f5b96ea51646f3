/* Heuristics over code points; a wrong flag costs one option, a missed one a family's peace. */
#include "model/personal.h"

#include "kukyoku/attr.h"
#include "kukyoku/base/text.h"

enum {
    ID_DIGITS = 32,     /* sixteen bytes in hexadecimal */
    DIGEST_DIGITS = 64, /* thirty-two */
};

struct chars {
    uint32_t at[KK_PERSONAL_CHARS + 1]; /* ends with 0 */
    size_t count;
};

/* --- characters --- */

/* Full-width digits and the many dashes are as good as their ASCII forms. */
static uint32_t plain(uint32_t c)
{
    if (c >= 0xff10 && c <= 0xff19)
        return c - 0xff10 + '0';
    if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xff0d || c == 0x30fc)
        return '-';
    return c == 0xff20 ? '@' : c;
}

static void decode(struct kk_slice text, struct chars *ret)
{
    ret->count = 0;
    while (text.len > 0 && ret->count < KK_PERSONAL_CHARS)
        ret->at[ret->count++] = plain(kk_utf8_take(&text));
    ret->at[ret->count] = 0;
}

static bool digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

static bool hex_digit(uint32_t c)
{
    return digit(c) || (c >= 'a' && c <= 'f');
}

/* Ids of records and digests may hold any digits in a row; they are nobody's number. */
static void forget_ids(struct chars *t)
{
    for (size_t i = 0, end = 0; i < t->count; i = end + 1) {
        for (end = i; hex_digit(t->at[end]);)
            end++;
        if (end - i == ID_DIGITS || end - i == DIGEST_DIGITS) {
            for (size_t at = i; at < end; at++)
                t->at[at] = '#';
        }
    }
}

static bool kanji(uint32_t c)
{
    return (c >= 0x4e00 && c <= 0x9fff) || c == 0x3005; /* and 々 */
}

static bool mail_char(uint32_t c)
{
    return digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' ||
           c == '_' || c == '+';
}

/* --- the rules --- */

/* Digits from here on, with single dashes or spaces between them. */
struct run {
    size_t digits, dashes, end;
    bool starts_with_0;
};

static struct run digits_at(const struct chars *t, size_t i)
{
    struct run r = { .end = i, .starts_with_0 = t->at[i] == '0' };

    while (digit(t->at[r.end]) ||
           ((t->at[r.end] == '-' || t->at[r.end] == ' ') && digit(t->at[r.end + 1]))) {
        r.digits += digit(t->at[r.end]);
        r.dashes += t->at[r.end] == '-';
        r.end++;
    }
    return r;
}

static bool number_of_twelve(const struct chars *t)
{
    for (size_t i = 0; i < t->count; i++) {
        struct run r = { .end = i };

        if (digit(t->at[i]))
            r = digits_at(t, i);
        if (r.digits == 12)
            return true;
        i = r.end;
    }
    return false;
}

static bool telephone(const struct chars *t)
{
    for (size_t i = 0; i < t->count; i++) {
        struct run r = { .end = i };
        bool mobile;

        if (digit(t->at[i]))
            r = digits_at(t, i);
        mobile = r.digits == 11 && t->at[i + 2] == '0' && r.starts_with_0;
        if (r.starts_with_0 && ((r.digits == 10 && r.dashes == 2) || mobile))
            return true;
        i = r.end;
    }
    return false;
}

static bool mail(const struct chars *t)
{
    for (size_t i = 1; i < t->count; i++) {
        size_t end = i + 1, dots = 0;

        if (t->at[i] != '@' || !mail_char(t->at[i - 1]))
            continue;
        while (mail_char(t->at[end]))
            dots += t->at[end++] == '.';
        if (dots > 0 && end > i + 3)
            return true;
    }
    return false;
}

/* 12番地, 3番4号, 2丁目3-4: a house, not an area. */
static bool address(const struct chars *t)
{
    const uint32_t ban = 0x756a, chi = 0x5730, chome = 0x4e01, me = 0x76ee;

    for (size_t i = 1; i < t->count; i++) {
        bool after_number = digit(t->at[i - 1]);

        if (after_number && t->at[i] == ban && (t->at[i + 1] == chi || digit(t->at[i + 1])))
            return true;
        if (t->at[i] == chome && t->at[i + 1] == me && digit(t->at[i + 2]) &&
            digits_at(t, i + 2).dashes > 0)
            return true;
    }
    return false;
}

static bool stands_in(const struct chars *t, const char *word)
{
    struct chars w;

    decode(kk_slice_text(word), &w);
    for (size_t i = 0; i + w.count <= t->count; i++) {
        if (memcmp(t->at + i, w.at, w.count * sizeof(w.at[0])) == 0)
            return true;
    }
    return false;
}

static bool birthday(const struct chars *t)
{
    return stands_in(t, "生年月日") || stands_in(t, "日生まれ") || stands_in(t, "日生)") ||
           stands_in(t, "日生）");
}

/* The last character of words that stand for a role or a group: 住民, 利用者, 民生委員, 会長 … */
static bool ends_a_role(uint32_t c)
{
    static const char roles[] = "者員長人方民客官師士会課室皆族母父供親子奥婦妻";
    struct chars r;

    decode(kk_slice_text(roles), &r);
    for (size_t i = 0; i < r.count; i++) {
        if (r.at[i] == c)
            return true;
    }
    return false;
}

/* Two to four kanji that are no role, before さん, 様, 氏, くん or ちゃん. */
static bool person(const struct chars *t)
{
    static const char *const titles[] = { "さん", "様", "氏", "くん", "ちゃん" };

    for (size_t i = 0; i < KK_COUNT(titles); i++) {
        struct chars w;

        decode(kk_slice_text(titles[i]), &w);
        for (size_t at = 2; at + w.count <= t->count; at++) {
            size_t from = at;

            if (memcmp(t->at + at, w.at, w.count * sizeof(w.at[0])) != 0)
                continue;
            while (from > 0 && kanji(t->at[from - 1]))
                from--;
            if (at - from >= 2 && at - from <= 4 && !ends_a_role(t->at[at - 1]))
                return true;
        }
    }
    return false;
}

#define RULE_ROW(NAME, sure, en, ja) [KK_PERSONAL_##NAME] = { sure, en, ja },
static const struct kk_personal_rule rules[] = { KK_PERSONAL_RULES(RULE_ROW) };

static bool meets(enum kk_personal rule, const struct chars *t)
{
    switch (rule) {
    case KK_PERSONAL_MY_NUMBER:
        return number_of_twelve(t);
    case KK_PERSONAL_PHONE:
        return telephone(t);
    case KK_PERSONAL_MAIL:
        return mail(t);
    case KK_PERSONAL_ADDRESS:
        return address(t);
    case KK_PERSONAL_BIRTHDAY:
        return birthday(t);
    case KK_PERSONAL_PERSON:
        return person(t);
    case KK_PERSONAL_NOTHING:
        break;
    }
    return false;
}

const struct kk_personal_rule *kk_personal_rule(enum kk_personal rule)
{
    kk_assert(rule < KK_PERSONAL_NOTHING);
    return &rules[rule];
}

enum kk_personal kk_personal_find(struct kk_slice text)
{
    struct chars t;
    int rule = 0;

    decode(text, &t);
    forget_ids(&t);
    while (rule < KK_PERSONAL_NOTHING && !meets((enum kk_personal)rule, &t))
        rule++;
    return (enum kk_personal)rule;
}
