/*
 * Copies of a database: whole while it is written, nothing beside them, nothing left of one that
 * failed, and a copy that was damaged does not pass for a good one.
 */
#include "unit.h"

#include "kukyoku/db/backup.h"
#include "kukyoku/db/db.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PUT, COUNT };
static const struct kk_db_query queries[] = {
    { "put", "INSERT INTO item (id, bytes) VALUES (?1, randomblob(900))", false },
    { "count", "SELECT count(*) FROM item", false },
};
static const struct kk_db_schema schema = {
    .schema = "CREATE TABLE item (id INTEGER PRIMARY KEY, bytes BLOB) STRICT;",
    .queries = queries,
    .query_count = KK_COUNT(queries),
    .version = 1,
};

struct place {
    char dir[40], path[64], copy[64];
    struct kk_db *db;
};

static void put(struct place *p, int64_t from, int64_t to)
{
    for (int64_t i = from; i < to; i++) {
        struct kk_stmt *s = kk_db_use(p->db, PUT);

        kk_stmt_int(s, 1, i);
        ck_assert_int_eq(kk_stmt_run(s), 0);
    }
}

static void place_init(struct place *p, enum kk_db_journal journal)
{
    struct kk_db_options o = { .schema = &schema, .journal = journal, .application_id = 7 };

    *p = (struct place){ .db = NULL };
    snprintf(p->dir, sizeof(p->dir), "/tmp/kk-backup-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(p->dir));
    snprintf(p->path, sizeof(p->path), "%s/file.db", p->dir);
    snprintf(p->copy, sizeof(p->copy), "%s/copy.db", p->dir);
    ck_assert_int_eq(kk_db_open(p->path, &o, &p->db, NULL), 0);
    put(p, 0, 40);
}

static void place_fini(struct place *p)
{
    char journal[80];

    kk_db_free(p->db);
    unlink(p->path);
    unlink(p->copy);
    snprintf(journal, sizeof(journal), "%s-journal", p->path); /* empty, of its own connection */
    unlink(journal);
    ck_assert_int_eq(rmdir(p->dir), 0); /* nothing stands beside either */
}

static int64_t count_in(const char *path)
{
    struct kk_db_options o = { .schema = &schema, .application_id = 7, .read_only = true };
    struct kk_db *db = NULL;
    struct kk_stmt *s;
    int64_t count;

    ck_assert_int_eq(kk_db_open(path, &o, &db, NULL), 0);
    s = kk_db_use(db, COUNT);
    ck_assert_int_eq(kk_stmt_step(s), 1);
    count = kk_stmt_col_int(s, 0);
    kk_stmt_reset(s);
    kk_db_free(db);
    return count;
}

START_TEST(a_copy_is_one_moment)
{
    static const enum kk_db_journal journals[] = { KK_DB_WAL, KK_DB_TRUNCATE };
    struct stat st;
    struct place p;

    place_init(&p, journals[_i]);
    ck_assert_int_eq(kk_db_begin(p.db), 0);
    put(&p, 40, 80); /* somebody is writing: what is not committed is not in the copy */
    ck_assert_int_eq(kk_db_backup(p.path, p.copy, 0, NULL), 0);
    ck_assert_int_eq(kk_db_commit(p.db), 0);
    ck_assert_int_eq(count_in(p.copy), 40);
    ck_assert_int_eq(stat(p.copy, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0600);
    ck_assert_int_eq(kk_db_backup(p.path, p.copy, 0, NULL), KK_E_EXISTS);
    ck_assert_int_eq(unlink(p.copy), 0);
    ck_assert_int_eq(kk_db_backup(p.path, p.copy, 0, NULL), 0);
    ck_assert_int_eq(count_in(p.copy), 80);
    place_fini(&p);
}
END_TEST

START_TEST(a_disk_that_is_full)
{
    struct kk_error err = { 0 };
    struct place p;

    place_init(&p, KK_DB_WAL);
    ck_assert_int_eq(kk_db_backup(p.path, p.copy, 4, &err), KK_E_DISK_FULL);
    ck_assert_str_eq(err.where, p.copy);
    ck_assert_int_ne(access(p.copy, F_OK), 0);
    place_fini(&p);
}
END_TEST

START_TEST(what_is_not_there)
{
    struct place p;

    place_init(&p, KK_DB_WAL);
    ck_assert_int_lt(kk_db_backup("/nowhere/file.db", p.copy, 0, NULL), 0);
    ck_assert_int_eq(kk_db_backup(p.path, "/nowhere/copy.db", 0, NULL), KK_E_IO);
    ck_assert_int_lt(kk_db_check("/nowhere/file.db", NULL), 0);
    place_fini(&p);
}
END_TEST

static void damage(const char *path, long at)
{
    FILE *f = fopen(path, "r+b");

    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(fseek(f, at, SEEK_SET), 0);
    for (int i = 0; i < 600; i++)
        ck_assert_int_ne(fputc(0xa5, f), EOF);
    fclose(f);
}

START_TEST(a_damaged_file_is_told)
{
    struct kk_error err = { 0 };
    struct place p;

    place_init(&p, KK_DB_WAL);
    ck_assert_int_eq(kk_db_backup(p.path, p.copy, 0, NULL), 0);
    ck_assert_int_eq(kk_db_check(p.copy, &err), 0);
    damage(p.copy, 4096 + 8); /* the first page behind the header's: cells and pointers */
    ck_assert_int_eq(kk_db_check(p.copy, &err), KK_E_STORE);
    ck_assert_str_eq(err.where, p.copy);
    ck_assert_str_ne(err.detail, "");
    place_fini(&p);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("backup", &suite);

    tcase_add_loop_test(tcase, a_copy_is_one_moment, 0, 2);
    tcase_add_test(tcase, a_disk_that_is_full);
    tcase_add_test(tcase, what_is_not_there);
    tcase_add_test(tcase, a_damaged_file_is_told);
    return suite;
}
