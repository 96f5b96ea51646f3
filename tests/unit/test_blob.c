/* Blobs: codecs both ways, seals that bind, and every altered byte refused (proto/bundle/codec.c).
 */
#include "kukyoku/bundle/blob.h"

#include "kukyoku/error.h"
#include "unit.h"

#define PLAIN 70000

static void fill(uint8_t plain[PLAIN])
{
    struct unit_entropy e;

    unit_entropy_init(&e, 3);
    for (size_t i = 0; i < PLAIN; i++)
        plain[i] = i % 3 ? (uint8_t)(i / 100) : (uint8_t)unit_random(&e);
}

static const size_t cuts[] = { 0, 1, 40000, 12, PLAIN - 40013 };

START_TEST(codecs_give_back) /* [BN-8] */
{
    static uint8_t plain[PLAIN];

    fill(plain);
    for (int codec = KK_CODEC_NONE; codec <= KK_CODEC_PARTS; codec++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes coded = { 0 };
        KK_AUTO_FINI(kk_bytes) struct kk_bytes back = { 0 };
        KK_AUTO_FINI(kk_bytes) struct kk_bytes again = { 0 };

        ck_assert_int_eq(kk_blob_encode((enum kk_codec)codec, kk_slice(plain, PLAIN), cuts,
                                        KK_COUNT(cuts), &coded),
                         0);
        ck_assert_int_eq(kk_blob_decode(kk_bytes_slice(&coded), PLAIN, &back), 0);
        unit_assert_slice(kk_bytes_slice(&back), kk_slice(plain, PLAIN));
        /* one byte more than the caller allows */
        ck_assert_int_eq(kk_blob_decode(kk_bytes_slice(&coded), PLAIN - 1, &again), KK_E_BUNDLE);
    }
}
END_TEST

START_TEST(an_unknown_codec_is_newer)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes back = { 0 };

    ck_assert_int_eq(kk_blob_decode(kk_slice("\x03zzz", 4), 100, &back), KK_E_BUNDLE_NEWER);
    ck_assert_int_eq(kk_blob_decode(kk_slice("", 0), 100, &back), KK_E_BUNDLE);
}
END_TEST

/* Declared sizes are believed only as far as the maximum, and must be what the frame holds. */
START_TEST(bombs_do_not_go_off)
{
    static const uint8_t declares[] = { 1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x28, 0xb5, 0x2f, 0xfd };
    static const uint8_t many_parts[] = { 2, 0xff, 0xff, 0x03 };
    static uint8_t plain[PLAIN];
    KK_AUTO_FINI(kk_bytes) struct kk_bytes coded = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes back = { 0 };

    ck_assert_int_eq(kk_blob_decode(kk_slice(declares, sizeof(declares)), 1 << 20, &back),
                     KK_E_BUNDLE);
    ck_assert_int_eq(kk_blob_decode(kk_slice(many_parts, sizeof(many_parts)), 1 << 20, &back),
                     KK_E_BUNDLE);
    ck_assert_uint_lt(back.cap, 1 << 20);
    fill(plain);
    ck_assert_int_eq(kk_blob_encode(KK_CODEC_ZSTD, kk_slice(plain, PLAIN), NULL, 0, &coded), 0);
    coded.data[1]++; /* the length before the frame says one more than the frame */
    ck_assert_int_eq(kk_blob_decode(kk_bytes_slice(&coded), 1 << 20, &back), KK_E_BUNDLE);
    coded.data[1]--;
    ck_assert_int_eq(kk_bytes_append(&coded, "x", 1), 0);
    ck_assert_int_eq(kk_blob_decode(kk_bytes_slice(&coded), 1 << 20, &back), KK_E_BUNDLE);
}
END_TEST

/* [BN-8] a frame says how long it is and stands alone; parts end where the bytes do. */
START_TEST(frames_say_what_they_hold)
{
    static const uint8_t told[] = { 1,    1,    0x28, 0xb5, 0x2f, 0xfd, 0x20, 1,    9, 0, 0, 'a',
                                    0x28, 0xb5, 0x2f, 0xfd, 0x20, 0,    1,    0,    0 };
    static const uint8_t untold[] = { 1, 1, 0x28, 0xb5, 0x2f, 0xfd, 0, 0, 9, 0, 0, 'a' };
    static const uint8_t parts[] = { 2, 1, 1, 1, 'a', 'x' };
    const size_t one = 12; /* bytes of told[] up to the second frame, which is an empty one */
    KK_AUTO_FINI(kk_bytes) struct kk_bytes back = { 0 };

    ck_assert_int_eq(kk_blob_decode(kk_slice(told, one), 9, &back), 0);
    ck_assert_int_eq(kk_blob_decode(kk_slice(told, sizeof(told)), 9, &back), KK_E_BUNDLE);
    ck_assert_int_eq(kk_blob_decode(kk_slice(untold, sizeof(untold)), 9, &back), KK_E_BUNDLE);
    ck_assert_int_eq(kk_blob_decode(kk_slice(parts, sizeof(parts) - 1), 9, &back), 0);
    ck_assert_int_eq(kk_blob_decode(kk_slice(parts, sizeof(parts)), 9, &back), KK_E_BUNDLE);
}
END_TEST

/* --- seals --- */
static struct kk_secret key_of(uint8_t byte)
{
    uint8_t bytes[KK_KEY_BYTES];
    struct kk_secret key;

    memset(bytes, byte, sizeof(bytes));
    kk_secret_init(&key, kk_slice(bytes, sizeof(bytes)));
    return key;
}

START_TEST(clear_blobs) /* [BN-7] */
{
    struct kk_secret key = key_of(1);
    struct kk_blob_seal pub = { .kind = KK_BLOB_PACK, .scope = kk_slice_text("pub") };
    struct kk_blob_seal closed = {
        .kind = KK_BLOB_PACK, .scope = kk_slice_text("int"), .epoch = 1, .key = &key
    };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes blob = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes back = { 0 };
    uint8_t a[KK_HASH_BYTES], b[KK_HASH_BYTES];
    uint32_t epoch = 9;

    ck_assert_int_eq(kk_blob_wrap(&pub, kk_slice("\0plain", 6), &blob), 0);
    ck_assert_int_eq(kk_blob_epoch(kk_bytes_slice(&blob), &epoch), 0);
    ck_assert_uint_eq(epoch, 0);
    ck_assert_int_eq(kk_blob_open(&pub, kk_bytes_slice(&blob), 5, &back), 0);
    unit_assert_slice(kk_bytes_slice(&back), kk_slice_text("plain"));
    ck_assert_int_eq(kk_blob_unwrap(&closed, kk_bytes_slice(&blob), &back), KK_E_BUNDLE_SEAL);
    kk_blob_hash(kk_bytes_slice(&blob), a);
    blob.data[3] ^= 1;
    kk_blob_hash(kk_bytes_slice(&blob), b);
    ck_assert_mem_ne(a, b, KK_HASH_BYTES);
    kk_secret_fini(&key);
}
END_TEST

START_TEST(seals_bind) /* [BN-9] */
{
    struct kk_secret key = key_of(1), other = key_of(2);
    struct kk_blob_seal seal = {
        .kind = KK_BLOB_PACK, .scope = kk_slice_text("r:14133"), .epoch = 7, .key = &key
    };
    struct kk_blob_seal wrong;
    KK_AUTO_FINI(kk_bytes) struct kk_bytes blob = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes same = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes back = { 0 };
    struct kk_slice coded = kk_slice("\0secret figures", 15);

    ck_assert_int_eq(kk_blob_wrap(&seal, coded, &blob), 0);
    ck_assert_int_eq(kk_blob_wrap(&seal, coded, &same), 0);
    unit_assert_slice(kk_bytes_slice(&blob), kk_bytes_slice(&same));
    ck_assert_ptr_null(memmem(blob.data, blob.len, "secret", 6));
    ck_assert_int_eq(kk_blob_unwrap(&seal, kk_bytes_slice(&blob), &back), 0);
    unit_assert_slice(kk_bytes_slice(&back), coded);
    wrong = seal;
    wrong.scope = kk_slice_text("r:14134");
    ck_assert_int_eq(kk_blob_unwrap(&wrong, kk_bytes_slice(&blob), &back), KK_E_BUNDLE_SEAL);
    wrong = seal;
    wrong.kind = KK_BLOB_DELTA;
    ck_assert_int_eq(kk_blob_unwrap(&wrong, kk_bytes_slice(&blob), &back), KK_E_BUNDLE_SEAL);
    wrong = seal;
    wrong.key = &other;
    ck_assert_int_eq(kk_blob_unwrap(&wrong, kk_bytes_slice(&blob), &back), KK_E_BUNDLE_SEAL);
    wrong = seal;
    wrong.epoch = 8;
    ck_assert_int_eq(kk_blob_unwrap(&wrong, kk_bytes_slice(&blob), &back), KK_E_KEY_UNKNOWN);
    unit_assert_slice(kk_bytes_slice(&back), coded); /* nothing was added by what failed */
    kk_secret_fini(&key);
    kk_secret_fini(&other);
}
END_TEST

START_TEST(every_flipped_bit_is_refused)
{
    struct kk_secret key = key_of(1);
    struct kk_blob_seal seal = {
        .kind = KK_BLOB_INDEX, .scope = kk_slice_text("int"), .epoch = 1, .key = &key
    };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes blob = { 0 };

    ck_assert_int_eq(kk_blob_wrap(&seal, kk_slice("\0abcdefgh", 9), &blob), 0);
    for (size_t bit = 0; bit < 8 * blob.len; bit++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes back = { 0 };

        blob.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        ck_assert_int_lt(kk_blob_unwrap(&seal, kk_bytes_slice(&blob), &back), 0);
        blob.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t len = 0; len < blob.len; len++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes back = { 0 };

        ck_assert_int_lt(kk_blob_unwrap(&seal, kk_slice(blob.data, len), &back), 0);
    }
    kk_secret_fini(&key);
}
END_TEST

START_TEST(kinds_have_names)
{
    ck_assert_str_eq(kk_blob_kind_name(KK_BLOB_DELTA), "delta");
    ck_assert_ptr_null(kk_blob_kind_name((enum kk_blob_kind)99));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("blob", &suite);

    tcase_add_test(c, codecs_give_back);
    tcase_add_test(c, an_unknown_codec_is_newer);
    tcase_add_test(c, bombs_do_not_go_off);
    tcase_add_test(c, frames_say_what_they_hold);
    tcase_add_test(c, clear_blobs);
    tcase_add_test(c, seals_bind);
    tcase_add_test(c, every_flipped_bit_is_refused);
    tcase_add_test(c, kinds_have_names);
    return suite;
}
