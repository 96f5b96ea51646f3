/* What was handed to whom (served.h). [DM-20] */
#include "store/store_sqlite.h"

#include "kukyoku/base/date.h"

int store_served_put(struct kk_store *s, const struct kk_store_served *served)
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_SERVED_PUT);

    kk_stmt_blob(q, 1, kk_slice(served->device, KK_ID_BYTES));
    kk_stmt_text(q, 2, served->scope);
    kk_stmt_int(q, 3, (int64_t)served->way);
    kk_stmt_int(q, 4, served->last_ms / KK_DAY_MS);
    kk_stmt_int(q, 5, (int64_t)served->from);
    kk_stmt_int(q, 6, (int64_t)served->to);
    kk_stmt_int(q, 7, served->last_ms);
    return kk_stmt_run(q);
}

int store_served_each(struct kk_store *s, kk_store_served_fn *fn, void *user)
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_SERVED_EACH);
    int r = kk_stmt_step(q);

    while (r > 0) {
        struct kk_store_served served = { .scope = kk_stmt_col_text(q, 1),
                                          .way = (enum kk_served_way)kk_stmt_col_int(q, 2),
                                          .from = (uint64_t)kk_stmt_col_int(q, 3),
                                          .to = (uint64_t)kk_stmt_col_int(q, 4),
                                          .first_ms = kk_stmt_col_int(q, 5),
                                          .last_ms = kk_stmt_col_int(q, 6) };

        r = kk_stmt_col_copy(q, 0, served.device, KK_ID_BYTES) ? fn(user, &served) : KK_E_STORE;
        if (r != 0)
            break; /* a fault, or the caller has enough */
        r = kk_stmt_step(q);
    }
    kk_stmt_reset(q);
    return r;
}
