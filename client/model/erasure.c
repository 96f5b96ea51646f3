/* What is erased, and what may be (erasure.h). [RL-28] [RL-29] [RL-30] */
#include "model/erasure.h"

#include "home/drafts.h"
#include "replica/glance.h"
#include "replica/ledger_erase.h"

#include <stdio.h>

int kk_erasure_add(struct kk_records *r, const struct kk_record *record, uint64_t gsn,
                   struct kk_erasure *e)
{
    char where[24];

    snprintf(where, sizeof(where), "%llu", (unsigned long long)gsn);
    if (e->count == KK_OP_REFS_MAX)
        return kk_error_say(r->err, KK_E_USAGE, where, "at most %d at once",
                            "一度に指定できるのは %d 件までです", KK_OP_REFS_MAX);
    for (size_t i = 0; i < record->is.op_count; i++) {
        const struct kk_ledger_op *op = &record->is.ops[i];

        if (op->pending || op->what.gsn != gsn)
            continue;
        if (op->op.act == KK_ACT_ERASE || kk_ledger_erased_by(&record->is, op))
            return kk_error_say(r->err, KK_E_USAGE, where, "there is nothing to erase in it",
                                "消去する内容がありません");
        memcpy(e->refs[e->count++], op->id, KK_HASH_BYTES);
        return 0;
    }
    return kk_error_say(r->err, KK_E_NOT_FOUND, where,
                        "no act of this record has that receipt number (`kukyoku timeline ID`)",
                        "この記録にその受領番号の操作はありません（`kukyoku timeline ID`）");
}

/* --- what was made from it --- */

static int tell_copy(struct kk_records *r, const char *scope, const uint8_t id[KK_ID_BYTES],
                     kk_erasure_fn *fn, void *user)
{
    struct kk_record copy;
    struct kk_ledger l;
    int e = kk_replicas_ledger(&r->replicas, kk_slice_text(scope), &l, NULL);

    if (e == KK_E_NOT_FOUND)
        return 0;
    if (e == 0)
        e = kk_record_load(&l, id, &r->arena, &copy);
    return e > 0 && !copy.is.ahead.erased ? fn(user, &copy) : e < 0 ? e : 0;
}

int kk_erasure_copies(struct kk_records *r, const struct kk_record *record, kk_erasure_fn *fn,
                      void *user)
{
    char scope[KK_SCOPE_NAME_MAX + 1];
    uint8_t id[KK_ID_BYTES];
    struct kk_scope parsed;
    int e;

    if (!kk_scope_parse(record->scope, &parsed) || parsed.kind != KK_SCOPE_W)
        return 0;
    kk_share_id(record->is.rec, id);
    e = tell_copy(r, "int", id, fn, user);
    snprintf(scope, sizeof(scope), "e:%.*s", (int)record->scope.len - 2,
             (const char *)record->scope.data + 2);
    kk_case_id(record->is.rec, id);
    return e == 0 ? tell_copy(r, scope, id, fn, user) : e;
}

/* --- after a sync --- */

struct settling {
    struct kk_replicas *replicas;
    struct kk_bytes drafts; /* ids of those that go */
};

static int on_draft(void *user, const struct kk_draft *draft)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct settling *s = user;
    struct kk_ledger_record rec;
    struct kk_ledger l;
    int e = kk_replicas_ledger(s->replicas, draft->scope, &l, NULL);

    if (e < 0)
        return e == KK_E_NOT_FOUND ? 0 : e;
    kk_arena_init(&arena, (size_t)64 * 1024 * 1024);
    e = kk_ledger_record(&l, draft->rec, &arena, &rec);
    if (e <= 0 || !rec.track.erased)
        return e < 0 ? e : 0;
    return kk_bytes_append(&s->drafts, draft->id, KK_ID_BYTES);
}

static int drop_drafts(struct kk_replicas *r, struct kk_error *err)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    struct settling s = { .replicas = r };
    int e = kk_home_draft_each(r->home, on_draft, &s);

    if (e == 0 && s.drafts.len)
        e = kk_home_lock(r->home, &lock, err);
    for (size_t at = 0; e == 0 && at < s.drafts.len; at += KK_ID_BYTES)
        e = kk_home_draft_drop(r->home, s.drafts.data + at);
    kk_bytes_fini(&s.drafts);
    return e;
}

static int look_at(struct kk_replicas *r, struct kk_slice scope, struct kk_error *err)
{
    struct kk_ledger_missing missing;
    char where[KK_ERROR_WHERE_MAX];
    struct kk_ledger l;
    int e = kk_replicas_ledger(r, scope, &l, err);

    if (e == 0)
        e = kk_ledger_bodies(&l, &missing);
    if (e < 0 || missing.count == 0)
        return e == KK_E_NOT_FOUND ? 0 : e;
    snprintf(where, sizeof(where), "%.*s #%llu", (int)scope.len, (const char *)scope.data,
             (unsigned long long)missing.first);
    return kk_error_say(err, KK_E_BODY_MISSING, where, "entries without their content: %llu",
                        "内容のない記録 %llu 件", (unsigned long long)missing.count);
}

int kk_erasure_settle(struct kk_replicas *r, bool look, struct kk_error *err)
{
    struct kk_slice scope;
    int e = kk_home_span(r->home) ? drop_drafts(r, err) : 0;

    for (size_t i = 0; e == 0 && look && kk_home_record_scope(r->home, i, &scope); i++)
        e = look_at(r, scope, err);
    return e;
}

/* --- retention --- */

/* What tells of one day has nothing to finish: a voice, a reflection, an evaluation, feedback. */
static bool of_a_day(unsigned kind)
{
    const struct kk_kind_info *info = kk_kind_info(kind);
    const struct kk_item *day = info ? kk_kind_item(info, KK_FIELD_DATE) : NULL;

    return day && day->needed_for == KK_ACT_CREATE;
}

static bool is_over(const struct kk_record *record)
{
    unsigned rung = (unsigned)kk_record_int(&record->is.body, KK_FIELD_RUNG);

    if (record->is.ahead.erased)
        return false; /* nothing is left to be erased */
    if (record->is.kind == KK_KIND_ISSUE && kk_rung_end(rung) != KK_RUNG_GOES_ON)
        return true;
    return of_a_day(record->is.kind) || kk_track_over(record->machine, &record->is.ahead);
}

bool kk_retention_over(const struct kk_roster *roster, const struct kk_record *record,
                       int64_t now_ms, int64_t *ret_ms)
{
    int years = roster ? (int)roster->settings.retention_years : 0;

    *ret_ms = kk_glance_touched_ms(&record->is);
    return years > 0 && record->is.pending == 0 && is_over(record) &&
           kk_fiscal_year_of(now_ms) > kk_fiscal_year_of(*ret_ms) + years;
}

struct retaining {
    const struct kk_home *home;
    int64_t now_ms;
    kk_retention_fn *fn;
    void *user;
};

static int on_record(void *user, const struct kk_record *record)
{
    struct retaining *x = user;
    int64_t touched_ms;

    if (!kk_retention_over(kk_trust_roster(x->home->trust), record, x->now_ms, &touched_ms))
        return 0;
    /* copies of all wards stand in int: a ward looks after its own records */
    if (kk_home_span(x->home)->ward.len > 0 && kk_slice_is(record->scope, "int"))
        return 0;
    return x->fn(x->user, record, touched_ms);
}

int kk_retention_each(struct kk_records *r, kk_retention_fn *fn, void *user)
{
    struct kk_record_query q = { .passing = true };
    struct retaining x = { .home = r->home, .fn = fn, .user = user };

    x.now_ms = kk_trust_now(r->home->trust, kk_os_now_ms());
    return kk_record_each(r, &q, on_record, &x);
}
