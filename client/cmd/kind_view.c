/* Everything here comes from fields.def and kinds.def. */
#include "cmd/kind_view.h"

#include "cmd/names.h"
#include "view/json.h"
#include "view/table.h"

#define CODES_TEXT 4000
#define LIMIT_TEXT 48

static bool japanese(const struct kk_command *c)
{
    return c->lang == KK_LANG_JA;
}

static const char *name_at(const void *list, size_t i)
{
    size_t count;
    const struct kk_kind_info *kinds = kk_kind_list(&count);

    (void)list;
    return i < count ? kinds[i].name : NULL;
}

const struct kk_kind_info *kk_kind_named(struct kk_command *c, const char *name)
{
    const struct kk_kind_info *kind = kk_kind_parse(name);

    if (!kind) /* told by the caller */
        kk_ignore(kk_names_refuse(c, "KIND", name, name_at, NULL));
    return kind;
}

static const char *writer_text(const struct kk_command *c, enum kk_writer by)
{
    switch (by) {
    case KK_BY_WARD:
        return kk_who_text(KK_WHO_WARD, c->lang);
    case KK_BY_LEAD:
        return kk_who_text(KK_WHO_LEAD, c->lang);
    case KK_BY_OFFICER:
    case KK_BY_BUREAU:
        return kk_who_text(KK_WHO_OFFICER, c->lang);
    case KK_BY_ANY:
    case KK_BY_CASE:
        break;
    }
    return kk_who_text(KK_WHO_MEMBER, c->lang);
}

static const char *way_text(const struct kk_command *c, enum kk_way way)
{
    if (way == KK_WAY_SHARE)
        return KK_T(c, WAY_SHARE);
    return way == KK_WAY_EXPORT ? KK_T(c, WAY_EXPORT) : "";
}

static const char *type_text(const struct kk_command *c, enum kk_item_type type)
{
    switch (type) {
    case KK_ITEM_LINE:
        return KK_T(c, TYPE_LINE);
    case KK_ITEM_TEXT:
        return KK_T(c, TYPE_TEXT);
    case KK_ITEM_INT:
        return KK_T(c, TYPE_INT);
    case KK_ITEM_DATE:
        return "YYYY-MM-DD";
    case KK_ITEM_YEAR:
        return KK_T(c, TYPE_YEAR);
    case KK_ITEM_LIST:
        return KK_T(c, TYPE_LIST);
    case KK_ITEM_FIGURES:
        return KK_T(c, TYPE_FIGURES);
    case KK_ITEM_REF:
        return KK_T(c, TYPE_REF);
    case KK_ITEM_CODE:
        break;
    }
    return KK_T(c, TYPE_CODE);
}

static const char *needed_text(const struct kk_command *c, const struct kk_item *item)
{
    if (item->needed_for == KK_NEEDED_NEVER)
        return "";
    return kk_act_label(item->needed_for, kk_lang_name(c->lang));
}

/* "people（人々）, …" */
static void codes_text(const struct kk_command *c, const struct kk_term *t, char ret[CODES_TEXT])
{
    size_t count = 0, len = 0;
    const struct kk_code *codes = t->type == KK_ITEM_CODE ? kk_codes(t->codes, &count) : NULL;

    ret[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        int n = snprintf(ret + len, CODES_TEXT - len, japanese(c) ? "%s%s（%s）" : "%s%s (%s)",
                         i ? ", " : "", codes[i].name, japanese(c) ? codes[i].ja : codes[i].en);

        if (n < 0 || (size_t)n >= CODES_TEXT - len) {
            ret[len] = '\0'; /* whole codes, never half a character */
            return;
        }
        len += (size_t)n;
    }
}

/* --- all kinds --- */

static json_t *kind_json(const struct kk_command *c, const struct kk_kind_info *k)
{
    static const char *const ways[] = { "none", "share", "export" };

    return json_pack("{s:s, s:s, s:s, s:i, s:s, s:s, s:b, s:s?}", "kind", k->name, "label",
                     japanese(c) ? k->ja : k->en, "home", kk_scope_info(k->home)->prefix, "schema",
                     (int)k->schema, "written_by", writer_text(c, k->who), "way", ways[k->way],
                     "frozen", kk_kind_frozen(k), "guide", k->guide[0] ? k->guide : NULL);
}

int kk_kinds_show(struct kk_command *c)
{
    KK_AUTO_FINI(kk_table) struct kk_table t = { .count = 0 };
    json_t *list = json_array();
    size_t count;
    const struct kk_kind_info *kinds = kk_kind_list(&count);

    kk_table_column(&t, KK_T(c, COL_KIND), KK_ALIGN_LEFT);
    kk_table_column(&t, "", KK_ALIGN_LEFT);
    kk_table_column(&t, KK_T(c, COL_SCOPE), KK_ALIGN_LEFT);
    kk_table_column(&t, KK_T(c, COL_WRITERS), KK_ALIGN_LEFT);
    kk_table_column(&t, "", KK_ALIGN_LEFT);
    kk_table_column(&t, KK_T(c, COL_GUIDE), KK_ALIGN_LEFT);
    for (size_t i = 0; i < count; i++) {
        kk_table_cell(&t, kinds[i].name);
        kk_table_cell(&t, japanese(c) ? kinds[i].ja : kinds[i].en);
        kk_table_cell(&t, kk_scope_info(kinds[i].home)->prefix);
        kk_table_cell(&t, writer_text(c, kinds[i].who));
        kk_table_cell(&t, way_text(c, kinds[i].way));
        kk_table_cell(&t, kinds[i].guide);
        json_array_append_new(list, kind_json(c, &kinds[i]));
    }
    if (c->json)
        return kk_json_print(c->out, json_pack("{s:o}", "kinds", list));
    json_decref(list);
    return kk_table_print(&t, c->out);
}

/* --- one kind --- */

static json_t *codes_json(const struct kk_command *c, const struct kk_term *t)
{
    json_t *list = json_array();
    size_t count = 0;
    const struct kk_code *codes = t->type == KK_ITEM_CODE ? kk_codes(t->codes, &count) : NULL;

    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_pack("{s:s, s:s}", "code", codes[i].name, "label",
                                              japanese(c) ? codes[i].ja : codes[i].en));
    return list;
}

static json_t *item_json(const struct kk_command *c, const struct kk_item *item)
{
    static const char *const types[] = {
        [KK_ITEM_LINE] = "line",   [KK_ITEM_TEXT] = "text",       [KK_ITEM_INT] = "number",
        [KK_ITEM_DATE] = "date",   [KK_ITEM_YEAR] = "year",       [KK_ITEM_LIST] = "list",
        [KK_ITEM_CODE] = "code",   [KK_ITEM_FIGURES] = "figures", [KK_ITEM_REF] = "records",
    };
    const struct kk_term *t = item->term;
    bool ja = japanese(c);

    return json_pack("{s:s, s:i, s:s, s:I, s:s?, s:b, s:b, s:s, s:s, s:o}", "name", t->name,
                     "number", (int)t->number, "type", types[t->type], "max", (json_int_t)t->max,
                     "needed_for", item->needed_for ? kk_act_name(item->needed_for) : NULL,
                     "shared", item->goes == KK_GOES_SHARED, "told", item->goes != KK_GOES_STAYS,
                     "label", ja ? t->ja : t->en, "help", ja ? t->help_ja : t->help_en, "codes",
                     codes_json(c, t));
}

json_t *kk_kind_json(const struct kk_command *c, const struct kk_kind_info *kind)
{
    json_t *j = kind_json(c, kind), *fields = json_array();

    for (size_t i = 0; i < kind->count; i++)
        json_array_append_new(fields, item_json(c, &kind->items[i]));
    json_object_set_new(j, "fields", fields);
    return j;
}

/* "120", "4000", "64 × 400": characters are counted in bytes, as they are kept. */
static void limit_text(const struct kk_term *t, char ret[LIMIT_TEXT])
{
    ret[0] = '\0';
    switch (t->type) {
    case KK_ITEM_LINE:
    case KK_ITEM_TEXT:
    case KK_ITEM_INT:
    case KK_ITEM_REF:
        snprintf(ret, LIMIT_TEXT, "%lld", (long long)t->max);
        break;
    case KK_ITEM_LIST:
    case KK_ITEM_FIGURES:
        snprintf(ret, LIMIT_TEXT, "%lld × %d", (long long)t->max, KK_LIST_LINE_MAX);
        break;
    case KK_ITEM_YEAR:
        snprintf(ret, LIMIT_TEXT, "%d–%lld", KK_YEAR_MIN, (long long)t->max);
        break;
    case KK_ITEM_DATE:
    case KK_ITEM_CODE:
        break;
    }
}

static void item_row(const struct kk_command *c, struct kk_table *t, const struct kk_item *item)
{
    const struct kk_term *term = item->term;
    char codes[CODES_TEXT], limit[LIMIT_TEXT];

    codes_text(c, term, codes);
    limit_text(term, limit);
    kk_table_cell(t, term->name);
    kk_table_cell(t, japanese(c) ? term->ja : term->en);
    kk_table_cell(t, type_text(c, term->type));
    kk_table_cell(t, limit);
    kk_table_cell(t, needed_text(c, item));
    kk_table_cell(t, codes[0] ? codes : japanese(c) ? term->help_ja : term->help_en);
}

int kk_kind_show(struct kk_command *c, const struct kk_kind_info *kind)
{
    KK_AUTO_FINI(kk_table) struct kk_table t = { .count = 0 };

    if (c->json)
        return kk_json_print(c->out, kk_kind_json(c, kind));
    kk_table_column(&t, KK_T(c, COL_FIELD), KK_ALIGN_LEFT);
    kk_table_column(&t, "", KK_ALIGN_LEFT);
    kk_table_column(&t, KK_T(c, COL_TYPE), KK_ALIGN_LEFT);
    kk_table_column(&t, KK_T(c, COL_LIMIT), KK_ALIGN_LEFT);
    kk_table_column(&t, KK_T(c, COL_NEEDED), KK_ALIGN_LEFT);
    kk_table_column(&t, "", KK_ALIGN_LEFT);
    for (size_t i = 0; i < kind->count; i++)
        item_row(c, &t, &kind->items[i]);
    if (kind->guide[0])
        kk_out_line(c->out, "%s: %s", KK_T(c, COL_GUIDE), kind->guide);
    return kk_table_print(&t, c->out);
}

/* --- a form to fill in --- */

static json_t *empty_value(enum kk_item_type type)
{
    bool list = type == KK_ITEM_LIST || type == KK_ITEM_REF || type == KK_ITEM_FIGURES;

    return list ? json_array() : json_string("");
}

int kk_kind_template(struct kk_command *c, const struct kk_kind_info *kind)
{
    json_t *form = json_object();

    for (size_t i = 0; i < kind->count; i++) {
        const struct kk_item *item = &kind->items[i];
        const struct kk_term *t = item->term;
        char codes[CODES_TEXT], name[64];

        codes_text(c, t, codes);
        snprintf(name, sizeof(name), "#%s", t->name);
        json_object_set_new(
            form, name,
            json_sprintf("%s: %s%s%s%s", japanese(c) ? t->ja : t->en,
                         codes[0]        ? codes
                         : japanese(c) ? t->help_ja
                                         : t->help_en,
                         item->needed_for ? " [" : "", needed_text(c, item),
                         item->needed_for ? "]" : ""));
        json_object_set_new(form, t->name, empty_value(t->type));
    }
    return kk_json_print(c->out, form);
}
