/* The in-memory publisher: releases, blobs, comparison. */
#include "press.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/error.h"

#include <stdio.h>
#include <stdlib.h>

/* --- tables --- */
void press_table_init(struct press_table *t)
{
    *t = (struct press_table){ 0 };
    kk_arena_init(&t->texts, SIZE_MAX / 2);
}

void press_table_fini(struct press_table *t)
{
    kk_free(t->rows);
    t->rows = NULL;
    t->count = t->cap = 0;
    kk_arena_fini(&t->texts);
}

static struct kk_slice copy(struct press_table *t, struct kk_slice text)
{
    struct kk_slice s = text.len ? kk_arena_dup(&t->texts, text) : kk_slice("", 0);

    kk_assert(s.data);
    return s;
}

void press_add(struct press_table *t, const struct kk_obs *row)
{
    struct kk_obs *at;

    if (t->count == t->cap) {
        t->cap = t->cap ? t->cap * 2 : 64;
        t->rows = kk_realloc(t->rows, t->cap * sizeof(*t->rows));
        kk_assert(t->rows);
    }
    at = &t->rows[t->count++];
    *at = *row;
    at->indicator = copy(t, row->indicator);
    at->area = copy(t, row->area);
    at->breakdown = copy(t, row->breakdown);
    at->period = copy(t, row->period);
    at->unit = copy(t, row->unit);
    at->status = copy(t, row->status);
    at->method = copy(t, row->method);
    at->source = copy(t, row->source);
    at->note = copy(t, row->note);
}

struct kk_obs press_row(const char *indicator, const char *area, const char *period, int64_t units)
{
    struct kk_slice none = kk_slice("", 0);

    return (struct kk_obs){ .indicator = kk_slice_text(indicator),
                            .area = kk_slice_text(area),
                            .period = kk_slice_text(period),
                            .breakdown = none,
                            .unit = none,
                            .status = none,
                            .method = none,
                            .source = none,
                            .note = none,
                            .value = units * KK_OBS_SCALE };
}

static int by_key(const void *pa, const void *pb)
{
    const struct kk_obs *a = pa, *b = pb;
    int order = kk_slice_compare(a->indicator, b->indicator);

    if (order == 0)
        order = kk_slice_compare(a->area, b->area);
    if (order == 0)
        order = kk_slice_compare(a->breakdown, b->breakdown);
    if (order == 0)
        order = kk_slice_compare(a->period, b->period);
    return order;
}

void press_fill(struct press_table *t, int count, int indicators, int64_t base)
{
    for (int i = 0; i < count; i++) {
        char indicator[24], area[24];
        struct kk_obs row;

        snprintf(indicator, sizeof(indicator), "ind%03d", i % indicators);
        snprintf(area, sizeof(area), "14133-%04d", i / indicators);
        row = press_row(indicator, area, "2020", base + i * 7919 % 1009);
        press_add(t, &row);
    }
    press_sort(t);
}

void press_sort(struct press_table *t)
{
    size_t kept = 0;

    if (t->count)
        qsort(t->rows, t->count, sizeof(*t->rows), by_key);
    for (size_t i = 0; i < t->count; i++)
        if (kept == 0 || by_key(&t->rows[kept - 1], &t->rows[i]) != 0)
            t->rows[kept++] = t->rows[i];
    t->count = kept;
}

bool press_row_equal(const struct kk_obs *a, const struct kk_obs *b)
{
    return by_key(a, b) == 0 && a->value == b->value && a->missing == b->missing &&
           kk_slice_equal(a->unit, b->unit) && kk_slice_equal(a->status, b->status) &&
           kk_slice_equal(a->method, b->method) && kk_slice_equal(a->source, b->source) &&
           kk_slice_equal(a->note, b->note);
}

/* --- blobs --- */
void press_init(struct press *p, const char *scope)
{
    static const uint8_t key[KK_KEY_BYTES] = "a key that is the same every run";

    *p = (struct press){ 0 };
    kk_assert(strlen(scope) <= KK_SCOPE_NAME_MAX);
    memcpy(p->scope, scope, strlen(scope));
    if (strcmp(scope, "pub") == 0)
        return;
    kk_secret_init(&p->key, kk_slice(key, sizeof(key)));
    p->epoch = 3;
}

void press_fini(struct press *p)
{
    for (size_t i = 0; i < p->count; i++)
        kk_bytes_fini(&p->blobs[i].bytes);
    kk_free(p->blobs);
    kk_bytes_fini(&p->manifest);
    kk_secret_fini(&p->key);
    *p = (struct press){ 0 };
}

const struct press_blob *press_find(const struct press *p, const uint8_t hash[KK_HASH_BYTES])
{
    for (size_t i = 0; i < p->count; i++)
        if (memcmp(p->blobs[i].ref.hash, hash, KK_HASH_BYTES) == 0)
            return &p->blobs[i];
    return NULL;
}

static int put_blob(void *self, enum kk_blob_kind kind, const struct kk_blob_ref *ref,
                    struct kk_slice blob)
{
    struct press *p = self;

    if (press_find(p, ref->hash))
        return 0;
    if (p->count == p->cap) {
        p->cap = p->cap ? p->cap * 2 : 16;
        p->blobs = kk_realloc(p->blobs, p->cap * sizeof(*p->blobs));
        kk_assert(p->blobs);
    }
    p->blobs[p->count] = (struct press_blob){ .kind = kind, .ref = *ref };
    return kk_bytes_append_slice(&p->blobs[p->count++].bytes, blob);
}

void press_keep(struct press *p, const struct press_blob *b)
{
    kk_assert(put_blob(p, b->kind, &b->ref, kk_bytes_slice(&b->bytes)) == 0);
}

static struct kk_blob_seal seal_of(const struct press *p, enum kk_blob_kind kind)
{
    return (struct kk_blob_seal){ .kind = kind,
                                  .scope = kk_slice_text(p->scope),
                                  .epoch = p->epoch,
                                  .key = p->key.len ? &p->key : NULL };
}

static int get_blob(void *self, enum kk_blob_kind kind, const struct kk_blob_ref *ref,
                    struct kk_bytes *out)
{
    struct press *p = self;
    const struct press_blob *b = press_find(p, ref->hash);
    struct kk_blob_seal seal = seal_of(p, kind);

    return b ? kk_blob_unwrap(&seal, kk_bytes_slice(&b->bytes), out) : KK_E_BLOB_MISSING;
}

struct kk_coded_source press_source(struct press *p)
{
    return (struct kk_coded_source){ .get = get_blob, .self = p };
}

static void keep_manifest(struct press *p, const struct kk_release_result *result)
{
    const struct press_blob *b = press_find(p, result->manifest.hash);
    struct kk_blob_seal seal = seal_of(p, KK_BLOB_MANIFEST);

    kk_assert(b);
    kk_bytes_clear(&p->manifest);
    kk_assert(kk_blob_open(&seal, kk_bytes_slice(&b->bytes), KK_MANIFEST_BYTES_MAX, &p->manifest) ==
              0);
    p->row = (struct kk_catalog_scope){ .scope = kk_slice_text(p->scope),
                                        .epoch = p->epoch,
                                        .manifest = result->manifest };
    memcpy(p->row.state, result->state, KK_HASH_BYTES);
}

struct kk_release_stats press_release(struct press *p, uint32_t number, const struct press_table *t,
                                      bool recall)
{
    struct kk_release_options options = { .scope = kk_slice_text(p->scope),
                                          .release = number,
                                          .epoch = p->epoch,
                                          .key = p->key.len ? &p->key : NULL,
                                          .previous = kk_bytes_slice(&p->manifest),
                                          .source = press_source(p),
                                          .sink = { .put = put_blob, .self = p } };
    struct kk_dataset_options dataset = { .name = kk_slice_text(KK_OBS_DATASET),
                                          .title = kk_slice_text("題"),
                                          .recall = recall };
    KK_AUTO_FREE(kk_release) struct kk_release *r = NULL;
    struct kk_release_result result;
    struct kk_release_stats stats;

    p->fresh = p->count;
    kk_assert(kk_release_new(&options, &r) == 0);
    kk_assert(kk_release_begin(r, &dataset) == 0);
    for (size_t i = 0; i < t->count; i++)
        kk_assert(kk_release_row(r, &t->rows[i]) == 0);
    kk_assert(kk_release_end(r, &stats) == 0);
    kk_assert(kk_release_done(r, &result) == 0);
    p->release = number;
    if (!result.unchanged)
        keep_manifest(p, &result);
    return stats;
}

void press_segment(struct press *p, struct kk_segment *ret)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena;
    KK_AUTO_FINI(kk_bytes) struct kk_bytes coded = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    struct kk_manifest m;

    kk_arena_init(&arena, 1u << 20);
    kk_assert(kk_manifest_read(kk_bytes_slice(&p->manifest), kk_slice_text(p->scope), &arena, &m) ==
              0);
    kk_assert(m.segments.count == 1);
    kk_assert(get_blob(p, KK_BLOB_INDEX, &m.segments.items[0].index, &coded) == 0);
    kk_assert(kk_blob_decode(kk_bytes_slice(&coded), KK_INDEX_BYTES_MAX, &plain) == 0);
    kk_assert(kk_segment_open(ret, kk_bytes_slice(&plain), press_source(p)) == 0);
}

void press_assert_table(struct kk_segment *s, size_t depth, const struct press_table *t)
{
    size_t at = 0;

    for (size_t pack = 0; pack < kk_segment_pack_count(s); pack++) {
        KK_AUTO_FINI(kk_obs_block) struct kk_obs_block b;

        kk_obs_block_init(&b);
        ck_assert_int_eq(kk_segment_block(s, pack, depth, &b), 0);
        for (size_t i = 0; i < b.count; i++) {
            for (size_t k = 0; k < b.groups[i].count; k++) {
                struct kk_obs got;

                kk_obs_get(&s->words, &b.groups[i], &b.groups[i].rows[k], &got);
                ck_assert_uint_lt(at, t->count);
                ck_assert(press_row_equal(&got, &t->rows[at]));
                at++;
            }
        }
    }
    ck_assert_uint_eq(at, t->count);
}
