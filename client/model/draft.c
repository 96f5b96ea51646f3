/* Drafts (draft.h). */
#include "model/draft.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/base/text.h"

/* From the row, which is borrowed, into the arena. */
static int load(struct kk_records *r, const struct kk_draft *row, struct kk_draft_work *ret)
{
    *ret = (struct kk_draft_work){ .is = *row, .kind = kk_kind_info(row->kind) };
    ret->is.scope = kk_arena_dup(&r->arena, row->scope);
    ret->is.body = kk_arena_dup(&r->arena, row->body);
    ret->is.refs = row->refs.len ? kk_arena_dup(&r->arena, row->refs) : kk_slice("", 0);
    if (!ret->is.scope.data || !ret->is.body.data || !ret->is.refs.data)
        return KK_E_MEMORY;
    if (!ret->kind || row->refs.len % KK_HASH_BYTES)
        return KK_E_STORE_NEWER;
    return kk_body_read(ret->is.body, &ret->body);
}

int kk_draft_begin(struct kk_records *r, const struct kk_kind_info *kind,
                   struct kk_draft_work *ret)
{
    char scope[KK_SCOPE_NAME_MAX + 1];
    int e = kk_record_home_scope(r, kind, scope);

    if (e < 0)
        return e;
    *ret = (struct kk_draft_work){ .kind = kind };
    ret->is.kind = kind->kind;
    ret->is.act = KK_ACT_CREATE;
    ret->is.scope = kk_arena_dup(&r->arena, kk_slice_text(scope));
    kk_record_new_id(ret->is.id);
    memcpy(ret->is.rec, ret->is.id, KK_ID_BYTES);
    return ret->is.scope.data ? 0 : KK_E_MEMORY;
}

/* --- an edit of what is there --- */

/* Not of what its state makes of it: of what people wrote in it. */
static int fields_hash(const struct kk_ledger_record *record, uint8_t ret[KK_HASH_BYTES])
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    int e = kk_body_write(&record->body, &bytes);

    if (e == 0)
        kk_hash_file(kk_bytes_slice(&bytes), ret);
    return e;
}

/* Only what was begun here has it: an edit or a comment that was refused names no operation. */
static bool begun_here(const struct kk_draft_work *draft)
{
    return (draft->is.act == KK_ACT_EDIT || draft->is.act == KK_ACT_COMMENT) &&
           draft->is.refs.len == KK_HASH_BYTES;
}

struct looking {
    const struct kk_record *record;
    enum kk_act act;
    struct kk_draft_work *found;
    bool there;
};

static int on_change(void *user, const struct kk_draft_work *draft)
{
    struct looking *l = user;

    if (!begun_here(draft) || draft->is.act != l->act ||
        memcmp(draft->is.rec, l->record->is.rec, KK_ID_BYTES) != 0)
        return 0;
    *l->found = *draft;
    l->there = true;
    return 1;
}

static int begin_change(struct kk_records *r, const struct kk_record *record, enum kk_act act,
                        struct kk_draft_work *ret)
{
    uint8_t hash[KK_HASH_BYTES];
    int e = fields_hash(&record->is, hash);

    *ret = (struct kk_draft_work){ .kind = record->kind };
    ret->is = (struct kk_draft){ .scope = record->scope, .kind = record->kind->kind, .act = act };
    if (e == 0)
        ret->is.refs = kk_arena_dup(&r->arena, kk_slice(hash, KK_HASH_BYTES));
    if (e == 0 && !ret->is.refs.data)
        e = KK_E_MEMORY;
    kk_record_new_id(ret->is.id);
    memcpy(ret->is.rec, record->is.rec, KK_ID_BYTES);
    return e;
}

int kk_draft_change(struct kk_records *r, const struct kk_record *record, enum kk_act act,
                    struct kk_draft_work *ret)
{
    struct looking l = { .record = record, .act = act, .found = ret };
    int e = act == KK_ACT_EDIT ? kk_record_may_edit(r, record) : 0;

    if (e == 0)
        e = kk_draft_each(r, on_change, &l);
    return e < 0 || l.there ? e : begin_change(r, record, act, ret);
}

/* 1; 0: it is not there, or nobody can read it any more. */
static int changed_record(struct kk_records *r, const struct kk_draft_work *draft,
                          struct kk_record *ret)
{
    struct kk_ledger l;
    int e = kk_replicas_ledger(&r->replicas, draft->is.scope, &l, r->err);

    return e == 0 ? kk_record_load(&l, draft->is.rec, &r->arena, ret) : e;
}

int kk_draft_look(struct kk_records *r, const struct kk_draft_work *draft,
                  struct kk_draft_about *ret)
{
    struct kk_draft_about about = { .title = kk_record_text(&draft->body, KK_FIELD_TITLE) };
    uint8_t now[KK_HASH_BYTES];
    struct kk_record record;
    int e = 0;

    if (draft->is.act != KK_ACT_CREATE)
        e = changed_record(r, draft, &record);
    if (e > 0 && about.title.len == 0)
        about.title = kk_record_text(&record.is.body, KK_FIELD_TITLE);
    about.words = draft->is.act == KK_ACT_COMMENT && begun_here(draft);
    if (e > 0 && begun_here(draft)) {
        e = fields_hash(&record.is, now);
        about.stale = e == 0 && memcmp(now, draft->is.refs.data, KK_HASH_BYTES) != 0;
    }
    if (e >= 0)
        *ret = about;
    return e < 0 ? e : 0;
}

struct walking {
    struct kk_records *records;
    kk_draft_work_fn *fn;
    void *user;
};

static int on_row(void *user, const struct kk_draft *row)
{
    struct walking *w = user;
    struct kk_draft_work draft;
    int e = load(w->records, row, &draft);

    return e == 0 ? w->fn(w->user, &draft) : e;
}

int kk_draft_each(struct kk_records *r, kk_draft_work_fn *fn, void *user)
{
    struct walking w = { .records = r, .fn = fn, .user = user };
    int e = kk_home_draft_each(r->home, on_row, &w);

    return e < 0 ? e : 0;
}

struct finding {
    const char *id;
    size_t count;
    struct kk_draft_work *found;
};

static int match(void *user, const struct kk_draft_work *draft)
{
    struct finding *f = user;
    char hex[2 * KK_ID_BYTES + 1];

    kk_hex_encode(kk_slice(draft->is.id, KK_ID_BYTES), hex);
    if (strncmp(hex, f->id, strlen(f->id)) == 0) {
        *f->found = *draft;
        f->count++;
    }
    return 0;
}

int kk_draft_find(struct kk_records *r, const char *id, struct kk_draft_work *ret)
{
    struct finding f = { .id = id, .found = ret };
    int e = strlen(id) < 4 ? 0 : kk_draft_each(r, match, &f);

    if (e < 0 || f.count == 1)
        return e;
    return kk_error_say(r->err, KK_E_NOT_FOUND, id, "%zu drafts start like that",
                        "このIDで始まる下書きは%zu件です", f.count);
}

int kk_draft_save(struct kk_records *r, struct kk_draft_work *draft)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes body = { 0 };
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    int e = kk_body_write(&draft->body, &body);

    if (e == 0)
        e = kk_home_lock(r->home, &lock, r->err);
    draft->is.body = kk_bytes_slice(&body);
    draft->is.changed_ms = kk_os_now_ms();
    if (e == 0)
        e = kk_home_draft_put(r->home, &draft->is);
    draft->is.body = kk_slice("", 0); /* what stands in draft->body counts */
    return e;
}

int kk_draft_drop(struct kk_records *r, const struct kk_draft_work *draft)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    int e = kk_home_lock(r->home, &lock, r->err);

    return e == 0 ? kk_home_draft_drop(r->home, draft->is.id) : e;
}

/* 1 where a new record of this id is there already: finished before, and not forgotten. */
static int is_written(struct kk_records *r, const struct kk_draft_work *draft)
{
    struct kk_ledger_record record;
    struct kk_ledger l;
    int e;

    if (draft->is.act != KK_ACT_CREATE)
        return 0;
    e = kk_replicas_ledger(&r->replicas, draft->is.scope, &l, r->err);
    if (e == 0)
        e = kk_ledger_record(&l, draft->is.rec, &r->arena, &record);
    return e > 0 ? record.body.count > 0 : e;
}

int kk_draft_finish(struct kk_records *r, struct kk_draft_work *draft,
                    const struct kk_draft_finish *how)
{
    size_t named = draft->is.refs.len / KK_HASH_BYTES;
    struct kk_act_request q = { .scope = draft->is.scope, .kind = draft->kind,
                                .act = draft->is.act, .body = &draft->body,
                                .refs = (const uint8_t(*)[KK_HASH_BYTES])draft->is.refs.data,
                                .ref_count = begun_here(draft) ? 0 : named,
                                .check_only = how->check_only,
                                .not_personal = how->not_personal,
                                .copy = !begun_here(draft) }; /* an edit of one was refused */
    int e = is_written(r, draft);

    memcpy(q.rec, draft->is.rec, KK_ID_BYTES);
    if (e == 0)
        e = kk_record_act(r, &q);
    return e >= 0 && !how->check_only ? kk_draft_drop(r, draft) : e < 0 ? e : 0;
}
