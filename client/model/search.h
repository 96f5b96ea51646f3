/*
 * Searching everything that this device may read: records of every scope, and indicators of the
 * releases. Each word must stand in it, wherever; how text is compared is words/fold.h. [SR-1]
 */
#ifndef MODEL_SEARCH_H
#define MODEL_SEARCH_H

#include "model/data.h"
#include "model/record.h"

#define KK_SEARCH_WORDS_MAX 16
#define KK_SEARCH_TEXT      200 /* bytes of what is shown around the first word */

struct kk_search_query {
    const char *const *words; /* 1 … KK_SEARCH_WORDS_MAX */
    size_t count;
    struct kk_record_query like; /* kind, area, open, since_ms, limit (0: none) */
};
/* In the records' arena. */
struct kk_search_hit {
    struct kk_record record;
    const struct kk_term *field; /* where the first word stands; NULL: in none that is known */
    char text[KK_SEARCH_TEXT + 1];
    int64_t touched_ms;
    bool copy; /* of a record that is a hit itself: left out */
};
typedef int kk_search_fn(void *user, const struct kk_search_hit *hit);
/*
 * The last changed first, at most like.limit; *ret_more where there are others. What has not come
 * into the index yet is looked at too. Of a ward's own record and its copy in int, the own one
 * alone is a hit. KK_E_USAGE for words that hold nothing to look for.
 */
KK_MUST_USE int kk_search(struct kk_records *r, const struct kk_search_query *q, kk_search_fn *fn,
                          void *user, bool *ret_more);
/* Indicators whose name holds every word. */
KK_MUST_USE int kk_search_indicators(struct kk_records *r, const struct kk_search_query *q,
                                     kk_data_indicator_fn *fn, void *user);

#endif
