/*
 * Text as it is compared when somebody searches: NFKC, small letters, hiragana for katakana, one
 * space for any run of white space. Never stored for people, never shown. [SR-1]
 */
#ifndef WORDS_FOLD_H
#define WORDS_FOLD_H

#include "kukyoku/base/bytes.h"

/* Appends UTF-8; text is UTF-8, and a byte that is not is left out. KK_E_MEMORY. */
KK_MUST_USE int kk_fold(struct kk_slice text, struct kk_bytes *out);
/* The next character of folded text from *at on, which moves; 0 at the end. */
uint32_t kk_fold_next(struct kk_slice folded, size_t *at);
/* Does it stand in it? Both folded. */
bool kk_fold_holds(struct kk_slice folded, struct kk_slice word);

/*
 * Pairs of neighbouring characters, the unit of the index: the former in the upper, the latter in
 * the lower KK_PAIR_SHIFT bits. The last character before a space or the end is paired with 0, so
 * that every character begins a pair and one character alone can be looked for.
 */
#define KK_PAIR_SHIFT 21
typedef int kk_pair_fn(void *user, uint64_t pair);
KK_MUST_USE int kk_fold_pairs(struct kk_slice folded, kk_pair_fn *fn, void *user);

#endif
