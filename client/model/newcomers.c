/* Who is new here, by the roster alone (newcomers.h). [TR-21] */
#include "model/newcomers.h"

static int64_t as_number(struct kk_ver v)
{
    return (int64_t)(v.gen << 32 | v.ver);
}

/* Its newest span began after `told`, here, and the one before it was not here. */
static bool is_new(const struct kk_device_row *row, struct kk_slice ward, int64_t told)
{
    size_t count = row->history.count;
    const struct kk_device_span *now = kk_device_span_newest(row);

    return now->status == KK_STATUS_ACTIVE && kk_slice_equal(now->ward, ward) &&
           as_number(now->from) > told &&
           (count < 2 || !kk_slice_equal(row->history.items[count - 2].ward, ward));
}

static int tell_all(const struct kk_home *h, int64_t told, kk_newcomer_fn *fn, void *user)
{
    const struct kk_roster_view *view = kk_trust_view(h->trust);
    struct kk_slice ward = kk_home_span(h)->ward;
    int r = 0;

    for (size_t i = 0; r == 0 && i < view->devices->rows.count; i++) {
        const struct kk_device_row *row = &view->devices->rows.items[i];

        if (memcmp(view->ids[i], h->keys.id, KK_ID_BYTES) != 0 && is_new(row, ward, told))
            r = fn(user, view->ids[i], row);
    }
    return r;
}

int kk_newcomers_tell(struct kk_home *h, kk_newcomer_fn *fn, void *user, struct kk_error *err)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    const struct kk_roster *roster = kk_trust_roster(h->trust);
    int64_t told = 0, now = roster ? as_number(roster->version) : 0;
    int r = kk_home_fact_get(h, KK_FACT_NEWCOMERS, &told, NULL);

    if (r < 0 || !kk_home_span(h) || now <= told)
        return r;
    if (told > 0)
        r = tell_all(h, told, fn, user);
    if (r == 0)
        r = kk_home_lock(h, &lock, err);
    return r == 0 ? kk_home_fact_put(h, KK_FACT_NEWCOMERS, now, kk_slice(NULL, 0)) : r;
}
