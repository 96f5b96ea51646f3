/*
 * What is signed about figures: the hash of canonical rows, whatever their coding
 * (docs/protocol.md, Bundles). A row is [indicator, area, breakdown, period, value or nil, missing,
 * unit, status, method, source, note]; texts that say nothing are empty.
 */
#ifndef KUKYOKU_BUNDLE_ROWS_H
#define KUKYOKU_BUNDLE_ROWS_H

#include "kukyoku/base/secret.h"
#include "kukyoku/bundle/obs.h"

/* The schema of every dataset of observations; texts are borrowed. */
void kk_rows_schema(struct kk_slice dataset, unsigned min_tier, struct kk_slice title,
                    struct kk_schema *ret);
/* Are the columns those of observations? */
bool kk_rows_schema_known(const struct kk_schema *schema);
KK_MUST_USE int kk_rows_schema_hash(const struct kk_schema *schema, uint8_t ret[KK_HASH_BYTES]);

/* gid of one indicator. Allocates nothing, cannot fail. */
void kk_rows_gid(const uint8_t schema_hash[KK_HASH_BYTES], const struct kk_obs_words *words,
                 const struct kk_obs_group *group, uint8_t ret[KK_HASH_BYTES]);

/* What lists tell of an indicator beside its rows. Texts are codes of the words. */
struct kk_rows_trait {
    uint32_t areas;
    uint16_t first, last; /* periods */
    uint16_t unit;        /* the first by its letters, where it has several */
};
/* The words must be sorted, the group have a row. */
void kk_rows_trait(const struct kk_obs_words *words, const struct kk_obs_group *group,
                   struct kk_rows_trait *ret);

/* The sums of a segment, taken one by one, indicators ascending. */
struct kk_rows_root {
    uint8_t schema_hash[KK_HASH_BYTES];
    struct kk_bytes sums;   /* canonical group_sum after group_sum */
    struct kk_bytes traits; /* not hashed: a struct kk_rows_trait of each block's groups */
    size_t count;
    uint64_t rows;
};
void kk_rows_root_init(struct kk_rows_root *r, const uint8_t schema_hash[KK_HASH_BYTES]);
void kk_rows_root_fini(struct kk_rows_root *r);
KK_DEFINE_FINI(kk_rows_root)
KK_MUST_USE int kk_rows_root_add(struct kk_rows_root *r, const struct kk_group_sum *sum);
/* Hashes each group of the block and adds it, and its traits. */
KK_MUST_USE int kk_rows_root_block(struct kk_rows_root *r, const struct kk_obs_words *words,
                                   const struct kk_obs_block *block);
/* The sums of a part that was taken by itself, under the same schema. */
KK_MUST_USE int kk_rows_root_join(struct kk_rows_root *r, const struct kk_rows_root *part);
KK_MUST_USE int kk_rows_root_done(struct kk_rows_root *r, uint8_t ret[KK_HASH_BYTES]);
/* The gid list: a canonical `groups`. */
KK_MUST_USE int kk_rows_root_list(const struct kk_rows_root *r, struct kk_bytes *out);

/*
 * H("salt", K, scope, release): without it the state of a small restricted table confirms guesses.
 */
void kk_rows_salt(const struct kk_secret *key, struct kk_slice scope, uint32_t release,
                  uint8_t ret[KK_HASH_BYTES]);
/* H("scp", …): the state in the signed catalog. KK_E_MEMORY is its only fault. */
KK_MUST_USE int kk_rows_state(const struct kk_manifest *manifest, uint8_t ret[KK_HASH_BYTES]);

#endif
