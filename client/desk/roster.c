/* The next roster: signed, written to the desk's folder, packed for the daemon. */
#include "desk/cosign.h"
#include "desk/files.h"
#include "desk/registrar.h"

#include "kukyoku/base/date.h"
#include "kukyoku/base/hash.h"
#include "kukyoku/bundle/kkyb.h"

#include <stdio.h>

static int encode_devices(const struct kk_registrar *r, struct kk_bytes *out)
{
    struct kk_devices devices = { .rows = { r->rows, r->row_count } };

    return kk_shape_encode_checked(&kk_shape_devices, &devices, out, NULL);
}

static int encode_roster(const struct kk_registrar *r, int64_t now_ms, struct kk_slice devices,
                         struct kk_bytes *out)
{
    struct kk_roster_scope scopes[KK_SCOPES_MAX];
    struct kk_roster roster = {
        .version = r->version,
        .issued_ms = (uint64_t)now_ms,
        .expires_ms = (uint64_t)(now_ms + KK_ROSTER_LIFE_DAYS * KK_DAY_MS),
        .settings = r->settings,
        .scopes = { scopes, r->scope_count },
        .eras = { r->eras, r->era_count },
    };

    kk_hash_of("blob", devices, roster.devices.hash);
    roster.devices.len = devices.len;
    for (size_t i = 0; i < r->scope_count; i++) {
        const struct kk_registrar_scope *s = &r->scopes[i];

        scopes[i] = (struct kk_roster_scope){ .scope = kk_slice_text(s->scope),
                                              .epoch = s->epoch,
                                              .wraps = s->wraps };
        kk_key_id(kk_keyring_find(&r->keys, scopes[i].scope, s->epoch), scopes[i].key_id);
    }
    return kk_shape_encode_checked(&kk_shape_roster, &roster, out, NULL);
}

static int sign(const struct kk_registrar *r, struct kk_slice payload, struct kk_bytes *out)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    int e = kk_document_new(KK_DOC_ROSTER, payload, &plain);

    return e == 0 ? kk_document_sign(kk_bytes_slice(&plain), r->index, r->secret, out) : e;
}

/* All that it names, changed or not: the daemon may have lost what an earlier file brought it. */
static int pack(const struct kk_registrar *r, struct kk_slice roster, struct kk_slice devices,
                struct kk_bytes *out)
{
    struct kk_kkyb_writer w;
    uint32_t count = 2 + kk_desk_roots_count(r->trust) + (uint32_t)r->scope_count;
    int e = kk_kkyb_begin(&w, KK_KKYB_ENROLMENT, count, out);

    if (e == 0)
        e = kk_desk_roots_pack(r->trust, &w, out);
    if (e == 0)
        e = kk_kkyb_item(&w, KK_KKYB_TAG_DOCUMENT, roster, out);
    if (e == 0)
        e = kk_kkyb_blob(&w, kk_slice_text("devices"), devices, out);
    for (size_t i = 0; e == 0 && i < r->scope_count; i++)
        e = kk_kkyb_blob(&w, kk_slice_text(r->scopes[i].scope), kk_bytes_slice(&r->scopes[i].blob),
                         out);
    return e == 0 ? kk_kkyb_end(&w, out) : e;
}

static int write_wraps(const struct kk_registrar *r, const char *dir, struct kk_error *err)
{
    int e = 0;

    for (size_t i = 0; e == 0 && i < r->scope_count; i++) {
        char name[KK_SCOPE_NAME_MAX + 16];

        if (!r->scopes[i].changed)
            continue;
        snprintf(name, sizeof(name), "wraps-%s.bin", r->scopes[i].scope);
        for (char *c = name; *c; c++)
            *c = *c == ':' ? '-' : *c;
        e = kk_desk_write(dir, name, kk_bytes_slice(&r->scopes[i].blob), err);
    }
    return e;
}

static int write_keys(const struct kk_registrar *r, const char *dir, struct kk_error *err)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_key_scopes keys = { .keys = { NULL, r->keys.count } };
    struct kk_scope_key *items;
    int e;

    kk_arena_init(&arena, 8 * KK_DOCUMENT_BYTES_MAX);
    items = kk_arena_array(&arena, r->keys.count + 1, sizeof(*items));
    if (!items)
        return KK_E_MEMORY;
    for (size_t i = 0; i < r->keys.count; i++) {
        items[i].scope = kk_slice_text(r->keys.items[i].scope);
        items[i].epoch = r->keys.items[i].epoch;
        memcpy(items[i].key, r->keys.items[i].key, KK_KEY_BYTES);
    }
    keys.keys.items = items;
    e = kk_desk_write_key(dir, &kk_desk_key_scopes, &keys, kk_registrar_passphrase(r), err);
    kk_secret_wipe(items, r->keys.count * sizeof(*items));
    return e;
}

int kk_registrar_sign(struct kk_registrar *r, int64_t now_ms, struct kk_bytes *out,
                      struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes devices = { 0 }, payload = { 0 }, roster = { 0 };
    char dir[KK_OS_PATH_MAX];
    int e = encode_devices(r, &devices);

    if (e == 0)
        e = encode_roster(r, now_ms, kk_bytes_slice(&devices), &payload);
    if (e == 0)
        e = sign(r, kk_bytes_slice(&payload), &roster);
    if (e == 0)
        e = pack(r, kk_bytes_slice(&roster), kk_bytes_slice(&devices), out);
    if (e < 0)
        return kk_error_set(err, e, "roster", "%s", "");
    snprintf(dir, sizeof(dir), "%s", r->dir);
    if (r->needed > 1)
        e = kk_cosign_begin(r->dir, dir, err);
    /* keys first: a key that no roster names yet harms nobody, a lost one would */
    if (e == 0)
        e = write_keys(r, dir, err);
    if (e == 0)
        e = write_wraps(r, dir, err);
    if (e == 0)
        e = kk_registrar_note_issued(r, dir, now_ms, err);
    if (e == 0)
        e = kk_desk_write(dir, "devices.bin", kk_bytes_slice(&devices), err);
    return e == 0 ? kk_desk_write(dir, "roster.doc", kk_bytes_slice(&roster), err) : e;
}
