/*
 * A log from a file, admitted entry by entry into an empty ledger in memory: the same checks as for
 * entries from the daemon, signature, chain, verdict, head. [RL-16] [RL-17] [RL-24]
 */
#include "replica/ledger_prove.h"

#include "replica/ledger_in.h"
#include "replica_inside.h"

#include "kukyoku/base/alloc.h"

#include <stdio.h>

#define SCRATCH_BYTES (64 * 1024)

struct kk_audit {
    struct kk_db *db;
    struct kk_ledger ledger;
    struct kk_arena arena;
    struct ledger_end end;
    struct kk_head claimed;
    struct kk_bytes tuples; /* struct kk_pushed_op, one after another */
};

void kk_audit_free(struct kk_audit *a)
{
    if (!a)
        return;
    kk_db_free(a->db);
    kk_arena_fini(&a->arena);
    kk_bytes_fini(&a->tuples);
    kk_free(a);
}

static int blame(const struct kk_audit *a, uint64_t gsn, int fault, struct kk_error *err)
{
    char where[KK_ERROR_WHERE_MAX];

    if (err && err->fault == fault)
        return fault;
    snprintf(where, sizeof(where), "%.*s #%llu", (int)a->claimed.scope.len,
             (const char *)a->claimed.scope.data, (unsigned long long)gsn);
    return kk_error_set(err, fault, where, "%s", "");
}

static int check_head(const struct kk_audit *a, struct kk_error *err)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < kk_trust_root_count(a->ledger.trust); i++)
        r = kk_head_check(&a->claimed,
                          &kk_trust_root_at(a->ledger.trust, i)->roles.items[KK_TRUST_DAEMON]);
    if (r <= 0)
        return blame(a, a->claimed.gsn, r < 0 ? r : KK_E_SIGNATURE, err);
    return 0;
}

int kk_audit_new(const struct kk_trust *trust, const struct kk_head *head, struct kk_audit **ret,
                 struct kk_error *err)
{
    KK_AUTO_FREE(kk_audit) struct kk_audit *a = kk_alloc(sizeof(*a));
    int r = a ? replica_in_memory(&a->db, err) : KK_E_MEMORY;

    if (r == 0)
        r = kk_db_begin(a->db); /* nobody needs it committed */
    if (r < 0)
        return r;
    kk_arena_init(&a->arena, SCRATCH_BYTES);
    a->ledger = (struct kk_ledger){ .db = a->db, .scope = head->scope, .trust = trust };
    a->claimed = *head;
    r = check_head(a, err);
    if (r == 0)
        *ret = KK_STEAL(a);
    return r;
}

static int admit(struct kk_audit *a, const struct kk_audit_entry *in, struct kk_error *err)
{
    struct ledger_entry e = {
        .what = { .gsn = in->gsn, .recv_ms = in->recv_ms, .rv = in->rv, .tv = in->tv,
                  .verdict = in->verdict },
    };
    int r;

    kk_arena_reset(&a->arena);
    r = kk_shape_read(&kk_shape_op, in->op, &a->arena, &e.op, NULL);
    if (r == 0 && !kk_slice_equal(e.op.scope, a->claimed.scope))
        r = KK_E_SCOPE;
    if (r == 0)
        r = kk_bytes_append_slice(&e.header, in->op);
    memcpy(e.sig, in->sig, KK_SIG_BYTES);
    kk_op_id(in->op, e.what.op_id);
    if (r == 0)
        r = ledger_admit(&a->ledger, &e, &a->end, err);
    if (r == 0)
        r = kk_bytes_append(&a->tuples, &e.what, sizeof(e.what));
    kk_bytes_fini(&e.header);
    return r;
}

int kk_audit_page(struct kk_audit *a, const struct kk_audit_page *page, struct kk_error *err)
{
    for (size_t i = 0; i < page->entries.count; i++) {
        int r = admit(a, &page->entries.items[i], err);

        if (r < 0)
            return blame(a, page->entries.items[i].gsn, r, err);
    }
    return 0;
}

int kk_audit_end(const struct kk_audit *a, struct kk_error *err)
{
    bool same = a->end.head.gsn == a->claimed.gsn && a->end.head.era == a->claimed.era &&
                memcmp(a->end.head.head, a->claimed.head, KK_HASH_BYTES) == 0;

    return same ? 0 : blame(a, a->claimed.gsn, KK_E_HASH, err);
}

int kk_audit_strand(const struct kk_audit *a, uint64_t behind, struct kk_arena *arena,
                    struct kk_strand *ret)
{
    const struct kk_pushed_op *all = (const struct kk_pushed_op *)(const void *)a->tuples.data;
    struct kk_log_head head = { .gsn = 0 };
    struct kk_strand s = { .head = a->claimed };
    int r = ledger_eras(&a->ledger, arena, &s.eras.items, &s.eras.count);

    if (r == 0 && behind < a->end.head.gsn) {
        for (uint64_t i = 0; i < behind; i++) {
            head.era = ledger_era(&a->ledger, all[i].gsn);
            kk_log_advance(&head, &all[i]);
        }
        memcpy(s.before, head.head, KK_HASH_BYTES);
        s.tuples.items = all + behind;
        s.tuples.count = a->end.head.gsn - behind;
    }
    *ret = s;
    return r;
}
