/*
 * `kukyoku record resolve`: a field that two people wrote apart. An edit of that field by somebody
 * who has seen both values has all heads as its parents, and both fall. [RL-9]
 */
#include "cmd/record_work.h"

#include "kukyoku/base/text.h"

#include <stdio.h>
#include <stdlib.h>

static const struct kk_merge_field *conflict_of(const struct kk_record *record, uint32_t number)
{
    const struct kk_merged *m = &record->is.merged;

    for (size_t i = 0; i < m->field_count; i++) {
        if (m->fields[i].number == number && m->fields[i].count > 1)
            return &m->fields[i];
    }
    return NULL;
}

/* --- without a word on what shall stand: both, and who wrote them --- */

static const struct kk_ledger_op *writer_of(const struct kk_record *record,
                                            const struct kk_merge_field *f, size_t value)
{
    return &record->is.ops[record->is.merged_ops[f->values[value].op]];
}

static int show_sides(struct kk_command *c, const struct kk_record_work *w,
                      const struct kk_record *record, const struct kk_merge_field *f)
{
    const struct kk_term *term = kk_term_info(f->number);

    kk_out_line(c->out, "%s (%s)", c->lang == KK_LANG_JA ? term->ja : term->en, term->name);
    for (size_t i = 0; i < f->count; i++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };
        int r = kk_record_show_value(term, f->values[i].value, kk_lang_name(c->lang), &text);

        if (r < 0)
            return r;
        kk_out_line(c->out, "  %zu. %.*s", i + 1, (int)text.len, (const char *)text.data);
        kk_record_op_line(c, &w->records, &(struct kk_op_shown){ .op = writer_of(record, f, i) });
    }
    return 0;
}

/* "writers": the act behind each value of "conflicts", in the same order. */
static int show_json(struct kk_command *c, const struct kk_record_work *w,
                     const struct kk_record *record)
{
    const struct kk_merged *m = &record->is.merged;
    json_t *j = kk_record_json(record), *writers = json_object();

    for (size_t i = 0; i < m->field_count; i++) {
        const struct kk_merge_field *f = &m->fields[i];
        const struct kk_term *term = f->count > 1 ? kk_term_info(f->number) : NULL;
        json_t *acts = term ? json_array() : NULL;

        for (size_t k = 0; term && k < f->count; k++)
            json_array_append_new(
                acts, kk_record_op_json(
                          &w->records, &(struct kk_op_shown){ .op = writer_of(record, f, k) }));
        if (term)
            json_object_set_new(writers, term->name, acts);
    }
    json_object_set_new(j, "writers", writers);
    return kk_json_print(c->out, j);
}

static int show(struct kk_command *c, const struct kk_record_work *w,
                const struct kk_record *record)
{
    const struct kk_merged *m = &record->is.merged;
    int r = 0;

    kk_command_exit(c, KK_EXIT_CONFLICT);
    if (c->json)
        return show_json(c, w, record);
    for (size_t i = 0; r == 0 && i < m->field_count; i++) {
        if (m->fields[i].count > 1 && kk_term_info(m->fields[i].number))
            r = show_sides(c, w, record, &m->fields[i]);
    }
    kk_out_say(c->out, KK_T(c, RESOLVE_HOW), kk_command_arg(c, 0), kk_command_arg(c, 0));
    return r;
}

/* --- settling --- */

/* "name=N": the N-th value as shown. */
static int take(struct kk_command *c, const struct kk_record *record, const char *text,
                struct kk_body *body)
{
    struct kk_slice name = kk_slice(text, strcspn(text, "="));
    const struct kk_item *item = kk_kind_item_named(record->kind, name);
    const struct kk_merge_field *f = item ? conflict_of(record, item->term->number) : NULL;
    struct kk_range places = { 1, f ? (int64_t)f->count : 1, 0 };
    int64_t n;
    int r;

    if (!f)
        return kk_error_say(&c->err, KK_E_FIELD, text, "no such field has several values",
                            "値が複数ある項目ではありません");
    if (!text[name.len])
        return kk_command_usage(c, "--take", "%s=%lld … %s=%lld", item->term->name,
                                (long long)places.lo, item->term->name,
                                (long long)places.hi);
    r = kk_command_whole(c, "--take", text + name.len + 1, places, &n);
    return r < 0 ? r : kk_body_set(body, f->number, f->values[n - 1].value);
}

/* Only fields in conflict: anything else is an edit, and should be told as one. */
static int check_fields(struct kk_command *c, const struct kk_record *record,
                        const struct kk_body *body)
{
    for (size_t i = 0; i < body->count; i++) {
        const struct kk_term *term = kk_term_info(body->fields[i].number);

        if (!conflict_of(record, body->fields[i].number))
            return kk_error_say(&c->err, KK_E_FIELD, term ? term->name : "",
                                "this field has one value; change it by `record edit`",
                                "この項目の値は一つです。変更は record edit で行ってください");
    }
    return 0;
}

static int settle(struct kk_command *c, struct kk_record_work *w, const struct kk_record *record)
{
    const char *choice;
    int r = kk_record_work_body(c, w, record->kind);

    for (size_t i = 0; r == 0 && (choice = kk_command_option_at(c, "take", i)); i++)
        r = take(c, record, choice, &w->body);
    if (r == 0)
        r = check_fields(c, record, &w->body);
    return r == 0 ? kk_record_work_on(c, w, record, KK_ACT_EDIT) : r;
}

int cmd_record_resolve(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    bool decided = kk_command_option(c, "set") || kk_command_option(c, "take");
    struct kk_record record;
    int r = kk_record_work_open(c, decided ? KK_HOME_WRITE : KK_HOME_READ, &w);

    if (r == 0)
        r = kk_record_work_find(c, &w, &record);
    if (r < 0)
        return r;
    if (record.is.merged.conflicts == 0)
        return kk_error_say(&c->err, KK_E_STATE, kk_command_arg(c, 0),
                            "no field of this record has several values",
                            "この記録に競合はありません");
    return decided ? settle(c, &w, &record) : show(c, &w, &record);
}
