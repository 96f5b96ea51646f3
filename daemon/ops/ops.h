/*
 * What the machine's own tools may ask of the daemon, on a port of 127.0.0.1: /healthz (is it
 * alive?), /readyz (can it serve?), /metrics. libmicrohttpd on the daemon's loop; GET and HEAD
 * alone, 16 connections, no body, 10 s without a byte. Who asks by another name than this
 * machine's is refused: a page from elsewhere must not read it by way of a browser here.
 */
#ifndef OPS_OPS_H
#define OPS_OPS_H

#include "ops/metrics.h"

#include "kukyoku/error.h"

#include <stdbool.h>
#include <uv.h>

/* All on the loop. why: a word or two where the answer is no; static. */
struct kk_ops_owner {
    void *self;
    bool (*alive)(void *self, const char **ret_why);
    bool (*ready)(void *self, const char **ret_why);
    void (*measure)(void *self, struct kk_metrics *ret);
};

struct kk_ops;
/* address: "127.0.0.1:9730", "[::1]:9730"; port 0: any free one. KK_E_IO, KK_E_MEMORY. */
KK_MUST_USE int kk_ops_start(uv_loop_t *loop, const char *address,
                             const struct kk_ops_owner *owner, struct kk_ops **ret,
                             struct kk_error *err);
unsigned kk_ops_port(const struct kk_ops *ops);
/* Listens no more; gone when the loop has run on. NULL is fine. */
void kk_ops_close(struct kk_ops *ops);

#endif
