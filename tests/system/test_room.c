/*
 * client/link against a daemon that has no room yet, or whose line breaks: who waits, how often,
 * who does not. [LM-7]
 */
#include "link/link.h"
#include "server.h"
#include "unit.h"

#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static struct server server;
static unsigned agains, messages;
static unsigned quiet;  /* so many sessions are opened and say nothing */
static int fault, kept; /* given back by message and again */

static int on_opened(void *self, struct kk_link *link, const struct kk_admission *a)
{
    struct kk_msg_hello hello = { .client = kk_slice_text("test"), .root_ver = 1, .digest = { 1 } };

    (void)self;
    (void)a;
    if (quiet > 0 && quiet--)
        return 0;
    return kk_link_send(link, KK_MSG_HELLO, 1, &hello);
}

static int on_message(void *self, struct kk_link *link, const struct kk_message *m,
                      struct kk_slice plain)
{
    (void)self;
    (void)plain;
    ck_assert_int_eq(m->type, KK_MSG_WELCOME);
    messages++;
    if (fault == 0)
        kk_link_done(link);
    return fault;
}

static int again(void *self)
{
    (void)self;
    agains++;
    return kept;
}

static const struct kk_link_owner owner = { .opened = on_opened,
                                            .message = on_message,
                                            .again = again };

static void setup(void)
{
    signal(SIGPIPE, SIG_IGN); /* for the server */
    server_init(&server);
    agains = messages = quiet = 0;
    fault = kept = 0;
}

static char endpoint[64];
static const char *endpoints[1] = { endpoint };
static struct kk_hash_item key;

static struct kk_link_options options(void)
{
    snprintf(endpoint, sizeof(endpoint), "127.0.0.1:%d", server.port);
    memcpy(key.id, server.public, KK_KEY_BYTES);
    return (struct kk_link_options){ .endpoints = endpoints,
                                     .endpoint_count = 1,
                                     .daemon_keys = &key,
                                     .daemon_key_count = 1,
                                     .mode = KK_MODE_SESSION,
                                     .secret = server.client_secret,
                                     .entropy = { .fill = server_random } };
}

static int run_again(const struct kk_link_options *o, struct kk_link_counts *counts)
{
    return kk_link_run_again(o, &owner, counts, NULL);
}

/* [HS-7] [LM-7] */
START_TEST(room_at_the_third_try)
{
    struct kk_link_counts counts;
    struct kk_link_options o;

    server.busy_first = 2;
    server_start(&server);
    o = options();
    ck_assert_int_eq(run_again(&o, &counts), 0);
    server_stop(&server);
    ck_assert_uint_eq(counts.connects, 3);
    ck_assert_uint_eq(counts.waits, 2);
    ck_assert_uint_eq(agains, 2);
    ck_assert_uint_eq(messages, 1);
    ck_assert_uint_eq(server.identified, 3);
    ck_assert_uint_eq(server.sessions_ended, 1);
}
END_TEST

START_TEST(one_run_tells_how_long_to_wait)
{
    struct kk_link_counts counts;
    struct kk_link_options o;

    server.busy_first = 1;
    server_start(&server);
    o = options();
    ck_assert_int_eq(kk_link_run(&o, &owner, &counts, NULL), KK_E_PEER_BUSY);
    ck_assert(counts.refused);
    ck_assert_uint_eq(counts.retry_s, 1); /* of the door's load, not of the service */
    server_stop(&server);
}
END_TEST

/* All endpoints are asked before anybody waits, and again afterwards. */
START_TEST(every_endpoint_before_a_wait)
{
    struct kk_link_counts counts;
    struct kk_link_options o;
    const char *three[] = { endpoint, "127.0.0.1:1", endpoint };

    server.busy_first = 2;
    server_start(&server);
    o = options();
    o.endpoints = three;
    o.endpoint_count = 3;
    ck_assert_int_eq(run_again(&o, &counts), 0);
    server_stop(&server);
    ck_assert_uint_eq(counts.connects, 3);
    ck_assert_uint_eq(counts.waits, 1);
    ck_assert_uint_eq(server.identified, 3);
}
END_TEST

/* Who is not known, or gives up himself, does not come again. */
START_TEST(no_second_try_without_need)
{
    struct kk_link_counts counts;
    struct kk_link_options o;
    uint8_t other[KK_KEY_BYTES] = { 77 };

    server_start(&server);
    o = options();
    o.secret = other;
    ck_assert_int_eq(run_again(&o, &counts), KK_E_DEVICE_UNKNOWN);
    ck_assert_uint_eq(counts.waits, 0);
    o = options();
    fault = KK_E_ROLE;
    ck_assert_int_eq(run_again(&o, &counts), KK_E_ROLE);
    ck_assert_uint_eq(counts.waits, 0);
    server_stop(&server);
}
END_TEST

/* [LM-3]: eight who say nothing fill the place of their address, until their time is over. */
START_TEST(behind_a_full_address)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct kk_link_counts counts;
    struct kk_link_options o;
    int mute[KK_PREAUTH_PER_SOURCE_MAX];

    server.limits.times.preauth = 1000;
    server_start(&server);
    o = options();
    at.sin_port = htons((uint16_t)server.port);
    for (size_t i = 0; i < KK_COUNT(mute); i++) {
        mute[i] = socket(AF_INET, SOCK_STREAM, 0);
        ck_assert_int_eq(connect(mute[i], (const struct sockaddr *)&at, sizeof(at)), 0);
    }
    ck_assert_int_eq(run_again(&o, &counts), 0);
    for (size_t i = 0; i < KK_COUNT(mute); i++)
        close(mute[i]);
    server_stop(&server);
    ck_assert_uint_ge(counts.waits, 1);
    ck_assert_uint_eq(server.refused, counts.waits);
    ck_assert_uint_eq(server.sessions_ended, 1);
}
END_TEST

/* Slow for once, and therefore cut by the daemon after the handshake: it comes again. */
START_TEST(after_a_cut)
{
    struct kk_link_counts counts;
    struct kk_link_options o;

    quiet = 2;
    kept = 1;
    server.limits.times.preauth = 200;
    server_start(&server);
    o = options();
    ck_assert_int_eq(run_again(&o, &counts), 0);
    server_stop(&server);
    ck_assert_uint_eq(counts.connects, 3);
    ck_assert_uint_eq(counts.waits, 2);
    ck_assert_uint_eq(agains, 2);
    ck_assert_uint_eq(messages, 1);
    ck_assert(!counts.refused);
}
END_TEST

static uv_sem_t enough;

static void interrupt_often(void *arg)
{
    (void)arg;
    while (uv_sem_trywait(&enough) < 0) {
        uv_sleep(20);
        kill(getpid(), SIGINT);
    }
}

START_TEST(ctrl_c_ends_the_wait)
{
    struct kk_link_options o = options();
    struct kk_link_counts counts;
    uv_thread_t thread;

    signal(SIGINT, SIG_IGN); /* where it comes before the line listens to it */
    uv_sem_init(&enough, 0);
    uv_thread_create(&thread, interrupt_often, NULL);
    o.wait_ms = 600 * 1000;
    ck_assert_int_eq(kk_link_run(&o, &owner, &counts, NULL), KK_E_CANCELLED);
    ck_assert_uint_eq(counts.connects, 0);
    signal(SIGINT, SIG_IGN);
    uv_sem_post(&enough);
    uv_thread_join(&thread);
    uv_sem_destroy(&enough);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("room", &suite);

    tcase_add_checked_fixture(c, setup, NULL);
    tcase_add_test(c, room_at_the_third_try);
    tcase_add_test(c, one_run_tells_how_long_to_wait);
    tcase_add_test(c, every_endpoint_before_a_wait);
    tcase_add_test(c, no_second_try_without_need);
    tcase_add_test(c, behind_a_full_address);
    tcase_add_test(c, after_a_cut);
    tcase_add_test(c, ctrl_c_ends_the_wait);
    return suite;
}
