/*
 * When each roster of this desk was signed: a line of text a roster in the file `issued`. A roster
 * names versions alone; by this list the desk knows how long a device has been draining. [TR-20]
 */
#include "desk/files.h"
#include "desk/registrar.h"

#include "kukyoku/base/date.h"

#include <stdio.h>

#define LINE_MAX_BYTES 80

static int read_list(const struct kk_registrar *r, struct kk_bytes *out, struct kk_error *err)
{
    char path[KK_OS_PATH_MAX];
    int e = kk_os_path_join(r->dir, "issued", path);

    return e < 0 || !kk_os_exists(path) ? e : kk_os_file_read(path, KK_DESK_FILE_MAX, out, err);
}

int kk_registrar_note_issued(const struct kk_registrar *r, const char *dir, int64_t now_ms,
                             struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes list = { 0 };
    char line[LINE_MAX_BYTES];
    int e = read_list(r, &list, err);

    snprintf(line, sizeof(line), "%llu.%llu %lld\n", (unsigned long long)r->version.gen,
             (unsigned long long)r->version.ver, (long long)now_ms);
    if (e == 0)
        e = kk_bytes_append_slice(&list, kk_slice_text(line));
    return e == 0 ? kk_desk_write(dir, "issued", kk_bytes_slice(&list), err) : e;
}

/* "GEN.VER MS"; a line of anything else says nothing. */
static int64_t issued_by(const char *line, struct kk_ver version)
{
    unsigned long long gen, ver;
    long long ms;

    if (sscanf(line, "%20llu.%20llu %20lld", &gen, &ver, &ms) != 3)
        return 0;
    return gen == version.gen && ver == version.ver ? (int64_t)ms : 0;
}

int64_t kk_registrar_issued(const struct kk_registrar *r, struct kk_ver version)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes list = { 0 };
    struct kk_error err = { 0 };
    int64_t found = 0;
    char *line;

    if (read_list(r, &list, &err) < 0 || kk_bytes_append_slice(&list, kk_slice("", 1)) < 0)
        return 0;
    for (line = (char *)list.data; line && *line;) {
        char *end = strchr(line, '\n');
        int64_t ms;

        if (end)
            *end = 0;
        ms = issued_by(line, version);
        found = ms ? ms : found; /* the last one counts: before it, a draft that was given up */
        line = end ? end + 1 : NULL;
    }
    return found;
}

bool kk_registrar_drains(const struct kk_registrar *r, const struct kk_device_row *row,
                         int64_t *ret_until_ms)
{
    const struct kk_device_span *span = kk_device_span_newest(row);
    int64_t since;

    *ret_until_ms = 0;
    if (span->status != KK_STATUS_DRAINING)
        return false;
    since = kk_registrar_issued(r, span->from);
    if (since)
        *ret_until_ms = since + (int64_t)r->settings.draining_days * KK_DAY_MS;
    return true;
}
