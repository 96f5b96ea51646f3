/* Files of the stage. Their names are hashes in hexadecimal; nothing else is ever in the folder. */
#include "replica/stage.h"

#include "kukyoku/base/text.h"
#include "kukyoku/bundle/blob.h"
#include "kukyoku/error.h"
#include "os.h"

#include <errno.h>
#include <stdio.h>

#define NAME_LEN     (2 * KK_HASH_BYTES)
#define PATH_MAX_LEN (KK_STAGE_PATH_MAX + NAME_LEN + 2)

int kk_stage_init(struct kk_stage *s, const char *dir)
{
    size_t len = strlen(dir);

    if (len >= sizeof(s->dir))
        return KK_E_ROW_LIMIT;
    memcpy(s->dir, dir, len + 1);
    return 0;
}

static void path_of(const struct kk_stage *s, const uint8_t hash[KK_HASH_BYTES],
                    char ret[PATH_MAX_LEN])
{
    char name[NAME_LEN + 1];

    kk_hex_encode(kk_slice(hash, KK_HASH_BYTES), name);
    snprintf(ret, PATH_MAX_LEN, "%s/%s", s->dir, name);
}

static void close_file(FILE **f)
{
    if (*f)
        kk_ignore(fclose(*f)); /* whatever was lost is found out by the hash */
}

static int io_fault(void)
{
    return errno == ENOSPC || errno == EDQUOT ? KK_E_DISK_FULL : KK_E_IO;
}

uint64_t kk_stage_have(const struct kk_stage *s, const struct kk_blob_ref *ref)
{
    char path[PATH_MAX_LEN];
    __attribute__((cleanup(close_file))) FILE *f = NULL;
    long len;

    path_of(s, ref->hash, path);
    f = fopen(path, "rb");
    if (!f || fseek(f, 0, SEEK_END) != 0)
        return 0;
    len = ftell(f);
    return len < 0 || (uint64_t)len > ref->len ? 0 : (uint64_t)len;
}

void kk_stage_drop(struct kk_stage *s, const uint8_t hash[KK_HASH_BYTES])
{
    char path[PATH_MAX_LEN];

    path_of(s, hash, path);
    kk_ignore(remove(path)); /* absent is as good */
}

int kk_stage_get(const struct kk_stage *s, const struct kk_blob_ref *ref, struct kk_bytes *out)
{
    char path[PATH_MAX_LEN];
    __attribute__((cleanup(close_file))) FILE *f = NULL;
    uint8_t got[KK_HASH_BYTES];
    uint8_t *at;
    int r;

    if (kk_stage_have(s, ref) != ref->len)
        return KK_E_BLOB_MISSING;
    path_of(s, ref->hash, path);
    f = fopen(path, "rb");
    if (!f)
        return KK_E_BLOB_MISSING;
    r = kk_bytes_extend(out, ref->len, &at);
    if (r < 0)
        return r;
    if (fread(at, 1, ref->len, f) != ref->len)
        return KK_E_IO;
    kk_blob_hash(kk_slice(at, ref->len), got);
    if (memcmp(got, ref->hash, KK_HASH_BYTES) == 0)
        return 0;
    out->len -= ref->len;
    kk_ignore(remove(path)); /* to be fetched again */
    return KK_E_HASH;
}

static int append(const char *path, const char *mode, struct kk_slice piece)
{
    FILE *f = fopen(path, mode);
    bool ok;

    if (!f)
        return io_fault();
    ok = fwrite(piece.data, 1, piece.len, f) == piece.len;
    ok = fclose(f) == 0 && ok;
    return ok ? 0 : io_fault();
}

int kk_stage_put(struct kk_stage *s, const struct kk_blob_ref *ref, uint64_t offset,
                 struct kk_slice piece, bool *ret_whole)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes all = { 0 };
    char path[PATH_MAX_LEN];
    bool whole;
    int r;

    if (offset != kk_stage_have(s, ref))
        return KK_E_IO; /* the file is not what it was when this piece was asked for */
    if (piece.len > ref->len - offset)
        return KK_E_HASH; /* endless data: longer than its signed parent says */
    path_of(s, ref->hash, path);
    r = append(path, offset == 0 ? "wb" : "ab", piece);
    if (r < 0)
        return r;
    whole = offset + piece.len == ref->len;
    if (whole)
        r = kk_stage_get(s, ref, &all);
    if (r == 0 && ret_whole)
        *ret_whole = whole;
    return r;
}

static int drop_entry(void *user, const char *name)
{
    uint8_t hash[KK_HASH_BYTES];

    if (strlen(name) == NAME_LEN && kk_hex_decode(name, hash, sizeof(hash)))
        kk_stage_drop(user, hash);
    return 0;
}

void kk_stage_sweep(struct kk_stage *s)
{
    kk_ignore(kk_os_dir_list(s->dir, drop_entry, s, NULL)); /* what stays is overwritten one day */
}
