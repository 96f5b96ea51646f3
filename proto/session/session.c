/*
 * The session machine: frames through their gates, deadlines, and the end. The handshake is
 * handshake.c; both write bytes to `out` and never call their owner.
 *
 * An end is noted once (kk_machine_end) and told once, by the next call that gives an event.
 */
#include "deadline.h"
#include "machine.h"

#include "kukyoku/base/alloc.h"

#define TRIMMED_FROM 4096 /* bytes that a buffer holds too many */

_Static_assert(sizeof(struct kk_session) + sizeof(struct kk_noise) + 2 * 64 <= KK_PREAUTH_BYTES_MAX,
               "[LM-2] a peer that has proved nothing costs at most 1 KiB");

/* [LM-1] */
const struct kk_session_times kk_session_times_default = {
    .preauth = KK_PREAUTH_TIMEOUT_MS,
    .frame = KK_FRAME_TIMEOUT_MS,
    .idle = KK_IDLE_TIMEOUT_MS,
    .ping = KK_PING_INTERVAL_MS,
    .answer = KK_ANSWER_TIMEOUT_MS,
    .life = KK_SESSION_LIFE_MS,
    .frames = KK_SESSION_FRAMES_MAX,
};

/* --- life and end --- */

int kk_session_init(struct kk_session *s, const struct kk_session_options *o)
{
    bool client = o->role == KK_SESSION_CLIENT;

    *s = (struct kk_session){
        .role = o->role,
        .state = client ? KK_SESSION_MESSAGE2 : KK_SESSION_PREAMBLE,
        .entropy = o->entropy,
        .times = o->times ? o->times : &kk_session_times_default,
        .secret = o->secret,
        .started_ms = o->now_ms,
    };
    kk_place_init(&s->place, o->mode);
    return client ? kk_handshake_start(s, o) : 0;
}

void kk_session_fini(struct kk_session *s)
{
    if (s->noise)
        kk_noise_fini(s->noise);
    kk_free(s->noise);
    kk_frame_fini(&s->frame);
    kk_bytes_fini(&s->out);
    kk_secret_wipe(s, sizeof(*s));
}

void kk_machine_end(struct kk_session *s, enum kk_session_end end, const char *detail)
{
    if (s->state == KK_SESSION_END)
        return;
    s->state = KK_SESSION_END;
    s->end = end;
    s->detail = detail;
}

void kk_machine_keyed(struct kk_session *s, size_t frame_max)
{
    kk_frame_bound(&s->frame, KK_FRAME_CIPHER_MIN, frame_max);
}

static void tell_end(struct kk_session *s, struct kk_session_event *ret)
{
    if (s->state != KK_SESSION_END || s->told || ret->what != KK_SESSION_MORE)
        return;
    s->told = true;
    ret->what = KK_SESSION_CLOSED;
    ret->end = s->end;
    ret->code = s->code;
    ret->detail = s->detail;
    ret->admission.retry_s = s->retry_s;
}

static enum kk_message_from own_side(const struct kk_session *s)
{
    return s->role == KK_SESSION_CLIENT ? KK_FROM_CLIENT : KK_FROM_SERVER;
}

static enum kk_message_from peer_side(const struct kk_session *s)
{
    return s->role == KK_SESSION_CLIENT ? KK_FROM_SERVER : KK_FROM_CLIENT;
}

/* --- bytes out --- */

/* Seals what stands behind the two bytes at start, in place. */
static int seal_frame(struct kk_session *s, size_t start)
{
    size_t plain = s->out.len - start - KK_FRAME_HEAD_BYTES;
    uint8_t *tag;
    int r;

    if (plain == 0 || plain > KK_FRAME_PLAIN_MAX)
        return KK_E_PROTOCOL;
    r = kk_bytes_extend(&s->out, KK_AEAD_TAG_BYTES, &tag);
    if (r < 0)
        return r;
    kk_frame_put_head(s->out.data + start, plain + KK_AEAD_TAG_BYTES);
    tag = s->out.data + start + KK_FRAME_HEAD_BYTES;
    kk_seal_close(&s->send, kk_slice("", 0), kk_slice(tag, plain), tag);
    return 0;
}

/* m->body is the struct, or NULL where plain holds the message. Nothing stays on failure. */
static int queue(struct kk_session *s, const struct kk_message *m, struct kk_slice plain)
{
    size_t start = s->out.len;
    uint8_t *head;
    int r = kk_bytes_extend(&s->out, KK_FRAME_HEAD_BYTES, &head);

    if (r == 0 && plain.data)
        r = kk_bytes_append_slice(&s->out, plain);
    else if (r == 0)
        r = kk_message_encode(m->type, m->id, m->body, &s->out);
    if (r == 0)
        r = seal_frame(s, start);
    if (r < 0)
        s->out.len = start;
    return r;
}

/* Ends the session with BYE; whether BYE found memory does not matter any more. */
static void say_bye(struct kk_session *s, unsigned reason, enum kk_session_end end,
                    const char *detail)
{
    struct kk_msg_bye bye = { .reason = reason };
    struct kk_message m = { .type = KK_MSG_BYE, .body = &bye };

    if (s->state == KK_SESSION_OPEN)
        kk_ignore(queue(s, &m, kk_slice(NULL, 0)));
    kk_machine_end(s, end, detail);
}

/* [FR-5] the last frame of a direction is BYE */
static void watch_count(struct kk_session *s)
{
    if (s->state == KK_SESSION_OPEN && s->send.count + 1 >= s->times->frames)
        say_bye(s, 1, KK_END_RECONNECT, "frames");
}

static int send_message(struct kk_session *s, const struct kk_message *m, struct kk_slice plain,
                        int64_t now_ms)
{
    struct kk_place before = s->place;
    int r;

    if (s->state != KK_SESSION_OPEN)
        return KK_E_CUT;
    if (kk_place_pass(&s->place, own_side(s), m) != KK_WIRE_OK)
        return KK_E_PROTOCOL;
    r = queue(s, m, plain);
    if (r < 0) {
        s->place = before;
        return r;
    }
    s->sent_ms = now_ms;
    watch_count(s);
    return 0;
}

int kk_session_send(struct kk_session *s, enum kk_message_type type, uint32_t id, const void *body,
                    int64_t now_ms)
{
    struct kk_message m = { .type = type, .id = id, .body = body };

    return send_message(s, &m, kk_slice(NULL, 0), now_ms);
}

int kk_session_send_plain(struct kk_session *s, struct kk_slice plain, struct kk_arena *arena,
                          int64_t now_ms)
{
    struct kk_message m = { .body = NULL };
    int r = kk_message_type(plain, &m.type, &m.id);

    kk_arena_reset(arena);
    if (r < 0 || m.type != KK_MSG_ENTRIES) /* which is long, and moves no place by what is in it */
        r = kk_message_decode(plain, arena, &m, NULL);
    return r < 0 ? r : send_message(s, &m, plain, now_ms);
}

/* [PL-10] */
static enum kk_session_end end_of_bye(uint64_t reason)
{
    if (reason == 0)
        return KK_END_DONE;
    if (reason == 1)
        return KK_END_RECONNECT;
    if (reason == 2)
        return KK_END_STOPPING;
    if (reason == KK_WIRE_REVOKED)
        return KK_END_REVOKED;
    return reason == KK_WIRE_BUSY ? KK_END_BUSY : KK_END_REFUSED;
}

void kk_session_bye(struct kk_session *s, unsigned reason, int64_t now_ms)
{
    s->sent_ms = now_ms;
    say_bye(s, reason, end_of_bye(reason), NULL);
}

/* What waits for a slow line holds no more memory than it has bytes. */
static void trim(struct kk_bytes *b)
{
    uint8_t *exact = b->cap - b->len > TRIMMED_FROM ? kk_realloc(b->data, b->len) : NULL;

    if (!exact)
        return;
    b->data = exact;
    b->cap = b->len;
}

void kk_session_take_out(struct kk_session *s, struct kk_bytes *ret)
{
    *ret = s->out;
    s->out = (struct kk_bytes){ 0 };
    trim(ret);
}

size_t kk_session_out_len(const struct kk_session *s)
{
    return s->out.len;
}

void kk_session_wrote(struct kk_session *s, int64_t now_ms)
{
    if (s->state == KK_SESSION_OPEN)
        s->sent_ms = now_ms;
}

/* --- bytes in --- */

/* Tells the peer what it did, then ends. [FR-6] */
static void refuse(struct kk_session *s, uint32_t id, enum kk_wire_code code, const char *detail)
{
    struct kk_msg_err err = { .code = code, .text = kk_slice_text(detail) };
    struct kk_message m = { .type = KK_MSG_ERR, .id = id, .body = &err };

    if (s->role == KK_SESSION_SERVER)
        kk_ignore(queue(s, &m, kk_slice(NULL, 0))); /* without memory it ends in silence */
    kk_machine_end(s, KK_END_PROTOCOL, detail);
}

static void take_bye(struct kk_session *s, const struct kk_msg_bye *bye)
{
    s->code = (unsigned)bye->reason;
    kk_machine_end(s, end_of_bye(bye->reason), NULL);
}

static void take_closing_error(struct kk_session *s, const struct kk_msg_err *err)
{
    enum kk_session_end end = KK_END_REFUSED;

    if (err->code == KK_WIRE_REVOKED)
        end = KK_END_REVOKED;
    if (err->code == KK_WIRE_VERSION)
        end = KK_END_VERSION;
    s->code = (unsigned)err->code;
    kk_machine_end(s, end, NULL);
}

static void answer_ping(struct kk_session *s, const struct kk_message *ping, int64_t now_ms)
{
    if (kk_session_send(s, KK_MSG_PONG, ping->id, ping->body, now_ms) < 0)
        kk_machine_end(s, KK_END_MEMORY, "PONG");
}

/* What the session keeps for itself; everything else is an event. */
static void take_message(struct kk_session *s, const struct kk_message *m, int64_t now_ms,
                         struct kk_session_event *ret)
{
    const struct kk_msg_err *err = m->body;

    if (m->type == KK_MSG_BYE)
        take_bye(s, m->body);
    else if (m->type == KK_MSG_PING)
        answer_ping(s, m, now_ms);
    else if (m->type == KK_MSG_ERR && kk_wire_closes((unsigned)err->code))
        take_closing_error(s, err);
    else if (m->type != KK_MSG_PONG)
        ret->what = KK_SESSION_MESSAGE;
}

/* Form, shape and place: the plaintext has passed frame and seal. */
static void take_plain(struct kk_session *s, int64_t now_ms, struct kk_arena *arena,
                       struct kk_session_event *ret)
{
    struct kk_shape_fault fault = { 0 };
    enum kk_wire_code code;
    int r;

    kk_arena_reset(arena);
    r = kk_message_decode(ret->plain, arena, &ret->message, &fault);
    if (r < 0) {
        refuse(s, 0, r == KK_E_MEMORY ? KK_WIRE_LIMIT : KK_WIRE_PROTO,
               fault.reason ? fault.reason : "form");
        return;
    }
    code = kk_place_pass(&s->place, peer_side(s), &ret->message);
    if (code != KK_WIRE_OK) {
        refuse(s, ret->message.id, code, "out of place");
        return;
    }
    take_message(s, &ret->message, now_ms, ret);
}

/* [HS-6] the first frame that opens proves that the peer of message 1 is here now */
static void note_first(struct kk_session *s, int64_t now_ms)
{
    s->state = KK_SESSION_OPEN;
    s->opened_ms = s->sent_ms = now_ms;
    kk_frame_bound(&s->frame, KK_FRAME_CIPHER_MIN, KK_FRAME_CIPHER_MAX);
}

static void take_frame(struct kk_session *s, int64_t now_ms, struct kk_arena *arena,
                       struct kk_session_event *ret)
{
    struct kk_slice sealed = kk_bytes_slice(&s->frame.body);
    bool first = s->state == KK_SESSION_FIRST;

    if (s->receive.count >= s->times->frames) {
        kk_machine_end(s, KK_END_PROTOCOL, "frames");
        return;
    }
    if (kk_seal_open(&s->receive, kk_slice("", 0), sealed, s->frame.body.data) < 0) {
        kk_machine_end(s, first ? KK_END_HANDSHAKE : KK_END_PROTOCOL, "seal");
        return;
    }
    if (first)
        note_first(s, now_ms);
    s->heard_ms = now_ms;
    ret->plain = kk_slice(sealed.data, sealed.len - KK_AEAD_TAG_BYTES);
    take_plain(s, now_ms, arena, ret);
}

/* [PL-7] a server reads on once one of its open requests is answered */
static bool paused(const struct kk_session *s)
{
    return s->role == KK_SESSION_SERVER &&
           kk_place_open_count(&s->place) >= KK_REQUESTS_IN_FLIGHT_MAX;
}

/* Nothing is added to a NULL that stands for "no bytes". */
static struct kk_slice rest_of(struct kk_slice in, size_t used)
{
    return used ? kk_slice(in.data + used, in.len - used) : in;
}

static bool has_frames(const struct kk_session *s)
{
    return s->state == KK_SESSION_FIRST || s->state == KK_SESSION_OPEN;
}

static void feed_frames(struct kk_session *s, struct kk_slice in, int64_t now_ms,
                        struct kk_arena *arena, struct kk_session_event *ret)
{
    while (has_frames(s) && ret->what == KK_SESSION_MORE && !paused(s)) {
        size_t used = 0;
        int r;

        if (kk_frame_whole(&s->frame)) /* told by the call before */
            kk_frame_next(&s->frame);
        if (!kk_frame_begun(&s->frame))
            s->begun_ms = now_ms;
        r = kk_frame_feed(&s->frame, rest_of(in, ret->used), &used);
        ret->used += used;
        if (r < 0)
            kk_machine_end(s, r == KK_E_MEMORY ? KK_END_MEMORY : KK_END_PROTOCOL, "frame");
        else if (!kk_frame_whole(&s->frame))
            return;
        else
            take_frame(s, now_ms, arena, ret);
    }
}

void kk_session_feed(struct kk_session *s, struct kk_slice in, int64_t now_ms,
                     struct kk_arena *arena, struct kk_session_event *ret)
{
    *ret = (struct kk_session_event){ .what = KK_SESSION_MORE };
    kk_handshake_feed(s, in, ret);
    if (ret->what == KK_SESSION_OPENED)
        s->opened_ms = s->heard_ms = s->sent_ms = now_ms;
    if (has_frames(s) && ret->what == KK_SESSION_MORE)
        feed_frames(s, in, now_ms, arena, ret);
    tell_end(s, ret);
    if (s->state == KK_SESSION_END)
        ret->used = in.len; /* whatever follows the end is nobody's */
}

size_t kk_session_wants(const struct kk_session *s)
{
    if (s->state == KK_SESSION_END || s->state == KK_SESSION_IDENTIFYING || paused(s))
        return 0;
    if (!has_frames(s))
        return kk_handshake_wants(s);
    return kk_frame_whole(&s->frame) ? KK_FRAME_HEAD_BYTES : kk_frame_wants(&s->frame);
}

void kk_session_admit(struct kk_session *s, const struct kk_admission *a)
{
    if (s->state == KK_SESSION_IDENTIFYING) /* else it ended while the owner looked */
        kk_handshake_admit(s, a);
}

/* [HS-10] a daemon that closes before message 2 does not know us; a line that breaks says nothing
 */
void kk_session_cut(struct kk_session *s, bool orderly, struct kk_session_event *ret)
{
    bool silent = orderly && s->state == KK_SESSION_MESSAGE2 && s->taken == 0;

    *ret = (struct kk_session_event){ .what = KK_SESSION_MORE };
    kk_machine_end(s, silent ? KK_END_UNKNOWN : KK_END_CUT, NULL);
    tell_end(s, ret);
}

/* --- time --- */

int64_t kk_session_deadline(const struct kk_session *s)
{
    return kk_deadline_next(s);
}

static void send_ping(struct kk_session *s, int64_t now_ms)
{
    struct kk_msg_ping ping = { 0 };

    if (kk_session_send(s, KK_MSG_PING, 0, &ping, now_ms) < 0)
        kk_machine_end(s, KK_END_MEMORY, "PING");
}

void kk_session_tick(struct kk_session *s, int64_t now_ms, struct kk_session_event *ret)
{
    enum kk_due due = kk_deadline_due(s, now_ms);

    *ret = (struct kk_session_event){ .what = KK_SESSION_MORE };
    switch (due) {
    case KK_DUE_NOTHING:
        break;
    case KK_DUE_HANDSHAKE:
    case KK_DUE_FRAME:
    case KK_DUE_ANSWER:
    case KK_DUE_IDLE:
        kk_machine_end(s, KK_END_TIMEOUT, kk_deadline_name(due));
        break;
    case KK_DUE_LIFE:
        say_bye(s, 1, KK_END_RECONNECT, kk_deadline_name(due));
        break;
    case KK_DUE_PING:
        send_ping(s, now_ms);
        break;
    }
    tell_end(s, ret);
}

/* --- questions --- */

size_t kk_session_open_count(const struct kk_session *s)
{
    return kk_place_open_count(&s->place);
}

bool kk_session_is_open(const struct kk_session *s)
{
    return s->state == KK_SESSION_OPEN;
}

const uint8_t *kk_session_peer(const struct kk_session *s)
{
    return s->peer;
}

const uint8_t *kk_session_hash(const struct kk_session *s)
{
    return s->hash;
}

const uint8_t *kk_session_invite(const struct kk_session *s)
{
    return s->place.mode == KK_MODE_ENROL ? s->invite : NULL;
}
