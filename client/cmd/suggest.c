/* The nearest name to what was typed, by edit distance with swaps (optimal string alignment). */
#include "cmd/run.h"

#include <string.h>

#define NAME_MAX_CHARS 40

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static unsigned distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    unsigned rows[3][NAME_MAX_CHARS + 1];
    unsigned *before = rows[0], *last = rows[1], *now = rows[2];

    if (n > NAME_MAX_CHARS || m > NAME_MAX_CHARS)
        return NAME_MAX_CHARS;
    for (size_t j = 0; j <= m; j++)
        last[j] = (unsigned)j;
    for (size_t i = 1; i <= n; i++) {
        now[0] = (unsigned)i;
        for (size_t j = 1; j <= m; j++) {
            now[j] = least(least(last[j], now[j - 1]) + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = least(now[j], before[j - 2] + 1);
        }
        unsigned *spare = before;
        before = last;
        last = now;
        now = spare;
    }
    return last[m];
}

const char *kk_suggest(const char *typed, kk_name_fn *name, const void *list)
{
    unsigned best = (unsigned)least(2, (unsigned)(strlen(typed) + 1) / 2) + 1;
    const char *found = NULL;

    for (size_t i = 0;; i++) {
        const char *candidate = name(list, i);

        if (!candidate)
            return found;
        unsigned d = distance(typed, candidate);
        if (d < best) {
            best = d;
            found = candidate;
        }
    }
}
