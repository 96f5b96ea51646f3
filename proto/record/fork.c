/*
 * Proof that one daemon signed two histories: two stretches of a log that differ at one entry, or a
 * stretch with an operation whose author had seen another head than the stretch has there. [RL-19]
 */
#include "evidence.h"

#include "kukyoku/error.h"
#include "kukyoku/record/op.h"

#define ARENA_BYTES (16 * 1024)

/*
 * A head commits to every one before it: two histories differ at the last entry that both reach.
 * Where a new era has taken the entry's place, both may be true. [ER-6]
 */
static bool differ(const struct kk_strand *a, const struct kk_strand *b, uint64_t *ret_gsn)
{
    struct kk_log_head x, y;

    *ret_gsn = a->head.gsn < b->head.gsn ? a->head.gsn : b->head.gsn;
    return kk_strand_at(a, *ret_gsn, &x) && kk_strand_at(b, *ret_gsn, &y) && x.era == y.era &&
           memcmp(x.head, y.head, KK_HASH_BYTES) != 0;
}

static bool holds(const struct kk_strand *s, struct kk_slice header)
{
    uint8_t id[KK_HASH_BYTES];

    kk_op_id(header, id);
    for (size_t i = 0; i < s->tuples.count; i++) {
        if (memcmp(s->tuples.items[i].op_id, id, KK_HASH_BYTES) == 0)
            return true;
    }
    return false;
}

/* The daemon gave a number to an operation that had seen what this log never was. 1, 0, a fault. */
static int saw_another(const struct kk_strand *s, struct kk_slice header, uint64_t *ret_gsn)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_log_head head;
    struct kk_op op;
    int r;

    kk_arena_init(&arena, ARENA_BYTES);
    r = kk_shape_read(&kk_shape_op, header, &arena, &op, NULL);
    if (r < 0)
        return r == KK_E_MEMORY ? r : 0;
    if (!holds(s, header) || !kk_strand_at(s, op.seen.gsn, &head) || op.seen.era != head.era)
        return 0;
    *ret_gsn = op.seen.gsn;
    return memcmp(head.head, op.seen.head, KK_HASH_BYTES) != 0;
}

static bool of_one_log(const struct kk_fork *f)
{
    const struct kk_head *a = &f->strands.items[0].head;
    const struct kk_head *b = &f->strands.items[f->strands.count - 1].head;

    return kk_slice_equal(a->scope, b->scope);
}

static int check_heads(const struct kk_fork *fork, const struct kk_trust *trust)
{
    int r = of_one_log(fork);

    for (size_t i = 0; r > 0 && i < fork->strands.count; i++)
        r = evidence_head(&fork->strands.items[i].head, trust);
    return r;
}

int kk_fork_verify(const struct kk_fork *fork, const uint8_t trusted_root[KK_HASH_BYTES],
                   enum kk_fork_verdict *ret, uint64_t *ret_gsn)
{
    KK_AUTO_FREE(kk_trust) struct kk_trust *trust = kk_trust_new();
    const struct kk_strand *s = fork->strands.items;
    bool roots_ok;
    int r;

    if (!trust)
        return KK_E_MEMORY;
    *ret = KK_FORK_ROOT;
    r = evidence_roots(fork->roots.items, fork->roots.count, trusted_root, trust, &roots_ok);
    if (r < 0 || !roots_ok)
        return r;
    *ret = KK_FORK_HEAD;
    r = check_heads(fork, trust);
    if (r <= 0)
        return r;
    *ret = KK_FORK_CHAIN;
    for (size_t i = 0; i < fork->strands.count; i++) {
        if (!kk_strand_sound(&s[i]))
            return 0;
    }
    *ret = KK_FORK_NONE;
    r = fork->op.len ? saw_another(&s[0], fork->op, ret_gsn)
                     : fork->strands.count == 2 && differ(&s[0], &s[1], ret_gsn);
    if (r > 0)
        *ret = KK_FORK_PROVED;
    return r < 0 ? r : 0;
}
