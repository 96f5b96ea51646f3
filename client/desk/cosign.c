/* A file that several desks sign (cosign.h). [TR-19] */
#include "desk/cosign.h"

#include "desk/files.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/bundle/kkyb.h"

#include <stdio.h>

#define ITEM_HEAD_BYTES 5

void kk_cosign_fini(struct kk_cosign *s)
{
    kk_trust_free(s->before);
    kk_trust_free(s->after);
    kk_bytes_fini(&s->file);
    kk_arena_fini(&s->arena);
    *s = (struct kk_cosign){ .needed = 0 };
}

/* --- what the desk holds --- */
static bool has(const char *dir, const char *name)
{
    char path[KK_OS_PATH_MAX];

    return kk_os_path_join(dir, name, path) == 0 && kk_os_exists(path);
}

static int refused(const char *where, enum kk_trust_verdict verdict, struct kk_error *err)
{
    return kk_error_say(err, kk_trust_fault(verdict), where, "not believed: %s",
                        "信用できません: %s", kk_trust_verdict_name(verdict));
}

static int load(const char *dir, struct kk_trust **ret, struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes roster = { 0 }, devices = { 0 };
    enum kk_trust_verdict verdict = KK_TRUST_TAKEN;
    int e;

    *ret = kk_trust_new();
    e = *ret ? kk_desk_load_roots(dir, *ret, err) : KK_E_MEMORY;
    if (e < 0 || !has(dir, "roster.doc"))
        return e;
    e = kk_desk_read(dir, "roster.doc", &roster, err);
    if (e == 0)
        e = kk_desk_read(dir, "devices.bin", &devices, err);
    if (e == 0)
        e = kk_trust_restore(*ret, KK_DOC_ROSTER, kk_bytes_slice(&roster),
                             kk_bytes_slice(&devices), &verdict);
    return e == 0 && verdict != KK_TRUST_TAKEN ? refused(dir, verdict, err) : e;
}

/* --- what the file says --- */
static int read_whole(struct kk_cosign *s, const char *path, struct kk_error *err)
{
    KK_AUTO_FINI(kk_kkyb_reader) struct kk_kkyb_reader reader = { 0 };
    enum kk_kkyb_event event = KK_KKYB_HEAD;
    struct kk_kkyb_item item;
    int e = kk_os_file_read(path, KK_DESK_FILE_MAX, &s->file, err);

    kk_kkyb_reader_init(&reader);
    if (e == 0)
        e = kk_kkyb_feed(&reader, kk_bytes_slice(&s->file));
    while (e == 0 && event != KK_KKYB_END && event != KK_KKYB_MORE)
        e = kk_kkyb_next(&reader, &event, &item);
    if (e == 0 && event != KK_KKYB_END)
        e = KK_E_BUNDLE_FILE;
    s->count = reader.count;
    return e < 0 && !err->fault ? kk_error_set(err, e, path, "%s", "") : e;
}

typedef int item_fn(struct kk_cosign *s, unsigned tag, struct kk_slice bytes, void *user);

static int each_item(struct kk_cosign *s, item_fn *fn, void *user)
{
    size_t at = KK_KKYB_HEAD_BYTES;
    int e = 0;

    for (uint32_t i = 0; e == 0 && i < s->count; i++) {
        struct kk_slice bytes;
        unsigned tag = kk_kkyb_item_at(kk_bytes_slice(&s->file), at, &bytes);

        e = fn(s, tag, bytes, user);
        at += ITEM_HEAD_BYTES + bytes.len;
    }
    return e;
}

/* Is it a document that this desk would sign? */
static bool ours(unsigned tag, struct kk_slice bytes, enum kk_doc_kind *ret)
{
    return tag == KK_KKYB_TAG_DOCUMENT && kk_document_kind(bytes, ret) &&
           (*ret == KK_DOC_ROSTER || *ret == KK_DOC_INVITE);
}

/* Roots first: they say whose signatures count. */
static int take_root(struct kk_cosign *s, unsigned tag, struct kk_slice bytes, void *user)
{
    struct kk_trust *both[] = { s->before, s->after };
    enum kk_trust_verdict verdict;
    enum kk_doc_kind kind;
    int e = 0;

    (void)user;
    if (tag != KK_KKYB_TAG_DOCUMENT || !kk_document_kind(bytes, &kind) || kind != KK_DOC_ROOT)
        return 0;
    for (size_t i = 0; e == 0 && i < KK_COUNT(both); i++) {
        e = kk_trust_offer_root(both[i], bytes, kk_os_now_ms(), &verdict);
        if (e == 0 && verdict != KK_TRUST_OLDER)
            e = kk_trust_fault(verdict);
    }
    return e;
}

static int count_signatures(struct kk_cosign *s, const struct kk_doc *doc)
{
    const struct kk_root_role *role = kk_trust_role(s->after, KK_TRUST_REGISTRAR);
    uint32_t bits;
    int e = kk_document_signers(doc, role, &bits);
    unsigned count = (unsigned)__builtin_popcount(bits);

    if (e < 0)
        return e;
    if ((s->roster.data ? 1 : 0) + s->invite_count == 1 || count < s->signatures)
        s->signatures = count;
    return 0;
}

static int take_document(struct kk_cosign *s, unsigned tag, struct kk_slice bytes, void *user)
{
    enum kk_doc_kind kind;
    struct kk_slice scope, blob;
    struct kk_doc doc;
    int e;

    (void)user;
    if (tag == KK_KKYB_TAG_BLOB && kk_kkyb_split_blob(bytes, &scope, &blob) == 0 &&
        kk_slice_is(scope, "devices"))
        s->devices = blob;
    if (!ours(tag, bytes, &kind))
        return 0;
    e = kk_document_read(kind, bytes, &s->arena, &doc);
    if (e == 0 && kind == KK_DOC_INVITE && s->invite_count == KK_COSIGN_INVITES_MAX)
        e = KK_E_ROW_LIMIT;
    if (e == 0 && kind == KK_DOC_INVITE)
        e = kk_shape_read(&kk_shape_invite, doc.payload, &s->arena,
                          &s->invites[s->invite_count++], NULL);
    if (kind == KK_DOC_ROSTER)
        s->roster = bytes;
    return e == 0 ? count_signatures(s, &doc) : e;
}

/* As every device will look at it, but for the signatures that are still to come. */
static int check_roster(struct kk_cosign *s, const char *path, struct kk_error *err)
{
    enum kk_trust_verdict verdict;
    int e;

    if (!s->roster.data)
        return 0;
    e = kk_trust_assume_roster(s->after, s->roster, s->devices, kk_os_now_ms(), &verdict);
    s->published = e == 0 && verdict == KK_TRUST_SAME;
    if (e < 0 || verdict == KK_TRUST_TAKEN || s->published)
        return e;
    return refused(path, verdict, err);
}

int kk_cosign_open(const char *dir, const char *path, struct kk_cosign *ret, struct kk_error *err)
{
    struct kk_cosign *s = ret;
    int e;

    *s = (struct kk_cosign){ .needed = 0 };
    kk_arena_init(&s->arena, 8 * KK_DOCUMENT_BYTES_MAX);
    e = kk_registrar_dir(dir, s->dir);
    if (e == 0)
        e = load(s->dir, &s->before, err);
    if (e == 0)
        e = load(s->dir, &s->after, err);
    if (e == 0)
        e = read_whole(s, path, err);
    if (e == 0)
        e = each_item(s, take_root, NULL);
    if (e == 0)
        e = each_item(s, take_document, NULL);
    if (e == 0 && !s->roster.data && s->invite_count == 0)
        return kk_error_say(err, KK_E_NOT_FOUND, path,
                            "nothing in it is for the registrar's desks to sign",
                            "登録担当が署名する文書が含まれていません");
    if (e == 0)
        e = check_roster(s, path, err);
    if (e == 0)
        s->needed = (unsigned)kk_trust_role(s->after, KK_TRUST_REGISTRAR)->threshold;
    return e < 0 && !err->fault ? kk_error_set(err, e, path, "%s", "") : e;
}

/* --- signing --- */
struct signing {
    struct kk_kkyb_writer writer;
    uint8_t secret[KK_SIGN_SECRET];
    unsigned index;
    struct kk_bytes *out;
};

static int find_key(const struct kk_cosign *s, struct signing *g, struct kk_slice passphrase,
                    struct kk_error *err)
{
    const struct kk_root_role *role = kk_trust_role(s->after, KK_TRUST_REGISTRAR);
    uint8_t public[KK_KEY_BYTES];
    int e = kk_desk_secret(s->dir, passphrase, g->secret, public, err);

    if (e < 0)
        return e;
    while (g->index < role->keys.count &&
           memcmp(role->keys.items[g->index].id, public, KK_KEY_BYTES) != 0)
        g->index++;
    return g->index < role->keys.count
               ? 0
               : kk_error_say(err, KK_E_ROLE, s->dir, "its key is not one of the registrar's",
                              "登録担当の鍵ではありません");
}

static int sign_item(struct kk_cosign *s, unsigned tag, struct kk_slice bytes, void *user)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes more = { 0 };
    struct signing *g = user;
    enum kk_doc_kind kind;
    int e;

    (void)s;
    if (!ours(tag, bytes, &kind))
        return kk_kkyb_item(&g->writer, (enum kk_kkyb_tag)tag, bytes, g->out);
    e = kk_document_sign(bytes, g->index, g->secret, &more);
    return e == 0 ? kk_kkyb_item(&g->writer, KK_KKYB_TAG_DOCUMENT, kk_bytes_slice(&more), g->out)
                  : e;
}

static int recount(struct kk_cosign *s, unsigned tag, struct kk_slice bytes, void *user)
{
    const struct kk_root_role *role = kk_trust_role(s->after, KK_TRUST_REGISTRAR);
    const struct signing *g = user;
    enum kk_doc_kind kind;
    struct kk_doc doc;
    uint32_t bits;
    unsigned count;
    int e;

    if (!ours(tag, bytes, &kind))
        return 0;
    e = kk_document_read(kind, bytes, &s->arena, &doc);
    if (e == 0)
        e = kk_document_signers(&doc, role, &bits);
    if (e < 0)
        return e;
    count = (unsigned)__builtin_popcount(bits | 1u << g->index);
    s->signatures = count < s->signatures ? count : s->signatures;
    return 0;
}

int kk_cosign_sign(struct kk_cosign *s, struct kk_slice passphrase, struct kk_bytes *out,
                   struct kk_error *err)
{
    struct signing g = { .out = out };
    int e = find_key(s, &g, passphrase, err);

    if (e == 0)
        e = kk_kkyb_begin(&g.writer, KK_KKYB_ENROLMENT, s->count, out);
    if (e == 0)
        e = each_item(s, sign_item, &g);
    if (e == 0)
        e = kk_kkyb_end(&g.writer, out);
    s->signatures = KK_ROLE_KEYS_MAX;
    if (e == 0)
        e = each_item(s, recount, &g);
    kk_secret_wipe(g.secret, sizeof(g.secret));
    return e < 0 && !err->fault ? kk_error_set(err, e, s->dir, "%s", "") : e;
}

/* --- a desk that only signs --- */
int kk_cosign_adopt(const char *dir, const char *path, struct kk_error *err)
{
    KK_AUTO_FINI(kk_cosign) struct kk_cosign s = { .needed = 0 };
    struct kk_error inner = { 0 };
    int e = kk_cosign_open(dir, path, &s, &inner);

    if (e == KK_E_NOT_FOUND || (e == 0 && (!s.roster.data || s.published)))
        return 0;
    if (e < 0) {
        *err = inner;
        return e;
    }
    if (s.signatures < s.needed)
        return kk_error_set(err, KK_E_SIGNATURE, path, "%u / %u", s.signatures, s.needed);
    /* one that makes rosters has its own, with the keys that go with them */
    if (has(s.dir, "scopes.key"))
        return 0;
    e = kk_desk_write(s.dir, "devices.bin", s.devices, err);
    return e == 0 ? kk_desk_write(s.dir, "roster.doc", s.roster, err) : e;
}
