/*
 * verdict = f(standing, track, header). The order of the questions is part of the specification,
 * because the first "no" is the verdict: standing, scope, kind and act, role, state. [RL-11]
 * [RL-12]
 */
#include "kukyoku/base/hash.h"
#include "kukyoku/record/act.h"
#include "kukyoku/record/kind.h"

struct question {
    const struct kk_device_span *span;
    const struct kk_op *op;
    const uint8_t *op_id;
    struct kk_scope scope;
    enum kk_machine machine;
    unsigned tv;
};

enum kk_side kk_side_of(enum kk_role role)
{
    if (role == KK_ROLE_STAFF || role == KK_ROLE_LEAD)
        return KK_SIDE_WARD;
    return role == KK_ROLE_OFFICER ? KK_SIDE_BUREAU : KK_SIDE_NONE;
}

enum kk_machine kk_machine_of(const struct kk_scope *scope, unsigned kind)
{
    if (scope->kind == KK_SCOPE_E)
        return KK_MACHINE_CASE;
    if (scope->kind == KK_SCOPE_INT && kind == KK_KIND_PROGRAM)
        return KK_MACHINE_PROGRAM;
    return KK_MACHINE_PLAIN;
}

static void derived_id(const char *tag, const uint8_t from[KK_ID_BYTES], uint8_t ret[KK_ID_BYTES])
{
    uint8_t whole[KK_HASH_BYTES];

    kk_hash_of(tag, kk_slice(from, KK_ID_BYTES), whole);
    memcpy(ret, whole, KK_ID_BYTES);
}

void kk_case_id(const uint8_t issue[KK_ID_BYTES], uint8_t ret[KK_ID_BYTES])
{
    derived_id("case", issue, ret);
}

void kk_share_id(const uint8_t origin[KK_ID_BYTES], uint8_t ret[KK_ID_BYTES])
{
    derived_id("share", origin, ret);
}

/*
 * Does a record of this kind live here? In w:W the kind is sealed, so it must not be told. [RL-13]
 */
static bool kind_fits(const struct question *q)
{
    unsigned kind = (unsigned)q->op->kind;

    switch (q->scope.kind) {
    case KK_SCOPE_W:
        return kind == 0;
    case KK_SCOPE_E:
        return kind == KK_KIND_CASE;
    case KK_SCOPE_B:
    case KK_SCOPE_INT:
        return kind != 0;
    case KK_SCOPE_PUB:
    case KK_SCOPE_R:
        break;
    }
    return false;
}

static bool plain_act(unsigned act)
{
    return act >= KK_ACT_CREATE && act <= KK_ACT_ERASE;
}

/* Does the act take away the named bodies alone, so that the record lives on? [RL-28] */
static bool erases_some(const struct kk_op *op, unsigned tv)
{
    return op->act == KK_ACT_ERASE && tv >= KK_TV_ERASE && op->refs.count > 0;
}

bool kk_op_erases_all(const struct kk_op *erase, unsigned tv)
{
    return erase->act == KK_ACT_ERASE && !erases_some(erase, tv);
}

static bool names(const struct kk_op *op, const uint8_t op_id[KK_HASH_BYTES])
{
    for (size_t i = 0; i < op->refs.count; i++) {
        if (kk_slice_equal(op->refs.items[i].id, kk_slice(op_id, KK_HASH_BYTES)))
            return true;
    }
    return false;
}

bool kk_op_erases(const struct kk_op *erase, unsigned tv, const uint8_t op_id[KK_HASH_BYTES])
{
    if (erase->act != KK_ACT_ERASE)
        return false;
    return erases_some(erase, tv) ? names(erase, op_id) : true;
}

/*
 * Who writes plain records where: the ward's people in w:W, officers in b, leads and officers in
 * int. What can't be undone is a lead's.
 */
static bool plain_role(const struct question *q)
{
    enum kk_role role = (enum kk_role)q->span->role;

    if (q->scope.kind == KK_SCOPE_W && q->op->act == KK_ACT_ERASE && q->tv >= KK_TV_ERASE)
        return role == KK_ROLE_LEAD;
    if (q->scope.kind == KK_SCOPE_W)
        return role == KK_ROLE_STAFF || role == KK_ROLE_LEAD;
    if (q->scope.kind == KK_SCOPE_B)
        return role == KK_ROLE_OFFICER;
    return role == KK_ROLE_LEAD || role == KK_ROLE_OFFICER;
}

static enum kk_wire_code plain(const struct question *q, struct kk_track *t)
{
    unsigned act = (unsigned)q->op->act;

    if (!plain_act(act))
        return KK_WIRE_STATE;
    if (!plain_role(q))
        return KK_WIRE_ROLE;
    if ((act == KK_ACT_CREATE) == t->exists || t->erased)
        return KK_WIRE_STATE;
    if (t->exists && t->kind != q->op->kind)
        return KK_WIRE_STATE;
    if (erases_some(q->op, q->tv))
        return KK_WIRE_OK;
    t->exists = true;
    t->kind = (uint8_t)q->op->kind;
    t->closed = act == KK_ACT_CLOSE || (t->closed && act != KK_ACT_EDIT);
    t->erased = act == KK_ACT_ERASE;
    return KK_WIRE_OK;
}

static bool role_fits(const struct kk_transition *tr, enum kk_role role, const struct kk_track *t)
{
    enum kk_side side = kk_side_of(role);
    bool leads = role == KK_ROLE_LEAD || role == KK_ROLE_OFFICER;

    switch (tr->who) {
    case KK_ACTOR_LEAD:
        return role == KK_ROLE_LEAD;
    case KK_ACTOR_WARD:
        return side == KK_SIDE_WARD;
    case KK_ACTOR_OFFICER:
        return role == KK_ROLE_OFFICER;
    case KK_ACTOR_SIDE:
        return leads;
    case KK_ACTOR_OTHER:
        return leads && (t->side == KK_SIDE_NONE || side != t->side);
    case KK_ACTOR_PROPOSER:
        return leads && (t->side == KK_SIDE_NONE || side == t->side);
    case KK_ACTOR_MEMBER:
        return side != KK_SIDE_NONE;
    }
    return false;
}

/*
 * confirm, decline_proposal and retract name the operation that is pending, and nothing else will
 * do.
 */
static bool names_pending(const struct kk_op *op, const struct kk_track *t)
{
    return names(op, t->proposal);
}

static bool state_fits(const struct kk_transition *tr, const struct question *q,
                       const struct kk_track *t)
{
    bool pending = t->side != KK_SIDE_NONE;

    if (!(tr->from & 1u << t->state) || t->erased)
        return false;
    switch (tr->effect) {
    case KK_EFFECT_ERASE: /* all of it only when nobody is waited for any more */
        return q->op->refs.count > 0 || kk_track_over(q->machine, t);
    case KK_EFFECT_PROPOSE:
        return !pending; /* a second proposal meanwhile is refused */
    case KK_EFFECT_CONFIRM:
    case KK_EFFECT_CLEAR:
        return pending && names_pending(q->op, t);
    case KK_EFFECT_MOVE:
    case KK_EFFECT_KEEP:
        break;
    }
    return true;
}

static void clear_proposal(struct kk_track *t)
{
    t->side = KK_SIDE_NONE;
    t->target = 0;
    memset(t->proposal, 0, sizeof(t->proposal));
}

static void move(const struct question *q, const struct kk_transition *tr, struct kk_track *t)
{
    t->exists = true;
    t->kind = (uint8_t)q->op->kind;
    switch (tr->effect) {
    case KK_EFFECT_MOVE:
        t->state = tr->to;
        clear_proposal(t);
        break;
    case KK_EFFECT_PROPOSE:
        t->target = tr->to;
        t->side = (uint8_t)kk_side_of((enum kk_role)q->span->role);
        memcpy(t->proposal, q->op_id, KK_HASH_BYTES);
        break;
    case KK_EFFECT_CONFIRM:
        t->state = t->target;
        clear_proposal(t);
        break;
    case KK_EFFECT_CLEAR:
        clear_proposal(t);
        break;
    case KK_EFFECT_ERASE:
        if (erases_some(q->op, q->tv))
            break;
        t->erased = true;
        clear_proposal(t);
        break;
    case KK_EFFECT_KEEP:
        break;
    }
    if (tr->act == KK_ACT_SUBMIT && t->attempt < UINT16_MAX)
        t->attempt++;
}

static enum kk_wire_code by_table(const struct question *q, struct kk_track *t)
{
    const struct kk_transition *tr =
        kk_transition_find(q->machine, q->tv, (enum kk_act)q->op->act);

    if (!tr)
        return KK_WIRE_STATE;
    if (!role_fits(tr, (enum kk_role)q->span->role, t))
        return KK_WIRE_ROLE;
    if (!state_fits(tr, q, t) || (t->exists && t->kind != q->op->kind))
        return KK_WIRE_STATE;
    move(q, tr, t);
    return KK_WIRE_OK;
}

/* A published program may be rewritten by officers until it has ended. */
static bool is_program_edit(const struct question *q)
{
    return q->machine == KK_MACHINE_PROGRAM && q->op->act == KK_ACT_EDIT;
}

static enum kk_wire_code edit_program(const struct question *q, const struct kk_track *t)
{
    if (q->span->role != KK_ROLE_OFFICER)
        return KK_WIRE_ROLE;
    return t->exists && !t->erased && t->kind == KK_KIND_PROGRAM && t->state != KK_PROGRAM_NONE &&
                   t->state != KK_PROGRAM_ENDED
               ? KK_WIRE_OK
               : KK_WIRE_STATE;
}

enum kk_wire_code kk_verdict(const struct kk_device_span *span, const struct kk_op *op,
                             const uint8_t op_id[KK_HASH_BYTES], unsigned tv,
                             struct kk_track *track)
{
    struct question q = { .span = span, .op = op, .op_id = op_id, .tv = tv };

    if (!span || span->status == KK_STATUS_REVOKED)
        return KK_WIRE_ROLE;
    if (!kk_scope_parse(op->scope, &q.scope) || !kk_scope_info(q.scope.kind)->records ||
        !kk_device_span_has(span, op->scope) || !kind_fits(&q))
        return KK_WIRE_SCOPE;
    q.machine = kk_machine_of(&q.scope, (unsigned)op->kind);
    if (is_program_edit(&q))
        return edit_program(&q, track);
    return q.machine == KK_MACHINE_PLAIN ? plain(&q, track) : by_table(&q, track);
}
