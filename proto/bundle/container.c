/*
 * A container: a head, then each stream of all sections ([BN-10] of docs/protocol.md). The sections
 * of a pack and of a delta differ in number only.
 */
#include "stream.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/error.h"

void kk_container_writer_init(struct kk_container_writer *w)
{
    *w = (struct kk_container_writer){ 0 };
}

void kk_container_writer_fini(struct kk_container_writer *w)
{
    kk_bytes_fini(&w->head);
    for (size_t i = 0; i < KK_STREAM_COUNT; i++)
        kk_bytes_fini(&w->streams[i]);
}

int kk_container_done(struct kk_container_writer *w, struct kk_bytes *out,
                      size_t ret_cuts[KK_STREAM_COUNT + 1])
{
    KK_AUTO_FINI(kk_out) struct kk_out front = { 0 };
    int r;

    kk_out_byte(&front, KK_STREAM_HEAD, KK_CONTAINER_VERSION);
    kk_out_number(&front, KK_STREAM_HEAD, w->count);
    kk_out_bytes(&front, KK_STREAM_HEAD, kk_bytes_slice(&w->head));
    if (front.error < 0)
        return front.error;
    r = kk_bytes_append_slice(out, kk_bytes_slice(&front.streams[KK_STREAM_HEAD]));
    for (size_t i = 0; i < KK_STREAM_COUNT && r == 0; i++)
        r = kk_bytes_append_slice(out, kk_bytes_slice(&w->streams[i]));
    if (r < 0)
        return r;
    ret_cuts[0] = front.streams[KK_STREAM_HEAD].len;
    for (size_t i = 0; i < KK_STREAM_COUNT; i++)
        ret_cuts[i + 1] = w->streams[i].len;
    return 0;
}

void kk_container_fini(struct kk_container *c)
{
    kk_free(c->sections);
    *c = (struct kk_container){ 0 };
}

/* Pack numbers and stream lengths; the slices get their lengths only. */
static void read_front(struct kk_in *in, struct kk_container *c, uint64_t count, size_t len)
{
    uint64_t pack = 0;

    for (; c->count < count && !in->bad; c->count++) {
        struct kk_section *s = &c->sections[c->count];

        pack += kk_in_below(in, KK_STREAM_HEAD, KK_SECTIONS_MAX);
        if (pack >= KK_SECTIONS_MAX)
            in->bad = true;
        s->pack = (uint32_t)pack++;
        for (size_t i = 0; i < KK_STREAM_COUNT; i++)
            s->streams[i].len = kk_in_below(in, KK_STREAM_HEAD, len + 1);
    }
}

int kk_container_read(struct kk_slice bytes, struct kk_container *ret)
{
    KK_AUTO_FINI(kk_container) struct kk_container c = { 0 };
    struct kk_section front = { .streams[KK_STREAM_HEAD] = bytes };
    struct kk_in in;
    uint64_t count;

    kk_in_init(&in, &front);
    if (kk_in_byte(&in, KK_STREAM_HEAD) != KK_CONTAINER_VERSION)
        return in.bad ? KK_E_BUNDLE : KK_E_BUNDLE_NEWER;
    count = kk_in_below(&in, KK_STREAM_HEAD, KK_SECTIONS_MAX + 1);
    c.sections = kk_alloc_array(count, sizeof(*c.sections));
    if (!c.sections)
        return KK_E_MEMORY;
    read_front(&in, &c, count, bytes.len);
    for (size_t i = 0; i < KK_STREAM_COUNT; i++)
        for (size_t j = 0; j < c.count; j++)
            c.sections[j].streams[i] =
                kk_in_bytes(&in, KK_STREAM_HEAD, c.sections[j].streams[i].len);
    if (in.bad || in.feeds[KK_STREAM_HEAD].at != in.feeds[KK_STREAM_HEAD].end)
        return KK_E_BUNDLE;
    *ret = c;
    c = (struct kk_container){ 0 };
    return 0;
}

const struct kk_section *kk_container_find(const struct kk_container *c, uint32_t pack)
{
    size_t lo = 0, hi = c->count;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (c->sections[mid].pack == pack)
            return &c->sections[mid];
        if (c->sections[mid].pack < pack)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}
