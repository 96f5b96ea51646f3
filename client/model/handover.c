/* Who is in charge, from one person to another, record by record. */
#include "model/handover.h"

#include "kukyoku/base/alloc.h"

#include <stdio.h>

#define LINE_BYTES 1024

/* Records are collected first: writing while walking would walk over what was written. */
struct collecting {
    const char *from;
    struct kk_record *list;
    size_t count, cap;
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
    return record->is.kind == KK_KIND_INITIATIVE || record->is.kind == KK_KIND_REFLECTION;
}

static int collect(void *user, const struct kk_record *record)
{
    struct collecting *c = user;

    if (!goes_over(record) ||
        !kk_slice_is(kk_record_text(&record->is.body, KK_FIELD_HOLDER), c->from))
        return 0;
    if (c->count == c->cap) {
        size_t cap = c->cap ? 2 * c->cap : 16;
        struct kk_record *list = kk_realloc(c->list, cap * sizeof(*list));

        if (!list)
            return KK_E_MEMORY;
        c->list = list;
        c->cap = cap;
    }
    c->list[c->count++] = *record;
    return 0;
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

int kk_handover(struct kk_records *r, const struct kk_handover *h, kk_record_fn *fn, void *user)
{
    struct collecting c = { .from = h->from };
    int e = check_person(r, h->to);

    if (e == 0)
        e = kk_record_each(r, 0, collect, &c);
    for (size_t i = 0; e == 0 && i < c.count; i++) {
        e = hand_over(r, &c.list[i], h);
        if (e == 0)
            e = fn(user, &c.list[i]);
    }
    kk_free(c.list);
    return e;
}
