/*
 * Blobs of the catalog: wants, pieces, apply. Up to KK_SYNC_IN_FLIGHT requests are on their way; a
 * blob whose hash is wrong is fetched once more, then the sync ends. [SY-9] [SY-10] [SY-12]
 */
#include "sync_in.h"

#include "kukyoku/bundle/blob.h"
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
    struct kk_msg_get get = { .max = s->careful ? KK_SYNC_CAREFUL_BYTES : KK_GET_BYTES_MAX,
                              .offset = g->offset };

    memcpy(get.blob, g->want.ref.hash, KK_HASH_BYTES);
    return sync_send(s, KK_MSG_GET, &get, &g->id);
}

/* The very bytes, where WELCOME told them; no data: it did not. [SY-18] */
static struct kk_slice told(const struct kk_sync *s, const struct kk_blob_ref *ref)
{
    for (size_t i = 0; i < s->welcome.front.count; i++) {
        struct kk_slice bytes = s->welcome.front.items[i].bytes;
        uint8_t hash[KK_HASH_BYTES];

        if (bytes.len != ref->len)
            continue;
        kk_blob_hash(bytes, hash);
        if (memcmp(hash, ref->hash, KK_HASH_BYTES) == 0)
            return bytes;
    }
    return kk_slice(NULL, 0);
}

static int take_told(struct kk_sync *s, const struct kk_blob_ref *ref, struct kk_slice bytes)
{
    bool whole = false;

    s->counts.blobs++;
    s->counts.blob_bytes += bytes.len;
    return s->store->piece(s->store->self, ref, 0, bytes, &whole);
}

static int ask_next(struct kk_sync *s, struct kk_sync_get *g)
{
    struct kk_slice bytes;

    *g = (struct kk_sync_get){ .want = s->plan.wants[s->plan_at++] };
    g->offset = s->store->have(s->store->self, &g->want.ref);
    if (g->offset >= g->want.ref.len)
        return 0; /* whole already: a duplicate of the plan, or an earlier cut */
    bytes = told(s, &g->want.ref);
    return bytes.data && g->offset == 0 ? take_told(s, &g->want.ref, bytes) : ask(s, g);
}

/* Fills free slots from the plan. */
static int ask_more(struct kk_sync *s)
{
    struct kk_sync_get *g = slot(s, 0);
    int r = 0;

    while (r == 0 && g && s->plan_at < s->plan.count) {
        r = ask_next(s, g);
        g = slot(s, 0);
    }
    return r;
}

static size_t on_their_way(const struct kk_sync *s)
{
    size_t count = 0;

    for (size_t i = 0; i < KK_COUNT(s->gets); i++)
        count += s->gets[i].id != 0;
    return count;
}

static int plan_next(struct kk_sync *s)
{
    int r;

    kk_plan_fini(&s->plan);
    s->plan = (struct kk_plan){ 0 };
    s->plan_at = 0;
    r = s->store->wants(s->store->self, &s->plan);
    if (r == 0)
        s->counts.wanted_bytes += s->plan.bytes;
    return r;
}

/*
 * How many may be on their way ahead of their turn. A manifest or an index is small, and all else
 * is named by it; of what it names as much as fills the line between two questions. [SY-17]
 */
static size_t ahead_max(const struct kk_sync *s)
{
    enum kk_blob_kind kind = s->plan.wants[s->plan_at].kind;

    if (kind == KK_BLOB_MANIFEST || kind == KK_BLOB_INDEX)
        return KK_SYNC_AHEAD;
    return s->careful ? 0 : KK_SYNC_AHEAD_LARGE;
}

static void forget_plan(struct kk_sync *s)
{
    kk_plan_fini(&s->plan);
    s->plan = (struct kk_plan){ 0 };
    s->plan_at = 0;
    s->ahead_over = true;
}

/* The plan at hand is done with: is there another? */
static bool plan_on(struct kk_sync *s)
{
    if (s->plan_at < s->plan.count || on_their_way(s) > 0)
        return s->plan_at < s->plan.count;
    if (plan_next(s) < 0)
        forget_plan(s); /* a release that can't be read is no reason to keep records back */
    return s->plan.count > 0;
}

int sync_fetch_ahead(struct kk_sync *s)
{
    int r = 0;

    if (s->state == KK_SYNC_FETCHING || s->ahead_over)
        return 0;
    while (r == 0 && plan_on(s) && on_their_way(s) < ahead_max(s) &&
           sync_open_count(s) < KK_SYNC_IN_FLIGHT)
        r = ask_next(s, slot(s, 0));
    return r;
}

bool sync_ahead_failed(struct kk_sync *s, uint32_t id, int fault)
{
    if (s->state == KK_SYNC_FETCHING || (fault != KK_E_HASH && fault != KK_E_BLOB_MISSING))
        return false;
    slot(s, id)->id = 0;
    forget_plan(s);
    return true;
}

int sync_fetch(struct kk_sync *s)
{
    int r;

    if (s->plan_at == s->plan.count && on_their_way(s) == 0) {
        r = plan_next(s);
        if (r < 0)
            return r;
        if (s->plan.count == 0)
            return s->store->apply(s->store->self);
    }
    r = ask_more(s);
    if (r < 0)
        return r;
    /* everything of the plan was there already: what follows from it? */
    return on_their_way(s) > 0 ? 1 : sync_fetch(s);
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
