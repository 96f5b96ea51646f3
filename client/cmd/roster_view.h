/* Devices of the roster, for people: who holds which, where, and whether it may still take part. */
#ifndef CMD_ROSTER_VIEW_H
#define CMD_ROSTER_VIEW_H

#include "cmd/command.h"
#include "kukyoku/trust/roster.h"
#include "view/json.h"
#include "view/table.h"

/* The ward's name in the reader's language, or the bureau for an empty code; what is no ward as
 * it stands. */
#define KK_OFFICE_TEXT 64
void kk_roster_ward(const struct kk_command *c, struct kk_slice code, char ret[KK_OFFICE_TEXT]);

/* Who acted: ward or bureau, office, section, holder, with a space between what there is; `?` where
 * the roster knows no such device (span is NULL). */
#define KK_WHO_TEXT 400
void kk_roster_who(const struct kk_command *c, const struct kk_device_span *span,
                   char ret[KK_WHO_TEXT]);

/* A table, or the rows of a JSON answer. command is borrowed; fini also on a zeroed one. */
struct kk_roster_list {
    struct kk_command *command;
    struct kk_table table;
    json_t *rows;
};
void kk_roster_list_begin(struct kk_roster_list *l);
void kk_roster_list_add(struct kk_roster_list *l, const uint8_t id[KK_ID_BYTES],
                        const struct kk_device_row *row);
/* Prints; answer is taken over and gets the rows as "devices". */
KK_MUST_USE int kk_roster_list_end(struct kk_roster_list *l, json_t *answer);
void kk_roster_list_fini(struct kk_roster_list *l);
KK_DEFINE_FINI(kk_roster_list)

#endif
