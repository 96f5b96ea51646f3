/*
 * What the daemon counts of itself for /healthz, /readyz and /metrics. The store thread fills
 * `scanned` while it looks into the spool; the loop takes it over when that is done, so that
 * neither reads what the other writes.
 */
#ifndef PULSE_H
#define PULSE_H

#include "config/config.h"
#include "ops/metrics.h"
#include "relay/relay.h"
#include "spool/spool.h"

struct kk_pulse {
    struct kk_metrics now, scanned;
    uint64_t heard_ms; /* on the loop's clock: the last word of the store thread */
    bool looked, spool_good, stopping;
};

/* --- the store thread --- */
void kk_pulse_file(struct kk_pulse *p, const struct kk_spool_report *report);
void kk_pulse_documents(struct kk_pulse *p, const struct kk_trust *trust);

/* --- the loop --- */
void kk_pulse_scanned(struct kk_pulse *p, int fault, uint64_t now_ms);
bool kk_pulse_alive(const struct kk_pulse *p, uint64_t now_ms, const char **ret_why);
bool kk_pulse_ready(const struct kk_pulse *p, uint64_t now_ms, const char **ret_why);
/* Size of the store, room on its disk, and what is known of its backups, now. */
void kk_pulse_disk(struct kk_pulse *p, const struct kk_config *config);

#endif
