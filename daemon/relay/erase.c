/*
 * What an accepted erase takes away: bodies, in the transaction that gives it its number. Headers
 * stay, so that every chain and every head can still be computed. [RL-28] [DM-21]
 */
#include "relay/relay_in.h"

#include "kukyoku/record/op.h"

struct erasing {
    struct kk_relay *relay;
    const struct kk_op *erase;
    struct kk_pushed_op what;
    struct kk_arena arena;
    struct kk_bytes found; /* numbers of the entries whose bodies go */
};

/* The walk reads by a statement of its own: nothing is written before it has ended. */
static int look(void *user, const struct kk_store_entry *e)
{
    struct erasing *x = user;
    struct kk_op op;
    int got;

    if (e->what.gsn >= x->what.gsn)
        return 1;
    kk_arena_reset(&x->arena);
    got = kk_shape_decode(&kk_shape_op, e->op, &x->arena, &op, NULL);
    if (got < 0)
        return got;
    if (!e->body.data || memcmp(op.rec, x->erase->rec, KK_ID_BYTES) != 0 ||
        !kk_op_erases(x->erase, (unsigned)x->what.tv, e->what.op_id))
        return 0;
    return kk_bytes_append(&x->found, &e->what.gsn, sizeof(e->what.gsn));
}

static int drop_found(struct erasing *x, struct kk_slice scope)
{
    struct kk_store *s = x->relay->store;
    int got = 0;

    for (size_t at = 0; got == 0 && at < x->found.len; at += sizeof(uint64_t)) {
        uint64_t gsn;

        memcpy(&gsn, x->found.data + at, sizeof(gsn));
        got = s->engine->body_drop(s, scope, gsn);
    }
    x->relay->forgets = true; /* the write-ahead log and files of the spool may have them, too */
    return got;
}

int relay_erase(const struct relay_ordering *o, const struct kk_pushed_op *what)
{
    struct erasing x = { .relay = o->relay, .erase = &o->op, .what = *what };
    struct kk_store *s = o->relay->store;
    int got;

    if (what->verdict != KK_WIRE_OK || o->op.act != KK_ACT_ERASE)
        return 0;
    kk_arena_init(&x.arena, 64 * 1024);
    got = s->engine->entry_each(s, &(struct kk_store_range){ o->scope, 1, what->gsn }, look, &x);
    if (got >= 0)
        got = drop_found(&x, o->scope);
    kk_arena_fini(&x.arena);
    kk_bytes_fini(&x.found);
    return got;
}

struct kk_slice relay_body_kept(const struct relay_ordering *o, const struct kk_pushed_op *what)
{
    bool own = what->verdict == KK_WIRE_OK && o->op.act == KK_ACT_ERASE;

    return o->erased && !own ? kk_slice(NULL, 0) : o->in->body;
}
