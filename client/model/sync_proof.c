/* Two histories, noticed and kept (sync_proof.h). */
#include "model/sync_proof.h"

#include "model/freeze.h"
#include "replica/ledger_prove.h"

#define ARENA_BYTES (64 * 1024 * 1024)

static int keep(struct kk_home_sync *s, const struct kk_fork *fork)
{
    int r = kk_home_proof_add(s->home, fork);

    return r == 0 ? kk_error_say(s->err, KK_E_DAEMON_FORK, "log",
                                 "the daemon shows another history",
                                 "デーモンが別の履歴を示しています")
                  : r;
}

int kk_sync_two_heads(struct kk_home_sync *s, const struct kk_ledger *l,
                      const struct kk_head *theirs)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    struct kk_strand strands[2] = { [1] = { .head = *theirs } };
    struct kk_fork fork = { .strands = { strands, 2 } };
    struct kk_root_item *roots;
    struct kk_log_head own;
    int r;

    kk_arena_init(&arena, ARENA_BYTES);
    r = kk_ledger_strand(l, theirs->gsn, &arena, &strands[0]);
    if (r == 0)
        r = kk_evidence_roots(s->home->trust, &arena, &roots, &fork.roots.count);
    if (r < 0 || !kk_strand_at(&strands[0], theirs->gsn, &own) ||
        own.era != theirs->era || memcmp(own.head, theirs->head, KK_HASH_BYTES) == 0)
        return r;
    fork.roots.items = roots;
    r = kk_home_lock(s->home, &lock, s->err);
    return r == 0 ? keep(s, &fork) : r;
}

/* An honest daemon leaves out the head that an author had seen: it is the one of its log. */
int kk_sync_seen(struct kk_home_sync *s, const struct kk_ledger *l,
                 const struct kk_msg_entries *page)
{
    static const uint8_t left_out[KK_HASH_BYTES];
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    bool told = false;
    struct kk_fork fork;
    int r;

    for (size_t i = 0; i < page->entries.count; i++) {
        const struct kk_entry *e = &page->entries.items[i];

        told = told || memcmp(e->op.seen.head, left_out, KK_HASH_BYTES) != 0;
        s->withheld = s->withheld ||
                      kk_freeze_shows(kk_trust_fresh(s->home->trust), &e->op.seen, e->recv_ms);
    }
    if (!told)
        return 0;
    kk_arena_init(&arena, ARENA_BYTES);
    r = kk_ledger_seen_otherwise(l, page->entries.items[0].gsn, &arena, &fork);
    return r > 0 ? keep(s, &fork) : r;
}
