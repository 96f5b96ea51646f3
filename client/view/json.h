/*
 * JSON out: keys in the order in which they were set, UTF-8 as it is, one document on the data
 * side. jansson's own functions build the values; these print them and fill what jansson has no
 * word for.
 */
#ifndef VIEW_JSON_H
#define VIEW_JSON_H

#include "kukyoku/slice.h"
#include "view/out.h"

#include <jansson.h>

/* Prints and gives the reference back, also on failure. NULL (memory ran out while building) is
 * KK_E_MEMORY. */
KK_MUST_USE int kk_json_print(struct kk_out *out, json_t *take_value);
/* The same in one line, for a command that prints one object after another. */
KK_MUST_USE int kk_json_line(struct kk_out *out, json_t *take_value);
/* Texts of the protocol; absent gives null. */
json_t *kk_json_text(struct kk_slice text);
json_t *kk_json_hex(struct kk_slice bytes);
json_t *kk_json_instant(int64_t ms); /* "2026-11-23T09:05:07+09:00"; null for 0 */
/* A whole number where it is one, else a number with decimals (value is scaled by 10^decimals). */
json_t *kk_json_decimal(int64_t value, unsigned decimals);

#endif
