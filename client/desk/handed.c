/* The daemon's list of what it handed out (handed.h). [DM-20] */
#include "desk/handed.h"

#include "desk/files.h"
#include "kukyoku/base/text.h"

#include <stdio.h>

#define FILE_MAX   (512u * 1024 * 1024)
#define NUMBER_MAX (1ll << 52)

static const char *const header[] = { "device", "scope",    "way",    "from",
                                      "to",     "first_ms", "last_ms" };

struct reading {
    kk_handed_fn *fn;
    void *user;
    const char *path;
    struct kk_error *err;
    bool headed;
};

static int refuse(const struct reading *x, uint64_t line)
{
    return kk_error_say(x->err, KK_E_CSV, x->path,
                        "line %llu is not one of `kukyokud --export served`",
                        "%llu行目は `kukyokud --export served` の形ではありません",
                        (unsigned long long)line);
}

static bool number(struct kk_slice text, int64_t *ret)
{
    int64_t value = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || value > NUMBER_MAX / 10)
            return false;
        value = 10 * value + (text.data[i] - '0');
    }
    *ret = value;
    return text.len > 0;
}

static bool read_row(const struct kk_csv_record *record, struct kk_handed *ret)
{
    char id[2 * KK_ID_BYTES + 1];
    const struct kk_slice *f = record->fields;

    if (record->flaw != KK_CSV_SOUND || record->count != KK_COUNT(header) ||
        f[0].len != 2 * KK_ID_BYTES)
        return false;
    snprintf(id, sizeof id, "%.*s", 2 * KK_ID_BYTES, (const char *)f[0].data);
    ret->scope = f[1];
    ret->blobs = kk_slice_is(f[2], "blobs");
    return kk_hex_decode(id, ret->device, KK_ID_BYTES) &&
           (ret->blobs || kk_slice_is(f[2], "log")) && number(f[3], &ret->from) &&
           number(f[4], &ret->to) && number(f[5], &ret->first_ms) && number(f[6], &ret->last_ms);
}

static bool heads(const struct kk_csv_record *record)
{
    bool same = record->count == KK_COUNT(header);

    for (size_t i = 0; same && i < KK_COUNT(header); i++)
        same = kk_slice_is(record->fields[i], header[i]);
    return same;
}

static int take(void *user, const struct kk_csv_record *record)
{
    struct reading *x = user;
    struct kk_handed row;

    if (!x->headed) {
        x->headed = heads(record);
        return x->headed ? 0 : refuse(x, record->line);
    }
    return read_row(record, &row) ? x->fn(x->user, &row) : refuse(x, record->line);
}

int kk_handed_each(const char *path, kk_handed_fn *fn, void *user, struct kk_error *err)
{
    struct reading x = { .fn = fn, .user = user, .path = path, .err = err };
    int r = kk_desk_read_csv(path, FILE_MAX, take, &x, err);

    return r == 0 && !x.headed ? refuse(&x, 1) : r;
}
