/* What goes along, and under which id. [RL-22] */
#include "model/share.h"

#include "kukyoku/base/text.h"

static int may_share(struct kk_records *r, const struct kk_record *own)
{
    enum kk_role role = (enum kk_role)kk_home_span(r->home)->role;

    if (!own->kind || own->kind->way != KK_WAY_SHARE)
        return kk_error_say(r->err, KK_E_SCOPE, own->kind ? own->kind->name : "",
                            "records of this kind stay in their ward",
                            "この種類の記録は区の外へ共有しません");
    if (!kk_writer_may(KK_BY_LEAD, role))
        return kk_error_say(r->err, KK_E_ROLE, kk_role_name(role), "a lead shares",
                            "共有は責任者が行います");
    return 0;
}

/* Is the copy there? 1, 0; *ret_closed: taken back. */
static int find_copy(struct kk_records *r, const uint8_t id[KK_ID_BYTES], bool *ret_closed)
{
    struct kk_ledger_record copy;
    struct kk_ledger l;
    int e = kk_replicas_ledger(&r->replicas, kk_slice_text("int"), &l, r->err);

    if (e == 0)
        e = kk_ledger_record(&l, id, &r->arena, &copy);
    *ret_closed = e > 0 && copy.ahead.closed;
    return e;
}

static int name_origin(struct kk_records *r, const struct kk_record *own, struct kk_body *body)
{
    char assignment[8 + 2 * KK_ID_BYTES] = "origin=";

    kk_hex_encode(kk_slice(own->is.rec, KK_ID_BYTES), assignment + 7);
    return kk_record_set(r, own->kind, assignment, body);
}

static int copy_fields(const struct kk_record *own, struct kk_body *body)
{
    int e = 0;

    body->count = 0;
    for (size_t i = 0; e == 0 && i < own->kind->count; i++) {
        const struct kk_item *item = &own->kind->items[i];
        const struct kk_body_field *f = kk_body_find(&own->is.body, item->term->number);

        if (item->goes == KK_GOES_SHARED)
            e = f ? kk_body_set(body, f->number, f->value)
                  : kk_body_empty(body, item->term->number); /* in an older copy it may stand */
    }
    return e;
}

static void aim(const struct kk_record *own, unsigned act, struct kk_body *body,
                struct kk_act_request *ret)
{
    *ret = (struct kk_act_request){ .scope = kk_slice_text("int"), .kind = own->kind, .act = act,
                                    .body = body, .copy = true };
    kk_share_id(own->is.rec, ret->rec);
}

int kk_share_prepare(struct kk_records *r, const struct kk_record *own, struct kk_body *body,
                     struct kk_act_request *ret)
{
    bool closed;
    int e = may_share(r, own);

    if (e < 0)
        return e;
    aim(own, KK_ACT_CREATE, body, ret);
    e = find_copy(r, ret->rec, &closed);
    if (e > 0)
        ret->act = KK_ACT_EDIT;
    if (e >= 0)
        e = copy_fields(own, body);
    return e == 0 ? name_origin(r, own, body) : e;
}

int kk_unshare_prepare(struct kk_records *r, const struct kk_record *own, struct kk_body *body,
                       struct kk_act_request *ret)
{
    bool closed;
    int e = may_share(r, own);

    if (e < 0)
        return e;
    body->count = 0;
    aim(own, KK_ACT_CLOSE, body, ret);
    e = find_copy(r, ret->rec, &closed);
    if (e < 0 || (e > 0 && !closed))
        return e < 0 ? e : 0;
    return kk_error_say(r->err, KK_E_NOT_FOUND, "int", "the record is not shared",
                        "この記録は共有されていません");
}

/* --- both side by side --- */

bool kk_share_copied(const struct kk_record *record)
{
    return kk_slice_is(record->scope, "int") &&
           kk_body_find(&record->is.body, KK_FIELD_ORIGIN) != NULL;
}

static bool origin_of(const struct kk_record *copy, struct kk_slice *ret)
{
    const struct kk_body_field *f = kk_body_find(&copy->is.body, KK_FIELD_ORIGIN);
    struct kk_cursor c = kk_cursor(f ? f->value : kk_slice("", 0));
    size_t count;

    return f && kk_cursor_array(&c, &count) == 0 && count == 1 &&
           kk_cursor_bytes(&c, ret) == 0 && ret->len == KK_ID_BYTES;
}

int kk_share_origin(struct kk_records *r, const struct kk_record *copy, struct kk_record *ret)
{
    const struct kk_device_span *span = kk_home_span(r->home);
    char scope[KK_SCOPE_NAME_MAX + 1];
    struct kk_slice origin;
    struct kk_ledger l;
    int e;

    if (!kk_share_copied(copy) || !origin_of(copy, &origin) || span->ward.len == 0)
        return 0;
    e = kk_record_ward_scope(r, "w", scope);
    if (e == 0)
        e = kk_replicas_ledger(&r->replicas, kk_slice_text(scope), &l, NULL);
    if (e == KK_E_NOT_FOUND)
        return 0;
    return e == 0 ? kk_record_load(&l, origin.data, &r->arena, ret) : e;
}
