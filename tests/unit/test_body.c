/*
 * Bodies: the map, and the sealed form bound to its place. Covers proto/record/seal.c and
 * proto/record/dictionary.c. [RL-3]
 */
#include "unit.h"

#include "kukyoku/error.h"
#include "kukyoku/record/body.h"
#include "kukyoku/wire/packer.h"

static const uint8_t key[KK_KEY_BYTES] = { 4 }, device[KK_ID_BYTES] = { 5 };

static void fine(int r)
{
    ck_assert_int_eq(r, 0);
}

static struct kk_body_place place_of(void)
{
    return (struct kk_body_place){ device, kk_slice_text("e:14133"), 1, 7 };
}

START_TEST(fields)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 };
    struct kk_slice one = kk_slice("\x01", 1), two = kk_slice("\x02", 1);
    struct kk_body body = { .count = 0 }, back;

    fine(kk_body_set(&body, 30, one));
    fine(kk_body_set(&body, 2, one));
    fine(kk_body_set(&body, 200, one)); /* nobody knows it: kept */
    fine(kk_body_set(&body, 2, two));
    fine(kk_body_write(&body, &out));
    unit_assert_slice(kk_bytes_slice(&out), kk_slice("\x83\x02\x02\x1e\x01\xcc\xc8\x01", 8));
    fine(kk_body_read(kk_bytes_slice(&out), &back));
    ck_assert_uint_eq(back.count, 3);
    unit_assert_slice(kk_body_find(&back, 2)->value, two);
    unit_assert_slice(kk_body_find(&back, 200)->value, one);
    ck_assert_ptr_null(kk_body_find(&back, 3));
}
END_TEST

START_TEST(no_body)
{
    static const struct {
        const char *bytes;
        size_t len;
        int fault;
    } bad[] = {
        { "", 0, KK_E_FORM },
        { "\x90", 1, KK_E_SHAPE },
        { "\x81\x00\x01", 3, KK_E_SHAPE },        /* field 0 */
        { "\x82\x02\x01\x01\x01", 5, KK_E_FORM }, /* not ascending */
        { "\x81\x01\xcc\x01", 4, KK_E_FORM },     /* a longer form */
        { "\x81\xcf\x00\x00\x00\x01\x00\x00\x00\x00\x01", 11, KK_E_SHAPE },
    };
    struct kk_body body;

    for (size_t i = 0; i < KK_COUNT(bad); i++) {
        ck_assert_int_eq(kk_body_read(kk_slice(bad[i].bytes, bad[i].len), &body), bad[i].fault);
        ck_assert_uint_eq(body.count, 0);
    }
}
END_TEST

START_TEST(bounds)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 }, value = { 0 }, out = { 0 };
    struct kk_body body = { .count = 0 };
    uint8_t *at;

    for (uint32_t n = 1; n <= KK_BODY_FIELDS_MAX; n++)
        fine(kk_body_set(&body, n, kk_slice("\x01", 1)));
    ck_assert_int_eq(kk_body_set(&body, 9999, kk_slice("\x01", 1)), KK_E_SHAPE);
    body.count = 0;
    fine(kk_bytes_extend(&text, KK_BODY_BYTES_MAX, &at));
    for (size_t i = 0; i < text.len; i++)
        at[i] = 'x';
    fine(kk_pack_text(&value, kk_bytes_slice(&text)));
    fine(kk_body_set(&body, 1, kk_bytes_slice(&value)));
    ck_assert_int_eq(kk_body_write(&body, &out), KK_E_SHAPE);
    ck_assert_uint_eq(out.len, 0);
}
END_TEST

/* A map of that many bytes in all: text that compresses, or bytes that do not. */
static void plain_of(size_t len, bool random, struct kk_bytes *out)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes value = { 0 };
    struct unit_entropy e;
    uint8_t *at;

    unit_entropy_init(&e, len);
    fine(kk_bytes_extend(&value, len > 5 ? len - 5 : 0, &at));
    if (random)
        kk_entropy_fill(&e.entropy, at, value.len);
    else
        for (size_t i = 0; i < value.len; i++)
            at[i] = "problem "[i % 8];
    fine(kk_pack_map(out, 1));
    fine(kk_pack_int(out, 2));
    fine(kk_pack_bytes(out, kk_bytes_slice(&value)));
}

START_TEST(sealed_and_opened)
{
    static const size_t sizes[] = { 6, 30, 31, 32, 33, 200, 4000, 16380 };
    struct kk_body_place place = place_of();
    struct unit_entropy e;

    unit_entropy_init(&e, 1);
    for (size_t i = 0; i < 2 * KK_COUNT(sizes); i++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 }, sealed = { 0 }, back = { 0 };

        plain_of(sizes[i / 2], i % 2, &plain);
        fine(kk_body_seal(kk_bytes_slice(&plain), &place, key, &e.entropy, &sealed));
        ck_assert_uint_le(sealed.len, KK_BODY_SEALED_MAX);
        ck_assert(sealed.len > 16000 || (sealed.len - 24 - 16) % 32 == 0);
        fine(kk_body_open(kk_bytes_slice(&sealed), &place, key, NULL, &back));
        unit_assert_slice(kk_bytes_slice(&back), kk_bytes_slice(&plain));
    }
}
END_TEST

START_TEST(at_no_other_place)
{
    static const uint8_t other_key[KK_KEY_BYTES] = { 6 }, other_device[KK_ID_BYTES] = { 6 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 }, sealed = { 0 }, back = { 0 };
    struct kk_body_place place = place_of(), moved[4];
    struct unit_entropy e;

    unit_entropy_init(&e, 1);
    plain_of(100, false, &plain);
    fine(kk_body_seal(kk_bytes_slice(&plain), &place, key, &e.entropy, &sealed));
    for (size_t i = 0; i < 4; i++)
        moved[i] = place;
    moved[0].device = other_device;
    moved[1].scope = kk_slice_text("e:14136");
    moved[2].inc++;
    moved[3].seq++;
    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq(kk_body_open(kk_bytes_slice(&sealed), &moved[i], key, NULL, &back),
                         KK_E_HASH);
    ck_assert_int_eq(kk_body_open(kk_bytes_slice(&sealed), &place, other_key, NULL, &back),
                     KK_E_HASH);
    for (size_t i = 0; i < sealed.len; i++) {
        sealed.data[i] ^= 0x10;
        ck_assert_int_eq(kk_body_open(kk_bytes_slice(&sealed), &place, key, NULL, &back),
                         KK_E_HASH);
        sealed.data[i] ^= 0x10;
    }
    for (size_t cut = 0; cut < sealed.len; cut++)
        ck_assert_int_lt(kk_body_open(kk_slice(sealed.data, cut), &place, key, NULL, &back), 0);
    ck_assert_uint_eq(back.len, 0);
}
END_TEST

START_TEST(too_long)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 }, sealed = { 0 };
    struct kk_body_place place = place_of();
    struct unit_entropy e;

    unit_entropy_init(&e, 1);
    plain_of(KK_BODY_BYTES_MAX + 20, false, &plain);
    ck_assert_int_eq(kk_body_seal(kk_bytes_slice(&plain), &place, key, &e.entropy, &sealed),
                     KK_E_SHAPE);
    ck_assert_uint_eq(sealed.len, 0);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("body", &suite);

    tcase_add_test(tcase, fields);
    tcase_add_test(tcase, no_body);
    tcase_add_test(tcase, bounds);
    tcase_add_test(tcase, sealed_and_opened);
    tcase_add_test(tcase, at_no_other_place);
    tcase_add_test(tcase, too_long);
    return suite;
}
