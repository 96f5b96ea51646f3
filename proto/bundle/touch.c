/* Entries of a section's head, both ways, side by side. */
#include "touch.h"

static void write_lane(struct kk_out *o, uint64_t rows, const struct kk_lane_head *lane)
{
    if (rows == 0)
        return;
    kk_out_number(o, KK_STREAM_HEAD, lane->usual);
    kk_out_number(o, KK_STREAM_HEAD, lane->marks);
    kk_out_number(o, KK_STREAM_HEAD, lane->offs);
}

static void read_lane(struct kk_in *in, uint64_t rows, struct kk_lane_head *ret)
{
    if (rows == 0)
        return;
    ret->usual = kk_in_below(in, KK_STREAM_HEAD, UINT16_MAX);
    ret->marks = kk_in_below(in, KK_STREAM_HEAD, rows + 1);
    ret->offs = kk_in_below(in, KK_STREAM_HEAD, rows + 1);
}

void kk_touch_write(struct kk_out *o, const struct kk_touch *e)
{
    kk_out_number(o, KK_STREAM_HEAD, e->skip);
    kk_out_number(o, KK_STREAM_HEAD, e->kind);
    if (e->kind == KK_TOUCH_DROP)
        return;
    if (e->kind == KK_TOUCH_NEW) {
        kk_out_number(o, KK_STREAM_HEAD, e->indicator.len);
        kk_out_bytes(o, KK_STREAM_HEAD, e->indicator);
    } else {
        kk_out_number(o, KK_STREAM_HEAD, e->drops);
        kk_out_number(o, KK_STREAM_HEAD, e->edits);
    }
    kk_out_number(o, KK_STREAM_HEAD, e->inserts);
    kk_out_number(o, KK_STREAM_HEAD, e->attrs);
    kk_out_number(o, KK_STREAM_HEAD, e->scale);
    write_lane(o, e->edits, &e->edit);
    write_lane(o, e->inserts, &e->insert);
}

void kk_touch_read(struct kk_in *in, struct kk_touch *ret)
{
    struct kk_touch e = { 0 };

    e.skip = kk_in_below(in, KK_STREAM_HEAD, KK_OBS_BLOCK_GROUPS);
    e.kind = (enum kk_touch_kind)kk_in_below(in, KK_STREAM_HEAD, KK_TOUCH_KINDS);
    if (e.kind == KK_TOUCH_NEW) {
        uint64_t len = kk_in_below(in, KK_STREAM_HEAD, KK_OBS_NAME_MAX + 1);

        e.indicator = kk_in_bytes(in, KK_STREAM_HEAD, len);
        in->bad = in->bad || len == 0;
    } else if (e.kind == KK_TOUCH_CHANGE) {
        e.drops = kk_in_below(in, KK_STREAM_HEAD, KK_OBS_GROUP_ROWS + 1);
        e.edits = kk_in_below(in, KK_STREAM_HEAD, KK_OBS_GROUP_ROWS + 1);
    }
    if (e.kind != KK_TOUCH_DROP) {
        e.inserts = kk_in_below(in, KK_STREAM_HEAD, KK_OBS_GROUP_ROWS + 1);
        e.attrs = kk_in_below(in, KK_STREAM_HEAD, UINT16_MAX);
        e.scale = (unsigned)kk_in_below(in, KK_STREAM_HEAD, KK_OBS_DECIMALS + 1);
        read_lane(in, e.edits, &e.edit);
        read_lane(in, e.inserts, &e.insert);
    }
    *ret = e;
}
