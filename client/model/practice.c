/* Practice for everybody (practice.h). [KE-2] */
#include "model/practice.h"

#include "replica/figures.h"

#define SHARED_SCOPE "int"
#define CITY         "14130"

struct kk_slice kk_practice_text(const struct kk_practice *p, const char *field)
{
    for (size_t i = 0; i < p->count; i++) {
        if (kk_slice_is(p->fields[i].name, field))
            return p->fields[i].text;
    }
    return kk_slice(NULL, 0);
}

/* --- into a release --- */
static int check_state(struct kk_records *r, const struct kk_record *record, const char *id)
{
    if (!kk_slice_is(record->scope, SHARED_SCOPE))
        return kk_error_say(r->err, KK_E_NOT_FOUND, id, "it is not shared: a lead shares it",
                            "共有されていません。責任者が共有します");
    if (record->is.ahead.closed || record->is.ahead.erased)
        return kk_error_say(r->err, KK_E_STATE, id, "its ward has taken it back",
                            "区が共有を取りやめています");
    if (record->is.pending > 0)
        return kk_error_say(r->err, KK_E_STATE, id, "it was not sent yet",
                            "まだ送信されていません");
    return 0;
}

/* The first area of its list; the city where it names none. */
static struct kk_slice area_of(const struct kk_record *record)
{
    const struct kk_body_field *f = kk_body_find(&record->is.body, KK_FIELD_AREAS);
    struct kk_cursor c = kk_cursor(f ? f->value : kk_slice("", 0));
    struct kk_slice area;
    size_t count = 0;

    return f && kk_cursor_array(&c, &count) == 0 && count > 0 && kk_cursor_text(&c, &area) == 0
               ? area
               : kk_slice_text(CITY);
}

static int add_field(struct kk_records *r, bool not_personal, const struct kk_body_field *f,
                     struct kk_practice_row *row, struct kk_editions *list)
{
    const struct kk_term *term = kk_term_info(f->number);
    KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };
    int e = kk_record_show_value(term, f->value, "ja", &text);

    if (e == 0)
        e = kk_record_check_text(r, not_personal, term, kk_bytes_slice(&text));
    row->field = kk_slice_text(term->name);
    row->text = kk_bytes_slice(&text);
    return e == 0 ? kk_practices_add(list, row) : e;
}

int kk_practice_choose(struct kk_records *r, const char *id, bool not_personal,
                       struct kk_editions *list)
{
    struct kk_practice_row row = { .piece = 1 };
    struct kk_record record;
    int e = kk_record_find(r, id, KK_KIND_PRACTICE, &record);

    if (e == 0)
        e = check_state(r, &record, id);
    if (e < 0)
        return e;
    memcpy(row.id, record.is.rec, KK_ID_BYTES);
    row.area = area_of(&record);
    if (kk_practices_has(list, row.id))
        return 0; /* named twice */
    for (size_t i = 0; e == 0 && i < record.kind->count; i++) {
        const struct kk_item *item = &record.kind->items[i];
        const struct kk_body_field *f = kk_body_find(&record.is.body, item->term->number);

        if (f && item->goes == KK_GOES_SHARED && f->number != KK_FIELD_CONTACT)
            e = add_field(r, not_personal, f, &row, list);
    }
    return e;
}

/* --- out of one --- */
struct reading {
    struct kk_arena *arena;
    kk_practice_fn *fn;
    void *user;
    struct kk_practice practice; /* in the making */
    struct kk_bytes text;        /* of its last field, as far as it came */
    bool any;
};

static int end_field(struct reading *x)
{
    struct kk_practice *p = &x->practice;
    struct kk_slice text;

    if (p->count == 0 || x->text.len == 0)
        return 0;
    text = kk_arena_dup(x->arena, kk_bytes_slice(&x->text));
    kk_bytes_clear(&x->text);
    p->fields[p->count - 1].text = text;
    return text.data ? 0 : KK_E_MEMORY;
}

static int end_practice(struct reading *x)
{
    int e = end_field(x);

    return e == 0 && x->any ? x->fn(x->user, &x->practice) : e;
}

static int begin_practice(struct reading *x, const struct kk_practice_row *row)
{
    int e = end_practice(x);

    x->any = true;
    x->practice = (struct kk_practice){ .area = kk_arena_dup(x->arena, row->area) };
    memcpy(x->practice.id, row->id, KK_ID_BYTES);
    return e == 0 && !x->practice.area.data ? KK_E_MEMORY : e;
}

/* Rows of one follow each other, field by field, piece by piece. */
static int read_row(void *user, const struct kk_obs *obs)
{
    struct reading *x = user;
    struct kk_practice *p = &x->practice;
    struct kk_practice_row row;
    int e = 0;

    if (!kk_practice_row_read(obs, &row))
        return 0;
    if (!x->any || memcmp(p->id, row.id, KK_ID_BYTES) != 0)
        e = begin_practice(x, &row);
    if (e != 0)
        return e;
    if (p->count == 0 || !kk_slice_equal(p->fields[p->count - 1].name, row.field)) {
        e = end_field(x);
        if (e < 0 || p->count == KK_PRACTICE_FIELDS_MAX)
            return e;
        p->fields[p->count].name = kk_arena_dup(x->arena, row.field);
        if (!p->fields[p->count++].name.data)
            return KK_E_MEMORY;
    }
    return kk_bytes_append_slice(&x->text, row.text);
}

int kk_practice_each(struct kk_records *r, kk_practice_fn *fn, void *user)
{
    struct kk_lanes_query q = { .dataset = KK_PRACTICE_DATASET };
    struct reading x = { .arena = &r->arena, .fn = fn, .user = user };
    struct kk_replica *replica;
    int e = kk_replicas_get(&r->replicas, kk_slice_text(KK_PRACTICES_SCOPE), &replica, r->err);

    if (e == KK_E_NOT_FOUND) { /* nothing was fetched yet */
        *r->err = (struct kk_error){ 0 };
        return 0;
    }
    if (e == 0)
        e = kk_figures_each(replica, &q, read_row, &x);
    if (e == 0)
        e = end_practice(&x);
    kk_bytes_fini(&x.text);
    return e < 0 ? e : 0;
}
