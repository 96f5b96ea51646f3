/* Recalled blobs and erased bodies in the files of the spool (forget.h). [DM-18] [DM-21] */
#include "spool/forget.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/bundle/kkyb.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define PATH_BYTES 4096
#define READ_BYTES (64 * 1024)

struct forgetting {
    struct kk_store *store;
    const struct kk_catalog *catalog; /* may be NULL */
    kk_spool_fn *report;
    void *user;
};

static bool is_recalled(const struct forgetting *f, const struct kk_kkyb_item *item)
{
    struct kk_slice label, blob;
    uint8_t hash[KK_HASH_BYTES];

    if (item->tag != KK_KKYB_TAG_BLOB || !f->catalog ||
        kk_kkyb_split_blob(item->bytes, &label, &blob) < 0)
        return false;
    kk_hash_of("blob", blob, hash);
    return kk_catalog_recalls(f->catalog, hash);
}

/* An operation with a body that its entry in the log has no more. */
static bool is_erased(const struct forgetting *f, const struct kk_kkyb_item *item)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_carried carried;
    struct kk_op op = { .inc = 0 };

    kk_arena_init(&arena, 64 * 1024);
    if (item->tag != KK_KKYB_TAG_OPERATION ||
        kk_shape_read(&kk_shape_carried, item->bytes, &arena, &carried, NULL) < 0 ||
        !carried.body.data)
        return false;
    memcpy(op.device, carried.op.device, KK_ID_BYTES);
    op.inc = carried.op.inc;
    op.seq = carried.op.seq;
    return f->store->engine->entry_bare(f->store, carried.scope, &op) > 0;
}

/* What the reader has so far. A file that was refused may be broken: what was whole counts. */
static bool look(const struct forgetting *f, struct kk_kkyb_reader *reader, bool *ret_more)
{
    enum kk_kkyb_event event;
    struct kk_kkyb_item item;

    for (;;) {
        if (kk_kkyb_next(reader, &event, &item) < 0 || event == KK_KKYB_END) {
            *ret_more = false;
            return false;
        }
        if (event == KK_KKYB_MORE)
            return false;
        if (event == KK_KKYB_ITEM && (is_recalled(f, &item) || is_erased(f, &item)))
            return true;
    }
}

static bool holds_forgotten(const struct forgetting *f, const char *path)
{
    KK_AUTO_FINI(kk_kkyb_reader) struct kk_kkyb_reader reader = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes chunk = { 0 };
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    bool found = false, more = true;
    uint8_t *at;

    kk_kkyb_reader_init(&reader);
    if (fd < 0 || kk_bytes_extend(&chunk, READ_BYTES, &at) < 0)
        more = false;
    while (more && !found) {
        ssize_t got = read(fd, at, READ_BYTES);

        more = got > 0 && kk_kkyb_feed(&reader, kk_slice(at, (size_t)got)) == 0;
        found = more && look(f, &reader, &more);
    }
    if (fd >= 0)
        close(fd);
    return found;
}

static int forget_in(const struct forgetting *f, const char *dir, const char *folder)
{
    char path[PATH_BYTES];
    struct dirent *e;
    DIR *d;
    int r = 0;

    snprintf(path, sizeof(path), "%s/%s", dir, folder);
    d = opendir(path);
    if (!d)
        return errno == ENOENT ? 0 : KK_E_IO;
    while (r == 0 && (e = readdir(d))) {
        struct kk_spool_report what = { .name = e->d_name, .forgotten = true };
        int len = snprintf(path, sizeof(path), "%s/%s/%s", dir, folder, e->d_name);

        if (e->d_name[0] == '.' || len >= PATH_BYTES || !holds_forgotten(f, path))
            continue;
        r = unlink(path) == 0 ? 0 : KK_E_IO;
        if (r == 0)
            f->report(f->user, &what);
    }
    closedir(d);
    return r;
}

int spool_forget(struct kk_relay *relay, const char *dir, kk_spool_fn *report, void *user)
{
    struct kk_store *store = kk_relay_store(relay);
    struct forgetting f = { store, kk_trust_catalog(kk_relay_trust(relay)), report, user };
    int r = store->engine->scrub(store);

    if (r == 0)
        r = forget_in(&f, dir, "done");
    if (r == 0)
        r = forget_in(&f, dir, "bad");
    if (r == 0)
        kk_relay_forgot(relay);
    return r;
}
