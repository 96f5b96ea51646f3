/*
 * daemon/net against peers that mean harm or have gone: silence, single bytes, unknown keys,
 * floods, no reading, cuts at every byte. Real sockets; times are short so that the test is. [LM-1]
 * … [LM-6]
 */
#include "raw.h"
#include "unit.h"

#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#define SANITIZED (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#else
#define SANITIZED 0
#endif

#define SHORT_MS 700 /* the daemon looks once a second */
#define WARM_UP  8

static struct server server;

static void setup(void)
{
    signal(SIGPIPE, SIG_IGN);
    server_init(&server);
}

static void raw_open(struct raw *r)
{
    ck_assert(raw_try_open(r, &server));
}

/* --- before the door --- */

START_TEST(silence_is_closed)
{
    uint8_t byte;
    int fd;

    server.limits.times.preauth = SHORT_MS;
    server_start(&server);
    fd = raw_connect(&server, 1);
    ck_assert_int_eq(raw_read_within(fd, &byte, 1, RAW_WAIT_MS), 0);
    close(fd);
    ck_assert(server_wait_ended(&server, 1, RAW_WAIT_MS));
    server_stop(&server);
    ck_assert_int_eq(server.last_end, KK_END_TIMEOUT);
}
END_TEST

START_TEST(a_byte_at_a_time_does_not_help)
{
    static const uint8_t preamble[] = "KKY1\x01\x01\x01\0\0\x60";
    uint8_t byte;
    size_t at = 0;
    int fd;

    server.limits.times.preauth = SHORT_MS;
    server_start(&server);
    fd = raw_connect(&server, 1);
    while (at < sizeof(preamble) - 1 && raw_read_within(fd, &byte, 1, 300) < 0)
        raw_send_all(fd, kk_slice(preamble + at++, 1));
    ck_assert_uint_lt(at, 9);
    close(fd);
    server_stop(&server);
    ck_assert_int_eq(server.last_end, KK_END_TIMEOUT);
}
END_TEST

START_TEST(handshake_then_silence)
{
    uint8_t byte;
    struct raw r;

    server.limits.times.preauth = SHORT_MS;
    server_start(&server);
    raw_init(&r, &server, server.client_secret);
    raw_flush(&r);
    ck_assert(raw_read(&r, 0));
    ck_assert_uint_eq(server_sessions(&server), 0); /* message 2 is no proof */
    ck_assert_int_eq(raw_read_within(r.fd, &byte, 1, RAW_WAIT_MS), 0);
    close(r.fd);
    raw_fini(&r);
    server_stop(&server);
    ck_assert_uint_eq(server.sessions_ended, 0);
    ck_assert_uint_eq(server.left, 1);
}
END_TEST

/* [LM-3] */
START_TEST(eight_of_one_source_wait)
{
    uint8_t reject[16];
    int fd[9], other;

    server_start(&server);
    for (int i = 0; i < 9; i++)
        fd[i] = raw_connect(&server, 1);
    ck_assert_int_eq(raw_read_within(fd[8], reject, sizeof(reject), RAW_WAIT_MS), KK_REJECT_BYTES);
    ck_assert_mem_eq(reject, "KKY1\xff\x06\x00\x01", KK_REJECT_BYTES); /* [LM-7] */
    ck_assert_int_eq(raw_read_within(fd[7], reject, sizeof(reject), 100), -1);
    other = raw_connect(&server, 2);
    ck_assert_int_eq(raw_read_within(other, reject, sizeof(reject), 100), -1);
    for (int i = 0; i < 9; i++)
        close(fd[i]);
    close(other);
    server_stop(&server);
    ck_assert_uint_eq(server.refused, 1);
}
END_TEST

static long resident_kb(void)
{
    long pages = 0, resident = 0;
    FILE *f = fopen("/proc/self/statm", "r");

    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(fscanf(f, "%ld %ld", &pages, &resident), 2);
    fclose(f);
    return resident * sysconf(_SC_PAGESIZE) / 1024;
}

/* D6: all that the daemon holds for one that has said nothing, and for one in mid-handshake */
START_TEST(memory_of_a_silent_connection)
{
    int fd[WARM_UP + 48];
    uint8_t byte;
    size_t before = 0, each;

    server_start(&server);
    for (unsigned i = 0; i < KK_COUNT(fd); i++) {
        if (i == WARM_UP)
            before = mallinfo2().uordblks;
        fd[i] = raw_connect(&server, 1 + i % 10);
        raw_send_all(fd[i], kk_slice_text("KKY1\x01\x01\x01"));
        ck_assert_int_eq(raw_read_within(fd[i], &byte, 1, 20), -1);
    }
    each = (mallinfo2().uordblks - before) / (KK_COUNT(fd) - WARM_UP);
    fprintf(stderr, "# %zu bytes for each silent connection\n", each);
    if (!SANITIZED) { /* whose own heap tells nothing */
        ck_assert_uint_gt(each, 0);
        ck_assert_uint_le(each, 4096);
    }
    for (unsigned i = 0; i < KK_COUNT(fd); i++)
        close(fd[i]);
    server_stop(&server);
}
END_TEST

/* 600 silent connections from 100 sources: 64 are kept, for little memory */
START_TEST(a_crowd_that_says_nothing)
{
    static int fd[600];
    unsigned refused = 0;
    long before = 0, grown;
    uint8_t reject[16];

    server_start(&server);
    for (unsigned i = 0; i < KK_COUNT(fd); i++) {
        if (i == WARM_UP) /* what the first ones cost once is not what each costs */
            before = resident_kb();
        fd[i] = raw_connect(&server, 1 + i % 100);
        if (i < WARM_UP)
            ck_assert_int_eq(raw_read_within(fd[i], reject, sizeof(reject), 20), -1);
    }
    for (unsigned i = 0; i < KK_COUNT(fd); i++)
        refused += raw_read_within(fd[i], reject, sizeof(reject), i < 64 ? 0 : 1000) >= 0;
    grown = resident_kb() - before;
    ck_assert_uint_eq(refused, KK_COUNT(fd) - KK_PREAUTH_CONNS_MAX);
    fprintf(stderr, "# %ld KiB more for %d silent connections\n", grown, KK_PREAUTH_CONNS_MAX);
    /* a sanitizer's own memory is not the daemon's; the heap of each is counted by itself above */
    if (!SANITIZED)
        ck_assert_int_le(grown, 16 * KK_PREAUTH_CONNS_MAX);
    for (unsigned i = 0; i < KK_COUNT(fd); i++)
        close(fd[i]);
    server_stop(&server);
}
END_TEST

/* [LM-4] [HS-4]: strangers with perfect handshakes */
START_TEST(strangers_at_full_speed)
{
    unsigned rejected = 0, silent = 0;

    server.limits.gate.rate_per_source = 5;
    server_start(&server);
    for (int i = 0; i < 40; i++) {
        uint8_t secret[KK_KEY_BYTES], answer[128];
        struct raw r;
        ssize_t n;

        server_random(NULL, secret, sizeof(secret));
        raw_init(&r, &server, secret);
        raw_flush(&r);
        n = raw_read_within(r.fd, answer, sizeof(answer), RAW_WAIT_MS);
        ck_assert(n == 0 || n == KK_REJECT_BYTES);
        rejected += n != 0;
        silent += n == 0;
        close(r.fd);
        raw_fini(&r);
    }
    ck_assert_uint_gt(silent, 0);
    ck_assert_uint_gt(rejected, 20);
    server_stop(&server);
    ck_assert_uint_le(server.identified, silent);
    ck_assert_uint_eq(server.left, 0);
}
END_TEST

START_TEST(two_sessions_of_one_device)
{
    struct raw r[3];

    server_start(&server);
    raw_open(&r[0]);
    raw_open(&r[1]);
    raw_init(&r[2], &server, server.client_secret);
    raw_flush(&r[2]);
    ck_assert(!raw_read(&r[2], 0) && r[2].closed);
    ck_assert_int_eq(r[2].session.end, KK_END_BUSY);
    ck_assert_uint_eq(server_sessions(&server), 2);
    for (int i = 0; i < 3; i++) {
        close(r[i].fd);
        raw_fini(&r[i]);
    }
    server_stop(&server);
}
END_TEST

START_TEST(no_room_for_sessions)
{
    struct raw r[2];

    server.limits.gate.sessions = 1;
    server_start(&server);
    raw_open(&r[0]);
    raw_init(&r[1], &server, server.client_secret);
    raw_flush(&r[1]);
    ck_assert(!raw_read(&r[1], 0));
    ck_assert_int_eq(r[1].session.end, KK_END_BUSY);
    for (int i = 0; i < 2; i++) {
        close(r[i].fd);
        raw_fini(&r[i]);
    }
    server_stop(&server);
}
END_TEST

/* --- inside --- */

/* [LM-5]: 19 MB wanted, nothing read: the daemon holds little of it and lets go */
START_TEST(who_does_not_read_is_reset)
{
    struct raw r;
    uint8_t in[65536];
    size_t got = 0;
    ssize_t n;
    int small = 4096;

    server.limits.write_ms = 2 * SHORT_MS;
    server_start(&server);
    raw_open(&r);
    setsockopt(r.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    for (uint32_t id = 10; id < 74; id++) {
        r.session.place.open_count = 0; /* no manners */
        raw_get(&r, id);
    }
    raw_flush(&r);
    ck_assert(server_wait_ended(&server, 1, RAW_WAIT_MS));
    ck_assert_int_eq(server.last_end, KK_END_TIMEOUT);
    while ((n = raw_read_within(r.fd, in, sizeof(in), 100)) > 0)
        got += (size_t)n;
    ck_assert_uint_lt(got, 64 * SERVER_BLOB_BYTES);
    close(r.fd);
    raw_fini(&r);
    server_stop(&server);
}
END_TEST

/* Many of them at once: what they cost is bounded by the queue, not by what they want. */
START_TEST(a_crowd_that_does_not_read)
{
    static struct raw r[32];
    int small = 4096;
    long before, grown;

    server.limits.sessions_per_device = KK_COUNT(r);
    server.limits.write_ms = 60000;
    server_start(&server);
    for (size_t i = 0; i < KK_COUNT(r); i++) {
        raw_open(&r[i]);
        setsockopt(r[i].fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    }
    before = resident_kb();
    for (size_t i = 0; i < KK_COUNT(r); i++) {
        for (uint32_t id = 10; id < 74; id++) {
            r[i].session.place.open_count = 0; /* no manners */
            raw_get(&r[i], id);
        }
        raw_flush(&r[i]);
    }
    uv_sleep(2000);
    grown = resident_kb() - before;
    fprintf(stderr, "# %ld KiB more for %zu sessions that do not read\n", grown, KK_COUNT(r));
    if (!SANITIZED)
        ck_assert_int_le(grown, (long)KK_COUNT(r) * 256);
    ck_assert_uint_eq(server_sessions(&server), KK_COUNT(r));
    for (size_t i = 0; i < KK_COUNT(r); i++) {
        close(r[i].fd);
        raw_fini(&r[i]);
    }
    server_stop(&server);
}
END_TEST

/* [LM-6]: requests without end and without reading; the daemon stops listening to them */
START_TEST(requests_without_reading)
{
    struct kk_msg_log log = { .scope = kk_slice_text("int"), .from_gsn = 1, .max = 1 };
    struct timeval patience = { .tv_usec = 300 * 1000 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 };
    size_t sent = 0;
    ssize_t n = 1;
    struct raw r;
    int small = 4096;

    server.limits.write_ms = 60000;
    server_start(&server);
    raw_open(&r);
    setsockopt(r.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    setsockopt(r.fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    for (uint32_t id = 100; n > 0 && sent < (64u << 20); id++) {
        r.session.place.open_count = 0; /* no manners */
        ck_assert_int_eq(kk_session_send(&r.session, KK_MSG_LOG, id, &log, 0), 0);
        if (kk_session_out_len(&r.session) < 60000)
            continue;
        kk_session_take_out(&r.session, &out);
        n = send(r.fd, out.data, out.len, 0);
        sent += n > 0 ? (size_t)n : 0;
        kk_bytes_fini(&out);
    }
    ck_assert_int_le(n, 0); /* the line was full in both directions */
    ck_assert_uint_eq(server_sessions(&server), 1);
    close(r.fd);
    raw_fini(&r);
    server_stop(&server);
}
END_TEST

/* The third flight needs the second's answer. */
static void queue_flight(struct raw *r, int flight)
{
    struct kk_msg_hello hello = { .client = kk_slice_text("raw"), .root_ver = 1, .digest = { 1 } };

    if (flight == 1)
        ck_assert_int_eq(kk_session_send(&r->session, KK_MSG_HELLO, 1, &hello, 0), 0);
    for (uint32_t id = 10; flight == 2 && id < 18; id++)
        raw_get(r, id);
}

/* Sends at most so many bytes of the queue; how many it sent. */
static size_t send_some(struct raw *r, size_t most)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 };

    kk_session_take_out(&r->session, &out);
    if (out.len > most)
        out.len = most;
    raw_send_all(r->fd, kk_bytes_slice(&out));
    return out.len;
}

/* Preamble and message 1, HELLO, eight GET: the first so many bytes of it. */
static void cut_after(size_t bytes, bool hard)
{
    struct raw r;
    size_t sent;

    raw_init(&r, &server, server.client_secret);
    sent = send_some(&r, bytes);
    for (int flight = 1; flight < 3 && sent < bytes; flight++) {
        ck_assert(raw_read(&r, (unsigned)flight - 1));
        queue_flight(&r, flight);
        sent += send_some(&r, bytes - sent);
    }
    if (hard)
        raw_cut_hard(r.fd);
    else
        close(r.fd);
    raw_fini(&r);
}

/* FIN or RST after each byte of preamble, message 1, HELLO and eight GET */
START_TEST(cut_at_every_byte)
{
    unsigned count = 0;

    server_start(&server);
    for (size_t bytes = 0; bytes < 700; bytes += bytes < 200 ? 1 : 13) {
        cut_after(bytes, _i == 1);
        ck_assert(server_wait_ended(&server, ++count, RAW_WAIT_MS));
    }
    ck_assert_uint_eq(server_sessions(&server), 0);
    server_stop(&server);
    ck_assert_uint_gt(server.left, 50);
}
END_TEST

/* The daemon stops while sessions are in every state. */
START_TEST(stop_with_all_kinds_of_peers)
{
    int silent, partial;
    struct raw waiting, open, busy;

    server_start(&server);
    silent = raw_connect(&server, 2);
    partial = raw_connect(&server, 2);
    raw_send_all(partial, kk_slice_text("KKY1"));
    raw_init(&waiting, &server, server.client_secret);
    raw_flush(&waiting);
    ck_assert(raw_read(&waiting, 0));
    raw_open(&open);
    close(waiting.fd);
    ck_assert(server_wait_ended(&server, 1, RAW_WAIT_MS));
    raw_open(&busy);
    for (uint32_t id = 10; id < 18; id++)
        raw_get(&busy, id);
    raw_flush(&busy);
    server_stop(&server);
    while (raw_read(&open, 2))
        ;
    ck_assert(open.closed && open.session.end == KK_END_STOPPING);
    close(silent);
    close(partial);
    close(open.fd);
    close(busy.fd);
    raw_fini(&waiting);
    raw_fini(&open);
    raw_fini(&busy);
}
END_TEST

/* No descriptor is left for the peer: it is closed, and the daemon goes on. */
START_TEST(out_of_descriptors)
{
    static int taken[256];
    size_t count = 0;
    struct rlimit limit;
    struct raw r;
    bool good = false;
    uint8_t byte;
    int fd;

    server_start(&server);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = 200;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    while ((fd = dup(STDERR_FILENO)) >= 0)
        taken[count++] = fd;
    close(taken[--count]);
    fd = raw_connect(&server, 1);
    ck_assert_int_eq(raw_read_within(fd, &byte, 1, RAW_WAIT_MS), 0);
    close(fd);
    while (count > 0)
        close(taken[--count]);
    limit.rlim_cur = limit.rlim_max;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    for (int tries = 0; !good && tries < 50; tries++) { /* libuv may still be turning away */
        good = raw_try_open(&r, &server);
        close(r.fd);
        raw_fini(&r);
    }
    ck_assert(good);
    server_stop(&server);
}
END_TEST

START_TEST(an_address_that_cannot_be_had)
{
    static const char *const bad[] = { "", "host:1", "127.0.0.1", "127.0.0.1:70000", "[::1:5" };
    const char *listen[] = { bad[_i] };
    struct kk_net_options o = { .listen = listen, .listen_count = 1 };
    struct kk_error err = { 0 };
    struct kk_net *net = NULL;
    uv_loop_t loop;

    uv_loop_init(&loop);
    o.loop = &loop;
    ck_assert_int_eq(kk_net_start(&o, &net, &err), KK_E_CONFIG);
    ck_assert_int_eq(err.fault, KK_E_CONFIG);
    uv_run(&loop, UV_RUN_DEFAULT);
    ck_assert_int_eq(uv_loop_close(&loop), 0);
}
END_TEST

START_TEST(an_address_that_is_taken)
{
    char taken[64];
    const char *listen[] = { taken };
    struct kk_net_options o = { .listen = listen, .listen_count = 1 };
    struct kk_net *net = NULL;
    uv_loop_t loop;

    server_start(&server);
    snprintf(taken, sizeof(taken), "127.0.0.1:%d", server.port);
    uv_loop_init(&loop);
    o.loop = &loop;
    ck_assert_int_eq(kk_net_start(&o, &net, NULL), KK_E_IO);
    uv_run(&loop, UV_RUN_DEFAULT);
    ck_assert_int_eq(uv_loop_close(&loop), 0);
    server_stop(&server);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("door", &suite);

    tcase_add_checked_fixture(c, setup, NULL);
    tcase_add_test(c, silence_is_closed);
    tcase_add_test(c, a_byte_at_a_time_does_not_help);
    tcase_add_test(c, handshake_then_silence);
    tcase_add_test(c, eight_of_one_source_wait);
    tcase_add_test(c, memory_of_a_silent_connection);
    tcase_add_test(c, a_crowd_that_says_nothing);
    tcase_add_test(c, strangers_at_full_speed);
    tcase_add_test(c, two_sessions_of_one_device);
    tcase_add_test(c, no_room_for_sessions);
    tcase_add_test(c, who_does_not_read_is_reset);
    tcase_add_test(c, a_crowd_that_does_not_read);
    tcase_add_test(c, requests_without_reading);
    tcase_add_loop_test(c, cut_at_every_byte, 0, 2);
    tcase_add_test(c, stop_with_all_kinds_of_peers);
    tcase_add_test(c, out_of_descriptors);
    tcase_add_loop_test(c, an_address_that_cannot_be_had, 0, 5);
    tcase_add_test(c, an_address_that_is_taken);
    return suite;
}
