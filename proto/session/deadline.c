/*
 * Deadlines of a session ([LM-1], [LM-3]), one function each. While a server owes an answer its
 * peer is not idle; while it takes no bytes a frame cannot be late.
 */
#include "deadline.h"

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t handshake_at(const struct kk_session *s)
{
    return s->state == KK_SESSION_OPEN ? INT64_MAX : s->started_ms + s->times->preauth;
}

static int64_t frame_at(const struct kk_session *s)
{
    return kk_frame_begun(&s->frame) ? s->begun_ms + s->times->frame : INT64_MAX;
}

static int64_t answer_at(const struct kk_session *s)
{
    bool waits = s->role == KK_SESSION_CLIENT && s->place.open_count > 0;

    return waits ? later(s->heard_ms, s->sent_ms) + s->times->answer : INT64_MAX;
}

static int64_t idle_at(const struct kk_session *s)
{
    bool owes = s->role == KK_SESSION_SERVER && s->place.open_count > 0;

    return owes ? INT64_MAX : later(s->heard_ms, s->opened_ms) + s->times->idle;
}

/* [FR-5] a session ends between requests; an answer that never comes does not prolong it for ever
 */
static int64_t life_at(const struct kk_session *s)
{
    int64_t grace = s->place.open_count > 0 ? s->times->answer : 0;

    return s->opened_ms + s->times->life + grace;
}

static int64_t ping_at(const struct kk_session *s)
{
    bool may = s->role == KK_SESSION_CLIENT && s->place.mode == KK_MODE_SESSION &&
               s->place.welcomed && !s->place.pinged_by_client;

    return may ? later(s->heard_ms, s->sent_ms) + s->times->ping : INT64_MAX;
}

/* In the order of enum kk_due, the most serious first. */
typedef int64_t deadline_fn(const struct kk_session *s);
struct deadline {
    enum kk_due due;
    const char *name;
    deadline_fn *at;
};
static const struct deadline deadlines[] = {
    { KK_DUE_HANDSHAKE, "handshake", handshake_at },
    { KK_DUE_FRAME, "frame", frame_at },
    { KK_DUE_ANSWER, "answer", answer_at },
    { KK_DUE_IDLE, "idle", idle_at },
    { KK_DUE_LIFE, "life", life_at },
    { KK_DUE_PING, "ping", ping_at },
};

/* Before the session is open only the handshake has a deadline ([LM-1]: one, absolute). */
static size_t in_force(const struct kk_session *s)
{
    if (s->state == KK_SESSION_END)
        return 0;
    return s->state == KK_SESSION_OPEN ? KK_COUNT(deadlines) : 1;
}

int64_t kk_deadline_next(const struct kk_session *s)
{
    int64_t next = INT64_MAX;

    for (size_t i = 0; i < in_force(s); i++) {
        int64_t at = deadlines[i].at(s);

        next = at < next ? at : next;
    }
    return next;
}

enum kk_due kk_deadline_due(const struct kk_session *s, int64_t now_ms)
{
    for (size_t i = 0; i < in_force(s); i++) {
        if (now_ms >= deadlines[i].at(s))
            return deadlines[i].due;
    }
    return KK_DUE_NOTHING;
}

const char *kk_deadline_name(enum kk_due due)
{
    return due == KK_DUE_NOTHING ? "nothing" : deadlines[due - 1].name;
}
