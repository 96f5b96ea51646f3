/* Parse, choose language, home and output, run, report (run.h). */
#include "cmd/run.h"

#include "cmd/help.h"
#include "cmd/parse.h"
#include "config/prefs.h"
#include "os.h"

#include <stdlib.h>
#include <string.h>

static enum kk_lang language_of(int argc, const char *const *argv)
{
    const char *wanted = kk_parse_peek(argc, argv, "lang");
    enum kk_lang lang;

    if (wanted && kk_lang_parse(wanted, &lang))
        return lang;
    return kk_lang_parse(kk_os_language(), &lang) ? lang : KK_LANG_JA;
}

static int progress_of(struct kk_command *c, const char *text)
{
    static const char *const modes[] = { "auto", "never", "json" };

    for (unsigned i = 0; text && i < KK_COUNT(modes); i++) {
        if (strcmp(text, modes[i]) == 0) {
            c->out->progress = (enum kk_progress_mode)i;
            return 0;
        }
    }
    return text ? kk_command_usage(c, "--progress", "%s", KK_T(c, BAD_PROGRESS)) : 0;
}

/* An absolute path, so that it stays the same wherever the program goes. */
static int home_of(struct kk_command *c, char ret[KK_OS_PATH_MAX])
{
    const char *wanted = kk_command_option(c, "home");

    if (!wanted)
        wanted = getenv("KUKYOKU_HOME");
    if ((!wanted || !wanted[0]) && c->prefs->home)
        wanted = c->prefs->home;
    if (!wanted || !wanted[0])
        return kk_os_data_home(ret, &c->err);
    return kk_os_path_absolute(wanted, ret, &c->err);
}

/* `config` and `doctor` are asked about the settings themselves, and say what is wrong there. */
static bool is_about_settings(const struct kk_command *c)
{
    const char *noun = c->row ? c->row->noun : "help";

    return strcmp(noun, "config") == 0 || strcmp(noun, "doctor") == 0 ||
           strcmp(noun, "help") == 0 || kk_command_flag(c, "help");
}

/* What the page runs was settled when the page was opened. */
static int settings_of(struct kk_command *c, struct kk_prefs *ret)
{
    const char *file = kk_command_option(c, "config");
    int r;

    if (!file)
        file = getenv("KUKYOKU_CONFIG");
    c->settings_file = file && file[0] ? file : NULL;
    r = kk_prefs_default(ret, &c->err);
    c->prefs = ret;
    if (r == 0 && c->served && c->served->prefs)
        c->prefs = c->served->prefs;
    if (r < 0 || c->served)
        return r;
    if (!is_about_settings(c))
        return kk_prefs_read(c->settings_file, ret, &c->err);
    kk_ignore(kk_prefs_read(c->settings_file, ret, NULL));
    return 0;
}

static int set_up(struct kk_command *c, char home[KK_OS_PATH_MAX])
{
    const char *lang = kk_command_option(c, "lang");
    enum kk_lang known;

    c->dry_run = kk_command_flag(c, "dry-run");
    c->exit_unchanged = kk_command_flag(c, "exit-code-unchanged");
    c->out->quiet = kk_command_flag(c, "quiet");
    c->out->verbose = kk_command_flag(c, "verbose");
    if (kk_command_flag(c, "no-color") || getenv("NO_COLOR"))
        c->out->data_color = false;
    if (lang && !kk_lang_parse(lang, &known))
        return kk_command_usage(c, "--lang", "%s", KK_T(c, BAD_LANG));
    int r = progress_of(c, kk_command_option(c, "progress"));
    return r < 0 ? r : home_of(c, home);
}

static int perform(struct kk_command *c)
{
    KK_AUTO_FINI(kk_prefs) struct kk_prefs prefs = { .read = { .file_count = 0 } };
    char home[KK_OS_PATH_MAX];

    if (kk_command_flag(c, "version")) {
        fprintf(c->out->data, "kukyoku %s\n", KUKYOKU_VERSION);
        return 0;
    }
    int r = settings_of(c, &prefs);
    if (r == 0)
        r = set_up(c, home);
    if (r < 0)
        return r;
    c->home = home;
    if (!c->row)
        return kk_help_list(c->out);
    if (kk_command_flag(c, "help"))
        return kk_help_command(c, c->row, kk_command_arg(c, 0));
    r = c->row->run(c);
    if (r == 0 && c->dry_run)
        kk_out_say(c->out, "%s", KK_T(c, DRY_RUN));
    return r;
}

enum kk_exit kk_run(int argc, const char *const *argv, const struct kk_run_streams *streams)
{
    struct kk_parsed parsed;
    struct kk_out out = {
        .data = streams->data,
        .talk = streams->talk,
        .lang = language_of(argc, argv),
        .json = kk_parse_peek(argc, argv, "json") != NULL,
        .data_color = streams->data_terminal,
        .talk_terminal = streams->talk_terminal,
        .watch = streams->served ? streams->served->watch : NULL,
        .watch_user = streams->served ? streams->served->user : NULL,
    };
    struct kk_command c = {
        .out = &out,
        .served = streams->served,
        .stop = streams->served ? streams->served->stop : NULL,
        .lang = out.lang,
        .json = out.json,
    };
    int r = kk_parse(argc, argv, out.lang, &parsed, &c.err);

    c.row = parsed.row;
    c.args = parsed.args;
    c.arg_count = parsed.arg_count;
    c.given = parsed.given;
    c.given_count = parsed.given_count;
    if (r == 0)
        r = perform(&c);
    if (r == 0)
        r = kk_out_flush(&out, &c.err);
    if (r < 0) {
        fflush(out.data); /* what was already said stands before the error */
        kk_out_error(&out, r, &c.err);
        if (r == KK_E_USAGE && c.row && !out.json)
            kk_help_hint(&out, c.row);
        kk_command_exit(&c, kk_error_info(r)->exit);
    }
    return c.exit;
}
