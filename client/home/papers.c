/* Documents, and the blobs that the roster names, in state.db. */
#include "home/home.h"

#include "home_sql.h"

#include "kukyoku/base/hash.h"

static int put_document(struct kk_home *h, enum kk_doc_kind kind, struct kk_ver version,
                        struct kk_slice bytes)
{
    struct kk_stmt *q;
    int r;

    if (!bytes.data)
        return 0;
    q = kk_db_use(h->db, HOME_DOCUMENT_PUT);
    kk_stmt_int(q, 1, kind);
    kk_stmt_int(q, 2, (int64_t)version.gen);
    kk_stmt_int(q, 3, (int64_t)version.ver);
    kk_stmt_blob(q, 4, bytes);
    r = kk_stmt_run(q);
    if (r < 0 || kind == KK_DOC_ROOT)
        return r;
    q = kk_db_use(h->db, HOME_DOCUMENT_DROP_OLDER);
    kk_stmt_int(q, 1, kind);
    kk_stmt_int(q, 2, (int64_t)version.gen);
    kk_stmt_int(q, 3, (int64_t)version.ver);
    return kk_stmt_run(q);
}

int kk_home_paper_put(struct kk_home *h, const uint8_t hash[KK_HASH_BYTES], struct kk_slice bytes)
{
    struct kk_stmt *q = kk_db_use(h->db, HOME_PAPER_PUT);

    kk_stmt_blob(q, 1, kk_slice(hash, KK_HASH_BYTES));
    kk_stmt_blob(q, 2, bytes);
    return kk_stmt_run(q);
}

int kk_home_paper_get(struct kk_home *h, const uint8_t hash[KK_HASH_BYTES], struct kk_bytes *out)
{
    struct kk_stmt *q = kk_db_use(h->db, HOME_PAPER_FIND);

    kk_stmt_blob(q, 1, kk_slice(hash, KK_HASH_BYTES));
    return kk_stmt_fetch(q, out);
}

static bool named(const struct kk_roster *roster, const uint8_t *hash)
{
    if (memcmp(roster->devices.hash, hash, KK_HASH_BYTES) == 0)
        return true;
    for (size_t i = 0; i < roster->scopes.count; i++) {
        if (memcmp(roster->scopes.items[i].wraps.hash, hash, KK_HASH_BYTES) == 0)
            return true;
    }
    return false;
}

/* One paper that no roster names any more: 1, 0 for none, or a fault. */
static int find_stale(struct kk_home *h, uint8_t ret[KK_HASH_BYTES])
{
    const struct kk_roster *roster = kk_trust_roster(h->trust);
    struct kk_stmt *q = kk_db_use(h->db, HOME_PAPER_EACH);
    int r = kk_stmt_step(q);

    while (r > 0) {
        if (!kk_stmt_col_copy(q, 0, ret, KK_HASH_BYTES))
            r = KK_E_STORE;
        else if (!named(roster, ret))
            break;
        else
            r = kk_stmt_step(q);
    }
    if (r > 0)
        kk_stmt_reset(q);
    return r;
}

static int drop_stale(struct kk_home *h)
{
    uint8_t hash[KK_HASH_BYTES];
    int r = kk_trust_roster(h->trust) ? find_stale(h, hash) : 0;

    while (r > 0) {
        struct kk_stmt *q = kk_db_use(h->db, HOME_PAPER_DROP);

        kk_stmt_blob(q, 1, kk_slice(hash, KK_HASH_BYTES));
        r = kk_stmt_run(q);
        if (r == 0)
            r = find_stale(h, hash);
    }
    return r;
}

static int keep_roster(struct kk_home *h)
{
    const struct kk_roster *roster = kk_trust_roster(h->trust);
    int r;

    if (!roster)
        return 0;
    r = put_document(h, KK_DOC_ROSTER, roster->version, kk_trust_bytes(h->trust, KK_DOC_ROSTER));
    if (r < 0 || !kk_trust_devices_bytes(h->trust).len)
        return r; /* a home that only reads what is public has no rows [MI-6] */
    return kk_home_paper_put(h, roster->devices.hash, kk_trust_devices_bytes(h->trust));
}

static int keep_all(struct kk_home *h)
{
    const struct kk_catalog *catalog = kk_trust_catalog(h->trust);
    const struct kk_fresh *fresh = kk_trust_fresh(h->trust);
    int r = 0;

    for (size_t i = 0; r == 0 && i < kk_trust_root_count(h->trust); i++)
        r = put_document(h, KK_DOC_ROOT,
                         (struct kk_ver){ .ver = kk_trust_root_at(h->trust, i)->ver },
                         kk_trust_root_bytes(h->trust, i));
    if (r == 0)
        r = keep_roster(h);
    if (r == 0 && catalog)
        r = put_document(h, KK_DOC_CATALOG, catalog->version,
                         kk_trust_bytes(h->trust, KK_DOC_CATALOG));
    if (r == 0 && fresh)
        r = put_document(h, KK_DOC_FRESH, (struct kk_ver){ .ver = fresh->issued_ms },
                         kk_trust_bytes(h->trust, KK_DOC_FRESH));
    return r == 0 ? drop_stale(h) : r;
}

int kk_home_keep(struct kk_home *h)
{
    KK_AUTO_FINI(kk_db_tx) struct kk_db_tx tx = { 0 };
    int r = kk_db_tx_begin(h->db, &tx);

    if (r == 0)
        r = keep_all(h);
    return r == 0 ? kk_db_tx_commit(&tx) : r;
}

static int open_wraps(struct kk_home *h, const struct kk_roster_scope *entry)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    enum kk_wrap_verdict verdict;
    struct kk_wraps wraps;
    int r = kk_home_paper_get(h, entry->wraps.hash, &bytes);

    if (r <= 0)
        return r;
    kk_arena_init(&arena, 4 * KK_DOCUMENT_BYTES_MAX);
    r = kk_shape_read(&kk_shape_wraps, kk_bytes_slice(&bytes), &arena, &wraps, NULL);
    if (r == 0)
        r = kk_wraps_open(&wraps, entry, &h->keys, &h->keyring, &verdict);
    /* one key that does not open must not take the others, or the home, away */
    if (r == KK_E_FORM || r == KK_E_SHAPE || (r == 0 && verdict == KK_WRAP_BROKEN)) {
        h->broken_wraps++;
        r = 0;
    }
    return r;
}

int kk_home_load_keyring(struct kk_home *h)
{
    const struct kk_roster *roster = kk_trust_roster(h->trust);
    const struct kk_device_span *span = kk_home_span(h);
    int r = 0;

    kk_keyring_fini(&h->keyring);
    h->broken_wraps = 0;
    for (size_t i = 0; span && r == 0 && i < roster->scopes.count; i++) {
        if (kk_device_span_has(span, roster->scopes.items[i].scope))
            r = open_wraps(h, &roster->scopes.items[i]);
    }
    return r;
}
