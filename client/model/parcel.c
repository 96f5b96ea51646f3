/* Gathering the items of a file (parcel.h). */
#include "model/parcel.h"

struct heading {
    uint32_t tag, len;
};

void kk_parcel_fini(struct kk_parcel *p)
{
    kk_bytes_fini(&p->items);
    p->count = 0;
}

int kk_parcel_add(struct kk_parcel *p, enum kk_kkyb_tag tag, struct kk_slice bytes)
{
    struct heading h = { tag, (uint32_t)bytes.len };
    int r = kk_bytes_append(&p->items, &h, sizeof(h));

    if (r == 0)
        r = kk_bytes_append_slice(&p->items, bytes);
    p->count += r == 0;
    return r;
}

int kk_parcel_add_shape(struct kk_parcel *p, enum kk_kkyb_tag tag, const struct kk_shape *shape,
                        const void *value)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    int r = kk_shape_encode_checked(shape, value, &bytes, NULL);

    return r == 0 ? kk_parcel_add(p, tag, kk_bytes_slice(&bytes)) : r;
}

int kk_parcel_add_blob(struct kk_parcel *p, struct kk_slice label, struct kk_slice blob)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes item = { 0 };
    uint8_t len = (uint8_t)label.len;
    int r = kk_bytes_append(&item, &len, 1);

    if (r == 0)
        r = kk_bytes_append_slice(&item, label);
    if (r == 0)
        r = kk_bytes_append_slice(&item, blob);
    return r == 0 ? kk_parcel_add(p, KK_KKYB_TAG_BLOB, kk_bytes_slice(&item)) : r;
}

int kk_parcel_build(const struct kk_parcel *p, enum kk_kkyb_type type, struct kk_bytes *out)
{
    struct kk_kkyb_writer w;
    size_t at = 0;
    int r = kk_kkyb_begin(&w, type, p->count, out);

    while (r == 0 && at < p->items.len) {
        struct heading h;

        memcpy(&h, p->items.data + at, sizeof(h));
        at += sizeof(h);
        r = kk_kkyb_item(&w, (enum kk_kkyb_tag)h.tag, kk_slice(p->items.data + at, h.len), out);
        at += h.len;
    }
    return r == 0 ? kk_kkyb_end(&w, out) : r;
}
