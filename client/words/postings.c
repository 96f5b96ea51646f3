/* Packed sets of slots (postings.h). [SR-2] */
#include "words/postings.h"

#include "kukyoku/error.h"

#include <string.h>

#define BITMAP_BYTES (KK_SLOTS / 8)
/* Distances: one byte below 0x80, else the upper part, with 0x80, and the lower seven bits. */
#define MORE 0x80

unsigned kk_slots_next(const struct kk_slots *s, unsigned from)
{
    unsigned word = from / 64;
    uint64_t bits;

    if (from >= KK_SLOTS)
        return KK_SLOTS;
    bits = s->bits[word] & (~UINT64_C(0) << from % 64);
    while (!bits && ++word < KK_COUNT(s->bits))
        bits = s->bits[word];
    return bits ? word * 64 + (unsigned)__builtin_ctzll(bits) : KK_SLOTS;
}

bool kk_slots_empty(const struct kk_slots *s)
{
    uint64_t any = 0;

    for (size_t i = 0; i < KK_COUNT(s->bits); i++)
        any |= s->bits[i];
    return any == 0;
}

void kk_slots_keep(struct kk_slots *s, const struct kk_slots *others)
{
    for (size_t i = 0; i < KK_COUNT(s->bits); i++)
        s->bits[i] &= others->bits[i];
}

void kk_slots_join(struct kk_slots *s, const struct kk_slots *others)
{
    for (size_t i = 0; i < KK_COUNT(s->bits); i++)
        s->bits[i] |= others->bits[i];
}

static size_t put_distance(unsigned distance, uint8_t *to)
{
    size_t len = 0;

    if (distance >= MORE)
        to[len++] = (uint8_t)(MORE | distance >> 7);
    to[len++] = distance & (MORE - 1);
    return len;
}

/* As distances into out, which has room for one byte more than a bitmap; 0 where that is longer. */
static size_t pack_distances(const struct kk_slots *s, uint8_t out[BITMAP_BYTES + 2])
{
    unsigned from = 0;
    size_t len = 0;

    for (unsigned slot = kk_slots_next(s, 0); slot < KK_SLOTS; slot = kk_slots_next(s, from)) {
        len += put_distance(slot - from, out + len);
        from = slot + 1;
        if (len >= BITMAP_BYTES)
            return 0;
    }
    return len;
}

static void pack_bitmap(const struct kk_slots *s, uint8_t out[BITMAP_BYTES])
{
    for (size_t i = 0; i < BITMAP_BYTES; i++)
        out[i] = (uint8_t)(s->bits[i / 8] >> i % 8 * 8);
}

int kk_postings_write(const struct kk_slots *s, struct kk_bytes *out)
{
    uint8_t packed[BITMAP_BYTES + 2];
    size_t len;

    if (kk_slots_empty(s))
        return 0;
    len = pack_distances(s, packed);
    if (len)
        return kk_bytes_append(out, packed, len);
    pack_bitmap(s, packed);
    return kk_bytes_append(out, packed, BITMAP_BYTES);
}

int kk_postings_write_list(const uint16_t *slots, size_t count, struct kk_bytes *out)
{
    uint8_t packed[BITMAP_BYTES + 2];
    struct kk_slots set = { { 0 } };
    unsigned from = 0;
    size_t len = 0;

    for (size_t i = 0; i < count && len < BITMAP_BYTES; from = slots[i++] + 1u)
        len += put_distance(slots[i] - from, packed + len);
    if (len < BITMAP_BYTES)
        return kk_bytes_append(out, packed, len);
    for (size_t i = 0; i < count; i++)
        kk_slots_add(&set, slots[i]);
    pack_bitmap(&set, packed);
    return kk_bytes_append(out, packed, BITMAP_BYTES);
}

static int read_distances(struct kk_slice bytes, struct kk_slots *ret)
{
    unsigned from = 0;

    for (size_t i = 0; i < bytes.len; i++) {
        unsigned distance = bytes.data[i];

        if (distance & MORE) {
            if (i + 1 == bytes.len || bytes.data[i + 1] & MORE || distance == MORE)
                return KK_E_FORM;
            distance = (distance & (MORE - 1)) << 7 | bytes.data[++i];
        }
        if (from + distance >= KK_SLOTS)
            return KK_E_FORM;
        kk_slots_add(ret, from + distance);
        from += distance + 1;
    }
    return 0;
}

static int read_bitmap(struct kk_slice bytes, struct kk_slots *ret)
{
    uint8_t packed[BITMAP_BYTES + 2];

    for (size_t i = 0; i < BITMAP_BYTES; i++)
        ret->bits[i / 8] |= (uint64_t)bytes.data[i] << i % 8 * 8;
    return pack_distances(ret, packed) == 0 && !kk_slots_empty(ret) ? 0 : KK_E_FORM;
}

int kk_postings_read(struct kk_slice bytes, struct kk_slots *ret)
{
    *ret = (struct kk_slots){ { 0 } };
    if (bytes.len == 0 || bytes.len > BITMAP_BYTES)
        return KK_E_FORM;
    return bytes.len == BITMAP_BYTES ? read_bitmap(bytes, ret) : read_distances(bytes, ret);
}
