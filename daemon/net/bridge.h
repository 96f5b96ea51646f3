/* The relay as the service behind the network. The relay is touched from the store thread alone. */
#ifndef NET_BRIDGE_H
#define NET_BRIDGE_H

#include "net/service.h"
#include "net/worker.h"
#include "relay/relay.h"

/* The relay is borrowed; both hold its address. */
struct kk_service kk_bridge_service(struct kk_relay *relay);
struct kk_worker_batch kk_bridge_batch(struct kk_relay *relay);

#endif
