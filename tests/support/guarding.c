/* Releases of a few lines (guarding.h). */
#include "guarding.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void guarding_init(struct guarding *g, const char *settings)
{
    struct kk_error err = { 0 };

    *g = (struct guarding){ 0 };
    ck_assert_int_eq(kk_rules_init(&g->rules), 0);
    ck_assert_msg(kk_rules_read(&g->rules, kk_slice_text(settings), "test", &err) == 0, "%s %s",
                  err.where, err.detail);
    kk_facts_init(&g->facts);
}

void guarding_fini(struct guarding *g)
{
    kk_attack_fini(&g->attack);
    kk_relations_fini(&g->relations);
    kk_facts_fini(&g->facts);
    kk_rules_fini(&g->rules);
}

static void add(struct guarding *g, const struct guarding_row *row)
{
    char text[200], *words[8], *at = text, *value = NULL;
    struct kk_obs obs = { .unit = kk_slice_text("人"), .breakdown = kk_slice("", 0) };
    size_t count = 0;

    snprintf(text, sizeof text, "%s", row->text);
    for (char *w = strtok_r(text, " ", &at); w && count < 8; w = strtok_r(NULL, " ", &at)) {
        if (strcmp(w, "=") == 0)
            value = strtok_r(NULL, " ", &at);
        else
            words[count++] = w;
    }
    ck_assert(value && count >= 3);
    obs.indicator = kk_slice_text(words[0]);
    obs.area = kk_slice_text(words[1]);
    obs.period = kk_slice_text(words[2]);
    if (count > 3 && strchr(words[3], '='))
        obs.breakdown = kk_slice_text(words[3]);
    if (strstr(row->text, "%"))
        obs.unit = kk_slice_text("%");
    if (strcmp(value, "x") == 0)
        obs.missing = KK_MISSING_CONCEALED;
    else
        obs.value = (int64_t)llround(strtod(value, NULL) * KK_OBS_SCALE);
    ck_assert_int_eq(kk_facts_row(&g->facts,
                                  strcmp(row->scope, "desk") == 0
                                      ? KK_EYES_DESK
                                      : kk_eyes_of(kk_slice_text(row->scope)),
                                  &obs),
                     0);
}

void guarding_release(struct guarding *g, const struct guarding_row *rows, size_t count)
{
    kk_facts_begin(&g->facts, g->facts.release + 1);
    for (size_t i = 0; i < count; i++)
        add(g, &rows[i]);
    ck_assert_int_eq(kk_facts_end(&g->facts), 0);
    ck_assert_int_eq(kk_relations_read(&g->relations, &g->facts, &g->rules), 0);
}

void guarding_attack(struct guarding *g)
{
    kk_attack_fini(&g->attack);
    kk_relations_loosen(&g->relations, &g->facts);
    ck_assert_int_eq(kk_attack_run(&g->attack, &g->facts, &g->relations, &g->rules), 0);
}

const struct kk_guarded *guarding_find(const struct guarding *g, const char *view,
                                       const char *cell)
{
    const struct kk_guarded *found = NULL;

    for (size_t i = 0; i < g->attack.count && !found; i++) {
        const struct kk_guarded *item = &g->attack.items[i];
        struct kk_bytes name = { 0 };
        struct kk_view v;

        ck_assert(kk_view_at(item->view, &v));
        ck_assert_int_eq(kk_fact_name(&g->facts, item->fact, &name), 0);
        if (strcmp(v.name, view) == 0 && kk_slice_is(kk_bytes_slice(&name), cell))
            found = item;
        kk_bytes_fini(&name);
    }
    return found;
}
