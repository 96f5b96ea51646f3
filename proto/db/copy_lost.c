/* Comparing what two backups say of themselves. */
#include "kukyoku/db/copy.h"

#include <string.h>

static uint64_t digits_of(const char *at, const char *stop)
{
    uint64_t n = 0;

    for (; at < stop && *at >= '0' && *at <= '9'; at++)
        n = n * 10 + (uint64_t)(*at - '0');
    return n;
}

/* The number at the place of a line that begins with `key`; 0 where there is no such line. */
static uint64_t number_of(struct kk_slice text, const char *key, size_t key_len, int place)
{
    struct kk_slice line;

    while (kk_slice_line(&text, &line)) {
        const char *at = (const char *)line.data, *stop = at + line.len;

        if (line.len <= key_len || memcmp(at, key, key_len) != 0)
            continue;
        at += key_len;
        while (place-- > 0 && at < stop) {
            at = memchr(at, ' ', (size_t)(stop - at));
            at = at ? at + 1 : stop;
        }
        return at < stop ? digits_of(at, stop) : 0;
    }
    return 0;
}

static int compare_line(struct kk_slice line, struct kk_slice there, struct kk_bytes *out)
{
    const char *text = (const char *)line.data;
    bool log = line.len > 4 && memcmp(text, "log ", 4) == 0;
    const char *space = memchr(text + (log ? 4 : 0), ' ', line.len - (log ? 4 : 0));
    size_t key = space ? (size_t)(space - text) + 1 : 0;
    uint64_t own, other;

    if (key == 0 || (line.len > 10 && memcmp(text, "documents ", 10) == 0))
        return 0; /* older documents are dropped for newer ones: their number says nothing */
    own = number_of(line, text, key, log ? 1 : 0);
    other = number_of(there, text, key, log ? 1 : 0);
    return own > other ? kk_bytes_format(out, "%.*s+%llu\n", (int)key, text,
                                         (unsigned long long)(own - other))
                       : 0;
}

int kk_copy_lost(struct kk_slice here, struct kk_slice there, struct kk_bytes *out)
{
    struct kk_slice line;
    int r = 0;

    while (r == 0 && kk_slice_line(&here, &line))
        r = compare_line(line, there, out);
    return r;
}
