/* Settings of disclosure control (rules.h). [DC-1] */
#include "guard/rules.h"

#include "kukyoku/trust/scope.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>

#define RULES_ARENA (4u * 1024 * 1024)
#define RULES_TEXT  (1024 * 1024)

#define NAME_ROW(NAME, text) text,
static const char *const tier_names[] = { KK_GUARD_TIERS(NAME_ROW) };
static const char *const level_names[] = { KK_GUARD_LEVELS(NAME_ROW) };
#define SENSE_ROW(NAME, text, pub, in, ward) text,
static const char *const sense_names[] = { KK_GUARD_SENSES(SENSE_ROW) };
static const char *const list_names[] = { KK_GUARD_LISTS(NAME_ROW) };
#define DEFAULT_ROW(NAME, text, pub, in, ward) { pub, in, ward },
static const char *const defaults[][KK_TIER_COUNT] = { KK_GUARD_SENSES(DEFAULT_ROW) };
#define AREA_ROW(parent, children) { parent, children },
static const char *const areas[][2] = { KK_GUARD_AREAS(AREA_ROW) };
#define UNIT_ROW(text) text,
static const char *const units[] = { KK_GUARD_ADDING_UNITS(UNIT_ROW) };

static int place(const char *const *names, size_t count, struct kk_slice text)
{
    for (size_t i = 0; i < count; i++) {
        if (kk_slice_is(text, names[i]))
            return (int)i;
    }
    return -1;
}

/* --- words of a value --- */
static struct kk_slice next_word(const char **at)
{
    const char *start = *at + strspn(*at, " \t");
    size_t len = strcspn(start, " \t");

    *at = start + len;
    return kk_slice(start, len);
}

/* "25000:10" or "0:all" */
static bool read_band(struct kk_slice word, struct kk_guard_limit *limit)
{
    char text[32], *end;
    size_t at = limit->count;

    if (at == KK_GUARD_BANDS_MAX || word.len >= sizeof text)
        return false;
    snprintf(text, sizeof text, "%.*s", (int)word.len, (const char *)word.data);
    errno = 0;
    limit->bands[at].people = strtoull(text, &end, 10);
    if (errno || end == text || *end != ':' || text[0] == '-')
        return false;
    limit->bands[at].all = strcmp(end + 1, "all") == 0;
    limit->bands[at].k = KK_GUARD_K_ALL;
    if (!limit->bands[at].all) {
        const char *number = end + 1;
        unsigned long k = strtoul(number, &end, 10);

        if (end == number || *end || k < 2 || k > UINT8_MAX)
            return false;
        limit->bands[at].k = (unsigned)k;
    }
    limit->count++;
    return at == 0 || limit->bands[at].people < limit->bands[at - 1].people;
}

static bool read_limit(const char *value, struct kk_guard_limit *ret)
{
    struct kk_slice word = next_word(&value);
    int level = place(level_names, KK_LEVEL_COUNT, word);
    struct kk_guard_limit limit = { .finest = (enum kk_guard_level)level };

    for (word = next_word(&value); word.len > 0; word = next_word(&value)) {
        if (!read_band(word, &limit))
            return false;
    }
    if (level >= 0)
        *ret = limit;
    return level >= 0;
}

static int add_line(struct kk_rules *r, enum kk_guard_list list, const char *name,
                    const char *value)
{
    struct kk_guard_line *line = kk_arena_alloc(&r->arena, sizeof *line), **end = &r->lists[list];
    const char *at = value;
    size_t count = 0;

    while (next_word(&at).len > 0)
        count++;
    if (!line)
        return KK_E_MEMORY;
    line->words = kk_arena_array(&r->arena, count + 1, sizeof *line->words);
    line->name = kk_arena_dup(&r->arena, kk_slice_text(name));
    if (!line->words || !line->name.data)
        return KK_E_MEMORY;
    for (at = value; line->count < count; line->count++) {
        line->words[line->count] = kk_arena_dup(&r->arena, next_word(&at));
        if (!line->words[line->count].data)
            return KK_E_MEMORY;
    }
    while (*end)
        end = &(*end)->next;
    *end = line;
    return 0;
}

/* --- a file --- */
struct reading {
    struct kk_rules *rules;
    int fault;
    const char *why_en, *why_ja;
};

static int refuse(struct reading *rd, const char *en, const char *ja)
{
    if (!rd->fault) {
        rd->fault = KK_E_CONFIG;
        rd->why_en = en;
        rd->why_ja = ja;
    }
    return 0; /* inih's word for "this line is wrong" */
}

static bool words_of_indicator(const char *value)
{
    struct kk_slice word = next_word(&value);
    bool good = place(sense_names, KK_SENSE_COUNT, word) >= 0;

    for (word = next_word(&value); word.len > 0; word = next_word(&value))
        good = good && (place(tier_names, KK_TIER_COUNT, word) >= 0 ||
                        kk_slice_is(word, "adds") || kk_slice_is(word, "apart"));
    return good;
}

static bool good_line(enum kk_guard_list list, const char *name, const char *value)
{
    const char *at = value, *last = value;
    size_t count = 0;

    for (struct kk_slice w = next_word(&at); w.len > 0; w = next_word(&at)) {
        last = (const char *)w.data;
        count++;
    }
    switch (list) {
    case KK_LIST_INDICATOR:
        return words_of_indicator(value);
    case KK_LIST_POPULATION:
        return strcmp(name, "indicator") == 0 && count == 1;
    case KK_LIST_AREAS:
    case KK_LIST_SUM:
        return count >= 2;
    case KK_LIST_SAME:
        return count == 1;
    case KK_LIST_RATE:
        return count == 3 && strtod(last, NULL) > 0;
    case KK_LIST_PARTS:
        return strcmp(value, "overlap") == 0;
    case KK_LIST_COUNT:
        break;
    }
    return false;
}

static int on_limit(struct reading *rd, int tier, const char *key, const char *value)
{
    int sense = place(sense_names, KK_SENSE_COUNT, kk_slice_text(key));

    if (sense < 0)
        return refuse(rd, "unknown sensitivity: open, normal, small, abuse or offices",
                      "区分は open・normal・small・abuse・offices のいずれかです");
    if (!read_limit(value, &rd->rules->limits[tier][sense]))
        return refuse(rd, "needs a level (city, ward, area, town), then PEOPLE:K or PEOPLE:all, "
                          "most people first",
                      "段階（city・ward・area・town）と、人口の多い順の「人口:基準」または"
                      "「人口:all」が必要です");
    return 1;
}

static int on_line(void *user, const char *section, const char *key, const char *value)
{
    struct reading *rd = user;
    int tier = place(tier_names, KK_TIER_COUNT, kk_slice_text(section));
    int list = place(list_names, KK_LIST_COUNT, kk_slice_text(section));
    int r;

    if (rd->fault)
        return 0;
    if (tier >= 0)
        return on_limit(rd, tier, key, value);
    if (list < 0)
        return refuse(rd, "unknown section: pub, int, ward, indicator, population, areas, sum, "
                          "same, rate or parts",
                      "節は pub・int・ward・indicator・population・areas・sum・same・rate・parts "
                      "のいずれかです");
    if (!good_line((enum kk_guard_list)list, key, value))
        return refuse(rd, "not what this section holds", "この節の書き方ではありません");
    r = add_line(rd->rules, (enum kk_guard_list)list, key, value);
    if (r < 0)
        rd->fault = r;
    return r == 0;
}

int kk_rules_read(struct kk_rules *rules, struct kk_slice text, const char *where,
                  struct kk_error *err)
{
    struct reading rd = { .rules = rules };
    char place_text[KK_ERROR_WHERE_MAX];
    int line, r;

    if (text.len > RULES_TEXT)
        return kk_error_say(err, KK_E_CONFIG, where, "longer than 1 MiB", "1 MiB を超えています");
    kk_bytes_clear(&rules->text);
    r = kk_bytes_append_slice(&rules->text, text);
    if (r == 0)
        r = kk_bytes_append(&rules->text, "", 1);
    if (r < 0)
        return r;
    line = ini_parse_string((const char *)rules->text.data, on_line, &rd);
    rules->text.len--; /* the NUL was for the parser */
    if (line == 0)
        return 0;
    snprintf(place_text, sizeof place_text, "%.80s:%d", where, line < 0 ? 0 : line);
    if (rd.fault == KK_E_MEMORY || line == -2)
        return KK_E_MEMORY;
    if (!rd.fault)
        refuse(&rd, "not \"key = value\", \"[section]\" or a comment",
               "「key = value」「[節]」、注釈のいずれでもありません");
    return kk_error_text(err, rd.fault, place_text, rd.why_en, rd.why_ja);
}

int kk_rules_init(struct kk_rules *ret)
{
    int r = 0;

    *ret = (struct kk_rules){ 0 };
    kk_arena_init(&ret->arena, RULES_ARENA);
    for (size_t s = 0; s < KK_SENSE_COUNT; s++) {
        for (size_t t = 0; t < KK_TIER_COUNT; t++)
            kk_assert(read_limit(defaults[s][t], &ret->limits[t][s]));
    }
    for (size_t i = 0; i < KK_COUNT(areas) && r == 0; i++)
        r = add_line(ret, KK_LIST_AREAS, areas[i][0], areas[i][1]);
    return r;
}

void kk_rules_fini(struct kk_rules *r)
{
    kk_bytes_fini(&r->text);
    kk_arena_fini(&r->arena);
}

/* --- answers --- */
enum kk_guard_level kk_guard_level(struct kk_slice area)
{
    char code[6] = "";

    if (area.len > 0 && area.data[0] == 'M')
        return KK_LEVEL_WARD;
    if (area.len > 5)
        return area.len <= 8 ? KK_LEVEL_AREA : KK_LEVEL_TOWN;
    snprintf(code, sizeof code, "%.*s", (int)area.len, (const char *)area.data);
    return kk_ward_known(code) ? KK_LEVEL_WARD : KK_LEVEL_CITY;
}

const char *kk_guard_level_name(enum kk_guard_level level)
{
    return level < KK_LEVEL_COUNT ? level_names[level] : "";
}

const char *kk_guard_tier_name(enum kk_guard_tier tier)
{
    return tier < KK_TIER_COUNT ? tier_names[tier] : "";
}

/* The line of [indicator] of this very name; else that of "*". */
static const struct kk_guard_line *line_of(const struct kk_rules *r, const char *other,
                                           struct kk_slice name)
{
    const struct kk_guard_line *found = NULL;

    for (const struct kk_guard_line *l = r->lists[KK_LIST_INDICATOR]; l; l = l->next) {
        if (other ? kk_slice_is(l->name, other) : kk_slice_equal(l->name, name))
            found = l;
    }
    return found;
}

static const struct kk_guard_known *known_of(const struct kk_rules *r, struct kk_slice name)
{
    const struct kk_guard_known *k = r->known;

    while (k && !kk_slice_equal(k->name, name))
        k = k->next;
    return k;
}

void kk_rules_indicator(const struct kk_rules *r, struct kk_slice name,
                        struct kk_guard_indicator *ret)
{
    const struct kk_guard_line *found = line_of(r, NULL, name);
    const struct kk_guard_known *known = found ? NULL : known_of(r, name);

    *ret = (struct kk_guard_indicator){ .sense = KK_SENSE_NORMAL };
    if (known)
        *ret = known->said;
    if (!found && !known)
        found = line_of(r, "*", name);
    if (!found)
        return;
    ret->declared = true;
    ret->sense = (enum kk_guard_sense)place(sense_names, KK_SENSE_COUNT, found->words[0]);
    for (size_t i = 1; i < found->count; i++) {
        int tier = place(tier_names, KK_TIER_COUNT, found->words[i]);

        if (tier >= 0)
            ret->tier = (enum kk_guard_tier)tier;
        ret->adds = ret->adds || kk_slice_is(found->words[i], "adds");
        ret->apart = ret->apart || kk_slice_is(found->words[i], "apart");
    }
}

bool kk_rules_unit_adds(struct kk_slice unit)
{
    return place(units, KK_COUNT(units), unit) >= 0;
}

unsigned kk_rules_k(const struct kk_rules *r, enum kk_guard_tier tier, enum kk_guard_sense sense,
                    uint64_t people, bool *ret_all)
{
    const struct kk_guard_limit *limit = &r->limits[tier][sense];

    *ret_all = false;
    for (size_t i = 0; i < limit->count; i++) {
        if (people < limit->bands[i].people)
            continue;
        *ret_all = limit->bands[i].all;
        return limit->bands[i].k;
    }
    return 0;
}
