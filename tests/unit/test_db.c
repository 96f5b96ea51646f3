/*
 * The SQLite wrapper: values there and back, transactions, migration, and each way in which a file
 * cannot be opened. What was there is kept before it is brought up; readers of an older one say so.
 * Covers proto/db/stmt.c, proto/db/inspect.c.
 */
#include "unit.h"

#include "kukyoku/base/bytes.h"
#include "kukyoku/db/backup.h"
#include "kukyoku/db/db.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PUT, GET, COUNT, BYTES };
static const struct kk_db_query queries[] = {
    { "put", "INSERT INTO item (id, name, bytes) VALUES (?1, ?2, ?3)", false },
    { "get", "SELECT name, bytes, id FROM item WHERE id >= ?1 ORDER BY id", false },
    { "count", "SELECT count(*) FROM item", false },
    { "bytes", "SELECT bytes FROM item WHERE id = ?1", false },
};
static const struct kk_db_schema first = {
    .schema = "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, bytes BLOB) STRICT;",
    .queries = queries,
    .query_count = KK_COUNT(queries),
    .version = 1,
};
static const char *const migrations[] = { "ALTER TABLE item ADD COLUMN note TEXT;" };
static const struct kk_db_query newer_queries[] = {
    { "put", "INSERT INTO item (id, name, bytes) VALUES (?1, ?2, ?3)", false },
    { "get", "SELECT name, bytes, id FROM item WHERE id >= ?1 ORDER BY id", false },
    { "count", "SELECT count(note) + count(*) FROM item", false },
};
static const struct kk_db_schema second = {
    .schema =
        "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, bytes BLOB, note TEXT) STRICT;",
    .queries = newer_queries,
    .query_count = KK_COUNT(newer_queries),
    .migrations = migrations,
    .version = 2,
};

struct place {
    char dir[32], path[64];
};

static void place_init(struct place *p)
{
    snprintf(p->dir, sizeof(p->dir), "/tmp/kk-db-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(p->dir));
    snprintf(p->path, sizeof(p->path), "%s/file.db", p->dir);
}

static void place_fini(const struct place *p)
{
    static const char *const ends[] = { "", "-wal", "-shm", "-journal", ".version-1" };
    char path[80];

    for (size_t i = 0; i < KK_COUNT(ends); i++) {
        snprintf(path, sizeof(path), "%s%s", p->path, ends[i]);
        unlink(path);
    }
    ck_assert_int_eq(rmdir(p->dir), 0);
}

static int open_as(const struct place *p, const struct kk_db_options *o, struct kk_db **ret)
{
    struct kk_error err = { 0 };
    int r = kk_db_open(p->path, o, ret, &err);

    ck_assert(r == 0 || strstr(err.where, "file.db") != NULL);
    return r;
}

static int put(struct kk_db *db, int64_t id)
{
    struct kk_stmt *s = kk_db_use(db, PUT);

    kk_stmt_int(s, 1, id);
    kk_stmt_text(s, 2, kk_slice_text("区局"));
    kk_stmt_blob(s, 3, kk_slice("\x00\xff", 2));
    return kk_stmt_run(s);
}

static int64_t count_of(struct kk_db *db)
{
    struct kk_stmt *s = kk_db_use(db, COUNT);
    int64_t count;

    ck_assert_int_eq(kk_stmt_step(s), 1);
    count = kk_stmt_col_int(s, 0);
    ck_assert_int_eq(kk_stmt_step(s), 0);
    return count;
}

START_TEST(there_and_back)
{
    struct kk_db_options o = { .schema = &first, .private_cache = true };
    KK_AUTO_FREE(kk_db) struct kk_db *db = NULL;
    uint8_t copy[2];
    struct kk_stmt *s;

    ck_assert_int_eq(kk_db_open("", &o, &db, NULL), 0);
    ck_assert_int_eq(put(db, 7), 0);
    ck_assert_int_eq(kk_db_changes(db), 1);
    ck_assert_int_eq(kk_db_last_rowid(db), 7);
    s = kk_db_use(db, PUT);
    kk_stmt_int(s, 1, INT64_MAX);
    kk_stmt_text(s, 2, kk_slice(NULL, 0));
    kk_stmt_null(s, 3);
    ck_assert_int_eq(kk_stmt_run(s), 0);
    s = kk_db_use(db, GET);
    kk_stmt_int(s, 1, 0);
    ck_assert_int_eq(kk_stmt_step(s), 1);
    unit_assert_slice(kk_stmt_col_text(s, 0), kk_slice_text("区局"));
    unit_assert_slice(kk_stmt_col_blob(s, 1), kk_slice("\x00\xff", 2));
    ck_assert(kk_stmt_col_copy(s, 1, copy, 2) && copy[1] == 0xff);
    ck_assert(!kk_stmt_col_copy(s, 1, copy, 1)); /* another length */
    ck_assert_int_eq(kk_stmt_step(s), 1);
    ck_assert(kk_stmt_col_null(s, 0) && kk_stmt_col_text(s, 0).data == NULL);
    ck_assert_int_eq(kk_stmt_col_int(s, 2), INT64_MAX);
    kk_stmt_reset(s);
    ck_assert_int_lt(put(db, 7), 0); /* the same key twice */
    ck_assert_ptr_nonnull(kk_db_message(db));
    ck_assert_int_eq(count_of(db), 2);
}
END_TEST

static int fetch(struct kk_db *db, int64_t id, struct kk_bytes *out)
{
    struct kk_stmt *s = kk_db_use(db, BYTES);

    kk_stmt_int(s, 1, id);
    return kk_stmt_fetch(s, out);
}

START_TEST(one_blob)
{
    struct kk_db_options o = { .schema = &first, .private_cache = true };
    KK_AUTO_FREE(kk_db) struct kk_db *db = NULL;
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 };

    ck_assert_int_eq(kk_db_open("", &o, &db, NULL), 0);
    ck_assert_int_eq(put(db, 7), 0);
    ck_assert_int_eq(fetch(db, 8, &out), 0);
    ck_assert_uint_eq(kk_bytes_slice(&out).len, 0);
    ck_assert_int_eq(fetch(db, 7, &out), 1);
    ck_assert_int_eq(fetch(db, 7, &out), 1); /* appended */
    ck_assert_mem_eq(kk_bytes_slice(&out).data, "\x00\xff\x00\xff", 4);
    ck_assert_uint_eq(kk_bytes_slice(&out).len, 4);
}
END_TEST

START_TEST(transactions)
{
    struct kk_db_options o = { .schema = &first, .private_cache = true };
    KK_AUTO_FREE(kk_db) struct kk_db *db = NULL;

    ck_assert_int_eq(kk_db_open("", &o, &db, NULL), 0);
    ck_assert_int_eq(kk_db_begin(db), 0);
    ck_assert_int_eq(put(db, 1), 0);
    kk_db_rollback(db);
    kk_db_rollback(db); /* without one it is nothing */
    ck_assert_int_eq(count_of(db), 0);
    {
        KK_AUTO_FINI(kk_db_tx) struct kk_db_tx tx = { 0 };

        ck_assert_int_eq(kk_db_tx_begin(db, &tx), 0);
        ck_assert_int_eq(put(db, 1), 0);
    } /* left without commit */
    ck_assert_int_eq(count_of(db), 0);
    {
        KK_AUTO_FINI(kk_db_tx) struct kk_db_tx tx = { 0 };

        ck_assert_int_eq(kk_db_tx_begin(db, &tx), 0);
        ck_assert_int_eq(put(db, 1), 0);
        ck_assert_int_eq(kk_db_tx_commit(&tx), 0);
    }
    ck_assert_int_eq(count_of(db), 1);
}
END_TEST

/* Of one moment, whatever else is written; part of the transaction that stands; nothing is left. */
START_TEST(reading_is_of_one_moment)
{
    /* a writer need not wait for readers there */
    struct kk_db_options o = { .schema = &first, .journal = KK_DB_WAL, .application_id = 77 };
    struct kk_db *db = NULL, *other = NULL;
    struct place p;

    place_init(&p);
    ck_assert_int_eq(open_as(&p, &o, &db), 0);
    ck_assert_int_eq(open_as(&p, &o, &other), 0);
    {
        KK_AUTO_FINI(kk_db_tx) struct kk_db_tx moment = { 0 }, within = { 0 };

        ck_assert_int_eq(kk_db_tx_read(db, &moment), 0);
        ck_assert_int_eq(count_of(db), 0);
        ck_assert_int_eq(put(other, 1), 0);
        ck_assert_int_eq(kk_db_tx_read(db, &within), 0);
        ck_assert_int_eq(count_of(db), 0);
        kk_db_tx_fini(&within); /* it ends nothing but itself */
        ck_assert_int_eq(put(other, 2), 0);
        ck_assert_int_eq(count_of(db), 0);
    }
    ck_assert_int_eq(count_of(db), 2);
    ck_assert_int_eq(kk_db_begin(db), 0);
    {
        KK_AUTO_FINI(kk_db_tx) struct kk_db_tx within = { 0 };

        ck_assert_int_eq(kk_db_tx_read(db, &within), 0);
        ck_assert_int_eq(put(db, 3), 0);
    }
    ck_assert_int_eq(kk_db_commit(db), 0); /* the end of reading rolled nothing back */
    ck_assert_int_eq(count_of(other), 3);
    kk_db_free(other);
    kk_db_free(db);
    place_fini(&p);
}
END_TEST

/* The copy is what the older program left, and the older program opens it. */
static void check_kept(const struct place *p, const struct kk_db_options *o, const char *kept)
{
    struct kk_db_options older = *o;
    struct kk_db *db = NULL;
    char path[80];

    snprintf(path, sizeof(path), "%s.version-1", p->path);
    ck_assert_str_eq(kept, path);
    ck_assert_int_eq(kk_db_check(kept, NULL), 0);
    older.schema = &first;
    older.read_only = true;
    ck_assert_int_eq(kk_db_open(kept, &older, &db, NULL), 0);
    ck_assert_int_eq(count_of(db), 1);
    kk_db_free(db);
}

static void migrate(enum kk_db_journal journal)
{
    struct kk_db_options o = { .schema = &first, .journal = journal, .application_id = 7 };
    struct kk_db *db = NULL;
    struct place p;

    place_init(&p);
    ck_assert_int_eq(open_as(&p, &o, &db), 0);
    ck_assert_int_eq(put(db, 1), 0);
    kk_db_free(db);
    o.schema = &second;
    o.read_only = true;
    ck_assert_int_eq(open_as(&p, &o, &db), KK_E_STORE_OLDER);
    o.read_only = false;
    ck_assert_int_eq(open_as(&p, &o, &db), 0);
    ck_assert_int_eq(count_of(db), 1);
    check_kept(&p, &o, kk_db_kept(db));
    kk_db_free(db);
    ck_assert_int_eq(open_as(&p, &o, &db), 0);
    ck_assert_ptr_null(kk_db_kept(db)); /* nothing was to be done */
    kk_db_free(db);
    o.schema = &first; /* the older program meets the newer file */
    ck_assert_int_eq(open_as(&p, &o, &db), KK_E_STORE_NEWER);
    o.schema = &second;
    o.read_only = true;
    ck_assert_int_eq(open_as(&p, &o, &db), 0);
    ck_assert_int_lt(put(db, 2), 0);
    kk_db_free(db);
    place_fini(&p);
}

START_TEST(migrations_run)
{
    migrate(KK_DB_WAL);
    migrate(KK_DB_TRUNCATE);
}
END_TEST

/* A step that fails leaves the file as it was, and says where its copy lies. */
START_TEST(a_migration_that_fails)
{
    static const char *const broken[] = { "ALTER TABLE nothing ADD COLUMN note TEXT;" };
    struct kk_db_schema third = second;
    struct kk_db_options o = { .schema = &first, .journal = KK_DB_WAL, .application_id = 7 };
    struct kk_error err = { 0 };
    struct kk_db *db = NULL;
    struct place p;

    third.migrations = broken;
    place_init(&p);
    ck_assert_int_eq(open_as(&p, &o, &db), 0);
    ck_assert_int_eq(put(db, 1), 0);
    kk_db_free(db);
    db = NULL;
    o.schema = &third;
    for (int i = 0; i < 2; i++) { /* tried again, it fails the same way */
        ck_assert_int_eq(kk_db_open(p.path, &o, &db, &err), KK_E_STORE);
        ck_assert_ptr_null(db);
        ck_assert_ptr_nonnull(strstr(err.detail, ".version-1"));
        ck_assert_ptr_nonnull(strstr(err.detail_ja, ".version-1"));
    }
    o.schema = &first;
    ck_assert_int_eq(open_as(&p, &o, &db), 0);
    ck_assert_int_eq(count_of(db), 1);
    kk_db_free(db);
    place_fini(&p);
}
END_TEST

START_TEST(files_that_do_not_open)
{
    struct kk_db_options o = { .schema = &first, .journal = KK_DB_TRUNCATE, .application_id = 7 };
    struct kk_db *db = NULL;
    struct place p;
    FILE *f;

    place_init(&p);
    o.read_only = true;
    ck_assert_int_lt(open_as(&p, &o, &db), 0); /* must exist */
    o.read_only = false;
    ck_assert_int_eq(open_as(&p, &o, &db), 0);
    kk_db_free(db);
    db = NULL;
    o.application_id = 8;
    ck_assert_int_lt(open_as(&p, &o, &db), 0); /* a file of another program */
    o.application_id = 7;
    f = fopen(p.path, "wb");
    ck_assert_ptr_nonnull(f);
    fputs("this is no database, and long enough to be looked at as one by SQLite: 0123456789abcdef",
          f);
    fclose(f);
    ck_assert_int_eq(open_as(&p, &o, &db), KK_E_STORE);
    ck_assert_ptr_null(db);
    place_fini(&p);
}
END_TEST

/* As other programs leave theirs: no version, and something of their own in it. */
static void make_foreign(const struct place *p, const char *sql)
{
    sqlite3 *handle;

    unlink(p->path);
    ck_assert_int_eq(sqlite3_open(p->path, &handle), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
}

static size_t read_whole(const struct place *p, uint8_t *ret, size_t size)
{
    FILE *f = fopen(p->path, "rb");
    size_t len;

    ck_assert_ptr_nonnull(f);
    len = fread(ret, 1, size, f);
    fclose(f);
    ck_assert_uint_lt(len, size);
    return len;
}

START_TEST(files_of_other_programs)
{
    static const char *const files[] = {
        "CREATE TABLE theirs (a)", "PRAGMA application_id = 9",
        "CREATE VIEW theirs AS SELECT 1", "PRAGMA application_id = 7; CREATE TABLE theirs (a)",
        "PRAGMA application_id = 7; PRAGMA user_version = 99",
    };
    struct kk_db_options o = { .schema = &first, .journal = KK_DB_WAL, .application_id = 7 };
    static uint8_t before[65536], after[65536];
    struct kk_db *db = NULL;
    struct place p;

    place_init(&p);
    for (size_t i = 0; i < KK_COUNT(files); i++) {
        size_t len;

        make_foreign(&p, files[i]);
        len = read_whole(&p, before, sizeof(before));
        ck_assert_int_eq(open_as(&p, &o, &db), i == 4 ? KK_E_STORE_NEWER : KK_E_STORE);
        ck_assert_uint_eq(read_whole(&p, after, sizeof(after)), len);
        ck_assert_mem_eq(before, after, len); /* not even its journal's mode is another */
    }
    make_foreign(&p, "PRAGMA user_version = 0"); /* empty: a new one */
    ck_assert_int_eq(open_as(&p, &o, &db), 0);
    kk_db_free(db);
    place_fini(&p);
}
END_TEST

START_TEST(the_disk_is_full)
{
    struct kk_db_options o = { .schema = &first, .journal = KK_DB_TRUNCATE, .max_pages = 4 };
    struct kk_db *db = NULL;
    struct place p;
    int r = 0;

    place_init(&p);
    ck_assert_int_eq(open_as(&p, &o, &db), 0);
    for (int64_t i = 0; r == 0 && i < 100000; i++)
        r = put(db, i);
    ck_assert_int_eq(r, KK_E_DISK_FULL);
    kk_db_free(db);
    place_fini(&p);
}
END_TEST

START_TEST(a_file_is_looked_into_whatever_it_is)
{
    struct kk_db_options o = { .schema = &second, .journal = KK_DB_TRUNCATE,
                               .application_id = 77 };
    struct kk_db_inspected is;
    struct kk_db *db = NULL;
    struct kk_error err = { 0 };
    struct place p;
    FILE *f;

    place_init(&p);
    ck_assert_int_eq(kk_db_inspect(p.path, &is, &err), KK_E_IO); /* there is none */
    ck_assert_int_eq(open_as(&p, &o, &db), 0);
    ck_assert_int_eq(kk_db_begin(db), 0);
    for (int64_t i = 0; i < 4000; i++)
        ck_assert_int_eq(put(db, i), 0);
    ck_assert_int_eq(kk_db_commit(db), 0);
    kk_db_free(db);
    ck_assert_int_eq(kk_db_inspect(p.path, &is, &err), 0);
    ck_assert(is.whole && is.version == 2 && is.application_id == 77 && !is.why[0]);
    f = fopen(p.path, "r+b");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(fseek(f, 3 * 4096, SEEK_SET), 0);
    for (int i = 0; i < 4096; i++)
        ck_assert_int_eq(fputc(0x5a, f), 0x5a);
    ck_assert_int_eq(fclose(f), 0);
    ck_assert_int_eq(kk_db_inspect(p.path, &is, &err), 0);
    ck_assert(!is.whole && is.version == 2 && is.why[0]);
    f = fopen(p.path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_ge(fputs("this is no database at all, but long enough to be read as one", f), 0);
    ck_assert_int_eq(fclose(f), 0);
    ck_assert_int_eq(kk_db_inspect(p.path, &is, &err), 0);
    ck_assert(!is.whole && is.why[0]);
    place_fini(&p);
}
END_TEST

START_TEST(faults)
{
    ck_assert_int_eq(kk_db_fault(SQLITE_FULL), KK_E_DISK_FULL);
    ck_assert_int_eq(kk_db_fault(SQLITE_NOMEM), KK_E_MEMORY);
    ck_assert_int_eq(kk_db_fault(SQLITE_BUSY), KK_E_LOCKED);
    ck_assert_int_eq(kk_db_fault(SQLITE_IOERR), KK_E_IO);
    ck_assert_int_eq(kk_db_fault(SQLITE_CORRUPT), KK_E_STORE);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("db", &suite);

    tcase_add_test(tcase, there_and_back);
    tcase_add_test(tcase, one_blob);
    tcase_add_test(tcase, transactions);
    tcase_add_test(tcase, reading_is_of_one_moment);
    tcase_add_test(tcase, migrations_run);
    tcase_add_test(tcase, a_migration_that_fails);
    tcase_add_test(tcase, files_that_do_not_open);
    tcase_add_test(tcase, files_of_other_programs);
    tcase_add_test(tcase, the_disk_is_full);
    tcase_add_test(tcase, a_file_is_looked_into_whatever_it_is);
    tcase_add_test(tcase, faults);
    return suite;
}
