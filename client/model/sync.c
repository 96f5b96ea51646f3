/* The machine, the line and the home, joined. */
#include "model/sync.h"

#include "model/proof.h"
#include "model/state.h"

#include <stdio.h>

#define CLIENT_NAME "kukyoku " KUKYOKU_VERSION

struct joined {
    struct kk_home *home;
    const struct kk_sync_options *o;
    struct kk_error *err;
    struct kk_home_sync sync;
    struct kk_sync machine;
    struct kk_sync_counts before; /* of sessions that broke */
    struct kk_sync_store store;
    struct kk_sync_line line;
    struct kk_link *link;
    struct kk_sync_report *report;
    bool careful; /* of the sessions to come */
};

static int send(void *self, enum kk_message_type type, uint32_t id, const void *body)
{
    struct joined *j = self;

    return kk_link_send(j->link, type, id, body);
}

static int flush(void *self)
{
    struct joined *j = self;

    return kk_link_flush(j->link);
}

static int finish_if_done(struct joined *j, int r)
{
    if (r == 0 && kk_sync_done(&j->machine))
        kk_link_done(j->link);
    return r;
}

static int on_opened(void *self, struct kk_link *link, const struct kk_admission *admission)
{
    struct joined *j = self;

    j->link = link;
    j->report->pending = admission->status == KK_ADMIT_PENDING;
    j->report->skew_ms = (int64_t)admission->server_ms - kk_os_now_ms();
    return finish_if_done(j, kk_sync_opened(&j->machine, j->report->pending,
                                            kk_slice_text(CLIENT_NAME)));
}

static int on_message(void *self, struct kk_link *link, const struct kk_message *m,
                      struct kk_slice plain)
{
    struct joined *j = self;

    j->link = link;
    return finish_if_done(j, kk_sync_message(&j->machine, m, plain));
}

/* --- one attempt --- */

/* Was the line cut the last time? Then what is asked for at once may have been too much. [SY-17] */
static bool was_cut(struct kk_home *h)
{
    int64_t fault = 0;
    int r = kk_home_fact_get(h, KK_FACT_SYNC_FAULT, &fault, NULL);

    return r == 0 && fault == KK_E_CUT;
}

static int begin(struct joined *j)
{
    int r = kk_home_sync_init(&j->sync, j->home, j->err);

    j->sync.progress = j->o->progress;
    j->sync.user = j->o->user;
    j->store = kk_home_sync_store(&j->sync);
    j->line = (struct kk_sync_line){ .send = send, .flush = flush, .self = j };
    kk_sync_init(&j->machine, &j->store, &j->line);
    j->machine.careful = j->careful || was_cut(j->home);
    return r;
}

static void end(struct joined *j)
{
    kk_sync_fini(&j->machine);
    kk_home_sync_fini(&j->sync);
}

/* What all sessions of this sync brought; the newest says how it stands. */
static struct kk_sync_counts counted(const struct joined *j)
{
    struct kk_sync_counts sum = j->machine.counts;

    sum.same = sum.same && j->before.documents + j->before.entries == 0;
    sum.documents += j->before.documents;
    sum.entries += j->before.entries;
    sum.pushed += j->before.pushed;
    sum.refused += j->before.refused;
    sum.returned += j->before.returned;
    sum.blobs += j->before.blobs;
    sum.blob_bytes += j->before.blob_bytes;
    return sum;
}

/* The daemon had no room, or the line broke: what was kept stays, the rest is asked for anew. */
static int begin_again(void *self)
{
    struct joined *j = self;
    const struct kk_sync_counts *c = &j->machine.counts;
    bool kept = c->documents + c->entries + c->pushed + c->returned + c->blob_bytes > 0;
    int r;

    /* it was let in, and nothing came whole: it asked for too much at a time [SY-17] */
    j->careful = j->machine.careful || (!kept && j->machine.state > KK_SYNC_WELCOMING);
    j->before = counted(j);
    end(j);
    r = begin(j);
    return r == 0 ? kept : r;
}

/* --- where the daemon is --- */

static void add_endpoint(struct kk_daemon_place *p, struct kk_slice text)
{
    if (p->count == KK_COUNT(p->endpoints) || text.len >= sizeof(p->endpoints[0]))
        return;
    memcpy(p->endpoints[p->count], text.data, text.len);
    p->endpoints[p->count][text.len] = '\0';
    p->count++;
}

static int from_invitation(struct kk_home *h, struct kk_daemon_place *p)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes file = { 0 };
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_invite_file invite;
    int64_t none;
    int r = kk_home_fact_get(h, KK_FACT_INVITATION, &none, &file);

    if (r < 0 || file.len == 0)
        return r;
    kk_arena_init(&arena, 64 * 1024);
    r = kk_shape_read(&kk_shape_invite_file, kk_bytes_slice(&file), &arena, &invite, NULL);
    for (size_t i = 0; r == 0 && i < invite.endpoints.count; i++)
        add_endpoint(p, invite.endpoints.items[i].text);
    return r;
}

int kk_daemon_place_find(struct kk_home *h, struct kk_daemon_place *ret, struct kk_error *err)
{
    const struct kk_roster *roster = kk_trust_roster(h->trust);
    const struct kk_root *root = kk_trust_root(h->trust);
    int r = 0;

    *ret = (struct kk_daemon_place){ .count = 0 };
    if (!root)
        return kk_error_say(err, KK_E_HOME, h->dir, "no root of trust is held",
                            "信頼の起点（ルート文書）がありません");
    for (size_t i = 0; roster && i < roster->settings.endpoints.count; i++)
        add_endpoint(ret, roster->settings.endpoints.items[i].text);
    if (ret->count == 0)
        r = from_invitation(h, ret);
    if (r == 0 && ret->count == 0)
        return kk_error_say(err, KK_E_NETWORK, h->dir, "no address of the daemon is known",
                            "デーモンの宛先がわかりません");
    for (size_t i = 0; i < ret->count; i++)
        ret->list[i] = ret->endpoints[i];
    for (size_t i = 0; i < root->transport.count && i < KK_COUNT(ret->keys); i++)
        ret->keys[ret->key_count++] = root->transport.items[i];
    return r;
}

/* --- one sync --- */

static int run(struct kk_home *h, struct joined *j, struct kk_error *err)
{
    struct kk_daemon_place place;
    struct kk_link_options lo = { .mode = KK_MODE_SESSION, .secret = h->keys.noise_secret,
                                  .entropy = kk_os_entropy() };
    struct kk_link_owner owner = { .opened = on_opened, .message = on_message, .again = begin_again,
                                   .self = j };
    int r = kk_daemon_place_find(h, &place, err);

    if (r < 0)
        return r;
    lo.stop = j->o->stop;
    lo.endpoints = place.list;
    lo.endpoint_count = place.count;
    lo.daemon_keys = place.keys;
    lo.daemon_key_count = place.key_count;
    return kk_link_run_again(&lo, &owner, &j->report->line, err);
}

/* A clock that the daemon's confirms; what was never heard confirms nothing. */
static bool confirmed(int fault, const struct kk_sync_report *report)
{
    return fault == 0 && report->line.received > 0 && report->skew_ms <= KK_TRUST_AHEAD_MS &&
           report->skew_ms >= -KK_TRUST_AHEAD_MS;
}

static int put_facts(struct kk_home *h, int fault, const struct kk_sync_report *report,
                     const struct kk_error *err)
{
    int64_t now = kk_os_now_ms();
    int r = kk_home_fact_put(h, KK_FACT_SYNC_TRIED_MS, now, kk_slice(NULL, 0));

    if (r == 0)
        r = kk_home_clock_seen(h, now, confirmed(fault, report));
    if (r == 0)
        r = kk_home_fact_put(h, KK_FACT_SYNC_FAULT, fault, kk_slice(NULL, 0));
    if (r == 0)
        r = kk_home_fact_put(h, KK_FACT_SYNC_WHY, 0, kk_slice_text(fault ? err->detail : ""));
    if (r == 0)
        r = kk_home_fact_put(h, KK_FACT_SYNC_WHY_JA, 0,
                             kk_slice_text(fault ? err->detail_ja : ""));
    if (r == 0 && fault == 0)
        r = kk_home_fact_put(h, KK_FACT_SYNC_MS, now, kk_slice_text(KUKYOKU_VERSION));
    if (r == 0 && fault == 0)
        r = kk_home_fact_put(h, KK_FACT_BY_MEDIA, 0, kk_slice(NULL, 0));
    if (r == 0 && fault == 0)
        r = kk_home_fact_put(h, KK_FACT_HELD, report->counts.held, kk_slice(NULL, 0));
    if (r == 0 && report->line.received > 0)
        r = kk_home_fact_put(h, KK_FACT_SKEW_MS, report->skew_ms, kk_slice(NULL, 0));
    if (r == 0 && report->line.received > 0)
        r = kk_home_fact_put(h, KK_FACT_PENDING, report->pending, kk_slice(NULL, 0));
    return r;
}

/* How it ended stays in the home: `status` tells it later. The disk is waited for once. */
static int note(struct kk_home *h, int fault, const struct kk_sync_report *report,
                const struct kk_error *err)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    KK_AUTO_FINI(kk_db_tx) struct kk_db_tx tx = { 0 };
    int r = kk_home_lock(h, &lock, NULL);

    if (r == 0)
        r = kk_db_tx_begin(h->db, &tx);
    if (r == 0)
        r = put_facts(h, fault, report, err);
    return r == 0 ? kk_db_tx_commit(&tx) : r;
}

/* A daemon that has shown two histories is read, and told of at each sync. [RL-19] */
static int check_blame(struct kk_home *h, struct kk_error *err)
{
    bool blamed = false;
    int r = kk_proof_blames(h, &blamed);

    return r == 0 && blamed ? kk_error_say(err, KK_E_DAEMON_FORK, "log",
                                           "nothing was sent to it", "何も送っていません")
                            : r;
}

static int sync_once(struct kk_home *h, const struct kk_sync_options *o,
                     struct kk_sync_report *ret, struct kk_error *err)
{
    struct joined j = { .home = h, .o = o, .err = err, .report = ret };
    int r = begin(&j);

    if (r == 0)
        r = run(h, &j, err);
    ret->counts = counted(&j);
    ret->purge = j.sync.purge;
    ret->withheld = j.sync.withheld;
    ret->cut_off += j.sync.cut_off;
    if (r == 0)
        r = kk_home_sync_derive(&j.sync);
    if (r == 0)
        r = check_blame(h, err);
    if (r < 0 && !err->fault)
        kk_error_set(err, r, j.machine.doing, "%s", "");
    end(&j);
    return r;
}

/* A stored pack that was damaged makes an update fail: it is forgotten and fetched again. */
static bool mended(struct kk_home *h, int fault)
{
    struct kk_replica_repaired done = { 0 };

    return fault < 0 && fault != KK_E_BODY_MISSING &&
           kk_error_info(fault)->exit == KK_EXIT_VERIFY &&
           kk_model_repair(h, &done, NULL) == 0 && done.dropped > 0;
}

/*
 * A newer roster that came by a stick, and a daemon that goes on as if it had none: nothing is
 * taken back, but its person should know. [SY-15]
 */
static bool is_behind(const struct kk_trust *t)
{
    const struct kk_fresh *fresh = kk_trust_fresh(t);
    const struct kk_roster *roster = kk_trust_roster(t);
    const struct kk_catalog *catalog = kk_trust_catalog(t);

    return fresh && ((roster && kk_ver_compare(fresh->roster, roster->version) < 0) ||
                     (catalog && kk_ver_compare(fresh->catalog, catalog->version) < 0));
}

int kk_model_sync(struct kk_home *h, const struct kk_sync_options *o, struct kk_sync_report *ret,
                  struct kk_error *err)
{
    const struct kk_catalog *catalog;
    int r, noted;

    *ret = (struct kk_sync_report){ .pending = false };
    if (!h->enrolled)
        return kk_error_say(err, KK_E_HOME, h->dir, "this home is not enrolled",
                            "この置き場所は未登録です");
    r = sync_once(h, o, ret, err);
    if (mended(h, r)) {
        *err = (struct kk_error){ .fault = 0 };
        ret->mended = true;
        r = sync_once(h, o, ret, err);
    }
    catalog = kk_trust_catalog(h->trust);
    ret->catalog = catalog ? catalog->version.ver : 0;
    ret->behind = r == 0 && is_behind(h->trust);
    noted = note(h, r, ret, err);
    if (r == 0 && noted == 0)
        noted = kk_purge(h, KK_PURGE_LOST, false, &ret->purge, err);
    return r < 0 ? r : noted;
}
