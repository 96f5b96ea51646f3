/* The cursor and the packer, each against the other and against known bytes. */
#include "unit.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/text.h"
#include "kukyoku/error.h"
#include "kukyoku/wire/cursor.h"
#include "kukyoku/wire/form.h"
#include "kukyoku/wire/packer.h"

static void fine(int r)
{
    ck_assert_int_eq(r, 0);
}

static void pack_one_of_each(struct kk_bytes *b)
{
    fine(kk_pack_array(b, 7));
    fine(kk_pack_nil(b));
    fine(kk_pack_bool(b, true));
    fine(kk_pack_int(b, -70000));
    fine(kk_pack_bytes(b, kk_slice("\x00\x01", 2)));
    fine(kk_pack_text(b, kk_slice_text("区局")));
    fine(kk_pack_map(b, 1));
    fine(kk_pack_int(b, 5));
    fine(kk_pack_bool(b, false));
    fine(kk_pack_int(b, INT64_MAX));
}

START_TEST(one_of_each)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes b = { 0 };
    struct kk_cursor c;
    struct kk_slice s;
    int64_t n;
    size_t count;
    bool flag;

    pack_one_of_each(&b);
    ck_assert_int_eq(kk_form_check(kk_bytes_slice(&b), NULL), KK_FORM_OK);
    c = kk_cursor(kk_bytes_slice(&b));
    fine(kk_cursor_array(&c, &count));
    ck_assert_uint_eq(count, 7);
    fine(kk_cursor_nil(&c));
    fine(kk_cursor_bool(&c, &flag));
    ck_assert(flag);
    fine(kk_cursor_int(&c, &n));
    ck_assert_int_eq(n, -70000);
    fine(kk_cursor_bytes(&c, &s));
    unit_assert_slice(s, kk_slice("\x00\x01", 2));
    fine(kk_cursor_text(&c, &s));
    unit_assert_slice(s, kk_slice_text("区局"));
    fine(kk_cursor_map(&c, &count));
    ck_assert_uint_eq(count, 1);
    fine(kk_cursor_int(&c, &n));
    ck_assert_int_eq(n, 5);
    fine(kk_cursor_bool(&c, &flag));
    ck_assert(!flag);
    ck_assert_int_eq(kk_cursor_peek(&c), KK_VALUE_INT);
    fine(kk_cursor_int(&c, &n));
    ck_assert_int_eq(n, INT64_MAX);
    ck_assert_int_eq(kk_cursor_peek(&c), KK_VALUE_END);
}
END_TEST

/* A value of another type leaves the cursor where it was, and the result untouched. */
START_TEST(another_type)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes b = { 0 };
    struct kk_slice s = kk_slice("kept", 4);
    struct kk_cursor c;
    int64_t n = 11;
    size_t count = 12;
    bool flag = true;

    fine(kk_pack_text(&b, kk_slice_text("text")));
    c = kk_cursor(kk_bytes_slice(&b));
    ck_assert_int_eq(kk_cursor_nil(&c), KK_E_SHAPE);
    ck_assert_int_eq(kk_cursor_bool(&c, &flag), KK_E_SHAPE);
    ck_assert_int_eq(kk_cursor_int(&c, &n), KK_E_SHAPE);
    ck_assert_int_eq(kk_cursor_bytes(&c, &s), KK_E_SHAPE);
    ck_assert_int_eq(kk_cursor_array(&c, &count), KK_E_SHAPE);
    ck_assert_int_eq(kk_cursor_map(&c, &count), KK_E_SHAPE);
    ck_assert(n == 11 && count == 12 && flag && kk_slice_is(s, "kept"));
    fine(kk_cursor_text(&c, &s));
    ck_assert(kk_slice_is(s, "text"));
    ck_assert_int_eq(kk_cursor_text(&c, &s), KK_E_SHAPE);
}
END_TEST

START_TEST(skipping)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes b = { 0 };
    struct kk_cursor c;
    struct kk_slice all;

    pack_one_of_each(&b);
    c = kk_cursor(kk_bytes_slice(&b));
    fine(kk_cursor_skip(&c, &all));
    unit_assert_slice(all, kk_bytes_slice(&b));
    ck_assert_ptr_eq(c.at, c.end);
    ck_assert_int_eq(kk_cursor_skip(&c, NULL), KK_E_SHAPE);
}
END_TEST

/* Bytes that never passed the gate: refused, and the cursor stays. */
START_TEST(ungated)
{
    static const char *const bad[] = { "",    "c1", "c405", "dd7fffffff", "92c0", "9192dfffffffff",
                                       "a261" };

    for (size_t i = 0; i < KK_COUNT(bad); i++) {
        uint8_t bytes[16];
        size_t len = strlen(bad[i]) / 2;
        struct kk_cursor c = kk_cursor(kk_slice(bytes, len));
        struct kk_slice s;

        ck_assert(kk_hex_decode(bad[i], bytes, len));
        ck_assert_int_eq(kk_cursor_skip(&c, &s), KK_E_SHAPE);
        ck_assert_int_eq(kk_cursor_take(&c, len + 1, &s), KK_E_SHAPE);
        ck_assert_int_eq(kk_cursor_text(&c, &s), KK_E_SHAPE);
        ck_assert_ptr_eq(c.at, bytes);
    }
}
END_TEST

START_TEST(absent_bytes)
{
    struct kk_cursor c = kk_cursor(kk_slice(NULL, 0));
    struct kk_slice s;

    ck_assert_int_eq(kk_cursor_peek(&c), KK_VALUE_END);
    fine(kk_cursor_take(&c, 0, &s));
    ck_assert_uint_eq(s.len, 0);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("wire_cursor", &suite);

    tcase_add_test(tcase, one_of_each);
    tcase_add_test(tcase, another_type);
    tcase_add_test(tcase, skipping);
    tcase_add_test(tcase, ungated);
    tcase_add_test(tcase, absent_bytes);
    return suite;
}
