/*
 * Bodies are short, so a table of contents of its own would cost zstd more than the text gives: the
 * trained dictionary brings the tables along. Contexts are made per call; a dictionary is loaded by
 * reference. Sizes are bounded before anything is expanded.
 */
#include "dictionary.h"

#include "kukyoku/error.h"
#include "kukyoku/limits.h"

#include <zstd.h>

#define LEVEL 19

static int compress(struct kk_slice plain, struct kk_bytes *out)
{
    ZSTD_CCtx *c = ZSTD_createCCtx();
    uint8_t *at;
    size_t len;
    int r = c ? kk_bytes_extend(out, ZSTD_compressBound(plain.len), &at) : KK_E_MEMORY;

    if (r == 0) {
        ZSTD_CCtx_setParameter(c, ZSTD_c_compressionLevel, LEVEL);
        ZSTD_CCtx_setParameter(c, ZSTD_c_contentSizeFlag, 1);
        ZSTD_CCtx_setParameter(c, ZSTD_c_dictIDFlag, 0); /* the codec byte says which */
        len = ZSTD_CCtx_loadDictionary(c, kk_body_words, kk_body_words_len);
        if (!ZSTD_isError(len))
            len = ZSTD_compress2(c, at, ZSTD_compressBound(plain.len), plain.data, plain.len);
        if (ZSTD_isError(len))
            r = KK_E_MEMORY; /* the only way this fails: the bound is kept, the input is ours */
        else
            out->len = len;
    }
    ZSTD_freeCCtx(c);
    return r;
}

int kk_body_compress(struct kk_slice plain, struct kk_bytes *out, enum kk_body_codec *ret)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes coded = { 0 };
    int r = compress(plain, &coded);

    if (r < 0)
        return r;
    *ret = coded.len < plain.len ? KK_BODY_WORDS : KK_BODY_PLAIN;
    return kk_bytes_append_slice(out, coded.len < plain.len ? kk_bytes_slice(&coded) : plain);
}

static int expand(struct kk_slice coded, struct kk_bytes *out)
{
    unsigned long long size = ZSTD_getFrameContentSize(coded.data, coded.len);
    size_t before = out->len;
    ZSTD_DCtx *d;
    uint8_t *at;
    size_t len;
    int r;

    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN ||
        size > KK_BODY_BYTES_MAX)
        return KK_E_FORM;
    d = ZSTD_createDCtx();
    r = d ? kk_bytes_extend(out, (size_t)size, &at) : KK_E_MEMORY;
    if (r == 0) {
        len = ZSTD_decompress_usingDict(d, at, (size_t)size, coded.data, coded.len,
                                        kk_body_words, kk_body_words_len);
        r = ZSTD_isError(len) || len != size ? KK_E_FORM : 0;
        if (r < 0)
            out->len = before;
    }
    ZSTD_freeDCtx(d);
    return r;
}

int kk_body_expand(unsigned codec, struct kk_slice coded, struct kk_bytes *out)
{
    switch (codec) {
    case KK_BODY_PLAIN:
        return coded.len > KK_BODY_BYTES_MAX ? KK_E_FORM : kk_bytes_append_slice(out, coded);
    case KK_BODY_WORDS:
        return expand(coded, out);
    default:
        return KK_E_FORM;
    }
}
