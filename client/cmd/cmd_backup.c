/* `kukyoku backup` and `kukyoku restore`: a home, or a desk's folder, there and back. */
#include "cmd/command.h"

#include "model/backup.h"
#include "view/json.h"
#include "view/when.h"

/* The home, or the folder that --dir names, without slashes at its end. */
static int folder_of(struct kk_command *c, char ret[KK_OS_PATH_MAX])
{
    const char *dir = kk_command_option(c, "dir");
    int r = kk_os_path_absolute(dir ? dir : c->home, ret, &c->err);

    for (size_t len = strlen(ret); r == 0 && len > 1 && ret[len - 1] == '/'; len--)
        ret[len - 1] = '\0';
    return r;
}

static json_t *lines_json(const struct kk_bytes *text)
{
    struct kk_slice rest = kk_bytes_slice(text), line;
    json_t *list = json_array();

    while (kk_slice_line(&rest, &line))
        json_array_append_new(list, kk_json_text(line));
    return list;
}

static int show(struct kk_command *c, const char *what, const struct kk_backup_report *rep)
{
    char when[KK_WHEN_TEXT];

    if (c->json)
        return kk_json_print(
            c->out, json_pack("{s:s, s:s, s:o, s:I, s:I, s:s?, s:o, s:o, s:b}", "done", what,
                              "backup", rep->path, "made", kk_json_instant(rep->made_ms), "bytes",
                              (json_int_t)rep->bytes, "removed", (json_int_t)rep->removed, "aside",
                              rep->aside[0] ? rep->aside : NULL, "state", lines_json(&rep->state),
                              "lost", lines_json(&rep->lost), "dry_run", c->dry_run));
    kk_when_instant(rep->made_ms, c->lang, when);
    kk_out_line(c->out, "%s (%s)", rep->path, when);
    kk_out_line(c->out, "%.*s", (int)(rep->state.len ? rep->state.len - 1 : 0),
                rep->state.data ? (const char *)rep->state.data : "");
    if (rep->lost.len)
        kk_out_warn(c->out, KK_T(c, RESTORE_LOST), (int)rep->lost.len - 1,
                    (const char *)rep->lost.data);
    if (rep->aside[0])
        kk_out_say(c->out, KK_T(c, RESTORE_ASIDE), rep->aside);
    return 0;
}

int cmd_backup(struct kk_command *c)
{
    KK_AUTO_FINI(kk_backup_report) struct kk_backup_report rep = { .made_ms = 0 };
    char folder[KK_OS_PATH_MAX];
    int r = folder_of(c, folder);

    if (r == 0)
        r = kk_backup_make(folder, kk_command_arg(c, 0), &rep, &c->err);
    if (r < 0)
        return r;
    kk_out_say(c->out, KK_T(c, BACKUP_MADE), (unsigned long long)rep.bytes, rep.removed);
    return show(c, "backup", &rep);
}

int cmd_restore(struct kk_command *c)
{
    KK_AUTO_FINI(kk_backup_report) struct kk_backup_report rep = { .made_ms = 0 };
    bool test = kk_command_flag(c, "test");
    char folder[KK_OS_PATH_MAX];
    struct kk_restore how = {
        .folder = folder,
        .from = kk_command_arg(c, 0),
        .mode = test ? KK_RESTORE_TEST : c->dry_run ? KK_RESTORE_DRY : KK_RESTORE,
        .force = kk_command_flag(c, "force"),
    };
    int r = folder_of(c, folder);

    if (r == 0)
        r = kk_backup_restore(&how, &rep, &c->err);
    if (r < 0)
        return r;
    kk_out_say(c->out, "%s", test         ? KK_T(c, RESTORE_TESTED)
                             : c->dry_run ? KK_T(c, RESTORE_WOULD)
                                          : KK_T(c, RESTORE_DONE));
    return show(c, test ? "test" : c->dry_run ? "dry-run" : "restore", &rep);
}
