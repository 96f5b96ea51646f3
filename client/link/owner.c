/* What the owner of a run may do inside its callbacks. */
#include "link/flow.h"

int kk_link_send(struct kk_link *link, enum kk_message_type type, uint32_t id, const void *body)
{
    return kk_session_send(&link->session, type, id, body, kk_flow_now(link));
}

int kk_link_send_plain(struct kk_link *link, struct kk_slice plain)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena;

    /* the message being answered stands in the link's own */
    kk_arena_init(&arena, KK_LINK_ARENA_MAX);
    return kk_session_send_plain(&link->session, plain, &arena, kk_flow_now(link));
}

int kk_link_flush(struct kk_link *link)
{
    return kk_flow_flush(link);
}

size_t kk_link_open_count(const struct kk_link *link)
{
    return kk_session_open_count(&link->session);
}

const uint8_t *kk_link_hash(const struct kk_link *link)
{
    return kk_session_hash(&link->session);
}

void kk_link_done(struct kk_link *link)
{
    link->done = true;
    link->final = true;
    kk_session_bye(&link->session, 0, kk_flow_now(link));
}
