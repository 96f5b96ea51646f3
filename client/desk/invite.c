/* Invitations: one file for the device, one document for the daemon. [TR-14] */
#include "desk/files.h"
#include "desk/registrar.h"

#include "kukyoku/base/text.h"
#include "kukyoku/bundle/kkyb.h"

#include <stdio.h>

static void name_of(const uint8_t id[KK_ID_BYTES], char ret[64])
{
    char hex[2 * KK_ID_BYTES + 1];

    kk_hex_encode(kk_slice(id, KK_ID_BYTES), hex);
    snprintf(ret, 64, "invites/%s.invite", hex);
}

static int encode_file(const struct kk_registrar *r, const struct kk_invitation_options *o,
                       struct kk_invite_file *f, struct kk_bytes *out)
{
    const struct kk_root *root = kk_trust_root(r->trust);

    f->ward = o->person.ward;
    f->role = o->person.role;
    f->expires_ms = (uint64_t)o->expires_ms;
    f->endpoints.items = r->settings.endpoints.items;
    f->endpoints.count = r->settings.endpoints.count;
    f->transport.items = root->transport.items;
    f->transport.count = root->transport.count;
    f->root = kk_trust_bytes(r->trust, KK_DOC_ROOT);
    f->holder = o->person.holder;
    f->office = o->person.office;
    f->section = o->person.section;
    f->post = o->person.post;
    return kk_shape_encode_checked(&kk_shape_invite_file, f, out, NULL);
}

static int sign_document(const struct kk_registrar *r, const struct kk_invitation_options *o,
                         const struct kk_invite_file *f, struct kk_bytes *out)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes payload = { 0 }, plain = { 0 };
    struct kk_invite invite = { .ward = o->person.ward,
                                .role = o->person.role,
                                .issued_ms = (uint64_t)o->now_ms,
                                .expires_ms = (uint64_t)o->expires_ms };
    int e;

    memcpy(invite.id, f->id, KK_ID_BYTES);
    kk_invite_psk(f->secret, invite.psk);
    kk_trust_root_id(r->trust, invite.root);
    e = kk_shape_encode_checked(&kk_shape_invite, &invite, &payload, NULL);
    if (e == 0)
        e = kk_document_new(KK_DOC_INVITE, kk_bytes_slice(&payload), &plain);
    return e == 0 ? kk_document_sign(kk_bytes_slice(&plain), r->index, r->secret, out) : e;
}

static int pack(struct kk_slice document, struct kk_bytes *out)
{
    struct kk_kkyb_writer w;
    int e = kk_kkyb_begin(&w, KK_KKYB_ENROLMENT, 1, out);

    if (e == 0)
        e = kk_kkyb_item(&w, KK_KKYB_TAG_DOCUMENT, document, out);
    return e == 0 ? kk_kkyb_end(&w, out) : e;
}

int kk_registrar_invite(struct kk_registrar *r, const struct kk_invitation_options *o,
                        struct kk_bytes *ret_file, struct kk_bytes *ret_kkyb,
                        struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes document = { 0 };
    struct kk_entropy entropy = kk_os_entropy();
    struct kk_invite_file f = { .role = 0 };
    char name[64], folder[KK_OS_PATH_MAX];
    int e;

    kk_entropy_fill(&entropy, f.id, sizeof(f.id));
    kk_entropy_fill(&entropy, f.secret, sizeof(f.secret));
    e = encode_file(r, o, &f, ret_file);
    if (e == 0)
        e = sign_document(r, o, &f, &document);
    if (e == 0)
        e = pack(kk_bytes_slice(&document), ret_kkyb);
    if (e < 0)
        return kk_error_set(err, e, "invitation", "%s", "");
    name_of(f.id, name);
    kk_secret_wipe(f.secret, sizeof(f.secret));
    e = kk_os_path_join(r->dir, "invites", folder);
    if (e == 0)
        e = kk_os_dir_make(folder, err);
    return e == 0 ? kk_desk_write(r->dir, name, kk_bytes_slice(ret_file), err) : e;
}

void kk_invitation_fini(struct kk_invitation *i)
{
    if (i->file.data)
        kk_secret_wipe(i->file.data, i->file.len);
    kk_bytes_fini(&i->file);
    kk_arena_fini(&i->arena);
    kk_secret_wipe(&i->is, sizeof(i->is));
}

int kk_registrar_invitation(const struct kk_registrar *r, const uint8_t id[KK_ID_BYTES],
                            struct kk_invitation *ret, struct kk_error *err)
{
    char name[64];
    int e;

    name_of(id, name);
    kk_arena_init(&ret->arena, 64 * 1024);
    e = kk_desk_read(r->dir, name, &ret->file, err);
    if (e == KK_E_NOT_FOUND)
        return kk_error_say(err, KK_E_INVITE, name, "this desk made no such invitation",
                            "この担当が作った招待状ではありません");
    return e == 0 ? kk_shape_read(&kk_shape_invite_file, kk_bytes_slice(&ret->file), &ret->arena,
                                  &ret->is, NULL)
                  : e;
}
