/* Inside client/model: the files of one mirror, as a home needs them. */
#ifndef MODEL_MIRROR_IN_H
#define MODEL_MIRROR_IN_H

#include "fetch/fetch.h"

#include "kukyoku/base/arena.h"
#include "kukyoku/wire/message.h"

struct mirror_shelf {
    struct kk_fetch *fetch;
    const char *url;
    struct kk_error *err;
    struct kk_bytes word; /* the file `now` */
    struct kk_arena arena;
    struct kk_msg_welcome welcome; /* of `now`; roots are those that were read */
    struct kk_bytes roots[KK_ROOT_CHAIN_MAX];
    struct kk_blob_ref refs[KK_ROOT_CHAIN_MAX];
};
/* Connects to nobody yet. KK_E_USAGE for an address that is none. */
KK_MUST_USE int mirror_open(struct mirror_shelf *s, const struct kk_fetch_options *from,
                            struct kk_error *err);
void mirror_close(struct mirror_shelf *s);
/* Reads `now`. KK_E_MIRROR where it is no such word. */
KK_MUST_USE int mirror_hear(struct mirror_shelf *s);
/* One root document; KK_E_NOT_FOUND. */
KK_MUST_USE int mirror_root(struct mirror_shelf *s, uint64_t ver, struct kk_bytes *out);
/* The roots above `held`, as many as one run takes. */
KK_MUST_USE int mirror_roots(struct mirror_shelf *s, uint64_t held);
/* A piece of a blob; KK_E_NOT_FOUND. */
KK_MUST_USE int mirror_piece(struct mirror_shelf *s, const struct kk_msg_get *get,
                             struct kk_fetch_got *ret);
/* Gives err: this address, the fault and its words in both languages. */
int mirror_blame(struct mirror_shelf *s, int fault, const char *doing);

#endif
