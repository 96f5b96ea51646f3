/*
 * How SQLite runs every statement of the three stores: none reads a whole table unless its file
 * says `-- scan: why`, and none that says so does without need.
 */
#include "unit.h"

#include "kukyoku/base/bytes.h"
#include "kukyoku/db/db.h"
#include "replica/obs_vtab.h"

#include <sqlite3.h>
#include <stdio.h>

extern const struct kk_db_schema kk_store_schema, kk_home_schema, kk_replica_schema;

static int attach(struct sqlite3 *handle, void *user)
{
    (void)user;
    return kk_db_fault(kk_obs_vtab_register(handle));
}

static const struct {
    const char *name;
    const struct kk_db_schema *schema;
} stores[] = {
    { "store", &kk_store_schema },
    { "home", &kk_home_schema },
    { "replica", &kk_replica_schema },
};

/* "SCAN t" reads all of t; a scan of what a subquery made, of a constant or of the table's one row
 * is none. */
static bool plan_scans(sqlite3 *db, const struct kk_db_query *q, char why[200])
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes sql = { 0 };
    bool scans = false;
    sqlite3_stmt *s;

    ck_assert_int_eq(kk_bytes_format(&sql, "EXPLAIN QUERY PLAN %s", q->sql), 0);
    ck_assert_msg(sqlite3_prepare_v2(db, (const char *)sql.data, (int)sql.len, &s, NULL) ==
                      SQLITE_OK, "%s: %s", q->name, sqlite3_errmsg(db));
    while (sqlite3_step(s) == SQLITE_ROW) {
        const char *step = (const char *)sqlite3_column_text(s, 3);
        bool whole = strncmp(step, "SCAN ", 5) == 0 && !strstr(step, "CONSTANT ROW") &&
                     !strstr(step, "(subquery") && !strstr(step, "VIRTUAL TABLE");

        if (whole)
            snprintf(why, 200, "%s", step);
        scans = scans || whole;
    }
    sqlite3_finalize(s);
    return scans;
}

START_TEST(no_statement_reads_a_whole_table)
{
    struct kk_db_options o = { .schema = stores[_i].schema, .private_cache = true,
                               .attach = attach };
    KK_AUTO_FREE(kk_db) struct kk_db *db = NULL;
    size_t marked = 0;

    ck_assert_int_eq(kk_db_open("", &o, &db, NULL), 0);
    for (size_t i = 0; i < o.schema->query_count; i++) {
        const struct kk_db_query *q = &o.schema->queries[i];
        char why[200] = "";
        bool scans = plan_scans(kk_db_handle(db), q, why);

        marked += q->scans;
        ck_assert_msg(!scans || q->scans, "%s.%s: %s", stores[_i].name, q->name, why);
    }
    ck_assert_uint_gt(marked, 0); /* the marks arrive */
    ck_assert_uint_lt(marked, o.schema->query_count / 2);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("plans", &s);

    tcase_add_loop_test(c, no_statement_reads_a_whole_table, 0, (int)KK_COUNT(stores));
    return s;
}
