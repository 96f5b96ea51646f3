/* Enrolment requests out of KKYB files: the daemon's export, or devices without a line. */
#ifndef CMD_REQUESTS_H
#define CMD_REQUESTS_H

#include "home/home.h"

#include "kukyoku/trust/invite.h"

#define KK_REQUESTS_MAX 4096

struct kk_request_row {
    struct kk_enrol_request request; /* its label points into the arena */
    uint8_t device[KK_ID_BYTES];
};
struct kk_requests {
    struct kk_arena arena;
    struct kk_request_row *rows;
    size_t count;
};
void kk_requests_fini(struct kk_requests *r);
KK_DEFINE_FINI(kk_requests)
/* Every request whose proof holds; a file with a broken one is refused whole: KK_E_SIGNATURE. */
KK_MUST_USE int kk_requests_read(struct kk_requests *r, const char *const *paths, size_t count,
                                 struct kk_error *err);

#endif
