/*
 * A file that answers as the daemon would: what `--export media` wrote is put on a shelf, and the
 * machine of sync.h asks the shelf instead of a line. So whatever comes by a stick passes the very
 * checks that it passes by line. The shelf itself believes nothing: it finds things by the hash or
 * the number that is asked for. [MD-2]
 */
#ifndef KUKYOKU_SYNC_SHELF_H
#define KUKYOKU_SYNC_SHELF_H

#include "kukyoku/base/arena.h"
#include "kukyoku/base/bytes.h"
#include "kukyoku/wire/message.h"

struct kk_shelf_blob {
    uint8_t hash[KK_HASH_BYTES];
    struct kk_slice bytes;
};
/* One ENTRIES message of the file. */
struct kk_shelf_page {
    struct kk_slice scope, plain;
    uint64_t first, count; /* entries first … first + count - 1; count may be 0 */
};
struct kk_shelf {
    struct kk_slice file; /* borrowed */
    struct kk_arena arena;
    struct kk_bytes blobs, pages; /* struct kk_shelf_blob by hash, kk_shelf_page in file order */
    struct kk_msg_welcome welcome;
    struct kk_blob_ref roots[KK_ROOT_CHAIN_MAX];
    uint64_t root_vers[KK_ROOT_CHAIN_MAX];
    size_t root_count;
};

/*
 * Reads a KKYB file of type LOG to its end, checksum first. KK_E_BUNDLE_FILE for another type or a
 * damaged file, KK_E_FORM and KK_E_SHAPE for an item that is none, KK_E_MEMORY. file is borrowed.
 */
KK_MUST_USE int kk_shelf_init(struct kk_shelf *s, struct kk_slice file);
void kk_shelf_fini(struct kk_shelf *s);
KK_DEFINE_FINI(kk_shelf)

/* When the daemon wrote the file, by its own clock; 0: the file holds no fresh document. */
int64_t kk_shelf_issued_ms(const struct kk_shelf *s);
bool kk_shelf_has_log(const struct kk_shelf *s, struct kk_slice scope);

/* A whole message in answer to a request; several for a GET. Anything but 0 is passed up. */
typedef int kk_shelf_give_fn(void *user, struct kk_slice plain);
struct kk_shelf_taker {
    kk_shelf_give_fn *give;
    void *user;
};
/* Answers HELLO, GET, STATE, LOG; ERR NOTFOUND for what is not there. KK_E_PROTOCOL otherwise. */
KK_MUST_USE int kk_shelf_answer(const struct kk_shelf *s, enum kk_message_type type, uint32_t id,
                                const void *body, const struct kk_shelf_taker *to);

#endif
