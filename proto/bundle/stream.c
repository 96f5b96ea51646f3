/* Numbers and bits of a section's streams. */
#include "stream.h"

#include "kukyoku/error.h"

#define NUMBER_BYTES_MAX 10

/* --- writing --- */
void kk_out_fini(struct kk_out *o)
{
    for (size_t i = 0; i < KK_STREAM_COUNT; i++)
        kk_bytes_fini(&o->streams[i]);
}

void kk_out_bytes(struct kk_out *o, enum kk_stream s, struct kk_slice bytes)
{
    if (o->error == 0)
        o->error = kk_bytes_append_slice(&o->streams[s], bytes);
}

void kk_out_byte(struct kk_out *o, enum kk_stream s, uint8_t value)
{
    struct kk_bytes *b = &o->streams[s];

    if (b->len < b->cap)
        b->data[b->len++] = value;
    else
        kk_out_bytes(o, s, kk_slice(&value, 1));
}

void kk_out_number(struct kk_out *o, enum kk_stream s, uint64_t value)
{
    while (value >= 0x80) {
        kk_out_byte(o, s, (uint8_t)(value | 0x80));
        value >>= 7;
    }
    kk_out_byte(o, s, (uint8_t)value);
}

void kk_out_bits(struct kk_out *o, uint64_t value, unsigned count)
{
    kk_assert(count <= 56);
    o->hold |= (value & (((uint64_t)1 << count) - 1)) << o->have;
    o->have += count;
    while (o->have >= 8) {
        kk_out_byte(o, KK_STREAM_BITS, (uint8_t)o->hold);
        o->hold >>= 8;
        o->have -= 8;
    }
}

void kk_out_bits_end(struct kk_out *o)
{
    if (o->have > 0)
        kk_out_byte(o, KK_STREAM_BITS, (uint8_t)o->hold);
    o->hold = 0;
    o->have = 0;
}

/* --- reading --- */
void kk_in_init(struct kk_in *in, const struct kk_section *section)
{
    *in = (struct kk_in){ 0 };
    for (size_t i = 0; i < KK_STREAM_COUNT; i++) {
        struct kk_slice s = section->streams[i];

        if (!s.data) /* a stream that is not there is an empty one */
            s = kk_slice("", 0);
        in->feeds[i] = (struct kk_feed){ .at = s.data, .end = s.data + s.len };
    }
}

uint64_t kk_in_number_slow(struct kk_in *in, enum kk_stream s)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < NUMBER_BYTES_MAX; i++) {
        uint8_t byte = kk_in_byte(in, s);
        uint64_t low = byte & 0x7fu;

        if (i == NUMBER_BYTES_MAX - 1 && low > 1)
            break;
        value |= low << (7 * i);
        if (byte & 0x80)
            continue;
        if (byte == 0 && i > 0)
            break; /* a longer form than needed */
        return in->bad ? 0 : value;
    }
    in->bad = true;
    return 0;
}

struct kk_slice kk_in_bytes(struct kk_in *in, enum kk_stream s, uint64_t len)
{
    struct kk_feed *f = &in->feeds[s];
    struct kk_slice bytes = { .data = f->at, .len = (size_t)len };

    if (len > (uint64_t)(f->end - f->at)) {
        in->bad = true;
        return kk_slice("", 0);
    }
    f->at += len;
    return bytes;
}

/* All bits but those that fill the last byte, which are zeros. */
static bool bits_done(const struct kk_in *in)
{
    const struct kk_feed *f = &in->feeds[KK_STREAM_BITS];
    uint64_t left = 8 * (uint64_t)(f->end - f->at) - in->bit;

    return left == 0 || (left < 8 && f->end[-1] >> (8 - left) == 0);
}

bool kk_in_done(const struct kk_in *in)
{
    if (in->bad || !bits_done(in))
        return false;
    for (unsigned s = 0; s < KK_STREAM_COUNT; s++)
        if (s != KK_STREAM_BITS && in->feeds[s].at != in->feeds[s].end)
            return false;
    return true;
}
