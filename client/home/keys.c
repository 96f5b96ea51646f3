/* Key files on disk: mode 0600, whole or not at all, never replaced. [TR-16] */
#include "home/home.h"

#include "kukyoku/trust/keyfile.h"

#define KEY_FILE_MAX (KK_DOCUMENT_BYTES_MAX + 1024)

int kk_key_write(const char *path, const char *kind, struct kk_slice plain,
                 struct kk_slice passphrase, struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes file = { 0 };
    struct kk_entropy entropy = kk_os_entropy();
    int r = kk_keyfile_seal(kind, plain, passphrase, &entropy, &file);

    if (r == 0)
        r = kk_os_file_write(path, kk_bytes_slice(&file), KK_OS_PRIVATE, err);
    if (file.data)
        kk_secret_wipe(file.data, file.len);
    return r;
}

int kk_key_read(const char *path, const char *kind, struct kk_slice passphrase,
                struct kk_bytes *ret_plain, struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes file = { 0 };
    enum kk_keyfile_verdict verdict = KK_KEYFILE_DAMAGED;
    int r = kk_os_file_check_private(path, err);

    if (r == 0)
        r = kk_os_file_read(path, KEY_FILE_MAX, &file, err);
    if (r == 0)
        r = kk_keyfile_open(kind, kk_bytes_slice(&file), passphrase, ret_plain, &verdict);
    if (file.data)
        kk_secret_wipe(file.data, file.len);
    if (r < 0)
        return err && err->fault ? r : kk_error_set(err, r, path, "%s", "");
    switch (verdict) {
    case KK_KEYFILE_OPENED:
        return 0;
    case KK_KEYFILE_LOCKED:
        return kk_error_say(err, KK_E_PASSPHRASE, path, "the key has a passphrase",
                            "鍵にパスフレーズが付いています");
    case KK_KEYFILE_WRONG:
        return kk_error_say(err, KK_E_PASSPHRASE, path, "it was another passphrase",
                            "パスフレーズが違います");
    case KK_KEYFILE_DAMAGED:
        break;
    }
    return kk_error_say(err, KK_E_SHAPE, path, "not a key file of kind \"%s\"",
                        "種類 \"%s\" の鍵ファイルではありません", kind);
}

/* One key file: what it is, and the shape inside. */
struct key_kind {
    const char *name;
    const struct kk_shape *shape;
};
static const struct key_kind sign_key = { "sign", &kk_shape_key_sign };
static const struct key_kind device_key = { "device", &kk_shape_key_device };

static int write_key(const char *path, const struct key_kind *kind, const void *value,
                     struct kk_slice passphrase, struct kk_error *err)
{
    struct kk_bytes plain = { 0 };
    int r;

    if (kk_os_exists(path))
        return kk_error_say(err, KK_E_EXISTS, path, "a key is never replaced",
                            "鍵を置き換えることはしません");
    r = kk_shape_encode(kind->shape, value, &plain);
    if (r == 0)
        r = kk_key_write(path, kind->name, kk_bytes_slice(&plain), passphrase, err);
    kk_keyfile_wipe(&plain);
    return r;
}

int kk_home_keys_write(const struct kk_home *h, const struct kk_device_keys *keys,
                       struct kk_slice passphrase, struct kk_error *err)
{
    char device[KK_OS_PATH_MAX], sign[KK_OS_PATH_MAX];
    struct kk_key_device secrets;
    struct kk_key_sign seed;
    int r = kk_home_path(h, "device.key", device, err);

    if (r == 0)
        r = kk_home_path(h, "sign.key", sign, err);
    if (r < 0)
        return r;
    kk_device_keys_save(keys, &secrets, &seed);
    r = write_key(sign, &sign_key, &seed, passphrase, err);
    if (r == 0)
        r = write_key(device, &device_key, &secrets, kk_slice(NULL, 0), err);
    kk_secret_wipe(&secrets, sizeof(secrets));
    kk_secret_wipe(&seed, sizeof(seed));
    return r;
}

int kk_home_unlock(struct kk_home *h, struct kk_slice passphrase, struct kk_error *err)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_bytes plain = { 0 };
    struct kk_key_sign seed = { 0 };
    char path[KK_OS_PATH_MAX];
    int r;

    if (!h->enrolled)
        return kk_error_say(err, KK_E_HOME, h->dir, "this home is not enrolled",
                            "この置き場所は未登録です");
    if (h->keys.can_sign)
        return 0;
    r = kk_home_path(h, "sign.key", path, err);
    if (r == 0)
        r = kk_key_read(path, "sign", passphrase, &plain, err);
    if (r == 0 && (kk_shape_read(&kk_shape_key_sign, kk_bytes_slice(&plain), &arena, &seed,
                                 NULL) < 0 ||
                   !kk_device_keys_unlock(&h->keys, &seed)))
        r = kk_error_say(err, KK_E_SHAPE, path, "not the sign key of this device",
                         "この端末の署名鍵ではありません");
    kk_secret_wipe(&seed, sizeof(seed));
    kk_keyfile_wipe(&plain);
    return r;
}

int kk_home_locked(const struct kk_home *h, bool *ret, struct kk_error *err)
{
    struct kk_bytes plain = { 0 };
    struct kk_error inner = { 0 };
    char path[KK_OS_PATH_MAX];
    int r = kk_home_path(h, "sign.key", path, err);

    *ret = false;
    if (r < 0 || !h->enrolled || h->keys.can_sign)
        return r;
    r = kk_key_read(path, "sign", kk_slice(NULL, 0), &plain, &inner);
    kk_keyfile_wipe(&plain);
    *ret = r == KK_E_PASSPHRASE;
    if (r == KK_E_PASSPHRASE)
        return 0;
    if (r < 0 && err)
        *err = inner;
    return r;
}
