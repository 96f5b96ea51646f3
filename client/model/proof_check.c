/* The check of a file of evidence (proof.h). Nothing in it is believed but for its signatures. */
#include "model/freeze.h"
#include "model/proof.h"

#include "replica/ledger_prove.h"

#include "kukyoku/base/text.h"

#define ARENA_BYTES ((size_t)512 * 1024 * 1024)

struct checking {
    const struct kk_proof_reader *reader;
    struct kk_proof_report *report;
    struct kk_arena arena;      /* of the file */
    struct kk_root_item *roots; /* documents of the file itself */
    size_t root_count;
    struct kk_slice roster, devices;
    struct kk_receipt receipt; /* the last that holds */
    uint64_t recv_ms, gsn;     /* of its entry; gsn 0: none yet */
    bool chosen;            /* report->root is one of the piece's roots */
    struct kk_trust *trust; /* made of them, once a log is met */
    struct kk_audit *audit; /* the log whose pages come */
    struct kk_head head;
};

/* --- whom to believe --- */

static int root_id(struct kk_slice root, uint8_t ret[KK_HASH_BYTES])
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_doc doc;
    int r;

    kk_arena_init(&arena, 128 * 1024);
    r = kk_document_read(KK_DOC_ROOT, root, &arena, &doc);
    if (r == 0)
        kk_document_id(&doc, ret);
    return r;
}

static bool home_holds(const struct kk_home *h, const uint8_t id[KK_HASH_BYTES])
{
    bool met = false;

    for (size_t i = 0; !met && i < kk_trust_root_count(h->trust); i++) {
        uint8_t own[KK_HASH_BYTES];

        met = root_id(kk_trust_root_bytes(h->trust, i), own) == 0 &&
              memcmp(own, id, KK_HASH_BYTES) == 0;
    }
    return met;
}

static bool believed(const struct checking *c, const uint8_t id[KK_HASH_BYTES])
{
    char print[KK_FINGERPRINT_TEXT];

    if (!c->reader->fingerprint)
        return c->reader->home ? home_holds(c->reader->home, id) : true;
    kk_fingerprint(kk_slice(id, KK_HASH_BYTES), print);
    return strcmp(print, c->reader->fingerprint) == 0;
}

/* The first root of the chain that the reader believes; where nobody said, the first of all. */
static int choose_root(struct checking *c, const struct kk_root_item *roots, size_t count)
{
    int r = 0;

    c->report->unconfirmed = !c->reader->fingerprint && !c->reader->home;
    c->chosen = false;
    for (size_t i = 0; r == 0 && i < count && !c->chosen; i++) {
        r = root_id(roots[i].doc, c->report->root);
        c->chosen = r == 0 && believed(c, c->report->root);
    }
    if (!c->chosen)
        memset(c->report->root, 0, KK_HASH_BYTES); /* nothing is checked against it with success */
    return r;
}

/* --- telling --- */

static int fail(struct kk_proof *p, int fault, const char *en, const char *ja)
{
    return kk_error_text(&p->fault, fault, "", en, ja);
}

static int tell(struct checking *c, const struct kk_proof *p)
{
    if (p->fault.fault)
        c->report->failed++;
    else
        c->report->held++;
    return c->reader->found(c->reader->user, p);
}

static int other_root(struct kk_proof *p)
{
    return fail(p, KK_E_EVIDENCE, "its root is not the one that is believed",
                "信用しているルート文書と異なります");
}

/* --- receipts --- */

static void judge_receipt(struct kk_proof *p, enum kk_receipt_verdict verdict)
{
    switch (verdict) {
    case KK_RECEIPT_OK:
        return;
    case KK_RECEIPT_ROOT:
        kk_ignore(other_root(p));
        return;
    case KK_RECEIPT_HEAD:
        kk_ignore(fail(p, KK_E_EVIDENCE, "the daemon did not sign its head",
                       "末尾にデーモンの署名がありません"));
        return;
    case KK_RECEIPT_CHAIN:
        kk_ignore(fail(p, KK_E_EVIDENCE, "its entries do not lead to the head that was signed",
                       "記録をたどっても、署名された末尾になりません"));
        return;
    case KK_RECEIPT_OP:
        kk_ignore(fail(p, KK_E_EVIDENCE, "the operation is not among them, or its author did not "
                                         "sign it",
                       "その操作が含まれないか、記入者の署名がありません"));
        return;
    }
}

static int check_receipt(struct checking *c, struct kk_slice bytes)
{
    struct kk_proof p = { .kind = KK_PROOF_RECEIPT };
    enum kk_receipt_verdict verdict;
    struct kk_receipt receipt;
    struct kk_op op;
    size_t at = 0;
    int r = kk_shape_read(&kk_shape_receipt, bytes, &c->arena, &receipt, NULL);

    if (r == 0)
        r = kk_shape_read(&kk_shape_op, receipt.op, &c->arena, &op, NULL);
    if (r == 0)
        r = choose_root(c, receipt.roots.items, receipt.roots.count);
    if (r == 0)
        r = kk_receipt_verify(&receipt, c->report->root, &verdict, &at);
    if (r < 0)
        return r;
    p.scope = receipt.head.scope;
    p.op = &op;
    p.what = &receipt.tuples.items[at];
    p.gsn = p.what->gsn;
    p.at_ms = (int64_t)p.what->recv_ms;
    judge_receipt(&p, verdict);
    c->receipt = receipt;
    c->recv_ms = p.what->recv_ms;
    c->gsn = verdict == KK_RECEIPT_OK ? p.gsn : 0;
    return tell(c, &p);
}

/* --- what is withheld --- */

/* A fresh document behind a receipt. [RL-27] */
static int check_freeze(struct checking *c, struct kk_slice fresh)
{
    struct kk_proof p = { .kind = KK_PROOF_FREEZE, .scope = c->receipt.head.scope, .gsn = c->gsn };
    int r = c->gsn ? kk_freeze_check(fresh, &c->receipt, c->recv_ms, c->report->root, &p.at_ms)
                   : 0;

    if (r < 0)
        return r;
    if (r == 0)
        kk_ignore(fail(&p, KK_E_EVIDENCE, "it does not show that something is withheld",
                       "渡されていないものがあることを示していません"));
    return tell(c, &p);
}

/* --- two histories --- */

static int check_fork(struct checking *c, struct kk_slice bytes)
{
    struct kk_proof p = { .kind = KK_PROOF_FORK };
    enum kk_fork_verdict verdict;
    struct kk_fork fork;
    int r = kk_shape_read(&kk_shape_fork, bytes, &c->arena, &fork, NULL);

    if (r == 0)
        r = choose_root(c, fork.roots.items, fork.roots.count);
    if (r == 0)
        r = kk_fork_verify(&fork, c->report->root, &verdict, &p.gsn);
    if (r < 0)
        return r;
    p.scope = fork.strands.items[0].head.scope;
    p.at_ms = (int64_t)fork.strands.items[fork.strands.count - 1].head.ms;
    if (verdict == KK_FORK_ROOT)
        kk_ignore(other_root(&p));
    else if (verdict != KK_FORK_PROVED)
        kk_ignore(fail(&p, KK_E_EVIDENCE, "it does not show two histories under the daemon's keys",
                       "デーモンの鍵による二つの履歴を示していません"));
    return tell(c, &p);
}

/* --- logs --- */

static int restore(struct checking *c, enum kk_doc_kind kind, struct kk_slice document,
                   struct kk_slice devices)
{
    enum kk_trust_verdict verdict;
    int r = kk_trust_restore(c->trust, kind, document, devices, &verdict);

    return r < 0 || verdict == KK_TRUST_TAKEN ? r : KK_E_EVIDENCE;
}

static int make_trust(struct checking *c)
{
    size_t from = 0;
    int r = choose_root(c, c->roots, c->root_count);

    c->trust = kk_trust_new();
    if (!c->trust)
        return KK_E_MEMORY;
    if (r == 0) /* what stands before it anybody can make [RL-7] */
        r = kk_evidence_from(c->roots, c->root_count, c->report->root, &from);
    for (size_t i = from; r == 0 && i < c->root_count; i++)
        r = restore(c, KK_DOC_ROOT, c->roots[i].doc, kk_slice(NULL, 0));
    if (r == 0 && !c->chosen)
        r = KK_E_EVIDENCE;
    return r == 0 ? restore(c, KK_DOC_ROSTER, c->roster, c->devices) : r;
}

/* The home's own log against the file's: where both reach they must be one. */
static int compare_own(struct checking *c, struct kk_proof *p)
{
    KK_AUTO_FINI(kk_replicas) struct kk_replicas replicas = { 0 };
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    struct kk_strand strands[2];
    struct kk_fork fork = { .strands = { strands, 2 } };
    enum kk_fork_verdict verdict = KK_FORK_NONE;
    struct kk_root_item *roots;
    struct kk_log_head own;
    struct kk_ledger l;
    uint64_t common;
    int r;

    if (!c->reader->home)
        return 0;
    kk_replicas_init(&replicas, c->reader->home, KK_REPLICA_READ);
    r = kk_replicas_ledger(&replicas, c->head.scope, &l, NULL);
    if (r == 0)
        r = kk_ledger_head(&l, &own);
    if (r < 0 || own.gsn == 0)
        return r == KK_E_NOT_FOUND ? 0 : r;
    common = own.gsn < c->head.gsn ? own.gsn : c->head.gsn;
    r = kk_ledger_strand(&l, common + 1, &c->arena, &strands[0]);
    if (r == 0)
        r = kk_evidence_roots(c->reader->home->trust, &c->arena, &roots, &fork.roots.count);
    if (r < 0)
        return r;
    fork.roots.items = roots;
    r = kk_audit_strand(c->audit, common, &c->arena, &strands[1]);
    if (r < 0)
        return r;
    r = root_id(roots[0].doc, c->report->root); /* the home believes all of its own */
    if (r == 0)
        r = kk_fork_verify(&fork, c->report->root, &verdict, &p->gsn);
    if (r < 0 || verdict != KK_FORK_PROVED)
        return r;
    c->report->forked = true;
    kk_ignore(fail(p, KK_E_DAEMON_FORK, "it is another history than this device was shown",
                   "この端末が示された履歴と異なります"));
    r = kk_home_lock(c->reader->home, &lock, NULL);
    return r == 0 ? kk_home_proof_add(c->reader->home, &fork) : r;
}

/* All pages of a scope were read. */
static int end_log(struct checking *c)
{
    struct kk_proof p = { .kind = KK_PROOF_LOG, .scope = c->head.scope, .gsn = c->head.gsn,
                          .at_ms = (int64_t)c->head.ms };
    int r = 0;

    if (!c->audit)
        return 0;
    if (kk_audit_end(c->audit, &p.fault) == 0)
        r = compare_own(c, &p);
    kk_audit_free(c->audit);
    c->audit = NULL;
    return r < 0 ? r : tell(c, &p);
}

static int blame_log(struct checking *c, const struct kk_error *fault)
{
    struct kk_proof p = { .kind = KK_PROOF_LOG, .scope = c->head.scope, .gsn = c->head.gsn,
                          .at_ms = (int64_t)c->head.ms, .fault = *fault };

    kk_audit_free(c->audit);
    c->audit = NULL;
    return tell(c, &p);
}

static int begin_log(struct checking *c, const struct kk_head *head, struct kk_error *fault)
{
    int r = end_log(c);

    if (r < 0)
        return r;
    c->head = *head;
    r = c->trust ? 0 : make_trust(c);
    if (r == KK_E_EVIDENCE)
        return kk_error_say(fault, r, "", "its roots or its roster are not believed",
                            "そのルート文書か名簿を信用できません");
    return r == 0 ? kk_audit_new(c->trust, &c->head, &c->audit, fault) : r;
}

static int check_page(struct checking *c, struct kk_slice bytes)
{
    struct kk_error fault = { 0 };
    struct kk_audit_page page;
    int r = kk_shape_read(&kk_shape_audit_page, bytes, &c->arena, &page, NULL);

    if (r < 0)
        return r;
    if (!c->audit || !kk_slice_equal(page.head.scope, c->head.scope) ||
        memcmp(page.head.sig, c->head.sig, KK_SIG_BYTES) != 0)
        r = begin_log(c, &page.head, &fault);
    if (r == 0)
        r = kk_audit_page(c->audit, &page, &fault);
    if (r == KK_E_MEMORY || (r < 0 && !fault.fault))
        return r;
    return r < 0 ? blame_log(c, &fault) : 0;
}

/* --- the file --- */

static int take_document(struct checking *c, struct kk_slice bytes)
{
    enum kk_doc_kind kind;

    if (!kk_document_kind(bytes, &kind))
        return KK_E_FORM;
    if (kind == KK_DOC_FRESH)
        return check_freeze(c, bytes);
    if (kind == KK_DOC_ROSTER)
        c->roster = bytes;
    else if (kind == KK_DOC_ROOT && c->root_count < KK_ROOT_CHAIN_MAX)
        c->roots[c->root_count++].doc = bytes;
    return 0;
}

static int take_item(struct checking *c, const struct kk_kkyb_item *item)
{
    struct kk_slice label, bytes = kk_arena_dup(&c->arena, item->bytes);

    if (!bytes.data)
        return KK_E_MEMORY;
    switch ((enum kk_kkyb_tag)item->tag) {
    case KK_KKYB_TAG_DOCUMENT:
        return take_document(c, bytes);
    case KK_KKYB_TAG_BLOB:
        return kk_kkyb_split_blob(bytes, &label, &c->devices);
    case KK_KKYB_TAG_RECEIPT:
        return check_receipt(c, bytes);
    case KK_KKYB_TAG_AUDIT:
        return check_page(c, bytes);
    case KK_KKYB_TAG_FORK:
        return check_fork(c, bytes);
    case KK_KKYB_TAG_OPERATION:
    case KK_KKYB_TAG_ENTRY:
    case KK_KKYB_TAG_HEAD:
    case KK_KKYB_TAG_REQUEST:
    case KK_KKYB_TAG_RECOVERY:
        break;
    }
    return 0; /* unknown tags are passed over */
}

/* First whether the file is whole, then what it says. */
static int read_file(struct checking *c, struct kk_slice file, bool act)
{
    KK_AUTO_FINI(kk_kkyb_reader) struct kk_kkyb_reader reader = { 0 };
    enum kk_kkyb_event event = KK_KKYB_HEAD;
    int r;

    kk_kkyb_reader_init(&reader);
    r = kk_kkyb_feed(&reader, file);
    while (r == 0 && event != KK_KKYB_END && event != KK_KKYB_MORE) {
        struct kk_kkyb_item item;

        r = kk_kkyb_next(&reader, &event, &item);
        if (r == 0 && event == KK_KKYB_HEAD && reader.type != KK_KKYB_EVIDENCE)
            r = KK_E_BUNDLE_FILE;
        if (r == 0 && act && event == KK_KKYB_ITEM)
            r = take_item(c, &item);
    }
    return r == 0 && event != KK_KKYB_END ? KK_E_BUNDLE_FILE : r;
}

int kk_proof_check(struct kk_slice file, const struct kk_proof_reader *reader,
                   struct kk_proof_report *ret, struct kk_error *err)
{
    struct checking c = { .reader = reader, .report = ret };
    int r;

    *ret = (struct kk_proof_report){ .held = 0 };
    kk_arena_init(&c.arena, ARENA_BYTES);
    c.roots = kk_arena_array(&c.arena, KK_ROOT_CHAIN_MAX, sizeof(*c.roots));
    r = c.roots ? read_file(&c, file, false) : KK_E_MEMORY;
    if (r == 0)
        r = read_file(&c, file, true);
    if (r == 0)
        r = end_log(&c);
    kk_audit_free(c.audit);
    kk_trust_free(c.trust);
    kk_arena_fini(&c.arena);
    return r < 0 && err && !err->fault ? kk_error_set(err, r, "", "%s", "") : r;
}
