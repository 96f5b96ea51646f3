/* The relay as a service of the line. */
#include "service.h"

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

static enum kk_relay_standing standing_of(enum kk_admit admit)
{
    switch (admit) {
    case KK_ADMIT_OK:
        return KK_STANDING_OK;
    case KK_ADMIT_PENDING:
        return KK_STANDING_PENDING;
    case KK_ADMIT_REVOKED:
        return KK_STANDING_REVOKED;
    case KK_ADMIT_BUSY:
    case KK_ADMIT_UNKNOWN:
        break;
    }
    return KK_STANDING_UNKNOWN;
}

static void identify(void *self, struct kk_caller *caller, struct kk_admission *ret)
{
    struct kk_relay *relay = self;
    const struct kk_root *root = kk_trust_root(kk_relay_trust(relay));
    struct kk_relay_caller who;
    int r;

    *ret = (struct kk_admission){ .status = KK_ADMIT_UNKNOWN };
    ret->server_ms = (uint64_t)kk_relay_now(relay);
    ret->root_ver = root ? (uint32_t)root->ver : 0;
    if (caller->mode == KK_MODE_ENROL) {
        r = kk_relay_invitation(relay, caller->invite, ret->psk);
        ret->status = r > 0 ? KK_ADMIT_OK : KK_ADMIT_UNKNOWN;
        return;
    }
    r = kk_relay_identify(relay, caller->noise, &who);
    if (r < 0) {
        ret->status = KK_ADMIT_BUSY; /* the store's trouble is not the device's fault */
        return;
    }
    ret->status = admit_of(who.standing);
    memcpy(caller->device, who.device, KK_ID_BYTES);
}

/* Asked anew for each request: a roster that came in meanwhile counts at once. [DM-6] */
static int who_is(struct kk_relay *relay, const struct kk_caller *caller,
                  struct kk_relay_caller *ret)
{
    int r;

    *ret = (struct kk_relay_caller){ .standing = standing_of(caller->status) };
    r = kk_relay_identify(relay, caller->noise, ret);
    return r == 0 && ret->standing == KK_STANDING_REVOKED ? KK_E_REVOKED : r;
}

static int answer(void *self, struct kk_caller *caller, const struct kk_message *m,
                  struct kk_bytes *out, uint64_t *ret_detail)
{
    struct kk_relay_caller who;
    int r;

    *ret_detail = 0;
    if (caller->mode == KK_MODE_ENROL)
        return kk_relay_enrol(
            self, &(struct kk_relay_joining){ caller->invite, caller->noise, caller->hash }, m,
            out);
    r = who_is(self, caller, &who);
    return r == 0 ? kk_relay_answer(self, &who, m, out, ret_detail) : r;
}

static int read_blob(void *self, struct kk_caller *caller, const struct kk_msg_get *get,
                     struct kk_bytes *bytes, uint64_t *ret_total)
{
    struct kk_relay_caller who;
    int r = who_is(self, caller, &who);

    return r == 0 ? kk_relay_read(self, &who, get, bytes, ret_total) : r;
}

static void left(void *self, struct kk_caller *caller)
{
    (void)self; /* the relay keeps nothing from request to request */
    (void)caller;
}

struct kk_service kk_service_of(struct kk_relay *relay)
{
    return (struct kk_service){ .identify = identify,
                                .answer = answer,
                                .read = read_blob,
                                .left = left,
                                .self = relay };
}
