/* Reading what a desk keeps (edition.h). [DK-1] */
#include "desk/edition.h"

#include "desk/release.h"

#define EDITION_ARENA (4u * 1024 * 1024)

int kk_edition_open(struct kk_press *press, uint32_t number, struct kk_edition *ret,
                    struct kk_error *err)
{
    struct kk_shape_fault fault = { 0 };
    int r;

    *ret = (struct kk_edition){ 0 };
    kk_arena_init(&ret->arena, EDITION_ARENA);
    r = kk_press_catalog(press, number, &ret->document, err);
    if (r < 0)
        return r;
    r = kk_document_read(KK_DOC_CATALOG, kk_bytes_slice(&ret->document), &ret->arena, &ret->doc);
    if (r == 0)
        r = kk_shape_read(&kk_shape_catalog, ret->doc.payload, &ret->arena, &ret->catalog, &fault);
    return r < 0 ? kk_error_set(err, r, "catalog", "%s", fault.field ? fault.field : "") : 0;
}

void kk_edition_fini(struct kk_edition *e)
{
    kk_bytes_fini(&e->document);
    kk_arena_fini(&e->arena);
}

const struct kk_catalog_scope *kk_catalog_scope_of(const struct kk_catalog *catalog,
                                                   struct kk_slice scope)
{
    for (size_t i = 0; i < catalog->scopes.count; i++) {
        if (kk_slice_equal(catalog->scopes.items[i].scope, scope))
            return &catalog->scopes.items[i];
    }
    return NULL;
}

static int read_plain(struct kk_press_source *source, enum kk_blob_kind kind,
                      const struct kk_blob_ref *ref, struct kk_bytes *out)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes coded = { 0 };
    size_t max = kind == KK_BLOB_MANIFEST ? KK_MANIFEST_BYTES_MAX : KK_INDEX_BYTES_MAX;
    int r = kk_press_get(source, kind, ref, &coded);

    return r < 0 ? r : kk_blob_decode(kk_bytes_slice(&coded), max, out);
}

int kk_press_segment(struct kk_press_source *source, const struct kk_segment_ref *ref,
                     struct kk_segment *ret, size_t *ret_depth)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes index = { 0 };
    struct kk_coded_source blobs = { kk_press_get, source };
    int r = read_plain(source, KK_BLOB_INDEX, &ref->index, &index);

    if (r == 0)
        r = kk_segment_open(ret, kk_bytes_slice(&index), blobs);
    return r == 0 ? kk_segment_depth(ret, kk_segment_newest(ret), ret_depth) : r;
}

int kk_press_manifest(struct kk_press_source *source, const struct kk_catalog_scope *row,
                      struct kk_bytes *plain, struct kk_arena *arena, struct kk_manifest *ret)
{
    int r = read_plain(source, KK_BLOB_MANIFEST, &row->manifest, plain);

    return r == 0 ? kk_manifest_read(kk_bytes_slice(plain), row->scope, arena, ret) : r;
}

/* --- row by row --- */
static int each_in_block(struct kk_segment *segment, const struct kk_obs_block *block,
                         kk_tidy_fn *fn, void *user)
{
    int r = 0;

    for (size_t g = 0; g < block->count; g++) {
        const struct kk_obs_group *group = &block->groups[g];

        for (size_t i = 0; i < group->count && r == 0; i++) {
            struct kk_obs obs;

            kk_obs_get(&segment->words, group, &group->rows[i], &obs);
            r = fn(user, &obs);
        }
    }
    return r;
}

static int each_in_segment(struct kk_press_source *source, const struct kk_segment_ref *ref,
                           kk_tidy_fn *fn, void *user)
{
    struct kk_segment segment = { 0 };
    size_t depth = 0;
    int r = kk_press_segment(source, ref, &segment, &depth);

    for (size_t pack = 0; r == 0 && pack < kk_segment_pack_count(&segment); pack++) {
        KK_AUTO_FINI(kk_obs_block) struct kk_obs_block block;

        kk_obs_block_init(&block);
        r = kk_segment_block(&segment, pack, depth, &block);
        if (r == 0)
            r = each_in_block(&segment, &block, fn, user);
    }
    kk_segment_close(&segment);
    return r;
}

/* A dataset of the scope; what it does not have gives no row. */
struct dataset {
    struct kk_bytes plain;
    struct kk_arena arena;
    const struct kk_segment_ref *ref; /* NULL: the scope does not have it */
};

static void close_dataset(struct dataset *d)
{
    kk_bytes_fini(&d->plain);
    kk_arena_fini(&d->arena);
}

static int find_dataset(struct kk_press_source *source, const struct kk_catalog_scope *row,
                        const char *name, struct dataset *ret)
{
    struct kk_manifest manifest = { 0 };
    int r;

    *ret = (struct dataset){ 0 };
    kk_arena_init(&ret->arena, EDITION_ARENA);
    r = kk_press_manifest(source, row, &ret->plain, &ret->arena, &manifest);
    for (size_t i = 0; r == 0 && i < manifest.segments.count; i++) {
        if (kk_slice_is(manifest.segments.items[i].dataset, name))
            ret->ref = &manifest.segments.items[i];
    }
    return r;
}

int kk_press_dataset(struct kk_press *press, const struct kk_catalog_scope *row, const char *name,
                     kk_tidy_fn *fn, void *user)
{
    struct kk_press_source source = { press, row->scope };
    struct dataset found;
    int r = find_dataset(&source, row, name, &found);

    if (r == 0 && found.ref)
        r = each_in_segment(&source, found.ref, fn, user);
    close_dataset(&found);
    return r;
}

int kk_press_each(struct kk_press *press, const struct kk_catalog_scope *row, kk_tidy_fn *fn,
                  void *user)
{
    return kk_press_dataset(press, row, KK_OBS_DATASET, fn, user);
}

int kk_press_rows(struct kk_press_source *source, const struct kk_catalog_scope *row,
                  uint64_t *ret)
{
    struct kk_segment segment = { 0 };
    struct dataset figures;
    size_t depth;
    int r = find_dataset(source, row, KK_OBS_DATASET, &figures);

    if (r == 0 && figures.ref)
        r = kk_press_segment(source, figures.ref, &segment, &depth);
    if (r == 0)
        *ret = figures.ref ? segment.index.rows : 0;
    kk_segment_close(&segment);
    close_dataset(&figures);
    return r;
}

int kk_press_reference(struct kk_press *press, const struct kk_catalog *catalog,
                       struct kk_ref *ret)
{
    const struct kk_catalog_scope *row =
        kk_catalog_scope_of(catalog, kk_slice_text(KK_REF_SCOPE));
    struct kk_press_source source = { press, kk_slice_text(KK_REF_SCOPE) };
    struct dataset reference;
    int r;

    if (!row)
        return 0;
    r = find_dataset(&source, row, KK_REF_DATASET, &reference);
    if (r == 0 && reference.ref)
        r = each_in_segment(&source, reference.ref, kk_ref_take, ret);
    close_dataset(&reference);
    return r == 0 ? kk_ref_done(ret) : r;
}
