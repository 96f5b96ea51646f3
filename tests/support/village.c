/* The virtual daemon and its lines. */
#include "village.h"

#include "kukyoku/base/hash.h"

#define ARENA_MAX   ((size_t)4 * 1024 * 1024)
#define STEPS_MAX   200000 /* a flow that goes on for ever is a fault of its own */
#define CLIENT_NAME "village 1"

static int64_t clock_of(void *user)
{
    return ((const struct village *)user)->now_ms;
}

static void open_relay(struct village *v)
{
    struct kk_relay_options o = { .store = v->store, .now_ms = clock_of, .user = v };

    memcpy(o.keys.sign_secret, v->bureau->daemon.secret, KK_SIGN_SECRET);
    memcpy(o.keys.sign, v->bureau->daemon.is, KK_KEY_BYTES);
    kk_assert(kk_relay_new(&o, &v->relay, NULL) == 0);
    v->service = kk_service_of(v->relay);
}

void village_init(struct village *v, struct bureau *b, uint64_t seed)
{
    struct kk_store_options o = { .path = NULL };

    *v = (struct village){ .bureau = b, .now_ms = b->now_ms };
    unit_entropy_init(&v->entropy, seed);
    kk_assert(kk_store_open_sqlite(&o, &v->store, NULL) == 0);
    open_relay(v);
}

void village_fini(struct village *v)
{
    kk_relay_free(v->relay);
    kk_store_free(v->store);
    v->relay = NULL;
    v->store = NULL;
}

void village_store(struct village *v, const char *path)
{
    struct kk_store_options o = { .path = path };

    village_fini(v);
    kk_assert(kk_store_open_sqlite(&o, &v->store, NULL) == 0);
    open_relay(v);
}

void village_restart(struct village *v)
{
    kk_relay_free(v->relay);
    open_relay(v);
}

/* --- what the desks hand over --- */

static void adopt(struct village *v, const struct kk_bytes *doc, const struct kk_bytes *devices)
{
    enum kk_trust_verdict verdict;
    struct kk_slice rows = devices ? kk_bytes_slice(devices) : kk_slice(NULL, 0);

    if (!doc->len)
        return;
    kk_assert(kk_relay_adopt(v->relay, kk_bytes_slice(doc), rows, &verdict) == 0);
    kk_assert(verdict == KK_TRUST_TAKEN || verdict == KK_TRUST_SAME);
}

static void adopt_blobs(struct village *v, const struct press *p)
{
    for (size_t i = 0; i < p->count; i++)
        kk_assert(kk_relay_adopt_blob(v->relay, kk_slice_text(p->scope),
                                      kk_bytes_slice(&p->blobs[i].bytes)) == 0);
}

void village_hand_over(struct village *v)
{
    struct bureau *b = v->bureau;

    kk_assert(kk_relay_begin(v->relay) == 0);
    adopt(v, &b->root_doc, NULL);
    for (size_t i = 0; i < BUREAU_SCOPES && b->roster_doc.len; i++)
        kk_assert(kk_relay_adopt_blob(v->relay, kk_slice_text(bureau_scope(i)),
                                      kk_bytes_slice(&b->wraps[i])) == 0);
    adopt(v, &b->roster_doc, &b->devices_blob);
    adopt_blobs(v, &b->pub);
    adopt_blobs(v, &b->internal);
    adopt(v, &b->catalog_doc, NULL);
    kk_assert(kk_relay_commit(v->relay) == 0);
}

/* --- the daemon's end --- */

static void end_line(struct village_line *l, enum kk_session_end end)
{
    if (l->over)
        return;
    l->over = true;
    l->end = end;
    if (l->fault == 0 && !kk_sync_done(&l->sync))
        l->fault = kk_end_fault(end) ? kk_end_fault(end) : KK_E_CUT;
}

static void count_message(struct village_line *l)
{
    if (++l->messages == l->v->cut_after)
        end_line(l, KK_END_CUT);
}

/* Says a message of the daemon's, or what the liar makes of it. */
static void say(struct village_line *l, struct kk_bytes *plain)
{
    struct village *v = l->v;
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_message m;

    kk_arena_init(&arena, ARENA_MAX);
    if (v->lie && kk_message_decode(kk_bytes_slice(plain), &arena, &m, NULL) == 0)
        v->lie(v->lie_user, &m, plain);
    if (kk_session_send_plain(&l->server, kk_bytes_slice(plain), &arena, v->now_ms) < 0)
        end_line(l, KK_END_MEMORY);
    count_message(l);
}

static void say_body(struct village_line *l, enum kk_message_type type, uint32_t id,
                     const void *body)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };

    if (kk_message_encode(type, id, body, &plain) < 0)
        end_line(l, KK_END_MEMORY);
    else
        say(l, &plain);
}

static void refuse(struct village_line *l, uint32_t id, int fault, uint64_t detail)
{
    enum kk_wire_code code = kk_error_info(fault)->wire;
    struct kk_msg_err err = { .code = code ? code : KK_WIRE_INTERNAL, .detail = detail };

    say_body(l, KK_MSG_ERR, id, &err);
    if (kk_wire_closes((unsigned)err.code))
        kk_session_bye(&l->server, (unsigned)err.code, l->v->now_ms);
}

/* As the network layer does it: piece by piece until the request is answered in full. */
static void serve_get(struct village_line *l, uint32_t id, struct kk_msg_get get)
{
    const struct kk_service *s = &l->v->service;
    bool last = false;

    while (!last && !l->over) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
        struct kk_msg_get piece = get;
        struct kk_msg_data data = { .offset = get.offset };
        int r;

        piece.max = get.max > KK_DATA_BYTES_MAX ? KK_DATA_BYTES_MAX : get.max;
        r = s->read(s->self, &l->caller, &piece, &bytes, &data.total);
        if (r < 0) {
            refuse(l, id, r, 0);
            return;
        }
        data.bytes = kk_bytes_slice(&bytes);
        get.offset += bytes.len;
        get.max -= bytes.len;
        data.last = last = get.max == 0 || get.offset >= data.total;
        say_body(l, KK_MSG_DATA, id, &data);
    }
}

static void serve(struct village_line *l, const struct kk_message *m)
{
    const struct kk_service *s = &l->v->service;
    KK_AUTO_FINI(kk_bytes) struct kk_bytes answer = { 0 };
    uint64_t detail = 0;
    int r;

    if (m->type == KK_MSG_GET) {
        serve_get(l, m->id, *(const struct kk_msg_get *)m->body);
        return;
    }
    r = kk_relay_begin(l->v->relay);
    if (r == 0) {
        r = s->answer(s->self, &l->caller, m, &answer, &detail);
        /* a refusal may leave evidence behind, which a fault of the machine may not */
        if (r == KK_E_MEMORY)
            kk_relay_rollback(l->v->relay);
        else if (kk_relay_commit(l->v->relay) < 0)
            r = KK_E_STORE;
    }
    if (r < 0)
        refuse(l, m->id, r, detail);
    else if (answer.len)
        say(l, &answer);
    if (m->type != KK_MSG_WATCH)
        return;
    l->asked++;
    kk_bytes_clear(&l->held);
    if (r == 0 && !answer.len) /* it waits; what is left is m again, encoded */
        ck_assert_int_eq(kk_message_encode(m->type, m->id, m->body, &l->held), 0);
}

void village_stir(struct village_line *l)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes held = l->held;
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_message m;

    l->held = (struct kk_bytes){ 0 };
    if (!held.len || l->over)
        return;
    kk_arena_init(&arena, ARENA_MAX);
    ck_assert_int_eq(kk_message_decode(kk_bytes_slice(&held), &arena, &m, NULL), 0);
    serve(l, &m);
}

static void identify(struct village_line *l)
{
    const struct kk_service *s = &l->v->service;
    struct kk_admission admission;

    memcpy(l->caller.noise, kk_session_peer(&l->server), KK_KEY_BYTES);
    s->identify(s->self, &l->caller, &admission);
    l->caller.status = admission.status;
    kk_session_admit(&l->server, &admission);
}

static bool daemon_event(struct village_line *l, const struct kk_session_event *e)
{
    switch (e->what) {
    case KK_SESSION_MORE:
        return false;
    case KK_SESSION_IDENTIFY:
        identify(l);
        break;
    case KK_SESSION_OPENED:
        break;
    case KK_SESSION_MESSAGE:
        count_message(l);
        l->round_trips++;
        if (!l->over)
            serve(l, &e->message);
        break;
    case KK_SESSION_CLOSED:
        return false; /* what it still has to say is delivered; the client hears why */
    }
    return !l->over;
}

/* --- the device's end --- */

static int client_send(void *self, enum kk_message_type type, uint32_t id, const void *body)
{
    struct village_line *l = self;

    return kk_session_send(&l->client, type, id, body, l->v->now_ms);
}

static bool has_what_it_wants(const struct village_line *l)
{
    return l->watches ? l->watch.state == KK_WATCH_HEARD : kk_sync_done(&l->sync);
}

static void device_acts(struct village_line *l, int r)
{
    if (r < 0)
        l->fault = r;
    if (r == 0 && !has_what_it_wants(l))
        return;
    kk_session_bye(&l->client, 0, l->v->now_ms);
    end_line(l, KK_END_DONE);
}

static bool device_event(struct village_line *l, const struct kk_session_event *e)
{
    bool pending = e->admission.status == KK_ADMIT_PENDING;

    switch (e->what) {
    case KK_SESSION_MORE:
    case KK_SESSION_IDENTIFY:
        return false;
    case KK_SESSION_OPENED:
        l->admission = e->admission;
        device_acts(l, l->watches ? kk_watch_opened(&l->watch, kk_slice_text(CLIENT_NAME))
                                  : kk_sync_opened(&l->sync, pending,
                                                   kk_slice_text(CLIENT_NAME)));
        break;
    case KK_SESSION_MESSAGE:
        device_acts(l, l->watches ? kk_watch_message(&l->watch, &e->message)
                                  : kk_sync_message(&l->sync, &e->message, e->plain));
        break;
    case KK_SESSION_CLOSED:
        end_line(l, e->end);
        return false;
    }
    return !l->over;
}

/* --- the line --- */

int village_open(struct village *v, struct village_line *l, const struct kk_device_keys *keys,
                 const struct kk_sync_store *store)
{
    struct kk_session_options o = { .role = KK_SESSION_CLIENT,
                                    .mode = KK_MODE_SESSION,
                                    .secret = keys->noise_secret,
                                    .peer = v->bureau->transport,
                                    .entropy = v->entropy.entropy,
                                    .now_ms = v->now_ms };
    int r;

    *l = (struct village_line){ .v = v };
    l->caller.mode = KK_MODE_SESSION;
    l->sends = (struct kk_sync_line){ .send = client_send, .self = l };
    kk_arena_init(&l->client_arena, ARENA_MAX);
    kk_arena_init(&l->server_arena, ARENA_MAX);
    kk_sync_init(&l->sync, store, &l->sends);
    r = kk_session_init(&l->client, &o);
    o.role = KK_SESSION_SERVER;
    o.secret = v->bureau->transport_secret;
    if (r == 0)
        r = kk_session_init(&l->server, &o);
    return r;
}

int village_watch(struct village *v, struct village_line *l, const struct kk_device_keys *keys,
                  const struct kk_sync_store *store)
{
    int r = village_open(v, l, keys, store);

    l->watches = true;
    kk_watch_init(&l->watch, store, &l->sends);
    return r;
}

void village_close(struct village_line *l)
{
    kk_session_fini(&l->client);
    kk_session_fini(&l->server);
    kk_arena_fini(&l->client_arena);
    kk_arena_fini(&l->server_arena);
    kk_sync_fini(&l->sync);
    kk_bytes_fini(&l->up);
    kk_bytes_fini(&l->down);
    kk_bytes_fini(&l->held);
}

static void feed(struct village_line *l, bool to_daemon, struct kk_slice in)
{
    struct kk_session *s = to_daemon ? &l->server : &l->client;
    struct kk_arena *arena = to_daemon ? &l->server_arena : &l->client_arena;
    struct kk_session_event e;
    size_t at = 0;
    bool go_on;

    do {
        struct kk_slice rest = at ? kk_slice(in.data + at, in.len - at) : in;

        kk_session_feed(s, rest, l->v->now_ms, arena, &e);
        at += e.used;
        go_on = to_daemon ? daemon_event(l, &e) : device_event(l, &e);
    } while (go_on);
}

/* What a side has written joins what is under way. */
static void load(struct village_line *l, struct kk_session *s, struct kk_bytes *way)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 };

    kk_session_take_out(s, &out);
    l->bytes += out.len;
    if (kk_bytes_append_slice(way, kk_bytes_slice(&out)) < 0)
        end_line(l, KK_END_CUT);
}

bool village_step(struct village_line *l)
{
    struct village *v = l->v;
    struct kk_bytes *way;
    KK_AUTO_FINI(kk_bytes) struct kk_bytes piece = { 0 };
    size_t len;
    bool up;

    if (l->over)
        return false;
    load(l, &l->client, &l->up);
    load(l, &l->server, &l->down);
    if (l->over || (!l->up.len && !l->down.len))
        return false;
    up = l->up.len && (!l->down.len || unit_random(&v->entropy) % 2 == 0);
    way = up ? &l->up : &l->down;
    len = way->len;
    if (v->piece_max && len > 1)
        len = 1 + unit_random(&v->entropy) % (len < v->piece_max ? len : v->piece_max);
    if (v->delay_max)
        v->now_ms += (int64_t)(unit_random(&v->entropy) % (uint64_t)v->delay_max);
    if (kk_bytes_append(&piece, way->data, len) < 0) {
        end_line(l, KK_END_CUT);
        return false;
    }
    kk_bytes_consume(way, len);
    feed(l, up, kk_bytes_slice(&piece));
    if (l->over) { /* the last words, which a socket would still carry */
        load(l, &l->client, &l->up);
        load(l, &l->server, &l->down);
    }
    return !l->over;
}

int village_sync(struct village *v, const struct kk_device_keys *keys,
                 const struct kk_sync_store *store, struct village_line *ret)
{
    struct village_line l;
    int r = village_open(v, &l, keys, store);
    size_t steps = 0;

    while (r == 0 && steps < STEPS_MAX && village_step(&l))
        steps++;
    if (r == 0 && !l.over)
        l.fault = KK_E_TIMEOUT; /* nobody has anything to say: a flow that hangs */
    if (r == 0)
        r = l.fault;
    village_close(&l);
    if (ret)
        *ret = l;
    return r;
}
