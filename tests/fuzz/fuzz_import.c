/*
 * A table in any encoding and notation: what is read keeps to the strict reader's rules, and the
 * notations give only what the strict reader takes. [IM-1] [IM-2] [IM-3]
 */
#include "fuzz.h"

#include "import/notation.h"
#include "import/table.h"
#include "kukyoku/base/alloc.h"

static void notations(struct kk_slice text)
{
    char got[KK_NOTATION_TEXT], again[KK_NOTATION_TEXT];

    if (kk_notation_number(text, got))
        kk_assert(kk_notation_number(kk_slice_text(got), again) && strcmp(got, again) == 0);
    if (kk_notation_period(text, got))
        kk_assert(kk_notation_period(kk_slice_text(got), again) && strcmp(got, again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct kk_slice file = kk_slice(data, size);
    struct kk_tidy *t = kk_alloc(sizeof *t);
    KK_AUTO_FINI(kk_grid) struct kk_grid grid = { .separator = 0 };
    struct kk_grid_options options = { .path = "f" };
    const struct kk_table_options how = { .mapping = NULL };
    struct kk_table_sum sum;

    kk_assert(t);
    kk_tidy_init(t);
    int r = kk_grid_open(file, &options, &grid, NULL);
    if (r == 0)
        r = kk_table_read(&grid, &how, t, &sum, NULL);
    kk_assert(r == 0 || r == KK_E_ENCODING || r == KK_E_ROW_LIMIT || r == KK_E_SHEET ||
              r == KK_E_ESTAT || r == KK_E_FILE_KIND);
    kk_tidy_fini(t);
    kk_free(t);
    notations(file);
    return 0;
}
