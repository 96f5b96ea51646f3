/*
 * Bodies are short, so a table of contents of its own would cost zstd more than the text gives: the
 * trained dictionary brings the tables along. An opener keeps context and tables from body to body:
 * making them costs more than the text. Sizes are bounded before anything is expanded.
 */
#include "dictionary.h"

#include "kukyoku/base/alloc.h"
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

struct kk_body_opener {
    ZSTD_DCtx *context;
    ZSTD_DDict *words;
};

struct kk_body_opener *kk_body_opener_new(void)
{
    struct kk_body_opener *o = kk_alloc(sizeof(*o));

    if (!o)
        return NULL;
    o->context = ZSTD_createDCtx();
    o->words = ZSTD_createDDict(kk_body_words, kk_body_words_len);
    if (o->context && o->words)
        return o;
    kk_body_opener_free(o);
    return NULL;
}

void kk_body_opener_free(struct kk_body_opener *o)
{
    if (!o)
        return;
    ZSTD_freeDCtx(o->context);
    ZSTD_freeDDict(o->words);
    kk_free(o);
}

static int expand(const struct kk_body_opener *o, struct kk_slice coded, struct kk_bytes *out)
{
    unsigned long long size = ZSTD_getFrameContentSize(coded.data, coded.len);
    size_t before = out->len;
    uint8_t *at;
    size_t len;
    int r;

    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN ||
        size > KK_BODY_BYTES_MAX)
        return KK_E_FORM;
    r = kk_bytes_extend(out, (size_t)size, &at);
    if (r < 0)
        return r;
    len = ZSTD_decompress_usingDDict(o->context, at, (size_t)size, coded.data, coded.len, o->words);
    if (!ZSTD_isError(len) && len == size)
        return 0;
    out->len = before;
    return KK_E_FORM;
}

static int expand_with(struct kk_body_opener *opener, struct kk_slice coded, struct kk_bytes *out)
{
    KK_AUTO_FREE(kk_body_opener) struct kk_body_opener *own = NULL;

    if (!opener)
        opener = own = kk_body_opener_new();
    return opener ? expand(opener, coded, out) : KK_E_MEMORY;
}

int kk_body_expand(struct kk_body_opener *opener, unsigned codec, struct kk_slice coded,
                   struct kk_bytes *out)
{
    switch (codec) {
    case KK_BODY_PLAIN:
        return coded.len > KK_BODY_BYTES_MAX ? KK_E_FORM : kk_bytes_append_slice(out, coded);
    case KK_BODY_WORDS:
        return expand_with(opener, coded, out);
    default:
        return KK_E_FORM;
    }
}
