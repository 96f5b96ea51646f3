/* `kukyoku data practice`: practice (実践例) that the bureau has published. [KE-2] */
#include "cmd/cell_view.h"
#include "kukyoku/base/text.h"
#include "model/practice.h"
#include "os.h"

#include <string.h>

struct showing {
    struct kk_command *command;
    const struct kk_home *home;
    const char *id; /* NULL: a list of all */
    size_t found;
    json_t *json;
};

static json_t *practice_json(const struct kk_practice *p)
{
    json_t *fields = json_object();

    for (size_t i = 0; i < p->count; i++) {
        char name[KK_OBS_TEXT_MAX + 1];

        kk_cell_text(p->fields[i].name, name);
        json_object_set_new(fields, name, kk_json_text(p->fields[i].text));
    }
    return json_pack("{s:o, s:o, s:o}", "id", kk_json_hex(kk_slice(p->id, KK_ID_BYTES)), "area",
                     kk_json_text(p->area), "fields", fields);
}

/* The label of the vocabulary; a name that a later program made as it is. */
static void show_field(struct kk_command *c, struct kk_slice name, struct kk_slice text)
{
    const struct kk_item *item = kk_kind_item_named(kk_kind_info(KK_KIND_PRACTICE), name);
    struct kk_slice line;

    if (item)
        kk_out_line(c->out, "%s:", c->lang == KK_LANG_JA ? item->term->ja : item->term->en);
    else
        kk_out_line(c->out, "%.*s:", (int)name.len, (const char *)name.data);
    while (kk_text_line(&text, &line))
        kk_out_line(c->out, "  %.*s", (int)line.len, (const char *)line.data);
}

static void show_one(struct showing *x, const struct kk_practice *p)
{
    struct kk_command *c = x->command;
    char id[2 * KK_ID_BYTES + 1], code[KK_OBS_TEXT_MAX + 1], area[KK_CELL_AREA_TEXT];
    struct kk_slice title = kk_practice_text(p, "title");

    kk_hex_encode(kk_slice(p->id, KK_ID_BYTES), id);
    kk_cell_text(p->area, code);
    kk_cell_area(c, x->home, code, area);
    kk_out_line(c->out, "%.8s  %.*s  %s", id, (int)title.len, (const char *)title.data, area);
    for (size_t i = 0; x->id && i < p->count; i++) {
        if (!kk_slice_is(p->fields[i].name, "title"))
            show_field(c, p->fields[i].name, p->fields[i].text);
    }
}

static int take(void *user, const struct kk_practice *p)
{
    struct showing *x = user;
    char id[2 * KK_ID_BYTES + 1];

    kk_hex_encode(kk_slice(p->id, KK_ID_BYTES), id);
    if (x->id && strncmp(id, x->id, strlen(x->id)) != 0)
        return 0;
    x->found++;
    if (x->command->json)
        return json_array_append_new(x->json, practice_json(p)) < 0 ? KK_E_MEMORY : 0;
    show_one(x, p);
    return 0;
}

static int tell(struct kk_command *c, struct showing *x, const struct kk_data_origin *origin)
{
    if (x->id && x->found == 0)
        return kk_error_say(&c->err, KK_E_NOT_FOUND, x->id, "no such practice is published",
                            "そのような公表済みの実践例はありません");
    if (x->found == 0) {
        kk_out_say(c->out, "%s", KK_T(c, PRACTICE_NOTHING));
        kk_command_exit(c, KK_EXIT_WARNINGS);
    }
    return c->json ? kk_json_print(c->out, json_pack("{s:o, s:O}", "origin",
                                                     kk_origin_json(origin), "practices", x->json))
                   : 0;
}

int cmd_data_practice(struct kk_command *c)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    KK_AUTO_FINI(kk_records) struct kk_records records = { 0 };
    struct kk_data_origin origin = { 0 };
    struct showing x = { .command = c, .home = &home, .id = kk_command_arg(c, 0),
                         .json = json_array() };
    int r = kk_home_open(c->home, KK_HOME_READ, &home, &c->err);

    if (r == 0)
        r = kk_records_open_public(&records, &home, &c->err);
    if (r == 0)
        r = kk_data_origin(&home, kk_os_now_ms(), &origin);
    if (r == 0 && !c->json)
        kk_origin_view(c, &origin, 0);
    if (r == 0)
        r = kk_practice_each(&records, take, &x);
    if (r == 0)
        r = tell(c, &x, &origin);
    json_decref(x.json);
    return r;
}
