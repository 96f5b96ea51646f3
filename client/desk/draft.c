/* A release in the making at the publisher's desk (release.h). [DK-2] */
#include "desk/release.h"

#include "desk/edition.h"
#include "desk/practices.h"
#include "desk/recall.h"
#include "desk/ref_check.h"
#include "desk/working.h"
#include "guard/bounds.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/date.h"

#include <stdio.h>

int kk_draft_open(struct kk_home *home, struct kk_draft *ret, struct kk_error *err)
{
    int r;

    *ret = (struct kk_draft){ 0 };
    kk_ref_init(&ret->reference);
    r = kk_guard_open(&ret->guard);
    if (r == 0)
        r = kk_press_open(home, &ret->press, err);
    if (r == 0)
        r = kk_press_reference(&ret->press, &ret->press.catalog, &ret->reference);
    if (r < 0)
        return err && err->fault == r ? r : kk_error_set(err, r, KK_REF_DATASET, "%s", "");
    /* Every scope stands as it was until new rows come. */
    const struct kk_catalog *before = &ret->press.catalog;
    ret->number = (uint32_t)before->version.ver + 1;
    for (size_t i = 0; i < before->scopes.count; i++) {
        struct kk_release_scope_sum *sum = &ret->sums[i];

        ret->rows[i] = before->scopes.items[i];
        snprintf(sum->scope, sizeof sum->scope, "%.*s", (int)ret->rows[i].scope.len,
                 (const char *)ret->rows[i].scope.data);
        ret->rows[i].scope = kk_slice_text(sum->scope);
        sum->kept = true;
    }
    ret->count = before->scopes.count;
    return kk_recall_carry(ret);
}

void kk_draft_fini(struct kk_draft *d)
{
    kk_press_fini(&d->press);
    kk_ref_fini(&d->reference);
    kk_guard_fini(&d->guard);
    kk_bytes_fini(&d->report);
    kk_free(d->recalled);
    d->recalled = NULL;
    d->count = 0;
}

/* --- one scope --- */
static int sink_put(void *self, enum kk_blob_kind kind, const struct kk_blob_ref *ref,
                    struct kk_slice blob)
{
    struct kk_press_source *s = self;

    (void)kind;
    (void)ref;
    return kk_press_add(s->press, s->scope, blob);
}

static int add_row(void *user, const struct kk_obs *row)
{
    return kk_release_row(user, row);
}

/* The place of a scope among the rows of the catalog, made where it is new. */
static size_t place_of(struct kk_draft *d, const char *scope)
{
    size_t i = 0;

    while (i < d->count && strcmp(d->sums[i].scope, scope) < 0)
        i++;
    if (i < d->count && strcmp(d->sums[i].scope, scope) == 0)
        return i;
    for (size_t k = d->count; k > i; k--) {
        d->sums[k] = d->sums[k - 1];
        d->rows[k] = d->rows[k - 1];
    }
    d->count++;
    d->sums[i] = (struct kk_release_scope_sum){ 0 };
    d->rows[i] = (struct kk_catalog_scope){ 0 };
    snprintf(d->sums[i].scope, sizeof d->sums[i].scope, "%s", scope);
    for (size_t k = 0; k < d->count; k++)
        d->rows[k].scope = kk_slice_text(d->sums[k].scope);
    return i;
}

int kk_draft_reference(struct kk_draft *d, struct kk_ref *take_reference, struct kk_error *err)
{
    kk_ref_fini(&d->reference);
    d->reference = *take_reference;
    *take_reference = (struct kk_ref){ 0 };
    d->refers = true;
    kk_ref_sort(&d->reference);
    return kk_ref_check(&d->reference, err);
}

/* The dataset as the release before had it, if it had. */
static int keep_dataset(struct kk_release *release, const char *name)
{
    int r = kk_release_keep(release, kk_slice_text(name));

    return r == KK_E_NOT_FOUND ? 0 : r;
}

/* `karte`, `practice`, before `ref`: a recall makes a new base of them too. [KE-1] [KE-2] */
static int fill_texts(const struct kk_draft *d, struct kk_release *release, const char *name,
                      struct kk_editions *rows)
{
    struct kk_dataset_options dataset = { .name = kk_slice_text(name), .title = kk_slice("", 0),
                                          .recall = d->recalling };
    struct kk_release_stats stats;
    int r;

    if (!rows)
        return keep_dataset(release, name);
    r = kk_release_begin(release, &dataset);
    if (r == 0)
        r = kk_editions_each(rows, add_row, release);
    return r < 0 ? r : kk_release_end(release, &stats);
}

/* Datasets ascend: `ref` before `stat`. [RF-1] */
static int fill_reference(struct kk_draft *d, struct kk_release *release)
{
    struct kk_dataset_options dataset = { .name = kk_slice_text(KK_REF_DATASET),
                                          .title = kk_slice("", 0) };
    struct kk_release_stats stats;
    int r;

    if (!d->refers)
        return keep_dataset(release, KK_REF_DATASET);
    r = kk_release_begin(release, &dataset);
    if (r == 0)
        r = kk_ref_each(&d->reference, add_row, release);
    return r < 0 ? r : kk_release_end(release, &stats);
}

static int fill_release(const struct kk_draft *d, struct kk_release *release,
                        const struct kk_tidy *rows, unsigned tier,
                        struct kk_release_stats *stats)
{
    struct kk_dataset_options dataset = { .name = kk_slice_text(KK_OBS_DATASET),
                                          .min_tier = tier, .recall = d->recalling };
    int r;

    if (!rows)
        return keep_dataset(release, KK_OBS_DATASET);
    r = kk_release_begin(release, &dataset);
    if (r == 0)
        r = kk_tidy_each(rows, add_row, release);
    return r < 0 ? r : kk_release_end(release, stats);
}

/* The plain manifest of the release before; out stays empty for a scope's first. */
static int previous_of(struct kk_press_source *source, struct kk_bytes *out)
{
    const struct kk_catalog_scope *row = kk_press_scope(source->press, source->scope);
    KK_AUTO_FINI(kk_bytes) struct kk_bytes coded = { 0 };
    int r = row ? kk_press_get(source, KK_BLOB_MANIFEST, &row->manifest, &coded) : 0;

    if (r < 0 || !row)
        return r;
    return kk_blob_decode(kk_bytes_slice(&coded), KK_MANIFEST_BYTES_MAX, out);
}

/* Figures of the scope in the release before; 0 where they can't be counted. */
static uint64_t rows_before(struct kk_press_source *source)
{
    const struct kk_catalog_scope *row = kk_press_scope(source->press, source->scope);
    uint64_t rows = 0;

    return row && kk_press_rows(source, row, &rows) == 0 ? rows : 0;
}

static int make_scope(struct kk_draft *d, size_t at, const struct kk_tidy *rows,
                      struct kk_release_result *result, struct kk_error *err)
{
    KK_AUTO_FINI(kk_secret) struct kk_secret key = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes previous = { 0 };
    KK_AUTO_FREE(kk_release) struct kk_release *release = NULL;
    struct kk_press_source source = { &d->press, kk_slice_text(d->sums[at].scope) };
    struct kk_release_options o = { .scope = source.scope, .release = d->number,
                                    .source = { kk_press_get, &source },
                                    .sink = { sink_put, &source } };
    struct kk_release_stats stats = { 0 };
    int r = kk_press_key(&d->press, source.scope, &key, &o.epoch, err);

    if (r == 0)
        r = previous_of(&source, &previous);
    if (r < 0)
        return r;
    o.key = key.len ? &key : NULL;
    o.previous = previous.len ? kk_bytes_slice(&previous) : kk_slice(NULL, 0);
    r = kk_release_new(&o, &release);
    if (r == 0 && kk_slice_is(source.scope, KK_EDITIONS_SCOPE))
        r = fill_texts(d, release, KK_KARTE_DATASET, d->editions);
    if (r == 0 && kk_slice_is(source.scope, KK_PRACTICES_SCOPE))
        r = fill_texts(d, release, KK_PRACTICE_DATASET, d->practices);
    if (r == 0 && kk_slice_is(source.scope, KK_REF_SCOPE))
        r = fill_reference(d, release);
    if (r == 0)
        r = fill_release(d, release, rows, (unsigned)kk_scope_tier(source.scope), &stats);
    if (r == 0)
        r = kk_release_done(release, result);
    if (r < 0 && err && release && kk_release_error(release)->fault == r)
        *err = *kk_release_error(release);
    if (r < 0)
        return r;
    d->rows[at].epoch = result->unchanged ? d->rows[at].epoch : o.epoch;
    d->sums[at].rows = rows ? stats.rows : rows_before(&source);
    d->sums[at].added = stats.added;
    d->sums[at].changed = stats.changed;
    d->sums[at].dropped = stats.dropped;
    if (d->recalling && rows) { /* a new base without some rows: to a person, only these go */
        d->sums[at].added = d->sums[at].changed = 0;
        d->sums[at].dropped = rows_before(&source) - stats.rows;
    }
    return 0;
}

int kk_draft_scope(struct kk_draft *d, const char *scope, const struct kk_tidy *rows,
                   struct kk_error *err)
{
    struct kk_release_result result = { 0 };
    struct kk_scope known;

    if (!kk_scope_parse(kk_slice_text(scope), &known) || !kk_scope_info(known.kind)->releases)
        return kk_error_say(err, KK_E_SCOPE, scope, "pub, int or r:14131 … r:14137",
                            "pub、int、r:14131 … r:14137 のいずれかです");
    if (d->count == KK_SCOPES_MAX)
        return kk_error_say(err, KK_E_ROW_LIMIT, scope, "more than %d scopes",
                            "範囲が %d を超えています", KK_SCOPES_MAX);
    size_t at = place_of(d, scope);
    int r = make_scope(d, at, rows, &result, err);
    if (r < 0)
        return err && err->fault == r ? r : kk_error_set(err, r, scope, "%s", "");
    d->sums[at].kept = result.unchanged;
    d->sums[at].bytes = kk_press_bytes(&d->press, scope);
    if (result.unchanged)
        return 0;
    d->rows[at].manifest = result.manifest;
    memcpy(d->rows[at].state, result.state, KK_HASH_BYTES);
    d->changed = true;
    return 0;
}

/* --- what readers could find out --- */
int kk_draft_rules(struct kk_draft *d, struct kk_error *err)
{
    int r = d->guard.rules.text.len ? 0 : kk_guard_settings(&d->guard, d->press.home, err);

    return r == 0 ? kk_rules_reference(&d->guard.rules, &d->reference) : r;
}

static int read_all(struct kk_draft *d, struct kk_error *err)
{
    const struct kk_catalog catalog = { .version = { 0, d->number },
                                        .scopes = { d->rows, d->count } };
    int r = kk_draft_rules(d, err);

    if (r == 0)
        r = kk_guard_history(&d->guard, &d->press, err);
    return r == 0 ? kk_guard_draft(&d->guard, &d->press, &catalog, err) : r;
}

int kk_draft_judge(struct kk_draft *d, struct kk_error *err)
{
    int r = read_all(d, err);

    if (r == 0)
        r = kk_guard_noted(&d->guard, &d->press, err);
    if (r == 0)
        r = kk_guard_judge(&d->guard, err);
    return r == 0 ? kk_guard_report(&d->guard, &d->report) : r;
}

int kk_draft_cover(struct kk_draft *d, struct kk_cover *ret, struct kk_error *err)
{
    struct kk_cover_ground ground = { .facts = &d->guard.facts,
                                      .relations = &d->guard.relations,
                                      .rules = &d->guard.rules };
    int r = read_all(d, err);

    for (size_t i = 0; i < d->count; i++) {
        if (!d->sums[i].kept)
            ground.may |= kk_eyes_of(d->rows[i].scope);
    }
    if (r == 0)
        r = kk_guard_tiers(&d->guard, err);
    if (r == 0)
        r = kk_bounds_ready(err);
    if (r == 0)
        r = kk_cover_run(ret, &ground, &d->guard.attack);
    return r == 0 || (err && err->fault) ? r : kk_error_set(err, r, "release", "%s", "");
}

int kk_draft_note(struct kk_draft *d, struct kk_error *err)
{
    int r = kk_guard_report(&d->guard, &d->report);

    return r == 0 ? kk_guard_note(&d->press, kk_bytes_slice(&d->report), err) : r;
}

struct covering {
    const struct kk_draft *draft;
    const struct kk_cover *cover;
    uint32_t eyes;
    int (*fn)(void *user, const struct kk_obs *row);
    void *user;
};

static int covered_row(void *user, const struct kk_obs *row)
{
    struct covering *x = user;
    struct kk_obs out = *row;

    if (x->draft->placed && kk_working_told_before(x->draft, x->cover, x->eyes, row))
        return 0;
    if (kk_cover_conceals(x->cover, &x->draft->guard.facts, x->eyes, row)) {
        out.missing = KK_MISSING_CONCEALED;
        out.value = 0;
    }
    return x->fn(x->user, &out);
}

int kk_draft_covered(struct kk_draft *d, const struct kk_cover *cover, const char *scope,
                     int (*fn)(void *user, const struct kk_obs *row), void *user)
{
    struct covering x = { .draft = d, .cover = cover, .fn = fn, .user = user,
                          .eyes = kk_eyes_of(kk_slice_text(scope)) };

    for (size_t i = 0; i < d->count; i++) {
        if (kk_slice_is(d->rows[i].scope, scope))
            return kk_press_each(&d->press, &d->rows[i], covered_row, &x);
    }
    return KK_E_NOT_FOUND;
}

/* --- the catalog --- */
static int make_catalog(const struct kk_draft *d, const struct kk_draft_words *words,
                        uint64_t gen, struct kk_bytes *document)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes payload = { 0 };
    struct kk_shape_fault fault;
    struct kk_catalog catalog = {
        .version = { gen, d->number },
        .issued_ms = (uint64_t)words->now_ms,
        .expires_ms = (uint64_t)(words->now_ms + KK_CATALOG_LIFE_DAYS * KK_DAY_MS),
        .title = kk_slice_text(words->title),
        .scopes = { d->rows, d->count },
        .note = words->note ? kk_slice_text(words->note) : kk_slice(NULL, 0),
        .recalled = { d->recalled, d->recalled_count },
    };
    int r;

    memcpy(catalog.prev, d->press.last_id, KK_HASH_BYTES);
    kk_guard_report_hash(kk_bytes_slice(&d->report), catalog.report);
    r = kk_shape_encode_checked(&kk_shape_catalog, &catalog, &payload, &fault);
    return r < 0 ? r : kk_document_new(KK_DOC_CATALOG, kk_bytes_slice(&payload), document);
}

int kk_draft_sign(struct kk_draft *d, const struct kk_draft_words *words,
                  struct kk_slice passphrase, const char *path, struct kk_error *err)
{
    const struct kk_root_role *role = kk_trust_role(d->press.home->trust, KK_TRUST_PUBLISHER);
    KK_AUTO_FINI(kk_bytes) struct kk_bytes document = { 0 }, signed_once = { 0 };
    int r;

    kk_assert(d->guard.judged);
    if (!role)
        return kk_error_say(err, KK_E_NOT_FOUND, d->press.home->dir, "no root document",
                            "ルート文書がありません");
    r = make_catalog(d, words, role->gen, &document);
    if (r < 0)
        return kk_error_say(err, r, "catalog", "title or note too long, or no scope",
                            "表題か注記が長すぎるか、範囲がありません");
    r = kk_press_sign(&d->press, kk_bytes_slice(&document), passphrase, &signed_once, err);
    if (r == 0)
        r = kk_guard_keep(&d->press, kk_bytes_slice(&d->report), err);
    if (r == 0)
        r = kk_guard_leave(path, kk_bytes_slice(&d->report), err);
    return r < 0 ? r : kk_press_write(&d->press, kk_bytes_slice(&signed_once), path, err);
}

void kk_draft_sum(const struct kk_draft *d, struct kk_release_sum *ret)
{
    *ret = (struct kk_release_sum){ .number = d->number, .scope_count = d->count };
    memcpy(ret->scopes, d->sums, d->count * sizeof *d->sums);
    kk_release_sum_history(ret, &d->guard);
}
