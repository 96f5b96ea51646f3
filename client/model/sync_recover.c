/* A daemon whose logs are shorter than this device's, or begin anew (sync_recover.h). */
#include "model/sync_recover.h"

#include "model/proof.h"
#include "model/sync_proof.h"
#include "replica/ledger_era.h"

#include <stdio.h>

/* --- what a new era cuts off --- */

static int cut_one(struct kk_home_sync *s, struct kk_slice scope)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    struct kk_ledger_cut cut;
    struct kk_ledger l;
    int r = kk_replicas_ledger(&s->replicas, scope, &l, s->err);

    if (r == 0)
        r = kk_home_lock(s->home, &lock, s->err);
    if (r == 0)
        r = kk_ledger_cut(&l, kk_os_now_ms(), &cut, s->err);
    if (r == 0)
        s->cut_off += cut.entries;
    return r;
}

int kk_sync_cut(struct kk_home_sync *s)
{
    struct kk_slice scope;
    int r = 0;

    for (size_t i = 0; r == 0 && kk_home_record_scope(s->home, i, &scope); i++)
        r = cut_one(s, scope);
    return r;
}

/* --- the daemon's heads --- */

/* A log that the daemon does not mention has no entry there: has it one here? */
static int compare_unnamed(struct kk_home_sync *s, struct kk_slice scope,
                           const struct kk_msg_welcome *welcome)
{
    struct kk_log_head head;
    struct kk_ledger l;
    int r;

    for (size_t i = 0; i < welcome->heads.count; i++) {
        if (kk_slice_equal(welcome->heads.items[i].scope, scope))
            return 0;
    }
    r = kk_replicas_ledger(&s->replicas, scope, &l, s->err);
    if (r == 0)
        r = kk_ledger_head(&l, &head);
    if (r == 0)
        s->behind += head.gsn;
    return r;
}

/* The registrar's roster says of which era an entry is; the daemon can't begin one. [ER-8] */
static int check_era(struct kk_home_sync *s, const struct kk_head *theirs)
{
    const struct kk_era *era =
        kk_roster_era(kk_trust_roster(s->home->trust), theirs->scope, theirs->gsn);
    char where[KK_ERROR_WHERE_MAX];

    if (theirs->era == (era ? era->era : 0))
        return 0;
    snprintf(where, sizeof(where), "%.*s #%llu", (int)theirs->scope.len,
             (const char *)theirs->scope.data, (unsigned long long)theirs->gsn);
    return kk_error_say(s->err, KK_E_ERA, where, "the registrar has named no era %llu here",
                        "登録担当は、ここに代 %llu を定めていません",
                        (unsigned long long)theirs->era);
}

/*
 * Two heads for one entry of one era: the daemon shows two histories, and nothing is written to it.
 * A log that is shorter and agrees is that of a restored daemon. [SY-11]
 */
static int compare_head(struct kk_home_sync *s, const struct kk_head *theirs)
{
    struct kk_log_head head;
    struct kk_ledger l;
    int r = kk_replicas_ledger(&s->replicas, theirs->scope, &l, s->err);

    if (r == 0)
        r = kk_head_check(theirs, kk_trust_role(s->home->trust, KK_TRUST_DAEMON));
    if (r <= 0)
        return r < 0 ? r : KK_E_SIGNATURE;
    r = kk_ledger_head(&l, &head);
    if (r == 0 && theirs->gsn > head.gsn)
        s->entry_all += theirs->gsn - head.gsn;
    if (r == 0)
        r = check_era(s, theirs);
    if (r < 0 || theirs->gsn > head.gsn)
        return r; /* what follows is held against the own head, entry by entry */
    s->behind += head.gsn - theirs->gsn;
    if (theirs->gsn == 0 ||
        (theirs->gsn == head.gsn && memcmp(head.head, theirs->head, KK_HASH_BYTES) == 0))
        return 0;
    return kk_sync_two_heads(s, &l, theirs);
}

static bool follows(const struct kk_home *h, struct kk_slice scope)
{
    struct kk_slice own;

    for (size_t i = 0; kk_home_record_scope(h, i, &own); i++) {
        if (kk_slice_equal(own, scope))
            return true;
    }
    return false;
}

int kk_sync_compare(struct kk_home_sync *s, const struct kk_msg_welcome *welcome)
{
    struct kk_slice scope;
    int r = kk_sync_cut(s);

    for (size_t i = 0; r == 0 && i < welcome->heads.count; i++) {
        if (follows(s->home, welcome->heads.items[i].scope))
            r = compare_head(s, &welcome->heads.items[i]);
    }
    for (size_t i = 0; r == 0 && kk_home_record_scope(s->home, i, &scope); i++)
        r = compare_unnamed(s, scope, welcome);
    return r;
}

/* --- giving back --- */

int kk_sync_wanted(struct kk_home_sync *s, const struct kk_msg_stated *stated)
{
    s->want_count = 0;
    for (size_t i = 0; i < stated->wants.count; i++) {
        const struct kk_log_want *w = &stated->wants.items[i];

        if (!follows(s->home, w->scope))
            continue;
        snprintf(s->wants[s->want_count].scope, sizeof(s->wants[0].scope), "%.*s",
                 (int)w->scope.len, (const char *)w->scope.data);
        s->wants[s->want_count++].from = w->from_gsn;
    }
    return 0;
}

/* The next page of what the daemon asks back: 1, or 0. */
static int next_want(struct kk_home_sync *s, struct kk_arena *arena, struct kk_msg_recover *ret)
{
    int r = 0;

    while (r == 0 && s->want_count > 0) {
        struct kk_ledger l;

        r = kk_replicas_ledger(&s->replicas, kk_slice_text(s->wants[s->want_count - 1].scope), &l,
                               s->err);
        if (r == 0)
            r = kk_ledger_return(&l, s->wants[s->want_count - 1].from, arena, ret);
        if (r == 0) {
            s->want_count--;
            kk_arena_reset(arena); /* an auditor follows more logs than it has room for pages */
        }
    }
    return r;
}

/* What an era has cut off, of all authors in the order that they had: 1, or 0. */
static int next_cut(struct kk_home_sync *s, struct kk_arena *arena, struct kk_msg_recover *ret)
{
    struct kk_slice scope;
    int r = 0;

    while (r == 0 && kk_home_record_scope(s->home, s->cut_scope, &scope)) {
        struct kk_ledger l;

        r = kk_replicas_ledger(&s->replicas, scope, &l, s->err);
        if (r == 0)
            r = kk_ledger_return_cut(&l, arena, ret, &s->cut_last);
        if (r == 0) {
            s->cut_scope++;
            kk_arena_reset(arena);
        }
    }
    return r;
}

int kk_sync_return_next(struct kk_home_sync *s, struct kk_arena *arena, struct kk_msg_recover *ret)
{
    bool blamed = false;
    int r = kk_proof_blames(s->home, &blamed);

    if (r < 0 || blamed)
        return r; /* a daemon with two histories gets nothing [RL-19] */
    s->returning_cut = false;
    r = next_want(s, arena, ret);
    if (r != 0)
        return r;
    s->returning_cut = true;
    return next_cut(s, arena, ret);
}

/* Taken or not, it was handed in: what an author's chain does not allow now it never will. */
static int cut_taken(struct kk_home_sync *s, const struct kk_msg_recovered *m)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    struct kk_slice scope;
    struct kk_ledger l;
    int r;

    if (!m || !kk_home_record_scope(s->home, s->cut_scope, &scope)) {
        s->cut_scope++; /* refused as a whole: the next sync tries again */
        return 0;
    }
    r = kk_replicas_ledger(&s->replicas, scope, &l, s->err);
    if (r == 0)
        r = kk_home_lock(s->home, &lock, s->err);
    return r == 0 ? kk_ledger_cut_returned(&l, s->cut_last) : r;
}

int kk_sync_return_taken(struct kk_home_sync *s, const struct kk_msg_recovered *m)
{
    if (s->returning_cut)
        return cut_taken(s, m);
    if (s->want_count == 0)
        return 0;
    /* on from where the daemon stands; no further than before: it can't use what this device has */
    if (m && m->gsn >= s->wants[s->want_count - 1].from)
        s->wants[s->want_count - 1].from = m->gsn + 1;
    else
        s->want_count--;
    return 0;
}
