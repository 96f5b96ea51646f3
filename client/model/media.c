/* Files out and in (media.h). [MD-3] [MD-4] */
#include "model/media.h"

#include "model/answers.h"
#include "model/parcel.h"
#include "model/sync_recover.h"
#include "replica/ledger_era.h"

#include "kukyoku/sync/shelf.h"

#define CLIENT_NAME "kukyoku " KUKYOKU_VERSION

static int note(struct kk_home *h, enum kk_media_way way, const struct kk_media_file *file,
                struct kk_slice bytes)
{
    struct kk_media_line line = { .at_ms = kk_os_now_ms(), .way = way, .bytes = bytes.len,
                                  .file = kk_slice_text(file->path),
                                  .approver = kk_slice_text(file->approver) };

    kk_hash_of("media", bytes, line.hash);
    return kk_home_media_add(h, &line);
}

static int check_enrolled(const struct kk_home *h, struct kk_error *err)
{
    return h->enrolled ? 0
                       : kk_error_say(err, KK_E_HOME, h->dir, "this home is not enrolled",
                                      "この置き場所は未登録です");
}

/* The roster may forbid files: nothing goes out, and nothing comes in but roots and rosters. */
static int check_allowed(const struct kk_home *h, struct kk_error *err)
{
    const struct kk_roster *roster = kk_trust_roster(h->trust);

    if (roster && roster->settings.no_media)
        return kk_error_say(err, KK_E_ROLE, h->dir, "the registrar has forbidden files (media)",
                            "登録担当が媒体でのやりとりを禁止しています");
    return 0;
}

/* The day from which a file of that time is taken no more: as old as its figures would be stale. */
static int64_t expiry_of(const struct kk_home *h, int64_t issued_ms)
{
    const struct kk_roster *roster = kk_trust_roster(h->trust);

    return roster ? issued_ms + (int64_t)roster->settings.by_media.stale_days * KK_DAY_MS
                  : INT64_MAX;
}

/* A stick that was found in a drawer. Its date is that of its fresh document. [MD-6] */
static int check_age(const struct kk_home *h, int64_t issued_ms, struct kk_error *err)
{
    char made[KK_INSTANT_TEXT];

    if (kk_trust_now(h->trust, kk_os_now_ms()) <= expiry_of(h, issued_ms))
        return 0;
    kk_instant_of(issued_ms, made);
    if (issued_ms == 0)
        return kk_error_say(err, KK_E_MEDIA_EXPIRED, "fresh",
                            "it holds no word of when it was written",
                            "書き出された日時の記載がありません");
    return kk_error_say(err, KK_E_MEDIA_EXPIRED, made, "it was written on that day",
                        "書き出された日時です");
}

/* --- out --- */

static int pack(void *user, const struct kk_carried *op)
{
    return kk_parcel_add_shape(user, KK_KKYB_TAG_OPERATION, &kk_shape_carried, op);
}

static int gather(struct kk_home *h, struct kk_parcel *p, struct kk_error *err)
{
    KK_AUTO_FINI(kk_replicas) struct kk_replicas replicas;
    struct kk_slice scope;
    int r = 0;

    kk_replicas_init(&replicas, h, KK_REPLICA_WRITE);
    for (size_t i = 0; r == 0 && kk_home_record_scope(h, i, &scope); i++) {
        struct kk_ledger l;

        r = kk_replicas_ledger(&replicas, scope, &l, err);
        if (r == 0)
            r = kk_ledger_carry(&l, pack, p);
        if (r == 0)
            r = kk_ledger_carry_cut(&l, pack, p);
    }
    return r;
}

static int export(struct kk_home *h, const struct kk_media_file *file, struct kk_parcel *p,
                  struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 };
    int r = gather(h, p, err);

    if (r == 0 && p->count == 0)
        return kk_error_say(err, KK_E_NOT_FOUND, file->path, "nothing waits to be sent",
                            "未送信のものはありません");
    if (r == 0)
        r = kk_parcel_build(p, KK_KKYB_OPERATIONS, &out);
    if (r == 0 && file->made)
        r = kk_bytes_append_slice(file->made, kk_bytes_slice(&out));
    else if (r == 0 && kk_os_exists(file->path))
        return kk_error_set(err, KK_E_EXISTS, file->path, "%s", "");
    else if (r == 0)
        r = kk_os_file_write(file->path, kk_bytes_slice(&out), KK_OS_PRIVATE, err);
    return r == 0 ? note(h, KK_MEDIA_OUT, file, kk_bytes_slice(&out)) : r;
}

int kk_media_export(struct kk_home *h, const struct kk_media_file *file,
                    uint64_t *ret_operations, struct kk_error *err)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    KK_AUTO_FINI(kk_parcel) struct kk_parcel p = { .count = 0 };
    int r = check_enrolled(h, err);

    if (r == 0)
        r = check_allowed(h, err);
    if (r == 0)
        r = kk_home_lock(h, &lock, err);
    if (r == 0)
        r = export(h, file, &p, err);
    if (r == 0)
        *ret_operations = p.count;
    return r;
}

/* --- in --- */

/* The shelf in place of a line. */
struct bringing {
    struct kk_home_sync sync;
    struct kk_sync_store base, store;
    struct kk_sync_line line;
    struct kk_sync machine;
    const struct kk_shelf *shelf;
    struct kk_answers answers;
};

static int queue(void *user, struct kk_slice plain)
{
    struct bringing *b = user;

    return kk_answers_put(&b->answers, plain);
}

static int ask(void *self, enum kk_message_type type, uint32_t id, const void *body)
{
    struct bringing *b = self;
    struct kk_shelf_taker to = { queue, b };

    return kk_shelf_answer(b->shelf, type, id, body, &to);
}

/*
 * A file may be older than what came before it; that is no sign of a restored daemon. [MD-3] A new
 * era of its roster counts all the same. [ER-7]
 */
static int compare(void *self, const struct kk_msg_welcome *welcome)
{
    (void)welcome;
    return kk_sync_cut(self);
}

/*
 * Asked when the file's roots and roster are taken and kept, before anything else is: where files
 * were forbidden only a newer roster can allow them, and a device without a line has no other way
 * to get it. [MD-5]
 */
static int wraps_next(void *self, size_t skip, struct kk_blob_ref *ret)
{
    struct bringing *b = KK_OWNER_OF(self, struct bringing, sync);
    int r = check_allowed(b->sync.home, b->sync.err);

    if (r == 0)
        r = check_age(b->sync.home, kk_shelf_issued_ms(b->shelf), b->sync.err);
    return r < 0 ? r : b->base.wraps_next(self, skip, ret);
}

/* Only the logs that the file has. */
static int scope_at(void *self, size_t i, struct kk_slice *ret)
{
    struct bringing *b = KK_OWNER_OF(self, struct bringing, sync);
    size_t seen = 0;

    for (size_t k = 0; kk_home_record_scope(b->sync.home, k, ret); k++) {
        if (kk_shelf_has_log(b->shelf, *ret) && seen++ == i)
            return 1;
    }
    return 0;
}

static int log_take(void *self, const struct kk_msg_entries *entries)
{
    struct bringing *b = KK_OWNER_OF(self, struct bringing, sync);

    return entries->entries.count ? b->base.log_take(self, entries) : 0;
}

/* What waits goes out by a file of its own. */
static int push_next(void *self, struct kk_slice scope, size_t skip, struct kk_arena *arena,
                     struct kk_msg_push *ret)
{
    (void)self;
    (void)scope;
    (void)skip;
    (void)arena;
    (void)ret;
    return 0;
}

static int run(struct bringing *b, struct kk_error *err)
{
    int r = kk_sync_opened(&b->machine, false, kk_slice_text(CLIENT_NAME));

    if (r == 0)
        r = kk_answers_hear(&b->answers, &b->machine);
    if (r == 0 && !kk_sync_done(&b->machine))
        r = KK_E_PROTOCOL;
    if (r == KK_E_BLOB_MISSING)
        return kk_error_say(err, r, b->machine.doing,
                            "the file lacks something that this device needs",
                            "この端末に必要なものがファイルにありません");
    if (r < 0 && !err->fault)
        kk_error_set(err, r, b->machine.doing, "%s", "");
    return r;
}

static int bring(struct bringing *b, struct kk_error *err)
{
    int r;

    b->base = b->store = kk_home_sync_store(&b->sync);
    b->store.compare = compare;
    b->store.wraps_next = wraps_next;
    b->store.scope = scope_at;
    b->store.log_take = log_take;
    b->store.push_next = push_next;
    b->store.wanted = NULL;
    b->store.return_next = NULL;
    b->store.return_taken = NULL;
    b->line = (struct kk_sync_line){ .send = ask, .self = b };
    kk_sync_init(&b->machine, &b->store, &b->line);
    r = run(b, err);
    kk_sync_fini(&b->machine);
    kk_answers_fini(&b->answers);
    return r;
}

/* Is there a log that this device follows and the file lacks? */
static bool foreign(const struct bringing *b)
{
    struct kk_slice scope;
    bool lacks = false;

    for (size_t i = 0; !lacks && kk_home_record_scope(b->sync.home, i, &scope); i++)
        lacks = !kk_shelf_has_log(b->shelf, scope);
    return lacks;
}

static int remember(struct kk_home *h, const struct kk_media_file *file, struct kk_slice bytes)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    int64_t now = kk_os_now_ms();
    int r = kk_home_lock(h, &lock, NULL);

    if (r == 0)
        r = kk_home_clock_seen(h, now, false);
    if (r == 0)
        r = note(h, KK_MEDIA_IN, file, bytes);
    if (r == 0)
        r = kk_home_fact_put(h, KK_FACT_BY_MEDIA, 1, kk_slice(NULL, 0));
    if (r == 0)
        r = kk_home_fact_put(h, KK_FACT_SYNC_MS, now, kk_slice_text(KUKYOKU_VERSION));
    return r == 0 ? kk_home_fact_put(h, KK_FACT_SYNC_FAULT, 0, kk_slice(NULL, 0)) : r;
}

static int import(struct kk_home *h, struct kk_slice bytes, const struct kk_media_options *o,
                  struct kk_media_report *ret, struct kk_error *err)
{
    KK_AUTO_FINI(kk_shelf) struct kk_shelf shelf = { .root_count = 0 };
    struct bringing b = { .line = { .self = NULL } };
    int r = kk_shelf_init(&shelf, bytes);

    if (r < 0)
        return r;
    r = kk_home_sync_init(&b.sync, h, err);
    if (r < 0)
        return r;
    b.shelf = &shelf;
    b.sync.progress = o->progress;
    b.sync.user = o->user;
    r = bring(&b, err);
    ret->counts = b.machine.counts;
    ret->purge = b.sync.purge;
    if (r == 0)
        r = kk_home_sync_derive(&b.sync);
    ret->issued_ms = kk_shelf_issued_ms(&shelf);
    ret->expires_ms = expiry_of(h, ret->issued_ms);
    ret->foreign = foreign(&b);
    kk_home_sync_fini(&b.sync);
    return r;
}

static bool revoked(const struct kk_home *h)
{
    const struct kk_device_span *span = kk_home_span(h);

    return span && span->status == KK_STATUS_REVOKED;
}

/* What the roster of the file took from this device goes, whatever else the file was good for. */
static int leave(struct kk_home *h, int r, struct kk_media_report *ret, struct kk_error *err)
{
    struct kk_error inner = { 0 };
    int purged = kk_purge(h, KK_PURGE_LOST, false, &ret->purge, r < 0 ? &inner : err);

    if (!revoked(h))
        return r < 0 ? r : purged;
    *err = (struct kk_error){ 0 };
    return purged < 0 ? purged
                      : kk_error_say(err, KK_E_REVOKED, h->dir, "the roster in the file says so",
                                     "ファイルの中の名簿によります");
}

static int read_whole(const struct kk_media_file *file, struct kk_bytes *out, struct kk_error *err)
{
    if (file->given)
        return kk_bytes_append_slice(out, *file->given);
    return kk_os_file_read(file->path, KK_BUNDLE_FILE_BYTES_MAX, out, err);
}

int kk_media_import(struct kk_home *h, const struct kk_media_file *file,
                    const struct kk_media_options *o, struct kk_media_report *ret,
                    struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    const struct kk_catalog *catalog;
    int r = check_enrolled(h, err);

    *ret = (struct kk_media_report){ .catalog = 0 };
    if (r == 0)
        r = read_whole(file, &bytes, err);
    if (r == 0)
        r = import(h, kk_bytes_slice(&bytes), o, ret, err);
    if (r == 0 || revoked(h))
        r = leave(h, r, ret, err);
    if (r < 0)
        return err->fault ? r : kk_error_set(err, r, file->path, "%s", "");
    catalog = kk_trust_catalog(h->trust);
    ret->catalog = catalog ? catalog->version.ver : 0;
    return remember(h, file, kk_bytes_slice(&bytes));
}

int kk_media_erase(struct kk_home *h, const struct kk_media_file *file, struct kk_error *err)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    int r = kk_os_file_read(file->path, KK_BUNDLE_FILE_BYTES_MAX, &bytes, err);

    if (r == 0)
        r = kk_home_lock(h, &lock, err);
    if (r == 0)
        r = kk_os_file_remove(file->path, err);
    return r == 0 ? note(h, KK_MEDIA_ERASED, file, kk_bytes_slice(&bytes)) : r;
}
