/*
 * Requests on their way to the store thread and back. A request waits in its connection until the
 * outgoing queue has room for its answer ([LM-5]); a GET comes back once for each piece and waits
 * again. The store thread touches the request and the caller, nothing else of the connection.
 */
#include "net/server.h"

#include "kukyoku/base/alloc.h"

#define ARENA_MAX    ((size_t)4 * 1024 * 1024)
#define ERR_TEXT_MAX 128 /* of messages.def; the texts are ASCII */

struct kk_request {
    struct kk_job job;
    struct kk_conn *conn;
    struct kk_request *next;
    enum kk_message_type type;
    uint32_t id;
    size_t cost;            /* bytes its answer may take */
    struct kk_bytes plain;  /* the request, encoded */
    struct kk_bytes answer; /* encoded; of a GET only the bytes */
    struct kk_msg_get get;  /* GET: what is still to come */
    uint64_t total, detail;
    struct kk_admission admission;
};

static void free_request(struct kk_request *q)
{
    kk_bytes_fini(&q->plain);
    kk_bytes_fini(&q->answer);
    kk_secret_wipe(&q->admission, sizeof(q->admission)); /* a psk */
    kk_free(q);
}

static struct kk_request *new_request(struct kk_conn *c, kk_job_fn *run, kk_job_fn *done)
{
    struct kk_request *q = kk_alloc(sizeof(*q));

    if (!q)
        return NULL;
    q->conn = c;
    q->job.run = run;
    q->job.done = done;
    return q;
}

static void post(struct kk_request *q)
{
    q->conn->jobs++;
    q->conn->expected += q->cost;
    kk_worker_post(q->conn->net->worker, &q->job);
}

/* The connection it came from; the request itself may be used again or freed. */
static struct kk_conn *came_back(struct kk_request *q)
{
    q->conn->expected -= q->cost;
    return q->conn;
}

static struct kk_request *request_of(struct kk_job *job)
{
    return KK_OWNER_OF(job, struct kk_request, job);
}

/* --- who is it? --- */

static void run_identify(struct kk_job *job)
{
    struct kk_request *q = request_of(job);
    const struct kk_service *s = &q->conn->net->service;

    s->identify(s->self, &q->conn->caller, &q->admission);
}

static void identified(struct kk_job *job)
{
    struct kk_request *q = request_of(job);
    struct kk_conn *c = came_back(q);

    c->identified = q->admission.status != KK_ADMIT_UNKNOWN;
    if (job->fault < 0)
        q->admission.status = KK_ADMIT_BUSY;
    if (c->identified && q->admission.status != KK_ADMIT_REVOKED && !kk_net_has_room(c->net, c))
        q->admission.status = KK_ADMIT_BUSY; /* [LM-3] */
    if (q->admission.status == KK_ADMIT_BUSY)
        q->admission.retry_s = kk_net_turn_away(c->net); /* [HS-7] */
    c->caller.status = q->admission.status;
    if (c->state == KK_CONN_LIVE) {
        kk_session_admit(&c->session, &q->admission);
        kk_conn_feed(c, kk_slice(NULL, 0));
    }
    free_request(q);
    kk_conn_job_done(c);
}

int kk_request_identify(struct kk_conn *c)
{
    struct kk_request *q = new_request(c, run_identify, identified);

    if (!q)
        return KK_E_MEMORY;
    post(q);
    return 0;
}

/* --- answers --- */

/* What could not be queued: an end that is told soon (KK_E_CUT), or a reason to go. */
static void judge_send(struct kk_conn *c, int r)
{
    if (r < 0 && r != KK_E_CUT)
        kk_conn_reset(c, r == KK_E_MEMORY ? KK_END_MEMORY : KK_END_PROTOCOL, "answer");
}

static void send_error(struct kk_request *q)
{
    const struct kk_error_info *info = kk_error_info(q->job.fault);
    enum kk_wire_code code = info->wire == KK_WIRE_OK ? KK_WIRE_INTERNAL : info->wire;
    struct kk_msg_err err = { .code = code, .text = kk_slice_text(info->en), .detail = q->detail };
    struct kk_conn *c = q->conn;

    if (code == KK_WIRE_BUSY || code == KK_WIRE_RATE)
        err.detail = kk_net_turn_away(c->net);
    if (err.text.len > ERR_TEXT_MAX)
        err.text.len = ERR_TEXT_MAX;
    judge_send(c, kk_session_send(&c->session, KK_MSG_ERR, q->id, &err, kk_net_now(c->net)));
    if (kk_wire_closes(code))
        kk_session_bye(&c->session, code, kk_net_now(c->net));
}

/*
 * Pieces of blobs come behind all else, and a blob is sent to its end before the next is begun: the
 * client, which proves each blob when it is whole, would else have to prove eight at the very end.
 */
static bool goes_before(const struct kk_request *a, const struct kk_request *b)
{
    bool a_get = a->type == KK_MSG_GET, b_get = b->type == KK_MSG_GET;

    return a_get != b_get ? b_get : a->id < b->id;
}

static void wait_again(struct kk_request *q)
{
    struct kk_request **at = &q->conn->waiting;

    while (*at && !goes_before(q, *at))
        at = &(*at)->next;
    q->next = *at;
    *at = q;
}

static void run_answer(struct kk_job *job)
{
    struct kk_request *q = request_of(job);
    const struct kk_service *s = &q->conn->net->service;
    KK_AUTO_FINI(kk_arena) struct kk_arena arena;
    struct kk_message m;

    kk_arena_init(&arena, ARENA_MAX);
    job->fault = kk_message_decode(kk_bytes_slice(&q->plain), &arena, &m, NULL);
    if (job->fault == 0)
        job->fault = s->answer(s->self, &q->conn->caller, &m, &q->answer, &q->detail);
}

/* What a PUSH or an enrolment brought may be news for others. */
static bool takes_in(const struct kk_request *q)
{
    return q->type == KK_MSG_PUSH || q->type == KK_MSG_ENROL;
}

static void answered(struct kk_job *job)
{
    struct kk_request *q = request_of(job);
    struct kk_conn *c = came_back(q);
    struct kk_slice plain = kk_bytes_slice(&q->answer);
    int64_t now_ms = kk_net_now(c->net);

    if (job->fault == 0 && takes_in(q))
        kk_net_stir(c->net);
    if (c->state == KK_CONN_LIVE && job->fault < 0)
        send_error(q);
    else if (c->state == KK_CONN_LIVE)
        judge_send(c, kk_session_send_plain(&c->session, plain, &c->net->arena, now_ms));
    free_request(q);
    if (c->state == KK_CONN_LIVE)
        kk_conn_feed(c, kk_slice(NULL, 0));
    kk_conn_job_done(c);
}

/* --- WATCH: for however long [KS-2] --- */

static void watched(struct kk_job *job)
{
    struct kk_request *q = request_of(job);
    struct kk_conn *c = q->conn;

    if (job->fault == 0 && q->answer.len == 0 && !kk_net_may_hold(c->net, c))
        job->fault = KK_E_PEER_BUSY;
    if (c->state != KK_CONN_LIVE || job->fault < 0 || q->answer.len > 0) {
        answered(job);
        return;
    }
    came_back(q);
    c->held = q;
    kk_conn_job_done(c);
}

void kk_request_stir(struct kk_conn *c)
{
    struct kk_request *q = c->held;

    if (!q || c->state != KK_CONN_LIVE)
        return;
    c->held = NULL;
    wait_again(q);
    kk_conn_advance(c);
}

/* --- GET: piece by piece [PL-11] --- */

static void run_read(struct kk_job *job)
{
    struct kk_request *q = request_of(job);
    const struct kk_service *s = &q->conn->net->service;
    struct kk_msg_get piece = q->get;

    if (piece.max > KK_DATA_BYTES_MAX)
        piece.max = KK_DATA_BYTES_MAX;
    job->fault = s->read(s->self, &q->conn->caller, &piece, &q->answer, &q->total);
    if (job->fault == 0 && q->answer.len == 0)
        job->fault = KK_E_NOT_FOUND;
}

/* Sends the piece; true when it was the last. */
static bool send_piece(struct kk_request *q)
{
    struct kk_conn *c = q->conn;
    struct kk_msg_data data = { .offset = q->get.offset,
                                .total = q->total,
                                .bytes = kk_bytes_slice(&q->answer) };
    int r;

    q->get.offset += data.bytes.len;
    q->get.max -= data.bytes.len;
    data.last = q->get.max == 0 || q->get.offset >= q->total;
    r = kk_session_send(&c->session, KK_MSG_DATA, q->id, &data, kk_net_now(c->net));
    kk_bytes_fini(&q->answer); /* it may wait long for its next turn */
    judge_send(c, r);
    return r < 0 || data.last;
}

static void have_read(struct kk_job *job)
{
    struct kk_request *q = request_of(job);
    struct kk_conn *c = came_back(q);
    bool over = true;

    if (c->state == KK_CONN_LIVE && job->fault < 0)
        send_error(q);
    else if (c->state == KK_CONN_LIVE)
        over = send_piece(q);
    if (over)
        free_request(q);
    else
        wait_again(q);
    if (c->state == KK_CONN_LIVE)
        kk_conn_feed(c, kk_slice(NULL, 0));
    kk_conn_job_done(c);
}

/* --- waiting --- */

/* What an answer may take at most, roughly: two long ones fit into the queue, or many short ones.
 */
static size_t cost_of(enum kk_message_type type)
{
    if (type == KK_MSG_GET || type == KK_MSG_LOG)
        return KK_FRAME_BYTES_MAX;
    return type == KK_MSG_PUSH ? KK_FRAME_BYTES_MAX / 2 : KK_FRAME_BYTES_MAX / 8;
}

int kk_request_add(struct kk_conn *c, const struct kk_message *m, struct kk_slice plain)
{
    bool get = m->type == KK_MSG_GET;
    kk_job_fn *done = get ? have_read : m->type == KK_MSG_WATCH ? watched : answered;
    struct kk_request *q = new_request(c, get ? run_read : run_answer, done);

    if (!q)
        return KK_E_MEMORY;
    q->type = m->type;
    q->id = m->id;
    q->cost = cost_of(m->type);
    if (get) {
        q->get = *(const struct kk_msg_get *)m->body;
    } else if (kk_bytes_append_slice(&q->plain, plain) < 0) {
        free_request(q);
        return KK_E_MEMORY;
    }
    wait_again(q);
    return 0;
}

static bool has_room(const struct kk_conn *c, const struct kk_request *q)
{
    size_t ahead = kk_conn_queued(c) + kk_session_out_len(&c->session) + c->expected;

    return ahead == 0 || ahead + q->cost <= c->net->limits.outbound_soft + KK_FRAME_BYTES_MAX;
}

void kk_request_dispatch(struct kk_conn *c)
{
    while (c->waiting && has_room(c, c->waiting)) {
        struct kk_request *q = c->waiting;

        c->waiting = q->next;
        post(q);
    }
}

void kk_request_drop_waiting(struct kk_conn *c)
{
    while (c->waiting) {
        struct kk_request *q = c->waiting;

        c->waiting = q->next;
        free_request(q);
    }
    if (c->held)
        free_request(KK_STEAL(c->held));
}

/* --- farewell --- */

static void run_left(struct kk_job *job)
{
    struct kk_request *q = request_of(job);
    const struct kk_service *s = &q->conn->net->service;

    s->left(s->self, &q->conn->caller);
}

static void has_left(struct kk_job *job)
{
    struct kk_request *q = request_of(job);
    struct kk_conn *c = came_back(q);

    free_request(q);
    kk_conn_job_done(c);
}

int kk_request_left(struct kk_conn *c)
{
    struct kk_request *q = new_request(c, run_left, has_left);

    if (!q)
        return KK_E_MEMORY;
    post(q);
    return 0;
}
