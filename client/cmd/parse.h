/*
 * From words to a command: GNU long options (--name VALUE, --name=VALUE, --), short ones for the
 * global -h -q -v, options anywhere in the line, noun and verb first among the others.
 */
#ifndef CMD_PARSE_H
#define CMD_PARSE_H

#include "cmd/command.h"

#define KK_PARSE_WORDS_MAX 256

struct kk_parsed {
    const struct kk_command_row *row; /* NULL: only global options were given */
    const char *args[KK_PARSE_WORDS_MAX];
    size_t arg_count;
    struct kk_given given[KK_PARSE_WORDS_MAX];
    size_t given_count;
};
/*
 * 0 or KK_E_USAGE, with *ret filled as far as it was understood, so that --json and --lang count
 * for the error too. lang: of the messages.
 */
KK_MUST_USE int kk_parse(int argc, const char *const *argv, enum kk_lang lang,
                         struct kk_parsed *ret, struct kk_error *err);
/* A global option that stands in the line, whatever else is wrong with it; NULL otherwise. */
const char *kk_parse_peek(int argc, const char *const *argv, const char *name);

#endif
