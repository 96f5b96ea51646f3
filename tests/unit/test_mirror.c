/*
 * Mirrors that a home knows, and the fingerprint that the first root is found by. Covers
 * client/model/answers.c, client/model/mirror.c, client/model/mirror_shelf.c; what mirrors do wrong
 * is tests/interop/mirror_attacks.py. [MI-6]
 */
#include "unit.h"

#include "model/mirror.h"

#include "kukyoku/base/text.h"

#include <stdio.h>
#include <stdlib.h>

START_TEST(fingerprints)
{
    static const char *const sound[] = {
        "abcd-efgh-ijkl", "2345-67ab-cdef",
        "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"
    };
    static const char *const unsound[] = {
        "", "abcd-efgh", "abcd-efgh-ijk", "abcd-efgh-ijklm", "abcdefghijkl", "abcd-efgh-ijk1",
        "ABCD-EFGH-IJKL", "abcd-efgh-ijkl-", "abcd--fghi-jkl",
        "00112233445566778899aabbccddeeff00112233445566778899aabbccddeefg"
    };

    for (size_t i = 0; i < KK_COUNT(sound); i++)
        ck_assert_msg(kk_fingerprint_sound(sound[i]), "%s", sound[i]);
    for (size_t i = 0; i < KK_COUNT(unsound); i++)
        ck_assert_msg(!kk_fingerprint_sound(unsound[i]), "%s", unsound[i]);
}
END_TEST

START_TEST(the_root_that_is_meant)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes payload = { 0 }, root = { 0 };
    uint8_t id[KK_HASH_BYTES];
    char print[KK_FINGERPRINT_TEXT], hex[2 * KK_HASH_BYTES + 1];
    struct kk_doc doc = { 0 };

    ck_assert_int_eq(kk_bytes_append_text(&payload, "whatever it says"), 0);
    ck_assert_int_eq(kk_document_new(KK_DOC_ROOT, kk_bytes_slice(&payload), &root), 0);
    doc.payload = kk_bytes_slice(&payload);
    kk_document_id(&doc, id);
    kk_fingerprint(kk_slice(id, KK_HASH_BYTES), print);
    kk_hex_encode(kk_slice(id, KK_HASH_BYTES), hex);
    ck_assert(kk_root_is(kk_bytes_slice(&root), print));
    ck_assert(kk_root_is(kk_bytes_slice(&root), hex));
    hex[63] ^= 1;
    print[0] = print[0] == 'a' ? 'b' : 'a';
    ck_assert(!kk_root_is(kk_bytes_slice(&root), print));
    ck_assert(!kk_root_is(kk_bytes_slice(&root), hex));
    ck_assert(!kk_root_is(kk_bytes_slice(&payload), print)); /* no document */
    ck_assert(!kk_root_is(kk_slice("", 0), print));
}
END_TEST

START_TEST(a_list_that_is_kept)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    struct kk_mirrors m = { .count = 0 }, found;
    char dir[] = "/tmp/kukyoku-mirrors-XXXXXX", longest[KK_FETCH_URL_MAX + 1];

    ck_assert_ptr_nonnull(mkdtemp(dir));
    ck_assert_int_eq(kk_home_open(dir, KK_HOME_WRITE, &home, NULL), 0);
    ck_assert_int_eq(kk_mirrors_find(&home, &found), 0);
    ck_assert_uint_eq(found.count, 0);
    ck_assert(!kk_mirrors_add(&m, kk_slice("", 0)));
    memset(longest, 'a', sizeof(longest));
    ck_assert(!kk_mirrors_add(&m, kk_slice(longest, sizeof(longest))));
    ck_assert(kk_mirrors_add(&m, kk_slice(longest, sizeof(longest) - 1)));
    while (m.count < KK_MIRRORS_MAX)
        ck_assert(kk_mirrors_add(&m, kk_slice_text("http://b")));
    ck_assert(!kk_mirrors_add(&m, kk_slice_text("http://c")));
    ck_assert_int_eq(kk_mirrors_keep(&home, &m), 0);
    ck_assert_int_eq(kk_mirrors_find(&home, &found), 0);
    ck_assert_uint_eq(found.count, KK_MIRRORS_MAX);
    ck_assert_uint_eq(strlen(found.urls[0]), KK_FETCH_URL_MAX);
    ck_assert_str_eq(found.urls[KK_MIRRORS_MAX - 1], "http://b");
    kk_home_fini(&home);
    unit_remove_folder(dir);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("mirror", &suite);

    tcase_add_test(c, fingerprints);
    tcase_add_test(c, the_root_that_is_meant);
    tcase_add_test(c, a_list_that_is_kept);
    return suite;
}
