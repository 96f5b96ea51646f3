/*
 * How much one device may hand in by line: what it handed in drains away within an hour. One that
 * pushes without end fills the disk slowly and is told to wait; others notice nothing. [LM-8]
 */
#include "relay/relay_in.h"

#define HOUR_MS     (60 * 60 * 1000)
#define ENTRY_BYTES 512 /* what the store needs for an entry besides its body */

/* The row of a device; of a new one, that of whoever handed something in longest ago. */
static struct relay_quota *find(struct kk_relay *r, const uint8_t device[KK_ID_BYTES])
{
    struct relay_quota *oldest = &r->quotas[0];

    for (size_t i = 0; i < KK_COUNT(r->quotas); i++) {
        if (memcmp(r->quotas[i].device, device, KK_ID_BYTES) == 0)
            return &r->quotas[i];
        if (r->quotas[i].at_ms < oldest->at_ms)
            oldest = &r->quotas[i];
    }
    *oldest = (struct relay_quota){ .at_ms = kk_relay_now(r) };
    memcpy(oldest->device, device, KK_ID_BYTES);
    return oldest;
}

static void drain(struct relay_quota *q, int64_t hourly, int64_t now_ms)
{
    int64_t passed = now_ms - q->at_ms;

    q->at_ms = now_ms;
    if (passed >= HOUR_MS || passed < 0) /* a clock that was set back locks nobody out */
        q->milli = 0;
    else
        q->milli -= passed * hourly / (HOUR_MS / 1000);
    if (q->milli < 0)
        q->milli = 0;
}

void kk_relay_set_hourly(struct kk_relay *r, int64_t bytes)
{
    r->hourly_bytes = bytes;
}

int relay_quota_take(struct kk_relay *r, const uint8_t device[KK_ID_BYTES], size_t bytes)
{
    int64_t hourly = r->hourly_bytes, milli = (int64_t)(bytes + ENTRY_BYTES) * 1000;
    struct relay_quota *q;

    if (hourly == 0)
        return 0;
    q = find(r, device);
    drain(q, hourly, kk_relay_now(r));
    if (q->milli + milli > hourly * 1000)
        return KK_E_PEER_BUSY;
    q->milli += milli;
    return 0;
}
