/* The steps that every command on records takes. */
#include "cmd/evidence_view.h"
#include "cmd/fresh_view.h"
#include "cmd/paper.h"
#include "cmd/passphrase.h"
#include "cmd/print_view.h"
#include "cmd/record_work.h"
#include "model/reference.h"
#include "model/refusal.h"
#include "os_show.h"

#include "kukyoku/base/date.h"
#include "kukyoku/base/text.h"

#include <stdio.h>

#define BODY_FILE_MAX (256 * 1024)

int kk_record_work_open(struct kk_command *c, enum kk_home_mode mode, struct kk_record_work *ret)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes passphrase = { 0 };
    bool locked = false;
    int r = kk_home_open(c->home, mode, &ret->home, &c->err);

    if (r == 0 && mode == KK_HOME_WRITE)
        r = kk_home_locked(&ret->home, &locked, &c->err);
    if (r == 0 && locked)
        r = kk_command_passphrase(c, &passphrase);
    if (r == 0 && mode == KK_HOME_WRITE)
        r = kk_home_unlock(&ret->home, locked ? kk_bytes_slice(&passphrase) : kk_slice(NULL, 0),
                           &c->err);
    kk_os_wipe(&passphrase);
    if (r < 0)
        return r;
    return kk_records_open(&ret->records, &ret->home,
                           mode == KK_HOME_WRITE ? KK_REPLICA_WRITE : KK_REPLICA_READ, &c->err);
}

int kk_record_work_open_local(struct kk_command *c, struct kk_record_work *ret)
{
    int r = kk_os_exists(c->home) ? 0 : kk_error_set(&c->err, KK_E_HOME, c->home, "%s", "");

    if (r == 0)
        r = kk_home_open(c->home, KK_HOME_WRITE, &ret->home, &c->err);
    if (r < 0)
        return r;
    return kk_records_open(&ret->records, &ret->home, KK_REPLICA_WRITE, &c->err);
}

void kk_record_work_fini(struct kk_record_work *w)
{
    json_decref(w->saved);
    kk_records_fini(&w->records);
    kk_home_fini(&w->home);
}

/* A field that holds nothing: an empty text, an empty list, null. */
static int empty(struct kk_record_work *w, const struct kk_kind_info *kind, struct kk_slice name)
{
    const struct kk_item *item = kk_kind_item_named(kind, name);
    char text[80];

    snprintf(text, sizeof(text), "%.*s", (int)name.len, (const char *)name.data);
    return item ? kk_body_empty(&w->body, item->term->number)
                : kk_refuse_field(w->records.err, kind, text);
}

static bool is_empty(const json_t *value)
{
    return json_is_null(value) || (json_is_array(value) && json_array_size(value) == 0) ||
           (json_is_string(value) && !json_string_value(value)[0]);
}

/* {"title": "…", "areas": ["…"], "size_value": 3}: each member as --set would have it. */
static int set_member(struct kk_record_work *w, const struct kk_kind_info *kind, const char *name,
                      json_t *value)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes line = { 0 };
    int r = kk_bytes_append_text(&line, name);

    if (r == 0)
        r = kk_bytes_append_text(&line, "=");
    if (r == 0 && json_is_integer(value))
        r = kk_bytes_format(&line, "%lld", (long long)json_integer_value(value));
    else if (r == 0 && json_is_string(value))
        r = kk_bytes_append_text(&line, json_string_value(value));
    else if (r == 0)
        return kk_error_say(w->records.err, KK_E_FIELD, name, "a text, a whole number or a list",
                            "文字列・整数・一覧のいずれかにしてください");
    if (r == 0)
        r = kk_bytes_append(&line, "", 1);
    return r == 0 ? kk_record_set(&w->records, kind, (const char *)line.data, &w->body) : r;
}

static int set_file(struct kk_command *c, struct kk_record_work *w,
                    const struct kk_kind_info *kind, const char *path)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };
    json_error_t why;
    json_t *root, *value;
    const char *name;
    int r = kk_command_file_read(c, path, BODY_FILE_MAX, &text);

    if (r < 0)
        return r;
    root = json_loadb((const char *)text.data, text.len, JSON_REJECT_DUPLICATES, &why);
    if (!json_is_object(root)) {
        json_decref(root);
        return kk_error_set(&c->err, KK_E_FIELD, path, "%d:%d %s", why.line, why.column, why.text);
    }
    json_object_foreach(root, name, value) {
        if (r < 0 || name[0] == '#') /* what a template says */
            continue;
        if (is_empty(value)) {
            r = empty(w, kind, kk_slice_text(name));
        } else if (json_is_array(value)) {
            for (size_t i = 0; r == 0 && i < json_array_size(value); i++)
                r = set_member(w, kind, name, json_array_get(value, i));
        } else {
            r = set_member(w, kind, name, value);
        }
    }
    json_decref(root);
    return r;
}

/* "name=value"; without a value the field is emptied. */
static int set_option(struct kk_record_work *w, const struct kk_kind_info *kind, const char *set)
{
    size_t name = strcspn(set, "=");

    return set[name] && !set[name + 1] ? empty(w, kind, kk_slice(set, name))
                                       : kk_record_set(&w->records, kind, set, &w->body);
}

int kk_record_work_find(struct kk_command *c, struct kk_record_work *w, struct kk_record *ret)
{
    int r = kk_record_find(&w->records, kk_command_arg(c, 0), 0, ret);

    if (r < 0 || ret->kind)
        return r;
    return kk_error_say(&c->err, KK_E_STORE_NEWER, kk_command_arg(c, 0),
                        "a kind of record that this program does not know",
                        "このプログラムが知らない種類の記録です");
}

int kk_record_work_body(struct kk_command *c, struct kk_record_work *w,
                        const struct kk_kind_info *kind)
{
    const char *file = kk_command_option(c, "file"), *set;
    int r = file ? set_file(c, w, kind, file) : 0;

    for (size_t i = 0; r == 0 && (set = kk_command_option_at(c, "set", i)); i++)
        r = set_option(w, kind, set);
    return r;
}

int kk_record_work_new(struct kk_command *c, struct kk_record_work *w,
                       const struct kk_kind_info *kind)
{
    struct kk_act_request q = { .kind = kind, .act = KK_ACT_CREATE };
    char scope[KK_SCOPE_NAME_MAX + 1];
    int r = kk_record_home_scope(&w->records, kind, scope);

    q.scope = kk_slice_text(scope);
    kk_record_new_id(q.rec);
    return r == 0 ? kk_record_work_act(c, w, &q) : r;
}

/* A code may be newer than what is held, and a ward must be able to write: told, not refused. */
static int warn_of_areas(struct kk_command *c, struct kk_record_work *w)
{
    KK_AUTO_FINI(kk_ref) struct kk_ref reference = { .strange = 0 };
    const struct kk_body_field *f = kk_body_find(&w->body, KK_FIELD_AREAS);
    struct kk_cursor at = kk_cursor(f ? f->value : kk_slice("", 0));
    struct kk_slice area;
    size_t count;
    int r;

    if (!f || kk_cursor_array(&at, &count) < 0)
        return 0;
    kk_ref_init(&reference);
    r = kk_reference_load(&w->home, 0, &reference, &c->err);
    for (size_t i = 0; r == 0 && i < count && kk_cursor_text(&at, &area) == 0; i++) {
        if (!kk_reference_lacks_area(&reference, area))
            continue;
        kk_out_warn(c->out, KK_T(c, AREA_UNKNOWN), (int)area.len, (const char *)area.data);
        kk_command_exit(c, KK_EXIT_WARNINGS);
    }
    return r;
}

int kk_record_saved(struct kk_command *c, const struct kk_record *record, unsigned act)
{
    kk_out_say(c->out, KK_T(c, RECORD_SAVED), kk_act_label(act, kk_lang_name(c->lang)));
    if (kk_record_warn(c, record))
        kk_command_exit(c, KK_EXIT_WARNINGS);
    return c->json ? kk_json_print(c->out, kk_record_json(record)) : kk_record_view(c, record);
}

int kk_record_work_act(struct kk_command *c, struct kk_record_work *w,
                       struct kk_act_request *request)
{
    char id[2 * KK_ID_BYTES + 1];
    struct kk_record after;
    int r;

    request->body = &w->body;
    request->check_only = c->dry_run;
    request->not_personal = kk_command_flag(c, "confirm-personal");
    r = kk_record_act(&w->records, request);
    if (r < 0 || c->dry_run)
        return r;
    kk_hex_encode(kk_slice(request->rec, KK_ID_BYTES), id);
    r = kk_record_find(&w->records, id, request->kind->kind, &after);
    if (r < 0)
        return r;
    if (w->saved)
        return json_array_append_new(w->saved, kk_record_json(&after)) == 0 ? 0 : KK_E_MEMORY;
    r = kk_record_saved(c, &after, request->act);
    return r == 0 ? warn_of_areas(c, w) : r;
}

int kk_record_work_on(struct kk_command *c, struct kk_record_work *w,
                      const struct kk_record *record, unsigned act)
{
    struct kk_act_request q = { .scope = record->scope, .kind = record->kind, .act = act };

    memcpy(q.rec, record->is.rec, KK_ID_BYTES);
    return kk_record_work_act(c, w, &q);
}

static int on_case(struct kk_command *c, struct kk_record_work *w, struct kk_slice line,
                   kk_case_fn *fn, unsigned act)
{
    char id[2 * KK_ID_BYTES + 1] = "";
    struct kk_record found;
    int r;

    if (line.len >= sizeof(id))
        return kk_error_say(&c->err, KK_E_FIELD, "cases", "the id of a case is expected",
                            "案件のIDを指定してください");
    memcpy(id, line.data, line.len);
    r = kk_record_find(&w->records, id, KK_KIND_CASE, &found);
    return r == 0 ? fn(c, w, &found, act) : r;
}

int kk_record_work_cases(struct kk_command *c, struct kk_record_work *w,
                         const struct kk_record *record, kk_case_fn *fn, unsigned act)
{
    const struct kk_body_field *f = kk_body_find(&record->is.body, KK_FIELD_CASES);
    struct kk_cursor cursor = kk_cursor(f ? f->value : kk_slice("", 0));
    size_t count = 0;
    int r = f ? kk_cursor_array(&cursor, &count) : 0;

    for (size_t i = 0; r == 0 && i < count; i++) {
        struct kk_slice line;

        r = kk_cursor_text(&cursor, &line);
        if (r == 0)
            r = on_case(c, w, line, fn, act);
    }
    return r;
}

#define LIST_LIMIT 1000

struct listing {
    struct kk_command *command;
    struct kk_table table;
    json_t *json;
    const char *state;
    int64_t limit;
    int64_t count;
    uint64_t at; /* of the record in hand, in the whole list */
    bool more;
};

static bool in_state(const struct kk_record *record, const char *state)
{
    const struct kk_code *rung;
    const char *name = kk_state_name(record->machine, record->is.ahead.state);

    if (name)
        return strcmp(name, state) == 0;
    rung = kk_code_find(KK_CODES_OF_RUNG, kk_record_int(&record->is.body, KK_FIELD_RUNG));
    return rung && strcmp(rung->name, state) == 0;
}

static int on_record(void *user, const struct kk_record *record)
{
    struct listing *l = user;

    if (l->state && !in_state(record, l->state))
        return 0;
    l->more = l->count == l->limit;
    if (l->more)
        return 1;
    l->count++;
    if (l->command->json)
        return json_array_append_new(l->json, kk_record_json(record)) == 0 ? 0 : KK_E_MEMORY;
    kk_record_row(l->command, &l->table, record);
    return 0;
}

/* What the options ask for. A state is not in the index, so all of the kind are looked at then. */
static int read_query(struct kk_command *c, struct listing *l, struct kk_record_query *q)
{
    const char *area = kk_command_option(c, "area"), *since = kk_command_option(c, "since");
    struct kk_range limits = { 1, 1000000, LIST_LIMIT };
    int64_t from = 0;
    int r = kk_command_number(c, "limit", limits, &l->limit);

    if (r == 0 && since && !kk_date_parse(since, &q->since_ms))
        r = kk_command_usage(c, "--since", "YYYY-MM-DD: %s", since);
    if (r == 0 && area)
        r = kk_area_check(&c->err, KK_E_USAGE, "--area", area);
    q->area = area ? kk_slice_text(area) : kk_slice("", 0);
    if (r == 0)
        r = kk_command_number(c, "from", (struct kk_range){ 0, INT64_MAX / 2, 0 }, &from);
    q->from = (uint64_t)from;
    q->at = &l->at;
    q->open = kk_command_flag(c, "open");
    q->limit = l->state ? 0 : (uint64_t)l->limit + 1;
    return r;
}

static int print_list(struct kk_command *c, struct kk_home *h, struct listing *l)
{
    json_t *next = c->json && l->more ? json_integer((json_int_t)l->at) : json_null();
    int r = c->json ? kk_fresh_json(c, h, json_pack("{s:O, s:b, s:o}", "records", l->json, "more",
                                                    l->more, "next", next))
                    : kk_table_print(&l->table, c->out);

    if (r == 0)
        r = kk_fresh_view(c, h);
    if (r == 0 && l->more)
        kk_out_say(c->out, KK_T(c, LIST_MORE), (long long)l->limit);
    return r;
}

int kk_record_work_list(struct kk_command *c, unsigned kind, const char *state)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    struct listing l = { .command = c, .state = state };
    struct kk_record_query q = { .kind = kind, .passing = true };
    int r = read_query(c, &l, &q);

    if (r == 0)
        r = kk_record_work_open(c, KK_HOME_READ, &w);
    if (r < 0)
        return r;
    l.json = json_array();
    kk_record_columns(c, &l.table);
    r = kk_record_each(&w.records, &q, on_record, &l);
    if (r == 0)
        r = print_list(c, &w.home, &l);
    kk_table_fini(&l.table);
    json_decref(l.json);
    return r;
}

static int show_text(struct kk_command *c, struct kk_record_work *w,
                     const struct kk_record *record)
{
    int r = kk_record_view(c, record);

    if (r == 0)
        r = kk_evidence_view(c, &w->records, record);
    return r == 0 ? kk_fresh_view(c, &w->home) : r;
}

static int show_json(struct kk_command *c, struct kk_record_work *w,
                     const struct kk_record *record)
{
    json_t *j = kk_record_json(record), *evidence = NULL;
    int r = kk_evidence_json(&w->records, record, &evidence);

    if (r == 0 && json_object_set_new(j, "evidence", evidence) < 0)
        r = KK_E_MEMORY;
    if (r == 0)
        return kk_fresh_json(c, &w->home, j);
    json_decref(j);
    return r;
}

static int print_page(struct kk_command *c, struct kk_record_work *w,
                      const struct kk_record *record, const char *path)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes page = { 0 };
    FILE *to = kk_os_memory_open(&page);
    int r = to ? kk_record_print(c, &w->records, record, to) : KK_E_MEMORY;

    if (to && fclose(to) != 0 && r == 0)
        r = KK_E_MEMORY;
    if (r == 0 && kk_paper_is_pdf(path))
        r = kk_paper_to_pdf(c, &page);
    if (r == 0)
        r = kk_command_file_write(c, path, kk_bytes_slice(&page));
    if (r == 0)
        kk_out_say(c->out, KK_T(c, FILE_WRITTEN), path);
    return r;
}

int kk_record_work_show(struct kk_command *c, unsigned kind)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    const char *path = kk_command_option(c, "print");
    struct kk_record record;
    int r = kk_record_work_open(c, KK_HOME_READ, &w);

    if (r == 0)
        r = kk_record_find(&w.records, kk_command_arg(c, 0), kind, &record);
    if (r == 0 && path)
        r = print_page(c, &w, &record, path);
    if (r < 0)
        return r;
    if (record.is.merged.conflicts)
        kk_command_exit(c, KK_EXIT_CONFLICT);
    kk_record_warn(c, &record);
    if (path && !c->json)
        return 0;
    return c->json ? show_json(c, &w, &record) : show_text(c, &w, &record);
}
