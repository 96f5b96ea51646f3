/* How the queue looks, on a terminal and as JSON. */
#ifndef CMD_QUEUE_VIEW_H
#define CMD_QUEUE_VIEW_H

#include "cmd/record_view.h"
#include "model/queue.h"

/* Collects rows for one table or one JSON list, and counts. */
struct kk_queue_view {
    struct kk_command *command;
    struct kk_table table;
    json_t *json, *counts; /* counts: {"state": {"submitted": 3}, "ward": …, "field", "fund"} */
    size_t count, overdue, ward, bureau;
};
void kk_queue_view_init(struct kk_queue_view *v, struct kk_command *c);
void kk_queue_view_fini(struct kk_queue_view *v);
KK_DEFINE_FINI(kk_queue_view)
/* A kk_queue_fn; user is the view. */
KK_MUST_USE int kk_queue_view_row(void *user, const struct kk_queue_row *row);
/* How many of each state, ward, field and fund frame, as a table. */
KK_MUST_USE int kk_queue_view_counts(const struct kk_queue_view *v);
/* Who is waited for, for people. */
const char *kk_queue_waits(const struct kk_command *c, enum kk_side waits);

#endif
