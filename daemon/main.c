/* kukyokud: the command line. */
#include "daemon.h"

#include "export.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

/* systemd reads 78 as "the configuration is wrong: do not try again" (sysexits.h, EX_CONFIG). */
#define EXIT_CONFIG 78

struct arguments {
    const char *config, *export_kind, *export_path;
    struct kk_spool_media_for whom;
    bool check;
};

static int usage(FILE *to)
{
    fprintf(to, "usage: kukyokud --config FILE [--check]\n"
                "       kukyokud --config FILE --export requests FILE\n"
                "       kukyokud --config FILE --export media (--ward W | --device ID) FILE\n\n"
                "  --config FILE           the settings (INI); see docs/operations.md\n"
                "  --check                 read the settings, say whether they are right, end\n"
                "  --export requests FILE  write the enrolment requests for the registrar\n"
                "  --export media FILE     write what a ward or device without a network may read\n"
                "  --version               print the version\n");
    return to == stdout ? KK_EXIT_OK : KK_EXIT_USAGE;
}

/* Japanese first: the daemon's readers are the bureau's systems section. */
static int fail(const struct kk_error *err)
{
    const struct kk_error_info *info = kk_error_info(err->fault);

    fprintf(stderr, "エラー [E%d] %s: %s (%s)\n対処: %s\n", -info->fault, err->where, info->ja,
            kk_error_detail(err, "ja"), info->remedy_ja);
    fprintf(stderr, "error [E%d] %s: %s (%s)\nremedy: %s\n", -info->fault, err->where, info->en,
            kk_error_detail(err, "en"), info->remedy_en);
    return info->fault == KK_E_CONFIG ? EXIT_CONFIG : (int)info->exit;
}

static int export(const struct arguments *a, const struct kk_config *config,
                  struct kk_error *err)
{
    return strcmp(a->export_kind, "media") == 0
               ? kk_export_media(config, &a->whom, a->export_path, err)
               : kk_export_requests(config, a->export_path, err);
}

static int run(const struct arguments *a)
{
    KK_AUTO_FINI(kk_config) struct kk_config config = { 0 };
    struct kk_error err = { 0 };

    if (kk_config_read(a->config, &config, &err) < 0)
        return fail(&err);
    if (a->check) {
        printf("%s: ok\n", a->config);
        return KK_EXIT_OK;
    }
    if ((a->export_kind ? export(a, &config, &err) : kk_daemon_run(a->config, &config, &err)) < 0)
        return fail(&err);
    return KK_EXIT_OK;
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

int main(int argc, char **argv)
{
    static const struct option options[] = {
        { "config", required_argument, NULL, 'c' }, { "check", no_argument, NULL, 'k' },
        { "export", required_argument, NULL, 'x' }, { "help", no_argument, NULL, 'h' },
        { "version", no_argument, NULL, 'v' },      { "ward", required_argument, NULL, 'w' },
        { "device", required_argument, NULL, 'd' }, { NULL, 0, NULL, 0 },
    };
    struct arguments a = { 0 };
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'c') {
            a.config = optarg;
        } else if (c == 'k') {
            a.check = true;
        } else if (c == 'x') {
            a.export_kind = optarg;
        } else if (c == 'w') {
            a.whom.ward = optarg;
        } else if (c == 'd') {
            a.whom.device = optarg;
        } else if (c == 'h') {
            return usage(stdout);
        } else if (c == 'v') {
            printf("kukyokud %s\n", KUKYOKU_VERSION);
            return KK_EXIT_OK;
        } else {
            return usage(stderr);
        }
    }
    if (a.export_kind && optind < argc)
        a.export_path = argv[optind++];
    if (!a.config || optind < argc || !export_sound(&a))
        return usage(stderr);
    return run(&a);
}
