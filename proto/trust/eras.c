/* Eras: where logs begin anew after a daemon was restored and entries were lost. [ER-1] [ER-2] */
#include "kukyoku/trust/roster.h"

#include "kukyoku/attr.h"

const struct kk_era *kk_roster_era(const struct kk_roster *roster, struct kk_slice scope,
                                   uint64_t gsn)
{
    const struct kk_era *found = NULL;

    for (size_t i = 0; roster && i < roster->eras.count; i++) {
        const struct kk_era *e = &roster->eras.items[i];

        if (e->after_gsn < gsn && kk_slice_equal(e->scope, scope))
            found = e;
    }
    return found;
}

const struct kk_era *kk_roster_era_newest(const struct kk_roster *roster, struct kk_slice scope)
{
    return kk_roster_era(roster, scope, UINT64_MAX);
}

static bool era_sound(const struct kk_era *e)
{
    static const uint8_t none[KK_HASH_BYTES];
    struct kk_scope scope;

    return kk_scope_parse(e->scope, &scope) && kk_scope_info(scope.kind)->records &&
           (e->after_gsn == 0) == (memcmp(e->head, none, KK_HASH_BYTES) == 0);
}

static int order(const struct kk_era *a, const struct kk_era *b)
{
    int by_scope = kk_slice_compare(a->scope, b->scope);

    return by_scope ? by_scope : (a->era > b->era) - (a->era < b->era);
}

bool kk_eras_sound(const struct kk_roster *roster)
{
    for (size_t i = 0; i < roster->eras.count; i++) {
        if (!era_sound(&roster->eras.items[i]) ||
            (i > 0 && order(&roster->eras.items[i - 1], &roster->eras.items[i]) >= 0))
            return false;
    }
    return true;
}

static bool same(const struct kk_era *a, const struct kk_era *b)
{
    return order(a, b) == 0 && a->after_gsn == b->after_gsn &&
           memcmp(a->head, b->head, KK_HASH_BYTES) == 0 &&
           memcmp(a->recovery, b->recovery, KK_ID_BYTES) == 0;
}

bool kk_eras_follow(const struct kk_roster *older, const struct kk_roster *newer)
{
    size_t kept = 0;

    for (size_t i = 0; i < newer->eras.count; i++) {
        const struct kk_era *e = &newer->eras.items[i];
        const struct kk_era *last = kk_roster_era_newest(older, e->scope);

        if (kept < older->eras.count && same(&older->eras.items[kept], e))
            kept++;
        else if (last && e->era <= last->era)
            return false;
    }
    return kept == older->eras.count;
}
