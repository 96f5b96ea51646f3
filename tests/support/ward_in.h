/* Inside tests/support: what ward.c and ward_log.c share. */
#ifndef TESTS_WARD_IN_H
#define TESTS_WARD_IN_H

#include "ward.h"

/* The newest row of this device in its roster; NULL before there is one. */
const struct kk_device_span *ward_span(const struct ward *w);
/* Index of a scope's name; BUREAU_SCOPES for any other. */
size_t ward_scope(struct kk_slice name);
/* Fills the calls about logs and chains. */
void ward_log_calls(struct kk_sync_store *s);

#endif
