/*
 * The ways out of the daemon: enrolment requests for a registrar's desk, and for a ward or a device
 * without a network all that it may read. [DM-14] [MD-1]
 */
#include "spool/outgoing.h"
#include "spool/spool.h"

#include "kukyoku/base/text.h"
#include "kukyoku/trust/roster.h"

static int add_request(void *user, struct kk_slice request)
{
    return outgoing_add(user, KK_KKYB_TAG_REQUEST, request);
}

int kk_spool_export_requests(struct kk_store *store, const char *path, unsigned *ret_count,
                             struct kk_error *err)
{
    KK_AUTO_FINI(outgoing) struct outgoing out = { .count = 0 };
    int r = store->engine->request_each(store, add_request, &out);

    if (r < 0)
        return kk_error_set(err, r, path, "%s", "");
    r = outgoing_write(&out, KK_KKYB_ENROLMENT, path, err);
    if (r == 0)
        *ret_count = out.count;
    return r;
}

struct telling {
    struct kk_bytes text;
    unsigned count;
};

static int add_holder(void *user, const struct kk_store_holder *holder)
{
    struct telling *t = user;
    char id[2 * KK_ID_BYTES + 1];

    kk_hex_encode(kk_slice(holder->device, KK_ID_BYTES), id);
    t->count++;
    return kk_bytes_format(&t->text, "%s,%llu,%lld\n", id, (unsigned long long)holder->catalog.ver,
                           (long long)holder->said_ms);
}

/* Writes what was told so far; r: of the telling. */
static int write_told(struct telling *t, int r, const char *path, unsigned *ret_count,
                      struct kk_error *err)
{
    if (r == 0)
        r = outgoing_write_bytes(path, kk_bytes_slice(&t->text));
    kk_bytes_fini(&t->text);
    if (r < 0)
        return kk_error_set(err, r, path, "%s", "");
    *ret_count = t->count;
    return 0;
}

int kk_spool_export_holders(struct kk_store *store, const char *path, unsigned *ret_count,
                            struct kk_error *err)
{
    struct telling t = { .count = 0 };
    int r = kk_bytes_append_text(&t.text, "device,release,said_ms\n");

    if (r == 0)
        r = store->engine->holder_each(store, add_holder, &t);
    return write_told(&t, r, path, ret_count, err);
}

static const char *way_name(enum kk_served_way way)
{
#define WAY_ROW(NAME, number, name) { KK_SERVED_##NAME, name },
    static const struct {
        enum kk_served_way way;
        const char *name;
    } ways[] = { KK_SERVED_WAYS(WAY_ROW) };

    for (size_t i = 0; i < KK_COUNT(ways); i++) {
        if (ways[i].way == way)
            return ways[i].name;
    }
    return "";
}

static int add_served(void *user, const struct kk_store_served *served)
{
    struct telling *t = user;
    char id[2 * KK_ID_BYTES + 1];

    kk_hex_encode(kk_slice(served->device, KK_ID_BYTES), id);
    t->count++;
    return kk_bytes_format(&t->text, "%s,%.*s,%s,%llu,%llu,%lld,%lld\n", id,
                           (int)served->scope.len, (const char *)served->scope.data,
                           way_name(served->way),
                           (unsigned long long)served->from, (unsigned long long)served->to,
                           (long long)served->first_ms, (long long)served->last_ms);
}

int kk_spool_export_served(struct kk_store *store, const char *path, unsigned *ret_count,
                           struct kk_error *err)
{
    struct telling t = { .count = 0 };
    int r = kk_bytes_append_text(&t.text, "device,scope,way,from,to,first_ms,last_ms\n");

    if (r == 0)
        r = store->engine->served_each(store, add_served, &t);
    return write_told(&t, r, path, ret_count, err);
}

/* --- recovery --- */

int kk_spool_export_recovery(struct kk_relay *relay, const char *path, unsigned *ret_logs,
                             struct kk_error *err)
{
    KK_AUTO_FINI(outgoing) struct outgoing out = { .count = 0 };
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    struct kk_recovery recovery;
    int r;

    kk_arena_init(&arena, 64 * 1024);
    r = kk_relay_recovery(relay, &arena, &recovery);
    if (r == KK_E_NOT_FOUND)
        return kk_error_say(err, r, path, "no log waits for an era: this store was not restored",
                            "代を待つ記録はありません（復元されていません）");
    if (r == 0)
        r = kk_shape_encode_checked(&kk_shape_recovery, &recovery, &bytes, NULL);
    if (r == 0)
        r = outgoing_add(&out, KK_KKYB_TAG_RECOVERY, kk_bytes_slice(&bytes));
    if (r < 0)
        return kk_error_set(err, r, path, "%s", "");
    *ret_logs = (unsigned)recovery.heads.count;
    return outgoing_write(&out, KK_KKYB_EVIDENCE, path, err);
}

/* --- media --- */

struct packing {
    struct kk_relay *relay;
    struct outgoing out;
    struct kk_slice label; /* of the blobs that are walked */
    struct kk_spool_media *counts;
};

static int add_document(struct packing *p, struct kk_slice bytes)
{
    p->counts->documents += bytes.len > 0;
    return bytes.len ? outgoing_add(&p->out, KK_KKYB_TAG_DOCUMENT, bytes) : 0;
}

static int answer(struct packing *p, const struct kk_relay_caller *caller,
                  enum kk_message_type type, const void *body, struct kk_bytes *ret)
{
    struct kk_message m = { .type = type, .id = 1, .body = body };
    uint64_t detail;

    return kk_relay_answer(p->relay, caller, &m, ret, &detail);
}

/* The daemon's newest word stands in what it would answer to a device that holds nothing. */
static int add_fresh(struct packing *p)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    struct kk_relay_caller anybody = { .standing = KK_STANDING_PENDING };
    struct kk_msg_hello hello = { .client = kk_slice_text("media"), .root_ver = 1 };
    struct kk_message m;
    int r = answer(p, &anybody, KK_MSG_HELLO, &hello, &plain);

    kk_arena_init(&arena, 256 * 1024);
    if (r == 0)
        r = kk_message_decode(kk_bytes_slice(&plain), &arena, &m, NULL);
    return r == 0 ? add_document(p, ((const struct kk_msg_welcome *)m.body)->fresh) : r;
}

static int add_documents(struct packing *p)
{
    const struct kk_trust *t = kk_relay_trust(p->relay);
    int r = 0;

    for (size_t i = 0; r == 0 && i < kk_trust_root_count(t); i++)
        r = add_document(p, kk_trust_root_bytes(t, i));
    if (r == 0)
        r = add_document(p, kk_trust_bytes(t, KK_DOC_ROSTER));
    if (r == 0)
        r = add_fresh(p);
    return r == 0 ? add_document(p, kk_trust_bytes(t, KK_DOC_CATALOG)) : r;
}

static int add_blob(void *user, struct kk_slice blob)
{
    struct packing *p = user;

    p->counts->blobs++;
    return outgoing_add_blob(&p->out, p->label, blob);
}

/* Everything of a scope: its keys, and what releases have brought. */
static int add_blobs(struct packing *p, struct kk_slice scope)
{
    struct kk_store *s = kk_relay_store(p->relay);

    p->label = scope;
    return s->engine->blob_each(s, scope, add_blob, p);
}

/* Of the device rows only those that the newest roster names. */
static int add_rows(struct packing *p, const struct kk_blob_ref *ref)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes rows = { 0 };
    struct kk_store *s = kk_relay_store(p->relay);
    int r = s->engine->blob_read(s, ref->hash, 0, ref->len, &rows);

    if (r <= 0)
        return r < 0 ? r : KK_E_BLOB_MISSING;
    p->label = kk_slice_text(KK_LABEL_DEVICES);
    return add_blob(p, kk_bytes_slice(&rows));
}

/* Page after page, as the device would be told. */
static int add_log(struct packing *p, const struct kk_relay_caller *reader, struct kk_slice scope)
{
    struct kk_msg_log log = { .scope = scope, .from_gsn = 1, .max = KK_ENTRIES_PER_LOG_MAX };
    bool more = true;
    int r = 0;

    while (r == 0 && more) {
        KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
        KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
        const struct kk_msg_entries *page;
        struct kk_message m;

        r = answer(p, reader, KK_MSG_LOG, &log, &plain);
        kk_arena_init(&arena, 1024 * 1024);
        if (r == 0)
            r = kk_message_decode(kk_bytes_slice(&plain), &arena, &m, NULL);
        if (r < 0)
            return r;
        page = m.body;
        log.from_gsn += page->entries.count;
        p->counts->entries += page->entries.count;
        more = page->more;
        r = outgoing_add(&p->out, KK_KKYB_TAG_ENTRY, kk_bytes_slice(&plain));
    }
    return r;
}

static int add_scope(struct packing *p, const struct kk_relay_caller *reader,
                     const struct kk_roster_scope *scope)
{
    struct kk_scope parsed;
    int r = add_blobs(p, scope->scope);

    if (r == 0 && kk_scope_parse(scope->scope, &parsed) && kk_scope_info(parsed.kind)->records)
        r = add_log(p, reader, scope->scope);
    return r;
}

/* Is the file for this row of the roster? */
static bool is_meant(const struct kk_roster_view *view, size_t i,
                     const struct kk_spool_media_for *who)
{
    const struct kk_device_span *span = kk_device_span_newest(&view->devices->rows.items[i]);
    char id[2 * KK_ID_BYTES + 1];

    kk_hex_encode(kk_slice(view->ids[i], KK_ID_BYTES), id);
    return span->status != KK_STATUS_REVOKED &&
           (!who->ward || kk_slice_is(span->ward, who->ward)) &&
           (!who->device || strncmp(id, who->device, strlen(who->device)) == 0);
}

/* A file is for one device alone where a device is named: it holds what that one may read. */
static int check_meant(const struct kk_roster_view *view, const struct kk_spool_media_for *who,
                       struct kk_error *err)
{
    size_t count = 0;

    if (who->device && !who->device[0])
        return kk_error_say(err, KK_E_USAGE, "--device", "the id of the device is empty",
                            "端末の ID が空です");
    for (size_t i = 0; view && i < view->devices->rows.count; i++)
        count += is_meant(view, i, who);
    if (count == 0)
        return kk_error_say(err, KK_E_NOT_FOUND, who->ward ? who->ward : who->device,
                            "no device of the roster is meant by this",
                            "名簿にそのような端末はありません");
    if (who->device && count > 1)
        return kk_error_say(err, KK_E_USAGE, who->device,
                            "the ids of several devices begin like this: give more of it",
                            "この文字で始まる ID の端末が複数あります。続きも指定してください");
    return 0;
}

/* The first device that the file is for and that may read the scope. */
static bool find_reader(const struct kk_roster_view *view, const struct kk_spool_media_for *who,
                        struct kk_slice scope, struct kk_relay_caller *ret)
{
    for (size_t i = 0; i < view->devices->rows.count; i++) {
        if (!is_meant(view, i, who) ||
            !kk_device_span_has(kk_device_span_newest(&view->devices->rows.items[i]), scope))
            continue;
        *ret = (struct kk_relay_caller){ .standing = KK_STANDING_OK };
        memcpy(ret->device, view->ids[i], KK_ID_BYTES);
        return true;
    }
    return false;
}

static int pack(struct packing *p, const struct kk_spool_media_for *who)
{
    const struct kk_roster_view *view = kk_trust_view(kk_relay_trust(p->relay));
    struct kk_relay_caller reader;
    int r = add_documents(p);

    if (r == 0)
        r = add_rows(p, &view->roster->devices);
    if (r == 0)
        r = add_blobs(p, kk_slice_text("pub"));
    for (size_t i = 0; r == 0 && i < view->roster->scopes.count; i++) {
        if (find_reader(view, who, view->roster->scopes.items[i].scope, &reader))
            r = add_scope(p, &reader, &view->roster->scopes.items[i]);
    }
    return r;
}

int kk_spool_export_media(struct kk_relay *relay, const struct kk_spool_media_for *who,
                          const char *path, struct kk_spool_media *ret, struct kk_error *err)
{
    const struct kk_roster_view *view = kk_trust_view(kk_relay_trust(relay));
    struct packing p = { .relay = relay, .counts = ret };
    int r = check_meant(view, who, err);

    *ret = (struct kk_spool_media){ 0 };
    if (r < 0)
        return r;
    r = pack(&p, who);
    if (r < 0)
        kk_error_set(err, r, path, "%s", "");
    else
        r = outgoing_write(&p.out, KK_KKYB_LOG, path, err);
    outgoing_fini(&p.out);
    return r;
}
