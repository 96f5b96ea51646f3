/* Two sessions in memory. Events are told to the test by counters; nothing is asserted here. */
#include "talk.h"

#include <sodium.h>

const uint8_t talk_client_secret[KK_KEY_BYTES] = { 11, 12, 13 };
const uint8_t talk_server_secret[KK_KEY_BYTES] = { 21, 22, 23 };
const uint8_t talk_invite[KK_ID_BYTES] = { 31, 32, 33 };
const uint8_t talk_psk[KK_KEY_BYTES] = { 41, 42, 43 };

#define ARENA_MAX ((size_t)4 * 1024 * 1024)

void talk_init(struct talk *t, uint64_t seed)
{
    *t = (struct talk){ .now_ms = 1000, .times = kk_session_times_default };
    unit_entropy_init(&t->entropy, seed);
    crypto_scalarmult_curve25519_base(t->client_public, talk_client_secret);
    crypto_scalarmult_curve25519_base(t->server_public, talk_server_secret);
    kk_arena_init(&t->client.arena, ARENA_MAX);
    kk_arena_init(&t->server.arena, ARENA_MAX);
    t->admit = (struct kk_admission){
        .status = KK_ADMIT_OK, .retry_s = 7, .server_ms = 1234567890123, .root_ver = 3
    };
    memcpy(t->admit.psk, talk_psk, sizeof(talk_psk));
}

int talk_start(struct talk *t, enum kk_session_mode mode)
{
    struct kk_session_options o = {
        .role = KK_SESSION_CLIENT,
        .mode = mode,
        .secret = talk_client_secret,
        .peer = t->server_public,
        .invite = talk_invite,
        .psk = talk_psk,
        .entropy = t->entropy.entropy,
        .times = &t->times,
        .now_ms = t->now_ms,
    };
    int r = kk_session_init(&t->client.session, &o);

    if (r < 0)
        return r;
    o.role = KK_SESSION_SERVER;
    o.secret = talk_server_secret;
    return kk_session_init(&t->server.session, &o);
}

void talk_fini(struct talk *t)
{
    kk_session_fini(&t->client.session);
    kk_session_fini(&t->server.session);
    kk_arena_fini(&t->client.arena);
    kk_arena_fini(&t->server.arena);
}

/* false when nothing but more bytes can bring the side on */
static bool note(struct talk *t, struct talk_side *side, const struct kk_session_event *event)
{
    switch (event->what) {
    case KK_SESSION_MORE:
        return false;
    case KK_SESSION_IDENTIFY:
        side->identify++;
        if (!t->hold)
            kk_session_admit(&side->session, &t->admit);
        break;
    case KK_SESSION_OPENED:
        side->opened++;
        side->admission = event->admission;
        break;
    case KK_SESSION_MESSAGE:
        side->messages++;
        side->type = (uint8_t)event->message.type;
        side->id = event->message.id;
        break;
    case KK_SESSION_CLOSED:
        side->closed++;
        side->end = event->end;
        side->code = event->code;
        side->admission = event->admission;
        break;
    }
    side->last = *event;
    return true;
}

void talk_give(struct talk *t, struct talk_side *to, struct kk_slice bytes)
{
    struct kk_session_event event;
    size_t at = 0;

    do {
        struct kk_slice rest = at ? kk_slice(bytes.data + at, bytes.len - at) : bytes;

        kk_session_feed(&to->session, rest, t->now_ms, &to->arena, &event);
        at += event.used;
    } while (note(t, to, &event));
}

void talk_move(struct talk *t, struct talk_side *from, struct talk_side *to, size_t step)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 };
    size_t part;

    kk_session_take_out(&from->session, &out);
    for (size_t at = 0; at < out.len; at += part) {
        part = step == 0 || step > out.len - at ? out.len - at : step;
        talk_give(t, to, kk_slice(out.data + at, part));
    }
}

void talk_run(struct talk *t)
{
    while (kk_session_out_len(&t->client.session) || kk_session_out_len(&t->server.session)) {
        talk_move(t, &t->client, &t->server, 0);
        talk_move(t, &t->server, &t->client, 0);
    }
}

bool talk_open(struct talk *t)
{
    if (talk_start(t, KK_MODE_SESSION) < 0)
        return false;
    talk_run(t);
    if (talk_say(t, &t->client, KK_MSG_HELLO, 1) < 0)
        return false;
    talk_run(t);
    if (talk_say(t, &t->server, KK_MSG_WELCOME, 1) < 0)
        return false;
    talk_run(t);
    return kk_session_is_open(&t->client.session) && kk_session_is_open(&t->server.session);
}

static const uint8_t some_bytes[KK_HASH_BYTES] = { 1 };

/* Bodies with every MUST field filled. DATA is the last of its request, WELCOME the short one. */
#define push_op_wire                                                                               \
    {                                                                                              \
        .inc = 1, .seq = 1, .hlc = 1, .act = 1, .epoch = 1, .rec = { 1 }                           \
    }
static const struct kk_push_op push_op = { .op = push_op_wire, .sig = { 1 } };
static const struct kk_pushed_op pushed_op = { .op_id = { 1 }, .gsn = 1, .tv = 1 };
static const struct kk_msg_hello hello = { .client = { (const uint8_t *)"t", 1 },
                                           .root_ver = 1,
                                           .digest = { 1 } };
static const struct kk_msg_welcome welcome = { .server_ms = 1, .same = true };
static const struct kk_msg_get get = { .blob = { 1 }, .max = 10 };
static const struct kk_msg_data data = { .total = 1, .bytes = { some_bytes, 1 }, .last = true };
static const struct kk_msg_log log_entries = { .scope = { (const uint8_t *)"int", 3 },
                                       .from_gsn = 1,
                                       .max = 1 };
static const struct kk_msg_entries entries = { .scope = { (const uint8_t *)"int", 3 },
                                               .head = { .scope = { (const uint8_t *)"int", 3 },
                                                         .sig = { 1 } } };
static const struct kk_msg_push push = { .scope = { (const uint8_t *)"int", 3 },
                                         .ops = { &push_op, 1 } };
static const struct kk_msg_pushed pushed = { .scope = { (const uint8_t *)"int", 3 },
                                             .ops = { &pushed_op, 1 },
                                             .head = { .scope = { (const uint8_t *)"int", 3 },
                                                       .sig = { 1 } } };
static const struct kk_msg_ping ping = { .ms = 5 };
static const struct kk_msg_enrol enrol = { .request = { .invite = { 1 },
                                                        .sign = { 1 },
                                                        .noise = { 1 },
                                                        .wrap = { 1 },
                                                        .label = { (const uint8_t *)"pc", 2 },
                                                        .binding = { 1 },
                                                        .proof = { 1 } } };
static const struct kk_msg_enrolled enrolled = { .device = { 1 } };
static const struct kk_msg_state state = { 0 };
static const struct kk_msg_stated stated = { .server_ms = 1 };
static const struct kk_msg_watch watch = { .digest = { 1 } };
static const struct kk_msg_note note_of_news = { .server_ms = 1 };
static const struct kk_entry entry = { .gsn = 1, .tv = 1, .op = push_op_wire, .sig = { 1 } };
static const struct kk_msg_recover recover = { .scope = { (const uint8_t *)"int", 3 },
                                               .entries = { &entry, 1 } };
static const struct kk_msg_recovered recovered = { .scope = { (const uint8_t *)"int", 3 } };
static const struct kk_msg_err err = { .code = KK_WIRE_NOTFOUND };
static const struct kk_msg_bye bye = { 0 };
static const void *const bodies[] = {
    [KK_MSG_HELLO] = &hello, [KK_MSG_WELCOME] = &welcome, [KK_MSG_GET] = &get,
    [KK_MSG_DATA] = &data,   [KK_MSG_LOG] = &log_entries,         [KK_MSG_ENTRIES] = &entries,
    [KK_MSG_PUSH] = &push,   [KK_MSG_PUSHED] = &pushed,   [KK_MSG_PING] = &ping,
    [KK_MSG_PONG] = &ping,   [KK_MSG_ENROL] = &enrol,     [KK_MSG_ENROLLED] = &enrolled,
    [KK_MSG_STATE] = &state, [KK_MSG_STATED] = &stated,   [KK_MSG_ERR] = &err,
    [KK_MSG_BYE] = &bye,     [KK_MSG_WATCH] = &watch,     [KK_MSG_NOTE] = &note_of_news,
    [KK_MSG_RECOVER] = &recover, [KK_MSG_RECOVERED] = &recovered,
};

int talk_say(struct talk *t, struct talk_side *from, enum kk_message_type type, uint32_t id)
{
    return kk_session_send(&from->session, type, id, bodies[type], t->now_ms);
}

void talk_tick(struct talk *t, int64_t now_ms)
{
    struct kk_session_event event;

    t->now_ms = now_ms;
    kk_session_tick(&t->client.session, now_ms, &event);
    note(t, &t->client, &event);
    kk_session_tick(&t->server.session, now_ms, &event);
    note(t, &t->server, &event);
}
