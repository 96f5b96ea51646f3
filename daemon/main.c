/* kukyokud: the command line. */
#include "daemon.h"

#include "backup.h"
#include "export.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* systemd reads 78 as "the configuration is wrong: do not try again" (sysexits.h, EX_CONFIG). */
#define EXIT_CONFIG 78

struct arguments {
    const char *config, *export_kind, *export_path, *backup;
    struct kk_spool_media_for whom;
    struct kk_restore restore;
    bool check, show, with_keys, backups, dry_run, test;
    struct kk_log log;
};

static int usage(FILE *to)
{
    fprintf(to, "usage: kukyokud --config FILE [--check | --show]\n"
                "       kukyokud --config FILE --export requests FILE\n"
                "       kukyokud --config FILE --export media (--ward W | --device ID) FILE\n"
                "       kukyokud --config FILE --backup DIR [--with-keys]\n"
                "       kukyokud --config FILE --restore BACKUP [--dry-run | --test] [--force]\n"
                "       kukyokud --config FILE --backups\n\n"
                "  --config FILE           the settings (INI); see docs/operations.md\n"
                "  --check                 read the settings, say whether they are right, end\n"
                "  --show                  print every setting and where it stands (file:line)\n"
                "  --export requests FILE  write the enrolment requests for the registrar\n"
                "  --export media FILE     write what a ward or device without a network may read\n"
                "  --backup DIR            copy store and waiting files into a new folder of DIR,\n"
                "                          verified; keeps 7 days, 4 weeks, 12 months\n"
                "  --with-keys             the desk too, with its secret keys\n"
                "  --restore BACKUP        put a backup, or the newest of a folder, in place of\n"
                "                          the store, which is kept aside; stop the daemon first\n"
                "  --dry-run               say what --restore would do and lose; changes nothing\n"
                "  --test                  restore beside the store, compare, remove, remember\n"
                "  --force                 restore over a store that knows more than the backup\n"
                "  --backups               last backup, last restore test; 3 where one is old\n"
                "  --log-format FORMAT     text (for the journal) or json, one line an event\n"
                "  --version               print the version\n");
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

static int export(const struct arguments *a, const struct kk_config *config,
                  struct kk_error *err)
{
    return strcmp(a->export_kind, "media") == 0
               ? kk_export_media(config, &a->whom, a->export_path, err)
               : kk_export_requests(config, a->export_path, err);
}

static int work(const struct arguments *a, struct kk_config *config, struct kk_error *err)
{
    if (a->backup)
        return kk_backup_make(config, a->backup, a->with_keys, err);
    if (a->restore.from)
        return kk_backup_restore(config, &a->restore, err);
    return a->export_kind ? export(a, config, err) : kk_daemon_run(a->config, config, &a->log, err);
}

static int run(const struct arguments *a)
{
    KK_AUTO_FINI(kk_config) struct kk_config config = { 0 };
    struct kk_error err = { 0 };
    bool well;

    if (kk_config_read(a->config, &config, &err) < 0)
        return fail(a, &err);
    if (a->check) {
        for (size_t i = 0; i < config.file_count; i++)
            printf("%s: ok\n", config.files[i]);
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

/* media wants a ward or a device, requests neither. */
static bool export_sound(const struct arguments *a)
{
    bool whom = a->whom.ward || a->whom.device;

    if (!a->export_kind)
        return !whom;
    if (!a->export_path || (a->whom.ward && a->whom.device))
        return false;
    return whom ? strcmp(a->export_kind, "media") == 0
                : strcmp(a->export_kind, "requests") == 0;
}

/* One task at a time, and nothing that belongs to another. */
static bool backup_sound(struct arguments *a)
{
    int tasks = (a->check || a->show) + a->backups + (a->backup != NULL) +
                (a->restore.from != NULL) + (a->export_kind != NULL);

    if (tasks > 1 || (a->with_keys && !a->backup) || (a->dry_run && a->test))
        return false;
    if ((a->dry_run || a->test || a->restore.force) && !a->restore.from)
        return false;
    a->restore.mode = a->test ? KK_RESTORE_TEST : a->dry_run ? KK_RESTORE_DRY : KK_RESTORE;
    return true;
}

static const struct option options[] = {
    { "config", required_argument, NULL, 'c' },  { "check", no_argument, NULL, 'k' },
    { "export", required_argument, NULL, 'x' },  { "help", no_argument, NULL, 'h' },
    { "version", no_argument, NULL, 'v' },       { "ward", required_argument, NULL, 'w' },
    { "device", required_argument, NULL, 'd' },  { "backup", required_argument, NULL, 'b' },
    { "with-keys", no_argument, NULL, 's' },     { "restore", required_argument, NULL, 'r' },
    { "dry-run", no_argument, NULL, 'n' },       { "test", no_argument, NULL, 't' },
    { "force", no_argument, NULL, 'f' },         { "backups", no_argument, NULL, 'l' },
    { "show", no_argument, NULL, 'o' },          { "log-format", required_argument, NULL, 'm' },
    { NULL, 0, NULL, 0 },
};

/* false: no such option, or no value of it. */
static bool take_option(struct arguments *a, int c)
{
    switch (c) {
    case 'c':
        a->config = optarg;
        return true;
    case 'k':
        a->check = true;
        return true;
    case 'o':
        a->show = true;
        return true;
    case 'x':
        a->export_kind = optarg;
        return true;
    case 'w':
        a->whom.ward = optarg;
        return true;
    case 'd':
        a->whom.device = optarg;
        return true;
    case 'b':
        a->backup = optarg;
        return true;
    case 's':
        a->with_keys = true;
        return true;
    case 'r':
        a->restore.from = optarg;
        return true;
    case 'n':
        a->dry_run = true;
        return true;
    case 't':
        a->test = true;
        return true;
    case 'f':
        a->restore.force = true;
        return true;
    case 'l':
        a->backups = true;
        return true;
    case 'm':
        return kk_log_format_parse(optarg, &a->log.format);
    default:
        return false;
    }
}

int main(int argc, char **argv)
{
    struct arguments a = { .log = { stderr, KK_LOG_PLAIN } };
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'h')
            return usage(stdout);
        if (c == 'v') {
            printf("kukyokud %s\n", KUKYOKU_VERSION);
            return KK_EXIT_OK;
        }
        if (!take_option(&a, c))
            return usage(stderr);
    }
    if (a.export_kind && optind < argc)
        a.export_path = argv[optind++];
    if (!a.config || optind < argc || !export_sound(&a) || !backup_sound(&a))
        return usage(stderr);
    return run(&a);
}
