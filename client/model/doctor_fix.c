/* What `doctor --fix` may do without asking: modes of own files, temporary files left behind. */
#include "model/doctor.h"

struct fixing {
    const char *dir;
    int64_t now_ms;
    unsigned changed;
    struct kk_error *err;
};

static int fix_file(void *user, const char *name)
{
    struct fixing *x = user;
    char path[KK_OS_PATH_MAX];
    struct kk_os_place is;
    int r = kk_os_path_join(x->dir, name, path);

    if (r == 0)
        r = kk_os_look(path, &is, x->err);
    if (r < 0 || !is.there || is.is_dir)
        return r;
    if (kk_doctor_is_key(name) && (is.mode & 077)) {
        x->changed++;
        return kk_os_tighten(path, x->err);
    }
    if (kk_doctor_leftover(name, is.modified_ms, x->now_ms)) {
        x->changed++;
        return kk_os_file_remove(path, x->err);
    }
    return 0;
}

int kk_doctor_fix(const char *home, unsigned *ret_changed, struct kk_error *err)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    struct fixing x = { .dir = home, .now_ms = kk_os_now_ms(), .err = err };
    struct kk_os_place folder;
    int r = kk_os_look(home, &folder, err);

    *ret_changed = 0;
    if (r < 0 || !folder.there || !folder.is_dir)
        return r;
    r = kk_os_lock_take(&lock, home, KK_OS_LOCK_WAIT_MS, err);
    if (r == 0 && (folder.mode & 077)) {
        r = kk_os_tighten(home, err);
        x.changed++;
    }
    if (r == 0)
        r = kk_os_dir_list(home, fix_file, &x, err);
    if (r == 0)
        *ret_changed = x.changed;
    return r;
}
