/* Which backups stay: a choice over the times at which they were made, and nothing else. */
#ifndef KUKYOKU_DB_KEEP_H
#define KUKYOKU_DB_KEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kk_keep_rule {
    unsigned daily, weekly, monthly;
};
extern const struct kk_keep_rule kk_keep_default; /* 7, 4, 12 */

/*
 * made_ms ascending. The newest of each of the last `daily` days, `weekly` weeks (from Monday) and
 * `monthly` months that have any: where none were made for a year, none goes for that reason. Days
 * are Japan's. What seems to be of the future, because a clock was wrong, stays and takes no place.
 */
void kk_keep_choose(const struct kk_keep_rule *rule, int64_t now_ms, const int64_t *made_ms,
                    size_t count, bool *ret_keep);

#endif
