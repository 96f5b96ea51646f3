/* `kukyoku audit served FILE`: what the daemon handed to which device, when. [DM-20] */
#include "cmd/roster_view.h"

#include "desk/handed.h"
#include "home/home.h"
#include "view/json.h"
#include "view/table.h"
#include "view/when.h"

#include "kukyoku/base/date.h"
#include "kukyoku/base/text.h"

struct listing {
    struct kk_command *command;
    const struct kk_roster_view *view;
    const char *scope;
    int64_t since_ms;
    struct kk_table table;
    json_t *json;
};

static const struct kk_device_span *span_of(const struct listing *l, const struct kk_handed *s)
{
    const struct kk_device_row *row = kk_roster_row(l->view, s->device);

    return row ? kk_device_span_newest(row) : NULL;
}

static json_t *row_json(const struct listing *l, const struct kk_handed *s)
{
    const struct kk_device_span *span = span_of(l, s);

    return json_pack("{s:o, s:o, s:o, s:o, s:s, s:I, s:I, s:o, s:o}", "device",
                     kk_json_hex(kk_slice(s->device, KK_ID_BYTES)), "ward",
                     span ? kk_json_text(span->ward) : json_null(), "holder",
                     span ? kk_json_text(span->holder) : json_null(), "scope",
                     kk_json_text(s->scope), "what", s->blobs ? "blobs" : "log", "from",
                     (json_int_t)s->from, "to", (json_int_t)s->to, "first",
                     kk_json_instant(s->first_ms), "last", kk_json_instant(s->last_ms));
}

static int on_row(void *user, const struct kk_handed *s)
{
    struct listing *l = user;
    struct kk_command *c = l->command;
    char print[KK_FINGERPRINT_TEXT], who[KK_WHO_TEXT], when[KK_WHEN_TEXT];

    if ((l->scope && !kk_slice_is(s->scope, l->scope)) || s->last_ms < l->since_ms)
        return 0;
    if (c->json)
        return json_array_append_new(l->json, row_json(l, s)) == 0 ? 0 : KK_E_MEMORY;
    kk_fingerprint(kk_slice(s->device, KK_ID_BYTES), print);
    kk_roster_who(c, span_of(l, s), who);
    kk_when_instant(s->last_ms, c->lang, when);
    kk_table_cell(&l->table, when);
    kk_table_cell(&l->table, print);
    kk_table_cell(&l->table, who);
    kk_table_cell_slice(&l->table, (const char *)s->scope.data, s->scope.len);
    kk_table_cellf(&l->table, s->blobs ? KK_T(c, SERVED_BLOBS) : KK_T(c, SERVED_LOG),
                   (long long)s->from, (long long)s->to);
    return 0;
}

static void columns(struct listing *l)
{
    const struct kk_command *c = l->command;

    kk_table_column(&l->table, KK_T(c, COL_DATE), KK_ALIGN_LEFT);
    kk_table_column(&l->table, KK_T(c, COL_FINGERPRINT), KK_ALIGN_LEFT);
    kk_table_column(&l->table, KK_T(c, COL_HOLDER), KK_ALIGN_LEFT);
    kk_table_column(&l->table, KK_T(c, COL_SCOPE), KK_ALIGN_LEFT);
    kk_table_column(&l->table, KK_T(c, COL_SERVED), KK_ALIGN_LEFT);
}

int cmd_audit_served(struct kk_command *c)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    const char *since = kk_command_option(c, "since");
    struct listing l = { .command = c, .scope = kk_command_option(c, "scope"),
                         .json = json_array() };
    int r = kk_home_open(c->home, KK_HOME_READ, &home, &c->err);

    if (r == 0 && since && !kk_date_parse(since, &l.since_ms))
        r = kk_command_usage(c, "--since", "YYYY-MM-DD: %s", since);
    l.view = r == 0 ? kk_trust_view(home.trust) : NULL;
    if (r == 0 && !l.view)
        r = kk_error_say(&c->err, KK_E_NOT_FOUND, home.dir, "no roster yet: sync first",
                         "名簿がありません。先に同期してください");
    columns(&l);
    if (r == 0)
        r = kk_handed_each(kk_command_arg(c, 0), on_row, &l, &c->err);
    if (r == 0 && !c->json)
        r = kk_table_print(&l.table, c->out);
    kk_table_fini(&l.table);
    if (r == 0 && c->json)
        return kk_json_print(c->out, json_pack("{s:o}", "served", l.json));
    json_decref(l.json);
    return r;
}
