/* KKYB files: whole ones come through in any pieces, everything else is refused. */
#include "kukyoku/bundle/kkyb.h"

#include "kukyoku/error.h"
#include "unit.h"

static void make(struct kk_bytes *out)
{
    struct kk_kkyb_writer w;
    int r = kk_kkyb_begin(&w, KK_KKYB_RELEASE, 3, out);

    r |= kk_kkyb_item(&w, KK_KKYB_TAG_DOCUMENT, kk_slice_text("a document"), out);
    r |= kk_kkyb_blob(&w, kk_slice_text("r:14133"), kk_slice_text("a blob"), out);
    r |= kk_kkyb_item(&w, (enum kk_kkyb_tag)77, kk_slice("", 0), out);
    r |= kk_kkyb_end(&w, out);
    ck_assert_int_eq(r, 0);
}

struct result {
    int fault;
    unsigned heads, items, ends, blobs;
};

static struct result read_all(struct kk_slice file, size_t piece)
{
    KK_AUTO_FINI(kk_kkyb_reader) struct kk_kkyb_reader r;
    struct result got = { 0 };
    size_t at = 0;

    kk_kkyb_reader_init(&r);
    while (got.fault == 0) {
        struct kk_kkyb_item item;
        struct kk_slice scope, blob;
        enum kk_kkyb_event event;

        got.fault = kk_kkyb_next(&r, &event, &item);
        if (got.fault < 0)
            break;
        got.heads += event == KK_KKYB_HEAD;
        got.items += event == KK_KKYB_ITEM;
        got.ends += event == KK_KKYB_END;
        if (event == KK_KKYB_ITEM && item.tag == KK_KKYB_TAG_BLOB &&
            kk_kkyb_split_blob(item.bytes, &scope, &blob) == 0)
            got.blobs += kk_slice_is(scope, "r:14133") && kk_slice_is(blob, "a blob");
        if (event == KK_KKYB_END && at == file.len)
            break;
        if (event != KK_KKYB_MORE && event != KK_KKYB_END)
            continue;
        if (at == file.len)
            break;
        if (piece > file.len - at)
            piece = file.len - at;
        got.fault = kk_kkyb_feed(&r, kk_slice(file.data + at, piece));
        at += piece;
    }
    return got;
}

START_TEST(files_come_through) /* [FL-1] [FL-2] [FL-3] [FL-4] */
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes file = { 0 };

    make(&file);
    for (size_t piece = 1; piece <= file.len; piece++) {
        struct result got = read_all(kk_bytes_slice(&file), piece);

        ck_assert_int_eq(got.fault, 0);
        ck_assert_uint_eq(got.heads, 1);
        ck_assert_uint_eq(got.items, 3);
        ck_assert_uint_eq(got.blobs, 1);
        ck_assert_uint_eq(got.ends, 1);
    }
}
END_TEST

START_TEST(cut_files_do_not_end)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes file = { 0 };

    make(&file);
    for (size_t len = 0; len < file.len; len++)
        ck_assert_uint_eq(read_all(kk_slice(file.data, len), 7).ends, 0);
}
END_TEST

START_TEST(altered_files_are_refused)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes file = { 0 };

    make(&file);
    for (size_t bit = 0; bit < 8 * file.len; bit++) {
        struct result got;

        file.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        got = read_all(kk_bytes_slice(&file), 64);
        ck_assert_uint_eq(got.ends, 0);
        file.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    ck_assert_int_eq(kk_bytes_append(&file, "x", 1), 0);
    ck_assert_int_eq(read_all(kk_bytes_slice(&file), 1000).fault, KK_E_BUNDLE_FILE);
}
END_TEST

START_TEST(lengths_are_checked_first)
{
    static const uint8_t huge[] = { 'K', 'K', 'Y', 'B', 1,    1,    0,    0,   0,
                                    0,   0,   1,   2,   0xff, 0xff, 0xff, 0xff };
    static const uint8_t newer[] = { 'K', 'K', 'Y', 'B', 2, 1, 0, 0, 0, 0, 0, 0 };
    struct kk_slice scope, blob;

    ck_assert_int_eq(read_all(kk_slice(huge, sizeof(huge)), 100).fault, KK_E_BUNDLE_FILE);
    ck_assert_int_eq(read_all(kk_slice(newer, sizeof(newer)), 100).fault, KK_E_BUNDLE_NEWER);
    ck_assert_int_eq(kk_kkyb_split_blob(kk_slice("\x04pub", 4), &scope, &blob), KK_E_BUNDLE_FILE);
    ck_assert_int_eq(kk_kkyb_split_blob(kk_slice("\x03pub", 4), &scope, &blob), KK_E_BUNDLE_FILE);
    ck_assert_int_eq(kk_kkyb_split_blob(kk_slice("", 0), &scope, &blob), KK_E_BUNDLE_FILE);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("kkyb", &suite);

    tcase_add_test(c, files_come_through);
    tcase_add_test(c, cut_files_do_not_end);
    tcase_add_test(c, altered_files_are_refused);
    tcase_add_test(c, lengths_are_checked_first);
    return suite;
}
