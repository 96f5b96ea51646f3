/*
 * The history of one dataset in a file: spans, each from a base on, ascending. A device that
 * skipped releases has gaps between them, and says so rather than guess.
 */
#ifndef CLIENT_REPLICA_SPAN_H
#define CLIENT_REPLICA_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span {
    uint32_t base, since;
    uint32_t ended; /* 0: it holds */
};
enum span_verdict {
    SPAN_HELD,  /* read it from spans[at] */
    SPAN_NONE,  /* the dataset had no rows then */
    SPAN_ABSENT /* there was something, and it is not here */
};
struct span_choice {
    enum span_verdict verdict;
    size_t at;
};

/* As of a release; 0 stands for the newest. */
static inline struct span_choice span_choose(const struct span *spans, size_t count,
                                             uint32_t release)
{
    struct span_choice c = { .verdict = SPAN_NONE };
    size_t next = 0; /* the first span that begins after the release */

    while (next < count && (release == 0 || spans[next].base <= release))
        next++;
    if (next > 0 && (spans[next - 1].ended == 0 || (release && release < spans[next - 1].ended))) {
        c.verdict = SPAN_HELD;
        c.at = next - 1;
    } else if (next < count && release >= spans[next].since) {
        c.verdict = SPAN_ABSENT;
    }
    return c;
}

#endif
