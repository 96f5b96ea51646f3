/*
 * HELLO and WELCOME: nothing new in two messages, everything new in one list. WATCH and NOTE: when
 * there will be something. [DM-4] [SY-2] [KS-2]
 */
#include "relay/relay_in.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/record/held.h"

struct gathering {
    struct kk_relay *relay;
    const struct kk_device_span *span;
    struct kk_arena *arena;
    struct kk_head_held *logs;
    size_t log_count;
    struct kk_chain *chains;
    size_t chain_count, chain_cap;
};

static int gather_log(void *user, struct kk_slice scope, const struct kk_log_head *head)
{
    struct gathering *g = user;
    struct kk_head_held *at = &g->logs[g->log_count];

    if (!relay_reads_log(g->span, scope) || g->log_count == KK_SCOPES_MAX)
        return 0;
    *at = (struct kk_head_held){ .scope = kk_arena_dup(g->arena, scope), .era = head->era,
                                 .gsn = head->gsn };
    memcpy(at->head, head->head, KK_HASH_BYTES);
    g->log_count++;
    return at->scope.data ? 0 : KK_E_MEMORY;
}

static int gather_chain(void *user, const struct kk_chain *chain)
{
    struct gathering *g = user;
    struct kk_chain *at = &g->chains[g->chain_count];

    /* a device that has moved keeps no chain of the place that it left [SY-2] */
    if (!relay_reads_log(g->span, chain->scope) || g->chain_count == g->chain_cap)
        return 0;
    *at = *chain;
    at->scope = kk_arena_dup(g->arena, chain->scope);
    g->chain_count++;
    return at->scope.data ? 0 : KK_E_MEMORY;
}

static int gather(struct gathering *g, const struct kk_relay_caller *caller)
{
    struct kk_store *s = g->relay->store;
    int got;

    g->chain_cap = 4 * KK_SCOPES_MAX;
    g->logs = kk_arena_array(g->arena, KK_SCOPES_MAX, sizeof(*g->logs));
    g->chains = kk_arena_array(g->arena, g->chain_cap, sizeof(*g->chains));
    if (!g->logs || !g->chains)
        return KK_E_MEMORY;
    if (!g->span)
        return 0;
    got = s->engine->log_each(s, gather_log, g);
    return got == 0 ? s->engine->chain_each(s, caller->device, gather_chain, g) : got;
}

static void ref_of(struct kk_slice bytes, struct kk_blob_ref *ret)
{
    kk_hash_of("blob", bytes, ret->hash);
    ret->len = bytes.len;
}

/* Roots above the client's, at most as many as it takes in one run. */
static int list_roots(struct gathering *g, uint64_t held, struct kk_msg_welcome *w)
{
    const struct kk_trust *t = g->relay->trust;
    struct kk_blob_ref *refs = kk_arena_array(g->arena, KK_ROOT_CHAIN_MAX, sizeof(*refs));

    if (!refs)
        return KK_E_MEMORY;
    w->roots.items = refs;
    for (size_t i = 0; i < kk_trust_root_count(t) && w->roots.count < KK_ROOT_CHAIN_MAX; i++) {
        if (kk_trust_root_at(t, i)->ver > held)
            ref_of(kk_trust_root_bytes(t, i), &refs[w->roots.count++]);
    }
    return 0;
}

static int list_heads(struct gathering *g, struct kk_msg_welcome *w)
{
    struct kk_head *heads = kk_arena_array(g->arena, g->log_count + 1, sizeof(*heads));
    int got = 0;

    if (!heads)
        return KK_E_MEMORY;
    for (size_t i = 0; got == 0 && i < g->log_count; i++) {
        struct kk_log_head head = { .era = g->logs[i].era, .gsn = g->logs[i].gsn };

        memcpy(head.head, g->logs[i].head, KK_HASH_BYTES);
        got = kk_head_sign(g->logs[i].scope, &head, kk_relay_now(g->relay),
                           g->relay->keys.sign_secret, &heads[i]);
    }
    w->heads.items = heads;
    w->heads.count = g->log_count;
    w->chains.items = g->chains;
    w->chains.count = g->chain_count;
    return got;
}

/* One round trip less for whoever lacks it. */
static void say_catalog(const struct kk_trust *t, const struct kk_msg_hello *m,
                        struct kk_msg_welcome *w)
{
    struct kk_slice bytes = kk_trust_bytes(t, KK_DOC_CATALOG);

    w->catalog.version = kk_trust_catalog(t)->version;
    ref_of(bytes, &w->catalog.blob);
    if (bytes.len <= KK_WELCOME_CATALOG_MAX &&
        kk_ver_compare(w->catalog.version, m->catalog) > 0)
        w->catalog_doc = bytes;
}

static int say_all(struct gathering *g, const struct kk_msg_hello *m, struct kk_msg_welcome *w)
{
    const struct kk_trust *t = g->relay->trust;
    int got = list_roots(g, m->root_ver, w);

    w->root_ver = kk_trust_root(t)->ver;
    if (kk_trust_roster(t)) {
        w->roster.version = kk_trust_roster(t)->version;
        ref_of(kk_trust_bytes(t, KK_DOC_ROSTER), &w->roster.blob);
    }
    if (kk_trust_catalog(t))
        say_catalog(t, m, w);
    return got == 0 ? list_heads(g, w) : got;
}

static void digest(const struct gathering *g, uint8_t ret[KK_HASH_BYTES])
{
    const struct kk_trust *t = g->relay->trust;
    struct kk_held held = {
        .logs = g->logs,
        .log_count = g->log_count,
        .chains = g->chains,
        .chain_count = g->chain_count,
    };

    held.root_ver = kk_trust_root(t)->ver;
    if (kk_trust_roster(t))
        held.roster = kk_trust_roster(t)->version;
    if (kk_trust_catalog(t))
        held.catalog = kk_trust_catalog(t)->version;
    kk_held_digest(&held, ret);
}

/* What it begins with: what it fetches now it will say next time. [DM-19] */
static int note_holder(struct kk_relay *r, const struct kk_relay_caller *caller,
                       const struct kk_msg_hello *m)
{
    struct kk_store_holder holder = { .catalog = m->catalog, .said_ms = kk_relay_now(r) };

    memcpy(holder.device, caller->device, KK_ID_BYTES);
    return r->store->engine->holder_put(r->store, &holder);
}

/* What this device may have, and the digest of it. */
static int gather_own(struct gathering *g, const struct kk_relay_caller *caller)
{
    g->span = caller->standing == KK_STANDING_OK ? relay_span(g->relay, caller->device) : NULL;
    return gather(g, caller);
}

int relay_watch(struct kk_relay *r, const struct kk_relay_caller *caller, uint32_t id,
                const struct kk_msg_watch *m, struct kk_bytes *answer)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct gathering g = { .relay = r, .arena = &arena };
    struct kk_msg_note note = { .server_ms = (uint64_t)kk_relay_now(r) };
    uint8_t own[KK_HASH_BYTES];
    int got;

    if (!kk_trust_root(r->trust))
        return KK_E_PEER_BUSY;
    kk_arena_init(&arena, 256 * 1024);
    got = gather_own(&g, caller);
    if (got < 0)
        return got;
    digest(&g, own);
    return memcmp(own, m->digest, KK_HASH_BYTES) == 0
               ? 0
               : kk_message_encode(KK_MSG_NOTE, id, &note, answer);
}

int relay_hello(struct kk_relay *r, const struct kk_relay_caller *caller, uint32_t id,
                const struct kk_msg_hello *m, struct kk_bytes *answer)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct gathering g = { .relay = r, .arena = &arena };
    struct kk_msg_welcome w = { .server_ms = (uint64_t)kk_relay_now(r) };
    uint8_t own[KK_HASH_BYTES];
    int got;

    if (!kk_trust_root(r->trust))
        return KK_E_PEER_BUSY; /* a daemon that has no authority yet */
    kk_arena_init(&arena, 256 * 1024);
    got = gather_own(&g, caller);
    if (got == 0)
        got = relay_fresh(r, &w.fresh);
    if (got < 0)
        return got;
    if (g.span)
        got = note_holder(r, caller, m);
    if (got < 0)
        return got;
    digest(&g, own);
    w.same = memcmp(own, m->digest, KK_HASH_BYTES) == 0;
    if (!w.same)
        got = say_all(&g, m, &w);
    if (got == 0 && w.catalog_doc.data)
        got = relay_front(r, caller, m, &arena, &w);
    return got == 0 ? kk_message_encode(KK_MSG_WELCOME, id, &w, answer) : got;
}
