/*
 * What can be said about a table as a whole, after each row was read: whether it holds figures or
 * persons, and how it stands beside the release before. Rows that stand there already, just so, are
 * not judged again: old data never blocks a good file. [IM-5] [IM-6]
 *
 *     kk_review_alone → kk_review_begin → kk_review_held … → kk_review_end
 */
#ifndef IMPORT_REVIEW_H
#define IMPORT_REVIEW_H

#include "desk/compare.h"
#include "kukyoku/bundle/ref.h"

#define KK_REVIEW_FACTOR 3 /* a step to the period before that is worth a look */

struct kk_review_options {
    int64_t now_ms;
    unsigned factor; /* at least 2 */
    const struct kk_ref *reference; /* sorted; NULL, or a table without entries: not asked */
    unsigned tier;                  /* of the scope: 0 pub, 1 int, 2 r:W */
};
struct kk_review {
    struct kk_tidy *table; /* borrowed; after kk_tidy_end */
    struct kk_review_options options;
    uint64_t made, changed, same, gone, rejected;
    /* inside */
    struct kk_compare compare;
    bool any_held, garbled; /* garbled: some text of the table is */
    struct kk_dict indicators, areas; /* of the release before */
    struct kk_obs last;               /* the row before in the order of both; texts in texts */
    uint8_t texts[4 * KK_OBS_NAME_MAX + KK_OBS_BREAK_MAX + KK_OBS_TEXT_MAX];
};

/* Persons and records instead of figures. Into table's issues, as all that follows. */
KK_MUST_USE int kk_review_alone(struct kk_tidy *table);
void kk_review_begin(struct kk_review *r, struct kk_tidy *table,
                     const struct kk_review_options *options);
/* A row of the release before; ascending as kk_tidy_each gives them. Has the form of kk_tidy_fn. */
KK_MUST_USE int kk_review_held(void *review, const struct kk_obs *row);
KK_MUST_USE int kk_review_end(struct kk_review *r);
void kk_review_fini(struct kk_review *r);
KK_DEFINE_FINI(kk_review)

/*
 * A record of a file whose columns nobody has named yet: does it look like a person's? The first
 * KK_REVIEW_RECORDS of them are looked at.
 */
#define KK_REVIEW_RECORDS 500
KK_MUST_USE int kk_review_record(struct kk_tidy *table, const struct kk_csv_record *record);
/* A cell that no release will hold: what it says of persons is said of the row all the same. Fewer
 * than a few texts in all may be offices; a number of twelve digits is none. */
struct kk_review_unread {
    struct kk_dict persons;
};
KK_MUST_USE int kk_review_unread(struct kk_review_unread *u, struct kk_tidy *table,
                                 const struct kk_csv_record *record, size_t at);
/* The same of a header: 氏名, 生年月日 and their like. */
KK_MUST_USE int kk_review_header(struct kk_tidy *table, const struct kk_csv_record *record);

#endif
