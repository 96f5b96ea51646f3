/* Look-ups in a roster and its device rows. The rows decide any operation, however old ([TR-9]). */
#ifndef KUKYOKU_TRUST_ROSTER_H
#define KUKYOKU_TRUST_ROSTER_H

#include "kukyoku/trust/scope.h"
#include "kukyoku/wire/shapes.h"

/*
 * Borrowed from whoever holds the documents (struct kk_trust). ids[i] is the id of rows.items[i].
 */
struct kk_roster_view {
    const struct kk_roster *roster;
    const struct kk_devices *devices;
    const uint8_t (*ids)[KK_ID_BYTES];
};

/* Rows ascending by id, histories ascending by version, known roles, wards and scopes? */
bool kk_devices_sound(const struct kk_devices *devices, const uint8_t (*ids)[KK_ID_BYTES]);
/* ids of all rows, in the arena; NULL when memory is short. */
KK_MUST_USE const uint8_t (*kk_devices_ids(const struct kk_devices *devices,
                                           struct kk_arena *arena))[KK_ID_BYTES];
/*
 * May `newer` (of roster version `version`) follow `older` (of `before`)? Every row and every span
 * stays as it was; what is added starts after `before` and no later than `version` ([TR-10]).
 * 1, 0 or KK_E_MEMORY.
 */
KK_MUST_USE int kk_devices_follow(const struct kk_roster_view *older,
                                  const struct kk_roster_view *newer);

/* NULL when there is none. */
const struct kk_device_row *kk_roster_row(const struct kk_roster_view *view,
                                          const uint8_t id[KK_ID_BYTES]);
const struct kk_device_row *kk_roster_row_by_noise(const struct kk_roster_view *view,
                                                   const uint8_t noise[KK_KEY_BYTES],
                                                   const uint8_t **ret_id);
/* What the device was at that roster version; NULL before it was added. */
const struct kk_device_span *kk_device_span_at(const struct kk_device_row *row, struct kk_ver at);
const struct kk_device_span *kk_device_span_newest(const struct kk_device_row *row);
bool kk_device_span_has(const struct kk_device_span *span, struct kk_slice scope);
/* NULL when the roster does not know the scope. */
const struct kk_roster_scope *kk_roster_scope(const struct kk_roster *roster,
                                              struct kk_slice scope);


/* --- eras: new beginnings of a log whose daemon was restored ([ER-1]) --- */
/* The era of that entry of the log; NULL: the first, whose number is 0. roster may be NULL. */
const struct kk_era *kk_roster_era(const struct kk_roster *roster, struct kk_slice scope,
                                   uint64_t gsn);
/* The highest era of the scope; NULL: it has none. */
const struct kk_era *kk_roster_era_newest(const struct kk_roster *roster, struct kk_slice scope);
/* Of logs, ascending by scope and number, a head where an entry survives. */
bool kk_eras_sound(const struct kk_roster *roster);
/* Every older era stands as it was; those added have higher numbers than any of their scope. */
bool kk_eras_follow(const struct kk_roster *older, const struct kk_roster *newer);

#endif
