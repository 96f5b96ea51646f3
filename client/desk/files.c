/* Reading and writing the small files of desks. */
#include "desk/files.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/bundle/kkyb.h"
#include "kukyoku/trust/keyfile.h"

#include <stdio.h>

const struct kk_desk_key kk_desk_key_desk = { "desk.key", "desk", &kk_shape_key_desk };
const struct kk_desk_key kk_desk_key_daemon = { "daemon.key", "daemon", &kk_shape_key_daemon };
const struct kk_desk_key kk_desk_key_scopes = { "scopes.key", "scopes", &kk_shape_key_scopes };

int kk_desk_read(const char *dir, const char *name, struct kk_bytes *out, struct kk_error *err)
{
    char path[KK_OS_PATH_MAX];
    int r = kk_os_path_join(dir, name, path);

    return r == 0 ? kk_os_file_read(path, KK_DESK_FILE_MAX, out, err)
                  : kk_error_say(err, r, dir, "the path is too long",
                                 "パスが長すぎます");
}

int kk_desk_read_csv(const char *path, size_t max, kk_csv_fn *fn, void *user,
                     struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes file = { 0 };
    struct kk_csv *csv = kk_alloc(sizeof *csv);
    int r = csv ? kk_os_file_read(path, max, &file, err) : KK_E_MEMORY;

    if (r == 0) {
        kk_csv_init(csv, fn, user);
        r = kk_csv_feed(csv, kk_bytes_slice(&file));
    }
    if (r == 0)
        r = kk_csv_end(csv);
    kk_free(csv);
    return r;
}

int kk_desk_write(const char *dir, const char *name, struct kk_slice bytes, struct kk_error *err)
{
    char path[KK_OS_PATH_MAX];
    int r = kk_os_path_join(dir, name, path);

    return r == 0 ? kk_os_file_write(path, bytes, KK_OS_PRIVATE, err)
                  : kk_error_say(err, r, dir, "the path is too long",
                                 "パスが長すぎます");
}

int kk_desk_write_key(const char *dir, const struct kk_desk_key *key, const void *value,
                      struct kk_slice passphrase, struct kk_error *err)
{
    struct kk_bytes plain = { 0 };
    char path[KK_OS_PATH_MAX];
    int r = kk_os_path_join(dir, key->name, path);

    if (r == 0)
        r = kk_shape_encode(key->shape, value, &plain);
    if (r == 0)
        r = kk_key_write(path, key->kind, kk_bytes_slice(&plain), passphrase, err);
    kk_keyfile_wipe(&plain);
    return r;
}

int kk_desk_secret(const char *dir, struct kk_slice passphrase,
                   uint8_t ret_secret[KK_SIGN_SECRET], uint8_t ret_public[KK_KEY_BYTES],
                   struct kk_error *err)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_bytes plain = { 0 };
    struct kk_key_desk key = { 0 };
    char path[KK_OS_PATH_MAX];
    int r = kk_os_path_join(dir, "desk.key", path);

    if (r == 0)
        r = kk_key_read(path, "desk", passphrase, &plain, err);
    if (r == 0 &&
        kk_shape_read(&kk_shape_key_desk, kk_bytes_slice(&plain), &arena, &key, NULL) < 0)
        r = kk_error_say(err, KK_E_SHAPE, path, "not the key of a desk",
                         "担当の鍵ではありません");
    if (r == 0)
        kk_sign_keys(key.sign, ret_secret, ret_public);
    kk_secret_wipe(&key, sizeof(key));
    kk_keyfile_wipe(&plain);
    return r;
}

/* --- roots --- */

static int not_believed(const char *dir, enum kk_trust_verdict verdict, struct kk_error *err)
{
    return kk_error_say(err, kk_trust_fault(verdict), dir, "its documents are not believed: %s",
                        "その文書は信用できません: %s", kk_trust_verdict_name(verdict));
}

static bool later_root(const char *dir, uint64_t ver, char name[KK_OS_NAME_MAX])
{
    char path[KK_OS_PATH_MAX];

    snprintf(name, KK_OS_NAME_MAX, "root-%llu.doc", (unsigned long long)ver);
    return kk_os_path_join(dir, name, path) == 0 && kk_os_exists(path);
}

int kk_desk_load_roots(const char *dir, struct kk_trust *trust, struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes first = { 0 };
    enum kk_trust_verdict verdict = KK_TRUST_TAKEN;
    char name[KK_OS_NAME_MAX];
    int r = kk_desk_read(dir, "root.doc", &first, err);

    if (r == 0)
        r = kk_trust_pin(trust, kk_bytes_slice(&first), &verdict);
    while (r == 0 && verdict == KK_TRUST_TAKEN &&
           later_root(dir, kk_trust_root(trust)->ver + 1, name)) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes next = { 0 };

        r = kk_desk_read(dir, name, &next, err);
        if (r == 0)
            r = kk_trust_offer_root(trust, kk_bytes_slice(&next), kk_os_now_ms(), &verdict);
    }
    return r == 0 && verdict != KK_TRUST_TAKEN ? not_believed(dir, verdict, err) : r;
}

int kk_desk_save_roots(const char *dir, const struct kk_trust *trust, struct kk_error *err)
{
    char path[KK_OS_PATH_MAX], name[KK_OS_NAME_MAX];
    int r = kk_os_path_join(dir, "root.doc", path);

    if (r == 0 && !kk_os_exists(path)) /* a new desk: it begins with the newest */
        return kk_desk_write(dir, "root.doc", kk_trust_bytes(trust, KK_DOC_ROOT), err);
    for (size_t i = 0; r == 0 && i < kk_trust_root_count(trust); i++) {
        if (kk_trust_root_at(trust, i)->ver > 1 &&
            !later_root(dir, kk_trust_root_at(trust, i)->ver, name))
            r = kk_desk_write(dir, name, kk_trust_root_bytes(trust, i), err);
    }
    return r;
}

uint32_t kk_desk_roots_count(const struct kk_trust *trust)
{
    uint32_t count = 0;

    for (size_t i = 0; trust && i < kk_trust_root_count(trust); i++)
        count += kk_trust_root_at(trust, i)->ver > 1;
    return count;
}

int kk_desk_roots_pack(const struct kk_trust *trust, struct kk_kkyb_writer *w,
                       struct kk_bytes *out)
{
    int r = 0;

    for (size_t i = 0; r == 0 && trust && i < kk_trust_root_count(trust); i++) {
        if (kk_trust_root_at(trust, i)->ver > 1)
            r = kk_kkyb_item(w, KK_KKYB_TAG_DOCUMENT, kk_trust_root_bytes(trust, i), out);
    }
    return r;
}

int kk_desk_deliver(const char *spool, const char *out, const char *what, struct kk_slice bytes,
                    struct kk_error *err)
{
    char name[KK_OS_NAME_MAX], path[KK_OS_PATH_MAX];
    int r = 0;

    if (out)
        r = kk_os_file_write(out, bytes, KK_OS_PRIVATE, err);
    if (r < 0 || !spool)
        return r;
    /* hidden names are passed over by the daemon until the file is whole: kk_os_file_write moves */
    snprintf(name, sizeof(name), "in/%013lld-%s.kkyb", (long long)kk_os_now_ms(), what);
    r = kk_os_path_join(spool, name, path);
    return r == 0 ? kk_os_file_write(path, bytes, KK_OS_PRIVATE, err) : r;
}
