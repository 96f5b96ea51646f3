/*
 * A pack that is here while others are on their way is decoded and hashed meanwhile, so that little
 * is left to do when the last has come. Only sums are kept, under the hash of the index that names
 * the pack; the bytes are held against their own hash again when they are stored. [BN-22]
 */
#include "replica/prover.h"
#include "replica_inside.h"

#include "kukyoku/base/alloc.h"

struct replica_ahead {
    struct replica_ahead *next;
    uint8_t index_hash[KK_HASH_BYTES];
    struct kk_replica_job job;
    struct replica_reader reader;
    struct kk_segment segment;
    bool *handed; /* packs that were given to be proven */
};

void replica_ahead_wait(struct kk_replica *r)
{
    kk_crew_end(&r->crew);
}

void replica_ahead_clear(struct kk_replica *r)
{
    replica_ahead_wait(r);
    while (r->ahead) {
        struct replica_ahead *gone = r->ahead;

        r->ahead = gone->next;
        kk_segment_close(&gone->segment);
        kk_free(gone->handed);
        kk_free(gone);
    }
}

struct kk_segment *replica_ahead_find(struct kk_replica *r, const uint8_t index[KK_HASH_BYTES])
{
    for (struct replica_ahead *a = r->ahead; a; a = a->next) {
        if (memcmp(a->index_hash, index, KK_HASH_BYTES) == 0)
            return &a->segment;
    }
    return NULL;
}

int replica_ahead_add(struct kk_replica *r, const struct kk_replica_job *job,
                      const uint8_t index[KK_HASH_BYTES], struct kk_slice plain)
{
    struct kk_coded_source source = { .get = replica_reader_get };
    struct replica_ahead *a;
    int e;

    if (replica_ahead_find(r, index))
        return 0;
    a = kk_alloc(sizeof(*a));
    if (!a)
        return KK_E_MEMORY;
    memcpy(a->index_hash, index, KK_HASH_BYTES);
    a->job = *job;
    a->reader = (struct replica_reader){ .replica = r, .job = &a->job };
    source.self = &a->reader;
    e = kk_segment_open(&a->segment, plain, source);
    a->handed =
        e == 0 ? kk_alloc_array(kk_segment_pack_count(&a->segment), sizeof(*a->handed)) : NULL;
    if (!a->handed) {
        kk_segment_close(&a->segment);
        kk_free(a);
        return e < 0 ? e : KK_E_MEMORY;
    }
    a->next = r->ahead;
    r->ahead = a;
    return 0;
}

/* Deltas come before packs. Whatever is wrong is told when everything is here and is applied. */
static void look(struct replica_ahead *a, const struct kk_blob_ref *ref)
{
    struct kk_segment *s = &a->segment;

    for (size_t i = 0; i < s->index.packs.count; i++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes coded = { 0 };
        uint32_t epoch;

        if (memcmp(s->index.packs.items[i].blob.hash, ref->hash, KK_HASH_BYTES) == 0 &&
            !a->handed[i] && kk_segment_ready(s) > 0 &&
            replica_staged(&a->reader, KK_BLOB_PACK, ref, &coded, &epoch) == 0) {
            a->handed[i] = true;
            replica_prover_add(&a->reader.replica->crew, s, i, &coded);
        }
    }
}

void kk_replica_came(struct kk_replica *r, const struct kk_blob_ref *ref)
{
    for (struct replica_ahead *a = r->ahead; a; a = a->next)
        look(a, ref);
}
