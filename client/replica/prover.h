/*
 * Packs are decoded and hashed by a crew: it is what most of the time of a first copy goes into.
 * What cannot be proven is simply not known, and is read again, and told, by whoever verifies the
 * segment.
 */
#ifndef REPLICA_PROVER_H
#define REPLICA_PROVER_H

#include "replica/crew.h"

#include "kukyoku/bundle/segment.h"

/*
 * Proves a pack of a segment, sooner or later. coded is moved. The segment is borrowed and must not
 * be used before kk_crew_end.
 */
void replica_prover_add(struct kk_crew **crew, struct kk_segment *s, size_t pack,
                        struct kk_bytes *coded);
/* All packs of a segment, by its source. */
void replica_prove(struct kk_segment *s);

#endif
