/* kukyokud: the command line. */
#include "arguments.h"
#include "daemon.h"

#include "kukyoku/base/language.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* systemd reads 78 as "the configuration is wrong: do not try again" (sysexits.h, EX_CONFIG). */
#define EXIT_CONFIG 78

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
static int fail(const struct kk_arguments *a, const struct kk_error *err)
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

static int work(const struct kk_arguments *a, struct kk_config *config, struct kk_error *err)
{
    if (a->backup)
        return kk_backup_make(config, a->backup, a->with_keys, err);
    if (a->restore.from)
        return kk_backup_restore(config, &a->restore, err);
    return a->export.kind ? kk_export_run(&a->export, config, err)
                          : kk_daemon_run(a->config, config, &a->log, err);
}

static int run(const struct kk_arguments *a)
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

int main(int argc, char **argv)
{
    struct kk_arguments a;
    struct kk_error err = { 0 };

    if (kk_arguments_read(argc, argv, &a, &err) < 0)
        return fail(&a, &err);
    if (a.help)
        kk_arguments_help(stdout, kk_language_of(getenv));
    if (a.version)
        printf("kukyokud %s\n", KUKYOKU_VERSION);
    return a.help || a.version ? KK_EXIT_OK : run(&a);
}
