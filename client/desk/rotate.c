/* The next root (rotate.h). [TR-7] [TR-17] */
#include "desk/rotate.h"

#include "desk/files.h"

#include "kukyoku/base/date.h"
#include "kukyoku/bundle/kkyb.h"

#include <sodium.h>

#define FILE_MAX (64 * 1024 * 1024)

struct rotating {
    const struct kk_rotation_options *o;
    struct kk_trust *trust; /* the longest chain of the root desks */
    struct kk_root root;    /* in the making; lists below */
    struct kk_root_role roles[4];
    struct kk_hash_item keys[4][KK_ROLE_KEYS_MAX], transport[2];
    size_t at; /* where the new key stands in its role */
    uint8_t seed[KK_KEY_BYTES], secret[KK_SIGN_SECRET], public[KK_KEY_BYTES]; /* the new key */
    uint8_t dh_secret[KK_KEY_BYTES], dh_public[KK_KEY_BYTES];
    struct kk_bytes document;
    struct kk_error *err;
};

static void wipe(struct rotating *r)
{
    kk_trust_free(r->trust);
    kk_bytes_fini(&r->document);
    kk_secret_wipe(r, sizeof(*r));
}

/* --- what is there --- */

static int load_chains(struct rotating *r)
{
    int e = 0;

    for (size_t i = 0; e == 0 && i < r->o->root_count; i++) {
        KK_AUTO_FREE(kk_trust) struct kk_trust *trust = kk_trust_new();

        e = trust ? kk_desk_load_roots(r->o->roots[i], trust, r->err) : KK_E_MEMORY;
        if (e < 0 || (r->trust && kk_trust_root(r->trust)->ver >= kk_trust_root(trust)->ver))
            continue;
        kk_trust_free(r->trust);
        r->trust = KK_STEAL(trust);
    }
    return e;
}

static enum kk_trust_role role_of(enum kk_rotation what)
{
    switch (what) {
    case KK_ROTATE_ROOT:
        return KK_TRUST_ROOT;
    case KK_ROTATE_REGISTRAR:
        return KK_TRUST_REGISTRAR;
    case KK_ROTATE_PUBLISHER:
        return KK_TRUST_PUBLISHER;
    case KK_ROTATE_DAEMON:
        break;
    }
    return KK_TRUST_DAEMON;
}

static void copy_root(struct rotating *r)
{
    const struct kk_root *old = kk_trust_root(r->trust);

    r->root = *old;
    r->root.ver = old->ver + 1;
    r->root.issued_ms = (uint64_t)kk_trust_now(r->trust, r->o->now_ms);
    r->root.expires_ms = r->root.issued_ms + KK_ROOT_LIFE_DAYS * (uint64_t)KK_DAY_MS;
    for (size_t i = 0; i < old->roles.count; i++) {
        r->roles[i] = old->roles.items[i];
        memcpy(r->keys[i], r->roles[i].keys.items,
               r->roles[i].keys.count * sizeof(r->keys[i][0]));
        r->roles[i].keys.items = r->keys[i];
    }
    memcpy(r->transport, old->transport.items, old->transport.count * sizeof(r->transport[0]));
    r->root.roles.items = r->roles;
    r->root.transport.items = r->transport;
    if (r->o->threshold)
        r->roles[role_of(r->o->what)].threshold = r->o->threshold;
}

static void make_key(struct rotating *r)
{
    struct kk_entropy entropy = kk_os_entropy();

    kk_entropy_fill(&entropy, r->seed, KK_KEY_BYTES);
    kk_sign_keys(r->seed, r->secret, r->public);
    kk_entropy_fill(&entropy, r->dh_secret, KK_KEY_BYTES);
    crypto_scalarmult_base(r->dh_public, r->dh_secret);
}

/* --- which key goes --- */

static int which_missing(const struct rotating *r, const char *dir)
{
    return kk_error_say(r->err, KK_E_USAGE, dir,
                        "which key goes? its folder is not here: say --lost N, from 1",
                        "どの鍵を替えますか。そのフォルダーがないため --lost 番号（1から）を指定してください");
}

/* The key of the folder, among those of the role; or the one that is said to be lost. */
static int find_key(struct rotating *r, enum kk_trust_role role, size_t *ret)
{
    const struct kk_root_role *keys = &r->roles[role];
    uint8_t secret[KK_SIGN_SECRET], public[KK_KEY_BYTES];
    int e;

    if (r->o->lost > keys->keys.count)
        return kk_error_set(r->err, KK_E_USAGE, "--lost", "1 - %zu", keys->keys.count);
    *ret = r->o->lost ? r->o->lost - 1 : 0;
    if (r->o->lost || keys->keys.count == 1)
        return 0;
    e = kk_desk_secret(r->o->dir, r->o->dir_passphrase, secret, public, NULL);
    kk_secret_wipe(secret, sizeof(secret));
    for (size_t i = 0; e == 0 && i < keys->keys.count; i++) {
        *ret = i;
        if (memcmp(keys->keys.items[i].id, public, KK_KEY_BYTES) == 0)
            return 0;
    }
    return which_missing(r, r->o->dir);
}

/* A new number of keys or signatures is another set, like a replaced key. [TR-19] */
static int replace(struct rotating *r, enum kk_trust_role role)
{
    int e = 0;

    r->roles[role].gen++;
    if (!r->o->dir)
        return 0; /* the threshold alone */
    e = find_key(r, role, &r->at);
    if (e < 0)
        return e;
    make_key(r);
    memcpy(r->keys[role][r->at].id, r->public, KK_KEY_BYTES);
    return 0;
}

/* A folder that has a key keeps it. */
static int check_folder(const struct rotating *r)
{
    char path[KK_OS_PATH_MAX];
    int e = kk_os_path_join(r->o->dir, "desk.key", path);

    return e == 0 && kk_os_exists(path)
               ? kk_error_say(r->err, KK_E_EXISTS, path, "a key is never replaced",
                              "鍵を置き換えることはしません")
               : e;
}

static int add(struct rotating *r, enum kk_trust_role role)
{
    struct kk_root_role *keys = &r->roles[role];
    int e = check_folder(r);

    if (e < 0)
        return e;
    if (keys->keys.count == KK_ROLE_KEYS_MAX)
        return kk_error_set(r->err, KK_E_ROW_LIMIT, "--add", "%d", KK_ROLE_KEYS_MAX);
    r->at = keys->keys.count++;
    make_key(r);
    memcpy(r->keys[role][r->at].id, r->public, KK_KEY_BYTES);
    keys->gen++;
    return 0;
}

/* The one that is left goes first: its host takes over. The new one waits in a safe. */
static int replace_daemon(struct rotating *r)
{
    size_t lost = r->o->lost ? r->o->lost - 1 : 0;
    struct kk_hash_item *keys = r->keys[KK_TRUST_DAEMON];

    if (r->roles[KK_TRUST_DAEMON].keys.count != 2 || r->root.transport.count != 2 || lost > 1)
        return kk_error_set(r->err, KK_E_USAGE, "--lost", "1 - 2");
    make_key(r);
    if (lost == 0) {
        keys[0] = keys[1];
        r->transport[0] = r->transport[1];
    }
    memcpy(keys[1].id, r->public, KK_KEY_BYTES);
    memcpy(r->transport[1].id, r->dh_public, KK_KEY_BYTES);
    r->roles[KK_TRUST_DAEMON].gen++;
    return 0;
}

static int replace_root(struct rotating *r)
{
    int e;

    if (!r->o->dir)
        return 0; /* the same keys, for another five years */
    if (r->o->lost == 0 || r->o->lost > r->roles[KK_TRUST_ROOT].keys.count)
        return which_missing(r, r->o->dir);
    e = check_folder(r);
    if (e < 0)
        return e;
    r->at = r->o->lost - 1;
    make_key(r);
    memcpy(r->keys[KK_TRUST_ROOT][r->at].id, r->public, KK_KEY_BYTES);
    r->roles[KK_TRUST_ROOT].gen++;
    return 0;
}

static int change_keys(struct rotating *r)
{
    if (r->o->add)
        return add(r, role_of(r->o->what));
    switch (r->o->what) {
    case KK_ROTATE_ROOT:
        return replace_root(r);
    case KK_ROTATE_REGISTRAR:
        return replace(r, KK_TRUST_REGISTRAR);
    case KK_ROTATE_PUBLISHER:
        return replace(r, KK_TRUST_PUBLISHER);
    case KK_ROTATE_DAEMON:
        return replace_daemon(r);
    }
    return KK_E_USAGE;
}

static int change(struct rotating *r)
{
    const struct kk_root_role *role = &r->roles[role_of(r->o->what)];
    int e = change_keys(r);

    if (e == 0 && role->threshold > role->keys.count)
        return kk_error_set(r->err, KK_E_USAGE, "--threshold", "1 - %zu", role->keys.count);
    return e;
}

/* --- signing --- */

static int add_signature(struct rotating *r, size_t index, const uint8_t secret[KK_SIGN_SECRET])
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes more = { 0 };
    int e = kk_document_sign(kk_bytes_slice(&r->document), (unsigned)index, secret, &more);

    kk_bytes_clear(&r->document);
    return e == 0 ? kk_bytes_append_slice(&r->document, kk_bytes_slice(&more)) : e;
}

/* A root desk signs at its place of the new list; one that is not in it any more does not count. */
static int sign_by(struct rotating *r, const char *dir, struct kk_slice passphrase)
{
    uint8_t secret[KK_SIGN_SECRET], public[KK_KEY_BYTES];
    const struct kk_root_role *role = &r->roles[KK_TRUST_ROOT];
    int e = kk_desk_secret(dir, passphrase, secret, public, r->err);
    size_t i = 0;

    while (e == 0 && i < role->keys.count &&
           memcmp(role->keys.items[i].id, public, KK_KEY_BYTES) != 0)
        i++;
    if (e == 0 && i == role->keys.count)
        e = kk_error_say(r->err, KK_E_ROLE, dir, "its key is not one of the root's",
                         "ルートの鍵ではありません");
    if (e == 0)
        e = add_signature(r, i, secret);
    kk_secret_wipe(secret, sizeof(secret));
    return e;
}

static int sign_all(struct rotating *r)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes payload = { 0 };
    int e = kk_shape_encode_checked(&kk_shape_root, &r->root, &payload, NULL);

    if (e == 0)
        e = kk_document_new(KK_DOC_ROOT, kk_bytes_slice(&payload), &r->document);
    for (size_t i = 0; e == 0 && i < r->o->root_count; i++)
        e = sign_by(r, r->o->roots[i], r->o->root_passphrases[i]);
    if (e == 0 && r->o->what == KK_ROTATE_ROOT && r->o->dir)
        e = add_signature(r, r->at, r->secret);
    return e;
}

/* As every device will look at it. */
static int check(struct rotating *r, struct kk_rotation_sum *sum)
{
    const struct kk_root_role *old = kk_trust_role(r->trust, KK_TRUST_ROOT);
    enum kk_trust_verdict verdict;
    int e;

    sum->keys = (unsigned)r->roles[role_of(r->o->what)].keys.count;
    sum->threshold = (unsigned)r->roles[role_of(r->o->what)].threshold;
    sum->root_ver = r->root.ver;
    sum->expires_ms = (int64_t)r->root.expires_ms;
    sum->signatures = (unsigned)r->o->root_count;
    sum->needed = (unsigned)(old->threshold > r->roles[KK_TRUST_ROOT].threshold
                                 ? old->threshold
                                 : r->roles[KK_TRUST_ROOT].threshold);
    e = kk_trust_offer_root(r->trust, kk_bytes_slice(&r->document), r->o->now_ms, &verdict);
    if (e < 0)
        return e;
    if (verdict == KK_TRUST_SIGNATURES)
        return kk_error_say(r->err, KK_E_SIGNATURE, "--root",
                            "%u root keys are here; %u must sign the change",
                            "ルートの鍵が %u つありますが、変更には %u つの署名が必要です",
                            sum->signatures, sum->needed);
    if (verdict != KK_TRUST_TAKEN)
        return kk_error_set(r->err, kk_trust_fault(verdict), "root", "%s",
                            kk_trust_verdict_name(verdict));
    kk_trust_root_id(r->trust, sum->root_id);
    return 0;
}

/* --- to disk --- */

/* Beside the old key, which goes when the new root lies there. */
static int write_desk_key(struct rotating *r, enum kk_trust_role role)
{
    struct kk_key_desk key = { .role = role };
    struct kk_desk_key place = kk_desk_key_desk;
    int e = kk_os_dir_make(r->o->dir, r->err);

    place.name = "desk.key.new";
    memcpy(key.sign, r->seed, KK_KEY_BYTES);
    if (e == 0)
        e = kk_desk_write_key(r->o->dir, &place, &key, r->o->dir_passphrase, r->err);
    kk_secret_wipe(&key, sizeof(key));
    return e;
}

static int write_daemon_key(struct rotating *r)
{
    struct kk_hash_item secret;
    struct kk_key_daemon key = { .transport = { &secret, 1 } };
    int e = kk_os_dir_make(r->o->dir, r->err);

    memcpy(key.sign, r->seed, KK_KEY_BYTES);
    memcpy(secret.id, r->dh_secret, KK_KEY_BYTES);
    if (e == 0)
        e = kk_desk_write_key(r->o->dir, &kk_desk_key_daemon, &key, kk_slice(NULL, 0), r->err);
    kk_secret_wipe(&key, sizeof(key));
    kk_secret_wipe(&secret, sizeof(secret));
    return e;
}

static int write_key(struct rotating *r)
{
    if (!r->o->dir)
        return 0;
    if (r->o->what == KK_ROTATE_DAEMON)
        return write_daemon_key(r);
    return write_desk_key(r, role_of(r->o->what));
}

static int take_over(struct rotating *r)
{
    char from[KK_OS_PATH_MAX], to[KK_OS_PATH_MAX];
    int e;

    if (!r->o->dir || r->o->what == KK_ROTATE_DAEMON)
        return 0;
    e = kk_os_path_join(r->o->dir, "desk.key.new", from);
    if (e == 0)
        e = kk_os_path_join(r->o->dir, "desk.key", to);
    return e == 0 ? kk_os_file_move(from, to, r->err) : e;
}

static int write_roots(struct rotating *r)
{
    int e = 0;

    for (size_t i = 0; e == 0 && i < r->o->root_count; i++)
        e = kk_desk_save_roots(r->o->roots[i], r->trust, r->err);
    if (e == 0 && r->o->dir && r->o->what != KK_ROTATE_DAEMON)
        e = kk_desk_save_roots(r->o->dir, r->trust, r->err);
    return e;
}

static int pack_root(const struct rotating *r, struct kk_bytes *out)
{
    struct kk_kkyb_writer w;
    int e = kk_kkyb_begin(&w, KK_KKYB_ENROLMENT, kk_desk_roots_count(r->trust), out);

    if (e == 0)
        e = kk_desk_roots_pack(r->trust, &w, out);
    return e == 0 ? kk_kkyb_end(&w, out) : e;
}

/* The new key signs the roster, and every scope gets a new epoch: the old desk knew all keys. */
static int first_roster(struct rotating *r, struct kk_bytes *out, struct kk_rotation_sum *sum)
{
    KK_AUTO_FINI(kk_registrar) struct kk_registrar desk = { .index = 0 };
    int e = kk_registrar_open(r->o->dir, r->o->dir_passphrase, &desk, r->err);

    if (e == 0)
        e = kk_registrar_new_epochs(&desk);
    if (e == 0)
        e = kk_registrar_sign(&desk, r->o->now_ms, out, r->err);
    sum->roster = desk.version;
    return e;
}

static int settle(struct rotating *r, struct kk_bytes *out, struct kk_rotation_sum *sum)
{
    int e = write_key(r);

    if (e == 0)
        e = write_roots(r);
    if (e == 0)
        e = take_over(r);
    /* by a desk that makes rosters, and alone; else it follows (authority renew) */
    if (e == 0 && r->o->what == KK_ROTATE_REGISTRAR && r->o->dir && !r->o->add &&
        r->roles[KK_TRUST_REGISTRAR].threshold == 1)
        return first_roster(r, out, sum);
    return e == 0 ? pack_root(r, out) : e;
}

int kk_rotate(const struct kk_rotation_options *o, struct kk_bytes *out,
              struct kk_rotation_sum *ret, struct kk_error *err)
{
    struct rotating r = { .o = o, .err = err };
    int e = sodium_init() < 0 ? KK_E_MEMORY : load_chains(&r);

    *ret = (struct kk_rotation_sum){ .root_ver = 0 };
    if (e == 0) {
        copy_root(&r);
        e = change(&r);
    }
    if (e == 0)
        e = sign_all(&r);
    if (e == 0)
        e = check(&r, ret);
    if (e == 0 && !o->check_only)
        e = settle(&r, out, ret);
    wipe(&r);
    return e < 0 && !err->fault ? kk_error_set(err, e, o->dir ? o->dir : "root", "%s", "") : e;
}

/* --- at a desk that was not there --- */

static int offer(struct kk_trust *trust, const struct kk_kkyb_item *item, bool *ret_met)
{
    enum kk_trust_verdict verdict;
    enum kk_doc_kind kind;
    int e;

    if (item->tag != KK_KKYB_TAG_DOCUMENT || !kk_document_kind(item->bytes, &kind) ||
        kind != KK_DOC_ROOT)
        return 0;
    *ret_met = true;
    e = kk_trust_offer_root(trust, item->bytes, kk_os_now_ms(), &verdict);
    return e < 0 || verdict == KK_TRUST_OLDER ? e : kk_trust_fault(verdict);
}

int kk_rotate_adopt(const char *dir, const char *path, struct kk_error *err)
{
    KK_AUTO_FREE(kk_trust) struct kk_trust *trust = kk_trust_new();
    KK_AUTO_FINI(kk_kkyb_reader) struct kk_kkyb_reader reader = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes file = { 0 };
    enum kk_kkyb_event event = KK_KKYB_HEAD;
    bool met = false;
    int e = trust ? kk_desk_load_roots(dir, trust, err) : KK_E_MEMORY;

    kk_kkyb_reader_init(&reader);
    if (e == 0)
        e = kk_os_file_read(path, FILE_MAX, &file, err);
    if (e == 0)
        e = kk_kkyb_feed(&reader, kk_bytes_slice(&file));
    while (e == 0 && event != KK_KKYB_END && event != KK_KKYB_MORE) {
        struct kk_kkyb_item item;

        e = kk_kkyb_next(&reader, &event, &item);
        if (e == 0 && event == KK_KKYB_ITEM)
            e = offer(trust, &item, &met);
    }
    if (e == 0 && event != KK_KKYB_END)
        e = KK_E_BUNDLE_FILE;
    if (e == 0 && !met)
        return kk_error_say(err, KK_E_NOT_FOUND, path, "there is no root in it",
                            "ルート文書が含まれていません");
    if (e < 0 && !err->fault)
        return kk_error_set(err, e, path, "%s", "");
    return e == 0 ? kk_desk_save_roots(dir, trust, err) : e;
}
