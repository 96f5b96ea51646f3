/* What a restored daemon lost and this device has: given back, one page at a time. [ER-4] [ER-7] */
#include "sync_in.h"

#include "kukyoku/error.h"

#define RETURN_ARENA (1024 * 1024)

/* 1: one is on its way; 0: nothing is to be given back. */
int sync_return(struct kk_sync *s)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_msg_recover m = { .scope = { 0 } };
    int r;

    if (!s->store->return_next)
        return 0;
    if (s->return_id != 0)
        return 1; /* a blob that was asked ahead has come meanwhile */
    kk_arena_init(&arena, RETURN_ARENA);
    r = s->store->return_next(s->store->self, &arena, &m);
    if (r <= 0)
        return r;
    return sync_send(s, KK_MSG_RECOVER, &m, &s->return_id) < 0 ? KK_E_NETWORK : 1;
}

bool sync_return_waits(const struct kk_sync *s, uint32_t id)
{
    return s->state == KK_SYNC_RETURNING && id != 0 && s->return_id == id;
}

int sync_returned(struct kk_sync *s, const struct kk_msg_recovered *m)
{
    s->return_id = 0;
    s->counts.returned += m->taken;
    /* what got a number by this comes with the log */
    s->pushed_any = s->pushed_any || m->taken > 0;
    return s->store->return_taken(s->store->self, m);
}

/* What the daemon can't use is no reason to stop: the rest of the sync goes on. */
int sync_return_refused(struct kk_sync *s, const struct kk_msg_err *m)
{
    s->return_id = 0;
    if (m->code == KK_WIRE_BUSY || m->code == KK_WIRE_RATE || m->code == KK_WIRE_INTERNAL)
        return sync_refused(m);
    return s->store->return_taken(s->store->self, NULL);
}
