/*
 * The bureau's memos about cases: which priority an office gives one. Asked case by case through
 * the index of lists, so that ten years of memos cost no more than those of the cases shown.
 */
#ifndef MODEL_MEMO_H
#define MODEL_MEMO_H

#include "model/record.h"

struct kk_memo_note {
    uint8_t about[KK_ID_BYTES]; /* the case */
    unsigned priority;
    int64_t at_ms;
};
struct kk_memos {
    struct kk_ledger ledger;
    struct kk_db_tx moment;       /* all questions are of one */
    bool held;                    /* this device reads the bureau's own scope */
    struct kk_arena arena;        /* of one question */
    struct kk_memo_note *behind;  /* what the index has not seen yet */
    size_t count, cap;
};
KK_MUST_USE int kk_memos_open(struct kk_memos *m, struct kk_records *r);
void kk_memos_fini(struct kk_memos *m);
KK_DEFINE_FINI(kk_memos)
/* What the newest memo that names one says; 0: none does. */
KK_MUST_USE int kk_memos_priority(struct kk_memos *m, const uint8_t about[KK_ID_BYTES],
                                  unsigned *ret);

#endif
