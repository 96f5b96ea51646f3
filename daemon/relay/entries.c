/*
 * LOG and ENTRIES: as many entries as fit one frame, under a head signed for the whole log. [DM-9]
 */
#include "relay/relay_in.h"

#include "kukyoku/record/op.h"

/* What an entry costs beside its header and body, rounded up. */
#define ENTRY_OVERHEAD 192
#define FRAME_OVERHEAD 512

struct filling {
    struct kk_relay *relay;
    struct kk_arena arena;
    struct kk_entry *entries;
    size_t count, max, room;
    bool bodies, more;
    const uint8_t *caller;
    const struct kk_chain *own; /* the bodies up to here are the caller's; NULL: it said nothing */
    struct kk_log_head last; /* of the entries so far */
};

static int read_op(struct filling *f, const struct kk_store_entry *e, struct kk_op *ret)
{
    int got = kk_shape_decode(&kk_shape_op, e->op, &f->arena, ret, NULL);

    if (got < 0 || ret->refs.count == 0)
        return got;
    return kk_shape_dup(&kk_shape_op, ret, &f->arena, ret); /* references borrow from the row */
}

static uint64_t era_of(const struct filling *f, struct kk_slice scope, uint64_t gsn)
{
    const struct kk_era *era = kk_roster_era(kk_trust_roster(f->relay->trust), scope, gsn);

    return era ? era->era : 0;
}

/* Whose bodies go along: not to an auditor, nor those that the caller has in its outbox. [SY-16] */
static bool goes_along(const struct filling *f, const struct kk_op *op)
{
    bool own = f->own && memcmp(op->device, f->caller, KK_ID_BYTES) == 0 &&
               op->inc == f->own->inc && op->seq <= f->own->seq;

    return f->bodies && !own;
}

static int add_entry(void *user, const struct kk_store_entry *e)
{
    struct filling *f = user;
    struct kk_entry *at = &f->entries[f->count];
    uint8_t seen[KK_HASH_BYTES];
    struct kk_op_context ctx = { .scope = e->scope };
    struct kk_op op;
    struct kk_slice body;
    size_t cost;
    int got = read_op(f, e, &op);

    if (got < 0)
        return got;
    body = goes_along(f, &op) ? e->body : kk_slice(NULL, 0);
    cost = e->op.len + body.len + ENTRY_OVERHEAD;

    /* a page is of one era, whose number its head says [ER-8] */
    if (f->count == f->max || cost > f->room ||
        (f->count > 0 && era_of(f, e->scope, e->what.gsn) != f->last.era)) {
        f->more = true;
        return 1;
    }
    *at = (struct kk_entry){ .gsn = e->what.gsn, .recv_ms = e->what.recv_ms, .rv = e->what.rv,
                             .tv = e->what.tv, .verdict = e->what.verdict };
    if (body.data) {
        at->body = kk_arena_dup(&f->arena, body);
        if (!at->body.data)
            return KK_E_MEMORY;
        ctx.body = at->body;
    }
    /* the reader has this log: the head that the author saw is one of its own, unless a new era
     * has taken the place of that entry [ER-6] */
    memcpy(seen, op.seen.head, KK_HASH_BYTES);
    if (op.seen.era == era_of(f, e->scope, op.seen.gsn))
        ctx.seen_head = seen;
    kk_op_to_wire(&op, &ctx, &at->op);
    memcpy(at->sig, e->sig, KK_SIG_BYTES);
    f->room -= cost;
    f->count++;
    f->last.gsn = e->what.gsn;
    f->last.era = era_of(f, e->scope, e->what.gsn);
    memcpy(f->last.head, e->head, KK_HASH_BYTES);
    return 0;
}

static int fill(struct filling *f, const struct kk_msg_log *m)
{
    struct kk_store *s = f->relay->store;
    int got;

    f->max = m->max;
    f->entries = kk_arena_array(&f->arena, f->max + 1, sizeof(*f->entries));
    if (!f->entries)
        return KK_E_MEMORY;
    got = s->engine->entry_each(
        s, &(struct kk_store_range){ m->scope, m->from_gsn, f->max + 1 }, add_entry, f);
    return got < 0 ? got : 0;
}

/* What it names must be what this log has there: then all before it in that chain is, too. */
static int find_own(struct filling *f, const struct kk_msg_log *m)
{
    struct kk_store *s = f->relay->store;
    struct kk_op place = { .inc = m->own.inc, .seq = m->own.seq };
    struct kk_pushed_op what;
    int got;

    if (place.seq == 0)
        return 0;
    memcpy(place.device, f->caller, KK_ID_BYTES);
    got = s->engine->entry_of(s, m->scope, &place, &what);
    if (got > 0 && memcmp(what.op_id, m->own.op_id, KK_HASH_BYTES) == 0)
        f->own = &m->own;
    return got < 0 ? got : 0;
}

int relay_entries(struct kk_relay *r, const struct kk_relay_caller *caller, uint32_t id,
                  const struct kk_msg_log *m, struct kk_bytes *answer)
{
    const struct kk_device_span *span = relay_span(r, caller->device);
    struct filling f = { .relay = r, .caller = caller->device,
                         .room = KK_FRAME_PLAIN_MAX - FRAME_OVERHEAD };
    struct kk_msg_entries out = { .scope = m->scope };
    int got;

    if (!relay_reads_log(span, m->scope))
        return KK_E_NOT_FOUND;
    f.bodies = span->role != KK_ROLE_AUDITOR;
    kk_arena_init(&f.arena, 1024 * 1024);
    got = r->store->engine->log_find(r->store, m->scope, &f.last);
    if (got >= 0)
        got = find_own(&f, m);
    if (got == 0)
        got = fill(&f, m);
    if (got == 0)
        got = kk_head_sign(m->scope, &f.last, kk_relay_now(r), r->keys.sign_secret, &out.head);
    out.entries.items = f.entries;
    out.entries.count = f.count;
    out.more = f.more;
    if (got == 0)
        got = relay_served_log(r, caller, m->scope, &out);
    if (got == 0)
        got = kk_message_encode(KK_MSG_ENTRIES, id, &out, answer);
    kk_arena_fini(&f.arena);
    return got;
}
