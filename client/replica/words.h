/*
 * The word index: which records may hold some words. Derived, brought on together with the index of
 * lists (glance.h), record by record and 4,096 numbers at a time; a record whose text changed
 * takes a new number and its old one leaves every list, so that no word outlives the text it
 * stood in. It tells candidates only: whoever asks looks at the record itself. [SR-2]
 */
#ifndef REPLICA_WORDS_H
#define REPLICA_WORDS_H

#include "replica/ledger.h"
#include "words/gather.h"

/* The folded text of a record: every value of every field, also of those in conflict. [SR-1] */
KK_MUST_USE int kk_words_text(const struct kk_merged *merged, struct kk_bytes *out);

/* Candidates, the last changed first, that hold every pair of every folded word; not those that the
 * index has not seen yet (kk_glance_behind). Anything but 0 ends it. */
struct kk_words_query {
    const struct kk_slice *words;
    size_t count;
};
typedef int kk_words_fn(void *user, const uint8_t rec[KK_ID_BYTES]);
KK_MUST_USE int kk_words_find(const struct kk_ledger *l, const struct kk_words_query *q,
                              kk_words_fn *fn, void *user);

/* --- bringing it on, inside one transaction --- */
struct kk_words_step {
    const struct kk_ledger *ledger;
    int64_t next; /* number to give; -1: not known yet */
    bool fresh;   /* the batch in hand began in this step: no list of it is on disk */
    struct kk_gather pairs; /* of one batch */
    uint32_t *gone; /* numbers that leave */
    size_t gone_count, gone_cap;
};
void kk_words_step_init(struct kk_words_step *s, const struct kk_ledger *l);
void kk_words_step_fini(struct kk_words_step *s);
KK_DEFINE_FINI(kk_words_step)
/* What the index of lists keeps of a record for this one. */
struct kk_words_doc {
    int64_t number; /* -1: nothing of it is to be found */
    int64_t text;   /* the first 8 bytes of a hash of the folded text */
};
/* The record as it stands now; merged NULL: nothing of it is to be found any more. doc is what was
 * kept of it, and then what is to be. */
KK_MUST_USE int kk_words_take(struct kk_words_step *s, const uint8_t rec[KK_ID_BYTES],
                              const struct kk_merged *merged, struct kk_words_doc *doc);
/* Writes what was taken; the step is empty then. */
KK_MUST_USE int kk_words_put(struct kk_words_step *s);
/* Forgets all of it. */
KK_MUST_USE int kk_words_clear(const struct kk_ledger *l);

#endif
