/* Gathering the state of a device from its home. */
#include "model/state.h"

static void copy_text(char *ret, size_t size, struct kk_slice text)
{
    size_t len = text.len < size - 1 ? text.len : size - 1;

    if (len)
        memcpy(ret, text.data, len);
    ret[len] = '\0';
}

static void fill_device(const struct kk_home *h, struct kk_state *s)
{
    const struct kk_device_span *span = kk_home_span(h);
    const struct kk_roster_view *view = kk_trust_view(h->trust);
    const struct kk_device_row *row = view ? kk_roster_row(view, h->keys.id) : NULL;

    s->enrolled = h->enrolled;
    memcpy(s->device, h->keys.id, KK_ID_BYTES);
    if (!span)
        return;
    s->role = (unsigned)span->role;
    s->revoked = span->status == KK_STATUS_REVOKED;
    s->draining = span->status == KK_STATUS_DRAINING;
    copy_text(s->ward, sizeof(s->ward), span->ward);
    copy_text(s->holder, sizeof(s->holder), span->holder);
    copy_text(s->label, sizeof(s->label), row->label);
}

static int fill_documents(struct kk_home *h, struct kk_state *s)
{
    int64_t now = kk_os_now_ms(), latest;
    int r = kk_home_fact_get(h, KK_FACT_CLOCK_MS, &latest, NULL);

    if (kk_trust_root(h->trust)) {
        s->root_ver = kk_trust_root(h->trust)->ver;
        kk_trust_root_id(h->trust, s->root_id);
    }
    if (kk_trust_roster(h->trust))
        s->roster = kk_trust_roster(h->trust)->version;
    if (kk_trust_catalog(h->trust)) {
        s->catalog = kk_trust_catalog(h->trust)->version;
        copy_text(s->title, sizeof(s->title), kk_trust_catalog(h->trust)->title);
    }
    s->flags = kk_trust_flags(h->trust, now);
    s->clock_behind = now + KK_TRUST_AHEAD_MS < latest;
    return r < 0 ? r : kk_home_grade(h, now, &s->grade, &s->since_ms);
}

static int fill_facts(struct kk_home *h, struct kk_state *s)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes why = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes program = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes why_ja = { 0 };
    struct kk_error *e = &s->sync_error;
    int64_t fault = 0, pending = 0, restored = 0, held = 0, none;
    int r = kk_home_fact_get(h, KK_FACT_SYNC_MS, &s->sync_ms, &program);

    if (r == 0)
        r = kk_home_fact_get(h, KK_FACT_SYNC_TRIED_MS, &s->sync_tried_ms, NULL);
    if (r == 0)
        r = kk_home_fact_get(h, KK_FACT_SYNC_FAULT, &fault, NULL);
    if (r == 0)
        r = kk_home_fact_get(h, KK_FACT_SKEW_MS, &s->skew_ms, NULL);
    if (r == 0)
        r = kk_home_fact_get(h, KK_FACT_PENDING, &pending, NULL);
    if (r == 0)
        r = kk_home_fact_get(h, KK_FACT_RESTORED, &restored, NULL);
    if (r == 0)
        r = kk_home_fact_get(h, KK_FACT_HELD, &held, NULL);
    if (r == 0)
        r = kk_home_fact_get(h, KK_FACT_SYNC_WHY, &none, &why);
    if (r == 0)
        r = kk_home_fact_get(h, KK_FACT_SYNC_WHY_JA, &none, &why_ja);
    copy_text(s->program, sizeof(s->program), kk_bytes_slice(&program));
    e->fault = (int)fault;
    s->restored = restored != 0;
    s->held = held != 0;
    s->pending = pending != 0 && s->role == 0;
    copy_text(e->detail, sizeof(e->detail), kk_bytes_slice(&why));
    copy_text(e->detail_ja, sizeof(e->detail_ja), kk_bytes_slice(&why_ja));
    return r;
}

static int fill_care(struct kk_home *h, struct kk_state *s)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes faults = { 0 };
    int r = kk_home_fact_get(h, KK_FACT_BACKUP_MS, &s->backup_ms, NULL);

    if (r == 0)
        r = kk_home_fact_get(h, KK_FACT_RESTORE_TEST_MS, &s->restore_test_ms, NULL);
    if (r == 0)
        r = kk_home_fact_get(h, KK_FACT_VERIFY_MS, &s->verify_ms, &faults);
    for (size_t i = 0; i < faults.len; i++)
        s->verify_faults = 10 * s->verify_faults + (faults.data[i] - '0');
    return r;
}

static struct kk_state_scope *scope_of(struct kk_state *s, struct kk_slice scope)
{
    for (size_t i = 0; i < s->scope_count; i++) {
        if (kk_slice_is(scope, s->scopes[i].scope))
            return &s->scopes[i];
    }
    kk_assert(s->scope_count < KK_SCOPES_MAX);
    copy_text(s->scopes[s->scope_count].scope, sizeof(s->scopes[0].scope), scope);
    return &s->scopes[s->scope_count++];
}

static int fill_release(struct kk_replicas *all, struct kk_slice scope, struct kk_state *s)
{
    const struct kk_catalog *catalog = kk_trust_catalog(all->home->trust);
    const struct kk_catalog_scope *row = NULL;
    struct kk_state_scope *at = scope_of(s, scope);
    struct kk_replica_held held;
    struct kk_replica *replica;
    int r = kk_replicas_get(all, scope, &replica, NULL);

    for (size_t i = 0; catalog && i < catalog->scopes.count; i++) {
        if (kk_slice_equal(catalog->scopes.items[i].scope, scope))
            row = &catalog->scopes.items[i];
    }
    at->in_step = row == NULL;
    if (r == KK_E_NOT_FOUND)
        return 0;
    if (r == 0)
        r = kk_replica_held(replica, &held);
    if (r < 0)
        return r;
    at->release = held.release;
    return row ? kk_replica_in_step(replica, row, &at->in_step) : 0;
}

static int fill_records(struct kk_replicas *all, struct kk_slice scope, struct kk_state *s)
{
    struct kk_state_scope *at = scope_of(s, scope);
    struct kk_ledger_lost lost;
    struct kk_log_head head;
    struct kk_ledger l;
    int r = kk_replicas_ledger(all, scope, &l, NULL);

    if (at->release == 0)
        at->in_step = true;
    if (r == KK_E_NOT_FOUND)
        return 0;
    if (r == 0)
        r = kk_ledger_head(&l, &head);
    if (r == 0)
        r = kk_ledger_waiting(&l, &at->waiting, &at->refused);
    if (r == 0)
        r = kk_glance_conflicts(&l, &at->conflicts);
    if (r == 0)
        r = kk_ledger_lost(&l, &lost);
    if (r < 0)
        return r;
    s->lost.cut += lost.cut;
    s->lost.own += lost.own;
    s->lost.missing += lost.missing;
    if (lost.cut_ms > s->lost.cut_ms)
        s->lost.cut_ms = lost.cut_ms;
    at->entries = head.gsn;
    s->waiting += at->waiting;
    s->refused += at->refused;
    s->conflicts += at->conflicts;
    return 0;
}

int kk_model_state(struct kk_home *h, struct kk_state *ret, struct kk_error *err)
{
    KK_AUTO_FINI(kk_replicas) struct kk_replicas all = { 0 };
    struct kk_slice scope;
    int r;

    *ret = (struct kk_state){ .grade = KK_GRADE_UNKNOWN };
    kk_replicas_init(&all, h, KK_REPLICA_READ);
    fill_device(h, ret);
    r = fill_documents(h, ret);
    if (r == 0)
        r = fill_facts(h, ret);
    if (r == 0)
        r = fill_care(h, ret);
    for (size_t i = 0; r == 0 && kk_home_release_scope(h, i, &scope); i++)
        r = fill_release(&all, scope, ret);
    for (size_t i = 0; r == 0 && kk_home_record_scope(h, i, &scope); i++)
        r = fill_records(&all, scope, ret);
    if (r < 0 && err && !err->fault)
        kk_error_set(err, r, h->dir, "%s", "");
    return r;
}

bool kk_state_documents_sound(const struct kk_state *s)
{
    const struct kk_trust_flags *f = &s->flags;

    return !f->root_expired && !f->roster_expired && !f->catalog_expired && !f->roster_replaced &&
           !f->catalog_replaced;
}

bool kk_state_clock_sound(const struct kk_state *s)
{
    return !s->flags.fresh_ahead && !s->clock_behind && s->skew_ms <= KK_SKEW_WARN_MS &&
           s->skew_ms >= -KK_SKEW_WARN_MS;
}

bool kk_state_well(const struct kk_state *s)
{
    bool well = s->sync_error.fault == 0 && s->refused == 0 && s->conflicts == 0 && !s->revoked &&
                !s->draining && s->grade == KK_GRADE_FRESH && kk_state_documents_sound(s) &&
                kk_state_clock_sound(s) && !s->held && s->lost.missing == 0;

    for (size_t i = 0; i < s->scope_count; i++)
        well = well && s->scopes[i].in_step;
    return well;
}
