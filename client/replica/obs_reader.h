/*
 * Blocks of figures out of one SQLite file, as of any release it holds: what stands behind the
 * virtual table. Decoded blocks are kept while there is room and while the file's state is the
 * same.
 */
#ifndef CLIENT_REPLICA_OBS_READER_H
#define CLIENT_REPLICA_OBS_READER_H

#include "kukyoku/bundle/segment.h"
#include "replica/span.h"

struct sqlite3;

/* One span of one dataset, opened when first read. */
struct obs_segment {
    char *dataset;
    struct span span;
    struct kk_bytes index;
    struct kk_segment segment;
    bool open;
};

/* A decoded block; counted, because cursors hold on to it. */
struct obs_block {
    struct kk_obs_block block;
    const struct obs_segment *of;
    size_t pack, depth;
    unsigned users;
    uint64_t used; /* when last asked for */
};

#define OBS_BLOCKS      16
#define OBS_BLOCK_BYTES (6u * 1024 * 1024) /* kept beyond the one that is asked for */

struct obs_reader {
    struct sqlite3 *db;
    struct obs_segment *segments; /* by dataset, then base */
    size_t count;
    uint8_t state[KK_HASH_BYTES]; /* of the file, when segments were read */
    bool loaded;
    struct obs_block *blocks[OBS_BLOCKS];
    uint64_t clock;
    unsigned cursors; /* open ones: segments stay while there are any */
};

void obs_reader_init(struct obs_reader *r, struct sqlite3 *db);
void obs_reader_fini(struct obs_reader *r);
/* Looks whether the file has changed. */
KK_MUST_USE int obs_reader_refresh(struct obs_reader *r);
/* The span of the dataset that begins at segments[at] as of a release (0: newest); *ret_next: where
 * the next dataset begins. */
struct span_choice obs_reader_choose(const struct obs_reader *r, size_t at, uint32_t release,
                                     size_t *ret_next);
/* Opens the segment where it is not. */
KK_MUST_USE int obs_reader_segment(struct obs_reader *r, size_t at, struct kk_segment **ret);
/* A block, to be given back by obs_reader_release. */
KK_MUST_USE int obs_reader_block(struct obs_reader *r, size_t at, size_t pack, size_t depth,
                                 struct obs_block **ret);
void obs_reader_release(struct obs_reader *r, struct obs_block *b);

#endif
