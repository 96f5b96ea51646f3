/* The made-up service. Its counters are written by loop and store thread under one lock. */
#include "server.h"

#include <check.h>
#include <sodium.h>
#include <stdio.h>

void server_random(void *self, void *bytes, size_t len)
{
    (void)self;
    randombytes_buf(bytes, len);
}

uint8_t server_blob_byte(uint64_t offset)
{
    return (uint8_t)(offset * 31 + (offset >> 8));
}

static void count(struct server *s, unsigned *counter)
{
    uv_mutex_lock(&s->lock);
    (*counter)++;
    uv_mutex_unlock(&s->lock);
}

/* --- the service, on the store thread --- */

static int begin(void *self)
{
    (void)self;
    return 0;
}

static int commit(void *self)
{
    return ((struct server *)self)->commit_fault;
}

static void identify(void *self, struct kk_caller *caller, struct kk_admission *ret)
{
    struct server *s = self;
    bool known = caller->mode == KK_MODE_ENROL
                     ? memcmp(caller->invite, s->invite, KK_ID_BYTES) == 0
                     : memcmp(caller->noise, s->client_public, KK_KEY_BYTES) == 0;
    enum kk_admit admit = s->admit;

    count(s, &s->identified);
    if (known && s->identified <= s->busy_first)
        admit = KK_ADMIT_BUSY;
    *ret = (struct kk_admission){
        .status = known ? admit : KK_ADMIT_UNKNOWN, .retry_s = 3, .server_ms = 77, .root_ver = 1
    };
    memcpy(ret->psk, s->psk, KK_KEY_BYTES);
    memcpy(caller->device, caller->noise, KK_ID_BYTES);
    if (known)
        caller->state = s;
}

static int encode(struct kk_bytes *answer, enum kk_message_type type, uint32_t id, const void *body)
{
    return kk_message_encode(type, id, body, answer);
}

static int answer_enrol(struct server *s, const struct kk_caller *caller,
                        const struct kk_message *m, struct kk_bytes *answer)
{
    const struct kk_msg_enrol *enrol = m->body;
    struct kk_msg_enrolled enrolled = { .device = { 9 } };

    if (s->enrol_fault < 0)
        return s->enrol_fault;
    if (memcmp(enrol->request.binding, caller->hash, KK_HASH_BYTES) != 0)
        return KK_E_PROTOCOL;
    return encode(answer, KK_MSG_ENROLLED, m->id, &enrolled);
}

static int answer(void *self, struct kk_caller *caller, const struct kk_message *m,
                  struct kk_bytes *answer, uint64_t *ret_detail)
{
    struct server *s = self;
    struct kk_msg_welcome welcome = { .server_ms = 1, .same = true };
    struct kk_msg_log *log = (struct kk_msg_log *)m->body;
    struct kk_msg_entries entries = { .head = { .sig = { 1 } } };

    count(s, &s->answered);
    ck_assert_ptr_eq(caller->state, s);
    if (m->type == KK_MSG_HELLO)
        return encode(answer, KK_MSG_WELCOME, m->id, &welcome);
    if (m->type == KK_MSG_ENROL)
        return answer_enrol(s, caller, m, answer);
    if (m->type == KK_MSG_LOG) {
        entries.scope = entries.head.scope = log->scope;
        return encode(answer, KK_MSG_ENTRIES, m->id, &entries);
    }
    *ret_detail = 42;
    return KK_E_ROLLBACK;
}

static int read_blob(void *self, struct kk_caller *caller, const struct kk_msg_get *get,
                     struct kk_bytes *bytes, uint64_t *ret_total)
{
    uint64_t left = get->offset < SERVER_BLOB_BYTES ? SERVER_BLOB_BYTES - get->offset : 0;
    size_t len = left < get->max ? (size_t)left : (size_t)get->max;
    uint8_t *at;

    ck_assert_ptr_eq(caller->state, self);
    if (get->blob[0] != 1)
        return KK_E_NOT_FOUND;
    if (kk_bytes_extend(bytes, len, &at) < 0)
        return KK_E_MEMORY;
    for (size_t i = 0; i < len; i++)
        at[i] = server_blob_byte(get->offset + i);
    *ret_total = SERVER_BLOB_BYTES;
    return 0;
}

static void left(void *self, struct kk_caller *caller)
{
    struct server *s = self;

    (void)caller;
    count(s, &s->left);
}

/* --- the loop --- */

static void on_ended(void *self, const struct kk_net_end *end)
{
    struct server *s = self;

    uv_mutex_lock(&s->lock);
    s->ended++;
    s->sessions_ended += end->proved;
    s->last_end = end->end;
    uv_mutex_unlock(&s->lock);
}

static void on_refused(void *self, const char *peer, const char *why)
{
    struct server *s = self;

    (void)peer;
    (void)why;
    count(s, &s->refused);
}

static void on_worker_closed(void *user)
{
    (void)user;
}

static void on_net_closed(void *user)
{
    struct server *s = user;

    kk_worker_close(s->worker, on_worker_closed, s);
    uv_close((uv_handle_t *)&s->stop, NULL);
    uv_close((uv_handle_t *)&s->look, NULL);
    uv_close((uv_handle_t *)&s->work, NULL);
}

static void on_stop(uv_async_t *async)
{
    struct server *s = async->data;

    kk_net_close(s->net, on_net_closed, s);
}

static void on_look(uv_async_t *async)
{
    struct server *s = async->data;

    s->sessions = kk_net_sessions(s->net);
    uv_sem_post(&s->looked);
}

static void run_job(struct kk_job *job)
{
    struct server *s = KK_OWNER_OF(job, struct server, job);

    s->job_fn(s->job_user);
}

static void job_done(struct kk_job *job)
{
    uv_sem_post(&KK_OWNER_OF(job, struct server, job)->worked);
}

static void on_work(uv_async_t *async)
{
    struct server *s = async->data;

    s->job = (struct kk_job){ .run = run_job, .done = job_done };
    kk_worker_post(s->worker, &s->job);
}

void server_run_job(struct server *s, void (*fn)(void *user), void *user)
{
    s->job_fn = fn;
    s->job_user = user;
    uv_async_send(&s->work);
    uv_sem_wait(&s->worked);
}

static void start_net(struct server *s)
{
    const char *listen[] = { s->listen };
    struct kk_net_options o = {
        .loop = &s->loop,
        .listen = listen,
        .listen_count = 1,
        .secret = s->secret,
        .entropy = { .fill = server_random },
        .service = { .identify = identify,
                     .answer = answer,
                     .read = read_blob,
                     .left = left,
                     .self = s },
        .worker = s->worker,
        .watch = { .ended = on_ended, .refused = on_refused, .self = s },
        .limits = &s->limits,
    };

    if (s->service)
        o.service = *s->service;
    s->fault = kk_net_start(&o, &s->net, NULL);
    s->port = s->fault == 0 ? kk_net_port(s->net) : 0;
}

static void run(void *arg)
{
    struct server *s = arg;
    struct kk_worker_batch batch = { .begin = begin, .commit = commit, .self = s };

    uv_loop_init(&s->loop);
    s->stop.data = s->look.data = s->work.data = s;
    uv_async_init(&s->loop, &s->stop, on_stop);
    uv_async_init(&s->loop, &s->look, on_look);
    uv_async_init(&s->loop, &s->work, on_work);
    s->fault = kk_worker_start(&s->loop, s->batch ? s->batch : &batch, &s->worker);
    if (s->fault == 0)
        start_net(s);
    uv_sem_post(&s->ready);
    uv_run(&s->loop, UV_RUN_DEFAULT);
    s->fault = uv_loop_close(&s->loop);
}

void server_init(struct server *s)
{
    *s = (struct server){ .limits = kk_net_limits_default,
                          .invite = { 5 },
                          .psk = { 6 },
                          .client_secret = { 7 },
                          .secret = { 8 },
                          .listen = "127.0.0.1:0" };
    s->limits.gate.rate = s->limits.gate.rate_per_source = 100000;
    crypto_scalarmult_curve25519_base(s->client_public, s->client_secret);
    crypto_scalarmult_curve25519_base(s->public, s->secret);
    uv_mutex_init(&s->lock);
    uv_sem_init(&s->ready, 0);
    uv_sem_init(&s->looked, 0);
    uv_sem_init(&s->worked, 0);
}

void server_start(struct server *s)
{
    ck_assert_int_eq(uv_thread_create(&s->thread, run, s), 0);
    uv_sem_wait(&s->ready);
    ck_assert_int_eq(s->fault, 0);
    ck_assert_int_gt(s->port, 0);
}

void server_stop(struct server *s)
{
    uv_async_send(&s->stop);
    uv_thread_join(&s->thread);
    ck_assert_int_eq(s->fault, 0); /* every handle was closed */
    uv_sem_destroy(&s->ready);
    uv_sem_destroy(&s->looked);
    uv_sem_destroy(&s->worked);
    uv_mutex_destroy(&s->lock);
}

unsigned server_sessions(struct server *s)
{
    uv_async_send(&s->look);
    uv_sem_wait(&s->looked);
    return s->sessions;
}

bool server_wait_ended(struct server *s, unsigned wanted, unsigned wait_ms)
{
    unsigned ended = 0;

    for (unsigned waited = 0; waited <= wait_ms && ended < wanted; waited += 10) {
        uv_mutex_lock(&s->lock);
        ended = s->ended + s->refused;
        uv_mutex_unlock(&s->lock);
        if (ended < wanted)
            uv_sleep(10);
    }
    return ended >= wanted;
}
