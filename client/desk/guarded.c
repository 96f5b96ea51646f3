/* Judging releases at the desk (guarded.h). [DC-5] [DC-6] */
#include "desk/guarded.h"

#include "desk/edition.h"
#include "desk/release.h"
#include "guard/bounds.h"
#include "kukyoku/base/text.h"

#include <math.h>
#include <stdio.h>

int kk_guard_open(struct kk_guard *ret)
{
    *ret = (struct kk_guard){ 0 };
    kk_facts_init(&ret->facts);
    return kk_rules_init(&ret->rules);
}

void kk_guard_fini(struct kk_guard *g)
{
    kk_attack_fini(&g->attack);
    kk_relations_fini(&g->relations);
    kk_facts_fini(&g->facts);
    kk_rules_fini(&g->rules);
    kk_bytes_fini(&g->lacks);
    kk_bytes_fini(&g->excuse);
}

int kk_guard_settings(struct kk_guard *g, const struct kk_home *home, struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };
    char path[KK_OS_PATH_MAX];
    int r = kk_home_path(home, KK_GUARD_SETTINGS, path, err);

    if (r < 0 || !kk_os_exists(path))
        return r;
    r = kk_os_file_read(path, KK_DOCUMENT_BYTES_MAX, &text, err);
    return r == 0 ? kk_rules_read(&g->rules, kk_bytes_slice(&text), path, err) : r;
}

/* --- reports of this desk, by their hash --- */
static int report_path(const struct kk_press *press, const uint8_t hash[KK_HASH_BYTES],
                       char ret[KK_OS_PATH_MAX])
{
    char name[8 + 2 * KK_HASH_BYTES + sizeof KK_GUARD_REPORT] = "reports/";

    kk_hex_encode(kk_slice(hash, KK_HASH_BYTES), name + 8);
    memcpy(name + 8 + 2 * KK_HASH_BYTES, KK_GUARD_REPORT, sizeof KK_GUARD_REPORT);
    return kk_os_path_join(press->dir, name, ret);
}

static int beside(const char *draft, char ret[KK_OS_PATH_MAX])
{
    int len = snprintf(ret, KK_OS_PATH_MAX, "%s" KK_GUARD_REPORT, draft);

    return len < KK_OS_PATH_MAX ? 0 : KK_E_USAGE;
}

int kk_guard_keep(const struct kk_press *press, struct kk_slice report, struct kk_error *err)
{
    uint8_t hash[KK_HASH_BYTES];
    char path[KK_OS_PATH_MAX];
    int r = kk_os_path_join(press->dir, "reports", path);

    kk_guard_report_hash(report, hash);
    if (r == 0)
        r = kk_os_dir_make(path, err);
    if (r == 0)
        r = report_path(press, hash, path);
    return r == 0 ? kk_os_file_write(path, report, KK_OS_PRIVATE, err) : r;
}

int kk_guard_leave(const char *draft, struct kk_slice report, struct kk_error *err)
{
    char path[KK_OS_PATH_MAX];
    int r = beside(draft, path);

    return r == 0 ? kk_os_file_write(path, report, KK_OS_SHARED, err) : r;
}

int kk_guard_find_report(const struct kk_press *press, const char *draft,
                         const uint8_t hash[KK_HASH_BYTES], struct kk_bytes *out,
                         struct kk_error *err)
{
    uint8_t found[KK_HASH_BYTES];
    char path[KK_OS_PATH_MAX];
    int r = beside(draft, path);

    if (r == 0 && !kk_os_exists(path))
        r = report_path(press, hash, path);
    if (r == 0 && !kk_os_exists(path))
        return kk_error_say(err, KK_E_REPORT, draft, "no %s%s", "%s%s がありません", draft,
                            KK_GUARD_REPORT);
    if (r == 0)
        r = kk_os_file_read(path, KK_REPORT_MAX, out, err);
    if (r < 0)
        return r;
    kk_guard_report_hash(kk_bytes_slice(out), found);
    return memcmp(found, hash, KK_HASH_BYTES) == 0
               ? 0
               : kk_error_say(err, KK_E_REPORT, path, "it was altered, or is of another draft",
                              "変更されたか、別の下書きのものです");
}

/* --- what `release protect` concealed --- */
/* One note for all: which scopes it was asked for at a time is nobody's business. */
static int note_path(const struct kk_press *press, char ret[KK_OS_PATH_MAX])
{
    return kk_os_path_join(press->dir, KK_GUARD_NOTE, ret);
}

/* Reports one behind the other are a report too. */
int kk_guard_note(const struct kk_press *press, struct kk_slice report, struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes all = { 0 };
    char path[KK_OS_PATH_MAX];
    int r = kk_os_dir_make(press->dir, err);

    if (r == 0)
        r = note_path(press, path);
    if (r == 0 && kk_os_exists(path))
        r = kk_os_file_read(path, KK_REPORT_MAX, &all, err);
    if (r == 0 && all.len + report.len > KK_REPORT_MAX)
        kk_bytes_clear(&all); /* what is long published stands in the reports of its releases */
    if (r == 0)
        r = kk_bytes_append_slice(&all, report);
    return r == 0 ? kk_os_file_write(path, kk_bytes_slice(&all), KK_OS_PRIVATE, err) : r;
}

int kk_guard_noted(struct kk_guard *g, const struct kk_press *press, struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes note = { 0 };
    char path[KK_OS_PATH_MAX];
    int r = note_path(press, path);

    if (r < 0 || !kk_os_exists(path))
        return r;
    r = kk_os_file_read(path, KK_REPORT_MAX, &note, err);
    return r == 0 ? kk_guard_report_cells(g, kk_bytes_slice(&note), err) : r;
}

/* --- releases --- */
struct taking {
    struct kk_facts *facts;
    uint32_t eyes;
};

static int take_row(void *user, const struct kk_obs *row)
{
    struct taking *t = user;

    return kk_facts_row(t->facts, t->eyes, row);
}

static int take_scopes(struct kk_guard *g, struct kk_press *press,
                       const struct kk_catalog *catalog, struct kk_error *err)
{
    for (size_t i = 0; i < catalog->scopes.count; i++) {
        const struct kk_catalog_scope *row = &catalog->scopes.items[i];
        struct taking t = { &g->facts, kk_eyes_of(row->scope) };
        int r = kk_press_each(press, row, take_row, &t);

        if (r < 0)
            return kk_error_set(err, r, "release", "%.*s", (int)row->scope.len,
                                (const char *)row->scope.data);
    }
    return 0;
}

int kk_guard_draft(struct kk_guard *g, struct kk_press *press, const struct kk_catalog *catalog,
                   struct kk_error *err)
{
    int r;

    kk_facts_begin(&g->facts, (uint32_t)catalog->version.ver);
    r = take_scopes(g, press, catalog, err);
    if (r == 0)
        r = kk_facts_end(&g->facts);
    return r == 0 ? kk_relations_read(&g->relations, &g->facts, &g->rules) : r;
}

int kk_guard_reference(struct kk_guard *g, struct kk_press *press,
                       const struct kk_catalog *catalog, struct kk_error *err)
{
    KK_AUTO_FINI(kk_ref) struct kk_ref reference;
    int r;

    kk_ref_init(&reference);
    r = kk_press_reference(press, catalog, &reference);
    if (r == 0)
        r = kk_rules_reference(&g->rules, &reference);
    return r < 0 ? kk_error_set(err, r, "release", "%s", KK_REF_DATASET) : 0;
}

/* --- history --- */
#define EXCUSE_MAX 400

/* The reason of an error is short; a character is not cut in two. */
static size_t whole_characters(struct kk_slice text, size_t most)
{
    size_t len = text.len < most ? text.len : most;

    while (len > 0 && len < text.len && (text.data[len] & 0xc0) == 0x80)
        len--;
    return len;
}

int kk_guard_excuse(struct kk_guard *g, const char *reason, struct kk_error *err)
{
    size_t len = strlen(reason);
    bool line = len > 0 && len <= EXCUSE_MAX;

    for (size_t i = 0; i < len && line; i++)
        line = (unsigned char)reason[i] >= ' ';
    if (!line)
        return kk_error_say(err, KK_E_USAGE, "--history-incomplete",
                            "a reason of one line, at most %d bytes",
                            "理由を1行（%dバイトまで）で書いてください", EXCUSE_MAX);
    kk_bytes_clear(&g->excuse);
    return kk_bytes_append_text(&g->excuse, reason);
}

static int lacks(struct kk_guard *g, uint32_t release, const char *what)
{
    return kk_bytes_format(&g->lacks, "%s%u%s", g->lacks.len > 0 ? " " : "", (unsigned)release,
                           what);
}

/* What a threshold concealed in a release stays concealed by it. Without its report the cell would
 * be guarded like any other x. */
static int told_then(struct kk_guard *g, const struct kk_press *press,
                     const struct kk_catalog *catalog, struct kk_error *err)
{
    static const uint8_t none[KK_HASH_BYTES];
    KK_AUTO_FINI(kk_bytes) struct kk_bytes report = { 0 };
    char path[KK_OS_PATH_MAX];
    int r = report_path(press, catalog->report, path);

    if (r < 0 || memcmp(catalog->report, none, KK_HASH_BYTES) == 0)
        return r;
    if (!kk_os_exists(path))
        return lacks(g, (uint32_t)catalog->version.ver, "(report)");
    r = kk_os_file_read(path, KK_REPORT_MAX, &report, err);
    return r == 0 ? kk_guard_report_cells(g, kk_bytes_slice(&report), err) : r;
}

/* One release before; what of it is not here is noted. */
static int told_in(struct kk_guard *g, struct kk_press *press, uint32_t number,
                   struct kk_error *err)
{
    KK_AUTO_FINI(kk_edition) struct kk_edition e = { 0 };
    struct kk_error why = { 0 };
    int r = kk_edition_open(press, number, &e, &why);

    if (r == KK_E_NOT_FOUND)
        return lacks(g, number, "");
    if (r == 0)
        r = kk_guard_draft(g, press, &e.catalog, &why);
    if (r == KK_E_NOT_FOUND) { /* some of its blobs */
        r = lacks(g, number, "(figures)");
        return r == 0 ? kk_facts_end(&g->facts) : r;
    }
    if (r == 0)
        r = told_then(g, press, &e.catalog, &why);
    if (r < 0 && err)
        *err = why;
    return r;
}

/* All of them are asked for, so that all that is missing is told at once. */
int kk_guard_history(struct kk_guard *g, struct kk_press *press, struct kk_error *err)
{
    int r = 0;

    kk_bytes_clear(&g->lacks);
    for (uint32_t n = 1; n <= kk_release_newest(press) && r == 0; n++)
        r = told_in(g, press, n, err);
    if (r < 0 || g->lacks.len == 0 || g->excuse.len > 0)
        return r;
    return kk_error_set(err, KK_E_HISTORY, press->dir, "%.*s",
                        (int)whole_characters(kk_bytes_slice(&g->lacks), 200),
                        (const char *)g->lacks.data);
}

/* --- words --- */
static int number(double value, struct kk_bytes *out)
{
    if (isinf(value))
        return kk_bytes_append_text(out, "∞");
    return kk_bytes_format(out, fabs(value - round(value)) < 1e-6 ? "%.0f" : "%.4f", value);
}

static int bounds(const struct kk_guarded *item, const char *lang, struct kk_bytes *out)
{
    bool ja = strcmp(lang, "ja") == 0;
    int r;

    if (item->concealment == KK_CONCEALED_OUT)
        return kk_bytes_append_text(out, ja ? ": 公表済みの数値" : ": its number is out already");
    if (item->concealment == KK_CONCEALED_BARE)
        return kk_bytes_format(out, ja ? ": %u 未満は表示できません" : ": below %u, and shown",
                               item->k);
    r = kk_bytes_append_text(out, ": ");
    if (r == 0)
        r = number(item->least, out);
    if (r == 0 && item->most - item->least > 1e-6) {
        r = kk_bytes_append_text(out, ja ? "〜" : " to ");
        if (r == 0)
            r = number(item->most, out);
    }
    return r;
}

int kk_guard_finding(const struct kk_guard *g, const struct kk_guarded *item, const char *lang,
                     struct kk_bytes *out)
{
    struct kk_view view;
    int r;

    kk_assert(kk_view_at(item->view, &view));
    r = kk_bytes_format(out, "%s ", view.name);
    if (r == 0)
        r = kk_fact_name(&g->facts, item->fact, out);
    if (r == 0)
        r = bounds(item, lang, out);
    for (uint32_t i = 0; i < item->proof_count && r == 0; i++) {
        r = kk_bytes_append_text(out, i == 0 ? " ← " : " ; ");
        if (r == 0)
            r = kk_relation_text(&g->relations, &g->facts, g->attack.proofs[item->proof + i],
                                 out);
    }
    return r;
}

/* --- the verdict --- */
static int refuse(const struct kk_guard *g, const struct kk_guarded *item, struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes en = { 0 }, ja = { 0 };
    struct kk_view view;
    char both[2][KK_ERROR_DETAIL_MAX];
    int r = kk_guard_finding(g, item, "en", &en);

    kk_assert(kk_view_at(item->view, &view));
    if (r == 0)
        r = kk_guard_finding(g, item, "ja", &ja);
    if (r < 0)
        return r;
    snprintf(both[0], sizeof both[0], "%zu findings; %.*s", g->attack.broken,
             (int)whole_characters(kk_bytes_slice(&en), 200), (const char *)en.data);
    snprintf(both[1], sizeof both[1], "%zu件。%.*s", g->attack.broken,
             (int)whole_characters(kk_bytes_slice(&ja), 200), (const char *)ja.data);
    return kk_error_text(err, KK_E_DISCLOSED, view.name, both[0], both[1]);
}

int kk_guard_judge(struct kk_guard *g, struct kk_error *err)
{
    int r = kk_guard_tiers(g, err);

    if (r == 0)
        r = kk_bounds_ready(err);
    if (r < 0)
        return r;
    kk_attack_fini(&g->attack);
    kk_relations_loosen(&g->relations, &g->facts);
    r = kk_attack_run(&g->attack, &g->facts, &g->relations, &g->rules);
    if (r < 0)
        return kk_error_set(err, r, "release", "%s", "");
    g->judged = true;
    for (size_t i = 0; i < g->attack.count; i++) {
        if (g->attack.items[i].broken)
            return refuse(g, &g->attack.items[i], err);
    }
    return 0;
}
