/* One plaintext of a frame: what decodes as a message encodes again to the same bytes. [EN-16] */
#include "fuzz.h"

#include "kukyoku/error.h"
#include "kukyoku/wire/message.h"

#define ARENA_MAX (4u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena;
    KK_AUTO_FINI(kk_bytes) struct kk_bytes again = { 0 };
    struct kk_shape_fault fault = { 0 };
    struct kk_message m;
    int r;

    kk_arena_init(&arena, ARENA_MAX);
    r = kk_message_decode(kk_slice(data, size), &arena, &m, &fault);
    kk_assert(r == 0 || r == KK_E_MEMORY || fault.reason);
    if (r < 0)
        return 0;
    kk_assert(kk_message_encode(m.type, m.id, m.body, &again) == 0);
    kk_assert(again.len < size || kk_slice_equal(kk_bytes_slice(&again), kk_slice(data, size)));
    return 0;
}
