/*
 * Run after run, as long as the daemon has no room or the line breaks, and patience lasts. A daemon
 * that many ask at once is slow before it is full: what ran out of time then is asked for again, in
 * a new session that has less to do. [LM-7]
 */
#include "link/backoff.h"
#include "link/link.h"

#include <uv.h>

static void add(struct kk_link_counts *sum, const struct kk_link_counts *one)
{
    sum->sent += one->sent;
    sum->received += one->received;
    sum->connects += one->connects;
    sum->refused = one->refused;
    sum->broken = one->broken;
    sum->retry_s = one->retry_s;
}

static int64_t now_ms(void)
{
    return (int64_t)(uv_hrtime() / 1000000);
}

/* A fault of the run that another one may not meet. */
static bool worth_it(int r, const struct kk_link_counts *run)
{
    return r < 0 && r != KK_E_CANCELLED && (run->refused || run->broken);
}

int kk_link_run_again(const struct kk_link_options *o, const struct kk_link_owner *owner,
                      struct kk_link_counts *counts, struct kk_error *err)
{
    struct kk_link_options with = *o;
    struct kk_link_counts sum = { 0 }, one = { 0 };
    struct kk_backoff backoff = { 0 };
    int r = kk_link_run(&with, owner, &one, err);

    add(&sum, &one);
    while (worth_it(r, &one) && owner->again) {
        with.wait_ms = kk_backoff_next(&backoff, one.retry_s, now_ms(), &o->entropy);
        if (with.wait_ms == KK_BACKOFF_OVER)
            break;
        sum.waits++;
        if (err)
            *err = (struct kk_error){ .fault = 0 };
        r = owner->again(owner->self);
        if (r < 0)
            break;
        if (r > 0) {
            backoff = (struct kk_backoff){ 0 };
            if (one.retry_s == 0)
                with.wait_ms = kk_backoff_short(&o->entropy);
        }
        r = kk_link_run(&with, owner, &one, err);
        add(&sum, &one);
    }
    if (counts)
        *counts = sum;
    return r;
}
