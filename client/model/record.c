/* Finding and walking records over all scopes of a device. */
#include "model/record.h"

#include "kukyoku/base/text.h"

#define ARENA_MAX (512 * 1024 * 1024)

int kk_records_open(struct kk_records *r, struct kk_home *home, enum kk_replica_mode mode,
                    struct kk_error *err)
{
    *r = (struct kk_records){ .home = home, .err = err };
    kk_arena_init(&r->arena, ARENA_MAX);
    kk_replicas_init(&r->replicas, home, mode);
    if (!kk_home_span(home))
        return kk_error_say(err, home->enrolled ? KK_E_PENDING : KK_E_HOME, home->dir,
                            "no roster names this device yet",
                            "名簿にこの端末がまだありません");
    return 0;
}

int kk_records_open_public(struct kk_records *r, struct kk_home *home, struct kk_error *err)
{
    if (home->enrolled || kk_home_span(home))
        return kk_records_open(r, home, KK_REPLICA_READ, err);
    *r = (struct kk_records){ .home = home, .err = err };
    kk_arena_init(&r->arena, ARENA_MAX);
    kk_replicas_init(&r->replicas, home, KK_REPLICA_READ);
    return 0;
}

void kk_records_fini(struct kk_records *r)
{
    kk_records_rollback(r);
    kk_replicas_fini(&r->replicas);
    kk_arena_fini(&r->arena);
}

int kk_record_load(const struct kk_ledger *l, const uint8_t rec[KK_ID_BYTES],
                   struct kk_arena *arena, struct kk_record *ret)
{
    struct kk_scope scope;
    int e = kk_ledger_record(l, rec, arena, &ret->is);

    if (e <= 0)
        return e;
    ret->scope = l->scope;
    ret->kind = kk_kind_info(ret->is.kind);
    ret->machine = KK_MACHINE_PLAIN;
    if (kk_scope_parse(l->scope, &scope))
        ret->machine = kk_machine_of(&scope, ret->is.kind);
    return 1;
}

struct searching {
    const char *prefix;
    uint8_t low[KK_ID_BYTES], high[KK_ID_BYTES];
    unsigned kind;
    struct kk_record *found;
    size_t matches;
};

/* The ids that begin so; false: no such id can be. */
static bool span_ids(struct searching *s)
{
    char low[2 * KK_ID_BYTES + 1], high[2 * KK_ID_BYTES + 1];
    size_t len = strlen(s->prefix);

    if (len > 2 * KK_ID_BYTES)
        return false;
    memset(low, '0', sizeof(low));
    memset(high, 'f', sizeof(high));
    memcpy(low, s->prefix, len);
    memcpy(high, s->prefix, len);
    low[2 * KK_ID_BYTES] = high[2 * KK_ID_BYTES] = '\0';
    return kk_hex_decode(low, s->low, KK_ID_BYTES) && kk_hex_decode(high, s->high, KK_ID_BYTES);
}

static int search_scope(struct kk_records *r, const struct kk_ledger *l, struct searching *s)
{
    struct kk_ledger_ids found = { .count = 0 };
    int e = kk_ledger_between(l, s->low, s->high, &r->arena, &found);

    for (size_t i = 0; e >= 0 && i < found.count; i++) {
        struct kk_record record;

        e = kk_record_load(l, found.ids[i], &r->arena, &record);
        if (e > 0 && (s->kind == 0 || record.is.kind == s->kind)) {
            *s->found = record;
            s->matches++;
        }
    }
    return e < 0 ? e : 0;
}

int kk_record_find(struct kk_records *r, const char *id, unsigned kind, struct kk_record *ret)
{
    struct searching s = { .prefix = id, .kind = kind, .found = ret };
    struct kk_slice scope;
    bool hex = span_ids(&s);
    int e = 0;

    if (strlen(id) < 4)
        return kk_error_say(r->err, KK_E_USAGE, id, "at least four characters of the id",
                            "IDの先頭4文字以上を指定してください");
    for (size_t i = 0; hex && e == 0 && kk_home_record_scope(r->home, i, &scope); i++) {
        struct kk_ledger l;

        e = kk_replicas_ledger(&r->replicas, scope, &l, NULL);
        if (e == 0)
            e = search_scope(r, &l, &s);
        else if (e == KK_E_NOT_FOUND)
            e = 0;
    }
    if (e < 0)
        return kk_error_set(r->err, e, id, "%s", "");
    if (s.matches == 1)
        return 0;
    if (s.matches)
        return kk_error_say(r->err, KK_E_NOT_FOUND, id, "several records start like that",
                            "このIDで始まる記録が複数あります");
    return kk_error_say(r->err, KK_E_NOT_FOUND, id, "no record starts like that",
                        "このIDで始まる記録はありません");
}

bool kk_record_names_area(const struct kk_record *record, struct kk_slice area)
{
    const struct kk_body_field *f = kk_body_find(&record->is.body, KK_FIELD_AREAS);
    struct kk_cursor c = kk_cursor(f ? f->value : kk_slice("", 0));
    struct kk_slice named;
    size_t count;

    if (!f || kk_cursor_array(&c, &count) < 0)
        return false;
    for (size_t i = 0; i < count && kk_cursor_text(&c, &named) == 0; i++) {
        bool within = area.len == 5 && named.len > 5 && named.data[5] == '-' &&
                      memcmp(named.data, area.data, 5) == 0;

        if (within || kk_slice_equal(named, area))
            return true;
    }
    return false;
}

/* The index may be behind: what it offers is held against the record itself. */
bool kk_record_meant(const struct kk_record *record, const struct kk_record_query *q)
{
    return (q->kind == 0 || record->is.kind == q->kind) &&
           (!q->open || !kk_track_settled(record->machine, &record->is.ahead)) &&
           (q->since_ms == 0 || kk_glance_touched_ms(&record->is) >= q->since_ms) &&
           (q->area.len == 0 || kk_record_names_area(record, q->area));
}

struct walking {
    struct kk_records *records;
    const struct kk_record_query *query;
    kk_record_fn *fn;
    void *user;
    uint64_t passed; /* of the index, scope by scope */
    struct kk_arena ids, passing;
};

/* How many of this scope's ids are passed over. */
static size_t to_pass(struct walking *w, size_t count)
{
    uint64_t left = w->query->from > w->passed ? w->query->from - w->passed : 0;
    size_t n = left < count ? (size_t)left : count;

    w->passed += n;
    return n;
}

static int walk_ids(struct walking *w, const struct kk_ledger *l, const struct kk_ledger_ids *list)
{
    uint64_t shown = 0, limit = w->query->limit ? w->query->limit : UINT64_MAX;
    int e = 0;

    for (size_t i = to_pass(w, list->count); e == 0 && i < list->count && shown < limit; i++) {
        struct kk_record record;
        uint64_t at = w->passed++;

        kk_arena_reset(&w->passing);
        e = kk_record_load(l, list->ids[i],
                           w->query->passing ? &w->passing : &w->records->arena, &record);
        if (e <= 0)
            continue;
        e = 0;
        if (kk_record_meant(&record, w->query)) {
            if (w->query->at)
                *w->query->at = at;
            e = w->fn(w->user, &record);
            shown++;
        }
    }
    return e;
}

static int walk_scope(struct walking *w, struct kk_slice scope)
{
    KK_AUTO_FINI(kk_db_tx) struct kk_db_tx moment = { 0 };
    const struct kk_record_query *q = w->query;
    struct kk_glance_query g = { .kind = q->kind, .area = q->area, .open = q->open,
                           .since_ms = q->since_ms,
                           .limit = q->limit ? q->from + q->limit : 0 };
    struct kk_ledger_ids list = { .count = 0 };
    struct kk_ledger l;
    int e = kk_replicas_ledger(&w->records->replicas, scope, &l, NULL);

    if (e == KK_E_NOT_FOUND)
        return 0;
    kk_arena_reset(&w->ids);
    if (e == 0 && q->gathers)
        e = kk_db_tx_read(l.db, &moment);
    if (e == 0)
        e = kk_glance_find(&l, &g, &w->ids, &list);
    return e == 0 ? walk_ids(w, &l, &list) : e;
}

static bool of_ward(struct kk_slice scope, const char *ward)
{
    struct kk_scope parts;

    return !ward || (kk_scope_parse(scope, &parts) && strcmp(parts.ward, ward) == 0);
}

int kk_record_each(struct kk_records *r, const struct kk_record_query *query, kk_record_fn *fn,
                   void *user)
{
    struct walking w = { .records = r, .query = query, .fn = fn, .user = user };
    struct kk_slice scope;
    int e = 0;

    kk_arena_init(&w.ids, ARENA_MAX);
    kk_arena_init(&w.passing, ARENA_MAX);
    for (size_t i = 0; e == 0 && kk_home_record_scope(r->home, i, &scope); i++)
        e = of_ward(scope, query->ward) ? walk_scope(&w, scope) : 0;
    kk_arena_fini(&w.ids);
    kk_arena_fini(&w.passing);
    return e < 0 ? e : 0;
}
