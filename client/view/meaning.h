/* Reference data as JSON: what a code means, in every view and export alike. [RF-1] */
#ifndef VIEW_MEANING_H
#define VIEW_MEANING_H

#include "kukyoku/bundle/ref.h"
#include "view/json.h"

/* One entry with code, days and every field that says something; a border's form as GeoJSON. */
json_t *kk_meaning_json(enum kk_ref_table table, const struct kk_ref_entry *entry);
/* All of a table. */
json_t *kk_meaning_table(const struct kk_ref *r, enum kk_ref_table table);
/* Sets the newest entry of the code in an object, by its code; nothing where there is none. */
void kk_meaning_put(json_t *object, const struct kk_ref *r, enum kk_ref_table table,
                    struct kk_slice code);

#endif
