/*
 * The streams of one section, written and read: bytes, numbers (little-endian base 128, shortest
 * form), and bits. Faults are sticky, so that coders stay free of checks: writing stops at the
 * first failed allocation, reading gives zeros after the first fault, and the owner asks once at
 * the end. Loops over what was read must therefore have a bound of their own.
 */
#ifndef PROTO_BUNDLE_STREAM_H
#define PROTO_BUNDLE_STREAM_H

#include "kukyoku/bundle/section.h"

struct kk_out {
    struct kk_bytes streams[KK_STREAM_COUNT];
    uint64_t hold; /* bits not yet in the stream */
    unsigned have;
    int error;
};
void kk_out_fini(struct kk_out *o);
KK_DEFINE_FINI(kk_out)
void kk_out_byte(struct kk_out *o, enum kk_stream s, uint8_t value);
void kk_out_number(struct kk_out *o, enum kk_stream s, uint64_t value);
void kk_out_bytes(struct kk_out *o, enum kk_stream s, struct kk_slice bytes);
/* The low `count` bits (at most 56), lowest first. */
void kk_out_bits(struct kk_out *o, uint64_t value, unsigned count);
void kk_out_bits_end(struct kk_out *o);

struct kk_feed {
    const uint8_t *at, *end;
};
struct kk_in {
    struct kk_feed feeds[KK_STREAM_COUNT];
    uint64_t hold;
    unsigned have;
    bool bad;
};
void kk_in_init(struct kk_in *in, const struct kk_section *section);
uint64_t kk_in_number_slow(struct kk_in *in, enum kk_stream s);
struct kk_slice kk_in_bytes(struct kk_in *in, enum kk_stream s, uint64_t len);
/* Was every stream read to its end, and nothing amiss? */
bool kk_in_done(const struct kk_in *in);

static inline uint8_t kk_in_byte(struct kk_in *in, enum kk_stream s)
{
    struct kk_feed *f = &in->feeds[s];

    if (f->at == f->end) {
        in->bad = true;
        return 0;
    }
    return *f->at++;
}

static inline uint64_t kk_in_number(struct kk_in *in, enum kk_stream s)
{
    struct kk_feed *f = &in->feeds[s];

    if (f->at != f->end && *f->at < 0x80)
        return *f->at++;
    return kk_in_number_slow(in, s);
}

/* A number that must be below limit. */
static inline uint64_t kk_in_below(struct kk_in *in, enum kk_stream s, uint64_t limit)
{
    uint64_t value = kk_in_number(in, s);

    if (value < limit)
        return value;
    in->bad = true;
    return 0;
}

/*
 * More bits into `hold`. Eight bytes are laid over it at once; those that find no room are laid
 * over it again the next time, and are the same.
 */
static inline void kk_in_refill(struct kk_in *in, unsigned count)
{
    struct kk_feed *f = &in->feeds[KK_STREAM_BITS];

    if (f->end - f->at >= 8) {
        unsigned bytes = (63 - in->have) / 8;
        uint64_t word = 0;

        for (unsigned i = 0; i < 8; i++)
            word |= (uint64_t)f->at[i] << (8 * i);
        in->hold |= word << in->have;
        f->at += bytes;
        in->have += 8 * bytes;
        return;
    }
    for (; in->have < count; in->have += 8) {
        if (f->at == f->end) {
            in->bad = true;
            in->hold = 0;
            in->have = 64;
            return;
        }
        in->hold |= (uint64_t)*f->at++ << in->have;
    }
}

/* At most 56. */
static inline uint64_t kk_in_bits(struct kk_in *in, unsigned count)
{
    uint64_t value;

    if (in->have < count)
        kk_in_refill(in, count);
    value = in->hold & (((uint64_t)1 << count) - 1);
    in->hold >>= count;
    in->have -= count;
    return value;
}

static inline unsigned kk_bit_length(uint64_t value)
{
    return value ? 64 - (unsigned)__builtin_clzll(value) : 0;
}

#endif
