/*
 * What a command is and what it gets. One file a noun: cmd_<noun>.c with a function a verb, named
 * in commands.def. Data goes to c->out's data side, everything else to its talk side (view/out.h).
 *
 *     int cmd_data_list(struct kk_command *c)
 *     {
 *         KK_AUTO_FINI(kk_indicators) struct kk_indicators found = { 0 };
 *         const char *scope = kk_command_option(c, "scope");      // NULL: not given
 *         int r = kk_data_list(c->home, scope, &found, &c->err);  // the model: plain structs
 *
 *         if (r < 0)
 *             return r;                       // printed with code and remedy, in c's language
 *         if (found.count == 0)
 *             kk_command_exit(c, KK_EXIT_WARNINGS);
 *         return c->json ? show_json(c, &found) : show_table(c, &found);
 *     }
 */
#ifndef CMD_COMMAND_H
#define CMD_COMMAND_H

#include "commands.def"
#include "kukyoku/base/bytes.h"
#include "kukyoku/error.h"
#include "view/out.h"

struct kk_command;
struct kk_prefs;
struct kk_link_stop;

#define KK_WHO_ENUM(NAME, en, ja) KK_WHO_##NAME,
enum kk_who { KK_WHOS(KK_WHO_ENUM) };
#undef KK_WHO_ENUM

enum kk_option_rule { KK_OPTION_MAY, KK_OPTION_MUST, KK_OPTION_MANY, KK_OPTION_SOME };

struct kk_option_row {
    const char *name, *value; /* value "": a flag */
    enum kk_option_rule rule;
    const char *en, *ja;
};
typedef int kk_command_fn(struct kk_command *c);
struct kk_command_row {
    kk_command_fn *run;
    const char *noun, *verb, *arguments;
    const struct kk_option_row *options;
    size_t option_count;
    enum kk_who who;
    const char *en, *ja;
};

#define KK_COMMAND_DECLARE(function, noun, verb, arguments, OPTIONS, who, en, ja)                 \
    kk_command_fn function;
KK_COMMANDS(KK_COMMAND_DECLARE)
#undef KK_COMMAND_DECLARE

const struct kk_command_row *kk_command_table(size_t *ret_count);
const struct kk_option_row *kk_command_globals(size_t *ret_count);
/* verb NULL or "": the noun alone. NULL: no such command. */
const struct kk_command_row *kk_command_find(const char *noun, const char *verb);
bool kk_command_noun_known(const char *noun);
/* The i-th verb of a noun; NULL past the last. */
const char *kk_command_verb(const char *noun, size_t i);
/* KK_E_USAGE: no such noun, or, with a verb, no such verb of it; the nearest is named. */
int kk_command_unknown(struct kk_error *err, enum kk_lang lang, const char *noun,
                       const char *verb);
const char *kk_who_text(enum kk_who who, enum kk_lang lang);
/* How many positional arguments a row takes; *ret_most is SIZE_MAX for any number. */
void kk_command_counts(const struct kk_command_row *row, size_t *ret_least, size_t *ret_most);

struct kk_given {
    const struct kk_option_row *option;
    const char *value; /* "" for a flag */
};
/* A command that the page runs: what stands where a person has files and a terminal. */
struct kk_served {
    struct kk_slice file; /* whatever file is read; absent: none */
    FILE *made;           /* whatever file is made */
    struct kk_slice passphrase;
    const struct kk_prefs *prefs; /* NULL: those that hold without any file */
    struct kk_link_stop *stop;    /* of the command */
    void (*watch)(void *user, uint64_t done, uint64_t total); /* may be NULL */
    void *user;
};
struct kk_command {
    const struct kk_command_row *row;
    const char *const *args; /* positional */
    size_t arg_count;
    const struct kk_given *given; /* options in the order of the command line */
    size_t given_count;
    struct kk_out *out;
    const struct kk_served *served; /* NULL: a person's own command line */
    struct kk_link_stop *stop;      /* ends a sync early; NULL: nothing does */
    enum kk_lang lang;
    const char *home; /* an absolute path, which need not exist */
    const char *settings_file;    /* --config, KUKYOKU_CONFIG; NULL: the usual ones */
    const struct kk_prefs *prefs; /* what the settings files say */
    bool json, dry_run;
    bool exit_unchanged;  /* --exit-code-unchanged was given */
    enum kk_exit exit;    /* what the program ends with; raise it by kk_command_exit */
    struct kk_error err;  /* to be filled before a fault is returned */
};

/* NULL when the option or argument was not given. Borrowed for the life of the command. */
const char *kk_command_option(const struct kk_command *c, const char *name);
/* The i-th of an option that may stand several times. */
const char *kk_command_option_at(const struct kk_command *c, const char *name, size_t i);
/* All of them, as a list; kk_free it. NULL: no memory. */
const char **kk_command_options(const struct kk_command *c, const char *name, size_t *ret_count);
bool kk_command_flag(const struct kk_command *c, const char *name);
const char *kk_command_arg(const struct kk_command *c, size_t i);
/* A whole number in lo … hi, or otherwise where the option is absent. KK_E_USAGE. */
struct kk_range {
    int64_t lo, hi, otherwise;
};
KK_MUST_USE int kk_command_number(struct kk_command *c, const char *name, struct kk_range range,
                                  int64_t *ret);
/* The same for an argument; what: its name for a person. */
KK_MUST_USE int kk_command_whole(struct kk_command *c, const char *what, const char *text,
                                 struct kk_range range, int64_t *ret);
/* KK_E_USAGE with a reason about an option or argument. */
KK_PRINTF(3, 4) KK_MUST_USE int kk_command_usage(struct kk_command *c, const char *where,
                                                 const char *format, ...);

/* The more urgent of what stands and this: 7, 8, 9, 6, 130, 10, 2, 1, 5, 3, 0, 4. */
void kk_command_exit(struct kk_command *c, enum kk_exit exit);
enum kk_exit kk_exit_combine(enum kk_exit a, enum kk_exit b);
/* Nothing was to be done: ends with 4 where --exit-code-unchanged asks for it. */
void kk_command_unchanged(struct kk_command *c);

/* A file that a command reads whole, at most max bytes: appended. */
KK_MUST_USE int kk_command_file_read(struct kk_command *c, const char *path, size_t max,
                                     struct kk_bytes *out);
/* A file that a command makes: never over another. closed with a fault, it is removed again. */
KK_MUST_USE int kk_command_file_open(struct kk_command *c, const char *path, FILE **ret);
KK_MUST_USE int kk_command_file_close(struct kk_command *c, const char *path, FILE *file,
                                      int fault);
/* The same at once. */
KK_MUST_USE int kk_command_file_write(struct kk_command *c, const char *path,
                                      struct kk_slice bytes);

#endif
