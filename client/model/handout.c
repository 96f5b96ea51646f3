/* Handouts: what may go, and that it went (handout.h). [RL-26] */
#include "model/handout.h"

#include "model/evidence.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/base/text.h"

static const struct kk_kind_info *handout_kind(void)
{
    return kk_kind_info(KK_KIND_HANDOUT);
}

bool kk_handout_tells(const struct kk_record *record, uint32_t number)
{
    const struct kk_item *item = record->kind ? kk_kind_item(record->kind, number) : NULL;

    return item && item->goes != KK_GOES_STAYS;
}

/* A kind whose title stays has nothing that goes. */
static int may_go(struct kk_records *r, const struct kk_record *record)
{
    if (kk_handout_tells(record, KK_FIELD_TITLE))
        return 0;
    return kk_error_say(r->err, KK_E_SCOPE, record->kind ? record->kind->name : "",
                        "nothing of this kind is given to partners",
                        "この種類の記録は関係機関に提供できません");
}

/* Lines and texts that go are looked at once more: outside the office nobody can take them back. */
static int check_texts(struct kk_records *r, const struct kk_handout_what *what,
                       const struct kk_record *record)
{
    int e = 0;

    for (size_t i = 0; e == 0 && i < record->is.body.count; i++) {
        const struct kk_body_field *f = &record->is.body.fields[i];
        const struct kk_term *term = kk_term_info(f->number);
        KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };

        if (!kk_handout_tells(record, f->number))
            continue;
        e = kk_record_show_value(term, f->value, "ja", &text);
        if (e == 0)
            e = kk_record_check_text(r, what->not_personal, term, kk_bytes_slice(&text));
    }
    return e;
}

static int tick(struct kk_records *r, const struct kk_handout_what *what, const char *id,
                struct kk_handout *ret)
{
    struct kk_record *record = &ret->records[ret->record_count];
    int e;

    if (ret->record_count == KK_HANDOUT_RECORDS_MAX)
        return kk_error_say(r->err, KK_E_FIELD, id, "at most %d records", "記録は%d件までです",
                            KK_HANDOUT_RECORDS_MAX);
    e = kk_record_find(r, id, 0, record);
    if (e == 0)
        e = may_go(r, record);
    if (e == 0 && !kk_record_names_area(record, kk_slice_text(what->area)))
        e = kk_error_say(r->err, KK_E_FIELD, id, "the record does not name the area %s",
                         "記録のエリアに %s がありません", what->area);
    if (e == 0)
        e = check_texts(r, what, record);
    if (e == 0)
        e = kk_record_add(r, handout_kind(), "records", id, &ret->body);
    if (e == 0)
        ret->record_count++;
    return e;
}

static int fill(struct kk_records *r, const struct kk_handout_what *what, struct kk_handout *ret)
{
    const struct kk_kind_info *kind = handout_kind();
    struct kk_evidence_ask ask = { .kind = kind, .area = what->area };
    int e = kk_record_put_text(r, &ret->body, KK_FIELD_TITLE, what->title);

    if (e == 0)
        e = kk_record_add(r, kind, "areas", what->area, &ret->body);
    for (size_t i = 0; e == 0 && i < what->given_count; i++)
        e = kk_record_add(r, kind, "given_to", what->given_to[i], &ret->body);
    for (size_t i = 0; e == 0 && i < what->figure_count; i++)
        e = kk_evidence_add(r, &ask, what->figures[i], &ret->body);
    for (size_t i = 0; e == 0 && i < what->tick_count; i++)
        e = tick(r, what, what->ticks[i], ret);
    return e;
}

static int give(struct kk_records *r, struct kk_handout *h, struct kk_slice file, bool check_only,
                bool not_personal)
{
    uint8_t digest[KK_HASH_BYTES];
    char hex[2 * KK_HASH_BYTES + 1], scope[KK_SCOPE_NAME_MAX + 1];
    struct kk_act_request q = { .kind = handout_kind(), .act = KK_ACT_CREATE, .body = &h->body,
                                .check_only = check_only, .not_personal = not_personal };
    int e = kk_record_ward_scope(r, kk_scope_info(KK_SCOPE_W)->prefix, scope);

    kk_hash_file(file, digest);
    kk_hex_encode(kk_slice(digest, sizeof(digest)), hex);
    if (e == 0)
        e = kk_record_put_text(r, &h->body, KK_FIELD_DIGEST, hex);
    q.scope = kk_slice_text(scope);
    memcpy(q.rec, h->id, KK_ID_BYTES);
    return e == 0 ? kk_record_act(r, &q) : e;
}

int kk_handout_prepare(struct kk_records *r, const struct kk_handout_what *what,
                       struct kk_handout *ret)
{
    int e;

    *ret = (struct kk_handout){ .record_count = 0 };
    kk_record_new_id(ret->id);
    e = fill(r, what, ret);
    return e == 0 ? give(r, ret, kk_slice("", 0), true, what->not_personal) : e;
}

int kk_handout_record(struct kk_records *r, const struct kk_handout_what *what,
                      struct kk_handout *h, struct kk_slice file)
{
    return give(r, h, file, what->check_only, what->not_personal);
}
