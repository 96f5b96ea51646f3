/*
 * hostile-daemon DESK STORE PORT LIE: kukyokud's own network, relay and keys, patched to lie. It
 * serves until SIGTERM. Whoever has broken into the daemon's host can do as much; what
 * a device makes of each lie is in hostile_processes.py and in docs/threat-model.md.
 */
#include "desk.h"
#include "net/net.h"
#include "service.h"

#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define ARENA_MAX ((size_t)4 * 1024 * 1024)
#define PAGE_MAX  KK_ENTRIES_PER_LOG_MAX

struct hostile;
/* Changes a decoded answer; what it points to lives in the arena. false: it is left as it is. */
typedef bool lie_fn(struct hostile *h, enum kk_message_type type, void *body);

struct hostile {
    struct kk_service real;
    struct kk_relay *relay;
    struct kk_daemon_keys keys;
    struct kk_arena arena;
    lie_fn *lie;
    uv_loop_t loop;
    uv_signal_t stop;
    struct kk_worker *worker;
    struct kk_net *net;
};

static void sign(struct hostile *h, struct kk_log_head *head, struct kk_head *ret)
{
    struct kk_slice scope = ret->scope;

    kk_assert(kk_head_sign(scope, head, kk_relay_now(h->relay), h->keys.relay.sign_secret, ret) ==
              0);
}

static void head_before(struct hostile *h, struct kk_slice scope, uint64_t gsn,
                        struct kk_log_head *ret)
{
    struct kk_store *s = kk_relay_store(h->relay);

    *ret = (struct kk_log_head){ .gsn = gsn - 1 };
    if (gsn > 1)
        kk_assert(s->engine->entry_head(s, scope, gsn - 1, ret->head) == 1);
}

/* --- heads --- */

/* Every log ends one entry earlier than it did: an old state, signed today. */
static bool old_heads(struct hostile *h, enum kk_message_type type, void *body)
{
    struct kk_msg_welcome *w = body;
    struct kk_head *heads;

    if (type == KK_MSG_ENTRIES) {
        struct kk_msg_entries *e = body;
        struct kk_log_head head;

        if (e->head.gsn == 0 || e->more)
            return false;
        head_before(h, e->scope, e->head.gsn, &head);
        e->entries.count -= e->entries.count > 0;
        sign(h, &head, &e->head);
        return true;
    }
    if (type != KK_MSG_WELCOME || w->same)
        return false;
    heads = (struct kk_head *)w->heads.items;
    for (size_t i = 0; i < w->heads.count; i++) {
        struct kk_log_head head;

        head_before(h, heads[i].scope, heads[i].gsn, &head);
        sign(h, &head, &heads[i]);
    }
    return true;
}

/* The first entry, which the device holds, had another head. */
static bool another_history(struct hostile *h, enum kk_message_type type, void *body)
{
    struct kk_msg_welcome *w = body;
    struct kk_head *heads = type == KK_MSG_WELCOME ? (struct kk_head *)w->heads.items : NULL;

    for (size_t i = 0; heads && i < w->heads.count; i++) {
        struct kk_log_head head = { .gsn = 1, .head = { 9 } };

        sign(h, &head, &heads[i]);
    }
    return heads != NULL;
}

static bool an_era_of_its_own(struct hostile *h, enum kk_message_type type, void *body)
{
    struct kk_msg_welcome *w = body;
    struct kk_head *heads = type == KK_MSG_WELCOME ? (struct kk_head *)w->heads.items : NULL;

    for (size_t i = 0; heads && i < w->heads.count; i++) {
        struct kk_log_head head = { .era = heads[i].era + 1, .gsn = heads[i].gsn };

        memcpy(head.head, heads[i].head, KK_HASH_BYTES);
        sign(h, &head, &heads[i]);
    }
    return heads != NULL;
}

/* --- what is held back --- */

/* "Nothing new", under a fresh document that names a newer roster. */
static bool said_to_be_the_same(struct hostile *h, enum kk_message_type type, void *body)
{
    struct kk_msg_welcome *w = body;

    (void)h;
    if (type != KK_MSG_WELCOME)
        return false;
    *w = (struct kk_msg_welcome){ .server_ms = w->server_ms, .fresh = w->fresh, .same = true };
    return true;
}

/* --- entries --- */

static struct kk_entry *page(enum kk_message_type type, void *body, size_t min)
{
    struct kk_msg_entries *e = body;

    return type == KK_MSG_ENTRIES && e->entries.count >= min ? (struct kk_entry *)e->entries.items
                                                             : NULL;
}

static bool reordered(struct hostile *h, enum kk_message_type type, void *body)
{
    struct kk_entry *e = page(type, body, 2), first;

    (void)h;
    if (!e)
        return false;
    first = e[0];
    e[0] = e[1];
    e[1] = first;
    return true;
}

static bool left_out(struct hostile *h, enum kk_message_type type, void *body)
{
    struct kk_msg_entries *m = body;
    struct kk_entry *e = page(type, body, 2);

    (void)h;
    if (!e)
        return false;
    memmove(e, e + 1, (m->entries.count - 1) * sizeof(*e));
    m->entries.count--;
    return true;
}

static bool another_act(struct hostile *h, enum kk_message_type type, void *body)
{
    struct kk_entry *e = page(type, body, 1);

    (void)h;
    if (!e)
        return false;
    e[0].op.rec[3] ^= 1;
    return true;
}

static bool another_time(struct hostile *h, enum kk_message_type type, void *body)
{
    struct kk_msg_entries *m = body;
    struct kk_entry *e = page(type, body, 1);

    (void)h;
    if (!e)
        return false;
    e[m->entries.count - 1].recv_ms++;
    return true;
}

struct forging {
    struct kk_log_head head;
    uint64_t last;
    bool first;
};

static int advance(void *user, const struct kk_store_entry *e)
{
    struct forging *f = user;
    struct kk_pushed_op what = e->what;

    if (e->what.gsn > f->last)
        return 1;
    if (f->first)
        what.verdict = KK_WIRE_ROLE;
    f->first = false;
    kk_log_advance(&f->head, &what);
    return 0;
}

/* An act that the rules allow is refused, and the log signed as if it had been so. */
static bool another_verdict(struct hostile *h, enum kk_message_type type, void *body)
{
    struct kk_msg_entries *m = body;
    struct kk_entry *e = page(type, body, 1);
    struct kk_store *s = kk_relay_store(h->relay);
    struct forging f = { .first = true };

    if (!e)
        return false;
    f.last = e[m->entries.count - 1].gsn;
    head_before(h, m->scope, e[0].gsn, &f.head);
    kk_assert(s->engine->entry_each(s,
                                    &(struct kk_store_range){ m->scope, e[0].gsn, PAGE_MAX },
                                    advance, &f) >= 0);
    e[0].verdict = KK_WIRE_ROLE;
    sign(h, &f.head, &m->head);
    return true;
}

static const struct {
    const char *name;
    lie_fn *lie;
} lies[] = {
    { "old_heads", old_heads },
    { "another_history", another_history },
    { "an_era_of_its_own", an_era_of_its_own },
    { "said_to_be_the_same", said_to_be_the_same },
    { "reordered", reordered },
    { "left_out", left_out },
    { "another_act", another_act },
    { "another_time", another_time },
    { "another_verdict", another_verdict },
};

/* --- between the relay and the line --- */

static int answer(void *self, struct kk_caller *caller, const struct kk_message *m,
                  struct kk_bytes *out, uint64_t *ret_detail)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes honest = { 0 };
    struct hostile *h = self;
    struct kk_message said;
    int r = h->real.answer(h->real.self, caller, m, &honest, ret_detail);

    if (r < 0)
        return r;
    kk_arena_reset(&h->arena);
    kk_assert(kk_message_decode(kk_bytes_slice(&honest), &h->arena, &said, NULL) == 0);
    if (!h->lie(h, said.type, (void *)said.body))
        return kk_bytes_append_slice(out, kk_bytes_slice(&honest));
    return kk_message_encode(said.type, said.id, said.body, out);
}

static void identify(void *self, struct kk_caller *caller, struct kk_admission *ret)
{
    struct hostile *h = self;

    h->real.identify(h->real.self, caller, ret);
}

static int read_blob(void *self, struct kk_caller *caller, const struct kk_msg_get *get,
                     struct kk_bytes *bytes, uint64_t *ret_total)
{
    struct hostile *h = self;

    return h->real.read(h->real.self, caller, get, bytes, ret_total);
}

static void left(void *self, struct kk_caller *caller)
{
    struct hostile *h = self;

    h->real.left(h->real.self, caller);
}

static int begin(void *self)
{
    return kk_relay_begin(((struct hostile *)self)->relay);
}

static int commit(void *self)
{
    return kk_relay_commit(((struct hostile *)self)->relay);
}

static void open_all(struct hostile *h, const char *desk, const char *path, struct kk_store **store)
{
    struct kk_store_options so = { .path = path };
    struct kk_relay_options ro = { .now_ms = kk_clock_ms };
    struct kk_error err = { 0 };

    kk_arena_init(&h->arena, ARENA_MAX);
    if (kk_desk_keys(desk, &h->keys, &err) < 0 || kk_store_open_sqlite(&so, store, &err) < 0) {
        fprintf(stderr, "E%d %s %s\n", -err.fault, err.where, err.detail);
        exit(1);
    }
    ro.store = *store;
    ro.keys = h->keys.relay;
    kk_assert(kk_relay_new(&ro, &h->relay, &err) == 0);
    h->real = kk_service_of(h->relay);
}

/* --- the line --- */

static void fill_random(void *self, void *bytes, size_t len)
{
    (void)self;
    randombytes_buf(bytes, len);
}

static void on_ended(void *self, const struct kk_net_end *end)
{
    (void)self;
    (void)end;
}

static void on_refused(void *self, const char *peer, const char *why)
{
    (void)self;
    fprintf(stderr, "refused %s: %s\n", peer, why);
}

static void worker_closed(void *user)
{
    (void)user;
}

static void net_closed(void *user)
{
    kk_worker_close(((struct hostile *)user)->worker, worker_closed, user);
}

static void on_stop(uv_signal_t *handle, int number)
{
    struct hostile *h = handle->data;

    (void)number;
    uv_close((uv_handle_t *)handle, NULL);
    kk_net_close(h->net, net_closed, h);
}

static void serve(struct hostile *h, const char *port)
{
    struct kk_worker_batch batch = { .begin = begin, .commit = commit, .self = h };
    char place[64];
    const char *listen[] = { place };
    struct kk_net_options o = {
        .loop = &h->loop,
        .listen = listen,
        .listen_count = 1,
        .secret = h->keys.transport[0],
        .entropy = { .fill = fill_random },
        .service = { identify, answer, read_blob, left, h },
        .watch = { .ended = on_ended, .refused = on_refused, .self = h },
        .limits = &kk_net_limits_default,
    };

    snprintf(place, sizeof(place), "127.0.0.1:%s", port);
    uv_loop_init(&h->loop);
    kk_assert(kk_worker_start(&h->loop, &batch, &h->worker) == 0);
    o.worker = h->worker;
    kk_assert(kk_net_start(&o, &h->net, NULL) == 0);
    uv_signal_init(&h->loop, &h->stop);
    h->stop.data = h;
    uv_signal_start(&h->stop, on_stop, SIGTERM);
    uv_run(&h->loop, UV_RUN_DEFAULT);
    kk_assert(uv_loop_close(&h->loop) == 0);
}

int main(int argc, char **argv)
{
    struct hostile h = { .lie = NULL };
    struct kk_store *store = NULL;

    for (size_t i = 0; argc == 5 && i < KK_COUNT(lies); i++) {
        if (strcmp(lies[i].name, argv[4]) == 0)
            h.lie = lies[i].lie;
    }
    if (!h.lie) {
        fprintf(stderr, "usage: hostile-daemon DESK STORE PORT LIE\n");
        return 2;
    }
    open_all(&h, argv[1], argv[2], &store);
    serve(&h, argv[3]);
    kk_relay_free(h.relay);
    kk_store_free(store);
    kk_arena_fini(&h.arena);
    return 0;
}
