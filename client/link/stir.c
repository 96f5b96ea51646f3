/*
 * A held line whose owner has something to send (link.h): another process of this machine has
 * written into the folder. The system tells it; where it can't, the line is held as long as it
 * would have been.
 */
#include "link/flow.h"

#include "kukyoku/base/text.h"

#define SETTLE_MS 1000 /* an act is several writes, and acts often come together */

/* Before the line is held nobody needs to be told: its owner looks when it is opened. */
static void on_settled(uv_timer_t *timer)
{
    struct kk_link *l = KK_OWNER_OF(timer, struct kk_link, settle);

    if (l->state != KK_FLOW_TALKING || !l->proved || l->final ||
        !l->owner->stirred(l->owner->self))
        return;
    kk_link_done(l);
    kk_flow_tick(l);
}

/* The first change begins the wait, those that follow do not put it off. */
static void on_change(uv_fs_event_t *changes, const char *name, int events, int status)
{
    struct kk_link *l = KK_OWNER_OF(changes, struct kk_link, changes);

    (void)events;
    if (status == 0 && name && kk_text_ends(name, ".db") &&
        !uv_is_active((uv_handle_t *)&l->settle))
        uv_timer_start(&l->settle, on_settled, SETTLE_MS, 0);
}

void kk_stir_join(struct kk_link *l)
{
    if (!l->owner->stirred || !l->o->folder || uv_fs_event_init(&l->loop, &l->changes) < 0)
        return;
    l->stirs = true;
    uv_timer_init(&l->loop, &l->settle);
    kk_ignore(uv_fs_event_start(&l->changes, on_change, l->o->folder, 0));
}

void kk_stir_leave(struct kk_link *l)
{
    if (!l->stirs)
        return;
    uv_close((uv_handle_t *)&l->changes, NULL);
    uv_close((uv_handle_t *)&l->settle, NULL);
}
