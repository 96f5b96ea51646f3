/* Reading and writing the small files of desks. */
#include "desk/files.h"

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

int kk_desk_write(const char *dir, const char *name, struct kk_slice bytes, struct kk_error *err)
{
    char path[KK_OS_PATH_MAX];
    int r = kk_os_path_join(dir, name, path);

    return r == 0 ? kk_os_file_write(path, bytes, KK_OS_PRIVATE, err)
                  : kk_error_say(err, r, dir, "the path is too long",
                                 "パスが長すぎます");
}

int kk_desk_write_key(const char *dir, const struct kk_desk_key *key, const void *value,
                      struct kk_error *err)
{
    struct kk_bytes plain = { 0 };
    char path[KK_OS_PATH_MAX];
    int r = kk_os_path_join(dir, key->name, path);

    if (r == 0)
        r = kk_shape_encode(key->shape, value, &plain);
    if (r == 0)
        r = kk_key_write(path, key->kind, kk_bytes_slice(&plain), kk_slice(NULL, 0), err);
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
