/*
 * Practice (実践例) in a release: what the publisher chose among what wards have shared travels in
 * `pub` as dataset `practice`, a row a field, in rows of the form that figures have. It stays from
 * release to release until it is recalled. [KE-2]
 */
#ifndef DESK_PRACTICES_H
#define DESK_PRACTICES_H

#include "desk/editions.h"

#define KK_PRACTICES_SCOPE "pub"

/* Columns: indicator is the id in hex, breakdown the name of the field, period the number of the
 * piece of its text, note the piece. */
struct kk_practice_row {
    uint8_t id[KK_ID_BYTES];
    struct kk_slice area, field, text;
    unsigned piece; /* from 1 */
};
/* false: no such row. Texts are borrowed. */
KK_MUST_USE bool kk_practice_row_read(const struct kk_obs *obs, struct kk_practice_row *ret);
/* A whole text, in as many pieces as it takes. KK_E_ROW_LIMIT. */
KK_MUST_USE int kk_practices_add(struct kk_editions *list, const struct kk_practice_row *row);
/* Is one of them of this id? */
bool kk_practices_has(const struct kk_editions *list, const uint8_t id[KK_ID_BYTES]);

/* Those of the newest release, but for these ids and for what the list has already; *ret_gone: how
 * many of the ids it had. */
KK_MUST_USE int kk_practices_but(struct kk_press *press, const struct kk_practice_ids *ids,
                                 struct kk_editions *list, size_t *ret_gone);

#endif
