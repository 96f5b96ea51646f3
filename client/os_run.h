/* Running another program to its end. */
#ifndef CLIENT_OS_RUN_H
#define CLIENT_OS_RUN_H

#include "os.h"

/*
 * Starts the file with no arguments, gives it `in` on its standard input and waits. What it prints
 * goes to standard error: it is not our data. After timeout_ms it is killed with all that it
 * started. KK_E_HOOK: could not be started, ended with a status, was killed; err says which.
 */
KK_MUST_USE int kk_os_run(const char *path, struct kk_slice in, int64_t timeout_ms,
                          struct kk_error *err);

#endif
