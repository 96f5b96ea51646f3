/*
 * Bodies of records: a canonical map {field number: value}, compressed, padded, sealed under the
 * scope's key ([RL-3]). Fields this program does not know are kept as they are.
 */
#ifndef KUKYOKU_RECORD_BODY_H
#define KUKYOKU_RECORD_BODY_H

#include "kukyoku/base/secret.h"
#include "kukyoku/wire/cursor.h"
#include "kukyoku/wire/shapes.h"

#define KK_BODY_FIELDS_MAX 256

struct kk_body_field {
    uint32_t number;
    struct kk_slice value; /* one canonical value; borrowed */
};
struct kk_body {
    struct kk_body_field fields[KK_BODY_FIELDS_MAX]; /* ascending by number */
    size_t count;
};

/* Form gate, then the map. Slices point into bytes. KK_E_FORM or KK_E_SHAPE. */
KK_MUST_USE int kk_body_read(struct kk_slice bytes, struct kk_body *ret);
/* Appends the map. KK_E_SHAPE past KK_BODY_BYTES_MAX; KK_E_MEMORY. */
KK_MUST_USE int kk_body_write(const struct kk_body *body, struct kk_bytes *out);
/* NULL: not there. The second: of fields that stand outside a body. */
const struct kk_body_field *kk_body_find(const struct kk_body *body, uint32_t number);
const struct kk_body_field *kk_body_field_of(const struct kk_body_field *fields, size_t count,
                                             uint32_t number);
/* Replaces or inserts; value stays borrowed. KK_E_SHAPE past KK_BODY_FIELDS_MAX. */
KK_MUST_USE int kk_body_set(struct kk_body *body, uint32_t number, struct kk_slice value);

/* Nil: what a field holds that was emptied ([RL-9]). One that was never written has no value. */
bool kk_body_emptied(struct kk_slice value);
KK_MUST_USE int kk_body_empty(struct kk_body *body, uint32_t number);
/* The body as it is read: what was emptied is not there. */
void kk_body_drop_emptied(struct kk_body *body);

/* What a body is bound to: it opens at no other place. */
struct kk_body_place {
    const uint8_t *device; /* 16 bytes */
    struct kk_slice scope;
    uint64_t inc, seq;
};
/*
 * Compresses, pads to 32, seals: nonce24 and ciphertext, at most KK_BODY_SEALED_MAX. Appends.
 * 0, KK_E_SHAPE (too long) or KK_E_MEMORY.
 */
KK_MUST_USE int kk_body_seal(struct kk_slice plain, const struct kk_body_place *place,
                             const uint8_t key[KK_KEY_BYTES], const struct kk_entropy *entropy,
                             struct kk_bytes *out);
/* What opening needs and is dear to make; for one thread. NULL when memory is short. */
struct kk_body_opener *kk_body_opener_new(void);
void kk_body_opener_free(struct kk_body_opener *o);
KK_DEFINE_FREE(kk_body_opener)
/*
 * Appends the plain map. opener: NULL makes one for this call. KK_E_HASH: not sealed under this key
 * for this place; KK_E_FORM: damaged.
 */
KK_MUST_USE int kk_body_open(struct kk_slice sealed, const struct kk_body_place *place,
                             const uint8_t key[KK_KEY_BYTES], struct kk_body_opener *opener,
                             struct kk_bytes *out);

#endif
