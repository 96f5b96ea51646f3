/* The device in a folder. */
#include "place.h"

#include "kukyoku/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void open_replica(struct place *p, enum kk_replica_mode mode)
{
    struct kk_error err = { 0 };
    int r = kk_replica_open(p->db, kk_slice_text(p->press.scope), mode, &p->replica, &err);

    ck_assert_msg(r == 0, "%d %s %s", r, err.where, err.detail);
}

void place_init(struct place *p, const char *scope)
{
    char stage[96];

    *p = (struct place){ 0 };
    snprintf(p->dir, sizeof(p->dir), "/tmp/kk-replica-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(p->dir));
    snprintf(p->db, sizeof(p->db), "%s/a.db", p->dir);
    snprintf(stage, sizeof(stage), "%s/stage", p->dir);
    ck_assert_int_eq(mkdir(stage, 0700), 0);
    ck_assert_int_eq(kk_stage_init(&p->stage, stage), 0);
    press_init(&p->press, scope);
    if (p->press.key.len)
        ck_assert_int_eq(
            kk_keyring_put(&p->keys, kk_slice_text(scope), p->press.epoch, p->press.key.bytes), 0);
    open_replica(p, KK_REPLICA_WRITE);
}

void place_anew(struct place *p)
{
    kk_replica_free(p->replica);
    kk_stage_sweep(&p->stage);
    ck_assert_int_eq(remove(p->db), 0);
    open_replica(p, KK_REPLICA_WRITE);
}

void place_fini(struct place *p)
{
    char path[128];

    kk_replica_free(p->replica);
    kk_keyring_fini(&p->keys);
    press_fini(&p->press);
    kk_stage_sweep(&p->stage);
    rmdir(p->stage.dir);
    snprintf(path, sizeof(path), "%s/b.db", p->dir);
    remove(path);
    snprintf(path, sizeof(path), "%s-journal", p->db); /* TRUNCATE leaves an empty one */
    remove(path);
    remove(p->db);
    ck_assert_int_eq(rmdir(p->dir), 0);
}

struct kk_replica_job place_job(struct place *p)
{
    return (struct kk_replica_job){
        .signed_row = &p->press.row, .stage = &p->stage, .keys = &p->keys, .now_ms = 1000
    };
}

/* Fetches what is wanted until nothing is; gives how many blobs that were. */
size_t place_fetch(struct place *p)
{
    struct kk_replica_job job = place_job(p);
    size_t fetched = 0;

    for (;;) {
        KK_AUTO_FINI(kk_plan) struct kk_plan plan = { 0 };

        ck_assert_int_eq(kk_replica_wants(p->replica, &job, &plan), 0);
        if (plan.count == 0)
            return fetched;
        for (size_t i = 0; i < plan.count; i++) {
            const struct press_blob *b = press_find(&p->press, plan.wants[i].ref.hash);
            bool whole = false;

            ck_assert_ptr_nonnull(b);
            ck_assert_int_eq((int)b->kind, (int)plan.wants[i].kind);
            ck_assert_int_eq(
                kk_stage_put(&p->stage, &plan.wants[i].ref, 0, kk_bytes_slice(&b->bytes), &whole),
                0);
            ck_assert(whole);
            kk_replica_came(p->replica, &plan.wants[i].ref);
            fetched++;
        }
    }
}

int place_apply(struct place *p)
{
    struct kk_replica_job job = place_job(p);
    struct kk_error err = { 0 };

    return kk_replica_apply(p->replica, &job, &err);
}

size_t place_update(struct place *p)
{
    size_t fetched = place_fetch(p);
    bool in_step = false;

    ck_assert_int_eq(place_apply(p), 0);
    ck_assert_int_eq(kk_replica_in_step(p->replica, &p->press.row, &in_step), 0);
    ck_assert(in_step);
    return fetched;
}

void place_random(struct place *p, const char *scope, struct press_table *t)
{
    struct unit_entropy e;

    unit_entropy_init(&e, 11);
    place_init(p, scope);
    press_table_init(t);
    press_random(t, &e, 1200);
    press_release(&p->press, 1, t, false);
}

/* --- reading by SQL --- */
sqlite3_stmt *place_query(struct place *p, const char *sql)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(kk_db_handle(kk_replica_db(p->replica)), sql, -1, &s, NULL);

    ck_assert_msg(code == SQLITE_OK, "%s", kk_db_message(kk_replica_db(p->replica)));
    return s;
}

static bool column_is(sqlite3_stmt *s, int column, struct kk_slice text)
{
    return kk_slice_equal(
        kk_slice(sqlite3_column_text(s, column), (size_t)sqlite3_column_bytes(s, column)), text);
}

void place_assert_row(sqlite3_stmt *s, const struct kk_obs *o)
{
    ck_assert(column_is(s, 0, o->indicator));
    ck_assert(column_is(s, 1, o->area));
    ck_assert(column_is(s, 2, o->period));
    ck_assert(column_is(s, 3, o->breakdown));
    if (o->missing == KK_MISSING_NONE)
        ck_assert_int_eq(sqlite3_column_int64(s, 4), o->value);
    else
        ck_assert_int_eq(sqlite3_column_type(s, 4), SQLITE_NULL);
    ck_assert(column_is(s, 5, kk_slice_text(kk_missing_text(o->missing))));
    ck_assert(column_is(s, 6, o->unit));
    ck_assert(column_is(s, 7, o->status));
    ck_assert(column_is(s, 8, o->method));
    ck_assert(column_is(s, 9, o->source));
    ck_assert(column_is(s, 10, o->note));
}

/* The table `obs` as of a release is this table, in its order. */
void place_assert_table(struct place *p, uint32_t as_of, const struct press_table *t)
{
    sqlite3_stmt *s = place_query(p, "SELECT " PLACE_COLUMNS " FROM obs WHERE as_of = ?1 "
                                     "ORDER BY indicator, area, breakdown, period");

    sqlite3_bind_int64(s, 1, as_of);
    for (size_t i = 0; i < t->count; i++) {
        ck_assert_int_eq(sqlite3_step(s), SQLITE_ROW);
        place_assert_row(s, &t->rows[i]);
    }
    ck_assert_int_eq(sqlite3_step(s), SQLITE_DONE);
    sqlite3_finalize(s);
}

int64_t place_number(struct place *p, const char *sql)
{
    sqlite3_stmt *s = place_query(p, sql);
    int64_t value;

    ck_assert_int_eq(sqlite3_step(s), SQLITE_ROW);
    value = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return value;
}

void place_execute(struct place *p, const char *sql)
{
    char *message = NULL;
    int code = sqlite3_exec(kk_db_handle(kk_replica_db(p->replica)), sql, NULL, NULL, &message);

    ck_assert_msg(code == SQLITE_OK, "%s", message ? message : "");
}
