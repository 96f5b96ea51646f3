/*
 * Acts, states and transitions, from the tables of transitions.def, and the verdict on an
 * operation: a function of the author's standing at the roster in force, of the record's track and
 * of the clear header alone ([RL-11]). No body, no clock, no other scope.
 */
#ifndef KUKYOKU_RECORD_ACT_H
#define KUKYOKU_RECORD_ACT_H

#include "kukyoku/error.h"
#include "kukyoku/record/transitions.def"
#include "kukyoku/trust/roster.h"

#define KK_ACT_ENUM(NAME, number, name, en, ja) KK_ACT_##NAME = (number),
enum kk_act { KK_ACTS(KK_ACT_ENUM) };
#undef KK_ACT_ENUM
#define KK_CASE_ENUM(NAME, number, name, en, ja) KK_CASE_##NAME = (number),
enum kk_case_state { KK_CASE_STATES(KK_CASE_ENUM) };
#undef KK_CASE_ENUM
#define KK_PROGRAM_ENUM(NAME, number, name, en, ja) KK_PROGRAM_##NAME = (number),
enum kk_program_state { KK_PROGRAM_STATES(KK_PROGRAM_ENUM) };
#undef KK_PROGRAM_ENUM

#define KK_ACTOR_ENUM(WHO, en, ja) KK_ACTOR_##WHO,
enum kk_actor { KK_ACTORS(KK_ACTOR_ENUM) };
#undef KK_ACTOR_ENUM
const char *kk_actor_label(enum kk_actor who, const char *lang);
enum kk_effect { KK_EFFECT_MOVE, KK_EFFECT_PROPOSE, KK_EFFECT_CONFIRM, KK_EFFECT_CLEAR,
                 KK_EFFECT_KEEP, KK_EFFECT_ERASE };
enum kk_need { KK_NEED_NONE, KK_NEED_REASON, KK_NEED_REPLY, KK_NEED_FEEDBACK };

struct kk_transition {
    enum kk_act act;
    enum kk_actor who;
    uint32_t from; /* 1 << state */
    uint8_t to;
    enum kk_effect effect;
    enum kk_need need;
};

/* Records whose acts are a table of states; the others take create, edit, close, erase. */
enum kk_machine { KK_MACHINE_PLAIN, KK_MACHINE_CASE, KK_MACHINE_PROGRAM };

/* The table of one machine under version tv; NULL and 0 for one that this program does not know. */
const struct kk_transition *kk_transitions(enum kk_machine machine, unsigned tv,
                                           size_t *ret_count);
const struct kk_transition *kk_transition_find(enum kk_machine machine, unsigned tv,
                                               enum kk_act act);
bool kk_tv_known(unsigned tv);
unsigned kk_tv_newest(void);

/* NULL outside the lists. lang: "ja" or "en". */
const char *kk_act_name(unsigned act);
const char *kk_act_label(unsigned act, const char *lang);
unsigned kk_act_parse(const char *name); /* 0: none of the list */
const char *kk_state_name(enum kk_machine machine, unsigned state);
const char *kk_state_label(enum kk_machine machine, unsigned state, const char *lang);
int kk_state_parse(enum kk_machine machine, const char *name); /* -1: none of the list */

/* --- the track: what a scope's log alone says of one record --- */
enum kk_side { KK_SIDE_NONE, KK_SIDE_WARD, KK_SIDE_BUREAU };
#define KK_TRACK_BYTES 42
struct kk_track {
    uint8_t kind;    /* 0 in w:W */
    bool exists, closed, erased;
    uint8_t state;   /* of its machine */
    uint8_t target;  /* of the pending proposal */
    uint8_t side;    /* enum kk_side: who proposed; NONE: nothing is pending */
    uint16_t attempt; /* submissions so far */
    uint8_t proposal[KK_HASH_BYTES]; /* op_id of the pending proposal */
};
/* Is this record done with: closed, or in a state where nobody is waited for? */
bool kk_track_over(enum kk_machine machine, const struct kk_track *track);
/* Over, and no proposal asks for an answer: one to take up a closed case again does. */
bool kk_track_settled(enum kk_machine machine, const struct kk_track *track);
void kk_track_save(const struct kk_track *t, uint8_t ret[KK_TRACK_BYTES]);
/* false: not KK_TRACK_BYTES of a track. */
KK_MUST_USE bool kk_track_load(struct kk_slice bytes, struct kk_track *ret);

/* Which machine decides about a record of this kind in this scope. */
enum kk_machine kk_machine_of(const struct kk_scope *scope, unsigned kind);
enum kk_side kk_side_of(enum kk_role role);

/*
 * span: the author's row at the roster in force, NULL when there was none. op: the header. op_id:
 * its id. On KK_WIRE_OK the track has moved; else it is untouched and the result (ROLE, SCOPE,
 * STATE) is the verdict.
 */
KK_MUST_USE enum kk_wire_code kk_verdict(const struct kk_device_span *span, const struct kk_op *op,
                                         const uint8_t op_id[KK_HASH_BYTES], unsigned tv,
                                         struct kk_track *track);

/*
 * What an accepted erase of this header takes away: with references the bodies of the operations
 * of its record that it names, else those of all before it and after it. [RL-28]
 */
bool kk_op_erases(const struct kk_op *erase, unsigned tv, const uint8_t op_id[KK_HASH_BYTES]);
bool kk_op_erases_all(const struct kk_op *erase, unsigned tv);

/* The id of a case: H("case", issue), its first 16 bytes, so that two devices meet in one. */
void kk_case_id(const uint8_t issue[KK_ID_BYTES], uint8_t ret[KK_ID_BYTES]);
/* The id of the copy in int of a shared record: H("share", origin), its first 16 bytes. [RL-22] */
void kk_share_id(const uint8_t origin[KK_ID_BYTES], uint8_t ret[KK_ID_BYTES]);

#endif
