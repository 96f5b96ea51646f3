/* Rows of devices, as a table and as JSON: one form for the registrar and for every device. */
#include "cmd/roster_view.h"

#include "kukyoku/base/text.h"
#include "kukyoku/trust/scope.h"

#include <stdio.h>
#include <string.h>

void kk_roster_ward(const struct kk_command *c, struct kk_slice code, char ret[KK_OFFICE_TEXT])
{
    char ward[6] = "";
    const char *name = KK_T(c, BUREAU);

    if (code.len == 5) {
        memcpy(ward, code.data, 5);
        name = kk_ward_name(ward, kk_lang_name(c->lang));
    }
    snprintf(ret, KK_OFFICE_TEXT, "%s", name ? name : ward);
}

void kk_roster_who(const struct kk_command *c, const struct kk_device_span *span,
                   char ret[KK_WHO_TEXT])
{
    char where[KK_OFFICE_TEXT] = "?";
    int used;

    if (span)
        kk_roster_ward(c, span->ward, where);
    used = snprintf(ret, KK_WHO_TEXT, "%s", where);
    for (size_t i = 0; span && i < 3; i++) {
        struct kk_slice part = i == 0 ? span->office : i == 1 ? span->section : span->holder;

        if (part.len && used < KK_WHO_TEXT)
            used += snprintf(ret + used, (size_t)(KK_WHO_TEXT - used), " %.*s", (int)part.len,
                             (const char *)part.data);
    }
}

void kk_roster_list_begin(struct kk_roster_list *l)
{
    const struct kk_command *c = l->command;

    kk_table_column(&l->table, KK_T(c, COL_FINGERPRINT), KK_ALIGN_LEFT);
    kk_table_column(&l->table, KK_T(c, COL_LABEL), KK_ALIGN_LEFT);
    kk_table_column(&l->table, KK_T(c, COL_ROLE), KK_ALIGN_LEFT);
    kk_table_column(&l->table, KK_T(c, COL_WARD), KK_ALIGN_LEFT);
    kk_table_column(&l->table, KK_T(c, COL_HOLDER), KK_ALIGN_LEFT);
    kk_table_column(&l->table, KK_T(c, COL_STATUS), KK_ALIGN_LEFT);
    l->rows = json_array();
}

static json_t *row_json(const uint8_t *id, const char *print, const struct kk_device_row *row)
{
    const struct kk_device_span *span = kk_device_span_newest(row);

    return json_pack("{s:s, s:o, s:o, s:s, s:o, s:o, s:o, s:s}", "fingerprint", print, "device",
                     kk_json_hex(kk_slice(id, KK_ID_BYTES)), "label", kk_json_text(row->label),
                     "role", kk_role_name((enum kk_role)span->role), "ward",
                     kk_json_text(span->ward), "office", kk_json_text(span->office), "holder",
                     kk_json_text(span->holder), "status",
                     kk_status_name((enum kk_status)span->status));
}

void kk_roster_list_add(struct kk_roster_list *l, const uint8_t id[KK_ID_BYTES],
                        const struct kk_device_row *row)
{
    const struct kk_device_span *span = kk_device_span_newest(row);
    const struct kk_command *c = l->command;
    char print[KK_FINGERPRINT_TEXT], ward[KK_OFFICE_TEXT];

    kk_fingerprint(kk_slice(id, KK_ID_BYTES), print);
    kk_roster_ward(c, span->ward, ward);
    kk_table_cell(&l->table, print);
    kk_table_cell_slice(&l->table, (const char *)row->label.data, row->label.len);
    kk_table_cell(&l->table, kk_role_label((enum kk_role)span->role, kk_lang_name(c->lang)));
    kk_table_cell(&l->table, ward);
    kk_table_cell_slice(&l->table, (const char *)span->holder.data, span->holder.len);
    kk_table_cell(&l->table,
                  kk_status_label((enum kk_status)span->status, kk_lang_name(c->lang)));
    json_array_append_new(l->rows, row_json(id, print, row));
}

int kk_roster_list_end(struct kk_roster_list *l, json_t *answer)
{
    if (!l->command->json) {
        json_decref(answer);
        return kk_table_print(&l->table, l->command->out);
    }
    if (answer)
        json_object_set(answer, "devices", l->rows);
    return kk_json_print(l->command->out, answer);
}

void kk_roster_list_fini(struct kk_roster_list *l)
{
    kk_table_fini(&l->table);
    json_decref(l->rows);
    l->rows = NULL;
}
