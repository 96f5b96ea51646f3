/*
 * The daemon's store behind its interface, on a real file: what commit acknowledged is there after
 * a kill, what was rolled back is not, walks end when told, a full disk leaves the store usable, a
 * store of a newer program is left alone. Covers daemon/store/store_sqlite.c,
 * daemon/store/store_log.c, daemon/store/store_paper.c. [DM-2] [DM-3]
 */
#include "village.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/error.h"
#include "store/store.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct place {
    char dir[40], path[80];
};

static void place_init(struct place *p)
{
    snprintf(p->dir, sizeof(p->dir), "/tmp/kukyoku-store-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(p->dir));
    snprintf(p->path, sizeof(p->path), "%s/store.db", p->dir);
}

static void place_fini(const struct place *p)
{
    static const char *const ends[] = { "", "-wal", "-shm" };
    char path[100];

    for (size_t i = 0; i < KK_COUNT(ends); i++) {
        snprintf(path, sizeof(path), "%s%s", p->path, ends[i]);
        unlink(path);
    }
    ck_assert_int_eq(rmdir(p->dir), 0);
}

static struct kk_store *open_at(const struct place *p, int max_pages)
{
    struct kk_store_options o = { .path = p->path, .max_pages = max_pages };
    struct kk_store *s = NULL;

    ck_assert_int_eq(kk_store_open_sqlite(&o, &s, NULL), 0);
    return s;
}

static int put_blob(struct kk_store *s, uint32_t n, size_t len, uint8_t ret_hash[KK_HASH_BYTES])
{
    static uint8_t bytes[70000];
    struct kk_slice blob = kk_slice(bytes, len);

    memset(bytes, 7, len);
    memcpy(bytes, &n, sizeof(n));
    kk_blob_hash(blob, ret_hash);
    return s->engine->blob_put(s, ret_hash, kk_slice_text("pub"), blob);
}

static bool has_blob(struct kk_store *s, const uint8_t hash[KK_HASH_BYTES])
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes label = { 0 };
    uint64_t len;

    return s->engine->blob_find(s, hash, &label, &len) == 1;
}

START_TEST(committed_or_not_at_all)
{
    uint8_t first[KK_HASH_BYTES], second[KK_HASH_BYTES], third[KK_HASH_BYTES];
    struct kk_store *s;
    struct place p;

    place_init(&p);
    s = open_at(&p, 0);
    ck_assert_int_eq(s->engine->begin(s), 0);
    ck_assert_int_eq(put_blob(s, 1, 100, first), 0);
    ck_assert_int_eq(put_blob(s, 1, 100, first), 0); /* again is nothing */
    ck_assert_int_eq(s->engine->commit(s), 0);
    ck_assert_int_eq(s->engine->begin(s), 0);
    ck_assert_int_eq(put_blob(s, 2, 100, second), 0);
    s->engine->rollback(s);
    ck_assert(has_blob(s, first));
    ck_assert(!has_blob(s, second));
    ck_assert_int_eq(s->engine->begin(s), 0);
    ck_assert_int_eq(put_blob(s, 3, 100, third), 0);
    kk_store_free(s); /* in the middle of a batch */
    s = open_at(&p, 0);
    ck_assert(has_blob(s, first));
    ck_assert(!has_blob(s, third));
    kk_store_free(s);
    place_fini(&p);
}
END_TEST

START_TEST(a_blob_is_dropped) /* [DM-18] */
{
    uint8_t gone[KK_HASH_BYTES], stays[KK_HASH_BYTES] = { 9 };
    struct kk_store *s;
    struct place p;

    place_init(&p);
    s = open_at(&p, 0);
    ck_assert_int_eq(s->engine->begin(s), 0);
    ck_assert_int_eq(put_blob(s, 1, 100, gone), 0);
    ck_assert_int_eq(
        s->engine->blob_put(s, stays, kk_slice_text(KK_LABEL_DOC), kk_slice_text("doc")), 0);
    ck_assert_int_eq(s->engine->commit(s), 0);
    ck_assert_int_eq(s->engine->begin(s), 0);
    ck_assert_int_eq(s->engine->blob_drop(s, gone), 0);
    ck_assert_int_eq(s->engine->blob_drop(s, gone), 0); /* not there: nothing */
    ck_assert_int_eq(s->engine->blob_drop(s, stays), 0); /* serves no scope */
    ck_assert_int_eq(s->engine->commit(s), 0);
    ck_assert_int_eq(s->engine->scrub(s), 0);
    ck_assert(!has_blob(s, gone));
    ck_assert(has_blob(s, stays));
    kk_store_free(s);
    place_fini(&p);
}
END_TEST

static int note(void *user, const struct kk_store_holder *holder)
{
    *(struct kk_store_holder *)user = *holder;
    return 0;
}

START_TEST(a_holder_is_noted) /* [DM-19] */
{
    struct kk_store_holder holder = { .device = { 1 }, .said_ms = 1000 }, got = { 0 };
    struct kk_store_options o = { .path = NULL };
    KK_AUTO_FREE(kk_store) struct kk_store *s = NULL;

    ck_assert_int_eq(kk_store_open_sqlite(&o, &s, NULL), 0);
    ck_assert_int_eq(s->engine->holder_put(s, &holder), 0);
    holder.said_ms = 2000; /* the same within a day is not written */
    ck_assert_int_eq(s->engine->holder_put(s, &holder), 0);
    ck_assert_int_eq(s->engine->holder_each(s, note, &got), 0);
    ck_assert_int_eq(got.said_ms, 1000);
    holder.catalog = (struct kk_ver){ 1, 4 };
    ck_assert_int_eq(s->engine->holder_put(s, &holder), 0);
    ck_assert_int_eq(s->engine->holder_each(s, note, &got), 0);
    ck_assert(got.said_ms == 2000 && got.catalog.ver == 4);
    holder.said_ms += 86400001;
    ck_assert_int_eq(s->engine->holder_put(s, &holder), 0);
    ck_assert_int_eq(s->engine->holder_each(s, note, &got), 0);
    ck_assert_int_eq(got.said_ms, holder.said_ms);
}
END_TEST

struct lines {
    size_t count;
    struct kk_store_served last;
    char scope[16];
};

static int line(void *user, const struct kk_store_served *served)
{
    struct lines *l = user;

    l->count++;
    l->last = *served;
    ck_assert_uint_lt(served->scope.len, sizeof(l->scope));
    memcpy(l->scope, served->scope.data, served->scope.len);
    l->scope[served->scope.len] = 0;
    return 0;
}

/* A line a day grows with what is handed out; another way, scope or day is another line. [DM-20] */
START_TEST(what_was_served)
{
    struct kk_store_served served = { .device = { 1 }, .scope = kk_slice_text("w:14133"),
                                      .way = KK_SERVED_LOG, .from = 5, .to = 9,
                                      .last_ms = 1000 };
    struct kk_store_options o = { .path = NULL };
    KK_AUTO_FREE(kk_store) struct kk_store *s = NULL;
    struct lines l = { .count = 0 };

    ck_assert_int_eq(kk_store_open_sqlite(&o, &s, NULL), 0);
    ck_assert_int_eq(s->engine->served_put(s, &served), 0);
    served = (struct kk_store_served){ .device = { 1 }, .scope = served.scope,
                                       .way = KK_SERVED_LOG, .from = 2, .to = 12,
                                       .last_ms = 3000 };
    ck_assert_int_eq(s->engine->served_put(s, &served), 0);
    served.from = served.to = 7; /* handed out before: the line says so already */
    served.last_ms = 4000;
    ck_assert_int_eq(s->engine->served_put(s, &served), 0);
    ck_assert_int_eq(s->engine->served_each(s, line, &l), 0);
    ck_assert_uint_eq(l.count, 1);
    ck_assert(l.last.from == 2 && l.last.to == 12 && l.last.first_ms == 1000 &&
              l.last.last_ms == 3000);
    ck_assert_str_eq(l.scope, "w:14133");
    served.way = KK_SERVED_BLOBS;
    ck_assert_int_eq(s->engine->served_put(s, &served), 0);
    served.last_ms += 86400000;
    ck_assert_int_eq(s->engine->served_put(s, &served), 0);
    l.count = 0;
    ck_assert_int_eq(s->engine->served_each(s, line, &l), 0);
    ck_assert_uint_eq(l.count, 3);
    ck_assert(l.last.way == KK_SERVED_BLOBS && l.last.first_ms == served.last_ms);
}
END_TEST

START_TEST(a_piece_of_a_blob)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 };
    uint8_t hash[KK_HASH_BYTES], none[KK_HASH_BYTES] = { 3 };
    struct kk_store_options o = { .path = NULL };
    KK_AUTO_FREE(kk_store) struct kk_store *s = NULL;

    ck_assert_int_eq(kk_store_open_sqlite(&o, &s, NULL), 0);
    ck_assert_int_eq(s->engine->begin(s), 0);
    ck_assert_int_eq(put_blob(s, 1, 1000, hash), 0);
    ck_assert_int_eq(s->engine->commit(s), 0);
    ck_assert_int_eq(s->engine->blob_read(s, hash, 990, 100, &out), 1);
    ck_assert_uint_eq(out.len, 10);
    ck_assert_int_eq(s->engine->blob_read(s, hash, 4, 3, &out), 1);
    ck_assert_uint_eq(out.len, 13); /* appended */
    ck_assert_uint_eq(out.data[12], 7);
    ck_assert_int_eq(s->engine->blob_read(s, none, 0, 3, &out), 0);
}
END_TEST

/* --- the log --- */

static void add_entry(struct kk_store *s, uint64_t gsn)
{
    struct kk_op op = { .inc = 1, .seq = gsn, .rec = { 5 }, .device = { 9 } };
    struct kk_store_entry e = { .scope = kk_slice_text("w:14133"), .op = kk_slice("header", 6),
                                .body = kk_slice("body", 4) };
    struct kk_log_head head = { .gsn = gsn };

    e.what = (struct kk_pushed_op){ .op_id = { (uint8_t)gsn }, .gsn = gsn, .tv = 1 };
    e.head[0] = head.head[0] = (uint8_t)gsn;
    ck_assert_int_eq(s->engine->entry_add(s, &e, &head, &op), 0);
}

struct walk {
    uint64_t seen, stop_at;
};

static int on_entry(void *user, const struct kk_store_entry *e)
{
    struct walk *w = user;

    w->seen++;
    ck_assert_uint_eq(e->body.len, 4);
    ck_assert_uint_eq(e->head[0], e->what.gsn);
    return e->what.gsn == w->stop_at ? 1 : 0;
}

/* A callback that has enough ends the walk, and the next walk starts anew. */
START_TEST(walks_end_when_told)
{
    const struct kk_store_range all = { kk_slice_text("w:14133"), 1, 100 };
    const struct kk_store_range two = { kk_slice_text("w:14133"), 4, 2 };
    const struct kk_store_range other = { kk_slice_text("w:14131"), 1, 100 };
    struct kk_store_options o = { .path = NULL };
    KK_AUTO_FREE(kk_store) struct kk_store *s = NULL;
    struct walk w = { .stop_at = 3 };
    uint8_t head[KK_HASH_BYTES];
    struct kk_log_head end;

    ck_assert_int_eq(kk_store_open_sqlite(&o, &s, NULL), 0);
    ck_assert_int_eq(s->engine->begin(s), 0);
    for (uint64_t gsn = 1; gsn <= 6; gsn++)
        add_entry(s, gsn);
    ck_assert_int_eq(s->engine->commit(s), 0);
    ck_assert_int_eq(s->engine->entry_each(s, &all, on_entry, &w), 1);
    ck_assert_uint_eq(w.seen, 3);
    w = (struct walk){ 0 };
    ck_assert_int_eq(s->engine->entry_each(s, &all, on_entry, &w), 0);
    ck_assert_uint_eq(w.seen, 6);
    w = (struct walk){ 0 };
    ck_assert_int_eq(s->engine->entry_each(s, &two, on_entry, &w), 0);
    ck_assert_uint_eq(w.seen, 2);
    w = (struct walk){ 0 };
    ck_assert_int_eq(s->engine->entry_each(s, &other, on_entry, &w), 0);
    ck_assert_uint_eq(w.seen, 0);
    ck_assert_int_eq(s->engine->entry_head(s, all.scope, 5, head), 1);
    ck_assert_uint_eq(head[0], 5);
    ck_assert_int_eq(s->engine->entry_head(s, all.scope, 7, head), 0);
    ck_assert_int_ge(s->engine->log_find(s, all.scope, &end), 0);
    ck_assert_uint_eq(end.gsn, 6);
}
END_TEST

static int forks_in(const struct place *p)
{
    sqlite3_stmt *q;
    sqlite3 *db;
    int count;

    ck_assert_int_eq(sqlite3_open(p->path, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_prepare_v2(db, "SELECT count(*) FROM forks", -1, &q, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(q), SQLITE_ROW);
    count = sqlite3_column_int(q, 0);
    sqlite3_finalize(q);
    sqlite3_close(db);
    return count;
}

START_TEST(chains_forks_and_invitations)
{
    static const uint8_t device[KK_ID_BYTES] = { 9 }, other[KK_ID_BYTES] = { 8 };
    struct kk_invite invite = { .id = { 4 }, .role = 1, .ward = kk_slice_text("14133") };
    struct kk_op op = { .inc = 1, .seq = 2, .device = { 9 }, .scope = kk_slice_text("w:14133") };
    uint8_t sig[KK_SIG_BYTES] = { 0 };
    struct kk_store_invite found;
    struct kk_chain end;
    struct kk_store *s;
    struct place p;

    place_init(&p);
    s = open_at(&p, 0);
    ck_assert_int_eq(s->engine->begin(s), 0);
    add_entry(s, 1);
    add_entry(s, 2);
    ck_assert_int_eq(s->engine->chain_find(s, op.scope, device, 1, &end), 1);
    ck_assert_uint_eq(end.seq, 2);
    ck_assert_int_eq(s->engine->chain_find(s, op.scope, device, 2, &end), 0);
    ck_assert_int_eq(s->engine->chain_find(s, op.scope, other, 1, &end), 0);
    for (uint64_t n = 0; n < 40; n++) { /* at most 16 are kept, and more is no fault */
        op.seq = n + 1;
        ck_assert_int_eq(s->engine->fork_put(s, &op, kk_slice("h", 1), sig), 0);
    }
    ck_assert_int_eq(s->engine->invite_put(s, &invite), 0);
    ck_assert_int_eq(s->engine->invite_use(s, invite.id, device), 1);
    ck_assert_int_eq(s->engine->invite_use(s, invite.id, other), 0); /* somebody was faster */
    ck_assert_int_eq(s->engine->invite_find(s, invite.id, &found), 1);
    ck_assert(found.used);
    ck_assert_mem_eq(found.device, device, KK_ID_BYTES);
    ck_assert_int_eq(s->engine->commit(s), 0);
    kk_store_free(s);
    ck_assert_int_eq(forks_in(&p), 16);
    place_fini(&p);
}
END_TEST

/* --- the machine --- */

START_TEST(a_full_disk_leaves_it_usable)
{
    uint8_t hash[KK_HASH_BYTES], first[KK_HASH_BYTES];
    struct kk_store *s;
    struct place p;
    int r = 0;

    place_init(&p);
    s = open_at(&p, 60);
    ck_assert_int_eq(s->engine->begin(s), 0);
    ck_assert_int_eq(put_blob(s, 0, 2000, first), 0);
    ck_assert_int_eq(s->engine->commit(s), 0);
    for (uint32_t n = 1; r == 0 && n < 100; n++) {
        ck_assert_int_eq(s->engine->begin(s), 0);
        r = put_blob(s, n, 60000, hash);
        if (r == 0)
            r = s->engine->commit(s);
    }
    ck_assert_int_eq(r, KK_E_DISK_FULL);
    s->engine->rollback(s);
    ck_assert(has_blob(s, first));
    ck_assert(!has_blob(s, hash));
    kk_store_free(s);
    s = open_at(&p, 0); /* there is room again */
    ck_assert(has_blob(s, first));
    ck_assert_int_eq(s->engine->begin(s), 0);
    ck_assert_int_eq(put_blob(s, 100, 60000, hash), 0);
    ck_assert_int_eq(s->engine->commit(s), 0);
    kk_store_free(s);
    place_fini(&p);
}
END_TEST

START_TEST(of_a_newer_program)
{
    struct kk_store_options o = { .path = NULL };
    struct kk_store *s = NULL;
    struct kk_error err = { 0 };
    struct place p;
    sqlite3 *db;

    place_init(&p);
    kk_store_free(open_at(&p, 0));
    ck_assert_int_eq(sqlite3_open(p.path, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, "PRAGMA user_version = 99", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    o.path = p.path;
    ck_assert_int_eq(kk_store_open_sqlite(&o, &s, &err), KK_E_STORE_NEWER);
    ck_assert_ptr_null(s);
    ck_assert_ptr_nonnull(strstr(err.where, "store.db"));
    ck_assert_ptr_nonnull(strstr(kk_error_detail(&err, "ja"), "99"));
    place_fini(&p);
}
END_TEST

/* A document that is not what a desk signed: the relay does not start over it. [DM-2] */
START_TEST(documents_are_believed_anew)
{
    struct kk_relay_options o = { .keys = { .sign = { 0 } } };
    struct kk_error err = { 0 };
    struct bureau_device *lead;
    struct kk_relay *relay = NULL;
    struct bureau bureau;
    struct village v;
    struct kk_bytes *roster;

    bureau_init(&bureau, 3, 1795392000000ll);
    lead = bureau_stranger(&bureau);
    bureau_approve(&bureau, lead, KK_ROLE_LEAD, "14133");
    bureau_sign_roster(&bureau);
    village_init(&v, &bureau, 4);
    village_hand_over(&v);
    village_restart(&v);
    ck_assert_uint_eq(kk_trust_roster(kk_relay_trust(v.relay))->version.ver, 1);
    roster = &bureau.roster_doc;
    roster->data[roster->len / 2] ^= 1;
    ck_assert_int_eq(v.store->engine->begin(v.store), 0);
    ck_assert_int_eq(v.store->engine->document_put(v.store, KK_DOC_ROSTER,
                                                   (struct kk_ver){ 1, 1 },
                                                   kk_bytes_slice(roster)), 0);
    ck_assert_int_eq(v.store->engine->commit(v.store), 0);
    kk_relay_free(v.relay);
    v.relay = NULL;
    o.store = v.store;
    ck_assert_int_lt(kk_relay_new(&o, &relay, &err), 0);
    ck_assert_ptr_null(relay);
    ck_assert_str_eq(err.where, "roster");
    village_fini(&v);
    bureau_fini(&bureau);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("store", &suite);

    tcase_add_test(c, committed_or_not_at_all);
    tcase_add_test(c, a_piece_of_a_blob);
    tcase_add_test(c, a_blob_is_dropped);
    tcase_add_test(c, a_holder_is_noted);
    tcase_add_test(c, what_was_served);
    tcase_add_test(c, walks_end_when_told);
    tcase_add_test(c, chains_forks_and_invitations);
    tcase_add_test(c, a_full_disk_leaves_it_usable);
    tcase_add_test(c, of_a_newer_program);
    tcase_add_test(c, documents_are_believed_anew);
    return suite;
}
