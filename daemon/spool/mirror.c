/*
 * What everybody may read, as plain files for any web server: the word on what is newest last, when
 * all that it names is there. Only what the signed catalog leads to in `pub` goes out, and only if
 * the store, too, holds it as `pub`. [MI-1] [MI-2] [MI-3]
 */
#include "spool/folder.h"
#include "spool/spool.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/base/text.h"
#include "kukyoku/bundle/plan.h"
#include "kukyoku/bundle/segment.h"

#include <stdio.h>

#define ARENA_MAX (8 * 1024 * 1024)

struct mirroring {
    struct kk_relay *relay;
    struct folder folder;
    struct kk_plan plan; /* all of pub, from manifest to deltas */
    struct kk_error *err;
};

static bool nothing_held(void *user, enum kk_blob_kind kind, const struct kk_blob_ref *ref)
{
    (void)user;
    (void)kind;
    (void)ref;
    return false;
}

static int refuse(struct mirroring *m, int fault, const uint8_t hash[KK_HASH_BYTES])
{
    char hex[2 * KK_HASH_BYTES + 1];

    kk_hex_encode(kk_slice(hash, KK_HASH_BYTES), hex);
    return kk_error_set(m->err, fault, hex, "%s", "");
}

/* The bytes of a blob that everybody may have, by its label in the store and by the manifest. */
static int read_blob(struct mirroring *m, const struct kk_blob_ref *ref, struct kk_bytes *out)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes label = { 0 };
    struct kk_store *s = kk_relay_store(m->relay);
    uint64_t len;
    int r = s->engine->blob_find(s, ref->hash, &label, &len);

    if (r <= 0)
        return refuse(m, r < 0 ? r : KK_E_BLOB_MISSING, ref->hash);
    if (!kk_slice_is(kk_bytes_slice(&label), "pub") || len != ref->len)
        return refuse(m, KK_E_TIER, ref->hash);
    r = s->engine->blob_read(s, ref->hash, 0, ref->len, out);
    return r > 0 ? 0 : refuse(m, r < 0 ? r : KK_E_BLOB_MISSING, ref->hash);
}

static int open_blob(struct mirroring *m, const struct kk_want *want, struct kk_bytes *out)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes blob = { 0 };
    struct kk_blob_seal seal = { .kind = want->kind, .scope = kk_slice_text("pub") };
    size_t max = want->kind == KK_BLOB_MANIFEST ? KK_MANIFEST_BYTES_MAX : KK_INDEX_BYTES_MAX;
    int r = read_blob(m, &want->ref, &blob);

    if (r < 0)
        return r;
    r = kk_blob_open(&seal, kk_bytes_slice(&blob), max, out);
    return r < 0 ? refuse(m, r, want->ref.hash) : 0;
}

/* What a manifest or an index names is wanted as well. */
static int follow(struct mirroring *m, const struct kk_want *want)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_manifest manifest;
    struct kk_index index;
    int r = open_blob(m, want, &plain);

    kk_arena_init(&arena, ARENA_MAX);
    if (r < 0)
        return r;
    if (want->kind == KK_BLOB_MANIFEST) {
        r = kk_manifest_read(kk_bytes_slice(&plain), kk_slice_text("pub"), &arena, &manifest);
        if (r == 0)
            r = kk_plan_manifest(&m->plan, &manifest, nothing_held, NULL);
    } else {
        r = kk_shape_read(&kk_shape_index, kk_bytes_slice(&plain), &arena, &index, NULL);
        if (r == 0)
            r = kk_plan_index(&m->plan, &index, nothing_held, NULL);
    }
    return r < 0 ? refuse(m, r, want->ref.hash) : 0;
}

static int plan_all(struct mirroring *m, const struct kk_catalog *catalog)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < catalog->scopes.count; i++) {
        if (kk_slice_is(catalog->scopes.items[i].scope, "pub"))
            r = kk_plan_add(&m->plan, KK_BLOB_MANIFEST, &catalog->scopes.items[i].manifest);
    }
    for (size_t i = 0; r == 0 && i < m->plan.count; i++) {
        struct kk_want want = m->plan.wants[i]; /* the list may move while it grows */

        if (want.kind == KK_BLOB_MANIFEST || want.kind == KK_BLOB_INDEX)
            r = follow(m, &want);
    }
    return r;
}

static int put_blobs(struct mirroring *m)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < m->plan.count; i++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes blob = { 0 };

        r = read_blob(m, &m->plan.wants[i].ref, &blob);
        if (r == 0)
            r = folder_put_blob(&m->folder, m->plan.wants[i].ref.hash, kk_bytes_slice(&blob),
                                m->err);
    }
    return r;
}

static int put_document(struct mirroring *m, enum kk_doc_kind kind)
{
    struct kk_slice bytes = kk_trust_bytes(kk_relay_trust(m->relay), kind);
    uint8_t hash[KK_HASH_BYTES];

    if (bytes.len == 0)
        return 0;
    kk_hash_of("blob", bytes, hash);
    return folder_put_blob(&m->folder, hash, bytes, m->err);
}

static int put_roots(struct mirroring *m)
{
    const struct kk_trust *t = kk_relay_trust(m->relay);
    int r = 0;

    for (size_t i = 0; r == 0 && i < kk_trust_root_count(t); i++) {
        char name[40];

        snprintf(name, sizeof(name), "root/%llu",
                 (unsigned long long)kk_trust_root_at(t, i)->ver);
        r = folder_put(&m->folder, name, kk_trust_root_bytes(t, i), m->err);
    }
    return r;
}

/*
 * What the daemon tells one who holds every root and the catalog, and is not approved: WELCOME,
 * without documents, which stand beside it.
 */
static int put_word(struct mirroring *m)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    const struct kk_root *root = kk_trust_root(kk_relay_trust(m->relay));
    const struct kk_catalog *catalog = kk_trust_catalog(kk_relay_trust(m->relay));
    struct kk_relay_caller anybody = { .standing = KK_STANDING_PENDING };
    struct kk_msg_hello hello = { .client = kk_slice_text("mirror"),
                                  .root_ver = root ? root->ver : 1 };
    struct kk_message message = { .type = KK_MSG_HELLO, .id = 1, .body = &hello };
    uint64_t detail;
    int r;

    if (catalog)
        hello.catalog = catalog->version;
    r = kk_relay_answer(m->relay, &anybody, &message, &plain, &detail);

    if (r < 0)
        return kk_error_set(m->err, r, m->folder.path, "%s", "");
    return folder_put(&m->folder, "now", kk_bytes_slice(&plain), m->err);
}

/* What was recalled has no grace. */
static int take_away(struct mirroring *m, const struct kk_spool_static_options *o)
{
    const struct kk_catalog *catalog = kk_trust_catalog(kk_relay_trust(m->relay));
    int r = 0;

    for (size_t i = 0; r == 0 && catalog && i < catalog->recalled.count; i++)
        r = folder_drop_blob(&m->folder, catalog->recalled.items[i].id, m->err);
    return r == 0 ? folder_sweep(&m->folder, kk_relay_now(m->relay), o->grace_ms, m->err) : r;
}

static int mirror(struct mirroring *m, const struct kk_spool_static_options *o)
{
    const struct kk_catalog *catalog = kk_trust_catalog(kk_relay_trust(m->relay));
    int r = folder_open(&m->folder, o->path, m->err);

    if (r == 0 && catalog)
        r = plan_all(m, catalog);
    if (r == 0)
        r = put_blobs(m);
    if (r == 0)
        r = put_document(m, KK_DOC_ROSTER);
    if (r == 0)
        r = put_document(m, KK_DOC_CATALOG);
    if (r == 0)
        r = put_roots(m);
    if (r == 0)
        r = put_word(m);
    return r == 0 ? take_away(m, o) : r;
}

int kk_spool_export_static(struct kk_relay *relay, const struct kk_spool_static_options *o,
                           struct kk_spool_static *ret, struct kk_error *err)
{
    struct mirroring m = { .relay = relay, .err = err };
    int r = mirror(&m, o);

    if (r == 0)
        *ret = (struct kk_spool_static){ m.folder.written, m.folder.unchanged,
                                         m.folder.removed };
    else if (err && !err->fault)
        kk_error_set(err, r, o->path, "%s", "");
    folder_fini(&m.folder);
    kk_plan_fini(&m.plan);
    return r;
}
