/*
 * The verified set. Each offer builds a candidate, runs the checks in order and only then swaps it
 * in; a candidate that fails leaves no trace. [TR-6] [TR-7] [TR-8] [TR-10]
 */
#include "kukyoku/trust/trust.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/date.h"
#include "kukyoku/base/hash.h"
#include "kukyoku/error.h"

#include "held.h"

struct kk_trust {
    struct held **roots; /* oldest first */
    size_t root_count;
    struct held *roster, *catalog, *fresh;
};

struct kk_trust *kk_trust_new(void)
{
    return kk_alloc(sizeof(struct kk_trust));
}

void kk_trust_free(struct kk_trust *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->root_count; i++)
        held_free(t->roots[i]);
    kk_free(t->roots);
    held_free(t->roster);
    held_free(t->catalog);
    held_free(t->fresh);
    kk_free(t);
}

static const struct {
    const char *name;
    int fault;
} verdicts[] = {
    [KK_TRUST_TAKEN] = { "taken", 0 },
    [KK_TRUST_SAME] = { "same", 0 },
    [KK_TRUST_OLDER] = { "older", KK_E_ROLLBACK },
    [KK_TRUST_GAP] = { "gap", KK_E_SIGNATURE },
    [KK_TRUST_SIGNATURES] = { "signatures", KK_E_SIGNATURE },
    [KK_TRUST_MALFORMED] = { "malformed", KK_E_SHAPE },
    [KK_TRUST_CONFLICT] = { "conflict", KK_E_HASH },
    [KK_TRUST_HISTORY] = { "history", KK_E_HASH },
    [KK_TRUST_EXPIRED] = { "expired", KK_E_EXPIRED },
    [KK_TRUST_MISSING] = { "missing", KK_E_SIGNATURE },
};

const char *kk_trust_verdict_name(enum kk_trust_verdict verdict)
{
    kk_assert((size_t)verdict < KK_COUNT(verdicts));
    return verdicts[verdict].name;
}

int kk_trust_fault(enum kk_trust_verdict verdict)
{
    kk_assert((size_t)verdict < KK_COUNT(verdicts));
    return verdicts[verdict].fault;
}

/* --- what is held --- */

static const struct held *newest_root(const struct kk_trust *t)
{
    return t->root_count ? t->roots[t->root_count - 1] : NULL;
}

static struct held **slot(struct kk_trust *t, enum kk_doc_kind kind)
{
    if (kind == KK_DOC_ROSTER)
        return &t->roster;
    return kind == KK_DOC_CATALOG ? &t->catalog : &t->fresh;
}

const struct kk_root *kk_trust_root(const struct kk_trust *t)
{
    const struct held *h = newest_root(t);

    return h ? &h->is.root : NULL;
}

const struct kk_roster *kk_trust_roster(const struct kk_trust *t)
{
    return t->roster ? &t->roster->is.roster : NULL;
}

const struct kk_roster_view *kk_trust_view(const struct kk_trust *t)
{
    return t->roster ? &t->roster->view : NULL;
}

const struct kk_catalog *kk_trust_catalog(const struct kk_trust *t)
{
    return t->catalog ? &t->catalog->is.catalog : NULL;
}

const struct kk_fresh *kk_trust_fresh(const struct kk_trust *t)
{
    return t->fresh ? &t->fresh->is.fresh : NULL;
}

struct kk_slice kk_trust_bytes(const struct kk_trust *t, enum kk_doc_kind kind)
{
    const struct held *h =
        kind == KK_DOC_ROOT ? newest_root(t) : *slot((struct kk_trust *)t, kind);

    return h ? kk_bytes_slice(&h->bytes) : kk_slice(NULL, 0);
}

struct kk_slice kk_trust_devices_bytes(const struct kk_trust *t)
{
    return t->roster ? kk_bytes_slice(&t->roster->devices) : kk_slice(NULL, 0);
}

size_t kk_trust_root_count(const struct kk_trust *t)
{
    return t->root_count;
}

struct kk_slice kk_trust_root_bytes(const struct kk_trust *t, size_t index)
{
    kk_assert(index < t->root_count);
    return kk_bytes_slice(&t->roots[index]->bytes);
}

const struct kk_root *kk_trust_root_at(const struct kk_trust *t, size_t index)
{
    kk_assert(index < t->root_count);
    return &t->roots[index]->is.root;
}

const struct kk_root_role *kk_trust_role(const struct kk_trust *t, enum kk_trust_role role)
{
    const struct held *h = newest_root(t);

    return h ? &h->is.root.roles.items[role] : NULL;
}

const struct kk_root_role *kk_trust_role_of(const struct kk_trust *t, enum kk_trust_role role,
                                            uint64_t gen)
{
    for (size_t i = t->root_count; i > 0; i--) {
        const struct kk_root_role *found = &t->roots[i - 1]->is.root.roles.items[role];

        if (found->gen == gen)
            return found;
    }
    return NULL;
}

void kk_trust_root_id(const struct kk_trust *t, uint8_t ret[KK_HASH_BYTES])
{
    kk_assert(t->root_count);
    kk_document_id(&newest_root(t)->doc, ret);
}

/* --- roots --- */

static int add_root(struct kk_trust *t, struct held **take)
{
    struct held **roots = kk_realloc(t->roots, (t->root_count + 1) * sizeof(*roots));

    if (!roots)
        return KK_E_MEMORY;
    t->roots = roots;
    t->roots[t->root_count++] = KK_STEAL(*take);
    return 0;
}

/* KK_E_MEMORY stays a fault; anything else that reading found makes the document malformed. */
static int malformed(int r, enum kk_trust_verdict *ret)
{
    *ret = KK_TRUST_MALFORMED;
    return r == KK_E_MEMORY ? r : 0;
}

int kk_trust_pin(struct kk_trust *t, struct kk_slice root, enum kk_trust_verdict *ret)
{
    KK_AUTO_FREE(held) struct held *h = held_new();
    int r;

    kk_assert(t->root_count == 0);
    if (!h)
        return KK_E_MEMORY;
    r = held_read(h, KK_DOC_ROOT, root);
    if (r < 0)
        return malformed(r, ret);
    r = kk_document_verify(&h->doc, &h->is.root.roles.items[KK_TRUST_ROOT]);
    if (r < 0)
        return r;
    *ret = r ? KK_TRUST_TAKEN : KK_TRUST_SIGNATURES;
    return r ? add_root(t, &h) : 0;
}

static enum kk_trust_verdict same_or(const struct held *h, struct kk_slice bytes,
                                     const struct kk_doc *doc)
{
    if (kk_slice_equal(kk_bytes_slice(&h->bytes), bytes) ||
        kk_slice_equal(h->doc.payload, doc->payload))
        return KK_TRUST_SAME; /* other signatures under the same words say nothing new */
    return KK_TRUST_CONFLICT;
}

/* A generation never falls from one root to the next. */
static bool gens_rise(const struct kk_root *from, const struct kk_root *to)
{
    for (size_t i = 0; i < to->roles.count; i++) {
        if (to->roles.items[i].gen < from->roles.items[i].gen)
            return false;
    }
    return true;
}

/* [TR-7]: the next number, signed by the threshold of the old set and of its own. */
static int check_next_root(const struct held *old, const struct held *next,
                           enum kk_trust_verdict *ret)
{
    const struct kk_root *from = &old->is.root, *to = &next->is.root;
    int by_old, by_new;

    *ret = KK_TRUST_GAP;
    if (to->ver != from->ver + 1)
        return 0;
    *ret = KK_TRUST_MALFORMED;
    if (!gens_rise(from, to))
        return 0;
    by_old = kk_document_verify(&next->doc, &from->roles.items[KK_TRUST_ROOT]);
    by_new = kk_document_verify(&next->doc, &to->roles.items[KK_TRUST_ROOT]);
    if (by_old < 0 || by_new < 0)
        return KK_E_MEMORY;
    *ret = by_old && by_new ? KK_TRUST_TAKEN : KK_TRUST_SIGNATURES;
    return 0;
}

int kk_trust_offer_root(struct kk_trust *t, struct kk_slice root, int64_t clock_ms,
                        enum kk_trust_verdict *ret)
{
    KK_AUTO_FREE(held) struct held *h = held_new();
    const struct held *old = newest_root(t);
    bool drop_fresh;
    int r;

    (void)clock_ms; /* an expired root in the middle of a chain is no obstacle ([TR-7]) */
    *ret = KK_TRUST_MISSING;
    if (!old)
        return 0;
    if (!h)
        return KK_E_MEMORY;
    r = held_read(h, KK_DOC_ROOT, root);
    if (r < 0)
        return malformed(r, ret);
    if (h->is.root.ver <= old->is.root.ver) {
        *ret = KK_TRUST_OLDER;
        if (h->is.root.ver == old->is.root.ver)
            *ret = same_or(old, root, &h->doc);
        return 0;
    }
    r = check_next_root(old, h, ret);
    if (r < 0 || *ret != KK_TRUST_TAKEN)
        return r;
    drop_fresh = h->is.root.roles.items[KK_TRUST_DAEMON].gen >
                 old->is.root.roles.items[KK_TRUST_DAEMON].gen;
    r = add_root(t, &h);
    if (r == 0 && drop_fresh) {
        /* what a replaced daemon key said, even of the year 2099, binds nobody any more */
        held_free(t->fresh);
        t->fresh = NULL;
    }
    return r;
}

/* --- roster, catalog, fresh --- */

/* A document as it was handed in. */
struct offered {
    enum kk_doc_kind kind;
    struct kk_slice bytes, devices; /* devices: of a roster */
    bool restoring;                 /* it was taken before, so that its keys may be older ones */
    bool bare;                      /* a roster whose rows are not for the reader */
    bool assumed;                   /* enough signatures are still to come */
};

/* Signed by the keys that the document's generation had; a fresh by the newest daemon keys. */
static int check_signed(const struct kk_trust *t, enum kk_doc_kind kind, const struct held *h,
                        bool restoring, enum kk_trust_verdict *ret)
{
    enum kk_trust_role name = kk_doc_kind_role(kind);
    const struct kk_root_role *role = kk_trust_role(t, name);
    int r;

    if (kind != KK_DOC_FRESH && held_version(h, kind).gen != role->gen)
        role = restoring ? kk_trust_role_of(t, name, held_version(h, kind).gen) : NULL;
    *ret = KK_TRUST_SIGNATURES;
    if (!role)
        return 0;
    r = kk_document_verify(&h->doc, role);
    if (r > 0)
        *ret = KK_TRUST_TAKEN;
    return r < 0 ? r : 0;
}

/* A roster that is being signed is of the keys that are in force. [TR-19] */
static int check_assumed(const struct kk_trust *t, const struct held *h,
                         enum kk_trust_verdict *ret)
{
    bool now = held_version(h, KK_DOC_ROSTER).gen == kk_trust_role(t, KK_TRUST_REGISTRAR)->gen;

    *ret = now ? KK_TRUST_TAKEN : KK_TRUST_SIGNATURES;
    return 0;
}

static int check_rows(const struct kk_trust *t, struct held *h, const struct offered *o,
                      enum kk_trust_verdict *ret)
{
    int r;

    if (o->bare) {
        held_no_devices(h);
        return 0;
    }
    r = held_read_devices(h, o->devices);
    if (r < 0)
        return malformed(r, ret);
    if (!t->roster)
        return 0;
    r = kk_devices_follow(&t->roster->view, &h->view);
    if (r == 0 || !kk_eras_follow(t->roster->view.roster, h->view.roster) ||
        h->view.roster->settings.tv < t->roster->view.roster->settings.tv)
        *ret = KK_TRUST_HISTORY;
    return r < 0 ? r : 0;
}

static int offer(struct kk_trust *t, const struct offered *o, enum kk_trust_verdict *ret)
{
    KK_AUTO_FREE(held) struct held *h = held_new();
    struct held **held = slot(t, o->kind);
    int r, order;

    kk_assert(!o->bare || !t->roster || !t->roster->devices.len); /* rows are not given up */
    *ret = KK_TRUST_MISSING;
    if (!t->root_count)
        return 0;
    if (!h)
        return KK_E_MEMORY;
    r = held_read(h, o->kind, o->bytes);
    if (r < 0)
        return malformed(r, ret);
    r = o->assumed ? check_assumed(t, h, ret) : check_signed(t, o->kind, h, o->restoring, ret);
    if (r < 0 || *ret != KK_TRUST_TAKEN)
        return r;
    order = *held ? kk_ver_compare(held_version(h, o->kind), held_version(*held, o->kind)) : 1;
    if (order < 0)
        *ret = KK_TRUST_OLDER;
    else if (order == 0)
        *ret = same_or(*held, o->bytes, &h->doc);
    else if (o->kind == KK_DOC_ROSTER)
        r = check_rows(t, h, o, ret);
    if (r < 0 || *ret != KK_TRUST_TAKEN)
        return r;
    held_free(*held);
    *held = KK_STEAL(h);
    return 0;
}

static bool root_expired(const struct kk_trust *t, int64_t clock_ms)
{
    const struct kk_root *root = kk_trust_root(t);

    return root && kk_trust_now(t, clock_ms) > (int64_t)root->expires_ms;
}

static int offer_new(struct kk_trust *t, const struct offered *o, int64_t clock_ms,
                     enum kk_trust_verdict *ret)
{
    if (root_expired(t, clock_ms)) {
        *ret = KK_TRUST_EXPIRED;
        return 0;
    }
    return offer(t, o, ret);
}

int kk_trust_offer_roster(struct kk_trust *t, struct kk_slice roster, struct kk_slice devices,
                          int64_t clock_ms, enum kk_trust_verdict *ret)
{
    struct offered o = { .kind = KK_DOC_ROSTER, .bytes = roster, .devices = devices };

    return offer_new(t, &o, clock_ms, ret);
}

int kk_trust_offer_bare_roster(struct kk_trust *t, struct kk_slice roster, int64_t clock_ms,
                               enum kk_trust_verdict *ret)
{
    struct offered o = { .kind = KK_DOC_ROSTER, .bytes = roster, .bare = true };

    return offer_new(t, &o, clock_ms, ret);
}

int kk_trust_assume_roster(struct kk_trust *t, struct kk_slice roster, struct kk_slice devices,
                           int64_t clock_ms, enum kk_trust_verdict *ret)
{
    struct offered o = { .kind = KK_DOC_ROSTER, .bytes = roster, .devices = devices,
                         .assumed = true };

    return offer_new(t, &o, clock_ms, ret);
}

int kk_trust_restore_bare_roster(struct kk_trust *t, struct kk_slice roster,
                                 enum kk_trust_verdict *ret)
{
    struct offered o = { .kind = KK_DOC_ROSTER, .bytes = roster, .restoring = true,
                         .bare = true };

    return offer(t, &o, ret);
}

int kk_trust_offer_catalog(struct kk_trust *t, struct kk_slice catalog, int64_t clock_ms,
                           enum kk_trust_verdict *ret)
{
    struct offered o = { .kind = KK_DOC_CATALOG, .bytes = catalog };

    return offer_new(t, &o, clock_ms, ret);
}

int kk_trust_offer_fresh(struct kk_trust *t, struct kk_slice fresh, int64_t clock_ms,
                         enum kk_trust_verdict *ret)
{
    struct offered o = { .kind = KK_DOC_FRESH, .bytes = fresh };

    return offer_new(t, &o, clock_ms, ret);
}

int kk_trust_restore(struct kk_trust *t, enum kk_doc_kind kind, struct kk_slice bytes,
                     struct kk_slice devices, enum kk_trust_verdict *ret)
{
    struct offered o = { .kind = kind, .bytes = bytes, .devices = devices, .restoring = true };

    if (kind == KK_DOC_ROOT)
        return t->root_count ? kk_trust_offer_root(t, bytes, 0, ret) : kk_trust_pin(t, bytes, ret);
    return offer(t, &o, ret);
}

/* --- time and age --- */

static int64_t later(int64_t a, uint64_t b)
{
    return a > (int64_t)b ? a : (int64_t)b;
}

int64_t kk_trust_now(const struct kk_trust *t, int64_t clock_ms)
{
    int64_t now = clock_ms;

    if (t->root_count)
        now = later(now, newest_root(t)->is.root.issued_ms);
    if (t->roster)
        now = later(now, t->roster->is.roster.issued_ms);
    if (t->catalog)
        now = later(now, t->catalog->is.catalog.issued_ms);
    return now;
}

struct kk_trust_flags kk_trust_flags(const struct kk_trust *t, int64_t clock_ms)
{
    int64_t now = kk_trust_now(t, clock_ms);
    const struct kk_roster *roster = kk_trust_roster(t);
    const struct kk_catalog *catalog = kk_trust_catalog(t);
    struct kk_trust_flags f = { .root_expired = root_expired(t, clock_ms) };

    if (roster) {
        f.roster_expired = now > (int64_t)roster->expires_ms;
        f.roster_replaced = roster->version.gen != kk_trust_role(t, KK_TRUST_REGISTRAR)->gen;
    }
    if (catalog) {
        f.catalog_expired = now > (int64_t)catalog->expires_ms;
        f.catalog_replaced = catalog->version.gen != kk_trust_role(t, KK_TRUST_PUBLISHER)->gen;
    }
    if (t->fresh)
        f.fresh_ahead = (int64_t)t->fresh->is.fresh.issued_ms - now > KK_TRUST_AHEAD_MS;
    return f;
}

enum kk_grade kk_trust_grade(const struct kk_trust *t, int64_t clock_ms, bool by_media,
                             int64_t *ret_since_ms)
{
    const struct kk_roster *roster = kk_trust_roster(t);
    const struct kk_grades *grades;
    int64_t since, age, days;

    if (!roster || (!t->fresh && !t->catalog))
        return KK_GRADE_UNKNOWN;
    since = (int64_t)(t->fresh ? t->fresh->is.fresh.issued_ms : t->catalog->is.catalog.issued_ms);
    grades = by_media ? &roster->settings.by_media : &roster->settings.by_line;
    age = kk_trust_now(t, clock_ms) - since;
    days = age / KK_DAY_MS;
    *ret_since_ms = since;
    if (age < -KK_TRUST_AHEAD_MS)
        return KK_GRADE_UNKNOWN; /* one of the two clocks is wrong: nobody knows the age */
    if (days >= (int64_t)grades->stale_days)
        return KK_GRADE_STALE;
    return days <= (int64_t)grades->fresh_days ? KK_GRADE_FRESH : KK_GRADE_AGING;
}
