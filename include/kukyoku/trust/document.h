/*
 * Signed documents: [kind, payload, signatures]. The payload's bytes are signed, stored and served
 * again; nothing is ever encoded anew ([TR-4]). An invalid or unknown signature is passed over; the
 * number of distinct keys that did sign decides ([TR-5]).
 */
#ifndef KUKYOKU_TRUST_DOCUMENT_H
#define KUKYOKU_TRUST_DOCUMENT_H

#include "kukyoku/trust/sign.h"
#include "kukyoku/wire/shapes.h"

#define KK_TRUST_ROLE_ENUM(NAME, number, text) KK_TRUST_##NAME = (number),
enum kk_trust_role { KK_TRUST_ROLES(KK_TRUST_ROLE_ENUM) };
#undef KK_TRUST_ROLE_ENUM

#define KK_DOC_ENUM(NAME, kind, role, text) KK_DOC_##NAME,
enum kk_doc_kind { KK_DOC_KINDS(KK_DOC_ENUM) };
#undef KK_DOC_ENUM

const char *kk_doc_kind_name(enum kk_doc_kind kind);
enum kk_trust_role kk_doc_kind_role(enum kk_doc_kind kind);
const char *kk_trust_role_name(enum kk_trust_role role);

/*
 * Form, shape, kind, and signatures with strictly ascending key indexes. KK_E_FORM, KK_E_SHAPE,
 * KK_E_MEMORY. ret points into bytes and the arena. Nothing is verified yet.
 */
KK_MUST_USE int kk_document_read(enum kk_doc_kind kind, struct kk_slice bytes,
                                 struct kk_arena *arena, struct kk_doc *ret);
/* The kind of a document of any kind; false when it is none. */
KK_MUST_USE bool kk_document_kind(struct kk_slice bytes, enum kk_doc_kind *ret);
/*
 * Which rows a roster names, so that they can be found beside it; nothing of it is believed yet.
 * KK_E_FORM, KK_E_SHAPE, KK_E_MEMORY.
 */
KK_MUST_USE int kk_document_rows_ref(struct kk_slice roster, struct kk_blob_ref *ret);
/* Enough distinct keys of the role signed these very bytes? 1, 0 or KK_E_MEMORY. */
KK_MUST_USE int kk_document_verify(const struct kk_doc *doc, const struct kk_root_role *role);
/* Which keys of the role signed, as bits by index; negative: KK_E_MEMORY. */
KK_MUST_USE int kk_document_signers(const struct kk_doc *doc, const struct kk_root_role *role,
                                    uint32_t *ret_bits);

/* Appends a document without signatures yet. */
KK_MUST_USE int kk_document_new(enum kk_doc_kind kind, struct kk_slice payload,
                                struct kk_bytes *out);
/*
 * Appends `bytes` with one more signature, of the key with this index in its role's list; an older
 * signature of that index is replaced.
 */
KK_MUST_USE int kk_document_sign(struct kk_slice bytes, unsigned index,
                                 const uint8_t secret[KK_SIGN_SECRET], struct kk_bytes *out);
/* H("doc", payload): the name of what a document says, whoever signed it. */
void kk_document_id(const struct kk_doc *doc, uint8_t ret[KK_HASH_BYTES]);

/* (gen, ver) in order: negative, 0, positive. */
int kk_ver_compare(struct kk_ver a, struct kk_ver b);
/* Does the catalog say that nobody keeps the blob any more? [BN-19] */
bool kk_catalog_recalls(const struct kk_catalog *catalog, const uint8_t hash[KK_HASH_BYTES]);

#endif
