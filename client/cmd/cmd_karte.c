/* `kukyoku karte AREA`: 地区カルテ, extracted by a lead, given to residents as a file. */
#include "cmd/karte_view.h"
#include "cmd/paper.h"
#include "cmd/record_work.h"
#include "model/refusal.h"
#include "os_show.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/text.h"

/* --- extracting --- */

static int extract(struct kk_command *c, struct kk_record_work *w)
{
    struct kk_karte_extract what = { .area = kk_command_arg(c, 0),
                                     .title = kk_command_option(c, "title"),
                                     .check_only = c->dry_run,
                                     .not_personal = kk_command_flag(c, "confirm-personal") };
    const char **figures = kk_command_options(c, "figure", &what.figure_count);
    const char **paragraphs = kk_command_options(c, "paragraph", &what.paragraph_count);
    char id[2 * KK_ID_BYTES + 1];
    uint8_t raw[KK_ID_BYTES];
    int64_t release = 0;
    int r = kk_command_number(c, "year", (struct kk_range){ 2000, 2200, 0 }, &what.fiscal_year);

    if (r == 0)
        r = kk_command_number(c, "release", (struct kk_range){ 1, INT32_MAX, 0 }, &release);
    what.release = (uint32_t)release;
    what.figures = figures;
    what.paragraphs = paragraphs;
    if (r == 0 && (!what.title || !what.fiscal_year || what.figure_count == 0))
        r = kk_command_usage(c, "--extract", "%s", KK_T(c, KARTE_NEEDS));
    if (r == 0)
        r = figures && paragraphs ? kk_karte_extract(&w->records, &what, raw) : KK_E_MEMORY;
    kk_free(figures);
    kk_free(paragraphs);
    if (r < 0 || c->dry_run)
        return r;
    kk_hex_encode(kk_slice(raw, KK_ID_BYTES), id);
    kk_out_say(c->out, KK_T(c, KARTE_MADE), id, what.area);
    return c->json ? kk_json_print(c->out, json_pack("{s:s, s:I}", "id", id, "figures",
                                                     (json_int_t)what.figure_count))
                   : 0;
}

/* --- showing --- */

struct choosing {
    struct kk_command *command;
    const struct kk_home *home;
    const char *edition; /* a fiscal year, the start of an id, or NULL: the newest */
    struct kk_karte *found;
    json_t *json; /* of a list */
    size_t count;
};

static bool chosen(const struct choosing *x, const struct kk_karte *k)
{
    char id[2 * KK_ID_BYTES + 1], year[16];

    if (!x->edition)
        return true;
    snprintf(year, sizeof(year), "%lld", (long long)k->fiscal_year);
    kk_hex_encode(kk_slice(k->id, KK_ID_BYTES), id);
    return strlen(x->edition) == 4 ? strcmp(year, x->edition) == 0
                                   : strncmp(id, x->edition, strlen(x->edition)) == 0;
}

static int choose(void *user, const struct kk_karte *k)
{
    struct choosing *x = user;

    if (!chosen(x, k))
        return 0;
    *x->found = *k;
    x->count++;
    return 1;
}

static int list_one(void *user, const struct kk_karte *k)
{
    struct choosing *x = user;
    struct kk_command *c = x->command;
    char id[2 * KK_ID_BYTES + 1];

    x->count++;
    kk_hex_encode(kk_slice(k->id, KK_ID_BYTES), id);
    kk_out_line(c->out, KK_T(c, KARTE_ROW), 8, id, (long long)k->fiscal_year, (int)k->title.len,
                (const char *)k->title.data, k->figure_count);
    return json_array_append_new(x->json, kk_karte_json(k)) == 0 ? 0 : KK_E_MEMORY;
}

static int list(struct kk_command *c, struct kk_record_work *w)
{
    struct choosing x = { .command = c, .json = json_array() };
    int r = kk_karte_each(&w->records, kk_command_arg(c, 0), list_one, &x);

    if (r == 0 && x.count == 0)
        kk_command_exit(c, KK_EXIT_WARNINGS);
    if (r == 0 && c->json)
        r = kk_json_print(c->out, json_pack("{s:O}", "editions", x.json));
    json_decref(x.json);
    return r;
}

static const char *const formats[] = { "html", "csv", "pdf" };
enum format { HTML, CSV, PDF, NO_FORMAT };

static enum format format_of(const char *name)
{
    enum format f = HTML;

    while (f < NO_FORMAT && strcmp(formats[f], name) != 0)
        f++;
    return f;
}

static int write_file(struct kk_command *c, const struct kk_home *h, const struct kk_karte *k,
                      enum format format)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes page = { 0 };
    const char *path = kk_command_option(c, "out");
    FILE *to = kk_os_memory_open(&page);
    int r;

    if (!to)
        return KK_E_MEMORY;
    if (format == CSV)
        kk_karte_csv(k, to);
    else
        kk_karte_html(c, h, k, to);
    r = fclose(to) == 0 ? 0 : KK_E_MEMORY;
    if (r == 0 && format == PDF)
        r = kk_paper_to_pdf(c, &page);
    if (r == 0)
        r = kk_command_file_write(c, path, kk_bytes_slice(&page));
    if (r == 0)
        kk_out_say(c->out, KK_T(c, FILE_WRITTEN), path);
    return r;
}

static int show(struct kk_command *c, struct kk_record_work *w)
{
    const char *format = kk_command_option(c, "format");
    struct kk_karte karte;
    struct choosing x = { .command = c, .found = &karte,
                          .edition = kk_command_option(c, "edition") };
    int r;

    if (format && format_of(format) == NO_FORMAT)
        return kk_command_usage(c, "--format", "%s", KK_T(c, KARTE_FORMATS));
    if (format && !kk_command_option(c, "out"))
        return kk_command_usage(c, "--format", "%s", KK_T(c, KARTE_OUT));
    r = kk_karte_each(&w->records, kk_command_arg(c, 0), choose, &x);
    if (r == 0 && x.count == 0)
        return kk_error_say(&c->err, KK_E_NOT_FOUND, kk_command_arg(c, 0),
                            "no such edition of this area; a lead makes one with --extract",
                            "この地区のそのような版はありません。責任者が --extract で作成します");
    if (r < 0)
        return r;
    if (format)
        return write_file(c, &w->home, &karte, format_of(format));
    if (c->json)
        return kk_json_print(c->out, kk_karte_json(&karte));
    kk_karte_text(c, &w->home, &karte);
    return 0;
}

int cmd_karte(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    bool extracts = kk_command_flag(c, "extract");
    int r = kk_area_check(&c->err, KK_E_USAGE, "AREA", kk_command_arg(c, 0));

    if (r == 0 && extracts)
        r = kk_record_work_open(c, KK_HOME_WRITE, &w);
    else if (r == 0)
        r = kk_home_open(c->home, KK_HOME_READ, &w.home, &c->err);
    if (r == 0 && !extracts) /* editions are public: who is no device reads them too */
        r = kk_records_open_public(&w.records, &w.home, &c->err);
    if (r < 0)
        return r;
    if (extracts)
        return extract(c, &w);
    return kk_command_flag(c, "list") ? list(c, &w) : show(c, &w);
}
