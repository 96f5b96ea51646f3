/*
 * The registrar's desk: who takes part, with which keys. Its folder holds desk.key, scopes.key (all
 * scope keys of all epochs), root.doc, roster.doc, devices.bin, wraps-<scope>.bin and invites/.
 * Works without a network: requests in, signed documents out, by file.
 */
#ifndef DESK_REGISTRAR_H
#define DESK_REGISTRAR_H

#include "home/home.h"

#include "kukyoku/trust/invite.h"

struct kk_registrar_scope {
    char scope[KK_SCOPE_NAME_MAX + 1];
    uint32_t epoch;
    struct kk_blob_ref wraps;
    struct kk_bytes blob; /* the wraps blob */
    bool changed;
};
struct kk_registrar {
    char dir[KK_OS_PATH_MAX];
    uint8_t secret[KK_SIGN_SECRET];
    struct kk_bytes passphrase; /* empty: its keys have none */
    unsigned index; /* of its key in the role */
    struct kk_trust *trust;
    struct kk_keyring keys;
    struct kk_registrar_scope scopes[KK_SCOPES_MAX];
    size_t scope_count;
    struct kk_arena arena; /* rows of the roster that is being written */
    struct kk_device_row *rows;
    size_t row_count;
    struct kk_era *eras; /* all there ever were, ascending */
    size_t era_count;
    struct kk_settings settings;
    struct kk_ver version; /* of the roster that is being written */
    unsigned needed; /* signatures of registrar desks */
};

/* dir: the authority's folder (with registrar/ in it) or the desk's own. */
KK_MUST_USE int kk_registrar_open(const char *dir, struct kk_slice passphrase,
                                  struct kk_registrar *ret, struct kk_error *err);
void kk_registrar_fini(struct kk_registrar *r);
/* What its keys are written under: absent for none. */
struct kk_slice kk_registrar_passphrase(const struct kk_registrar *r);
/* The desk's own folder: dir, or registrar/ in it. */
KK_MUST_USE int kk_registrar_dir(const char *dir, char ret[KK_OS_PATH_MAX]);
KK_DEFINE_FINI(kk_registrar)

/* A row, or a new span of one; scopes follow from role and ward. Names are borrowed. */
struct kk_person {
    struct kk_slice ward, office, section, post, holder;
    enum kk_role role;
};
/* Adds a device and wraps it the newest key of each of its scopes. KK_E_EXISTS. */
KK_MUST_USE int kk_registrar_add(struct kk_registrar *r, const struct kk_device_row *keys,
                                 const struct kk_person *person);
/* Wraps the newest key of a scope for everybody who may have it. KK_E_NOT_FOUND. */
KK_MUST_USE int kk_registrar_wrap(struct kk_registrar *r, const char *scope);
/* A new key for every scope: each year, and where somebody may know them all. */
KK_MUST_USE int kk_registrar_new_epochs(struct kk_registrar *r);
/* Revoked: a new epoch for each scope that the device could read. Draining: keys stay. */
KK_MUST_USE int kk_registrar_set_status(struct kk_registrar *r, const uint8_t id[KK_ID_BYTES],
                                        enum kk_status status, const struct kk_person *moved);
/*
 * Begins a new era behind the end of every log that a restored daemon tells of. *ret_count: how
 * many; logs whose era for this very restoration stands already are passed over. KK_E_SIGNATURE for
 * a head that no daemon of the newest root signed, KK_E_SCOPE. [ER-9]
 */
KK_MUST_USE int kk_registrar_begin_eras(struct kk_registrar *r, const struct kk_recovery *from,
                                        size_t *ret_count, struct kk_error *err);
/*
 * Signs the next roster and writes it to the desk's folder; *out gets the KKYB file for the
 * daemon. Until then nothing on disk has changed. Where more than one desk must sign it waits in
 * draft/, and *out goes to the others (cosign.h). KK_E_ROSTER_WAITS.
 */
KK_MUST_USE int kk_registrar_sign(struct kk_registrar *r, int64_t now_ms, struct kk_bytes *out,
                                  struct kk_error *err);
/* When a roster of this desk was signed; 0: not known (issued.c). */
int64_t kk_registrar_issued(const struct kk_registrar *r, struct kk_ver version);
/* One more line of that list, in dir. */
KK_MUST_USE int kk_registrar_note_issued(const struct kk_registrar *r, const char *dir,
                                         int64_t now_ms, struct kk_error *err);
/* Until when a device that drains may send, 0: not known; false: it does not drain. */
bool kk_registrar_drains(const struct kk_registrar *r, const struct kk_device_row *row,
                         int64_t *ret_until_ms);
/* A device by the start of its fingerprint or id in hexadecimal; NULL: none, or several. */
const uint8_t *kk_registrar_find(const struct kk_registrar *r, const char *name);

/* --- invitations (invite.c) --- */
struct kk_invitation_options {
    struct kk_person person;
    int64_t now_ms, expires_ms;
};
/* The file for the device, kept at the desk too, and the KKYB file for the daemon. */
KK_MUST_USE int kk_registrar_invite(struct kk_registrar *r, const struct kk_invitation_options *o,
                                    struct kk_bytes *ret_file, struct kk_bytes *ret_kkyb,
                                    struct kk_error *err);
/* An invitation that this desk made; slices of `is` point into the file. */
struct kk_invitation {
    struct kk_bytes file;
    struct kk_arena arena;
    struct kk_invite_file is;
};
void kk_invitation_fini(struct kk_invitation *i);
KK_DEFINE_FINI(kk_invitation)
/* The one that a request names. KK_E_INVITE. */
KK_MUST_USE int kk_registrar_invitation(const struct kk_registrar *r,
                                        const uint8_t id[KK_ID_BYTES], struct kk_invitation *ret,
                                        struct kk_error *err);

#endif
