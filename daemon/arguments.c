/* The command line (arguments.h). */
#include "arguments.h"

#include "kukyoku/base/text.h"
#include "options.def"

#include <getopt.h>
#include <string.h>

#define HOUR_MS   (60ll * 60 * 1000)
#define HOURS_MAX (366 * 24)

#define OPTION_ENUM(NAME, name, value, en, ja) OPTION_##NAME,
enum { KK_DAEMON_OPTIONS(OPTION_ENUM) OPTION_COUNT };

#define OPTION_PLACE(NAME, name, value, en, ja) "--" name,
static const char *const places[] = { KK_DAEMON_OPTIONS(OPTION_PLACE) };
#define OPTION_ROW(NAME, name, value, en, ja)                                                     \
    { name, (value)[0] ? required_argument : no_argument, NULL, OPTION_##NAME },
static const struct option options[] = { KK_DAEMON_OPTIONS(OPTION_ROW){ NULL, 0, NULL, 0 } };

/* Each begins a task of its own; only the first two go together. */
static const int tasks[] = { OPTION_CHECK,   OPTION_SHOW,    OPTION_EXPORT,
                             OPTION_BACKUP,  OPTION_RESTORE, OPTION_BACKUPS };
static const struct {
    int option, to;
} belongs[] = {
    { OPTION_WITH_KEYS, OPTION_BACKUP }, { OPTION_DRY_RUN, OPTION_RESTORE },
    { OPTION_TEST, OPTION_RESTORE },     { OPTION_FORCE, OPTION_RESTORE },
    { OPTION_WARD, OPTION_EXPORT },      { OPTION_DEVICE, OPTION_EXPORT },
    { OPTION_GRACE, OPTION_EXPORT },
};

struct reading {
    struct kk_arguments *into;
    bool given[OPTION_COUNT];
    struct kk_error *err;
};

static const char *option_name(const void *list, size_t i)
{
    return ((const struct option *)list)[i].name;
}

/* --- what is wrong with it --- */

static int unknown(const struct reading *rd, const char *typed)
{
    const char *near = kk_text_nearest(typed + strspn(typed, "-"), option_name, options);

    if (near)
        return kk_error_say(rd->err, KK_E_USAGE, typed, "no such option; did you mean --%s?",
                            "このオプションはありません。--%s のことですか", near);
    return kk_error_say(rd->err, KK_E_USAGE, typed, "no such option",
                        "このオプションはありません");
}

static int excluded(const struct reading *rd, int a, int b)
{
    return kk_error_say(rd->err, KK_E_USAGE, places[b], "does not go together with %s",
                        "%s と一緒には使えません", places[a]);
}

/* c: what getopt_long made of it */
static int refuse(const struct reading *rd, int c, const char *typed)
{
    if (c == ':')
        return kk_error_say(rd->err, KK_E_USAGE, typed, "it needs a value", "値が要ります");
    if (optopt > 0)
        return kk_error_say(rd->err, KK_E_USAGE, typed, "it takes no value",
                            "値は付けられません");
    return unknown(rd, typed);
}

/* --- one option --- */

static bool take_grace(struct kk_arguments *a)
{
    unsigned hours;
    char end;

    if (sscanf(optarg, "%5u%c", &hours, &end) != 1 || hours > HOURS_MAX)
        return false;
    a->export.grace_ms = hours * HOUR_MS;
    return true;
}

/* Where the value of an option goes; NULL: it has none, or one of its own form. */
static const char **text_of(struct kk_arguments *a, int option)
{
    switch (option) {
    case OPTION_CONFIG:
        return &a->config;
    case OPTION_EXPORT:
        return &a->export.kind;
    case OPTION_WARD:
        return &a->export.whom.ward;
    case OPTION_DEVICE:
        return &a->export.whom.device;
    case OPTION_BACKUP:
        return &a->backup;
    case OPTION_RESTORE:
        return &a->restore.from;
    default:
        return NULL;
    }
}

static int take(struct reading *rd, int option)
{
    const char **text = text_of(rd->into, option);

    if (rd->given[option])
        return kk_error_say(rd->err, KK_E_USAGE, places[option], "it stands twice",
                            "二度指定されています");
    rd->given[option] = true;
    if (text)
        *text = optarg;
    if (option == OPTION_LOG_FORMAT && !kk_log_format_parse(optarg, &rd->into->log.format))
        return kk_error_say(rd->err, KK_E_USAGE, places[option],
                            "text or json, not `%s`", "text か json です（`%s`）", optarg);
    if (option == OPTION_GRACE && !take_grace(rd->into))
        return kk_error_say(rd->err, KK_E_USAGE, places[option],
                            "a number of hours up to %d, not `%s`",
                            "%d 以下の時間数です（`%s`）", HOURS_MAX, optarg);
    return 0;
}

/* --- the whole line --- */

static int read_options(struct reading *rd, int argc, char **argv)
{
    int c, r = 0;

    opterr = 0;
    while (r == 0 && (c = getopt_long(argc, argv, ":", options, NULL)) != -1)
        r = c < OPTION_COUNT ? take(rd, c) : refuse(rd, c, argv[optind - 1]);
    return r;
}

static int check_tasks(const struct reading *rd)
{
    int first = -1;

    for (size_t i = 0; i < KK_COUNT(tasks); i++) {
        if (!rd->given[tasks[i]])
            continue;
        if (first >= 0 && !(first == OPTION_CHECK && tasks[i] == OPTION_SHOW))
            return excluded(rd, first, tasks[i]);
        first = tasks[i];
    }
    for (size_t i = 0; i < KK_COUNT(belongs); i++) {
        if (rd->given[belongs[i].option] && !rd->given[belongs[i].to])
            return kk_error_say(rd->err, KK_E_USAGE, places[belongs[i].option],
                                "it belongs to %s", "%s と一緒に使います",
                                places[belongs[i].to]);
    }
    return rd->given[OPTION_DRY_RUN] && rd->given[OPTION_TEST]
               ? excluded(rd, OPTION_DRY_RUN, OPTION_TEST)
               : 0;
}

static void settle(struct reading *rd)
{
    struct kk_arguments *a = rd->into;

    a->check = rd->given[OPTION_CHECK];
    a->show = rd->given[OPTION_SHOW];
    a->with_keys = rd->given[OPTION_WITH_KEYS];
    a->backups = rd->given[OPTION_BACKUPS];
    a->restore.force = rd->given[OPTION_FORCE];
    a->restore.mode = rd->given[OPTION_TEST]      ? KK_RESTORE_TEST
                      : rd->given[OPTION_DRY_RUN] ? KK_RESTORE_DRY
                                                  : KK_RESTORE;
    a->help = rd->given[OPTION_HELP];
    a->version = rd->given[OPTION_VERSION];
}

int kk_arguments_read(int argc, char **argv, struct kk_arguments *ret, struct kk_error *err)
{
    struct reading rd = { .into = ret, .err = err };
    int r;

    *ret = (struct kk_arguments){ .export = { .grace_ms = -1 }, .log = { stderr, KK_LOG_PLAIN } };
    r = read_options(&rd, argc, argv);
    settle(&rd);
    if (r < 0 || ret->help || ret->version)
        return r;
    if (ret->export.kind && optind < argc)
        ret->export.path = argv[optind++];
    if (optind < argc)
        return kk_error_say(err, KK_E_USAGE, argv[optind], "nothing takes this",
                            "余分な引数です");
    if (!ret->config)
        return kk_error_say(err, KK_E_USAGE, "--config", "it is needed", "指定が必要です");
    r = check_tasks(&rd);
    return r == 0 && ret->export.kind ? kk_export_check(&ret->export, err) : r;
}

void kk_arguments_help(FILE *to, const char *lang)
{
#define OPTION_HELP(NAME, name, value, en, ja) { name, value, en, ja },
    static const struct {
        const char *name, *value, *en, *ja;
    } rows[] = { KK_DAEMON_OPTIONS(OPTION_HELP) };
#define USE_HELP(arguments) "kukyokud " arguments,
#define EXPORT_HELP(name, TAKES, arguments, en, ja)                                               \
    "kukyokud --config FILE --export " #name " " arguments,
    static const char *const uses[] = { KK_DAEMON_USES(USE_HELP) KK_DAEMON_EXPORTS(EXPORT_HELP) };
    bool ja = strcmp(lang, "ja") == 0;

    for (size_t i = 0; i < KK_COUNT(uses); i++)
        fprintf(to, "%s %s\n", i > 0 ? (ja ? "       " : "      ") : ja ? "使い方:" : "usage:",
                uses[i]);
    fputc('\n', to);
    for (size_t i = 0; i < KK_COUNT(rows); i++)
        fprintf(to, "  --%s %*s%s\n", rows[i].name, (int)strlen(rows[i].name) - 20, rows[i].value,
                ja ? rows[i].ja : rows[i].en);
    fprintf(to, "\n%s\n", ja ? "--export の種類" : "kinds of --export");
#define KIND_HELP(name, TAKES, arguments, en, ja)                                                 \
    fprintf(to, "  %-22s%s\n", #name, strcmp(lang, "ja") == 0 ? (ja) : (en));
    KK_DAEMON_EXPORTS(KIND_HELP)
}
