/*
 * What the daemon answers (docs/protocol.md, The daemon). It relays and orders: it holds no scope
 * key, checks every signature, chain and verdict, and adopts documents only through proto/trust.
 * All calls come from the store thread; tests call it inline. Time is a function of the owner's.
 */
#ifndef RELAY_RELAY_H
#define RELAY_RELAY_H

#include "store/store.h"

#include "kukyoku/trust/invite.h"
#include "kukyoku/wire/message.h"

/* The daemon's secrets, from the key file of its desk. */
struct kk_relay_keys {
    uint8_t sign_secret[KK_SIGN_SECRET], sign[KK_KEY_BYTES];
};

/* What the owner's log should say of a restored store. */
enum kk_relay_news_kind {
    KK_NEWS_FOUND,  /* a device has more of a log than the store that nobody restored */
    KK_NEWS_BACK,   /* entries came back */
    KK_NEWS_ROSTER, /* entries were judged by a roster that the store lacks */
    KK_NEWS_ERA     /* the registrar lets a log begin anew */
};
struct kk_relay_news {
    enum kk_relay_news_kind what;
    struct kk_slice scope;
    uint64_t from, to; /* FOUND: both ends; BACK: entries; ERA: its number, the last entry left */
    uint64_t shown;    /* ERA: the last entry that a device has shown; at most `to`: none is lost */
    const uint8_t *device; /* FOUND, BACK: who had it */
};
typedef void kk_relay_tell_fn(void *user, const struct kk_relay_news *news);

struct kk_relay_options {
    struct kk_store *store; /* borrowed for the life of the relay */
    struct kk_relay_keys keys;
    bool notes_nothing; /* of what is handed out: the store is only read */
    int64_t (*now_ms)(void *user);
    kk_relay_tell_fn *tell; /* may be NULL */
    void *user;
};

struct kk_relay;
/* Restores what the store holds. err says which document it can't believe. */
KK_MUST_USE int kk_relay_new(const struct kk_relay_options *o, struct kk_relay **ret,
                             struct kk_error *err);
void kk_relay_free(struct kk_relay *r); /* wipes the keys */
KK_DEFINE_FREE(kk_relay)
const struct kk_trust *kk_relay_trust(const struct kk_relay *r);
int64_t kk_relay_now(const struct kk_relay *r);
struct kk_store *kk_relay_store(const struct kk_relay *r);
/* Was something recalled or erased that may still lie in files, until forgot is told? [DM-18] */
bool kk_relay_forgets(const struct kk_relay *r);
void kk_relay_forgot(struct kk_relay *r);
/* Bytes that one device may hand in by line in an hour; 0: no limit. Any thread. [LM-8] */
void kk_relay_set_hourly(struct kk_relay *r, int64_t bytes);
/* Has a log grown since this was asked the last time? */
bool kk_relay_grew(struct kk_relay *r);

/*
 * --- a batch: everything between begin and commit is durable together, or undone ---
 * Undone also where the machine (memory, disk) failed within a write, whatever else went well.
 */
KK_MUST_USE int kk_relay_begin(struct kk_relay *r);
KK_MUST_USE int kk_relay_commit(struct kk_relay *r);
/* Also forgets what the undone batch had changed in memory. */
void kk_relay_rollback(struct kk_relay *r);

/* --- who is it? --- */
enum kk_relay_standing { KK_STANDING_OK, KK_STANDING_PENDING, KK_STANDING_REVOKED,
                         KK_STANDING_UNKNOWN };
struct kk_relay_caller {
    enum kk_relay_standing standing;
    uint8_t device[KK_ID_BYTES];
    uint8_t noise[KK_KEY_BYTES];
};
/* A device by its Noise key. A fault of the store is UNKNOWN to the peer. */
KK_MUST_USE int kk_relay_identify(struct kk_relay *r, const uint8_t noise[KK_KEY_BYTES],
                                  struct kk_relay_caller *ret);
/* 1 and the psk of an invitation, used or not; 0 when there is none. */
KK_MUST_USE int kk_relay_invitation(struct kk_relay *r, const uint8_t id[KK_ID_BYTES],
                                    uint8_t ret_psk[KK_KEY_BYTES]);

/*
 * Answers a request of a session: HELLO, STATE, LOG, RECOVER, PUSH. Appends one message. Faults go
 * to the peer by their wire code; *ret_detail is the number in ERR.
 */
KK_MUST_USE int kk_relay_answer(struct kk_relay *r, const struct kk_relay_caller *caller,
                                const struct kk_message *m, struct kk_bytes *answer,
                                uint64_t *ret_detail);
/* A piece of a blob; KK_E_NOT_FOUND alike for what is absent and what is forbidden. [DM-7] */
KK_MUST_USE int kk_relay_read(struct kk_relay *r, const struct kk_relay_caller *caller,
                              const struct kk_msg_get *get, struct kk_bytes *bytes,
                              uint64_t *ret_total);
/* What an enrolment session has proved: borrowed. */
struct kk_relay_joining {
    const uint8_t *invite, *noise, *hash; /* 16, 32, 32 bytes */
};
/* The one request of an enrolment session: m is an ENROL. [DM-8] */
KK_MUST_USE int kk_relay_enrol(struct kk_relay *r, const struct kk_relay_joining *who,
                               const struct kk_message *m, struct kk_bytes *answer);

/* --- what comes through the spool; each inside a batch --- */
/*
 * devices: for a roster, its rows. *ret says what became of it. KK_E_BUNDLE_NEWER for a roster
 * under rules (tv) that this program does not know; as after any fault, the batch is rolled back.
 */
KK_MUST_USE int kk_relay_adopt(struct kk_relay *r, struct kk_slice document,
                               struct kk_slice devices, enum kk_trust_verdict *ret);
/* An invitation signed by the registrar. */
KK_MUST_USE int kk_relay_adopt_invite(struct kk_relay *r, struct kk_slice document,
                                      enum kk_trust_verdict *ret);
/* A request by file: its invitation must be open. KK_E_INVITE, KK_E_SIGNATURE. */
KK_MUST_USE int kk_relay_adopt_request(struct kk_relay *r, struct kk_slice request);
/* A blob that some adopted document may name; label: who may fetch it. */
KK_MUST_USE int kk_relay_adopt_blob(struct kk_relay *r, struct kk_slice label,
                                    struct kk_slice blob);
/* One operation, whoever carries it; the same checks as PUSH. KK_E_RECOVERING: not yet. */
struct kk_relay_handed {
    const uint8_t *device; /* its author, 16 bytes */
    struct kk_slice scope;
    const struct kk_push_op *op;
    bool bare; /* it may come without its body, which an ended era had erased */
};
KK_MUST_USE int kk_relay_order(struct kk_relay *r, const struct kk_relay_handed *handed,
                               struct kk_pushed_op *ret, uint64_t *ret_detail);

/* --- a store that was restored (recover.c) [ER-3] --- */
/* Inside a batch of the store: from now on its logs wait for eras. what: told apart by it. */
KK_MUST_USE int kk_relay_mark_restored(struct kk_store *store, int64_t now_ms,
                                       struct kk_slice what);
/* How many logs of the roster wait for an era. */
KK_MUST_USE int kk_relay_recovering(struct kk_relay *r, unsigned *ret_logs);
/* What the registrar needs to know; in the arena. KK_E_NOT_FOUND: no log waits. [ER-9] */
KK_MUST_USE int kk_relay_recovery(struct kk_relay *r, struct kk_arena *arena,
                                  struct kk_recovery *ret);

#endif
