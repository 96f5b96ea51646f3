/*
 * Files in the spool, over a real relay and real folders: adopted whole into done/, refused whole
 * into bad/ with the reason, left alone while they are written or the disk is full. Covers
 * daemon/spool/spool.c, daemon/spool/intake.c, daemon/spool/export.c. [DM-14]
 */
#include "village.h"

#include "kukyoku/bundle/kkyb.h"
#include "kukyoku/error.h"
#include "spool/spool.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct scene {
    struct bureau bureau;
    struct village village;
    struct press_table pub;
    struct bureau_device *lead;
    char dir[48];
    struct kk_spool_report last;
    char name[64], reason[200];
    unsigned files;
};

static void on_file(void *user, const struct kk_spool_report *report)
{
    struct scene *s = user;

    s->last = *report;
    s->files++;
    snprintf(s->name, sizeof(s->name), "%s", report->name);
    snprintf(s->reason, sizeof(s->reason), "%.199s", report->reason);
}

static int scan(struct scene *s)
{
    struct kk_error err = { 0 };

    s->files = 0;
    s->reason[0] = '\0';
    return kk_spool_scan(s->village.relay, s->dir, on_file, s, &err);
}

static void scene_init(struct scene *s)
{
    *s = (struct scene){ 0 };
    bureau_init(&s->bureau, unit_seed(41), 1795392000000ll);
    s->lead = bureau_stranger(&s->bureau);
    bureau_approve(&s->bureau, s->lead, KK_ROLE_LEAD, "14133");
    bureau_sign_roster(&s->bureau);
    press_table_init(&s->pub);
    press_fill(&s->pub, 20, 2, 0);
    bureau_publish(&s->bureau, &s->pub, &s->pub);
    village_init(&s->village, &s->bureau, 42);
    snprintf(s->dir, sizeof(s->dir), "/tmp/kukyoku-spool-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(s->dir));
    ck_assert_int_eq(kk_spool_prepare(s->dir, NULL), 0);
    ck_assert_int_eq(kk_spool_prepare(s->dir, NULL), 0); /* there already */
}

static void scene_fini(struct scene *s)
{
    unit_remove_folder(s->dir);
    press_table_fini(&s->pub);
    village_fini(&s->village);
    bureau_fini(&s->bureau);
}

/* --- files --- */

struct file {
    struct kk_kkyb_writer w;
    struct kk_bytes bytes;
};

static void begin(struct file *f, uint32_t count)
{
    *f = (struct file){ .bytes = { 0 } };
    ck_assert_int_eq(kk_kkyb_begin(&f->w, KK_KKYB_RELEASE, count, &f->bytes), 0);
}

static void add(struct file *f, enum kk_kkyb_tag tag, const struct kk_bytes *bytes)
{
    ck_assert_int_eq(kk_kkyb_item(&f->w, tag, kk_bytes_slice(bytes), &f->bytes), 0);
}

static void add_blob(struct file *f, const char *label, const struct kk_bytes *blob)
{
    ck_assert_int_eq(kk_kkyb_blob(&f->w, kk_slice_text(label), kk_bytes_slice(blob), &f->bytes),
                     0);
}

static void write_bytes(const struct scene *s, const char *name, struct kk_slice bytes)
{
    char path[160];
    FILE *out;

    snprintf(path, sizeof(path), "%s/in/%s", s->dir, name);
    out = fopen(path, "w");
    ck_assert_ptr_nonnull(out);
    ck_assert_uint_eq(fwrite(bytes.data, 1, bytes.len, out), bytes.len);
    fclose(out);
}

static void end(struct file *f, const struct scene *s, const char *name)
{
    ck_assert_int_eq(kk_kkyb_end(&f->w, &f->bytes), 0);
    write_bytes(s, name, kk_bytes_slice(&f->bytes));
    kk_bytes_fini(&f->bytes);
}

static bool lies_in(const struct scene *s, const char *folder, const char *name)
{
    char path[160];

    snprintf(path, sizeof(path), "%s/%s/%s", s->dir, folder, name);
    return access(path, F_OK) == 0;
}

/* Root, roster with its rows and wraps. */
static void write_first(struct scene *s, const char *name, bool rows)
{
    struct file f;

    begin(&f, 2 + rows * (1 + BUREAU_SCOPES));
    add(&f, KK_KKYB_TAG_DOCUMENT, &s->bureau.roster_doc); /* in no order */
    add(&f, KK_KKYB_TAG_DOCUMENT, &s->bureau.root_doc);
    if (rows) {
        add_blob(&f, KK_LABEL_DEVICES, &s->bureau.devices_blob);
        for (size_t i = 0; i < BUREAU_SCOPES; i++)
            add_blob(&f, bureau_scope(i), &s->bureau.wraps[i]);
    }
    end(&f, s, name);
}

static void write_release(struct scene *s, const char *name, bool manifests)
{
    const struct press *presses[] = { &s->bureau.pub, &s->bureau.internal };
    struct file f;

    begin(&f, (uint32_t)(1 + manifests * (presses[0]->count + presses[1]->count)));
    add(&f, KK_KKYB_TAG_DOCUMENT, &s->bureau.catalog_doc);
    for (size_t i = 0; manifests && i < KK_COUNT(presses); i++) {
        for (size_t n = 0; n < presses[i]->count; n++)
            add_blob(&f, presses[i]->scope, &presses[i]->blobs[n].bytes);
    }
    end(&f, s, name);
}

START_TEST(adopted_whole)
{
    struct scene s;

    scene_init(&s);
    write_first(&s, "a.kkyb", true);
    write_release(&s, "b.kkyb", true);
    ck_assert_int_eq(scan(&s), 0);
    ck_assert_uint_eq(s.files, 2);
    ck_assert_str_eq(s.name, "b.kkyb"); /* in the order of names */
    ck_assert(s.last.adopted);
    ck_assert_uint_eq(s.last.documents, 1);
    ck_assert(lies_in(&s, "done", "a.kkyb") && lies_in(&s, "done", "b.kkyb"));
    ck_assert(!lies_in(&s, "in", "a.kkyb"));
    ck_assert_uint_eq(kk_trust_roster(kk_relay_trust(s.village.relay))->version.ver, 1);
    ck_assert_uint_eq(kk_trust_catalog(kk_relay_trust(s.village.relay))->version.ver, 1);
    write_first(&s, "a.kkyb", true); /* the same once more is nothing, and no refusal */
    ck_assert_int_eq(scan(&s), 0);
    ck_assert(s.last.adopted);
    scene_fini(&s);
}
END_TEST

START_TEST(still_being_written)
{
    struct scene s;

    scene_init(&s);
    write_first(&s, ".a.kkyb", true);
    write_first(&s, "b.kkyb.part", true);
    ck_assert_int_eq(scan(&s), 0);
    ck_assert_uint_eq(s.files, 0);
    ck_assert(lies_in(&s, "in", ".a.kkyb") && lies_in(&s, "in", "b.kkyb.part"));
    scene_fini(&s);
}
END_TEST

/* One wrong thing: nothing of the file is taken, and the reason lies beside it. */
static void refused(struct scene *s, const char *name, const char *reason)
{
    char beside[40];

    ck_assert_int_eq(scan(s), 0);
    ck_assert_uint_eq(s->files, 1);
    ck_assert(!s->last.adopted);
    ck_assert_msg(strstr(s->reason, reason) != NULL, "%s: %s", name, s->reason);
    ck_assert(lies_in(s, "bad", name));
    snprintf(beside, sizeof(beside), "%s.reason", name);
    ck_assert(lies_in(s, "bad", beside));
}

START_TEST(what_is_missing)
{
    struct scene s;

    scene_init(&s);
    write_first(&s, "rows.kkyb", false);
    refused(&s, "rows.kkyb", "roster:");
    ck_assert_ptr_null(kk_trust_root(kk_relay_trust(s.village.relay))); /* the root neither */
    write_first(&s, "a.kkyb", true);
    ck_assert_int_eq(scan(&s), 0);
    write_release(&s, "manifests.kkyb", false);
    refused(&s, "manifests.kkyb", "manifest");
    ck_assert_ptr_null(kk_trust_catalog(kk_relay_trust(s.village.relay)));
    scene_fini(&s);
}
END_TEST

/* Under rules of a newer program every act would be refused, signed and for ever. */
START_TEST(a_roster_of_newer_rules)
{
    struct scene s;

    scene_init(&s);
    s.bureau.tv = KK_TV_NEWEST + 1;
    bureau_sign_roster(&s.bureau);
    write_first(&s, "first.kkyb", true);
    refused(&s, "first.kkyb", "[E6002] roster: its rules");
    ck_assert_ptr_null(kk_trust_root(kk_relay_trust(s.village.relay))); /* the root neither */
    s.bureau.tv = KK_TV_NEWEST;
    bureau_sign_roster(&s.bureau);
    write_first(&s, "known.kkyb", true);
    ck_assert_int_eq(scan(&s), 0);
    ck_assert(s.last.adopted);
    s.bureau.tv = KK_TV_NEWEST + 1;
    bureau_sign_roster(&s.bureau);
    write_first(&s, "next.kkyb", true);
    refused(&s, "next.kkyb", "[E6002] roster: its rules");
    village_restart(&s.village); /* nothing of it is in the store either */
    ck_assert_uint_eq(kk_trust_roster(kk_relay_trust(s.village.relay))->version.ver,
                      s.bureau.roster_ver - 1);
    scene_fini(&s);
}
END_TEST

/* The store of a newer program under an older one, which does not start. */
START_TEST(a_store_of_newer_rules)
{
    struct kk_relay *relay = NULL;
    struct kk_error err = { 0 };
    struct kk_store *store;
    struct scene s;

    scene_init(&s);
    write_first(&s, "first.kkyb", true);
    ck_assert_int_eq(scan(&s), 0);
    store = s.village.store;
    s.bureau.tv = KK_TV_NEWEST + 1;
    bureau_sign_roster(&s.bureau);
    ck_assert_int_eq(kk_relay_begin(s.village.relay), 0);
    ck_assert_int_eq(kk_relay_adopt_blob(s.village.relay, kk_slice_text(KK_LABEL_DEVICES),
                                         kk_bytes_slice(&s.bureau.devices_blob)), 0);
    ck_assert_int_eq(store->engine->document_put(store, KK_DOC_ROSTER,
                                                 (struct kk_ver){ .ver = s.bureau.roster_ver },
                                                 kk_bytes_slice(&s.bureau.roster_doc)), 0);
    ck_assert_int_eq(kk_relay_commit(s.village.relay), 0);
    ck_assert_int_eq(kk_relay_new(&(struct kk_relay_options){ .store = store }, &relay, &err),
                     KK_E_STORE_NEWER);
    ck_assert_str_eq(err.where, "roster");
    scene_fini(&s);
}
END_TEST

START_TEST(what_is_no_bundle)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes whole = { 0 };
    struct scene s;
    char path[160];
    struct file f;

    scene_init(&s);
    write_bytes(&s, "text.kkyb", kk_slice_text("not a bundle, and longer than its header is"));
    refused(&s, "text.kkyb", "[E");
    begin(&f, 1);
    add(&f, KK_KKYB_TAG_DOCUMENT, &s.bureau.root_doc);
    ck_assert_int_eq(kk_kkyb_end(&f.w, &f.bytes), 0);
    ck_assert_int_eq(kk_bytes_append(&whole, f.bytes.data, f.bytes.len), 0);
    kk_bytes_fini(&f.bytes);
    for (size_t cut = 0; cut < whole.len; cut += 37) {
        write_bytes(&s, "cut.kkyb", kk_slice(whole.data, cut));
        refused(&s, "cut.kkyb", "[E");
    }
    whole.data[whole.len / 2] ^= 1;
    write_bytes(&s, "changed.kkyb", kk_bytes_slice(&whole));
    refused(&s, "changed.kkyb", "[E");
    snprintf(path, sizeof(path), "%s/in/folder", s.dir);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    refused(&s, "folder", "regular");
    snprintf(path, sizeof(path), "%s/in/link", s.dir);
    ck_assert_int_eq(symlink("/etc/passwd", path), 0);
    refused(&s, "link", "regular");
    ck_assert_int_eq(scan(&s), 0);
    ck_assert_uint_eq(s.files, 0); /* nothing stands in the way of what comes */
    scene_fini(&s);
}
END_TEST

/* One that the daemon's user may not read goes to bad/ too, and what follows is taken. */
START_TEST(what_may_not_be_read)
{
    static const char *const folders[] = { "", "/in", "/done", "/bad" };
    bool root = geteuid() == 0;
    struct scene s;
    char path[160];

    scene_init(&s);
    write_first(&s, "a.kkyb", true);
    write_release(&s, "b.kkyb", true);
    snprintf(path, sizeof(path), "%s/in/a.kkyb", s.dir);
    ck_assert_int_eq(chmod(path, 0), 0);
    for (size_t i = 0; root && i < KK_COUNT(folders); i++) {
        snprintf(path, sizeof(path), "%s%s", s.dir, folders[i]);
        ck_assert_int_eq(chown(path, 65534, 65534), 0);
    }
    ck_assert(!root || seteuid(65534) == 0);
    ck_assert_int_eq(scan(&s), 0);
    ck_assert(!root || seteuid(0) == 0);
    ck_assert_uint_eq(s.files, 2);
    ck_assert(lies_in(&s, "bad", "a.kkyb") && lies_in(&s, "bad", "a.kkyb.reason"));
    scene_fini(&s);
}
END_TEST

/* The village's store, in a file that may grow to so many pages. */
static void move_store(struct scene *s, int max_pages)
{
    char path[160];
    struct kk_store_options o = { .path = path, .max_pages = max_pages };

    snprintf(path, sizeof(path), "%s/store.db", s->dir);
    village_fini(&s->village);
    ck_assert_int_eq(kk_store_open_sqlite(&o, &s->village.store, NULL), 0);
    village_restart(&s->village);
}

/* A store that is full refuses nothing: the file stays, and is taken once there is room. */
START_TEST(full_disk)
{
    struct scene s;

    scene_init(&s);
    write_first(&s, "a.kkyb", true);
    write_release(&s, "b.kkyb", true);
    move_store(&s, 18);
    ck_assert_int_eq(scan(&s), KK_E_DISK_FULL);
    ck_assert_uint_lt(s.files, 2);
    ck_assert(lies_in(&s, "in", "b.kkyb") && !lies_in(&s, "bad", "b.kkyb"));
    move_store(&s, 0);
    ck_assert_int_eq(scan(&s), 0);
    ck_assert(s.last.adopted && lies_in(&s, "done", "b.kkyb"));
    scene_fini(&s);
}
END_TEST

/* --- the way out --- */

START_TEST(requests_in_a_file)
{
    struct scene s;
    char path[160];
    unsigned count = 99;

    scene_init(&s);
    snprintf(path, sizeof(path), "%s/requests.kkyb", s.dir);
    ck_assert_int_eq(kk_spool_export_requests(s.village.store, path, &count, NULL), 0);
    ck_assert_uint_eq(count, 0);
    ck_assert_int_eq(access(path, F_OK), 0);
    snprintf(path, sizeof(path), "%s/nowhere/requests.kkyb", s.dir);
    ck_assert_int_lt(kk_spool_export_requests(s.village.store, path, &count, NULL), 0);
    scene_fini(&s);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("spool", &suite);

    tcase_set_timeout(c, 60);
    tcase_add_test(c, adopted_whole);
    tcase_add_test(c, still_being_written);
    tcase_add_test(c, what_is_missing);
    tcase_add_test(c, a_roster_of_newer_rules);
    tcase_add_test(c, a_store_of_newer_rules);
    tcase_add_test(c, what_is_no_bundle);
    tcase_add_test(c, what_may_not_be_read);
    tcase_add_test(c, full_disk);
    tcase_add_test(c, requests_in_a_file);
    return suite;
}
