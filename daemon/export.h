/* The ways out beside the line, as one command each: a store read, a file written, the end. */
#ifndef EXPORT_H
#define EXPORT_H

#include "config/config.h"
#include "spool/spool.h"

/* What was asked for on the command line. */
struct kk_export {
    const char *kind, *path;        /* of KK_DAEMON_EXPORTS */
    struct kk_spool_media_for whom; /* of media: one of the two */
    int64_t grace_ms;               /* of static; -1: not given */
};
/* KK_E_USAGE: no such kind, no path, not what it wants, or what belongs to another. */
KK_MUST_USE int kk_export_check(const struct kk_export *x, struct kk_error *err);
/* Says on standard output what it wrote. A running daemon is not disturbed. */
KK_MUST_USE int kk_export_run(const struct kk_export *x, const struct kk_config *config,
                              struct kk_error *err);

#endif
