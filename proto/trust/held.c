/* Decoding of held documents, and the rules that each keeps by itself. [TR-2] [TR-3] [TR-8] */
#include "held.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/hash.h"
#include "kukyoku/error.h"

struct held *held_new(void)
{
    struct held *h = kk_alloc(sizeof(*h));

    if (h)
        kk_arena_init(&h->arena, HELD_ARENA_MAX);
    return h;
}

void held_free(struct held *h)
{
    if (!h)
        return;
    kk_bytes_fini(&h->bytes);
    kk_bytes_fini(&h->devices);
    kk_arena_fini(&h->arena);
    kk_free(h);
}

static bool keys_distinct(const struct kk_root_role *role)
{
    for (size_t i = 0; i < role->keys.count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (memcmp(role->keys.items[i].id, role->keys.items[k].id, KK_KEY_BYTES) == 0)
                return false;
        }
    }
    return true;
}

static bool root_sound(const struct kk_root *root)
{
    for (size_t i = 0; i < root->roles.count; i++) {
        const struct kk_root_role *role = &root->roles.items[i];

        if (role->role != i || role->threshold > role->keys.count || !keys_distinct(role))
            return false;
    }
    return true;
}

static bool roster_sound(const struct kk_roster *roster)
{
    struct kk_scope scope;

    for (size_t i = 0; i < roster->scopes.count; i++) {
        const struct kk_roster_scope *s = &roster->scopes.items[i];

        if (!kk_scope_parse(s->scope, &scope) || scope.kind == KK_SCOPE_PUB)
            return false;
        if (i > 0 && kk_slice_compare(roster->scopes.items[i - 1].scope, s->scope) >= 0)
            return false;
    }
    return kk_eras_sound(roster);
}

/* Ascending, and nothing that the catalog itself rests on. [BN-19] */
static bool recalled_sound(const struct kk_catalog *catalog)
{
    for (size_t i = 1; i < catalog->recalled.count; i++) {
        if (memcmp(catalog->recalled.items[i - 1].id, catalog->recalled.items[i].id,
                   KK_HASH_BYTES) >= 0)
            return false;
    }
    for (size_t i = 0; i < catalog->scopes.count; i++) {
        if (kk_catalog_recalls(catalog, catalog->scopes.items[i].manifest.hash))
            return false;
    }
    return true;
}

static bool catalog_sound(const struct kk_catalog *catalog)
{
    struct kk_scope scope;

    for (size_t i = 0; i < catalog->scopes.count; i++) {
        const struct kk_catalog_scope *s = &catalog->scopes.items[i];

        if (!kk_scope_parse(s->scope, &scope) || !kk_scope_info(scope.kind)->releases)
            return false;
        if ((scope.kind == KK_SCOPE_PUB) != (s->epoch == 0))
            return false;
        if (i > 0 && kk_slice_compare(catalog->scopes.items[i - 1].scope, s->scope) >= 0)
            return false;
    }
    return recalled_sound(catalog);
}

static const struct kk_shape *shape_of(enum kk_doc_kind kind)
{
    switch (kind) {
    case KK_DOC_ROOT:
        return &kk_shape_root;
    case KK_DOC_ROSTER:
        return &kk_shape_roster;
    case KK_DOC_CATALOG:
        return &kk_shape_catalog;
    case KK_DOC_FRESH:
        return &kk_shape_fresh;
    case KK_DOC_INVITE:
        break;
    }
    kk_assert(kind != KK_DOC_INVITE); /* an invitation is used, not held */
    return NULL;
}

static bool sound(const struct held *h, enum kk_doc_kind kind)
{
    if (kind == KK_DOC_ROOT)
        return root_sound(&h->is.root);
    if (kind == KK_DOC_ROSTER)
        return roster_sound(&h->is.roster);
    return kind != KK_DOC_CATALOG || catalog_sound(&h->is.catalog);
}

int held_read(struct held *h, enum kk_doc_kind kind, struct kk_slice bytes)
{
    int r;

    if (bytes.len > KK_DOCUMENT_BYTES_MAX)
        return KK_E_SHAPE;
    r = kk_bytes_append_slice(&h->bytes, bytes);
    if (r == 0)
        r = kk_document_read(kind, kk_bytes_slice(&h->bytes), &h->arena, &h->doc);
    if (r == 0)
        r = kk_shape_read(shape_of(kind), h->doc.payload, &h->arena, &h->is, NULL);
    if (r == 0 && !sound(h, kind))
        r = KK_E_SHAPE;
    return r;
}

int held_read_devices(struct held *h, struct kk_slice devices)
{
    const struct kk_blob_ref *ref = &h->is.roster.devices;
    uint8_t hash[KK_HASH_BYTES];
    int r;

    kk_hash_of("blob", devices, hash);
    if (devices.len != ref->len || memcmp(hash, ref->hash, KK_HASH_BYTES) != 0)
        return KK_E_HASH;
    r = kk_bytes_append_slice(&h->devices, devices);
    if (r == 0)
        r = kk_shape_read(&kk_shape_devices, kk_bytes_slice(&h->devices), &h->arena, &h->rows,
                          NULL);
    if (r < 0)
        return r;
    h->view = (struct kk_roster_view){ .roster = &h->is.roster, .devices = &h->rows };
    h->view.ids = kk_devices_ids(&h->rows, &h->arena);
    if (!h->view.ids)
        return KK_E_MEMORY;
    return kk_devices_sound(&h->rows, h->view.ids) ? 0 : KK_E_SHAPE;
}

void held_no_devices(struct held *h)
{
    h->view = (struct kk_roster_view){ .roster = &h->is.roster, .devices = &h->rows };
}

struct kk_ver held_version(const struct held *h, enum kk_doc_kind kind)
{
    if (kind == KK_DOC_ROSTER)
        return h->is.roster.version;
    if (kind == KK_DOC_CATALOG)
        return h->is.catalog.version;
    return (struct kk_ver){ .ver = kind == KK_DOC_ROOT ? h->is.root.ver : h->is.fresh.issued_ms };
}
