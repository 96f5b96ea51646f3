/* Evidence that a daemon withholds (freeze.h). [RL-27] */
#include "model/freeze.h"

#include "model/proof.h"
#include "replica/ledger_prove.h"

#define ARENA_BYTES (64 * 1024 * 1024)

bool kk_freeze_shows(const struct kk_fresh *fresh, const struct kk_op_seen *seen,
                     uint64_t recv_ms)
{
    return fresh && recv_ms < fresh->issued_ms &&
           (kk_ver_compare(seen->roster, fresh->roster) > 0 ||
            kk_ver_compare(seen->catalog, fresh->catalog) > 0);
}

/* --- looking --- */
struct looking {
    const struct kk_fresh *fresh;
    struct kk_arena arena; /* of one entry */
    uint64_t gsn;          /* of the newest such act; 0: none */
};

static int look(void *user, const struct kk_audit_entry *e)
{
    struct looking *k = user;
    struct kk_op op;
    int r;

    kk_arena_reset(&k->arena);
    r = kk_shape_read(&kk_shape_op, e->op, &k->arena, &op, NULL);
    if (r < 0)
        return KK_E_STORE;
    if (kk_freeze_shows(k->fresh, &op.seen, e->recv_ms))
        k->gsn = e->gsn;
    return 0;
}

static int of_scope(struct kk_records *r, struct kk_slice scope, struct kk_parcel *out)
{
    struct looking k = { .fresh = kk_trust_fresh(r->home->trust) };
    struct kk_ledger l;
    int e = kk_replicas_ledger(&r->replicas, scope, &l, NULL);

    if (e < 0)
        return e == KK_E_NOT_FOUND ? 0 : e;
    kk_arena_init(&k.arena, ARENA_BYTES);
    e = kk_ledger_each_entry(&l, 1, look, &k);
    if (e == 0 && k.gsn)
        e = kk_proof_receipt(&l, k.gsn, out);
    kk_arena_fini(&k.arena);
    return e;
}

int kk_freeze_prove(struct kk_records *r, struct kk_parcel *out)
{
    struct kk_slice scope;
    int e = 0;

    for (size_t i = 0; e == 0 && out->count == 0 && kk_home_record_scope(r->home, i, &scope); i++)
        e = of_scope(r, scope, out);
    if (e == 0 && out->count == 0)
        return kk_error_say(r->err, KK_E_NOT_FOUND, r->home->dir,
                            "no act here has seen more than the daemon hands out",
                            "デーモンが渡しているものより新しいものを見た記録はありません");
    if (e == 0)
        e = kk_parcel_add(out, KK_KKYB_TAG_DOCUMENT, kk_trust_bytes(r->home->trust, KK_DOC_FRESH));
    return e < 0 && !r->err->fault ? kk_error_set(r->err, e, r->home->dir, "%s", "") : e;
}

/* --- checking --- */

/* By a daemon key of that root? 1, 0, a fault. */
static int signed_under(const struct kk_doc *doc, struct kk_slice root, struct kk_arena *arena)
{
    struct kk_root is;
    struct kk_doc root_doc;
    int r = kk_document_read(KK_DOC_ROOT, root, arena, &root_doc);

    if (r == 0)
        r = kk_shape_read(&kk_shape_root, root_doc.payload, arena, &is, NULL);
    for (size_t i = 0; r == 0 && i < is.roles.count; i++) {
        if (is.roles.items[i].role == KK_TRUST_DAEMON)
            return kk_document_verify(doc, &is.roles.items[i]);
    }
    return r;
}

int kk_freeze_check(struct kk_slice fresh, const struct kk_receipt *receipt, uint64_t recv_ms,
                    const uint8_t trusted[KK_HASH_BYTES], int64_t *ret_ms)
{
    size_t from = 0;
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_fresh is;
    struct kk_doc doc;
    struct kk_op op;
    int r, known = 0;

    kk_arena_init(&arena, ARENA_BYTES);
    r = kk_document_read(KK_DOC_FRESH, fresh, &arena, &doc);
    if (r == 0)
        r = kk_shape_read(&kk_shape_fresh, doc.payload, &arena, &is, NULL);
    if (r == 0)
        r = kk_shape_read(&kk_shape_op, receipt->op, &arena, &op, NULL);
    if (r == 0)
        r = kk_evidence_from(receipt->roots.items, receipt->roots.count, trusted, &from);
    for (size_t i = from; r == 0 && known == 0 && i < receipt->roots.count; i++) {
        known = signed_under(&doc, receipt->roots.items[i].doc, &arena);
        r = known < 0 ? known : 0;
    }
    if (r < 0)
        return r;
    *ret_ms = (int64_t)is.issued_ms;
    return known > 0 && kk_freeze_shows(&is, &op.seen, recv_ms);
}
