/*
 * The manual pages in roff, in both languages: kukyoku(1), kukyokud(8), kukyokud.ini(5),
 * kukyoku-errors(7), from the lists that the programs are compiled from.
 */
#include "derived.h"

#include "cmd/command.h"
#include "config/prefs.def"
#include "config/settings.def"
#include "options.def"

#include "kukyoku/base/text.h"
#include "kukyoku/error.h"

#include <stdio.h>
#include <string.h>

#define PICK(lang, en, ja) ((lang) == KK_LANG_JA ? (ja) : (en))

static bool is_hiragana(uint32_t c)
{
    return c >= 0x3041 && c <= 0x3096;
}

static bool closes(uint32_t c)
{
    return c == 0x3001 || c == 0x3002 || c == 0xff09 || c == 0x300d || c == 0x30fb;
}

/* Japanese has no blanks: a line may end after a mark that closes, or where a word begins. */
static bool may_break(uint32_t c, uint32_t next)
{
    if (next <= ' ' || closes(next))
        return false;
    return closes(c) || (is_hiragana(c) && !is_hiragana(next));
}

/* A line of text: what roff would read as its own is escaped, `code` is bold. */
static void text(const char *words)
{
    struct kk_slice rest = kk_slice_text(words);
    bool bold = false;

    if (*words == '.' || *words == '\'')
        printf("\\&");
    while (rest.len > 0) {
        const uint8_t *at = rest.data;
        uint32_t c = kk_utf8_take(&rest);
        struct kk_slice ahead = rest;

        if (c == '`') {
            bold = !bold;
            printf(bold ? "\\fB" : "\\fR");
        } else if (c == '\\') {
            printf("\\e");
        } else if (c == '-') {
            printf("\\-");
        } else {
            fwrite(at, 1, (size_t)(rest.data - at), stdout);
        }
        if (may_break(c, ahead.len ? kk_utf8_take(&ahead) : 0))
            printf("\\:");
    }
}

static void line(const char *words)
{
    text(words);
    putchar('\n');
}

static void head(const char *name, int section)
{
    printf(".\\\" -*- mode: troff; coding: utf-8 -*-\n"
           ".\\\" Printed from the lists in the code; renewed by tests/lint/derived.py --write.\n"
           ".TH %s %d \"\" \"Kukyoku " KUKYOKU_VERSION "\"\n.ad l\n.nh\n",
           name, section);
}

static void chapter(enum kk_lang lang, const char *en, const char *ja)
{
    printf(".SH %s\n", PICK(lang, en, ja));
}

static void name(enum kk_lang lang, const char *program, const char *en, const char *ja)
{
    chapter(lang, "NAME", "名前");
    text(program);
    printf(" \\- ");
    line(PICK(lang, en, ja));
}

static void see_also(enum kk_lang lang, const char *pages)
{
    chapter(lang, "SEE ALSO", "関連項目");
    line(pages);
}

static void statuses(enum kk_lang lang)
{
    size_t count;
    const struct derived_status *list = derived_statuses(&count);

    chapter(lang, "EXIT STATUS", "終了ステータス");
    for (size_t i = 0; i < count; i++) {
        printf(".TP\n.B %d\n", list[i].exit);
        line(PICK(lang, list[i].en, list[i].ja));
    }
}

/* --- kukyoku(1) --- */

static void option(enum kk_lang lang, const struct kk_option_row *o)
{
    bool must = o->rule == KK_OPTION_MUST || o->rule == KK_OPTION_SOME;
    bool many = o->rule == KK_OPTION_MANY || o->rule == KK_OPTION_SOME;

    printf(".TP\n\\fB\\-\\-");
    text(o->name);
    printf("\\fR");
    if (o->value[0]) {
        printf(" \\fI");
        text(o->value);
        printf("\\fR");
    }
    if (must)
        printf(PICK(lang, " (needed)", "（必須）"));
    if (many)
        printf(PICK(lang, " (may be repeated)", "（繰り返し可）"));
    putchar('\n');
    line(PICK(lang, o->en, o->ja));
}

static void command(enum kk_lang lang, const struct kk_command_row *row)
{
    printf(".SS \"");
    text(row->noun);
    if (row->verb[0])
        printf(" ");
    text(row->verb);
    if (row->arguments[0])
        printf(" ");
    text(row->arguments);
    printf("\"\n");
    line(PICK(lang, row->en, row->ja));
    printf(PICK(lang, "(for %s)\n", "（対象: %s）\n"), kk_who_text(row->who, lang));
    for (size_t i = 0; i < row->option_count; i++)
        option(lang, &row->options[i]);
}

static void places(enum kk_lang lang)
{
    chapter(lang, "ENVIRONMENT", "環境変数");
    printf(".TP\n.B KUKYOKU_HOME\n");
    line(PICK(lang, "where this person's data stands, without --home",
              "データの置き場所（--home を省いたとき）"));
    printf(".TP\n.B KUKYOKU_CONFIG\n");
    line(PICK(lang, "the settings file, without --config", "設定ファイル（--config を省いたとき）"));
    printf(".TP\n.B LC_ALL, LC_MESSAGES, LANG\n");
    line(PICK(lang, "language of messages, without --lang; Japanese unless it begins with en",
              "表示言語（--lang を省いたとき）。en で始まらなければ日本語です"));
    printf(".TP\n.B NO_COLOR\n");
    line(PICK(lang, "no colours", "色を付けません"));
    chapter(lang, "FILES", "ファイル");
    printf(".TP\n.I ~/.local/share/kukyoku\n");
    line(PICK(lang, "the home, where neither --home nor KUKYOKU_HOME names another",
              "--home も KUKYOKU_HOME もないときのデータの置き場所"));
}

static void print_kukyoku(enum kk_lang lang)
{
    size_t count;
    const struct kk_option_row *globals = kk_command_globals(&count);
    const struct kk_command_row *rows;

    head("KUKYOKU", 1);
    name(lang, "kukyoku", "a bureau and its wards on the same page",
         "局と区が同じ情報を見るためのプログラム");
    chapter(lang, "SYNOPSIS", "書式");
    printf("\\fBkukyoku\\fR \\fINOUN\\fR [\\fIVERB\\fR] [\\fIARGUMENT\\fR ...] "
           "[\\fB\\-\\-\\fIOPTION\\fR ...]\n");
    chapter(lang, "DESCRIPTION", "説明");
    line(PICK(lang,
              "Data goes to standard output, everything else to standard error. With --json every "
              "command prints JSON, errors too. `kukyoku help NOUN VERB` explains one command.",
              "データは標準出力に、それ以外は標準エラー出力に出します。--json を付けると、エラーも"
              "含めて JSON で出力します。`kukyoku help NOUN VERB` で個別の説明を表示します。"));
    chapter(lang, "OPTIONS OF EVERY COMMAND", "共通オプション");
    for (size_t i = 0; i < count; i++)
        option(lang, &globals[i]);
    chapter(lang, "COMMANDS", "コマンド");
    rows = kk_command_table(&count);
    for (size_t i = 0; i < count; i++)
        command(lang, &rows[i]);
    statuses(lang);
    places(lang);
    see_also(lang, "kukyoku.ini(5), kukyoku-errors(7), kukyokud(8)");
}

/* --- kukyokud(8) --- */

#define DAEMON_OPTION(NAME, name, value, en, ja) { name, value, KK_OPTION_MAY, en, ja },

#define DAEMON_USE(arguments) "kukyokud " arguments,
#define DAEMON_EXPORT_USE(name, TAKES, arguments, en, ja)                                         \
    "kukyokud --config FILE --export " #name " " arguments,

/* A line as it is written: options and names bold, what they stand for in italics. */
static void use(const char *text)
{
    while (*text) {
        size_t len = strcspn(text, " [](|)");

        if (len == 0) {
            putchar(*text++);
            continue;
        }
        printf("\\f%c", *text >= 'A' && *text <= 'Z' ? 'I' : 'B');
        for (; len > 0; len--, text++)
            printf(*text == '-' ? "\\-" : "%c", *text);
        printf("\\fR");
    }
    putchar('\n');
}

static void print_kukyokud(enum kk_lang lang)
{
    static const char *const uses[] = { KK_DAEMON_USES(DAEMON_USE)
                                            KK_DAEMON_EXPORTS(DAEMON_EXPORT_USE) };
    static const struct kk_option_row rows[] = { KK_DAEMON_OPTIONS(DAEMON_OPTION) };

    head("KUKYOKUD", 8);
    name(lang, "kukyokud", "relays and orders between a bureau and its wards",
         "局と区のあいだで記録を受け渡し、順序を付けるデーモン");
    chapter(lang, "SYNOPSIS", "書式");
    for (size_t i = 0; i < KK_COUNT(uses); i++) {
        printf("%s", i > 0 ? ".br\n" : "");
        use(uses[i]);
    }
    chapter(lang, "DESCRIPTION", "説明");
    line(PICK(lang,
              "Runs in the foreground until SIGTERM or SIGINT; SIGHUP reads the settings again: "
              "limits count from then on, paths and addresses from the next start. Files in "
              "spool/in are checked and taken, or moved to spool/bad with the reason.",
              "SIGTERM か SIGINT まで前面で動きます。SIGHUP で設定を読み直します（制限はその時から、"
              "パスとアドレスは次の起動から有効です）。spool/in のファイルは検査して取り込み、"
              "受け付けないものは理由とともに spool/bad に移します。"));
    chapter(lang, "OPTIONS", "オプション");
    for (size_t i = 0; i < KK_COUNT(rows); i++)
        option(lang, &rows[i]);
    chapter(lang, "KINDS OF EXPORT", "書き出しの種類");
#define DAEMON_EXPORT(name, TAKES, arguments, en, ja)                                             \
    printf(".TP\n.B %s\n", #name);                                                               \
    line(PICK(lang, en, ja));
    KK_DAEMON_EXPORTS(DAEMON_EXPORT)
    statuses(lang);
    printf(".TP\n.B 78\n");
    line(PICK(lang, "the settings are wrong: systemd does not try again",
              "設定が正しくありません（systemd は再試行しません）"));
    see_also(lang, "kukyokud.ini(5), kukyoku(1), kukyoku-errors(7)");
}

/* --- kukyokud.ini(5) --- */

struct setting {
    const char *section, *key, *type, *lo, *hi, *otherwise, *en, *ja;
};

static void setting(enum kk_lang lang, const struct setting *s)
{
    printf(".TP\n\\fB");
    text(s->key);
    printf("\\fR [%s]\n", s->section);
    line(PICK(lang, s->en, s->ja));
    if (strcmp(s->type, "INT") == 0)
        printf(PICK(lang, "(%s to %s; otherwise %s)\n", "（%s から %s まで。省くと %s）\n"), s->lo,
               s->hi, s->otherwise);
    else if (strcmp(s->type, "BOOL") == 0)
        printf(PICK(lang, "(yes or no; otherwise %s)\n", "（yes か no。省くと %s）\n"),
               s->otherwise);
    else if (strcmp(s->type, "LOCAL") == 0 || strcmp(s->type, "FILE") == 0)
        line(PICK(lang, "(none without)", "（省くと使いません）"));
    else
        line(PICK(lang, "(needed)", "（必須）"));
}

#define SETTING_ROW(section, key, TYPE, member, lo, hi, otherwise, en, ja)                        \
    { #section, #key, #TYPE, #lo, #hi, otherwise, en, ja },

static void print_settings(enum kk_lang lang)
{
    static const struct setting rows[] = { KK_SETTINGS(SETTING_ROW) };

    head("KUKYOKUD.INI", 5);
    name(lang, "kukyokud.ini", "settings of kukyokud", "kukyokud の設定");
    chapter(lang, "DESCRIPTION", "説明");
    line(PICK(lang,
              "INI: [section], key = value, comments after ; or #. An unknown key, a number out of "
              "its range or a missing key stops the daemon at its start, with file and line. A "
              "path is relative to the folder of the file. Then conf.d/*.ini beside it are read in "
              "the order of their names: what a later file gives counts, a list as a whole. No "
              "secret stands here; keys are files of the desk.",
              "INI 形式: [区分]、キー = 値、; か # の後は注釈です。未知のキー、範囲外の数、"
              "欠けたキーがあると、ファイルと行を示して起動をやめます。パスはこのファイルの"
              "フォルダーからの相対です。続いて隣の conf.d/*.ini を名前の順に読み、後のファイルの"
              "値が有効になります（一覧は全体が置き換わります）。秘密はここに書きません。"
              "鍵は担当フォルダーのファイルです。"));
    chapter(lang, "KEYS", "キー");
    for (size_t i = 0; i < KK_COUNT(rows); i++)
        setting(lang, &rows[i]);
    chapter(lang, "FILES", "ファイル");
    printf(".TP\n.I /etc/kukyoku/kukyokud.ini\n");
    line(PICK(lang, "where the unit of systemd looks for it", "systemd のユニットが読む場所"));
    see_also(lang, "kukyokud(8)");
}

/* --- kukyoku.ini(5) --- */

#define PREF_ROW(section, key, TYPE, member, lo, hi, otherwise, en, ja)                           \
    { section, key, #TYPE, #lo, #hi, otherwise, en, ja },

static void print_prefs(enum kk_lang lang)
{
    static const struct setting rows[] = { KK_PREFS(PREF_ROW) };

    head("KUKYOKU.INI", 5);
    name(lang, "kukyoku.ini", "settings of kukyoku", "kukyoku の設定");
    chapter(lang, "DESCRIPTION", "説明");
    line(PICK(lang,
              "INI: [section], key = value, comments after ; or #. No file is needed. An unknown "
              "key, or a value that its key does not take, is refused with file and line by every "
              "command but `kukyoku config`, `doctor` and `help`. A path is relative to the folder "
              "of the file. Beside each file kukyoku.d/*.ini are read in the order of their names; "
              "what a later file gives counts. `kukyoku config show --origin` says where each "
              "value stands. No secret stands here.",
              "INI 形式: [区分]、キー = 値、; か # の後は注釈です。ファイルはなくてもかまいません。"
              "未知のキーや受け付けない値があると、`kukyoku config`、`doctor`、`help` のほかは、"
              "ファイルと行を示して動きません。パスはこのファイルのフォルダーからの相対です。"
              "それぞれの隣の kukyoku.d/*.ini も名前の順に読み、後のファイルの値が有効になります。"
              "`kukyoku config show --origin` で、どの値がどこにあるかがわかります。"
              "秘密はここに書きません。"));
    chapter(lang, "KEYS", "キー");
    for (size_t i = 0; i < KK_COUNT(rows); i++)
        setting(lang, &rows[i]);
    chapter(lang, "FILES", "ファイル");
    printf(".TP\n.I /etc/kukyoku/kukyoku.ini\n");
    line(PICK(lang, "of the machine; read first", "この機械の設定（先に読みます）"));
    printf(".TP\n.I ~/.config/kukyoku/kukyoku.ini\n");
    line(PICK(lang, "of the person. --config or KUKYOKU_CONFIG names one file instead of both",
              "本人の設定。--config か KUKYOKU_CONFIG を指定すると、二つの代わりにそれだけを読みます"));
    see_also(lang, "kukyoku(1)");
}

/* --- kukyoku-errors(7) --- */

static void print_errors(enum kk_lang lang)
{
    size_t count;
    const struct kk_error_info *list = kk_error_list(&count);

    head("KUKYOKU\\-ERRORS", 7);
    name(lang, "kukyoku-errors", "errors of Kukyoku and what to do", "区局のエラーと対処");
    chapter(lang, "DESCRIPTION", "説明");
    line(PICK(lang, "A code never changes its meaning. The number behind it is the exit status.",
              "番号の意味は変わりません。後ろの数字は終了ステータスです。"));
    chapter(lang, "CODES", "番号");
    for (size_t i = 0; i < count; i++) {
        printf(".TP\n\\fBE%d\\fR (%d)\n", -list[i].fault, (int)list[i].exit);
        line(PICK(lang, list[i].en, list[i].ja));
        printf(".br\n");
        line(PICK(lang, list[i].remedy_en, list[i].remedy_ja));
    }
    statuses(lang);
    see_also(lang, "kukyoku(1), kukyokud(8)");
}

bool derived_manual(const char *page)
{
    static const struct {
        const char *name;
        void (*print)(enum kk_lang lang);
    } pages[] = {
        { "kukyoku.1", print_kukyoku },
        { "kukyokud.8", print_kukyokud },
        { "kukyokud.ini.5", print_settings },
        { "kukyoku.ini.5", print_prefs },
        { "kukyoku-errors.7", print_errors },
    };
    bool ja = strncmp(page, "ja/", 3) == 0;

    for (size_t i = 0; i < KK_COUNT(pages); i++) {
        if (strcmp(page + (ja ? 3 : 0), pages[i].name) != 0)
            continue;
        pages[i].print(ja ? KK_LANG_JA : KK_LANG_EN);
        return true;
    }
    return false;
}
