/* Evidence out of a home (proof.h). */
#include "model/proof.h"

#include "replica/ledger_prove.h"

#include <stdio.h>
#include <stdlib.h>

#define ARENA_BYTES (64 * 1024 * 1024)

/* --- receipts --- */

int kk_proof_receipt(const struct kk_ledger *l, uint64_t gsn, struct kk_parcel *out)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_receipt receipt;
    int r;

    kk_arena_init(&arena, ARENA_BYTES);
    r = kk_ledger_prove(l, gsn, &arena, &receipt);
    if (r == 0)
        r = kk_parcel_add_shape(out, KK_KKYB_TAG_RECEIPT, &kk_shape_receipt, &receipt);
    return r;
}

static int of_record(struct kk_records *r, const char *name, struct kk_parcel *out)
{
    struct kk_record record;
    struct kk_ledger l;
    int e = kk_record_find(r, name, 0, &record);

    if (e == 0)
        e = kk_replicas_ledger(&r->replicas, record.scope, &l, r->err);
    for (size_t i = 0; e == 0 && i < record.is.op_count; i++) {
        if (!record.is.ops[i].pending)
            e = kk_proof_receipt(&l, record.is.ops[i].what.gsn, out);
    }
    if (e == 0 && out->count == 0)
        e = kk_error_say(r->err, KK_E_NOT_FOUND, name, "nothing of it has its number yet",
                         "まだ受領されていません");
    return e;
}

/* hash: where "#" stands in the name. */
static int of_entry(struct kk_records *r, const char *name, const char *hash,
                    struct kk_parcel *out)
{
    struct kk_ledger l;
    char *end;
    unsigned long long gsn = strtoull(hash + 1, &end, 10);
    int e = kk_replicas_ledger(&r->replicas, kk_slice(name, (size_t)(hash - name)), &l, NULL);

    if (e == 0)
        e = *end || end == hash + 1 || gsn == 0 ? KK_E_NOT_FOUND : kk_proof_receipt(&l, gsn, out);
    if (e == KK_E_NOT_FOUND)
        return kk_error_say(r->err, e, name, "no log here has this entry",
                            "この番号の記録は手元にありません");
    return e;
}

int kk_proof_receipts(struct kk_records *r, const char *name, struct kk_parcel *out)
{
    const char *hash = strchr(name, '#');
    int e = hash ? of_entry(r, name, hash, out) : of_record(r, name, out);

    return e < 0 && !r->err->fault ? kk_error_set(r->err, e, name, "%s", "") : e;
}

/* --- logs --- */

struct paging {
    struct kk_parcel *out;
    struct kk_head head;
    struct kk_audit_entry *entries;
    struct kk_arena headers; /* of the page */
    size_t count;
};

static int flush(struct paging *p)
{
    struct kk_audit_page page = { .entries = { p->entries, p->count }, .head = p->head };
    int r = p->count ? kk_parcel_add_shape(p->out, KK_KKYB_TAG_AUDIT, &kk_shape_audit_page, &page)
                     : 0;

    p->count = 0;
    kk_arena_reset(&p->headers);
    return r;
}

static int page_entry(void *user, const struct kk_audit_entry *e)
{
    struct paging *p = user;

    p->entries[p->count] = *e;
    p->entries[p->count].op = kk_arena_dup(&p->headers, e->op);
    if (!p->entries[p->count].op.data)
        return KK_E_MEMORY;
    return ++p->count == KK_AUDIT_PAGE_MAX ? flush(p) : 0;
}

static int add_log(struct kk_records *r, struct kk_slice scope, struct kk_parcel *out)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct paging p = { .out = out };
    struct kk_ledger l;
    int e = kk_replicas_ledger(&r->replicas, scope, &l, NULL);

    if (e < 0)
        return e == KK_E_NOT_FOUND ? 0 : e;
    kk_arena_init(&arena, ARENA_BYTES);
    kk_arena_init(&p.headers, ARENA_BYTES);
    p.entries = kk_arena_array(&arena, KK_AUDIT_PAGE_MAX, sizeof(*p.entries));
    e = p.entries ? kk_ledger_signed_head(&l, &arena, &p.head) : KK_E_MEMORY;
    if (e > 0)
        e = kk_ledger_each_entry(&l, 1, page_entry, &p);
    if (e == 0)
        e = flush(&p);
    kk_arena_fini(&p.headers);
    return e;
}

static int add_documents(const struct kk_home *h, struct kk_parcel *out)
{
    int e = 0;

    for (size_t i = 0; e == 0 && i < kk_trust_root_count(h->trust); i++)
        e = kk_parcel_add(out, KK_KKYB_TAG_DOCUMENT, kk_trust_root_bytes(h->trust, i));
    if (e == 0)
        e = kk_parcel_add(out, KK_KKYB_TAG_DOCUMENT, kk_trust_bytes(h->trust, KK_DOC_ROSTER));
    if (e == 0)
        e = kk_parcel_add_blob(out, kk_slice_text("devices"), kk_trust_devices_bytes(h->trust));
    return e;
}

int kk_proof_logs(struct kk_records *r, const char *scope, struct kk_parcel *out)
{
    struct kk_slice at;
    uint32_t documents;
    int e = kk_trust_roster(r->home->trust) ? add_documents(r->home, out) : KK_E_NOT_FOUND;

    documents = out->count;
    for (size_t i = 0; e == 0 && kk_home_record_scope(r->home, i, &at); i++) {
        if (!scope || kk_slice_is(at, scope))
            e = add_log(r, at, out);
    }
    if (e == KK_E_NOT_FOUND || (e == 0 && out->count == documents))
        return kk_error_say(r->err, KK_E_NOT_FOUND, scope ? scope : r->home->dir,
                            "no log with an entry is held here", "手元に記録がありません");
    return e < 0 && !r->err->fault ? kk_error_set(r->err, e, r->home->dir, "%s", "") : e;
}

/* --- entries for people --- */

struct walking {
    struct kk_records *records;
    const struct kk_proof_query *query;
    struct kk_slice scope;
    struct kk_arena arena; /* of one entry */
    kk_proof_entry_fn *fn;
    void *user;
};

static int walk_entry(void *user, const struct kk_audit_entry *e)
{
    struct walking *w = user;
    const struct kk_roster_view *view = kk_trust_view(w->records->home->trust);
    const struct kk_device_row *row;
    struct kk_proof_entry entry = { .scope = w->scope, .is = e };
    struct kk_op op;
    int r;

    if ((int64_t)e->recv_ms < w->query->since_ms)
        return 0;
    kk_arena_reset(&w->arena);
    r = kk_shape_read(&kk_shape_op, e->op, &w->arena, &op, NULL);
    if (r < 0)
        return KK_E_STORE;
    row = view ? kk_roster_row(view, op.device) : NULL;
    entry.op = &op;
    entry.author = row ? kk_device_span_at(row, e->rv) : NULL;
    return w->fn(w->user, &entry);
}

int kk_proof_each(struct kk_records *r, const struct kk_proof_query *query, kk_proof_entry_fn *fn,
                  void *user)
{
    struct walking w = { .records = r, .query = query, .fn = fn, .user = user };
    int e = 0;

    kk_arena_init(&w.arena, ARENA_BYTES);
    for (size_t i = 0; e == 0 && kk_home_record_scope(r->home, i, &w.scope); i++) {
        struct kk_ledger l;

        if (query->scope && !kk_slice_is(w.scope, query->scope))
            continue;
        e = kk_replicas_ledger(&r->replicas, w.scope, &l, NULL);
        if (e == 0)
            e = kk_ledger_each_entry(&l, 1, walk_entry, &w);
        else if (e == KK_E_NOT_FOUND)
            e = 0;
    }
    kk_arena_fini(&w.arena);
    return e < 0 && !r->err->fault ? kk_error_set(r->err, e, r->home->dir, "%s", "") : e;
}

/* --- two histories --- */

static int add_fork(void *user, struct kk_slice fork)
{
    return kk_parcel_add(user, KK_KKYB_TAG_FORK, fork);
}

int kk_proof_forks(struct kk_home *h, struct kk_parcel *out, struct kk_error *err)
{
    int r = kk_home_proof_each(h, add_fork, out);

    if (r < 0)
        return kk_error_set(err, r, h->dir, "%s", "");
    return out->count ? 0
                      : kk_error_say(err, KK_E_NOT_FOUND, h->dir,
                                     "this device has never seen two histories",
                                     "この端末は二つの履歴を見ていません");
}

struct blaming {
    const struct kk_trust *trust;
    bool blames;
};

static int blame(void *user, struct kk_slice fork)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct blaming *b = user;
    struct kk_fork is;
    int r;

    kk_arena_init(&arena, ARENA_BYTES);
    r = kk_shape_read(&kk_shape_fork, fork, &arena, &is, NULL);
    for (size_t i = 0; r == 0 && i < is.strands.count && !b->blames; i++) {
        r = kk_head_check(&is.strands.items[i].head, kk_trust_role(b->trust, KK_TRUST_DAEMON));
        b->blames = r > 0;
        r = r < 0 ? r : 0;
    }
    return r;
}

int kk_proof_blames(struct kk_home *h, bool *ret)
{
    struct blaming b = { .trust = h->trust };
    int r = kk_home_proof_each(h, blame, &b);

    *ret = b.blames;
    return r;
}
