/* What serve.c and call.c share: the server, and one request on its way through it. */
#ifndef SERVE_CALL_H
#define SERVE_CALL_H

#include "os.h"
#include "os_show.h"
#include "serve/asset.h"
#include "serve/lib_microhttpd.h"
#include "serve/serve.h"

#include <uv.h>

struct call;
struct kk_serve {
    struct kk_serve_owner owner;
    struct kk_door door;
    struct MHD_Daemon *http;
    MHD_socket listener; /* taken back when the server stops to listen */
    uv_loop_t loop;
    bool looping;
    uv_poll_t poll;
    uv_timer_t timer;
    uv_signal_t signals[2];
    unsigned calls;   /* requests that are not yet answered whole */
    unsigned working; /* calls and chores on the pool, or waiting for it */
    struct call *waiting; /* to write, in the order in which they came */
    bool writing;
    bool closing;
};

/* Lets libmicrohttpd do what is due, and waits for what comes next. */
void kk_serve_step(struct kk_serve *s);
/* No new connection; the loop ends when nothing is under way. */
void kk_serve_stop(struct kk_serve *s);

enum MHD_Result kk_serve_on_request(void *self, struct MHD_Connection *connection,
                                    const char *url, const char *method, const char *version,
                                    const char *upload, size_t *upload_len, void **call);
void kk_serve_on_completed(void *self, struct MHD_Connection *connection, void **call,
                           enum MHD_RequestTerminationCode how);

#endif
