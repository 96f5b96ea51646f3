/* The daemon's list of holders (holders.h). [DM-19] */
#include "desk/holders.h"

#include "desk/files.h"
#include "kukyoku/base/alloc.h"
#include "kukyoku/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX (4u * 1024 * 1024)
#define SAID_MAX (1ll << 52)

static const char *const header[] = { "device", "release", "said_ms" };

void kk_holders_fini(struct kk_holders *h)
{
    kk_free(h->items);
    *h = (struct kk_holders){ 0 };
}

const struct kk_holder *kk_holders_find(const struct kk_holders *h,
                                        const uint8_t device[KK_ID_BYTES])
{
    for (size_t i = 0; i < h->count; i++) {
        if (memcmp(h->items[i].device, device, KK_ID_BYTES) == 0)
            return &h->items[i];
    }
    return NULL;
}

static bool read_number(struct kk_slice text, int64_t max, int64_t *ret)
{
    int64_t value = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || value > max / 10)
            return false;
        value = 10 * value + (text.data[i] - '0');
    }
    *ret = value;
    return text.len > 0 && value <= max;
}

static bool read_holder(const struct kk_csv_record *record, struct kk_holder *ret)
{
    char id[2 * KK_ID_BYTES + 1];
    int64_t release;

    if (record->flaw != KK_CSV_SOUND || record->count != KK_COUNT(header) ||
        record->fields[0].len != 2 * KK_ID_BYTES)
        return false;
    snprintf(id, sizeof id, "%.*s", 2 * KK_ID_BYTES, (const char *)record->fields[0].data);
    if (!kk_hex_decode(id, ret->device, KK_ID_BYTES) ||
        !read_number(record->fields[1], UINT32_MAX, &release) ||
        !read_number(record->fields[2], SAID_MAX, &ret->said_ms))
        return false;
    ret->release = (uint32_t)release;
    return true;
}

struct reading {
    struct kk_holders *list;
    const char *path;
    struct kk_error *err;
    bool headed;
};

static int refuse(const struct reading *x, uint64_t line)
{
    return kk_error_say(x->err, KK_E_CSV, x->path,
                        "line %llu is not one of `kukyokud --export holders`",
                        "%llu行目は `kukyokud --export holders` の形ではありません",
                        (unsigned long long)line);
}

static int take(void *user, const struct kk_csv_record *record)
{
    struct reading *x = user;
    struct kk_holders *l = x->list;
    bool heads = !x->headed && record->count == KK_COUNT(header);

    for (size_t i = 0; heads && i < KK_COUNT(header); i++)
        heads = kk_slice_is(record->fields[i], header[i]);
    if (!x->headed) {
        x->headed = true;
        return heads ? 0 : refuse(x, record->line);
    }
    if (l->count == l->cap) {
        size_t cap = l->cap ? 2 * l->cap : 64;
        struct kk_holder *items = kk_realloc(l->items, cap * sizeof *items);

        if (!items)
            return KK_E_MEMORY;
        l->items = items;
        l->cap = cap;
    }
    if (!read_holder(record, &l->items[l->count]))
        return refuse(x, record->line);
    l->count++;
    return 0;
}

int kk_holders_read(const char *path, struct kk_holders *ret, struct kk_error *err)
{
    struct reading x = { .list = ret, .path = path, .err = err };
    int r = kk_desk_read_csv(path, FILE_MAX, take, &x, err);

    return r == 0 && !x.headed ? refuse(&x, 1) : r;
}
