/* The press (press.h): blobs and catalogs on disk, and the file between the desks. */
#include "desk/press.h"

#include "desk/edition.h"
#include "desk/files.h"
#include "kukyoku/base/alloc.h"
#include "kukyoku/base/text.h"
#include "kukyoku/bundle/kkyb.h"

#include <stdio.h>
#include <stdlib.h>

#define CATALOG_ARENA (4u * 1024 * 1024)

/* --- paths --- */
static int catalog_path(const struct kk_press *p, uint32_t number, char ret[KK_OS_PATH_MAX])
{
    char name[32];

    snprintf(name, sizeof name, "catalog-%06u.doc", (unsigned)number);
    return kk_os_path_join(p->dir, name, ret);
}

static int blob_path(const struct kk_press *p, const uint8_t hash[KK_HASH_BYTES],
                     char ret[KK_OS_PATH_MAX])
{
    char name[6 + 2 * KK_HASH_BYTES + 1] = "blobs/";

    kk_hex_encode(kk_slice(hash, KK_HASH_BYTES), name + 6);
    return kk_os_path_join(p->dir, name, ret);
}

/* --- the newest catalog --- */
static int newest(void *user, const char *name)
{
    uint32_t *number = user;
    unsigned found;

    if (sscanf(name, "catalog-%6u.doc", &found) == 1 && found > *number)
        *number = found;
    return 0;
}

static int read_catalog(struct kk_press *p, struct kk_slice document, struct kk_error *err)
{
    struct kk_shape_fault fault = { 0 };
    struct kk_doc doc;
    int r = kk_document_read(KK_DOC_CATALOG, document, &p->arena, &doc);

    if (r == 0)
        r = kk_shape_read(&kk_shape_catalog, doc.payload, &p->arena, &p->catalog, &fault);
    if (r < 0)
        return kk_error_set(err, r, "catalog", "%s", fault.field ? fault.field : "");
    kk_document_id(&doc, p->last_id);
    return 0;
}

int kk_press_catalog(const struct kk_press *p, uint32_t number, struct kk_bytes *ret_document,
                     struct kk_error *err)
{
    char path[KK_OS_PATH_MAX];
    int r = catalog_path(p, number, path);

    return r < 0 ? r : kk_os_file_read(path, KK_DOCUMENT_BYTES_MAX, ret_document, err);
}

static int load_last(struct kk_press *p, struct kk_error *err)
{
    const struct kk_catalog *believed = kk_trust_catalog(p->home->trust);
    uint32_t number = 0;
    int r = kk_os_exists(p->dir) ? kk_os_dir_list(p->dir, newest, &number, err) : 0;

    if (r < 0)
        return r;
    if (number > 0) {
        r = kk_press_catalog(p, number, &p->last, err);
        if (r == 0)
            r = read_catalog(p, kk_bytes_slice(&p->last), err);
    }
    if (r == 0 && believed && kk_ver_compare(believed->version, p->catalog.version) > 0)
        r = kk_error_say(err, KK_E_ROLLBACK, p->dir, "release %u is known, this desk holds %u",
                         "公表番号 %u が知られていますが、この担当の手元は %u です",
                         (unsigned)believed->version.ver, (unsigned)p->catalog.version.ver);
    return r;
}

int kk_press_open(struct kk_home *home, struct kk_press *ret, struct kk_error *err)
{
    *ret = (struct kk_press){ .home = home };
    kk_arena_init(&ret->arena, CATALOG_ARENA);
    int r = kk_home_path(home, "release", ret->dir, err);
    if (r == 0)
        r = load_last(ret, err);
    if (r < 0)
        kk_press_fini(ret);
    return r;
}

void kk_press_fini(struct kk_press *p)
{
    for (size_t i = 0; i < p->count; i++)
        kk_bytes_fini(&p->blobs[i].bytes);
    kk_free(p->blobs);
    kk_bytes_fini(&p->last);
    kk_arena_fini(&p->arena);
    *p = (struct kk_press){ 0 };
}

const struct kk_catalog_scope *kk_press_scope(const struct kk_press *p, struct kk_slice scope)
{
    return kk_catalog_scope_of(&p->catalog, scope);
}

/* --- keys and blobs --- */
int kk_press_key(const struct kk_press *p, struct kk_slice scope, struct kk_secret *ret,
                 uint32_t *ret_epoch, struct kk_error *err)
{
    const uint8_t *key = kk_keyring_newest(&p->home->keyring, scope, ret_epoch);

    if (kk_scope_tier(scope) == 0) {
        *ret_epoch = 0;
        return 0;
    }
    if (!key)
        return kk_error_set(err, KK_E_KEY_UNKNOWN, "", "%.*s", (int)scope.len,
                            (const char *)scope.data);
    kk_secret_init(ret, kk_slice(key, KK_KEY_BYTES));
    return 0;
}

static const struct kk_press_blob *find(const struct kk_press *p,
                                        const uint8_t hash[KK_HASH_BYTES])
{
    for (size_t i = 0; i < p->count; i++) {
        if (memcmp(p->blobs[i].hash, hash, KK_HASH_BYTES) == 0)
            return &p->blobs[i];
    }
    return NULL;
}

int kk_press_add(struct kk_press *p, struct kk_slice scope, struct kk_slice blob)
{
    uint8_t hash[KK_HASH_BYTES];

    kk_blob_hash(blob, hash);
    if (find(p, hash))
        return 0;
    if (p->count == p->cap) {
        size_t cap = p->cap ? 2 * p->cap : 64;
        struct kk_press_blob *blobs = kk_realloc(p->blobs, cap * sizeof *blobs);

        if (!blobs)
            return KK_E_MEMORY;
        p->blobs = blobs;
        p->cap = cap;
    }
    struct kk_press_blob *b = &p->blobs[p->count];
    *b = (struct kk_press_blob){ 0 };
    int r = kk_bytes_append_slice(&b->bytes, blob);
    if (r < 0)
        return r;
    snprintf(b->scope, sizeof b->scope, "%.*s", (int)scope.len, (const char *)scope.data);
    memcpy(b->hash, hash, KK_HASH_BYTES);
    p->count++;
    return 0;
}

uint64_t kk_press_bytes(const struct kk_press *p, const char *scope)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < p->count; i++)
        sum += strcmp(p->blobs[i].scope, scope) == 0 ? p->blobs[i].bytes.len : 0;
    return sum;
}

/* From memory, else from disk; the hash is checked. */
static int fetch(const struct kk_press *p, const struct kk_blob_ref *ref, struct kk_bytes *out)
{
    const struct kk_press_blob *b = find(p, ref->hash);
    uint8_t hash[KK_HASH_BYTES];
    char path[KK_OS_PATH_MAX];

    if (b)
        return kk_bytes_append_slice(out, kk_bytes_slice(&b->bytes));
    int r = blob_path(p, ref->hash, path);
    if (r == 0)
        r = kk_os_file_read(path, KK_BLOB_BYTES_MAX, out, NULL);
    if (r == KK_E_NOT_FOUND)
        return KK_E_BLOB_MISSING;
    if (r < 0)
        return r;
    kk_blob_hash(kk_bytes_slice(out), hash);
    return memcmp(hash, ref->hash, KK_HASH_BYTES) == 0 ? 0 : KK_E_HASH;
}

int kk_press_get(void *source, enum kk_blob_kind kind, const struct kk_blob_ref *ref,
                 struct kk_bytes *out)
{
    const struct kk_press_source *s = source;
    KK_AUTO_FINI(kk_bytes) struct kk_bytes blob = { 0 };
    KK_AUTO_FINI(kk_secret) struct kk_secret secret = { 0 };
    struct kk_blob_seal seal = { .kind = kind, .scope = s->scope };
    int r = fetch(s->press, ref, &blob);

    if (r == 0)
        r = kk_blob_epoch(kk_bytes_slice(&blob), &seal.epoch);
    if (r < 0)
        return r;
    if (seal.epoch > 0) {
        const uint8_t *key = kk_keyring_find(&s->press->home->keyring, s->scope, seal.epoch);

        if (!key)
            return KK_E_KEY_UNKNOWN;
        kk_secret_init(&secret, kk_slice(key, KK_KEY_BYTES));
        seal.key = &secret;
    }
    return kk_blob_unwrap(&seal, kk_bytes_slice(&blob), out);
}

/* --- the file between the desks --- */
static int flush(struct kk_os_writer *w, struct kk_bytes *out, struct kk_error *err)
{
    int r = kk_os_writer_put(w, kk_bytes_slice(out), err);

    kk_bytes_clear(out);
    return r;
}

int kk_press_write(const struct kk_press *p, struct kk_slice document, const char *path,
                   struct kk_error *err)
{
    KK_AUTO_FINI(kk_os_writer) struct kk_os_writer file = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 };
    struct kk_kkyb_writer w;
    int r = kk_os_writer_open(&file, path, KK_OS_SHARED, err);

    if (r == 0)
        r = kk_kkyb_begin(&w, KK_KKYB_RELEASE, (uint32_t)p->count + 1, &out);
    if (r == 0)
        r = kk_kkyb_item(&w, KK_KKYB_TAG_DOCUMENT, document, &out);
    for (size_t i = 0; i < p->count && r == 0; i++) {
        r = kk_kkyb_blob(&w, kk_slice_text(p->blobs[i].scope), kk_bytes_slice(&p->blobs[i].bytes),
                         &out);
        if (r == 0)
            r = flush(&file, &out, err);
    }
    if (r == 0)
        r = kk_kkyb_end(&w, &out);
    if (r == 0)
        r = flush(&file, &out, err);
    return r < 0 ? r : kk_os_writer_commit(&file, err);
}

static int take_item(struct kk_press *p, const struct kk_kkyb_item *item, struct kk_bytes *document)
{
    struct kk_slice scope, blob;
    enum kk_doc_kind kind;
    int r;

    if (item->tag == KK_KKYB_TAG_BLOB) {
        r = kk_kkyb_split_blob(item->bytes, &scope, &blob);
        if (r == 0 && kk_scope_tier(scope) < 0)
            r = KK_E_BUNDLE_FILE;
        return r < 0 ? r : kk_press_add(p, scope, blob);
    }
    if (item->tag != KK_KKYB_TAG_DOCUMENT)
        return 0;
    if (!kk_document_kind(item->bytes, &kind) || kind != KK_DOC_CATALOG || document->len > 0)
        return KK_E_BUNDLE_FILE; /* a draft has one catalog and nothing else that is signed */
    return kk_bytes_append_slice(document, item->bytes);
}

/* All items that are whole; *ret_ended at the end of the file. */
static int take_items(struct kk_press *p, struct kk_kkyb_reader *reader, struct kk_bytes *document,
                      bool *ret_ended)
{
    for (;;) {
        enum kk_kkyb_event event;
        struct kk_kkyb_item item;
        int r = kk_kkyb_next(reader, &event, &item);

        if (r == 0 && event == KK_KKYB_ITEM)
            r = take_item(p, &item, document);
        if (r == 0 && event == KK_KKYB_HEAD && reader->type != KK_KKYB_RELEASE)
            r = KK_E_BUNDLE_FILE;
        if (r < 0)
            return r;
        *ret_ended = event == KK_KKYB_END;
        if (event == KK_KKYB_MORE || event == KK_KKYB_END)
            return 0;
    }
}

int kk_press_read(struct kk_press *p, const char *path, struct kk_bytes *ret_document,
                  struct kk_error *err)
{
    KK_AUTO_FINI(kk_kkyb_reader) struct kk_kkyb_reader reader;
    uint8_t piece[4096];
    FILE *file = fopen(path, "rb");
    bool ended = false;
    size_t n = 0;
    int r = 0;

    kk_kkyb_reader_init(&reader);
    if (!file)
        return kk_error_say(err, KK_E_NOT_FOUND, path, "cannot be opened",
                            "開けません");
    while (r == 0 && (n = fread(piece, 1, sizeof piece, file)) > 0) {
        r = kk_kkyb_feed(&reader, kk_slice(piece, n));
        if (r == 0)
            r = take_items(p, &reader, ret_document, &ended);
    }
    if (r == 0 && ferror(file))
        r = KK_E_IO;
    if (r == 0 && (!ended || ret_document->len == 0))
        r = KK_E_BUNDLE_FILE;
    fclose(file);
    if (r == 0)
        return 0;
    return ended ? kk_error_set(err, r, path, "%s", "")
                 : kk_error_say(err, r, path, "not whole", "途中で切れています");
}

/* --- signing --- */
int kk_press_sign(const struct kk_press *p, struct kk_slice document, struct kk_slice passphrase,
                  struct kk_bytes *out, struct kk_error *err)
{
    const struct kk_root_role *role = kk_trust_role(p->home->trust, KK_TRUST_PUBLISHER);
    uint8_t secret[KK_SIGN_SECRET], public[KK_KEY_BYTES];
    int r = kk_desk_secret(p->home->dir, passphrase, secret, public, err);
    size_t index = 0;

    while (r == 0 && role && index < role->keys.count &&
           memcmp(role->keys.items[index].id, public, KK_KEY_BYTES) != 0)
        index++;
    if (r == 0 && (!role || index == role->keys.count))
        r = kk_error_say(err, KK_E_ROLE, p->home->dir, "desk.key is not a publisher's key",
                         "desk.key は公表担当の鍵ではありません");
    if (r == 0)
        r = kk_document_sign(document, (unsigned)index, secret, out);
    kk_secret_wipe(secret, sizeof secret);
    return r;
}

/* --- keeping --- */
int kk_press_keep(struct kk_press *p, struct kk_slice document, struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes copy = { 0 };
    char path[KK_OS_PATH_MAX];
    int r = kk_os_path_join(p->dir, "blobs", path);

    if (r == 0)
        r = kk_os_dir_make(path, err);
    for (size_t i = 0; i < p->count && r == 0; i++) {
        r = blob_path(p, p->blobs[i].hash, path);
        if (r == 0 && !kk_os_exists(path))
            r = kk_os_file_write(path, kk_bytes_slice(&p->blobs[i].bytes), KK_OS_PRIVATE, err);
    }
    if (r == 0)
        r = kk_bytes_append_slice(&copy, document);
    if (r < 0)
        return r;
    kk_arena_reset(&p->arena);
    kk_bytes_fini(&p->last);
    p->last = copy;
    copy = (struct kk_bytes){ 0 };
    r = read_catalog(p, kk_bytes_slice(&p->last), err);
    if (r == 0)
        r = catalog_path(p, (uint32_t)p->catalog.version.ver, path);
    /* The catalog comes last: with it the release counts. */
    return r < 0 ? r : kk_os_file_write(path, document, KK_OS_PRIVATE, err);
}
