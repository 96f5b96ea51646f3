/*
 * Plain bytes to coded ones and back ([BN-8] of docs/protocol.md). Sizes are declared before the
 * frames and believed only as far as the caller's maximum; a frame must fill its place exactly.
 */
#include "kukyoku/bundle/blob.h"

#include "kukyoku/error.h"

#include <zstd.h>

#define LEVEL      19
#define PARTS_MAX  64
#define WINDOW_LOG 24
#define NUMBER_MAX 5  /* bytes of a size */
#define SMALLEST   16 /* below it no frame is worth its header */

_Static_assert(1 << WINDOW_LOG == KK_DECODE_WINDOW_MAX, "the limit has one value");

static void free_cctx(ZSTD_CCtx **c)
{
    ZSTD_freeCCtx(*c);
}

static void free_dctx(ZSTD_DCtx **d)
{
    ZSTD_freeDCtx(*d);
}

/* --- sizes, little-endian base 128 --- */
static int put_size(struct kk_bytes *out, size_t value)
{
    uint8_t bytes[NUMBER_MAX];
    size_t len = 0;

    kk_assert(value <= UINT32_MAX);
    while (value >= 0x80) {
        bytes[len++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    bytes[len++] = (uint8_t)value;
    return kk_bytes_append(out, bytes, len);
}

static bool take_size(struct kk_slice *from, size_t max, size_t *ret)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < NUMBER_MAX && i < from->len; i++) {
        value |= (uint64_t)(from->data[i] & 0x7f) << (7 * i);
        if (from->data[i] & 0x80)
            continue;
        if (value > max || (i > 0 && from->data[i] == 0))
            return false;
        *from = kk_slice(from->data + i + 1, from->len - i - 1);
        *ret = (size_t)value;
        return true;
    }
    return false;
}

/* --- encoding --- */
static ZSTD_CCtx *new_cctx(void)
{
    ZSTD_CCtx *c = ZSTD_createCCtx();

    if (!c)
        return NULL;
    if (ZSTD_isError(ZSTD_CCtx_setParameter(c, ZSTD_c_compressionLevel, LEVEL)) ||
        ZSTD_isError(ZSTD_CCtx_setParameter(c, ZSTD_c_contentSizeFlag, 1)) ||
        ZSTD_isError(ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 0))) {
        ZSTD_freeCCtx(c);
        return NULL;
    }
    return c;
}

/* Appends a frame; *ret is its length. */
static int put_frame(ZSTD_CCtx *c, struct kk_slice plain, struct kk_bytes *out, size_t *ret)
{
    size_t bound = ZSTD_compressBound(plain.len);
    uint8_t *at;
    size_t len;
    int r = kk_bytes_extend(out, bound, &at);

    if (r < 0)
        return r;
    len = ZSTD_compress2(c, at, bound, plain.data, plain.len);
    if (ZSTD_isError(len))
        return KK_E_MEMORY;
    out->len -= bound - len;
    *ret = len;
    return 0;
}

static int encode_whole(struct kk_slice plain, struct kk_bytes *out)
{
    __attribute__((cleanup(free_cctx))) ZSTD_CCtx *c = new_cctx();
    size_t len;
    int r = c ? put_size(out, plain.len) : KK_E_MEMORY;

    return r < 0 ? r : put_frame(c, plain, out, &len);
}

/* One part: a frame, or the bytes themselves where a frame would be no shorter. */
static int put_part(ZSTD_CCtx *c, struct kk_slice plain, struct kk_bytes *body, size_t *ret)
{
    size_t before = body->len;
    int r;

    if (plain.len >= SMALLEST) {
        r = put_frame(c, plain, body, ret);
        if (r < 0 || *ret < plain.len)
            return r;
        body->len = before;
    }
    *ret = plain.len;
    return kk_bytes_append_slice(body, plain);
}

static int encode_parts(struct kk_slice plain, const size_t *cuts, size_t count,
                        struct kk_bytes *out)
{
    __attribute__((cleanup(free_cctx))) ZSTD_CCtx *c = new_cctx();
    KK_AUTO_FINI(kk_bytes) struct kk_bytes body = { 0 };
    size_t at = 0;
    int r = c ? put_size(out, count) : KK_E_MEMORY;

    kk_assert(count <= PARTS_MAX);
    for (size_t i = 0; i < count && r == 0; i++) {
        size_t coded = 0;

        kk_assert(cuts[i] <= plain.len - at);
        r = put_part(c, kk_slice(plain.data + at, cuts[i]), &body, &coded);
        if (r == 0)
            r = put_size(out, cuts[i]);
        if (r == 0)
            r = put_size(out, coded);
        at += cuts[i];
    }
    kk_assert(r < 0 || at == plain.len);
    return r < 0 ? r : kk_bytes_append_slice(out, kk_bytes_slice(&body));
}

int kk_blob_encode(enum kk_codec codec, struct kk_slice plain, const size_t *cuts, size_t cut_count,
                   struct kk_bytes *out)
{
    uint8_t byte = (uint8_t)codec;
    int r = kk_bytes_append(out, &byte, 1);

    if (r < 0)
        return r;
    switch (codec) {
    case KK_CODEC_NONE:
        return kk_bytes_append_slice(out, plain);
    case KK_CODEC_ZSTD:
        return encode_whole(plain, out);
    case KK_CODEC_PARTS:
        return encode_parts(plain, cuts, cut_count, out);
    }
    return KK_E_BUNDLE_NEWER;
}

/* --- decoding --- */
static int take_frame(ZSTD_DCtx *d, struct kk_slice frame, uint8_t *to, size_t len)
{
    if (ZSTD_getFrameContentSize(frame.data, frame.len) != len)
        return KK_E_BUNDLE;
    /* one frame and nothing after it */
    if (ZSTD_findFrameCompressedSize(frame.data, frame.len) != frame.len)
        return KK_E_BUNDLE;
    return ZSTD_decompressDCtx(d, to, len, frame.data, frame.len) == len ? 0 : KK_E_BUNDLE;
}

static ZSTD_DCtx *new_dctx(void)
{
    ZSTD_DCtx *d = ZSTD_createDCtx();

    if (d && ZSTD_isError(ZSTD_DCtx_setParameter(d, ZSTD_d_windowLogMax, WINDOW_LOG))) {
        ZSTD_freeDCtx(d);
        return NULL;
    }
    return d;
}

static int decode_whole(struct kk_slice coded, size_t max, struct kk_bytes *out)
{
    __attribute__((cleanup(free_dctx))) ZSTD_DCtx *d = NULL;
    uint8_t *to;
    size_t len;
    int r;

    if (!take_size(&coded, max, &len))
        return KK_E_BUNDLE;
    d = new_dctx();
    if (!d)
        return KK_E_MEMORY;
    r = kk_bytes_extend(out, len, &to);
    return r < 0 ? r : take_frame(d, coded, to, len);
}

struct part {
    size_t plain, coded;
};

static bool take_parts(struct kk_slice *coded, size_t max, struct part parts[PARTS_MAX],
                       size_t *ret_count)
{
    size_t plain = 0, count = 0, rest = 0;

    if (!take_size(coded, PARTS_MAX, &count))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!take_size(coded, max - plain, &parts[i].plain) ||
            !take_size(coded, parts[i].plain, &parts[i].coded))
            return false;
        plain += parts[i].plain;
        rest += parts[i].coded;
    }
    *ret_count = count;
    return rest == coded->len;
}

static int decode_parts(struct kk_slice coded, size_t max, struct kk_bytes *out)
{
    __attribute__((cleanup(free_dctx))) ZSTD_DCtx *d = NULL;
    struct part parts[PARTS_MAX];
    size_t count;
    int r = 0;

    if (!take_parts(&coded, max, parts, &count))
        return KK_E_BUNDLE;
    d = new_dctx();
    if (!d)
        return KK_E_MEMORY;
    for (size_t i = 0; i < count && r == 0; i++) {
        struct kk_slice piece = kk_slice(coded.data, parts[i].coded);
        uint8_t *to;

        r = kk_bytes_extend(out, parts[i].plain, &to);
        if (r < 0)
            break;
        if (parts[i].coded == parts[i].plain && piece.len)
            memcpy(to, piece.data, piece.len);
        else if (piece.len)
            r = take_frame(d, piece, to, parts[i].plain);
        else if (parts[i].plain)
            r = KK_E_BUNDLE;
        coded = kk_slice(coded.data + piece.len, coded.len - piece.len);
    }
    return r;
}

int kk_blob_decode(struct kk_slice coded, size_t max, struct kk_bytes *out)
{
    struct kk_slice body;

    if (coded.len == 0)
        return KK_E_BUNDLE;
    body = kk_slice(coded.data + 1, coded.len - 1);
    switch (coded.data[0]) {
    case KK_CODEC_NONE:
        return body.len <= max ? kk_bytes_append_slice(out, body) : KK_E_BUNDLE;
    case KK_CODEC_ZSTD:
        return decode_whole(body, max, out);
    case KK_CODEC_PARTS:
        return decode_parts(body, max, out);
    default:
        return KK_E_BUNDLE_NEWER;
    }
}
