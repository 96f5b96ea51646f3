/* Reference data from the files of a folder (reference_dir.h). [RF-5] */
#include "import/reference_dir.h"

#include "import/grid.h"
#include "import/reference_in.h"
#include "os.h"

#include <stdio.h>

#define NONE SIZE_MAX

/* --- a table --- */
struct reading {
    const struct kk_ref_table_info *info;
    enum kk_ref_table table;
    struct kk_ref *into;
    struct kk_error *err;
    bool headed;
    size_t columns;
    size_t fields[KK_CSV_FIELDS_MAX]; /* of the columns; NONE: one of the three below */
    size_t code, list, from;          /* columns; NONE: there is none */
};

static int refuse(const struct reading *rd, uint64_t line, const char *en, const char *ja,
                  struct kk_slice what)
{
    char where[KK_ERROR_WHERE_MAX];

    snprintf(where, sizeof where, "%s.csv:%llu", rd->info->name, (unsigned long long)line);
    return kk_error_say(rd->err, KK_E_REFERENCE, where, en, ja, (int)what.len,
                        what.len ? (const char *)what.data : "");
}

static struct kk_slice trimmed(struct kk_slice s)
{
    while (s.len > 0 && (s.data[0] == ' ' || s.data[0] == '\t'))
        s = kk_slice(s.data + 1, s.len - 1);
    while (s.len > 0 && (s.data[s.len - 1] == ' ' || s.data[s.len - 1] == '\t'))
        s.len--;
    return s;
}

static int take_column(struct reading *rd, const struct kk_csv_record *record, size_t i)
{
    struct kk_slice name = trimmed(record->fields[i]);
    size_t *own = kk_slice_is(name, "code")                                ? &rd->code
                  : rd->info->listed && kk_slice_is(name, "list")          ? &rd->list
                  : rd->info->dated && kk_slice_is(name, "valid_from")     ? &rd->from
                                                                           : NULL;
    size_t field = own ? NONE : kk_ref_field_named(rd->info, name);
    bool twice = own && *own != NONE;

    if (field == rd->info->field_count)
        return refuse(rd, record->line, "column \"%.*s\" is none of this table",
                      "「%.*s」という列はこの表にはありません", name);
    for (size_t k = 0; k < i && field != NONE; k++)
        twice = twice || rd->fields[k] == field;
    if (twice)
        return refuse(rd, record->line, "column %.*s stands twice", "列 %.*s が二つあります", name);
    rd->fields[i] = field;
    if (own)
        *own = i;
    return 0;
}

static int take_header(struct reading *rd, const struct kk_csv_record *record)
{
    int e = 0;

    rd->headed = true;
    rd->columns = record->count;
    rd->code = rd->list = rd->from = NONE;
    for (size_t i = 0; i < record->count && e == 0; i++)
        e = take_column(rd, record, i);
    if (e == 0 && (rd->code == NONE || (rd->info->listed && rd->list == NONE)))
        e = refuse(rd, record->line, "no column %.*s", "列 %.*s がありません",
                   kk_slice_text(rd->code == NONE ? "code" : "list"));
    for (size_t f = 0; f < rd->info->field_count && e == 0; f++) {
        bool there = !rd->info->fields[f].must;

        for (size_t i = 0; i < record->count; i++)
            there = there || rd->fields[i] == f;
        if (!there)
            e = refuse(rd, record->line, "no column %.*s", "列 %.*s がありません",
                       kk_slice_text(rd->info->fields[f].name));
    }
    return e;
}

/* "14131", in tables of lists "status/p". */
static int read_code(struct reading *rd, const struct kk_csv_record *record,
                     char ret[2 * KK_OBS_NAME_MAX + 2])
{
    struct kk_slice code = trimmed(record->fields[rd->code]);
    struct kk_slice list =
        rd->list == NONE ? kk_slice("", 0) : trimmed(record->fields[rd->list]);

    if (code.len == 0 || (rd->list != NONE && list.len == 0))
        return refuse(rd, record->line, "no %.*s", "%.*s がありません",
                      kk_slice_text(code.len ? "list" : "code"));
    if (code.len + list.len >= KK_OBS_NAME_MAX)
        return refuse(rd, record->line, "%.*s: the code is too long", "%.*s: コードが長すぎます",
                      code);
    snprintf(ret, 2 * KK_OBS_NAME_MAX + 2, "%.*s%s%.*s", (int)list.len, (const char *)list.data,
             rd->list == NONE ? "" : "/", (int)code.len, (const char *)code.data);
    return 0;
}

static int fill_entry(struct reading *rd, const struct kk_csv_record *record,
                      struct kk_ref_entry *entry)
{
    int e = 0;

    entry->line = record->line;
    for (size_t i = 0; i < record->count && e == 0; i++) {
        if (rd->fields[i] == NONE)
            continue;
        e = kk_ref_set(rd->into, rd->table, entry, rd->fields[i], trimmed(record->fields[i]));
        if (e < 0 && e != KK_E_MEMORY)
            e = refuse(rd, record->line, "%.*s: too long, or no UTF-8",
                       "%.*s: 長すぎるか、UTF-8 ではありません",
                       kk_slice_text(rd->info->fields[rd->fields[i]].name));
    }
    return e;
}

static int take(void *user, const struct kk_csv_record *record)
{
    struct reading *rd = user;
    char code[2 * KK_OBS_NAME_MAX + 2];
    struct kk_ref_entry *entry;
    int e;

    if (record->flaw != KK_CSV_SOUND || record->count > KK_CSV_FIELDS_MAX)
        return refuse(rd, record->line, "a quote or a line end that CSV does not allow%.*s",
                      "引用符か改行が CSV の形式に合いません%.*s", kk_slice("", 0));
    if (!rd->headed)
        return take_header(rd, record);
    if (record->count != rd->columns)
        return refuse(rd, record->line, "another number of cells than the header%.*s",
                      "見出しと列の数が違います%.*s", kk_slice("", 0));
    e = read_code(rd, record, code);
    if (e < 0)
        return e;
    e = kk_ref_add(rd->into, rd->table, kk_slice_text(code),
                   rd->from == NONE ? kk_slice("", 0) : trimmed(record->fields[rd->from]), &entry);
    if (e == KK_E_ROW_LIMIT || e == KK_E_FORM)
        return refuse(rd, record->line, "%.*s: the code or the day is not valid",
                      "%.*s: コードか日付が正しくありません", kk_slice_text(code));
    return e < 0 ? e : fill_entry(rd, record, entry);
}

int kk_reference_dir_table(struct kk_slice file, enum kk_ref_table table, struct kk_ref *into,
                           struct kk_error *err)
{
    KK_AUTO_FINI(kk_grid) struct kk_grid grid = { .separator = 0 };
    struct reading rd = { .info = kk_ref_table_info(table), .table = table, .into = into,
                          .err = err };
    struct kk_grid_options options = { .path = rd.info->name };
    struct kk_xlsx_reader reader = { .row = take, .user = &rd };
    int e;

    if (table == KK_REF_BORDERS)
        return kk_reference_borders(file, into, err);
    e = kk_grid_open(file, &options, &grid, err);
    if (e == 0)
        e = kk_grid_each(&grid, &reader, err);
    if (e == 0 && !rd.headed)
        e = refuse(&rd, 1, "no header%.*s", "見出しがありません%.*s", kk_slice("", 0));
    return e;
}

/* --- the folder --- */
struct folder {
    const char *dir;
    struct kk_ref *into;
    unsigned there;
    struct kk_error *err;
};

static bool ends(const char *name, const char *with)
{
    size_t len = strlen(name), end = strlen(with);

    return len > end && strcmp(name + len - end, with) == 0;
}

/* Tables are CSV, borders are GeoJSON; what has another ending is nobody's. */
static int take_file(void *user, const char *name)
{
    struct folder *f = user;
    KK_AUTO_FINI(kk_bytes) struct kk_bytes file = { 0 };
    bool csv = ends(name, ".csv"), json = ends(name, ".geojson");
    size_t stem = strlen(name) - (csv ? 4 : json ? 8 : 0);
    enum kk_ref_table table = kk_ref_table_named(kk_slice(name, stem));
    char path[KK_OS_PATH_MAX];
    int e;

    if (!csv && !json)
        return 0;
    if (table == KK_REF_TABLE_COUNT || json != (table == KK_REF_BORDERS))
        return kk_error_say(f->err, KK_E_REFERENCE, name,
                            "no table of reference data has this name",
                            "この名前の基準データの表はありません");
    e = kk_os_path_join(f->dir, name, path);
    if (e == 0)
        e = kk_os_file_read(path, KK_REFERENCE_FILE_MAX, &file, f->err);
    if (e == 0)
        e = kk_reference_dir_table(kk_bytes_slice(&file), table, f->into, f->err);
    if (e == 0)
        f->there |= 1u << table;
    return e;
}

int kk_reference_dir_read(const char *dir, struct kk_ref *into, unsigned *ret_there,
                          struct kk_error *err)
{
    struct folder f = { .dir = dir, .into = into, .err = err };
    int e = kk_os_dir_list(dir, take_file, &f, err);

    if (e == 0 && f.there == 0)
        return kk_error_say(err, KK_E_REFERENCE, dir, "no table of reference data in this folder",
                            "このフォルダーには基準データの表がありません");
    if (e == 0)
        *ret_there = f.there;
    return e;
}
