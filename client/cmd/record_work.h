/* What the commands on records share: a home unlocked, a body built, an act done and told. */
#ifndef CMD_RECORD_WORK_H
#define CMD_RECORD_WORK_H

#include "cmd/record_view.h"

struct kk_record_work {
    struct kk_home home;
    struct kk_records records;
    struct kk_body body;
    json_t *saved; /* a list that takes what several acts give; NULL: each is told by itself */
};
/* For reading, or for writing: then the sign key is unlocked too. */
KK_MUST_USE int kk_record_work_open(struct kk_command *c, enum kk_home_mode mode,
                                    struct kk_record_work *ret);
/* For what stays on this device: drafts, the outbox. No key is unlocked; nothing is signed. */
KK_MUST_USE int kk_record_work_open_local(struct kk_command *c, struct kk_record_work *ret);
void kk_record_work_fini(struct kk_record_work *w);
KK_DEFINE_FINI(kk_record_work)

/* The record that the first argument names, to write to it: KK_E_STORE_NEWER where it is of a later
 * program. */
KK_MUST_USE int kk_record_work_find(struct kk_command *c, struct kk_record_work *w,
                                    struct kk_record *ret);
/* --set options and --file into the body; what is given empty, as emptied. */
KK_MUST_USE int kk_record_work_body(struct kk_command *c, struct kk_record_work *w,
                                    const struct kk_kind_info *kind);
/* A new record of a kind, in the scope where that kind lives. */
KK_MUST_USE int kk_record_work_new(struct kk_command *c, struct kk_record_work *w,
                                   const struct kk_kind_info *kind);
/* Does the act, and tells the record as it stands then. */
KK_MUST_USE int kk_record_work_act(struct kk_command *c, struct kk_record_work *w,
                                   struct kk_act_request *request);
/* Tells that it was written, and the record as it stands. */
KK_MUST_USE int kk_record_saved(struct kk_command *c, const struct kk_record *record,
                                unsigned act);
/* On a record that is there: its scope and id. */
KK_MUST_USE int kk_record_work_on(struct kk_command *c, struct kk_record_work *w,
                                  const struct kk_record *record, unsigned act);
/* Calls back for each case that a docket or program names; anything but 0 ends it. */
typedef int kk_case_fn(struct kk_command *c, struct kk_record_work *w,
                       const struct kk_record *found, unsigned act);
KK_MUST_USE int kk_record_work_cases(struct kk_command *c, struct kk_record_work *w,
                                     const struct kk_record *record, kk_case_fn *fn, unsigned act);
/* All records of a kind; state: a name of its states or rungs, NULL for all. */
KK_MUST_USE int kk_record_work_list(struct kk_command *c, unsigned kind, const char *state);
KK_MUST_USE int kk_record_work_show(struct kk_command *c, unsigned kind);

#endif
