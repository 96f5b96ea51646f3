/* How one figure looks, and how old all of them are: the same in every view. */
#ifndef CMD_CELL_VIEW_H
#define CMD_CELL_VIEW_H

#include "cmd/command.h"
#include "model/data.h"
#include "view/json.h"
#include "view/table.h"

/* 1,234.5, or − … x where it is missing. */
void kk_cell_value(const struct kk_obs *o, char ret[KK_NUMBER_TEXT]);
/* 速報, 調整中, 推計, 改定; "" for a final one. */
const char *kk_cell_status(const struct kk_command *c, struct kk_slice status);
const char *kk_cell_tier(const struct kk_command *c, unsigned tier);
/* "14133 中原区"; a name where one is known. */
#define KK_CELL_AREA_TEXT 120
void kk_cell_area(const struct kk_command *c, const struct kk_home *h, const char *area,
                  char ret[KK_CELL_AREA_TEXT]);
/* A text of an observation, ended with a zero. */
void kk_cell_text(struct kk_slice s, char ret[KK_OBS_TEXT_MAX + 1]);
/* Cells of a table: the breakdown, or "total"; the name of a period. */
void kk_cell_breakdown(const struct kk_command *c, struct kk_table *t, struct kk_slice breakdown);
void kk_cell_period(const struct kk_command *c, struct kk_table *t, struct kk_slice period);
/* Warns of each scope that is here without that release. */
KK_MUST_USE int kk_lacking_view(struct kk_command *c, struct kk_home *h, uint32_t as_of,
                                bool only_public);
/* Which release, how old: the label on every view. */
void kk_origin_view(struct kk_command *c, const struct kk_data_origin *o, uint32_t as_of);
json_t *kk_origin_json(const struct kk_data_origin *o);

#endif
