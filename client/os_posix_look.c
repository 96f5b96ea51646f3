/* Looking at a Linux machine (os_look.h): statfs, /sys/dev/block, /proc/locks, font folders. */
#include "os_look.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <langinfo.h>
#include <linux/magic.h>
#include <locale.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

/* --- folders and files --- */

/* Those that linux/magic.h lacks, by statfs(2). */
#define MAGIC_CIFS 0xff534d42
#define MAGIC_SMB2 0xfe534d42
#define MAGIC_FUSE 0x65735546

static const struct system {
    uint32_t magic;
    const char *name;
    bool network;
} systems[] = {
    { NFS_SUPER_MAGIC, "nfs", true },       { SMB_SUPER_MAGIC, "smb", true },
    { MAGIC_CIFS, "cifs", true },           { MAGIC_SMB2, "smb2", true },
    { CODA_SUPER_MAGIC, "coda", true },     { AFS_SUPER_MAGIC, "afs", true },
    { V9FS_MAGIC, "9p", true },             { CEPH_SUPER_MAGIC, "ceph", true },
    { TMPFS_MAGIC, "tmpfs", false },        { OVERLAYFS_SUPER_MAGIC, "overlay", false },
    { MAGIC_FUSE, "fuse", false },
};

static void fill_system(long type, struct kk_os_place *ret)
{
    for (size_t i = 0; i < KK_COUNT(systems); i++) {
        if (systems[i].magic != (uint32_t)type)
            continue;
        snprintf(ret->system, sizeof ret->system, "%s", systems[i].name);
        ret->network = systems[i].network;
    }
}

int kk_os_look(const char *path, struct kk_os_place *ret, struct kk_error *err)
{
    struct statvfs room;
    struct statfs fs;
    struct stat st;

    *ret = (struct kk_os_place){ 0 };
    if (stat(path, &st) < 0)
        return errno == ENOENT || errno == ENOTDIR ? 0 : kk_os_failed(path, err);
    if (statfs(path, &fs) < 0 || statvfs(path, &room) < 0)
        return kk_os_failed(path, err);
    ret->there = true;
    ret->is_dir = S_ISDIR(st.st_mode);
    ret->own = st.st_uid == geteuid();
    ret->mode = st.st_mode & 07777;
    ret->read_only = (room.f_flag & ST_RDONLY) != 0;
    ret->free_bytes = (uint64_t)room.f_bavail * room.f_frsize;
    ret->all_bytes = (uint64_t)room.f_blocks * room.f_frsize;
    ret->modified_ms = (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
    fill_system((long)fs.f_type, ret);
    return 0;
}

/* By a handle, so that a link put in its place meanwhile is not followed. */
int kk_os_tighten(const char *path, struct kk_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct stat st;
    int r = 0;

    if (fd < 0)
        return kk_os_failed(path, err);
    if (fstat(fd, &st) < 0)
        r = kk_os_failed(path, err);
    else if (st.st_uid != geteuid())
        r = kk_error_say(err, KK_E_IO, path, "it belongs to somebody else",
                         "ほかの利用者のものです");
    else if (fchmod(fd, S_ISDIR(st.st_mode) ? 0700 : 0600) < 0)
        r = kk_os_failed(path, err);
    close(fd);
    return r;
}

/* --- the disk --- */

static bool read_word(const char *path, char *ret, size_t size)
{
    FILE *f = fopen(path, "re");
    bool got = f && fgets(ret, (int)size, f);

    if (f)
        fclose(f);
    if (got)
        ret[strcspn(ret, "\n")] = '\0';
    return got;
}

static bool in_container(void)
{
    return kk_os_exists("/.dockerenv") || kk_os_exists("/run/.containerenv") ||
           kk_os_exists("/run/systemd/container");
}

static int find_crypt(const char *block, unsigned depth);

/* What a logical volume or a RAID is made of: encrypted when all of it is. 1, 0. */
static int slaves_crypt(const char *block, unsigned depth)
{
    char dir[PATH_MAX / 2], below[PATH_MAX];
    int found = 0, all = 1;
    struct dirent *entry;
    DIR *slaves;

    snprintf(dir, sizeof dir, "%s/slaves", block);
    slaves = opendir(dir);
    while (slaves && (entry = readdir(slaves))) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(below, sizeof below, "/sys/class/block/%s", entry->d_name);
        found = 1;
        all = all && find_crypt(below, depth + 1);
    }
    if (slaves)
        closedir(slaves);
    return found && all;
}

static int find_crypt(const char *block, unsigned depth)
{
    char path[PATH_MAX], uuid[128] = "";

    if (depth > 8)
        return 0;
    snprintf(path, sizeof path, "%s/dm/uuid", block);
    if (read_word(path, uuid, sizeof uuid) && strncmp(uuid, "CRYPT-", 6) == 0)
        return 1;
    return slaves_crypt(block, depth);
}

enum kk_os_answer kk_os_encrypted(const char *path, enum kk_os_hidden *ret_why)
{
    char block[64];
    struct stat st;

    *ret_why = KK_OS_HIDDEN_CONTAINER;
    if (in_container())
        return KK_OS_UNKNOWN;
    *ret_why = KK_OS_HIDDEN_DEVICE;
    if (stat(path, &st) < 0)
        return KK_OS_UNKNOWN;
    snprintf(block, sizeof block, "/sys/dev/block/%u:%u", major(st.st_dev), minor(st.st_dev));
    if (!kk_os_exists(block))
        return KK_OS_UNKNOWN;
    *ret_why = KK_OS_HIDDEN_NOT;
    return find_crypt(block, 0) ? KK_OS_YES : KK_OS_NO;
}

/* --- the page --- */

bool kk_os_port_free(void)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool good = fd >= 0 && bind(fd, (const struct sockaddr *)&at, sizeof at) == 0 &&
                listen(fd, 1) == 0;

    if (fd >= 0)
        close(fd);
    return good;
}

/* Beginnings of names of files with Japanese letters, as Debian and Windows call them. */
static bool is_japanese(const char *name)
{
    static const char *const known[] = { "BIZ-UD", "BIZUD", "NotoSansCJK", "NotoSerifCJK",
                                         "NotoSansJP", "NotoSerifJP", "ipa", "IPA", "fonts-japan",
                                         "Takao", "VL-", "VL-Gothic", "umeplus", "mplus",
                                         "migmix", "SourceHanSans", "yugoth", "YuGoth", "meiryo",
                                         "msgothic", "DroidSansFallback", "DroidSansJapanese" };

    for (size_t i = 0; i < KK_COUNT(known); i++) {
        if (strncmp(name, known[i], strlen(known[i])) == 0)
            return true;
    }
    return false;
}

static bool search_fonts(char *const *folders, char ret[KK_OS_NAME_MAX])
{
    FTS *walk = fts_open(folders, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR | FTS_NOSTAT, NULL);
    bool found = false;
    FTSENT *e;

    while (walk && !found && (e = fts_read(walk))) {
        const char *dot = e->fts_info == FTS_D ? NULL : strrchr(e->fts_name, '.');

        found = dot && e->fts_info != FTS_DP && is_japanese(e->fts_name) &&
                (strcasecmp(dot, ".ttf") == 0 || strcasecmp(dot, ".ttc") == 0 ||
                 strcasecmp(dot, ".otf") == 0);
        if (found)
            snprintf(ret, KK_OS_NAME_MAX, "%.*s", KK_OS_NAME_MAX - 1, e->fts_name);
    }
    if (walk)
        fts_close(walk);
    return found;
}

bool kk_os_japanese_font(char ret[KK_OS_NAME_MAX])
{
    char shared[] = "/usr/share/fonts", local[] = "/usr/local/share/fonts";
    char data[KK_OS_PATH_MAX] = "", dot[KK_OS_PATH_MAX] = "";
    const char *home = getenv("HOME");
    const char *given = getenv("XDG_DATA_HOME");
    char *folders[] = { shared, local, data, dot, NULL };

    if (given && given[0] == '/')
        snprintf(data, sizeof data, "%s/fonts", given);
    else
        snprintf(data, sizeof data, "%s/.local/share/fonts", home ? home : "");
    snprintf(dot, sizeof dot, "%s/.fonts", home ? home : "");
    return search_fonts(folders, ret);
}

void kk_os_codeset(char ret[KK_OS_NAME_MAX])
{
    locale_t asked = newlocale(LC_CTYPE_MASK, "", (locale_t)0);

    ret[0] = '\0';
    if (!asked)
        return;
    snprintf(ret, KK_OS_NAME_MAX, "%s", nl_langinfo_l(CODESET, asked));
    freelocale(asked);
}

/* --- the lock --- */

/* The process that /proc/locks names for this file; 0: none that we may see. */
static int holder_of(const struct stat *st)
{
    FILE *f = fopen("/proc/locks", "re");
    char line[256];
    int found = 0;

    while (f && !found && fgets(line, sizeof line, f)) {
        unsigned at_major, at_minor;
        unsigned long long inode;
        int process;

        if (sscanf(line, "%*d: FLOCK %*s WRITE %d %x:%x:%llu", &process, &at_major, &at_minor,
                   &inode) == 4 &&
            inode == st->st_ino && at_major == major(st->st_dev) &&
            at_minor == minor(st->st_dev) && process > 0)
            found = process;
    }
    if (f)
        fclose(f);
    return found;
}

static bool is_halted(int process)
{
    char path[64], line[512];
    const char *end;

    snprintf(path, sizeof path, "/proc/%d/stat", process);
    if (!read_word(path, line, sizeof line))
        return false;
    end = strrchr(line, ')'); /* the name before it may hold anything */
    return end && end[1] == ' ' && strchr("TtZX", end[2]) && end[2];
}

int kk_os_lock_look(const char *dir, const char *name, struct kk_os_holder *ret,
                    struct kk_error *err)
{
    char path[KK_OS_PATH_MAX];
    struct stat st;
    int fd, r = kk_os_path_join(dir, name, path);

    *ret = (struct kk_os_holder){ 0 };
    if (r < 0)
        return r;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? 0 : kk_os_failed(path, err);
    ret->held = flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
    if (ret->held && fstat(fd, &st) == 0)
        ret->process = holder_of(&st);
    if (ret->process)
        ret->halted = is_halted(ret->process);
    close(fd); /* and with it what was taken */
    return 0;
}
