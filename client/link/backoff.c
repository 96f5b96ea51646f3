/* [LM-7] */
#include "link/backoff.h"

#include "kukyoku/limits.h"

static int64_t step_of(unsigned tries, unsigned hint_s)
{
    int64_t own = (int64_t)KK_BACKOFF_FIRST_MS << tries;
    int64_t named = (int64_t)(hint_s < KK_RETRY_S_MAX ? hint_s : KK_RETRY_S_MAX) * 1000;

    if (own > KK_BACKOFF_STEP_MAX)
        own = KK_BACKOFF_STEP_MAX;
    return named > own ? named : own;
}

/* 0 to most. */
static int64_t by_chance(int64_t most, const struct kk_entropy *entropy)
{
    uint32_t chance;

    kk_entropy_fill(entropy, &chance, sizeof(chance));
    return chance % (most + 1);
}

int64_t kk_backoff_next(struct kk_backoff *b, unsigned hint_s, int64_t now_ms,
                        const struct kk_entropy *entropy)
{
    int64_t step;

    if (b->tries == 0)
        b->until_ms = now_ms + KK_RETRY_MS_MAX;
    step = step_of(b->tries, hint_s);
    if (b->tries == KK_RETRY_TRIES_MAX || now_ms + step > b->until_ms)
        return KK_BACKOFF_OVER;
    b->tries++;
    return step + by_chance(step / 2, entropy);
}

int64_t kk_backoff_short(const struct kk_entropy *entropy)
{
    return by_chance(KK_BACKOFF_FIRST_MS, entropy);
}
