/* Scope keys in order; few hundred at most, so insertion keeps them sorted. */
#include "kukyoku/trust/keyring.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/hash.h"
#include "kukyoku/error.h"

void kk_keyring_fini(struct kk_keyring *k)
{
    if (k->items)
        kk_secret_wipe(k->items, k->cap * sizeof(*k->items));
    kk_free(k->items);
    *k = (struct kk_keyring){ 0 };
}

static int compare(const struct kk_keyring_item *item, struct kk_slice scope, uint32_t epoch)
{
    int order = kk_slice_compare(kk_slice_text(item->scope), scope);

    if (order != 0)
        return order;
    return item->epoch < epoch ? -1 : item->epoch > epoch;
}

/* A copy, not realloc: the old memory must be wiped before it goes. */
static int grow(struct kk_keyring *k)
{
    size_t cap = k->cap ? k->cap * 2 : 16;
    struct kk_keyring_item *items = kk_alloc_array(cap, sizeof(*items));

    if (!items)
        return KK_E_MEMORY;
    if (k->count)
        memcpy(items, k->items, k->count * sizeof(*items));
    if (k->items)
        kk_secret_wipe(k->items, k->cap * sizeof(*k->items));
    kk_free(k->items);
    k->items = items;
    k->cap = cap;
    return 0;
}

int kk_keyring_put(struct kk_keyring *k, struct kk_slice scope, uint32_t epoch,
                   const uint8_t key[KK_KEY_BYTES])
{
    struct kk_keyring_item item = { .epoch = epoch };
    size_t at = 0;

    kk_assert(scope.len <= KK_SCOPE_NAME_MAX);
    memcpy(item.scope, scope.data, scope.len);
    memcpy(item.key, key, KK_KEY_BYTES);
    while (at < k->count && compare(&k->items[at], scope, epoch) < 0)
        at++;
    if (at == k->count || compare(&k->items[at], scope, epoch) != 0) {
        if (k->count == k->cap) {
            int r = grow(k);

            if (r < 0)
                return r;
        }
        memmove(&k->items[at + 1], &k->items[at], (k->count - at) * sizeof(item));
        k->count++;
    }
    k->items[at] = item;
    kk_secret_wipe(&item, sizeof(item));
    return 0;
}

const uint8_t *kk_keyring_find(const struct kk_keyring *k, struct kk_slice scope, uint32_t epoch)
{
    for (size_t i = 0; i < k->count; i++) {
        if (compare(&k->items[i], scope, epoch) == 0)
            return k->items[i].key;
    }
    return NULL;
}

const uint8_t *kk_keyring_newest(const struct kk_keyring *k, struct kk_slice scope,
                                 uint32_t *ret_epoch)
{
    const uint8_t *key = NULL;

    *ret_epoch = 0;
    for (size_t i = 0; i < k->count; i++) {
        if (kk_slice_is(scope, k->items[i].scope)) {
            key = k->items[i].key;
            *ret_epoch = k->items[i].epoch;
        }
    }
    return key;
}

void kk_key_id(const uint8_t key[KK_KEY_BYTES], uint8_t ret[KK_ID_BYTES])
{
    uint8_t whole[KK_HASH_BYTES];

    kk_hash_of("kid", kk_slice(key, KK_KEY_BYTES), whole);
    memcpy(ret, whole, KK_ID_BYTES);
}
