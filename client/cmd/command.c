/* The command table as data, and what a command asks of its line (command.h). */
#include "cmd/command.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/text.h"
#include "os.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/*
 * Every command's options end with an empty row, so that a list without any is valid C. The list is
 * an array of the row itself: several commands may share one function.
 */
#define OPTION_ROW(name, value, rule, en, ja) { name, value, KK_OPTION_##rule, en, ja },
#define OPTION_LIST(OPTIONS)                                                                      \
    (const struct kk_option_row[])                                                                \
    {                                                                                             \
        OPTIONS(OPTION_ROW)                                                                       \
        {                                                                                         \
            0                                                                                     \
        }                                                                                         \
    }
#define OPTION_COUNT(OPTIONS) (sizeof(OPTION_LIST(OPTIONS)) / sizeof(struct kk_option_row) - 1)

#define COMMAND_ROW(function, noun, verb, arguments, OPTIONS, who, en, ja)                        \
    { function,             noun,                                                                 \
      verb,                 arguments,                                                            \
      OPTION_LIST(OPTIONS), OPTION_COUNT(OPTIONS),                                                \
      KK_WHO_##who,         en,                                                                   \
      ja },
static const struct kk_command_row commands[] = { KK_COMMANDS(COMMAND_ROW) };

const struct kk_command_row *kk_command_table(size_t *ret_count)
{
    *ret_count = KK_COUNT(commands);
    return commands;
}

const struct kk_command_row *kk_command_find(const char *noun, const char *verb)
{
    for (size_t i = 0; i < KK_COUNT(commands); i++) {
        if (strcmp(commands[i].noun, noun) == 0 && strcmp(commands[i].verb, verb ? verb : "") == 0)
            return &commands[i];
    }
    return NULL;
}

bool kk_command_noun_known(const char *noun)
{
    for (size_t i = 0; i < KK_COUNT(commands); i++) {
        if (strcmp(commands[i].noun, noun) == 0)
            return true;
    }
    return false;
}

const char *kk_command_verb(const char *noun, size_t i)
{
    for (size_t k = 0; k < KK_COUNT(commands); k++) {
        if (strcmp(commands[k].noun, noun) == 0 && i-- == 0)
            return commands[k].verb;
    }
    return NULL;
}

static const char *noun_at(const void *list, size_t i)
{
    (void)list;
    return i < KK_COUNT(commands) ? commands[i].noun : NULL;
}

static const char *verb_at(const void *list, size_t i)
{
    return kk_command_verb(list, i);
}

int kk_command_unknown(struct kk_error *err, enum kk_lang lang, const char *noun,
                       const char *verb)
{
    const char *near = verb ? kk_text_nearest(verb, verb_at, noun)
                            : kk_text_nearest(noun, noun_at, NULL);
    char whole[KK_ERROR_WHERE_MAX], text[KK_ERROR_DETAIL_MAX], meant[KK_ERROR_WHERE_MAX] = "";

    if (near)
        snprintf(meant, sizeof meant, KK_TEXT(lang, DID_YOU_MEAN), near);
    snprintf(whole, sizeof whole, "%.40s%s%.40s", noun, verb ? " " : "", verb ? verb : "");
    snprintf(text, sizeof text, KK_TEXT(lang, UNKNOWN_COMMAND), whole);
    return kk_error_set(err, KK_E_USAGE, "", "%s%s", text, meant);
}

const char *kk_who_text(enum kk_who who, enum kk_lang lang)
{
#define WHO_ROW(NAME, en, ja) { en, ja },
    static const struct {
        const char *en, *ja;
    } texts[] = { KK_WHOS(WHO_ROW) };

    return lang == KK_LANG_JA ? texts[who].ja : texts[who].en;
}

/* "[FILE]" may be left out, "FILE..." may go on. */
void kk_command_counts(const struct kk_command_row *row, size_t *ret_least, size_t *ret_most)
{
    *ret_least = *ret_most = 0;
    for (const char *at = row->arguments; *at;) {
        size_t len = strcspn(at, " ");

        *ret_least += at[0] != '[';
        if (memmem(at, len, "...", 3))
            *ret_most = SIZE_MAX;
        else if (*ret_most != SIZE_MAX)
            *ret_most += 1;
        at += len;
        at += strspn(at, " ");
    }
}

const char *kk_command_option_at(const struct kk_command *c, const char *name, size_t i)
{
    for (size_t k = 0; k < c->given_count; k++) {
        if (strcmp(c->given[k].option->name, name) == 0 && i-- == 0)
            return c->given[k].value;
    }
    return NULL;
}

const char *kk_command_option(const struct kk_command *c, const char *name)
{
    return kk_command_option_at(c, name, 0);
}

const char **kk_command_options(const struct kk_command *c, const char *name, size_t *ret_count)
{
    const char **list;
    size_t count = 0;

    while (kk_command_option_at(c, name, count))
        count++;
    list = kk_alloc((count + 1) * sizeof(*list));
    for (size_t i = 0; list && i < count; i++)
        list[i] = kk_command_option_at(c, name, i);
    *ret_count = list ? count : 0;
    return list;
}

bool kk_command_flag(const struct kk_command *c, const char *name)
{
    return kk_command_option_at(c, name, 0) != NULL;
}

const char *kk_command_arg(const struct kk_command *c, size_t i)
{
    return i < c->arg_count ? c->args[i] : NULL;
}

int kk_command_whole(struct kk_command *c, const char *what, const char *text,
                     struct kk_range range, int64_t *ret)
{
    char where[KK_ERROR_WHERE_MAX], *end;
    long long value = strtoll(text, &end, 10);
    bool digits = text[0] == '-' || (text[0] >= '0' && text[0] <= '9');

    if (digits && *end == 0 && value >= range.lo && value <= range.hi) {
        *ret = value;
        return 0;
    }
    snprintf(where, sizeof where, "%.24s %.40s", what, text);
    return kk_error_set(&c->err, KK_E_USAGE, where, KK_T(c, OPTION_NUMBER), (long long)range.lo,
                        (long long)range.hi);
}

int kk_command_number(struct kk_command *c, const char *name, struct kk_range range, int64_t *ret)
{
    const char *text = kk_command_option(c, name);
    char what[32];

    if (!text) {
        *ret = range.otherwise;
        return 0;
    }
    snprintf(what, sizeof what, "--%.24s", name);
    return kk_command_whole(c, what, text, range, ret);
}

int kk_command_usage(struct kk_command *c, const char *where, const char *format, ...)
{
    char text[KK_ERROR_DETAIL_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return kk_error_set(&c->err, KK_E_USAGE, where, "%s", text);
}

/* The least urgent comes first. */
enum kk_exit kk_exit_combine(enum kk_exit a, enum kk_exit b)
{
    static const enum kk_exit urgency[] = {
        KK_EXIT_UNCHANGED, KK_EXIT_OK,       KK_EXIT_WARNINGS, KK_EXIT_TEMPORARY,
        KK_EXIT_FAILED,    KK_EXIT_USAGE,    KK_EXIT_LOCKED,   KK_EXIT_INTERRUPTED,
        KK_EXIT_CONFLICT,  KK_EXIT_NEWER,    KK_EXIT_DENIED,   KK_EXIT_VERIFY,
    };

    for (size_t i = KK_COUNT(urgency); i > 0; i--) {
        if (urgency[i - 1] == a || urgency[i - 1] == b)
            return urgency[i - 1];
    }
    return a;
}

void kk_command_exit(struct kk_command *c, enum kk_exit exit)
{
    c->exit = kk_exit_combine(c->exit, exit);
}

void kk_command_unchanged(struct kk_command *c)
{
    if (c->exit_unchanged && c->exit == KK_EXIT_OK)
        c->exit = KK_EXIT_UNCHANGED;
}

int kk_command_file_read(struct kk_command *c, const char *path, size_t max,
                         struct kk_bytes *out)
{
    if (!c->served)
        return kk_os_file_read(path, max, out, &c->err);
    if (c->served->file.len > max)
        return kk_error_set(&c->err, KK_E_ROW_LIMIT, path, "%zu > %zu", c->served->file.len, max);
    return kk_bytes_append_slice(out, c->served->file);
}

int kk_command_file_open(struct kk_command *c, const char *path, FILE **ret)
{
    if (c->served) {
        *ret = c->served->made;
        return 0;
    }
    *ret = fopen(path, "wbx");
    if (*ret)
        return 0;
    return kk_os_failed(path, &c->err);
}

int kk_command_file_close(struct kk_command *c, const char *path, FILE *file, int fault)
{
    int ended;

    if (c->served) /* its owner closes it */
        return fault;
    if (fault == 0 && fflush(file) != 0)
        fault = kk_os_failed(path, &c->err);
    if (fault == 0 && ferror(file)) /* of a write long before */
        fault = kk_error_set(&c->err, KK_E_IO, path, "%s", "");
    ended = fclose(file);
    if (fault == 0 && ended != 0)
        fault = kk_os_failed(path, &c->err);
    if (fault < 0)
        kk_ignore(kk_os_file_remove(path, NULL)); /* half a file is worse than none */
    return fault;
}

int kk_command_file_write(struct kk_command *c, const char *path, struct kk_slice bytes)
{
    FILE *to;
    int r = kk_command_file_open(c, path, &to);

    if (r < 0)
        return r;
    if (bytes.len && fwrite(bytes.data, bytes.len, 1, to) != 1)
        r = kk_os_failed(path, &c->err);
    return kk_command_file_close(c, path, to, r);
}
