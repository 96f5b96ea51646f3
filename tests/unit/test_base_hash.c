/* H(tag, …): against values computed by another implementation (Python's hashlib). */
#include "unit.h"

#include "kukyoku/attr.h"
#include "kukyoku/base/hash.h"
#include "kukyoku/base/text.h"

static uint8_t zeros[96], letters[1000];

/* hashlib.blake2b(data, key=b"kky1:" + tag, digest_size=32).hexdigest() */
static const struct {
    const char *tag;
    const void *data;
    size_t len;
    const char *hex;
} known[] = {
    { "blob", "", 0, "970c7080cfc0d8a2a7a056d6806e51202b8127359f69ee6c301f37a581099143" },
    { "blob", "abc", 3, "b48e862b521c48ee9c8b4933a267fa0175d9cae922d193f68d26cc7fab8dd7af" },
    { "dev", zeros, 96, "a7c55bea7c1dc2ac6bc64c3ed0df2bfa6c9234cad09d5c4a44adb64b38b16ea8" },
    { "abcdefghijklmnop", letters, 1000,
      "af44c55976a1e1b5cd9d1ba5b91b21e156084c52ce41dacff408c0afe6a15a16" },
};

START_TEST(known_values)
{
    uint8_t hash[KK_HASH_BYTES];
    char hex[2 * KK_HASH_BYTES + 1];

    for (size_t i = 0; i < sizeof(letters); i++)
        letters[i] = 'x';
    kk_hash_of(known[_i].tag, kk_slice(known[_i].data, known[_i].len), hash);
    kk_hex_encode(kk_slice(hash, sizeof(hash)), hex);
    ck_assert_str_eq(hex, known[_i].hex);
}
END_TEST

START_TEST(in_pieces)
{
    uint8_t hash[KK_HASH_BYTES];
    char hex[2 * KK_HASH_BYTES + 1];
    struct kk_hash h;

    kk_hash_init(&h, "head");
    kk_hash_add(&h, kk_slice_text("a"));
    kk_hash_add(&h, kk_slice(NULL, 0));
    kk_hash_add(&h, kk_slice_text("b"));
    kk_hash_add_u64(&h, 0x0102030405060708);
    kk_hash_done(&h, hash);
    kk_hex_encode(kk_slice(hash, sizeof(hash)), hex);
    ck_assert_str_eq(hex, "c2b707f2b9fd7f2a469c311500f3211f9c88910a498c9dd4aa118f74c6b68514");
}
END_TEST

START_TEST(tags_part_the_inputs)
{
    uint8_t a[KK_HASH_BYTES], b[KK_HASH_BYTES];

    kk_hash_of("grp", kk_slice_text("same"), a);
    kk_hash_of("seg", kk_slice_text("same"), b);
    ck_assert_mem_ne(a, b, sizeof(a));
}
END_TEST

/* FIPS 180-2, appendix B.2 */
START_TEST(sha256_in_pieces)
{
    uint8_t hash[KK_HASH_BYTES];
    char hex[2 * KK_HASH_BYTES + 1];
    struct kk_sha256 h;

    kk_sha256_init(&h);
    kk_sha256_add(&h, kk_slice_text("abcdbcdecdefdefgefghfghighij"));
    kk_sha256_add(&h, kk_slice_text("hijkijkljklmklmnlmnomnopnopq"));
    kk_sha256_done(&h, hash);
    kk_hex_encode(kk_slice(hash, sizeof(hash)), hex);
    ck_assert_str_eq(hex, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("base_hash", &suite);

    tcase_add_loop_test(tcase, known_values, 0, (int)KK_COUNT(known));
    tcase_add_test(tcase, in_pieces);
    tcase_add_test(tcase, tags_part_the_inputs);
    tcase_add_test(tcase, sha256_in_pieces);
    return suite;
}
