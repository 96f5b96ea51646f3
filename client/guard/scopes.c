/* Which scopes a figure may stand in (scopes.h). [DC-1] */
#include "guard/scopes.h"

#define ALL_WARDS (((1u << KK_EYES_WARDS) - 1) * KK_EYES_WARD0)

uint32_t kk_scopes_of_tier(enum kk_guard_tier most_open)
{
    uint32_t eyes = ALL_WARDS | KK_EYES_DESK;

    if (most_open != KK_TIER_WARD)
        eyes |= KK_EYES_INT;
    if (most_open == KK_TIER_PUB)
        eyes |= KK_EYES_PUB;
    return eyes;
}

/* In r:W the tier of a ward is that of the areas of W; of all others it shows what int shows. */
uint32_t kk_scopes_of_area(const struct kk_rules *r, enum kk_guard_sense sense,
                           struct kk_slice area)
{
    enum kk_guard_level level = kk_guard_level(area);
    uint32_t eyes = KK_EYES_DESK, own = kk_eyes_of_area(area);

    if (level <= r->limits[KK_TIER_PUB][sense].finest)
        eyes |= KK_EYES_PUB;
    if (level <= r->limits[KK_TIER_INT][sense].finest)
        eyes |= KK_EYES_INT | (ALL_WARDS & ~own);
    if (level <= r->limits[KK_TIER_WARD][sense].finest)
        eyes |= own;
    return eyes;
}

uint32_t kk_scopes_of_row(const struct kk_rules *r, const struct kk_guard_indicator *said,
                          const struct kk_obs *row)
{
    uint32_t near = KK_EYES_PUB | KK_EYES_INT | kk_eyes_of_area(row->area);

    if (kk_slice_is(row->status, "t"))
        near &= ~KK_EYES_PUB;
    return near & kk_scopes_of_tier(said->tier) & kk_scopes_of_area(r, said->sense, row->area);
}
