/* Counting what the daemon does (pulse.h). */
#include "pulse.h"

#include "backup.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>

#define SILENT_MS 30000

/* What the store thread knows; everything else is the loop's. */
static const enum kk_metric of_store[] = {
    KK_METRIC_ADOPTED,      KK_METRIC_REJECTED,       KK_METRIC_OPERATIONS,
    KK_METRIC_SPOOL_ADOPTED, KK_METRIC_RELEASE,       KK_METRIC_ROOT_EXPIRES,
    KK_METRIC_ROSTER_EXPIRES, KK_METRIC_CATALOG_EXPIRES,
    KK_METRIC_RECOVERING,
};

void kk_pulse_file(struct kk_pulse *p, const struct kk_spool_report *report)
{
    int64_t *values = p->scanned.values;

    if (!report->adopted) {
        values[KK_METRIC_REJECTED]++;
        return;
    }
    values[KK_METRIC_ADOPTED]++;
    values[KK_METRIC_OPERATIONS] += report->operations;
    values[KK_METRIC_SPOOL_ADOPTED] = (int64_t)time(NULL);
}

void kk_pulse_documents(struct kk_pulse *p, const struct kk_trust *trust)
{
    const struct kk_root *root = kk_trust_root(trust);
    const struct kk_roster *roster = kk_trust_roster(trust);
    const struct kk_catalog *catalog = kk_trust_catalog(trust);
    int64_t *values = p->scanned.values;

    values[KK_METRIC_ROOT_EXPIRES] = root ? (int64_t)(root->expires_ms / 1000) : 0;
    values[KK_METRIC_ROSTER_EXPIRES] = roster ? (int64_t)(roster->expires_ms / 1000) : 0;
    values[KK_METRIC_CATALOG_EXPIRES] = catalog ? (int64_t)(catalog->expires_ms / 1000) : 0;
    values[KK_METRIC_RELEASE] = catalog ? (int64_t)catalog->version.ver : 0;
}

void kk_pulse_scanned(struct kk_pulse *p, int fault, uint64_t now_ms)
{
    int64_t *values = p->now.values;

    for (size_t i = 0; i < KK_COUNT(of_store); i++)
        values[of_store[i]] = p->scanned.values[of_store[i]];
    p->heard_ms = now_ms;
    p->spool_good = fault == 0;
    p->looked = true;
    if (p->spool_good)
        values[KK_METRIC_SPOOL_LOOKED] = (int64_t)time(NULL);
    else
        values[KK_METRIC_SPOOL_FAILED]++;
}

bool kk_pulse_alive(const struct kk_pulse *p, uint64_t now_ms, const char **ret_why)
{
    bool alive = now_ms - p->heard_ms < SILENT_MS;

    if (!alive)
        *ret_why = "the store thread does not answer";
    return alive;
}

bool kk_pulse_ready(const struct kk_pulse *p, uint64_t now_ms, const char **ret_why)
{
    if (!kk_pulse_alive(p, now_ms, ret_why))
        return false;
    if (p->stopping)
        *ret_why = "stopping";
    else if (!p->looked)
        *ret_why = "starting";
    else if (p->now.values[KK_METRIC_ROOT_EXPIRES] == 0)
        *ret_why = "no root document is held";
    else if (!p->spool_good)
        *ret_why = "the spool can't be worked on";
    else
        return true;
    return false;
}

/* Backups are made by other processes: the file of facts is all that this one knows of them. */
void kk_pulse_disk(struct kk_pulse *p, const struct kk_config *config)
{
    int64_t *values = p->now.values;
    struct kk_backup_facts facts;
    struct statvfs room;
    struct stat st;

    values[KK_METRIC_DB_SIZE] = stat(config->store, &st) == 0 ? (int64_t)st.st_size : 0;
    values[KK_METRIC_DISK_FREE] = statvfs(config->store, &room) == 0
                                      ? (int64_t)(room.f_bavail * room.f_frsize)
                                      : 0;
    kk_backup_facts(config, &facts);
    values[KK_METRIC_BACKUP_MADE] = facts.made_ms / 1000;
    values[KK_METRIC_BACKUP_TESTED] = facts.tested_ms / 1000;
}
