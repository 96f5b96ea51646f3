/* The digest of HELLO. [SY-2] */
#include "kukyoku/record/held.h"

#include "kukyoku/attr.h"
#include "kukyoku/base/hash.h"

static void add_scope(struct kk_hash *h, struct kk_slice scope)
{
    kk_hash_add_u64(h, scope.len);
    kk_hash_add(h, scope);
}

static void add_chain(struct kk_hash *h, const struct kk_chain *c)
{
    add_scope(h, c->scope);
    kk_hash_add_u64(h, c->inc);
    kk_hash_add_u64(h, c->seq);
    kk_hash_add(h, kk_slice(c->op_id, KK_HASH_BYTES));
}

void kk_held_digest(const struct kk_held *held, uint8_t ret[KK_HASH_BYTES])
{
    const uint64_t versions[] = { held->root_ver, held->roster.gen, held->roster.ver,
                                  held->catalog.gen, held->catalog.ver, held->log_count };
    struct kk_hash h;

    kk_hash_init(&h, "held");
    for (size_t i = 0; i < KK_COUNT(versions); i++)
        kk_hash_add_u64(&h, versions[i]);
    for (size_t i = 0; i < held->log_count; i++) {
        add_scope(&h, held->logs[i].scope);
        kk_hash_add_u64(&h, held->logs[i].era);
        kk_hash_add_u64(&h, held->logs[i].gsn);
        kk_hash_add(&h, kk_slice(held->logs[i].head, KK_HASH_BYTES));
    }
    kk_hash_add_u64(&h, held->chain_count);
    for (size_t i = 0; i < held->chain_count; i++)
        add_chain(&h, &held->chains[i]);
    kk_hash_done(&h, ret);
}
