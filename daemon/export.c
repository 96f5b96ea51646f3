/* The ways out (export.h). */
#include "export.h"

#include "desk.h"
#include "kukyoku/base/text.h"
#include "options.def"

#include <stdio.h>

static int open_store(const struct kk_config *config, struct kk_store **ret, struct kk_error *err)
{
    struct kk_store_options o = { .path = config->store, .read_only = true };

    return kk_store_open_sqlite(&o, ret, err);
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

/* --- from the store alone --- */
typedef int counting_fn(struct kk_store *store, const char *path, unsigned *ret_count,
                        struct kk_error *err);

static int counted(counting_fn *fn, const struct kk_export *x, const struct kk_config *config,
                   struct kk_error *err)
{
    KK_AUTO_FREE(kk_store) struct kk_store *store = NULL;
    unsigned count = 0;
    int r = open_store(config, &store, err);

    if (r == 0)
        r = fn(store, x->path, &count, err);
    if (r == 0)
        printf("%u\n", count);
    return r;
}

static int export_requests(const struct kk_export *x, const struct kk_config *config,
                           struct kk_error *err)
{
    return counted(kk_spool_export_requests, x, config, err);
}

static int export_holders(const struct kk_export *x, const struct kk_config *config,
                          struct kk_error *err)
{
    return counted(kk_spool_export_holders, x, config, err);
}

static int export_served(const struct kk_export *x, const struct kk_config *config,
                         struct kk_error *err)
{
    return counted(kk_spool_export_served, x, config, err);
}

/* --- as the daemon would answer --- */
static int export_recovery(const struct kk_export *x, const struct kk_config *config,
                           struct kk_error *err)
{
    KK_AUTO_FREE(kk_store) struct kk_store *store = NULL;
    KK_AUTO_FREE(kk_relay) struct kk_relay *relay = NULL;
    unsigned logs = 0;
    int r = open_relay(config, &store, &relay, err);

    if (r == 0)
        r = kk_spool_export_recovery(relay, x->path, &logs, err);
    if (r == 0)
        printf("%u\n", logs);
    return r;
}

static int export_media(const struct kk_export *x, const struct kk_config *config,
                        struct kk_error *err)
{
    KK_AUTO_FREE(kk_store) struct kk_store *store = NULL;
    KK_AUTO_FREE(kk_relay) struct kk_relay *relay = NULL;
    struct kk_spool_media m;
    int r = open_relay(config, &store, &relay, err);

    if (r == 0)
        r = kk_spool_export_media(relay, &x->whom, x->path, &m, err);
    if (r == 0)
        printf("documents %u, blobs %u, entries %llu\n", m.documents, m.blobs,
               (unsigned long long)m.entries);
    return r;
}

static int export_static(const struct kk_export *x, const struct kk_config *config,
                         struct kk_error *err)
{
    KK_AUTO_FREE(kk_store) struct kk_store *store = NULL;
    KK_AUTO_FREE(kk_relay) struct kk_relay *relay = NULL;
    struct kk_spool_static_options o = { x->path, x->grace_ms < 0 ? KK_MIRROR_GRACE_MS
                                                                  : x->grace_ms };
    struct kk_spool_static m;
    int r = open_relay(config, &store, &relay, err);

    if (r == 0)
        r = kk_spool_export_static(relay, &o, &m, err);
    if (r == 0)
        printf("written %u, unchanged %u, removed %u\n", m.written, m.unchanged, m.removed);
    return r;
}

/* --- which of them --- */
enum kk_export_takes { TAKES_NOTHING, TAKES_WHOM, TAKES_GRACE };
#define EXPORT_ROW(name, TAKES, arguments, en, ja) { #name, TAKES_##TAKES, export_##name },
static const struct export_kind {
    const char *name;
    enum kk_export_takes takes;
    int (*run)(const struct kk_export *x, const struct kk_config *config, struct kk_error *err);
} kinds[] = { KK_DAEMON_EXPORTS(EXPORT_ROW) };

static const struct export_kind *kind_of(const struct kk_export *x)
{
    for (size_t i = 0; x->kind && i < KK_COUNT(kinds); i++) {
        if (strcmp(kinds[i].name, x->kind) == 0)
            return &kinds[i];
    }
    return NULL;
}

static const char *kind_name(const void *list, size_t i)
{
    return i < KK_COUNT(kinds) ? ((const struct export_kind *)list)[i].name : NULL;
}

static int unknown(const struct kk_export *x, struct kk_error *err)
{
#define KIND_NAME(name, TAKES, arguments, en, ja) " " #name
    static const char names[] = KK_DAEMON_EXPORTS(KIND_NAME);
    const char *near = kk_text_nearest(x->kind, kind_name, kinds);

    if (near)
        return kk_error_say(err, KK_E_USAGE, "--export", "no kind `%s`; did you mean %s?",
                            "`%s` はありません。%s のことですか", x->kind, near);
    return kk_error_say(err, KK_E_USAGE, "--export", "no kind `%s`; there are:%s",
                        "`%s` はありません。あるのは:%s", x->kind, names);
}

int kk_export_check(const struct kk_export *x, struct kk_error *err)
{
    const struct export_kind *kind = kind_of(x);
    int whom = (x->whom.ward != NULL) + (x->whom.device != NULL);

    if (!kind)
        return unknown(x, err);
    if (!x->path)
        return kk_error_say(err, KK_E_USAGE, "--export", "where to write it is missing",
                            "書き出す場所がありません");
    if (kind->takes == TAKES_WHOM && whom != 1)
        return kk_error_say(err, KK_E_USAGE, "--export", "%s needs --ward or --device",
                            "%s には --ward か --device の一方が要ります", kind->name);
    if (kind->takes != TAKES_WHOM && whom > 0)
        return kk_error_say(err, KK_E_USAGE, "--export", "%s takes neither --ward nor --device",
                            "%s に --ward や --device は付けられません", kind->name);
    if (kind->takes != TAKES_GRACE && x->grace_ms >= 0)
        return kk_error_say(err, KK_E_USAGE, "--export", "%s takes no --grace",
                            "%s に --grace は付けられません", kind->name);
    return 0;
}

int kk_export_run(const struct kk_export *x, const struct kk_config *config, struct kk_error *err)
{
    return kind_of(x)->run(x, config, err);
}
