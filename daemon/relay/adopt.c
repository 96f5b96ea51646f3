/* What comes in from desks and devices: documents, blobs, invitations, requests. [DM-8] [DM-14] */
#include "relay/relay_in.h"

#include "kukyoku/base/hash.h"

/* [DM-18] Of what stands in the roster or the catalog nothing goes, whatever a catalog says. */
static bool is_needed(const struct kk_relay *r, const uint8_t hash[KK_HASH_BYTES])
{
    const struct kk_roster *roster = kk_trust_roster(r->trust);

    for (size_t i = 0; roster && i < roster->scopes.count; i++) {
        if (memcmp(roster->scopes.items[i].wraps.hash, hash, KK_HASH_BYTES) == 0)
            return true;
    }
    return false;
}

static int drop_recalled(struct kk_relay *r)
{
    const struct kk_catalog *catalog = kk_trust_catalog(r->trust);
    int got = 0;

    for (size_t i = 0; got == 0 && i < catalog->recalled.count; i++) {
        if (!is_needed(r, catalog->recalled.items[i].id))
            got = r->store->engine->blob_drop(r->store, catalog->recalled.items[i].id);
    }
    r->forgets = r->forgets || catalog->recalled.count > 0;
    return got;
}

int kk_relay_adopt_blob(struct kk_relay *r, struct kk_slice label, struct kk_slice blob)
{
    const struct kk_catalog *catalog = kk_trust_catalog(r->trust);
    uint8_t hash[KK_HASH_BYTES];
    struct kk_scope scope = { 0 };
    bool serves = kk_scope_parse(label, &scope);

    if (!kk_slice_is(label, KK_LABEL_DOC) && !kk_slice_is(label, KK_LABEL_DEVICES) &&
        !serves)
        return KK_E_SCOPE;
    if (blob.len == 0 || blob.len > KK_BLOB_BYTES_MAX)
        return KK_E_SHAPE;
    kk_hash_of("blob", blob, hash);
    if (serves && catalog && kk_catalog_recalls(catalog, hash) && !is_needed(r, hash))
        return 0; /* an old file brings nothing back */
    return r->store->engine->blob_put(r->store, hash, label, blob);
}

static struct kk_ver version_held(const struct kk_trust *t, enum kk_doc_kind kind)
{
    if (kind == KK_DOC_ROSTER)
        return kk_trust_roster(t)->version;
    if (kind == KK_DOC_CATALOG)
        return kk_trust_catalog(t)->version;
    return (struct kk_ver){ .ver = kk_trust_root(t)->ver };
}

static int offer(struct kk_relay *r, enum kk_doc_kind kind, struct kk_slice document,
                 struct kk_slice devices, enum kk_trust_verdict *ret)
{
    int64_t now = kk_relay_now(r);

    switch (kind) {
    case KK_DOC_ROOT:
        /* the daemon's first root comes with its own keys, from the desk that made both */
        return kk_trust_root_count(r->trust) ? kk_trust_offer_root(r->trust, document, now, ret)
                                             : kk_trust_pin(r->trust, document, ret);
    case KK_DOC_ROSTER:
        return kk_trust_offer_roster(r->trust, document, devices, now, ret);
    case KK_DOC_CATALOG:
        return kk_trust_offer_catalog(r->trust, document, now, ret);
    case KK_DOC_FRESH:
    case KK_DOC_INVITE:
        break;
    }
    *ret = KK_TRUST_MALFORMED;
    return 0;
}

int kk_relay_adopt(struct kk_relay *r, struct kk_slice document, struct kk_slice devices,
                   enum kk_trust_verdict *ret)
{
    enum kk_doc_kind kind;
    unsigned recovering = 0;
    int got;

    *ret = KK_TRUST_MALFORMED;
    if (!kk_document_kind(document, &kind))
        return 0;
    if (kind == KK_DOC_INVITE)
        return kk_relay_adopt_invite(r, document, ret);
    got = kk_relay_recovering(r, &recovering);
    if (got == 0)
        got = offer(r, kind, document, devices, ret);
    if (got < 0 || *ret != KK_TRUST_TAKEN)
        return got;
    r->adopted = true;
    r->changed = true;
    /* under rules that are not known every act would be refused, signed and for ever [RL-10] */
    if (kind == KK_DOC_ROSTER && !relay_knows_rules(r->trust))
        return KK_E_BUNDLE_NEWER;
    got = kind == KK_DOC_ROSTER ? relay_take_eras(r, recovering) : 0;
    if (got < 0)
        return got;
    got = r->store->engine->document_put(r->store, kind, version_held(r->trust, kind), document);
    if (got == 0)
        got = kk_relay_adopt_blob(r, kk_slice_text(KK_LABEL_DOC), document);
    if (got == 0 && kind == KK_DOC_ROSTER)
        got = kk_relay_adopt_blob(r, kk_slice_text(KK_LABEL_DEVICES), devices);
    if (got == 0 && kind == KK_DOC_CATALOG)
        got = drop_recalled(r);
    return got;
}

int kk_relay_adopt_invite(struct kk_relay *r, struct kk_slice document,
                          enum kk_trust_verdict *ret)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    const struct kk_root_role *role = kk_trust_role(r->trust, KK_TRUST_REGISTRAR);
    struct kk_invite invite;
    struct kk_doc doc;
    int got;

    *ret = KK_TRUST_MISSING;
    if (!role)
        return 0;
    kk_arena_init(&arena, 64 * 1024);
    *ret = KK_TRUST_MALFORMED;
    got = kk_document_read(KK_DOC_INVITE, document, &arena, &doc);
    if (got == 0)
        got = kk_shape_read(&kk_shape_invite, doc.payload, &arena, &invite, NULL);
    if (got < 0)
        return got == KK_E_MEMORY ? got : 0;
    got = kk_document_verify(&doc, role);
    *ret = got > 0 ? KK_TRUST_TAKEN : KK_TRUST_SIGNATURES;
    return got > 0 ? r->store->engine->invite_put(r->store, &invite) : got;
}

/* Open, not expired, and now used by this very device: all in the batch of the request. */
static int use_invitation(struct kk_relay *r, const struct kk_enrol_request *q,
                          struct kk_store_invite *found)
{
    uint8_t device[KK_ID_BYTES];
    int got = r->store->engine->invite_find(r->store, q->invite, found);

    if (got <= 0)
        return got < 0 ? got : KK_E_INVITE;
    kk_enrol_request_device(q, device);
    if (found->used)
        return memcmp(found->device, device, KK_ID_BYTES) == 0 ? 0 : KK_E_INVITE;
    if (kk_trust_now(r->trust, kk_relay_now(r)) > (int64_t)found->invite.expires_ms)
        return KK_E_INVITE;
    got = r->store->engine->invite_use(r->store, q->invite, device);
    if (got <= 0)
        return got < 0 ? got : KK_E_INVITE;
    return 0;
}

static int take_request(struct kk_relay *r, struct kk_enrol_request *q)
{
    struct kk_store_invite found;
    int got = kk_enrol_request_check(q);

    if (got <= 0)
        return got < 0 ? got : KK_E_SIGNATURE;
    got = relay_wrote(r, use_invitation(r, q, &found));
    if (got < 0)
        return got;
    q->recv_ms = (uint64_t)kk_relay_now(r);
    return relay_wrote(r, r->store->engine->request_put(r->store, q));
}

int kk_relay_enrol(struct kk_relay *r, const struct kk_relay_joining *who,
                   const struct kk_message *m, struct kk_bytes *answer)
{
    struct kk_enrol_request q = ((const struct kk_msg_enrol *)m->body)->request;
    struct kk_msg_enrolled out;
    int got;

    if (kk_enrol_request_by_file(&q) || memcmp(q.invite, who->invite, KK_ID_BYTES) != 0 ||
        memcmp(q.noise, who->noise, KK_KEY_BYTES) != 0 ||
        memcmp(q.binding, who->hash, KK_HASH_BYTES) != 0)
        return KK_E_SIGNATURE;
    got = take_request(r, &q);
    if (got < 0)
        return got;
    kk_enrol_request_device(&q, out.device);
    return kk_message_encode(KK_MSG_ENROLLED, m->id, &out, answer);
}

int kk_relay_adopt_request(struct kk_relay *r, struct kk_slice request)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_enrol_request q;
    int got;

    kk_arena_init(&arena, 0); /* a request holds no list */
    got = kk_shape_read(&kk_shape_enrol_request, request, &arena, &q, NULL);
    if (got < 0)
        return got;
    /* the mac is the registrar's to check, who alone keeps the secret; the daemon sees the proof */
    return kk_enrol_request_by_file(&q) ? take_request(r, &q) : KK_E_SIGNATURE;
}
