/* Opening a home: state, documents, keys. */
#include "home/home.h"

#include "home_sql.h"

#include "kukyoku/trust/keyfile.h"

#include <sodium.h>
#include <stdio.h>

static const char *const fact_names[] = {
#define FACT_NAME(NAME, name) name,
    KK_HOME_FACTS(FACT_NAME)
};

int kk_home_path(const struct kk_home *h, const char *name, char ret[KK_OS_PATH_MAX],
                 struct kk_error *err)
{
    int r = kk_os_path_join(h->dir, name, ret);

    return r < 0 ? kk_error_say(err, r, h->dir, "the path is too long",
                                "パスが長すぎます") : 0;
}

static int open_state(struct kk_home *h, enum kk_home_mode mode, struct kk_error *err)
{
    struct kk_db_options o = {
        .schema = &kk_home_schema,
        .journal = KK_DB_TRUNCATE,
        .application_id = KK_HOME_APPLICATION_ID,
        .read_only = mode == KK_HOME_READ,
    };
    char path[KK_OS_PATH_MAX];
    int r = kk_home_path(h, "state.db", path, err);

    if (r == 0 && mode == KK_HOME_WRITE)
        r = kk_os_dir_make(h->dir, err);
    if (r == 0 && mode == KK_HOME_READ && !kk_os_exists(path))
        return kk_error_say(err, KK_E_HOME, h->dir, "state.db is not there",
                            "state.db がありません");
    return r == 0 ? kk_db_open(path, &o, &h->db, err) : r;
}

struct restoring {
    struct kk_home *home;
    enum kk_doc_kind kind;
    enum kk_trust_verdict verdict;
};

/* A roster rests on its device rows, which lie beside it. */
static int rows_of(struct kk_home *h, struct kk_slice roster, struct kk_bytes *out)
{
    struct kk_blob_ref rows;
    int r = kk_document_rows_ref(roster, &rows);

    if (r == 0)
        r = kk_home_paper_get(h, rows.hash, out);
    return r < 0 ? r : 0;
}

static int restore(struct restoring *x, struct kk_slice bytes)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes rows = { 0 };
    int r = x->kind == KK_DOC_ROSTER ? rows_of(x->home, bytes, &rows) : 0;

    if (r < 0)
        return r;
    if (x->kind == KK_DOC_ROSTER && !x->home->enrolled && rows.len == 0)
        return kk_trust_restore_bare_roster(x->home->trust, bytes, &x->verdict);
    return kk_trust_restore(x->home->trust, x->kind, bytes, kk_bytes_slice(&rows), &x->verdict);
}

static int load_documents(struct kk_home *h, struct kk_error *err)
{
    struct restoring x = { .home = h };
    struct kk_stmt *q = kk_db_use(h->db, HOME_DOCUMENT_EACH);
    int r = kk_stmt_step(q);

    while (r > 0) {
        x.kind = (enum kk_doc_kind)kk_stmt_col_int(q, 0);
        r = restore(&x, kk_stmt_col_blob(q, 1));
        if (r == 0 && x.verdict != KK_TRUST_TAKEN)
            r = kk_error_say(err, KK_E_SIGNATURE, kk_doc_kind_name(x.kind),
                             "the document in state.db is not believed: %s",
                             "state.db の文書は信用できません: %s",
                             kk_trust_verdict_name(x.verdict));
        if (r == 0)
            r = kk_stmt_step(q);
    }
    kk_stmt_reset(q);
    return r;
}

static int load_device(struct kk_home *h, struct kk_error *err)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_bytes plain = { 0 };
    struct kk_key_device secrets;
    char path[KK_OS_PATH_MAX];
    int r = kk_home_path(h, "device.key", path, err);

    if (r < 0 || !kk_os_exists(path))
        return r;
    r = kk_key_read(path, "device", kk_slice(NULL, 0), &plain, err);
    if (r == 0 && kk_shape_read(&kk_shape_key_device, kk_bytes_slice(&plain), &arena, &secrets,
                                NULL) < 0)
        r = kk_error_say(err, KK_E_SHAPE, path, "not a device's key file",
                         "端末の鍵ファイルではありません");
    if (r == 0) {
        kk_device_keys_load(&h->keys, &secrets);
        kk_secret_wipe(&secrets, sizeof(secrets));
        h->enrolled = true;
    }
    kk_keyfile_wipe(&plain);
    return r;
}

int kk_home_open(const char *dir, enum kk_home_mode mode, struct kk_home *ret,
                 struct kk_error *err)
{
    KK_AUTO_FINI(kk_home) struct kk_home h = { 0 };
    int r;

    if (sodium_init() < 0)
        return kk_error_say(err, KK_E_MEMORY, dir, "libsodium could not start",
                            "libsodium を開始できません");
    snprintf(h.dir, sizeof(h.dir), "%s", dir);
    h.trust = kk_trust_new();
    r = h.trust ? open_state(&h, mode, err) : KK_E_MEMORY;
    if (r == 0)
        r = load_device(&h, err);
    if (r == 0)
        r = load_documents(&h, err);
    if (r == 0)
        r = kk_home_load_keyring(&h);
    if (r < 0)
        return err && err->fault ? r : kk_error_set(err, r, dir, "%s", "");
    *ret = h;
    h = (struct kk_home){ 0 };
    return 0;
}

int kk_home_schema_version(void)
{
    return kk_home_schema.version;
}

void kk_home_fini(struct kk_home *h)
{
    kk_db_free(h->db);
    kk_trust_free(h->trust);
    kk_keyring_fini(&h->keyring);
    kk_device_keys_fini(&h->keys);
    *h = (struct kk_home){ 0 };
}

int kk_home_lock(const struct kk_home *h, struct kk_os_lock *ret, struct kk_error *err)
{
    return kk_os_lock_take(ret, h->dir, KK_OS_LOCK_WAIT_MS, err);
}

int kk_home_fact_put(struct kk_home *h, enum kk_home_fact fact, int64_t number,
                     struct kk_slice bytes)
{
    struct kk_stmt *q = kk_db_use(h->db, HOME_FACT_PUT);

    kk_stmt_text(q, 1, kk_slice_text(fact_names[fact]));
    kk_stmt_int(q, 2, number);
    if (bytes.data)
        kk_stmt_blob(q, 3, bytes);
    return kk_stmt_run(q);
}

int kk_home_fact_get(struct kk_home *h, enum kk_home_fact fact, int64_t *ret,
                     struct kk_bytes *bytes)
{
    struct kk_stmt *q = kk_db_use(h->db, HOME_FACT_FIND);
    int r;

    *ret = 0;
    kk_stmt_text(q, 1, kk_slice_text(fact_names[fact]));
    r = kk_stmt_step(q);
    if (r <= 0)
        return r;
    *ret = kk_stmt_col_int(q, 0);
    r = bytes ? kk_bytes_append_slice(bytes, kk_stmt_col_blob(q, 1)) : 0;
    kk_stmt_reset(q);
    return r;
}

const struct kk_device_span *kk_home_span(const struct kk_home *h)
{
    const struct kk_roster_view *view = kk_trust_view(h->trust);
    const struct kk_device_row *row =
        view && h->enrolled ? kk_roster_row(view, h->keys.id) : NULL;

    return row ? kk_device_span_newest(row) : NULL;
}

int kk_home_clock_seen(struct kk_home *h, int64_t clock_ms, bool confirmed)
{
    int64_t latest;
    int r = kk_home_fact_get(h, KK_FACT_CLOCK_MS, &latest, NULL);

    if (r < 0 || (!confirmed && clock_ms <= latest))
        return r;
    return kk_home_fact_put(h, KK_FACT_CLOCK_MS, clock_ms, kk_slice(NULL, 0));
}

int kk_home_grade(struct kk_home *h, int64_t clock_ms, enum kk_grade *ret, int64_t *ret_since_ms)
{
    int64_t by_media = 0, latest = 0;
    int r = kk_home_fact_get(h, KK_FACT_BY_MEDIA, &by_media, NULL);

    if (r == 0)
        r = kk_home_fact_get(h, KK_FACT_CLOCK_MS, &latest, NULL);
    if (clock_ms < latest)
        clock_ms = latest;
    *ret = kk_trust_grade(h->trust, clock_ms, by_media != 0, ret_since_ms);
    return r;
}

int kk_home_tell_once(struct kk_home *h, const uint8_t rec[KK_ID_BYTES], int64_t due_ms)
{
    struct kk_stmt *q = kk_db_use(h->db, HOME_TOLD_PUT);
    int r;

    kk_stmt_blob(q, 1, kk_slice(rec, KK_ID_BYTES));
    kk_stmt_int(q, 2, due_ms);
    r = kk_stmt_step(q);
    kk_stmt_reset(q);
    return r;
}
