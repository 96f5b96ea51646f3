/*
 * Two sessions and a hostile line, as a schedule: each step is a byte that says what happens and,
 * where it needs them, bytes of its own. What must hold after each step is in check().
 *
 *   0x00 … 0x1f  a side queues a message of this type       (side, id)
 *   0x40         what the client has queued reaches the server, in pieces (piece)
 *   0x41         the same from server to client
 *   0x42, 0x43   the same with one bit flipped              (place, bit)
 *   0x44, 0x45   it is lost
 *   0x46, 0x47   it arrives twice
 *   0x48, 0x49   raw bytes reach the server, the client     (length, bytes)
 *   0x4a, 0x4b   a plaintext of the peer's, correctly sealed, reaches the server, the client
 *                                                           (length, bytes)
 *   0x4c         time goes on                               (seconds)
 *   0x4d, 0x4e   a side says goodbye                        (reason)
 *   0x4f, 0x50   the line breaks for a side
 */
#include "fuzz.h"

#include "talk.h"

#define LATE_MAX 3600 /* steps of one input */

struct schedule {
    struct kk_slice rest;
};

static uint8_t next(struct schedule *s)
{
    uint8_t value = 0;

    if (s->rest.len == 0)
        return value;
    value = s->rest.data[0];
    s->rest = kk_slice(s->rest.data + 1, s->rest.len - 1);
    return value;
}

static struct kk_slice next_bytes(struct schedule *s)
{
    size_t want = next(s), len = want < s->rest.len ? want : s->rest.len;
    struct kk_slice part = kk_slice(len ? s->rest.data : (const uint8_t *)"", len);

    if (len)
        s->rest = kk_slice(s->rest.data + len, s->rest.len - len);
    return part;
}

static void check_side(const struct talk_side *side)
{
    const struct kk_session *s = &side->session;

    kk_assert(side->closed <= 1);
    kk_assert(side->opened <= 1);
    kk_assert(s->frame.body.cap <= KK_FRAME_CIPHER_MAX);
    kk_assert(kk_session_open_count(s) <= KK_REQUESTS_IN_FLIGHT_MAX);
    kk_assert(side->closed == 0 || kk_session_deadline(s) == INT64_MAX);
    kk_assert(side->closed == 0 || kk_session_wants(s) == 0);
}

/* A message is told only inside a session that both have proved. */
static void check(const struct talk *t)
{
    check_side(&t->client);
    check_side(&t->server);
    kk_assert(t->server.messages == 0 || t->client.opened == 1);
    kk_assert(t->client.messages == 0 || t->client.opened == 1);
    kk_assert(t->server.messages == 0 || t->server.identify == 1);
}

static void move_altered(struct talk *t, bool to_server, struct schedule *s)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 };
    uint8_t place = next(s), bit = next(s);

    kk_session_take_out(to_server ? &t->client.session : &t->server.session, &out);
    if (out.len == 0)
        return;
    out.data[place * out.len / 256] ^= (uint8_t)(1u << bit % 8);
    talk_give(t, to_server ? &t->server : &t->client, kk_bytes_slice(&out));
}

static void move_times(struct talk *t, bool to_server, int times)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 };

    kk_session_take_out(to_server ? &t->client.session : &t->server.session, &out);
    for (int i = 0; i < times; i++)
        talk_give(t, to_server ? &t->server : &t->client, kk_bytes_slice(&out));
}

/* As a peer would that has the keys and no manners. */
static void give_sealed(struct talk *t, bool to_server, struct kk_slice plain)
{
    struct talk_side *from = to_server ? &t->client : &t->server;
    uint8_t frame[KK_FRAME_HEAD_BYTES + 255 + KK_AEAD_TAG_BYTES];

    if (!kk_session_is_open(&from->session) || plain.len == 0)
        return;
    kk_frame_put_head(frame, plain.len + KK_AEAD_TAG_BYTES);
    kk_seal_close(&from->session.send, kk_slice("", 0), plain, frame + KK_FRAME_HEAD_BYTES);
    talk_give(t, to_server ? &t->server : &t->client,
              kk_slice(frame, KK_FRAME_HEAD_BYTES + plain.len + KK_AEAD_TAG_BYTES));
}

static void say(struct talk *t, uint8_t type, struct schedule *s)
{
    uint8_t side = next(s), id = next(s);

    if (kk_message_info(type))
        kk_ignore(talk_say(t, side & 1 ? &t->server : &t->client, (enum kk_message_type)type,
                           id)); /* most are out of place */
}

static void cut(struct talk_side *side, bool orderly)
{
    struct kk_session_event event;

    kk_session_cut(&side->session, orderly, &event);
    side->closed += event.what == KK_SESSION_CLOSED;
}

static void step(struct talk *t, struct schedule *s)
{
    uint8_t what = next(s);
    bool to_server = (what & 1) == 0;

    if (what < 0x40)
        say(t, what & 0x1f, s);
    else if (what < 0x42)
        talk_move(t, to_server ? &t->client : &t->server, to_server ? &t->server : &t->client,
                  next(s));
    else if (what < 0x44)
        move_altered(t, to_server, s);
    else if (what < 0x46)
        move_times(t, to_server, 0);
    else if (what < 0x48)
        move_times(t, to_server, 2);
    else if (what < 0x4a)
        talk_give(t, to_server ? &t->server : &t->client, next_bytes(s));
    else if (what < 0x4c)
        give_sealed(t, to_server, next_bytes(s));
    else if (what == 0x4c)
        talk_tick(t, t->now_ms + 1000 * next(s));
    else if (what < 0x4f)
        kk_session_bye(what == 0x4d ? &t->client.session : &t->server.session, next(s), t->now_ms);
    else
        cut(what == 0x4f ? &t->client : &t->server, (what & 1) != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct schedule s = { .rest = kk_slice(data, size) };
    uint8_t setting = next(&s);
    struct talk t;

    talk_init(&t, 1);
    t.times.frames = setting & 0x80 ? 8 : KK_SESSION_FRAMES_MAX;
    t.admit.status = (enum kk_admit)((setting >> 1) % 5);
    kk_assert(talk_start(&t, setting & 1 ? KK_MODE_ENROL : KK_MODE_SESSION) == 0);
    for (int i = 0; i < LATE_MAX && s.rest.len > 0; i++) {
        step(&t, &s);
        check(&t);
    }
    talk_fini(&t);
    return 0;
}
