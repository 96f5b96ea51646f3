/* Evidence about a log: stretches of it, the roots and keys behind its heads. [RL-5] [RL-7] */
#include "evidence.h"

#include "kukyoku/error.h"

int evidence_roots(const struct kk_root_item *roots, size_t count,
                   const uint8_t trusted[KK_HASH_BYTES], struct kk_trust *trust, bool *ret_ok)
{
    bool met = false;

    *ret_ok = false;
    for (size_t i = 0; i < count; i++) {
        uint8_t id[KK_HASH_BYTES];
        enum kk_trust_verdict verdict;
        int r = kk_trust_restore(trust, KK_DOC_ROOT, roots[i].doc, kk_slice(NULL, 0), &verdict);

        if (r < 0)
            return r;
        if (verdict != KK_TRUST_TAKEN)
            return 0;
        kk_trust_root_id(trust, id);
        met = met || memcmp(id, trusted, KK_HASH_BYTES) == 0;
    }
    *ret_ok = met;
    return 0;
}

/* A head may have been signed by keys that a later root of the chain replaced. */
int evidence_head(const struct kk_head *head, const struct kk_trust *trust)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < kk_trust_root_count(trust); i++)
        r = kk_head_check(head, &kk_trust_root_at(trust, i)->roles.items[KK_TRUST_DAEMON]);
    return r;
}

static struct kk_log_head start_of(const struct kk_strand *s)
{
    struct kk_log_head head = { .era = s->head.era, .gsn = s->head.gsn };

    memcpy(head.head, s->tuples.count ? s->before : s->head.head, KK_HASH_BYTES);
    if (s->tuples.count)
        head.gsn = s->tuples.items[0].gsn - 1;
    return head;
}

bool kk_strand_sound(const struct kk_strand *s)
{
    struct kk_log_head head = start_of(s);

    for (size_t i = 0; i < s->tuples.count; i++) {
        if (s->tuples.items[i].gsn != head.gsn + 1)
            return false;
        kk_log_advance(&head, &s->tuples.items[i]);
    }
    return head.gsn == s->head.gsn && memcmp(head.head, s->head.head, KK_HASH_BYTES) == 0;
}

bool kk_strand_at(const struct kk_strand *s, uint64_t gsn, uint8_t ret[KK_HASH_BYTES])
{
    struct kk_log_head head = start_of(s);

    for (size_t i = 0; i < s->tuples.count && head.gsn < gsn; i++)
        kk_log_advance(&head, &s->tuples.items[i]);
    if (head.gsn != gsn || gsn == 0)
        return false;
    memcpy(ret, head.head, KK_HASH_BYTES);
    return true;
}
