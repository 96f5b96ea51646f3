/*
 * Prints every decision about cases, programs and issues, one a line, for transitions_model.py:
 *
 *     case STATE PENDING ROLE ACT NAMED: CODE STATE PENDING     PENDING: none, or SIDE>TARGET
 *     program STATE ROLE ACT: CODE STATE
 *     need MACHINE ACT: reason, feedback or none
 *     issue FROM TO REASON REVIEW FEEDBACK: ok, or what is missing
 *
 * The same kk_verdict judges in the daemon and in every client.
 */
#include "kukyoku/record/act.h"
#include "kukyoku/record/kind.h"
#include "kukyoku/wire/packer.h"

#include <stdio.h>

static const uint8_t pending_id[KK_HASH_BYTES] = { 7 }, own_id[KK_HASH_BYTES] = { 8 };

struct question {
    enum kk_machine machine;
    unsigned role, act;
    bool named;
    struct kk_track track;
};

static enum kk_wire_code judge(struct question *q)
{
    bool is_case = q->machine == KK_MACHINE_CASE;
    struct kk_slice scope = kk_slice_text(is_case ? "e:14133" : "int");
    struct kk_scope_item scopes[] = { { scope } };
    struct kk_device_span span = { .role = q->role, .scopes = { scopes, 1 },
                                   .status = KK_STATUS_ACTIVE };
    struct kk_op_ref ref = { .id = kk_slice(pending_id, KK_HASH_BYTES) };
    struct kk_op op = { .scope = scope, .act = q->act,
                        .kind = is_case ? KK_KIND_CASE : KK_KIND_PROGRAM,
                        .refs = { &ref, q->named } };

    return kk_verdict(&span, &op, own_id, KK_TV_NEWEST, &q->track);
}

/* --- cases --- */

static const char *side_name(unsigned side)
{
    return side == KK_SIDE_WARD ? "ward" : "bureau";
}

static void print_pending(const struct kk_track *t)
{
    if (t->side == KK_SIDE_NONE)
        printf(" none");
    else
        printf(" %s>%s", side_name(t->side), kk_state_name(KK_MACHINE_CASE, t->target));
}

static void set_track(struct kk_track *t, unsigned state, unsigned side, unsigned target)
{
    *t = (struct kk_track){ .state = (uint8_t)state, .exists = state != 0,
                            .kind = state != 0 ? KK_KIND_CASE : 0, .side = (uint8_t)side,
                            .target = (uint8_t)target };
    if (side != KK_SIDE_NONE)
        memcpy(t->proposal, pending_id, sizeof(pending_id));
}

static void one_case(struct question q)
{
    printf("case %s", kk_state_name(KK_MACHINE_CASE, q.track.state));
    print_pending(&q.track);
    printf(" %s %s %d:", kk_role_name((enum kk_role)q.role), kk_act_name(q.act), q.named);
    printf(" %s", kk_wire_name(judge(&q)));
    printf(" %s", kk_state_name(KK_MACHINE_CASE, q.track.state));
    print_pending(&q.track);
    printf("\n");
}

static void roles_of_case(const struct kk_track *track, unsigned act)
{
    for (unsigned role = 1; kk_role_name((enum kk_role)role); role++) {
        for (unsigned named = 0; named < 2; named++)
            one_case((struct question){ .machine = KK_MACHINE_CASE, .role = role, .act = act,
                                        .named = named != 0, .track = *track });
    }
}

static void acts_of_case(const struct kk_track *track)
{
    for (unsigned act = 0; act < 64; act++) {
        if (kk_act_name(act))
            roles_of_case(track, act);
    }
}

static void cases(void)
{
    struct kk_track track;

    for (unsigned state = 0; kk_state_name(KK_MACHINE_CASE, state); state++) {
        set_track(&track, state, KK_SIDE_NONE, 0);
        acts_of_case(&track);
        for (unsigned target = 1; kk_state_name(KK_MACHINE_CASE, target); target++) {
            set_track(&track, state, KK_SIDE_WARD, target);
            acts_of_case(&track);
            set_track(&track, state, KK_SIDE_BUREAU, target);
            acts_of_case(&track);
        }
    }
}

/* --- programs --- */

static void one_program(unsigned state, unsigned role, unsigned act)
{
    struct question q = { .machine = KK_MACHINE_PROGRAM, .role = role, .act = act };
    enum kk_wire_code code;

    q.track = (struct kk_track){ .state = (uint8_t)state, .exists = state != 0,
                                 .kind = state != 0 ? KK_KIND_PROGRAM : 0 };
    code = judge(&q);
    printf("program %s %s %s: %s %s\n", kk_state_name(KK_MACHINE_PROGRAM, state),
           kk_role_name((enum kk_role)role), kk_act_name(act), kk_wire_name(code),
           kk_state_name(KK_MACHINE_PROGRAM, q.track.state));
}

static void roles_of_program(unsigned state, unsigned act)
{
    for (unsigned role = 1; kk_role_name((enum kk_role)role); role++)
        one_program(state, role, act);
}

static void programs(void)
{
    for (unsigned state = 0; kk_state_name(KK_MACHINE_PROGRAM, state); state++) {
        for (unsigned act = 0; act < 64; act++) {
            if (kk_act_name(act))
                roles_of_program(state, act);
        }
    }
}

/* --- what an act must bring --- */

static void needs(enum kk_machine machine, const char *name)
{
    const struct kk_body empty = { .count = 0 };

    for (unsigned act = 0; act < 64; act++) {
        const struct kk_transition *t =
            kk_transition_find(machine, KK_TV_NEWEST, (enum kk_act)act);
        uint32_t missing = t ? kk_need_missing(t, &empty, 0) : 0;

        if (t)
            printf("need %s %s: %s\n", name, kk_act_name(act),
                   missing == KK_FIELD_REASON     ? "reason"
                   : missing == KK_FIELD_FEEDBACK ? "feedback"
                   : missing                      ? "?"
                                                  : "none");
    }
}

/* --- issues --- */

static void put(struct kk_body *body, uint32_t number)
{
    static const uint8_t text[] = { 0xa1, 'x' };

    if (kk_body_set(body, number, kk_slice(text, sizeof(text))) < 0)
        printf("no room\n");
}

static const char *rung_name(unsigned rung)
{
    const struct kk_code *code = kk_code_find(KK_CODES_OF_RUNG, rung);

    return code ? code->name : "none";
}

static void one_issue(unsigned from, unsigned to, unsigned given)
{
    static const char *const faults[] = {
        [KK_RUNG_OK] = "ok",          [KK_RUNG_UNKNOWN] = "unknown",
        [KK_RUNG_CLOSED_WAY] = "way", [KK_RUNG_REASON] = "reason",
        [KK_RUNG_REVIEW] = "review",  [KK_RUNG_FEEDBACK] = "feedback",
    };
    struct kk_body body = { .count = 0 };

    if (given & 1)
        put(&body, KK_FIELD_REASON);
    if (given & 2)
        put(&body, KK_FIELD_REVIEW_DATE);
    if (given & 4)
        put(&body, KK_FIELD_FEEDBACK);
    printf("issue %s %s %u %u %u: %s\n", rung_name(from), rung_name(to), given & 1,
           given >> 1 & 1, given >> 2 & 1, faults[kk_rung_check(from, to, &body)]);
}

static void issues(void)
{
    for (unsigned from = 0; from == 0 || kk_code_find(KK_CODES_OF_RUNG, from); from++) {
        for (unsigned to = 1; kk_code_find(KK_CODES_OF_RUNG, to); to++) {
            for (unsigned given = 0; given < 8; given++)
                one_issue(from, to, given);
        }
    }
}

int main(void)
{
    cases();
    programs();
    needs(KK_MACHINE_CASE, "case");
    needs(KK_MACHINE_PROGRAM, "program");
    issues();
    return 0;
}
