/* Forms of files (grid.h). [IM-1] */
#include "import/grid.h"

#include "kukyoku/base/alloc.h"

/* The separator of a file is the one that its first line holds most of outside of quotes. */
static char find_separator(struct kk_slice text)
{
    static const char known[] = { ',', '\t', ';' };
    size_t counts[KK_COUNT(known)] = { 0 }, best = 0;
    bool quoted = false;

    for (size_t i = 0; i < text.len && (quoted || text.data[i] != '\n'); i++) {
        quoted ^= text.data[i] == '"';
        for (size_t k = 0; k < KK_COUNT(known) && !quoted; k++)
            counts[k] += text.data[i] == (uint8_t)known[k];
    }
    for (size_t k = 1; k < KK_COUNT(known); k++) {
        if (counts[k] > counts[best])
            best = k;
    }
    return known[best];
}

int kk_grid_open(struct kk_slice file, const char *path, struct kk_grid *ret,
                 struct kk_error *err)
{
    int r;

    *ret = (struct kk_grid){ .text = { .encoding = KK_ENCODING_NONE } };
    r = kk_encoded_read(file, path, &ret->text, err);
    ret->separator = r == 0 ? find_separator(ret->text.text) : ',';
    return r;
}

void kk_grid_fini(struct kk_grid *g)
{
    kk_encoded_fini(&g->text);
}

int kk_grid_each(struct kk_grid *g, kk_csv_fn *fn, void *user)
{
    struct kk_csv *csv = kk_alloc(sizeof *csv);
    int r;

    if (!csv)
        return KK_E_MEMORY;
    kk_csv_init(csv, fn, user);
    csv->separator = g->separator;
    r = kk_csv_feed(csv, g->text.text);
    if (r == 0)
        r = kk_csv_end(csv);
    g->lines = csv->line;
    kk_free(csv);
    return r;
}
