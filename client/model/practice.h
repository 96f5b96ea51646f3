/*
 * Practice that everybody may read: into the publisher's next release out of what wards have
 * shared, and out of `pub` at any device, one that only reads too. [KE-2]
 */
#ifndef MODEL_PRACTICE_H
#define MODEL_PRACTICE_H

#include "desk/practices.h"
#include "model/record.h"

#define KK_PRACTICE_FIELDS_MAX 32

/* Slices live as long as the arena that it was read with. */
struct kk_practice {
    uint8_t id[KK_ID_BYTES];
    struct kk_slice area; /* the first that it names, else its ward, else the city */
    struct {
        struct kk_slice name, text; /* of the vocabulary; for people */
    } fields[KK_PRACTICE_FIELDS_MAX];
    size_t count;
};
/* The text of a field; absent: it says nothing. */
struct kk_slice kk_practice_text(const struct kk_practice *p, const char *field);

/*
 * A shared record into the list of the next release, with its title. KK_E_NOT_FOUND: it is not in
 * int; KK_E_STATE: taken back, or not received yet; KK_E_PERSONAL. Whom to ask (contact) stays out.
 */
KK_MUST_USE int kk_practice_choose(struct kk_records *r, const char *id, bool not_personal,
                                   struct kk_editions *list);

/* Each that pub holds, ascending by id, in the records' arena; anything but 0 ends it. Nothing but
 * pub is opened. */
typedef int kk_practice_fn(void *user, const struct kk_practice *practice);
KK_MUST_USE int kk_practice_each(struct kk_records *r, kk_practice_fn *fn, void *user);

#endif
