/* A device in a folder: a replica, a stage, keys, and the publisher that feeds them, in memory. */
#ifndef TESTS_PLACE_H
#define TESTS_PLACE_H

#include "press.h"
#include "replica/replica.h"

#include <sqlite3.h>

struct place {
    char dir[64], db[96];
    struct kk_stage stage;
    struct kk_replica *replica;
    struct kk_keyring keys;
    struct press press;
};

void place_init(struct place *p, const char *scope);
void place_fini(struct place *p);
/* The same publisher, and a device that holds nothing yet. */
void place_anew(struct place *p);
/* With a random table, released as 1. */
void place_random(struct place *p, const char *scope, struct press_table *t);
struct kk_replica_job place_job(struct place *p);
/* Fetches what is wanted until nothing is; gives how many blobs that were. */
size_t place_fetch(struct place *p);
int place_apply(struct place *p);
/* Both, and then the device is in step. */
size_t place_update(struct place *p);

/* --- reading by SQL --- */
sqlite3_stmt *place_query(struct place *p, const char *sql);
int64_t place_number(struct place *p, const char *sql);
void place_execute(struct place *p, const char *sql);
/* Columns in the order of PLACE_COLUMNS are this row. */
#define PLACE_COLUMNS                                                                              \
    "indicator, area, period, breakdown, scaled, missing, unit, status, method, source, note"
void place_assert_row(sqlite3_stmt *s, const struct kk_obs *o);
/* The table `obs` as of a release (0: the newest) is this table, in its order. */
void place_assert_table(struct place *p, uint32_t as_of, const struct press_table *t);

#endif
