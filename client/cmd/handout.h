/* `kukyoku sheet AREA --for NAME`: what a lead ticks, as one A4 page, and its record. */
#ifndef CMD_HANDOUT_H
#define CMD_HANDOUT_H

#include "cmd/command.h"

KK_MUST_USE int kk_handout_give(struct kk_command *c);

#endif
