/* The outbox as a person sees it (outbox.h). */
#include "model/outbox.h"

#include "kukyoku/base/text.h"

struct walking {
    struct kk_records *records;
    struct kk_slice scope;
    kk_outbox_fn *fn;
    void *user;
    const struct kk_ledger_span *sent; /* NULL: what the log has not simply taken */
};

/* In w:W the kind stands in the body, because the clear header must not tell it. */
static const struct kk_kind_info *kind_of(const struct kk_ledger_record *record,
                                          const struct kk_ledger_op *op,
                                          const struct kk_body *body)
{
    int64_t kind = kk_record_int(body, KK_BODY_KIND);

    if (kind == 0)
        kind = (int64_t)op->op.kind;
    if (kind == 0)
        kind = record->kind;
    return kind > 0 && kind < 256 ? kk_kind_info((unsigned)kind) : NULL;
}

static void stand(const struct kk_ledger_op *op, struct kk_outbox_item *ret)
{
    if (op->pending) {
        ret->standing = op->refused ? KK_OUTBOX_ASIDE : KK_OUTBOX_WAITS;
        ret->code = op->refused;
        return;
    }
    ret->standing = op->what.verdict == KK_WIRE_OK ? KK_OUTBOX_SENT : KK_OUTBOX_REFUSED;
    ret->code = (unsigned)op->what.verdict;
}

/* A refusal that was settled is no more to be told of; 1: to be shown. */
static int tell(struct walking *w, const struct kk_ledger_op *op, struct kk_outbox_item *ret)
{
    int e;

    stand(op, ret);
    if (w->sent || ret->standing != KK_OUTBOX_REFUSED)
        return 1;
    e = kk_home_settled(w->records->home, op->id);
    return e < 0 ? e : e == 0;
}

static int on_own(void *user, const struct kk_ledger_record *record, const struct kk_ledger_op *op)
{
    struct walking *w = user;
    struct kk_outbox_item item = { .scope = w->scope, .op = *op };
    int e = tell(w, op, &item);

    if (e <= 0)
        return e;
    if (op->readable && kk_body_read(op->plain, &item.body) < 0)
        item.body.count = 0;
    item.kind = kind_of(record, op, &item.body);
    return w->fn(w->user, &item);
}

static int walk(struct walking *w)
{
    struct kk_records *r = w->records;
    int e = 0;

    for (size_t i = 0; e == 0 && kk_home_record_scope(r->home, i, &w->scope); i++) {
        struct kk_ledger l;

        e = kk_replicas_ledger(&r->replicas, w->scope, &l, NULL);
        if (e == 0)
            e = w->sent ? kk_ledger_sent(&l, &r->arena, w->sent, on_own, w)
                        : kk_ledger_own(&l, &r->arena, on_own, w);
        else if (e == KK_E_NOT_FOUND)
            e = 0;
    }
    return e < 0 ? e : 0;
}

int kk_outbox_each(struct kk_records *r, kk_outbox_fn *fn, void *user)
{
    return walk(&(struct walking){ .records = r, .fn = fn, .user = user });
}

int kk_outbox_sent(struct kk_records *r, const struct kk_ledger_span *which, kk_outbox_fn *fn,
                   void *user)
{
    return walk(&(struct walking){ .records = r, .fn = fn, .user = user, .sent = which });
}

struct finding {
    const char *id;
    size_t count;
    struct kk_outbox_item *found;
};

static int match(void *user, const struct kk_outbox_item *item)
{
    struct finding *f = user;
    char hex[2 * KK_HASH_BYTES + 1];

    kk_hex_encode(kk_slice(item->op.id, KK_HASH_BYTES), hex);
    if (strncmp(hex, f->id, strlen(f->id)) == 0) {
        *f->found = *item;
        f->count++;
    }
    return 0;
}

int kk_outbox_find(struct kk_records *r, const char *id, struct kk_outbox_item *ret)
{
    struct finding f = { .id = id, .found = ret };
    int e = strlen(id) < 4 ? 0 : kk_outbox_each(r, match, &f);

    if (e < 0 || f.count == 1)
        return e;
    return kk_error_say(r->err, KK_E_NOT_FOUND, id,
                        "%zu acts that wait or were refused start like that",
                        "このIDで始まる未送信・否認の操作は%zu件です", f.count);
}

/* --- what becomes of it --- */

static int may_change(struct kk_records *r, const struct kk_outbox_item *item)
{
    char hex[2 * KK_HASH_BYTES + 1];

    if (item->standing == KK_OUTBOX_WAITS) {
        kk_hex_encode(kk_slice(item->op.id, KK_HASH_BYTES), hex);
        return kk_error_say(r->err, KK_E_STATE, hex, "it was not refused; the next sync sends it",
                            "否認されていません。次の同期で送信します");
    }
    if (item->kind)
        return 0;
    return kk_error_say(r->err, KK_E_STORE_NEWER, "outbox",
                        "its body can't be read by this program; it can be given up",
                        "このプログラムでは本文を読めません。取り下げはできます");
}

/* Out of the way: gone from the outbox, or marked as looked after where the log keeps it. */
static int put_away(struct kk_records *r, const struct kk_outbox_item *item)
{
    struct kk_ledger l;
    int e;

    if (item->standing == KK_OUTBOX_REFUSED)
        return kk_home_settle(r->home, item->op.id);
    e = kk_replicas_ledger(&r->replicas, item->scope, &l, r->err);
    return e == 0 ? kk_ledger_forget(&l, item->op.id) : e;
}

static int sign_anew(struct kk_records *r, const struct kk_outbox_item *item)
{
    uint8_t refs[KK_OP_REFS_MAX][KK_HASH_BYTES];
    struct kk_body body = item->body;
    struct kk_act_request q = { .scope = item->scope, .kind = item->kind,
                                .act = (unsigned)item->op.op.act, .body = &body,
                                .not_personal = true, /* somebody confirmed it when it was made */
                                .copy = true,
                                .refs = (const uint8_t(*)[KK_HASH_BYTES])refs,
                                .ref_count = item->op.op.refs.count };

    for (size_t i = 0; i < q.ref_count; i++)
        memcpy(refs[i], item->op.op.refs.items[i].id.data, KK_HASH_BYTES);
    memcpy(q.rec, item->op.op.rec, KK_ID_BYTES);
    return kk_record_act(r, &q);
}

int kk_outbox_again(struct kk_records *r, const struct kk_outbox_item *item)
{
    int e = may_change(r, item);

    if (e == 0)
        e = kk_records_begin(r);
    if (e == 0)
        e = sign_anew(r, item);
    if (e == 0)
        e = put_away(r, item);
    if (e == 0)
        return kk_records_commit(r);
    kk_records_rollback(r);
    return e;
}

int kk_outbox_redraft(struct kk_records *r, const struct kk_outbox_item *item,
                      uint8_t ret_id[KK_ID_BYTES])
{
    struct kk_draft_work draft = { .kind = item->kind, .body = item->body };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes refs = { 0 };
    int e = may_change(r, item);

    for (size_t i = 0; e == 0 && i < item->op.op.refs.count; i++)
        e = kk_bytes_append_slice(&refs, item->op.op.refs.items[i].id);
    if (e < 0)
        return e;
    draft.is = (struct kk_draft){ .scope = item->scope, .kind = item->kind->kind,
                                  .act = (unsigned)item->op.op.act,
                                  .refs = kk_bytes_slice(&refs) };
    memcpy(draft.is.rec, item->op.op.rec, KK_ID_BYTES);
    if (draft.is.act == KK_ACT_CREATE)
        memcpy(draft.is.id, draft.is.rec, KK_ID_BYTES);
    else
        kk_record_new_id(draft.is.id);
    memcpy(ret_id, draft.is.id, KK_ID_BYTES);
    /* the draft first: a stop between the two leaves both, and nothing is lost */
    e = kk_draft_save(r, &draft);
    return e == 0 ? kk_outbox_give_up(r, item) : e;
}

int kk_outbox_give_up(struct kk_records *r, const struct kk_outbox_item *item)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    int e = item->standing == KK_OUTBOX_WAITS ? may_change(r, item) : 0;

    if (e == 0)
        e = kk_home_lock(r->home, &lock, r->err);
    return e == 0 ? put_away(r, item) : e;
}
