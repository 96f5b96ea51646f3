/*
 * Drafts as commands see them: begun with what is known, filled in step by step, checked and signed
 * when they are finished. A refused operation becomes one to be mended (outbox.h).
 */
#ifndef MODEL_DRAFT_H
#define MODEL_DRAFT_H

#include "home/drafts.h"
#include "model/record.h"

/* In the records' arena. */
struct kk_draft_work {
    struct kk_draft is;
    const struct kk_kind_info *kind;
    struct kk_body body;
};
/* A draft of a new record; nothing is kept before kk_draft_save. KK_E_ROLE. */
KK_MUST_USE int kk_draft_begin(struct kk_records *r, const struct kk_kind_info *kind,
                               struct kk_draft_work *ret);
/*
 * Of a record that is there: KK_ACT_EDIT, an edit of it; KK_ACT_COMMENT, what is written for an act
 * on it, whichever that will be. The one begun before, or a new one, which remembers what the
 * record said. One of each a record and device. KK_E_ROLE, KK_E_STATE as for the edit itself; a
 * comment asks nobody before it is done.
 */
KK_MUST_USE int kk_draft_change(struct kk_records *r, const struct kk_record *record,
                                enum kk_act act, struct kk_draft_work *ret);
/* What a draft is about beside what stands in it. */
struct kk_draft_about {
    struct kk_slice title; /* its own, or that of the record which it changes; may be empty */
    bool stale;            /* that record says something else than when this was begun */
    bool words;            /* written for an act on it, whichever that will be */
};
KK_MUST_USE int kk_draft_look(struct kk_records *r, const struct kk_draft_work *draft,
                              struct kk_draft_about *ret);
/* By the start of its id; KK_E_NOT_FOUND, also where several match. */
KK_MUST_USE int kk_draft_find(struct kk_records *r, const char *id, struct kk_draft_work *ret);
typedef int kk_draft_work_fn(void *user, const struct kk_draft_work *draft);
KK_MUST_USE int kk_draft_each(struct kk_records *r, kk_draft_work_fn *fn, void *user);
KK_MUST_USE int kk_draft_save(struct kk_records *r, struct kk_draft_work *draft);
KK_MUST_USE int kk_draft_drop(struct kk_records *r, const struct kk_draft_work *draft);
struct kk_draft_finish {
    bool check_only, not_personal;
};
/*
 * Does the act as kk_record_act would, and forgets the draft. A stop between the two leaves both;
 * finishing again only forgets it, because a new record has its draft's id.
 */
KK_MUST_USE int kk_draft_finish(struct kk_records *r, struct kk_draft_work *draft,
                                const struct kk_draft_finish *how);

#endif
