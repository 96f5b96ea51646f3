/* Key files: plain, locked, damaged at every byte, and costs that no file may claim. [TR-16] */
#include "unit.h"

#include "kukyoku/error.h"
#include "kukyoku/trust/keyfile.h"

#define KIND  "sign"
#define PLAIN "what the file keeps"

static enum kk_keyfile_verdict open_file(const char *kind, struct kk_slice file,
                                         const char *passphrase, struct kk_bytes *out)
{
    enum kk_keyfile_verdict verdict;

    kk_bytes_clear(out);
    ck_assert_int_eq(kk_keyfile_open(kind, file, kk_slice_text(passphrase), out, &verdict), 0);
    ck_assert(verdict == KK_KEYFILE_OPENED || out->len == 0);
    return verdict;
}

static void seal(const char *passphrase, struct kk_bytes *out)
{
    struct unit_entropy e;

    unit_entropy_init(&e, 1);
    ck_assert_int_eq(
        kk_keyfile_seal(KIND, kk_slice_text(PLAIN), kk_slice_text(passphrase), &e.entropy, out), 0);
}

START_TEST(plain)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes file = { 0 }, out = { 0 };

    seal(NULL, &file);
    ck_assert_int_eq(open_file(KIND, kk_bytes_slice(&file), NULL, &out), KK_KEYFILE_OPENED);
    unit_assert_slice(kk_bytes_slice(&out), kk_slice_text(PLAIN));
    ck_assert_int_eq(open_file("root", kk_bytes_slice(&file), NULL, &out), KK_KEYFILE_DAMAGED);
    kk_keyfile_wipe(&out);
    ck_assert_ptr_null(out.data);
}
END_TEST

START_TEST(locked)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes file = { 0 }, out = { 0 };

    seal("合言葉 open", &file);
    ck_assert_int_eq(open_file(KIND, kk_bytes_slice(&file), NULL, &out), KK_KEYFILE_LOCKED);
    ck_assert_int_eq(open_file(KIND, kk_bytes_slice(&file), "合言葉 Open", &out), KK_KEYFILE_WRONG);
    ck_assert_int_eq(open_file(KIND, kk_bytes_slice(&file), "合言葉 open", &out),
                     KK_KEYFILE_OPENED);
    unit_assert_slice(kk_bytes_slice(&out), kk_slice_text(PLAIN));
    for (size_t i = 0; i + sizeof(PLAIN) - 1 <= file.len; i++) /* it does not stand there */
        ck_assert_mem_ne(file.data + i, PLAIN, sizeof(PLAIN) - 1);
}
END_TEST

START_TEST(cut_and_changed)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes file = { 0 }, out = { 0 };

    seal(NULL, &file);
    for (size_t cut = 0; cut < file.len; cut++)
        ck_assert_int_eq(open_file(KIND, kk_slice(file.data, cut), NULL, &out), KK_KEYFILE_DAMAGED);
    kk_bytes_clear(&file);
    seal("a", &file);
    file.data[file.len - 1] ^= 1;
    ck_assert_int_eq(open_file(KIND, kk_bytes_slice(&file), "a", &out), KK_KEYFILE_WRONG);
}
END_TEST

/* Neither both contents, nor none, nor a cost that takes the machine down. */
START_TEST(impossible_files)
{
    static const uint8_t box[48] = { 1 };
    const struct kk_key_file files[] = {
        { .kind = kk_slice_text(KIND) },
        { .kind = kk_slice_text(KIND), .plain = kk_slice(box, 8), .box = kk_slice(box, 48) },
        { .kind = kk_slice_text(KIND), .box = kk_slice(box, 48), .ops = 3 },
        { .kind = kk_slice_text(KIND), .box = kk_slice(box, 48), .memory = 64 << 20 },
        { .kind = kk_slice_text(KIND),
          .box = kk_slice(box, 48),
          .ops = 1,
          .memory = (uint64_t)1 << 31 },
    };

    for (size_t i = 0; i < KK_COUNT(files); i++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes file = { 0 }, out = { 0 };

        if (kk_shape_encode_checked(&kk_shape_key_file, &files[i], &file, NULL) < 0)
            continue; /* the shape alone refuses it */
        ck_assert_int_eq(open_file(KIND, kk_bytes_slice(&file), "a", &out), KK_KEYFILE_DAMAGED);
    }
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("keyfile", &suite);

    tcase_add_test(tcase, plain);
    tcase_add_test(tcase, locked);
    tcase_add_test(tcase, cut_and_changed);
    tcase_add_test(tcase, impossible_files);
    return suite;
}
