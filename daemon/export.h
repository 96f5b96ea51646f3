/* The ways out beside the line, as one command each: a store read, a file written, the end. */
#ifndef EXPORT_H
#define EXPORT_H

#include "config/config.h"
#include "spool/spool.h"

/* All say on standard output what they wrote. A running daemon is not disturbed. */
KK_MUST_USE int kk_export_requests(const struct kk_config *config, const char *path,
                                   struct kk_error *err);
KK_MUST_USE int kk_export_holders(const struct kk_config *config, const char *path,
                                  struct kk_error *err);
KK_MUST_USE int kk_export_served(const struct kk_config *config, const char *path,
                                 struct kk_error *err);
KK_MUST_USE int kk_export_recovery(const struct kk_config *config, const char *path,
                                   struct kk_error *err);
KK_MUST_USE int kk_export_media(const struct kk_config *config,
                                const struct kk_spool_media_for *who, const char *path,
                                struct kk_error *err);
KK_MUST_USE int kk_export_static(const struct kk_config *config,
                                 const struct kk_spool_static_options *o, struct kk_error *err);

#endif
