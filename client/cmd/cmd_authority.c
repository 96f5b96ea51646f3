/* `kukyoku authority …`: the registrar's desk, and setting an authority up. */
#include "cmd/command.h"

#include "cmd/registrar_work.h"
#include "cmd/roster_view.h"
#include "cmd/requests.h"
#include "desk/authority.h"
#include "desk/files.h"
#include "view/json.h"
#include "view/table.h"
#include "view/when.h"

#include "kukyoku/base/date.h"
#include "kukyoku/base/text.h"

#include <stdio.h>

#define CITY_DEFAULT "川崎市"

/* --- init --- */

static void say_folders(struct kk_command *c, unsigned roots)
{
    char name[32];

    for (unsigned i = 1; i <= roots; i++) {
        snprintf(name, sizeof(name), "root-%u", i);
        kk_out_say(c->out, KK_T(c, AUTHORITY_GOES), name, KK_T(c, DESK_ROOT));
    }
    kk_out_say(c->out, KK_T(c, AUTHORITY_GOES), "registrar", KK_T(c, DESK_REGISTRAR));
    kk_out_say(c->out, KK_T(c, AUTHORITY_GOES), "publisher", KK_T(c, DESK_PUBLISHER));
    kk_out_say(c->out, KK_T(c, AUTHORITY_GOES), "approver", KK_T(c, DESK_APPROVER));
    kk_out_say(c->out, KK_T(c, AUTHORITY_GOES), "daemon", KK_T(c, DESK_DAEMON));
    kk_out_say(c->out, KK_T(c, AUTHORITY_GOES), "daemon-standby", KK_T(c, DESK_STANDBY));
}

static int read_init(struct kk_command *c, struct kk_authority_options *o)
{
    int64_t roots, threshold;
    int r = kk_command_number(c, "roots", (struct kk_range){ 1, KK_ROLE_KEYS_MAX, 3 }, &roots);

    if (r == 0)
        r = kk_command_number(c, "threshold",
                              (struct kk_range){ 1, KK_ROLE_KEYS_MAX, roots > 1 ? roots - 1 : 1 },
                              &threshold);
    if (r < 0)
        return r;
    *o = (struct kk_authority_options){ .dir = kk_command_option(c, "dir"),
                                        .city = kk_command_option(c, "city"),
                                        .roots = (unsigned)roots,
                                        .threshold = (unsigned)threshold,
                                        .now_ms = kk_os_now_ms() };
    if (!o->city)
        o->city = CITY_DEFAULT;
    while (o->endpoint_count < KK_AUTHORITY_ENDPOINTS_MAX &&
           kk_command_option_at(c, "endpoint", o->endpoint_count)) {
        o->endpoints[o->endpoint_count] = kk_command_option_at(c, "endpoint", o->endpoint_count);
        o->endpoint_count++;
    }
    return 0;
}

int cmd_authority_init(struct kk_command *c)
{
    struct kk_authority_options o;
    uint8_t root[KK_HASH_BYTES];
    char print[KK_FINGERPRINT_TEXT];
    int r = read_init(c, &o);

    if (r == 0 && c->dry_run)
        return 0;
    if (r == 0)
        r = kk_authority_init(&o, root, &c->err);
    if (r < 0)
        return r;
    kk_fingerprint(kk_slice(root, KK_HASH_BYTES), print);
    kk_out_say(c->out, KK_T(c, AUTHORITY_MADE), o.dir, print);
    say_folders(c, o.roots);
    if (!kk_command_flag(c, "demo"))
        kk_out_warn(c->out, "%s", KK_T(c, AUTHORITY_ONE_MACHINE));
    return c->json ? kk_json_print(c->out, json_pack("{s:s, s:s, s:i, s:i}", "dir", o.dir, "root",
                                                     print, "roots", o.roots, "threshold",
                                                     o.threshold))
                   : 0;
}

/* --- the registrar's desk --- */

static int read_person(struct kk_command *c, struct kk_person *p)
{
    const char *role = kk_command_option(c, "role"), *ward = kk_command_option(c, "ward");

    *p = (struct kk_person){ .role = kk_role_parse(role) };
    if (!p->role)
        return kk_command_usage(c, "--role", "%s", role);
    if (kk_role_of_bureau(p->role) ? ward != NULL : !ward || !kk_ward_known(ward))
        return kk_command_usage(c, "--ward", "%s", ward ? ward : "-");
    p->ward = kk_slice_text(ward);
    p->holder = kk_slice_text(kk_command_option(c, "holder"));
    p->office = kk_slice_text(kk_command_option(c, "office"));
    p->section = kk_slice_text(kk_command_option(c, "section"));
    p->post = kk_slice_text(kk_command_option(c, "post"));
    return 0;
}

int cmd_authority_invite(struct kk_command *c)
{
    KK_AUTO_FINI(kk_registrar) struct kk_registrar desk = { .index = 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes file = { 0 }, kkyb = { 0 };
    struct kk_invitation_options o = { .now_ms = kk_os_now_ms() };
    const char *out = kk_command_option(c, "out");
    char when[KK_WHEN_TEXT];
    int64_t days;
    int r = read_person(c, &o.person);

    if (r == 0)
        r = kk_command_number(c, "days", (struct kk_range){ 1, 365, 14 }, &days);
    if (r == 0)
        r = kk_registrar_work_open(c, &desk);
    if (r == 0)
        r = kk_registrar_work_by_file(c, &desk);
    if (r < 0 || c->dry_run)
        return r;
    o.expires_ms = o.now_ms + days * KK_DAY_MS;
    r = kk_registrar_invite(&desk, &o, &file, &kkyb, &c->err);
    if (r == 0)
        r = kk_os_file_write(out, kk_bytes_slice(&file), KK_OS_PRIVATE, &c->err);
    if (r == 0)
        r = kk_registrar_work_deliver(c, "invite", kk_bytes_slice(&kkyb));
    if (r < 0)
        return r;
    kk_when_date(o.expires_ms, c->lang, when);
    kk_out_say(c->out, KK_T(c, INVITED), out, when);
    if (desk.needed > 1)
        kk_out_say(c->out, KK_T(c, COSIGN_NEXT), desk.needed);
    return c->json ? kk_json_print(c->out, json_pack("{s:s, s:o}", "file", out, "expires",
                                                     kk_json_instant(o.expires_ms)))
                   : 0;
}

/* --- requests --- */

static json_t *request_json(const struct kk_request_row *row)
{
    char print[KK_FINGERPRINT_TEXT];

    kk_fingerprint(kk_slice(row->device, KK_ID_BYTES), print);
    return json_pack("{s:s, s:o, s:o, s:o, s:b}", "fingerprint", print, "device",
                     kk_json_hex(kk_slice(row->device, KK_ID_BYTES)), "label",
                     kk_json_text(row->request.label), "received",
                     kk_json_instant((int64_t)row->request.recv_ms), "by_file",
                     kk_enrol_request_by_file(&row->request));
}

int cmd_authority_requests(struct kk_command *c)
{
    KK_AUTO_FINI(kk_requests) struct kk_requests all = { 0 };
    KK_AUTO_FINI(kk_table) struct kk_table t = { 0 };
    json_t *list = json_array();
    int r = kk_requests_read(&all, c->args, c->arg_count, &c->err);

    kk_table_column(&t, KK_T(c, COL_FINGERPRINT), KK_ALIGN_LEFT);
    kk_table_column(&t, KK_T(c, COL_LABEL), KK_ALIGN_LEFT);
    kk_table_column(&t, KK_T(c, COL_RECEIVED), KK_ALIGN_LEFT);
    for (size_t i = 0; r == 0 && i < all.count; i++) {
        char print[KK_FINGERPRINT_TEXT], when[KK_WHEN_TEXT];

        kk_fingerprint(kk_slice(all.rows[i].device, KK_ID_BYTES), print);
        kk_when_instant((int64_t)all.rows[i].request.recv_ms, c->lang, when);
        kk_table_cell(&t, print);
        kk_table_cell_slice(&t, (const char *)all.rows[i].request.label.data,
                            all.rows[i].request.label.len);
        kk_table_cell(&t, when);
        json_array_append_new(list, request_json(&all.rows[i]));
    }
    if (r < 0 || !c->json) {
        json_decref(list);
        return r < 0 ? r : kk_table_print(&t, c->out);
    }
    return kk_json_print(c->out, json_pack("{s:o}", "requests", list));
}

static bool compared(const struct kk_command *c, const uint8_t device[KK_ID_BYTES])
{
    char print[KK_FINGERPRINT_TEXT];
    const char *given;

    kk_fingerprint(kk_slice(device, KK_ID_BYTES), print);
    for (size_t i = 0; (given = kk_command_option_at(c, "fingerprint", i)); i++) {
        if (strcmp(given, print) == 0)
            return true;
    }
    return false;
}

/* The invitation says who it is; the request only brings keys. [TR-15] */
static int approve_one(struct kk_command *c, struct kk_registrar *desk,
                       const struct kk_request_row *row)
{
    KK_AUTO_FINI(kk_invitation) struct kk_invitation invitation = { .file = { 0 } };
    struct kk_device_row keys = { .label = row->request.label };
    const struct kk_invite_file *invite = &invitation.is;
    uint8_t file_key[KK_KEY_BYTES];
    struct kk_person person;
    int r = kk_registrar_invitation(desk, row->request.invite, &invitation, &c->err);

    if (r < 0)
        return r;
    kk_invite_file_key(invite->secret, file_key);
    if (kk_enrol_request_by_file(&row->request) &&
        !kk_enrol_request_mac_ok(&row->request, file_key))
        return kk_error_say(&c->err, KK_E_SIGNATURE, "request",
                            "made without the invitation's secret, or altered on its way",
                            "招待状の秘密なしに作られたか、途中で書き換えられています");
    person = (struct kk_person){ invite->ward, invite->office, invite->section,
                                 invite->post, invite->holder, (enum kk_role)invite->role };
    memcpy(keys.sign, row->request.sign, KK_KEY_BYTES);
    memcpy(keys.noise, row->request.noise, KK_KEY_BYTES);
    memcpy(keys.wrap, row->request.wrap, KK_KEY_BYTES);
    return kk_registrar_add(desk, &keys, &person);
}

static void say_row(struct kk_command *c, const struct kk_request_row *row, bool yes)
{
    char print[KK_FINGERPRINT_TEXT], label[64];

    kk_fingerprint(kk_slice(row->device, KK_ID_BYTES), print);
    snprintf(label, sizeof(label), "%.*s", (int)row->request.label.len,
             (const char *)row->request.label.data);
    if (yes)
        kk_out_say(c->out, KK_T(c, APPROVED), print, label);
    else
        kk_out_warn(c->out, KK_T(c, NOT_COMPARED), print, label);
}

/* --- changes of standing --- */

static int set_status(struct kk_command *c, struct kk_registrar *desk, const char *name,
                      enum kk_status status)
{
    const uint8_t *id = kk_registrar_find(desk, name);

    return id ? kk_registrar_set_status(desk, id, status, NULL)
              : kk_error_say(&c->err, KK_E_NOT_FOUND, name,
                             "no device, or several, have this fingerprint or id",
                             "この指紋・IDの端末がないか、複数あります");
}

static int set_all(struct kk_command *c, struct kk_registrar *desk, enum kk_status status)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < c->arg_count; i++)
        r = set_status(c, desk, c->args[i], status);
    return r;
}

/* In the same roster the devices that these people leave: what they wrote still arrives. [TR-20] */
static int replace(struct kk_command *c, struct kk_registrar *desk)
{
    const char *name;
    int r = 0;

    for (size_t i = 0; r == 0 && (name = kk_command_option_at(c, "replaces", i)); i++) {
        const uint8_t *id = kk_registrar_find(desk, name);
        const struct kk_device_row *row = id ? kk_roster_row(kk_trust_view(desk->trust), id) : NULL;

        if (row && kk_device_span_newest(row)->status != KK_STATUS_ACTIVE)
            return kk_error_say(&c->err, KK_E_STATE, name, "it takes part no more already",
                                "すでに異動または失効した端末です");
        r = set_status(c, desk, name, KK_STATUS_DRAINING);
        if (r == 0)
            kk_out_say(c->out, KK_T(c, REPLACED), name, (unsigned)desk->settings.draining_days);
    }
    return r;
}

int cmd_authority_approve(struct kk_command *c)
{
    KK_AUTO_FINI(kk_registrar) struct kk_registrar desk = { .index = 0 };
    KK_AUTO_FINI(kk_requests) struct kk_requests all = { 0 };
    size_t approved = 0;
    int r = kk_requests_read(&all, c->args, c->arg_count, &c->err);

    if (r == 0)
        r = kk_registrar_work_open(c, &desk);
    for (size_t i = 0; r == 0 && i < all.count; i++) {
        bool yes = compared(c, all.rows[i].device);

        if (kk_roster_row(kk_trust_view(desk.trust), all.rows[i].device))
            continue; /* approved earlier: the daemon keeps every request */
        if (yes)
            r = approve_one(c, &desk, &all.rows[i]);
        approved += yes && r == 0;
        if (r == 0)
            say_row(c, &all.rows[i], yes);
    }
    if (r < 0)
        return r;
    if (approved == 0)
        return kk_error_say(&c->err, KK_E_NOT_FOUND, "--fingerprint",
                            "no request has one of these fingerprints",
                            "この指紋を持つ申請がありません");
    r = replace(c, &desk);
    return r == 0 ? kk_registrar_work_sign(c, &desk) : r;
}

/* All whose days are over, told one by one. */
static int revoke_drained(struct kk_command *c, struct kk_registrar *desk, size_t *ret_count)
{
    const struct kk_roster_view *view = kk_trust_view(desk->trust);
    int64_t until, now = kk_trust_now(desk->trust, kk_os_now_ms());
    int r = 0;

    *ret_count = 0;
    for (size_t i = 0; r == 0 && i < view->devices->rows.count; i++) {
        const struct kk_device_row *row = &view->devices->rows.items[i];
        char print[KK_FINGERPRINT_TEXT];

        if (!kk_registrar_drains(desk, row, &until) || until == 0 || until > now)
            continue;
        r = kk_registrar_set_status(desk, view->ids[i], KK_STATUS_REVOKED, NULL);
        kk_fingerprint(kk_slice(view->ids[i], KK_ID_BYTES), print);
        kk_out_say(c->out, KK_T(c, DRAINED_REVOKED), print);
        ++*ret_count;
    }
    return r;
}

int cmd_authority_revoke(struct kk_command *c)
{
    KK_AUTO_FINI(kk_registrar) struct kk_registrar desk = { .index = 0 };
    bool drained = kk_command_flag(c, "drained");
    size_t count = 0;
    int r;

    if (!drained && c->arg_count == 0)
        return kk_command_usage(c, "", KK_T(c, TOO_FEW), "DEVICE...");
    r = kk_registrar_work_open(c, &desk);
    if (r == 0 && drained)
        r = revoke_drained(c, &desk, &count);
    if (r == 0)
        r = set_all(c, &desk, KK_STATUS_REVOKED);
    if (r == 0 && count == 0 && c->arg_count == 0) {
        kk_command_unchanged(c);
        kk_out_say(c->out, "%s", KK_T(c, DRAINED_NONE));
        return 0;
    }
    return r == 0 ? kk_registrar_work_sign(c, &desk) : r;
}

int cmd_authority_transfer(struct kk_command *c)
{
    KK_AUTO_FINI(kk_registrar) struct kk_registrar desk = { .index = 0 };
    int r = kk_registrar_work_open(c, &desk);

    if (r == 0)
        r = set_all(c, &desk, KK_STATUS_DRAINING);
    return r == 0 ? kk_registrar_work_sign(c, &desk) : r;
}

int cmd_authority_renew(struct kk_command *c)
{
    KK_AUTO_FINI(kk_registrar) struct kk_registrar desk = { .index = 0 };
    int r = kk_registrar_work_open(c, &desk);

    if (r == 0 && kk_command_flag(c, "new-epochs"))
        r = kk_registrar_new_epochs(&desk);
    return r == 0 ? kk_registrar_work_sign(c, &desk) : r;
}

/* --- roster --- */

#define REMIND_ROSTER_MS (30 * (int64_t)KK_DAY_MS)
#define REMIND_ROOT_MS   (180 * (int64_t)KK_DAY_MS)

/* Who still drains, and whose days are over. */
static json_t *remind_draining(struct kk_command *c, const struct kk_registrar *desk)
{
    const struct kk_roster_view *view = kk_trust_view(desk->trust);
    int64_t until, now = kk_trust_now(desk->trust, kk_os_now_ms());
    json_t *list = json_array();

    for (size_t i = 0; i < view->devices->rows.count; i++) {
        char print[KK_FINGERPRINT_TEXT], when[KK_WHEN_TEXT] = "?";
        bool over;

        if (!kk_registrar_drains(desk, &view->devices->rows.items[i], &until))
            continue;
        over = until && until <= now;
        kk_fingerprint(kk_slice(view->ids[i], KK_ID_BYTES), print);
        if (until)
            kk_when_date(until, c->lang, when);
        if (over)
            kk_out_warn(c->out, KK_T(c, DRAINED), print, when);
        else
            kk_out_say(c->out, KK_T(c, DRAINS), print, when);
        if (over)
            kk_command_exit(c, KK_EXIT_WARNINGS);
        json_array_append_new(list, json_pack("{s:s, s:o, s:b}", "fingerprint", print, "until",
                                              until ? kk_json_instant(until) : json_null(), "over",
                                              (int)over));
    }
    return list;
}

/* In time for the person who must find the keys. */
static void remind(struct kk_command *c, const struct kk_registrar *desk)
{
    int64_t roster_ms = (int64_t)kk_trust_roster(desk->trust)->expires_ms;
    int64_t root_ms = (int64_t)kk_trust_root(desk->trust)->expires_ms;
    int64_t now = kk_trust_now(desk->trust, kk_os_now_ms());
    char roster[KK_WHEN_TEXT], root[KK_WHEN_TEXT];

    kk_when_date(roster_ms, c->lang, roster);
    kk_when_date(root_ms, c->lang, root);
    kk_out_say(c->out, KK_T(c, ROSTER_UNTIL), roster, root);
    if (roster_ms - now < REMIND_ROSTER_MS)
        kk_out_warn(c->out, KK_T(c, RENEW_ROSTER), roster);
    if (root_ms - now < REMIND_ROOT_MS)
        kk_out_warn(c->out, KK_T(c, RENEW_ROOT), root);
    if (roster_ms - now < REMIND_ROSTER_MS || root_ms - now < REMIND_ROOT_MS)
        kk_command_exit(c, KK_EXIT_WARNINGS);
}

int cmd_authority_roster(struct kk_command *c)
{
    KK_AUTO_FINI(kk_registrar) struct kk_registrar desk = { .index = 0 };
    KK_AUTO_FINI(kk_roster_list) struct kk_roster_list list = { .command = c };
    const struct kk_roster_view *view;
    int r = kk_registrar_work_open(c, &desk);

    if (r < 0)
        return r;
    view = kk_trust_view(desk.trust);
    kk_roster_list_begin(&list);
    for (size_t i = 0; i < view->devices->rows.count; i++)
        kk_roster_list_add(&list, view->ids[i], &view->devices->rows.items[i]);
    r = kk_roster_list_end(
        &list, json_pack("{s:[I,I], s:o, s:o, s:o}", "roster",
                         (json_int_t)view->roster->version.gen,
                         (json_int_t)view->roster->version.ver, "expires",
                         kk_json_instant((int64_t)view->roster->expires_ms), "root_expires",
                         kk_json_instant((int64_t)kk_trust_root(desk.trust)->expires_ms),
                         "draining", remind_draining(c, &desk)));
    remind(c, &desk);
    return r;
}
