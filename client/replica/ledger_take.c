/*
 * Entries from the daemon: rebuilt, then held against the author's key, the author's chain, the
 * head and this device's own verdict. A page is kept whole or not at all. [RL-16] [RL-17]
 */
#include "replica/ledger_in.h"

#include "replica/ledger_checks.h"
#include "replica/ledger_chains.h"
#include "replica/ledger_prove.h"

#include <stdio.h>

#define HEAD_ARENA   (64 * 1024)
#define WORTH_A_CREW 64 /* entries: some three milliseconds */

struct blame {
    int fault;
    const char *en, *ja;
};
static const struct blame other_verdict = { KK_E_VERDICT,
                                            "the daemon's verdict is not that of the tables",
                                            "デーモンの判定が遷移表と異なります" };
static const struct blame older_rules = {
    KK_E_VERDICT, "the daemon judged it by an older roster or tables than the entry before it",
    "デーモンが、ひとつ前の記録より古い名簿か遷移表で判定しています"
};
static const struct blame broken_chain = { KK_E_CHAIN, "its author's chain does not continue here",
                                           "記入者の連番がここに続きません" };
static const struct blame newer_tables = {
    KK_E_STORE_NEWER, "judged by transition tables that this program does not have",
    "このプログラムにない遷移表で判定されています"
};
static const struct blame entry_missing = { KK_E_CHAIN, "an entry is missing before it",
                                            "この前の記録が欠けています" };
static const struct blame unknown_roster = { KK_E_SIGNATURE,
                                             "written or judged under a roster that is not held",
                                             "手元にない名簿のもとで書かれたか、判定されています" };
static const struct blame not_signed = { KK_E_SIGNATURE, "its author did not sign it",
                                         "記入者の署名ではありません" };
static const struct blame other_era = {
    KK_E_ERA, "its era begins behind another entry than the one before it",
    "この代は、ひとつ前の記録とは別の記録のあとから始まります"
};
static const struct blame head_not_signed = { KK_E_SIGNATURE, "the daemon did not sign the head",
                                              "末尾にデーモンの署名がありません" };
static const struct blame other_head = { KK_E_HASH,
                                         "the entries lead to another head than the one signed",
                                         "記録をたどると、署名された末尾と異なります" };

static int blame(struct kk_error *err, const struct kk_ledger *l, uint64_t gsn,
                 const struct blame *why)
{
    char where[KK_ERROR_WHERE_MAX];

    snprintf(where, sizeof(where), "%.*s #%llu", (int)l->scope.len, (const char *)l->scope.data,
             (unsigned long long)gsn);
    return kk_error_text(err, why->fault, where, why->en, why->ja);
}

static int check_chain(const struct kk_ledger *l, const struct ledger_entry *e,
                       struct kk_error *err)
{
    struct kk_chain stored = { .seq = 0 }, *end = e->end ? e->end : &stored;
    int r = e->end ? 0 : ledger_chain_get(l, e->op.device, e->op.inc, &stored);

    if (r < 0)
        return r;
    if (kk_chain_check(end->seq > 0 ? end : NULL, &e->op) != KK_CHAIN_NEXT)
        return blame(err, l, e->what.gsn, &broken_chain);
    end->inc = e->op.inc;
    end->seq = e->op.seq;
    memcpy(end->op_id, e->what.op_id, KK_HASH_BYTES);
    return e->end ? 0 : ledger_chain_put(l, e->op.device, end);
}

/* Else whoever was revoked could be let in for ever, under the roster of before. [RL-5] */
static bool rules_fall(const struct ledger_end *before, const struct kk_pushed_op *what)
{
    return kk_ver_compare(what->rv, before->rv) < 0 || what->tv < before->tv;
}

static int check_verdict(const struct kk_ledger *l, struct ledger_entry *e,
                         const struct kk_device_row *row, struct kk_error *err)
{
    struct kk_track track;
    int r = ledger_track_get(l, e->op.rec, &track);

    if (r < 0)
        return r;
    if (!kk_tv_known((unsigned)e->what.tv))
        return blame(err, l, e->what.gsn, &newer_tables);
    e->own = kk_verdict(kk_device_span_at(row, e->what.rv), &e->op, e->what.op_id,
                        (unsigned)e->what.tv, &track);
    if ((uint64_t)e->own != e->what.verdict)
        return blame(err, l, e->what.gsn, &other_verdict);
    e->erased = track.erased;
    return e->own == KK_WIRE_OK ? ledger_track_put(l, e->op.rec, &track) : 0;
}

int ledger_admit(const struct kk_ledger *l, struct ledger_entry *e, struct ledger_end *end,
                 struct kk_error *err)
{
    struct kk_log_head *head = &end->head;
    const struct kk_roster_view *view = kk_trust_view(l->trust);
    const struct kk_device_row *row = view ? kk_roster_row(view, e->op.device) : NULL;
    const struct kk_era *era =
        view ? kk_roster_era(view->roster, l->scope, e->what.gsn) : NULL;
    int r;

    if (e->what.gsn != head->gsn + 1)
        return blame(err, l, e->what.gsn, &entry_missing);
    if (era && era->after_gsn == head->gsn && memcmp(era->head, head->head, KK_HASH_BYTES) != 0)
        return blame(err, l, e->what.gsn, &other_era);
    if (!row || kk_ver_compare(e->what.rv, view->roster->version) > 0)
        return blame(err, l, e->what.gsn, &unknown_roster);
    e->key = row->sign;
    r = e->mine || e->unchecked ? 1 : kk_op_check(kk_bytes_slice(&e->header), e->sig, e->key);
    if (r <= 0)
        return r < 0 ? r : blame(err, l, e->what.gsn, &not_signed);
    r = check_chain(l, e, err);
    if (r == 0)
        r = check_verdict(l, e, row, err);
    if (r == 0 && rules_fall(end, &e->what))
        r = blame(err, l, e->what.gsn, &older_rules);
    if (r < 0)
        return r;
    end->rv = e->what.rv;
    end->tv = e->what.tv;
    head->era = era ? era->era : 0; /* the registrar says which, not the daemon [ER-8] */
    kk_log_advance(head, &e->what);
    return 0;
}

/* Pages being taken in. */
struct taking {
    const struct kk_ledger *ledger;
    struct ledger_checks *checks; /* NULL: each signature is checked where it stands */
    struct ledger_chains chains;
    size_t page;                  /* how many pages were found right */
    uint64_t gsn;                 /* what a complaint is about, and what the tables say of it */
    enum kk_wire_code own;
    struct kk_error *err;
};

static int rebuild(struct taking *t, const struct kk_entry *in, struct ledger_entry *e)
{
    const struct kk_ledger *l = t->ledger;
    struct kk_op_context ctx = { .scope = l->scope, .body = in->body };
    uint8_t seen[KK_HASH_BYTES];
    int r = ledger_chains_find(&t->chains, l, in->op.device, in->op.inc, &e->end);

    if (r < 0)
        return r;
    if (e->end->seq > 0)
        ctx.prev = e->end->op_id;
    if (in->op.seen.gsn > 0) {
        r = ledger_entry_head(l, in->op.seen.gsn, seen);
        if (r < 0)
            return r;
        ctx.seen_head = r > 0 ? seen : NULL;
    }
    kk_op_from_wire(&in->op, &ctx, &e->op);
    e->what = (struct kk_pushed_op){
        .gsn = in->gsn, .recv_ms = in->recv_ms, .rv = in->rv, .tv = in->tv, .verdict = in->verdict
    };
    memcpy(e->sig, in->sig, KK_SIG_BYTES);
    e->body = in->body;
    r = kk_op_encode(&e->op, &e->header);
    if (r == 0)
        kk_op_id(kk_bytes_slice(&e->header), e->what.op_id);
    return r;
}

/*
 * What waits in the outbox under this id and signature was signed here, in these bytes: its body is
 * there, and its signature need not be checked. [SY-16]
 */
static int find_own(const struct kk_ledger *l, struct ledger_entry *e, struct kk_bytes *body)
{
    uint8_t sig[KK_SIG_BYTES];
    struct kk_stmt *q;
    int r;

    if (memcmp(e->op.device, l->device->id, KK_ID_BYTES) != 0)
        return 0;
    q = kk_db_use(l->db, REPLICA_OUTBOX_OWN);
    kk_stmt_blob(q, 1, kk_slice(e->what.op_id, KK_HASH_BYTES));
    r = kk_stmt_step(q);
    if (r <= 0)
        return r;
    r = kk_stmt_col_copy(q, 0, sig, KK_SIG_BYTES) ? 0 : KK_E_STORE;
    e->mine = r == 0 && memcmp(sig, e->sig, KK_SIG_BYTES) == 0;
    if (e->mine && !e->body.data) {
        r = kk_bytes_append_slice(body, kk_stmt_col_blob(q, 1));
        e->body = body->len ? kk_bytes_slice(body) : e->body;
    }
    kk_stmt_reset(q);
    return r;
}

static int put_entry(const struct kk_ledger *l, const struct ledger_entry *e,
                     const uint8_t head[KK_HASH_BYTES])
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_ENTRY_PUT);

    kk_stmt_int(q, 1, (int64_t)e->what.gsn);
    kk_stmt_lend(q, 2, kk_slice(e->what.op_id, KK_HASH_BYTES));
    kk_stmt_int(q, 3, (int64_t)e->what.recv_ms);
    kk_stmt_int(q, 4, (int64_t)e->what.rv.gen);
    kk_stmt_int(q, 5, (int64_t)e->what.rv.ver);
    kk_stmt_int(q, 6, (int64_t)e->what.tv);
    kk_stmt_int(q, 7, (int64_t)e->what.verdict);
    kk_stmt_lend(q, 8, kk_slice(head, KK_HASH_BYTES));
    kk_stmt_lend(q, 9, kk_slice(e->op.rec, KK_ID_BYTES));
    kk_stmt_lend(q, 10, kk_bytes_slice(&e->header));
    kk_stmt_lend(q, 11, kk_slice(e->sig, KK_SIG_BYTES));
    if (e->body.data)
        kk_stmt_lend(q, 12, e->body);
    return kk_stmt_run(q);
}

/* An own operation has its number now: it is pending no more. */
static int leave_outbox(const struct kk_ledger *l, const struct ledger_entry *e)
{
    struct kk_stmt *q;

    if (memcmp(e->op.device, l->device->id, KK_ID_BYTES) != 0)
        return 0;
    q = kk_db_use(l->db, REPLICA_OUTBOX_DROP);
    kk_stmt_blob(q, 1, kk_slice(e->what.op_id, KK_HASH_BYTES));
    return kk_stmt_run(q);
}

static int take_entry(struct taking *t, const struct kk_entry *in, struct ledger_end *end)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes body = { 0 };
    const struct kk_ledger *l = t->ledger;
    struct ledger_entry e = { .unchecked = t->checks != NULL };
    int r = rebuild(t, in, &e);

    if (r == 0)
        r = find_own(l, &e, &body);
    if (r == 0)
        r = ledger_admit(l, &e, end, t->err);
    if (r == KK_E_VERDICT) {
        t->gsn = e.what.gsn;
        t->own = e.own;
    }
    if (r == 0)
        r = put_entry(l, &e, end->head.head);
    if (r == 0)
        r = ledger_erase(l, &e);
    if (r == 0)
        r = leave_outbox(l, &e);
    if (r == 0 && t->checks && !e.mine)
        r = ledger_checks_add(t->checks, &e.header, e.sig, e.key);
    kk_bytes_fini(&e.header);
    return r;
}

/* The daemon's signature over where this page ends. */
static int check_head(const struct kk_ledger *l, const struct kk_msg_entries *m,
                      const struct kk_log_head *head, struct kk_error *err)
{
    int r = kk_head_check(&m->head, kk_trust_role(l->trust, KK_TRUST_DAEMON));

    if (r <= 0)
        return r < 0 ? r : blame(err, l, m->head.gsn, &head_not_signed);
    if (m->head.era != head->era || m->head.gsn != head->gsn ||
        memcmp(m->head.head, head->head, KK_HASH_BYTES) != 0)
        return blame(err, l, m->head.gsn, &other_head);
    return 0;
}

static int put_head(const struct kk_ledger *l, const struct kk_head *signed_head,
                    const struct kk_log_head *head)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    struct kk_stmt *q;
    int r = kk_shape_encode(&kk_shape_head, signed_head, &bytes);

    if (r < 0)
        return r;
    q = kk_db_use(l->db, REPLICA_LOG_HEAD_PUT);
    kk_stmt_int(q, 1, (int64_t)head->era);
    kk_stmt_int(q, 2, (int64_t)head->gsn);
    kk_stmt_blob(q, 3, kk_slice(head->head, KK_HASH_BYTES));
    kk_stmt_blob(q, 4, kk_bytes_slice(&bytes));
    r = kk_stmt_run(q);
    if (r < 0 || head->gsn == 0)
        return r;
    q = kk_db_use(l->db, REPLICA_HEAD_PUT);
    kk_stmt_int(q, 1, (int64_t)head->gsn);
    kk_stmt_blob(q, 2, kk_bytes_slice(&bytes));
    return kk_stmt_run(q);
}

/* A restored daemon's log ends before this one: it must be a part of it. [ER-4] */
static int check_shorter(const struct kk_ledger *l, const struct kk_msg_entries *m,
                         struct kk_error *err)
{
    struct kk_log_head head = { .gsn = m->head.gsn, .era = ledger_era(l, m->head.gsn) };
    int r = head.gsn > 0 ? ledger_entry_head(l, head.gsn, head.head) : 0;

    return r < 0 ? r : check_head(l, m, &head, err);
}

/* The page as the daemon signed it, and what the tables say: kept when nothing else of it is. */
static int complain(const struct kk_ledger *l, const struct kk_msg_entries *m,
                    const struct taking *t)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes page = { 0 };
    struct kk_stmt *q;
    int r = kk_shape_encode(&kk_shape_msg_entries, m, &page);

    if (r < 0)
        return r;
    q = kk_db_use(l->db, REPLICA_COMPLAINT_PUT);
    kk_stmt_int(q, 1, (int64_t)t->gsn);
    kk_stmt_int(q, 2, t->own);
    kk_stmt_blob(q, 3, kk_bytes_slice(&page));
    return kk_stmt_run(q);
}

/*
 * Most pages are empty, and say again what is held: nothing is written then, and the disk not
 * waited for. A signature of another day, or of an older key of the daemon, is replaced.
 */
static int brings_nothing(const struct kk_ledger *l, const struct kk_msg_entries *m,
                          const struct kk_log_head *head)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_head held;
    int r;

    if (m->entries.count > 0)
        return 0;
    kk_arena_init(&arena, HEAD_ARENA);
    r = kk_ledger_signed_head(l, &arena, &held);
    if (r <= 0)
        return r;
    if (held.era != head->era || held.gsn != head->gsn ||
        memcmp(held.head, head->head, KK_HASH_BYTES) != 0 ||
        m->head.ms / KK_DAY_MS != held.ms / KK_DAY_MS)
        return 0;
    return kk_head_check(&held, kk_trust_role(l->trust, KK_TRUST_DAEMON));
}

/* Inside a transaction. */
static int take_page(struct taking *t, const struct kk_msg_entries *m)
{
    const struct kk_ledger *l = t->ledger;
    struct ledger_end end;
    int r = ledger_end_get(l, &end);

    if (r == 0 && m->entries.count == 0 && m->head.gsn < end.head.gsn)
        return check_shorter(l, m, t->err);
    for (size_t i = 0; r == 0 && i < m->entries.count; i++)
        r = take_entry(t, &m->entries.items[i], &end);
    if (r == 0)
        r = check_head(l, m, &end.head, t->err);
    if (r == 0)
        r = brings_nothing(l, m, &end.head);
    return r == 0 ? put_head(l, &m->head, &end.head) : r < 0 ? r : 0;
}

/* All of them or nothing. */
static int take_pages(struct taking *t, const struct kk_msg_entries *pages, size_t count)
{
    KK_AUTO_FINI(kk_db_tx) struct kk_db_tx tx = { 0 };
    int r = kk_db_tx_begin(t->ledger->db, &tx);

    for (t->page = 0; r == 0 && t->page < count; t->page += r == 0)
        r = take_page(t, &pages[t->page]);
    if (r == 0)
        r = ledger_chains_put(&t->chains, t->ledger);
    if (t->checks && !ledger_checks_end(t->checks) && r == 0)
        r = KK_E_SIGNATURE;
    return r == 0 ? kk_db_tx_commit(&tx) : r;
}

static size_t entries_of(const struct kk_msg_entries *pages, size_t count)
{
    size_t entries = 0;

    for (size_t i = 0; i < count; i++)
        entries += pages[i].entries.count;
    return entries;
}

/* Many entries: signatures by a crew. What is wrong with a page is found one by one. */
static int take_all(struct taking *t, const struct kk_msg_entries *pages, size_t count)
{
    struct ledger_checks checks = { .crew = NULL };
    struct taking many = { .ledger = t->ledger, .checks = &checks };

    if (entries_of(pages, count) >= WORTH_A_CREW && take_pages(&many, pages, count) == 0)
        return 0;
    return take_pages(t, pages, count);
}

int kk_ledger_take(const struct kk_ledger *l, const struct kk_msg_entries *pages, size_t count,
                   struct kk_error *err)
{
    struct taking t = { .ledger = l, .err = err }, before = { .ledger = l };
    int r = take_all(&t, pages, count), kept = 0;

    if (r < 0 && t.page > 0 && t.page < count)
        kept = take_pages(&before, pages, t.page);
    if (kept == 0 && r == KK_E_VERDICT)
        kept = complain(l, &pages[t.page], &t);
    return kept < 0 ? kept : r;
}

int kk_ledger_complaint(const struct kk_ledger *l, uint64_t gsn, enum kk_wire_code *ret_own)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_COMPLAINT_GET);
    int r;

    kk_stmt_int(q, 1, (int64_t)gsn);
    r = kk_stmt_step(q);
    if (r <= 0)
        return r;
    *ret_own = (enum kk_wire_code)kk_stmt_col_int(q, 0);
    kk_stmt_reset(q);
    return 1;
}
