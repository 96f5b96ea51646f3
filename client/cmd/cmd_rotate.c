/* `kukyoku authority rotate | adopt`: keys through the years. */
#include "cmd/passphrase.h"
#include "cmd/registrar_work.h"

#include "desk/cosign.h"
#include "desk/rotate.h"
#include "view/json.h"
#include "view/when.h"

#include "kukyoku/base/text.h"

static bool parse_what(const char *name, enum kk_rotation *ret)
{
    static const char *const names[] = { "root", "registrar", "publisher", "daemon" };

    for (size_t i = 0; i < KK_COUNT(names); i++) {
        if (strcmp(names[i], name) == 0) {
            *ret = (enum kk_rotation)i;
            return true;
        }
    }
    return false;
}

static int read_options(struct kk_command *c, struct kk_rotation_options *o)
{
    struct kk_range key = { 1, KK_ROLE_KEYS_MAX, 0 };
    const char *root, *what = kk_command_arg(c, 0);
    int64_t lost, threshold;
    int r = kk_command_number(c, "lost", key, &lost);

    if (r == 0)
        r = kk_command_number(c, "threshold", key, &threshold);
    if (r < 0)
        return r;
    *o = (struct kk_rotation_options){ .dir = kk_command_option(c, "dir"), .lost = (unsigned)lost,
                                       .threshold = (unsigned)threshold,
                                       .now_ms = kk_os_now_ms(), .check_only = c->dry_run };
    if (!parse_what(what, &o->what))
        return kk_command_usage(c, what, "root, registrar, publisher, daemon");
    o->add = kk_command_flag(c, "add");
    if (!o->dir && (o->add || (o->what != KK_ROTATE_ROOT && !o->threshold)))
        return kk_command_usage(c, "--dir", KK_T(c, OPTION_MUST), "dir");
    if (o->what == KK_ROTATE_DAEMON && (o->threshold || o->add))
        return kk_command_usage(c, o->add ? "--add" : "--threshold", "root, registrar, publisher");
    if (o->add && o->lost)
        return kk_command_usage(c, "--lost", "--add");
    while ((root = kk_command_option_at(c, "root", o->root_count))) {
        if (o->root_count == KK_ROLE_KEYS_MAX)
            return kk_command_usage(c, "--root", "1 - %d", KK_ROLE_KEYS_MAX);
        o->roots[o->root_count++] = root;
    }
    return 0;
}

/* Those of the root keys that sign, and of the desk that gets a new key. */
struct passphrases {
    struct kk_bytes roots[KK_ROLE_KEYS_MAX], dir;
};

static int read_passphrases(struct kk_command *c, struct kk_rotation_options *o,
                            struct passphrases *p)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < o->root_count; i++) {
        r = kk_command_desk_passphrase(c, o->roots[i], &p->roots[i]);
        o->root_passphrases[i] = kk_command_passphrase_slice(&p->roots[i]);
    }
    if (r == 0 && o->dir)
        r = kk_command_desk_passphrase(c, o->dir, &p->dir);
    o->dir_passphrase = kk_command_passphrase_slice(&p->dir);
    return r;
}

static void wipe(struct passphrases *p)
{
    for (size_t i = 0; i < KK_COUNT(p->roots); i++)
        kk_os_wipe(&p->roots[i]);
    kk_os_wipe(&p->dir);
}

/* What changes for whom: nobody has to find it out. */
static const char *consequence(const struct kk_command *c, const struct kk_rotation_options *o,
                               const struct kk_rotation_sum *sum)
{
    switch (o->what) {
    case KK_ROTATE_ROOT:
        return KK_T(c, ROTATED_ROOT);
    case KK_ROTATE_REGISTRAR:
        return o->add || !o->dir || sum->threshold > 1 ? KK_T(c, ROTATED_SIGNERS)
                                                       : KK_T(c, ROTATED_REGISTRAR);
    case KK_ROTATE_PUBLISHER:
        return KK_T(c, ROTATED_PUBLISHER);
    case KK_ROTATE_DAEMON:
        break;
    }
    return KK_T(c, ROTATED_DAEMON);
}

static int tell(struct kk_command *c, const struct kk_rotation_options *o,
                const struct kk_rotation_sum *sum)
{
    char print[KK_FINGERPRINT_TEXT], when[KK_WHEN_TEXT];

    kk_fingerprint(kk_slice(sum->root_id, KK_HASH_BYTES), print);
    kk_when_date(sum->expires_ms, c->lang, when);
    kk_out_say(c->out, c->dry_run ? KK_T(c, ROTATE_WOULD) : KK_T(c, ROTATED),
               (unsigned long long)sum->root_ver, print, sum->signatures, sum->needed, when);
    kk_out_say(c->out, KK_T(c, ROTATED_ROLE), kk_command_arg(c, 0), sum->keys, sum->threshold);
    kk_out_say(c->out, "%s", consequence(c, o, sum));
    if (!c->json)
        return 0;
    return kk_json_print(c->out, json_pack("{s:I, s:s, s:i, s:i, s:i, s:i, s:o, s:b}", "root",
                                           (json_int_t)sum->root_ver, "fingerprint", print,
                                           "signatures", (int)sum->signatures, "needed",
                                           (int)sum->needed, "keys", (int)sum->keys,
                                           "threshold", (int)sum->threshold, "expires",
                                           kk_json_instant(sum->expires_ms), "dry_run",
                                           (int)c->dry_run));
}

int cmd_authority_rotate(struct kk_command *c)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes kkyb = { 0 };
    struct passphrases passphrases = { .dir = { 0 } };
    struct kk_rotation_options o;
    struct kk_rotation_sum sum;
    int r = read_options(c, &o);

    if (r == 0 && !kk_command_option(c, "spool") && !kk_command_option(c, "daemon-out"))
        return kk_command_usage(c, "--daemon-out", KK_T(c, OPTION_MUST), "daemon-out");
    if (r == 0)
        r = read_passphrases(c, &o, &passphrases);
    if (r == 0)
        r = kk_rotate(&o, &kkyb, &sum, &c->err);
    wipe(&passphrases);
    if (r == 0 && !c->dry_run)
        r = kk_registrar_work_deliver(c, "root", kk_bytes_slice(&kkyb));
    return r == 0 ? tell(c, &o, &sum) : r;
}

int cmd_authority_adopt(struct kk_command *c)
{
    const char *dir = kk_command_option(c, "dir"), *file = kk_command_arg(c, 0);
    int r = c->dry_run ? 0 : kk_rotate_adopt(dir, file, &c->err);

    if (r == 0 && !c->dry_run)
        r = kk_cosign_adopt(dir, file, &c->err);

    if (r == 0)
        kk_out_say(c->out, KK_T(c, ROOT_ADOPTED), dir);
    return r;
}
