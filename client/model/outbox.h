/*
 * What this device wrote and the log has not simply taken. One item never blocks the rest: the
 * others go on, and this one can be sent again, mended as a draft, or given up. [SY-8]
 */
#ifndef MODEL_OUTBOX_H
#define MODEL_OUTBOX_H

#include "model/draft.h"
#include "replica/ledger_own.h"

enum kk_outbox_standing {
    KK_OUTBOX_WAITS,    /* 未送信: goes with the next sync */
    KK_OUTBOX_ASIDE,    /* 保留: the daemon did not take it, or what stood before it */
    KK_OUTBOX_REFUSED,  /* 否認: in the log, with a verdict that it does not count */
    KK_OUTBOX_SENT      /* 受領: in the log, and it counts */
};
/* In the records' arena. */
struct kk_outbox_item {
    enum kk_outbox_standing standing;
    unsigned code; /* enum kk_wire_code: why; OK where it waits */
    struct kk_slice scope;
    const struct kk_kind_info *kind; /* NULL: of a later program, or its body can't be read */
    struct kk_ledger_op op;
    struct kk_body body; /* what it writes */
};
typedef int kk_outbox_fn(void *user, const struct kk_outbox_item *item);
/* Scope by scope in the order of writing; refusals that were settled are left out. */
KK_MUST_USE int kk_outbox_each(struct kk_records *r, kk_outbox_fn *fn, void *user);
/*
 * What the daemon has a receipt for, counted or refused, scope by scope, in each the newest first:
 * received since then, of each scope at most so many.
 */
KK_MUST_USE int kk_outbox_sent(struct kk_records *r, const struct kk_ledger_span *which,
                               kk_outbox_fn *fn, void *user);
/* By the start of the operation's id; KK_E_NOT_FOUND, also where several match. */
KK_MUST_USE int kk_outbox_find(struct kk_records *r, const char *id, struct kk_outbox_item *ret);

/*
 * One that was set aside or refused; one that waits is KK_E_STATE. Each is whole or not at all.
 * again: signed anew as it stands, after every check of today. redraft: becomes a draft, whose id
 * is told. give_up: nothing of it is kept but what the log holds.
 */
KK_MUST_USE int kk_outbox_again(struct kk_records *r, const struct kk_outbox_item *item);
KK_MUST_USE int kk_outbox_redraft(struct kk_records *r, const struct kk_outbox_item *item,
                                  uint8_t ret_id[KK_ID_BYTES]);
KK_MUST_USE int kk_outbox_give_up(struct kk_records *r, const struct kk_outbox_item *item);

#endif
