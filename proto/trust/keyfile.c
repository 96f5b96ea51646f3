/* Key files: plain bytes, or a secretbox under argon2id of a passphrase. [TR-16] */
#include "kukyoku/trust/keyfile.h"

#include "kukyoku/error.h"

#include <sodium.h>

_Static_assert(sizeof(((struct kk_key_file *)0)->salt) == crypto_pwhash_SALTBYTES, "argon2id salt");
_Static_assert(sizeof(((struct kk_key_file *)0)->nonce) == crypto_secretbox_NONCEBYTES, "nonce");

#define KDF_OPS    3
#define KDF_MEMORY (64u * 1024 * 1024)

static int derive(const struct kk_key_file *f, struct kk_slice passphrase,
                  uint8_t ret[crypto_secretbox_KEYBYTES])
{
    return crypto_pwhash(ret, crypto_secretbox_KEYBYTES, (const char *)passphrase.data,
                         passphrase.len, f->salt, f->ops, (size_t)f->memory,
                         crypto_pwhash_ALG_ARGON2ID13) == 0
               ? 0
               : KK_E_MEMORY;
}

static int lock(struct kk_key_file *f, struct kk_slice plain, struct kk_slice passphrase,
                struct kk_bytes *box)
{
    uint8_t key[crypto_secretbox_KEYBYTES], *at;
    int r = derive(f, passphrase, key);

    if (r == 0)
        r = kk_bytes_extend(box, plain.len + crypto_secretbox_MACBYTES, &at);
    if (r == 0) {
        crypto_secretbox_easy(at, plain.data, plain.len, f->nonce, key);
        f->box = kk_bytes_slice(box);
    }
    kk_secret_wipe(key, sizeof(key));
    return r;
}

int kk_keyfile_seal(const char *kind, struct kk_slice plain, struct kk_slice passphrase,
                    const struct kk_entropy *entropy, struct kk_bytes *out)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes box = { 0 };
    struct kk_key_file f = { .kind = kk_slice_text(kind) };

    if (!passphrase.data) {
        f.plain = plain;
    } else {
        int r;

        f.ops = KDF_OPS;
        f.memory = KDF_MEMORY;
        kk_entropy_fill(entropy, f.salt, sizeof(f.salt));
        kk_entropy_fill(entropy, f.nonce, sizeof(f.nonce));
        r = lock(&f, plain, passphrase, &box);
        if (r < 0)
            return r;
    }
    return kk_shape_encode(&kk_shape_key_file, &f, out);
}

static int unlock(const struct kk_key_file *f, struct kk_slice passphrase, struct kk_bytes *out,
                  enum kk_keyfile_verdict *ret)
{
    uint8_t key[crypto_secretbox_KEYBYTES], *at;
    size_t before = out->len;
    int r = derive(f, passphrase, key);

    if (r == 0)
        r = kk_bytes_extend(out, f->box.len - crypto_secretbox_MACBYTES, &at);
    if (r == 0) {
        *ret = KK_KEYFILE_OPENED;
        if (crypto_secretbox_open_easy(at, f->box.data, f->box.len, f->nonce, key) != 0) {
            *ret = KK_KEYFILE_WRONG;
            out->len = before;
        }
    }
    kk_secret_wipe(key, sizeof(key));
    return r;
}

int kk_keyfile_open(const char *kind, struct kk_slice file, struct kk_slice passphrase,
                    struct kk_bytes *out, enum kk_keyfile_verdict *ret)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_key_file f;

    kk_arena_init(&arena, 0); /* a key_file holds no list */
    *ret = KK_KEYFILE_DAMAGED;
    if (kk_shape_read(&kk_shape_key_file, file, &arena, &f, NULL) < 0 ||
        !kk_slice_is(f.kind, kind) || !f.plain.data == !f.box.data)
        return 0;
    if (f.plain.data) {
        *ret = KK_KEYFILE_OPENED;
        return kk_bytes_append_slice(out, f.plain);
    }
    /* bounds of argon2id itself; what a damaged file claims must not cost gigabytes */
    if (f.ops == 0 || f.memory < crypto_pwhash_MEMLIMIT_MIN || f.memory > 16 * (uint64_t)KDF_MEMORY)
        return 0;
    if (!passphrase.data) {
        *ret = KK_KEYFILE_LOCKED;
        return 0;
    }
    return unlock(&f, passphrase, out, ret);
}

void kk_keyfile_wipe(struct kk_bytes *plain)
{
    if (plain->data)
        kk_secret_wipe(plain->data, plain->cap);
    kk_bytes_fini(plain);
}
