/*
 * Pages to be printed: made in memory as HTML, and given so, or as the PDF that an installed
 * Chromium makes of it without a window and without a line to anywhere.
 */
#ifndef CMD_PAPER_H
#define CMD_PAPER_H

#include "cmd/command.h"

/* Is a file of this name to be a PDF? */
bool kk_paper_is_pdf(const char *path);
/* Turns the page into its PDF, by way of a folder of the home that only its owner enters. */
KK_MUST_USE int kk_paper_to_pdf(struct kk_command *c, struct kk_bytes *page);

#endif
