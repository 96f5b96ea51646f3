/*
 * What a supervisor is told about this process (sd_notify(3): datagrams to the socket that
 * NOTIFY_SOCKET names). Without a supervisor nothing is told.
 */
#ifndef NOTIFY_H
#define NOTIFY_H

#include <stdint.h>

/* "READY=1", "STOPPING=1" …: sent at once, and never waited for. */
void kk_notify(const char *state);
/* How often the supervisor wants a sign of life from this process, in milliseconds; 0: never. */
int64_t kk_notify_watchdog_ms(void);

#endif
