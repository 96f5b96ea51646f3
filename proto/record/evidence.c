/* Evidence about a log: stretches of it, the roots and keys behind its heads. [RL-5] [RL-7] */
#include "evidence.h"

#include "kukyoku/error.h"

#define ARENA_BYTES (128 * 1024)

/* 1, 0 also where it is no root; a fault. */
static int is_root(struct kk_slice root, const uint8_t trusted[KK_HASH_BYTES])
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    uint8_t id[KK_HASH_BYTES];
    struct kk_doc doc;
    int r;

    kk_arena_init(&arena, ARENA_BYTES);
    r = kk_document_read(KK_DOC_ROOT, root, &arena, &doc);
    if (r < 0)
        return r == KK_E_MEMORY ? r : 0;
    kk_document_id(&doc, id);
    return memcmp(id, trusted, KK_HASH_BYTES) == 0;
}

int kk_evidence_from(const struct kk_root_item *roots, size_t count,
                     const uint8_t trusted[KK_HASH_BYTES], size_t *ret)
{
    int r = 0;

    for (*ret = 0; *ret < count; (*ret)++) {
        r = is_root(roots[*ret].doc, trusted);
        if (r != 0)
            break;
    }
    return r < 0 ? r : 0;
}

int evidence_roots(const struct kk_root_item *roots, size_t count,
                   const uint8_t trusted[KK_HASH_BYTES], struct kk_trust *trust, bool *ret_ok)
{
    size_t first;
    int r = kk_evidence_from(roots, count, trusted, &first);

    *ret_ok = false;
    for (size_t i = first; r == 0 && i < count; i++) {
        enum kk_trust_verdict verdict;

        r = kk_trust_restore(trust, KK_DOC_ROOT, roots[i].doc, kk_slice(NULL, 0), &verdict);
        if (r == 0 && verdict != KK_TRUST_TAKEN)
            return 0;
    }
    *ret_ok = r == 0 && first < count;
    return r;
}

/* A head may have been signed by keys that a later root of those believed replaced. */
int evidence_head(const struct kk_head *head, const struct kk_trust *trust)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < kk_trust_root_count(trust); i++)
        r = kk_head_check(head, &kk_trust_root_at(trust, i)->roles.items[KK_TRUST_DAEMON]);
    return r;
}

/* Without steps the whole stretch is of its head's era. */
static uint64_t era_at(const struct kk_strand *s, uint64_t gsn)
{
    return s->eras.count ? kk_log_era(s->eras.items, s->eras.count, gsn) : s->head.era;
}

static struct kk_log_head start_of(const struct kk_strand *s)
{
    struct kk_log_head head = { .gsn = s->head.gsn };

    memcpy(head.head, s->tuples.count ? s->before : s->head.head, KK_HASH_BYTES);
    if (s->tuples.count)
        head.gsn = s->tuples.items[0].gsn - 1;
    head.era = era_at(s, head.gsn);
    return head;
}

static void advance(const struct kk_strand *s, struct kk_log_head *head,
                    const struct kk_pushed_op *what)
{
    head->era = era_at(s, what->gsn);
    kk_log_advance(head, what);
}

bool kk_strand_sound(const struct kk_strand *s)
{
    struct kk_log_head head = start_of(s);

    for (size_t i = 0; i < s->tuples.count; i++) {
        if (s->tuples.items[i].gsn != head.gsn + 1)
            return false;
        advance(s, &head, &s->tuples.items[i]);
    }
    return head.gsn == s->head.gsn && head.era == s->head.era &&
           memcmp(head.head, s->head.head, KK_HASH_BYTES) == 0;
}

bool kk_strand_at(const struct kk_strand *s, uint64_t gsn, struct kk_log_head *ret)
{
    struct kk_log_head head = start_of(s);

    for (size_t i = 0; i < s->tuples.count && head.gsn < gsn; i++)
        advance(s, &head, &s->tuples.items[i]);
    if (head.gsn != gsn || gsn == 0)
        return false;
    *ret = head;
    return true;
}
