/* Signatures as jobs of a crew (ledger_checks.h). */
#include "replica/ledger_checks.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/error.h"

#define AT_ONCE 16 /* signatures a job: less than a millisecond */

struct ledger_checks_batch {
    struct ledger_checks *of;
    size_t count;
    struct {
        struct kk_bytes header;
        uint8_t sig[KK_SIG_BYTES];
        const uint8_t *key;
    } items[AT_ONCE];
};

static void check(void *job)
{
    struct ledger_checks_batch *b = job;

    for (size_t i = 0; i < b->count; i++) {
        if (kk_op_check(kk_bytes_slice(&b->items[i].header), b->items[i].sig, b->items[i].key) <= 0)
            atomic_store(&b->of->wrong, true);
        kk_bytes_fini(&b->items[i].header);
    }
    kk_free(b);
}

static void hand_out(struct ledger_checks *c)
{
    struct ledger_checks_batch *b = c->open;

    c->open = NULL;
    if (b)
        kk_crew_add(&c->crew, check, b);
}

int ledger_checks_add(struct ledger_checks *c, struct kk_bytes *header,
                      const uint8_t sig[KK_SIG_BYTES], const uint8_t *key)
{
    struct ledger_checks_batch *b = c->open ? c->open : kk_alloc(sizeof(*b));

    if (!b)
        return KK_E_MEMORY;
    c->open = b;
    b->of = c;
    b->items[b->count].header = *header;
    b->items[b->count].key = key;
    memcpy(b->items[b->count].sig, sig, KK_SIG_BYTES);
    *header = (struct kk_bytes){ 0 };
    if (++b->count == AT_ONCE)
        hand_out(c);
    return 0;
}

bool ledger_checks_end(struct ledger_checks *c)
{
    hand_out(c);
    kk_crew_end(&c->crew);
    return !atomic_load(&c->wrong);
}
