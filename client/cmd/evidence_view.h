/* The figures that a record rests on, as they were when it was written and as they are now. */
#ifndef CMD_EVIDENCE_VIEW_H
#define CMD_EVIDENCE_VIEW_H

#include "cmd/record_view.h"
#include "model/evidence.h"

/* One line a figure, for people. */
KK_MUST_USE int kk_evidence_view(struct kk_command *c, struct kk_records *r,
                                 const struct kk_record *record);
/* [{indicator, area, period, breakdown, unit, release, then, now, changed}]; now is null where the
 * figure is released no more. */
KK_MUST_USE int kk_evidence_json(struct kk_records *r, const struct kk_record *record,
                                 json_t **ret);

#endif
