/* A karte for people: on the terminal, as a page, as a table, as JSON. */
#ifndef CMD_KARTE_VIEW_H
#define CMD_KARTE_VIEW_H

#include "cmd/command.h"
#include "model/karte.h"
#include "view/json.h"

void kk_karte_text(struct kk_command *c, const struct kk_home *h, const struct kk_karte *k);
/* The same edition gives the same bytes on every device. */
void kk_karte_html(struct kk_command *c, const struct kk_home *h, const struct kk_karte *k,
                   FILE *to);
void kk_karte_csv(const struct kk_karte *k, FILE *to);
json_t *kk_karte_json(const struct kk_karte *k);

#endif
