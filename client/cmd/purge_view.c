/* What was given back and what went (purge_view.h). [SY-13] */
#include "cmd/purge_view.h"

void kk_purge_told(struct kk_command *c, const struct kk_purge_report *report)
{
    if (report->returned)
        kk_out_warn(c->out, KK_T(c, PURGE_RETURNED), (unsigned long long)report->returned,
                    report->file);
    if (report->scopes)
        kk_out_warn(c->out, KK_T(c, PURGED), (unsigned long long)report->scopes);
}

json_t *kk_purge_json(const struct kk_purge_report *report)
{
    return json_pack("{s:I, s:I, s:s?}", "scopes", (json_int_t)report->scopes, "returned",
                     (json_int_t)report->returned, "file",
                     report->returned ? report->file : NULL);
}

void kk_purge_offer(struct kk_command *c, struct kk_home *home)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    struct kk_purge_report report = { .scopes = 0 };
    struct kk_error err = { 0 }; /* the refusal itself is what is told */

    if (kk_home_lock(home, &lock, &err) < 0 ||
        kk_purge_return(home, KK_PURGE_ALL, &report, &err) < 0)
        return;
    kk_purge_told(c, &report);
    kk_out_warn(c->out, "%s", KK_T(c, PURGE_OFFER));
}
