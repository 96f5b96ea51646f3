/* What the files of the judgement share: a finding in words, and what many checks need first. */
#ifndef MODEL_DOCTOR_IN_H
#define MODEL_DOCTOR_IN_H

#include "model/doctor.h"

/* Both formats take the same arguments. */
KK_PRINTF(3, 5)
KK_PRINTF(4, 5)
void doctor_say(struct kk_finding *f, enum kk_finding_result result, const char *en,
                const char *ja, ...);
/* False where nothing can be said, because the home does not open, there is no folder, or the state
 * can't be read; then that is the finding. */
bool doctor_opened(const struct kk_doctor_facts *f, struct kk_finding *ret);
bool doctor_there(const struct kk_doctor_facts *f, struct kk_finding *ret);
bool doctor_stated(const struct kk_doctor_facts *f, struct kk_finding *ret);

/* One for each check; a finding that is left alone says that all is well. */
#define DOCTOR_JUDGE(NAME, ...)                                                                    \
    void doctor_judge_##NAME(const struct kk_doctor_facts *f, struct kk_finding *ret);
KK_CHECKS(DOCTOR_JUDGE)
#undef DOCTOR_JUDGE

#endif
