/*
 * Notes what is handed out, in the batch of the answer: a page of a log each time it reaches
 * further, blobs of a scope once for each device, day and release. [DM-20]
 */
#include "relay/relay_in.h"

#include "kukyoku/base/date.h"
#include "kukyoku/base/hash.h"

static int note(struct kk_relay *r, const struct kk_relay_caller *caller,
                struct kk_store_served *served)
{
    memcpy(served->device, caller->device, KK_ID_BYTES);
    served->first_ms = served->last_ms = kk_relay_now(r);
    return r->store->engine->served_put(r->store, served);
}

int relay_served_log(struct kk_relay *r, const struct kk_relay_caller *caller,
                     struct kk_slice scope, const struct kk_msg_entries *page)
{
    struct kk_store_served served = { .scope = scope, .way = KK_SERVED_LOG };

    if (r->notes_nothing || page->entries.count == 0)
        return 0;
    served.from = page->entries.items[0].gsn;
    served.to = page->entries.items[page->entries.count - 1].gsn;
    return note(r, caller, &served);
}

/* Where this device, scope, day and release stands in the memory of what was written already. */
static uint64_t name_of(const struct kk_relay *r, const struct kk_relay_caller *caller,
                        struct kk_slice scope, uint64_t release)
{
    uint8_t hash[KK_HASH_BYTES];
    uint64_t name;
    struct kk_hash h;

    kk_hash_init(&h, "served");
    kk_hash_add(&h, kk_slice(caller->device, KK_ID_BYTES));
    kk_hash_add(&h, scope);
    kk_hash_add_u64(&h, (uint64_t)(kk_relay_now(r) / KK_DAY_MS));
    kk_hash_add_u64(&h, release);
    kk_hash_done(&h, hash);
    memcpy(&name, hash, sizeof(name));
    return name;
}

int relay_served_blob(struct kk_relay *r, const struct kk_relay_caller *caller,
                      struct kk_slice label)
{
    const struct kk_catalog *catalog = kk_trust_catalog(r->trust);
    struct kk_store_served served = { .scope = label, .way = KK_SERVED_BLOBS };
    uint64_t name, *known;
    int got;

    if (r->notes_nothing || kk_slice_is(label, KK_LABEL_DOC) ||
        kk_slice_is(label, KK_LABEL_DEVICES))
        return 0; /* documents and rows are everybody's */
    served.from = served.to = catalog ? catalog->version.ver : 0;
    name = name_of(r, caller, label, served.from);
    known = &r->served[name % RELAY_SERVED_KNOWN];
    if (*known == name)
        return 0;
    got = note(r, caller, &served);
    if (got == 0)
        *known = name;
    return got;
}
