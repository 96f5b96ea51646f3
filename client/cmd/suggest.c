/* The nearest name to what was typed. */
#include "cmd/run.h"
#include "kukyoku/base/text.h"

#include <string.h>

const char *kk_suggest(const char *typed, kk_name_fn *name, const void *list)
{
    size_t half = (strlen(typed) + 1) / 2;
    unsigned best = (half < 2 ? (unsigned)half : 2) + 1;
    const char *found = NULL;

    for (size_t i = 0;; i++) {
        const char *candidate = name(list, i);

        if (!candidate)
            return found;
        unsigned d = kk_text_distance(kk_slice_text(typed), kk_slice_text(candidate));
        if (d < best) {
            best = d;
            found = candidate;
        }
    }
}
