/* Figures by query (figures.h). */
#include "replica/figures.h"

#include "replica_inside.h"

static void read_row(struct kk_stmt *s, struct kk_obs *ret)
{
    *ret = (struct kk_obs){
        .indicator = kk_stmt_col_text(s, 1), .area = kk_stmt_col_text(s, 2),
        .period = kk_stmt_col_text(s, 3),    .breakdown = kk_stmt_col_text(s, 4),
        .value = kk_stmt_col_int(s, 5),      .unit = kk_stmt_col_text(s, 7),
        .status = kk_stmt_col_text(s, 8),    .method = kk_stmt_col_text(s, 9),
        .source = kk_stmt_col_text(s, 10),   .note = kk_stmt_col_text(s, 11),
    };
}

int kk_figures_each(struct kk_replica *r, const struct kk_figures_query *q, kk_figures_fn *fn,
                    void *user)
{
    unsigned query = q->area.data        ? REPLICA_FIGURES_AREA
                     : q->indicator.data ? REPLICA_FIGURES_INDICATOR
                                         : REPLICA_FIGURES_ALL;
    struct kk_stmt *s = kk_db_use(r->db, query);
    int e;

    kk_assert(q->indicator.data || !q->area.data);
    if (q->indicator.data)
        kk_stmt_text(s, 1, q->indicator);
    if (q->area.data)
        kk_stmt_text(s, 2, q->area);
    kk_stmt_int(s, 3, q->as_of);
    kk_stmt_text(s, 4, kk_slice_text(q->dataset ? q->dataset : KK_OBS_DATASET));
    e = kk_stmt_step(s);
    while (e > 0) {
        struct kk_slice missing = kk_stmt_col_text(s, 6);
        struct kk_obs row;

        read_row(s, &row);
        e = missing.len == 0 || kk_missing_parse(missing, &row.missing) ? 0 : KK_E_STORE;
        if (e == 0)
            e = fn(user, &row);
        if (e == 0)
            e = kk_stmt_step(s);
    }
    kk_stmt_reset(s);
    return e;
}
