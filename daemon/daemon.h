/*
 * The running daemon: settings, store, relay, store thread, line and spool on one loop.
 *
 *   RUNNING ──> STOPPING ──> gone
 *
 *   STOPPING  waits for the line to say goodbye, then for the store thread
 */
#ifndef DAEMON_H
#define DAEMON_H

#include "config/config.h"
#include "log/log.h"

#include "kukyoku/error.h"

/* Runs until SIGTERM or SIGINT. 0 or a fault, err filled. config_path is read again at SIGHUP. */
KK_MUST_USE int kk_daemon_run(const char *config_path, struct kk_config *config,
                              const struct kk_log *log, struct kk_error *err);

/* One daemon, or one restore, a store: the lock goes with the process. KK_E_LOCKED. */
KK_MUST_USE int kk_daemon_lock(const char *store, int *ret_fd, struct kk_error *err);

#endif
