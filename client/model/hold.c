/* Who is asked, what is held, and how a held line ended (hold.h). [KS-2] */
#include "model/hold.h"

#include "model/sync.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/sync/watch.h"

struct holding {
    struct kk_home home; /* no lock is held by having it open */
    struct kk_daemon_place place;
    struct kk_sync_store store; /* `held` alone */
    struct kk_sync_line line;
    struct kk_watch watch;
    struct kk_link *link;
    struct kk_error *err;
    bool asked;   /* the WATCH went out */
    bool stirred; /* something was written meanwhile */
    const struct kk_hold *what;
};

static int begin(struct holding *h, const char *dir, struct kk_error *err)
{
    int r = kk_home_open(dir, KK_HOME_READ, &h->home, err);

    if (r == 0 && !h->home.enrolled)
        return kk_error_say(err, KK_E_HOME, dir, "this home is not enrolled",
                            "この置き場所は未登録です");
    return r == 0 ? kk_daemon_place_find(&h->home, &h->place, err) : r;
}

/* Replicas are open for the look alone: whoever restores a home finds none in use. */
static int held(void *self, struct kk_arena *arena, struct kk_held *ret)
{
    struct holding *h = self;
    struct kk_home_sync sync = { .home = &h->home, .err = h->err };
    struct kk_sync_store store = kk_home_sync_store(&sync);
    int r;

    kk_replicas_init(&sync.replicas, &h->home, KK_REPLICA_READ);
    r = store.held(store.self, arena, ret);
    kk_replicas_fini(&sync.replicas);
    return r;
}

/* --- the line --- */

static int send(void *self, enum kk_message_type type, uint32_t id, const void *body)
{
    struct holding *h = self;

    h->asked = h->asked || type == KK_MSG_WATCH;
    return kk_link_send(h->link, type, id, body);
}

static int go_on(struct holding *h, int r)
{
    if (r == 0 && h->watch.state == KK_WATCH_HEARD)
        kk_link_done(h->link);
    return r;
}

/* Where the home cannot be read just now, the next sync will say so. */
static bool on_stirred(void *self)
{
    struct holding *h = self;
    struct kk_stirred now;

    h->stirred = kk_stirred_look(h->what->home, &now, NULL) == 0 &&
                 kk_stirred_since(&now, &h->what->before);
    return h->stirred;
}

/* What was written between the sync and this line is seen here. */
static int on_opened(void *self, struct kk_link *link, const struct kk_admission *admission)
{
    struct holding *h = self;

    (void)admission;
    h->link = link;
    if (on_stirred(h)) {
        kk_link_done(link);
        return 0;
    }
    return go_on(h, kk_watch_opened(&h->watch, kk_slice_text("kukyoku " KUKYOKU_VERSION)));
}

static int on_message(void *self, struct kk_link *link, const struct kk_message *m,
                      struct kk_slice plain)
{
    struct holding *h = self;

    (void)plain;
    h->link = link;
    return go_on(h, kk_watch_message(&h->watch, m));
}

static int listen(struct holding *h, struct kk_held_report *ret)
{
    struct kk_link_options o = {
        .mode = KK_MODE_SESSION,
        .secret = h->home.keys.noise_secret,
        .entropy = kk_os_entropy(),
        .endpoints = h->place.list,
        .endpoint_count = h->place.count,
        .daemon_keys = h->place.keys,
        .daemon_key_count = h->place.key_count,
        .hold_ms = h->what->listen_ms,
        .stop = h->what->stop,
        .folder = h->what->home,
    };
    struct kk_link_owner owner = { .opened = on_opened, .message = on_message,
                                   .stirred = on_stirred, .self = h };
    struct kk_link_counts counts = { 0 };
    int r;

    h->err = &ret->why;
    h->store = (struct kk_sync_store){ .held = held, .self = h };
    h->line = (struct kk_sync_line){ .send = send, .self = h };
    kk_watch_init(&h->watch, &h->store, &h->line);
    r = kk_link_run(&o, &owner, &counts, &ret->why);
    ret->retry_s = counts.retry_s;
    return r;
}

/* One that does not know the message ends the session for it. */
static enum kk_held_end judge(const struct holding *h, int r)
{
    if (r == 0 && h->stirred)
        return KK_HELD_STIRRED;
    if (r == 0)
        return h->watch.state == KK_WATCH_HEARD ? KK_HELD_NOTE : KK_HELD_OVER;
    return h->asked && r == KK_E_PROTOCOL ? KK_HELD_DEAF : KK_HELD_LOST;
}

int kk_model_hold(const struct kk_hold *what, struct kk_held_report *ret, struct kk_error *err)
{
    const char *home = what->home;
    struct holding *h = kk_alloc(sizeof(*h));
    int r;

    *ret = (struct kk_held_report){ .end = KK_HELD_LOST };
    if (!h)
        return kk_error_say(err, KK_E_MEMORY, home, "out of memory", "メモリ不足です");
    h->what = what;
    r = begin(h, home, err);
    if (r == 0) {
        r = listen(h, ret);
        ret->end = judge(h, r);
        if (r < 0 && r != KK_E_CANCELLED && r != KK_E_MEMORY)
            r = 0; /* it is told in *ret */
        else if (r < 0 && err)
            *err = ret->why;
    }
    kk_home_fini(&h->home);
    kk_free(h);
    return r;
}
