/* `kukyoku enroll`: keys are made here, the daemon hears of them, the registrar decides. [TR-14] */
#include "cmd/mirror_view.h"
#include "cmd/passphrase.h"

#include "home/home.h"
#include "link/link.h"
#include "view/json.h"

#include "kukyoku/base/text.h"
#include "kukyoku/bundle/kkyb.h"
#include "kukyoku/trust/invite.h"

#include <stdio.h>

#define INVITE_FILE_MAX (128 * 1024)

struct enrolling {
    struct kk_command *command;
    struct kk_home home;
    struct kk_device_keys keys;
    struct kk_bytes file;
    struct kk_arena arena;
    struct kk_invite_file invite;
    char label[64];
};

static int read_invitation(struct enrolling *e)
{
    struct kk_command *c = e->command;
    const char *path = kk_command_arg(c, 0);
    int r = kk_os_file_read(path, INVITE_FILE_MAX, &e->file, &c->err);

    if (r == 0 && kk_shape_read(&kk_shape_invite_file, kk_bytes_slice(&e->file), &e->arena,
                                &e->invite, NULL) < 0)
        r = kk_error_say(&c->err, KK_E_INVITE, path, "not an invitation, or altered",
                         "招待状ではないか、書き換えられています");
    if (r == 0 && (int64_t)e->invite.expires_ms < kk_os_now_ms())
        r = kk_error_say(&c->err, KK_E_INVITE, path, "the invitation has expired",
                         "招待状の期限が切れています");
    return r;
}

static int pin(struct enrolling *e, struct kk_slice root)
{
    struct kk_command *c = e->command;
    enum kk_trust_verdict verdict;
    int r;

    if (kk_trust_root(e->home.trust))
        return kk_error_say(&c->err, KK_E_EXISTS, e->home.dir, "this home is enrolled already",
                            "この端末の置き場所は登録済みです");
    r = kk_trust_pin(e->home.trust, root, &verdict);
    if (r == 0 && verdict != KK_TRUST_TAKEN)
        r = kk_error_say(&c->err, KK_E_SIGNATURE, kk_command_arg(c, 0),
                         "the root inside is not signed by its own threshold",
                         "中のルート文書に必要な数の署名がありません");
    return r;
}

static void name_machine(struct enrolling *e)
{
    const char *label = kk_command_option(e->command, "label");
    char host[KK_OS_NAME_MAX];

    kk_os_hostname(host);
    snprintf(e->label, sizeof(e->label), "%.60s", label ? label : host);
}

static int fill_request(void *user, const uint8_t hash[KK_HASH_BYTES], struct kk_msg_enrol *ret)
{
    struct enrolling *e = user;

    *ret = (struct kk_msg_enrol){ .request = { .recv_ms = 0 } };
    memcpy(ret->request.invite, e->invite.id, KK_ID_BYTES);
    return kk_enrol_request_make(&e->keys, kk_slice_text(e->label), hash, NULL, &ret->request);
}

static int ask_by_line(struct enrolling *e)
{
    const char *endpoints[8];
    char texts[8][256];
    struct kk_link_options o = { .endpoints = endpoints, .mode = KK_MODE_ENROL,
                                 .daemon_keys = e->invite.transport.items,
                                 .daemon_key_count = e->invite.transport.count,
                                 .secret = e->keys.noise_secret, .invite = e->invite.id,
                                 .entropy = kk_os_entropy() };
    uint8_t psk[KK_KEY_BYTES], device[KK_ID_BYTES];
    int r;

    for (size_t i = 0; i < e->invite.endpoints.count && i < KK_COUNT(texts); i++) {
        snprintf(texts[i], sizeof(texts[i]), "%.*s", (int)e->invite.endpoints.items[i].text.len,
                 (const char *)e->invite.endpoints.items[i].text.data);
        endpoints[o.endpoint_count++] = texts[i];
    }
    if (o.endpoint_count == 0)
        return kk_error_say(&e->command->err, KK_E_NETWORK, "invitation",
                            "it names no daemon; use --request-out",
                            "デーモンの宛先がありません。--request-out を使ってください");
    kk_invite_psk(e->invite.secret, psk);
    o.psk = psk;
    r = kk_link_enrol(&o, fill_request, e, device, &e->command->err);
    kk_secret_wipe(psk, sizeof(psk));
    if (r == 0 && memcmp(device, e->keys.id, KK_ID_BYTES) != 0)
        r = kk_error_say(&e->command->err, KK_E_PROTOCOL, "enrolment",
                         "the daemon noted other keys than this device's",
                         "デーモンがこの端末と異なる鍵を記録しました");
    return r;
}

static int ask_by_file(struct enrolling *e, const char *path)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes request = { 0 }, out = { 0 };
    struct kk_enrol_request q = { .recv_ms = 0 };
    uint8_t file_key[KK_KEY_BYTES];
    struct kk_kkyb_writer w;
    int r;

    memcpy(q.invite, e->invite.id, KK_ID_BYTES);
    kk_invite_file_key(e->invite.secret, file_key);
    r = kk_enrol_request_make(&e->keys, kk_slice_text(e->label), NULL, file_key, &q);
    kk_secret_wipe(file_key, sizeof(file_key));
    if (r == 0)
        r = kk_shape_encode_checked(&kk_shape_enrol_request, &q, &request, NULL);
    if (r == 0)
        r = kk_kkyb_begin(&w, KK_KKYB_ENROLMENT, 1, &out);
    if (r == 0)
        r = kk_kkyb_item(&w, KK_KKYB_TAG_REQUEST, kk_bytes_slice(&request), &out);
    if (r == 0)
        r = kk_kkyb_end(&w, &out);
    if (r == 0)
        r = kk_os_file_write(path, kk_bytes_slice(&out), KK_OS_SHARED, &e->command->err);
    return r;
}

/* Keys go to disk before anybody hears of them; the invitation stays for its endpoints. */
static int keep(struct enrolling *e)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes passphrase = { 0 };
    struct kk_command *c = e->command;
    int r = kk_command_new_passphrase(c, "passphrase-file", &passphrase);

    if (r == 0)
        r = kk_home_keys_write(&e->home, &e->keys,
                               kk_command_passphrase_slice(&passphrase), &c->err);
    kk_os_wipe(&passphrase);
    if (r == 0)
        r = kk_home_keep(&e->home);
    if (r == 0)
        r = kk_home_fact_put(&e->home, KK_FACT_INVITATION, 0, kk_bytes_slice(&e->file));
    return r == 0 ? kk_home_fact_put(&e->home, KK_FACT_PENDING, 1, kk_slice(NULL, 0)) : r;
}

/* Nobody heard of the keys: the home is as it was, and the invitation can be used again. */
static void forget(struct enrolling *e)
{
    static const char *const files[] = { "device.key", "sign.key", "state.db" };
    char path[KK_OS_PATH_MAX];
    char dir[KK_OS_PATH_MAX];

    snprintf(dir, sizeof(dir), "%s", e->home.dir);
    kk_home_fini(&e->home);
    for (size_t i = 0; i < KK_COUNT(files); i++) {
        if (kk_os_path_join(dir, files[i], path) == 0)
            kk_ignore(kk_os_file_remove(path, NULL)); /* the first fault is the one to tell */
    }
}

static int report(struct enrolling *e, const char *request_out)
{
    struct kk_command *c = e->command;
    char device[KK_FINGERPRINT_TEXT], root[KK_FINGERPRINT_TEXT];
    uint8_t id[KK_HASH_BYTES];

    kk_trust_root_id(e->home.trust, id);
    kk_fingerprint(kk_slice(id, KK_HASH_BYTES), root);
    kk_fingerprint(kk_slice(e->keys.id, KK_ID_BYTES), device);
    kk_out_say(c->out, KK_T(c, ENROLL_ROOT), root);
    if (request_out)
        kk_out_say(c->out, KK_T(c, ENROLL_FILE), request_out);
    kk_out_line(c->out, KK_T(c, ENROLLED), device);
    kk_out_say(c->out, "%s", KK_T(c, ENROLL_COMPARE));
    if (!c->json)
        return 0;
    return kk_json_print(c->out, json_pack("{s:s, s:o, s:s}", "fingerprint", device, "device",
                                           kk_json_hex(kk_slice(e->keys.id, KK_ID_BYTES)), "root",
                                           root));
}

static int enroll_device(struct enrolling *e)
{
    struct kk_command *c = e->command;
    const char *request_out = kk_command_option(c, "request-out");
    struct kk_entropy entropy = kk_os_entropy();
    int r = read_invitation(e);

    if (r < 0 || c->dry_run)
        return r;
    r = kk_home_open(c->home, KK_HOME_WRITE, &e->home, &c->err);
    if (r == 0)
        r = pin(e, e->invite.root);
    if (r < 0)
        return r;
    name_machine(e);
    kk_device_keys_generate(&e->keys, &entropy);
    r = keep(e);
    if (r == 0)
        r = request_out ? ask_by_file(e, request_out) : ask_by_line(e);
    if (r < 0)
        forget(e);
    return r == 0 ? report(e, request_out) : r;
}

/* A root that a person has as a file, or that a mirror has and a fingerprint names. [MI-6] */
static int read_root(struct enrolling *e, const char *fingerprint)
{
    struct kk_command *c = e->command;
    const char *from = kk_command_arg(c, 0);
    struct kk_fetch_options mirror = { .base = from };
    int r;

    if (kk_mirror_is_address(from))
        return kk_mirror_root(&mirror, fingerprint, &e->file, &c->err);
    r = kk_os_file_read(from, INVITE_FILE_MAX, &e->file, &c->err);
    if (r == 0 && fingerprint && !kk_root_is(kk_bytes_slice(&e->file), fingerprint))
        r = kk_error_set(&c->err, KK_E_AUTHORITY, from, "%s", fingerprint);
    return r;
}

static int check_public(struct kk_command *c, struct kk_mirrors *ret)
{
    const char *fingerprint = kk_command_option(c, "fingerprint");
    const char *from = kk_command_arg(c, 0);
    bool address = kk_mirror_is_address(from);
    int r;

    if (address && !fingerprint)
        return kk_command_usage(c, from, "%s", KK_T(c, MIRROR_PRINT));
    if (fingerprint && !kk_fingerprint_sound(fingerprint))
        return kk_command_usage(c, "--fingerprint", KK_T(c, MIRROR_PRINT_FORM), fingerprint);
    r = address ? kk_mirrors_take(c, from, from, ret) : 0;
    return r == 0 ? kk_mirrors_given(c, ret) : r;
}

static int enroll_public(struct enrolling *e)
{
    struct kk_command *c = e->command;
    struct kk_mirrors mirrors = { .count = 0 };
    char root[KK_FINGERPRINT_TEXT];
    uint8_t id[KK_HASH_BYTES];
    int r = check_public(c, &mirrors);

    if (r == 0)
        r = read_root(e, kk_command_option(c, "fingerprint"));
    if (r < 0 || c->dry_run)
        return r;
    r = kk_home_open(c->home, KK_HOME_WRITE, &e->home, &c->err);
    if (r == 0)
        r = pin(e, kk_bytes_slice(&e->file));
    if (r == 0)
        r = kk_home_keep(&e->home);
    if (r == 0)
        r = kk_mirrors_keep(&e->home, &mirrors);
    if (r < 0)
        return r;
    kk_trust_root_id(e->home.trust, id);
    kk_fingerprint(kk_slice(id, KK_HASH_BYTES), root);
    kk_out_say(c->out, KK_T(c, ENROLL_ROOT), root);
    kk_out_say(c->out, "%s", KK_T(c, ENROLL_PUBLIC));
    return c->json ? kk_json_print(c->out, json_pack("{s:s}", "root", root)) : 0;
}

/* What belongs to one way of joining is not passed over in silence in the other. */
static int check_ways(struct kk_command *c)
{
    bool is_public = kk_command_flag(c, "public");

    if (!is_public && (kk_command_option(c, "fingerprint") || kk_command_option(c, "mirror")))
        return kk_command_usage(c, "enroll", "--fingerprint, --mirror: %s",
                                KK_T(c, MIRROR_PUBLIC_ONLY));
    return 0;
}

int cmd_enroll(struct kk_command *c)
{
    struct enrolling e = { .command = c };
    int r;

    kk_arena_init(&e.arena, INVITE_FILE_MAX);
    r = check_ways(c);
    if (r == 0)
        r = kk_command_flag(c, "public") ? enroll_public(&e) : enroll_device(&e);
    kk_home_fini(&e.home);
    kk_device_keys_fini(&e.keys);
    kk_bytes_fini(&e.file);
    kk_arena_fini(&e.arena);
    return r;
}
