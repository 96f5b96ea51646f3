/*
 * A KKYB file in pieces whose size the first byte gives: the same events whatever the pieces, and
 * nothing after the end. [FL-1] … [FL-4]
 */
#include "fuzz.h"

#include "kukyoku/bundle/kkyb.h"
#include "kukyoku/error.h"

struct outcome {
    size_t items, bytes;
    int fault;
    bool ended;
};

/* Takes every event that stands in the buffer. */
static void drain(struct kk_kkyb_reader *r, struct outcome *o)
{
    enum kk_kkyb_event event = KK_KKYB_HEAD;
    struct kk_slice scope, blob;
    struct kk_kkyb_item item;

    while (o->fault == 0 && event != KK_KKYB_MORE && !o->ended) {
        o->fault = kk_kkyb_next(r, &event, &item);
        if (o->fault < 0)
            return;
        o->ended = event == KK_KKYB_END;
        if (event != KK_KKYB_ITEM)
            continue;
        o->items++;
        o->bytes += item.bytes.len;
        if (item.tag == KK_KKYB_TAG_BLOB && kk_kkyb_split_blob(item.bytes, &scope, &blob) == 0)
            kk_assert(scope.len + blob.len < item.bytes.len);
    }
}

static struct outcome read_in_pieces(struct kk_slice file, size_t piece)
{
    KK_AUTO_FINI(kk_kkyb_reader) struct kk_kkyb_reader r;
    struct outcome o = { 0 };

    kk_kkyb_reader_init(&r);
    for (size_t at = 0; at < file.len && o.fault == 0 && !o.ended; at += piece) {
        size_t left = file.len - at;

        o.fault = kk_kkyb_feed(&r, kk_slice(file.data + at, left < piece ? left : piece));
        drain(&r, &o);
    }
    return o;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct kk_slice file = kk_slice(data + (size > 0), size - (size > 0));
    struct outcome whole, pieces;

    if (size == 0)
        return 0;
    whole = read_in_pieces(file, file.len ? file.len : 1);
    pieces = read_in_pieces(file, (size_t)data[0] + 1);
    kk_assert(whole.items <= pieces.items || whole.fault == 0);
    kk_assert(pieces.bytes <= file.len && whole.bytes <= file.len);
    if (whole.fault == 0 && whole.ended)
        kk_assert(pieces.ended && pieces.items == whole.items && pieces.bytes == whole.bytes);
    return 0;
}
