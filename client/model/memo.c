/* Priorities of cases, by memo (memo.h). [RL-23] */
#include "model/memo.h"

#include "kukyoku/base/alloc.h"

#define ARENA_MAX (64 * 1024 * 1024)

/* false: no memo that names a case and a priority. */
static bool read_note(const struct kk_ledger_record *rec, struct kk_memo_note *ret)
{
    struct kk_slice about = kk_glance_about(rec);

    if (about.len != KK_ID_BYTES)
        return false;
    *ret = (struct kk_memo_note){ .at_ms = kk_glance_touched_ms(rec),
                                  .priority =
                                      (unsigned)kk_record_int(&rec->body, KK_FIELD_PRIORITY) };
    memcpy(ret->about, about.data, KK_ID_BYTES);
    return ret->priority != 0;
}

static int keep_behind(struct kk_memos *m, const struct kk_memo_note *note)
{
    if (m->count == m->cap) {
        size_t more = m->cap ? 2 * m->cap : 32;
        void *bigger = kk_realloc(m->behind, more * sizeof(*m->behind));

        if (!bigger)
            return KK_E_MEMORY;
        m->behind = bigger;
        m->cap = more;
    }
    m->behind[m->count++] = *note;
    return 0;
}

static int read_behind(struct kk_memos *m)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena list = { 0 };
    struct kk_ledger_ids ids = { .count = 0 };
    int e;

    kk_arena_init(&list, ARENA_MAX);
    e = kk_glance_behind(&m->ledger, &list, &ids);
    for (size_t i = 0; e >= 0 && i < ids.count; i++) {
        struct kk_ledger_record rec;
        struct kk_memo_note note;

        kk_arena_reset(&m->arena);
        e = kk_ledger_record(&m->ledger, ids.ids[i], &m->arena, &rec);
        if (e > 0 && read_note(&rec, &note))
            e = keep_behind(m, &note);
    }
    return e < 0 ? e : 0;
}

int kk_memos_open(struct kk_memos *m, struct kk_records *r)
{
    struct kk_slice scope;
    int e = 0;

    *m = (struct kk_memos){ .held = false };
    kk_arena_init(&m->arena, ARENA_MAX);
    for (size_t i = 0; !m->held && kk_home_record_scope(r->home, i, &scope); i++)
        m->held = kk_slice_is(scope, kk_scope_info(kk_kind_info(KK_KIND_MEMO)->home)->prefix);
    if (m->held)
        e = kk_replicas_ledger(&r->replicas, scope, &m->ledger, NULL);
    m->held = m->held && e == 0;
    if (e == KK_E_NOT_FOUND)
        e = 0;
    if (m->held)
        e = kk_db_tx_read(m->ledger.db, &m->moment);
    return e == 0 && m->held ? read_behind(m) : e;
}

void kk_memos_fini(struct kk_memos *m)
{
    kk_db_tx_fini(&m->moment);
    kk_free(m->behind);
    kk_arena_fini(&m->arena);
    m->behind = NULL;
    m->count = m->cap = 0;
}

static void weigh(struct kk_memo_note *best, const struct kk_memo_note *note)
{
    if (best->priority == 0 || note->at_ms > best->at_ms)
        *best = *note;
}

int kk_memos_priority(struct kk_memos *m, const uint8_t about[KK_ID_BYTES], unsigned *ret)
{
    struct kk_memo_note best = { .priority = 0 }, note;
    struct kk_ledger_ids ids = { .count = 0 };
    int e = 0;

    kk_arena_reset(&m->arena);
    if (m->held)
        e = kk_glance_of(&m->ledger, KK_KIND_MEMO, about, &m->arena, &ids);
    for (size_t i = 0; e >= 0 && i < ids.count; i++) {
        struct kk_ledger_record rec;

        e = kk_ledger_record(&m->ledger, ids.ids[i], &m->arena, &rec);
        if (e > 0 && read_note(&rec, &note) && memcmp(note.about, about, KK_ID_BYTES) == 0)
            weigh(&best, &note);
    }
    for (size_t i = 0; i < m->count; i++) {
        if (memcmp(m->behind[i].about, about, KK_ID_BYTES) == 0)
            weigh(&best, &m->behind[i]);
    }
    *ret = best.priority;
    return e < 0 ? e : 0;
}
