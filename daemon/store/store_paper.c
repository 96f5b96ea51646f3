/* Documents, blobs, invitations and requests in SQLite. */
#include "store_sqlite.h"

#include "kukyoku/trust/invite.h"

int store_document_put(struct kk_store *s, enum kk_doc_kind kind, struct kk_ver version,
                       struct kk_slice bytes)
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_DOCUMENT_PUT);
    int r;

    kk_stmt_int(q, 1, kind);
    kk_stmt_int(q, 2, (int64_t)version.gen);
    kk_stmt_int(q, 3, (int64_t)version.ver);
    kk_stmt_blob(q, 4, bytes);
    r = kk_stmt_run(q);
    if (r < 0 || kind == KK_DOC_ROOT)
        return r;
    q = kk_db_use(store_db(s), STORE_DOCUMENT_DROP_OLDER);
    kk_stmt_int(q, 1, kind);
    kk_stmt_int(q, 2, (int64_t)version.gen);
    kk_stmt_int(q, 3, (int64_t)version.ver);
    return kk_stmt_run(q);
}

int store_document_each(struct kk_store *s, kk_store_document_fn *fn, void *user)
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_DOCUMENT_EACH);
    int r = kk_stmt_step(q);

    while (r > 0) {
        r = fn(user, (enum kk_doc_kind)kk_stmt_col_int(q, 0), kk_stmt_col_blob(q, 1));
        if (r != 0)
            break; /* a fault, or the caller has enough */
        r = kk_stmt_step(q);
    }
    kk_stmt_reset(q);
    return r;
}

int store_blob_put(struct kk_store *s, const uint8_t hash[KK_HASH_BYTES], struct kk_slice label,
                   struct kk_slice bytes)
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_BLOB_PUT);

    kk_stmt_blob(q, 1, kk_slice(hash, KK_HASH_BYTES));
    kk_stmt_text(q, 2, label);
    kk_stmt_blob(q, 3, bytes);
    return kk_stmt_run(q);
}

int store_blob_find(struct kk_store *s, const uint8_t hash[KK_HASH_BYTES], struct kk_bytes *label,
                    uint64_t *ret_len)
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_BLOB_FIND);
    int r;

    kk_stmt_blob(q, 1, kk_slice(hash, KK_HASH_BYTES));
    r = kk_stmt_step(q);
    if (r <= 0)
        return r;
    kk_bytes_clear(label);
    r = kk_bytes_append_slice(label, kk_stmt_col_text(q, 0));
    *ret_len = (uint64_t)kk_stmt_col_int(q, 1);
    kk_stmt_reset(q);
    return r < 0 ? r : 1;
}

int store_blob_read(struct kk_store *s, const uint8_t hash[KK_HASH_BYTES], uint64_t offset,
                    size_t max, struct kk_bytes *out)
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_BLOB_READ);

    kk_stmt_blob(q, 1, kk_slice(hash, KK_HASH_BYTES));
    kk_stmt_int(q, 2, (int64_t)offset);
    kk_stmt_int(q, 3, (int64_t)max);
    return kk_stmt_fetch(q, out);
}

int store_blob_drop(struct kk_store *s, const uint8_t hash[KK_HASH_BYTES])
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_BLOB_DROP);

    kk_stmt_blob(q, 1, kk_slice(hash, KK_HASH_BYTES));
    return kk_stmt_run(q);
}

static int each(struct kk_stmt *q, kk_store_bytes_fn *fn, void *user)
{
    int r = kk_stmt_step(q);

    while (r > 0) {
        r = fn(user, kk_stmt_col_blob(q, 0));
        if (r != 0)
            break; /* a fault, or the caller has enough */
        r = kk_stmt_step(q);
    }
    kk_stmt_reset(q);
    return r;
}

int store_blob_each(struct kk_store *s, struct kk_slice label, kk_store_bytes_fn *fn, void *user)
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_BLOB_EACH);

    kk_stmt_text(q, 1, label);
    return each(q, fn, user);
}

int store_blob_walk(struct kk_store *s, kk_store_blob_fn *fn, void *user)
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_BLOB_WALK);
    int r = kk_stmt_step(q);

    while (r > 0) {
        uint8_t hash[KK_HASH_BYTES];

        r = kk_stmt_col_copy(q, 0, hash, sizeof(hash)) ? fn(user, hash, kk_stmt_col_blob(q, 1))
                                                       : KK_E_STORE;
        if (r != 0)
            break; /* a fault, or the caller has enough */
        r = kk_stmt_step(q);
    }
    kk_stmt_reset(q);
    return r;
}

int store_invite_put(struct kk_store *s, const struct kk_invite *invite)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes payload = { 0 };
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_INVITE_PUT);
    int r = kk_shape_encode(&kk_shape_invite, invite, &payload);

    if (r < 0)
        return r;
    kk_stmt_blob(q, 1, kk_slice(invite->id, KK_ID_BYTES));
    kk_stmt_blob(q, 2, kk_bytes_slice(&payload));
    return kk_stmt_run(q);
}

/* The ward is the one text of an invitation; the store's answer must outlive the statement. */
static void own_ward(struct kk_store_invite *found)
{
    const char *const wards[] = {
#define WARD_CODE(code, ja, en) code,
        KK_WARDS(WARD_CODE)
    };

    for (size_t i = 0; i < KK_COUNT(wards); i++) {
        if (kk_slice_is(found->invite.ward, wards[i])) {
            found->invite.ward = kk_slice_text(wards[i]);
            return;
        }
    }
    found->invite.ward = kk_slice(NULL, 0);
}

int store_invite_find(struct kk_store *s, const uint8_t id[KK_ID_BYTES],
                      struct kk_store_invite *ret)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_INVITE_FIND);
    struct kk_store_invite found = { .used = false };
    int r;

    kk_stmt_blob(q, 1, kk_slice(id, KK_ID_BYTES));
    r = kk_stmt_step(q);
    if (r <= 0)
        return r;
    r = kk_shape_read(&kk_shape_invite, kk_stmt_col_blob(q, 0), &arena, &found.invite, NULL);
    found.used = !kk_stmt_col_null(q, 1);
    if (found.used && !kk_stmt_col_copy(q, 1, found.device, KK_ID_BYTES))
        r = KK_E_STORE;
    own_ward(&found);
    kk_stmt_reset(q);
    if (r == 0)
        *ret = found;
    return r < 0 ? KK_E_STORE : 1;
}

int store_invite_use(struct kk_store *s, const uint8_t id[KK_ID_BYTES],
                     const uint8_t device[KK_ID_BYTES])
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_INVITE_USE);
    int r;

    kk_stmt_blob(q, 1, kk_slice(id, KK_ID_BYTES));
    kk_stmt_blob(q, 2, kk_slice(device, KK_ID_BYTES));
    r = kk_stmt_run(q);
    return r < 0 ? r : kk_db_changes(store_db(s)) > 0;
}

int store_request_put(struct kk_store *s, const struct kk_enrol_request *request)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_REQUEST_PUT);
    uint8_t device[KK_ID_BYTES];
    int r = kk_shape_encode(&kk_shape_enrol_request, request, &bytes);

    if (r < 0)
        return r;
    kk_enrol_request_device(request, device);
    kk_stmt_blob(q, 1, kk_slice(device, KK_ID_BYTES));
    kk_stmt_blob(q, 2, kk_slice(request->noise, KK_KEY_BYTES));
    kk_stmt_blob(q, 3, kk_bytes_slice(&bytes));
    return kk_stmt_run(q);
}

int store_request_by_noise(struct kk_store *s, const uint8_t noise[KK_KEY_BYTES],
                           uint8_t ret_device[KK_ID_BYTES])
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_REQUEST_BY_NOISE);
    bool whole;
    int r;

    kk_stmt_blob(q, 1, kk_slice(noise, KK_KEY_BYTES));
    r = kk_stmt_step(q);
    if (r <= 0)
        return r;
    whole = kk_stmt_col_copy(q, 0, ret_device, KK_ID_BYTES);
    kk_stmt_reset(q);
    return whole ? 1 : KK_E_STORE;
}

int store_request_each(struct kk_store *s, kk_store_bytes_fn *fn, void *user)
{
    return each(kk_db_use(store_db(s), STORE_REQUEST_EACH), fn, user);
}

int store_holder_put(struct kk_store *s, const struct kk_store_holder *holder)
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_HOLDER_PUT);

    kk_stmt_blob(q, 1, kk_slice(holder->device, KK_ID_BYTES));
    kk_stmt_int(q, 2, (int64_t)holder->catalog.gen);
    kk_stmt_int(q, 3, (int64_t)holder->catalog.ver);
    kk_stmt_int(q, 4, holder->said_ms);
    return kk_stmt_run(q);
}

int store_holder_each(struct kk_store *s, kk_store_holder_fn *fn, void *user)
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_HOLDER_EACH);
    int r = kk_stmt_step(q);

    while (r > 0) {
        struct kk_store_holder holder = { .catalog = { .ver = (uint64_t)kk_stmt_col_int(q, 1) },
                                          .said_ms = kk_stmt_col_int(q, 2) };

        r = kk_stmt_col_copy(q, 0, holder.device, KK_ID_BYTES) ? fn(user, &holder) : KK_E_STORE;
        if (r != 0)
            break; /* a fault, or the caller has enough */
        r = kk_stmt_step(q);
    }
    kk_stmt_reset(q);
    return r;
}
