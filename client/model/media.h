/*
 * The same sync by file, for a device without a network: what waits goes out, what the daemon wrote
 * for this ward or device comes in through the very machine that a line would feed. Each file is
 * noted in the home's register (管理簿). [MD-2] [MD-3] [MD-4]
 */
#ifndef MODEL_MEDIA_H
#define MODEL_MEDIA_H

#include "model/sync_store.h"

struct kk_media_file {
    const char *path, *approver; /* approver: "" where nobody is named */
    /* The page has no file, only bytes: what goes out is appended, what comes in is given. */
    struct kk_bytes *made;
    const struct kk_slice *given;
};
/* Waiting operations of all scopes; they wait on until a log holds them. KK_E_NOT_FOUND: none. */
KK_MUST_USE int kk_media_export(struct kk_home *h, const struct kk_media_file *file,
                                uint64_t *ret_operations, struct kk_error *err);

struct kk_media_report {
    struct kk_sync_counts counts;
    int64_t issued_ms; /* when the daemon wrote the file, by its clock; 0: it does not say */
    int64_t expires_ms; /* until when it is taken [MD-6] */
    uint64_t catalog;  /* release held afterwards; 0: none */
    struct kk_purge_report purge;
    bool foreign;      /* it lacks a log that this device follows: it was made for others */
};
struct kk_media_options {
    kk_sync_progress_fn *progress; /* may be NULL */
    void *user;
};
/* A fault leaves the home as it was, but for what had been checked whole before it. */
KK_MUST_USE int kk_media_import(struct kk_home *h, const struct kk_media_file *file,
                                const struct kk_media_options *o, struct kk_media_report *ret,
                                struct kk_error *err);
/* Removes the file from where it is, and notes it. */
KK_MUST_USE int kk_media_erase(struct kk_home *h, const struct kk_media_file *file,
                               struct kk_error *err);

#endif
