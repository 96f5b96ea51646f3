/*
 * The folder of a mirror, over a real relay: what is in it and nothing else, whole, untouched where
 * it is right, gone after its grace. Covers daemon/spool/mirror.c, daemon/spool/folder.c.
 * [MI-1] [MI-2] [MI-3]
 */
#include "village.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/base/text.h"
#include "kukyoku/error.h"
#include "spool/folder.h"
#include "spool/spool.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define HOUR_MS (60ll * 60 * 1000)

struct scene {
    struct bureau bureau;
    struct village village;
    struct press_table pub, internal;
    char dir[48];
    struct kk_spool_static counts;
    struct kk_error err;
};

static void scene_init(struct scene *s)
{
    *s = (struct scene){ 0 };
    bureau_init(&s->bureau, unit_seed(43), 1795392000000ll);
    bureau_approve(&s->bureau, bureau_stranger(&s->bureau), KK_ROLE_LEAD, "14133");
    bureau_sign_roster(&s->bureau);
    press_table_init(&s->pub);
    press_table_init(&s->internal);
    press_fill(&s->pub, 20, 2, 0);
    press_fill(&s->internal, 20, 2, 777);
    bureau_publish(&s->bureau, &s->pub, &s->internal);
    village_init(&s->village, &s->bureau, 44);
    village_hand_over(&s->village);
    snprintf(s->dir, sizeof(s->dir), "/tmp/kukyoku-mirror-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(s->dir));
}

static void scene_fini(struct scene *s)
{
    unit_remove_folder(s->dir);
    press_table_fini(&s->pub);
    press_table_fini(&s->internal);
    village_fini(&s->village);
    bureau_fini(&s->bureau);
}

static int export(struct scene *s, int64_t grace_ms)
{
    struct kk_spool_static_options o = { s->dir, grace_ms };

    s->err = (struct kk_error){ 0 };
    return kk_spool_export_static(s->village.relay, &o, &s->counts, &s->err);
}

static void path_of(const struct scene *s, const char *name, char ret[160])
{
    snprintf(ret, 160, "%s/%s", s->dir, name);
}

static void read_file(const struct scene *s, const char *name, struct kk_bytes *out)
{
    char path[160];
    uint8_t *at;
    struct stat st;
    FILE *f;

    path_of(s, name, path);
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_int_eq(kk_bytes_extend(out, (size_t)st.st_size, &at), 0);
    f = fopen(path, "rb");
    ck_assert_uint_eq(fread(at, 1, (size_t)st.st_size, f), (size_t)st.st_size);
    fclose(f);
}

static bool is_there(const struct scene *s, const uint8_t hash[KK_HASH_BYTES])
{
    char name[80], hex[2 * KK_HASH_BYTES + 1], path[160];

    kk_hex_encode(kk_slice(hash, KK_HASH_BYTES), hex);
    snprintf(name, sizeof(name), "blob/%s", hex);
    path_of(s, name, path);
    return access(path, F_OK) == 0;
}

static bool document_there(const struct scene *s, const struct kk_bytes *bytes)
{
    uint8_t hash[KK_HASH_BYTES];

    kk_hash_of("blob", kk_bytes_slice(bytes), hash);
    return is_there(s, hash);
}

/* How many files; the hash in each name is that of its bytes. */
static unsigned count_blobs(const struct scene *s)
{
    char path[160];
    struct dirent *e;
    unsigned count = 0;
    DIR *d;

    path_of(s, "blob", path);
    d = opendir(path);
    while ((e = readdir(d))) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
        uint8_t named[KK_HASH_BYTES], is[KK_HASH_BYTES];
        char name[300];

        if (e->d_name[0] == '.')
            continue;
        snprintf(name, sizeof(name), "blob/%.250s", e->d_name);
        read_file(s, name, &bytes);
        ck_assert(kk_hex_decode(e->d_name, named, KK_HASH_BYTES));
        kk_hash_of("blob", kk_bytes_slice(&bytes), is);
        ck_assert_mem_eq(is, named, KK_HASH_BYTES);
        count++;
    }
    closedir(d);
    return count;
}

START_TEST(what_is_public_and_nothing_else)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes word = { 0 }, root = { 0 };
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    const struct kk_msg_welcome *w;
    struct kk_message m;
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(export(&s, HOUR_MS), 0);
    kk_arena_init(&arena, 64 * 1024);
    read_file(&s, "now", &word);
    ck_assert_int_eq(kk_message_decode(kk_bytes_slice(&word), &arena, &m, NULL), 0);
    ck_assert_int_eq(m.type, KK_MSG_WELCOME);
    w = m.body;
    ck_assert_uint_eq(w->root_ver, 1);
    ck_assert_uint_eq(w->roots.count + w->heads.count + w->chains.count, 0);
    ck_assert(!w->same && w->fresh.len > 0 && w->catalog.version.ver == 1);
    ck_assert(is_there(&s, w->catalog.blob.hash) && is_there(&s, w->roster.blob.hash));
    read_file(&s, "root/1", &root);
    unit_assert_slice(kk_bytes_slice(&root), kk_bytes_slice(&s.bureau.root_doc));
    for (size_t i = 0; i < s.bureau.pub.count; i++)
        ck_assert(is_there(&s, s.bureau.pub.blobs[i].ref.hash) ==
                  (s.bureau.pub.blobs[i].kind != KK_BLOB_GIDS));
    for (size_t i = 0; i < s.bureau.internal.count; i++)
        ck_assert(!is_there(&s, s.bureau.internal.blobs[i].ref.hash));
    ck_assert(!document_there(&s, &s.bureau.devices_blob));
    for (size_t i = 0; i < BUREAU_SCOPES; i++)
        ck_assert(!document_there(&s, &s.bureau.wraps[i]));
    ck_assert_uint_eq(count_blobs(&s) + 2, s.counts.written); /* and now, root/1 */
    scene_fini(&s);
}
END_TEST

START_TEST(what_is_right_stays)
{
    struct stat before, after;
    unsigned all;
    char path[160], name[100], hex[2 * KK_HASH_BYTES + 1];
    struct scene s;
    FILE *f;

    scene_init(&s);
    ck_assert_int_eq(export(&s, HOUR_MS), 0);
    all = s.counts.written;
    path_of(&s, "root/1", path);
    ck_assert_int_eq(stat(path, &before), 0);
    ck_assert_int_eq(before.st_mode & 0777, 0644);
    ck_assert_int_eq(export(&s, HOUR_MS), 0);
    ck_assert_uint_eq(s.counts.written, 0); /* the fresh is of this hour */
    ck_assert_uint_eq(s.counts.unchanged, all);
    ck_assert_int_eq(stat(path, &after), 0);
    ck_assert(before.st_ino == after.st_ino && before.st_mtim.tv_nsec == after.st_mtim.tv_nsec);
    /* a byte altered, of the same length; a file that an export left half written */
    kk_hex_encode(kk_slice(s.bureau.pub.blobs[0].ref.hash, KK_HASH_BYTES), hex);
    snprintf(name, sizeof(name), "blob/%s", hex);
    path_of(&s, name, path);
    f = fopen(path, "r+b");
    fputc(0x55 ^ fgetc(f), f);
    fclose(f);
    path_of(&s, ".new", path);
    f = fopen(path, "wb");
    fputs("half", f);
    fclose(f);
    s.village.now_ms += 2 * HOUR_MS;
    ck_assert_int_eq(export(&s, HOUR_MS), 0);
    ck_assert_uint_eq(s.counts.written, 2); /* that one, and now */
    count_blobs(&s);
    ck_assert_int_ne(access(path, F_OK), 0);
    scene_fini(&s);
}
END_TEST

START_TEST(what_is_old_goes_after_its_grace)
{
    uint8_t old[KK_HASH_BYTES];
    struct scene s;
    char path[160];

    scene_init(&s);
    ck_assert_int_eq(export(&s, HOUR_MS), 0);
    kk_hash_of("blob", kk_bytes_slice(&s.bureau.catalog_doc), old);
    path_of(&s, "blob/robots.txt", path);
    fclose(fopen(path, "wb"));
    press_fill(&s.pub, 21, 2, 5);
    bureau_publish(&s.bureau, &s.pub, NULL);
    village_hand_over(&s.village);
    ck_assert_int_eq(export(&s, HOUR_MS), 0);
    ck_assert_uint_eq(s.counts.removed, 0);
    ck_assert(is_there(&s, old));
    s.village.now_ms += HOUR_MS - 1000;
    ck_assert_int_eq(export(&s, HOUR_MS), 0);
    ck_assert(s.counts.removed == 0 && is_there(&s, old));
    s.village.now_ms += 1000;
    ck_assert_int_eq(export(&s, HOUR_MS), 0);
    ck_assert(s.counts.removed > 0 && !is_there(&s, old));
    ck_assert_int_eq(access(path, F_OK), 0); /* not of an export */
    ck_assert_int_eq(unlink(path), 0);
    count_blobs(&s);
    scene_fini(&s);
}
END_TEST

/* The store says of a blob that it serves another scope: whatever names it, it stays inside. */
START_TEST(a_blob_of_another_label)
{
    struct bureau *b;
    struct scene s;
    char path[160];

    scene_init(&s);
    b = &s.bureau;
    press_fill(&s.pub, 22, 2, 9);
    bureau_publish(b, &s.pub, NULL);
    for (size_t i = 0; i < b->pub.count; i++) {
        ck_assert_int_eq(kk_relay_begin(s.village.relay), 0);
        ck_assert_int_eq(kk_relay_adopt_blob(s.village.relay, kk_slice_text("int"),
                                             kk_bytes_slice(&b->pub.blobs[i].bytes)), 0);
        ck_assert_int_eq(kk_relay_commit(s.village.relay), 0);
    }
    village_hand_over(&s.village);
    ck_assert_int_eq(export(&s, HOUR_MS), KK_E_TIER);
    path_of(&s, "now", path);
    ck_assert_int_ne(access(path, F_OK), 0);
    scene_fini(&s);
}
END_TEST

START_TEST(one_at_a_time_and_where_it_can_write)
{
    KK_AUTO_FINI(folder) struct folder f = { 0 };
    struct scene s;
    char path[160];

    scene_init(&s);
    ck_assert_int_eq(folder_open(&f, s.dir, NULL), 0);
    ck_assert_int_eq(export(&s, HOUR_MS), KK_E_LOCKED);
    folder_fini(&f);
    ck_assert_int_eq(export(&s, HOUR_MS), 0);
    path_of(&s, "root/1/no", path);
    ck_assert_int_eq(folder_open(&f, path, &s.err), KK_E_IO);
    scene_fini(&s);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("spool_mirror", &suite);

    tcase_add_test(c, what_is_public_and_nothing_else);
    tcase_add_test(c, what_is_right_stays);
    tcase_add_test(c, what_is_old_goes_after_its_grace);
    tcase_add_test(c, a_blob_of_another_label);
    tcase_add_test(c, one_at_a_time_and_where_it_can_write);
    return suite;
}
