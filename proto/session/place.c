/*
 * The order of messages. Requests open an entry that their last answer closes; which answers which
 * is the one table below. Both sides keep the same struct, so what one may send is what the other
 * may receive.
 */
#include "kukyoku/session/place.h"

/* A(request, answer) */
#define ANSWERS(A)                                                                                 \
    A(HELLO, WELCOME)                                                                              \
    A(GET, DATA)                                                                                   \
    A(LOG, ENTRIES)                                                                                \
    A(PUSH, PUSHED)                                                                                \
    A(STATE, STATED)                                                                               \
    A(RECOVER, RECOVERED)                                                                          \
    A(ENROL, ENROLLED)

struct answer {
    enum kk_message_type request, answer;
};

#define ANSWER_ROW(req, ans) { KK_MSG_##req, KK_MSG_##ans },
static const struct answer answers[] = { ANSWERS(ANSWER_ROW) };

static const struct answer *find_request(enum kk_message_type type)
{
    for (size_t i = 0; i < KK_COUNT(answers); i++) {
        if (answers[i].request == type)
            return &answers[i];
    }
    return NULL;
}

static enum kk_message_type answer_of(uint8_t request)
{
    const struct answer *a = find_request((enum kk_message_type)request);

    kk_assert(a != NULL);
    return a->answer;
}

void kk_place_init(struct kk_place *p, enum kk_session_mode mode)
{
    *p = (struct kk_place){ .mode = mode };
}

size_t kk_place_open_count(const struct kk_place *p)
{
    return p->open_count;
}

static struct kk_place_open *find_open(struct kk_place *p, uint32_t id)
{
    for (size_t i = 0; i < p->open_count; i++) {
        if (p->open[i].id == id)
            return &p->open[i];
    }
    return NULL;
}

static void close_open(struct kk_place *p, struct kk_place_open *o)
{
    *o = p->open[--p->open_count];
}

static bool is_watch(const struct kk_place *p, uint32_t id)
{
    return p->watching && p->watch_id == id;
}

/* [PL-6] [PL-7] */
static enum kk_wire_code open_request(struct kk_place *p, const struct kk_message *m)
{
    if (find_open(p, m->id) || is_watch(p, m->id))
        return KK_WIRE_PROTO;
    if (p->open_count == KK_COUNT(p->open))
        return KK_WIRE_LIMIT;
    p->open[p->open_count++] = (struct kk_place_open){ .id = m->id, .type = (uint8_t)m->type };
    return KK_WIRE_OK;
}

/* [PL-2] … [PL-5]: may the client ask this now? */
static bool may_ask(const struct kk_place *p, enum kk_message_type type)
{
    if (p->mode == KK_MODE_ENROL)
        return type == KK_MSG_ENROL && !p->greeted;
    if (type == KK_MSG_ENROL)
        return false;
    if (type == KK_MSG_HELLO)
        return !p->greeted;
    if (!p->welcomed)
        return false;
    if (type == KK_MSG_STATE)
        return !p->stated;
    return (type != KK_MSG_PUSH && type != KK_MSG_RECOVER) || p->may_push;
}

static enum kk_wire_code pass_request(struct kk_place *p, const struct kk_message *m)
{
    enum kk_wire_code code;

    if (!may_ask(p, m->type))
        return KK_WIRE_PROTO;
    code = open_request(p, m);
    if (code != KK_WIRE_OK)
        return code;
    if (m->type == KK_MSG_HELLO || m->type == KK_MSG_ENROL)
        p->greeted = true;
    if (m->type == KK_MSG_STATE)
        p->stated = true;
    return KK_WIRE_OK;
}

static void note_answer(struct kk_place *p, const struct kk_message *m)
{
    if (m->type == KK_MSG_WELCOME) {
        const struct kk_msg_welcome *welcome = m->body;

        p->welcomed = true;
        p->may_push = welcome->same;
    }
    if (m->type == KK_MSG_ENROLLED)
        p->welcomed = true;
    if (m->type == KK_MSG_STATED)
        p->may_push = true;
}

/* [PL-6] an answer names an open request of its kind */
static enum kk_wire_code pass_answer(struct kk_place *p, const struct kk_message *m)
{
    struct kk_place_open *o = find_open(p, m->id);
    bool last = true;

    if (!o || answer_of(o->type) != m->type)
        return KK_WIRE_PROTO;
    if (m->type == KK_MSG_DATA)
        last = ((const struct kk_msg_data *)m->body)->last;
    if (last)
        close_open(p, o);
    note_answer(p, m);
    return KK_WIRE_OK;
}

/* [PL-8] a refusal of an open request, or the end of the session */
static enum kk_wire_code pass_error(struct kk_place *p, const struct kk_message *m)
{
    const struct kk_msg_err *err = m->body;
    struct kk_place_open *o = find_open(p, m->id);

    if (o)
        close_open(p, o);
    else if (is_watch(p, m->id))
        p->watching = false;
    else if (!kk_wire_closes((unsigned)err->code))
        return KK_WIRE_PROTO;
    return KK_WIRE_OK;
}

/* [PL-12] it waits beside the open requests: nobody is late with an answer to it */
static enum kk_wire_code pass_watch(struct kk_place *p, const struct kk_message *m)
{
    if (p->mode == KK_MODE_ENROL || !p->welcomed || p->watching || find_open(p, m->id))
        return KK_WIRE_PROTO;
    p->watching = true;
    p->watch_id = m->id;
    return KK_WIRE_OK;
}

static enum kk_wire_code pass_note(struct kk_place *p, const struct kk_message *m)
{
    if (!is_watch(p, m->id))
        return KK_WIRE_PROTO;
    p->watching = false;
    return KK_WIRE_OK;
}

/* [PL-9] */
static enum kk_wire_code pass_ping(struct kk_place *p, enum kk_message_from from, bool pong)
{
    bool by_client = (from == KK_FROM_CLIENT) != pong;
    bool *due = by_client ? &p->pinged_by_client : &p->pinged_by_server;

    if (p->mode == KK_MODE_ENROL || !p->welcomed || *due != pong)
        return KK_WIRE_PROTO;
    *due = !pong;
    return KK_WIRE_OK;
}

enum kk_wire_code kk_place_pass(struct kk_place *p, enum kk_message_from from,
                                const struct kk_message *m)
{
    const struct kk_message_info *info = kk_message_info(m->type);

    if (!info || !(info->from & from)) /* [PL-1] */
        return KK_WIRE_PROTO;
    switch (m->type) {
    case KK_MSG_BYE:
        return KK_WIRE_OK;
    case KK_MSG_ERR:
        return pass_error(p, m);
    case KK_MSG_PING:
        return pass_ping(p, from, false);
    case KK_MSG_PONG:
        return pass_ping(p, from, true);
    case KK_MSG_WATCH:
        return pass_watch(p, m);
    case KK_MSG_NOTE:
        return pass_note(p, m);
    case KK_MSG_HELLO:
    case KK_MSG_GET:
    case KK_MSG_LOG:
    case KK_MSG_PUSH:
    case KK_MSG_STATE:
    case KK_MSG_RECOVER:
    case KK_MSG_ENROL:
        return pass_request(p, m);
    case KK_MSG_WELCOME:
    case KK_MSG_DATA:
    case KK_MSG_ENTRIES:
    case KK_MSG_PUSHED:
    case KK_MSG_STATED:
    case KK_MSG_RECOVERED:
    case KK_MSG_ENROLLED:
        return pass_answer(p, m);
    }
    return KK_WIRE_PROTO;
}
