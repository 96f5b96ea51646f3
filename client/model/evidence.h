/*
 * Released figures that a record rests on: named by a person, copied as they are released now, and
 * compared with what they are later. [RL-21]
 */
#ifndef MODEL_EVIDENCE_H
#define MODEL_EVIDENCE_H

#include "model/record.h"

#include "kukyoku/record/figure.h"

/*
 * text: "INDICATOR AREA PERIOD [BREAKDOWN]", looked up in all that this device holds, or a whole
 * line as it was written before, which is kept. only_public: as everybody reads it. Appends the
 * line. KK_E_FIELD with the reason.
 */
KK_MUST_USE int kk_evidence_copy(struct kk_records *r, const char *text, bool only_public,
                                 struct kk_bytes *out);
/* Every figure of the body may be read by all who read the scope; else KK_E_SCOPE, naming it. */
KK_MUST_USE int kk_evidence_check(struct kk_records *r, const struct kk_body *body,
                                  struct kk_slice scope);
/* The same figure in the newest release; *ret_found false where it is there no more. */
KK_MUST_USE int kk_evidence_now(struct kk_records *r, const struct kk_figure *then,
                                struct kk_bytes *line, bool *ret_found);
struct kk_evidence_ask {
    const struct kk_kind_info *kind;
    const char *area;
    uint32_t release; /* as it was in that one; 0: the newest */
};
/*
 * "INDICATOR PERIOD [BREAKDOWN]" of the area, for everybody, added to the figures. KK_E_FIELD, and
 * the faults of a release that there is not.
 */
KK_MUST_USE int kk_evidence_add(struct kk_records *r, const struct kk_evidence_ask *ask,
                                const char *text, struct kk_body *body);
/* Each figure of the body, then and now (NULL: released no more); anything but 0 ends it. */
typedef int kk_evidence_fn(void *user, const struct kk_figure *then, const struct kk_figure *now);
KK_MUST_USE int kk_evidence_each(struct kk_records *r, const struct kk_body *body,
                                 kk_evidence_fn *fn, void *user);
bool kk_evidence_same(const struct kk_figure *then, const struct kk_figure *now);

#endif
