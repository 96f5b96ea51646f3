/*
 * The command line (parse.h). The tables are our own, not getopt_long's, because its messages are
 * English and its state is global; the notation is the same.
 */
#include "cmd/parse.h"

#include "kukyoku/base/text.h"

#include <string.h>

static const struct kk_option_row globals[] = {
    { "config", "FILE", KK_OPTION_MAY, "the settings file, instead of the usual ones (or "
      "KUKYOKU_CONFIG)", "設定ファイル（KUKYOKU_CONFIG でも指定できます）" },
    { "home", "DIR", KK_OPTION_MAY, "where this person's data stands (or KUKYOKU_HOME)",
      "データの置き場所（KUKYOKU_HOME でも指定できます）" },
    { "json", "", KK_OPTION_MAY, "print JSON, also for errors", "結果とエラーを JSON で出力します" },
    { "lang", "ja|en", KK_OPTION_MAY, "language of messages", "表示言語" },
    { "dry-run", "", KK_OPTION_MAY, "say what would be done and change nothing",
      "変更せず、行われる内容だけを表示します" },
    { "quiet", "", KK_OPTION_MAY, "no remarks (-q)", "補足を表示しません（-q）" },
    { "verbose", "", KK_OPTION_MAY, "more remarks (-v)", "補足を詳しく表示します（-v）" },
    { "no-color", "", KK_OPTION_MAY, "no colours (or NO_COLOR)", "色を付けません（NO_COLOR でも可）" },
    { "progress", "MODE", KK_OPTION_MAY, "auto, never or json", "進み具合の表示: auto, never, json" },
    { "exit-code-unchanged", "", KK_OPTION_MAY, "end with 4 when nothing was to be done",
      "何もすることがなければ終了コード 4 で終わります" },
    { "passphrase-file", "FILE", KK_OPTION_MANY, "file with the passphrase of the keys",
      "鍵のパスフレーズを記したファイル" },
    { "help", "", KK_OPTION_MAY, "explain the command (-h)", "コマンドの説明を表示します（-h）" },
    { "version", "", KK_OPTION_MAY, "print the version", "版を表示します" },
};

const struct kk_option_row *kk_command_globals(size_t *ret_count)
{
    *ret_count = KK_COUNT(globals);
    return globals;
}

struct line {
    int argc;
    const char *const *argv;
    enum kk_lang lang;
    struct kk_parsed *p;
    struct kk_error *err;
};

static const struct kk_option_row *find_in(const struct kk_option_row *rows, size_t count,
                                           const char *name, size_t len)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(rows[i].name) == len && memcmp(rows[i].name, name, len) == 0)
            return &rows[i];
    }
    return NULL;
}

static const struct kk_option_row *find_option(const struct kk_command_row *row, const char *name,
                                               size_t len)
{
    const struct kk_option_row *found = NULL;

    if (row)
        found = find_in(row->options, row->option_count, name, len);
    return found ? found : find_in(globals, KK_COUNT(globals), name, len);
}

/* The long name behind a word; NULL when it is no option. A value may follow an '='. */
static const char *option_name(const char *word, size_t *ret_len)
{
    const char *name = NULL;

    if (strcmp(word, "-h") == 0)
        name = "help";
    else if (strcmp(word, "-q") == 0)
        name = "quiet";
    else if (strcmp(word, "-v") == 0)
        name = "verbose";
    else if (word[0] == '-' && word[1] == '-' && word[2] != 0)
        name = word + 2;
    else if (word[0] == '-' && word[1] != 0)
        name = word + 1; /* no short option of ours: reported under this name */
    if (name)
        *ret_len = strcspn(name, "=");
    return name;
}

/* --- suggestions --- */
static const char *option_at(const void *list, size_t i)
{
    const struct kk_command_row *row = list;
    size_t own = row ? row->option_count : 0;

    if (i < own)
        return row->options[i].name;
    return i - own < KK_COUNT(globals) ? globals[i - own].name : NULL;
}

/* "no option `x`; did you mean `y`?" */
static int unknown_option(const struct line *l, const char *typed)
{
    const char *near = kk_text_nearest(typed, option_at, l->p->row);
    char meant[KK_ERROR_WHERE_MAX] = "", text[KK_ERROR_DETAIL_MAX];

    if (near)
        snprintf(meant, sizeof meant, KK_T(l, DID_YOU_MEAN), near);
    snprintf(text, sizeof text, KK_T(l, UNKNOWN_OPTION), typed);
    return kk_error_set(l->err, KK_E_USAGE, "", "%s%s", text, meant);
}

/* --- noun and verb --- */
/* A verb of the noun, or a noun that stands alone and takes arguments. */
static int find_command(struct line *l, const char *noun, const char *verb, bool *ret_took_verb)
{
    const struct kk_command_row *row = verb ? kk_command_find(noun, verb) : NULL;
    char verbs[KK_ERROR_DETAIL_MAX / 2] = "";

    *ret_took_verb = row != NULL;
    if (!row)
        row = kk_command_find(noun, "");
    l->p->row = row;
    if (row)
        return 0;
    if (!kk_command_noun_known(noun))
        return kk_command_unknown(l->err, l->lang, noun, NULL);
    if (verb)
        return kk_command_unknown(l->err, l->lang, noun, verb);
    for (size_t i = 0, n = 0; n < sizeof verbs && kk_command_verb(noun, i); i++)
        n += (size_t)snprintf(verbs + n, sizeof verbs - n, "%s%s", i ? " · " : "",
                              kk_command_verb(noun, i));
    return kk_error_set(l->err, KK_E_USAGE, "", KK_T(l, VERB_NEEDED), noun, verbs);
}

/* --- options --- */
static int take_option(struct line *l, int *at)
{
    size_t len = 0;
    const char *name = option_name(l->argv[*at], &len);
    const struct kk_option_row *option = find_option(l->p->row, name, len);
    const char *value = name[len] == '=' ? name + len + 1 : NULL;
    char typed[64];

    snprintf(typed, sizeof typed, "%.*s", len < 60 ? (int)len : 60, name);
    if (!option)
        return unknown_option(l, typed);
    if (option->value[0] == 0) {
        if (value)
            return kk_error_set(l->err, KK_E_USAGE, "", KK_T(l, OPTION_TAKES_NONE), typed);
        value = "";
    } else if (!value) {
        if (*at + 1 >= l->argc)
            return kk_error_set(l->err, KK_E_USAGE, "", KK_T(l, OPTION_NEEDS_VALUE), typed);
        value = l->argv[++*at];
    }
    bool again = option->rule == KK_OPTION_MANY || option->rule == KK_OPTION_SOME ||
                 option->value[0] == 0;
    for (size_t i = 0; i < l->p->given_count && !again; i++) {
        if (l->p->given[i].option == option)
            return kk_error_set(l->err, KK_E_USAGE, "", KK_T(l, OPTION_TWICE), typed);
    }
    l->p->given[l->p->given_count++] = (struct kk_given){ option, value };
    return 0;
}

static bool given(const struct kk_parsed *p, const char *name)
{
    for (size_t i = 0; i < p->given_count; i++) {
        if (strcmp(p->given[i].option->name, name) == 0)
            return true;
    }
    return false;
}

static int check_whole(const struct line *l)
{
    const struct kk_command_row *row = l->p->row;
    size_t least, most;

    if (!row || given(l->p, "help"))
        return 0;
    kk_command_counts(row, &least, &most);
    if (l->p->arg_count < least)
        return kk_error_set(l->err, KK_E_USAGE, "", KK_T(l, TOO_FEW), row->arguments);
    if (l->p->arg_count > most)
        return kk_error_set(l->err, KK_E_USAGE, "", KK_T(l, TOO_MANY), l->p->args[most]);
    for (size_t i = 0; i < row->option_count; i++) {
        enum kk_option_rule rule = row->options[i].rule;

        if ((rule == KK_OPTION_MUST || rule == KK_OPTION_SOME) &&
            !given(l->p, row->options[i].name))
            return kk_error_set(l->err, KK_E_USAGE, "", KK_T(l, OPTION_MUST),
                                row->options[i].name);
    }
    return 0;
}

/*
 * The first words that are no options and no values of global ones name the command; its own
 * options are known only after them, so the words are looked at twice.
 */
static int find_words(struct line *l, int ret_at[2])
{
    const char *words[2] = { NULL, NULL };
    size_t count = 0;

    for (int i = 1; i < l->argc && count < 2; i++) {
        size_t len = 0;
        const char *name = option_name(l->argv[i], &len);

        if (strcmp(l->argv[i], "--") == 0)
            break;
        if (!name) {
            ret_at[count] = i;
            words[count++] = l->argv[i];
            continue;
        }
        const struct kk_option_row *option = find_option(NULL, name, len);
        if (count > 0 && !option)
            break; /* an option of the command: no verb stands behind it */
        i += option && option->value[0] && name[len] == 0;
    }
    if (count == 0)
        return 0;
    bool took_verb;
    int r = find_command(l, words[0], words[1], &took_verb);
    if (!took_verb)
        ret_at[1] = 0;
    return r;
}

int kk_parse(int argc, const char *const *argv, enum kk_lang lang, struct kk_parsed *ret,
             struct kk_error *err)
{
    struct line l = { argc, argv, lang, ret, err };
    int skip[2] = { 0, 0 };
    bool only_args = false;

    *ret = (struct kk_parsed){ 0 };
    if (argc > KK_PARSE_WORDS_MAX)
        return kk_error_set(err, KK_E_USAGE, "", KK_TEXT(lang, TOO_MANY), argv[argc - 1]);
    int r = find_words(&l, skip);
    for (int i = 1; i < argc && r == 0; i++) {
        size_t len;

        if (i == skip[0] || i == skip[1])
            continue;
        if (!only_args && strcmp(argv[i], "--") == 0)
            only_args = true;
        else if (!only_args && option_name(argv[i], &len))
            r = take_option(&l, &i);
        else
            ret->args[ret->arg_count++] = argv[i];
    }
    return r < 0 ? r : check_whole(&l);
}

const char *kk_parse_peek(int argc, const char *const *argv, const char *name)
{
    size_t len = strlen(name);

    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strncmp(argv[i], "--", 2) != 0 || strncmp(argv[i] + 2, name, len) != 0)
            continue;
        if (argv[i][2 + len] == '=')
            return argv[i] + 3 + len;
        if (argv[i][2 + len] == 0)
            return i + 1 < argc ? argv[i + 1] : "";
    }
    return NULL;
}
