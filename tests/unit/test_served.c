/*
 * What the daemon notes of what it hands out. daemon/relay/served.c [DM-20]
 */
#include "village.h"
#include "ward.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/error.h"
#include "kukyoku/record/kind.h"

#define NOW 1795392000000ll
#define W   6 /* w:14133 among bureau_scope */

struct scene {
    struct bureau bureau;
    struct village village;
    struct bureau_device *staff, *lead, *other;
    struct ward ward; /* of staff */
};

static void join(struct scene *s, struct bureau_device **d, enum kk_role role, const char *ward)
{
    *d = bureau_stranger(&s->bureau);
    bureau_approve(&s->bureau, *d, role, ward);
}

static void scene_init(struct scene *s)
{
    *s = (struct scene){ 0 };
    bureau_init(&s->bureau, unit_seed(41), NOW);
    join(s, &s->staff, KK_ROLE_STAFF, "14133");
    join(s, &s->lead, KK_ROLE_LEAD, "14133");
    join(s, &s->other, KK_ROLE_LEAD, "14131");
    bureau_sign_roster(&s->bureau);
    village_init(&s->village, &s->bureau, 42);
    village_hand_over(&s->village);
    ward_init(&s->ward, &s->bureau, &s->staff->keys);
    ck_assert_int_eq(village_sync(&s->village, &s->staff->keys, &s->ward.store, NULL), 0);
}

static void scene_fini(struct scene *s)
{
    ward_fini(&s->ward);
    village_fini(&s->village);
    bureau_fini(&s->bureau);
}

static int get(struct scene *s, const struct bureau_device *d, const uint8_t hash[KK_HASH_BYTES])
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    struct kk_msg_get m = { .max = 1024 };
    struct kk_relay_caller caller;
    uint64_t total;

    memcpy(m.blob, hash, KK_HASH_BYTES);
    ck_assert_int_eq(kk_relay_identify(s->village.relay, d->keys.noise, &caller), 0);
    return kk_relay_read(s->village.relay, &caller, &m, &bytes, &total);
}

struct given {
    const uint8_t *device;
    const char *scope;
    enum kk_served_way way;
    size_t count;
    uint64_t to;
};

static int count_given(void *user, const struct kk_store_served *served)
{
    struct given *g = user;

    if (memcmp(served->device, g->device, KK_ID_BYTES) == 0 &&
        kk_slice_is(served->scope, g->scope) && served->way == g->way) {
        g->count++;
        g->to = served->to;
    }
    return 0;
}

static struct given given(struct village *v, const struct bureau_device *to, const char *scope,
                          enum kk_served_way way)
{
    struct given g = { .device = to->keys.id, .scope = scope, .way = way };
    struct kk_store *store = kk_relay_store(v->relay);

    ck_assert_int_eq(store->engine->served_each(store, count_given, &g), 0);
    return g;
}

/* What was refused was not handed out, and is not noted. */
START_TEST(blobs)
{
    uint8_t wraps[KK_HASH_BYTES], devices[KK_HASH_BYTES];
    struct scene s;

    scene_init(&s);
    kk_blob_hash(kk_bytes_slice(&s.bureau.wraps[W]), wraps);
    kk_blob_hash(kk_bytes_slice(&s.bureau.devices_blob), devices);
    ck_assert_uint_eq(given(&s.village, s.lead, "w:14133", KK_SERVED_BLOBS).count, 0);
    ck_assert_int_eq(get(&s, s.lead, wraps), 0);
    ck_assert_int_eq(get(&s, s.lead, wraps), 0);
    ck_assert_int_eq(get(&s, s.other, wraps), KK_E_NOT_FOUND);
    ck_assert_int_eq(get(&s, s.other, devices), 0);
    ck_assert_uint_eq(given(&s.village, s.lead, "w:14133", KK_SERVED_BLOBS).count, 1);
    ck_assert_uint_eq(given(&s.village, s.other, "w:14133", KK_SERVED_BLOBS).count, 0);
    ck_assert_uint_eq(given(&s.village, s.other, KK_LABEL_DEVICES, KK_SERVED_BLOBS).count, 0);
    scene_fini(&s);
}
END_TEST

/* A batch that is taken back takes its notes back, and the next one notes anew. */
START_TEST(taken_back)
{
    uint8_t wraps[KK_HASH_BYTES];
    struct scene s;

    scene_init(&s);
    kk_blob_hash(kk_bytes_slice(&s.bureau.wraps[W]), wraps);
    ck_assert_int_eq(kk_relay_begin(s.village.relay), 0);
    ck_assert_int_eq(get(&s, s.lead, wraps), 0);
    kk_relay_rollback(s.village.relay);
    ck_assert_uint_eq(given(&s.village, s.lead, "w:14133", KK_SERVED_BLOBS).count, 0);
    ck_assert_int_eq(get(&s, s.lead, wraps), 0);
    ck_assert_uint_eq(given(&s.village, s.lead, "w:14133", KK_SERVED_BLOBS).count, 1);
    scene_fini(&s);
}
END_TEST

START_TEST(entries)
{
    struct scene s;

    scene_init(&s);
    ck_assert_uint_eq(given(&s.village, s.staff, "w:14133", KK_SERVED_LOG).count, 0);
    for (uint8_t n = 1; n <= 2; n++) {
        const uint8_t rec[KK_ID_BYTES] = { n, 3 };

        ward_write(&s.ward, W, 0, KK_ACT_CREATE, rec);
        ck_assert_int_eq(
            village_sync(&s.village, &s.staff->keys, &s.ward.store, NULL), 0);
        ck_assert_uint_eq(given(&s.village, s.staff, "w:14133", KK_SERVED_LOG).to, n);
    }
    ck_assert_uint_eq(given(&s.village, s.staff, "w:14133", KK_SERVED_LOG).count, 1);
    scene_fini(&s);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("served", &suite);

    tcase_add_test(c, blobs);
    tcase_add_test(c, taken_back);
    tcase_add_test(c, entries);
    return suite;
}
