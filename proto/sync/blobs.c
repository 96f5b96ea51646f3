/*
 * Blobs of the catalog: wants, pieces, apply. Up to KK_SYNC_IN_FLIGHT requests are on their way; a
 * blob whose hash is wrong is fetched once more, then the sync ends. [SY-9] [SY-10] [SY-12]
 */
#include "sync_in.h"

#include "kukyoku/error.h"

static struct kk_sync_get *slot(struct kk_sync *s, uint32_t id)
{
    for (size_t i = 0; i < KK_COUNT(s->gets); i++) {
        if (s->gets[i].id == id)
            return &s->gets[i];
    }
    return NULL;
}

bool sync_blob_waits(const struct kk_sync *s, uint32_t id)
{
    return id != 0 && slot((struct kk_sync *)s, id) != NULL;
}

static int ask(struct kk_sync *s, struct kk_sync_get *g)
{
    struct kk_msg_get get = { .max = KK_GET_BYTES_MAX, .offset = g->offset };

    memcpy(get.blob, g->want.ref.hash, KK_HASH_BYTES);
    return sync_send(s, KK_MSG_GET, &get, &g->id);
}

/* Fills free slots from the plan. */
static int ask_more(struct kk_sync *s)
{
    int r = 0;

    while (r == 0 && s->plan_at < s->plan.count) {
        struct kk_sync_get *g = slot(s, 0);

        if (!g)
            return 0;
        *g = (struct kk_sync_get){ .want = s->plan.wants[s->plan_at++] };
        g->offset = s->store->have(s->store->self, &g->want.ref);
        if (g->offset >= g->want.ref.len)
            continue; /* whole already: a duplicate of the plan, or an earlier cut */
        r = ask(s, g);
    }
    return r;
}

static bool any_waits(const struct kk_sync *s)
{
    for (size_t i = 0; i < KK_COUNT(s->gets); i++) {
        if (s->gets[i].id != 0)
            return true;
    }
    return false;
}

static int plan_next(struct kk_sync *s)
{
    kk_plan_fini(&s->plan);
    s->plan = (struct kk_plan){ 0 };
    s->plan_at = 0;
    return s->store->wants(s->store->self, &s->plan);
}

int sync_fetch(struct kk_sync *s)
{
    int r;

    if (s->plan_at == s->plan.count && !any_waits(s)) {
        r = plan_next(s);
        if (r < 0)
            return r;
        s->counts.wanted_bytes += s->plan.bytes;
        if (s->plan.count == 0)
            return s->store->apply(s->store->self);
    }
    r = ask_more(s);
    if (r < 0)
        return r;
    /* everything of the plan was there already: what follows from it? */
    return any_waits(s) ? 1 : sync_fetch(s);
}

/* The request is answered in full, or the blob is: the slot goes on or is free again. */
static int settle(struct kk_sync *s, struct kk_sync_get *g, bool whole, bool last)
{
    if (whole) {
        s->counts.blobs++;
        if (!last)
            return KK_E_PROTOCOL; /* nothing can follow the last byte */
        g->id = 0;
        return 0;
    }
    if (!last)
        return 1;
    return ask(s, g) < 0 ? KK_E_NETWORK : 1;
}

/* 1: more of this request is to come; 0: a slot came free. */
int sync_blob_data(struct kk_sync *s, uint32_t id, const struct kk_msg_data *data)
{
    struct kk_sync_get *g = slot(s, id);
    bool whole = false;
    int r;

    if (data->offset != g->offset || data->total != g->want.ref.len ||
        data->bytes.len > g->want.ref.len - g->offset)
        return KK_E_PROTOCOL;
    r = s->store->piece(s->store->self, &g->want.ref, g->offset, data->bytes, &whole);
    if (r == KK_E_HASH && !g->again && data->last) {
        /* bytes of an older cut may be at fault: once more from the start */
        g->again = true;
        g->offset = 0;
        return ask(s, g) < 0 ? KK_E_NETWORK : 1;
    }
    if (r < 0)
        return r;
    g->offset += data->bytes.len;
    s->counts.blob_bytes += data->bytes.len;
    return settle(s, g, whole, data->last);
}
