/* The relay's life, its batches, who is calling, and which request goes where. [DM-1] [DM-2] */
#include "relay/relay_in.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/hash.h"

struct loading {
    struct kk_relay *relay;
    struct kk_trust *trust;
    enum kk_trust_verdict verdict;
    enum kk_doc_kind kind;
};

/* The rows that a roster names lie beside it as a blob. */
static int devices_of(struct kk_relay *r, struct kk_slice roster, struct kk_bytes *out)
{
    struct kk_blob_ref rows;
    int got = kk_document_rows_ref(roster, &rows);

    if (got == 0)
        got = r->store->engine->blob_read(r->store, rows.hash, 0, rows.len, out);
    return got < 0 ? got : 0;
}

static int load_one(void *user, enum kk_doc_kind kind, struct kk_slice bytes)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes document = { 0 }, devices = { 0 };
    struct loading *l = user;
    int r = kk_bytes_append_slice(&document, bytes); /* the walk's statement may be used again */

    if (r == 0 && kind == KK_DOC_ROSTER)
        r = devices_of(l->relay, kk_bytes_slice(&document), &devices);
    if (r == 0)
        r = kk_trust_restore(l->trust, kind, kk_bytes_slice(&document), kk_bytes_slice(&devices),
                             &l->verdict);
    l->kind = kind;
    return r == 0 && l->verdict != KK_TRUST_TAKEN ? 1 : r;
}

int relay_load(struct kk_relay *r, struct kk_trust **ret, struct kk_error *err)
{
    KK_AUTO_FREE(kk_trust) struct kk_trust *trust = kk_trust_new();
    struct loading l = { .relay = r, .trust = trust };
    int got;

    if (!trust)
        return KK_E_MEMORY;
    got = r->store->engine->document_each(r->store, load_one, &l);
    if (got > 0)
        return kk_error_say(err, KK_E_STORE, kk_doc_kind_name(l.kind),
                            "the document in the store is not believed: %s",
                            "ストアの文書は信用できません: %s",
                            kk_trust_verdict_name(l.verdict));
    if (got < 0)
        return kk_error_say(err, got, "documents", "reading them from the store failed",
                            "ストアから読めません");
    if (!relay_knows_rules(trust))
        return kk_error_say(err, KK_E_STORE_NEWER, "roster",
                            "its rules are version %d; this program knows %d",
                            "規則の版 %d（このプログラムが扱えるのは %d まで）",
                            (int)kk_trust_roster(trust)->settings.tv, (int)kk_tv_newest());
    *ret = KK_STEAL(trust);
    return 0;
}

bool relay_knows_rules(const struct kk_trust *trust)
{
    const struct kk_roster *roster = kk_trust_roster(trust);

    return !roster || kk_tv_known((unsigned)roster->settings.tv);
}

int kk_relay_new(const struct kk_relay_options *o, struct kk_relay **ret, struct kk_error *err)
{
    KK_AUTO_FREE(kk_relay) struct kk_relay *r = kk_alloc(sizeof(*r));
    int got;

    if (!r)
        return KK_E_MEMORY;
    r->store = o->store;
    r->keys = o->keys;
    r->notes_nothing = o->notes_nothing;
    r->now_ms = o->now_ms;
    r->tell = o->tell;
    r->user = o->user;
    r->changed = true;
    got = relay_load(r, &r->trust, err);
    if (got < 0)
        return got;
    got = o->store->engine->entry_bare(o->store, kk_slice("", 0), NULL);
    if (got < 0)
        return got;
    r->forgets = got > 0 || (kk_trust_catalog(r->trust) &&
                             kk_trust_catalog(r->trust)->recalled.count > 0);
    *ret = KK_STEAL(r);
    return 0;
}

void kk_relay_free(struct kk_relay *r)
{
    if (!r)
        return;
    kk_trust_free(r->trust);
    kk_bytes_fini(&r->fresh);
    kk_secret_wipe(&r->keys, sizeof(r->keys));
    kk_free(r);
}

const struct kk_trust *kk_relay_trust(const struct kk_relay *r)
{
    return r->trust;
}

struct kk_store *kk_relay_store(const struct kk_relay *r)
{
    return r->store;
}

bool kk_relay_forgets(const struct kk_relay *r)
{
    return r->forgets;
}

void kk_relay_forgot(struct kk_relay *r)
{
    r->forgets = false;
}

bool kk_relay_grew(struct kk_relay *r)
{
    bool grew = r->grew;

    r->grew = false;
    return grew;
}

int64_t kk_relay_now(const struct kk_relay *r)
{
    return r->now_ms(r->user);
}

/* --- batches --- */

int kk_relay_begin(struct kk_relay *r)
{
    r->adopted = false;
    r->broken = 0;
    return r->store->engine->begin(r->store);
}

/*
 * A refusal leaves behind what it should, such as evidence. A fault of the machine leaves half of
 * what was to be written together: a track without its entry would give the next verdicts a state
 * that no reader of the log finds. [RL-17]
 */
int relay_wrote(struct kk_relay *r, int fault)
{
    if (fault == KK_E_MEMORY || fault == KK_E_DISK_FULL || fault == KK_E_IO ||
        fault == KK_E_STORE)
        r->broken = fault;
    return fault;
}

int kk_relay_commit(struct kk_relay *r)
{
    int got = r->broken ? r->broken : r->store->engine->commit(r->store);

    if (got < 0)
        kk_relay_rollback(r);
    return got;
}

void kk_relay_rollback(struct kk_relay *r)
{
    struct kk_trust *trust;

    r->store->engine->rollback(r->store);
    memset(r->served, 0, sizeof(r->served)); /* what was noted in this batch is not */
    r->changed = true;
    if (r->adopted && relay_load(r, &trust, NULL) == 0) {
        kk_trust_free(r->trust);
        r->trust = trust;
    }
    r->adopted = false;
}

/* --- who is it? --- */

const struct kk_device_span *relay_span(const struct kk_relay *r,
                                        const uint8_t device[KK_ID_BYTES])
{
    const struct kk_roster_view *view = kk_trust_view(r->trust);
    const struct kk_device_row *row = view ? kk_roster_row(view, device) : NULL;

    return row ? kk_device_span_newest(row) : NULL;
}

bool relay_reads_log(const struct kk_device_span *span, struct kk_slice scope)
{
    struct kk_scope parsed;

    if (!span || span->status == KK_STATUS_REVOKED || !kk_scope_parse(scope, &parsed) ||
        !kk_scope_info(parsed.kind)->records)
        return false;
    return span->role == KK_ROLE_AUDITOR || kk_device_span_has(span, scope);
}

int kk_relay_identify(struct kk_relay *r, const uint8_t noise[KK_KEY_BYTES],
                      struct kk_relay_caller *ret)
{
    const struct kk_roster_view *view = kk_trust_view(r->trust);
    const uint8_t *id = NULL;
    const struct kk_device_row *row = view ? kk_roster_row_by_noise(view, noise, &id) : NULL;
    int got;

    *ret = (struct kk_relay_caller){ .standing = KK_STANDING_UNKNOWN };
    memcpy(ret->noise, noise, KK_KEY_BYTES);
    if (row) {
        memcpy(ret->device, id, KK_ID_BYTES);
        ret->standing = kk_device_span_newest(row)->status == KK_STATUS_REVOKED
                            ? KK_STANDING_REVOKED
                            : KK_STANDING_OK;
        return 0;
    }
    got = r->store->engine->request_by_noise(r->store, noise, ret->device);
    if (got > 0)
        ret->standing = KK_STANDING_PENDING;
    return got < 0 ? got : 0;
}

int kk_relay_invitation(struct kk_relay *r, const uint8_t id[KK_ID_BYTES],
                        uint8_t ret_psk[KK_KEY_BYTES])
{
    struct kk_store_invite found;
    int got = r->store->engine->invite_find(r->store, id, &found);

    if (got > 0)
        memcpy(ret_psk, found.invite.psk, KK_KEY_BYTES);
    return got;
}

/* --- requests --- */

/* A device that is not approved yet says HELLO and fetches what is public. [DM-6] */
static int standing_fault(const struct kk_relay_caller *caller, enum kk_message_type type)
{
    switch (caller->standing) {
    case KK_STANDING_OK:
        return 0;
    case KK_STANDING_PENDING:
        return type == KK_MSG_HELLO || type == KK_MSG_WATCH ? 0 : KK_E_PENDING;
    case KK_STANDING_REVOKED:
        return KK_E_REVOKED;
    case KK_STANDING_UNKNOWN:
        break;
    }
    return KK_E_DEVICE_UNKNOWN;
}

int kk_relay_answer(struct kk_relay *r, const struct kk_relay_caller *caller,
                    const struct kk_message *m, struct kk_bytes *answer, uint64_t *ret_detail)
{
    int got = standing_fault(caller, m->type);

    *ret_detail = 0;
    if (got < 0)
        return got;
    if (m->type == KK_MSG_HELLO)
        return relay_hello(r, caller, m->id, m->body, answer);
    if (m->type == KK_MSG_WATCH)
        return relay_watch(r, caller, m->id, m->body, answer);
    if (m->type == KK_MSG_STATE)
        return relay_state(r, caller, m, answer);
    if (m->type == KK_MSG_LOG)
        return relay_entries(r, caller, m->id, m->body, answer);
    if (m->type == KK_MSG_RECOVER)
        return relay_recover(r, caller, m, answer);
    if (m->type == KK_MSG_PUSH)
        return relay_push(r, caller, m, answer, ret_detail);
    return KK_E_PROTOCOL; /* GET and ENROL have calls of their own */
}

/* [DM-7] */
static bool may_fetch(const struct kk_relay *r, const struct kk_relay_caller *caller,
                      struct kk_slice label)
{
    const struct kk_device_span *span;

    if (kk_slice_is(label, KK_LABEL_DOC) || kk_slice_is(label, "pub"))
        return caller->standing == KK_STANDING_OK || caller->standing == KK_STANDING_PENDING;
    span = caller->standing == KK_STANDING_OK ? relay_span(r, caller->device) : NULL;
    if (!span || span->status == KK_STATUS_REVOKED)
        return false;
    return kk_slice_is(label, KK_LABEL_DEVICES) || kk_device_span_has(span, label);
}

int kk_relay_read(struct kk_relay *r, const struct kk_relay_caller *caller,
                  const struct kk_msg_get *get, struct kk_bytes *bytes, uint64_t *ret_total)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes label = { 0 };
    uint64_t total = 0;
    int got = r->store->engine->blob_find(r->store, get->blob, &label, &total);

    if (got < 0)
        return got;
    if (got == 0 || get->offset >= total || !may_fetch(r, caller, kk_bytes_slice(&label)))
        return KK_E_NOT_FOUND;
    *ret_total = total;
    got = relay_served_blob(r, caller, kk_bytes_slice(&label));
    if (got < 0)
        return got;
    got = r->store->engine->blob_read(r->store, get->blob, get->offset, get->max, bytes);
    return got < 0 ? got : 0;
}
