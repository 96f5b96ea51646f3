/*
 * A record on A4 for the file of a decision (起案): its fields, the figures it rests on then and now,
 * and every act with its receipt number, marked with who may read it.
 */
#ifndef CMD_PRINT_VIEW_H
#define CMD_PRINT_VIEW_H

#include "cmd/record_view.h"

#include <stdio.h>

KK_MUST_USE int kk_record_print(struct kk_command *c, struct kk_records *r,
                                const struct kk_record *record, FILE *to);
/* Rows of one field, one a value, as <tr>; both values where two people wrote it. */
KK_MUST_USE int kk_field_print(struct kk_command *c, const struct kk_merge_field *f, FILE *to);
/* The body's figures then and now, as a table; nothing where it has none. */
KK_MUST_USE int kk_figures_print(struct kk_command *c, struct kk_records *r,
                                 const struct kk_body *body, FILE *to);

#endif
