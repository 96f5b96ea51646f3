/* How records look. What waits is marked 未送信; two values of one field are both shown. */
#include "cmd/record_view.h"

#include "replica/ledger_erase.h"

#include "kukyoku/base/text.h"

#include <stdio.h>

#define LACKS_MAX ((size_t)64 * 1024 * 1024)

void kk_record_short(const struct kk_record *record, char ret[KK_SHORT_ID])
{
    char hex[2 * KK_ID_BYTES + 1];

    kk_hex_encode(kk_slice(record->is.rec, KK_ID_BYTES), hex);
    memcpy(ret, hex, KK_SHORT_ID - 1);
    ret[KK_SHORT_ID - 1] = '\0';
}

const char *kk_record_standing(const struct kk_command *c, const struct kk_record *record)
{
    const struct kk_code *rung;

    if (record->is.ahead.erased)
        return KK_T(c, RECORD_ERASED);
    if (record->machine != KK_MACHINE_PLAIN)
        return kk_state_label(record->machine, record->is.ahead.state, kk_lang_name(c->lang));
    rung = record->is.kind == KK_KIND_ISSUE
               ? kk_code_find(KK_CODES_OF_RUNG, kk_record_int(&record->is.body, KK_FIELD_RUNG))
               : NULL;
    if (rung)
        return c->lang == KK_LANG_JA ? rung->ja : rung->en;
    return record->is.ahead.closed ? KK_T(c, RECORD_CLOSED) : KK_T(c, RECORD_OPEN);
}

static const char *item_label(const struct kk_command *c, const struct kk_term *term,
                              uint32_t number, char fallback[16])
{
    if (term)
        return c->lang == KK_LANG_JA ? term->ja : term->en;
    snprintf(fallback, 16, "#%u", number);
    return fallback;
}

/* The kind stands in the head. */
static int show_field(struct kk_command *c, const struct kk_merge_field *f)
{
    const struct kk_term *term = kk_term_info(f->number);
    char number[16];

    if (f->number == KK_BODY_KIND)
        return 0;
    for (size_t i = 0; i < f->count; i++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };
        int r = kk_record_show_value(term, f->values[i].value, kk_lang_name(c->lang), &text);

        if (r < 0)
            return r;
        kk_out_line(c->out, "  %s%s: %.*s", item_label(c, term, f->number, number),
                    f->count > 1 ? KK_T(c, RECORD_CONFLICT) : "", (int)text.len,
                    (const char *)text.data);
    }
    return 0;
}

static bool holds_private(struct kk_slice value)
{
    struct kk_cursor c = kk_cursor(value);
    struct kk_slice text;
    size_t count = 1;

    if (kk_cursor_peek(&c) == KK_VALUE_ARRAY && kk_cursor_array(&c, &count) < 0)
        return false;
    for (size_t i = 0; i < count && kk_cursor_text(&c, &text) == 0; i++) {
        if (kk_utf8_private(text))
            return true;
    }
    return false;
}

bool kk_record_warn(struct kk_command *c, const struct kk_record *record)
{
    bool found = false;

    for (size_t i = 0; i < record->is.body.count; i++) {
        const struct kk_body_field *f = &record->is.body.fields[i];
        char number[16];

        if (!holds_private(f->value))
            continue;
        kk_out_warn(c->out, KK_T(c, HOLDS_GAIJI),
                    item_label(c, kk_term_info(f->number), f->number, number));
        found = true;
    }
    return found;
}

int kk_body_view(struct kk_command *c, const struct kk_body *body)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < body->count; i++) {
        struct kk_merge_value value = { .value = body->fields[i].value };
        struct kk_merge_field field = { .number = body->fields[i].number, .values = &value,
                                        .count = 1 };

        r = show_field(c, &field);
    }
    return r;
}

static void show_pending(struct kk_command *c, const struct kk_record *record)
{
    if (record->is.pending)
        kk_out_line(c->out, "  %s: %zu", KK_T(c, RECORD_PENDING), record->is.pending);
    if (record->is.ahead.side != KK_SIDE_NONE)
        kk_out_line(c->out, "  %s: %s", KK_T(c, CASE_PROPOSED),
                    kk_state_label(record->machine, record->is.ahead.target,
                                   kk_lang_name(c->lang)));
}

void kk_lack_words(const struct kk_command *c, const struct kk_lack *lack, char ret[KK_LACK_TEXT])
{
    char number[16];

    ret[0] = '\0';
    if (lack && lack->why != KK_LACK_NONE)
        snprintf(ret, KK_LACK_TEXT, "%s: %s", item_label(c, lack->term, 0, number),
                 kk_lack_text(lack, kk_lang_name(c->lang)));
}

static int show_lacks(struct kk_command *c, const struct kk_record *record)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_lacks lacks;
    int r;

    kk_arena_init(&arena, LACKS_MAX);
    r = kk_lacks_find(record, &arena, &lacks);
    for (size_t i = 0; r == 0 && lacks.count && i < record->is.op_count; i++) {
        const char *act = kk_act_label((unsigned)record->is.ops[i].op.act, kk_lang_name(c->lang));
        char words[KK_LACK_TEXT];

        if (lacks.items[i].why == KK_LACK_NONE)
            continue;
        kk_lack_words(c, &lacks.items[i], words);
        kk_out_line(c->out, "  %s: %s — %s", KK_T(c, RECORD_INCOMPLETE), act ? act : "?", words);
    }
    return r;
}

const char *kk_record_mark(const struct kk_command *c, const struct kk_record *record)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_lacks lacks;

    kk_arena_init(&arena, LACKS_MAX);
    if (kk_lacks_find(record, &arena, &lacks) < 0)
        return "?"; /* not looked through, for want of memory */
    return lacks.count ? KK_T(c, INCOMPLETE_MARK) : "";
}

static int64_t when_of(const struct kk_ledger_op *op)
{
    return op->pending ? op->made_ms : (int64_t)op->what.recv_ms;
}

/* What was said with the act; empty: nothing, or nothing that this device may read. */
static struct kk_slice note_of(const struct kk_ledger_op *op, uint32_t number)
{
    struct kk_body body;

    if (!op->readable || kk_body_read(op->plain, &body) < 0)
        return kk_slice("", 0);
    return kk_record_text(&body, number);
}

static void show_erased(struct kk_command *c, const struct kk_record *record)
{
    const struct kk_ledger_op *by = kk_ledger_erased_by(&record->is, NULL);
    char when[KK_WHEN_TEXT];
    struct kk_slice why;

    if (!by)
        return;
    why = note_of(by, KK_FIELD_REASON);
    kk_when_instant(when_of(by), c->lang, when);
    kk_out_line(c->out, KK_T(c, ERASED_WHEN), when, (int)why.len, (const char *)why.data);
}

static json_t *erased_json(const struct kk_record *record)
{
    const struct kk_ledger_op *by = kk_ledger_erased_by(&record->is, NULL);

    if (!by)
        return json_null();
    return json_pack("{s:o, s:o, s:o}", "at", kk_json_instant(when_of(by)), "operation",
                     kk_json_hex(kk_slice(by->id, KK_HASH_BYTES)), "reason",
                     kk_json_text(note_of(by, KK_FIELD_REASON)));
}

int kk_record_view(struct kk_command *c, const struct kk_record *record)
{
    const char *kind = !record->kind             ? "?"
                       : c->lang == KK_LANG_JA ? record->kind->ja
                                                 : record->kind->en;
    char id[KK_SHORT_ID];
    int r;

    kk_record_short(record, id);
    kk_out_line(c->out, "%s %s [%s] %.*s", kind, id, kk_record_standing(c, record),
                (int)record->scope.len, (const char *)record->scope.data);
    show_pending(c, record);
    show_erased(c, record);
    r = show_lacks(c, record);
    for (size_t i = 0; r == 0 && i < record->is.merged.field_count; i++)
        r = show_field(c, &record->is.merged.fields[i]);
    return r;
}

/* --- JSON --- */

static json_t *value_json(const struct kk_term *term, struct kk_cursor *c)
{
    const struct kk_code *code;
    struct kk_slice s;
    size_t count;
    int64_t n;
    json_t *list;

    switch (kk_cursor_peek(c)) {
    case KK_VALUE_INT:
        if (kk_cursor_int(c, &n) < 0)
            return json_null();
        code = term && term->type == KK_ITEM_CODE ? kk_code_find(term->codes, n) : NULL;
        return code ? json_string(code->name) : json_integer((json_int_t)n);
    case KK_VALUE_TEXT:
        return kk_cursor_text(c, &s) < 0 ? json_null() : kk_json_text(s);
    case KK_VALUE_BYTES:
        return kk_cursor_bytes(c, &s) < 0 ? json_null() : kk_json_hex(s);
    case KK_VALUE_ARRAY:
        list = json_array();
        if (kk_cursor_array(c, &count) < 0)
            return list;
        for (size_t i = 0; i < count; i++)
            json_array_append_new(list, value_json(term, c));
        return list;
    case KK_VALUE_NIL:
    case KK_VALUE_BOOL:
    case KK_VALUE_MAP:
    case KK_VALUE_END:
        break;
    }
    kk_ignore(kk_cursor_skip(c, NULL)); /* a value of a later program: shown as null, kept as is */
    return json_null();
}

static void add_field(json_t *fields, json_t *conflicts, const struct kk_merge_field *f)
{
    const struct kk_term *term = kk_term_info(f->number);
    struct kk_cursor c = kk_cursor(f->values[0].value);
    char number[16];
    const char *name = number;

    snprintf(number, sizeof(number), "#%u", f->number);
    if (term)
        name = term->name;
    json_object_set_new(fields, name, value_json(term, &c));
    if (f->count < 2 || !conflicts)
        return;
    json_t *list = json_array();
    for (size_t i = 0; i < f->count; i++) {
        c = kk_cursor(f->values[i].value);
        json_array_append_new(list, value_json(term, &c));
    }
    json_object_set_new(conflicts, name, list);
}

json_t *kk_body_json(const struct kk_body *body)
{
    json_t *fields = json_object();

    for (size_t i = 0; i < body->count; i++) {
        struct kk_merge_value value = { .value = body->fields[i].value };
        struct kk_merge_field field = { .number = body->fields[i].number, .values = &value,
                                        .count = 1 };

        if (field.number != KK_BODY_KIND)
            add_field(fields, NULL, &field);
    }
    return fields;
}

static json_t *lack_json(const struct kk_ledger_op *op, const struct kk_lack *lack)
{
    return json_pack("{s:o, s:s?, s:s?, s:s}", "operation",
                     kk_json_hex(kk_slice(op->id, KK_HASH_BYTES)), "act",
                     kk_act_name((unsigned)op->op.act), "field",
                     lack->term ? lack->term->name : NULL, "why", kk_lack_name(lack));
}

/* NULL when memory is short. */
static json_t *lacks_json(const struct kk_record *record)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    json_t *list = json_array();
    struct kk_lacks lacks;
    int r;

    kk_arena_init(&arena, LACKS_MAX);
    r = kk_lacks_find(record, &arena, &lacks);
    for (size_t i = 0; r == 0 && lacks.count && i < record->is.op_count; i++) {
        if (lacks.items[i].why != KK_LACK_NONE)
            r = json_array_append_new(list, lack_json(&record->is.ops[i], &lacks.items[i]));
    }
    if (r == 0)
        return list;
    json_decref(list);
    return NULL;
}

json_t *kk_record_json(const struct kk_record *record)
{
    json_t *fields = json_object(), *conflicts = json_object();
    const char *state = kk_state_name(record->machine, record->is.ahead.state);

    for (size_t i = 0; i < record->is.merged.field_count; i++) {
        if (record->is.merged.fields[i].number != KK_BODY_KIND)
            add_field(fields, conflicts, &record->is.merged.fields[i]);
    }
    return json_pack("{s:o, s:s?, s:o, s:s?, s:s?, s:i, s:I, s:b, s:o, s:o, s:o, s:o}", "id",
                     kk_json_hex(kk_slice(record->is.rec, KK_ID_BYTES)), "kind",
                     record->kind ? record->kind->name : NULL, "scope",
                     kk_json_text(record->scope), "state", state, "proposed",
                     record->is.ahead.side != KK_SIDE_NONE
                         ? kk_state_name(record->machine, record->is.ahead.target)
                         : NULL,
                     "attempt", record->is.ahead.attempt, "pending",
                     (json_int_t)record->is.pending, "closed", record->is.ahead.closed, "fields",
                     fields, "conflicts", conflicts, "incomplete", lacks_json(record), "erased",
                     erased_json(record));
}

/* --- lists --- */

void kk_record_columns(struct kk_command *c, struct kk_table *t)
{
    kk_table_column(t, "ID", KK_ALIGN_LEFT);
    kk_table_column(t, KK_T(c, COL_STATE), KK_ALIGN_LEFT);
    kk_table_column(t, KK_T(c, COL_SCOPE), KK_ALIGN_LEFT);
    kk_table_column(t, KK_T(c, COL_TITLE), KK_ALIGN_LEFT);
    kk_table_column(t, KK_T(c, COL_WAITING), KK_ALIGN_RIGHT);
}

void kk_record_row(struct kk_command *c, struct kk_table *t, const struct kk_record *record)
{
    struct kk_slice title = kk_record_text(&record->is.body, KK_FIELD_TITLE);
    char id[KK_SHORT_ID];

    kk_record_short(record, id);
    kk_table_cell(t, id);
    kk_table_cellf(t, "%s%s", kk_record_standing(c, record), kk_record_mark(c, record));
    kk_table_cell_slice(t, (const char *)record->scope.data, record->scope.len);
    kk_table_cell_slice(t, (const char *)title.data, title.len);
    kk_table_cellf(t, "%zu", record->is.pending);
}

/* --- acts --- */

static const struct kk_device_span *author(const struct kk_records *r,
                                           const struct kk_ledger_op *op)
{
    const struct kk_roster_view *view = kk_trust_view(r->home->trust);
    const struct kk_device_row *row = view ? kk_roster_row(view, op->op.device) : NULL;

    if (!row)
        return NULL;
    return op->pending ? kk_device_span_newest(row) : kk_device_span_at(row, op->what.rv);
}

/* Fields that say something to whoever reads the story. */
static const uint32_t telling[KK_OP_NOTES] = { KK_FIELD_REASON, KK_FIELD_ASK, KK_FIELD_ANSWER,
                                               KK_FIELD_COMMENT };

struct kk_op_shown kk_record_op_shown(const struct kk_record *record, const struct kk_lacks *lacks,
                                      size_t i)
{
    const struct kk_ledger_op *op = &record->is.ops[i];

    return (struct kk_op_shown){ op, &lacks->items[i],
                                 op->readable ? NULL : kk_ledger_erased_by(&record->is, op) };
}

/* What it says in words, as the line of it has them. */
static json_t *said_json(const struct kk_ledger_op *op)
{
    json_t *said = json_array();

    for (size_t i = 0; i < KK_COUNT(telling); i++) {
        struct kk_slice note = note_of(op, telling[i]);

        if (note.len && json_array_append_new(said, kk_json_text(note)) < 0) {
            json_decref(said);
            return NULL;
        }
    }
    return said;
}

json_t *kk_record_op_json(const struct kk_records *r, const struct kk_op_shown *shown)
{
    const struct kk_ledger_op *op = shown->op;
    const struct kk_device_span *span = author(r, op);

    return json_pack(
        "{s:s?, s:o, s:s?, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:I, s:s?, s:o, s:b}", "act",
        kk_act_name((unsigned)op->op.act), "at", kk_json_instant(when_of(op)), "role",
        span ? kk_role_name((enum kk_role)span->role) : NULL, "ward",
        span ? kk_json_text(span->ward) : json_null(), "office",
        span ? kk_json_text(span->office) : json_null(), "section",
        span ? kk_json_text(span->section) : json_null(), "holder",
        span ? kk_json_text(span->holder) : json_null(), "said", said_json(op), "operation",
        kk_json_hex(kk_slice(op->id, KK_HASH_BYTES)), "pending", op->pending, "receipt",
        (json_int_t)op->what.gsn, "verdict",
        op->pending ? NULL : kk_wire_name((unsigned)op->what.verdict), "incomplete",
        shown->lack && shown->lack->why != KK_LACK_NONE ? lack_json(op, shown->lack) : json_null(),
        "erased", shown->erased != NULL);
}

void kk_record_op_words(const struct kk_command *c, const struct kk_records *r,
                        const struct kk_op_shown *shown, struct kk_op_words *ret)
{
    const struct kk_ledger_op *op = shown->op;

    *ret = (struct kk_op_words){ .act = kk_act_label((unsigned)op->op.act,
                                                     kk_lang_name(c->lang)) };
    kk_when_instant(when_of(op), c->lang, ret->when);
    kk_roster_who(c, author(r, op), ret->who);
    kk_lack_words(c, shown->lack, ret->lack);
    if (shown->erased && shown->erased->pending)
        snprintf(ret->erased, sizeof(ret->erased), "%s", KK_T(c, ERASED_NEXT));
    else if (shown->erased)
        snprintf(ret->erased, sizeof(ret->erased), KK_T(c, ERASED_WITH),
                 (unsigned long long)shown->erased->what.gsn);
    if (op->pending)
        snprintf(ret->outcome, sizeof(ret->outcome), "%s", KK_T(c, RECORD_PENDING));
    else if (op->what.verdict == KK_WIRE_OK)
        snprintf(ret->outcome, sizeof(ret->outcome), KK_T(c, RECEIPT),
                 (unsigned long long)op->what.gsn);
    else
        snprintf(ret->outcome, sizeof(ret->outcome), KK_T(c, REFUSED),
                 kk_wire_text((unsigned)op->what.verdict, kk_lang_name(c->lang)));
    for (size_t i = 0; i < KK_COUNT(telling); i++) {
        struct kk_slice note = note_of(op, telling[i]);

        if (note.len)
            ret->notes[ret->note_count++] = note;
    }
}

void kk_record_op_line(struct kk_command *c, const struct kk_records *r,
                       const struct kk_op_shown *shown)
{
    struct kk_op_words words;

    kk_record_op_words(c, r, shown, &words);
    kk_out_line(c->out, "  %s  %s: %s  (%s)", words.when, words.who, words.act ? words.act : "?",
                words.outcome);
    if (words.erased[0])
        kk_out_line(c->out, "      %s", words.erased);
    if (words.lack[0])
        kk_out_line(c->out, "      %s: %s", KK_T(c, RECORD_INCOMPLETE), words.lack);
    for (size_t i = 0; i < words.note_count; i++)
        kk_out_line(c->out, "      %.*s", (int)words.notes[i].len,
                    (const char *)words.notes[i].data);
}
