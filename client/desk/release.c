/* Checking, signing a second time, and publishing (release.h). [DK-3] */
#include "desk/release.h"

#include "desk/edition.h"
#include "desk/recall.h"

#include <stdio.h>

#define CHECK_ARENA (4u * 1024 * 1024)

uint32_t kk_release_newest(const struct kk_press *press)
{
    return (uint32_t)press->catalog.version.ver;
}

static void copy_text(struct kk_slice from, char *to, size_t size)
{
    snprintf(to, size, "%.*s", (int)from.len, from.len ? (const char *)from.data : "");
}

/* --- every row of a scope, every hash up to the state in the catalog --- */
static int check_segment(struct kk_press_source *source, const struct kk_segment_ref *ref,
                         struct kk_release_scope_sum *sum, struct kk_error *err)
{
    struct kk_segment segment = { 0 };
    struct kk_segment_fault fault = { 0 };
    size_t depth = 0;
    int r = kk_press_segment(source, ref, &segment, &depth);

    if (r == 0)
        r = kk_segment_verify(&segment, depth, NULL, &fault);
    if (r == 0 && memcmp(kk_segment_root(&segment, depth), ref->seg_root, KK_HASH_BYTES) != 0)
        r = KK_E_HASH;
    if (r == 0 && kk_slice_is(ref->dataset, KK_REF_DATASET))
        sum->reference += segment.index.rows;
    else if (r == 0 && kk_slice_is(ref->dataset, KK_OBS_DATASET))
        sum->rows += segment.index.rows;
    else if (r < 0)
        kk_error_set(err, r, "release", "%.*s %.*s %s", (int)source->scope.len,
                     (const char *)source->scope.data, (int)ref->dataset.len,
                     (const char *)ref->dataset.data, fault.indicator);
    kk_segment_close(&segment);
    return r;
}

static int check_scope(struct kk_press *press, const struct kk_catalog_scope *row,
                       struct kk_release_scope_sum *sum, struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_press_source source = { press, row->scope };
    struct kk_manifest manifest;
    uint8_t state[KK_HASH_BYTES];
    int r;

    kk_arena_init(&arena, CHECK_ARENA);
    r = kk_press_manifest(&source, row, &plain, &arena, &manifest);
    if (r == 0)
        r = kk_rows_state(&manifest, state);
    if (r == 0 && memcmp(state, row->state, KK_HASH_BYTES) != 0)
        r = KK_E_HASH;
    if (r < 0)
        return kk_error_set(err, r, "release", "%.*s", (int)row->scope.len,
                            (const char *)row->scope.data);
    for (size_t i = 0; i < manifest.segments.count && r == 0; i++)
        r = check_segment(&source, &manifest.segments.items[i], sum, err);
    return r;
}

static bool same_row(const struct kk_catalog_scope *a, const struct kk_catalog_scope *b)
{
    return b && memcmp(a->manifest.hash, b->manifest.hash, KK_HASH_BYTES) == 0 &&
           memcmp(a->state, b->state, KK_HASH_BYTES) == 0;
}

/* --- a whole file --- */
struct paper {
    struct kk_press press;
    struct kk_bytes document;
    struct kk_arena arena;
    struct kk_doc doc;
    struct kk_catalog catalog;
    uint8_t id[KK_HASH_BYTES];
    struct kk_bytes report; /* on disclosure control */
};

static void close_paper(struct paper *p)
{
    kk_press_fini(&p->press);
    kk_bytes_fini(&p->document);
    kk_bytes_fini(&p->report);
    kk_arena_fini(&p->arena);
}

static int read_paper(struct paper *p, struct kk_error *err)
{
    struct kk_shape_fault fault = { 0 };
    int r = kk_document_read(KK_DOC_CATALOG, kk_bytes_slice(&p->document), &p->arena, &p->doc);

    if (r == 0)
        r = kk_shape_read(&kk_shape_catalog, p->doc.payload, &p->arena, &p->catalog, &fault);
    if (r < 0)
        return kk_error_set(err, r, "catalog", "%s", fault.field ? fault.field : "");
    kk_document_id(&p->doc, p->id);
    return 0;
}

static int count_signatures(const struct paper *p, struct kk_release_sum *ret)
{
    const struct kk_root_role *role = kk_trust_role(p->press.home->trust, KK_TRUST_PUBLISHER);
    uint32_t bits = 0;
    int r = role ? kk_document_signers(&p->doc, role, &bits) : KK_E_NOT_FOUND;

    ret->signatures = 0;
    for (; bits; bits &= bits - 1)
        ret->signatures++;
    ret->needed = role ? (unsigned)role->threshold : 0;
    return r;
}

static int sum_paper(struct paper *p, struct kk_release_sum *ret, struct kk_error *err)
{
    int r = count_signatures(p, ret);

    ret->number = (uint32_t)p->catalog.version.ver;
    ret->issued_ms = (int64_t)p->catalog.issued_ms;
    ret->scope_count = p->catalog.scopes.count;
    ret->recalled = p->catalog.recalled.count;
    copy_text(p->catalog.title, ret->title, sizeof ret->title);
    copy_text(p->catalog.note, ret->note, sizeof ret->note);
    memcpy(ret->report, p->catalog.report, KK_HASH_BYTES);
    for (size_t i = 0; i < ret->scope_count && r == 0; i++) {
        const struct kk_catalog_scope *row = &p->catalog.scopes.items[i];
        struct kk_release_scope_sum *sum = &ret->scopes[i];

        copy_text(row->scope, sum->scope, sizeof sum->scope);
        memcpy(sum->state, row->state, KK_HASH_BYTES);
        sum->bytes = kk_press_bytes(&p->press, sum->scope);
        sum->kept = same_row(row, kk_press_scope(&p->press, row->scope));
        r = check_scope(&p->press, row, sum, err);
    }
    return r;
}

void kk_release_sum_history(struct kk_release_sum *sum, const struct kk_guard *g)
{
    copy_text(kk_bytes_slice(&g->excuse), sum->excuse, sizeof sum->excuse);
    copy_text(kk_bytes_slice(&g->lacks), sum->lacks, sizeof sum->lacks);
}

/* Either the newest release of this desk once more, or the one that follows it. */
static int check_place(const struct paper *p, struct kk_release_sum *ret, struct kk_error *err)
{
    const struct kk_press *press = &p->press;

    ret->again = press->last.len > 0 && memcmp(p->id, press->last_id, KK_HASH_BYTES) == 0;
    if (ret->again || (p->catalog.version.ver == press->catalog.version.ver + 1 &&
                       memcmp(p->catalog.prev, press->last_id, KK_HASH_BYTES) == 0))
        return 0;
    return kk_error_set(err, KK_E_DRAFT, "", "%u, %u", (unsigned)p->catalog.version.ver,
                        (unsigned)press->catalog.version.ver);
}

static int open_paper(struct kk_home *home, const char *path, struct paper *p,
                      struct kk_release_sum *ret, struct kk_error *err)
{
    int r;

    *p = (struct paper){ 0 };
    *ret = (struct kk_release_sum){ 0 };
    kk_arena_init(&p->arena, CHECK_ARENA);
    r = kk_press_open(home, &p->press, err);
    if (r == 0)
        r = kk_press_read(&p->press, path, &p->document, err);
    if (r == 0)
        r = read_paper(p, err);
    if (r == 0)
        r = check_place(p, ret, err);
    return r < 0 ? r : sum_paper(p, ret, err);
}

/* By the settings of its report and the cells that it names; by the home's where it has none. */
static int judge_paper(struct paper *p, const char *path, struct kk_guard *g, struct kk_error *err)
{
    static const uint8_t none[KK_HASH_BYTES];
    KK_AUTO_FINI(kk_bytes) struct kk_bytes report = { 0 };
    bool told = memcmp(p->catalog.report, none, KK_HASH_BYTES) != 0;
    int r = told ? kk_guard_find_report(&p->press, path, p->catalog.report, &report, err)
                 : kk_guard_settings(g, p->press.home, err);

    if (r == 0 && told)
        r = kk_guard_report_rules(g, kk_bytes_slice(&report), err);
    if (r == 0)
        r = kk_guard_reference(g, &p->press, &p->catalog, err);
    if (r == 0)
        r = kk_guard_history(g, &p->press, err);
    if (r == 0)
        r = kk_guard_draft(g, &p->press, &p->catalog, err);
    if (r == 0 && told)
        r = kk_guard_report_cells(g, kk_bytes_slice(&report), err);
    if (r == 0)
        r = kk_guard_judge(g, err);
    if (r == 0 && told)
        r = kk_guard_same_report(g, kk_bytes_slice(&report), err);
    if (r == 0 && told) {
        kk_bytes_fini(&p->report);
        p->report = report;
        report = (struct kk_bytes){ 0 };
    }
    return r;
}

/* Reference data that a reader would refuse is not signed. [RF-3] */
static int check_reference(struct paper *p, struct kk_error *err)
{
    KK_AUTO_FINI(kk_ref) struct kk_ref reference;
    int r;

    kk_ref_init(&reference);
    r = kk_press_reference(&p->press, &p->catalog, &reference);
    return r < 0 ? kk_error_set(err, r, "release", "%s", KK_REF_DATASET) : 0;
}

/* All that is asked of a file before it is signed or goes out. */
static int check_paper(struct paper *p, const char *path, struct kk_release_sum *ret,
                       struct kk_guard *guard, struct kk_error *err)
{
    int r = open_paper(p->press.home, path, p, ret, err);

    if (r < 0 || ret->again) /* what is out was judged */
        return r;
    r = check_reference(p, err);
    if (r == 0)
        r = kk_recall_check(&p->press, &p->catalog, err);
    if (r == 0)
        r = judge_paper(p, path, guard, err);
    kk_release_sum_history(ret, guard);
    return r;
}

int kk_release_inspect(struct kk_home *home, const char *path, struct kk_release_sum *ret,
                       struct kk_guard *guard, struct kk_error *err)
{
    struct paper p = { .press = { .home = home } };
    int r = check_paper(&p, path, ret, guard, err);

    close_paper(&p);
    return r;
}

/* In the desk's folder, and beside the file that goes on. */
static int keep_report(const struct paper *p, const char *out, struct kk_error *err)
{
    int r = kk_guard_keep(&p->press, kk_bytes_slice(&p->report), err);

    return r == 0 ? kk_guard_leave(out, kk_bytes_slice(&p->report), err) : r;
}

/* Two keys are two desks: one that signed before cannot be the second too. */
static int check_added(const struct kk_release_sum *before, struct kk_home *home,
                       struct kk_slice document, struct kk_error *err)
{
    struct paper p = { .press = { .home = home } };
    struct kk_release_sum now;
    int r;

    kk_arena_init(&p.arena, CHECK_ARENA);
    r = kk_bytes_append_slice(&p.document, document);
    if (r == 0)
        r = read_paper(&p, err);
    if (r == 0)
        r = count_signatures(&p, &now);
    if (r == 0 && now.signatures == before->signatures && now.signatures < now.needed)
        r = kk_error_text(err, KK_E_ROLE, home->dir,
                          "this desk has signed it already; the other one approves it",
                          "この卓の署名はすでにあります。もう一方の卓で承認してください");
    kk_bytes_fini(&p.document);
    kk_arena_fini(&p.arena);
    return r;
}

int kk_release_approve(struct kk_home *home, struct kk_slice passphrase, const char *path,
                       const char *out, struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes twice = { 0 };
    KK_AUTO_FINI(kk_guard) struct kk_guard guard = { 0 };
    struct kk_release_sum sum;
    struct paper p = { .press = { .home = home } };
    int r = kk_guard_open(&guard);

    if (r == 0)
        r = check_paper(&p, path, &sum, &guard, err);
    if (r == 0 && !sum.again)
        r = kk_guard_agrees(&guard, home, err);
    if (r == 0)
        r = kk_press_sign(&p.press, kk_bytes_slice(&p.document), passphrase, &twice, err);
    if (r == 0)
        r = check_added(&sum, home, kk_bytes_slice(&twice), err);
    if (r == 0 && p.report.len > 0)
        r = keep_report(&p, out, err);
    if (r == 0)
        r = kk_press_write(&p.press, kk_bytes_slice(&twice), out, err);
    /* Kept here too: the next draft is checked against it. */
    if (r == 0 && !sum.again)
        r = kk_press_keep(&p.press, kk_bytes_slice(&twice), err);
    close_paper(&p);
    return r;
}

int kk_release_publish(struct kk_home *home, const char *path, struct kk_release_sum *ret,
                       struct kk_guard *guard, struct kk_error *err)
{
    struct paper p = { .press = { .home = home } };
    int r = check_paper(&p, path, ret, guard, err);

    if (r == 0 && ret->signatures < ret->needed)
        r = kk_error_set(err, KK_E_SIGNATURE, path, "%u / %u", ret->signatures, ret->needed);
    if (r == 0 && !ret->again && p.report.len > 0)
        r = kk_guard_keep(&p.press, kk_bytes_slice(&p.report), err);
    if (r == 0 && !ret->again)
        r = kk_press_keep(&p.press, kk_bytes_slice(&p.document), err);
    close_paper(&p);
    return r;
}

int kk_release_show(struct kk_home *home, uint32_t number, struct kk_release_sum *ret,
                    struct kk_error *err)
{
    struct paper p = { 0 };
    int r;

    *ret = (struct kk_release_sum){ 0 };
    kk_arena_init(&p.arena, CHECK_ARENA);
    r = kk_press_open(home, &p.press, err);
    if (r == 0)
        r = kk_press_catalog(&p.press, number, &p.document, err);
    if (r == 0)
        r = read_paper(&p, err);
    if (r == 0)
        r = sum_paper(&p, ret, err);
    close_paper(&p);
    return r;
}
