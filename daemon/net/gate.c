/*
 * A small table of sources. A row is free for another source once none of its connections waits for
 * proof and its bucket is full again; as rows with such connections are fewer than the table has,
 * there is always one to take: the one that was touched longest ago.
 */
#include "net/gate.h"

#include <string.h>

#define TOKEN 1000

void kk_bucket_init(struct kk_bucket *b, unsigned per_s, int64_t now_ms)
{
    *b = (struct kk_bucket){ .per_s = per_s, .milli = (int64_t)per_s * TOKEN, .at_ms = now_ms };
}

static void fill(struct kk_bucket *b, int64_t now_ms)
{
    int64_t depth = (int64_t)b->per_s * TOKEN;
    int64_t passed = now_ms - b->at_ms;

    b->at_ms = now_ms;
    if (passed >= TOKEN || passed < 0) /* a second fills it whole */
        passed = TOKEN;
    b->milli += passed * b->per_s;
    if (b->milli > depth)
        b->milli = depth;
}

bool kk_bucket_take(struct kk_bucket *b, int64_t now_ms)
{
    fill(b, now_ms);
    if (b->milli < TOKEN)
        return false;
    b->milli -= TOKEN;
    return true;
}

void kk_bucket_give(struct kk_bucket *b)
{
    int64_t depth = (int64_t)b->per_s * TOKEN;

    b->milli = b->milli + TOKEN > depth ? depth : b->milli + TOKEN;
}

void kk_gate_init(struct kk_gate *g, const struct kk_gate_limits *limits, int64_t now_ms)
{
    kk_assert(limits->preauth < KK_GATE_SOURCES);
    *g = (struct kk_gate){ .limits = *limits };
    kk_bucket_init(&g->bucket, limits->rate, now_ms);
    g->crowd_at_ms = now_ms;
}

static bool has_address(const struct kk_gate_source *s, const uint8_t *address)
{
    return s->used && memcmp(s->address, address, KK_GATE_SOURCE_BYTES) == 0;
}

/* The better of two rows to give to a new source. */
static struct kk_gate_source *freer(struct kk_gate_source *a, struct kk_gate_source *b)
{
    if (!a || (a->used && !b->used))
        return b;
    if (!a->used || b->preauth > 0)
        return a;
    return a->preauth > 0 || b->bucket.at_ms < a->bucket.at_ms ? b : a;
}

static struct kk_gate_source *find_source(struct kk_gate *g, const uint8_t *address, int64_t now_ms)
{
    struct kk_gate_source *best = NULL;

    for (unsigned i = 0; i < KK_GATE_SOURCES; i++) {
        if (has_address(&g->sources[i], address))
            return &g->sources[i];
        best = freer(best, &g->sources[i]);
    }
    kk_assert(best->preauth == 0);
    *best = (struct kk_gate_source){ .used = true };
    memcpy(best->address, address, KK_GATE_SOURCE_BYTES);
    kk_bucket_init(&best->bucket, g->limits.rate_per_source, now_ms);
    return best;
}

static enum kk_gate_verdict take_tokens(struct kk_gate *g, struct kk_gate_source *s, int64_t now_ms)
{
    if (!kk_bucket_take(&s->bucket, now_ms))
        return KK_GATE_RATE;
    if (kk_bucket_take(&g->bucket, now_ms))
        return KK_GATE_IN;
    kk_bucket_give(&s->bucket);
    return KK_GATE_RATE;
}

enum kk_gate_verdict kk_gate_enter(struct kk_gate *g, const uint8_t address[KK_GATE_SOURCE_BYTES],
                                   int64_t now_ms, unsigned *ret_source)
{
    struct kk_gate_source *s;
    enum kk_gate_verdict verdict;

    if (g->preauth >= g->limits.preauth)
        return KK_GATE_FULL;
    s = find_source(g, address, now_ms);
    if (s->preauth >= g->limits.preauth_per_source)
        return KK_GATE_FULL;
    verdict = take_tokens(g, s, now_ms);
    if (verdict != KK_GATE_IN)
        return verdict;
    g->preauth++;
    s->preauth++;
    *ret_source = (unsigned)(s - g->sources);
    return KK_GATE_IN;
}

unsigned kk_gate_turn_away(struct kk_gate *g, int64_t now_ms)
{
    int64_t most = (int64_t)KK_RETRY_S_MAX * g->limits.rate * TOKEN;
    int64_t passed = now_ms - g->crowd_at_ms;

    g->crowd_at_ms = now_ms;
    g->crowd_milli -= passed > 0 ? passed * g->limits.rate : 0;
    if (g->crowd_milli < 0)
        g->crowd_milli = 0;
    if (g->crowd_milli + TOKEN <= most)
        g->crowd_milli += TOKEN;
    return 1 + (unsigned)(g->crowd_milli / ((int64_t)g->limits.rate * TOKEN + 1));
}

bool kk_gate_has_room(const struct kk_gate *g)
{
    return g->sessions < g->limits.sessions;
}

static void leave_preauth(struct kk_gate *g, unsigned source)
{
    kk_assert(g->preauth > 0 && g->sources[source].preauth > 0);
    g->preauth--;
    g->sources[source].preauth--;
}

void kk_gate_prove(struct kk_gate *g, unsigned source)
{
    leave_preauth(g, source);
    g->sessions++;
    kk_bucket_give(&g->bucket);
    kk_bucket_give(&g->sources[source].bucket);
}

void kk_gate_leave(struct kk_gate *g, unsigned source, bool proved)
{
    if (!proved) {
        leave_preauth(g, source);
        return;
    }
    kk_assert(g->sessions > 0);
    g->sessions--;
}
