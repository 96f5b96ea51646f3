/* Where a command gets a passphrase from (passphrase.h). [TR-18] */
#include "cmd/passphrase.h"

#include "home/passphrase.h"

#include <stdio.h>

#define FILE_MAX_BYTES 4096

static void first_line(struct kk_bytes *text)
{
    const uint8_t *end = text->len ? memchr(text->data, '\n', text->len) : NULL;

    if (end)
        text->len = (size_t)(end - text->data);
}

/* The first line of a file that nobody else may read. */
static int of_file(struct kk_command *c, const char *path, struct kk_bytes *ret)
{
    int r = kk_os_file_check_private(path, &c->err);

    if (r == 0)
        r = kk_os_file_read(path, FILE_MAX_BYTES, ret, &c->err);
    if (r == 0)
        first_line(ret);
    return r;
}

/* The i-th that is not asked for; 0: there is none. */
static int given(struct kk_command *c, size_t i, struct kk_bytes *ret)
{
    const char *path = kk_command_option_at(c, "passphrase-file", i);
    char credential[KK_OS_PATH_MAX];
    int r;

    if (path) {
        r = of_file(c, path, ret);
        return r < 0 ? r : 1;
    }
    if (i > 0 || !kk_os_credential("kukyoku.passphrase", credential))
        return 0;
    r = kk_os_file_read(credential, FILE_MAX_BYTES, ret, &c->err); /* its folder is guarded */
    first_line(ret);
    return r < 0 ? r : 1;
}

struct kk_slice kk_command_passphrase_slice(const struct kk_bytes *passphrase)
{
    return passphrase->len ? kk_bytes_slice(passphrase) : kk_slice(NULL, 0);
}

int kk_command_passphrase(struct kk_command *c, struct kk_bytes *ret)
{
    int r;

    if (c->served && c->served->passphrase.len)
        return kk_bytes_append_slice(ret, c->served->passphrase);
    if (c->served)
        return kk_error_say(&c->err, KK_E_PASSPHRASE, "sign.key", "the passphrase is wanted",
                            "パスフレーズの入力が必要です");
    r = given(c, 0, ret);
    if (r != 0)
        return r < 0 ? r : 0;
    return kk_os_ask_secret(KK_T(c, ASK_PASSPHRASE), ret, &c->err);
}

static int ask_for(struct kk_command *c, const char *dir, struct kk_bytes *ret)
{
    char prompt[KK_OS_PATH_MAX + 64];
    int r;

    snprintf(prompt, sizeof(prompt), KK_T(c, ASK_PASSPHRASE_OF), dir);
    r = kk_os_ask_secret(prompt, ret, &c->err);
    return r == 0 ? kk_passphrase_try(dir, kk_bytes_slice(ret), &c->err) : r;
}

int kk_command_desk_passphrase(struct kk_command *c, const char *dir, struct kk_bytes *ret)
{
    struct kk_passphrase_look look;
    int r = kk_passphrase_look(dir, &look, &c->err);

    if (r < 0 || look.locked == 0)
        return r;
    for (size_t i = 0; (r = given(c, i, ret)) == 1; i++) {
        r = kk_passphrase_try(dir, kk_bytes_slice(ret), &c->err);
        if (r != KK_E_PASSPHRASE)
            return r;
        if (!kk_command_option_at(c, "passphrase-file", i + 1))
            return r; /* the last of them: what it said is told */
        kk_os_wipe(ret);
        c->err = (struct kk_error){ 0 };
    }
    return r < 0 ? r : ask_for(c, dir, ret);
}

static int ask_twice(struct kk_command *c, struct kk_bytes *ret)
{
    struct kk_bytes again = { 0 };
    int r = kk_os_ask_secret(KK_T(c, ASK_NEW_PASSPHRASE), ret, &c->err);

    if (r == 0 && ret->len > 0)
        r = kk_os_ask_secret(KK_T(c, ASK_AGAIN), &again, &c->err);
    if (r == 0 && ret->len > 0 && !kk_slice_equal(kk_bytes_slice(ret), kk_bytes_slice(&again)))
        r = kk_error_set(&c->err, KK_E_PASSPHRASE_NEW, "", "%s", KK_T(c, PASSPHRASES_DIFFER));
    kk_os_wipe(&again);
    return r;
}

int kk_command_new_passphrase(struct kk_command *c, const char *option, struct kk_bytes *ret)
{
    const char *path = kk_command_option(c, option);
    int r = 0;

    if (path)
        r = of_file(c, path, ret);
    else if (kk_os_is_terminal(KK_OS_STDIN)) /* else nobody to ask: scripts name a file */
        r = ask_twice(c, ret);
    if (r == 0 && ret->len > 0 && !kk_passphrase_long_enough(kk_bytes_slice(ret)))
        r = kk_error_say(&c->err, KK_E_PASSPHRASE_NEW, path ? path : "",
                         "at least %d characters are needed", "%d文字以上にしてください",
                         KK_PASSPHRASE_CHARACTERS_MIN);
    return r;
}
