/*
 * session-peer client|server session|enrol SECRET PEER PSK: one side of a KKY1 session over
 * standard input and output, for the tests against independent implementations. Keys are 64
 * hexadecimal digits; a server takes PEER as the one device it knows. Ends with status 0 when the
 * conversation below went through to BYE, and writes why not to standard error otherwise.
 *
 *   session   HELLO, WELCOME, GET, DATA (40,000 bytes in two frames), BYE
 *   enrol     ENROL (binding: the handshake hash), ENROLLED, BYE
 */
#include "kukyoku/base/text.h"
#include "kukyoku/session/session.h"

#include <sodium.h>
#include <stdio.h>
#include <unistd.h>

#define BLOB_BYTES 40000

struct peer {
    struct kk_session session;
    struct kk_arena arena;
    uint8_t secret[KK_KEY_BYTES], known[KK_KEY_BYTES], psk[KK_KEY_BYTES];
    enum kk_session_mode mode;
    uint32_t received; /* bytes of DATA */
};

static const uint8_t invite[KK_ID_BYTES] = "interop invite!";
static const uint8_t device[KK_ID_BYTES] = "interop device!";

static void random_bytes(void *self, void *bytes, size_t len)
{
    (void)self;
    randombytes_buf(bytes, len);
}

static int send_it(struct peer *p, enum kk_message_type type, uint32_t id, const void *body)
{
    return kk_session_send(&p->session, type, id, body, 0);
}

static int send_data(struct peer *p, uint32_t id)
{
    static const uint8_t bytes[BLOB_BYTES];
    struct kk_msg_data first = { .total = BLOB_BYTES, .bytes = { bytes, KK_DATA_BYTES_MAX } };
    struct kk_msg_data second = { .offset = KK_DATA_BYTES_MAX,
                                  .total = BLOB_BYTES,
                                  .bytes = { bytes, BLOB_BYTES - KK_DATA_BYTES_MAX },
                                  .last = true };
    int r = send_it(p, KK_MSG_DATA, id, &first);

    return r < 0 ? r : send_it(p, KK_MSG_DATA, id, &second);
}

static int begin(struct peer *p)
{
    struct kk_msg_hello hello = { .client = kk_slice_text("interop"),
                                  .root_ver = 1,
                                  .digest = { 1 } };
    struct kk_msg_enrol enrol = { .request = { .sign = { 1 },
                                               .noise = { 1 },
                                               .wrap = { 1 },
                                               .label = kk_slice_text("interop"),
                                               .proof = { 1 } } };

    if (p->mode == KK_MODE_SESSION)
        return send_it(p, KK_MSG_HELLO, 1, &hello);
    memcpy(enrol.request.invite, invite, KK_ID_BYTES);
    memcpy(enrol.request.binding, kk_session_hash(&p->session), KK_HASH_BYTES);
    return send_it(p, KK_MSG_ENROL, 1, &enrol);
}

static int take_data(struct peer *p, const struct kk_msg_data *data)
{
    p->received += (uint32_t)data->bytes.len;
    if (!data->last)
        return 0;
    kk_session_bye(&p->session, p->received == BLOB_BYTES ? 0 : KK_WIRE_PROTO, 0);
    return 0;
}

static int take_enrol(struct peer *p, const struct kk_message *m)
{
    const struct kk_msg_enrol *enrol = m->body;
    struct kk_msg_enrolled enrolled;

    if (memcmp(enrol->request.binding, kk_session_hash(&p->session), KK_HASH_BYTES) != 0)
        return KK_E_PROTOCOL;
    memcpy(enrolled.device, device, KK_ID_BYTES);
    return send_it(p, KK_MSG_ENROLLED, m->id, &enrolled);
}

static int take_message(struct peer *p, const struct kk_message *m)
{
    struct kk_msg_welcome welcome = { .server_ms = 1, .same = true };
    struct kk_msg_get get = { .blob = { 1 }, .max = BLOB_BYTES };

    if (m->type == KK_MSG_HELLO)
        return send_it(p, KK_MSG_WELCOME, m->id, &welcome);
    if (m->type == KK_MSG_WELCOME)
        return send_it(p, KK_MSG_GET, 2, &get);
    if (m->type == KK_MSG_GET)
        return send_data(p, m->id);
    if (m->type == KK_MSG_DATA)
        return take_data(p, m->body);
    if (m->type == KK_MSG_ENROL)
        return take_enrol(p, m);
    if (m->type == KK_MSG_ENROLLED)
        kk_session_bye(&p->session, 0, 0);
    return 0;
}

static void admit(struct peer *p)
{
    struct kk_admission a = { .status = KK_ADMIT_OK, .server_ms = 1, .root_ver = 1 };
    const uint8_t *id = kk_session_invite(&p->session);

    if (memcmp(kk_session_peer(&p->session), p->known, KK_KEY_BYTES) != 0 ||
        (id && memcmp(id, invite, KK_ID_BYTES) != 0))
        a.status = KK_ADMIT_UNKNOWN;
    memcpy(a.psk, p->psk, KK_KEY_BYTES);
    kk_session_admit(&p->session, &a);
}

static bool flush(struct peer *p)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 };
    size_t at = 0;

    kk_session_take_out(&p->session, &out);
    while (at < out.len) {
        ssize_t n = write(STDOUT_FILENO, out.data + at, out.len - at);

        if (n <= 0)
            return false;
        at += (size_t)n;
    }
    return true;
}

static int take_event(struct peer *p, const struct kk_session_event *event)
{
    switch (event->what) {
    case KK_SESSION_MORE:
    case KK_SESSION_CLOSED:
        return 0;
    case KK_SESSION_IDENTIFY:
        admit(p);
        return 0;
    case KK_SESSION_OPENED:
        return begin(p);
    case KK_SESSION_MESSAGE:
        return take_message(p, &event->message);
    }
    return 0;
}

/* Reads until the session is over; the exit status. */
static int talk(struct peer *p)
{
    struct kk_session_event event = { .what = KK_SESSION_MORE };
    uint8_t in[4096];

    while (flush(p)) {
        ssize_t n = read(STDIN_FILENO, in, sizeof(in));
        size_t at = 0;

        if (n <= 0)
            kk_session_cut(&p->session, n == 0, &event);
        while (event.what != KK_SESSION_CLOSED) {
            kk_session_feed(&p->session, kk_slice(in + at, (size_t)n - at), 0, &p->arena, &event);
            at += event.used;
            if (event.what == KK_SESSION_MORE)
                break;
            if (take_event(p, &event) < 0)
                return 3;
        }
        if (event.what == KK_SESSION_CLOSED) {
            fprintf(stderr, "session-peer: %s %s\n", kk_end_name(event.end),
                    event.detail ? event.detail : "");
            return flush(p) && event.end == KK_END_DONE ? 0 : 1;
        }
    }
    return 4;
}

static bool read_arguments(struct peer *p, char **argv, struct kk_session_options *ret)
{
    if (!kk_hex_decode(argv[3], p->secret, KK_KEY_BYTES) ||
        !kk_hex_decode(argv[4], p->known, KK_KEY_BYTES) ||
        !kk_hex_decode(argv[5], p->psk, KK_KEY_BYTES))
        return false;
    p->mode = strcmp(argv[2], "enrol") == 0 ? KK_MODE_ENROL : KK_MODE_SESSION;
    *ret = (struct kk_session_options){
        .role = strcmp(argv[1], "client") == 0 ? KK_SESSION_CLIENT : KK_SESSION_SERVER,
        .mode = p->mode,
        .secret = p->secret,
        .peer = p->known,
        .invite = invite,
        .psk = p->psk,
        .entropy = { .fill = random_bytes },
    };
    return true;
}

int main(int argc, char **argv)
{
    struct kk_session_options o;
    struct peer p = { 0 };
    int status;

    if (argc != 6 || sodium_init() < 0 || !read_arguments(&p, argv, &o)) {
        fprintf(stderr, "usage: session-peer client|server session|enrol SECRET PEER PSK\n");
        return 2;
    }
    kk_arena_init(&p.arena, (size_t)1024 * 1024);
    if (kk_session_init(&p.session, &o) < 0)
        return 2;
    status = talk(&p);
    kk_session_fini(&p.session);
    kk_arena_fini(&p.arena);
    return status;
}
