/*
 * Many devices at once, as the client's own line has them: crowd HOME COUNT. All hold what HOME
 * holds, each asks from a thread of its own whether there is anything new, and waits and comes
 * again where the daemon has no room. Prints when each finished, and how often it waited.
 */
#include "model/sync.h"

#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

struct crowd {
    struct kk_link_options line;
    struct kk_msg_hello hello;
    uint64_t began;
};
struct device {
    struct crowd *crowd;
    uv_thread_t thread;
    struct kk_link_counts counts;
    double seconds;
    int fault;
};

static int on_opened(void *self, struct kk_link *link, const struct kk_admission *a)
{
    const struct device *d = self;

    (void)a;
    return kk_link_send(link, KK_MSG_HELLO, 1, &d->crowd->hello);
}

static int on_message(void *self, struct kk_link *link, const struct kk_message *m,
                      struct kk_slice plain)
{
    (void)self;
    (void)plain;
    if (m->type == KK_MSG_ERR)
        return KK_E_PEER_BUSY;
    if (m->type != KK_MSG_WELCOME || !((const struct kk_msg_welcome *)m->body)->same)
        return KK_E_PROTOCOL;
    kk_link_done(link);
    return 0;
}

static int again(void *self)
{
    (void)self;
    return 0;
}

static void run(void *arg)
{
    struct device *d = arg;
    struct kk_link_owner owner = { .opened = on_opened, .message = on_message, .again = again,
                                   .self = d };

    d->fault = kk_link_run_again(&d->crowd->line, &owner, &d->counts, NULL);
    d->seconds = (double)(uv_hrtime() - d->crowd->began) / 1e9;
}

static int fill_hello(struct kk_home *h, struct kk_msg_hello *ret, struct kk_error *err)
{
    KK_AUTO_FINI(kk_home_sync) struct kk_home_sync sync = { 0 };
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_sync_store store;
    struct kk_held held = { 0 };
    int r = kk_home_sync_init(&sync, h, err);

    kk_arena_init(&arena, 1024 * 1024);
    store = kk_home_sync_store(&sync);
    if (r == 0)
        r = store.held(store.self, &arena, &held);
    if (r < 0)
        return r;
    *ret = (struct kk_msg_hello){ .client = kk_slice_text("crowd"), .root_ver = held.root_ver,
                                  .roster = held.roster, .catalog = held.catalog };
    kk_held_digest(&held, ret->digest);
    return 0;
}

static int all(struct crowd *c, size_t count)
{
    struct device *devices = calloc(count, sizeof(*devices));
    int failed = 0;

    if (!devices)
        return 1;
    c->began = uv_hrtime();
    for (size_t i = 0; i < count; i++) {
        devices[i].crowd = c;
        if (uv_thread_create(&devices[i].thread, run, &devices[i]) < 0)
            abort();
    }
    for (size_t i = 0; i < count; i++) {
        uv_thread_join(&devices[i].thread);
        printf("%.3f %u %u %d\n", devices[i].seconds, devices[i].counts.waits,
               devices[i].counts.connects, devices[i].fault);
        failed += devices[i].fault != 0;
    }
    free(devices);
    return failed > 0;
}

int main(int argc, char **argv)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    struct crowd c = { .line = { .mode = KK_MODE_SESSION, .entropy = kk_os_entropy() } };
    struct kk_daemon_place place;
    struct kk_error err = { 0 };
    int r;

    if (argc != 3)
        return 2;
    r = kk_home_open(argv[1], KK_HOME_WRITE, &home, &err);
    if (r == 0)
        r = kk_daemon_place_find(&home, &place, &err);
    if (r == 0)
        r = fill_hello(&home, &c.hello, &err);
    if (r < 0) {
        fprintf(stderr, "crowd: %d %s\n", r, err.detail);
        return 1;
    }
    c.line.endpoints = place.list;
    c.line.endpoint_count = place.count;
    c.line.daemon_keys = place.keys;
    c.line.daemon_key_count = place.key_count;
    c.line.secret = home.keys.noise_secret;
    return all(&c, strtoul(argv[2], NULL, 10));
}
