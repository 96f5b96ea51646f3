/* Hybrid logical clock: 48 bits of milliseconds, 16 bits of counter. [RL-8] */
#include "kukyoku/limits.h"
#include "kukyoku/record/op.h"

#define COUNTER_BITS 16
#define MS_MAX       ((1ull << 47) - 1)

static uint64_t of_ms(int64_t ms)
{
    uint64_t clamped = ms < 0 ? 0 : (uint64_t)ms;

    return (clamped > MS_MAX ? MS_MAX : clamped) << COUNTER_BITS;
}

uint64_t kk_hlc_local(uint64_t last, int64_t now_ms)
{
    uint64_t now = of_ms(now_ms);

    /* a full counter runs over into the next millisecond, which keeps the order */
    return now > last ? now : last + 1;
}

uint64_t kk_hlc_receive(uint64_t last, uint64_t remote, int64_t now_ms)
{
    if (remote > of_ms(now_ms + KK_HLC_SKEW_MS))
        return last;
    return remote > last ? remote : last;
}

int64_t kk_hlc_ms(uint64_t hlc)
{
    return (int64_t)(hlc >> COUNTER_BITS);
}

uint64_t kk_hlc_effective(uint64_t hlc, int64_t recv_ms)
{
    uint64_t bound = of_ms(recv_ms) | ((1u << COUNTER_BITS) - 1);

    return hlc < bound ? hlc : bound;
}
