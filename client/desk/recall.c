/* Rows taken back, and the blobs that held them (recall.h). [BN-19] [DK-5] */
#include "desk/recall.h"

#include "desk/edition.h"
#include "desk/practices.h"
#include "kukyoku/base/alloc.h"
#include "kukyoku/bundle/plan.h"

#include <stdlib.h>

#define NAMES_ARENA (4u * 1024 * 1024)

/* --- which rows --- */
static bool is_one_of(const struct kk_recall_rows *rows, enum kk_recall_key key,
                      struct kk_slice text)
{
    for (size_t i = 0; i < rows->counts[key]; i++) {
        if (kk_slice_is(text, rows->words[key][i]))
            return true;
    }
    return rows->counts[key] == 0;
}

bool kk_recall_meant(const struct kk_recall_rows *rows, const struct kk_obs *row)
{
    size_t keys = 0;

    for (size_t i = 0; i < KK_RECALL_KEYS; i++)
        keys += rows->counts[i];
    return keys > 0 && is_one_of(rows, KK_RECALL_INDICATOR, row->indicator) &&
           is_one_of(rows, KK_RECALL_AREA, row->area) &&
           is_one_of(rows, KK_RECALL_PERIOD, row->period) &&
           is_one_of(rows, KK_RECALL_BREAKDOWN, row->breakdown);
}

struct sorting {
    const struct kk_recall_rows *rows;
    const char *scope;
    struct kk_tidy *stays; /* NULL: only counted */
    uint64_t line, meant;
};

static int sort_out(void *user, const struct kk_obs *row)
{
    struct sorting *s = user;

    if (kk_recall_meant(s->rows, row)) {
        s->meant++;
        return 0;
    }
    return s->stays ? kk_tidy_take_obs(s->stays, row, ++s->line) : 0;
}

int kk_recall_count(struct kk_press *press, const struct kk_catalog_scope *row,
                    const struct kk_recall_rows *rows, uint64_t *ret)
{
    struct sorting s = { .rows = rows };
    int r = kk_press_each(press, row, sort_out, &s);

    *ret = s.meant;
    return r;
}

int kk_recall_floor(struct kk_press *press, struct kk_slice scope, uint32_t *ret)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    const struct kk_catalog_scope *row = kk_press_scope(press, scope);
    struct kk_press_source source = { press, scope };
    struct kk_manifest manifest = { 0 };
    int r;

    *ret = 0;
    kk_arena_init(&arena, NAMES_ARENA);
    r = row ? kk_press_manifest(&source, row, &plain, &arena, &manifest) : 0;
    for (size_t i = 0; r == 0 && i < manifest.segments.count; i++) {
        struct kk_segment segment = { 0 };
        size_t depth;

        if (!kk_slice_is(manifest.segments.items[i].dataset, KK_OBS_DATASET))
            continue;
        r = kk_press_segment(&source, &manifest.segments.items[i], &segment, &depth);
        *ret = (uint32_t)segment.index.floor;
        kk_segment_close(&segment);
    }
    return r;
}

/* Earlier releases whose rows are still readable, and that have such rows. */
static int look_back(struct kk_draft *d, struct kk_slice scope, const struct kk_recall_rows *rows,
                     uint64_t *ret_releases)
{
    uint32_t first;
    int r = kk_recall_floor(&d->press, scope, &first);

    for (uint32_t n = first ? first : 1; r == 0 && n < d->number - 1; n++) {
        KK_AUTO_FINI(kk_edition) struct kk_edition e = { 0 };
        struct kk_error none = { 0 };
        const struct kk_catalog_scope *row;
        uint64_t count = 0;

        r = kk_edition_open(&d->press, n, &e, &none);
        if (r == KK_E_NOT_FOUND) { /* this desk began later */
            r = 0;
            continue;
        }
        row = r == 0 ? kk_catalog_scope_of(&e.catalog, scope) : NULL;
        if (row)
            r = kk_recall_count(&d->press, row, rows, &count);
        *ret_releases += count > 0;
    }
    return r;
}

/* --- the draft --- */
/* Editions that quote such figures go with them; practice goes by its id. */
struct staying {
    struct kk_editions editions, practices;
};

static int sort_texts(struct kk_draft *d, const char *scope, const struct kk_recall_rows *rows,
                      struct staying *stay, struct kk_recall_sum *sum)
{
    int r = 0;

    if (strcmp(scope, KK_EDITIONS_SCOPE) == 0)
        r = kk_editions_but(&d->press, rows, &stay->editions, &sum->editions);
    if (r == 0 && strcmp(scope, KK_PRACTICES_SCOPE) == 0 && rows->practices.count > 0)
        r = kk_practices_but(&d->press, &rows->practices, &stay->practices, &sum->practices);
    return r;
}

static int rebuild_scope(struct kk_draft *d, const struct sorting *s, struct staying *stay,
                         const struct kk_recall_sum *sum, struct kk_error *err)
{
    int r;

    if (sum->now == 0 && sum->releases == 0 && sum->practices == 0)
        return KK_E_NOT_FOUND;
    d->recalling = true;
    d->editions = sum->editions ? &stay->editions : NULL;
    d->practices = sum->practices ? &stay->practices : NULL;
    r = kk_draft_scope(d, s->scope, s->stays, err);
    d->recalling = false;
    d->editions = d->practices = NULL;
    return r;
}

static int rebuild(struct kk_draft *d, struct sorting *s, struct kk_recall_sum *ret,
                   struct kk_error *err)
{
    const char *scope = s->scope;
    const struct kk_catalog_scope *row = kk_press_scope(&d->press, kk_slice_text(scope));
    struct kk_recall_sum sum = { 0 };
    struct staying stay;
    int r = row ? kk_press_each(&d->press, row, sort_out, s) : KK_E_NOT_FOUND;

    kk_editions_init(&stay.editions);
    kk_editions_init(&stay.practices);
    if (r == 0)
        r = kk_tidy_end(s->stays);
    if (r == 0)
        r = look_back(d, kk_slice_text(scope), s->rows, &sum.releases);
    sum.now = s->meant;
    if (r == 0)
        r = sort_texts(d, scope, s->rows, &stay, &sum);
    if (r == 0)
        r = rebuild_scope(d, s, &stay, &sum, err);
    kk_editions_fini(&stay.editions);
    kk_editions_fini(&stay.practices);
    *ret = sum;
    return r < 0 && err && err->fault != r ? kk_error_set(err, r, scope, "%s", "") : r;
}

int kk_draft_recall(struct kk_draft *d, const char *scope, const struct kk_recall_rows *rows,
                    struct kk_recall_sum *ret, struct kk_error *err)
{
    struct sorting s = { .rows = rows, .scope = scope,
                         .stays = kk_alloc(sizeof(struct kk_tidy)) };
    int r;

    if (!s.stays)
        return KK_E_MEMORY;
    kk_tidy_init(s.stays);
    r = rebuild(d, &s, ret, err);
    kk_tidy_fini(s.stays);
    kk_free(s.stays);
    return r;
}

/* --- blobs by name --- */
static bool lacks_all(void *user, enum kk_blob_kind kind, const struct kk_blob_ref *ref)
{
    (void)user;
    (void)kind;
    (void)ref;
    return false;
}

static int name_segment(struct kk_press_source *source, const struct kk_segment_ref *ref,
                        struct kk_plan *names)
{
    struct kk_segment segment = { 0 };
    size_t depth;
    int r = kk_press_segment(source, ref, &segment, &depth);

    if (r == 0)
        r = kk_plan_add(names, KK_BLOB_INDEX, &ref->index);
    if (r == 0)
        r = kk_plan_add(names, KK_BLOB_GIDS, &segment.index.gids);
    if (r == 0)
        r = kk_plan_index(names, &segment.index, lacks_all, NULL);
    kk_segment_close(&segment);
    return r;
}

/* Every blob that a scope of a release is made of. */
static int name_scope(struct kk_press *press, const struct kk_catalog_scope *row,
                      struct kk_plan *names)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_press_source source = { press, row->scope };
    struct kk_manifest manifest = { 0 };
    int r;

    kk_arena_init(&arena, NAMES_ARENA);
    r = kk_press_manifest(&source, row, &plain, &arena, &manifest);
    if (r == 0)
        r = kk_plan_add(names, KK_BLOB_MANIFEST, &row->manifest);
    for (size_t i = 0; r == 0 && i < manifest.segments.count; i++)
        r = name_segment(&source, &manifest.segments.items[i], names);
    return r;
}

static int name_release(struct kk_press *press, const struct kk_catalog *catalog,
                        struct kk_plan *names)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < catalog->scopes.count; i++)
        r = name_scope(press, &catalog->scopes.items[i], names);
    return r;
}

/* All that earlier releases had in the scopes that this draft makes anew. */
static int name_earlier(struct kk_draft *d, struct kk_plan *names)
{
    int r = 0;

    for (uint32_t n = 1; r == 0 && n < d->number; n++) {
        KK_AUTO_FINI(kk_edition) struct kk_edition e = { 0 };
        struct kk_error none = { 0 };

        r = kk_edition_open(&d->press, n, &e, &none);
        if (r == KK_E_NOT_FOUND) {
            r = 0;
            continue;
        }
        for (size_t i = 0; r == 0 && i < d->count; i++) {
            const struct kk_catalog_scope *row =
                d->sums[i].kept ? NULL : kk_catalog_scope_of(&e.catalog, d->rows[i].scope);

            if (row)
                r = name_scope(&d->press, row, names);
        }
    }
    return r;
}

static int by_hash(const void *a, const void *b)
{
    return memcmp(((const struct kk_hash_item *)a)->id, ((const struct kk_hash_item *)b)->id,
                  KK_HASH_BYTES);
}

static bool names_hash(const struct kk_plan *names, const uint8_t hash[KK_HASH_BYTES])
{
    for (size_t i = 0; i < names->count; i++) {
        if (memcmp(names->wants[i].ref.hash, hash, KK_HASH_BYTES) == 0)
            return true;
    }
    return false;
}

/* Those of `earlier` that are not needed, beside those that are in the list already. */
static int add_names(struct kk_draft *d, const struct kk_plan *earlier,
                     const struct kk_plan *needed)
{
    const struct kk_catalog carried = { .recalled = { d->recalled, d->recalled_count } };
    size_t count = d->recalled_count;
    struct kk_hash_item *all = kk_alloc_array(count + earlier->count + 1, sizeof *all);

    if (!all)
        return KK_E_MEMORY;
    for (size_t i = 0; i < count; i++)
        all[i] = d->recalled[i];
    for (size_t i = 0; i < earlier->count; i++) {
        const uint8_t *hash = earlier->wants[i].ref.hash;

        if (!names_hash(needed, hash) && !kk_catalog_recalls(&carried, hash))
            memcpy(all[count++].id, hash, KK_HASH_BYTES);
    }
    qsort(all, count, sizeof *all, by_hash);
    kk_free(d->recalled);
    d->recalled = all;
    d->recalled_count = count;
    return count > KK_RECALLED_MAX ? KK_E_ROW_LIMIT : 0;
}

int kk_recall_name(struct kk_draft *d, struct kk_error *err)
{
    KK_AUTO_FINI(kk_plan) struct kk_plan earlier = { 0 };
    KK_AUTO_FINI(kk_plan) struct kk_plan needed = { 0 };
    const struct kk_catalog made = { .scopes = { d->rows, d->count } };
    int r = name_earlier(d, &earlier);

    if (r == 0)
        r = name_release(&d->press, &made, &needed);
    if (r == 0)
        r = add_names(d, &earlier, &needed);
    return r < 0 ? kk_error_set(err, r, "release", "%s", "") : 0;
}

int kk_recall_carry(struct kk_draft *d)
{
    size_t count = d->press.catalog.recalled.count;

    if (count == 0)
        return 0;
    d->recalled = kk_alloc_array(count, sizeof *d->recalled);
    if (!d->recalled)
        return KK_E_MEMORY;
    for (size_t i = 0; i < count; i++)
        d->recalled[i] = d->press.catalog.recalled.items[i];
    d->recalled_count = count;
    return 0;
}

/* --- somebody else's draft --- */
int kk_recall_check(struct kk_press *press, const struct kk_catalog *catalog, struct kk_error *err)
{
    KK_AUTO_FINI(kk_plan) struct kk_plan needed = { 0 };
    const struct kk_catalog *before = &press->catalog;
    int r = catalog->recalled.count ? name_release(press, catalog, &needed) : 0;

    for (size_t i = 0; r == 0 && i < needed.count; i++) {
        if (kk_catalog_recalls(catalog, needed.wants[i].ref.hash))
            return kk_error_say(err, KK_E_DRAFT, "", "it takes back what it needs itself",
                                "自身に必要なものを回収しています");
    }
    for (size_t i = 0; r == 0 && i < before->recalled.count; i++) {
        if (!kk_catalog_recalls(catalog, before->recalled.items[i].id))
            return kk_error_say(err, KK_E_DRAFT, "", "it brings back what was recalled",
                                "回収済みのものを戻しています");
    }
    return r < 0 ? kk_error_set(err, r, "release", "%s", "") : 0;
}
