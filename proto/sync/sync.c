/* The flow from step to step. [SY-1] [SY-3] */
#include "sync_in.h"

#include "kukyoku/error.h"

#define ARENA_MAX (256 * 1024)

void kk_sync_init(struct kk_sync *s, const struct kk_sync_store *store,
                  const struct kk_sync_line *line)
{
    *s = (struct kk_sync){ .store = store, .line = line, .next_id = 1, .stated = true,
                            .doing = "" };
    kk_arena_init(&s->arena, ARENA_MAX);
}

void kk_sync_fini(struct kk_sync *s)
{
    kk_arena_fini(&s->arena);
    kk_bytes_fini(&s->welcome_bytes);
    for (size_t i = 0; i < KK_COUNT(s->documents); i++)
        kk_bytes_fini(&s->documents[i].bytes);
    kk_bytes_fini(&s->roster);
    kk_plan_fini(&s->plan);
}

const char *kk_sync_state_name(enum kk_sync_state state)
{
    static const char *const names[] = {
        [KK_SYNC_START] = "start",       [KK_SYNC_WELCOMING] = "hello",
        [KK_SYNC_ROOTS] = "root",        [KK_SYNC_ROSTER] = "roster",
        [KK_SYNC_WRAPS] = "keys",        [KK_SYNC_CATALOG] = "catalog",
        [KK_SYNC_STATING] = "state",     [KK_SYNC_LOGS] = "logs",
        [KK_SYNC_RETURNING] = "recover", [KK_SYNC_PUSHING] = "push",
        [KK_SYNC_FETCHING] = "release",  [KK_SYNC_DONE] = "done",
    };

    kk_assert((size_t)state < KK_COUNT(names));
    return names[state];
}

int sync_send(struct kk_sync *s, enum kk_message_type type, const void *body, uint32_t *ret_id)
{
    uint32_t id = s->next_id++;

    if (ret_id)
        *ret_id = id;
    return s->line->send(s->line->self, type, id, body);
}

size_t sync_open_count(const struct kk_sync *s)
{
    size_t count = !s->stated + (s->return_id != 0) + s->push_count;

    for (size_t i = 0; i < KK_COUNT(s->gets); i++)
        count += s->gets[i].id != 0;
    for (size_t i = 0; i < KK_COUNT(s->logs); i++)
        count += s->logs[i].id != 0;
    return count;
}

int sync_refused(const struct kk_msg_err *err)
{
    /* the codes of the wire that a device can do something about have a fault of the same name */
    static const int faults[][2] = {
        { KK_WIRE_REVOKED, KK_E_REVOKED },   { KK_WIRE_PENDING, KK_E_PENDING },
        { KK_WIRE_BUSY, KK_E_PEER_BUSY },    { KK_WIRE_RATE, KK_E_PEER_BUSY },
        { KK_WIRE_NOTFOUND, KK_E_BLOB_MISSING }, { KK_WIRE_CHAIN, KK_E_CHAIN },
        { KK_WIRE_FORK, KK_E_FORK },         { KK_WIRE_EPOCH, KK_E_EPOCH },
        { KK_WIRE_SCOPE, KK_E_SCOPE },       { KK_WIRE_ROLE, KK_E_ROLE },
        { KK_WIRE_INVITE, KK_E_INVITE },     { KK_WIRE_SIG, KK_E_SIGNATURE },
        { KK_WIRE_RECOVERING, KK_E_RECOVERING },
    };

    for (size_t i = 0; i < KK_COUNT(faults); i++) {
        if ((uint64_t)faults[i][0] == err->code)
            return faults[i][1];
    }
    return KK_E_PROTOCOL;
}

int kk_sync_opened(struct kk_sync *s, bool pending, struct kk_slice client)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_msg_hello hello = { .client = client };
    struct kk_held held = { 0 };
    int r;

    kk_arena_init(&arena, ARENA_MAX);
    s->pending = pending;
    s->doing = "hello";
    r = s->store->held(s->store->self, &arena, &held);
    if (r < 0)
        return r;
    kk_held_digest(&held, hello.digest);
    hello.root_ver = held.root_ver;
    hello.roster = held.roster;
    hello.catalog = held.catalog;
    s->state = KK_SYNC_WELCOMING;
    return sync_send(s, KK_MSG_HELLO, &hello, NULL);
}

static int offer_fresh(struct kk_sync *s)
{
    enum kk_trust_verdict verdict;
    int r;

    if (!s->welcome.fresh.data || !kk_trust_roster(s->store->trust))
        return 0;
    r = kk_trust_offer_fresh(s->store->trust, s->welcome.fresh, s->store->now_ms(s->store->self),
                             &verdict);
    if (r < 0)
        return r;
    /* an older word of the daemon than one already held is a sign, not an obstacle */
    if (verdict == KK_TRUST_SIGNATURES || verdict == KK_TRUST_MALFORMED)
        return kk_trust_fault(verdict);
    return 0;
}

/* Does it speak of a newer root, roster or catalog than is held? */
static bool names_newer(const struct kk_fresh *fresh, const struct kk_trust *t)
{
    struct kk_ver none = { 0 };

    return fresh->root_ver > kk_trust_root(t)->ver ||
           kk_ver_compare(fresh->roster,
                          kk_trust_roster(t) ? kk_trust_roster(t)->version : none) > 0 ||
           kk_ver_compare(fresh->catalog,
                          kk_trust_catalog(t) ? kk_trust_catalog(t)->version : none) > 0;
}

/* "Nothing new", under a fresh document that names something newer, is a contradiction. [SY-3] */
static int check_same(const struct kk_sync *s)
{
    const struct kk_trust *t = s->store->trust;
    const struct kk_fresh *fresh = kk_trust_fresh(t);

    if (!fresh || !kk_slice_equal(kk_trust_bytes(t, KK_DOC_FRESH), s->welcome.fresh))
        return 0;
    return names_newer(fresh, t) ? KK_E_PROTOCOL : 0;
}

/*
 * A mirror that shows the newest word of the daemon beside an older release would make that release
 * look fresh: the word counts only where nothing that it names was held back. [MI-6]
 */
static int check_nothing_held_back(const struct kk_sync *s)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_fresh fresh;
    struct kk_doc doc;
    int r;

    if (!s->bare || !s->welcome.fresh.data)
        return 0;
    kk_arena_init(&arena, ARENA_MAX);
    r = kk_document_read(KK_DOC_FRESH, s->welcome.fresh, &arena, &doc);
    if (r == 0)
        r = kk_shape_read(&kk_shape_fresh, doc.payload, &arena, &fresh, NULL);
    if (r < 0)
        return r;
    return names_newer(&fresh, s->store->trust) ? KK_E_MIRROR : 0;
}

static int send_state(struct kk_sync *s)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_msg_state state = { 0 };
    struct kk_held held = { 0 };
    int r;

    kk_arena_init(&arena, ARENA_MAX);
    r = s->store->held(s->store->self, &arena, &held);
    if (r < 0)
        return r;
    state.chains.items = held.chains;
    state.chains.count = held.chain_count;
    state.heads.items = held.logs;
    state.heads.count = held.log_count;
    s->stated = false;
    return sync_send(s, KK_MSG_STATE, &state, NULL);
}

/* One step: 1 when it waits for the line, 0 when the next may begin. */
static int step(struct kk_sync *s)
{
    switch (s->state) {
    case KK_SYNC_ROOTS:
        return sync_roots(s);
    case KK_SYNC_ROSTER:
        return s->pending && !s->bare ? 0 : sync_roster(s);
    case KK_SYNC_WRAPS:
        return s->pending ? 0 : sync_wraps(s);
    case KK_SYNC_CATALOG:
        return sync_catalog(s);
    case KK_SYNC_STATING:
        if (s->pending)
            return 0;
        return send_state(s) < 0 ? KK_E_NETWORK : 0; /* its answer is waited for with the logs */
    case KK_SYNC_LOGS:
        return s->pending ? 0 : sync_logs(s);
    case KK_SYNC_RETURNING:
        return s->pending ? 0 : sync_return(s);
    case KK_SYNC_PUSHING:
        return s->pending ? 0 : sync_push(s);
    case KK_SYNC_FETCHING:
        return sync_fetch(s);
    case KK_SYNC_START:
    case KK_SYNC_WELCOMING:
    case KK_SYNC_DONE:
        break;
    }
    return 1;
}

/* The fresh document is kept with the catalog that it may name. */
static int end_documents(struct kk_sync *s)
{
    int r = check_nothing_held_back(s);

    if (r == 0)
        r = offer_fresh(s);
    if (r == 0)
        r = sync_fetch_ahead(s);
    if (r == 0 && s->line->flush) /* the disk and the line are waited for together */
        r = s->line->flush(s->line->self);
    if (r == 0)
        r = s->store->keep(s->store->self);
    return r == 0 && !s->pending ? s->store->compare(s->store->self, &s->welcome) : r;
}

/* What has to be kept, or looked at again, between two steps; what brought nothing left nothing. */
static int between(struct kk_sync *s, enum kk_sync_state over)
{
    if (over == KK_SYNC_CATALOG)
        return end_documents(s);
    if ((over == KK_SYNC_ROOTS || over == KK_SYNC_ROSTER) &&
        s->kept_documents < s->counts.documents) {
        s->kept_documents = s->counts.documents;
        return s->store->keep(s->store->self);
    }
    return 0;
}

static enum kk_sync_state after(struct kk_sync *s)
{
    if (s->state == KK_SYNC_LOGS || s->state == KK_SYNC_PUSHING)
        s->scope_at = 0;
    /* what was pushed comes back with its number: the logs are read once more */
    if (s->state == KK_SYNC_PUSHING && s->pushed_any) {
        s->pushed_any = false;
        return KK_SYNC_LOGS;
    }
    return s->state + 1;
}

/* s->state is where the flow stands; runs until something must be waited for. */
static int advance(struct kk_sync *s)
{
    while (s->state != KK_SYNC_DONE) {
        int r;

        s->doing = kk_sync_state_name(s->state);
        r = step(s);
        if (r != 0)
            return r < 0 ? r : 0;
        r = between(s, s->state);
        if (r < 0)
            return r;
        s->state = after(s);
    }
    return 0;
}

/* WELCOME outlives its message: it is copied and read once more. */
static int take_welcome(struct kk_sync *s, struct kk_slice plain)
{
    struct kk_message m;
    int r = kk_bytes_append_slice(&s->welcome_bytes, plain);

    if (r == 0)
        r = kk_message_decode(kk_bytes_slice(&s->welcome_bytes), &s->arena, &m, NULL);
    if (r < 0)
        return r;
    s->welcome = *(const struct kk_msg_welcome *)m.body;
    if (s->welcome.same) {
        s->counts.same = true;
        r = offer_fresh(s);
        if (r == 0)
            r = s->store->keep(s->store->self);
        if (r == 0)
            r = check_same(s);
        /* both hold the same; what waits in the outbox, or was cut short, is still to do */
        s->state = KK_SYNC_RETURNING;
    } else {
        s->state = KK_SYNC_ROOTS;
    }
    return r == 0 ? advance(s) : r;
}

static int take_data(struct kk_sync *s, uint32_t id, const struct kk_msg_data *data)
{
    int r;

    if (sync_document_waits(s, id)) {
        r = sync_document_data(s, id, data);
    } else if (sync_blob_waits(s, id)) {
        r = sync_blob_data(s, id, data);
        if (r < 0 && sync_ahead_failed(s, id, r))
            r = 0;
        else if (r == 0)
            r = sync_fetch_ahead(s);
    } else {
        return KK_E_PROTOCOL;
    }
    return r == 0 ? advance(s) : r > 0 ? 0 : r;
}

static int take_error(struct kk_sync *s, uint32_t id, const struct kk_msg_err *err)
{
    int r;

    if (sync_return_waits(s, id)) {
        r = sync_return_refused(s, err);
        return r == 0 ? advance(s) : r;
    }
    if (sync_push_waits(s, id)) {
        r = sync_push_refused(s, err);
        return r == 0 ? advance(s) : r;
    }
    r = sync_refused(err);
    return sync_blob_waits(s, id) && sync_ahead_failed(s, id, r) ? advance(s) : r;
}

int kk_sync_message(struct kk_sync *s, const struct kk_message *m, struct kk_slice plain)
{
    int r = KK_E_PROTOCOL;

    if (m->type == KK_MSG_WELCOME && s->state == KK_SYNC_WELCOMING)
        return take_welcome(s, plain);
    if (m->type == KK_MSG_DATA)
        return take_data(s, m->id, m->body);
    if (m->type == KK_MSG_ERR)
        return take_error(s, m->id, m->body);
    if (m->type == KK_MSG_STATED && s->state == KK_SYNC_LOGS && !s->stated) {
        s->stated = true;
        r = s->store->wanted ? s->store->wanted(s->store->self, m->body) : 0;
    } else if (m->type == KK_MSG_ENTRIES && s->state == KK_SYNC_LOGS && sync_log_waits(s, m->id)) {
        r = sync_entries(s, m->id, m->body);
    } else if (m->type == KK_MSG_RECOVERED && sync_return_waits(s, m->id)) {
        r = sync_returned(s, m->body);
    } else if (m->type == KK_MSG_PUSHED && sync_push_waits(s, m->id)) {
        r = sync_pushed(s, m->body);
    }
    return r == 0 ? advance(s) : r > 0 ? 0 : r;
}
