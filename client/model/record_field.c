/* Field values: from a person's words to the canonical form, and back. [RL-14] */
#include "model/evidence.h"
#include "model/refusal.h"

#include "kukyoku/base/text.h"
#include "kukyoku/wire/packer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define NAME_TEXT 64

static struct kk_slice keep(struct kk_records *r, const struct kk_bytes *packed)
{
    return kk_arena_dup(&r->arena, kk_bytes_slice(packed));
}

static int put(struct kk_records *r, struct kk_body *body, uint32_t number,
               const struct kk_bytes *packed)
{
    struct kk_slice value = keep(r, packed);

    return value.data ? kk_body_set(body, number, value) : KK_E_MEMORY;
}

int kk_record_put_text(struct kk_records *r, struct kk_body *body, uint32_t number,
                       const char *text)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes packed = { 0 };
    int e = kk_pack_text(&packed, kk_slice_text(text));

    return e == 0 ? put(r, body, number, &packed) : e;
}

int kk_record_put_int(struct kk_records *r, struct kk_body *body, uint32_t number, int64_t value)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes packed = { 0 };
    int e = kk_pack_int(&packed, value);

    return e == 0 ? put(r, body, number, &packed) : e;
}

/* The list with one item more. */
static int append(struct kk_records *r, struct kk_body *body, const struct kk_term *term,
                  struct kk_slice packed_item)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes packed = { 0 };
    const struct kk_body_field *old = kk_body_find(body, term->number);
    bool more = old && !kk_body_emptied(old->value);
    struct kk_cursor c = kk_cursor(more ? old->value : kk_slice("", 0));
    size_t count = 0;
    int e = more ? kk_cursor_array(&c, &count) : 0;

    if (e == 0)
        e = kk_pack_array(&packed, count + 1);
    if (e == 0 && count)
        e = kk_bytes_append(&packed, c.at, (size_t)(c.end - c.at));
    if (e == 0)
        e = kk_bytes_append_slice(&packed, packed_item);
    return e == 0 ? put(r, body, term->number, &packed) : e;
}

static int add_line(struct kk_records *r, struct kk_body *body, const struct kk_term *term,
                    const char *text)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes packed = { 0 };
    int e = kk_pack_text(&packed, kk_slice_text(text));

    return e == 0 ? append(r, body, term, kk_bytes_slice(&packed)) : e;
}

static int add_ref(struct kk_records *r, struct kk_body *body, const struct kk_term *term,
                   const char *text)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes packed = { 0 };
    struct kk_record named;
    int e = kk_record_find(r, text, 0, &named);

    if (e == 0 && term->refers && named.is.kind != term->refers)
        return kk_refuse_reference(r->err, term, named.is.kind);
    if (e == 0)
        e = kk_pack_bytes(&packed, kk_slice(named.is.rec, KK_ID_BYTES));
    return e == 0 ? append(r, body, term, kk_bytes_slice(&packed)) : e;
}

/* What is given names a figure; what is written is the figure as it is released now. */
static int add_figure(struct kk_records *r, struct kk_body *body, const struct kk_term *term,
                      const char *text)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes line = { 0 };
    /* the figures of an edition are for everybody */
    int e = kk_evidence_copy(r, text, term->number == KK_FIELD_FIGURES, &line);

    if (e == 0)
        e = kk_bytes_append(&line, "", 1);
    return e == 0 ? add_line(r, body, term, (const char *)line.data) : e;
}

static int set_number(struct kk_records *r, struct kk_body *body, const struct kk_term *term,
                      const char *text)
{
    char *end;
    long long value;

    errno = 0;
    value = strtoll(text, &end, 10);
    if (errno || end == text || *end)
        return kk_error_say(r->err, KK_E_FIELD, term->name, "\"%.80s\" is not a whole number",
                            "\"%.80s\" は整数ではありません",
                            text);
    return kk_record_put_int(r, body, term->number, value);
}

static int set_code(struct kk_records *r, struct kk_body *body, const struct kk_term *term,
                    const char *text)
{
    const struct kk_code *code = kk_code_parse(term->codes, kk_slice_text(text));

    return code ? kk_record_put_int(r, body, term->number, code->number)
                : kk_refuse_code(r->err, term, text);
}

/* Of the lists of lines, one holds codes. */
static int set_line(struct kk_records *r, struct kk_body *body, const struct kk_term *term,
                    const char *text)
{
    int e = 0;

    if (term->number == KK_FIELD_AREAS && text[0])
        e = kk_area_check(r->err, KK_E_FIELD, term->name, text);
    return e == 0 ? add_line(r, body, term, text) : e;
}

static int set_value(struct kk_records *r, struct kk_body *body, const struct kk_term *term,
                     const char *text)
{
    switch (term->type) {
    case KK_ITEM_LINE:
    case KK_ITEM_TEXT:
    case KK_ITEM_DATE:
        return kk_record_put_text(r, body, term->number, text);
    case KK_ITEM_INT:
    case KK_ITEM_YEAR:
        return set_number(r, body, term, text);
    case KK_ITEM_CODE:
        return set_code(r, body, term, text);
    case KK_ITEM_LIST:
        return set_line(r, body, term, text);
    case KK_ITEM_FIGURES:
        return add_figure(r, body, term, text);
    case KK_ITEM_REF:
        break;
    }
    return add_ref(r, body, term, text);
}

int kk_record_set(struct kk_records *r, const struct kk_kind_info *kind, const char *assignment,
                  struct kk_body *body)
{
    const char *equals = strchr(assignment, '=');
    char name[NAME_TEXT];
    const struct kk_term *term;
    const struct kk_item *item;
    enum kk_item_fault fault;
    int e;

    if (!equals)
        return kk_error_say(r->err, KK_E_FIELD, assignment, "name=value is expected",
                            "項目名=値 の形で指定してください");
    item = kk_kind_item_named(kind, kk_slice(assignment, (size_t)(equals - assignment)));
    snprintf(name, sizeof(name), "%.*s", (int)(equals - assignment), assignment);
    if (!item)
        return kk_refuse_field(r->err, kind, name);
    term = item->term;
    if (!kk_utf8_valid(kk_slice_text(equals + 1)))
        return kk_error_say(r->err, KK_E_FIELD, term->name, "not UTF-8",
                            "UTF-8 ではありません");
    e = set_value(r, body, term, equals + 1);
    if (e < 0)
        return e;
    fault = kk_term_check(term, kk_body_find(body, term->number)->value);
    return fault == KK_ITEM_SOUND
               ? 0
               : kk_refuse_value(r->err, term, kk_body_find(body, term->number)->value, fault);
}

int64_t kk_record_int(const struct kk_body *body, uint32_t number)
{
    const struct kk_body_field *f = kk_body_find(body, number);
    struct kk_cursor c = kk_cursor(f ? f->value : kk_slice("", 0));
    int64_t value;

    return f && kk_cursor_int(&c, &value) == 0 ? value : 0;
}

struct kk_slice kk_record_text(const struct kk_body *body, uint32_t number)
{
    const struct kk_body_field *f = kk_body_find(body, number);
    struct kk_cursor c = kk_cursor(f ? f->value : kk_slice("", 0));
    struct kk_slice text;

    return f && kk_cursor_text(&c, &text) == 0 ? text : kk_slice(NULL, 0);
}

static int show_one(struct kk_cursor *c, const struct kk_term *term, const char *lang,
                    struct kk_bytes *out)
{
    char hex[2 * KK_HASH_BYTES + 1];
    const struct kk_code *code;
    struct kk_slice s;
    int64_t n;

    switch (kk_cursor_peek(c)) {
    case KK_VALUE_INT:
        if (kk_cursor_int(c, &n) < 0)
            return KK_E_SHAPE;
        code = term && term->type == KK_ITEM_CODE ? kk_code_find(term->codes, n) : NULL;
        if (code)
            return kk_bytes_append_text(out, strcmp(lang, "ja") == 0 ? code->ja : code->en);
        return kk_bytes_format(out, "%lld", (long long)n);
    case KK_VALUE_TEXT:
        return kk_cursor_text(c, &s) < 0 ? KK_E_SHAPE : kk_bytes_append_slice(out, s);
    case KK_VALUE_BYTES:
        if (kk_cursor_bytes(c, &s) < 0 || s.len > KK_HASH_BYTES)
            return KK_E_SHAPE;
        kk_hex_encode(s, hex);
        return kk_bytes_append_text(out, hex);
    case KK_VALUE_NIL:
    case KK_VALUE_BOOL:
    case KK_VALUE_ARRAY:
    case KK_VALUE_MAP:
    case KK_VALUE_END:
        break;
    }
    return kk_cursor_skip(c, NULL) < 0 ? KK_E_SHAPE : kk_bytes_append_text(out, "…");
}

int kk_record_show_value(const struct kk_term *term, struct kk_slice value, const char *lang,
                         struct kk_bytes *out)
{
    struct kk_cursor c = kk_cursor(value);
    size_t count;
    int e = 0;

    if (kk_body_emptied(value))
        return kk_bytes_append_text(out, strcmp(lang, "ja") == 0 ? "（空欄）" : "(empty)");
    if (kk_cursor_peek(&c) != KK_VALUE_ARRAY)
        return show_one(&c, term, lang, out);
    e = kk_cursor_array(&c, &count);
    for (size_t i = 0; e == 0 && i < count; i++) {
        if (i > 0)
            e = kk_bytes_append_text(out, "\n");
        if (e == 0)
            e = show_one(&c, term, lang, out);
    }
    return e;
}

int kk_record_add(struct kk_records *r, const struct kk_kind_info *kind, const char *name,
                  const char *value, struct kk_body *body)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes assignment = { 0 };
    int e = kk_bytes_format(&assignment, "%s=%s", name, value);

    if (e == 0)
        e = kk_bytes_append(&assignment, "", 1);
    return e == 0 ? kk_record_set(r, kind, (const char *)assignment.data, body) : e;
}
