/* `kukyoku authority settings`: what the roster tells every program: deadlines, ages, addresses. */
#include "cmd/registrar_work.h"
#include "view/json.h"

#include "kukyoku/record/act.h"

#include <stdio.h>

#define DAYS_MAX         3660
#define PROPOSAL         255
#define DEADLINES_MAX    32
#define ADDRESSES_MAX    8
#define DRAINING_MAX     366
#define RETENTION_MAX    100

/* "10,31": fresh up to, stale from. */
static int read_grades(struct kk_command *c, const char *name, struct kk_grades *ret)
{
    const char *given = kk_command_option(c, name);
    unsigned fresh, stale;
    char end;

    if (!given)
        return 0;
    if (sscanf(given, "%4u,%4u%c", &fresh, &stale, &end) != 2 || fresh < 1 || stale <= fresh ||
        stale > DAYS_MAX)
        return kk_command_usage(c, name, KK_T(c, SETTINGS_GRADES), given);
    *ret = (struct kk_grades){ fresh, stale };
    return 0;
}

/* An option that stands any number of times replaces the list. */
static int read_addresses(struct kk_command *c, struct kk_registrar *desk, const char *name,
                          struct kk_text_item **ret, size_t *ret_count)
{
    struct kk_text_item *items = kk_arena_array(&desk->arena, ADDRESSES_MAX, sizeof(*items));
    const char *at;
    size_t count = 0;

    if (!items)
        return KK_E_MEMORY;
    while ((at = kk_command_option_at(c, name, count))) {
        if (count == ADDRESSES_MAX)
            return kk_command_usage(c, name, "1 - %d", ADDRESSES_MAX);
        items[count++].text = kk_slice_text(at);
    }
    *ret = items;
    *ret_count = count;
    return 0;
}

static int state_of(const char *name, size_t len)
{
    char text[64];

    snprintf(text, sizeof(text), "%.*s", (int)len, name);
    return strcmp(text, "proposal") == 0 ? PROPOSAL : kk_state_parse(KK_MACHINE_CASE, text);
}

static void put_days(struct kk_state_days *list, size_t *count, int state, unsigned days)
{
    size_t at = 0;

    while (at < *count && list[at].state != (uint64_t)state)
        at++;
    if (at == *count)
        (*count)++;
    list[at] = (struct kk_state_days){ (uint64_t)state, days };
}

/* "in_review=60"; others stay. */
static int read_days(struct kk_command *c, struct kk_registrar *desk)
{
    struct kk_state_days *list = kk_arena_array(&desk->arena, 2 * DEADLINES_MAX, sizeof(*list));
    size_t count = desk->settings.days.count;
    const char *given;

    if (!list)
        return KK_E_MEMORY;
    if (count)
        memcpy(list, desk->settings.days.items, count * sizeof(*list));
    for (size_t i = 0; (given = kk_command_option_at(c, "days", i)); i++) {
        const char *equals = strchr(given, '=');
        int state = equals ? state_of(given, (size_t)(equals - given)) : -1;
        unsigned days = 0;
        char end;

        if (state < 0 || sscanf(equals + 1, "%4u%c", &days, &end) != 1 || days < 1 ||
            days > DAYS_MAX || count >= DEADLINES_MAX)
            return kk_command_usage(c, "--days", KK_T(c, SETTINGS_DAYS), given);
        put_days(list, &count, state, days);
    }
    desk->settings.days.items = list;
    desk->settings.days.count = count;
    return 0;
}

static int read_media(struct kk_command *c, struct kk_settings *s)
{
    const char *rule = kk_command_option(c, "files");

    if (!rule)
        return 0;
    if (strcmp(rule, "allowed") != 0 && strcmp(rule, "forbidden") != 0)
        return kk_command_usage(c, "--files", "allowed, forbidden");
    s->no_media = strcmp(rule, "forbidden") == 0;
    return 0;
}

/* Only ever up: what was judged under a version stays judged under it. [RL-5] */
static int read_rules(struct kk_command *c, struct kk_settings *s)
{
    int64_t tv;
    int r = kk_command_number(
        c, "rules", (struct kk_range){ (int64_t)s->tv, kk_tv_newest(), (int64_t)s->tv }, &tv);

    if (r == 0)
        s->tv = (uint64_t)tv;
    return r;
}

static int read_retention(struct kk_command *c, struct kk_settings *s)
{
    int64_t years;
    int r = kk_command_number(
        c, "retention", (struct kk_range){ 0, RETENTION_MAX, (int64_t)s->retention_years }, &years);

    if (r == 0)
        s->retention_years = (uint64_t)years;
    return r;
}

static int read_changes(struct kk_command *c, struct kk_registrar *desk)
{
    struct kk_settings *s = &desk->settings;
    struct kk_text_item *items = NULL;
    size_t count = 0;
    int64_t draining;
    int r = read_grades(c, "line", &s->by_line);

    if (r == 0)
        r = read_grades(c, "media", &s->by_media);
    if (r == 0)
        r = kk_command_number(c, "draining",
                              (struct kk_range){ 1, DRAINING_MAX, (int64_t)s->draining_days },
                              &draining);
    if (r == 0)
        r = read_media(c, s);
    if (r == 0)
        r = read_retention(c, s);
    if (r == 0)
        r = read_rules(c, s);
    if (r == 0)
        r = read_days(c, desk);
    if (r == 0)
        r = read_addresses(c, desk, "endpoint", &items, &count);
    if (r < 0)
        return r;
    s->draining_days = (uint64_t)draining;
    if (count) {
        s->endpoints.items = items;
        s->endpoints.count = count;
    }
    r = read_addresses(c, desk, "mirror", &items, &count);
    if (r == 0 && count) {
        s->mirrors.items = items;
        s->mirrors.count = count;
    }
    if (r == 0 && kk_command_flag(c, "no-mirrors"))
        s->mirrors.count = 0;
    return r;
}

/* --- showing --- */

static const char *state_text(uint64_t state, const char *lang)
{
    if (state != PROPOSAL)
        return lang ? kk_state_label(KK_MACHINE_CASE, (unsigned)state, lang)
                    : kk_state_name(KK_MACHINE_CASE, (unsigned)state);
    return "proposal";
}

static void show_text(struct kk_command *c, const struct kk_settings *s)
{
    kk_out_line(c->out, KK_T(c, SETTINGS_AGES), (unsigned)s->by_line.fresh_days,
                (unsigned)s->by_line.stale_days, (unsigned)s->by_media.fresh_days,
                (unsigned)s->by_media.stale_days);
    kk_out_line(c->out, KK_T(c, SETTINGS_DRAINING), (unsigned)s->draining_days);
    for (size_t i = 0; i < s->days.count; i++)
        kk_out_line(c->out, KK_T(c, SETTINGS_DEADLINE),
                    state_text(s->days.items[i].state, kk_lang_name(c->lang)),
                    (unsigned)s->days.items[i].days);
    for (size_t i = 0; i < s->endpoints.count; i++)
        kk_out_line(c->out, "endpoint %.*s", (int)s->endpoints.items[i].text.len,
                    (const char *)s->endpoints.items[i].text.data);
    for (size_t i = 0; i < s->mirrors.count; i++)
        kk_out_line(c->out, "mirror %.*s", (int)s->mirrors.items[i].text.len,
                    (const char *)s->mirrors.items[i].text.data);
    if (s->retention_years)
        kk_out_line(c->out, KK_T(c, SETTINGS_RETENTION), (unsigned)s->retention_years);
    kk_out_line(c->out, KK_T(c, SETTINGS_RULES), (unsigned)s->tv, kk_tv_newest());
    kk_out_line(c->out, "%s", s->no_media ? KK_T(c, SETTINGS_NO_FILES) : KK_T(c, SETTINGS_FILES));
}

static int show_json(struct kk_command *c, const struct kk_settings *s)
{
    json_t *days = json_object(), *endpoints = json_array(), *mirrors = json_array();

    for (size_t i = 0; i < s->days.count; i++)
        json_object_set_new(days, state_text(s->days.items[i].state, NULL),
                            json_integer((json_int_t)s->days.items[i].days));
    for (size_t i = 0; i < s->endpoints.count; i++)
        json_array_append_new(endpoints, kk_json_text(s->endpoints.items[i].text));
    for (size_t i = 0; i < s->mirrors.count; i++)
        json_array_append_new(mirrors, kk_json_text(s->mirrors.items[i].text));
    return kk_json_print(
        c->out, json_pack("{s:[I,I], s:[I,I], s:I, s:o, s:o, s:o, s:b, s:I, s:I}", "line",
                          (json_int_t)s->by_line.fresh_days, (json_int_t)s->by_line.stale_days,
                          "media", (json_int_t)s->by_media.fresh_days,
                          (json_int_t)s->by_media.stale_days, "draining",
                          (json_int_t)s->draining_days, "days", days, "endpoints", endpoints,
                          "mirrors", mirrors, "files_forbidden", (int)s->no_media, "rules",
                          (json_int_t)s->tv, "retention", (json_int_t)s->retention_years));
}

static bool asks_for_change(const struct kk_command *c)
{
    static const char *const names[] = { "days",   "line",       "media", "draining", "endpoint",
                                         "mirror", "no-mirrors", "files", "rules",    "retention" };

    for (size_t i = 0; i < KK_COUNT(names); i++) {
        if (kk_command_option_at(c, names[i], 0))
            return true;
    }
    return false;
}

int cmd_authority_settings(struct kk_command *c)
{
    KK_AUTO_FINI(kk_registrar) struct kk_registrar desk = { .index = 0 };
    bool changes = asks_for_change(c);
    int r = kk_registrar_work_open(c, &desk);

    if (r == 0)
        r = read_changes(c, &desk);
    if (r < 0)
        return r;
    if (changes && !c->dry_run)
        return kk_registrar_work_sign(c, &desk);
    if (c->json)
        return show_json(c, &desk.settings);
    show_text(c, &desk.settings);
    return 0;
}
