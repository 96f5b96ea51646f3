/* Text forms: hexadecimal, the base32 of fingerprints (RFC 4648, lower case), decimals. */
#ifndef KUKYOKU_BASE_TEXT_H
#define KUKYOKU_BASE_TEXT_H

#include "kukyoku/attr.h"
#include "kukyoku/slice.h"

/* ret holds 2 * len + 1 characters. */
void kk_hex_encode(struct kk_slice bytes, char *ret);
/* Exactly 2 * len digits, upper or lower case; false otherwise. */
KK_MUST_USE bool kk_hex_decode(const char *text, uint8_t *ret, size_t len);

#define KK_FINGERPRINT_CHARS 12
/* The first 12 base32 characters (60 bits) in groups of four: "abcd-efgh-ijkl". */
#define KK_FINGERPRINT_TEXT (KK_FINGERPRINT_CHARS + 3)
void kk_fingerprint(struct kk_slice id, char ret[KK_FINGERPRINT_TEXT]);

/* Strict UTF-8 without U+0000, surrogates, overlong forms or anything past U+10FFFF. */
bool kk_utf8_valid(struct kk_slice text);
/*
 * Length of what stands most often: ASCII, and three bytes that can be neither too long nor a
 * surrogate (kana, kanji). 0: anything else, and what is no character.
 */
static inline size_t kk_utf8_frequent(const uint8_t *s, size_t left, uint32_t *ret)
{
    if (left >= 3 && s[0] > 0xe0 && s[0] < 0xed && (s[1] & 0xc0) == 0x80 && (s[2] & 0xc0) == 0x80) {
        *ret = (uint32_t)(s[0] & 0x0f) << 12 | (uint32_t)(s[1] & 0x3f) << 6 | (s[2] & 0x3f);
        return 3;
    }
    *ret = left > 0 ? s[0] : 0;
    return *ret > 0 && *ret < 0x80;
}
/* The first code point, taken off; text: valid UTF-8, not empty. A sequence that is cut ends it. */
uint32_t kk_utf8_take(struct kk_slice *text);
/* Takes a line off, without its '\n'; false, and an empty one, where nothing is left. */
bool kk_text_line(struct kk_slice *rest, struct kk_slice *ret);
/* Is there something before the tail, and then the tail? Of names of files. */
bool kk_text_ends(const char *text, const char *tail);
/* Drops what is no UTF-8, such as half a character at a cut; '?' for control characters. */
void kk_utf8_mend(char *text);
/* Does it hold a code point for private use (外字)? Elsewhere it shows as something else, or not. */
bool kk_utf8_private(struct kk_slice text);

/* -1234567.5 of a value scaled by 10^decimals; zeros at the end of the fraction are left out. */
#define KK_DECIMAL_TEXT 40
void kk_decimal_text(int64_t value, unsigned decimals, char ret[KK_DECIMAL_TEXT]);

/* Edits from one text to the other, by bytes, a swap of two being one (optimal string alignment).
 * KK_DISTANCE_MAX where either is longer than that. */
#define KK_DISTANCE_MAX 64
unsigned kk_text_distance(struct kk_slice a, struct kk_slice b);
/* The distance from which on a name is not meant by what was typed; falls to that of a name that is
 * nearer, which is then told. */
unsigned kk_text_far(const char *typed);
bool kk_text_nearer(const char *typed, const char *name, unsigned *distance);
/* The nearest of the names by that distance, NULL when none is near enough to be meant. */
typedef const char *kk_name_fn(const void *list, size_t i); /* NULL past the end */
const char *kk_text_nearest(const char *typed, kk_name_fn *name, const void *list);

/* Would a spreadsheet run a cell that says so? An apostrophe goes before it, and off again. */
bool kk_text_runs(struct kk_slice text);
struct kk_slice kk_text_unguarded(struct kk_slice cell);

#endif
