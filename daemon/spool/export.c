/* The way out for enrolment requests: one KKYB file that a registrar's desk reads. */
#include "spool/spool.h"

#include "kukyoku/bundle/kkyb.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

struct exporting {
    struct kk_bytes requests; /* each with its length in front */
    uint32_t count;
};

static int gather(void *user, struct kk_slice request)
{
    struct exporting *x = user;
    uint32_t len = (uint32_t)request.len;
    int r = kk_bytes_append(&x->requests, &len, sizeof(len));

    if (r == 0)
        r = kk_bytes_append_slice(&x->requests, request);
    x->count += r == 0;
    return r;
}

static int build(const struct exporting *x, struct kk_bytes *out)
{
    struct kk_kkyb_writer w;
    size_t at = 0;
    int r = kk_kkyb_begin(&w, KK_KKYB_ENROLMENT, x->count, out);

    while (r == 0 && at < x->requests.len) {
        uint32_t len;

        memcpy(&len, x->requests.data + at, sizeof(len));
        r = kk_kkyb_item(&w, KK_KKYB_TAG_REQUEST,
                         kk_slice(x->requests.data + at + sizeof(len), len), out);
        at += sizeof(len) + len;
    }
    return r == 0 ? kk_kkyb_end(&w, out) : r;
}

/* Beside the target first, so that nobody reads half a file. */
static int write_whole(const char *path, struct kk_slice bytes)
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

int kk_spool_export_requests(struct kk_store *store, const char *path, unsigned *ret_count,
                             struct kk_error *err)
{
    struct exporting x = { .count = 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 };
    int r = store->engine->request_each(store, gather, &x);

    if (r == 0)
        r = build(&x, &out);
    if (r == 0)
        r = write_whole(path, kk_bytes_slice(&out));
    kk_bytes_fini(&x.requests);
    if (r < 0)
        return kk_error_set(err, r, path, "%s", "");
    *ret_count = x.count;
    return 0;
}
