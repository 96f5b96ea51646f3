/* A command as a person at an office types it, run within the test's own process. */
#ifndef TESTS_TYPED_H
#define TESTS_TYPED_H

#include "office.h"

#include "cmd/run.h"

#include <stdio.h>
#include <stdlib.h>

#define TYPED_WORDS_MAX 16

/*
 * What it prints as data, to be freed. In English, but where a word is "ja". Asserts that it ends
 * well, or with a conflict to be shown.
 */
static inline char *typed(const struct office *o, const char *const *words)
{
    const char *argv[TYPED_WORDS_MAX] = { "kukyoku", "--home", o->dir };
    char *data, *talk;
    size_t data_len, talk_len;
    struct kk_run_streams streams = { .data = open_memstream(&data, &data_len),
                                      .talk = open_memstream(&talk, &talk_len) };
    enum kk_exit status;
    bool ja = false;
    int argc = 3;

    for (size_t i = 0; words[i]; i++) {
        if (strcmp(words[i], "ja") == 0)
            ja = true;
        else
            argv[argc++] = words[i];
    }
    argv[argc++] = "--lang";
    argv[argc++] = ja ? "ja" : "en";
    status = kk_run(argc, argv, &streams);
    fclose(streams.data);
    fclose(streams.talk);
    ck_assert_msg(status == KK_EXIT_OK || status == KK_EXIT_CONFLICT, "%s: %s", words[0], talk);
    free(talk);
    return data;
}
#define TYPED(o, ...) typed(o, (const char *const[]){ __VA_ARGS__, NULL })

#endif
