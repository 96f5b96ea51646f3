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

/* --- people of this ward, by the roster --- */

struct people {
    const char **names; /* in the records' arena, a NULL at the end */
    bool found;
};

static const char *person_at(const void *list, size_t i)
{
    return ((const char *const *)list)[i];
}

/* active: only those with a device that may write. */
static int look_for(struct kk_records *r, const char *name, bool active, struct people *ret)
{
    const struct kk_roster_view *view = kk_trust_view(r->home->trust);
    const struct kk_device_span *own = kk_home_span(r->home);
    size_t rows = view ? view->devices->rows.count : 0, count = 0;

    *ret = (struct people){ .names = kk_arena_array(&r->arena, rows + 1, sizeof(*ret->names)) };
    if (!ret->names)
        return KK_E_MEMORY;
    for (size_t i = 0; i < rows; i++) {
        const struct kk_device_span *span = kk_device_span_newest(&view->devices->rows.items[i]);
        struct kk_slice holder;

        if (!span || (active && span->status != KK_STATUS_ACTIVE) ||
            !kk_slice_equal(span->ward, own->ward))
            continue;
        holder = kk_arena_dup(&r->arena, span->holder); /* with its NUL */
        if (!holder.data)
            return KK_E_MEMORY;
        ret->names[count++] = (const char *)holder.data;
        ret->found = ret->found || kk_slice_is(span->holder, name);
    }
    return 0;
}

static int refuse_person(struct kk_records *r, const char *name, const struct people *people,
                         const char *en, const char *ja)
{
    const char *near = kk_text_nearest(name, person_at, people->names);

    if (near)
        return kk_error_say(r->err, KK_E_NOT_FOUND, name, "%s%.0s; did you mean %s?",
                            "%.0s%s。%s のことですか", en, ja, near);
    return kk_error_text(r->err, KK_E_NOT_FOUND, name, en, ja);
}

static int check_receiver(struct kk_records *r, const char *name)
{
    struct people people;
    int e = look_for(r, name, true, &people);

    if (e < 0 || people.found)
        return e;
    return refuse_person(r, name, &people, "no active device of this ward is theirs",
                         "この区にその方の端末がありません");
}

/* Whoever left may stand in records alone; a name that stands nowhere was mistyped. */
static int check_giver(struct kk_records *r, const char *name)
{
    struct people people;
    int e = look_for(r, name, false, &people);

    if (e < 0 || people.found)
        return e;
    return refuse_person(r, name, &people,
                         "no record names them, and no device of this ward is theirs",
                         "その方が担当の記録も、その方の端末も、この区にありません");
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
    int e = check_receiver(r, h->to);

    if (e == 0)
        e = collect_all(r, &c);
    if (e == 0 && c.ids.len == 0)
        e = check_giver(r, h->from);
    if (e == 0)
        e = h->check_only ? hand_all(r, h, &c, fn, user) : hand_together(r, h, &c, fn, user);
    kk_bytes_fini(&c.ids);
    return e;
}
