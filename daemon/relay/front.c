/*
 * The front of a release, told in WELCOME: the manifest of `pub` and its indexes, as far as they
 * came after the catalog that the device holds, and are short. What they name is asked for at once
 * then, two round trips earlier. Nothing here is believed: the device holds each against its hash,
 * and what is not told it asks for. [SY-18]
 */
#include "relay/relay_in.h"

#include "kukyoku/bundle/blob.h"
#include "kukyoku/bundle/segment.h"

#define PUB       "pub"
#define PLAIN_MAX ((size_t)64 * 1024)
#define ARENA_MAX ((size_t)512 * 1024)

struct front {
    struct kk_relay *relay;
    struct kk_arena *arena; /* of the bytes that are told */
    uint64_t held;          /* the device's release */
    struct kk_blob_item *items;
    size_t count, bytes;
};

/* 1: blob and plain text are here; 0: it is not told, whatever the reason is. */
static int look(const struct front *f, enum kk_blob_kind kind, const struct kk_blob_ref *ref,
                struct kk_slice *ret_blob, struct kk_bytes *plain)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes blob = { 0 };
    struct kk_blob_seal seal = { .kind = kind, .scope = kk_slice_text(PUB) };
    int got = 0;

    if (f->count == KK_WELCOME_FRONT_COUNT || ref->len > KK_WELCOME_FRONT_MAX - f->bytes)
        return 0;
    got = f->relay->store->engine->blob_read(f->relay->store, ref->hash, 0, ref->len, &blob);
    if (got < 0)
        return got;
    if (blob.len != ref->len || kk_blob_open(&seal, kk_bytes_slice(&blob), PLAIN_MAX, plain) < 0)
        return 0;
    *ret_blob = kk_arena_dup(f->arena, kk_bytes_slice(&blob));
    return ret_blob->data ? 1 : KK_E_MEMORY;
}

static void tell(struct front *f, struct kk_slice blob)
{
    f->items[f->count++].bytes = blob;
    f->bytes += blob.len;
}

/* An index that the device has already, of a dataset that did not change, is not told. */
static bool is_new(const struct front *f, struct kk_slice plain)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_index index;
    uint64_t newest;

    kk_arena_init(&arena, ARENA_MAX);
    if (kk_shape_read(&kk_shape_index, plain, &arena, &index, NULL) < 0)
        return false;
    newest = index.deltas.count ? index.deltas.items[index.deltas.count - 1].to : index.base;
    return newest > f->held;
}

static int tell_indexes(struct front *f, const struct kk_manifest *m)
{
    int got = 0;

    for (size_t i = 0; got >= 0 && i < m->segments.count; i++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
        struct kk_slice blob;

        got = look(f, KK_BLOB_INDEX, &m->segments.items[i].index, &blob, &plain);
        if (got > 0 && is_new(f, kk_bytes_slice(&plain)))
            tell(f, blob);
    }
    return got < 0 ? got : 0;
}

static int tell_manifest(struct front *f, const struct kk_catalog_scope *row)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_manifest m;
    struct kk_slice blob;
    int got = look(f, KK_BLOB_MANIFEST, &row->manifest, &blob, &plain);

    kk_arena_init(&arena, ARENA_MAX);
    if (got <= 0 || kk_manifest_read(kk_bytes_slice(&plain), row->scope, &arena, &m) < 0 ||
        m.release <= f->held)
        return got < 0 ? got : 0;
    tell(f, blob);
    return tell_indexes(f, &m);
}

int relay_front(struct kk_relay *r, const struct kk_relay_caller *caller,
                const struct kk_msg_hello *m, struct kk_arena *arena, struct kk_msg_welcome *w)
{
    const struct kk_catalog *catalog = kk_trust_catalog(r->trust);
    struct front f = { .relay = r, .arena = arena };
    int got = 0;

    f.held = m->catalog.gen == catalog->version.gen ? m->catalog.ver : 0;
    f.items = kk_arena_array(arena, KK_WELCOME_FRONT_COUNT, sizeof(*f.items));
    if (!f.items)
        return KK_E_MEMORY;
    for (size_t i = 0; got == 0 && i < catalog->scopes.count; i++) {
        if (kk_slice_is(catalog->scopes.items[i].scope, PUB))
            got = tell_manifest(&f, &catalog->scopes.items[i]);
    }
    w->front.items = f.items;
    w->front.count = f.count;
    return got == 0 && f.count > 0 ? relay_served_blob(r, caller, kk_slice_text(PUB)) : got;
}
