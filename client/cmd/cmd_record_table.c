/* `kukyoku record export|import`: records of a kind as a table, for people with a spreadsheet. */
#include "cmd/kind_view.h"
#include "cmd/record_work.h"
#include "import/grid.h"
#include "model/record_table.h"
#include "model/share.h"
#include "view/csv.h"
#include "view/fault.h"

#include "kukyoku/base/text.h"

#define IMPORT_MAX (16 * 1024 * 1024)

/* --- out --- */

struct exporting {
    const struct kk_kind_info *kind;
    FILE *to;
    size_t count;
    bool copies; /* also what wards have shared, which nobody edits here */
};

static int export_record(void *user, const struct kk_record *record)
{
    struct exporting *x = user;
    char id[2 * KK_ID_BYTES + 1];

    if (!x->copies && kk_share_copied(record))
        return 0;
    kk_hex_encode(kk_slice(record->is.rec, KK_ID_BYTES), id);
    kk_csv_put(x->to, kk_slice_text(id));
    kk_csv_next(x->to);
    kk_csv_put(x->to, record->scope);
    for (size_t i = 0; i < x->kind->count; i++) {
        const struct kk_term *term = x->kind->items[i].term;
        const struct kk_body_field *f = kk_body_find(&record->is.body, term->number);
        KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };
        int r = f ? kk_record_cell(term, f->value, &text) : 0;

        if (r < 0)
            return r;
        kk_csv_next(x->to);
        kk_csv_put(x->to, kk_bytes_slice(&text));
    }
    kk_csv_end_row(x->to);
    x->count++;
    return 0;
}

static int export(struct kk_record_work *w, struct exporting *x)
{
    struct kk_record_query q = { .kind = x->kind->kind, .open = true, .passing = true };

    kk_csv_mark(x->to);
    kk_csv_put(x->to, kk_slice_text("id"));
    kk_csv_next(x->to);
    kk_csv_put(x->to, kk_slice_text(KK_COLUMN_SCOPE));
    for (size_t i = 0; i < x->kind->count; i++) {
        kk_csv_next(x->to);
        kk_csv_put(x->to, kk_slice_text(x->kind->items[i].term->name));
    }
    kk_csv_end_row(x->to);
    return kk_record_each(&w->records, &q, export_record, x);
}

int cmd_record_export(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    struct exporting x = { .kind = kk_kind_named(c, kk_command_arg(c, 0)),
                           .copies = kk_command_flag(c, "shared") };
    const char *path = kk_command_arg(c, 1);
    int r;

    if (!x.kind)
        return KK_E_USAGE;
    r = kk_record_work_open(c, KK_HOME_READ, &w);
    if (r == 0)
        r = kk_command_file_open(c, path, &x.to);
    if (r < 0)
        return r;
    r = kk_command_file_close(c, path, x.to, export(&w, &x));
    if (r < 0)
        return r;
    kk_out_say(c->out, KK_T(c, RECORDS_EXPORTED), path, x.count);
    if (!c->json)
        return 0;
    return kk_json_print(c->out, json_pack("{s:s, s:I}", "file", path, "records",
                                           (json_int_t)x.count));
}

/* --- in --- */

struct telling {
    struct kk_command *command;
    json_t *rows;
};

static void tell_row(void *user, const struct kk_import_row *row)
{
    static const char *const outcomes[] = { "new", "changed", "same", "rejected" };
    struct telling *t = user;
    struct kk_command *c = t->command;
    const char *reason = row->why ? kk_fault_name(row->why->fault, c->lang) : "";
    char text[KK_FAULT_TEXT];
    const char *detail = row->why ? kk_error_detail(row->why, kk_lang_name(c->lang)) : "";

    json_array_append_new(t->rows, json_pack("{s:I, s:s, s:s, s:s, s:s}", "line",
                                             (json_int_t)row->line, "outcome",
                                             outcomes[row->outcome], "where",
                                             row->why ? row->why->where : "", "reason", reason,
                                             "detail", detail));
    if (row->why && !c->json)
        kk_out_warn(c->out, KK_T(c, IMPORT_ROW), (unsigned long long)row->line,
                    kk_fault_text(row->why, c->lang, text));
}

/* Rows that were not taken: with a word that they were wanted, a warning; else nothing is done. */
static int import_end(struct kk_command *c, const struct kk_import *what,
                      const struct kk_import_counts *n)
{
    if (n->bad == 0)
        return 0;
    if (!what->accept_valid)
        return kk_error_say(&c->err, KK_E_CSV, kk_command_arg(c, 1),
                            "%llu rows are not sound, and nothing was written; "
                            "--accept-valid-rows leaves them out",
                            "%llu行に誤りがあり、何も書いていません。--accept-valid-rows "
                            "を付けると、誤りのある行を除いて書きます", (unsigned long long)n->bad);
    kk_command_exit(c, KK_EXIT_WARNINGS);
    return 0;
}

/* Each row has its word, also where all were refused. */
static int report(struct telling *t, const struct kk_import_counts *n, int fault)
{
    struct kk_command *c = t->command;
    int r;

    if (!c->json) {
        if (fault == 0)
            kk_out_say(c->out, KK_T(c, IMPORT_SUM), (unsigned long long)n->made,
                       (unsigned long long)n->changed, (unsigned long long)n->same,
                       (unsigned long long)n->bad);
        return fault;
    }
    r = kk_json_print(c->out, json_pack("{s:I, s:I, s:I, s:I, s:O}", "new", (json_int_t)n->made,
                                        "changed", (json_int_t)n->changed, "same",
                                        (json_int_t)n->same, "rejected", (json_int_t)n->bad,
                                        "rows", t->rows));
    return fault < 0 ? fault : r;
}

static int import(struct kk_command *c, struct kk_import *what, struct kk_record_work *w,
                  struct kk_import_counts *n)
{
    KK_AUTO_FINI(kk_grid) struct kk_grid grid = { .separator = 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 }, table = { 0 };
    struct kk_grid_options options = { kk_command_arg(c, 1), kk_command_option(c, "sheet") };
    int r = kk_command_file_read(c, options.path, IMPORT_MAX, &bytes);

    if (r == 0)
        r = kk_grid_open(kk_bytes_slice(&bytes), &options, &grid, &c->err);
    what->text = grid.text.text;
    if (r == 0 && (grid.form == KK_GRID_XLSX || grid.separator != ',')) {
        r = kk_grid_csv(&grid, &table, &c->err);
        what->text = kk_bytes_slice(&table);
    }
    if (r == 0 && kk_utf8_private(what->text)) {
        kk_out_warn(c->out, KK_T(c, HOLDS_GAIJI), kk_command_arg(c, 1));
        kk_command_exit(c, KK_EXIT_WARNINGS);
    }
    return r == 0 ? kk_record_import(&w->records, what, n) : r;
}

int cmd_record_import(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    struct telling t = { .command = c };
    struct kk_import what = { .kind = kk_kind_named(c, kk_command_arg(c, 0)),
                              .accept_valid = kk_command_flag(c, "accept-valid-rows"),
                              .not_personal = kk_command_flag(c, "confirm-personal"),
                              .check_only = c->dry_run, .row = tell_row, .user = &t };
    struct kk_import_counts n = { 0 };
    int r = what.kind ? kk_record_work_open(c, KK_HOME_WRITE, &w) : KK_E_USAGE;

    if (r < 0)
        return r;
    t.rows = json_array();
    r = import(c, &what, &w, &n);
    if (r == 0)
        r = report(&t, &n, import_end(c, &what, &n));
    json_decref(t.rows);
    return r;
}
