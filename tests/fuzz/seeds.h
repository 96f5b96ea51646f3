/* What the files of fuzz-seeds share. */
#ifndef TESTS_SEEDS_H
#define TESTS_SEEDS_H

#include "gen.h"

/* Writes DIR/<target>/<name>, or says why not and ends the program. */
void seed_save(const char *dir, const char *target, const char *name, const struct kk_bytes *b);
/* One item of a stick, as the target of that name takes it. */
void seed_item(const char *dir, unsigned tag, const char *name, const struct kk_bytes *b);
void seeds_of_documents(const char *dir, struct gen *g);
void seeds_of_bundles(const char *dir);

#endif
