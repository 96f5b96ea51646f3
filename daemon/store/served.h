/*
 * What was handed to whom: one line for each device, scope, way and day, grown as the day goes on.
 * Entries of a log by their numbers; blobs by the catalogs that were in force. [DM-20]
 */
#ifndef STORE_SERVED_H
#define STORE_SERVED_H

#include "kukyoku/limits.h"
#include "kukyoku/slice.h"
#include "kukyoku/trust/document.h"

#include <stdint.h>

#define KK_SERVED_WAYS(W)                                                                          \
    W(LOG, 1, "log")                                                                               \
    W(BLOBS, 2, "blobs")
#define KK_SERVED_ENUM(NAME, number, name) KK_SERVED_##NAME = (number),
enum kk_served_way { KK_SERVED_WAYS(KK_SERVED_ENUM) };
#undef KK_SERVED_ENUM

struct kk_store_served {
    uint8_t device[KK_ID_BYTES];
    struct kk_slice scope; /* borrowed */
    enum kk_served_way way;
    uint64_t from, to;     /* entries, or release numbers, both included */
    int64_t first_ms, last_ms;
};
typedef int kk_store_served_fn(void *user, const struct kk_store_served *served);

/* Which release a device says it holds. */
struct kk_store_holder {
    uint8_t device[KK_ID_BYTES];
    struct kk_ver catalog; /* zeros: it has none; gen is not read back */
    int64_t said_ms;
};
typedef int kk_store_holder_fn(void *user, const struct kk_store_holder *holder);

#endif
