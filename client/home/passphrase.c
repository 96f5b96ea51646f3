/* The passphrase of the keys in one folder (passphrase.h). [TR-18] */
#include "home/passphrase.h"

#include "kukyoku/trust/keyfile.h"

/* A desk's own keys first: it is they that are asked for at a desk that is a device as well. */
static const struct guarded {
    const char *name, *kind;
} guarded[] = { { "desk.key", "desk" }, { "scopes.key", "scopes" }, { "sign.key", "sign" } };

enum state { ABSENT, PLAIN, LOCKED };

static int look_at(const char *dir, size_t i, enum state *ret, struct kk_error *err)
{
    struct kk_bytes plain = { 0 };
    struct kk_error inner = { 0 };
    char path[KK_OS_PATH_MAX];
    int r = kk_os_path_join(dir, guarded[i].name, path);

    *ret = ABSENT;
    if (r < 0)
        return kk_error_say(err, r, dir, "the path is too long", "パスが長すぎます");
    if (!kk_os_exists(path))
        return 0;
    r = kk_key_read(path, guarded[i].kind, kk_slice(NULL, 0), &plain, &inner);
    kk_keyfile_wipe(&plain);
    *ret = r == KK_E_PASSPHRASE ? LOCKED : PLAIN;
    if (r == 0 || r == KK_E_PASSPHRASE)
        return 0;
    *err = inner;
    return r;
}

int kk_passphrase_look(const char *dir, struct kk_passphrase_look *ret, struct kk_error *err)
{
    *ret = (struct kk_passphrase_look){ 0 };
    for (size_t i = 0; i < KK_COUNT(guarded); i++) {
        enum state state;
        int r = look_at(dir, i, &state, err);

        if (r < 0)
            return r;
        ret->keys += state != ABSENT;
        ret->locked += state == LOCKED;
    }
    return 0;
}

static int open_one(const char *dir, size_t i, struct kk_slice passphrase, struct kk_bytes *plain,
                    struct kk_error *err)
{
    char path[KK_OS_PATH_MAX];
    int r = kk_os_path_join(dir, guarded[i].name, path);

    return r == 0 ? kk_key_read(path, guarded[i].kind, passphrase, plain, err) : r;
}

int kk_passphrase_try(const char *dir, struct kk_slice passphrase, struct kk_error *err)
{
    for (size_t i = 0; i < KK_COUNT(guarded); i++) {
        struct kk_bytes plain = { 0 };
        enum state state;
        int r = look_at(dir, i, &state, err);

        if (r == 0 && state != LOCKED)
            continue;
        if (r == 0)
            r = open_one(dir, i, passphrase, &plain, err);
        kk_keyfile_wipe(&plain);
        return r;
    }
    return 0;
}

/* --- changing --- */
struct changing {
    const char *dir;
    const struct kk_passphrase_change *how;
    struct kk_bytes sealed[KK_COUNT(guarded)]; /* empty: stays as it is */
};

static int seal(struct changing *c, size_t i, struct kk_slice plain)
{
    struct kk_entropy entropy = kk_os_entropy();

    return kk_keyfile_seal(guarded[i].kind, plain, c->how->new, &entropy, &c->sealed[i]);
}

static int prepare(struct changing *c, size_t i, struct kk_error *err)
{
    struct kk_bytes plain = { 0 };
    struct kk_error inner = { 0 };
    enum state state;
    int r = look_at(c->dir, i, &state, err);

    if (r < 0 || state == ABSENT || (state == PLAIN && !c->how->new.data))
        return r;
    r = open_one(c->dir, i, c->how->old, &plain, err);
    if (r == 0)
        r = seal(c, i, kk_bytes_slice(&plain));
    else if (r == KK_E_PASSPHRASE && c->how->new.data &&
             open_one(c->dir, i, c->how->new, &plain, &inner) == 0)
        r = 0; /* done by a change that was cut short */
    kk_keyfile_wipe(&plain);
    return r;
}

static int write_one(const struct changing *c, size_t i, struct kk_error *err)
{
    char path[KK_OS_PATH_MAX];
    int r = kk_os_path_join(c->dir, guarded[i].name, path);

    return r == 0 ? kk_os_file_write(path, kk_bytes_slice(&c->sealed[i]), KK_OS_PRIVATE, err) : r;
}

int kk_passphrase_change(const char *dir, const struct kk_passphrase_change *change,
                         unsigned *ret_changed, struct kk_error *err)
{
    struct changing c = { .dir = dir, .how = change };
    int r = 0;

    *ret_changed = 0;
    for (size_t i = 0; r == 0 && i < KK_COUNT(guarded); i++)
        r = prepare(&c, i, err);
    for (size_t i = 0; r == 0 && i < KK_COUNT(guarded); i++) {
        if (c.sealed[i].len == 0)
            continue;
        r = change->check_only ? 0 : write_one(&c, i, err);
        *ret_changed += r == 0;
    }
    for (size_t i = 0; i < KK_COUNT(guarded); i++)
        kk_keyfile_wipe(&c.sealed[i]);
    return r < 0 && !err->fault ? kk_error_set(err, r, dir, "%s", "") : r;
}

bool kk_passphrase_long_enough(struct kk_slice passphrase)
{
    size_t characters = 0;

    for (size_t i = 0; i < passphrase.len; i++)
        characters += (passphrase.data[i] & 0xc0) != 0x80; /* not a later byte of UTF-8 */
    return characters >= KK_PASSPHRASE_CHARACTERS_MIN;
}
