/* Documents, one at a time and in the order of trust: roots, roster, keys, catalog. [SY-4] */
#include "sync_in.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/error.h"

static int ask(struct kk_sync *s, const struct kk_blob_ref *ref)
{
    struct kk_msg_get get = { .max = KK_GET_BYTES_MAX };

    if (ref->len > KK_DOCUMENT_BYTES_MAX)
        return KK_E_SHAPE;
    kk_bytes_clear(&s->document);
    s->document_ref = *ref;
    memcpy(get.blob, ref->hash, KK_HASH_BYTES);
    return sync_send(s, KK_MSG_GET, &get, &s->document_id);
}

static int offered(enum kk_trust_verdict verdict, struct kk_sync *s)
{
    if (verdict == KK_TRUST_TAKEN)
        s->counts.documents++;
    return kk_trust_fault(verdict);
}

static int take_root(struct kk_sync *s)
{
    enum kk_trust_verdict verdict;
    int r = kk_trust_offer_root(s->store->trust, kk_bytes_slice(&s->document),
                                s->store->now_ms(s->store->self), &verdict);

    s->root_at++;
    return r < 0 ? r : offered(verdict, s);
}

/* First the document, then the rows that it names; they are offered together. */
static int take_roster(struct kk_sync *s)
{
    enum kk_trust_verdict verdict;
    int r;

    if (!s->devices_next) {
        kk_bytes_clear(&s->roster);
        r = kk_bytes_append_slice(&s->roster, kk_bytes_slice(&s->document));
        s->devices_next = true;
        return r;
    }
    s->devices_next = false;
    r = kk_trust_offer_roster(s->store->trust, kk_bytes_slice(&s->roster),
                              kk_bytes_slice(&s->document), s->store->now_ms(s->store->self),
                              &verdict);
    return r < 0 ? r : offered(verdict, s);
}

static int take_catalog(struct kk_sync *s)
{
    enum kk_trust_verdict verdict;
    int r = kk_trust_offer_catalog(s->store->trust, kk_bytes_slice(&s->document),
                                   s->store->now_ms(s->store->self), &verdict);

    return r < 0 ? r : offered(verdict, s);
}

static int take(struct kk_sync *s)
{
    switch (s->state) {
    case KK_SYNC_ROOTS:
        return take_root(s);
    case KK_SYNC_ROSTER:
        return take_roster(s);
    case KK_SYNC_WRAPS:
        return s->store->wraps_take(s->store->self, &s->document_ref,
                                    kk_bytes_slice(&s->document));
    case KK_SYNC_CATALOG:
        return take_catalog(s);
    case KK_SYNC_START:
    case KK_SYNC_WELCOMING:
    case KK_SYNC_STATING:
    case KK_SYNC_LOGS:
    case KK_SYNC_PUSHING:
    case KK_SYNC_FETCHING:
    case KK_SYNC_DONE:
        break;
    }
    return KK_E_PROTOCOL;
}

/* 1: more of it is to come; 0: the document was taken. The length is the signed parent's. [SY-5] */
int sync_document_data(struct kk_sync *s, const struct kk_msg_data *data)
{
    uint8_t hash[KK_HASH_BYTES];
    int r;

    if (data->offset != s->document.len || data->total != s->document_ref.len ||
        data->bytes.len > s->document_ref.len - s->document.len)
        return KK_E_PROTOCOL;
    r = kk_bytes_append_slice(&s->document, data->bytes);
    if (r < 0)
        return r;
    if (s->document.len < s->document_ref.len)
        return data->last ? KK_E_PROTOCOL : 1;
    s->document_id = 0;
    kk_hash_of("blob", kk_bytes_slice(&s->document), hash);
    if (memcmp(hash, s->document_ref.hash, KK_HASH_BYTES) != 0)
        return KK_E_HASH;
    return take(s);
}

static int waiting(int r)
{
    return r < 0 ? r : 1;
}

int sync_roots(struct kk_sync *s)
{
    if (s->root_at == s->welcome.roots.count)
        return 0;
    return waiting(ask(s, &s->welcome.roots.items[s->root_at]));
}

int sync_roster(struct kk_sync *s)
{
    const struct kk_roster *held = kk_trust_roster(s->store->trust);

    if (s->devices_next) {
        struct kk_blob_ref rows;
        int r = kk_document_rows_ref(kk_bytes_slice(&s->roster), &rows);

        return r < 0 ? r : waiting(ask(s, &rows));
    }
    if (s->welcome.roster.blob.len == 0 ||
        (held && kk_ver_compare(s->welcome.roster.version, held->version) <= 0))
        return 0;
    return waiting(ask(s, &s->welcome.roster.blob));
}

int sync_wraps(struct kk_sync *s)
{
    struct kk_blob_ref ref;
    int r = s->store->wraps_next(s->store->self, &ref);

    return r <= 0 ? r : waiting(ask(s, &ref));
}

int sync_catalog(struct kk_sync *s)
{
    const struct kk_catalog *held = kk_trust_catalog(s->store->trust);

    if (s->welcome.catalog.blob.len == 0 ||
        (held && kk_ver_compare(s->welcome.catalog.version, held->version) <= 0))
        return 0;
    return waiting(ask(s, &s->welcome.catalog.blob));
}
