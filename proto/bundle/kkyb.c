/* KKYB files ([FL-1] to [FL-4] of docs/protocol.md), in a stream both ways. */
#include "kukyoku/bundle/kkyb.h"

#include "kukyoku/error.h"

#define ITEM_HEAD 5

static int emit(struct kk_kkyb_writer *w, struct kk_slice bytes, struct kk_bytes *out)
{
    int r = kk_bytes_append_slice(out, bytes);

    if (r == 0)
        kk_hash_add(&w->hash, bytes);
    return r;
}

static void put_u32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (24 - 8 * i));
}

static uint32_t get_u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* [FL-1] */
int kk_kkyb_begin(struct kk_kkyb_writer *w, enum kk_kkyb_type type, uint32_t count,
                  struct kk_bytes *out)
{
    uint8_t head[KK_KKYB_HEAD_BYTES] = { 'K', 'K', 'Y', 'B', KK_KKYB_VERSION, (uint8_t)type };

    kk_assert(count <= KK_BUNDLE_FILE_ITEMS_MAX);
    put_u32(head + 8, count);
    kk_hash_init(&w->hash, "kkyb");
    w->left = count;
    return emit(w, kk_slice(head, sizeof(head)), out);
}

/* [FL-2] */
static int item_head(struct kk_kkyb_writer *w, enum kk_kkyb_tag tag, size_t len,
                     struct kk_bytes *out)
{
    uint8_t head[ITEM_HEAD] = { (uint8_t)tag };

    kk_assert(w->left > 0 && len <= KK_KKYB_ITEM_MAX);
    put_u32(head + 1, (uint32_t)len);
    w->left--;
    return emit(w, kk_slice(head, sizeof(head)), out);
}

int kk_kkyb_item(struct kk_kkyb_writer *w, enum kk_kkyb_tag tag, struct kk_slice bytes,
                 struct kk_bytes *out)
{
    int r = item_head(w, tag, bytes.len, out);

    return r < 0 ? r : emit(w, bytes, out);
}

/* [FL-4] */
int kk_kkyb_blob(struct kk_kkyb_writer *w, struct kk_slice scope, struct kk_slice blob,
                 struct kk_bytes *out)
{
    uint8_t len = (uint8_t)scope.len;
    int r;

    kk_assert(scope.len <= KK_SCOPE_NAME_MAX);
    r = item_head(w, KK_KKYB_TAG_BLOB, 1 + scope.len + blob.len, out);
    if (r == 0)
        r = emit(w, kk_slice(&len, 1), out);
    if (r == 0)
        r = emit(w, scope, out);
    return r < 0 ? r : emit(w, blob, out);
}

/* [FL-3] */
int kk_kkyb_end(struct kk_kkyb_writer *w, struct kk_bytes *out)
{
    uint8_t sum[KK_HASH_BYTES];

    kk_assert(w->left == 0);
    kk_hash_done(&w->hash, sum);
    return kk_bytes_append(out, sum, sizeof(sum));
}

/* --- reading --- */
void kk_kkyb_reader_init(struct kk_kkyb_reader *r)
{
    *r = (struct kk_kkyb_reader){ 0 };
    kk_hash_init(&r->hash, "kkyb");
}

void kk_kkyb_reader_fini(struct kk_kkyb_reader *r)
{
    kk_bytes_fini(&r->buffer);
}

int kk_kkyb_feed(struct kk_kkyb_reader *r, struct kk_slice bytes)
{
    if (r->done > 0) {
        kk_bytes_consume(&r->buffer, r->done);
        r->done = 0;
    }
    return kk_bytes_append_slice(&r->buffer, bytes);
}

static size_t available(const struct kk_kkyb_reader *r)
{
    return r->buffer.len - r->done;
}

static const uint8_t *pass(struct kk_kkyb_reader *r, size_t len)
{
    const uint8_t *at = r->buffer.data + r->done;

    kk_hash_add(&r->hash, kk_slice(at, len));
    r->done += len;
    return at;
}

static int read_head(struct kk_kkyb_reader *r, enum kk_kkyb_event *ret)
{
    const uint8_t *at = r->buffer.data + r->done;

    if (memcmp(at, "KKYB", 4) != 0 || at[6] != 0 || at[7] != 0)
        return KK_E_BUNDLE_FILE;
    if (at[4] != KK_KKYB_VERSION)
        return KK_E_BUNDLE_NEWER;
    at = pass(r, KK_KKYB_HEAD_BYTES);
    r->type = at[5];
    r->count = r->left = get_u32(at + 8);
    r->begun = true;
    if (r->type < KK_KKYB_RELEASE || r->type > KK_KKYB_EVIDENCE ||
        r->count > KK_BUNDLE_FILE_ITEMS_MAX)
        return KK_E_BUNDLE_FILE;
    *ret = KK_KKYB_HEAD;
    return 0;
}

static int read_end(struct kk_kkyb_reader *r, enum kk_kkyb_event *ret)
{
    uint8_t sum[KK_HASH_BYTES];

    if (available(r) > KK_HASH_BYTES)
        return KK_E_BUNDLE_FILE;
    if (available(r) < KK_HASH_BYTES) {
        *ret = KK_KKYB_MORE;
        return 0;
    }
    kk_hash_done(&r->hash, sum);
    if (memcmp(sum, r->buffer.data + r->done, KK_HASH_BYTES) != 0)
        return KK_E_BUNDLE_FILE;
    r->done += KK_HASH_BYTES;
    r->ended = true;
    *ret = KK_KKYB_END;
    return 0;
}

int kk_kkyb_next(struct kk_kkyb_reader *r, enum kk_kkyb_event *ret, struct kk_kkyb_item *ret_item)
{
    const uint8_t *at;
    size_t len;

    *ret = KK_KKYB_MORE;
    if (r->ended) {
        *ret = KK_KKYB_END;
        return available(r) == 0 ? 0 : KK_E_BUNDLE_FILE;
    }
    if (!r->begun)
        return available(r) < KK_KKYB_HEAD_BYTES ? 0 : read_head(r, ret);
    if (r->left == 0)
        return read_end(r, ret);
    if (available(r) < ITEM_HEAD)
        return 0;
    len = get_u32(r->buffer.data + r->done + 1);
    if (len > KK_KKYB_ITEM_MAX)
        return KK_E_BUNDLE_FILE; /* before anything is held for it */
    if (available(r) - ITEM_HEAD < len)
        return 0;
    at = pass(r, ITEM_HEAD);
    *ret_item = (struct kk_kkyb_item){ .tag = at[0], .bytes = kk_slice(pass(r, len), len) };
    r->left--;
    *ret = KK_KKYB_ITEM;
    return 0;
}

unsigned kk_kkyb_item_at(struct kk_slice file, size_t at, struct kk_slice *ret)
{
    uint32_t len = get_u32(file.data + at + 1);

    kk_assert(file.len - at >= ITEM_HEAD && file.len - at - ITEM_HEAD >= len);
    *ret = kk_slice(file.data + at + ITEM_HEAD, len);
    return file.data[at];
}

int kk_kkyb_split_blob(struct kk_slice item, struct kk_slice *ret_scope, struct kk_slice *ret_blob)
{
    size_t len;

    if (item.len < 1 || item.data[0] > KK_SCOPE_NAME_MAX || item.len - 1 <= item.data[0])
        return KK_E_BUNDLE_FILE;
    len = item.data[0];
    *ret_scope = kk_slice(item.data + 1, len);
    *ret_blob = kk_slice(item.data + 1 + len, item.len - 1 - len);
    return 0;
}
