/* Desks in memory. */
#include "bureau.h"

#include "kukyoku/base/date.h"
#include "kukyoku/base/hash.h"
#include "kukyoku/error.h"

#include <sodium.h>
#include <stdlib.h>

static const char *const scope_names[BUREAU_SCOPES] = { "b",       "e:14131", "e:14133", "int",
                                                        "r:14133", "w:14131", "w:14133" };

const char *bureau_scope(size_t i)
{
    kk_assert(i < BUREAU_SCOPES);
    return scope_names[i];
}

static void key_make(struct bureau *b, struct bureau_key *k)
{
    uint8_t seed[KK_KEY_BYTES];

    kk_entropy_fill(&b->entropy.entropy, seed, sizeof(seed));
    kk_sign_keys(seed, k->secret, k->is);
}

static void encode(const struct kk_shape *shape, const void *value, struct kk_bytes *out)
{
    kk_bytes_clear(out);
    kk_assert(kk_shape_encode(shape, value, out) == 0);
}

static void add_signature(struct kk_bytes *doc, unsigned index, const struct bureau_key *key)
{
    struct kk_bytes more = { 0 };

    kk_assert(kk_document_sign(kk_bytes_slice(doc), index, key->secret, &more) == 0);
    kk_bytes_fini(doc);
    *doc = more;
}

void bureau_sign(struct bureau *b, enum kk_doc_kind kind, struct kk_slice payload,
                 struct kk_bytes *out)
{
    struct kk_bytes doc = { 0 };

    kk_assert(kk_document_new(kind, payload, &doc) == 0);
    if (kind == KK_DOC_ROOT) {
        add_signature(&doc, 0, &b->root[0]);
        add_signature(&doc, 1, &b->root[1]);
    } else if (kind == KK_DOC_CATALOG) {
        add_signature(&doc, 0, &b->publisher);
    } else {
        add_signature(&doc, 0, kind == KK_DOC_FRESH ? &b->daemon : &b->registrar);
    }
    kk_bytes_fini(out);
    *out = doc;
}

void bureau_sign_root(struct bureau *b)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes payload = { 0 };
    struct kk_hash_item keys[5], transport;
    struct kk_root_role roles[4] = {
        { .role = KK_TRUST_ROOT, .threshold = 2, .keys = { &keys[0], 2 } },
        { .role = KK_TRUST_REGISTRAR, .threshold = 1, .keys = { &keys[2], 1 } },
        { .role = KK_TRUST_PUBLISHER, .threshold = 1, .keys = { &keys[3], 1 } },
        { .role = KK_TRUST_DAEMON, .threshold = 1, .keys = { &keys[4], 1 } },
    };
    struct kk_root root = { .ver = ++b->root_ver,
                            .issued_ms = (uint64_t)b->now_ms,
                            .expires_ms = (uint64_t)(b->now_ms + KK_ROOT_LIFE_DAYS * KK_DAY_MS),
                            .city = kk_slice_text("川崎市"),
                            .roles = { roles, 4 },
                            .transport = { &transport, 1 } };

    memcpy(keys[0].id, b->root[0].is, KK_KEY_BYTES);
    memcpy(keys[1].id, b->root[1].is, KK_KEY_BYTES);
    memcpy(keys[2].id, b->registrar.is, KK_KEY_BYTES);
    memcpy(keys[3].id, b->publisher.is, KK_KEY_BYTES);
    memcpy(keys[4].id, b->daemon.is, KK_KEY_BYTES);
    memcpy(transport.id, b->transport, KK_KEY_BYTES);
    encode(&kk_shape_root, &root, &payload);
    bureau_sign(b, KK_DOC_ROOT, kk_bytes_slice(&payload), &b->root_doc);
}

static void scope_key_make(struct bureau *b, size_t i)
{
    uint8_t key[KK_KEY_BYTES];

    kk_entropy_fill(&b->entropy.entropy, key, sizeof(key));
    kk_assert(kk_keyring_put(&b->keys, kk_slice_text(scope_names[i]), ++b->epochs[i], key) == 0);
}

void bureau_init(struct bureau *b, uint64_t seed, int64_t now_ms)
{
    kk_assert(sodium_init() >= 0);
    *b = (struct bureau){ .now_ms = now_ms, .tv = 1 };
    unit_entropy_init(&b->entropy, seed);
    key_make(b, &b->root[0]);
    key_make(b, &b->root[1]);
    key_make(b, &b->registrar);
    key_make(b, &b->publisher);
    key_make(b, &b->daemon);
    kk_entropy_fill(&b->entropy.entropy, b->transport_secret, KK_KEY_BYTES);
    crypto_scalarmult_curve25519_base(b->transport, b->transport_secret);
    for (size_t i = 0; i < BUREAU_SCOPES; i++)
        scope_key_make(b, i);
    press_init(&b->pub, "pub");
    press_init(&b->internal, "int");
    bureau_sign_root(b);
}

void bureau_fini(struct bureau *b)
{
    struct kk_bytes *docs[] = { &b->root_doc, &b->roster_doc, &b->devices_blob, &b->catalog_doc };

    for (size_t i = 0; i < KK_COUNT(docs); i++)
        kk_bytes_fini(docs[i]);
    for (size_t i = 0; i < BUREAU_SCOPES; i++)
        kk_bytes_fini(&b->wraps[i]);
    for (size_t i = 0; i < b->device_count; i++)
        kk_device_keys_fini(&b->devices[i].keys);
    kk_keyring_fini(&b->keys);
    press_fini(&b->pub);
    press_fini(&b->internal);
    *b = (struct bureau){ 0 };
}

/* --- devices --- */

struct bureau_device *bureau_stranger(struct bureau *b)
{
    struct bureau_device *d = &b->devices[b->device_count++];

    kk_assert(b->device_count <= BUREAU_DEVICES_MAX);
    kk_device_keys_generate(&d->keys, &b->entropy.entropy);
    return d;
}

static bool holds(const struct bureau_device *d, size_t scope)
{
    return d->span_count && !d->left &&
           kk_device_span_has(&d->spans[d->span_count - 1], kk_slice_text(scope_names[scope]));
}

static struct kk_device_span *span_add(struct bureau *b, struct bureau_device *d)
{
    struct kk_device_span *s = &d->spans[d->span_count++];

    kk_assert(d->span_count <= BUREAU_SPANS_MAX);
    if (d->span_count > 1)
        *s = s[-1];
    s->from = (struct kk_ver){ .ver = b->roster_ver + 1 };
    return s;
}

void bureau_approve(struct bureau *b, struct bureau_device *d, enum kk_role role,
                    const char *ward)
{
    struct kk_device_span *s = span_add(b, d);
    struct bureau_post *post = &d->posts[d->span_count - 1];
    size_t count = 0;

    memcpy(post->ward, ward, strlen(ward) + 1);
    for (size_t i = 0; i < BUREAU_SCOPES; i++) {
        struct kk_scope scope;

        kk_assert(kk_scope_parse(kk_slice_text(scope_names[i]), &scope));
        if (kk_scope_entitled(&scope, role, ward))
            post->scopes[count++].name = kk_slice_text(scope_names[i]);
    }
    s->ward = kk_slice(ward[0] ? post->ward : NULL, strlen(ward));
    s->holder = kk_slice_text("担当者");
    s->role = role;
    s->scopes.items = post->scopes;
    s->scopes.count = count;
    s->status = KK_STATUS_ACTIVE;
}

void bureau_revoke(struct bureau *b, struct bureau_device *d)
{
    for (size_t i = 0; i < BUREAU_SCOPES; i++) {
        if (holds(d, i))
            scope_key_make(b, i);
    }
    span_add(b, d)->status = KK_STATUS_REVOKED;
    d->left = true;
}

static int by_id(const void *pa, const void *pb)
{
    const struct bureau_device *const *a = pa, *const *b = pb;

    return memcmp((*a)->keys.id, (*b)->keys.id, KK_ID_BYTES);
}

/* Those that stand in the roster, ascending by id. */
static size_t sorted(struct bureau *b, struct bureau_device *ret[BUREAU_DEVICES_MAX])
{
    size_t count = 0;

    for (size_t i = 0; i < b->device_count; i++) {
        if (b->devices[i].span_count)
            ret[count++] = &b->devices[i];
    }
    qsort(ret, count, sizeof(struct bureau_device *), by_id);
    return count;
}

/* --- the registrar --- */

static void make_rows(struct bureau *b)
{
    struct bureau_device *devices[BUREAU_DEVICES_MAX];
    struct kk_device_row rows[BUREAU_DEVICES_MAX] = { 0 };
    struct kk_devices all = { .rows = { rows, sorted(b, devices) } };

    for (size_t i = 0; i < all.rows.count; i++) {
        const struct bureau_device *d = devices[i];

        memcpy(rows[i].sign, d->keys.sign, KK_KEY_BYTES);
        memcpy(rows[i].noise, d->keys.noise, KK_KEY_BYTES);
        memcpy(rows[i].wrap, d->keys.wrap, KK_KEY_BYTES);
        rows[i].label = kk_slice_text("PC");
        rows[i].history.items = d->spans;
        rows[i].history.count = d->span_count;
    }
    encode(&kk_shape_devices, &all, &b->devices_blob);
}

static struct kk_keyring_item item_of(const struct bureau *b, size_t scope, uint32_t epoch)
{
    struct kk_keyring_item item = { .epoch = epoch };
    struct kk_slice name = kk_slice_text(scope_names[scope]);
    const uint8_t *key = kk_keyring_find(&b->keys, name, epoch);

    kk_assert(key);
    memcpy(item.scope, name.data, name.len);
    memcpy(item.key, key, KK_KEY_BYTES);
    return item;
}

static void make_wraps(struct bureau *b, size_t scope)
{
    struct bureau_device *devices[BUREAU_DEVICES_MAX];
    uint8_t sealed[BUREAU_DEVICES_MAX][KK_WRAP_SEALED_MAX];
    uint8_t boxes[BUREAU_DEVICES_MAX][KK_WRAP_LINK_BYTES];
    struct kk_wrap_row rows[BUREAU_DEVICES_MAX];
    struct kk_wrap_link links[BUREAU_DEVICES_MAX];
    struct kk_keyring_item item = item_of(b, scope, b->epochs[scope]);
    struct kk_wraps w = { .scope = kk_slice_text(scope_names[scope]), .epoch = item.epoch,
                          .links = { links, 0 }, .wraps = { rows, 0 } };
    size_t count = sorted(b, devices);

    for (uint32_t epoch = 2; epoch <= b->epochs[scope]; epoch++) {
        struct kk_keyring_item newer = item_of(b, scope, epoch);
        struct kk_keyring_item older = item_of(b, scope, epoch - 1);

        kk_wrap_link(&newer, older.key, &b->entropy.entropy, boxes[w.links.count]);
        links[w.links.count] = (struct kk_wrap_link){
            .epoch = epoch, .box = kk_slice(boxes[w.links.count], KK_WRAP_LINK_BYTES)
        };
        w.links.count++;
    }
    for (size_t i = 0; i < count; i++) {
        size_t len = 0, at = w.wraps.count;

        if (!holds(devices[i], scope))
            continue;
        kk_assert(kk_wrap_seal(&item, devices[i]->keys.wrap, &b->entropy.entropy, sealed[at],
                               &len) == 0);
        memcpy(rows[at].device, devices[i]->keys.id, KK_ID_BYTES);
        rows[at].sealed = kk_slice(sealed[at], len);
        w.wraps.count++;
    }
    encode(&kk_shape_wraps, &w, &b->wraps[scope]);
}

static void ref_of(const struct kk_bytes *bytes, struct kk_blob_ref *ret)
{
    kk_hash_of("blob", kk_bytes_slice(bytes), ret->hash);
    ret->len = bytes->len;
}

void bureau_sign_roster(struct bureau *b)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes payload = { 0 };
    struct kk_roster_scope scopes[BUREAU_SCOPES];
    struct kk_roster r = {
        .version = { .ver = ++b->roster_ver },
        .issued_ms = (uint64_t)b->now_ms,
        .expires_ms = (uint64_t)(b->now_ms + KK_ROSTER_LIFE_DAYS * KK_DAY_MS),
        .settings = { .tv = b->tv, .by_line = { 10, 31 }, .by_media = { 31, 92 },
                      .draining_days = 14 },
        .scopes = { scopes, BUREAU_SCOPES },
        .eras = { b->eras, b->era_count },
    };

    make_rows(b);
    ref_of(&b->devices_blob, &r.devices);
    for (size_t i = 0; i < BUREAU_SCOPES; i++) {
        struct kk_keyring_item item = item_of(b, i, b->epochs[i]);

        make_wraps(b, i);
        scopes[i] = (struct kk_roster_scope){ .scope = kk_slice_text(scope_names[i]),
                                              .epoch = item.epoch };
        kk_key_id(item.key, scopes[i].key_id);
        ref_of(&b->wraps[i], &scopes[i].wraps);
    }
    encode(&kk_shape_roster, &r, &payload);
    bureau_sign(b, KK_DOC_ROSTER, kk_bytes_slice(&payload), &b->roster_doc);
}

/* --- the publisher --- */

/* Once: a release opens the blobs of the one before with the same key. */
static void seal_with_newest(struct bureau *b)
{
    uint32_t epoch;
    const uint8_t *key = kk_keyring_newest(&b->keys, kk_slice_text("int"), &epoch);

    kk_assert(key);
    kk_secret_fini(&b->internal.key);
    kk_secret_init(&b->internal.key, kk_slice(key, KK_KEY_BYTES));
    b->internal.epoch = epoch;
}

void bureau_publish(struct bureau *b, const struct press_table *pub,
                    const struct press_table *internal)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes payload = { 0 };
    struct kk_catalog_scope scopes[2];
    struct kk_catalog c = { .version = { .ver = ++b->release },
                            .issued_ms = (uint64_t)b->now_ms,
                            .expires_ms =
                                (uint64_t)(b->now_ms + KK_CATALOG_LIFE_DAYS * KK_DAY_MS),
                            .title = kk_slice_text("統計"),
                            .scopes = { scopes, 0 } };

    if (internal) {
        if (!b->has_internal)
            seal_with_newest(b);
        press_release(&b->internal, b->release, internal, false);
        b->has_internal = true;
    }
    if (pub) {
        press_release(&b->pub, b->release, pub, false);
        b->has_pub = true;
    }
    if (b->has_internal)
        scopes[c.scopes.count++] = b->internal.row;
    if (b->has_pub)
        scopes[c.scopes.count++] = b->pub.row;
    encode(&kk_shape_catalog, &c, &payload);
    bureau_sign(b, KK_DOC_CATALOG, kk_bytes_slice(&payload), &b->catalog_doc);
}
