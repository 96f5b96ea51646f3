/* Ends of chains in memory (ledger_chains.h). */
#include "replica/ledger_chains.h"

#include "replica/ledger_in.h"

int ledger_chains_put(struct ledger_chains *chains, const struct kk_ledger *l)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < chains->count; i++)
        r = ledger_chain_put(l, chains->of[i].device, &chains->of[i].end);
    chains->count = 0;
    return r;
}

static int read_end(struct ledger_chains *chains, const struct kk_ledger *l,
                    const uint8_t device[KK_ID_BYTES], uint64_t inc)
{
    struct kk_chain end = { .inc = inc };
    int r = chains->count == LEDGER_CHAINS_MAX ? ledger_chains_put(chains, l) : 0;

    if (r == 0)
        r = ledger_chain_get(l, device, inc, &end);
    if (r < 0)
        return r;
    memcpy(chains->of[chains->count].device, device, KK_ID_BYTES);
    chains->of[chains->count++].end = end;
    return 0;
}

static bool is_of(const struct ledger_chains *chains, size_t i, const uint8_t device[KK_ID_BYTES],
                  uint64_t inc)
{
    return chains->of[i].end.inc == inc && memcmp(chains->of[i].device, device, KK_ID_BYTES) == 0;
}

int ledger_chains_find(struct ledger_chains *chains, const struct kk_ledger *l,
                       const uint8_t device[KK_ID_BYTES], uint64_t inc, struct kk_chain **ret)
{
    size_t i = 0;
    int r;

    while (i < chains->count && !is_of(chains, i, device, inc))
        i++;
    if (i == chains->count) {
        r = read_end(chains, l, device, inc);
        if (r < 0)
            return r;
        i = chains->count - 1;
    }
    *ret = &chains->of[i].end;
    return 0;
}
