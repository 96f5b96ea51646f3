/* Enrolment over the line: ENROL with the handshake hash in it, then ENROLLED or a refusal. */
#include "link/link.h"

struct enrolment {
    kk_link_enrol_fn *fill;
    void *user;
    uint8_t device[KK_ID_BYTES];
};

static int ask(void *self, struct kk_link *link, const struct kk_admission *admission)
{
    struct enrolment *e = self;
    struct kk_msg_enrol enrol = { 0 };
    int r = e->fill(e->user, kk_link_hash(link), &enrol);

    (void)admission;
    return r < 0 ? r : kk_link_send(link, KK_MSG_ENROL, 1, &enrol);
}

/* An answer decides; what came before it was only asked. */
static int ask_again(void *self)
{
    (void)self;
    return 0;
}

static int refusal(const struct kk_msg_err *err)
{
    switch (err->code) {
    case KK_WIRE_INVITE:
        return KK_E_INVITE;
    case KK_WIRE_SIG:
        return KK_E_SIGNATURE;
    case KK_WIRE_BUSY:
    case KK_WIRE_RATE:
        return KK_E_PEER_BUSY;
    default:
        return KK_E_PROTOCOL;
    }
}

static int take_answer(void *self, struct kk_link *link, const struct kk_message *m,
                       struct kk_slice plain)
{
    struct enrolment *e = self;

    (void)plain;
    if (m->type == KK_MSG_ERR)
        return refusal(m->body);
    memcpy(e->device, ((const struct kk_msg_enrolled *)m->body)->device, KK_ID_BYTES);
    kk_link_done(link);
    return 0;
}

int kk_link_enrol(const struct kk_link_options *o, kk_link_enrol_fn *fill, void *user,
                  uint8_t ret_device[KK_ID_BYTES], struct kk_error *err)
{
    struct enrolment e = { .fill = fill, .user = user };
    struct kk_link_owner owner = { .opened = ask, .message = take_answer, .again = ask_again,
                                   .self = &e };
    int r;

    kk_assert(o->mode == KK_MODE_ENROL);
    r = kk_link_run_again(o, &owner, NULL, err);
    if (r == 0)
        memcpy(ret_device, e.device, KK_ID_BYTES);
    if (r < 0 && err && !err->fault) /* fill explains its own faults */
        return kk_error_say(err, r, "enrolment", "the daemon refused the request",
                            "デーモンが申請を断りました");
    return r;
}
