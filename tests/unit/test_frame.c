/* proto/session/frame.c: lengths at and around the bounds, any cutting of the stream, memory. */
#include "kukyoku/base/alloc.h"
#include "kukyoku/error.h"
#include "kukyoku/session/frame.h"
#include "unit.h"

static void fresh(struct kk_frame *f)
{
    *f = (struct kk_frame){ 0 };
    kk_frame_bound(f, KK_FRAME_CIPHER_MIN, KK_FRAME_CIPHER_MAX);
}

/* The verdict on a head alone. */
static int judge(size_t len)
{
    KK_AUTO_FINI(kk_frame) struct kk_frame f;
    uint8_t head[2] = { (uint8_t)(len >> 8), (uint8_t)len };
    size_t used = 0;
    int r;

    fresh(&f);
    r = kk_frame_feed(&f, kk_slice(head, 2), &used);
    if (r < 0)
        ck_assert_uint_eq(f.body.cap, 0); /* [FR-2] refused before memory is spent */
    return r;
}

/* [FR-2] */
START_TEST(only_lengths_inside_the_bounds)
{
    for (size_t len = 0; len <= UINT16_MAX; len++) {
        bool inside = len >= 17 && len <= 33040;

        ck_assert_int_eq(judge(len), inside ? 0 : KK_E_PROTOCOL);
    }
}
END_TEST

/* [FR-1] */
START_TEST(any_cutting_gives_the_same_frames)
{
    KK_AUTO_FINI(kk_frame) struct kk_frame f;
    uint8_t stream[2 * (2 + 20)];
    size_t frames = 0, at = 0, step = (size_t)_i;

    for (size_t i = 0; i < sizeof(stream); i++)
        stream[i] = (uint8_t)i;
    kk_frame_put_head(stream, 20);
    kk_frame_put_head(stream + 22, 20);

    fresh(&f);
    while (at < sizeof(stream)) {
        size_t rest = sizeof(stream) - at, used = 0;

        ck_assert_int_eq(kk_frame_feed(&f, kk_slice(stream + at, step < rest ? step : rest), &used),
                         0);
        ck_assert_uint_gt(used, 0);
        at += used;
        ck_assert(kk_frame_begun(&f) != kk_frame_whole(&f));
        if (!kk_frame_whole(&f))
            continue;
        unit_assert_slice(kk_bytes_slice(&f.body), kk_slice(stream + 22 * frames + 2, 20));
        frames++;
        kk_frame_next(&f);
        ck_assert(!kk_frame_begun(&f));
    }
    ck_assert_uint_eq(frames, 2);
}
END_TEST

START_TEST(wants_leads_to_the_end_and_no_further)
{
    KK_AUTO_FINI(kk_frame) struct kk_frame f;
    uint8_t head[2], body[300] = { 0 };
    size_t used = 0;

    fresh(&f);
    ck_assert_uint_eq(kk_frame_wants(&f), 2);
    kk_frame_put_head(head, sizeof(body));
    ck_assert_int_eq(kk_frame_feed(&f, kk_slice(head, 2), &used), 0);
    ck_assert_uint_eq(kk_frame_wants(&f), sizeof(body));
    ck_assert_int_eq(kk_frame_feed(&f, kk_slice(body, sizeof(body)), &used), 0);
    ck_assert(kk_frame_whole(&f));
    ck_assert_int_eq(kk_frame_feed(&f, kk_slice(body, 1), &used), 0);
    ck_assert_uint_eq(used, 0);
}
END_TEST

START_TEST(memory_is_what_was_announced_and_goes_back)
{
    KK_AUTO_FINI(kk_frame) struct kk_frame f;
    static const uint8_t body[KK_FRAME_CIPHER_MAX];
    uint8_t head[2];
    size_t used = 0;

    fresh(&f);
    kk_frame_put_head(head, KK_FRAME_CIPHER_MAX);
    ck_assert_int_eq(kk_frame_feed(&f, kk_slice(head, 2), &used), 0);
    ck_assert_int_eq(kk_frame_feed(&f, kk_slice(body, sizeof(body)), &used), 0);
    ck_assert_uint_eq(f.body.cap, KK_FRAME_CIPHER_MAX);
    kk_frame_next(&f);
    ck_assert_uint_eq(f.body.cap, 0);

    kk_alloc_fail_at(1);
    ck_assert_int_eq(kk_frame_feed(&f, kk_slice(head, 2), &used), KK_E_MEMORY);
    kk_alloc_fail_at(0);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("frame", &suite);

    tcase_add_test(c, only_lengths_inside_the_bounds);
    tcase_add_loop_test(c, any_cutting_gives_the_same_frames, 1, 45);
    tcase_add_test(c, wants_leads_to_the_end_and_no_further);
    tcase_add_test(c, memory_is_what_was_announced_and_goes_back);
    return suite;
}
