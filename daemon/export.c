/* The ways out (export.h). */
#include "export.h"

#include "desk.h"

#include <stdio.h>

static int open_store(const struct kk_config *config, struct kk_store **ret, struct kk_error *err)
{
    struct kk_store_options o = { .path = config->store, .read_only = true };

    return kk_store_open_sqlite(&o, ret, err);
}

int kk_export_requests(const struct kk_config *config, const char *path, struct kk_error *err)
{
    KK_AUTO_FREE(kk_store) struct kk_store *store = NULL;
    unsigned count = 0;
    int r = open_store(config, &store, err);

    if (r == 0)
        r = kk_spool_export_requests(store, path, &count, err);
    if (r == 0)
        printf("%u\n", count);
    return r;
}

int kk_export_holders(const struct kk_config *config, const char *path, struct kk_error *err)
{
    KK_AUTO_FREE(kk_store) struct kk_store *store = NULL;
    unsigned count = 0;
    int r = open_store(config, &store, err);

    if (r == 0)
        r = kk_spool_export_holders(store, path, &count, err);
    if (r == 0)
        printf("%u\n", count);
    return r;
}

/* A relay over the store as it is on disk, for what only it can say: the fresh document, logs. */
static int open_relay(const struct kk_config *config, struct kk_store **ret_store,
                      struct kk_relay **ret, struct kk_error *err)
{
    struct kk_relay_options o = { .notes_nothing = true, .now_ms = kk_clock_ms };
    struct kk_daemon_keys keys;
    int r = kk_desk_keys(config->desk, &keys, err);

    if (r == 0)
        r = open_store(config, ret_store, err);
    o.store = *ret_store;
    o.keys = keys.relay;
    if (r == 0)
        r = kk_relay_new(&o, ret, err);
    kk_secret_wipe(&keys, sizeof(keys));
    kk_secret_wipe(&o, sizeof(o));
    return r;
}

int kk_export_served(const struct kk_config *config, const char *path, struct kk_error *err)
{
    KK_AUTO_FREE(kk_store) struct kk_store *store = NULL;
    unsigned count = 0;
    int r = open_store(config, &store, err);

    if (r == 0)
        r = kk_spool_export_served(store, path, &count, err);
    if (r == 0)
        printf("%u\n", count);
    return r;
}

int kk_export_recovery(const struct kk_config *config, const char *path, struct kk_error *err)
{
    KK_AUTO_FREE(kk_store) struct kk_store *store = NULL;
    KK_AUTO_FREE(kk_relay) struct kk_relay *relay = NULL;
    unsigned logs = 0;
    int r = open_relay(config, &store, &relay, err);

    if (r == 0)
        r = kk_spool_export_recovery(relay, path, &logs, err);
    if (r == 0)
        printf("%u\n", logs);
    return r;
}

int kk_export_media(const struct kk_config *config, const struct kk_spool_media_for *who,
                    const char *path, struct kk_error *err)
{
    KK_AUTO_FREE(kk_store) struct kk_store *store = NULL;
    KK_AUTO_FREE(kk_relay) struct kk_relay *relay = NULL;
    struct kk_spool_media m;
    int r = open_relay(config, &store, &relay, err);

    if (r == 0)
        r = kk_spool_export_media(relay, who, path, &m, err);
    if (r == 0)
        printf("documents %u, blobs %u, entries %llu\n", m.documents, m.blobs,
               (unsigned long long)m.entries);
    return r;
}

int kk_export_static(const struct kk_config *config, const struct kk_spool_static_options *o,
                     struct kk_error *err)
{
    KK_AUTO_FREE(kk_store) struct kk_store *store = NULL;
    KK_AUTO_FREE(kk_relay) struct kk_relay *relay = NULL;
    struct kk_spool_static m;
    int r = open_relay(config, &store, &relay, err);

    if (r == 0)
        r = kk_spool_export_static(relay, o, &m, err);
    if (r == 0)
        printf("written %u, unchanged %u, removed %u\n", m.written, m.unchanged, m.removed);
    return r;
}
