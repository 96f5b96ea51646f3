/* Working figures in their scopes (working.h). [DC-8] */
#include "desk/working.h"

#include "guard/scopes.h"

#include <stdio.h>

void kk_working_init(struct kk_working *w)
{
    *w = (struct kk_working){ 0 };
    kk_tidy_init(&w->rows);
}

void kk_working_fini(struct kk_working *w)
{
    kk_tidy_fini(&w->rows);
}

static int add_row(void *user, const struct kk_obs *row)
{
    struct kk_working *w = user;

    return kk_tidy_take_obs(&w->rows, row, ++w->line);
}

int kk_working_add(struct kk_working *w, const struct kk_tidy *table)
{
    return kk_tidy_each(table, add_row, w);
}

bool kk_working_scope(size_t n, char ret[KK_SCOPE_NAME_MAX + 1], uint32_t *ret_bit)
{
    struct kk_view view;

    if (!kk_view_at(n, &view))
        return false;
    snprintf(ret, KK_SCOPE_NAME_MAX + 1, "%s", view.name);
    *ret_bit = view.ward ? view.ward : n == 0 ? KK_EYES_PUB : KK_EYES_INT;
    return true;
}

/* --- rows of one scope --- */
struct placing {
    struct kk_working *working;
    const struct kk_rules *rules;
    struct kk_guard_indicator said;
    struct kk_slice last; /* the indicator that it is said of */
    uint32_t bit;
    uint64_t line;
    struct kk_tidy *into; /* NULL: rows that have no place are counted */
};

static void note_stray(struct kk_working *w, const struct kk_obs *row)
{
    if (w->nowhere++ > 0)
        return;
    snprintf(w->stray, sizeof w->stray, "%.*s %.*s %.*s", (int)row->indicator.len,
             (const char *)row->indicator.data, (int)row->area.len,
             (const char *)row->area.data, (int)row->period.len,
             (const char *)row->period.data);
}

static int place_row(void *user, const struct kk_obs *row)
{
    struct placing *p = user;
    uint32_t may;

    if (!p->last.data || !kk_slice_equal(p->last, row->indicator)) {
        kk_rules_indicator(p->rules, row->indicator, &p->said);
        p->last = row->indicator;
    }
    may = kk_scopes_of_row(p->rules, &p->said, row);
    if (!p->into && may == 0)
        note_stray(p->working, row);
    return p->into && (may & p->bit) ? kk_tidy_take_obs(p->into, row, ++p->line) : 0;
}

static int place_scope(struct placing *p, struct kk_draft *d, const char *scope,
                       struct kk_error *err)
{
    KK_AUTO_FINI(kk_tidy) struct kk_tidy rows;
    int r;

    kk_tidy_init(&rows);
    p->into = &rows;
    p->line = 0;
    r = kk_tidy_each(&p->working->rows, place_row, p);
    if (r == 0)
        r = kk_tidy_end(&rows);
    if (r < 0)
        return kk_error_set(err, r, scope, "%s", "");
    if (rows.count == 0)
        return 0;
    p->working->scopes |= p->bit;
    return kk_draft_scope(d, scope, &rows, err);
}

int kk_working_place(struct kk_working *w, struct kk_draft *d, struct kk_error *err)
{
    struct placing p = { .working = w, .rules = &d->guard.rules };
    char scope[KK_SCOPE_NAME_MAX + 1];
    int r = kk_tidy_end(&w->rows);

    if (r < 0)
        return kk_error_set(err, r, KK_WORKING_SCOPE, "%s", "");
    if (w->rows.issue_total > 0)
        return kk_error_say(err, KK_E_CSV, KK_WORKING_SCOPE, "%llu rows stand in two tables",
                            "%llu行が二つの表にあります",
                            (unsigned long long)w->rows.issue_total);
    r = kk_draft_rules(d, err);
    if (r == 0)
        r = kk_tidy_each(&w->rows, place_row, &p);
    for (size_t n = 0; r == 0 && kk_working_scope(n, scope, &p.bit); n++)
        r = place_scope(&p, d, scope, err);
    d->placed = r == 0;
    return r;
}

/* --- what goes out --- */
bool kk_working_told_before(const struct kk_draft *d, const struct kk_cover *cover, uint32_t bit,
                            const struct kk_obs *row)
{
    const struct kk_facts *facts = &d->guard.facts;
    int code = kk_dict_find(&facts->indicators, row->indicator);
    uint32_t may = code < 0 ? 0
                            : kk_scopes_of_row(&d->guard.rules, &d->guard.attack.said[code], row);
    bool here = kk_cover_conceals(cover, facts, bit, row);

    for (uint32_t wider = KK_EYES_PUB; wider < bit && wider <= KK_EYES_INT; wider <<= 1) {
        if ((may & wider) && kk_cover_conceals(cover, facts, wider, row) <= here)
            return true;
    }
    return false;
}
