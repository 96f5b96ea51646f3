/* The virtual table in a program that knows nothing of ours: KK_OBS_EXTENSION is the module's file.
 */
#include "place.h"

#include "kukyoku/error.h"

#include <stdlib.h>

START_TEST(any_sqlite_reads_a_replica)
{
    const char *module = getenv("KK_OBS_EXTENSION");
    struct press_table t;
    struct place p;
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    char *message = NULL;
    int code;

    ck_assert_ptr_nonnull(module);
    place_random(&p, "pub", &t);
    place_update(&p);
    ck_assert_int_eq(sqlite3_open_v2(p.db, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1, NULL),
                     SQLITE_OK);
    code = sqlite3_load_extension(db, module, NULL, &message);
    ck_assert_msg(code == SQLITE_OK, "%s", message);
    ck_assert_int_eq(sqlite3_prepare_v2(db,
                                        "SELECT " PLACE_COLUMNS " FROM obs "
                                        "ORDER BY dataset, indicator, area, breakdown, period",
                                        -1, &s, NULL),
                     SQLITE_OK);
    for (size_t i = 0; i < t.count; i++) {
        ck_assert_int_eq(sqlite3_step(s), SQLITE_ROW);
        place_assert_row(s, &t.rows[i]);
    }
    ck_assert_int_eq(sqlite3_step(s), SQLITE_DONE);
    sqlite3_finalize(s);
    sqlite3_close(db);
    place_fini(&p);
    press_table_fini(&t);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("obs_extension", &suite);

    tcase_add_test(c, any_sqlite_reads_a_replica);
    return suite;
}
