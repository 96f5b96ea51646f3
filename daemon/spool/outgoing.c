/* A file on its way out: items gathered, then written whole or not at all. */
#include "spool/outgoing.h"

#include "kukyoku/attr.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static int add(struct outgoing *o, const struct outgoing_item *item, struct kk_slice bytes)
{
    int r = kk_bytes_append(&o->items, item, sizeof(*item));

    if (r == 0)
        r = kk_bytes_append_slice(&o->items, bytes);
    o->count += r == 0;
    return r;
}

int outgoing_add(struct outgoing *o, enum kk_kkyb_tag tag, struct kk_slice bytes)
{
    return add(o, &(struct outgoing_item){ .tag = tag, .len = bytes.len }, bytes);
}

int outgoing_add_blob(struct outgoing *o, struct kk_slice scope, struct kk_slice blob)
{
    struct outgoing_item item = { .tag = KK_KKYB_TAG_BLOB, .len = blob.len };

    kk_assert(scope.len <= KK_SCOPE_NAME_MAX);
    memcpy(item.scope, scope.data, scope.len);
    return add(o, &item, blob);
}

void outgoing_fini(struct outgoing *o)
{
    kk_bytes_fini(&o->items);
}

static int build(const struct outgoing *o, enum kk_kkyb_type type, struct kk_bytes *out)
{
    struct kk_kkyb_writer w;
    size_t at = 0;
    int r = kk_kkyb_begin(&w, type, o->count, out);

    while (r == 0 && at < o->items.len) {
        struct outgoing_item item;
        struct kk_slice bytes;

        memcpy(&item, o->items.data + at, sizeof(item));
        bytes = kk_slice(o->items.data + at + sizeof(item), item.len);
        r = item.tag == KK_KKYB_TAG_BLOB
                ? kk_kkyb_blob(&w, kk_slice_text(item.scope), bytes, out)
                : kk_kkyb_item(&w, item.tag, bytes, out);
        at += sizeof(item) + item.len;
    }
    return r == 0 ? kk_kkyb_end(&w, out) : r;
}

int outgoing_write_bytes(const char *path, struct kk_slice bytes)
{
    char part[4096];
    int len = snprintf(part, sizeof(part), "%s.part", path);
    int fd, ok;

    if (len < 0 || (size_t)len >= sizeof(part))
        return KK_E_IO;
    fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return KK_E_IO;
    ok = write(fd, bytes.data, bytes.len) == (ssize_t)bytes.len && fsync(fd) == 0;
    if (close(fd) < 0 || !ok)
        return errno == ENOSPC ? KK_E_DISK_FULL : KK_E_IO;
    return rename(part, path) == 0 ? 0 : KK_E_IO;
}

int outgoing_write(const struct outgoing *o, enum kk_kkyb_type type, const char *path,
                   struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 };
    int r = build(o, type, &out);

    if (r == 0)
        r = outgoing_write_bytes(path, kk_bytes_slice(&out));
    return r < 0 ? kk_error_set(err, r, path, "%s", "") : 0;
}
