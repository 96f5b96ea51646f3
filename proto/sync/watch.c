/* HELLO, WATCH, NOTE: the device's side of a held line. [KS-2] */
#include "kukyoku/sync/watch.h"

#include "kukyoku/error.h"

#include "sync_in.h"

#define ARENA_MAX (256 * 1024)
#define HELLO_ID  1
#define WATCH_ID  2

void kk_watch_init(struct kk_watch *w, const struct kk_sync_store *store,
                   const struct kk_sync_line *line)
{
    *w = (struct kk_watch){ .store = store, .line = line };
}

int kk_watch_opened(struct kk_watch *w, struct kk_slice client)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_msg_hello hello = { .client = client };
    struct kk_held held = { 0 };
    int r;

    kk_arena_init(&arena, ARENA_MAX);
    r = w->store->held(w->store->self, &arena, &held);
    if (r < 0)
        return r;
    kk_held_digest(&held, w->digest);
    memcpy(hello.digest, w->digest, KK_HASH_BYTES);
    hello.root_ver = held.root_ver;
    hello.roster = held.roster;
    hello.catalog = held.catalog;
    w->state = KK_WATCH_WELCOMING;
    return w->line->send(w->line->self, KK_MSG_HELLO, HELLO_ID, &hello);
}

static int welcomed(struct kk_watch *w, const struct kk_msg_welcome *welcome)
{
    struct kk_msg_watch watch;

    if (!welcome->same) {
        w->state = KK_WATCH_HEARD;
        return 0;
    }
    memcpy(watch.digest, w->digest, KK_HASH_BYTES);
    w->state = KK_WATCH_HOLDING;
    return w->line->send(w->line->self, KK_MSG_WATCH, WATCH_ID, &watch);
}

int kk_watch_message(struct kk_watch *w, const struct kk_message *m)
{
    if (m->type == KK_MSG_ERR)
        return sync_refused(m->body);
    if (m->type == KK_MSG_WELCOME && w->state == KK_WATCH_WELCOMING)
        return welcomed(w, m->body);
    if (m->type != KK_MSG_NOTE || w->state != KK_WATCH_HOLDING)
        return KK_E_PROTOCOL;
    w->state = KK_WATCH_HEARD;
    return 0;
}
