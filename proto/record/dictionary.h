/* Inside proto/record: compression of bodies, with a dictionary that both ends carry. */
#ifndef RECORD_DICTIONARY_H
#define RECORD_DICTIONARY_H

#include "kukyoku/record/body.h"

/* A number never changes its meaning; a better dictionary takes the next one. */
enum kk_body_codec { KK_BODY_PLAIN = 0, KK_BODY_WORDS = 1 };

/* Appends the shorter of the two. 0 or KK_E_MEMORY. */
KK_MUST_USE int kk_body_compress(struct kk_slice plain, struct kk_bytes *out,
                                 enum kk_body_codec *ret);
/* Appends; at most KK_BODY_BYTES_MAX. KK_E_FORM for an unknown codec or damaged bytes. */
KK_MUST_USE int kk_body_expand(struct kk_body_opener *opener, unsigned codec,
                               struct kk_slice coded, struct kk_bytes *out);

/* The words themselves (words.dict, embedded). */
extern const uint8_t kk_body_words[];
extern const size_t kk_body_words_len;

#endif
