/*
 * Text that is folded and lists that are read: folding is a fixed point, every word of a text is
 * found in it, and a list that is taken is written again as it was. [SR-1] [SR-2]
 */
#include "fuzz.h"

#include "words/fold.h"
#include "words/postings.h"

static int on_pair(void *user, uint64_t pair)
{
    size_t *count = user;

    kk_assert(pair >> KK_PAIR_SHIFT != 0);
    (*count)++;
    return 0;
}

static void text(struct kk_slice bytes)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes folded = { 0 }, again = { 0 };
    size_t pairs = 0, at = 0, characters = 0;
    uint32_t c;

    kk_assert(kk_fold(bytes, &folded) == 0);
    kk_assert(kk_fold(kk_bytes_slice(&folded), &again) == 0);
    kk_assert(kk_fold_pairs(kk_bytes_slice(&folded), on_pair, &pairs) == 0);
    while ((c = kk_fold_next(kk_bytes_slice(&folded), &at)))
        characters += c != ' ';
    kk_assert(pairs == characters); /* each character begins one */
    kk_assert(kk_fold_holds(kk_bytes_slice(&folded), kk_bytes_slice(&folded)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 };
    struct kk_slots slots;

    text(kk_slice(data, size));
    if (kk_postings_read(kk_slice(data, size), &slots) == 0) {
        kk_assert(kk_postings_write(&slots, &out) == 0);
        kk_assert(kk_slice_equal(kk_bytes_slice(&out), kk_slice(data, size)));
    }
    return 0;
}
