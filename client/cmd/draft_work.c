/* Tables into a draft, and what readers could find out of it (draft_work.h). [DK-2] [DC-5] */
#include "cmd/draft_work.h"

#include "desk/ref_check.h"
#include "import/reference_dir.h"
#include "os.h"

#include "kukyoku/base/text.h"

#include <string.h>

const char *kk_draft_work_split(const char *text, char ret[KK_SCOPE_NAME_MAX + 1])
{
    const char *equals = strchr(text, '=');

    if (!equals || equals == text || equals - text > KK_SCOPE_NAME_MAX || equals[1] == 0)
        return NULL;
    memcpy(ret, text, (size_t)(equals - text));
    ret[equals - text] = 0;
    return equals + 1;
}

static int add_scope(struct kk_command *c, struct kk_draft *d, const char *option)
{
    char scope[KK_SCOPE_NAME_MAX + 1];
    const char *path = kk_draft_work_split(option, scope);
    KK_AUTO_FREE(kk_release_table) struct kk_release_table *t = NULL;

    if (!path)
        return kk_command_usage(c, "--scope", KK_T(c, SCOPE_OPTION), option);
    struct kk_release_ground ground = { &d->press, &d->reference };
    int r = kk_release_table_read(c, &ground, scope, path, &t);
    if (r < 0)
        return r;
    kk_release_table_tell(c, t);
    r = kk_release_table_verdict(c, t);
    return r == 0 ? kk_draft_scope(d, scope, &t->tidy, &c->err) : r;
}

int kk_draft_work_reference(struct kk_command *c, struct kk_ref *into)
{
    KK_AUTO_FINI(kk_ref) struct kk_ref given;
    unsigned there = 0;
    int r = 0;

    kk_ref_init(&given);
    for (size_t i = 0; r == 0 && kk_command_option_at(c, "reference", i); i++) {
        unsigned tables;

        r = kk_reference_dir_read(kk_command_option_at(c, "reference", i), &given, &tables,
                                  &c->err);
        there |= r == 0 ? tables : 0;
    }
    for (size_t t = 0; r == 0 && t < KK_REF_TABLE_COUNT; t++) {
        if (!(there & (1u << t)))
            r = kk_ref_copy(&given, (enum kk_ref_table)t, into);
    }
    kk_ref_sort(&given);
    if (r == 0)
        r = kk_ref_check(&given, &c->err);
    if (r < 0)
        return c->err.fault == r ? r : kk_error_set(&c->err, r, "--reference", "%s", "");
    kk_ref_fini(into);
    *into = given;
    given = (struct kk_ref){ 0 };
    return 0;
}

/* The tables named replace those of the release before. */
static int add_reference(struct kk_command *c, struct kk_draft *d)
{
    KK_AUTO_FINI(kk_ref) struct kk_ref reference;
    int r = 0;

    kk_ref_init(&reference);
    if (!kk_command_option(c, "reference"))
        return 0;
    for (size_t t = 0; r == 0 && t < KK_REF_TABLE_COUNT; t++)
        r = kk_ref_copy(&reference, (enum kk_ref_table)t, &d->reference);
    if (r == 0)
        r = kk_draft_work_reference(c, &reference);
    return r == 0 ? kk_draft_reference(d, &reference, &c->err) : r;
}

int kk_draft_work_scopes(struct kk_command *c, struct kk_draft *d)
{
    bool carried = !kk_command_option(c, "reference");
    int r = add_reference(c, d);

    for (size_t i = 0; r == 0 && kk_command_option_at(c, "scope", i); i++) {
        const char *option = kk_command_option_at(c, "scope", i);

        carried = carried || strncmp(option, KK_REF_SCOPE "=", sizeof KK_REF_SCOPE) == 0;
        r = add_scope(c, d, option);
    }
    return r == 0 && !carried ? kk_draft_scope(d, KK_REF_SCOPE, NULL, &c->err) : r;
}

/* --- working figures --- */
static int add_working(struct kk_command *c, struct kk_draft *d, const char *path,
                       struct kk_working *w)
{
    KK_AUTO_FREE(kk_release_table) struct kk_release_table *t = NULL;
    struct kk_release_ground ground = { &d->press, &d->reference };
    int r = kk_release_table_read(c, &ground, KK_WORKING_SCOPE, path, &t);

    if (r < 0)
        return r;
    kk_release_table_tell(c, t);
    r = kk_release_table_verdict(c, t);
    return r == 0 ? kk_working_add(w, &t->tidy) : r;
}

int kk_draft_work_working(struct kk_command *c, struct kk_draft *d, struct kk_working *w)
{
    int r = add_reference(c, d);

    for (size_t i = 0; r == 0 && kk_command_option_at(c, "working", i); i++)
        r = add_working(c, d, kk_command_option_at(c, "working", i), w);
    return r == 0 ? kk_working_place(w, d, &c->err) : r;
}

/* --- 地区カルテ --- */
struct offers {
    struct kk_command *command;
    size_t taken, refused;
};

static void tell_offer(void *user, const struct kk_karte_offer *offer)
{
    struct offers *o = user;
    struct kk_command *c = o->command;
    const char *why[] = { [KK_KARTE_SOUND] = "",
                          [KK_KARTE_NOT_BY_LEAD] = KK_T(c, EDITION_NOT_BY_LEAD),
                          [KK_KARTE_NOT_QUOTED] = KK_T(c, EDITION_NOT_QUOTED),
                          [KK_KARTE_PERSONAL] = KK_T(c, EDITION_PERSONAL) };
    char id[2 * KK_ID_BYTES + 1];

    if (offer->verdict == KK_KARTE_SOUND) {
        o->taken++;
        return;
    }
    o->refused++;
    kk_hex_encode(kk_slice(offer->karte->id, KK_ID_BYTES), id);
    kk_out_warn(c->out, KK_T(c, EDITION_REFUSED), 8, id, (int)offer->karte->area.len,
                (const char *)offer->karte->area.data, why[offer->verdict],
                (int)offer->what.len, (const char *)offer->what.data);
}

static int collect_editions(struct kk_command *c, struct kk_draft *d, struct kk_editions *ret)
{
    KK_AUTO_FINI(kk_records) struct kk_records records = { 0 };
    struct offers o = { .command = c };
    struct kk_karte_desk desk = { .press = &d->press, .told = tell_offer, .user = &o,
                                  .not_personal = kk_command_flag(c, "confirm-personal") };
    int r = kk_records_open(&records, d->press.home, KK_REPLICA_READ, &c->err);

    if (r == 0)
        r = kk_karte_publish(&records, &desk, ret);
    if (r < 0)
        return c->err.fault == r ? r : kk_error_set(&c->err, r, "int", "%s", "");
    kk_out_say(c->out, KK_T(c, EDITIONS_TAKEN), o.taken);
    if (o.refused)
        kk_command_exit(c, KK_EXIT_WARNINGS);
    return 0;
}

int kk_draft_work_editions(struct kk_command *c, struct kk_draft *d, struct kk_editions *editions)
{
    int r;

    if (!kk_command_flag(c, "editions"))
        return 0;
    r = collect_editions(c, d, editions);
    d->editions = editions;
    return r;
}

/* --- 実践例 --- */
int kk_draft_work_practices(struct kk_command *c, struct kk_draft *d,
                            struct kk_editions *practices)
{
    KK_AUTO_FINI(kk_records) struct kk_records records = { 0 };
    const struct kk_practice_ids none = { NULL, 0 };
    bool looked_at = kk_command_flag(c, "confirm-personal");
    size_t count = 0, gone;
    int r;

    if (!kk_command_option(c, "practice"))
        return 0;
    r = kk_records_open(&records, d->press.home, KK_REPLICA_READ, &c->err);
    for (; r == 0 && kk_command_option_at(c, "practice", count); count++)
        r = kk_practice_choose(&records, kk_command_option_at(c, "practice", count), looked_at,
                               practices);
    if (r == 0)
        r = kk_practices_but(&d->press, &none, practices, &gone);
    d->practices = practices;
    if (r < 0)
        return c->err.fault == r ? r : kk_error_set(&c->err, r, "--practice", "%s", "");
    kk_out_say(c->out, KK_T(c, PRACTICES_TAKEN), count);
    return 0;
}

/* Texts alone make pub anew too, with its figures as they were. */
int kk_draft_work_texts(struct kk_command *c, struct kk_draft *d)
{
    for (size_t i = 0; kk_command_option_at(c, "scope", i); i++) {
        if (strncmp(kk_command_option_at(c, "scope", i), "pub=", 4) == 0)
            return 0;
    }
    return d->editions || d->practices ? kk_draft_scope(d, KK_EDITIONS_SCOPE, NULL, &c->err) : 0;
}

int kk_draft_work_settings(struct kk_command *c, struct kk_draft *d)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };
    const char *settings = kk_command_option(c, "settings");
    const char *excuse = kk_command_option(c, "history-incomplete");
    int r = excuse ? kk_guard_excuse(&d->guard, excuse, &c->err) : 0;

    if (r == 0 && settings)
        r = kk_os_file_read(settings, KK_DOCUMENT_BYTES_MAX, &text, &c->err);
    return r == 0 && settings
               ? kk_rules_read(&d->guard.rules, kk_bytes_slice(&text), settings, &c->err)
               : r;
}

#define SHOWN_FINDINGS ((size_t)50)

int kk_draft_work_findings(struct kk_command *c, const struct kk_guard *g)
{
    size_t shown = 0;
    int r = 0;

    for (size_t i = 0; i < g->attack.count && r == 0 && shown < SHOWN_FINDINGS; i++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };

        if (!g->attack.items[i].broken)
            continue;
        r = kk_guard_finding(g, &g->attack.items[i], c->lang == KK_LANG_JA ? "ja" : "en", &text);
        kk_out_warn(c->out, "%.*s", (int)text.len, (const char *)text.data);
        shown++;
    }
    if (g->attack.broken > shown)
        kk_out_warn(c->out, KK_T(c, FINDINGS_MORE), g->attack.broken - shown);
    return r;
}

/* Is it made of a figure that no release had before? */
static bool is_news(const struct kk_guard *g, const struct kk_relation *x)
{
    for (uint32_t i = 0; i < x->count; i++) {
        uint32_t fact = g->relations.terms[x->first + i].fact;

        if (g->facts.facts[fact].release == g->facts.release)
            return true;
    }
    return false;
}

/* They stay as they were printed; but somebody should know. */
int kk_draft_work_loosened(struct kk_command *c, const struct kk_guard *g)
{
    size_t found = 0;
    int r = 0;

    for (uint32_t i = 0; i < g->relations.count && r == 0; i++) {
        const struct kk_relation *x = &g->relations.items[i];
        KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };

        if (x->printed <= 0 || !is_news(g, x) || found++ >= SHOWN_FINDINGS)
            continue;
        r = kk_relation_text(&g->relations, &g->facts, i, &text);
        kk_out_say(c->out, KK_T(c, FINDING_PRINTED), x->printed, (int)text.len,
                   (const char *)text.data);
    }
    if (found > SHOWN_FINDINGS)
        kk_out_say(c->out, KK_T(c, FINDINGS_MORE), found - SHOWN_FINDINGS);
    return r;
}
