/* Reading a store from its first entry to its last. [RL-5] */
#include "state.h"

#include "kukyoku/base/arena.h"
#include "kukyoku/base/hash.h"
#include "kukyoku/base/text.h"
#include "kukyoku/record/op.h"

#include <stdio.h>

struct reading {
    struct kk_store *store;
    struct kk_bytes *out;
    struct kk_error *err;
    struct kk_slice scope;
    struct kk_log_head head;
    struct kk_arena arena, papers;
    struct kk_roster roster; /* its eras say of which one an entry is [ER-1] */
    struct kk_hash hash;
    uint64_t count, bytes;
};

static int wrong(struct reading *rd, uint64_t gsn, const char *en, const char *ja)
{
    char where[KK_ERROR_WHERE_MAX];

    snprintf(where, sizeof(where), "%.*s#%llu", (int)rd->scope.len, (const char *)rd->scope.data,
             (unsigned long long)gsn);
    return kk_error_text(rd->err, KK_E_STORE, where, en, ja);
}

static uint64_t era_at(const struct reading *rd, uint64_t gsn)
{
    const struct kk_era *era = kk_roster_era(&rd->roster, rd->scope, gsn);

    return era ? era->era : 0;
}

/* Chains only grow: the one that the store names must reach at least as far as this entry. */
static int check_chain(struct reading *rd, const struct kk_store_entry *e)
{
    struct kk_chain end;
    struct kk_op op;
    int r;

    kk_arena_reset(&rd->arena);
    r = kk_shape_read(&kk_shape_op, e->op, &rd->arena, &op, NULL);
    if (r < 0)
        return r == KK_E_MEMORY ? r : wrong(rd, e->what.gsn, "its header can't be read",
                                            "ヘッダーを読み取れません");
    r = rd->store->engine->chain_find(rd->store, rd->scope, op.device, op.inc, &end);
    if (r < 0)
        return r;
    if (r == 0 || end.seq < op.seq ||
        (end.seq == op.seq && memcmp(end.op_id, e->what.op_id, KK_HASH_BYTES) != 0))
        return wrong(rd, e->what.gsn, "the end of its chain is another",
                     "端末の連鎖の末尾が一致しません");
    return 0;
}

static int on_entry(void *user, const struct kk_store_entry *e)
{
    struct reading *rd = user;
    uint8_t id[KK_HASH_BYTES];

    if (e->what.gsn != rd->head.gsn + 1)
        return wrong(rd, rd->head.gsn + 1, "an entry is missing", "項目が欠けています");
    kk_op_id(e->op, id);
    if (memcmp(id, e->what.op_id, KK_HASH_BYTES) != 0)
        return wrong(rd, e->what.gsn, "its header was changed", "ヘッダーが変わっています");
    rd->head.era = era_at(rd, e->what.gsn);
    kk_log_advance(&rd->head, &e->what);
    if (memcmp(rd->head.head, e->head, KK_HASH_BYTES) != 0)
        return wrong(rd, e->what.gsn, "its head does not follow from those before it",
                     "先頭値が前の項目から導かれるものと一致しません");
    return check_chain(rd, e);
}

static int on_log(void *user, struct kk_slice scope, const struct kk_log_head *head)
{
    struct reading *rd = user;
    struct kk_store_range range = { .scope = scope, .from = 1, .count = INT64_MAX };
    char hex[2 * KK_HASH_BYTES + 1];
    int r;

    rd->scope = scope;
    rd->head = (struct kk_log_head){ .gsn = 0 };
    r = rd->store->engine->entry_each(rd->store, &range, on_entry, rd);
    if (r == 0 && (rd->head.gsn != head->gsn || rd->head.era != head->era ||
                   memcmp(rd->head.head, head->head, KK_HASH_BYTES) != 0))
        r = wrong(rd, head->gsn, "the log ends elsewhere than it should",
                  "記録の末尾が一致しません");
    kk_hex_encode(kk_slice(head->head, KK_HASH_BYTES), hex);
    return r == 0 ? kk_bytes_format(rd->out, "log %.*s %llu %llu %s\n", (int)scope.len,
                                    (const char *)scope.data, (unsigned long long)head->era,
                                    (unsigned long long)head->gsn, hex)
                  : r;
}

static int read_roster(struct reading *rd, struct kk_slice bytes)
{
    struct kk_slice kept = kk_arena_dup(&rd->papers, bytes);
    struct kk_doc doc;
    int r = kept.data ? kk_document_read(KK_DOC_ROSTER, kept, &rd->papers, &doc) : KK_E_MEMORY;

    if (r == 0)
        r = kk_shape_read(&kk_shape_roster, doc.payload, &rd->papers, &rd->roster, NULL);
    return r == 0 || r == KK_E_MEMORY
               ? r
               : kk_error_text(rd->err, KK_E_STORE, "roster", "it can't be read",
                               "名簿を読み取れません");
}

static int on_document(void *user, enum kk_doc_kind kind, struct kk_slice bytes)
{
    struct reading *rd = user;

    kk_hash_add_u64(&rd->hash, (uint64_t)kind);
    kk_hash_add_u64(&rd->hash, bytes.len);
    kk_hash_add(&rd->hash, bytes);
    rd->count++;
    return kind == KK_DOC_ROSTER ? read_roster(rd, bytes) : 0;
}

static int say_documents(struct reading *rd)
{
    uint8_t sum[KK_HASH_BYTES];
    char hex[2 * KK_HASH_BYTES + 1];
    int r;

    kk_hash_init(&rd->hash, "doc");
    r = rd->store->engine->document_each(rd->store, on_document, rd);
    kk_hash_done(&rd->hash, sum);
    kk_hex_encode(kk_slice(sum, sizeof(sum)), hex);
    return r == 0 ? kk_bytes_format(rd->out, "documents %llu %s\n", (unsigned long long)rd->count,
                                    hex)
                  : r;
}

static int on_blob(void *user, const uint8_t hash[KK_HASH_BYTES], struct kk_slice bytes)
{
    struct reading *rd = user;
    uint8_t own[KK_HASH_BYTES];
    char hex[2 * KK_HASH_BYTES + 1];

    kk_hash_of("blob", bytes, own);
    kk_hex_encode(kk_slice(hash, KK_HASH_BYTES), hex);
    if (memcmp(own, hash, KK_HASH_BYTES) != 0)
        return kk_error_say(rd->err, KK_E_STORE, hex, "the blob has another hash",
                            "中身のハッシュが一致しません");
    rd->count++;
    rd->bytes += bytes.len;
    return 0;
}

static int on_request(void *user, struct kk_slice bytes)
{
    struct reading *rd = user;

    (void)bytes;
    rd->count++;
    return 0;
}

static int read_all(struct reading *rd)
{
    const struct kk_store_engine *e = rd->store->engine;
    int r = say_documents(rd);

    rd->count = 0;
    if (r == 0)
        r = e->blob_walk(rd->store, on_blob, rd);
    if (r == 0)
        r = kk_bytes_format(rd->out, "blobs %llu %llu\n", (unsigned long long)rd->count,
                            (unsigned long long)rd->bytes);
    rd->count = 0;
    if (r == 0)
        r = e->request_each(rd->store, on_request, rd);
    if (r == 0)
        r = kk_bytes_format(rd->out, "requests %llu\n", (unsigned long long)rd->count);
    return r == 0 ? e->log_each(rd->store, on_log, rd) : r;
}

int kk_state_of_store(struct kk_store *s, struct kk_bytes *out, struct kk_error *err)
{
    struct reading rd = { .store = s, .out = out, .err = err };
    int r;

    kk_arena_init(&rd.arena, 16 * 1024);
    kk_arena_init(&rd.papers, 4 * KK_DOCUMENT_BYTES_MAX);
    r = read_all(&rd);
    kk_arena_fini(&rd.arena);
    kk_arena_fini(&rd.papers);
    if (r < 0 && err && err->fault != r)
        kk_error_set(err, r, "store", "%s", "");
    return r;
}
