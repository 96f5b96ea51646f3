/* Editions in and out (karte.h). [RL-25] */
#include "model/karte.h"

#include "model/evidence.h"
#include "model/karte_public.h"

#define SCOPE "int"

/* --- out --- */

/* What the first operation wrote: an edition is frozen with its signature, whatever came later. */
static const struct kk_ledger_op *frozen(const struct kk_ledger_record *record)
{
    for (size_t i = 0; i < record->op_count; i++) {
        const struct kk_ledger_op *op = &record->ops[i];
        bool counts = op->pending ? op->refused == 0 : op->what.verdict == KK_WIRE_OK;

        if (counts && op->op.act == KK_ACT_CREATE)
            return op->readable ? op : NULL;
    }
    return NULL;
}

static size_t read_list(const struct kk_body *body, uint32_t number, struct kk_slice *ret,
                        size_t max)
{
    const struct kk_body_field *f = kk_body_find(body, number);
    struct kk_cursor c = kk_cursor(f ? f->value : kk_slice("", 0));
    size_t count = 0, read = 0;

    if (!f || kk_cursor_array(&c, &count) < 0)
        return 0;
    while (read < count && read < max && kk_cursor_text(&c, &ret[read]) == 0)
        read++;
    return read;
}

/* A line that is no figure, or none for everybody, is no part of a karte. */
static void read_figures(const struct kk_body *body, struct kk_karte *ret)
{
    struct kk_slice lines[KK_KARTE_FIGURES_MAX];
    size_t count = read_list(body, KK_FIELD_FIGURES, lines, KK_COUNT(lines));

    for (size_t i = 0; i < count; i++) {
        struct kk_figure *at = &ret->figures[ret->figure_count];

        ret->figure_count += kk_figure_parse(lines[i], at) && kk_slice_is(at->scope, "pub");
    }
}

static bool read_karte(const struct kk_ledger_record *record, struct kk_karte *ret)
{
    const struct kk_ledger_op *op = frozen(record);
    struct kk_body body;

    if (!op || record->ahead.erased || kk_body_read(op->plain, &body) < 0)
        return false;
    *ret = (struct kk_karte){ .title = kk_record_text(&body, KK_FIELD_TITLE),
                              .fiscal_year = kk_record_int(&body, KK_FIELD_FISCAL_YEAR),
                              .release = kk_record_int(&body, KK_FIELD_RELEASE),
                              .pending = op->pending, .receipt = op->what.gsn };
    memcpy(ret->id, record->rec, KK_ID_BYTES);
    ret->made_ms = op->pending ? op->made_ms : (int64_t)op->what.recv_ms;
    ret->paragraph_count = read_list(&body, KK_FIELD_PARAGRAPHS, ret->paragraphs,
                                     KK_KARTE_PARAGRAPHS_MAX);
    read_figures(&body, ret);
    return read_list(&body, KK_FIELD_AREAS, &ret->area, 1) == 1;
}

/* A lead of the ward that the area lies in, when the operation was sequenced. */
static bool is_by_lead(const struct kk_records *r, const struct kk_ledger_record *record,
                       const struct kk_karte *k)
{
    const struct kk_ledger_op *op = frozen(record);
    const struct kk_roster_view *view = kk_trust_view(r->home->trust);
    const struct kk_device_row *row = view && op ? kk_roster_row(view, op->op.device) : NULL;
    const struct kk_device_span *span =
        row && !op->pending ? kk_device_span_at(row, op->what.rv) : NULL;

    return span && span->role == KK_ROLE_LEAD && k->area.len >= span->ward.len &&
           span->ward.len > 0 && memcmp(k->area.data, span->ward.data, span->ward.len) == 0;
}

static int each_internal(struct kk_records *r, const char *area, kk_karte_fn *fn, void *user)
{
    struct kk_glance_query q = { .kind = KK_KIND_EDITION, .area = kk_slice_text(area),
                                 .open = !area };
    struct kk_ledger_ids list = { .count = 0 };
    struct kk_ledger l;
    int e = kk_replicas_ledger(&r->replicas, kk_slice_text(SCOPE), &l, r->err);

    if (e == 0)
        e = kk_glance_find(&l, &q, &r->arena, &list);
    for (size_t i = 0; e == 0 && i < list.count; i++) {
        struct kk_ledger_record record;
        struct kk_karte karte;

        e = kk_ledger_record(&l, list.ids[i], &r->arena, &record);
        if (e <= 0)
            continue;
        if (record.kind != KK_KIND_EDITION || !read_karte(&record, &karte) ||
            (area && !kk_slice_is(karte.area, area))) {
            e = 0;
            continue;
        }
        karte.by_lead = is_by_lead(r, &record, &karte);
        e = fn(user, &karte);
    }
    return e;
}

int kk_karte_all(struct kk_records *r, kk_karte_fn *fn, void *user)
{
    int e = each_internal(r, NULL, fn, user);

    return e < 0 ? e : 0;
}

struct beyond {
    const struct kk_kartes *public;
    kk_karte_fn *fn;
    void *user;
};

static int pass_new(void *user, const struct kk_karte *k)
{
    struct beyond *b = user;

    for (size_t i = 0; i < b->public->count; i++) {
        if (memcmp(b->public->items[i]->id, k->id, KK_ID_BYTES) == 0)
            return 0;
    }
    return b->fn(b->user, k);
}

int kk_karte_each(struct kk_records *r, const char *area, kk_karte_fn *fn, void *user)
{
    struct kk_kartes public = { .area = area };
    struct beyond b = { &public, fn, user };
    int e = kk_kartes_read(r, &public);

    for (size_t i = 0; e == 0 && i < public.count; i++)
        e = fn(user, public.items[i]);
    if (e == 0)
        e = each_internal(r, area, pass_new, &b);
    if (e == KK_E_NOT_FOUND && public.count) {
        *r->err = (struct kk_error){ 0 }; /* who has no int is shown what everybody may read */
        e = 0;
    }
    return e < 0 ? e : 0;
}

/* --- in --- */

static int fill(struct kk_records *r, const struct kk_kind_info *kind,
                const struct kk_karte_extract *what, struct kk_body *body)
{
    const struct kk_catalog *catalog = kk_trust_catalog(r->home->trust);
    struct kk_evidence_ask ask = { .kind = kind, .area = what->area, .release = what->release };
    int64_t newest = catalog ? (int64_t)catalog->version.ver : 0;
    int e = kk_record_put_text(r, body, KK_FIELD_TITLE, what->title);

    if (e == 0)
        e = kk_record_add(r, kind, "areas", what->area, body);
    if (e == 0)
        e = kk_record_put_int(r, body, KK_FIELD_FISCAL_YEAR, what->fiscal_year);
    if (e == 0)
        e = kk_record_put_int(r, body, KK_FIELD_RELEASE, what->release ? what->release : newest);
    for (size_t i = 0; e == 0 && i < what->figure_count; i++)
        e = kk_evidence_add(r, &ask, what->figures[i], body);
    for (size_t i = 0; e == 0 && i < what->paragraph_count; i++)
        e = kk_record_add(r, kind, "paragraphs", what->paragraphs[i], body);
    return e;
}

int kk_karte_extract(struct kk_records *r, const struct kk_karte_extract *what,
                     uint8_t ret_id[KK_ID_BYTES])
{
    const struct kk_kind_info *kind = kk_kind_info(KK_KIND_EDITION);
    struct kk_body body = { .count = 0 };
    struct kk_act_request q = { .scope = kk_slice_text(SCOPE), .kind = kind,
                                .act = KK_ACT_CREATE, .body = &body,
                                .check_only = what->check_only,
                                .not_personal = what->not_personal };
    int e = fill(r, kind, what, &body);

    kk_record_new_id(q.rec);
    if (e == 0)
        e = kk_record_act(r, &q);
    if (e == 0)
        memcpy(ret_id, q.rec, KK_ID_BYTES);
    return e;
}
