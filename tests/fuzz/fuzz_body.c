/* The body of a record: fields in order, and written again to the same bytes. [RL-3] */
#include "fuzz.h"

#include "kukyoku/error.h"
#include "kukyoku/record/body.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t device[KK_ID_BYTES] = { 1 }, key[KK_KEY_BYTES] = { 2 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 };
    struct kk_body_place place = { device, kk_slice_text("w:14133"), 1, 1 };
    struct kk_slice bytes = kk_slice(data, size);
    struct kk_body body;

    /* nobody seals by chance */
    kk_assert(kk_body_open(bytes, &place, key, NULL, &out) < 0 && out.len == 0);
    if (kk_body_read(bytes, &body) < 0)
        return 0;
    for (size_t i = 1; i < body.count; i++)
        kk_assert(body.fields[i - 1].number < body.fields[i].number);
    if (size > KK_BODY_BYTES_MAX)
        return 0;
    kk_assert(kk_body_write(&body, &out) == 0);
    kk_assert(kk_slice_equal(kk_bytes_slice(&out), bytes));
    return 0;
}
