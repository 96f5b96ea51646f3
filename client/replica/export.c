/* Figures as plain STRICT tables in a file of their own, for other programs. */
#include "replica_inside.h"

#include "export_sql.h"
#include "kukyoku/bundle/ref.h"
#include "os.h"
#include "replica/figures.h"

#define EXPORT_APPLICATION_ID 0x4b4b5958 /* "KKYX" */

static int copy_row(struct kk_stmt *from, struct kk_db *to)
{
    struct kk_stmt *s = kk_db_use(to, EXPORT_OBSERVATION_PUT);
    /* columns of export_rows that stand before and after value and scaled */
    static const int texts[][2] = { { 1, 0 }, { 2, 1 }, { 3, 2 },   { 4, 3 },   { 5, 4 },  { 7, 7 },
                                    { 8, 8 }, { 9, 9 }, { 10, 10 }, { 11, 11 }, { 12, 12 } };

    for (size_t i = 0; i < KK_COUNT(texts); i++)
        kk_stmt_text(s, texts[i][0], kk_stmt_col_text(from, texts[i][1]));
    if (kk_stmt_col_null(from, 6))
        kk_stmt_null(s, 6);
    else
        kk_stmt_int(s, 6, kk_stmt_col_int(from, 6));
    return kk_stmt_run(s);
}

static int copy_rows(struct kk_replica *r, struct kk_db *to, uint32_t as_of)
{
    struct kk_stmt *s = kk_db_use(r->db, REPLICA_EXPORT_ROWS);
    int e;

    kk_stmt_int(s, 1, as_of);
    e = kk_stmt_step(s);
    while (e > 0) {
        e = copy_row(s, to);
        if (e == 0)
            e = kk_stmt_step(s);
    }
    kk_stmt_reset(s);
    return e;
}

/* --- what the codes mean [RF-1] --- */
static int put_entry(struct kk_db *to, const struct kk_ref_table_info *table,
                     const struct kk_ref_entry *entry)
{
    int e = 0;

    for (size_t i = 0; i < table->field_count && e == 0; i++) {
        struct kk_stmt *s = kk_db_use(to, EXPORT_REFERENCE_PUT);

        if (entry->texts[i].len == 0)
            continue;
        kk_stmt_text(s, 1, kk_slice_text(table->name));
        kk_stmt_text(s, 2, entry->code);
        kk_stmt_text(s, 3, entry->from);
        kk_stmt_text(s, 4, kk_slice_text(table->fields[i].name));
        kk_stmt_text(s, 5, entry->texts[i]);
        e = kk_stmt_run(s);
    }
    return e;
}

static int put_reference(struct kk_replica *r, struct kk_db *to, uint32_t as_of)
{
    const struct kk_lanes_query q = { .dataset = KK_REF_DATASET, .as_of = as_of };
    KK_AUTO_FINI(kk_ref) struct kk_ref ref;
    int e;

    kk_ref_init(&ref);
    e = kk_figures_each(r, &q, kk_ref_take, &ref);
    if (e == 0)
        e = kk_ref_done(&ref);
    for (size_t t = 0; t < KK_REF_TABLE_COUNT; t++) {
        const struct kk_ref_list *list = &ref.lists[t];

        for (size_t i = 0; i < list->count && e == 0; i++)
            e = put_entry(to, kk_ref_table_info((enum kk_ref_table)t), &list->items[i]);
    }
    return e;
}

static int put_origin(struct kk_replica *r, struct kk_db *to, uint32_t as_of)
{
    struct kk_stmt *s = kk_db_use(to, EXPORT_ORIGIN_PUT);
    struct kk_replica_held held;
    int e = kk_replica_held(r, &held);

    if (e < 0)
        return e;
    kk_stmt_text(s, 1, kk_replica_scope(r));
    kk_stmt_int(s, 2, as_of ? as_of : held.release);
    kk_stmt_blob(s, 3, kk_slice(held.state, KK_HASH_BYTES));
    return kk_stmt_run(s);
}

static int write_file(struct kk_replica *r, const char *path, uint32_t as_of, struct kk_error *err)
{
    struct kk_db_options options = { .schema = &kk_export_schema,
                                     .journal = KK_DB_DELETE,
                                     .application_id = EXPORT_APPLICATION_ID };
    KK_AUTO_FREE(kk_db) struct kk_db *to = NULL;
    KK_AUTO_FINI(kk_db_tx) struct kk_db_tx tx = { 0 };
    int e = kk_db_open(path, &options, &to, err);

    if (e == 0)
        e = kk_db_tx_begin(to, &tx);
    if (e == 0)
        e = copy_rows(r, to, as_of);
    if (e == 0)
        e = put_reference(r, to, as_of);
    if (e == 0)
        e = put_origin(r, to, as_of);
    return e < 0 ? e : kk_db_tx_commit(&tx);
}

int kk_replica_export(struct kk_replica *r, const char *path, uint32_t as_of, struct kk_error *err)
{
    bool held = true;
    int e = 0;

    if (kk_os_exists(path))
        return kk_error_set(err, KK_E_EXISTS, path, "%s", "");
    if (as_of > 0)
        e = kk_replica_has_release(r, as_of, &held);
    if (e == 0 && !held)
        return kk_error_set(err, KK_E_RELEASE_ABSENT, r->scope, "%u", as_of);
    if (e == 0)
        e = write_file(r, path, as_of, err);
    if (e < 0)
        kk_ignore(kk_os_file_remove(path, NULL)); /* half a file would stand in the way */
    return e;
}
