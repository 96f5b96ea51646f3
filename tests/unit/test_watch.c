/*
 * A device that waits for news: what it asks, and every answer that is none. Covers
 * proto/sync/watch.c; whole lines stand in tests/flow/test_watch.c. [KS-2]
 */
#include "unit.h"

#include "kukyoku/error.h"
#include "kukyoku/sync/watch.h"

struct desk {
    struct kk_sync_store store;
    struct kk_sync_line line;
    struct kk_watch watch;
    enum kk_message_type types[4];
    uint8_t digest[KK_HASH_BYTES]; /* as HELLO had it */
    size_t sent;
    int held_fault;
};

static int held(void *self, struct kk_arena *arena, struct kk_held *ret)
{
    const struct desk *d = self;

    (void)arena;
    *ret = (struct kk_held){ .root_ver = 3 };
    return d->held_fault;
}

static int send(void *self, enum kk_message_type type, uint32_t id, const void *body)
{
    struct desk *d = self;

    ck_assert_uint_lt(d->sent, KK_COUNT(d->types));
    ck_assert_uint_eq(id, d->sent + 1);
    d->types[d->sent++] = type;
    if (type == KK_MSG_HELLO)
        memcpy(d->digest, ((const struct kk_msg_hello *)body)->digest, KK_HASH_BYTES);
    else
        ck_assert_mem_eq(((const struct kk_msg_watch *)body)->digest, d->digest, KK_HASH_BYTES);
    return 0;
}

static void begin(struct desk *d)
{
    *d = (struct desk){ .store = { .held = held }, .line = { .send = send } };
    d->store.self = d->line.self = d;
    kk_watch_init(&d->watch, &d->store, &d->line);
}

static int hear(struct desk *d, enum kk_message_type type, const void *body)
{
    struct kk_message m = { .type = type, .id = 1, .body = body };

    return kk_watch_message(&d->watch, &m);
}

static const struct kk_msg_welcome same = { .same = true }, other = { .root_ver = 4 };
static const struct kk_msg_note note = { .server_ms = 1 };

START_TEST(hello_watch_note)
{
    struct desk d;

    begin(&d);
    ck_assert_int_eq(kk_watch_opened(&d.watch, kk_slice_text("test")), 0);
    ck_assert_int_eq(hear(&d, KK_MSG_WELCOME, &same), 0);
    ck_assert_int_eq(d.watch.state, KK_WATCH_HOLDING);
    ck_assert_uint_eq(d.sent, 2);
    ck_assert_int_eq(d.types[1], KK_MSG_WATCH);
    ck_assert_int_eq(hear(&d, KK_MSG_NOTE, &note), 0);
    ck_assert_int_eq(d.watch.state, KK_WATCH_HEARD);
}
END_TEST

START_TEST(there_are_news_already)
{
    struct desk d;

    begin(&d);
    ck_assert_int_eq(kk_watch_opened(&d.watch, kk_slice_text("test")), 0);
    ck_assert_int_eq(hear(&d, KK_MSG_WELCOME, &other), 0);
    ck_assert_int_eq(d.watch.state, KK_WATCH_HEARD);
    ck_assert_uint_eq(d.sent, 1); /* nothing is waited for */
}
END_TEST

START_TEST(what_is_no_answer)
{
    struct desk d;

    begin(&d);
    ck_assert_int_eq(hear(&d, KK_MSG_NOTE, &note), KK_E_PROTOCOL);
    ck_assert_int_eq(hear(&d, KK_MSG_WELCOME, &same), KK_E_PROTOCOL);
    ck_assert_int_eq(kk_watch_opened(&d.watch, kk_slice_text("test")), 0);
    ck_assert_int_eq(hear(&d, KK_MSG_NOTE, &note), KK_E_PROTOCOL);
    ck_assert_int_eq(hear(&d, KK_MSG_WELCOME, &same), 0);
    ck_assert_int_eq(hear(&d, KK_MSG_WELCOME, &same), KK_E_PROTOCOL);
    ck_assert_int_eq(d.watch.state, KK_WATCH_HOLDING);
}
END_TEST

START_TEST(refusals_and_faults)
{
    struct kk_msg_err revoked = { .code = KK_WIRE_REVOKED }, busy = { .code = KK_WIRE_BUSY };
    struct desk d;

    begin(&d);
    d.held_fault = KK_E_STORE;
    ck_assert_int_eq(kk_watch_opened(&d.watch, kk_slice_text("test")), KK_E_STORE);
    ck_assert_uint_eq(d.sent, 0);
    d.held_fault = 0;
    ck_assert_int_eq(kk_watch_opened(&d.watch, kk_slice_text("test")), 0);
    ck_assert_int_eq(hear(&d, KK_MSG_ERR, &busy), KK_E_PEER_BUSY);
    ck_assert_int_eq(hear(&d, KK_MSG_ERR, &revoked), KK_E_REVOKED);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("watch", &s);

    tcase_add_test(c, hello_watch_note);
    tcase_add_test(c, there_are_news_already);
    tcase_add_test(c, what_is_no_answer);
    tcase_add_test(c, refusals_and_faults);
    return s;
}
