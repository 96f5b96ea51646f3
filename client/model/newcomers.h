/*
 * Devices that have joined one's own office since the last time: a registrar's key in wrong hands
 * could let one in, and its colleagues are those who would know. Each is told once. [TR-21]
 */
#ifndef MODEL_NEWCOMERS_H
#define MODEL_NEWCOMERS_H

#include "home/home.h"

typedef int kk_newcomer_fn(void *user, const uint8_t id[KK_ID_BYTES],
                           const struct kk_device_row *row);
/* Under the home's lock for what it notes. In a home that has never asked, nobody is new. */
KK_MUST_USE int kk_newcomers_tell(struct kk_home *h, kk_newcomer_fn *fn, void *user,
                                  struct kk_error *err);

#endif
