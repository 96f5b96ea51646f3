/* Inside proto/sync. */
#ifndef SYNC_SYNC_IN_H
#define SYNC_SYNC_IN_H

#include "kukyoku/sync/sync.h"

/* sync.c: a request with the next id; *ret_id (may be NULL). */
int sync_send(struct kk_sync *s, enum kk_message_type type, const void *body, uint32_t *ret_id);
/* Requests that wait for their answer, after the documents. [PL-7] */
size_t sync_open_count(const struct kk_sync *s);
/* The fault that a refusal of the daemon is. */
int sync_refused(const struct kk_msg_err *err);

/* documents.c: the steps from ROOTS to CATALOG. Each gives 1 when it waits, 0 when it is over. */
int sync_roots(struct kk_sync *s);
int sync_roster(struct kk_sync *s);
int sync_wraps(struct kk_sync *s);
int sync_catalog(struct kk_sync *s);
int sync_document_data(struct kk_sync *s, uint32_t id, const struct kk_msg_data *data);
bool sync_document_waits(const struct kk_sync *s, uint32_t id);

/* logs.c */
int sync_logs(struct kk_sync *s);
int sync_push(struct kk_sync *s);
bool sync_push_waits(const struct kk_sync *s, uint32_t id); /* is this the answer that is due? */
int sync_entries(struct kk_sync *s, uint32_t id, const struct kk_msg_entries *m);
bool sync_log_waits(const struct kk_sync *s, uint32_t id);
int sync_pushed(struct kk_sync *s, const struct kk_msg_pushed *m);
int sync_push_refused(struct kk_sync *s, const struct kk_msg_err *m);

/* returns.c */
int sync_return(struct kk_sync *s);
bool sync_return_waits(const struct kk_sync *s, uint32_t id);
int sync_returned(struct kk_sync *s, const struct kk_msg_recovered *m);
int sync_return_refused(struct kk_sync *s, const struct kk_msg_err *m);

/* blobs.c */
int sync_fetch(struct kk_sync *s);
/* Asks for what only says what else is wanted, while other steps wait for the line. [SY-9] */
int sync_fetch_ahead(struct kk_sync *s);
/* One of these did not come: it is no fault until its turn comes. false: it is one, now. */
bool sync_ahead_failed(struct kk_sync *s, uint32_t id, int fault);
int sync_blob_data(struct kk_sync *s, uint32_t id, const struct kk_msg_data *data);
bool sync_blob_waits(const struct kk_sync *s, uint32_t id);

#endif
