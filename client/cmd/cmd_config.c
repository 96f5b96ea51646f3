/* `kukyoku config …`: which settings hold, and where each one stands. */
#include "cmd/command.h"

#include "config/prefs.h"
#include "view/json.h"

/* The settings are read here: a mistake in them is what this command is asked about. */
static int read_again(struct kk_command *c, struct kk_prefs *ret)
{
    return kk_prefs_read(c->settings_file, ret, &c->err);
}

int cmd_config_check(struct kk_command *c)
{
    KK_AUTO_FINI(kk_prefs) struct kk_prefs p = { .read = { .file_count = 0 } };
    json_t *files;
    int r = read_again(c, &p);

    if (r < 0)
        return r;
    files = json_array();
    for (size_t i = 0; i < p.read.file_count; i++) {
        kk_out_line(c->out, KK_T(c, CONFIG_OK), p.read.files[i]);
        json_array_append_new(files, json_string(p.read.files[i]));
    }
    if (p.read.file_count == 0)
        kk_out_say(c->out, "%s", KK_T(c, CONFIG_NONE));
    if (c->json)
        return kk_json_print(c->out, json_pack("{s:o}", "files", files));
    json_decref(files);
    return 0;
}

struct showing {
    struct kk_command *command;
    json_t *list;
    const char *section;
    bool origin;
};

static int show_json(struct showing *s, const struct kk_conf_shown *shown)
{
    json_t *one = json_pack("{s:s, s:s, s:s}", "section", shown->setting->section, "key",
                            shown->setting->key, "value", shown->value);

    if (one && shown->file)
        json_object_set_new(one, "origin", json_sprintf("%s:%d", shown->file, shown->line));
    else if (one)
        json_object_set_new(one, "origin", json_null());
    return json_array_append_new(s->list, one) == 0 ? 0 : KK_E_MEMORY;
}

static int show_one(void *user, const struct kk_conf_shown *shown)
{
    struct showing *s = user;
    const struct kk_conf_row *is = shown->setting;
    struct kk_command *c = s->command;

    if (c->json)
        return show_json(s, shown);
    if (strcmp(s->section, is->section) != 0)
        kk_out_line(c->out, "%s[%s]", s->section[0] ? "\n" : "", is->section);
    s->section = is->section;
    if (!s->origin)
        kk_out_line(c->out, "%s = %s", is->key, shown->value);
    else if (shown->file)
        kk_out_line(c->out, "%s = %s  ; %s:%d", is->key, shown->value, shown->file, shown->line);
    else
        kk_out_line(c->out, "%s = %s  ; %s", is->key, shown->value, KK_T(c, CONFIG_DEFAULT));
    return 0;
}

int cmd_config_show(struct kk_command *c)
{
    KK_AUTO_FINI(kk_prefs) struct kk_prefs p = { .read = { .file_count = 0 } };
    struct showing s = { .command = c, .section = "", .origin = kk_command_flag(c, "origin") };
    int r = read_again(c, &p);

    if (r < 0)
        return r;
    s.list = json_array();
    r = kk_prefs_each(&p, show_one, &s);
    if (c->json && r == 0)
        return kk_json_print(c->out, json_pack("{s:o}", "settings", s.list));
    json_decref(s.list);
    return r;
}
