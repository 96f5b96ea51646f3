/* Drafts and settled refusals on disk (drafts.h). */
#include "home/drafts.h"

#include "home_sql.h"

int kk_home_draft_put(struct kk_home *h, const struct kk_draft *draft)
{
    struct kk_stmt *q = kk_db_use(h->db, HOME_DRAFT_PUT);

    kk_stmt_blob(q, 1, kk_slice(draft->id, KK_ID_BYTES));
    kk_stmt_text(q, 2, draft->scope);
    kk_stmt_int(q, 3, draft->kind);
    kk_stmt_blob(q, 4, kk_slice(draft->rec, KK_ID_BYTES));
    kk_stmt_int(q, 5, draft->act);
    kk_stmt_blob(q, 6, draft->body);
    kk_stmt_blob(q, 7, draft->refs.len ? draft->refs : kk_slice("", 0));
    kk_stmt_int(q, 8, draft->changed_ms);
    return kk_stmt_run(q);
}

int kk_home_draft_drop(struct kk_home *h, const uint8_t id[KK_ID_BYTES])
{
    struct kk_stmt *q = kk_db_use(h->db, HOME_DRAFT_DROP);

    kk_stmt_blob(q, 1, kk_slice(id, KK_ID_BYTES));
    return kk_stmt_run(q);
}

int kk_home_draft_each(struct kk_home *h, kk_draft_fn *fn, void *user)
{
    struct kk_stmt *q = kk_db_use(h->db, HOME_DRAFT_EACH);
    int r = kk_stmt_step(q);

    while (r > 0) {
        struct kk_draft draft = { .scope = kk_stmt_col_text(q, 1),
                                  .kind = (unsigned)kk_stmt_col_int(q, 2),
                                  .act = (unsigned)kk_stmt_col_int(q, 4),
                                  .body = kk_stmt_col_blob(q, 5),
                                  .refs = kk_stmt_col_blob(q, 6),
                                  .changed_ms = kk_stmt_col_int(q, 7) };
        bool whole = kk_stmt_col_copy(q, 0, draft.id, KK_ID_BYTES) &&
                     kk_stmt_col_copy(q, 3, draft.rec, KK_ID_BYTES);

        r = whole ? fn(user, &draft) : KK_E_STORE;
        if (r != 0)
            break; /* a fault, or the caller has enough */
        r = kk_stmt_step(q);
    }
    kk_stmt_reset(q);
    return r;
}

int kk_home_settle(struct kk_home *h, const uint8_t op_id[KK_HASH_BYTES])
{
    struct kk_stmt *q = kk_db_use(h->db, HOME_SETTLED_PUT);

    kk_stmt_blob(q, 1, kk_slice(op_id, KK_HASH_BYTES));
    return kk_stmt_run(q);
}

int kk_home_settled(struct kk_home *h, const uint8_t op_id[KK_HASH_BYTES])
{
    struct kk_stmt *q = kk_db_use(h->db, HOME_SETTLED_FIND);
    int r;

    kk_stmt_blob(q, 1, kk_slice(op_id, KK_HASH_BYTES));
    r = kk_stmt_step(q);
    kk_stmt_reset(q);
    return r;
}
