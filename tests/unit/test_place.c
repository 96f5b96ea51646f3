/* proto/session/place.c: which message may come when, as scripts of a session. */
#include "kukyoku/session/place.h"
#include "unit.h"

#define C KK_FROM_CLIENT
#define S KK_FROM_SERVER

struct step {
    enum kk_message_from from;
    enum kk_message_type type;
    uint32_t id;
    enum kk_wire_code want;
    unsigned flag; /* WELCOME: same; DATA: last; ERR: the code */
};
#define STEPS_MAX 24
struct script {
    const char *name;
    enum kk_session_mode mode;
    struct step steps[STEPS_MAX];
};

#define OK    KK_WIRE_OK
#define PROTO KK_WIRE_PROTO
/* HELLO and a full or short WELCOME */
#define GREET(same)                                                                                \
    { C, KK_MSG_HELLO, 1, OK, 0 },                                                                 \
    {                                                                                              \
        S, KK_MSG_WELCOME, 1, OK, same                                                             \
    }

static const struct script scripts[] = {
    { "a session from end to end",
      KK_MODE_SESSION,
      { GREET(0),
        { C, KK_MSG_STATE, 2, OK, 0 },
        { S, KK_MSG_STATED, 2, OK, 0 },
        { C, KK_MSG_PUSH, 3, OK, 0 },
        { C, KK_MSG_LOG, 4, OK, 0 },
        { S, KK_MSG_ENTRIES, 4, OK, 0 },
        { S, KK_MSG_PUSHED, 3, OK, 0 },
        { C, KK_MSG_BYE, 0, OK, 0 } } },
    { "[PL-2] nothing before HELLO, HELLO once",
      KK_MODE_SESSION,
      { { C, KK_MSG_GET, 1, PROTO, 0 },
        { C, KK_MSG_PING, 1, PROTO, 0 },
        { C, KK_MSG_STATE, 1, PROTO, 0 },
        { C, KK_MSG_PUSH, 1, PROTO, 0 },
        { C, KK_MSG_LOG, 1, PROTO, 0 },
        { C, KK_MSG_HELLO, 1, OK, 0 },
        { C, KK_MSG_HELLO, 2, PROTO, 0 },
        { C, KK_MSG_GET, 2, PROTO, 0 },
        { S, KK_MSG_WELCOME, 1, OK, 0 },
        { C, KK_MSG_HELLO, 3, PROTO, 0 },
        { C, KK_MSG_ENROL, 4, PROTO, 0 },
        { C, KK_MSG_GET, 2, OK, 0 } } },
    { "[PL-12] a WATCH waits beside the open requests",
      KK_MODE_SESSION,
      { { C, KK_MSG_WATCH, 1, PROTO, 0 },
        GREET(1),
        { S, KK_MSG_NOTE, 2, PROTO, 0 }, /* nobody asked */
        { C, KK_MSG_WATCH, 2, OK, 0 },
        { C, KK_MSG_WATCH, 3, PROTO, 0 }, /* one at a time */
        { C, KK_MSG_LOG, 2, PROTO, 0 },   /* its id is taken */
        { C, KK_MSG_LOG, 3, OK, 0 },
        { S, KK_MSG_NOTE, 3, PROTO, 0 }, /* the other one's id */
        { C, KK_MSG_PING, 0, OK, 0 },
        { S, KK_MSG_PONG, 0, OK, 0 },
        { S, KK_MSG_NOTE, 2, OK, 0 },
        { S, KK_MSG_NOTE, 2, PROTO, 0 },
        { C, KK_MSG_WATCH, 2, OK, 0 },
        { C, KK_MSG_NOTE, 2, PROTO, 0 }, /* the daemon's to say */
        { S, KK_MSG_ERR, 2, OK, KK_WIRE_BUSY },
        { C, KK_MSG_WATCH, 3, PROTO, 0 }, /* of the open LOG */
        { C, KK_MSG_WATCH, 4, OK, 0 } } },
    { "[PL-12] and not in an enrolment",
      KK_MODE_ENROL,
      { { C, KK_MSG_ENROL, 1, OK, 0 }, { C, KK_MSG_WATCH, 2, PROTO, 0 } } },
    { "[PL-3] an enrolment session has one request",
      KK_MODE_ENROL,
      { { C, KK_MSG_HELLO, 1, PROTO, 0 },
        { C, KK_MSG_GET, 1, PROTO, 0 },
        { C, KK_MSG_ENROL, 1, OK, 0 },
        { C, KK_MSG_ENROL, 2, PROTO, 0 },
        { C, KK_MSG_PING, 2, PROTO, 0 },
        { S, KK_MSG_ENROLLED, 1, OK, 0 },
        { C, KK_MSG_PING, 2, PROTO, 0 },
        { C, KK_MSG_GET, 2, PROTO, 0 },
        { C, KK_MSG_BYE, 0, OK, 0 } } },
    { "[PL-1] each side keeps to its own messages",
      KK_MODE_SESSION,
      { GREET(1),
        { S, KK_MSG_HELLO, 2, PROTO, 0 },
        { S, KK_MSG_GET, 2, PROTO, 0 },
        { C, KK_MSG_DATA, 2, PROTO, 1 },
        { C, KK_MSG_WELCOME, 2, PROTO, 0 },
        { C, KK_MSG_ERR, 2, PROTO, KK_WIRE_PROTO },
        { C, (enum kk_message_type)99, 2, PROTO, 0 } } },
    { "[PL-4] STATE once",
      KK_MODE_SESSION,
      { GREET(0), { C, KK_MSG_STATE, 2, OK, 0 }, { C, KK_MSG_STATE, 3, PROTO, 0 } } },
    { "[PL-5] no PUSH before STATED after a full WELCOME",
      KK_MODE_SESSION,
      { GREET(0),
        { C, KK_MSG_PUSH, 2, PROTO, 0 },
        { C, KK_MSG_STATE, 2, OK, 0 },
        { C, KK_MSG_PUSH, 3, PROTO, 0 },
        { S, KK_MSG_STATED, 2, OK, 0 },
        { C, KK_MSG_PUSH, 3, OK, 0 } } },
    { "[PL-5] PUSH at once after a short WELCOME",
      KK_MODE_SESSION,
      { GREET(1), { C, KK_MSG_PUSH, 2, OK, 0 } } },
    { "[PL-6] answers fit open requests",
      KK_MODE_SESSION,
      { GREET(1),
        { S, KK_MSG_DATA, 2, PROTO, 1 },
        { S, KK_MSG_WELCOME, 1, PROTO, 0 },
        { C, KK_MSG_GET, 2, OK, 0 },
        { C, KK_MSG_GET, 2, PROTO, 0 },
        { S, KK_MSG_ENTRIES, 2, PROTO, 0 },
        { S, KK_MSG_DATA, 3, PROTO, 0 },
        { S, KK_MSG_DATA, 2, OK, 0 },
        { S, KK_MSG_DATA, 2, OK, 0 },
        { S, KK_MSG_DATA, 2, OK, 1 },
        { S, KK_MSG_DATA, 2, PROTO, 1 },
        { C, KK_MSG_GET, 2, OK, 0 } } },
    { "[PL-7] eight open requests",
      KK_MODE_SESSION,
      { GREET(1),
        { C, KK_MSG_GET, 11, OK, 0 },
        { C, KK_MSG_GET, 12, OK, 0 },
        { C, KK_MSG_GET, 13, OK, 0 },
        { C, KK_MSG_GET, 14, OK, 0 },
        { C, KK_MSG_GET, 15, OK, 0 },
        { C, KK_MSG_GET, 16, OK, 0 },
        { C, KK_MSG_GET, 17, OK, 0 },
        { C, KK_MSG_GET, 18, OK, 0 },
        { C, KK_MSG_GET, 19, KK_WIRE_LIMIT, 0 },
        { S, KK_MSG_DATA, 14, OK, 1 },
        { C, KK_MSG_GET, 19, OK, 0 } } },
    { "[PL-8] an error ends a request, or the session",
      KK_MODE_SESSION,
      { GREET(1),
        { C, KK_MSG_GET, 2, OK, 0 },
        { S, KK_MSG_ERR, 3, PROTO, KK_WIRE_NOTFOUND },
        { S, KK_MSG_ERR, 2, OK, KK_WIRE_NOTFOUND },
        { S, KK_MSG_DATA, 2, PROTO, 1 },
        { S, KK_MSG_ERR, 0, OK, KK_WIRE_PROTO } } },
    { "[PL-9] a PONG for each PING, one at a time",
      KK_MODE_SESSION,
      { GREET(1),
        { S, KK_MSG_PONG, 0, PROTO, 0 },
        { C, KK_MSG_PING, 0, OK, 0 },
        { C, KK_MSG_PING, 0, PROTO, 0 },
        { C, KK_MSG_PONG, 0, PROTO, 0 },
        { S, KK_MSG_PING, 0, OK, 0 },
        { S, KK_MSG_PONG, 0, OK, 0 },
        { S, KK_MSG_PONG, 0, PROTO, 0 },
        { C, KK_MSG_PONG, 0, OK, 0 },
        { C, KK_MSG_PING, 0, OK, 0 } } },
};

static enum kk_wire_code pass(struct kk_place *p, const struct step *s)
{
    struct kk_msg_welcome welcome = { .same = s->flag != 0 };
    struct kk_msg_data data = { .last = s->flag != 0 };
    struct kk_msg_err err = { .code = s->flag };
    struct kk_message m = { .type = s->type, .id = s->id };

    if (s->type == KK_MSG_WELCOME)
        m.body = &welcome;
    if (s->type == KK_MSG_DATA)
        m.body = &data;
    if (s->type == KK_MSG_ERR)
        m.body = &err;
    return kk_place_pass(p, s->from, &m);
}

START_TEST(scripts_go_as_written)
{
    const struct script *script = &scripts[_i];
    struct kk_place p;

    kk_place_init(&p, script->mode);
    for (size_t i = 0; i < STEPS_MAX && script->steps[i].type; i++) {
        const struct step *s = &script->steps[i];
        struct kk_place before = p;
        enum kk_wire_code got = pass(&p, s);

        ck_assert_msg(got == s->want, "%s, step %zu: %s", script->name, i, kk_wire_name(got));
        if (got != KK_WIRE_OK) /* what is refused leaves no trace */
            ck_assert_mem_eq(&p, &before, sizeof(p));
    }
}
END_TEST

START_TEST(open_requests_are_counted)
{
    static const struct step greet[] = { GREET(1) };
    struct step get = { C, KK_MSG_GET, 2, OK, 0 }, data = { S, KK_MSG_DATA, 2, OK, 1 };
    struct kk_place p;

    kk_place_init(&p, KK_MODE_SESSION);
    for (size_t i = 0; i < KK_COUNT(greet); i++)
        ck_assert_int_eq(pass(&p, &greet[i]), OK);
    ck_assert_uint_eq(kk_place_open_count(&p), 0);
    ck_assert_int_eq(pass(&p, &get), OK);
    ck_assert_uint_eq(kk_place_open_count(&p), 1);
    ck_assert_int_eq(pass(&p, &data), OK);
    ck_assert_uint_eq(kk_place_open_count(&p), 0);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("place", &suite);

    tcase_add_loop_test(c, scripts_go_as_written, 0, (int)KK_COUNT(scripts));
    tcase_add_test(c, open_requests_are_counted);
    return suite;
}
