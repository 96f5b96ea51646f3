/*
 * The handshake of KKY1 around the Noise core (docs/protocol.md, [HS-1] … [HS-9]).
 *
 *   C→S  preamble 8   "KKY1" vmin vmax mode 0: the prologue, after the text "kky1"
 *   C→S  message 1    u16be length, e, sealed s, sealed payload (nothing, or the invitation's id)
 *   S→C  message 2    u16be length, e, sealed payload of 16 bytes
 *   S→C  reject       "KKY1" 0xff code vmin vmax, instead of message 2; a hint, nobody vouches for
 * it
 *
 * A server holds at most KK_HANDSHAKE_BYTES_MAX bytes of its peer here, and acts on none of them.
 */
#include "machine.h"

#include "kukyoku/base/alloc.h"

#define VERSION_MIN 1
#ifndef VERSION_MAX /* tests build programs of the next version, to stand beside these */
#define VERSION_MAX 1
#endif
#define PROLOGUE    "kky1"
#define MAGIC       "KKY1"
#define MAGIC_BYTES 4

#define MESSAGE1_BYTES (KK_KEY_BYTES + KK_KEY_BYTES + 2 * KK_AEAD_TAG_BYTES)
#define MESSAGE2_BYTES (KK_KEY_BYTES + KK_MESSAGE2_PAYLOAD + KK_AEAD_TAG_BYTES)
#define REJECT_MARK    0xff

_Static_assert(KK_HANDSHAKE_BYTES_MAX ==
                   KK_PREAMBLE_BYTES + KK_FRAME_HEAD_BYTES + MESSAGE1_BYTES + KK_ID_BYTES,
               "preamble and the longer message 1");

/* [HS-3] the whole preamble is the prologue: a changed byte ends the handshake */
static int start_noise(struct kk_session *s, const uint8_t preamble[KK_PREAMBLE_BYTES],
                       const uint8_t *peer)
{
    uint8_t prologue[sizeof(PROLOGUE) - 1 + KK_PREAMBLE_BYTES] = PROLOGUE;
    struct kk_noise_options o = {
        .pattern = s->place.mode == KK_MODE_ENROL ? &kk_noise_ikpsk2 : &kk_noise_ik,
        .role = s->role == KK_SESSION_CLIENT ? KK_NOISE_INITIATOR : KK_NOISE_RESPONDER,
        .prologue = kk_slice(prologue, sizeof(prologue)),
        .secret = s->secret,
        .peer = peer,
    };

    memcpy(prologue + sizeof(PROLOGUE) - 1, preamble, KK_PREAMBLE_BYTES);
    s->noise = kk_alloc(sizeof(*s->noise));
    if (!s->noise)
        return KK_E_MEMORY;
    return kk_noise_init(s->noise, &o);
}

static void drop_noise(struct kk_session *s)
{
    if (s->noise)
        kk_noise_fini(s->noise);
    kk_free(s->noise);
    s->noise = NULL;
}

static void end_by_fault(struct kk_session *s, int fault, const char *detail)
{
    kk_machine_end(s, fault == KK_E_MEMORY ? KK_END_MEMORY : KK_END_HANDSHAKE, detail);
}

static int write_message(struct kk_session *s, struct kk_slice payload)
{
    size_t start = s->out.len;
    uint8_t *head;
    int r = kk_bytes_extend(&s->out, KK_FRAME_HEAD_BYTES, &head);

    if (r == 0)
        r = kk_noise_write(s->noise, &s->entropy, payload, &s->out);
    if (r < 0) {
        s->out.len = start;
        return r;
    }
    kk_frame_put_head(s->out.data + start, s->out.len - start - KK_FRAME_HEAD_BYTES);
    return 0;
}

static void split(struct kk_session *s)
{
    kk_noise_split(s->noise, &s->send, &s->receive, s->hash);
    drop_noise(s);
}

/* --- client --- */

int kk_handshake_start(struct kk_session *s, const struct kk_session_options *o)
{
    uint8_t preamble[KK_PREAMBLE_BYTES] = MAGIC;
    bool enrol = o->mode == KK_MODE_ENROL;
    int r;

    preamble[MAGIC_BYTES] = VERSION_MIN;
    preamble[MAGIC_BYTES + 1] = VERSION_MAX;
    preamble[MAGIC_BYTES + 2] = (uint8_t)o->mode;
    memcpy(s->peer, o->peer, KK_KEY_BYTES);
    r = start_noise(s, preamble, s->peer);
    if (r < 0)
        return r;
    if (enrol)
        kk_noise_set_psk(s->noise, o->psk);
    r = kk_bytes_append(&s->out, preamble, sizeof(preamble));
    if (r < 0)
        return r;
    return write_message(s, kk_slice(o->invite, enrol ? KK_ID_BYTES : 0)); /* [HS-5] */
}

static uint64_t get_be(const uint8_t *at, size_t len)
{
    uint64_t value = 0;

    for (size_t i = 0; i < len; i++)
        value = value << 8 | at[i];
    return value;
}

static void put_be(uint8_t *at, size_t len, uint64_t value)
{
    for (size_t i = len; i > 0; i--) {
        at[i - 1] = (uint8_t)value;
        value >>= 8;
    }
}

/* [HS-8] nobody vouches for these bytes: they only name the reason of a failure */
static void take_reject(struct kk_session *s)
{
    enum kk_session_end end = KK_END_PROTOCOL;

    if (memcmp(s->hello, MAGIC, MAGIC_BYTES) == 0 && s->hello[4] == REJECT_MARK) {
        if (s->hello[5] == KK_WIRE_VERSION)
            end = KK_END_VERSION;
        if (s->hello[5] == KK_WIRE_BUSY) {
            end = KK_END_BUSY;
            s->retry_s = (uint16_t)get_be(s->hello + 6, 2);
        }
    }
    kk_machine_end(s, end, "rejected");
}

/* [HS-7] u8 version, u8 status, u16 retry_s, u64 server_ms, u32 root_ver */
static void take_welcome(struct kk_session *s, const uint8_t *payload, struct kk_session_event *ret)
{
    struct kk_admission *a = &ret->admission;

    s->version = payload[0];
    a->status = (enum kk_admit)payload[1];
    a->retry_s = (uint16_t)get_be(payload + 2, 2);
    a->server_ms = get_be(payload + 4, 8);
    a->root_ver = (uint32_t)get_be(payload + 12, 4);
    s->retry_s = a->retry_s;
    if (s->version < VERSION_MIN || s->version > VERSION_MAX || payload[1] > KK_ADMIT_BUSY) {
        kk_machine_end(s, KK_END_PROTOCOL, "message 2");
    } else if (a->status == KK_ADMIT_REVOKED) {
        kk_machine_end(s, KK_END_REVOKED, NULL);
    } else if (a->status == KK_ADMIT_BUSY) {
        kk_machine_end(s, KK_END_BUSY, NULL);
    } else {
        kk_machine_keyed(s, KK_FRAME_CIPHER_MAX);
        s->state = KK_SESSION_OPEN;
        ret->what = KK_SESSION_OPENED;
    }
}

static void take_message2(struct kk_session *s, struct kk_session_event *ret)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes payload = { 0 };
    struct kk_slice message = kk_slice(s->hello + KK_FRAME_HEAD_BYTES, MESSAGE2_BYTES);
    int r = kk_noise_read(s->noise, message, &payload);

    if (r < 0) {
        end_by_fault(s, r, "message 2");
        return;
    }
    split(s);
    take_welcome(s, payload.data, ret);
}

/* --- server --- */

static enum kk_session_end judge_preamble(struct kk_session *s)
{
    const uint8_t *at = s->hello;
    uint8_t lowest = at[4], highest = at[5], mode = at[6];

    if (memcmp(at, MAGIC, MAGIC_BYTES) != 0 || lowest > highest || at[7] != 0)
        return KK_END_PROTOCOL;
    if (lowest > VERSION_MAX || highest < VERSION_MIN)
        return KK_END_VERSION;
    if (mode != KK_MODE_SESSION && mode != KK_MODE_ENROL)
        return KK_END_PROTOCOL;
    kk_place_init(&s->place, (enum kk_session_mode)mode);
    s->version = highest < VERSION_MAX ? highest : VERSION_MAX; /* [HS-9] the highest common */
    return KK_END_DONE;
}

static void take_preamble(struct kk_session *s)
{
    enum kk_session_end end = judge_preamble(s);
    uint8_t reject[KK_REJECT_BYTES];

    if (end == KK_END_DONE) {
        s->state = KK_SESSION_MESSAGE1;
        return;
    }
    if (end == KK_END_VERSION) {
        kk_session_reject(KK_WIRE_VERSION, 0, reject);
        if (kk_bytes_append(&s->out, reject, sizeof(reject)) < 0)
            end = KK_END_MEMORY;
    }
    kk_machine_end(s, end, "preamble");
}

static size_t message1_len(const struct kk_session *s)
{
    return MESSAGE1_BYTES + (s->place.mode == KK_MODE_ENROL ? KK_ID_BYTES : 0);
}

static struct kk_slice message1(const struct kk_session *s)
{
    return kk_slice(s->hello + KK_PREAMBLE_BYTES + KK_FRAME_HEAD_BYTES, message1_len(s));
}

/* [HS-5] an invitation's id travels in message 1; nothing else ever does */
static int read_message1(struct kk_session *s)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes payload = { 0 };
    int r = kk_noise_read(s->noise, message1(s), &payload);

    if (r == 0 && s->place.mode == KK_MODE_ENROL)
        memcpy(s->invite, payload.data, KK_ID_BYTES);
    return r;
}

/* [HS-4] an unknown device costs one DH, an unknown invitation two */
static void take_message1(struct kk_session *s, struct kk_session_event *ret)
{
    int r = start_noise(s, s->hello, NULL);

    if (r == 0)
        r = kk_noise_read_static(s->noise, message1(s));
    if (r == 0 && s->place.mode == KK_MODE_ENROL)
        r = read_message1(s);
    if (r < 0) {
        end_by_fault(s, r, "message 1");
        return;
    }
    memcpy(s->peer, kk_noise_peer(s->noise), KK_KEY_BYTES);
    s->state = KK_SESSION_IDENTIFYING;
    ret->what = KK_SESSION_IDENTIFY;
}

static int answer_message1(struct kk_session *s, const struct kk_admission *a)
{
    uint8_t payload[KK_MESSAGE2_PAYLOAD];
    int r = 0;

    if (s->place.mode == KK_MODE_ENROL)
        kk_noise_set_psk(s->noise, a->psk);
    else
        r = read_message1(s);
    if (r < 0)
        return r;
    payload[0] = s->version;
    payload[1] = (uint8_t)a->status;
    put_be(payload + 2, 2, a->retry_s);
    put_be(payload + 4, 8, a->server_ms);
    put_be(payload + 12, 4, a->root_ver);
    return write_message(s, kk_slice(payload, sizeof(payload)));
}

void kk_handshake_admit(struct kk_session *s, const struct kk_admission *a)
{
    int r;

    if (a->status == KK_ADMIT_UNKNOWN) {
        kk_machine_end(s, KK_END_UNKNOWN, NULL);
        return;
    }
    r = answer_message1(s, a);
    if (r < 0) {
        end_by_fault(s, r, "message 1");
        return;
    }
    split(s);
    kk_machine_keyed(s, KK_FIRST_FRAME_MAX);
    s->state = KK_SESSION_FIRST;
    if (a->status == KK_ADMIT_REVOKED)
        kk_machine_end(s, KK_END_REVOKED, NULL);
    if (a->status == KK_ADMIT_BUSY)
        kk_machine_end(s, KK_END_BUSY, NULL);
}

void kk_session_reject(enum kk_wire_code code, uint16_t retry_s, uint8_t ret[KK_REJECT_BYTES])
{
    memcpy(ret, MAGIC, MAGIC_BYTES);
    ret[4] = REJECT_MARK;
    ret[5] = (uint8_t)code;
    ret[6] = VERSION_MIN;
    ret[7] = VERSION_MAX;
    if (code == KK_WIRE_BUSY)
        put_be(ret + 6, 2, retry_s);
}

/* --- bytes in --- */

/* Where the part that is being collected ends; grows once its head is there. */
static size_t part_end(const struct kk_session *s)
{
    size_t head = KK_FRAME_HEAD_BYTES;

    if (s->state == KK_SESSION_PREAMBLE)
        return KK_PREAMBLE_BYTES;
    if (s->state == KK_SESSION_MESSAGE1)
        return KK_PREAMBLE_BYTES + head + message1_len(s);
    if (s->taken < head)
        return head;
    return memcmp(s->hello, MAGIC, head) == 0 ? KK_REJECT_BYTES : head + MESSAGE2_BYTES;
}

/* Lengths of the handshake are fixed: any other is refused as soon as it is read. */
static bool head_differs(const struct kk_session *s)
{
    size_t at = s->state == KK_SESSION_MESSAGE1 ? KK_PREAMBLE_BYTES : 0;
    size_t want = s->state == KK_SESSION_MESSAGE1 ? message1_len(s) : MESSAGE2_BYTES;

    if (s->state == KK_SESSION_PREAMBLE || s->taken < at + KK_FRAME_HEAD_BYTES)
        return false;
    if (s->state == KK_SESSION_MESSAGE2 && memcmp(s->hello, MAGIC, KK_FRAME_HEAD_BYTES) == 0)
        return false;
    return get_be(s->hello + at, KK_FRAME_HEAD_BYTES) != want;
}

size_t kk_handshake_wants(const struct kk_session *s)
{
    return part_end(s) - s->taken;
}

static void take_part(struct kk_session *s, struct kk_session_event *ret)
{
    if (s->state == KK_SESSION_PREAMBLE)
        take_preamble(s);
    else if (s->state == KK_SESSION_MESSAGE1)
        take_message1(s, ret);
    else if (memcmp(s->hello, MAGIC, KK_FRAME_HEAD_BYTES) == 0)
        take_reject(s);
    else
        take_message2(s, ret);
}

static bool collecting(const struct kk_session *s)
{
    return s->state == KK_SESSION_PREAMBLE || s->state == KK_SESSION_MESSAGE1 ||
           s->state == KK_SESSION_MESSAGE2;
}

void kk_handshake_feed(struct kk_session *s, struct kk_slice in, struct kk_session_event *ret)
{
    while (collecting(s) && ret->used < in.len) {
        size_t wants = kk_handshake_wants(s);
        size_t rest = in.len - ret->used;
        size_t part = rest < wants ? rest : wants;

        memcpy(s->hello + s->taken, in.data + ret->used, part);
        s->taken += part;
        ret->used += part;
        if (head_differs(s))
            kk_machine_end(s, KK_END_PROTOCOL, "length of a handshake message");
        else if (kk_handshake_wants(s) == 0)
            take_part(s, ret);
    }
}
