/*
 * A file of reference data: the first byte says of which table. Whatever it says, a refusal has a
 * reason, and what is taken survives being rows. [RF-2] [RF-4] [RF-5]
 */
#include "fuzz.h"

#include "desk/ref_check.h"
#include "import/reference_dir.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    KK_AUTO_FINI(kk_ref) struct kk_ref a, b;
    struct kk_error err = { 0 };
    enum kk_ref_table table;
    int e;

    kk_ref_init(&a);
    kk_ref_init(&b);
    if (size == 0)
        return 0;
    table = (enum kk_ref_table)(data[0] % KK_REF_TABLE_COUNT);
    e = kk_reference_dir_table(kk_slice(data + 1, size - 1), table, &a, &err);
    kk_assert(e == 0 || e == KK_E_REFERENCE || e == KK_E_ENCODING || e == KK_E_SHEET ||
              e == KK_E_ESTAT || e == KK_E_FILE_KIND ||
              e == KK_E_ROW_LIMIT);
    kk_ref_sort(&a);
    if (e == 0)
        e = kk_ref_check(&a, &err);
    kk_assert(e != KK_E_REFERENCE || (err.where[0] && err.detail[0]));
    if (e < 0)
        return 0;
    kk_assert(kk_ref_each(&a, kk_ref_take, &b) == 0 && kk_ref_done(&b) == 0);
    kk_assert(a.lists[table].count == b.lists[table].count);
    return 0;
}
