/*
 * The one way in beside the line: KKYB files in in/. Each is read as a stream inside one batch of
 * the relay; it is adopted whole and moved to done/, or refused whole and moved to bad/ with the
 * reason beside it. Names that start with a dot or end in ".part" are still being written. [DM-14]
 */
#ifndef SPOOL_SPOOL_H
#define SPOOL_SPOOL_H

#include "relay/relay.h"

struct kk_spool_report {
    const char *name;     /* of the file */
    bool adopted;
    bool waits;           /* with what a restored daemon does not take yet; stays where it is */
    bool forgotten;       /* taken away from done/ or bad/: it held what was recalled */
    int fault;            /* of a refusal, and its reason */
    char reason[KK_ERROR_DETAIL_MAX];
    unsigned documents, blobs, operations, invitations, requests;
};
typedef void kk_spool_fn(void *user, const struct kk_spool_report *report);

/* Makes in/, done/ and bad/ below dir. */
KK_MUST_USE int kk_spool_prepare(const char *dir, struct kk_error *err);
/*
 * One look at in/, in the order of names; report is called for each file. 0, or the fault that kept
 * it from working (a full disk: the file stays where it is and is tried again).
 */
KK_MUST_USE int kk_spool_scan(struct kk_relay *relay, const char *dir, kk_spool_fn *report,
                              void *user, struct kk_error *err);
/* The way out: all enrolment requests as a KKYB file, written whole or not at all. */
KK_MUST_USE int kk_spool_export_requests(struct kk_store *store, const char *path,
                                         unsigned *ret_count, struct kk_error *err);

/* Which release each device said it holds: CSV for `kukyoku release list --who`. [DM-19] */
KK_MUST_USE int kk_spool_export_holders(struct kk_store *store, const char *path,
                                        unsigned *ret_count, struct kk_error *err);

/* What was handed to whom, when: CSV for `kukyoku audit served`. [DM-20] */
KK_MUST_USE int kk_spool_export_served(struct kk_store *store, const char *path,
                                       unsigned *ret_count, struct kk_error *err);

/*
 * What the registrar signs eras from: how far the logs of a restored store reach, *ret_logs of
 * them. KK_E_NOT_FOUND: none waits for an era. [ER-9]
 */
KK_MUST_USE int kk_spool_export_recovery(struct kk_relay *relay, const char *path,
                                         unsigned *ret_logs, struct kk_error *err);

/*
 * What a ward or a device may read, for those without a network: documents, keys, releases, logs.
 * One of the two is NULL. KK_E_NOT_FOUND for nobody in the roster, KK_E_USAGE for a device whose
 * id is empty or begins like that of another.
 */
struct kk_spool_media_for {
    const char *ward;   /* "14133" */
    const char *device; /* the start of an id in hex */
};
struct kk_spool_media {
    unsigned documents, blobs;
    uint64_t entries;
};
KK_MUST_USE int kk_spool_export_media(struct kk_relay *relay,
                                      const struct kk_spool_media_for *who, const char *path,
                                      struct kk_spool_media *ret, struct kk_error *err);

/*
 * What everybody may read, as files for any web server. What is unchanged stays as it is, what
 * nothing names any more goes after grace_ms. [MI-1] [MI-2] [MI-3]
 */
struct kk_spool_static_options {
    const char *path; /* of the folder; made where it is missing */
    int64_t grace_ms;
};
struct kk_spool_static {
    unsigned written, unchanged, removed; /* files */
};
KK_MUST_USE int kk_spool_export_static(struct kk_relay *relay,
                                       const struct kk_spool_static_options *o,
                                       struct kk_spool_static *ret, struct kk_error *err);

#endif
