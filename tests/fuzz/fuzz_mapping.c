/*
 * A mapping and, behind a zero byte, a table (CSV or an answer of e-Stat): whatever the two say,
 * what comes out keeps to the strict reader's rules and knows a cell of the table. [IM-8] [IM-9]
 */
#include "fuzz.h"

#include "import/table.h"
#include "kukyoku/base/alloc.h"

static int sound(void *user, const struct kk_obs *row)
{
    (void)user;
    kk_assert(kk_area_valid(row->area) && kk_period_valid(row->period));
    kk_assert(kk_breakdown_valid(row->breakdown) && row->indicator.len > 0);
    return 0;
}

static void read_table(struct kk_slice file, const struct kk_mapping *mapping)
{
    const struct kk_table_options how = { .mapping = mapping };
    KK_AUTO_FINI(kk_grid) struct kk_grid grid = { .separator = 0 };
    struct kk_grid_options options = { .path = "f" };
    struct kk_tidy *t = kk_alloc(sizeof *t);
    struct kk_table_sum sum;

    kk_assert(t);
    kk_tidy_init(t);
    int r = kk_grid_open(file, &options, &grid, NULL);
    if (r == 0)
        r = kk_table_read(&grid, &how, t, &sum, NULL);
    kk_assert(r == 0 || r == KK_E_ENCODING || r == KK_E_ROW_LIMIT || r == KK_E_SHEET ||
              r == KK_E_ESTAT || r == KK_E_FILE_KIND ||
              r == KK_E_MAPPING);
    if (r == 0)
        kk_assert(kk_tidy_each(t, sound, NULL) == 0);
    for (size_t i = 0; r == 0 && i < t->count; i++)
        kk_assert(t->rows[i].codes[KK_TIDY_VALUE] > 0 && t->rows[i].line > 0);
    kk_tidy_fini(t);
    kk_free(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *zero = size ? memchr(data, 0, size) : NULL;
    size_t len = zero ? (size_t)(zero - data) : size;
    KK_AUTO_FREE(kk_mapping) struct kk_mapping *mapping = NULL;
    int r = kk_mapping_read(kk_slice(data, len), "f.ini", &mapping, NULL);

    kk_assert(r == 0 || r == KK_E_MAPPING);
    if (r == 0 && zero)
        read_table(kk_slice(zero + 1, size - len - 1), mapping);
    return 0;
}
