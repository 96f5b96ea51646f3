/*
 * A device of an office with what a client has on disk: a home in a folder of its own, synced
 * with a virtual village, written and read through its ledgers. Each call opens the home anew, as
 * one run of the program does. Nothing here may fail but what says so.
 */
#ifndef TESTS_OFFICE_H
#define TESTS_OFFICE_H

#include "village.h"

#include "model/replicas.h"

struct office {
    char dir[64];
    struct bureau_device *as;
    struct kk_ledger_clock clock;
};
/* A fresh folder with keys and the pinned root. */
void office_init(struct office *o, struct bureau *b, struct bureau_device *as);
void office_fini(struct office *o); /* with the folder */
/* One sync: 0 or its fault. ret may be NULL. */
int office_sync(struct office *o, struct village *v, struct village_line *ret);

/* An open ledger of one of its scopes. */
struct office_desk {
    struct kk_home home;
    struct kk_replicas replicas;
    struct kk_ledger ledger;
};
void office_sit(struct office_desk *k, const struct office *o, const char *scope);
void office_stand(struct office_desk *k);

/* Writes one text field (number 1) of a record; the fault of writing. */
int office_try_write(struct office *o, const char *scope, struct kk_ledger_draft draft,
                     const char *text);
/* An issue in w:W, a case elsewhere; asserts. */
void office_write(struct office *o, const char *scope, const uint8_t rec[KK_ID_BYTES],
                  unsigned act, const char *text);

#endif
