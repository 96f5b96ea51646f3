/*
 * derived-docs PAGE: prints docs/messages.md and the others from the lists that the programs are
 * compiled from. derived.py holds the files against it.
 */
#include "derived.h"

#include "kukyoku/error.h"
#include "kukyoku/wire/message.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Text inside a table: the bar that parts cells is escaped. */
static void print_text(const char *text)
{
    for (const char *at = text; *at; at++)
        printf(*at == '|' ? "\\%c" : "%c", *at);
}

static const char *form_name(enum kk_shape_form form)
{
    static const char *const names[] = {
        [KK_SHAPE_MAP] = "MAP",
        [KK_SHAPE_CLOSED] = "CLOSED",
        [KK_SHAPE_TUPLE] = "TUPLE",
        [KK_SHAPE_BARE] = "BARE",
    };

    return names[form];
}

/* Powers of two that are known by their exponent. */
static void print_number(int64_t n)
{
    if (n == INT64_MAX)
        printf("2⁶³−1");
    else if (n == UINT32_MAX)
        printf("2³²−1");
    else if (n == ((int64_t)1 << 47) - 1)
        printf("2⁴⁷−1");
    else
        printf("%" PRId64, n);
}

static void print_bounds(const struct kk_field *f, const char *unit)
{
    print_number(f->lo);
    if (f->lo != f->hi) {
        printf(" … ");
        print_number(f->hi);
    }
    printf("%s", unit);
}

static void print_type(const struct kk_field *f)
{
    switch (f->kind) {
    case KK_FIELD_UINT:
    case KK_FIELD_INT:
        printf("integer | ");
        print_bounds(f, "");
        break;
    case KK_FIELD_BOOL:
        printf("bool | ");
        break;
    case KK_FIELD_TEXT:
        printf("str | ");
        print_bounds(f, " bytes");
        break;
    case KK_FIELD_BYTES:
        printf("bin | ");
        print_bounds(f, " bytes");
        break;
    case KK_FIELD_ID:
        printf("bin | %zu bytes", f->size);
        break;
    case KK_FIELD_OBJ:
        printf("[%s](#%s) | ", f->sub->name, f->sub->name);
        break;
    case KK_FIELD_LIST:
        printf("array of [%s](#%s) | ", f->sub->name, f->sub->name);
        print_bounds(f, " items");
        break;
    }
}

static void print_shape(const struct kk_shape *s)
{
    printf("\n### %s\n\n%s: %s.\n\n", s->name, form_name(s->form), s->text);
    printf("| key | field | type | bounds | there | meaning |\n|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < s->count; i++) {
        const struct kk_field *f = &s->fields[i];

        if (s->form == KK_SHAPE_BARE)
            printf("| – | %s | ", f->name);
        else
            printf("| %u | %s | ", f->key, f->name);
        print_type(f);
        printf(" | %s | ", f->rule == KK_RULE_MUST ? "always" : "unless empty");
        print_text(f->text);
        printf(" |\n");
    }
}

static const char *from_name(enum kk_message_from from)
{
    if (from == KK_FROM_BOTH)
        return "both";
    return from == KK_FROM_CLIENT ? "client" : "daemon";
}

static void print_list(void)
{
    size_t count;
    const struct kk_message_info *list = kk_message_list(&count);

    printf("\n## The list\n\nA message is `[type, id, body]`, one in a frame.\n\n"
           "| type | name | from | body | meaning |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < count; i++) {
        printf("| %d | %s | %s | [%s](#%s) | %s |\n", (int)list[i].type, list[i].name,
               from_name(list[i].from), list[i].shape->name, list[i].shape->name, list[i].text);
    }
}

static void print_codes(void)
{
    printf("\n## Codes that travel\n\n| number | name | the session |\n|---|---|---|\n");
    for (unsigned code = 0; code <= UINT8_MAX; code++) {
        if (kk_wire_name(code))
            printf("| %u | %s | %s |\n", code, kk_wire_name(code),
                   kk_wire_closes(code) ? "ends" : "goes on");
    }
}

static void print_messages(void)
{
    size_t count;
    const struct kk_shape_group *groups = kk_shape_directory(&count);

    printf("# Messages, documents and operations\n\n"
           "Printed from `include/kukyoku/wire/*.def`; `tests/lint/derived.py --write` renews this "
           "page.\nThe encoding is in [protocol.md](protocol.md), section 1. *unless empty*: left "
           "out (nil in a TUPLE)\nwhen the field is empty.\n");
    print_list();
    print_codes();
    for (size_t i = 0; i < count; i++) {
        printf("\n## %s\n", groups[i].title);
        for (size_t k = 0; k < groups[i].count; k++)
            print_shape(groups[i].shapes[k]);
    }
}

static void print_statuses(void)
{
    size_t count;
    const struct derived_status *list = derived_statuses(&count);

    printf("\n## Exit statuses\n\n| status | meaning |\n|---|---|\n");
    for (size_t i = 0; i < count; i++)
        printf("| %d | %s |\n", list[i].exit, list[i].en);
}

static void print_errors(void)
{
    size_t count;
    const struct kk_error_info *list = kk_error_list(&count);

    printf("# Errors\n\n"
           "Printed from `include/kukyoku/errors.def`; `tests/lint/derived.py --write` renews this "
           "page.\nA code never changes its meaning. *wire*: what a peer is told, where the error "
           "ends its request.\n");
    print_statuses();
    printf("\n## Codes\n\n| code | exit | wire | what | what to do |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < count; i++) {
        const struct kk_error_info *e = &list[i];

        printf("| E%d | %d | %s | %s<br>%s | %s<br>%s |\n", -e->fault, (int)e->exit,
               kk_wire_name(e->wire), e->en, e->ja, e->remedy_en, e->remedy_ja);
    }
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*print)(void);
    } pages[] = {
        { "messages", print_messages }, { "errors", print_errors }, { "records", derived_records },
        { "daemon", derived_daemon },   { "page-api", derived_page },
        { "doctor", derived_doctor }, { "settings", derived_settings },
    };

    for (size_t i = 0; argc == 2 && i < KK_COUNT(pages); i++) {
        if (strcmp(argv[1], pages[i].name) != 0)
            continue;
        pages[i].print();
        return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    if (argc == 2 && (derived_manual(argv[1]) || derived_completion(argv[1])))
        return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    fprintf(stderr, "usage: %s PAGE, of those that derived.py lists\n", argv[0]);
    return EXIT_FAILURE;
}
