/* Addresses of mirrors: which are taken, and whether one stays at the host of another. [MI-4] */
#ifndef FETCH_ADDRESS_H
#define FETCH_ADDRESS_H

#include "kukyoku/attr.h"
#include "kukyoku/error.h"

#include <stdbool.h>

/* The library that knows them, ahead of the first: without it no address is sound. */
KK_MUST_USE int kk_address_ready(struct kk_error *err);
/* http or https, a host, no user, no query, no fragment, not longer than KK_FETCH_URL_MAX. */
KK_MUST_USE bool kk_address_sound(const char *url);
/* Same host and port, and the same scheme or https for http on their usual ports. */
KK_MUST_USE bool kk_address_stays(const char *from, const char *to);

#endif
