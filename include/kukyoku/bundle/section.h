/*
 * The coding of figures: what turns the groups of a pack from an old state (nothing, for a pack)
 * into a new one. A container holds the sections of one pack or of a whole delta, column by column,
 * so that equal things stand together and compress. docs/protocol.md, Bundles, gives every byte.
 *
 * Decoding checks everything before it is used (codes, order, counts, ends of streams), takes
 * memory in proportion to the rows, and never more than a block may have.
 */
#ifndef KUKYOKU_BUNDLE_SECTION_H
#define KUKYOKU_BUNDLE_SECTION_H

#include "kukyoku/base/bytes.h"
#include "kukyoku/bundle/obs.h"

#define KK_CONTAINER_VERSION 1
#define KK_SECTIONS_MAX      4096

/* S(NAME, text): the columns of a section, in the order in which they stand. */
#define KK_STREAMS(S)                                                                              \
    S(HEAD, "indicators: which, how many rows, scale, usual attributes")                           \
    S(LISTS, "areas, breakdowns and periods that the section names")                               \
    S(ATTRS, "distinct attributes of each indicator")                                              \
    S(TEXTS, "methods, sources, notes")                                                            \
    S(SERIES, "which series gain which periods")                                                   \
    S(DROPS, "gaps between rows that go")                                                          \
    S(EDITS, "gaps between rows that change")                                                      \
    S(GAPS, "gaps between rows of an unusual attribute")                                           \
    S(MARKS, "those attributes")                                                                   \
    S(FIRSTS, "sizes of values without one before them")                                           \
    S(STEPS, "differences to the value before")                                                    \
    S(SHIFTS, "differences of changed values to what they were")                                   \
    S(LARGE, "differences too large for one byte")                                                 \
    S(OFFS, "gaps between values that do not fit the scale of their indicator")                    \
    S(RESTS, "what such values have beyond it")                                                    \
    S(BITS, "low bits, as they are")
#define KK_STREAM_ENUM(NAME, text) KK_STREAM_##NAME,
enum kk_stream { KK_STREAMS(KK_STREAM_ENUM) KK_STREAM_COUNT };

/* --- writing --- */
struct kk_container_writer {
    struct kk_bytes head; /* pack number and stream lengths of each section */
    struct kk_bytes streams[KK_STREAM_COUNT];
    size_t count;
    uint32_t last_pack;
    uint64_t added, changed, dropped; /* rows, over all sections */
};
void kk_container_writer_init(struct kk_container_writer *w);
void kk_container_writer_fini(struct kk_container_writer *w);
KK_DEFINE_FINI(kk_container_writer)
/* Two states of one pack, over the same words (sorted). */
struct kk_section_states {
    const struct kk_obs_block *old, *fresh;
};
/*
 * Adds the section of pack `pack` (ascending) that makes `fresh` of `old`. Writes nothing where
 * they are equal; *ret_changed says so.
 */
KK_MUST_USE int kk_section_encode(struct kk_container_writer *w, uint32_t pack,
                                  const struct kk_obs_words *words,
                                  const struct kk_section_states *states, bool *ret_changed);
/*
 * The whole container. *ret_cuts gets the lengths of its parts (KK_STREAM_COUNT + 1 of them), where
 * the codec may start anew.
 */
KK_MUST_USE int kk_container_done(struct kk_container_writer *w, struct kk_bytes *out,
                                  size_t ret_cuts[KK_STREAM_COUNT + 1]);

/* --- reading --- */
struct kk_section {
    uint32_t pack;
    struct kk_slice streams[KK_STREAM_COUNT];
};
struct kk_container {
    struct kk_section *sections; /* ascending by pack */
    size_t count;
};
void kk_container_fini(struct kk_container *c);
KK_DEFINE_FINI(kk_container)
/* Slices point into bytes. KK_E_BUNDLE, KK_E_BUNDLE_NEWER or KK_E_MEMORY. */
KK_MUST_USE int kk_container_read(struct kk_slice bytes, struct kk_container *ret);
/* NULL where the container leaves that pack as it is. */
const struct kk_section *kk_container_find(const struct kk_container *c, uint32_t pack);
/*
 * *fresh is an initialised, empty block. Rows of groups that stay move there from old, which is to
 * be thrown away afterwards, on failure both. KK_E_BUNDLE, KK_E_ROW_LIMIT or KK_E_MEMORY.
 */
KK_MUST_USE int kk_section_decode(const struct kk_section *s, const struct kk_obs_words *words,
                                  struct kk_obs_block *old, struct kk_obs_block *fresh);

#endif
