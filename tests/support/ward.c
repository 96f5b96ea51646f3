/* A device in memory: life, documents, blobs. Its logs are ward_log.c. */
#include "ward.h"

#include "ward_in.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/bundle/segment.h"
#include "kukyoku/error.h"

static int64_t now_of(void *self)
{
    return ((const struct ward *)self)->now_ms;
}

static int keep_bytes(struct kk_bytes *to, struct kk_slice bytes)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes copy = { 0 };
    struct kk_bytes old = *to;
    int r = kk_bytes_append_slice(&copy, bytes);

    if (r < 0)
        return r;
    *to = copy;
    copy = old;
    return 0;
}

/* Roots one by one, then the rest; a fault in between leaves what is there whole. */
static int keep(void *self)
{
    static const enum kk_doc_kind kinds[] = { KK_DOC_ROSTER, KK_DOC_CATALOG, KK_DOC_FRESH };
    struct ward *w = self;
    int r = 0;

    while (r == 0 && w->kept_root_count < kk_trust_root_count(w->trust)) {
        r = keep_bytes(&w->kept_roots[w->kept_root_count],
                       kk_trust_root_bytes(w->trust, w->kept_root_count));
        w->kept_root_count += r == 0;
    }
    if (r == 0)
        r = keep_bytes(&w->kept_devices, kk_trust_devices_bytes(w->trust));
    for (size_t i = 0; r == 0 && i < KK_COUNT(kinds); i++)
        r = keep_bytes(&w->kept[i], kk_trust_bytes(w->trust, kinds[i]));
    return r;
}

static void restore(struct ward *w)
{
    static const enum kk_doc_kind kinds[] = { KK_DOC_ROSTER, KK_DOC_CATALOG, KK_DOC_FRESH };
    enum kk_trust_verdict verdict;

    w->trust = kk_trust_new();
    kk_assert(w->trust);
    for (size_t i = 0; i < w->kept_root_count; i++) {
        kk_assert(kk_trust_restore(w->trust, KK_DOC_ROOT, kk_bytes_slice(&w->kept_roots[i]),
                                   kk_slice(NULL, 0), &verdict) == 0);
        kk_assert(verdict == KK_TRUST_TAKEN);
    }
    for (size_t i = 0; i < KK_COUNT(kinds); i++) {
        if (!w->kept[i].len)
            continue;
        kk_assert(kk_trust_restore(w->trust, kinds[i], kk_bytes_slice(&w->kept[i]),
                                   kk_bytes_slice(&w->kept_devices), &verdict) == 0);
        kk_assert(verdict == KK_TRUST_TAKEN);
    }
    w->store.trust = w->trust;
}

void ward_crash(struct ward *w)
{
    kk_trust_free(w->trust);
    restore(w);
}

/* --- scopes and keys --- */

const struct kk_device_span *ward_span(const struct ward *w)
{
    const struct kk_roster_view *view = kk_trust_view(w->trust);
    const struct kk_device_row *row = view ? kk_roster_row(view, w->keys->id) : NULL;

    return row ? kk_device_span_newest(row) : NULL;
}

size_t ward_scope(struct kk_slice name)
{
    size_t i = 0;

    while (i < BUREAU_SCOPES && !kk_slice_is(name, bureau_scope(i)))
        i++;
    return i;
}

static int wraps_next(void *self, size_t skip, struct kk_blob_ref *ret)
{
    struct ward *w = self;
    const struct kk_roster *roster = kk_trust_roster(w->trust);
    const struct kk_device_span *span = ward_span(w);

    for (size_t i = 0; span && i < roster->scopes.count; i++) {
        const struct kk_roster_scope *s = &roster->scopes.items[i];

        if (!kk_device_span_has(span, s->scope) ||
            memcmp(w->wraps[ward_scope(s->scope)], s->wraps.hash, KK_HASH_BYTES) == 0)
            continue;
        if (skip-- > 0)
            continue;
        *ret = s->wraps;
        return 1;
    }
    return 0;
}

static int wraps_take(void *self, const struct kk_blob_ref *ref, struct kk_slice bytes)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    KK_AUTO_FINI(kk_keyring) struct kk_keyring keyring = { 0 };
    struct ward *w = self;
    enum kk_wrap_verdict verdict;
    struct kk_wraps wraps;
    int r;

    kk_arena_init(&arena, KK_DOCUMENT_BYTES_MAX);
    r = kk_shape_read(&kk_shape_wraps, bytes, &arena, &wraps, NULL);
    if (r == 0)
        r = kk_wraps_open(&wraps, kk_roster_scope(kk_trust_roster(w->trust), wraps.scope), w->keys,
                          &keyring, &verdict);
    if (r == 0 && verdict != KK_WRAP_OPENED)
        r = KK_E_KEY_UNKNOWN;
    if (r == 0)
        memcpy(w->wraps[ward_scope(wraps.scope)], ref->hash, KK_HASH_BYTES);
    return r;
}

/* --- blobs --- */

static struct ward_blob *blob_of(struct ward *w, const struct kk_blob_ref *ref)
{
    for (size_t i = 0; i < w->blob_count; i++) {
        if (memcmp(w->blobs[i].ref.hash, ref->hash, KK_HASH_BYTES) == 0)
            return &w->blobs[i];
    }
    return NULL;
}

static uint64_t have(void *self, const struct kk_blob_ref *ref)
{
    const struct ward_blob *blob = blob_of(self, ref);

    return blob ? blob->bytes.len : 0;
}

static bool has(void *user, enum kk_blob_kind kind, const struct kk_blob_ref *ref)
{
    (void)kind;
    return have(user, ref) == ref->len;
}

static int piece(void *self, const struct kk_blob_ref *ref, uint64_t offset, struct kk_slice bytes,
                 bool *ret_whole)
{
    struct ward *w = self;
    struct ward_blob *blob = blob_of(w, ref);
    uint8_t hash[KK_HASH_BYTES];
    int r;

    if (!blob) {
        kk_assert(w->blob_count < WARD_BLOBS_MAX);
        blob = &w->blobs[w->blob_count++];
        blob->ref = *ref;
    }
    if (offset != blob->bytes.len)
        return KK_E_IO;
    r = kk_bytes_append_slice(&blob->bytes, bytes);
    if (r < 0)
        return r;
    w->pieces++;
    *ret_whole = blob->bytes.len == ref->len;
    if (!*ret_whole)
        return 0;
    kk_hash_of("blob", kk_bytes_slice(&blob->bytes), hash);
    if (memcmp(hash, ref->hash, KK_HASH_BYTES) == 0)
        return 0;
    kk_bytes_clear(&blob->bytes);
    return KK_E_HASH;
}

/* The plain bytes of a manifest or index; 0 when the blob is not here yet. */
static int open_blob(struct ward *w, const struct kk_catalog_scope *row, const struct kk_want *what,
                     struct kk_bytes *out)
{
    bool clear = kk_slice_is(row->scope, "pub");
    struct kk_blob_seal seal = { .kind = what->kind, .scope = row->scope,
                                 .epoch = (uint32_t)row->epoch,
                                 .key = clear ? NULL : &w->bureau->internal.key };
    int r;

    if (!has(w, what->kind, &what->ref))
        return 0;
    r = kk_blob_open(&seal, kk_bytes_slice(&blob_of(w, &what->ref)->bytes), KK_INDEX_BYTES_MAX,
                     out);
    return r < 0 ? r : 1;
}

static int want_index(struct ward *w, const struct kk_catalog_scope *row,
                      const struct kk_blob_ref *ref, struct kk_plan *plan)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    struct kk_want want = { .kind = KK_BLOB_INDEX, .ref = *ref };
    struct kk_index index;
    int r = open_blob(w, row, &want, &plain);

    if (r <= 0)
        return r;
    kk_arena_init(&arena, 4 * KK_INDEX_BYTES_MAX);
    r = kk_shape_read(&kk_shape_index, kk_bytes_slice(&plain), &arena, &index, NULL);
    return r == 0 ? kk_plan_index(plan, &index, has, w) : r;
}

static int want_scope(struct ward *w, const struct kk_catalog_scope *row, struct kk_plan *plan)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    struct kk_want want = { .kind = KK_BLOB_MANIFEST, .ref = row->manifest };
    struct kk_manifest m;
    int r = open_blob(w, row, &want, &plain);

    if (r == 0)
        return kk_plan_add(plan, KK_BLOB_MANIFEST, &row->manifest);
    kk_arena_init(&arena, KK_INDEX_BYTES_MAX);
    if (r > 0)
        r = kk_manifest_read(kk_bytes_slice(&plain), row->scope, &arena, &m);
    if (r == 0)
        r = kk_plan_manifest(plan, &m, has, w);
    for (size_t i = 0; r == 0 && i < m.segments.count; i++)
        r = want_index(w, row, &m.segments.items[i].index, plan);
    return r;
}

static bool entitled(const struct ward *w, struct kk_slice scope)
{
    const struct kk_device_span *span = ward_span(w);

    return kk_slice_is(scope, "pub") || (span && kk_device_span_has(span, scope));
}

static int wants(void *self, struct kk_plan *plan)
{
    struct ward *w = self;
    const struct kk_catalog *c = kk_trust_catalog(w->trust);
    int r = 0;

    for (size_t i = 0; c && r == 0 && i < c->scopes.count; i++) {
        if (entitled(w, c->scopes.items[i].scope))
            r = want_scope(w, &c->scopes.items[i], plan);
    }
    return r;
}

static int apply(void *self)
{
    struct ward *w = self;
    const struct kk_catalog *c = kk_trust_catalog(w->trust);

    for (size_t i = 0; c && i < c->scopes.count; i++) {
        const struct kk_catalog_scope *row = &c->scopes.items[i];

        if (entitled(w, row->scope))
            memcpy(w->states[kk_slice_is(row->scope, "pub")], row->state, KK_HASH_BYTES);
    }
    if (c)
        w->applied = c->version;
    return 0;
}

/* --- life --- */

void ward_init(struct ward *w, struct bureau *b, const struct kk_device_keys *keys)
{
    enum kk_trust_verdict verdict;

    *w = (struct ward){ .bureau = b, .keys = keys, .now_ms = b->now_ms };
    w->store = (struct kk_sync_store){
        .now_ms = now_of, .keep = keep, .wraps_next = wraps_next, .wraps_take = wraps_take,
        .wants = wants,   .have = have, .piece = piece,           .apply = apply, .self = w,
    };
    ward_log_calls(&w->store);
    w->trust = kk_trust_new();
    kk_assert(w->trust);
    w->store.trust = w->trust;
    kk_assert(kk_trust_pin(w->trust, kk_bytes_slice(&b->root_doc), &verdict) == 0);
    kk_assert(verdict == KK_TRUST_TAKEN);
    kk_assert(keep(w) == 0);
}

void ward_lose_blobs(struct ward *w)
{
    for (size_t i = 0; i < w->blob_count; i++)
        kk_bytes_fini(&w->blobs[i].bytes);
    w->blob_count = 0;
    w->applied = (struct kk_ver){ 0 };
}

void ward_fini(struct ward *w)
{
    kk_trust_free(w->trust);
    w->trust = NULL;
    for (size_t i = 0; i < KK_COUNT(w->kept); i++)
        kk_bytes_fini(&w->kept[i]);
    kk_bytes_fini(&w->kept_devices);
    for (size_t i = 0; i < w->kept_root_count; i++)
        kk_bytes_fini(&w->kept_roots[i]);
    ward_lose_blobs(w);
    for (size_t i = 0; i < BUREAU_SCOPES; i++) {
        for (size_t k = 0; k < w->logs[i].out_count; k++) {
            kk_bytes_fini(&w->logs[i].out[k].header);
            kk_bytes_fini(&w->logs[i].out[k].body);
        }
    }
}
