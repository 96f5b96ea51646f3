/* kukyokud: the command line. */
#include "daemon.h"

#include "backup.h"
#include "export.h"
#include "options.def"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* systemd reads 78 as "the configuration is wrong: do not try again" (sysexits.h, EX_CONFIG). */
#define EXIT_CONFIG 78

struct arguments {
    const char *config, *backup;
    struct kk_export export;
    struct kk_restore restore;
    bool check, show, with_keys, backups, dry_run, test;
    struct kk_log log;
};

#define OPTION_ENUM(NAME, name, value, en, ja) OPTION_##NAME,
enum { KK_DAEMON_OPTIONS(OPTION_ENUM) };

static int usage(FILE *to)
{
#define OPTION_HELP(NAME, name, value, en, ja) { name, value, en },
    static const struct {
        const char *name, *value, *text;
    } rows[] = { KK_DAEMON_OPTIONS(OPTION_HELP) };

#define EXPORT_HELP(name, TAKES, arguments, en, ja)                                               \
    "       kukyokud --config FILE --export " #name " " arguments "\n"
    fprintf(to, "usage: kukyokud --config FILE [--check | --show]\n" KK_DAEMON_EXPORTS(EXPORT_HELP)
                "       kukyokud --config FILE --backup DIR [--with-keys]\n"
                "       kukyokud --config FILE --restore BACKUP [--dry-run | --test] [--force]\n"
                "       kukyokud --config FILE --backups\n\n");
    for (size_t i = 0; i < KK_COUNT(rows); i++)
        fprintf(to, "  --%s %*s%s\n", rows[i].name, (int)strlen(rows[i].name) - 20, rows[i].value,
                rows[i].text);
    return to == stdout ? KK_EXIT_OK : KK_EXIT_USAGE;
}

static int status_of(const struct kk_error_info *info)
{
    return info->fault == KK_E_CONFIG ? EXIT_CONFIG : (int)info->exit;
}

/* For those who collect lines: the same as an event. */
static int fail_json(const struct kk_log *log, const struct kk_error *err)
{
    const struct kk_error_info *info = kk_error_info(err->fault);
    char code[16];

    snprintf(code, sizeof(code), "E%d", -info->fault);
    kk_log(log, KK_LOG_FAILED, KK_LOG_TEXT("code", code), KK_LOG_TEXT("where", err->where),
           KK_LOG_TEXT("message", info->en), KK_LOG_TEXT("why", kk_error_detail(err, "en")),
           KK_LOG_TEXT("remedy", info->remedy_en), KK_LOG_TEXT("message_ja", info->ja),
           KK_LOG_TEXT("why_ja", kk_error_detail(err, "ja")),
           KK_LOG_TEXT("remedy_ja", info->remedy_ja));
    return status_of(info);
}

/*
 * Japanese first: the daemon's readers are the bureau's systems section. The journal files each
 * line by the level in front of it; without one a failure would be a notice among others.
 */
static int fail(const struct arguments *a, const struct kk_error *err)
{
    const struct kk_error_info *info = kk_error_info(err->fault);
    const char *level = getenv("JOURNAL_STREAM") ? "<3>" : "";

    if (a->log.format == KK_LOG_JSON)
        return fail_json(&a->log, err);
    fprintf(stderr, "%sエラー [E%d] %s: %s (%s)\n%s対処: %s\n", level, -info->fault, err->where,
            info->ja, kk_error_detail(err, "ja"), level, info->remedy_ja);
    fprintf(stderr, "%serror [E%d] %s: %s (%s)\n%sremedy: %s\n", level, -info->fault, err->where,
            info->en, kk_error_detail(err, "en"), level, info->remedy_en);
    return status_of(info);
}

static int work(const struct arguments *a, struct kk_config *config, struct kk_error *err)
{
    if (a->backup)
        return kk_backup_make(config, a->backup, a->with_keys, err);
    if (a->restore.from)
        return kk_backup_restore(config, &a->restore, err);
    return a->export.kind ? kk_export_run(&a->export, config, err)
                          : kk_daemon_run(a->config, config, &a->log, err);
}

static int run(const struct arguments *a)
{
    KK_AUTO_FINI(kk_config) struct kk_config config = { 0 };
    struct kk_error err = { 0 };
    bool well;

    if (kk_config_read(a->config, &config, &err) < 0)
        return fail(a, &err);
    if (a->check) {
        for (size_t i = 0; i < config.read.file_count; i++)
            printf("%s: ok\n", config.read.files[i]);
    }
    if (a->show)
        kk_config_show(&config, stdout);
    if (a->check || a->show)
        return fflush(stdout) == 0 ? KK_EXIT_OK : KK_EXIT_FAILED;
    if (a->backups) {
        kk_backup_show(&config, &well);
        return well ? KK_EXIT_OK : KK_EXIT_WARNINGS;
    }
    return work(a, &config, &err) < 0 ? fail(a, &err) : KK_EXIT_OK;
}

/* Who, and how long, belong to exports. */
static bool export_sound(const struct arguments *a)
{
    const struct kk_export *x = &a->export;

    return x->kind ? kk_export_sound(x) : !x->whom.ward && !x->whom.device && x->grace_ms < 0;
}

#define HOUR_MS    (60ll * 60 * 1000)
#define HOURS_MAX  (366 * 24)

static bool take_grace(struct arguments *a)
{
    unsigned hours;
    char end;

    if (sscanf(optarg, "%5u%c", &hours, &end) != 1 || hours > HOURS_MAX)
        return false;
    a->export.grace_ms = hours * HOUR_MS;
    return true;
}

/* One task at a time, and nothing that belongs to another. */
static bool backup_sound(struct arguments *a)
{
    int tasks = (a->check || a->show) + a->backups + (a->backup != NULL) +
                (a->restore.from != NULL) + (a->export.kind != NULL);

    if (tasks > 1 || (a->with_keys && !a->backup) || (a->dry_run && a->test))
        return false;
    if ((a->dry_run || a->test || a->restore.force) && !a->restore.from)
        return false;
    a->restore.mode = a->test ? KK_RESTORE_TEST : a->dry_run ? KK_RESTORE_DRY : KK_RESTORE;
    return true;
}

/* False for what is no option, or a value that it does not take. */
static bool take(struct arguments *a, int option)
{
    switch (option) {
    case OPTION_CONFIG:
        a->config = optarg;
        return true;
    case OPTION_CHECK:
        return a->check = true;
    case OPTION_SHOW:
        return a->show = true;
    case OPTION_LOG_FORMAT:
        return kk_log_format_parse(optarg, &a->log.format);
    case OPTION_EXPORT:
        a->export.kind = optarg;
        return true;
    case OPTION_WARD:
        a->export.whom.ward = optarg;
        return true;
    case OPTION_DEVICE:
        a->export.whom.device = optarg;
        return true;
    case OPTION_GRACE:
        return take_grace(a);
    case OPTION_BACKUP:
        a->backup = optarg;
        return true;
    case OPTION_WITH_KEYS:
        return a->with_keys = true;
    case OPTION_RESTORE:
        a->restore.from = optarg;
        return true;
    case OPTION_DRY_RUN:
        return a->dry_run = true;
    case OPTION_TEST:
        return a->test = true;
    case OPTION_FORCE:
        return a->restore.force = true;
    case OPTION_BACKUPS:
        return a->backups = true;
    default:
        return false;
    }
}

int main(int argc, char **argv)
{
#define OPTION_ROW(NAME, name, value, en, ja)                                                     \
    { name, (value)[0] ? required_argument : no_argument, NULL, OPTION_##NAME },
    static const struct option options[] = { KK_DAEMON_OPTIONS(OPTION_ROW){ NULL, 0, NULL, 0 } };
    struct arguments a = { .export = { .grace_ms = -1 }, .log = { stderr, KK_LOG_PLAIN } };
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == OPTION_HELP)
            return usage(stdout);
        if (c == OPTION_VERSION) {
            printf("kukyokud %s\n", KUKYOKU_VERSION);
            return KK_EXIT_OK;
        }
        if (!take(&a, c))
            return usage(stderr);
    }
    if (a.export.kind && optind < argc)
        a.export.path = argv[optind++];
    if (!a.config || optind < argc || !export_sound(&a) || !backup_sound(&a))
        return usage(stderr);
    return run(&a);
}
