/* One file's items: blobs are put at once, documents at the end in the order of trust. [DM-14] */
#include "spool/intake.h"

#include <stdio.h>

void intake_init(struct intake *in, struct kk_relay *relay, struct kk_spool_report *report)
{
    *in = (struct intake){ .relay = relay, .report = report };
}

void intake_fini(struct intake *in)
{
    for (size_t i = 0; i < in->document_count; i++)
        kk_bytes_fini(&in->documents[i]);
    in->document_count = 0;
}

static int refuse(struct intake *in, int fault, const char *what, const char *why)
{
    snprintf(in->reason, sizeof(in->reason), "[E%d] %s: %s", -fault, what, why);
    return fault;
}

static int refuse_fault(struct intake *in, int fault, const char *what)
{
    return fault < 0 ? refuse(in, fault, what, kk_error_info(fault)->en) : 0;
}

static int take_document(struct intake *in, struct kk_slice bytes)
{
    int r;

    if (in->document_count == KK_INTAKE_DOCUMENTS_MAX)
        return refuse(in, KK_E_BUNDLE_FILE, "document", "more than 128 in one file");
    r = kk_bytes_append_slice(&in->documents[in->document_count], bytes);
    if (r == 0)
        in->document_count++;
    return refuse_fault(in, r, "document");
}

static int take_blob(struct intake *in, struct kk_slice item)
{
    struct kk_slice label, blob;
    int r = kk_kkyb_split_blob(item, &label, &blob);

    if (r == 0)
        r = kk_relay_adopt_blob(in->relay, label, blob);
    in->report->blobs += r == 0;
    return refuse_fault(in, r, "blob");
}

static int take_operation(struct intake *in, struct kk_slice item)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_carried carried;
    struct kk_push_op op;
    struct kk_pushed_op what;
    uint64_t detail;
    int r;

    kk_arena_init(&arena, 64 * 1024);
    r = kk_shape_read(&kk_shape_carried, item, &arena, &carried, NULL);
    if (r == 0) {
        struct kk_relay_handed handed = { .device = carried.op.device, .scope = carried.scope,
                                          .op = &op };

        op = (struct kk_push_op){ .op = carried.op, .body = carried.body };
        memcpy(op.sig, carried.sig, KK_SIG_BYTES);
        r = kk_relay_order(in->relay, &handed, &what, &detail);
    }
    in->report->operations += r == 0;
    return refuse_fault(in, r, "operation");
}

static int take_request(struct intake *in, struct kk_slice item)
{
    int r = kk_relay_adopt_request(in->relay, item);

    in->report->requests += r == 0;
    return refuse_fault(in, r, "request");
}

int intake_item(struct intake *in, const struct kk_kkyb_item *item)
{
    switch ((enum kk_kkyb_tag)item->tag) {
    case KK_KKYB_TAG_DOCUMENT:
        return take_document(in, item->bytes);
    case KK_KKYB_TAG_BLOB:
        return take_blob(in, item->bytes);
    case KK_KKYB_TAG_OPERATION:
        return take_operation(in, item->bytes);
    case KK_KKYB_TAG_REQUEST:
        return take_request(in, item->bytes);
    case KK_KKYB_TAG_ENTRY:
    case KK_KKYB_TAG_HEAD:
    case KK_KKYB_TAG_RECEIPT:
    case KK_KKYB_TAG_AUDIT:
    case KK_KKYB_TAG_FORK:
    case KK_KKYB_TAG_RECOVERY:
        break; /* the daemon's own words; from a file they say nothing new */
    }
    return 0; /* unknown tags are passed over */
}

/* What a document rests on must be in the store: a roster's rows, a catalog's manifests. */
struct needs {
    struct kk_bytes devices;
    const char *missing;
};

static int find_devices(struct intake *in, const struct kk_roster *roster, struct needs *n)
{
    struct kk_store *s = kk_relay_store(in->relay);
    int r = s->engine->blob_read(s, roster->devices.hash, 0, roster->devices.len, &n->devices);

    if (r == 0)
        n->missing = "the device rows that it names";
    return r < 0 ? r : 0;
}

static int find_blob(struct intake *in, const struct kk_blob_ref *ref, struct needs *n,
                     const char *what)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes label = { 0 };
    struct kk_store *s = kk_relay_store(in->relay);
    uint64_t len = 0;
    int r = s->engine->blob_find(s, ref->hash, &label, &len);

    if (r == 0 || (r > 0 && len != ref->len))
        n->missing = what;
    return r < 0 ? r : 0;
}

static int check_needs(struct intake *in, enum kk_doc_kind kind, struct kk_slice bytes,
                       struct needs *n)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_roster roster;
    struct kk_catalog catalog;
    struct kk_doc doc;
    int r;

    if (kind != KK_DOC_ROSTER && kind != KK_DOC_CATALOG)
        return 0;
    kk_arena_init(&arena, 4 * KK_DOCUMENT_BYTES_MAX);
    r = kk_document_read(kind, bytes, &arena, &doc);
    if (r < 0)
        return r;
    if (kind == KK_DOC_ROSTER) {
        r = kk_shape_read(&kk_shape_roster, doc.payload, &arena, &roster, NULL);
        if (r == 0)
            r = find_devices(in, &roster, n);
        for (size_t i = 0; r == 0 && i < roster.scopes.count; i++)
            r = find_blob(in, &roster.scopes.items[i].wraps, n, "a scope's wraps");
        return r;
    }
    r = kk_shape_read(&kk_shape_catalog, doc.payload, &arena, &catalog, NULL);
    for (size_t i = 0; r == 0 && i < catalog.scopes.count; i++)
        r = find_blob(in, &catalog.scopes.items[i].manifest, n, "a scope's manifest");
    return r;
}

static int adopt_one(struct intake *in, enum kk_doc_kind kind, struct kk_slice bytes)
{
    const char *name = kk_doc_kind_name(kind);
    enum kk_trust_verdict verdict;
    struct needs n = { 0 };
    int r = check_needs(in, kind, bytes, &n);

    if (r == 0 && n.missing)
        r = refuse(in, KK_E_BLOB_MISSING, name, n.missing);
    else if (r == 0)
        r = kk_relay_adopt(in->relay, bytes, kk_bytes_slice(&n.devices), &verdict);
    kk_bytes_fini(&n.devices);
    if (r == KK_E_BUNDLE_NEWER)
        return refuse(in, r, name, "its rules are of a version that this program does not know");
    if (r < 0)
        return in->reason[0] ? r : refuse_fault(in, r, name);
    if (kind == KK_DOC_ROOT && verdict == KK_TRUST_OLDER)
        return 0; /* chains of roots come whole */
    if (kk_trust_fault(verdict) < 0)
        return refuse(in, kk_trust_fault(verdict), name, kk_trust_verdict_name(verdict));
    if (kind == KK_DOC_INVITE)
        in->report->invitations++;
    else
        in->report->documents += verdict == KK_TRUST_TAKEN;
    return 0;
}

int intake_end(struct intake *in)
{
    static const enum kk_doc_kind order[] = { KK_DOC_ROOT, KK_DOC_ROSTER, KK_DOC_CATALOG,
                                              KK_DOC_INVITE };
    int r = 0;

    for (size_t k = 0; r == 0 && k < KK_COUNT(order); k++) {
        for (size_t i = 0; r == 0 && i < in->document_count; i++) {
            enum kk_doc_kind kind;

            if (!kk_document_kind(kk_bytes_slice(&in->documents[i]), &kind))
                r = refuse(in, KK_E_FORM, "document", "of no known kind");
            else if (kind == order[k])
                r = adopt_one(in, kind, kk_bytes_slice(&in->documents[i]));
        }
    }
    return r;
}
