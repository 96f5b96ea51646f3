/*
 * The length gate: u16be length, then so many bytes ([FR-1], [FR-2]). Collects one frame at a time;
 * memory grows to the length announced, never past the bound that holds now.
 */
#ifndef KUKYOKU_SESSION_FRAME_H
#define KUKYOKU_SESSION_FRAME_H

#include "kukyoku/base/bytes.h"
#include "kukyoku/limits.h"

#define KK_FRAME_HEAD_BYTES 2

struct kk_frame {
    uint8_t head[KK_FRAME_HEAD_BYTES];
    size_t got;      /* bytes of head and body so far */
    size_t min, max; /* bounds of the body now in force */
    struct kk_bytes body;
};

/* A zeroed frame is empty; the bounds must be set before the first byte. */
void kk_frame_bound(struct kk_frame *f, size_t min, size_t max);
void kk_frame_fini(struct kk_frame *f);
KK_DEFINE_FINI(kk_frame)

/* How many bytes complete the part that is being read (head or body); 0 when the frame is whole. */
size_t kk_frame_wants(const struct kk_frame *f);
/* Has a frame begun that is not whole? */
bool kk_frame_begun(const struct kk_frame *f);
bool kk_frame_whole(const struct kk_frame *f);
/*
 * Takes at most up to the end of the frame; ret_used says how much. KK_E_PROTOCOL for a length
 * outside the bounds, KK_E_MEMORY.
 */
KK_MUST_USE int kk_frame_feed(struct kk_frame *f, struct kk_slice in, size_t *ret_used);
/* Ready for the next frame; gives large memory back. */
void kk_frame_next(struct kk_frame *f);

/* Writes the head of a body of len bytes (17 … 33,040 once the handshake is over). */
void kk_frame_put_head(uint8_t head[KK_FRAME_HEAD_BYTES], size_t len);

#endif
