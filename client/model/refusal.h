/*
 * What a person is told when something is refused: which limit and by how much, which character,
 * the nearest name, what may be done instead, and who may. Each fills err and returns its fault.
 */
#ifndef MODEL_REFUSAL_H
#define MODEL_REFUSAL_H

#include "replica/ledger.h"

/* KK_E_FIELD: the value is not what the field takes; fault: what kk_term_check says of it. */
int kk_refuse_value(struct kk_error *err, const struct kk_term *term, struct kk_slice value,
                    enum kk_item_fault fault);
/* KK_E_FIELD: no code of the list, by name or Japanese label. */
int kk_refuse_code(struct kk_error *err, const struct kk_term *term, const char *typed);
/* KK_E_FIELD: what was named is of another kind than the field is for. */
int kk_refuse_reference(struct kk_error *err, const struct kk_term *term, unsigned kind);
/* KK_E_FIELD: the kind has no field of this name. */
int kk_refuse_field(struct kk_error *err, const struct kk_kind_info *kind, const char *typed);
int kk_refuse_rung(struct kk_error *err, enum kk_rung_fault fault); /* KK_E_FIELD */
/* KK_E_ROLE: who writes it. where: a kind or a field. */
int kk_refuse_writer(struct kk_error *err, const char *where, enum kk_writer by);
/* KK_E_FIELD: another act of a case writes this field; which. */
int kk_refuse_act_field(struct kk_error *err, const struct kk_term *term, unsigned act);

/* An act that kk_ledger_write would not take, as the record stands. */
struct kk_refused_act {
    const struct kk_ledger *ledger;
    const struct kk_ledger_record *record;
    const struct kk_kind_info *kind;
    enum kk_machine machine;
    unsigned act;
};
/* KK_E_ROLE with who may; KK_E_STATE with the state and what this device may do instead. */
int kk_refuse_act(struct kk_error *err, const struct kk_refused_act *what, int fault);

/* fault (KK_E_FIELD, KK_E_USAGE): the city has no such ward. */
int kk_refuse_ward(struct kk_error *err, int fault, const char *where, const char *typed);
/*
 * 0, or fault (KK_E_FIELD, KK_E_USAGE) for what is no code of an area: 14133, 14133-01 … with a
 * ward that there is, 14130 for the city, or M1404 for a medical district.
 */
KK_MUST_USE int kk_area_check(struct kk_error *err, int fault, const char *where,
                              const char *typed);

#endif
