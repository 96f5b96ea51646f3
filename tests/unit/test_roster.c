/* Device rows: soundness, look-ups, and that a newer roster only adds. [TR-9] [TR-10] */
#include "unit.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/error.h"
#include "kukyoku/trust/device.h"
#include "kukyoku/trust/roster.h"

#include <stdlib.h>

#define ROWS  4
#define SPANS 3

/* A roster (1, ver) with rows of which each has one span from (1, 1). */
struct list {
    struct kk_scope_item scopes[2];
    struct kk_device_span spans[ROWS][SPANS];
    struct kk_device_row rows[ROWS];
    struct kk_devices devices;
    struct kk_roster roster;
    struct kk_arena arena;
    struct kk_roster_view view;
};

static int by_id(const void *a, const void *b)
{
    const struct kk_device_row *x = a, *y = b;
    uint8_t p[KK_ID_BYTES], q[KK_ID_BYTES];

    kk_device_id(x->sign, x->noise, x->wrap, p);
    kk_device_id(y->sign, y->noise, y->wrap, q);
    return memcmp(p, q, KK_ID_BYTES);
}

static void list_view(struct list *l)
{
    l->devices.rows.items = l->rows;
    l->view = (struct kk_roster_view){ .roster = &l->roster, .devices = &l->devices };
    l->view.ids = kk_devices_ids(&l->devices, &l->arena);
    ck_assert_ptr_nonnull(l->view.ids);
}

static void list_init(struct list *l, size_t rows, uint32_t ver)
{
    *l = (struct list){ .scopes = { { kk_slice_text("e:14133") }, { kk_slice_text("pub") } } };
    kk_arena_init(&l->arena, 1 << 20);
    for (size_t i = 0; i < rows; i++) {
        l->rows[i] = (struct kk_device_row){ .sign = { 1, (uint8_t)i },
                                             .noise = { 2, (uint8_t)i },
                                             .wrap = { 3, (uint8_t)i },
                                             .label = kk_slice_text("窓口") };
        l->spans[i][0] = (struct kk_device_span){ .from = { 1, 1 },
                                                  .ward = kk_slice_text("14133"),
                                                  .role = KK_ROLE_LEAD,
                                                  .scopes = { l->scopes, 2 },
                                                  .status = KK_STATUS_ACTIVE };
        l->rows[i].history.items = l->spans[i];
        l->rows[i].history.count = 1;
    }
    l->devices.rows.count = rows;
    qsort(l->rows, rows, sizeof(l->rows[0]), by_id);
    l->roster.version = (struct kk_ver){ 1, ver };
    list_view(l);
}

static void list_fini(struct list *l)
{
    kk_arena_fini(&l->arena);
}

static struct kk_device_span *span_of(struct list *l, size_t row, size_t n)
{
    return (struct kk_device_span *)&l->rows[row].history.items[n];
}

/* One more span: a copy of the last, from (1, ver) on, with this status. */
static void add_span(struct list *l, size_t row, uint32_t ver, enum kk_status status)
{
    size_t n = l->rows[row].history.count++;
    struct kk_device_span *span = span_of(l, row, n);

    *span = *span_of(l, row, n - 1);
    span->from.ver = ver;
    span->status = status;
}

START_TEST(look_ups)
{
    const uint8_t *id = NULL;
    struct list l;

    list_init(&l, ROWS, 1);
    ck_assert(kk_devices_sound(&l.devices, l.view.ids));
    for (size_t i = 0; i < ROWS; i++) {
        ck_assert_ptr_eq(kk_roster_row(&l.view, l.view.ids[i]), &l.rows[i]);
        ck_assert_ptr_eq(kk_roster_row_by_noise(&l.view, l.rows[i].noise, &id), &l.rows[i]);
        ck_assert_ptr_eq(id, l.view.ids[i]);
    }
    ck_assert_ptr_null(kk_roster_row(&l.view, (uint8_t[KK_ID_BYTES]){ 0 }));
    ck_assert_ptr_null(kk_roster_row(&l.view, (uint8_t[KK_ID_BYTES]){ 255, 255 }));
    ck_assert_ptr_null(kk_roster_row_by_noise(&l.view, (uint8_t[KK_KEY_BYTES]){ 0 }, NULL));
    list_fini(&l);
}
END_TEST

/* What a device was at a version is what decides: also after it was revoked. */
START_TEST(spans)
{
    const struct kk_device_span *span;
    struct list l;

    list_init(&l, 1, 9);
    add_span(&l, 0, 4, KK_STATUS_DRAINING);
    add_span(&l, 0, 7, KK_STATUS_REVOKED);
    ck_assert(kk_devices_sound(&l.devices, l.view.ids));
    ck_assert_ptr_null(kk_device_span_at(&l.rows[0], (struct kk_ver){ 1, 0 }));
    span = kk_device_span_at(&l.rows[0], (struct kk_ver){ 1, 3 });
    ck_assert_uint_eq(span->status, KK_STATUS_ACTIVE);
    span = kk_device_span_at(&l.rows[0], (struct kk_ver){ 1, 6 });
    ck_assert_uint_eq(span->status, KK_STATUS_DRAINING);
    span = kk_device_span_at(&l.rows[0], (struct kk_ver){ 2, 0 });
    ck_assert_uint_eq(span->status, KK_STATUS_REVOKED);
    ck_assert_ptr_eq(span, kk_device_span_newest(&l.rows[0]));
    ck_assert(kk_device_span_has(span, kk_slice_text("e:14133")));
    ck_assert(!kk_device_span_has(span, kk_slice_text("e:14136")));
    list_fini(&l);
}
END_TEST

enum unsound {
    UNKNOWN_ROLE,
    WARD_ROLE_WITHOUT_WARD,
    UNKNOWN_WARD,
    BUREAU_WITH_WARD,
    UNKNOWN_SCOPE,
    SCOPES_UNSORTED,
    SPANS_UNSORTED,
    SPANS_EQUAL,
    UNSOUND_END
};

START_TEST(unsound)
{
    struct kk_device_span *span;
    struct list l;

    list_init(&l, 2, 9);
    add_span(&l, 1, 5, KK_STATUS_ACTIVE);
    span = span_of(&l, 1, 0);
    if (_i == UNKNOWN_ROLE)
        span->role = 7;
    if (_i == WARD_ROLE_WITHOUT_WARD)
        span->ward = kk_slice(NULL, 0);
    if (_i == UNKNOWN_WARD)
        span->ward = kk_slice_text("14199");
    if (_i == BUREAU_WITH_WARD)
        span->role = KK_ROLE_OFFICER;
    if (_i == UNKNOWN_SCOPE)
        l.scopes[0].name = kk_slice_text("everything");
    if (_i == SCOPES_UNSORTED)
        l.scopes[1] = l.scopes[0];
    if (_i == SPANS_UNSORTED)
        span->from.ver = 6;
    if (_i == SPANS_EQUAL)
        span->from.ver = 5;
    ck_assert(!kk_devices_sound(&l.devices, l.view.ids));
    list_fini(&l);
}
END_TEST

START_TEST(rows_unsorted)
{
    struct kk_device_row row;
    struct list l;

    list_init(&l, 2, 1);
    row = l.rows[0];
    l.rows[0] = l.rows[1];
    l.rows[1] = row;
    list_view(&l);
    ck_assert(!kk_devices_sound(&l.devices, l.view.ids));
    l.rows[0] = l.rows[1]; /* the same twice */
    list_view(&l);
    ck_assert(!kk_devices_sound(&l.devices, l.view.ids));
    list_fini(&l);
}
END_TEST

enum change {
    NOTHING,
    SPAN_ADDED,
    ROW_ADDED,
    FOLLOWS, /* all above may follow; this, which changes nothing, too; none below */
    ROW_ADDED_IN_THE_PAST,
    SPAN_ADDED_IN_THE_PAST,
    SPAN_ADDED_AT_THE_VERSION_HELD,
    SPAN_ADDED_FOR_THE_FUTURE,
    ROW_GONE,
    SPAN_GONE,
    ROLE_CHANGED,
    LABEL_CHANGED,
    SCOPE_TAKEN_AWAY,
    STATUS_CHANGED,
    CHANGES
};

static void change(struct list *l, int how)
{
    if (how == SPAN_ADDED)
        add_span(l, 1, 3, KK_STATUS_REVOKED);
    if (how == SPAN_ADDED_IN_THE_PAST || how == SPAN_ADDED_AT_THE_VERSION_HELD)
        add_span(l, 1, how == SPAN_ADDED_IN_THE_PAST ? 1 : 2, KK_STATUS_REVOKED);
    if (how == SPAN_ADDED_FOR_THE_FUTURE)
        add_span(l, 1, 4, KK_STATUS_REVOKED);
    if (how == ROW_GONE)
        l->devices.rows.count--;
    if (how == SPAN_GONE)
        l->rows[0].history.count--;
    if (how == ROLE_CHANGED)
        span_of(l, 1, 0)->role = KK_ROLE_STAFF;
    if (how == LABEL_CHANGED)
        l->rows[1].label = kk_slice_text("another");
    if (how == SCOPE_TAKEN_AWAY)
        span_of(l, 1, 0)->scopes.count--;
    if (how == STATUS_CHANGED)
        span_of(l, 1, 0)->status = KK_STATUS_REVOKED;
}

/* (1, 2) is held with two or three rows; (1, 3) is offered. */
START_TEST(only_adding)
{
    bool row_added = _i == ROW_ADDED || _i == ROW_ADDED_IN_THE_PAST;
    struct list older, newer;

    list_init(&older, row_added ? 2 : 3, 2);
    list_init(&newer, 3, 3);
    if (_i == ROW_ADDED) {
        for (size_t i = 0; i < 3; i++) {
            if (!kk_roster_row(&older.view, newer.view.ids[i]))
                span_of(&newer, i, 0)->from.ver = 3;
        }
    }
    if (_i == SPAN_GONE) {
        add_span(&older, 0, 2, KK_STATUS_REVOKED);
        add_span(&newer, 0, 2, KK_STATUS_REVOKED);
    }
    change(&newer, _i);
    list_view(&newer);
    ck_assert_int_eq(kk_devices_follow(&older.view, &newer.view), _i <= FOLLOWS);
    list_fini(&older);
    list_fini(&newer);
}
END_TEST

START_TEST(memory_short)
{
    struct list older, newer;

    list_init(&older, 2, 2);
    list_init(&newer, 2, 3);
    kk_alloc_fail_at(1);
    ck_assert_int_eq(kk_devices_follow(&older.view, &newer.view), KK_E_MEMORY);
    kk_alloc_fail_at(0);
    list_fini(&older);
    list_fini(&newer);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("roster", &suite);

    tcase_add_test(tcase, look_ups);
    tcase_add_test(tcase, spans);
    tcase_add_loop_test(tcase, unsound, 0, UNSOUND_END);
    tcase_add_test(tcase, rows_unsorted);
    tcase_add_loop_test(tcase, only_adding, 0, CHANGES);
    tcase_add_test(tcase, memory_short);
    return suite;
}
