/* The fresh document: what the daemon holds, in its own name. [DM-5] */
#include "relay/relay_in.h"

#include "kukyoku/base/hash.h"

#define FRESH_AGE_MS (60ll * 60 * 1000)

static int add_head(void *user, struct kk_slice scope, const struct kk_log_head *head)
{
    struct kk_hash *h = user;

    kk_hash_add_u64(h, scope.len);
    kk_hash_add(h, scope);
    kk_hash_add_u64(h, head->era);
    kk_hash_add_u64(h, head->gsn);
    kk_hash_add(h, kk_slice(head->head, KK_HASH_BYTES));
    return 0;
}

static int sign_fresh(struct kk_relay *r, struct kk_slice payload, unsigned index)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 }, done = { 0 };
    int got = kk_document_new(KK_DOC_FRESH, payload, &plain);

    if (got == 0)
        got = kk_document_sign(kk_bytes_slice(&plain), index, r->keys.sign_secret, &done);
    if (got == 0) {
        kk_bytes_clear(&r->fresh);
        got = kk_bytes_append_slice(&r->fresh, kk_bytes_slice(&done));
    }
    return got;
}

/* Which of the role's keys is ours; SIZE_MAX: none, so the root must be renewed. */
static size_t own_index(const struct kk_relay *r)
{
    const struct kk_root_role *role = kk_trust_role(r->trust, KK_TRUST_DAEMON);

    for (size_t i = 0; role && i < role->keys.count; i++) {
        if (memcmp(role->keys.items[i].id, r->keys.sign, KK_KEY_BYTES) == 0)
            return i;
    }
    return SIZE_MAX;
}

static int make(struct kk_relay *r, uint64_t now)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes payload = { 0 };
    const struct kk_catalog *catalog = kk_trust_catalog(r->trust);
    struct kk_fresh f = { .issued_ms = now };
    struct kk_hash h;
    int got;

    f.root_ver = kk_trust_root(r->trust)->ver;
    f.roster = kk_trust_roster(r->trust)->version;
    if (catalog)
        f.catalog = catalog->version;
    kk_hash_init(&h, "heads");
    got = r->store->engine->log_each(r->store, add_head, &h);
    kk_hash_done(&h, f.heads);
    if (got == 0)
        got = kk_shape_encode(&kk_shape_fresh, &f, &payload);
    return got == 0 ? sign_fresh(r, kk_bytes_slice(&payload), (unsigned)own_index(r)) : got;
}

int relay_fresh(struct kk_relay *r, struct kk_slice *ret)
{
    uint64_t now = (uint64_t)kk_relay_now(r);
    int got = 0;

    *ret = kk_slice(NULL, 0);
    if (!kk_trust_roster(r->trust) || own_index(r) == SIZE_MAX)
        return 0;
    if (r->changed || r->fresh_ms + FRESH_AGE_MS <= now) {
        /* its time is its version, so it must rise even within a millisecond */
        now = now > r->fresh_ms ? now : r->fresh_ms + 1;
        got = make(r, now);
        if (got == 0) {
            r->fresh_ms = now;
            r->changed = false;
        }
    }
    if (got == 0)
        *ret = kk_bytes_slice(&r->fresh);
    return got;
}
