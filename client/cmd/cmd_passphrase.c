/* `kukyoku passphrase set | change | remove`: what guards the keys of a home or of a desk. */
#include "cmd/passphrase.h"

#include "home/passphrase.h"
#include "view/json.h"

enum change { SET, CHANGE, REMOVE };

struct work {
    struct kk_command *command;
    const char *dir;
    struct kk_bytes old, new;
    struct kk_passphrase_look look;
};

static const char *folder_of(const struct kk_command *c)
{
    const char *dir = kk_command_option(c, "dir");

    return dir ? dir : c->home;
}

/* Is there anything to do what was asked for? */
static int check_standing(struct work *w, enum change change)
{
    struct kk_error *err = &w->command->err;

    if (w->look.keys == 0)
        return kk_error_say(err, KK_E_NOT_FOUND, w->dir,
                            "no key here can have a passphrase; the daemon's never has one, so "
                            "that it starts by itself",
                            "パスフレーズを付けられる鍵がありません"
                            "（サーバーの鍵は、自動で起動するため付けられません）");
    if (change == SET && w->look.locked == w->look.keys)
        return kk_error_say(err, KK_E_EXISTS, w->dir, "it has a passphrase; `passphrase change`",
                            "すでに付いています。変えるには `passphrase change` を使います");
    if (change != SET && w->look.locked == 0)
        return kk_error_say(err, KK_E_NOT_FOUND, w->dir, "it has no passphrase; `passphrase set`",
                            "付いていません。付けるには `passphrase set` を使います");
    return 0;
}

/* The old one is proved before a new one is asked for. */
static int read_both(struct work *w, enum change change)
{
    int r = change == SET ? 0 : kk_command_desk_passphrase(w->command, w->dir, &w->old);

    if (r == 0 && change != REMOVE)
        r = kk_command_new_passphrase(w->command, "new-passphrase-file", &w->new);
    if (r == 0 && change != REMOVE && w->new.len == 0)
        r = kk_error_say(&w->command->err, KK_E_PASSPHRASE_NEW, "--new-passphrase-file",
                         "none was given", "入力されていません");
    return r;
}

static int report(struct work *w, unsigned changed)
{
    struct kk_command *c = w->command;

    kk_out_say(c->out, c->dry_run    ? KK_T(c, PASSPHRASE_WOULD)
                       : w->new.len ? KK_T(c, PASSPHRASE_SET)
                                    : KK_T(c, PASSPHRASE_REMOVED),
               changed, w->dir);
    return c->json ? kk_json_print(c->out, json_pack("{s:s, s:i, s:b, s:b}", "folder", w->dir,
                                                     "keys", (int)changed, "passphrase",
                                                     (int)(w->new.len > 0), "dry_run",
                                                     (int)c->dry_run))
                   : 0;
}

static int work_on(struct work *w, enum change change)
{
    struct kk_command *c = w->command;
    struct kk_passphrase_change how = { .check_only = c->dry_run };
    unsigned changed = 0;
    int r = kk_passphrase_look(w->dir, &w->look, &c->err);

    if (r == 0)
        r = check_standing(w, change);
    if (r == 0)
        r = read_both(w, change);
    if (r < 0)
        return r;
    how.old = kk_command_passphrase_slice(&w->old);
    how.new = kk_command_passphrase_slice(&w->new);
    r = kk_passphrase_change(w->dir, &how, &changed, &c->err);
    return r == 0 ? report(w, changed) : r;
}

static int run(struct kk_command *c, enum change change)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    struct work w = { .command = c, .dir = folder_of(c) };
    int r = kk_os_exists(w.dir) ? kk_os_lock_take(&lock, w.dir, KK_OS_LOCK_WAIT_MS, &c->err)
                                : kk_error_set(&c->err, KK_E_NOT_FOUND, w.dir, "%s", "");

    if (r == 0)
        r = work_on(&w, change);
    kk_os_wipe(&w.old);
    kk_os_wipe(&w.new);
    return r;
}

int cmd_passphrase_set(struct kk_command *c)
{
    return run(c, SET);
}

int cmd_passphrase_change(struct kk_command *c)
{
    return run(c, CHANGE);
}

int cmd_passphrase_remove(struct kk_command *c)
{
    return run(c, REMOVE);
}
