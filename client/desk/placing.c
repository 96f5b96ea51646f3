/* Where a figure may stand, by the settings: asked before anything else is judged (guarded.h).
 * [DC-1] */
#include "desk/guarded.h"

#include "guard/scopes.h"
#include "kukyoku/base/alloc.h"

#include <stdio.h>

#define NAMES_SHOWN 8

/* --- indicators that nobody said anything of --- */
bool kk_guard_declares(const struct kk_guard *g, struct kk_slice indicator)
{
    struct kk_guard_indicator said;

    kk_rules_indicator(&g->rules, indicator, &said);
    return said.declared;
}

static int put_name(struct kk_slice name, size_t at, struct kk_bytes *out)
{
    int r = at > 0 ? kk_bytes_append_text(out, " ") : 0;

    return r == 0 ? kk_bytes_append_slice(out, name) : r;
}

/* Of what is told in the newest release; a bit a code in seen. */
static size_t count_undeclared(const struct kk_guard *g, bool *seen, struct kk_bytes *names)
{
    size_t count = 0;

    for (size_t i = 0; i < g->facts.count; i++) {
        const struct kk_fact *f = &g->facts.facts[i];
        uint16_t code = g->facts.cells[f->cell].indicator;

        if ((f->shown_now | f->hidden_now) == 0 || seen[code])
            continue;
        seen[code] = true;
        if (kk_guard_declares(g, g->facts.indicators.items[code]))
            continue;
        if (count < NAMES_SHOWN)
            kk_ignore(put_name(g->facts.indicators.items[code], count, names));
        count++;
    }
    return count;
}

static int check_declared(const struct kk_guard *g, struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes names = { 0 };
    bool *seen = kk_alloc_array(g->facts.indicators.count + 1, sizeof *seen);
    size_t count;

    if (!seen)
        return KK_E_MEMORY;
    count = count_undeclared(g, seen, &names);
    kk_free(seen);
    if (count == 0)
        return 0;
    return kk_error_say(err, KK_E_UNDECLARED, "[indicator]", "%zu of them: %.*s%s",
                        "%zu件: %.*s%s", count, (int)names.len, (const char *)names.data,
                        count > NAMES_SHOWN ? " …" : "");
}

/* --- scopes and areas that an indicator may not have --- */
/* The most open scope among these eyes. */
static void scope_name(uint32_t eyes, char ret[sizeof((struct kk_view *)NULL)->name])
{
    struct kk_view view;

    for (size_t at = 0; kk_view_at(at, &view); at++) {
        snprintf(ret, sizeof view.name, "%s", view.name);
        if (view.eyes & eyes)
            return;
    }
}

/* x too: that somebody concealed something says that there was a case. */
static int check_tier(const struct kk_guard *g, const struct kk_fact *f,
                      const struct kk_guard_indicator *said, struct kk_error *err)
{
    struct kk_slice name = g->facts.indicators.items[g->facts.cells[f->cell].indicator];
    char scope[sizeof((struct kk_view *)NULL)->name];
    uint32_t eyes = (f->shown_now | f->hidden_now) & ~kk_scopes_of_tier(said->tier);

    if (eyes == 0)
        return 0;
    scope_name(eyes, scope);
    return kk_error_say(err, KK_E_OPEN_TIER, scope, "%.*s: %s at the most open",
                        "%.*s は %s より広い範囲に出せません", (int)name.len,
                        (const char *)name.data, kk_guard_tier_name(said->tier));
}

/* A number finer than a tier shows; x says nothing that the list of areas does not. */
static int check_level(const struct kk_guard *g, const struct kk_fact *f,
                       const struct kk_guard_indicator *said, struct kk_error *err)
{
    const struct kk_fact_cell *cell = &g->facts.cells[f->cell];
    struct kk_slice name = g->facts.indicators.items[cell->indicator];
    struct kk_slice area = g->facts.areas.items[cell->area];
    char scope[sizeof((struct kk_view *)NULL)->name];
    uint32_t eyes = f->shown_now & ~kk_scopes_of_area(&g->rules, said->sense, area);

    if (eyes == 0)
        return 0;
    scope_name(eyes, scope);
    return kk_error_say(err, KK_E_OPEN_TIER, scope, "%.*s of %.*s: too fine an area",
                        "%.*s の %.*s は細かすぎる区域です", (int)name.len,
                        (const char *)name.data, (int)area.len, (const char *)area.data);
}

int kk_guard_tiers(const struct kk_guard *g, struct kk_error *err)
{
    struct kk_guard_indicator said = { .declared = false };
    uint32_t last = UINT32_MAX;
    int r = check_declared(g, err);

    for (size_t i = 0; i < g->facts.count && r == 0; i++) {
        const struct kk_fact *f = &g->facts.facts[i];
        uint16_t code = g->facts.cells[f->cell].indicator;

        if ((f->shown_now | f->hidden_now) == 0)
            continue;
        if (code != last)
            kk_rules_indicator(&g->rules, g->facts.indicators.items[code], &said);
        last = code;
        r = check_tier(g, f, &said, err);
        if (r == 0)
            r = check_level(g, f, &said, err);
    }
    return r;
}
