/*
 * Packs are decoded and hashed on several threads: it is what most of the time of a first copy goes
 * into, and one pack needs nothing of another. What a thread cannot prove is simply not known, and
 * is read again, and told, by whoever verifies the segment.
 */
#ifndef REPLICA_PROVER_H
#define REPLICA_PROVER_H

#include "kukyoku/bundle/segment.h"

struct replica_prover;
/*
 * Proves a pack of a segment, sooner or later. coded is moved. The segment is borrowed and must not
 * be used before replica_prover_end. *p starts as NULL; threads start with the first pack of a
 * segment that is worth them.
 */
void replica_prover_add(struct replica_prover **p, struct kk_segment *s, size_t pack,
                        struct kk_bytes *coded);
/* Works along until everything is proven that was added, and ends the threads; *p is NULL then. */
void replica_prover_end(struct replica_prover **p);
/* All packs of a segment, by its source. */
void replica_prove(struct kk_segment *s);

#endif
