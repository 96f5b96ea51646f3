/* D9: a device that pushes without end is told to wait; nothing is lost, others notice nothing. */
#include "ward.h"
#include "village.h"

#include "kukyoku/error.h"
#include "relay/relay_in.h"

#define NOW     1795392000000ll
#define HOUR_MS (60 * 60 * 1000)
#define W       6 /* w:14133 among bureau_scope */

struct scene {
    struct bureau bureau;
    struct village village;
    struct bureau_device *devices[2];
    struct ward wards[2];
};

static int bring(struct scene *s, int who)
{
    return village_sync(&s->village, &s->devices[who]->keys, &s->wards[who].store, NULL);
}

static void write(struct scene *s, int who, uint8_t n)
{
    ward_write(&s->wards[who], W, 0, KK_ACT_CREATE, (const uint8_t[KK_ID_BYTES]){ n, 5 });
}

static void scene_init(struct scene *s)
{
    *s = (struct scene){ 0 };
    ck_assert_str_eq(bureau_scope(W), "w:14133");
    bureau_init(&s->bureau, unit_seed(37), NOW);
    for (int i = 0; i < 2; i++) {
        s->devices[i] = bureau_stranger(&s->bureau);
        bureau_approve(&s->bureau, s->devices[i], KK_ROLE_LEAD, "14133");
    }
    bureau_sign_roster(&s->bureau);
    village_init(&s->village, &s->bureau, 38);
    village_hand_over(&s->village);
    for (int i = 0; i < 2; i++) {
        ward_init(&s->wards[i], &s->bureau, &s->devices[i]->keys);
        ck_assert_int_eq(bring(s, i), 0);
    }
}

static void scene_fini(struct scene *s)
{
    for (int i = 0; i < 2; i++)
        ward_fini(&s->wards[i]);
    village_fini(&s->village);
    bureau_fini(&s->bureau);
}

/* How much is in the log, and nothing of what the first device wrote set aside. */
static void assert_taken(struct scene *s, uint64_t count)
{
    const struct ward_log *log = &s->wards[0].logs[W];
    struct kk_log_head head;

    ck_assert_int_gt(s->village.store->engine->log_find(s->village.store,
                                                        kk_slice_text("w:14133"), &head), 0);
    ck_assert_uint_eq(head.gsn, count);
    for (size_t i = 0; i < log->out_count; i++)
        ck_assert_uint_eq(log->out[i].refused, 0);
}

/* [LM-8] */
START_TEST(pushes_without_end)
{
    int64_t each;
    struct scene s;

    scene_init(&s);
    for (uint8_t n = 1; n <= 8; n++)
        write(&s, 0, n);
    each = 512 + (int64_t)s.wards[0].logs[W].out[0].body.len;
    kk_relay_set_hourly(s.village.relay, 3 * each + each / 2);
    for (int tries = 0; tries < 3; tries++) {
        ck_assert_int_eq(bring(&s, 0), KK_E_PEER_BUSY);
        assert_taken(&s, 3);
    }
    write(&s, 1, 9);
    ck_assert_int_eq(bring(&s, 1), 0);
    assert_taken(&s, 4);
    s.village.now_ms += HOUR_MS / 3; /* it drains, and is full again */
    ck_assert_int_eq(bring(&s, 0), KK_E_PEER_BUSY);
    assert_taken(&s, 5);
    s.village.now_ms -= 2 * HOUR_MS; /* a clock that was set back locks nobody out */
    ck_assert_int_eq(bring(&s, 0), KK_E_PEER_BUSY);
    assert_taken(&s, 8);
    s.village.now_ms += 2 * HOUR_MS;
    ck_assert_int_eq(bring(&s, 0), 0);
    assert_taken(&s, 9);
    scene_fini(&s);
}
END_TEST

/* Whoever comes after 256 others takes the place of the one that handed in longest ago. */
START_TEST(as_many_devices_as_like)
{
    struct scene s;

    scene_init(&s);
    kk_relay_set_hourly(s.village.relay, 1024 * 1024);
    for (uint32_t i = 0; i < 600; i++) {
        const uint8_t device[KK_ID_BYTES] = { (uint8_t)i, (uint8_t)(i >> 8), 1 };

        s.village.now_ms++;
        ck_assert_int_eq(relay_quota_take(s.village.relay, device, 700 * 1024), 0);
        ck_assert_int_eq(relay_quota_take(s.village.relay, device, 700 * 1024), KK_E_PEER_BUSY);
    }
    scene_fini(&s);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("quota", &suite);

    tcase_add_test(c, pushes_without_end);
    tcase_add_test(c, as_many_devices_as_like);
    return suite;
}
