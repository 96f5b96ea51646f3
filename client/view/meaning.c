/* Reference data as JSON (meaning.h). [RF-1] */
#include "view/meaning.h"

#include <stdio.h>

static json_t *field_json(enum kk_ref_table table, size_t field, struct kk_slice text)
{
    json_t *form = NULL;

    if (table == KK_REF_BORDERS && field == KK_REF_BORDERS_GEOMETRY)
        form = json_loadb((const char *)text.data, text.len, 0, NULL);
    return form ? form : kk_json_text(text);
}

json_t *kk_meaning_json(enum kk_ref_table table, const struct kk_ref_entry *entry)
{
    const struct kk_ref_table_info *info = kk_ref_table_info(table);
    json_t *o = json_pack("{s:o}", "code", kk_json_text(entry->code));

    if (!o)
        return NULL;
    if (entry->from.len > 0)
        json_object_set_new(o, "valid_from", kk_json_text(entry->from));
    for (size_t i = 0; i < info->field_count; i++) {
        if (entry->texts[i].len > 0)
            json_object_set_new(o, info->fields[i].name, field_json(table, i, entry->texts[i]));
    }
    return o;
}

json_t *kk_meaning_table(const struct kk_ref *r, enum kk_ref_table table)
{
    json_t *list = json_array();

    for (size_t i = 0; i < r->lists[table].count; i++)
        kk_ignore(json_array_append_new(list, kk_meaning_json(table, &r->lists[table].items[i])));
    return list;
}

void kk_meaning_put(json_t *object, const struct kk_ref *r, enum kk_ref_table table,
                    struct kk_slice code)
{
    const struct kk_ref_entry *entry = kk_ref_find(r, table, code, kk_slice(NULL, 0));
    char key[KK_OBS_NAME_MAX + 1];

    snprintf(key, sizeof key, "%.*s", (int)code.len, code.len ? (const char *)code.data : "");
    if (entry && !json_object_get(object, key))
        json_object_set_new(object, key, kk_meaning_json(table, entry));
}
