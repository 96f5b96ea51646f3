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
    uint64_t bit; /* of the stream of bits, whose feed stays where it begins: read so far */
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

/* The eight bytes at `at`, the first one lowest. So written, compilers make one load of it. */
static inline uint64_t kk_in_word(const uint8_t *at)
{
    return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24 |
           (uint64_t)at[4] << 32 | (uint64_t)at[5] << 40 | (uint64_t)at[6] << 48 |
           (uint64_t)at[7] << 56;
}

/* At most 56. */
static inline uint64_t kk_in_bits(struct kk_in *in, unsigned count)
{
    const struct kk_feed *f = &in->feeds[KK_STREAM_BITS];
    size_t len = (size_t)(f->end - f->at), first = (size_t)(in->bit / 8);
    uint64_t word = 0;

    if (8 * (uint64_t)len - in->bit < count) {
        in->bad = true;
        return 0;
    }
    if (len - first >= 8) {
        word = kk_in_word(f->at + first);
    } else {
        for (size_t i = first; i < len; i++)
            word |= (uint64_t)f->at[i] << (8 * (i - first));
    }
    word >>= in->bit % 8;
    in->bit += count;
    return word & (((uint64_t)1 << count) - 1);
}

static inline unsigned kk_bit_length(uint64_t value)
{
    return value ? 64 - (unsigned)__builtin_clzll(value) : 0;
}

#endif
