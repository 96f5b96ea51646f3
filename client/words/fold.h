/*
 * Text as it is compared when somebody searches: NFKC, small letters, hiragana for katakana, one
 * space for any run of white space. Never stored for people, never shown. [SR-1]
 */
#ifndef WORDS_FOLD_H
#define WORDS_FOLD_H

#include "kukyoku/base/bytes.h"
#include "kukyoku/base/text.h"

/* Appends UTF-8; text is UTF-8, and a byte that is not is left out. KK_E_MEMORY. */
KK_MUST_USE int kk_fold(struct kk_slice text, struct kk_bytes *out);
uint32_t kk_fold_rare(struct kk_slice folded, size_t *at);
/* The next character of folded text from *at on, which moves; 0 at the end. */
static inline uint32_t kk_fold_next(struct kk_slice folded, size_t *at)
{
    uint32_t c;
    size_t len;

    if (*at >= folded.len) /* nothing may be added to the address of no text */
        return 0;
    len = kk_utf8_frequent(folded.data + *at, folded.len - *at, &c);
    *at += len;
    return len ? c : kk_fold_rare(folded, at);
}
/* Does it stand in it? Both folded. */
bool kk_fold_holds(struct kk_slice folded, struct kk_slice word);

/*
 * Pairs of neighbouring characters, the unit of the index: the former in the upper, the latter in
 * the lower KK_PAIR_SHIFT bits. The last character before a space or the end is paired with 0, so
 * that every character begins a pair and one character alone can be looked for.
 */
#define KK_PAIR_SHIFT 21
typedef int kk_pair_fn(void *user, uint64_t pair);
/* Here, so that what is done with a pair can stand in the loop. Anything but 0 ends it. */
KK_MUST_USE static inline int kk_fold_pairs(struct kk_slice folded, kk_pair_fn *fn, void *user)
{
    size_t at = 0;
    uint32_t before = kk_fold_next(folded, &at);
    int r = 0;

    while (r == 0 && before) {
        uint32_t c = kk_fold_next(folded, &at), second = c == ' ' ? 0 : c;

        if (before != ' ')
            r = fn(user, (uint64_t)before << KK_PAIR_SHIFT | second);
        before = c;
    }
    return r;
}

#endif
