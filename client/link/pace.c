/* [KS-3] */
#include "link/pace.h"

#include "kukyoku/limits.h"

static int64_t by_chance(const struct kk_pace *p, int64_t below_ms)
{
    uint64_t chance;

    kk_entropy_fill(&p->entropy, &chance, sizeof(chance));
    return (int64_t)(chance % (uint64_t)(below_ms + 1));
}

/* The n-th wait in a row, from 0 on. */
static int64_t step_of(const struct kk_pace *p, unsigned n)
{
    int64_t step = KK_PACE_FIRST_MS;

    while (n-- > 0 && step < p->interval_ms)
        step *= 2;
    return step < p->interval_ms ? step : p->interval_ms;
}

int64_t kk_pace_failed(struct kk_pace *p, unsigned retry_s)
{
    int64_t step = step_of(p, p->failures);
    int64_t named = (int64_t)(retry_s < KK_RETRY_S_MAX ? retry_s : KK_RETRY_S_MAX) * 1000;

    if (p->failures < UINT16_MAX)
        p->failures++;
    p->noted = false;
    if (named > step)
        step = named;
    return step + by_chance(p, step / 2);
}

void kk_pace_synced(struct kk_pace *p, bool brought)
{
    p->failures = 0;
    if (brought || !p->noted)
        p->in_vain = 0;
    else if (p->in_vain < UINT16_MAX)
        p->in_vain++;
    p->noted = false;
}

int64_t kk_pace_noted(struct kk_pace *p)
{
    int64_t step = p->in_vain ? step_of(p, p->in_vain - 1) : 0;

    p->noted = true;
    return step ? step + by_chance(p, step / 2) : by_chance(p, KK_PACE_SPREAD_MS);
}

int64_t kk_pace_listen(const struct kk_pace *p)
{
    return p->interval_ms + by_chance(p, p->interval_ms / 10);
}
