/* New eras of the logs of a restored daemon, for the next roster. [ER-2] [ER-9] */
#include "desk/registrar.h"

#include "kukyoku/record/log.h"

#include <stdlib.h>

static int by_scope(const void *a, const void *b)
{
    const struct kk_era *x = a, *y = b;
    int order = kk_slice_compare(x->scope, y->scope);

    return order ? order : (x->era > y->era) - (x->era < y->era);
}

static bool stands(const struct kk_registrar *r, const struct kk_recovery *from,
                   struct kk_slice scope)
{
    for (size_t i = 0; i < r->era_count; i++) {
        if (kk_slice_equal(r->eras[i].scope, scope) &&
            memcmp(r->eras[i].recovery, from->id, KK_ID_BYTES) == 0)
            return true;
    }
    return false;
}

/* One more than any that the roster names, or that a device has shown. */
static uint64_t next_number(const struct kk_registrar *r, const struct kk_recovery *from,
                            struct kk_slice scope)
{
    uint64_t highest = 0;

    for (size_t i = 0; i < r->era_count; i++) {
        if (kk_slice_equal(r->eras[i].scope, scope) && r->eras[i].era > highest)
            highest = r->eras[i].era;
    }
    for (size_t i = 0; i < from->shown.count; i++) {
        if (kk_slice_equal(from->shown.items[i].scope, scope) &&
            from->shown.items[i].era > highest)
            highest = from->shown.items[i].era;
    }
    return highest + 1;
}

static int check_head(const struct kk_registrar *r, const struct kk_head *head,
                      struct kk_error *err)
{
    char where[KK_SCOPE_NAME_MAX + 1] = "";
    struct kk_scope scope;
    int e = kk_head_check(head, kk_trust_role(r->trust, KK_TRUST_DAEMON));

    memcpy(where, head->scope.data, head->scope.len);
    if (e == 0)
        return kk_error_say(err, KK_E_SIGNATURE, where,
                            "no daemon of the newest root signed its head",
                            "末尾に現在のデーモンの署名がありません");
    if (e > 0 && (!kk_scope_parse(head->scope, &scope) || !kk_scope_info(scope.kind)->records))
        return kk_error_say(err, KK_E_SCOPE, where, "it holds no records", "記録の範囲ではありません");
    return e < 0 ? e : 0;
}

static int begin(struct kk_registrar *r, const struct kk_recovery *from,
                 const struct kk_head *head)
{
    struct kk_era *era = &r->eras[r->era_count];

    if (r->era_count == KK_ERAS_MAX)
        return KK_E_ROW_LIMIT;
    *era = (struct kk_era){ .scope = kk_arena_dup(&r->arena, head->scope),
                            .era = next_number(r, from, head->scope),
                            .after_gsn = head->gsn };
    if (!era->scope.data)
        return KK_E_MEMORY;
    memcpy(era->head, head->head, KK_HASH_BYTES);
    memcpy(era->recovery, from->id, KK_ID_BYTES);
    r->era_count++;
    return 0;
}

int kk_registrar_begin_eras(struct kk_registrar *r, const struct kk_recovery *from,
                            size_t *ret_count, struct kk_error *err)
{
    int e = 0;

    *ret_count = 0;
    for (size_t i = 0; e == 0 && i < from->heads.count; i++) {
        const struct kk_head *head = &from->heads.items[i];

        e = check_head(r, head, err);
        if (e < 0 || stands(r, from, head->scope))
            continue;
        e = begin(r, from, head);
        *ret_count += e == 0;
    }
    if (e == 0 && r->era_count > 0)
        qsort(r->eras, r->era_count, sizeof(*r->eras), by_scope);
    return e;
}
