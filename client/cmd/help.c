/* Help (help.h): for people as text, with --json as the table itself. */
#include "cmd/help.h"

#include "cmd/kind_view.h"

#include "view/json.h"
#include "view/table.h"

#include <string.h>

static const char *pick(const struct kk_out *out, const char *en, const char *ja)
{
    return out->lang == KK_LANG_JA ? ja : en;
}

static json_t *options_json(const struct kk_out *out, const struct kk_option_row *rows, size_t n)
{
    static const char *const rules[] = { "may", "must", "many", "some" };
    json_t *list = json_array();

    for (size_t i = 0; i < n; i++) {
        json_t *o = json_pack("{s:s, s:s, s:s, s:s}", "name", rows[i].name, "value",
                              rows[i].value, "rule", rules[rows[i].rule], "text",
                              pick(out, rows[i].en, rows[i].ja));

        if (json_array_append_new(list, o) < 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static json_t *command_json(const struct kk_out *out, const struct kk_command_row *row)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "noun", row->noun, "verb", row->verb,
                     "arguments", row->arguments, "for", kk_who_text(row->who, out->lang), "text",
                     pick(out, row->en, row->ja), "options",
                     options_json(out, row->options, row->option_count));
}

static void name_cell(struct kk_table *t, const struct kk_command_row *row)
{
    kk_table_cellf(t, "  %s%s%s%s%s", row->noun, row->verb[0] ? " " : "", row->verb,
                   row->arguments[0] ? " " : "", row->arguments);
}

static int print_rows(struct kk_out *out, const char *noun)
{
    KK_AUTO_FINI(kk_table) struct kk_table t = { 0 };
    size_t count;
    const struct kk_command_row *rows = kk_command_table(&count);
    json_t *list = out->json ? json_array() : NULL;

    kk_table_column(&t, KK_T(out, COMMANDS), KK_ALIGN_LEFT);
    kk_table_column(&t, "", KK_ALIGN_LEFT);
    for (size_t i = 0; i < count; i++) {
        if (noun && strcmp(rows[i].noun, noun) != 0)
            continue;
        if (out->json) {
            if (json_array_append_new(list, command_json(out, &rows[i])) < 0) {
                json_decref(list);
                return KK_E_MEMORY;
            }
            continue;
        }
        name_cell(&t, &rows[i]);
        kk_table_cell(&t, pick(out, rows[i].en, rows[i].ja));
    }
    return out->json ? kk_json_print(out, list) : kk_table_print(&t, out);
}

static int print_options(struct kk_out *out, const char *head, const struct kk_option_row *rows,
                         size_t count)
{
    KK_AUTO_FINI(kk_table) struct kk_table t = { 0 };

    if (count == 0)
        return 0;
    kk_table_column(&t, head, KK_ALIGN_LEFT);
    kk_table_column(&t, "", KK_ALIGN_LEFT);
    for (size_t i = 0; i < count; i++) {
        bool must = rows[i].rule == KK_OPTION_MUST || rows[i].rule == KK_OPTION_SOME;
        bool many = rows[i].rule == KK_OPTION_MANY || rows[i].rule == KK_OPTION_SOME;

        kk_table_cellf(&t, "  %s--%s%s%s%s%s", must ? "" : "[", rows[i].name,
                       rows[i].value[0] ? " " : "", rows[i].value, must ? "" : "]",
                       many ? "..." : "");
        kk_table_cell(&t, pick(out, rows[i].en, rows[i].ja));
    }
    kk_out_line(out, "%s", "");
    return kk_table_print(&t, out);
}

static int print_globals(struct kk_out *out)
{
    size_t count;
    const struct kk_option_row *rows = kk_command_globals(&count);

    return print_options(out, KK_T(out, GLOBAL_OPTIONS), rows, count);
}

int kk_help_list(struct kk_out *out)
{
    kk_out_line(out, "%s\n\n%s: kukyoku NOUN [VERB] …\n", KK_T(out, HELP_INTRO), KK_T(out, USAGE));
    int r = print_rows(out, NULL);
    if (r == 0 && !out->json)
        r = print_globals(out);
    kk_out_line(out, "\n%s", KK_T(out, HELP_MORE));
    return r;
}

int kk_help_noun(struct kk_out *out, const char *noun)
{
    return print_rows(out, noun);
}

static void print_usage(const struct kk_out *out, const struct kk_command_row *row, FILE *to)
{
    fprintf(to, "%s: kukyoku %s%s%s%s%s\n", KK_T(out, USAGE), row->noun, row->verb[0] ? " " : "",
            row->verb, row->arguments[0] ? " " : "", row->arguments);
}

void kk_help_hint(const struct kk_out *out, const struct kk_command_row *row)
{
    print_usage(out, row, out->talk);
    fprintf(out->talk, KK_T(out, USAGE_MORE), row->noun, row->verb[0] ? " " : "", row->verb);
}

static int print_command(struct kk_out *out, const struct kk_command_row *row)
{
    print_usage(out, row, out->data);
    kk_out_line(out, "  %s", pick(out, row->en, row->ja));
    kk_out_line(out, "  %s: %s", KK_T(out, FOR_WHOM), kk_who_text(row->who, out->lang));
    int r = print_options(out, KK_T(out, OPTIONS), row->options, row->option_count);
    return r < 0 ? r : print_globals(out);
}

static int print_json(struct kk_command *c, const struct kk_command_row *row,
                      const struct kk_kind_info *kind)
{
    json_t *j = command_json(c->out, row);

    if (kind && json_object_set_new(j, "kind", kk_kind_json(c, kind)) < 0) {
        json_decref(j);
        return KK_E_MEMORY;
    }
    return kk_json_print(c->out, j);
}

/* Of commands whose first argument is the kind of a record. */
static bool takes_kind(const struct kk_command_row *row)
{
    return strncmp(row->arguments, "KIND", 4) == 0;
}

int kk_help_command(struct kk_command *c, const struct kk_command_row *row, const char *kind)
{
    bool of_kind = kind && takes_kind(row);
    const struct kk_kind_info *info = of_kind ? kk_kind_named(c, kind) : NULL;
    int r;

    if (of_kind && !info)
        return KK_E_USAGE;
    if (c->json)
        return print_json(c, row, info);
    r = print_command(c->out, row);
    if (r < 0 || !info)
        return r;
    kk_out_line(c->out, "\n%s (%s)", info->name, pick(c->out, info->en, info->ja));
    return kk_kind_show(c, info);
}
