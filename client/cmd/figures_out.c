/* Figures out (figures_out.h). [EX-1] [EX-2] [EX-3] */
#include "cmd/figures_out.h"

#include "import/table.h"
#include "kukyoku/base/alloc.h"
#include "os.h"
#include "view/json.h"

#include <string.h>

#define COPY_BYTES 65536

static int feed(struct kk_command *c, const struct kk_figures_out *what, FILE *to,
                const char *path)
{
    KK_AUTO_FREE(kk_export) struct kk_export *x = NULL;
    const struct kk_export_place place = { to, path, &c->err };
    int r = kk_export_open(what->format, &what->about, &place, &x);

    if (r == 0)
        r = what->feed(what->user, kk_export_row, x, &c->err);
    if (r == 0)
        r = kk_export_end(x);
    return r < 0 && c->err.fault != r ? kk_error_set(&c->err, r, what->path ? what->path : "",
                                                     "%s", "")
                                      : r;
}

/* --- CP932: all that it lacks is named, and nothing is made --- */
struct lacking {
    struct kk_command *command;
    uint64_t line;
    size_t count;
    json_t *list;
};

/* The character at the beginning of valid UTF-8. */
static size_t character(struct kk_slice text, uint32_t *ret_code)
{
    uint8_t first = text.data[0];
    size_t more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;

    *ret_code = more == 0 ? first : first & (0x3fu >> more);
    for (size_t i = 1; i <= more && i < text.len; i++)
        *ret_code = *ret_code << 6 | (text.data[i] & 0x3fu);
    return more + 1;
}

static void lack(struct lacking *l, struct kk_slice at, size_t len, uint32_t code)
{
    char place[16];

    snprintf(place, sizeof place, "U+%04X", (unsigned)code);
    l->count++;
    if (l->command->json)
        json_array_append_new(l->list, json_pack("{s:I, s:s%, s:s}", "line", (json_int_t)l->line,
                                                 "character", at.data, len, "code", place));
    else
        kk_out_warn(l->command->out, KK_T(l->command, CP932_LACKS), (unsigned long long)l->line,
                    (int)len, (const char *)at.data, place);
}

/* Goes on behind each character that is not there, so that one run names all of them. */
static int to_cp932(struct lacking *l, struct kk_slice text, struct kk_bytes *out)
{
    int r = 0;

    while (r == 0 && text.len > 0) {
        size_t stop = 0, len;
        uint32_t code;

        r = kk_encoding_to_cp932(text, out, &stop);
        for (size_t i = 0; i < stop; i++)
            l->line += text.data[i] == '\n';
        text = kk_slice(text.data + stop, text.len - stop);
        if (r < 0 || text.len == 0)
            break;
        len = character(text, &code);
        lack(l, text, len, code);
        text = kk_slice(text.data + len, text.len - len);
    }
    return r;
}

static int read_all(FILE *from, struct kk_bytes *out)
{
    size_t got;
    int r = 0;

    rewind(from);
    do {
        uint8_t *room;

        r = kk_bytes_extend(out, COPY_BYTES, &room);
        got = r == 0 ? fread(room, 1, COPY_BYTES, from) : 0;
        out->len -= r == 0 ? COPY_BYTES - got : 0;
    } while (got > 0);
    return r == 0 && ferror(from) ? KK_E_IO : r;
}

static int refuse_cp932(struct kk_command *c, struct lacking *l)
{
    if (c->json) {
        int r = kk_json_print(c->out, json_pack("{s:O}", "lacking", l->list));

        if (r < 0)
            return r;
    }
    return kk_error_say(&c->err, KK_E_CP932, "", "%zu places; use UTF-8 or xlsx",
                        "%zu か所あります。UTF-8 か xlsx を使ってください", l->count);
}

static int feed_cp932(struct kk_command *c, const struct kk_figures_out *what,
                      struct kk_bytes *out)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };
    struct lacking l = { .command = c, .line = 1, .list = json_array() };
    FILE *room = tmpfile();
    int r = room ? feed(c, what, room, NULL) : kk_os_failed("TMPDIR", &c->err);

    if (r == 0)
        r = read_all(room, &text);
    if (room)
        fclose(room);
    struct kk_slice s = kk_bytes_slice(&text);
    if (s.len >= 3 && memcmp(s.data, "\xef\xbb\xbf", 3) == 0)
        s = kk_slice(s.data + 3, s.len - 3); /* a mark of UTF-8 */
    if (r == 0)
        r = to_cp932(&l, s, out);
    if (r == 0 && l.count > 0)
        r = refuse_cp932(c, &l);
    json_decref(l.list);
    return r;
}

/* --- a workbook is made as a file of its own --- */
static int feed_book(struct kk_command *c, const struct kk_figures_out *what,
                     struct kk_bytes *out)
{
    char path[KK_OS_PATH_MAX];
    struct kk_error none;
    int r = kk_os_file_temporary(path, &c->err);

    if (r < 0)
        return r;
    r = feed(c, what, NULL, path);
    if (r == 0)
        r = kk_os_file_read(path, KK_IMPORT_FILE_MAX, out, &c->err);
    kk_ignore(kk_os_file_remove(path, &none));
    return r;
}

/* --- to its place --- */
static int put_bytes(struct kk_bytes *bytes, FILE *to)
{
    return bytes->len == 0 || fwrite(bytes->data, 1, bytes->len, to) == bytes->len ? 0 : KK_E_IO;
}

static int write_to(struct kk_command *c, const struct kk_figures_out *what, bool cp932, FILE *to)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    int r;

    if (!cp932 && what->format != KK_EXPORT_XLSX)
        return feed(c, what, to, NULL);
    r = cp932 ? feed_cp932(c, what, &bytes) : feed_book(c, what, &bytes);
    return r == 0 ? put_bytes(&bytes, to) : r;
}

static int describe(struct kk_command *c, const struct kk_figures_out *what)
{
    const char *slash = strrchr(what->path, '/');
    char path[KK_OS_PATH_MAX];
    json_t *about;
    FILE *to;
    int r;

    if (c->served || (what->format != KK_EXPORT_CSV && what->format != KK_EXPORT_SDMX))
        return 0; /* the others say it themselves */
    snprintf(path, sizeof path, "%.4000s-metadata.json", what->path);
    r = kk_command_file_open(c, path, &to);
    if (r < 0)
        return r;
    about = kk_export_describe(&what->about, what->format, slash ? slash + 1 : what->path);
    r = about && json_dumpf(about, to, JSON_INDENT(2)) == 0 ? 0 : KK_E_IO;
    json_decref(about);
    fputc('\n', to);
    return kk_command_file_close(c, path, to, r);
}

/* What was written, read as anybody's table: an export that our own rules refuse is none. */
static int check(struct kk_command *c, const struct kk_figures_out *what)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes file = { 0 };
    KK_AUTO_FINI(kk_grid) struct kk_grid grid = { .separator = 0 };
    KK_AUTO_FREE(kk_mapping) struct kk_mapping *mapping = NULL;
    const struct kk_grid_options options = { .path = what->path };
    struct kk_tidy *tidy = kk_alloc(sizeof *tidy);
    struct kk_table_sum sum;
    int r = tidy ? kk_os_file_read(what->path, KK_IMPORT_FILE_MAX, &file, &c->err) : KK_E_MEMORY;

    if (r == 0)
        r = kk_grid_open(kk_bytes_slice(&file), &options, &grid, &c->err);
    if (r == 0)
        r = kk_table_find_mapping(&grid, "", &mapping, &c->err);
    if (tidy)
        kk_tidy_init(tidy);
    if (r == 0) {
        const struct kk_table_options how = { .mapping = mapping };

        r = kk_table_read(&grid, &how, tidy, &sum, &c->err);
    }
    if (r == 0 && tidy->issue_total > 0)
        r = kk_error_say(&c->err, KK_E_CSV, what->path, "line %llu: %s", "%llu行: %s",
                         (unsigned long long)tidy->issues[0].line,
                         kk_tidy_cause(tidy->issues[0].reason)->rule);
    if (tidy)
        kk_tidy_fini(tidy);
    kk_free(tidy);
    return r;
}

int kk_figures_out(struct kk_command *c, struct kk_figures_out *what)
{
    const char *encoding = kk_command_option(c, "encoding");
    bool cp932 = encoding && strcmp(encoding, "cp932") == 0;
    bool text = what->format == KK_EXPORT_CSV || what->format == KK_EXPORT_SDMX;
    FILE *to;
    int r;

    if (encoding && (!text || (!cp932 && strcmp(encoding, "utf-8") != 0)))
        return kk_command_usage(c, "--encoding", "%s", KK_T(c, EXPORT_ENCODINGS));
    what->about.encoding = cp932 ? "windows-31j" : "utf-8";
    if (!what->path)
        return write_to(c, what, cp932, c->out->data);
    r = kk_command_file_open(c, what->path, &to);
    if (r == 0)
        r = kk_command_file_close(c, what->path, to, write_to(c, what, cp932, to));
    if (r == 0)
        r = describe(c, what);
    if (r == 0 && !c->served && what->format != KK_EXPORT_JSON)
        r = check(c, what);
    return r;
}
