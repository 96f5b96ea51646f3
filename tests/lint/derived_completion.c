/* Completion of bash, zsh and fish, from the tables of commands and options. */
#include "derived.h"

#include "cmd/command.h"
#include "options.def"

#include <stdio.h>
#include <string.h>

#define DAEMON_OPTION(NAME, name, value, en, ja) { name, value, KK_OPTION_MAY, en, ja },
static const struct kk_option_row daemon_options[] = { KK_DAEMON_OPTIONS(DAEMON_OPTION) };

static void head(const char *first)
{
    printf("%s# Printed from the lists in the code; renewed by tests/lint/derived.py --write.\n",
           first);
}

/* Inside single quotes; mark: a character that is escaped too, 0 for none. */
static void quoted(const char *words, const char *quote, char mark)
{
    for (; *words; words++) {
        if (*words == '\'')
            printf("%s", quote);
        else if (mark && *words == mark)
            printf("\\%c", mark);
        else
            putchar(*words);
    }
}

/* The first row of its noun? Rows of a noun need not stand together. */
static bool is_first(const struct kk_command_row *rows, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (strcmp(rows[k].noun, rows[i].noun) == 0)
            return false;
    }
    return true;
}

static const char *verb_of(const char *noun, size_t *at)
{
    const char *verb = kk_command_verb(noun, *at);

    while (verb && !verb[0])
        verb = kk_command_verb(noun, ++*at);
    ++*at;
    return verb;
}

static bool has_verbs(const char *noun)
{
    size_t at = 0;

    return verb_of(noun, &at) != NULL;
}

static void print_verbs(const char *noun, const char *between)
{
    const char *verb;
    size_t at = 0;
    bool any = false;

    while ((verb = verb_of(noun, &at))) {
        printf("%s%s", any ? between : "", verb);
        any = true;
    }
}

typedef void option_fn(const struct kk_option_row *o);

static void each(const struct kk_option_row *rows, size_t count, option_fn *fn)
{
    for (size_t i = 0; i < count; i++)
        fn(&rows[i]);
}

static void each_global(option_fn *fn)
{
    size_t count;
    const struct kk_option_row *rows = kk_command_globals(&count);

    each(rows, count, fn);
}

static void each_anywhere(option_fn *fn)
{
    size_t count;
    const struct kk_command_row *rows = kk_command_table(&count);

    each_global(fn);
    for (size_t i = 0; i < count; i++)
        each(rows[i].options, rows[i].option_count, fn);
    each(daemon_options, KK_COUNT(daemon_options), fn);
}

static bool takes_file(const char *value)
{
    return strstr(value, "FILE") || strcmp(value, "-") == 0;
}

/* --- bash --- */

static void word(const struct kk_option_row *o)
{
    printf(" --%s", o->name);
}

static void value_word(const struct kk_option_row *o)
{
    if (o->value[0])
        printf(" --%s", o->name);
}

static void dir_word(const struct kk_option_row *o)
{
    if (strcmp(o->value, "DIR") == 0)
        printf(" --%s", o->name);
}

static void file_word(const struct kk_option_row *o)
{
    if (takes_file(o->value))
        printf(" --%s", o->name);
}

static void list_words(const char *variable, option_fn *fn)
{
    printf("    local %s='", variable);
    each_anywhere(fn);
    printf(" '\n");
}

static void print_bash_tables(void)
{
    size_t count;
    const struct kk_command_row *rows = kk_command_table(&count);

    printf("_kukyoku_nouns() {\n    echo '");
    for (size_t i = 0; i < count; i++) {
        if (is_first(rows, i))
            printf("%s%s", i ? " " : "", rows[i].noun);
    }
    printf("'\n}\n\n_kukyoku_verbs() {\n    case $1 in\n");
    for (size_t i = 0; i < count; i++) {
        if (!is_first(rows, i) || !has_verbs(rows[i].noun))
            continue;
        printf("    %s) echo '", rows[i].noun);
        print_verbs(rows[i].noun, " ");
        printf("' ;;\n");
    }
    printf("    esac\n}\n\n_kukyoku_options() {\n    case \"$1 $2\" in\n");
    for (size_t i = 0; i < count; i++) {
        if (rows[i].option_count == 0)
            continue;
        printf("    '%s %s'*) echo '", rows[i].noun, rows[i].verb);
        each(rows[i].options, rows[i].option_count, word);
        printf("' ;;\n");
    }
    printf("    esac\n    echo '");
    each_global(word);
    printf("'\n}\n\n_kukyokud_options() {\n    echo '");
    each(daemon_options, KK_COUNT(daemon_options), word);
    printf("'\n}\n\n");
}

static const char bash_body[] =
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "    local noun='' verb='' words='' at i\n"
    "    [[ $prev == '=' ]] && prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    [[ $cur == '=' ]] && cur=''\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        at=${COMP_WORDS[i]}\n"
    "        if [[ $at == '=' ]]; then\n"
    "            ((i++))\n"
    "        elif [[ $at == -* ]]; then\n"
    "            [[ $values == *\" $at \"* && ${COMP_WORDS[i + 1]} != '=' ]] && ((i++))\n"
    "        elif [[ -z $noun ]]; then\n"
    "            noun=$at\n"
    "        elif [[ -z $verb ]]; then\n"
    "            verb=$at\n"
    "        fi\n"
    "    done\n"
    "    COMPREPLY=()\n"
    "    if [[ $dirs == *\" $prev \"* ]]; then\n"
    "        mapfile -t COMPREPLY < <(compgen -d -- \"$cur\")\n"
    "        return\n"
    "    elif [[ $files == *\" $prev \"* ]]; then\n"
    "        mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
    "        return\n"
    "    elif [[ $prev == --lang ]]; then\n"
    "        words='ja en'\n"
    "    elif [[ $prev == --progress ]]; then\n"
    "        words='auto never json'\n"
    "    elif [[ $prev == --log-format ]]; then\n"
    "        words='text json'\n"
    "    elif [[ $values == *\" $prev \"* ]]; then\n"
    "        return\n"
    "    elif [[ $1 == *kukyokud ]]; then\n"
    "        words=$(_kukyokud_options)\n"
    "    elif [[ $cur == -* ]]; then\n"
    "        words=$(_kukyoku_options \"$noun\" \"$verb\")\n"
    "    elif [[ -z $noun ]]; then\n"
    "        words=$(_kukyoku_nouns)\n"
    "    elif [[ -z $verb ]]; then\n"
    "        words=$(_kukyoku_verbs \"$noun\")\n"
    "    fi\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
    "}\n\n"
    "complete -o default -F _kukyoku kukyoku kukyokud\n";

static void print_bash(void)
{
    head("# shellcheck shell=bash\n");
    print_bash_tables();
    printf("_kukyoku() {\n");
    list_words("values", value_word);
    list_words("dirs", dir_word);
    list_words("files", file_word);
    printf("%s", bash_body);
}

/* --- zsh --- */

static void described(const char *name, const char *what)
{
    printf(" '%s:", name);
    quoted(what, "'\\''", ':');
    printf("'");
}

static void described_option(const struct kk_option_row *o)
{
    char name[80];

    snprintf(name, sizeof(name), "--%s", o->name);
    described(name, o->en);
}

static void described_verbs(const char *noun)
{
    const char *verb;
    size_t at = 0;

    while ((verb = verb_of(noun, &at)))
        described(verb, kk_command_find(noun, verb)->en);
}

static void alternative(const struct kk_option_row *o)
{
    if (o->value[0])
        printf("|--%s", o->name);
}

static void print_zsh_tables(void)
{
    size_t count;
    const struct kk_command_row *rows = kk_command_table(&count);

    printf("    nouns=(");
    for (size_t i = 0; i < count; i++) {
        if (is_first(rows, i) && !has_verbs(rows[i].noun))
            described(rows[i].noun, rows[i].en);
        else if (is_first(rows, i)) {
            printf(" '%s:", rows[i].noun);
            print_verbs(rows[i].noun, ", ");
            printf("'");
        }
    }
    printf(" )\n    case $noun in\n");
    for (size_t i = 0; i < count; i++) {
        if (!is_first(rows, i) || !has_verbs(rows[i].noun))
            continue;
        printf("    (%s) verbs=(", rows[i].noun);
        described_verbs(rows[i].noun);
        printf(" ) ;;\n");
    }
    printf("    esac\n    case \"$noun $verb\" in\n");
    for (size_t i = 0; i < count; i++) {
        if (rows[i].option_count == 0)
            continue;
        printf("    ('%s %s'*) options=(", rows[i].noun, rows[i].verb);
        each(rows[i].options, rows[i].option_count, described_option);
        printf(" ) ;;\n");
    }
    printf("    esac\n    options+=(");
    each_global(described_option);
    printf(" )\n");
}

static void print_zsh(void)
{
    head("#compdef kukyoku kukyokud\n");
    printf("_kukyokud() {\n    local -a options\n    options=(");
    each(daemon_options, KK_COUNT(daemon_options), described_option);
    printf(" )\n    if [[ $PREFIX == -* ]]; then\n        _describe -o option options\n    else\n"
           "        _files\n    fi\n}\n\n"
           "_kukyoku() {\n    local noun verb i\n    local -a nouns verbs options\n"
           "    for ((i = 2; i < CURRENT; i++)); do\n        case $words[i] in\n"
           "        (--*=*) ;;\n        (--home");
    each_anywhere(alternative);
    printf(") ((i++)) ;;\n        (-*) ;;\n        (*) if [[ -z $noun ]]; then noun=$words[i]\n"
           "            elif [[ -z $verb ]]; then verb=$words[i]\n            fi ;;\n"
           "        esac\n    done\n");
    print_zsh_tables();
    printf("    if [[ $PREFIX == -* ]]; then\n        _describe -o option options\n"
           "    elif [[ -z $noun ]]; then\n        _describe command nouns\n"
           "    elif [[ -z $verb && -n $verbs ]]; then\n        _describe verb verbs\n"
           "    else\n        _files\n    fi\n}\n\n"
           "if [[ $service == kukyokud ]]; then\n    _kukyokud \"$@\"\nelse\n"
           "    _kukyoku \"$@\"\nfi\n");
}

/* --- fish --- */

static void fish_text(const char *words)
{
    printf(" -d '");
    quoted(words, "\\'", 0);
    printf("'\n");
}

static void fish_option(const struct kk_option_row *o)
{
    printf(" -l %s", o->name);
    if (strcmp(o->value, "DIR") == 0)
        printf(" -x -a '(__fish_complete_directories)'");
    else if (strcmp(o->name, "lang") == 0)
        printf(" -x -a 'ja en'");
    else if (takes_file(o->value))
        printf(" -r -F");
    else if (o->value[0])
        printf(" -x");
    fish_text(o->en);
}

static void fish_seen(const struct kk_command_row *row)
{
    printf("complete -c kukyoku -n '__fish_seen_subcommand_from %s", row->noun);
    if (row->verb[0])
        printf("; and __fish_seen_subcommand_from %s", row->verb);
    printf("'");
}

static void fish_command(const struct kk_command_row *row)
{
    if (row->verb[0]) {
        printf("complete -c kukyoku -n '__fish_seen_subcommand_from %s; and not "
               "__fish_seen_subcommand_from ",
               row->noun);
        print_verbs(row->noun, " ");
        printf("' -a %s", row->verb);
        fish_text(row->en);
    }
    for (size_t i = 0; i < row->option_count; i++) {
        fish_seen(row);
        fish_option(&row->options[i]);
    }
    if (strstr(row->arguments, "FILE")) {
        fish_seen(row);
        printf(" -F\n");
    }
}

static void print_fish(void)
{
    size_t count, globals;
    const struct kk_command_row *rows = kk_command_table(&count);
    const struct kk_option_row *options = kk_command_globals(&globals);

    head("");
    printf("complete -c kukyoku -f\n");
    for (size_t i = 0; i < globals; i++) {
        printf("complete -c kukyoku");
        fish_option(&options[i]);
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_first(rows, i))
            continue;
        printf("complete -c kukyoku -n __fish_use_subcommand -a %s", rows[i].noun);
        if (!has_verbs(rows[i].noun)) {
            fish_text(rows[i].en);
            continue;
        }
        printf(" -d '");
        print_verbs(rows[i].noun, ", ");
        printf("'\n");
    }
    for (size_t i = 0; i < count; i++)
        fish_command(&rows[i]);
    for (size_t i = 0; i < KK_COUNT(daemon_options); i++) {
        printf("complete -c kukyokud");
        fish_option(&daemon_options[i]);
    }
}

bool derived_completion(const char *page)
{
    if (strcmp(page, "kukyoku.bash") == 0)
        print_bash();
    else if (strcmp(page, "_kukyoku") == 0)
        print_zsh();
    else if (strcmp(page, "kukyoku.fish") == 0)
        print_fish();
    else
        return false;
    return true;
}
