/*
 * A blob, with and without a key, and coded bytes: never more plain bytes than allowed, and what
 * was refused leaves nothing behind. [BN-6] … [BN-9]
 */
#include "fuzz.h"

#include "kukyoku/bundle/blob.h"

#define PLAIN_MAX 65536

static void open_blob(struct kk_slice blob, const struct kk_secret *key)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    struct kk_blob_seal seal = { .kind = KK_BLOB_PACK,
                                 .scope = kk_slice_text(key ? "int" : "pub"),
                                 .epoch = key ? 3 : 0,
                                 .key = key };
    uint32_t epoch;

    kk_ignore(kk_blob_epoch(blob, &epoch));
    kk_ignore(kk_blob_open(&seal, blob, PLAIN_MAX, &plain));
    kk_assert(plain.len <= PLAIN_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t bytes[KK_KEY_BYTES] = "a key that is the same every run";
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    KK_AUTO_FINI(kk_secret) struct kk_secret key;
    struct kk_slice input = kk_slice(data, size);

    kk_secret_init(&key, kk_slice(bytes, sizeof(bytes)));
    open_blob(input, NULL);
    open_blob(input, &key);
    kk_ignore(kk_blob_decode(input, PLAIN_MAX, &plain));
    kk_assert(plain.len <= PLAIN_MAX);
    return 0;
}
