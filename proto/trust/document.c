/* Signed documents: the payload's bytes as they are, and who signed them. [TR-4] [TR-5] */
#include "kukyoku/trust/document.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/error.h"

#define SIGN_DOMAIN "kky1/sig/"

#define KIND_ROW(NAME, kind, role, text) { kind, KK_TRUST_##role },
static const struct kind_info {
    const char *name;
    enum kk_trust_role role;
} kinds[] = { KK_DOC_KINDS(KIND_ROW) };

#define ROLE_NAME(NAME, number, text) [number] = text,
static const char *const role_names[] = { KK_TRUST_ROLES(ROLE_NAME) };

const char *kk_doc_kind_name(enum kk_doc_kind kind)
{
    kk_assert((size_t)kind < KK_COUNT(kinds));
    return kinds[kind].name;
}

enum kk_trust_role kk_doc_kind_role(enum kk_doc_kind kind)
{
    kk_assert((size_t)kind < KK_COUNT(kinds));
    return kinds[kind].role;
}

const char *kk_trust_role_name(enum kk_trust_role role)
{
    kk_assert((size_t)role < KK_COUNT(role_names));
    return role_names[role];
}

int kk_ver_compare(struct kk_ver a, struct kk_ver b)
{
    if (a.gen != b.gen)
        return a.gen < b.gen ? -1 : 1;
    return a.ver < b.ver ? -1 : a.ver > b.ver;
}

static int read_any(struct kk_slice bytes, struct kk_arena *arena, struct kk_doc *ret)
{
    struct kk_doc doc = { 0 };
    int r = kk_shape_read(&kk_shape_doc, bytes, arena, &doc, NULL);

    if (r < 0)
        return r;
    for (size_t i = 1; i < doc.sigs.count; i++) {
        if (doc.sigs.items[i].key <= doc.sigs.items[i - 1].key)
            return KK_E_SHAPE; /* one key counted twice is how thresholds were broken elsewhere */
    }
    *ret = doc;
    return 0;
}

int kk_document_read(enum kk_doc_kind kind, struct kk_slice bytes, struct kk_arena *arena,
                     struct kk_doc *ret)
{
    struct kk_doc doc;
    int r = read_any(bytes, arena, &doc);

    if (r < 0)
        return r;
    if (!kk_slice_is(doc.kind, kk_doc_kind_name(kind)))
        return KK_E_SHAPE;
    *ret = doc;
    return 0;
}

bool kk_document_kind(struct kk_slice bytes, enum kk_doc_kind *ret)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_doc doc;

    kk_arena_init(&arena, KK_ROLE_KEYS_MAX * sizeof(struct kk_doc_sig) + 1024);
    if (read_any(bytes, &arena, &doc) < 0)
        return false;
    for (size_t i = 0; i < KK_COUNT(kinds); i++) {
        if (kk_slice_is(doc.kind, kinds[i].name)) {
            *ret = (enum kk_doc_kind)i;
            return true;
        }
    }
    return false;
}

int kk_document_rows_ref(struct kk_slice roster, struct kk_blob_ref *ret)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_roster read;
    struct kk_doc doc;
    int r;

    kk_arena_init(&arena, 4 * KK_DOCUMENT_BYTES_MAX);
    r = kk_document_read(KK_DOC_ROSTER, roster, &arena, &doc);
    if (r == 0)
        r = kk_shape_read(&kk_shape_roster, doc.payload, &arena, &read, NULL);
    if (r == 0)
        *ret = read.devices;
    return r;
}

/* "kky1/sig/", the kind, a zero byte, the payload. */
static void signed_parts(const struct kk_doc *doc, struct kk_slice parts[4])
{
    static const uint8_t zero = 0;

    parts[0] = kk_slice_text(SIGN_DOMAIN);
    parts[1] = doc->kind;
    parts[2] = kk_slice(&zero, 1);
    parts[3] = doc->payload;
}

int kk_document_signers(const struct kk_doc *doc, const struct kk_root_role *role,
                        uint32_t *ret_bits)
{
    struct kk_slice parts[4];
    uint32_t bits = 0;

    signed_parts(doc, parts);
    for (size_t i = 0; i < doc->sigs.count; i++) {
        const struct kk_doc_sig *s = &doc->sigs.items[i];
        int valid;

        if (s->key >= role->keys.count)
            continue; /* unknown key: passed over */
        valid = kk_sign_check(role->keys.items[s->key].id, parts, 4, s->sig);
        if (valid < 0)
            return valid;
        if (valid)
            bits |= 1u << s->key;
    }
    *ret_bits = bits;
    return 0;
}

int kk_document_verify(const struct kk_doc *doc, const struct kk_root_role *role)
{
    uint32_t bits;
    int r = kk_document_signers(doc, role, &bits);

    if (r < 0)
        return r;
    return (unsigned)__builtin_popcount(bits) >= role->threshold;
}

int kk_document_new(enum kk_doc_kind kind, struct kk_slice payload, struct kk_bytes *out)
{
    struct kk_doc doc = { .kind = kk_slice_text(kk_doc_kind_name(kind)), .payload = payload };

    return kk_shape_encode(&kk_shape_doc, &doc, out);
}

int kk_document_sign(struct kk_slice bytes, unsigned index, const uint8_t secret[KK_SIGN_SECRET],
                     struct kk_bytes *out)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_doc_sig sigs[KK_ROLE_KEYS_MAX + 1], own = { .key = index };
    struct kk_slice parts[4];
    struct kk_doc doc;
    size_t count = 0, i = 0;
    int r;

    kk_assert(index < KK_ROLE_KEYS_MAX);
    kk_arena_init(&arena, KK_ROLE_KEYS_MAX * sizeof(struct kk_doc_sig) + 1024);
    r = read_any(bytes, &arena, &doc);
    if (r < 0)
        return r;
    signed_parts(&doc, parts);
    r = kk_sign(secret, parts, 4, own.sig);
    if (r < 0)
        return r;
    for (; i < doc.sigs.count && doc.sigs.items[i].key < index; i++)
        sigs[count++] = doc.sigs.items[i];
    sigs[count++] = own;
    for (; i < doc.sigs.count; i++) {
        if (doc.sigs.items[i].key != index)
            sigs[count++] = doc.sigs.items[i];
    }
    doc.sigs.items = sigs;
    doc.sigs.count = count;
    return kk_shape_encode(&kk_shape_doc, &doc, out);
}

void kk_document_id(const struct kk_doc *doc, uint8_t ret[KK_HASH_BYTES])
{
    kk_hash_of("doc", doc->payload, ret);
}

bool kk_catalog_recalls(const struct kk_catalog *catalog, const uint8_t hash[KK_HASH_BYTES])
{
    size_t low = 0, high = catalog->recalled.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(catalog->recalled.items[middle].id, hash, KK_HASH_BYTES);

        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}
