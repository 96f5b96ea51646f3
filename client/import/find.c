/* Which mapping a table wants (table.h). [IM-8] */
#include "import/layout.h"
#include "import/table.h"
#include "os.h"

#include "kukyoku/base/text.h"

/* What our own exports look like; docs/tables.md. */
static const char sdmx[] = "[table]\n"
                           "name = SDMX-CSV\n"
                           "rest = ignore\n"
                           "[row]\n"
                           "indicator = {INDICATOR}\n"
                           "area = {REF_AREA}\n"
                           "period = {TIME_PERIOD}\n"
                           "breakdown = {BREAKDOWN}\n"
                           "missing = {MISSING}\n"
                           "unit = {UNIT_MEASURE}\n"
                           "status = {STATUS}\n"
                           "method = {METHOD}\n"
                           "source = {SOURCE}\n"
                           "note = {NOTE}\n"
                           "[values]\n"
                           "OBS_VALUE =\n";

/* --- the rows at the top, for one mapping after the other --- */
struct looking {
    const struct kk_mapping *mapping; /* NULL: is it one of ours? */
    struct kk_layout *layout;
    bool tidy, sdmx, fits;
};

static void look_at_ours(struct looking *l, const struct kk_csv_record *record)
{
    l->sdmx = record->count > 0 && kk_slice_is(record->fields[0], "STRUCTURE");
    l->tidy = record->count == KK_TIDY_COLUMN_COUNT;
    for (size_t i = 0; i < KK_TIDY_COLUMN_COUNT && l->tidy; i++)
        l->tidy = kk_slice_is(record->fields[i], kk_tidy_column_name((enum kk_tidy_column)i));
}

/* Ends the reading at the header: KK_E_NOT_FOUND is no more than that. */
static int look(void *user, const struct kk_csv_record *record)
{
    struct looking *l = user;

    if (!l->mapping)
        look_at_ours(l, record);
    else if (record->line < l->mapping->header)
        return 0;
    else
        l->fits = kk_layout_bind(l->layout, record, NULL) == 0;
    return KK_E_NOT_FOUND;
}

static int look_once(struct kk_grid *grid, struct looking *l, struct kk_error *err)
{
    KK_AUTO_FREE(kk_layout) struct kk_layout *layout = NULL;
    struct kk_xlsx_reader reader = { .row = look, .user = l };
    int r = l->mapping ? kk_layout_new(l->mapping, &layout) : 0;

    l->layout = layout;
    if (r == 0)
        r = kk_grid_each(grid, &reader, err);
    return r == KK_E_NOT_FOUND ? 0 : r;
}

/* --- the desk's folder --- */
int kk_mapping_load(const char *path, struct kk_mapping **ret, struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };
    const char *slash = strrchr(path, '/');
    int r = kk_os_file_read(path, KK_MAPPING_BYTES, &text, err);

    return r < 0 ? r : kk_mapping_read(kk_bytes_slice(&text), slash ? slash + 1 : path, ret, err);
}

struct searching {
    struct kk_grid *grid;
    const char *dir;
    struct kk_mapping **ret;
    size_t count;          /* of those that fit */
    struct kk_bytes names; /* theirs */
    struct kk_error *err;
};

static int try_file(void *user, const char *name)
{
    struct searching *s = user;
    KK_AUTO_FREE(kk_mapping) struct kk_mapping *mapping = NULL;
    struct looking l = { 0 };
    char path[KK_OS_PATH_MAX];
    size_t len = strlen(name);

    if (!kk_text_ends(name, ".ini"))
        return 0;
    int r = kk_os_path_join(s->dir, name, path);
    if (r == 0)
        r = kk_mapping_load(path, &mapping, s->err);
    l.mapping = mapping;
    if (r == 0)
        r = look_once(s->grid, &l, s->err);
    if (r < 0 || !l.fits)
        return r;
    if (s->count++ == 0)
        *s->ret = KK_STEAL(mapping);
    return kk_bytes_format(&s->names, "%s%.*s", s->count > 1 ? ", " : "", (int)(len - 4), name);
}

/* Which of several is meant, no order of names says: their figures may differ. */
static int search(struct kk_grid *grid, const char *dir, struct kk_mapping **ret,
                  struct kk_error *err)
{
    struct searching s = { .grid = grid, .dir = dir, .ret = ret, .err = err };
    int r = kk_os_dir_list(dir, try_file, &s, err);

    if (r == 0 && s.count > 1)
        r = kk_error_set(err, KK_E_MAPPINGS, dir, "%.*s", (int)s.names.len,
                         (const char *)s.names.data);
    kk_bytes_fini(&s.names);
    if (r < 0 && *ret) {
        kk_mapping_free(*ret);
        *ret = NULL;
    }
    return r;
}

int kk_table_find_mapping(struct kk_grid *grid, const char *dir, struct kk_mapping **ret,
                          struct kk_error *err)
{
    struct looking l = { 0 };
    int r = look_once(grid, &l, err);

    *ret = NULL;
    if (r < 0 || l.tidy)
        return r;
    if (l.sdmx)
        return kk_mapping_read(kk_slice_text(sdmx), "SDMX-CSV", ret, err);
    return kk_os_exists(dir) ? search(grid, dir, ret, err) : 0;
}
