/* Who is in charge, from one person to another, record by record. */
#include "model/handover.h"

#include "kukyoku/base/text.h"

#include <stdio.h>

#define LINE_BYTES 1024

/* Records are collected first: writing while walking would walk over what was written. */
struct collecting {
    const char *from;
    struct kk_bytes ids; /* in hex, each with its NUL */
};

static bool goes_over(const struct kk_record *record)
{
    if (!record->kind || record->is.ahead.closed)
        return false;
    if (record->is.kind == KK_KIND_ISSUE) {
        const struct kk_code *rung =
            kk_code_find(KK_CODES_OF_RUNG, kk_record_int(&record->is.body, KK_FIELD_RUNG));

        return rung && strcmp(rung->name, "closed") != 0 && strcmp(rung->name, "withdrawn") != 0;
    }
    return true;
}

static int collect(void *user, const struct kk_record *record)
{
    struct collecting *c = user;
    char id[2 * KK_ID_BYTES + 1];

    if (!goes_over(record) ||
        !kk_slice_is(kk_record_text(&record->is.body, KK_FIELD_HOLDER), c->from))
        return 0;
    kk_hex_encode(kk_slice(record->is.rec, KK_ID_BYTES), id);
    return kk_bytes_append(&c->ids, id, sizeof(id));
}

static int collect_all(struct kk_records *r, struct collecting *c)
{
    static const enum kk_kind kinds[] = { KK_KIND_INITIATIVE, KK_KIND_ISSUE,
                                          KK_KIND_REFLECTION };
    int e = 0;

    for (size_t i = 0; e == 0 && i < KK_COUNT(kinds); i++) {
        struct kk_record_query q = { .kind = kinds[i], .open = true, .passing = true };

        e = kk_record_each(r, &q, collect, c);
    }
    return e;
}

/* Somebody of this ward with a device that may write. */
static int check_person(struct kk_records *r, const char *name)
{
    const struct kk_roster_view *view = kk_trust_view(r->home->trust);
    const struct kk_device_span *own = kk_home_span(r->home);

    for (size_t i = 0; view && i < view->devices->rows.count; i++) {
        const struct kk_device_span *span = kk_device_span_newest(&view->devices->rows.items[i]);

        if (span && span->status == KK_STATUS_ACTIVE && kk_slice_equal(span->ward, own->ward) &&
            kk_slice_is(span->holder, name))
            return 0;
    }
    return kk_error_say(r->err, KK_E_NOT_FOUND, name, "no active device of this ward is theirs",
                        "この区にその方の端末がありません");
}

/* The lines that are there, and one more. */
static int add_line(struct kk_records *r, const struct kk_record *record,
                    const struct kk_handover *h, struct kk_body *body)
{
    const struct kk_body_field *old = kk_body_find(&record->is.body, KK_FIELD_HANDOVERS);
    char line[LINE_BYTES];
    int e = old ? kk_body_set(body, KK_FIELD_HANDOVERS, old->value) : 0;

    snprintf(line, sizeof(line), "handovers=%s: %s → %s%s%s", h->date, h->from, h->to,
             h->note ? " " : "", h->note ? h->note : "");
    return e == 0 ? kk_record_set(r, record->kind, line, body) : e;
}

static int hand_over(struct kk_records *r, const struct kk_record *record,
                     const struct kk_handover *h)
{
    struct kk_body body = { .count = 0 };
    struct kk_act_request q = { .scope = record->scope, .kind = record->kind, .act = KK_ACT_EDIT,
                                .body = &body, .check_only = h->check_only };
    char holder[LINE_BYTES];
    int e;

    memcpy(q.rec, record->is.rec, KK_ID_BYTES);
    snprintf(holder, sizeof(holder), "holder=%s", h->to);
    e = kk_record_set(r, record->kind, holder, &body);
    if (e == 0)
        e = add_line(r, record, h, &body);
    return e == 0 ? kk_record_act(r, &q) : e;
}

static int hand_all(struct kk_records *r, const struct kk_handover *h,
                    const struct collecting *c, kk_record_fn *fn, void *user)
{
    int e = 0;

    for (size_t at = 0; e == 0 && at < c->ids.len; at += 2 * KK_ID_BYTES + 1) {
        struct kk_record record;

        e = kk_record_find(r, (const char *)c->ids.data + at, 0, &record);
        if (e == 0)
            e = hand_over(r, &record, h);
        if (e == 0)
            e = fn(user, &record);
    }
    return e;
}

/* All of it or nothing: half a hand-over leaves nobody in charge. */
static int hand_together(struct kk_records *r, const struct kk_handover *h,
                         const struct collecting *c, kk_record_fn *fn, void *user)
{
    int e = kk_records_begin(r);

    if (e == 0)
        e = hand_all(r, h, c, fn, user);
    if (e == 0)
        return kk_records_commit(r);
    kk_records_rollback(r);
    return e;
}

int kk_handover(struct kk_records *r, const struct kk_handover *h, kk_record_fn *fn, void *user)
{
    struct collecting c = { .from = h->from };
    int e = check_person(r, h->to);

    if (e == 0)
        e = collect_all(r, &c);
    if (e == 0)
        e = h->check_only ? hand_all(r, h, &c, fn, user) : hand_together(r, h, &c, fn, user);
    kk_bytes_fini(&c.ids);
    return e;
}
