/*
 * The length gate: the first byte says how the stream is cut, the rest is the stream. However it is
 * cut, the same frames come out, none outside the bounds, and memory stays under the longest.
 * [FR-1] [FR-2]
 */
#include "fuzz.h"

#include "kukyoku/error.h"
#include "kukyoku/session/frame.h"

/* The frame at the front of a stream, without any cutting: its length, 0 for none, -1 for bad. */
static int first_frame(struct kk_slice stream)
{
    size_t len;

    if (stream.len < KK_FRAME_HEAD_BYTES)
        return 0;
    len = (size_t)stream.data[0] << 8 | stream.data[1];
    if (len < KK_FRAME_CIPHER_MIN || len > KK_FRAME_CIPHER_MAX)
        return -1;
    return stream.len - KK_FRAME_HEAD_BYTES < len ? 0 : (int)len;
}

static struct kk_slice after(struct kk_slice s, size_t n)
{
    return n ? kk_slice(s.data + n, s.len - n) : s;
}

/* One frame from the front of the stream, in pieces of `step`. The bytes it took, or a fault. */
static int read_frame(struct kk_frame *f, struct kk_slice stream, size_t step)
{
    size_t at = 0, used;
    int r;

    while (at < stream.len && !kk_frame_whole(f)) {
        size_t rest = stream.len - at;

        r = kk_frame_feed(f, kk_slice(stream.data + at, rest < step ? rest : step), &used);
        kk_assert(f->body.cap <= KK_FRAME_CIPHER_MAX);
        if (r < 0)
            return r;
        kk_assert(used > 0);
        at += used;
    }
    return (int)at;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    KK_AUTO_FINI(kk_frame) struct kk_frame f = { 0 };
    struct kk_slice stream = after(kk_slice(data, size), size > 0);
    size_t step = size > 0 ? (size_t)data[0] + 1 : 1;
    int want, got;

    kk_frame_bound(&f, KK_FRAME_CIPHER_MIN, KK_FRAME_CIPHER_MAX);
    do {
        want = first_frame(stream);
        got = read_frame(&f, stream, step);
        kk_assert((want < 0) == (got == KK_E_PROTOCOL));
        kk_assert((want > 0) == (got >= 0 && kk_frame_whole(&f)));
        if (want > 0) {
            kk_assert(kk_slice_equal(kk_bytes_slice(&f.body), kk_slice(stream.data + 2, want)));
            stream = after(stream, (size_t)got);
            kk_frame_next(&f);
        }
    } while (want > 0);
    return 0;
}
