/* The loop of kukyokud: everything that waits, waits here. [DM-17] */
#include "daemon.h"

#include "desk.h"
#include "log/log.h"
#include "log/repeat.h"
#include "net/net.h"
#include "notify.h"
#include "ops/ops.h"
#include "pulse.h"
#include "service.h"
#include "spool/heights.h"
#include "spool/spool.h"

#include "kukyoku/base/text.h"

#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#define SPOOL_MS 500
#define MIB      (1024 * 1024)

struct running {
    const char *config_path;
    struct kk_config *config;
    const struct kk_log *log;
    struct kk_daemon_keys keys;
    struct kk_store *store;
    struct kk_relay *relay;
    struct kk_worker *worker;
    struct kk_net *net;
    struct kk_ops *ops; /* NULL: nobody asked for it */
    struct kk_pulse pulse;
    uv_loop_t loop;
    uv_timer_t timer;
    uv_signal_t signals[3];
    struct kk_job scan; /* the spool, on the store thread */
    struct kk_error scan_error;
    struct kk_repeat scan_told;
    int64_t watchdog_ms; /* how often a supervisor wants to hear from the store thread; 0: never */
    uint64_t alive_ms;   /* when it last did */
    bool scanning, stopping;
};

static void fill_random(void *self, void *bytes, size_t len)
{
    (void)self;
    randombytes_buf(bytes, len);
}

/* --- the line --- */

static void on_ended(void *self, const struct kk_net_end *end)
{
    char device[2 * KK_ID_BYTES + 1] = "-";
    struct running *d = self;

    d->pulse.now.values[KK_METRIC_ENDED]++;
    d->pulse.now.values[KK_METRIC_RECEIVED] += (int64_t)end->received;
    d->pulse.now.values[KK_METRIC_SENT] += (int64_t)end->sent;
    if (end->device)
        kk_hex_encode(kk_slice(end->device, KK_ID_BYTES), device);
    kk_log(d->log, KK_LOG_SESSION, KK_LOG_TEXT("peer", end->peer), KK_LOG_TEXT("device", device),
           KK_LOG_TEXT("end", kk_end_name(end->end)), KK_LOG_INT("received", end->received),
           KK_LOG_INT("sent", end->sent));
}

static void on_refused(void *self, const char *peer, const char *why)
{
    struct running *d = self;

    d->pulse.now.values[KK_METRIC_REFUSED]++;
    kk_log(d->log, KK_LOG_REFUSED, KK_LOG_TEXT("peer", peer), KK_LOG_TEXT("why", why));
}

static struct kk_net_limits limits_of(const struct kk_config *c)
{
    struct kk_net_limits l = kk_net_limits_default;

    l.gate.preauth = (unsigned)c->preauth;
    l.gate.preauth_per_source = (unsigned)c->preauth_per_source;
    l.gate.sessions = (unsigned)c->sessions;
    l.gate.rate = (unsigned)c->handshakes;
    l.gate.rate_per_source = (unsigned)c->handshakes_per_source;
    l.sessions_per_device = (unsigned)c->sessions_per_device;
    l.outbound_soft = (size_t)c->outbound_soft;
    l.outbound_hard = (size_t)c->outbound_hard;
    l.write_ms = c->write_timeout * 1000;
    l.times.preauth = c->preauth_timeout * 1000;
    l.times.frame = c->frame_timeout * 1000;
    l.times.idle = c->idle_timeout * 1000;
    return l;
}

static int start_net(struct running *d, struct kk_error *err)
{
    struct kk_net_limits limits = limits_of(d->config);
    struct kk_net_options o = {
        .loop = &d->loop,
        .listen = (const char *const *)d->config->listen.items,
        .listen_count = d->config->listen.count,
        .secret = d->keys.transport[0],
        .entropy = { .fill = fill_random },
        .service = kk_service_of(d->relay),
        .worker = d->worker,
        .watch = { .ended = on_ended, .refused = on_refused, .self = d },
        .limits = &limits,
    };

    return kk_net_start(&o, &d->net, err);
}

/* --- the spool --- */

static void code_of(int fault, char ret[16])
{
    snprintf(ret, 16, "E%d", -fault);
}

static void on_file(void *user, const struct kk_spool_report *report)
{
    struct running *d = user;
    char code[16];

    kk_pulse_file(&d->pulse, report);
    code_of(report->fault, code);
    if (report->forgotten)
        kk_log(d->log, KK_LOG_RECALLED, KK_LOG_TEXT("file", report->name));
    else if (report->adopted)
        kk_log(d->log, KK_LOG_ADOPTED, KK_LOG_TEXT("file", report->name),
               KK_LOG_INT("documents", report->documents), KK_LOG_INT("blobs", report->blobs),
               KK_LOG_INT("operations", report->operations),
               KK_LOG_INT("invitations", report->invitations),
               KK_LOG_INT("requests", report->requests));
    else
        kk_log(d->log, KK_LOG_REJECTED, KK_LOG_TEXT("file", report->name),
               KK_LOG_TEXT("code", code));
}

/* --- a store that was restored --- */

static void on_news(void *user, const struct kk_relay_news *news)
{
    char scope[KK_SCOPE_NAME_MAX + 1], device[2 * KK_ID_BYTES + 1] = "-";
    struct running *d = user;

    snprintf(scope, sizeof(scope), "%.*s", (int)news->scope.len, (const char *)news->scope.data);
    if (news->device)
        kk_hex_encode(kk_slice(news->device, KK_ID_BYTES), device);
    switch (news->what) {
    case KK_NEWS_FOUND:
        kk_log(d->log, KK_LOG_RECOVER_FOUND, KK_LOG_TEXT("log", scope),
               KK_LOG_INT("here", news->from), KK_LOG_INT("there", news->to),
               KK_LOG_TEXT("device", device));
        break;
    case KK_NEWS_BACK:
        kk_log(d->log, KK_LOG_RECOVERED, KK_LOG_TEXT("log", scope),
               KK_LOG_INT("from", news->from), KK_LOG_INT("to", news->to),
               KK_LOG_TEXT("device", device));
        break;
    case KK_NEWS_ROSTER:
        kk_log(d->log, KK_LOG_RECOVER_ROSTER, KK_LOG_TEXT("log", scope));
        break;
    case KK_NEWS_ERA:
        kk_log(d->log, KK_LOG_ERA, KK_LOG_TEXT("log", scope), KK_LOG_INT("era", news->from),
               KK_LOG_INT("after", news->to),
               KK_LOG_INT("lost", news->shown > news->to ? news->shown - news->to : 0));
        break;
    }
}

/* A store that was put back by hand, and is older than what was noted beside it. [ER-10] */
static int find_older(struct running *d)
{
    unsigned logs = 0;
    int r = kk_relay_recovering(d->relay, &logs);

    if (r < 0 || logs > 0) /* `--restore` has begun it */
        return r;
    r = kk_heights_behind(d->store, d->config->spool);
    if (r <= 0)
        return r;
    kk_log(d->log, KK_LOG_STORE_OLDER, KK_LOG_TEXT("store", d->config->store));
    r = kk_relay_begin(d->relay);
    if (r == 0)
        r = kk_relay_mark_restored(d->store, kk_clock_ms(NULL), kk_slice_text(KK_HEIGHTS_FILE));
    if (r == 0)
        return kk_relay_commit(d->relay);
    kk_relay_rollback(d->relay);
    return r;
}

static void note_heights(struct running *d)
{
    if (kk_relay_grew(d->relay))
        kk_heights_note(d->store, d->config->spool);
}

static void tell_recovering(const struct running *d)
{
    unsigned logs;

    if (kk_relay_recovering(d->relay, &logs) == 0 && logs > 0)
        kk_log(d->log, KK_LOG_RECOVERING, KK_LOG_INT("logs", logs));
}

static void tell_spool(struct running *d, const char *where, int fault)
{
    char code[16];

    code_of(fault, code);
    kk_log(d->log, KK_LOG_SPOOL_FAILED, KK_LOG_TEXT("where", where), KK_LOG_TEXT("code", code));
}

/*
 * The batch around a job is the worker's; a file needs one of its own, so this one is ended first.
 * Where that fails none is begun again: the worker's commit then fails too, and with it every job
 * that stood in the batch.
 */
static void run_scan(struct kk_job *job)
{
    struct running *d = KK_OWNER_OF(job, struct running, scan);
    unsigned recovering;
    int r = kk_relay_commit(d->relay);

    d->scan_error = (struct kk_error){ 0 };
    if (r < 0)
        return;
    r = kk_spool_scan(d->relay, d->config->spool, on_file, d, &d->scan_error);
    note_heights(d);
    kk_pulse_documents(&d->pulse, kk_relay_trust(d->relay));
    if (kk_relay_recovering(d->relay, &recovering) == 0)
        d->pulse.scanned.values[KK_METRIC_RECOVERING] = recovering;
    if (kk_relay_begin(d->relay) == 0)
        job->fault = r;
}

/* The store thread has answered: loop and thread are both alive. Twice in the time allowed. */
static void tell_alive(struct running *d)
{
    if (d->watchdog_ms == 0 || uv_now(&d->loop) - d->alive_ms < (uint64_t)d->watchdog_ms / 2)
        return;
    d->alive_ms = uv_now(&d->loop);
    kk_notify("WATCHDOG=1");
}

static void scan_done(struct kk_job *job)
{
    struct running *d = KK_OWNER_OF(job, struct running, scan);

    d->scanning = false;
    if (d->pulse.scanned.values[KK_METRIC_ADOPTED] != d->pulse.now.values[KK_METRIC_ADOPTED])
        kk_net_stir(d->net);
    kk_pulse_scanned(&d->pulse, job->fault, uv_now(&d->loop));
    tell_alive(d);
    if (job->fault == 0)
        d->scan_told = (struct kk_repeat){ 0 };
    else if (kk_repeat_due(&d->scan_told, job->fault, d->scan_error.where,
                           (int64_t)uv_now(&d->loop)))
        tell_spool(d, d->scan_error.where, job->fault);
}

static void on_timer(uv_timer_t *timer)
{
    struct running *d = timer->data;

    if (d->scanning || d->stopping)
        return;
    d->scanning = true;
    d->scan = (struct kk_job){ .run = run_scan, .done = scan_done };
    kk_worker_post(d->worker, &d->scan);
}

/* --- what the machine's own tools ask --- */

static bool is_alive(void *self, const char **ret_why)
{
    struct running *d = self;

    return kk_pulse_alive(&d->pulse, uv_now(&d->loop), ret_why);
}

static bool is_ready(void *self, const char **ret_why)
{
    struct running *d = self;

    return kk_pulse_ready(&d->pulse, uv_now(&d->loop), ret_why);
}

static void measure(void *self, struct kk_metrics *ret)
{
    struct running *d = self;
    const char *why;

    kk_pulse_disk(&d->pulse, d->config);
    d->pulse.now.values[KK_METRIC_SESSIONS] = kk_net_sessions(d->net);
    d->pulse.now.values[KK_METRIC_READY] = is_ready(d, &why);
    *ret = d->pulse.now;
}

static int start_ops(struct running *d, struct kk_error *err)
{
    struct kk_ops_owner owner = { d, is_alive, is_ready, measure };

    d->pulse.heard_ms = uv_now(&d->loop);
    d->pulse.now.values[KK_METRIC_START] = kk_clock_ms(NULL) / 1000;
    return d->config->ops ? kk_ops_start(&d->loop, d->config->ops, &owner, &d->ops, err) : 0;
}

/* --- stopping --- */

static void worker_closed(void *user)
{
    (void)user;
}

static void net_closed(void *user)
{
    struct running *d = user;

    kk_worker_close(d->worker, worker_closed, d);
}

static void stop(struct running *d)
{
    if (d->stopping)
        return;
    d->stopping = d->pulse.stopping = true;
    kk_notify("STOPPING=1");
    uv_close((uv_handle_t *)&d->timer, NULL);
    for (size_t i = 0; i < KK_COUNT(d->signals); i++)
        uv_close((uv_handle_t *)&d->signals[i], NULL);
    kk_ops_close(KK_STEAL(d->ops));
    kk_net_close(d->net, net_closed, d);
}

static void reload(struct running *d)
{
    struct kk_config fresh = { 0 };
    struct kk_error err = { 0 };
    struct kk_net_limits limits;

    if (kk_config_read(d->config_path, &fresh, &err) < 0) {
        d->pulse.now.values[KK_METRIC_RELOADS_FAILED]++;
        kk_log(d->log, KK_LOG_RELOAD_FAILED, KK_LOG_TEXT("where", err.where),
               KK_LOG_TEXT("why", err.detail));
        return;
    }
    /* places stay as they are until a restart; limits count from now on */
    limits = limits_of(&fresh);
    kk_net_set_limits(d->net, &limits);
    kk_relay_set_hourly(d->relay, fresh.handed_in * MIB);
    kk_config_fini(&fresh);
    d->pulse.now.values[KK_METRIC_RELOADS]++;
    kk_log(d->log, KK_LOG_RELOAD, KK_LOG_TEXT("file", d->config_path));
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct running *d = handle->data;

    if (number != SIGHUP) {
        stop(d);
        return;
    }
    kk_notify("RELOADING=1");
    reload(d);
    kk_notify("READY=1");
}

static void watch_signals(struct running *d)
{
    static const int numbers[] = { SIGTERM, SIGINT, SIGHUP };

    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < KK_COUNT(d->signals); i++) {
        uv_signal_init(&d->loop, &d->signals[i]);
        d->signals[i].data = d;
        uv_signal_start(&d->signals[i], on_signal, numbers[i]);
    }
}

/* --- starting --- */

int kk_daemon_lock(const char *store, int *ret_fd, struct kk_error *err)
{
    char path[4096];
    int fd;

    snprintf(path, sizeof(path), "%s.lock", store);
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return kk_error_say(err, KK_E_IO, path, "the lock file can't be made",
                            "ロックファイルを作れません");
    if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        close(fd);
        return kk_error_say(err, KK_E_LOCKED, path, "another kukyokud runs on this store",
                            "別の kukyokud がこのストアで動いています");
    }
    *ret_fd = fd;
    return 0;
}

/*
 * A disk that is not mounted and a copy that came back empty look like a first start. Begun anew,
 * the daemon would have forgotten every act, and would tell each device so.
 */
static int check_not_lost(const struct kk_config *c, struct kk_error *err)
{
    struct stat st;
    bool there = stat(c->store, &st) == 0;

    if (there ? st.st_size > 0 : errno != ENOENT)
        return 0; /* whatever else is wrong with it is told when it is opened */
    if (!kk_desk_was_started(c->spool))
        return 0;
    return kk_error_say(err, KK_E_STORE_GONE, c->store,
                        there ? "the file is empty" : "there is no such file",
                        there ? "ファイルが空です" : "ファイルがありません");
}

/* The first start: the desk's documents go through the spool. */
static int begin_anew(struct running *d, struct kk_error *err)
{
    if (kk_desk_was_started(d->config->spool))
        return kk_error_say(err, KK_E_STORE_GONE, d->config->store, "it holds no root document",
                            "ルート文書がありません");
    return kk_desk_first_files(d->config->desk, d->config->spool, err);
}

static int open_all(struct running *d, struct kk_error *err)
{
    struct kk_store_options so = { .path = d->config->store };
    struct kk_relay_options ro = { .now_ms = kk_clock_ms, .tell = on_news, .user = d };
    int r = kk_desk_keys(d->config->desk, &d->keys, err);

    if (r == 0)
        r = kk_spool_prepare(d->config->spool, err);
    if (r == 0)
        r = check_not_lost(d->config, err);
    if (r == 0)
        r = kk_store_open_sqlite(&so, &d->store, err);
    if (r == 0 && kk_store_kept(d->store))
        kk_log(d->log, KK_LOG_UPGRADED, KK_LOG_TEXT("copy", kk_store_kept(d->store)));
    ro.store = d->store;
    ro.keys = d->keys.relay;
    if (r == 0)
        r = kk_relay_new(&ro, &d->relay, err);
    kk_secret_wipe(&ro, sizeof(ro));
    if (r == 0)
        kk_relay_set_hourly(d->relay, d->config->handed_in * MIB);
    if (r == 0 && !kk_trust_root(kk_relay_trust(d->relay)))
        r = begin_anew(d, err);
    if (r == 0)
        r = find_older(d);
    if (r == 0)
        kk_heights_note(d->store, d->config->spool);
    if (r == 0)
        r = kk_spool_scan(d->relay, d->config->spool, on_file, d, err);
    if (r == 0 || !d->relay || !kk_trust_root(kk_relay_trust(d->relay)))
        return r;
    tell_spool(d, err->where, r);
    *err = (struct kk_error){ 0 }; /* what is held is served; the timer tries again */
    return 0;
}

static int batch_begin(void *self)
{
    struct running *d = self;

    return kk_relay_begin(d->relay);
}

static int batch_commit(void *self)
{
    struct running *d = self;
    int r = kk_relay_commit(d->relay);

    if (r == 0)
        note_heights(d);
    return r;
}

/* Both or neither. */
static int start_lines(struct running *d, struct kk_error *err)
{
    int r = start_ops(d, err);

    if (r == 0)
        r = start_net(d, err);
    if (r < 0) {
        kk_ops_close(KK_STEAL(d->ops));
        kk_worker_close(d->worker, worker_closed, d);
    }
    return r;
}

static void tell_start(const struct running *d)
{
    kk_log(d->log, KK_LOG_START, KK_LOG_TEXT("listen", d->config->listen.items[0]),
           KK_LOG_INT("port", kk_net_port(d->net)),
           KK_LOG_INT("ops", d->ops ? kk_ops_port(d->ops) : 0));
}

static int run_loop(struct running *d, struct kk_error *err)
{
    struct kk_worker_batch batch = { .begin = batch_begin, .commit = batch_commit,
                                     .self = d };
    int r;

    uv_loop_init(&d->loop);
    r = kk_worker_start(&d->loop, &batch, &d->worker);
    if (r == 0)
        r = start_lines(d, err);
    if (r == 0) {
        uv_timer_init(&d->loop, &d->timer);
        d->timer.data = d;
        uv_timer_start(&d->timer, on_timer, SPOOL_MS, SPOOL_MS);
        watch_signals(d);
        d->watchdog_ms = kk_notify_watchdog_ms();
        tell_start(d);
        tell_recovering(d);
        kk_notify("READY=1");
    }
    uv_run(&d->loop, UV_RUN_DEFAULT);
    kk_assert(uv_loop_close(&d->loop) == 0);
    if (r == 0)
        kk_log(d->log, KK_LOG_STOP, KK_LOG_TEXT("reason", "signal"));
    return r;
}

int kk_daemon_run(const char *config_path, struct kk_config *config, const struct kk_log *log,
                  struct kk_error *err)
{
    struct running d = { .config_path = config_path, .config = config, .log = log };
    int lock = -1, r = kk_daemon_lock(config->store, &lock, err);

    if (r == 0)
        r = open_all(&d, err);
    if (r == 0)
        r = run_loop(&d, err);
    kk_relay_free(d.relay);
    kk_store_free(d.store);
    kk_secret_wipe(&d.keys, sizeof(d.keys));
    if (lock >= 0)
        close(lock);
    return r;
}
