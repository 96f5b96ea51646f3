/* The first keys, the first root, the first roster. [TR-2] [TR-3] */
#include "desk/authority.h"

#include "desk/files.h"

#include "kukyoku/base/date.h"
#include "kukyoku/base/hash.h"
#include "kukyoku/bundle/kkyb.h"
#include "kukyoku/record/act.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define ROOTS_MAX  KK_ROLE_KEYS_MAX
#define GEN_FIRST  1
#define DRAIN_DAYS 14

/* A desk's key while the authority is made. */
struct seed {
    uint8_t seed[KK_KEY_BYTES], secret[KK_SIGN_SECRET], public[KK_KEY_BYTES];
};
struct founding {
    const struct kk_authority_options *o;
    struct seed roots[ROOTS_MAX], registrar, publisher, approver, daemon, standby;
    uint8_t transport[2][KK_KEY_BYTES], transport_public[2][KK_KEY_BYTES];
    struct kk_bytes root;
    struct kk_error *err;
};

static void make_seed(struct seed *s)
{
    struct kk_entropy entropy = kk_os_entropy();

    kk_entropy_fill(&entropy, s->seed, KK_KEY_BYTES);
    kk_sign_keys(s->seed, s->secret, s->public);
}

static void make_keys(struct founding *f)
{
    struct kk_entropy entropy = kk_os_entropy();

    for (unsigned i = 0; i < f->o->roots; i++)
        make_seed(&f->roots[i]);
    make_seed(&f->registrar);
    make_seed(&f->publisher);
    make_seed(&f->approver);
    make_seed(&f->daemon);
    make_seed(&f->standby);
    for (int i = 0; i < 2; i++) {
        kk_entropy_fill(&entropy, f->transport[i], KK_KEY_BYTES);
        crypto_scalarmult_base(f->transport_public[i], f->transport[i]);
    }
}

static void item(struct kk_hash_item *at, const uint8_t key[KK_KEY_BYTES])
{
    memcpy(at->id, key, KK_KEY_BYTES);
}

static int encode_root(const struct founding *f, struct kk_bytes *out)
{
    struct kk_hash_item roots[ROOTS_MAX], registrar, publishers[2], daemons[2], transport[2];
    struct kk_root_role roles[] = {
        { KK_TRUST_ROOT, GEN_FIRST, f->o->threshold, { roots, f->o->roots } },
        { KK_TRUST_REGISTRAR, GEN_FIRST, 1, { &registrar, 1 } },
        { KK_TRUST_PUBLISHER, GEN_FIRST, 2, { publishers, 2 } },
        { KK_TRUST_DAEMON, GEN_FIRST, 1, { daemons, 2 } },
    };
    struct kk_root root = {
        .ver = 1,
        .issued_ms = (uint64_t)f->o->now_ms,
        .expires_ms = (uint64_t)(f->o->now_ms + KK_ROOT_LIFE_DAYS * KK_DAY_MS),
        .city = kk_slice_text(f->o->city),
        .roles = { roles, KK_COUNT(roles) },
        .transport = { transport, 2 },
    };

    for (unsigned i = 0; i < f->o->roots; i++)
        item(&roots[i], f->roots[i].public);
    item(&registrar, f->registrar.public);
    item(&publishers[0], f->publisher.public);
    item(&publishers[1], f->approver.public);
    item(&daemons[0], f->daemon.public);
    item(&daemons[1], f->standby.public);
    for (int i = 0; i < 2; i++)
        item(&transport[i], f->transport_public[i]);
    return kk_shape_encode_checked(&kk_shape_root, &root, out, NULL);
}

/* Signed by every root key that was made: all of them are still here. */
static int sign_root(struct founding *f)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes payload = { 0 };
    int e = encode_root(f, &payload);

    if (e == 0)
        e = kk_document_new(KK_DOC_ROOT, kk_bytes_slice(&payload), &f->root);
    for (unsigned i = 0; e == 0 && i < f->o->roots; i++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes more = { 0 };

        e = kk_document_sign(kk_bytes_slice(&f->root), i, f->roots[i].secret, &more);
        kk_bytes_clear(&f->root);
        if (e == 0)
            e = kk_bytes_append_slice(&f->root, kk_bytes_slice(&more));
    }
    return e;
}

/* --- folders --- */

static int folder(struct founding *f, const char *name, char ret[KK_OS_PATH_MAX])
{
    int e = kk_os_path_join(f->o->dir, name, ret);

    return e == 0 ? kk_os_dir_make(ret, f->err) : e;
}

static int write_desk(struct founding *f, const char *name, enum kk_trust_role role,
                      const struct seed *s)
{
    struct kk_key_desk key = { .role = role };
    char dir[KK_OS_PATH_MAX];
    int e = folder(f, name, dir);

    memcpy(key.sign, s->seed, KK_KEY_BYTES);
    if (e == 0)
        e = kk_desk_write_key(dir, &kk_desk_key_desk, &key, kk_slice(NULL, 0), f->err);
    if (e == 0)
        e = kk_desk_write(dir, "root.doc", kk_bytes_slice(&f->root), f->err);
    kk_secret_wipe(&key, sizeof(key));
    return e;
}

static int write_daemon(struct founding *f, const char *name, const struct seed *s,
                        const uint8_t transport[KK_KEY_BYTES])
{
    struct kk_hash_item secret;
    struct kk_key_daemon key = { .transport = { &secret, 1 } };
    char dir[KK_OS_PATH_MAX];
    int e = folder(f, name, dir);

    memcpy(key.sign, s->seed, KK_KEY_BYTES);
    item(&secret, transport);
    if (e == 0)
        e = kk_desk_write_key(dir, &kk_desk_key_daemon, &key, kk_slice(NULL, 0), f->err);
    kk_secret_wipe(&key, sizeof(key));
    kk_secret_wipe(&secret, sizeof(secret));
    return e;
}

static int write_desks(struct founding *f)
{
    int e = write_desk(f, "registrar", KK_TRUST_REGISTRAR, &f->registrar);

    for (unsigned i = 0; e == 0 && i < f->o->roots; i++) {
        char name[32];

        snprintf(name, sizeof(name), "root-%u", i + 1);
        e = write_desk(f, name, KK_TRUST_ROOT, &f->roots[i]);
    }
    if (e == 0)
        e = write_desk(f, "publisher", KK_TRUST_PUBLISHER, &f->publisher);
    if (e == 0)
        e = write_desk(f, "approver", KK_TRUST_PUBLISHER, &f->approver);
    if (e == 0)
        e = write_daemon(f, "daemon", &f->daemon, f->transport[0]);
    return e == 0 ? write_daemon(f, "daemon-standby", &f->standby, f->transport[1]) : e;
}

/* --- the first roster --- */

static void add_scope(void *user, const struct kk_scope *scope)
{
    struct kk_registrar *r = user;
    struct kk_registrar_scope *s = &r->scopes[r->scope_count];

    if (scope->kind == KK_SCOPE_PUB)
        return;
    kk_scope_name(scope, s->scope);
    s->epoch = 1;
    r->scope_count++;
}

/* Every scope that anybody can be entitled to: those of officers, and the wards' own. */
static void add_scopes(struct kk_registrar *r)
{
    static const char *const wards[] = {
#define WARD_CODE(code, ja, en) code,
        KK_WARDS(WARD_CODE)
    };

    kk_scope_each_entitled(KK_ROLE_OFFICER, "", add_scope, r);
    for (size_t i = 0; i < KK_COUNT(wards); i++) {
        struct kk_scope scope = { .kind = KK_SCOPE_W };

        memcpy(scope.ward, wards[i], sizeof(scope.ward));
        add_scope(r, &scope);
    }
}

static int make_scope_keys(struct kk_registrar *r)
{
    struct kk_entropy entropy = kk_os_entropy();
    uint8_t key[KK_KEY_BYTES];
    int e = 0;

    for (size_t i = 0; e == 0 && i < r->scope_count; i++) {
        kk_entropy_fill(&entropy, key, sizeof(key));
        e = kk_keyring_put(&r->keys, kk_slice_text(r->scopes[i].scope), 1, key);
    }
    kk_secret_wipe(key, sizeof(key));
    return e;
}

static int add_settings(struct kk_registrar *r, const struct kk_authority_options *o)
{
    struct kk_text_item *endpoints =
        kk_arena_array(&r->arena, o->endpoint_count + 1, sizeof(*endpoints));

    if (!endpoints)
        return KK_E_MEMORY;
    for (size_t i = 0; i < o->endpoint_count; i++)
        endpoints[i].text = kk_slice_text(o->endpoints[i]);
    r->settings = (struct kk_settings){
        .tv = kk_tv_newest(),
        .endpoints = { endpoints, o->endpoint_count },
        .by_line = { 10, 31 },
        .by_media = { 31, 92 },
        .draining_days = DRAIN_DAYS,
    };
    r->rows = kk_arena_array(&r->arena, KK_DEVICES_MAX, sizeof(*r->rows));
    return r->rows ? 0 : KK_E_MEMORY;
}

/* The publisher's and the approver's desks are devices too: they must read what they sign. */
static int add_desk_device(struct kk_registrar *r, const struct kk_device_keys *keys,
                           enum kk_role role)
{
    struct kk_person person = { .role = role };
    struct kk_device_row row = { .label = kk_slice_text(kk_role_name(role)) };

    person.holder = kk_slice_text(kk_role_label(role, "ja"));
    memcpy(row.sign, keys->sign, KK_KEY_BYTES);
    memcpy(row.noise, keys->noise, KK_KEY_BYTES);
    memcpy(row.wrap, keys->wrap, KK_KEY_BYTES);
    return kk_registrar_add(r, &row, &person);
}

/* What the desk's home starts with: its keys, the root, the roster, its wrapped keys. */
static int furnish_home(struct founding *f, const char *name, const struct kk_device_keys *keys,
                        const struct kk_registrar *r)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes roster = { 0 }, devices = { 0 };
    enum kk_trust_verdict verdict;
    char dir[KK_OS_PATH_MAX];
    int e = folder(f, name, dir);

    if (e == 0)
        e = kk_home_open(dir, KK_HOME_WRITE, &home, f->err);
    if (e == 0)
        e = kk_home_keys_write(&home, keys, kk_slice(NULL, 0), f->err);
    if (e == 0)
        e = kk_desk_read(r->dir, "roster.doc", &roster, f->err);
    if (e == 0)
        e = kk_desk_read(r->dir, "devices.bin", &devices, f->err);
    if (e == 0)
        e = kk_trust_pin(home.trust, kk_bytes_slice(&f->root), &verdict);
    if (e == 0)
        e = kk_trust_offer_roster(home.trust, kk_bytes_slice(&roster), kk_bytes_slice(&devices),
                                  f->o->now_ms, &verdict);
    if (e == 0 && kk_trust_fault(verdict) < 0)
        e = kk_trust_fault(verdict);
    if (e == 0)
        e = kk_home_keep(&home);
    for (size_t i = 0; e == 0 && i < r->scope_count; i++)
        e = kk_home_paper_put(&home, r->scopes[i].wraps.hash, kk_bytes_slice(&r->scopes[i].blob));
    return e;
}

/* Root and roster in one file: what the daemon's desk starts with. */
static int write_start(struct founding *f, const struct kk_registrar *r)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 }, devices = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes document = { 0 };
    struct kk_kkyb_writer w;
    char dir[KK_OS_PATH_MAX];
    int e = folder(f, "daemon", dir);

    if (e == 0)
        e = kk_desk_read(r->dir, "roster.doc", &document, f->err);
    if (e == 0)
        e = kk_desk_read(r->dir, "devices.bin", &devices, f->err);
    if (e == 0)
        e = kk_kkyb_begin(&w, KK_KKYB_ENROLMENT, (uint32_t)(3 + r->scope_count), &out);
    if (e == 0)
        e = kk_kkyb_item(&w, KK_KKYB_TAG_DOCUMENT, kk_bytes_slice(&f->root), &out);
    if (e == 0)
        e = kk_kkyb_item(&w, KK_KKYB_TAG_DOCUMENT, kk_bytes_slice(&document), &out);
    if (e == 0)
        e = kk_kkyb_blob(&w, kk_slice_text("devices"), kk_bytes_slice(&devices), &out);
    for (size_t i = 0; e == 0 && i < r->scope_count; i++)
        e = kk_kkyb_blob(&w, kk_slice_text(r->scopes[i].scope),
                         kk_bytes_slice(&r->scopes[i].blob), &out);
    if (e == 0)
        e = kk_kkyb_end(&w, &out);
    return e == 0 ? kk_desk_write(dir, "start.kkyb", kk_bytes_slice(&out), f->err) : e;
}

static int by_name(const void *a, const void *b)
{
    const struct kk_registrar_scope *x = a, *y = b;

    return strcmp(x->scope, y->scope);
}

static int first_roster(struct founding *f, struct kk_registrar *r)
{
    KK_AUTO_FINI(kk_device_keys) struct kk_device_keys publisher = { 0 }, approver = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes kkyb = { 0 };
    struct kk_entropy entropy = kk_os_entropy();
    int e = add_settings(r, f->o);

    kk_device_keys_generate(&publisher, &entropy);
    kk_device_keys_generate(&approver, &entropy);
    add_scopes(r);
    qsort(r->scopes, r->scope_count, sizeof(r->scopes[0]), by_name);
    r->version = (struct kk_ver){ .gen = GEN_FIRST, .ver = 1 };
    if (e == 0)
        e = make_scope_keys(r);
    if (e == 0)
        e = add_desk_device(r, &publisher, KK_ROLE_PUBLISHER);
    if (e == 0)
        e = add_desk_device(r, &approver, KK_ROLE_APPROVER);
    for (size_t i = 0; e == 0 && i < r->scope_count; i++)
        e = kk_registrar_wrap(r, r->scopes[i].scope);
    if (e == 0)
        e = kk_registrar_sign(r, f->o->now_ms, &kkyb, f->err);
    if (e == 0)
        e = write_start(f, r);
    if (e == 0)
        e = furnish_home(f, "publisher", &publisher, r);
    return e == 0 ? furnish_home(f, "approver", &approver, r) : e;
}

static int found(struct founding *f)
{
    KK_AUTO_FINI(kk_registrar) struct kk_registrar r = { .index = 0 };
    int e;

    make_keys(f);
    e = sign_root(f);
    if (e == 0)
        e = write_desks(f);
    if (e < 0)
        return e;
    e = kk_os_path_join(f->o->dir, "registrar", r.dir);
    memcpy(r.secret, f->registrar.secret, KK_SIGN_SECRET);
    kk_arena_init(&r.arena, 64 * 1024 * 1024);
    return e == 0 ? first_roster(f, &r) : e;
}

static int check_options(const struct kk_authority_options *o, struct kk_error *err)
{
    char path[KK_OS_PATH_MAX];

    if (o->roots < 1 || o->roots > ROOTS_MAX)
        return kk_error_set(err, KK_E_USAGE, "--roots", "1 to %d", ROOTS_MAX);
    if (o->threshold < 1 || o->threshold > o->roots ||
        (o->roots > 1 && o->threshold == o->roots))
        return kk_error_say(err, KK_E_USAGE, "--threshold",
                            "at least 1 and below the number of roots, so that one may be lost",
                            "1以上、ルート鍵の数未満にしてください（一つ失っても続けられるように）");
    if (kk_os_path_join(o->dir, "registrar", path) == 0 && kk_os_exists(path))
        return kk_error_say(err, KK_E_EXISTS, o->dir, "an authority stands here already",
                            "ここには既に認証元があります");
    return 0;
}

int kk_authority_init(const struct kk_authority_options *o, uint8_t ret_root[KK_HASH_BYTES],
                      struct kk_error *err)
{
    struct founding *f;
    int e = check_options(o, err);

    if (e < 0)
        return e;
    if (sodium_init() < 0)
        return kk_error_say(err, KK_E_MEMORY, o->dir, "libsodium could not start",
                            "libsodium を開始できません");
    f = sodium_malloc(sizeof(*f));
    if (!f)
        return KK_E_MEMORY;
    *f = (struct founding){ .o = o, .err = err };
    e = kk_os_dir_make(o->dir, err);
    if (e == 0)
        e = found(f);
    if (e == 0) {
        KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
        struct kk_doc doc;

        kk_arena_init(&arena, 64 * 1024);
        e = kk_document_read(KK_DOC_ROOT, kk_bytes_slice(&f->root), &arena, &doc);
        if (e == 0)
            kk_document_id(&doc, ret_root);
    }
    kk_bytes_fini(&f->root);
    sodium_free(f);
    if (e < 0 && !err->fault)
        kk_error_set(err, e, o->dir, "%s", "");
    return e;
}
