/* `kukyoku authority sign | publish | discard`: what several registrar desks must sign. [TR-19] */
#include "cmd/passphrase.h"
#include "cmd/registrar_work.h"
#include "cmd/roster_view.h"

#include "desk/cosign.h"
#include "view/json.h"
#include "view/when.h"

#include "kukyoku/trust/scope.h"

/* --- what one would sign --- */

/* A row of the roster before that says less: nothing is ever taken away. */
static bool is_news(const struct kk_cosign *s, const uint8_t id[KK_ID_BYTES],
                    const struct kk_device_row *row)
{
    const struct kk_roster_view *before = kk_trust_view(s->before);
    const struct kk_device_row *was = before ? kk_roster_row(before, id) : NULL;

    return !was || was->history.count != row->history.count;
}

static size_t new_epochs(const struct kk_cosign *s)
{
    const struct kk_roster *before = kk_trust_roster(s->before), *after = kk_trust_roster(s->after);
    size_t count = 0;

    for (size_t i = 0; i < after->scopes.count; i++) {
        const struct kk_roster_scope *now = &after->scopes.items[i];
        const struct kk_roster_scope *was = before ? kk_roster_scope(before, now->scope) : NULL;

        count += !was || was->epoch != now->epoch;
    }
    return count;
}

static int new_settings(const struct kk_cosign *s, bool *ret)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes was = { 0 }, is = { 0 };
    const struct kk_roster *before = kk_trust_roster(s->before);
    int r = 0;

    *ret = true;
    if (before)
        r = kk_shape_encode(&kk_shape_settings, &before->settings, &was);
    if (r == 0)
        r = kk_shape_encode(&kk_shape_settings, &kk_trust_roster(s->after)->settings, &is);
    *ret = !kk_slice_equal(kk_bytes_slice(&was), kk_bytes_slice(&is));
    return r;
}

static int show_roster(struct kk_command *c, const struct kk_cosign *s, json_t *answer)
{
    KK_AUTO_FINI(kk_roster_list) struct kk_roster_list list = { .command = c };
    const struct kk_roster_view *view = kk_trust_view(s->after);
    size_t news = 0, epochs = new_epochs(s);
    char when[KK_WHEN_TEXT];
    bool settings;
    int r = new_settings(s, &settings);

    if (r < 0)
        return r;
    kk_roster_list_begin(&list);
    for (size_t i = 0; i < view->devices->rows.count; i++) {
        if (!is_news(s, view->ids[i], &view->devices->rows.items[i]))
            continue;
        kk_roster_list_add(&list, view->ids[i], &view->devices->rows.items[i]);
        news++;
    }
    kk_when_date((int64_t)view->roster->expires_ms, c->lang, when);
    kk_out_say(c->out, KK_T(c, COSIGN_ROSTER), (unsigned long long)view->roster->version.gen,
               (unsigned long long)view->roster->version.ver, when);
    kk_out_say(c->out, "%s", news ? KK_T(c, COSIGN_ROWS) : KK_T(c, COSIGN_NO_ROWS));
    if (epochs)
        kk_out_say(c->out, KK_T(c, COSIGN_EPOCHS), epochs);
    if (settings)
        kk_out_say(c->out, "%s", KK_T(c, COSIGN_SETTINGS));
    if (!c->json)
        return news ? kk_table_print(&list.table, c->out) : 0;
    json_object_set_new(answer, "roster",
                        json_pack("[I,I]", (json_int_t)view->roster->version.gen,
                                  (json_int_t)view->roster->version.ver));
    json_object_set_new(answer, "new_epochs", json_integer((json_int_t)epochs));
    json_object_set_new(answer, "new_settings", json_boolean(settings));
    json_object_set(answer, "devices", list.rows);
    return 0;
}

static void show_invitations(struct kk_command *c, const struct kk_cosign *s, json_t *answer)
{
    json_t *list = json_array();

    for (size_t i = 0; i < s->invite_count; i++) {
        const struct kk_invite *invite = &s->invites[i];
        char ward[KK_OFFICE_TEXT], when[KK_WHEN_TEXT];

        kk_roster_ward(c, invite->ward, ward);
        kk_when_date((int64_t)invite->expires_ms, c->lang, when);
        kk_out_say(c->out, KK_T(c, COSIGN_INVITE),
                   kk_role_label((enum kk_role)invite->role, kk_lang_name(c->lang)), ward, when);
        json_array_append_new(list, json_pack("{s:s, s:o, s:o}", "role",
                                              kk_role_name((enum kk_role)invite->role), "ward",
                                              kk_json_text(invite->ward), "expires",
                                              kk_json_instant((int64_t)invite->expires_ms)));
    }
    json_object_set_new(answer, "invitations", list);
}

static int show(struct kk_command *c, const struct kk_cosign *s, json_t *answer)
{
    int r = 0;

    show_invitations(c, s, answer);
    if (s->roster.data && !s->published)
        r = show_roster(c, s, answer);
    json_object_set_new(answer, "signatures", json_integer((json_int_t)s->signatures));
    json_object_set_new(answer, "needed", json_integer((json_int_t)s->needed));
    return r;
}

/* --- the commands --- */

static int sign(struct kk_command *c, struct kk_cosign *s, const char *out)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes made = { 0 };
    struct kk_bytes passphrase = { 0 };
    int r = kk_command_desk_passphrase(c, s->dir, &passphrase);

    if (r == 0)
        r = kk_cosign_sign(s, kk_command_passphrase_slice(&passphrase), &made, &c->err);
    kk_os_wipe(&passphrase);
    return r == 0 ? kk_os_file_write(out, kk_bytes_slice(&made), KK_OS_PRIVATE, &c->err) : r;
}

int cmd_authority_sign(struct kk_command *c)
{
    KK_AUTO_FINI(kk_cosign) struct kk_cosign s = { .needed = 0 };
    const char *file = kk_command_arg(c, 0), *out = kk_command_option(c, "out");
    json_t *answer = json_object();
    int r = kk_cosign_open(kk_command_option(c, "dir"), file, &s, &c->err);

    if (!out)
        out = file;
    if (r == 0 && !c->dry_run)
        r = sign(c, &s, out);
    if (r == 0)
        r = show(c, &s, answer);
    if (r == 0 && c->dry_run)
        kk_out_say(c->out, KK_T(c, COSIGN_WOULD), s.signatures, s.needed);
    else if (r == 0)
        kk_out_say(c->out, KK_T(c, COSIGN_SIGNED), out, s.signatures, s.needed);
    if (r == 0 && c->json)
        return kk_json_print(c->out, answer);
    json_decref(answer);
    return r;
}

int cmd_authority_publish(struct kk_command *c)
{
    KK_AUTO_FINI(kk_cosign) struct kk_cosign s = { .needed = 0 };
    json_t *answer = json_object();
    int r;

    if (!kk_command_option(c, "spool") && !kk_command_option(c, "daemon-out"))
        r = kk_command_usage(c, "--daemon-out", KK_T(c, OPTION_MUST), "daemon-out");
    else
        r = kk_cosign_open(kk_command_option(c, "dir"), kk_command_arg(c, 0), &s, &c->err);
    if (r == 0 && !c->dry_run)
        r = kk_cosign_publish(&s, &c->err);
    if (r == 0 && !c->dry_run)
        r = kk_registrar_work_deliver(c, "roster", kk_bytes_slice(&s.file));
    if (r == 0)
        r = show(c, &s, answer);
    if (r == 0 && c->dry_run)
        kk_out_say(c->out, KK_T(c, COSIGN_WOULD), s.signatures, s.needed);
    else if (r == 0)
        kk_out_say(c->out, "%s", KK_T(c, COSIGN_GOES));
    if (r == 0 && c->json)
        return kk_json_print(c->out, answer);
    json_decref(answer);
    return r;
}

int cmd_authority_discard(struct kk_command *c)
{
    int r = c->dry_run ? 0 : kk_cosign_discard(kk_command_option(c, "dir"), &c->err);

    if (r == 0)
        kk_out_say(c->out, "%s", KK_T(c, COSIGN_DISCARDED));
    return r;
}
