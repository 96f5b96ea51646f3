/* kukyoku.ini: which files, and the table of prefs.def held against them. [CF-1] */
#include "config/prefs.h"

#include "os.h"

#include <stdio.h>
#include <string.h>

#define MAIN_FILE "kukyoku.ini"

#define PREF_ROW(section, key, TYPE, member, lo, hi, otherwise, en, ja)                           \
    { section, key, KK_CONF_##TYPE, offsetof(struct kk_prefs, member), lo, hi, otherwise },
static const struct kk_conf_row rows[] = { KK_PREFS(PREF_ROW) };
static const struct kk_conf_table table = { rows, KK_COUNT(rows) };

struct folder {
    struct kk_prefs *prefs;
    const char *main, *path;
    struct kk_error *err;
};

static int read_file(struct kk_prefs *p, const char *main, const char *path, struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };
    int r = kk_os_file_read(path, KK_CONF_BYTES_MAX, &text, err);
    struct kk_conf_file file = { main, path, kk_bytes_slice(&text) };

    return r < 0 ? r : kk_conf_read(&table, &p->read, &file, err);
}

static int on_name(void *user, const char *name)
{
    struct folder *f = user;
    char path[KK_OS_PATH_MAX];

    if (!kk_conf_is_file(name))
        return 0;
    int r = kk_os_path_join(f->path, name, path);
    return r < 0 ? r : read_file(f->prefs, f->main, path, f->err);
}

/* kukyoku.d beside the main file; none is fine, one that can't be read is not. */
static int read_folder(struct kk_prefs *p, const char *main, struct kk_error *err)
{
    const char *slash = strrchr(main, '/');
    char above[KK_OS_PATH_MAX] = ".", path[KK_OS_PATH_MAX];
    struct folder f = { p, main, path, err };
    int r;

    if (slash)
        snprintf(above, sizeof(above), "%.*s", (int)(slash - main), main);
    r = kk_os_path_join(above, KK_PREFS_FOLDER, path);
    if (r < 0 || !kk_os_exists(path))
        return r;
    return kk_os_dir_list(path, on_name, &f, err);
}

static int read_main(struct kk_prefs *p, const char *path, bool must, struct kk_error *err)
{
    int r = must || kk_os_exists(path) ? read_file(p, path, path, err) : 0;

    return r < 0 ? r : read_folder(p, path, err);
}

static int read_usual(struct kk_prefs *p, struct kk_error *err)
{
    char folder[KK_OS_PATH_MAX], path[KK_OS_PATH_MAX];
    int r = kk_os_path_join(kk_os_settings_system(), MAIN_FILE, path);

    if (r == 0)
        r = read_main(p, path, false, err);
    if (r < 0 || kk_os_settings_home(folder, NULL) < 0) /* a service without a home has none */
        return r;
    r = kk_os_path_join(folder, MAIN_FILE, path);
    return r < 0 ? r : read_main(p, path, false, err);
}

int kk_prefs_default(struct kk_prefs *ret, struct kk_error *err)
{
    *ret = (struct kk_prefs){ .read = { .file_count = 0 } };
    if (kk_conf_default(&table, &ret->read) < 0)
        return kk_error_say(err, KK_E_MEMORY, MAIN_FILE, "out of memory", "メモリ不足です");
    return 0;
}

int kk_prefs_read(const char *file, struct kk_prefs *ret, struct kk_error *err)
{
    KK_AUTO_FINI(kk_prefs) struct kk_prefs p = { .read = { .file_count = 0 } };
    int r = kk_prefs_default(&p, err);

    if (r == 0)
        r = file ? read_main(&p, file, true, err) : read_usual(&p, err);
    if (r < 0)
        return err && err->fault ? r : kk_error_set(err, r, MAIN_FILE, "%s", "");
    *ret = p;
    p = (struct kk_prefs){ .read = { .file_count = 0 } };
    return 0;
}

int kk_prefs_each(const struct kk_prefs *p, kk_conf_show_fn *fn, void *user)
{
    return kk_conf_each(&table, &p->read, fn, user);
}

void kk_prefs_fini(struct kk_prefs *p)
{
    kk_conf_fini(&table, &p->read);
}
