/* Who holds what (who_view.h). [DM-19] */
#include "cmd/who_view.h"

#include "cmd/roster_view.h"
#include "desk/holders.h"
#include "kukyoku/base/text.h"
#include "view/json.h"
#include "view/table.h"
#include "view/when.h"

struct showing {
    struct kk_command *command;
    struct kk_table table;
    json_t *list;
    uint32_t newest;
    size_t behind;
};

static void columns(struct kk_command *c, struct kk_table *t)
{
    kk_table_column(t, KK_T(c, COL_FINGERPRINT), KK_ALIGN_LEFT);
    kk_table_column(t, KK_T(c, COL_WARD), KK_ALIGN_LEFT);
    kk_table_column(t, KK_T(c, COL_HOLDER), KK_ALIGN_LEFT);
    kk_table_column(t, KK_T(c, COL_ROLE), KK_ALIGN_LEFT);
    kk_table_column(t, KK_T(c, COL_RELEASE), KK_ALIGN_RIGHT);
    kk_table_column(t, KK_T(c, COL_DATE), KK_ALIGN_LEFT);
}

static int json_row(struct showing *s, const uint8_t id[KK_ID_BYTES],
                    const struct kk_device_span *span, const struct kk_holder *held)
{
    json_t *row = json_pack(
        "{s:o, s:o, s:o, s:s, s:o, s:o, s:b}", "device", kk_json_hex(kk_slice(id, KK_ID_BYTES)),
        "ward", kk_json_text(span->ward), "holder", kk_json_text(span->holder), "role",
        kk_role_name((enum kk_role)span->role), "release",
        held && held->release ? json_integer(held->release) : json_null(), "said",
        kk_json_instant(held ? held->said_ms : 0), "behind",
        !held || held->release < s->newest);

    return json_array_append_new(s->list, row) < 0 ? KK_E_MEMORY : 0;
}

static int show_row(struct showing *s, const uint8_t id[KK_ID_BYTES],
                    const struct kk_device_span *span, const struct kk_holder *held)
{
    struct kk_command *c = s->command;
    char print[KK_FINGERPRINT_TEXT], ward[KK_OFFICE_TEXT], when[KK_WHEN_TEXT] = "";

    s->behind += !held || held->release < s->newest;
    if (c->json)
        return json_row(s, id, span, held);
    kk_fingerprint(kk_slice(id, KK_ID_BYTES), print);
    kk_roster_ward(c, span->ward, ward);
    if (held)
        kk_when_date(held->said_ms, c->lang, when);
    kk_table_cell(&s->table, print);
    kk_table_cell(&s->table, ward);
    kk_table_cell_slice(&s->table, (const char *)span->holder.data, span->holder.len);
    kk_table_cell(&s->table, kk_role_label((enum kk_role)span->role, kk_lang_name(c->lang)));
    if (held && held->release)
        kk_table_cellf(&s->table, "%u", (unsigned)held->release);
    else
        kk_table_cell(&s->table, KK_T(c, WHO_NONE));
    kk_table_cell(&s->table, when);
    return 0;
}

static int show_all(struct showing *s, const struct kk_roster_view *view,
                    const struct kk_holders *holders)
{
    struct kk_command *c = s->command;
    int r = 0;

    for (size_t i = 0; r == 0 && i < view->devices->rows.count; i++) {
        const struct kk_device_span *span =
            kk_device_span_newest(&view->devices->rows.items[i]);

        if (span->status != KK_STATUS_REVOKED)
            r = show_row(s, view->ids[i], span, kk_holders_find(holders, view->ids[i]));
    }
    if (r == 0 && c->json)
        r = kk_json_print(c->out, json_pack("{s:I, s:I, s:O}", "newest", (json_int_t)s->newest,
                                            "behind", (json_int_t)s->behind, "devices", s->list));
    else if (r == 0)
        r = kk_table_print(&s->table, c->out);
    if (r == 0 && s->behind) {
        kk_out_say(c->out, KK_T(c, WHO_BEHIND), s->behind, (unsigned)s->newest);
        kk_command_exit(c, KK_EXIT_WARNINGS);
    }
    return r;
}

int kk_who_view(struct kk_command *c, struct kk_home *home, const char *path, uint32_t newest)
{
    KK_AUTO_FINI(kk_holders) struct kk_holders holders = { 0 };
    const struct kk_roster_view *view = kk_trust_view(home->trust);
    struct showing s = { .command = c, .list = json_array(), .newest = newest };
    int r = view ? kk_holders_read(path, &holders, &c->err)
                 : kk_error_say(&c->err, KK_E_NOT_FOUND, home->dir, "no roster yet: sync first",
                                "名簿がありません。先に同期してください");

    columns(c, &s.table);
    if (r == 0)
        r = show_all(&s, view, &holders);
    kk_table_fini(&s.table);
    json_decref(s.list);
    return r;
}
