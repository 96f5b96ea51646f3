/*
 * PUSH: each operation is rebuilt, its chain, signature and epoch are checked, then it gets its
 * number and its verdict. A refused one is sequenced too: chains stay whole and the refusal is
 * evidence. What can't be sequenced ends the PUSH; what stands before it counts. [DM-10] … [DM-13]
 */
#include "relay/relay_in.h"

#include "kukyoku/record/op.h"

/* Of an entry that a new era has replaced this log has no head: the operation brings it. [ER-6] */
static int head_seen(const struct relay_ordering *o, uint8_t ret[KK_HASH_BYTES])
{
    const struct kk_op_seen *seen = &o->in->op.seen;
    const struct kk_era *era = kk_roster_era(kk_trust_roster(o->relay->trust), o->scope, seen->gsn);
    struct kk_store *s = o->relay->store;

    if (seen->gsn == 0 || seen->era != (era ? era->era : 0))
        return 0;
    return s->engine->entry_head(s, o->scope, seen->gsn, ret);
}

int relay_rebuild(struct relay_ordering *o)
{
    struct kk_store *s = o->relay->store;
    uint8_t seen[KK_HASH_BYTES];
    struct kk_op_context ctx = { .scope = o->scope, .device = o->device, .body = o->in->body };
    int got = s->engine->chain_find(s, o->scope, o->device, o->in->op.inc, &o->end);

    if (got < 0)
        return got;
    o->has_end = got > 0;
    if (o->has_end && o->in->op.seq == o->end.seq + 1)
        ctx.prev = o->end.op_id;
    got = head_seen(o, seen);
    if (got < 0)
        return got;
    ctx.seen_head = got > 0 ? seen : NULL;
    kk_op_from_wire(&o->in->op, &ctx, &o->op);
    if (ctx.seen_head && memcmp(o->op.seen.head, seen, KK_HASH_BYTES) != 0)
        return KK_E_SIGNATURE; /* numbered, it would be proof against this daemon */
    got = kk_op_encode(&o->op, &o->header);
    if (got == 0)
        kk_op_id(kk_bytes_slice(&o->header), o->op_id);
    return got;
}

/* The keys of the author come from the newest rows: they never change. */
int relay_check_author(const struct relay_ordering *o)
{
    const struct kk_roster_view *view = kk_trust_view(o->relay->trust);
    const struct kk_device_row *row = view ? kk_roster_row(view, o->device) : NULL;
    int valid = row ? kk_op_check(kk_bytes_slice(&o->header), o->in->sig, row->sign) : 0;

    if (valid < 0)
        return valid;
    return valid ? 0 : KK_E_SIGNATURE;
}

/* Else readers would miss a body that the daemon never had, and blame it. [RL-30] */
static int check_body(const struct relay_ordering *o)
{
    return o->op.body_len > 0 && !o->in->body.data && !o->bare ? KK_E_SIGNATURE : 0;
}

/* A key two epochs old is refused before the log, so that the author can seal anew. [DM-12] */
static int check_epoch(const struct relay_ordering *o)
{
    const struct kk_roster *roster = kk_trust_roster(o->relay->trust);
    const struct kk_roster_scope *s = kk_roster_scope(roster, o->scope);

    if (!s || !o->in->body.data)
        return 0;
    return o->op.epoch > s->epoch || o->op.epoch + 1 < s->epoch ? KK_E_EPOCH : 0;
}

/*
 * At or before the end of the chain: the very operation again is answered as it was the first time
 * (prev is not known here, so the stored id decides); another one is a fork.
 */
static int repeat(struct relay_ordering *o, struct kk_pushed_op *ret)
{
    struct kk_store *s = o->relay->store;
    uint8_t prev[KK_HASH_BYTES] = { 0 };
    struct kk_pushed_op before;
    struct kk_op at_prev = o->op;
    int got = s->engine->entry_of(s, o->scope, &o->op, ret);

    if (got <= 0)
        return got < 0 ? got : KK_E_STORE;
    if (o->op.seq > 1) {
        at_prev.seq--;
        got = s->engine->entry_of(s, o->scope, &at_prev, &before);
        if (got <= 0)
            return got < 0 ? got : KK_E_STORE;
        memcpy(prev, before.op_id, KK_HASH_BYTES);
    }
    memcpy(o->op.prev, prev, KK_HASH_BYTES);
    kk_bytes_clear(&o->header);
    got = kk_op_encode(&o->op, &o->header);
    if (got < 0)
        return got;
    kk_op_id(kk_bytes_slice(&o->header), o->op_id);
    if (memcmp(o->op_id, ret->op_id, KK_HASH_BYTES) == 0)
        return 0;
    got = relay_check_author(o);
    if (got == 0)
        got = s->engine->fork_put(s, &o->op, kk_bytes_slice(&o->header), o->in->sig);
    return got < 0 ? got : KK_E_FORK;
}

static int judge(struct relay_ordering *o, struct kk_pushed_op *what)
{
    struct kk_store *s = o->relay->store;
    const struct kk_roster_view *view = kk_trust_view(o->relay->trust);
    const struct kk_device_row *row = kk_roster_row(view, o->device);
    struct kk_track track = { 0 };
    int got = s->engine->track_find(s, o->scope, o->op.rec, &track);

    if (got < 0)
        return got;
    if (!relay_knows_rules(o->relay->trust))
        return KK_E_STORE_NEWER;
    what->rv = view->roster->version;
    what->tv = view->roster->settings.tv;
    what->verdict = kk_verdict(kk_device_span_at(row, what->rv), &o->op, o->op_id,
                               (unsigned)what->tv, &track);
    o->erased = track.erased;
    return what->verdict == KK_WIRE_OK ? s->engine->track_put(s, o->scope, o->op.rec, &track) : 0;
}

int relay_append(const struct relay_ordering *o, const struct kk_pushed_op *what,
                 struct kk_log_head *head)
{
    struct kk_store *s = o->relay->store;
    const struct kk_era *era =
        kk_roster_era(kk_trust_roster(o->relay->trust), o->scope, what->gsn);
    struct kk_store_entry e = { .scope = o->scope, .op = kk_bytes_slice(&o->header),
                                .body = relay_body_kept(o, what), .what = *what };
    int got;

    if (era && era->after_gsn == head->gsn && memcmp(era->head, head->head, KK_HASH_BYTES) != 0)
        return KK_E_ERA;
    head->era = era ? era->era : 0;
    kk_log_advance(head, what);
    memcpy(e.head, head->head, KK_HASH_BYTES);
    memcpy(e.sig, o->in->sig, KK_SIG_BYTES);
    got = s->engine->entry_add(s, &e, head, &o->op);
    if (got == 0)
        o->relay->changed = o->relay->grew = true;
    return got == 0 ? relay_erase(o, what) : got;
}

/* The next number, now, and what the tables say. */
static int append_new(struct relay_ordering *o, struct kk_pushed_op *what)
{
    struct kk_store *s = o->relay->store;
    struct kk_log_head head;
    int got = s->engine->log_find(s, o->scope, &head);

    if (got < 0)
        return got;
    *what = (struct kk_pushed_op){ .gsn = head.gsn + 1,
                                   .recv_ms = (uint64_t)kk_relay_now(o->relay) };
    memcpy(what->op_id, o->op_id, KK_HASH_BYTES);
    got = judge(o, what);
    return got == 0 ? relay_append(o, what, &head) : got;
}

static int order(struct relay_ordering *o, struct kk_pushed_op *ret, uint64_t *ret_detail)
{
    enum kk_chain_verdict place;
    int got = relay_rebuild(o);

    if (got < 0)
        return got;
    place = kk_chain_check(o->has_end ? &o->end : NULL, &o->op);
    if (place != KK_CHAIN_REPEAT) {
        got = relay_recovering(o->relay, o->scope);
        if (got != 0)
            return got < 0 ? got : KK_E_RECOVERING;
    }
    switch (place) {
    case KK_CHAIN_REPEAT:
        return repeat(o, ret);
    case KK_CHAIN_GAP:
        *ret_detail = o->has_end ? o->end.seq + 1 : 1;
        return KK_E_CHAIN;
    case KK_CHAIN_NEXT:
        break;
    }
    got = relay_check_author(o);
    if (got == 0)
        got = check_body(o);
    if (got == 0)
        got = check_epoch(o);
    return got == 0 ? append_new(o, ret) : got;
}

int kk_relay_order(struct kk_relay *r, const struct kk_relay_handed *handed,
                   struct kk_pushed_op *ret, uint64_t *ret_detail)
{
    struct relay_ordering o = {
        .relay = r, .scope = handed->scope, .device = handed->device, .in = handed->op,
        .bare = handed->bare
    };
    struct kk_scope parsed;
    int got = KK_E_SCOPE;

    if (!kk_trust_view(r->trust))
        return KK_E_PEER_BUSY;
    /* a log exists for every scope that can hold records, and for no other name */
    if (kk_scope_parse(handed->scope, &parsed) && kk_scope_info(parsed.kind)->records)
        got = relay_wrote(r, order(&o, ret, ret_detail));
    kk_bytes_fini(&o.header);
    return got;
}

/* The head before the first operation that this PUSH added, for receipts. */
static int head_before(struct kk_relay *r, struct kk_slice scope, uint64_t gsn,
                       uint8_t ret[KK_HASH_BYTES])
{
    int got = gsn > 1 ? r->store->engine->entry_head(r->store, scope, gsn - 1, ret) : 0;

    return got < 0 ? got : 0;
}

static int answer_push(struct kk_relay *r, uint32_t id, struct kk_msg_pushed *out,
                       struct kk_bytes *answer)
{
    struct kk_log_head head = { .gsn = out->ops.items[out->ops.count - 1].gsn };
    const struct kk_era *era = kk_roster_era(kk_trust_roster(r->trust), out->scope, head.gsn);
    int got = r->store->engine->entry_head(r->store, out->scope, head.gsn, head.head);

    head.era = era ? era->era : 0;
    if (got >= 0)
        got = head_before(r, out->scope, out->ops.items[0].gsn, out->before);
    if (got == 0)
        got = kk_head_sign(out->scope, &head, kk_relay_now(r), r->keys.sign_secret, &out->head);
    return got == 0 ? kk_message_encode(KK_MSG_PUSHED, id, out, answer) : got;
}

int relay_push(struct kk_relay *r, const struct kk_relay_caller *caller,
               const struct kk_message *m, struct kk_bytes *answer, uint64_t *ret_detail)
{
    const struct kk_msg_push *push = m->body;
    struct kk_pushed_op done[KK_ENTRIES_PER_LOG_MAX];
    struct kk_msg_pushed out = { .scope = push->scope };
    int got = 0;

    for (size_t i = 0; got == 0 && i < push->ops.count; i++) {
        struct kk_relay_handed handed = { .device = caller->device, .scope = push->scope,
                                          .op = &push->ops.items[i] };

        got = relay_quota_take(r, caller->device, handed.op->body.len);
        if (got == 0)
            got = kk_relay_order(r, &handed, &done[i], ret_detail);
        out.ops.count += got == 0;
    }
    /* what stands before the one that failed is in the log: it is answered, the rest comes again */
    if (out.ops.count == 0)
        return got;
    if (got == KK_E_MEMORY || got == KK_E_DISK_FULL || got == KK_E_IO || got == KK_E_STORE)
        return got;
    *ret_detail = 0;
    out.ops.items = done;
    return answer_push(r, m->id, &out, answer);
}
