/* A line a log: scope, number of its last entry, head in hex (heights.h). [ER-10] */
#include "spool/heights.h"

#include "kukyoku/base/text.h"

#include <stdio.h>
#include <unistd.h>

#define PATH_BYTES 4096
#define LINE_BYTES 256

static bool path_of(const char *dir, const char *name, char ret[PATH_BYTES])
{
    int len = snprintf(ret, PATH_BYTES, "%s/%s", dir, name);

    return len > 0 && len < PATH_BYTES;
}

static int put_line(void *user, struct kk_slice scope, const struct kk_log_head *head)
{
    char hex[2 * KK_HASH_BYTES + 1];
    FILE *f = user;

    kk_hex_encode(kk_slice(head->head, KK_HASH_BYTES), hex);
    return fprintf(f, "%.*s %llu %s\n", (int)scope.len, (const char *)scope.data,
                   (unsigned long long)head->gsn, hex) > 0
               ? 0
               : KK_E_IO;
}

void kk_heights_note(struct kk_store *store, const char *dir)
{
    char path[PATH_BYTES], part[PATH_BYTES];
    bool named = path_of(dir, KK_HEIGHTS_FILE, path) && path_of(dir, KK_HEIGHTS_FILE "~", part);
    FILE *f = named ? fopen(part, "we") : NULL;
    int r;

    if (!f)
        return;
    r = store->engine->log_each(store, put_line, f);
    if (fclose(f) != 0 || r != 0 || rename(part, path) != 0)
        unlink(part);
}

/* A line that is none is passed over: the note may be cut, or of another program. */
static int look(struct kk_store *store, const char *line)
{
    char scope[KK_SCOPE_NAME_MAX + 1], hex[2 * KK_HASH_BYTES + 1];
    uint8_t noted[KK_HASH_BYTES], own[KK_HASH_BYTES];
    unsigned long long gsn;
    int r;

    if (sscanf(line, "%16s %llu %64s", scope, &gsn, hex) != 3 || gsn == 0 ||
        !kk_hex_decode(hex, noted, sizeof(noted)))
        return 0;
    r = store->engine->entry_head(store, kk_slice_text(scope), gsn, own);
    if (r < 0)
        return r;
    return r == 0 || memcmp(own, noted, sizeof(noted)) != 0;
}

int kk_heights_behind(struct kk_store *store, const char *dir)
{
    char path[PATH_BYTES], line[LINE_BYTES];
    FILE *f = path_of(dir, KK_HEIGHTS_FILE, path) ? fopen(path, "re") : NULL;
    int r = 0;

    while (f && r == 0 && fgets(line, sizeof(line), f))
        r = look(store, line);
    if (f)
        fclose(f);
    return r;
}
