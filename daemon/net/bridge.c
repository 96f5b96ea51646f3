/*
 * Nothing is decided here: who a caller is, is asked again for each request, so that a roster that
 * was adopted meanwhile counts from the next request on.
 */
#include "net/bridge.h"

#define RETRY_S 30

static int begin(void *self)
{
    return kk_relay_begin(self);
}

static int commit(void *self)
{
    int r = kk_relay_commit(self);

    if (r < 0)
        kk_relay_rollback(self);
    return r;
}

static enum kk_admit admit_of(enum kk_relay_standing standing)
{
    switch (standing) {
    case KK_STANDING_OK:
        return KK_ADMIT_OK;
    case KK_STANDING_PENDING:
        return KK_ADMIT_PENDING;
    case KK_STANDING_REVOKED:
        return KK_ADMIT_REVOKED;
    case KK_STANDING_UNKNOWN:
        break;
    }
    return KK_ADMIT_UNKNOWN;
}

/* A store that cannot be read knows nobody. */
static enum kk_admit identify_device(struct kk_relay *relay, struct kk_caller *caller)
{
    struct kk_relay_caller who;

    if (kk_relay_identify(relay, caller->noise, &who) < 0)
        return KK_ADMIT_UNKNOWN;
    memcpy(caller->device, who.device, KK_ID_BYTES);
    return admit_of(who.standing);
}

/* [HS-4] used or not: the refusal of a used one is told inside the session */
static enum kk_admit identify_invitation(struct kk_relay *relay, const struct kk_caller *caller,
                                         uint8_t ret_psk[KK_KEY_BYTES])
{
    return kk_relay_invitation(relay, caller->invite, ret_psk) > 0 ? KK_ADMIT_OK : KK_ADMIT_UNKNOWN;
}

static void identify(void *self, struct kk_caller *caller, struct kk_admission *ret)
{
    const struct kk_root *root = kk_trust_root(kk_relay_trust(self));
    int64_t now_ms = kk_relay_now(self);

    *ret = (struct kk_admission){ .retry_s = RETRY_S,
                                  .server_ms = now_ms > 0 ? (uint64_t)now_ms : 0,
                                  .root_ver = root ? (uint32_t)root->ver : 0 };
    if (caller->mode == KK_MODE_ENROL)
        ret->status = identify_invitation(self, caller, ret->psk);
    else
        ret->status = identify_device(self, caller);
}

/* A device that was revoked while its session ran is told so, and the session ends. */
static int who_is(struct kk_relay *relay, const struct kk_caller *caller,
                  struct kk_relay_caller *ret)
{
    int r = kk_relay_identify(relay, caller->noise, ret);

    if (r < 0)
        return r;
    if (ret->standing == KK_STANDING_UNKNOWN)
        return KK_E_DEVICE_UNKNOWN;
    return ret->standing == KK_STANDING_REVOKED ? KK_E_REVOKED : 0;
}

static int answer(void *self, struct kk_caller *caller, const struct kk_message *m,
                  struct kk_bytes *answer, uint64_t *ret_detail)
{
    struct kk_relay_caller who;
    int r;

    if (caller->mode == KK_MODE_ENROL)
        return kk_relay_enrol(self, caller->invite, caller->noise, caller->hash, m->body, m->id,
                              answer);
    r = who_is(self, caller, &who);
    return r < 0 ? r : kk_relay_answer(self, &who, m, answer, ret_detail);
}

static int read_blob(void *self, struct kk_caller *caller, const struct kk_msg_get *get,
                     struct kk_bytes *bytes, uint64_t *ret_total)
{
    struct kk_relay_caller who;
    int r = who_is(self, caller, &who);

    return r < 0 ? r : kk_relay_read(self, &who, get, bytes, ret_total);
}

static void left(void *self, struct kk_caller *caller)
{
    (void)self;
    (void)caller; /* nothing is kept from request to request */
}

struct kk_service kk_bridge_service(struct kk_relay *relay)
{
    return (struct kk_service){
        .identify = identify, .answer = answer, .read = read_blob, .left = left, .self = relay
    };
}

struct kk_worker_batch kk_bridge_batch(struct kk_relay *relay)
{
    return (struct kk_worker_batch){ .begin = begin, .commit = commit, .self = relay };
}
