/* Packs as jobs of a crew (prover.h). */
#include "replica/prover.h"

#include "kukyoku/base/alloc.h"

struct job {
    struct kk_segment *segment;
    size_t pack;
    struct kk_bytes coded;
};

static void prove_one(void *job)
{
    struct job *j = job;

    kk_ignore(kk_segment_prove(j->segment, j->pack, kk_bytes_slice(&j->coded)));
    kk_bytes_fini(&j->coded);
    kk_free(j);
}

void replica_prover_add(struct kk_crew **crew, struct kk_segment *s, size_t pack,
                        struct kk_bytes *coded)
{
    struct job *j = kk_alloc(sizeof(*j));

    if (!j)
        return; /* not known */
    *j = (struct job){ .segment = s, .pack = pack, .coded = *coded };
    *coded = (struct kk_bytes){ 0 };
    if (s->index.rows >= KK_CREW_ROWS)
        kk_crew_add(crew, prove_one, j);
    else
        prove_one(j);
}

void replica_prove(struct kk_segment *s)
{
    struct kk_crew *crew = NULL;
    bool ready = kk_segment_ready(s) > 0;

    for (size_t i = 0; ready && i < s->index.packs.count; i++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes coded = { 0 };

        if (!kk_segment_proven(s, i) && kk_segment_coded(s, i, &coded) == 0)
            replica_prover_add(&crew, s, i, &coded);
    }
    kk_crew_end(&crew);
}
