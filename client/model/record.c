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

void kk_records_fini(struct kk_records *r)
{
    kk_records_rollback(r);
    kk_replicas_fini(&r->replicas);
    kk_arena_fini(&r->arena);
}

static int load(struct kk_records *r, const struct kk_ledger *l, const uint8_t rec[KK_ID_BYTES],
                struct kk_record *ret)
{
    struct kk_scope scope;
    int e = kk_ledger_record(l, rec, &r->arena, &ret->is);

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
    size_t len;
    unsigned kind;
    struct kk_record *found;
    size_t matches;
};

static int search_scope(struct kk_records *r, const struct kk_ledger *l, struct searching *s)
{
    const uint8_t(*ids)[KK_ID_BYTES];
    size_t count = 0;
    int e = kk_ledger_records(l, &r->arena, &ids, &count);

    for (size_t i = 0; e >= 0 && i < count; i++) {
        char hex[2 * KK_ID_BYTES + 1];
        struct kk_record record;

        kk_hex_encode(kk_slice(ids[i], KK_ID_BYTES), hex);
        if (strncmp(hex, s->prefix, s->len) != 0)
            continue;
        e = load(r, l, ids[i], &record);
        if (e > 0 && (s->kind == 0 || record.is.kind == s->kind)) {
            *s->found = record;
            s->matches++;
        }
    }
    return e < 0 ? e : 0;
}

int kk_record_find(struct kk_records *r, const char *id, unsigned kind, struct kk_record *ret)
{
    struct searching s = { .prefix = id, .len = strlen(id), .kind = kind, .found = ret };
    struct kk_slice scope;
    int e = 0;

    if (s.len < 4)
        return kk_error_say(r->err, KK_E_USAGE, id, "at least four characters of the id",
                            "IDの先頭4文字以上を指定してください");
    for (size_t i = 0; e == 0 && kk_home_record_scope(r->home, i, &scope); i++) {
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

static int walk_scope(struct kk_records *r, const struct kk_ledger *l, unsigned kind,
                      kk_record_fn *fn, void *user)
{
    const uint8_t(*ids)[KK_ID_BYTES];
    size_t count = 0;
    int e = kk_ledger_records(l, &r->arena, &ids, &count);

    for (size_t i = 0; e >= 0 && i < count; i++) {
        struct kk_record record;

        e = load(r, l, ids[i], &record);
        if (e > 0 && (kind == 0 || record.is.kind == kind))
            e = fn(user, &record);
    }
    return e < 0 ? e : 0;
}

int kk_record_each(struct kk_records *r, unsigned kind, kk_record_fn *fn, void *user)
{
    struct kk_slice scope;
    int e = 0;

    for (size_t i = 0; e == 0 && kk_home_record_scope(r->home, i, &scope); i++) {
        struct kk_ledger l;

        e = kk_replicas_ledger(&r->replicas, scope, &l, NULL);
        if (e == 0)
            e = walk_scope(r, &l, kind, fn, user);
        else if (e == KK_E_NOT_FOUND)
            e = 0;
    }
    return e;
}
