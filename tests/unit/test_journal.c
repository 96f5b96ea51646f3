/* proto/db/journal.c: a writer was killed in the middle; readers, copies and checks go on. */
#include "unit.h"

#include "kukyoku/db/backup.h"
#include "kukyoku/db/db.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define COMMITTED 40
#define SPILLED   4000 /* more than stays in memory until a commit */

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
static char dir[40], path[64], copy[64], journal[80];

static int open_db(bool read_only, struct kk_db **ret, struct kk_error *err)
{
    struct kk_db_options o = { .schema = &schema, .journal = KK_DB_TRUNCATE, .application_id = 7,
                               .read_only = read_only };

    return kk_db_open(path, &o, ret, err);
}

static void put(struct kk_db *db, int64_t from, int64_t to)
{
    for (int64_t i = from; i < to; i++) {
        struct kk_stmt *s = kk_db_use(db, PUT);

        kk_stmt_int(s, 1, i);
        ck_assert_int_eq(kk_stmt_run(s), 0);
    }
}

static void write_and_die(void)
{
    struct kk_db *db = NULL;

    if (open_db(false, &db, NULL) == 0 && kk_db_begin(db) == 0)
        put(db, COMMITTED, SPILLED);
    raise(SIGKILL);
}

static void kill_a_writer(void)
{
    struct kk_db *db;
    struct stat left;
    int status;
    pid_t child;

    snprintf(dir, sizeof(dir), "/tmp/kk-journal-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/file.db", dir);
    snprintf(copy, sizeof(copy), "%s/copy.db", dir);
    snprintf(journal, sizeof(journal), "%s-journal", path);
    ck_assert_int_eq(open_db(false, &db, NULL), 0);
    put(db, 0, COMMITTED);
    kk_db_free(db);
    child = fork();
    if (child == 0)
        write_and_die();
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status));
    ck_assert_int_eq(stat(journal, &left), 0);
    ck_assert_int_gt(left.st_size, 0);
}

static void clear(void)
{
    unlink(path);
    unlink(copy);
    unlink(journal);
    ck_assert_int_eq(rmdir(dir), 0);
}

static void check_count(void)
{
    struct kk_error err = { .fault = 0 };
    struct kk_db *db = NULL;
    struct kk_stmt *s;

    ck_assert_msg(open_db(true, &db, &err) == 0, "%s", err.detail);
    ck_assert_int_eq(err.fault, 0);
    s = kk_db_use(db, COUNT);
    ck_assert_int_eq(kk_stmt_step(s), 1);
    ck_assert_int_eq(kk_stmt_col_int(s, 0), COMMITTED);
    kk_stmt_reset(s);
    kk_db_free(db);
}

START_TEST(a_reader_reads_what_was_committed)
{
    kill_a_writer();
    check_count();
    clear();
}
END_TEST

START_TEST(a_copy_is_of_what_was_committed)
{
    kill_a_writer();
    ck_assert_int_eq(kk_db_backup(path, copy, 0, NULL), 0);
    memcpy(path, copy, sizeof(path));
    check_count();
    snprintf(path, sizeof(path), "%s/file.db", dir);
    clear();
}
END_TEST

START_TEST(a_check_finds_it_sound)
{
    kill_a_writer();
    ck_assert_int_eq(kk_db_check(path, NULL), 0);
    clear();
}
END_TEST

START_TEST(where_nobody_may_write_it_says_so)
{
    struct kk_error err = { .fault = 0 };
    struct kk_db *db = NULL;

    kill_a_writer();
    ck_assert_int_eq(chmod(path, 0400), 0);
    if (geteuid() != 0) { /* root may write all the same */
        ck_assert_int_eq(open_db(true, &db, &err), KK_E_IO);
        ck_assert_str_eq(err.where, path);
    }
    clear();
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("journal", &s);

    tcase_add_test(c, a_reader_reads_what_was_committed);
    tcase_add_test(c, a_copy_is_of_what_was_committed);
    tcase_add_test(c, a_check_finds_it_sound);
    tcase_add_test(c, where_nobody_may_write_it_says_so);
    return s;
}
