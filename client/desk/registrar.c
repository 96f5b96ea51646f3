/* The registrar's desk: opening it, changing rows and keys in memory. [TR-9] [TR-12] */
#include "desk/registrar.h"

#include "desk/files.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/base/text.h"
#include "kukyoku/trust/keyfile.h"

#include <stdio.h>

#define ARENA_MAX (64 * 1024 * 1024)

void kk_registrar_fini(struct kk_registrar *r)
{
    kk_trust_free(r->trust);
    kk_keyring_fini(&r->keys);
    for (size_t i = 0; i < r->scope_count; i++)
        kk_bytes_fini(&r->scopes[i].blob);
    kk_arena_fini(&r->arena);
    kk_os_wipe(&r->passphrase);
    kk_secret_wipe(r, sizeof(*r));
}

struct kk_slice kk_registrar_passphrase(const struct kk_registrar *r)
{
    return r->passphrase.len ? kk_bytes_slice(&r->passphrase) : kk_slice(NULL, 0);
}

int kk_registrar_dir(const char *dir, char ret[KK_OS_PATH_MAX])
{
    int e = kk_os_path_join(dir, "registrar", ret);

    if (e == 0 && !kk_os_exists(ret))
        snprintf(ret, KK_OS_PATH_MAX, "%s", dir);
    return e;
}

static int load_keys(struct kk_registrar *r, struct kk_error *err)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_bytes plain = { 0 };
    struct kk_key_scopes keys;
    char path[KK_OS_PATH_MAX];
    int e = kk_os_path_join(r->dir, "scopes.key", path);

    kk_arena_init(&arena, 8 * KK_DOCUMENT_BYTES_MAX);
    if (e == 0)
        e = kk_key_read(path, "scopes", kk_registrar_passphrase(r), &plain, err);
    if (e == 0)
        e = kk_shape_read(&kk_shape_key_scopes, kk_bytes_slice(&plain), &arena, &keys, NULL);
    for (size_t i = 0; e == 0 && i < keys.keys.count; i++)
        e = kk_keyring_put(&r->keys, keys.keys.items[i].scope,
                           (uint32_t)keys.keys.items[i].epoch, keys.keys.items[i].key);
    kk_keyfile_wipe(&plain);
    return e;
}

static int load_documents(struct kk_registrar *r, struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes roster = { 0 }, devices = { 0 };
    enum kk_trust_verdict verdict = KK_TRUST_TAKEN;
    int e = kk_desk_load_roots(r->dir, r->trust, err);

    if (e == 0)
        e = kk_desk_read(r->dir, "roster.doc", &roster, err);
    if (e == 0)
        e = kk_desk_read(r->dir, "devices.bin", &devices, err);
    if (e == 0)
        e = kk_trust_restore(r->trust, KK_DOC_ROSTER, kk_bytes_slice(&roster),
                             kk_bytes_slice(&devices), &verdict);
    if (e == 0 && verdict != KK_TRUST_TAKEN)
        e = kk_error_say(err, kk_trust_fault(verdict), r->dir, "its documents are not believed: %s",
                         "その文書は信用できません: %s",
                         kk_trust_verdict_name(verdict));
    return e;
}

static int load_scope(struct kk_registrar *r, const struct kk_roster_scope *entry,
                      struct kk_error *err)
{
    struct kk_registrar_scope *s = &r->scopes[r->scope_count++];
    char name[KK_SCOPE_NAME_MAX + 16];

    memcpy(s->scope, entry->scope.data, entry->scope.len);
    s->epoch = (uint32_t)entry->epoch;
    s->wraps = entry->wraps;
    snprintf(name, sizeof(name), "wraps-%s.bin", s->scope);
    for (char *c = name; *c; c++)
        *c = *c == ':' ? '-' : *c;
    return kk_desk_read(r->dir, name, &s->blob, err);
}

static int copy_rows(struct kk_registrar *r)
{
    const struct kk_roster_view *view = kk_trust_view(r->trust);
    size_t count = view->devices->rows.count;

    r->rows = kk_arena_array(&r->arena, KK_DEVICES_MAX, sizeof(*r->rows));
    if (!r->rows)
        return KK_E_MEMORY;
    if (count)
        memcpy(r->rows, view->devices->rows.items, count * sizeof(*r->rows));
    r->row_count = count;
    r->eras = kk_arena_array(&r->arena, KK_ERAS_MAX, sizeof(*r->eras));
    if (!r->eras)
        return KK_E_MEMORY;
    r->era_count = view->roster->eras.count;
    if (r->era_count)
        memcpy(r->eras, view->roster->eras.items, r->era_count * sizeof(*r->eras));
    r->settings = view->roster->settings;
    r->version = view->roster->version;
    r->version.gen = kk_trust_role(r->trust, KK_TRUST_REGISTRAR)->gen;
    r->version.ver++;
    r->needed = (unsigned)kk_trust_role(r->trust, KK_TRUST_REGISTRAR)->threshold;
    return 0;
}

static int find_index(struct kk_registrar *r, const uint8_t public[KK_KEY_BYTES],
                      struct kk_error *err)
{
    const struct kk_root_role *role = kk_trust_role(r->trust, KK_TRUST_REGISTRAR);

    for (size_t i = 0; i < role->keys.count; i++) {
        if (memcmp(role->keys.items[i].id, public, KK_KEY_BYTES) == 0) {
            r->index = (unsigned)i;
            return 0;
        }
    }
    return kk_error_say(err, KK_E_SIGNATURE, r->dir, "the root does not know this desk's key",
                        "ルート文書にこの担当の鍵がありません");
}

int kk_registrar_open(const char *dir, struct kk_slice passphrase, struct kk_registrar *ret,
                      struct kk_error *err)
{
    KK_AUTO_FINI(kk_registrar) struct kk_registrar r = { .index = 0 };
    uint8_t public[KK_KEY_BYTES];
    int e = kk_registrar_dir(dir, r.dir);

    kk_arena_init(&r.arena, ARENA_MAX);
    r.trust = kk_trust_new();
    if (e == 0 && passphrase.data)
        e = kk_bytes_append_slice(&r.passphrase, passphrase);
    if (e == 0)
        e = r.trust ? kk_desk_secret(r.dir, passphrase, r.secret, public, err) : KK_E_MEMORY;
    if (e == 0)
        e = load_documents(&r, err);
    if (e == 0)
        e = find_index(&r, public, err);
    if (e == 0)
        e = load_keys(&r, err);
    for (size_t i = 0; e == 0 && i < kk_trust_roster(r.trust)->scopes.count; i++)
        e = load_scope(&r, &kk_trust_roster(r.trust)->scopes.items[i], err);
    if (e == 0)
        e = copy_rows(&r);
    if (e < 0)
        return err && err->fault ? e : kk_error_set(err, e, dir, "%s", "");
    *ret = r;
    r = (struct kk_registrar){ .index = 0 };
    return 0;
}

static void id_of(const struct kk_device_row *row, uint8_t ret[KK_ID_BYTES])
{
    kk_device_id(row->sign, row->noise, row->wrap, ret);
}

const uint8_t *kk_registrar_find(const struct kk_registrar *r, const char *name)
{
    const struct kk_roster_view *view = kk_trust_view(r->trust);
    const uint8_t *found = NULL;
    size_t matches = 0, len = strlen(name);

    for (size_t i = 0; i < view->devices->rows.count; i++) {
        char hex[2 * KK_ID_BYTES + 1], print[KK_FINGERPRINT_TEXT];

        kk_hex_encode(kk_slice(view->ids[i], KK_ID_BYTES), hex);
        kk_fingerprint(kk_slice(view->ids[i], KK_ID_BYTES), print);
        if (len >= 4 && (strncmp(hex, name, len) == 0 || strncmp(print, name, len) == 0)) {
            found = view->ids[i];
            matches++;
        }
    }
    return matches == 1 ? found : NULL;
}

/* --- scopes of a person --- */

struct listing {
    struct kk_registrar *registrar;
    struct kk_scope_item *items;
    size_t count;
};

static void list_scope(void *user, const struct kk_scope *scope)
{
    struct listing *l = user;
    char name[KK_SCOPE_NAME_MAX + 1];

    kk_scope_name(scope, name);
    if (l->count < KK_SCOPES_MAX)
        l->items[l->count++].name = kk_arena_dup(&l->registrar->arena, kk_slice_text(name));
}

static int span_of(struct kk_registrar *r, const struct kk_person *p, enum kk_status status,
                   struct kk_device_span *ret)
{
    struct listing l = { .registrar = r };
    char ward[6] = "";

    l.items = kk_arena_array(&r->arena, KK_SCOPES_MAX, sizeof(*l.items));
    if (!l.items)
        return KK_E_MEMORY;
    if (p->ward.len < sizeof(ward) && p->ward.len)
        memcpy(ward, p->ward.data, p->ward.len);
    kk_scope_each_entitled(p->role, ward, list_scope, &l);
    *ret = (struct kk_device_span){
        .from = r->version,
        .ward = kk_arena_dup(&r->arena, p->ward),
        .office = kk_arena_dup(&r->arena, p->office),
        .section = kk_arena_dup(&r->arena, p->section),
        .post = kk_arena_dup(&r->arena, p->post),
        .holder = kk_arena_dup(&r->arena, p->holder),
        .role = p->role,
        .scopes = { l.items, l.count },
        .status = status,
    };
    return 0;
}

/* --- wraps --- */

static struct kk_registrar_scope *scope_of(struct kk_registrar *r, struct kk_slice name)
{
    for (size_t i = 0; i < r->scope_count; i++) {
        if (kk_slice_is(name, r->scopes[i].scope))
            return &r->scopes[i];
    }
    return NULL;
}

static bool reads(const struct kk_device_row *row, struct kk_slice scope)
{
    const struct kk_device_span *span = kk_device_span_newest(row);

    return span->status != KK_STATUS_REVOKED && kk_device_span_has(span, scope);
}

/* Everyone's box anew: a few hundred microseconds each, and no row of an older blob to trust. */
static int wrap_all(struct kk_registrar *r, struct kk_registrar_scope *s)
{
    struct kk_slice name = kk_slice_text(s->scope);
    struct kk_wraps wraps = { .scope = name, .epoch = s->epoch };
    struct kk_wrap_row *rows = kk_arena_array(&r->arena, r->row_count + 1, sizeof(*rows));
    struct kk_wrap_link *links = kk_arena_array(&r->arena, s->epoch + 1, sizeof(*links));
    struct kk_entropy entropy = kk_os_entropy();
    struct kk_keyring_item item = { .epoch = s->epoch };
    int e = rows && links ? 0 : KK_E_MEMORY;

    memcpy(item.scope, s->scope, sizeof(item.scope));
    for (uint32_t epoch = 2; e == 0 && epoch <= s->epoch; epoch++) {
        uint8_t *box = kk_arena_alloc(&r->arena, KK_WRAP_LINK_BYTES);

        if (!box)
            return KK_E_MEMORY;
        item.epoch = epoch;
        memcpy(item.key, kk_keyring_find(&r->keys, name, epoch), KK_KEY_BYTES);
        kk_wrap_link(&item, kk_keyring_find(&r->keys, name, epoch - 1), &entropy, box);
        links[wraps.links.count++] =
            (struct kk_wrap_link){ .epoch = epoch, .box = kk_slice(box, KK_WRAP_LINK_BYTES) };
    }
    item.epoch = s->epoch;
    memcpy(item.key, kk_keyring_find(&r->keys, name, s->epoch), KK_KEY_BYTES);
    for (size_t i = 0; e == 0 && i < r->row_count; i++) {
        uint8_t *sealed = kk_arena_alloc(&r->arena, KK_WRAP_SEALED_MAX);
        size_t len;

        if (!reads(&r->rows[i], name))
            continue;
        e = sealed ? kk_wrap_seal(&item, r->rows[i].wrap, &entropy, sealed, &len) : KK_E_MEMORY;
        id_of(&r->rows[i], rows[wraps.wraps.count].device);
        if (e == 0)
            rows[wraps.wraps.count++].sealed = kk_slice(sealed, len);
    }
    kk_secret_wipe(&item, sizeof(item));
    wraps.links.items = links;
    wraps.wraps.items = rows;
    kk_bytes_clear(&s->blob);
    if (e == 0)
        e = kk_shape_encode(&kk_shape_wraps, &wraps, &s->blob);
    kk_hash_of("blob", kk_bytes_slice(&s->blob), s->wraps.hash);
    s->wraps.len = s->blob.len;
    s->changed = true;
    return e;
}

int kk_registrar_wrap(struct kk_registrar *r, const char *scope)
{
    struct kk_registrar_scope *s = scope_of(r, kk_slice_text(scope));

    return s ? wrap_all(r, s) : KK_E_NOT_FOUND;
}

static int new_epoch(struct kk_registrar *r, struct kk_registrar_scope *s)
{
    struct kk_entropy entropy = kk_os_entropy();
    uint8_t key[KK_KEY_BYTES];
    int e;

    if (s->changed)
        return 0; /* one new epoch a scope and roster, however many left */
    kk_entropy_fill(&entropy, key, sizeof(key));
    e = kk_keyring_put(&r->keys, kk_slice_text(s->scope), ++s->epoch, key);
    kk_secret_wipe(key, sizeof(key));
    return e;
}

int kk_registrar_new_epochs(struct kk_registrar *r)
{
    int e = 0;

    for (size_t i = 0; e == 0 && i < r->scope_count; i++) {
        e = new_epoch(r, &r->scopes[i]);
        if (e == 0)
            e = wrap_all(r, &r->scopes[i]);
    }
    return e;
}

int kk_registrar_add(struct kk_registrar *r, const struct kk_device_row *keys,
                     const struct kk_person *person)
{
    struct kk_device_span *span = kk_arena_alloc(&r->arena, sizeof(*span));
    struct kk_device_row row = *keys;
    uint8_t id[KK_ID_BYTES], other[KK_ID_BYTES];
    size_t at = 0;
    int e = span ? span_of(r, person, KK_STATUS_ACTIVE, span) : KK_E_MEMORY;

    if (e < 0 || r->row_count == KK_DEVICES_MAX)
        return e < 0 ? e : KK_E_ROW_LIMIT;
    row.label = kk_arena_dup(&r->arena, keys->label);
    row.history.items = span;
    row.history.count = 1;
    id_of(&row, id);
    for (; at < r->row_count; at++) {
        id_of(&r->rows[at], other);
        if (memcmp(other, id, KK_ID_BYTES) >= 0)
            break;
    }
    if (at < r->row_count && memcmp(other, id, KK_ID_BYTES) == 0)
        return KK_E_EXISTS;
    memmove(&r->rows[at + 1], &r->rows[at], (r->row_count - at) * sizeof(row));
    r->rows[at] = row;
    r->row_count++;
    for (size_t i = 0; e == 0 && i < span->scopes.count; i++) {
        struct kk_registrar_scope *s = scope_of(r, span->scopes.items[i].name);

        e = s ? wrap_all(r, s) : 0; /* pub has no key */
    }
    return e;
}

static struct kk_device_row *row_of(struct kk_registrar *r, const uint8_t id[KK_ID_BYTES])
{
    for (size_t i = 0; i < r->row_count; i++) {
        uint8_t other[KK_ID_BYTES];

        id_of(&r->rows[i], other);
        if (memcmp(other, id, KK_ID_BYTES) == 0)
            return &r->rows[i];
    }
    return NULL;
}

int kk_registrar_set_status(struct kk_registrar *r, const uint8_t id[KK_ID_BYTES],
                            enum kk_status status, const struct kk_person *moved)
{
    struct kk_device_row *row = row_of(r, id);
    struct kk_device_span *history;
    struct kk_device_span before;
    int e = 0;

    if (!row)
        return KK_E_NOT_FOUND;
    before = *kk_device_span_newest(row);
    history = kk_arena_array(&r->arena, row->history.count + 1, sizeof(*history));
    if (!history)
        return KK_E_MEMORY;
    memcpy(history, row->history.items, row->history.count * sizeof(*history));
    history[row->history.count] = before;
    if (moved)
        e = span_of(r, moved, status, &history[row->history.count]);
    history[row->history.count].from = r->version;
    history[row->history.count].status = status;
    row->history.items = history;
    row->history.count++;
    for (size_t i = 0; e == 0 && status == KK_STATUS_REVOKED && i < before.scopes.count; i++) {
        struct kk_registrar_scope *s = scope_of(r, before.scopes.items[i].name);

        if (!s)
            continue;
        e = new_epoch(r, s);
        if (e == 0)
            e = wrap_all(r, s);
    }
    return e;
}
