/* `kukyoku data reference`: what the codes of figures mean, as of a release. [RF-1] */
#include "cmd/cell_view.h"
#include "model/reference.h"
#include "os.h"
#include "view/meaning.h"

/* --table, or all of them. */
static int tables_wanted(struct kk_command *c, unsigned *ret)
{
    unsigned wanted = 0;

    for (size_t i = 0; kk_command_option_at(c, "table", i); i++) {
        const char *name = kk_command_option_at(c, "table", i);
        enum kk_ref_table table = kk_ref_table_named(kk_slice_text(name));

        if (table == KK_REF_TABLE_COUNT)
            return kk_command_usage(c, "--table", "%s", KK_T(c, REFERENCE_TABLES));
        wanted |= 1u << table;
    }
    *ret = wanted ? wanted : (1u << KK_REF_TABLE_COUNT) - 1;
    return 0;
}

static int show_json(struct kk_command *c, const struct kk_ref *ref, unsigned tables,
                     const struct kk_data_origin *origin)
{
    json_t *o = json_pack("{s:o}", "origin", kk_origin_json(origin));

    for (size_t t = 0; o && t < KK_REF_TABLE_COUNT; t++) {
        if (tables & (1u << t))
            json_object_set_new(o, kk_ref_table_info((enum kk_ref_table)t)->name,
                                kk_meaning_table(ref, (enum kk_ref_table)t));
    }
    return kk_json_print(c->out, o);
}

static void show_entry(struct kk_command *c, const struct kk_ref_table_info *info,
                       const struct kk_ref_entry *e)
{
    bool ja = c->lang == KK_LANG_JA;

    kk_out_line(c->out, "  %.*s%s%.*s", (int)e->code.len, (const char *)e->code.data,
                e->from.len ? " " : "", (int)e->from.len, (const char *)e->from.data);
    for (size_t i = 0; i < info->field_count; i++) {
        const struct kk_ref_field *f = &info->fields[i];

        if (e->texts[i].len > 0 && f->max <= KK_REF_SHOWN_MAX)
            kk_out_line(c->out, "    %s: %.*s", ja ? f->ja : f->en, (int)e->texts[i].len,
                        (const char *)e->texts[i].data);
    }
}

static void show_tables(struct kk_command *c, const struct kk_ref *ref, unsigned tables)
{
    for (size_t t = 0; t < KK_REF_TABLE_COUNT; t++) {
        const struct kk_ref_table_info *info = kk_ref_table_info((enum kk_ref_table)t);
        const struct kk_ref_list *list = &ref->lists[t];

        if (!(tables & (1u << t)) || list->count == 0)
            continue;
        kk_out_line(c->out, "%s (%s): %zu", c->lang == KK_LANG_JA ? info->ja : info->en,
                    info->name, list->count);
        for (size_t i = 0; i < list->count && kk_command_option(c, "table"); i++)
            show_entry(c, info, &list->items[i]);
    }
}

int cmd_data_reference(struct kk_command *c)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    KK_AUTO_FINI(kk_ref) struct kk_ref ref;
    struct kk_range releases = { 1, UINT32_MAX, 0 };
    struct kk_data_origin origin = { 0 };
    unsigned tables = 0;
    int64_t as_of;
    int r = kk_command_number(c, "as-of", releases, &as_of);

    kk_ref_init(&ref);
    if (r == 0)
        r = tables_wanted(c, &tables);
    if (r == 0)
        r = kk_home_open(c->home, KK_HOME_READ, &home, &c->err);
    if (r == 0)
        r = kk_data_release(&home, (uint32_t)as_of, &c->err);
    if (r == 0)
        r = kk_reference_load(&home, (uint32_t)as_of, &ref, &c->err);
    if (r == 0)
        r = kk_data_origin(&home, kk_os_now_ms(), &origin);
    if (r < 0)
        return r;
    if (c->json)
        return show_json(c, &ref, tables, &origin);
    kk_origin_view(c, &origin, (uint32_t)as_of);
    if (kk_ref_empty(&ref)) {
        kk_out_say(c->out, "%s", KK_T(c, REFERENCE_NOTHING));
        kk_command_exit(c, KK_EXIT_WARNINGS);
    }
    show_tables(c, &ref, tables);
    return 0;
}
