/*
 * Device rows: look-ups by binary search over computed ids, and the rule that history only grows.
 */
#include "kukyoku/trust/roster.h"

#include "kukyoku/base/bytes.h"
#include "kukyoku/error.h"
#include "kukyoku/trust/device.h"
#include "kukyoku/trust/document.h"

const uint8_t (*kk_devices_ids(const struct kk_devices *devices,
                               struct kk_arena *arena))[KK_ID_BYTES]
{
    uint8_t(*ids)[KK_ID_BYTES] = kk_arena_array(arena, devices->rows.count + 1, KK_ID_BYTES);

    for (size_t i = 0; ids && i < devices->rows.count; i++) {
        const struct kk_device_row *row = &devices->rows.items[i];

        kk_device_id(row->sign, row->noise, row->wrap, ids[i]);
    }
    return (const uint8_t(*)[KK_ID_BYTES])ids;
}

static bool ward_sound(const struct kk_device_span *span)
{
    char ward[6] = "";

    if (kk_role_of_bureau((enum kk_role)span->role))
        return span->ward.len == 0;
    if (span->ward.len != sizeof(ward) - 1)
        return false;
    memcpy(ward, span->ward.data, sizeof(ward) - 1);
    return kk_ward_known(ward);
}

static bool span_sound(const struct kk_device_span *span)
{
    struct kk_scope scope;

    if (!kk_role_name((enum kk_role)span->role) || !ward_sound(span))
        return false;
    for (size_t i = 0; i < span->scopes.count; i++) {
        if (!kk_scope_parse(span->scopes.items[i].name, &scope))
            return false;
        if (i > 0 && kk_slice_compare(span->scopes.items[i - 1].name,
                                      span->scopes.items[i].name) >= 0)
            return false;
    }
    return true;
}

static bool row_sound(const struct kk_device_row *row)
{
    for (size_t i = 0; i < row->history.count; i++) {
        const struct kk_device_span *span = &row->history.items[i];

        if (!span_sound(span))
            return false;
        if (i > 0 && kk_ver_compare(row->history.items[i - 1].from, span->from) >= 0)
            return false;
    }
    return true;
}

bool kk_devices_sound(const struct kk_devices *devices, const uint8_t (*ids)[KK_ID_BYTES])
{
    for (size_t i = 0; i < devices->rows.count; i++) {
        if (i > 0 && memcmp(ids[i - 1], ids[i], KK_ID_BYTES) >= 0)
            return false;
        if (!row_sound(&devices->rows.items[i]))
            return false;
    }
    return true;
}

static size_t find(const struct kk_roster_view *view, const uint8_t id[KK_ID_BYTES])
{
    size_t lo = 0, hi = view->devices->rows.count;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        int order = memcmp(view->ids[mid], id, KK_ID_BYTES);

        if (order == 0)
            return mid;
        if (order < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return SIZE_MAX;
}

const struct kk_device_row *kk_roster_row(const struct kk_roster_view *view,
                                          const uint8_t id[KK_ID_BYTES])
{
    size_t at = find(view, id);

    return at == SIZE_MAX ? NULL : &view->devices->rows.items[at];
}

const struct kk_device_row *kk_roster_row_by_noise(const struct kk_roster_view *view,
                                                   const uint8_t noise[KK_KEY_BYTES],
                                                   const uint8_t **ret_id)
{
    for (size_t i = 0; i < view->devices->rows.count; i++) {
        const struct kk_device_row *row = &view->devices->rows.items[i];

        if (memcmp(row->noise, noise, KK_KEY_BYTES) == 0) {
            if (ret_id)
                *ret_id = view->ids[i];
            return row;
        }
    }
    return NULL;
}

const struct kk_device_span *kk_device_span_at(const struct kk_device_row *row, struct kk_ver at)
{
    const struct kk_device_span *found = NULL;

    for (size_t i = 0; i < row->history.count; i++) {
        if (kk_ver_compare(row->history.items[i].from, at) <= 0)
            found = &row->history.items[i];
    }
    return found;
}

const struct kk_device_span *kk_device_span_newest(const struct kk_device_row *row)
{
    return row->history.count ? &row->history.items[row->history.count - 1] : NULL;
}

bool kk_device_span_has(const struct kk_device_span *span, struct kk_slice scope)
{
    for (size_t i = 0; i < span->scopes.count; i++) {
        if (kk_slice_equal(span->scopes.items[i].name, scope))
            return true;
    }
    return false;
}

const struct kk_roster_scope *kk_roster_scope(const struct kk_roster *roster,
                                              struct kk_slice scope)
{
    for (size_t i = 0; i < roster->scopes.count; i++) {
        if (kk_slice_equal(roster->scopes.items[i].scope, scope))
            return &roster->scopes.items[i];
    }
    return NULL;
}

/* Is the newer row the older one with nothing changed but spans added at the end? */
static int row_follows(const struct kk_device_row *older, const struct kk_device_row *newer)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes was = { 0 }, is = { 0 };
    struct kk_device_row cut = *newer;
    int r;

    if (newer->history.count < older->history.count)
        return 0;
    cut.history.count = older->history.count;
    r = kk_shape_encode(&kk_shape_device_row, older, &was);
    if (r == 0)
        r = kk_shape_encode(&kk_shape_device_row, &cut, &is);
    return r < 0 ? r : kk_slice_equal(kk_bytes_slice(&was), kk_bytes_slice(&is));
}

/* Spans from `first` on belong to a roster after `before`, up to `version`. */
static bool added_now(const struct kk_device_row *row, size_t first, struct kk_ver before,
                      struct kk_ver version)
{
    for (size_t i = first; i < row->history.count; i++) {
        struct kk_ver from = row->history.items[i].from;

        if (kk_ver_compare(from, before) <= 0 || kk_ver_compare(from, version) > 0)
            return false;
    }
    return true;
}

int kk_devices_follow(const struct kk_roster_view *older, const struct kk_roster_view *newer)
{
    struct kk_ver before = older->roster->version, version = newer->roster->version;
    size_t kept = 0;

    for (size_t i = 0; i < newer->devices->rows.count; i++) {
        const struct kk_device_row *row = &newer->devices->rows.items[i];
        const struct kk_device_row *was = kk_roster_row(older, newer->ids[i]);
        int same = was ? row_follows(was, row) : 1;

        if (same <= 0)
            return same;
        kept += was != NULL;
        if (!added_now(row, was ? was->history.count : 0, before, version))
            return 0;
    }
    return kept == older->devices->rows.count;
}
