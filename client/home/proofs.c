/* Proofs of two histories on disk (home.h). */
#include "home/home.h"

#include "home_sql.h"

#include "kukyoku/base/hash.h"

/* One proof of a contradiction is enough, however often its heads are signed. */
static void name_of(const struct kk_fork *fork, uint8_t ret[KK_HASH_BYTES])
{
    struct kk_hash h;

    kk_hash_init(&h, "fork");
    for (size_t i = 0; i < fork->strands.count; i++) {
        const struct kk_head *head = &fork->strands.items[i].head;

        kk_hash_add(&h, head->scope);
        kk_hash_add_u64(&h, head->era);
        kk_hash_add_u64(&h, head->gsn);
        kk_hash_add(&h, kk_slice(head->head, KK_HASH_BYTES));
    }
    kk_hash_add(&h, fork->op);
    kk_hash_done(&h, ret);
}

int kk_home_proof_add(struct kk_home *h, const struct kk_fork *fork)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    uint8_t hash[KK_HASH_BYTES];
    struct kk_stmt *q;
    int r = kk_shape_encode_checked(&kk_shape_fork, fork, &bytes, NULL);

    if (r < 0)
        return r;
    name_of(fork, hash);
    q = kk_db_use(h->db, HOME_PROOF_PUT);
    kk_stmt_blob(q, 1, kk_slice(hash, KK_HASH_BYTES));
    kk_stmt_int(q, 2, kk_os_now_ms());
    kk_stmt_blob(q, 3, kk_bytes_slice(&bytes));
    return kk_stmt_run(q);
}

int kk_home_proof_each(struct kk_home *h, kk_proof_fn *fn, void *user)
{
    struct kk_stmt *q = kk_db_use(h->db, HOME_PROOF_EACH);
    int r = kk_stmt_step(q);

    while (r > 0) {
        r = fn(user, kk_stmt_col_blob(q, 0));
        if (r != 0)
            break; /* a fault, or the caller has enough */
        r = kk_stmt_step(q);
    }
    kk_stmt_reset(q);
    return r;
}
