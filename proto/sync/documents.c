/*
 * Documents, taken in the order of trust: roots, roster, keys, catalog. What is known to be needed
 * is asked for at once: all wraps, and the catalog beside the roster, unless WELCOME had it. [SY-4]
 */
#include "sync_in.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/error.h"

static struct kk_sync_document *slot(struct kk_sync *s, uint32_t id)
{
    for (size_t i = 0; i < KK_COUNT(s->documents); i++) {
        struct kk_sync_document *d = &s->documents[i];

        if (d->id == id && (id != 0 || !d->early))
            return d;
    }
    return NULL;
}

static struct kk_sync_document *early(struct kk_sync *s)
{
    for (size_t i = 0; i < KK_COUNT(s->documents); i++) {
        if (s->documents[i].early)
            return &s->documents[i];
    }
    return NULL;
}

bool sync_document_waits(const struct kk_sync *s, uint32_t id)
{
    return id != 0 && slot((struct kk_sync *)s, id) != NULL;
}

static int ask(struct kk_sync *s, const struct kk_blob_ref *ref, bool is_early)
{
    struct kk_msg_get get = { .max = KK_GET_BYTES_MAX };
    struct kk_sync_document *d = slot(s, 0);

    kk_assert(d);
    if (ref->len > KK_DOCUMENT_BYTES_MAX)
        return KK_E_SHAPE;
    kk_bytes_clear(&d->bytes);
    d->ref = *ref;
    memcpy(get.blob, ref->hash, KK_HASH_BYTES);
    if (sync_send(s, KK_MSG_GET, &get, &d->id) < 0)
        return KK_E_NETWORK;
    d->early = is_early;
    return 0;
}

/* The catalog, to be taken when its turn comes; WELCOME may have brought it. */
static int ask_catalog(struct kk_sync *s)
{
    const struct kk_blob_ref *ref = &s->welcome.catalog.blob;
    struct kk_sync_document *d = slot(s, 0);
    uint8_t hash[KK_HASH_BYTES];

    if (!s->welcome.catalog_doc.data)
        return ask(s, ref, true);
    kk_assert(d);
    kk_hash_of("blob", s->welcome.catalog_doc, hash);
    if (s->welcome.catalog_doc.len != ref->len || memcmp(hash, ref->hash, KK_HASH_BYTES) != 0)
        return KK_E_HASH;
    d->ref = *ref;
    d->early = true;
    kk_bytes_clear(&d->bytes);
    return kk_bytes_append_slice(&d->bytes, s->welcome.catalog_doc);
}

static int offered(enum kk_trust_verdict verdict, struct kk_sync *s)
{
    if (verdict == KK_TRUST_TAKEN)
        s->counts.documents++;
    return kk_trust_fault(verdict);
}

static int take_root(struct kk_sync *s, const struct kk_sync_document *d)
{
    enum kk_trust_verdict verdict;
    int r = kk_trust_offer_root(s->store->trust, kk_bytes_slice(&d->bytes),
                                s->store->now_ms(s->store->self), &verdict);

    s->root_at++;
    return r < 0 ? r : offered(verdict, s);
}

/*
 * WELCOME's word on versions is unsigned: where the document is of a smaller one than it said, to
 * ask again would be to ask for ever.
 */
static int as_told(struct kk_ver told, struct kk_ver held)
{
    return kk_ver_compare(held, told) < 0 ? KK_E_PROTOCOL : 0;
}

static int roster_as_told(const struct kk_sync *s, int r)
{
    return r == 0 ? as_told(s->welcome.roster.version,
                            kk_trust_roster(s->store->trust)->version)
                  : r;
}

static int take_bare_roster(struct kk_sync *s, const struct kk_sync_document *d)
{
    enum kk_trust_verdict verdict;
    int r = kk_trust_offer_bare_roster(s->store->trust, kk_bytes_slice(&d->bytes),
                                       s->store->now_ms(s->store->self), &verdict);

    return roster_as_told(s, r < 0 ? r : offered(verdict, s));
}

/* First the document, then the rows that it names; they are offered together. */
static int take_roster(struct kk_sync *s, const struct kk_sync_document *d)
{
    enum kk_trust_verdict verdict;
    int r;

    if (s->bare)
        return take_bare_roster(s, d);
    if (!s->devices_next) {
        kk_bytes_clear(&s->roster);
        r = kk_bytes_append_slice(&s->roster, kk_bytes_slice(&d->bytes));
        s->devices_next = true;
        return r;
    }
    s->devices_next = false;
    r = kk_trust_offer_roster(s->store->trust, kk_bytes_slice(&s->roster),
                              kk_bytes_slice(&d->bytes), s->store->now_ms(s->store->self),
                              &verdict);
    return roster_as_told(s, r < 0 ? r : offered(verdict, s));
}

static int take_catalog(struct kk_sync *s, struct kk_sync_document *d)
{
    enum kk_trust_verdict verdict;
    int r = kk_trust_offer_catalog(s->store->trust, kk_bytes_slice(&d->bytes),
                                   s->store->now_ms(s->store->self), &verdict);

    d->early = false;
    if (r == 0)
        r = offered(verdict, s);
    return r == 0 ? as_told(s->welcome.catalog.version,
                            kk_trust_catalog(s->store->trust)->version)
                  : r;
}

static int take(struct kk_sync *s, struct kk_sync_document *d)
{
    switch (s->state) {
    case KK_SYNC_ROOTS:
        return take_root(s, d);
    case KK_SYNC_ROSTER:
        return take_roster(s, d);
    case KK_SYNC_WRAPS:
        return s->store->wraps_take(s->store->self, &d->ref, kk_bytes_slice(&d->bytes));
    case KK_SYNC_CATALOG:
        return take_catalog(s, d);
    case KK_SYNC_START:
    case KK_SYNC_WELCOMING:
    case KK_SYNC_STATING:
    case KK_SYNC_LOGS:
    case KK_SYNC_RETURNING:
    case KK_SYNC_PUSHING:
    case KK_SYNC_FETCHING:
    case KK_SYNC_DONE:
        break;
    }
    return KK_E_PROTOCOL;
}

/* 1: more of it is to come; 0: the document was taken. The length is the signed parent's. [SY-5] */
int sync_document_data(struct kk_sync *s, uint32_t id, const struct kk_msg_data *data)
{
    struct kk_sync_document *d = slot(s, id);
    uint8_t hash[KK_HASH_BYTES];
    int r;

    if (data->offset != d->bytes.len || data->total != d->ref.len ||
        data->bytes.len > d->ref.len - d->bytes.len)
        return KK_E_PROTOCOL;
    r = kk_bytes_append_slice(&d->bytes, data->bytes);
    if (r < 0)
        return r;
    if (d->bytes.len < d->ref.len)
        return data->last ? KK_E_PROTOCOL : 1;
    d->id = 0;
    kk_hash_of("blob", kk_bytes_slice(&d->bytes), hash);
    if (memcmp(hash, d->ref.hash, KK_HASH_BYTES) != 0)
        return KK_E_HASH;
    return d->early && s->state != KK_SYNC_CATALOG ? 1 : take(s, d);
}

static int waiting(int r)
{
    return r < 0 ? r : 1;
}

int sync_roots(struct kk_sync *s)
{
    if (s->root_at == s->welcome.roots.count)
        return 0;
    return waiting(ask(s, &s->welcome.roots.items[s->root_at], false));
}

static bool wants_catalog(const struct kk_sync *s)
{
    const struct kk_catalog *held = kk_trust_catalog(s->store->trust);

    return s->welcome.catalog.blob.len > 0 &&
           (!held || kk_ver_compare(s->welcome.catalog.version, held->version) > 0);
}

int sync_roster(struct kk_sync *s)
{
    const struct kk_roster *held = kk_trust_roster(s->store->trust);
    int r;

    if (s->devices_next) {
        struct kk_blob_ref rows;

        r = kk_document_rows_ref(kk_bytes_slice(&s->roster), &rows);
        return r < 0 ? r : waiting(ask(s, &rows, false));
    }
    if (s->welcome.roster.blob.len == 0 ||
        (held && kk_ver_compare(s->welcome.roster.version, held->version) <= 0))
        return 0;
    r = ask(s, &s->welcome.roster.blob, false);
    if (r == 0 && wants_catalog(s))
        r = ask_catalog(s);
    return waiting(r);
}

static size_t wraps_on_their_way(const struct kk_sync *s)
{
    size_t count = 0;

    for (size_t i = 0; i < KK_COUNT(s->documents); i++)
        count += s->documents[i].id != 0 && !s->documents[i].early;
    return count;
}

/* What is on its way is not held, and comes first of what is not. */
int sync_wraps(struct kk_sync *s)
{
    struct kk_blob_ref ref;

    while (slot(s, 0)) {
        int r = s->store->wraps_next(s->store->self, wraps_on_their_way(s), &ref);

        if (r > 0)
            r = waiting(ask(s, &ref, false));
        if (r < 0)
            return r;
        if (r == 0)
            break;
    }
    return wraps_on_their_way(s) > 0;
}

int sync_catalog(struct kk_sync *s)
{
    struct kk_sync_document *d = early(s);
    int r = 0;

    if (!d && wants_catalog(s))
        r = ask_catalog(s);
    d = early(s);
    if (r < 0 || !d)
        return r;
    return d->id != 0 ? 1 : take_catalog(s, d);
}
