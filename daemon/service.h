/* Joins the line to the relay: what the network asks, in the relay's words. */
#ifndef SERVICE_H
#define SERVICE_H

#include "net/service.h"
#include "relay/relay.h"

/* The service over this relay; borrowed for its life. */
struct kk_service kk_service_of(struct kk_relay *relay);

#endif
