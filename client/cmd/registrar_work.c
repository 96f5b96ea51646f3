/* The registrar's desk behind its commands (registrar_work.h). */
#include "cmd/registrar_work.h"

#include "cmd/passphrase.h"

#include "desk/files.h"
#include "view/json.h"

int kk_registrar_work_open(struct kk_command *c, struct kk_registrar *ret)
{
    struct kk_bytes passphrase = { 0 };
    char dir[KK_OS_PATH_MAX];
    int r = kk_registrar_dir(kk_command_option(c, "dir"), dir);

    if (r == 0)
        r = kk_command_desk_passphrase(c, dir, &passphrase);
    if (r == 0)
        r = kk_registrar_open(dir, kk_command_passphrase_slice(&passphrase), ret, &c->err);
    kk_os_wipe(&passphrase);
    return r;
}

int kk_registrar_work_deliver(struct kk_command *c, const char *what, struct kk_slice bytes)
{
    return kk_desk_deliver(kk_command_option(c, "spool"), kk_command_option(c, "daemon-out"), what,
                           bytes, &c->err);
}

int kk_registrar_work_by_file(struct kk_command *c, const struct kk_registrar *desk)
{
    if (desk->needed < 2 || (kk_command_option(c, "daemon-out") && !kk_command_option(c, "spool")))
        return 0;
    return kk_command_usage(c, "--daemon-out", KK_T(c, COSIGN_BY_FILE), desk->needed);
}

int kk_registrar_work_sign(struct kk_command *c, struct kk_registrar *desk)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes kkyb = { 0 };
    int r;

    if (c->dry_run)
        return 0;
    r = kk_registrar_work_by_file(c, desk);
    if (r == 0)
        r = kk_registrar_sign(desk, kk_os_now_ms(), &kkyb, &c->err);
    if (r == 0)
        r = kk_registrar_work_deliver(c, "roster", kk_bytes_slice(&kkyb));
    if (r < 0)
        return r;
    kk_out_say(c->out, KK_T(c, ROSTER_SIGNED), (unsigned long long)desk->version.gen,
               (unsigned long long)desk->version.ver);
    if (desk->needed > 1)
        kk_out_say(c->out, KK_T(c, COSIGN_NEXT), desk->needed);
    return c->json ? kk_json_print(c->out, json_pack("{s:[I,I], s:i, s:i}", "roster",
                                                     (json_int_t)desk->version.gen,
                                                     (json_int_t)desk->version.ver, "signatures",
                                                     1, "needed", (int)desk->needed))
                   : 0;
}
