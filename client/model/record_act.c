/* Acts: body and local conditions, then a signature into the outbox. [RL-15] [RL-18] [RL-20] */
#include "model/evidence.h"
#include "model/lack.h"
#include "model/personal.h"
#include "model/refusal.h"

#include <stdio.h>

#define REFRESH_FEW   8
#define REFRESH_GROUP 4096

void kk_record_new_id(uint8_t ret[KK_ID_BYTES])
{
    struct kk_entropy entropy = kk_os_entropy();

    kk_entropy_fill(&entropy, ret, KK_ID_BYTES);
}

int kk_record_ward_scope(struct kk_records *r, const char *prefix,
                         char ret[KK_SCOPE_NAME_MAX + 1])
{
    const struct kk_device_span *span = kk_home_span(r->home);

    if (span->ward.len == 0)
        return kk_error_say(r->err, KK_E_ROLE, prefix, "only for devices of a ward",
                            "区の端末でのみ行えます");
    snprintf(ret, KK_SCOPE_NAME_MAX + 1, "%s:%.*s", prefix, (int)span->ward.len,
             (const char *)span->ward.data);
    return 0;
}

int kk_record_home_scope(struct kk_records *r, const struct kk_kind_info *kind,
                         char ret[KK_SCOPE_NAME_MAX + 1])
{
    const struct kk_scope_info *home = kk_scope_info(kind->home);

    if (home->has_ward)
        return kk_record_ward_scope(r, home->prefix, ret);
    snprintf(ret, KK_SCOPE_NAME_MAX + 1, "%s", home->prefix);
    return 0;
}

static int field_fault(struct kk_records *r, const struct kk_item *item, enum kk_item_fault fault,
                       const struct kk_body *body)
{
    const struct kk_body_field *f = kk_body_find(body, item->term->number);

    return kk_refuse_value(r->err, item->term, f ? f->value : kk_slice("", 0), fault);
}

/* What is not there needs no emptying: the blank rows of a form are nothing that anybody wrote. */
static void drop_blanks(const struct kk_ledger_record *now, struct kk_body *body)
{
    size_t kept = 0;

    for (size_t i = 0; i < body->count; i++) {
        uint32_t number = body->fields[i].number;

        if (!kk_body_emptied(body->fields[i].value) || kk_lack_field(&now->merged, number))
            body->fields[kept++] = body->fields[i];
    }
    body->count = kept;
}

static int check_transition(struct kk_records *r, const struct kk_act_request *q,
                            enum kk_machine machine)
{
    const struct kk_roster *roster = kk_trust_roster(r->home->trust);
    const struct kk_transition *t = kk_transition_find(
        machine, (unsigned)roster->settings.tv, (enum kk_act)q->act);
    uint32_t missing = t ? kk_need_missing(t, q->body, q->ref_count) : 0;
    const struct kk_item *item = missing ? kk_kind_item(q->kind, missing) : NULL;

    if (!missing)
        return 0;
    if (item && t->need == KK_NEED_REPLY)
        return kk_error_say(r->err, KK_E_FIELD, item->term->name, "the answer: --set reason=…",
                            "回答を --set reason=… で書いてください");
    if (item && t->need == KK_NEED_REASON)
        return kk_error_say(r->err, KK_E_FIELD, item->term->name, "why: --set reason=…",
                            "理由を --set reason=… で書いてください");
    return item ? field_fault(r, item, KK_ITEM_MISSING, q->body)
                : kk_error_say(r->err, KK_E_FIELD, "feedback",
                               "name the feedback record with --feedback ID",
                               "--feedback ID でフィードバックの記録を指定してください");
}

/* Fields of the ward and of the bureau are written by their own side; the same for whole kinds. */
static int check_writers(struct kk_records *r, const struct kk_act_request *q)
{
    enum kk_role role = (enum kk_role)kk_home_span(r->home)->role;

    if (!kk_writer_may(q->kind->who, role))
        return kk_refuse_writer(r->err, q->kind->name, q->kind->who);
    for (size_t i = 0; i < q->body->count; i++) {
        const struct kk_item *item = kk_kind_item(q->kind, q->body->fields[i].number);

        if (item && !kk_writer_may(item->by, role))
            return kk_refuse_writer(r->err, item->term->name, item->by);
    }
    return 0;
}

/* Terms that were agreed on are not rewritten by the way, with a comment or a confirmation. */
static int check_act_fields(struct kk_records *r, const struct kk_act_request *q,
                            enum kk_machine machine)
{
    for (size_t i = 0; machine == KK_MACHINE_CASE && i < q->body->count; i++) {
        const struct kk_item *item = kk_kind_item(q->kind, q->body->fields[i].number);

        if (item && !kk_case_act_writes(q->act, item->term->number))
            return kk_refuse_act_field(r->err, item->term, q->act);
    }
    return 0;
}

/* Names of staff and office telephones have fields of their own. */
static bool may_name(uint32_t number)
{
    return number == KK_FIELD_CONTACT || number == KK_FIELD_HOLDER ||
           number == KK_FIELD_HANDOVERS || number == KK_FIELD_LOCATION;
}

int kk_record_check_text(struct kk_records *r, bool not_personal, const struct kk_term *term,
                         struct kk_slice text)
{
    enum kk_personal found = kk_personal_find(text);
    const struct kk_personal_rule *rule;

    if (found == KK_PERSONAL_NOTHING)
        return 0;
    rule = kk_personal_rule(found);
    if (!rule->sure && not_personal)
        return 0;
    return kk_error_text(r->err, KK_E_PERSONAL, term->name, rule->en, rule->ja);
}

static int check_field_text(struct kk_records *r, const struct kk_act_request *q,
                            const struct kk_body_field *f)
{
    const struct kk_term *term = kk_term_info(f->number);
    struct kk_cursor c = kk_cursor(f->value);
    struct kk_slice text;
    size_t count = 1;
    int e = 0;

    if (!term || may_name(f->number))
        return 0;
    if (term->type == KK_ITEM_LIST && kk_cursor_array(&c, &count) < 0)
        return 0;
    if (term->type != KK_ITEM_LINE && term->type != KK_ITEM_TEXT && term->type != KK_ITEM_LIST)
        return 0;
    for (size_t i = 0; e == 0 && i < count && kk_cursor_text(&c, &text) == 0; i++)
        e = kk_record_check_text(r, q->not_personal, term, text);
    return e;
}

static int check_personal(struct kk_records *r, const struct kk_act_request *q)
{
    int e = 0;

    for (size_t i = 0; e == 0 && i < q->body->count; i++)
        e = check_field_text(r, q, &q->body->fields[i]);
    return e;
}

/* An issue at the end of its road changes by its rung alone. */
static int check_issue_open(struct kk_records *r, const struct kk_act_request *q,
                            const struct kk_ledger_record *now)
{
    int64_t rung = kk_record_int(&now->body, KK_FIELD_RUNG);
    int64_t given = kk_record_int(q->body, KK_FIELD_RUNG);
    enum kk_rung_end end = kk_rung_end((unsigned)rung);

    if (end == KK_RUNG_GOES_ON || (given && given != rung))
        return 0;
    if (end == KK_RUNG_IS_OVER)
        return kk_error_say(r->err, KK_E_STATE, q->kind->name,
                            "it is withdrawn; write a new issue",
                            "取り下げた課題です。新しい課題として記録してください");
    return kk_error_say(r->err, KK_E_STATE, q->kind->name,
                        "it is closed; `kukyoku issue rung ID framed --set reason=…` "
                        "takes it up again",
                        "終了した課題です。`kukyoku issue rung ID framed --set reason=…` "
                        "で再開できます");
}

/* What is closed or frozen is not edited; a conflict in it may be settled. */
static int check_open(struct kk_records *r, const struct kk_act_request *q,
                      const struct kk_ledger_record *now)
{
    bool copy = kk_slice_is(q->scope, "int") && kk_body_find(&now->body, KK_FIELD_ORIGIN);

    if (now->ahead.erased)
        return kk_error_say(r->err, KK_E_STATE, q->kind->name, "it is erased",
                            "消去済みの記録です");
    if (q->act != KK_ACT_EDIT || q->copy || kk_lack_settles(&now->merged, q->body))
        return 0;
    if (copy)
        return kk_error_say(r->err, KK_E_STATE, q->kind->name,
                            "a copy for all wards: edit the ward's own record and share it again",
                            "共有された写しです。元の区の記録を編集し、もう一度共有してください");
    if (kk_kind_frozen(q->kind))
        return kk_error_say(r->err, KK_E_STATE, q->kind->name,
                            "frozen when it was written; make a new one",
                            "作成した時点で確定した記録です。新しく作成してください");
    if (now->ahead.closed)
        return kk_error_say(r->err, KK_E_STATE, q->kind->name, "it is closed",
                            "終了した記録です");
    return q->kind->kind == KK_KIND_ISSUE ? check_issue_open(r, q, now) : 0;
}

/* Why stays when all else has gone, whatever fields the kind has. [RL-28] */
static int check_erase(struct kk_records *r, const struct kk_act_request *q)
{
    const struct kk_term *term = kk_term_info(KK_FIELD_REASON);
    const struct kk_body_field *f = kk_body_find(q->body, KK_FIELD_REASON);
    unsigned tv = (unsigned)kk_trust_roster(r->home->trust)->settings.tv;
    enum kk_item_fault fault = f ? kk_term_check(term, f->value) : KK_ITEM_MISSING;

    if (fault == KK_ITEM_SOUND && kk_record_text(q->body, KK_FIELD_REASON).len == 0)
        fault = KK_ITEM_MISSING;
    if (fault != KK_ITEM_SOUND)
        return kk_refuse_value(r->err, term, f ? f->value : kk_slice("", 0), fault);
    if (q->ref_count && tv < KK_TV_ERASE)
        return kk_error_say(r->err, KK_E_STATE, kk_act_name(q->act),
                            "needs the rules of version %d; in force: %u",
                            "規則の版 %d が必要です（現在 %u）", KK_TV_ERASE, tv);
    return check_personal(r, q);
}

int kk_record_may_edit(struct kk_records *r, const struct kk_record *record)
{
    struct kk_body nothing = { .count = 0 };
    struct kk_act_request q = { .scope = record->scope, .kind = record->kind, .act = KK_ACT_EDIT,
                                .body = &nothing };
    int e = check_writers(r, &q);

    return e == 0 ? check_open(r, &q, &record->is) : e;
}

static int check(struct kk_records *r, const struct kk_act_request *q,
                 const struct kk_ledger_record *now, enum kk_machine machine)
{
    const struct kk_item *item;
    enum kk_item_fault fault;
    enum kk_rung_fault rung;
    struct kk_body after, own = *q->body;
    int e = check_writers(r, q);

    if (q->act == KK_ACT_ERASE)
        return e == 0 ? check_erase(r, q) : e;
    if (e == 0)
        e = check_act_fields(r, q, machine);
    if (e == 0)
        e = check_open(r, q, now);
    if (e == 0)
        e = kk_lack_after(q->kind, &now->body, q->body, &after);
    if (e < 0)
        return e;
    kk_body_drop_emptied(&own);
    fault = kk_kind_check_act(q->kind, q->act, &own, &after, &item);
    if (fault != KK_ITEM_SOUND)
        return field_fault(r, item, fault, &after);
    if (q->kind->kind == KK_KIND_ISSUE && kk_body_find(q->body, KK_FIELD_RUNG)) {
        rung = kk_rung_check((unsigned)kk_record_int(&now->body, KK_FIELD_RUNG),
                             (unsigned)kk_record_int(&after, KK_FIELD_RUNG), &after);
        if (rung != KK_RUNG_OK)
            return kk_refuse_rung(r->err, rung);
    }
    e = kk_evidence_check(r, q->body, q->scope);
    if (e == 0)
        e = check_personal(r, q);
    return e == 0 ? check_transition(r, q, machine) : e;
}

/* The body of w:W carries the kind, because the clear header must not. [RL-13] */
static int seal_kind(struct kk_records *r, const struct kk_act_request *q)
{
    struct kk_scope scope;

    if (!kk_scope_parse(q->scope, &scope) || scope.kind != KK_SCOPE_W)
        return 0;
    return kk_record_put_int(r, q->body, KK_BODY_KIND, q->kind->kind);
}

static int read_clock(struct kk_records *r, struct kk_ledger_clock *clock)
{
    int64_t inc, hlc, restored = 0;
    int e = kk_home_fact_get(r->home, KK_FACT_RESTORED, &restored, NULL);

    if (e == 0 && restored) /* which chains the device began since, only a sync knows [RL-4] */
        return KK_E_RESTORED;
    if (e == 0)
        e = kk_home_fact_get(r->home, KK_FACT_INCARNATION, &inc, NULL);
    if (e == 0)
        e = kk_home_fact_get(r->home, KK_FACT_HLC, &hlc, NULL);
    if (e == 0)
        *clock = (struct kk_ledger_clock){ .now_ms = kk_os_now_ms(),
                                           .hlc = (uint64_t)hlc,
                                           .inc = inc > 0 ? (uint64_t)inc : 1,
                                           .entropy = kk_os_entropy() };
    return e;
}

/* In a group every file that an act writes to has its transaction. */
static int join_group(struct kk_records_group *g, struct kk_db *db)
{
    int e;

    for (size_t i = 0; i < g->count; i++) {
        if (g->tx[i].db == db)
            return 0;
    }
    kk_assert(g->count < KK_COUNT(g->tx));
    e = kk_db_tx_begin(db, &g->tx[g->count]);
    g->count += e == 0;
    return e;
}

int kk_records_begin(struct kk_records *r)
{
    int e = kk_home_lock(r->home, &r->group.lock, r->err);

    r->group.open = e == 0;
    return e == 0 ? join_group(&r->group, r->home->db) : e;
}

static bool in_group(const struct kk_records_group *g, const struct kk_db *db)
{
    for (size_t i = 0; i < g->count; i++) {
        if (g->tx[i].db == db)
            return true;
    }
    return false;
}

/* What was written together is indexed together: an act at a time costs several times as much. */
static int index_group(struct kk_records *r)
{
    int e = 0;

    for (size_t i = 0; e >= 0 && i < r->replicas.count; i++) {
        struct kk_ledger l;

        e = kk_replicas_ledger(&r->replicas, kk_slice_text(r->replicas.open[i].scope), &l, NULL);
        if (e == 0 && in_group(&r->group, l.db))
            e = kk_glance_refresh(&l, REFRESH_GROUP, true);
    }
    return e < 0 ? e : 0;
}

/* The home first: a timestamp that no operation has does no harm, the same one twice would. */
int kk_records_commit(struct kk_records *r)
{
    int e = index_group(r);

    for (size_t i = 0; e == 0 && i < r->group.count; i++)
        e = kk_db_tx_commit(&r->group.tx[i]);
    kk_records_rollback(r);
    return e;
}

void kk_records_rollback(struct kk_records *r)
{
    for (size_t i = 0; i < r->group.count; i++)
        kk_db_tx_fini(&r->group.tx[i]);
    kk_os_lock_fini(&r->group.lock);
    r->group = (struct kk_records_group){ .open = false };
}

/* What is more than a few behind, the next sync brings on; lists look at it themselves. */
static int keep_index(const struct kk_records *r, const struct kk_ledger *l)
{
    int e = r->group.open ? 0 : kk_glance_refresh(l, REFRESH_FEW, false);

    return e < 0 ? e : 0;
}

static int write(struct kk_records *r, const struct kk_ledger *l,
                 const struct kk_ledger_draft *draft)
{
    struct kk_ledger_clock clock;
    int e = r->group.open ? join_group(&r->group, l->db) : 0;

    if (e == 0)
        e = read_clock(r, &clock);
    if (e == 0)
        e = kk_ledger_write(l, draft, &clock, NULL);
    return e == 0 ? kk_home_fact_put(r->home, KK_FACT_HLC, (int64_t)clock.hlc, kk_slice(NULL, 0))
                  : e;
}

/* Judged beforehand as the daemon will, and written; a dry run is judged alone. */
static int judge_and_write(struct kk_records *r, const struct kk_act_request *q,
                           const struct kk_ledger *l, const struct kk_ledger_record *now)
{
    struct kk_ledger_draft draft = { .kind = q->kind->kind, .act = q->act, .refs = q->refs,
                                     .ref_count = q->ref_count, .body = q->body };
    struct kk_refused_act refused = { .ledger = l, .record = now, .kind = q->kind, .act = q->act };
    struct kk_scope scope;
    int e;

    memcpy(draft.rec, q->rec, KK_ID_BYTES);
    e = kk_ledger_judge(l, &draft, now);
    if ((e == KK_E_ROLE || e == KK_E_STATE) && kk_scope_parse(q->scope, &scope)) {
        refused.machine = kk_machine_of(&scope, q->kind->kind);
        return kk_refuse_act(r->err, &refused, e);
    }
    if (e == 0 && !q->check_only)
        e = write(r, l, &draft);
    return e == 0 && !q->check_only ? keep_index(r, l) : e;
}

int kk_record_act(struct kk_records *r, const struct kk_act_request *asked)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    struct kk_body body = *asked->body; /* one body may be asked for of several records */
    struct kk_act_request own = *asked, *q = &own;
    struct kk_ledger_record now;
    struct kk_scope scope;
    struct kk_ledger l;
    int e;

    own.body = &body;
    if (!kk_scope_parse(q->scope, &scope))
        return kk_error_say(r->err, KK_E_SCOPE, "scope", "no such scope",
                            "そのような範囲はありません");
    e = r->group.open ? 0 : kk_home_lock(r->home, &lock, r->err);
    if (e == 0)
        e = kk_replicas_ledger(&r->replicas, q->scope, &l, r->err);
    if (e == 0)
        e = kk_ledger_record(&l, q->rec, &r->arena, &now);
    if (e >= 0)
        drop_blanks(&now, &body);
    if (e >= 0)
        e = check(r, q, &now, kk_machine_of(&scope, q->kind->kind));
    if (e == 0)
        e = seal_kind(r, q);
    if (e == 0)
        e = judge_and_write(r, q, &l, &now);
    if (e < 0 && !r->err->fault)
        kk_error_set(r->err, e, kk_act_name(q->act), "%s", "");
    return e;
}
