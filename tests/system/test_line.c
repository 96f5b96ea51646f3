/*
 * client/link and daemon/net over real loopback sockets: what either side reports when the other
 * is right, wrong, absent, silent or leaves.
 */
#include "link/link.h"
#include "server.h"
#include "unit.h"

#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

struct owner {
    struct kk_link_owner callbacks;
    int (*opened)(struct owner *o, struct kk_link *link); /* the test's own */
    int fault;                                            /* given back by message */
    unsigned messages, errors;
    uint64_t received; /* bytes of DATA that were right */
    unsigned gets, got;
    unsigned begun; /* blobs of which something came, of gets */
    unsigned most;  /* blobs on their way at a time, as they were seen */
    enum kk_admit status;
    unsigned code;
};

static struct server server;
static struct owner owner;

static int say_hello(struct kk_link *link)
{
    struct kk_msg_hello hello = { .client = kk_slice_text("test"), .root_ver = 1, .digest = { 1 } };

    return kk_link_send(link, KK_MSG_HELLO, 1, &hello);
}

static int on_opened(void *self, struct kk_link *link, const struct kk_admission *a)
{
    struct owner *o = self;

    o->status = a->status;
    return o->opened ? o->opened(o, link) : say_hello(link);
}

static int ask_blob(struct kk_link *link, uint32_t id, uint8_t first)
{
    struct kk_msg_get get = { .blob = { first }, .max = KK_GET_BYTES_MAX };

    return kk_link_send(link, KK_MSG_GET, id, &get);
}

static int take_data(struct owner *o, struct kk_link *link, const struct kk_msg_data *data)
{
    ck_assert_uint_eq(data->total, SERVER_BLOB_BYTES);
    for (size_t i = 0; i < data->bytes.len; i++)
        ck_assert_uint_eq(data->bytes.data[i], server_blob_byte(data->offset + i));
    o->received += data->bytes.len;
    o->begun += data->offset == 0;
    if (o->begun - o->got > o->most)
        o->most = o->begun - o->got;
    o->got += data->last;
    if (o->got == o->gets)
        kk_link_done(link);
    return 0;
}

static int on_message(void *self, struct kk_link *link, const struct kk_message *m,
                      struct kk_slice plain)
{
    struct owner *o = self;

    (void)plain;
    o->messages++;
    if (o->fault)
        return o->fault;
    if (m->type == KK_MSG_DATA)
        return take_data(o, link, m->body);
    if (m->type == KK_MSG_ERR) {
        o->errors++;
        o->code = (unsigned)((const struct kk_msg_err *)m->body)->code;
    }
    if (m->type == KK_MSG_WELCOME && o->gets) {
        for (uint32_t id = 10; id < 10 + o->gets; id++)
            ck_assert_int_eq(ask_blob(link, id, 1), 0);
        return 0;
    }
    kk_link_done(link);
    return 0;
}

static void setup(void)
{
    signal(SIGPIPE, SIG_IGN); /* for the server; the line sees to itself, and gives back what was */
    server_init(&server);
    owner = (struct owner){ .callbacks = { .opened = on_opened, .message = on_message } };
    owner.callbacks.self = &owner;
}

/* --- a run against the server --- */

static char endpoint[64];
static const char *endpoints[2] = { endpoint, NULL };
static struct kk_hash_item keys[2];

static struct kk_link_options options(void)
{
    snprintf(endpoint, sizeof(endpoint), "127.0.0.1:%d", server.port);
    memcpy(keys[0].id, server.public, KK_KEY_BYTES);
    return (struct kk_link_options){ .endpoints = endpoints,
                                     .endpoint_count = 1,
                                     .daemon_keys = keys,
                                     .daemon_key_count = 1,
                                     .mode = KK_MODE_SESSION,
                                     .secret = server.client_secret,
                                     .entropy = { .fill = server_random } };
}

static int run(const struct kk_link_options *o)
{
    struct kk_error err = { 0 };
    int r = kk_link_run(o, &owner.callbacks, NULL, &err);

    ck_assert_int_eq(err.fault, owner.fault ? 0 : r); /* the owner's fault is the owner's to tell */
    return r;
}

START_TEST(hello_and_goodbye)
{
    struct kk_link_counts counts;
    struct kk_link_options o;

    server_start(&server);
    o = options();
    ck_assert_int_eq(kk_link_run(&o, &owner.callbacks, &counts, NULL), 0);
    ck_assert_uint_eq(owner.messages, 1);
    ck_assert_uint_eq(counts.connects, 1);
    ck_assert_uint_lt(counts.sent + counts.received, 512);
    ck_assert(server_wait_ended(&server, 1, 5000));
    server_stop(&server);
    ck_assert_int_eq(server.last_end, KK_END_DONE);
    ck_assert_uint_eq(server.left, 1);
}
END_TEST

/* [LM-5] [PL-11]: 8 × 300 kB through a queue of 64 KiB */
START_TEST(blobs_come_in_pieces)
{
    struct kk_link_options o;

    server_start(&server);
    o = options();
    owner.gets = 8;
    ck_assert_int_eq(run(&o), 0);
    ck_assert_uint_eq(owner.received, 8 * SERVER_BLOB_BYTES);
    ck_assert_uint_le(owner.most, 2);
    server_stop(&server);
}
END_TEST

static int enrol_fill(void *user, const uint8_t hash[KK_HASH_BYTES], struct kk_msg_enrol *ret)
{
    (void)user;
    *ret = (struct kk_msg_enrol){ .request = { .invite = { 5 },
                                               .sign = { 1 },
                                               .noise = { 1 },
                                               .wrap = { 1 },
                                               .label = kk_slice_text("pc"),
                                               .proof = { 1 } } };
    memcpy(ret->request.binding, hash, KK_HASH_BYTES);
    return 0;
}

static int enrol_by(const uint8_t *invite, const uint8_t *psk, uint8_t ret_device[KK_ID_BYTES])
{
    struct kk_link_options o = options();
    struct kk_error err = { 0 };
    int r;

    o.mode = KK_MODE_ENROL;
    o.invite = invite;
    o.psk = psk;
    r = kk_link_enrol(&o, enrol_fill, NULL, ret_device, &err);
    ck_assert_int_eq(err.fault, r);
    return r;
}

static int enrol(uint8_t ret_device[KK_ID_BYTES])
{
    return enrol_by(server.invite, server.psk, ret_device);
}

START_TEST(an_enrolment)
{
    uint8_t device[KK_ID_BYTES] = { 0 };

    server_start(&server);
    ck_assert_int_eq(enrol(device), 0);
    ck_assert_uint_eq(device[0], 9);
    server_stop(&server);
}
END_TEST

START_TEST(a_used_invitation)
{
    uint8_t device[KK_ID_BYTES];

    server.enrol_fault = KK_E_INVITE;
    server_start(&server);
    ck_assert_int_eq(enrol(device), KK_E_INVITE);
    server_stop(&server);
}
END_TEST

START_TEST(an_unknown_invitation)
{
    uint8_t device[KK_ID_BYTES], other[KK_ID_BYTES] = { 55 };

    server_start(&server);
    ck_assert_int_eq(enrol_by(other, server.psk, device), KK_E_DEVICE_UNKNOWN);
    server_stop(&server);
}
END_TEST

START_TEST(a_wrong_psk)
{
    uint8_t device[KK_ID_BYTES], psk[KK_KEY_BYTES] = { 99 };

    server_start(&server);
    ck_assert_int_eq(enrol_by(server.invite, psk, device), KK_E_HANDSHAKE);
    server_stop(&server);
}
END_TEST

START_TEST(an_unknown_device)
{
    struct kk_link_options o;
    uint8_t other[KK_KEY_BYTES] = { 77 };

    server_start(&server);
    o = options();
    o.secret = other;
    ck_assert_int_eq(run(&o), KK_E_DEVICE_UNKNOWN);
    server_stop(&server);
    ck_assert_uint_eq(server.left, 0);
}
END_TEST

/* [HS-10]: the other pinned key is tried */
START_TEST(the_standby_key)
{
    struct kk_link_counts counts;
    struct kk_link_options o;

    server_start(&server);
    o = options();
    memcpy(keys[1].id, server.public, KK_KEY_BYTES);
    keys[0].id[0] ^= 1;
    o.daemon_key_count = 2;
    ck_assert_int_eq(kk_link_run(&o, &owner.callbacks, &counts, NULL), 0);
    ck_assert_uint_eq(counts.connects, 2);
    server_stop(&server);
}
END_TEST

START_TEST(the_wrong_daemon)
{
    struct kk_link_options o;

    server_start(&server);
    o = options();
    keys[0].id[0] ^= 1;
    ck_assert_int_eq(run(&o), KK_E_DEVICE_UNKNOWN); /* it says nothing to whom it cannot read */
    server_stop(&server);
}
END_TEST

struct admission {
    enum kk_admit status;
    int want;
};
static const struct admission admissions[] = { { KK_ADMIT_REVOKED, KK_E_REVOKED },
                                               { KK_ADMIT_BUSY, KK_E_PEER_BUSY },
                                               { KK_ADMIT_PENDING, 0 } };

START_TEST(what_message_2_says)
{
    struct kk_link_options o;

    server.admit = admissions[_i].status;
    server_start(&server);
    o = options();
    ck_assert_int_eq(run(&o), admissions[_i].want);
    if (admissions[_i].want == 0)
        ck_assert_int_eq(owner.status, KK_ADMIT_PENDING);
    server_stop(&server);
}
END_TEST

START_TEST(nobody_listens)
{
    struct kk_link_options o = options();
    const char *nowhere[] = { "127.0.0.1:1", "no colon", "[::1]:1" };

    o.endpoints = nowhere;
    o.endpoint_count = 3;
    ck_assert_int_eq(run(&o), KK_E_NETWORK);
    o.endpoint_count = 0;
    ck_assert_int_eq(run(&o), KK_E_NETWORK);
}
END_TEST

START_TEST(the_second_endpoint)
{
    struct kk_link_options o;
    const char *two[] = { "127.0.0.1:1", endpoint };

    server_start(&server);
    o = options();
    o.endpoints = two;
    o.endpoint_count = 2;
    ck_assert_int_eq(run(&o), 0);
    server_stop(&server);
}
END_TEST

/* Looked up, where an address of digits is not; whichever address comes first. */
START_TEST(by_name)
{
    struct kk_link_options o;
    char name[64];
    const char *one[] = { name };

    server_start(&server);
    o = options();
    snprintf(name, sizeof(name), "localhost:%d", server.port);
    o.endpoints = one;
    ck_assert_int_eq(run(&o), 0);
    server_stop(&server);
}
END_TEST

static void on_impossible(uv_stream_t *stream, int status)
{
    ck_abort_msg("%p %d: this loop does not run", (void *)stream, status);
}

/* A socket that listens and never accepts: the handshake gets no answer. */
START_TEST(a_silent_daemon)
{
    struct kk_session_times times = kk_session_times_default;
    struct kk_link_options o;
    struct sockaddr_in at = { 0 };
    int len = sizeof(at);
    uv_loop_t loop;
    uv_tcp_t mute;

    uv_loop_init(&loop);
    uv_tcp_init(&loop, &mute);
    uv_ip4_addr("127.0.0.1", 0, &at);
    uv_tcp_bind(&mute, (const struct sockaddr *)&at, 0);
    ck_assert_int_eq(uv_listen((uv_stream_t *)&mute, 1, on_impossible), 0);
    uv_tcp_getsockname(&mute, (struct sockaddr *)&at, &len);
    server.port = ntohs(at.sin_port);

    o = options();
    times.preauth = 200;
    o.times = &times;
    ck_assert_int_eq(run(&o), KK_E_TIMEOUT);
    uv_close((uv_handle_t *)&mute, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
}
END_TEST

/* A backlog that is full: the connection is neither made nor refused. [LM-1] */
START_TEST(a_connection_that_hangs)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(at);
    int full = socket(AF_INET, SOCK_STREAM, 0), fill[8];
    struct kk_link_options o;
    uint64_t start;

    ck_assert_int_eq(bind(full, (const struct sockaddr *)&at, len), 0);
    ck_assert_int_eq(listen(full, 0), 0);
    ck_assert_int_eq(getsockname(full, (struct sockaddr *)&at, &len), 0);
    for (size_t i = 0; i < KK_COUNT(fill); i++) {
        fill[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        kk_ignore(connect(fill[i], (const struct sockaddr *)&at, len)); /* one of them hangs */
    }
    server.port = ntohs(at.sin_port);
    o = options();
    o.connect_ms = 300;
    start = uv_hrtime();
    ck_assert_int_eq(run(&o), KK_E_NETWORK);
    ck_assert_uint_ge(uv_hrtime() - start, 250ull * 1000 * 1000);
    for (size_t i = 0; i < KK_COUNT(fill); i++)
        close(fill[i]);
    close(full);
}
END_TEST

static int interrupt(struct owner *o, struct kk_link *link)
{
    (void)o;
    raise(SIGINT);
    return say_hello(link);
}

START_TEST(ctrl_c)
{
    struct kk_link_options o;

    server_start(&server);
    o = options();
    owner.opened = interrupt;
    owner.gets = 8; /* so that the answer does not come first */
    ck_assert_int_eq(run(&o), KK_E_CANCELLED);
    ck_assert(server_wait_ended(&server, 1, 5000));
    server_stop(&server);
    /* BYE, unless the reset for what was not read any more overtook it */
    ck_assert(server.last_end == KK_END_DONE || server.last_end == KK_END_CUT);
}
END_TEST

START_TEST(the_owner_gives_up)
{
    struct kk_link_options o;

    server_start(&server);
    o = options();
    owner.fault = KK_E_DISK_FULL;
    ck_assert_int_eq(run(&o), KK_E_DISK_FULL);
    server_stop(&server);
}
END_TEST

static int say_nonsense(struct owner *o, struct kk_link *link)
{
    struct kk_msg_push push = { 0 };

    (void)o;
    return kk_link_send(link, KK_MSG_PUSH, 1, &push);
}

START_TEST(a_message_out_of_place_is_not_sent)
{
    struct kk_link_options o;

    server_start(&server);
    o = options();
    owner.opened = say_nonsense;
    owner.fault = KK_E_PROTOCOL;
    ck_assert_int_eq(run(&o), KK_E_PROTOCOL);
    server_stop(&server);
}
END_TEST

/* A commit that fails: no answer of the batch leaves, all are told the fault. */
START_TEST(nothing_is_acknowledged_that_is_not_on_disk)
{
    struct kk_link_options o;

    server_start(&server);
    o = options();
    server.commit_fault = KK_E_DISK_FULL;
    ck_assert_int_eq(run(&o), KK_E_PEER_BUSY);
    server_stop(&server);
    ck_assert_uint_eq(owner.messages, 0);
}
END_TEST

static int never_done(void *self, struct kk_link *link, const struct kk_message *m,
                      struct kk_slice plain)
{
    struct owner *o = self;

    (void)link;
    (void)m;
    (void)plain;
    if (o->messages++ == 0)
        uv_async_send(&server.stop);
    return 0;
}

START_TEST(the_daemon_stops)
{
    struct kk_link_options o;

    server_start(&server);
    o = options();
    owner.callbacks.message = never_done;
    ck_assert_int_eq(run(&o), KK_E_PEER_BUSY);
    uv_thread_join(&server.thread);
    ck_assert_int_eq(server.fault, 0);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("line", &suite);

    tcase_add_checked_fixture(c, setup, NULL);
    tcase_add_test(c, hello_and_goodbye);
    tcase_add_test(c, blobs_come_in_pieces);
    tcase_add_test(c, an_enrolment);
    tcase_add_test(c, a_used_invitation);
    tcase_add_test(c, an_unknown_invitation);
    tcase_add_test(c, a_wrong_psk);
    tcase_add_test(c, an_unknown_device);
    tcase_add_test(c, the_standby_key);
    tcase_add_test(c, the_wrong_daemon);
    tcase_add_loop_test(c, what_message_2_says, 0, (int)KK_COUNT(admissions));
    tcase_add_test(c, nobody_listens);
    tcase_add_test(c, the_second_endpoint);
    tcase_add_test(c, by_name);
    tcase_add_test(c, a_silent_daemon);
    tcase_add_test(c, a_connection_that_hangs);
    tcase_add_test(c, ctrl_c);
    tcase_add_test(c, the_owner_gives_up);
    tcase_add_test(c, a_message_out_of_place_is_not_sent);
    tcase_add_test(c, nothing_is_acknowledged_that_is_not_on_disk);
    tcase_add_test(c, the_daemon_stops);
    return suite;
}
