/*
 * The form gate against msgpack-c: what the gate admits, msgpack-c must parse to its last byte and
 * pack again to the same bytes, and the cursor must step over. [EN-1] … [EN-9]
 */
#include "fuzz.h"

#include "kukyoku/base/bytes.h"
#include "kukyoku/wire/cursor.h"
#include "kukyoku/wire/form.h"

#include <msgpack.h>

static int append(void *out, const char *data, size_t len)
{
    return kk_bytes_append(out, data, len);
}

static void pack_again(struct kk_slice bytes)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes again = { 0 };
    msgpack_unpacked parsed;
    msgpack_packer packer;
    size_t off = 0;

    msgpack_unpacked_init(&parsed);
    kk_assert(msgpack_unpack_next(&parsed, (const char *)bytes.data, bytes.len, &off) ==
              MSGPACK_UNPACK_SUCCESS);
    kk_assert(off == bytes.len);
    msgpack_packer_init(&packer, &again, append);
    kk_assert(msgpack_pack_object(&packer, parsed.data) == 0);
    kk_assert(kk_slice_equal(kk_bytes_slice(&again), bytes));
    msgpack_unpacked_destroy(&parsed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct kk_slice bytes = kk_slice(data, size), whole;
    struct kk_cursor c = kk_cursor(bytes);
    size_t at = size + 1;
    enum kk_form form = kk_form_check(bytes, &at);

    kk_assert(kk_form_name(form));
    if (form != KK_FORM_OK) {
        kk_assert(at <= size);
        return 0;
    }
    kk_assert(at == size + 1);
    kk_assert(kk_cursor_skip(&c, &whole) == 0);
    kk_assert(kk_slice_equal(whole, bytes));
    pack_again(bytes);
    return 0;
}
