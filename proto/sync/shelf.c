/* Putting a file on the shelf, and answering from it (shelf.h). [MD-2] [MD-3] */
#include "kukyoku/sync/shelf.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/bundle/kkyb.h"
#include "kukyoku/error.h"
#include "kukyoku/trust/document.h"

#include <stdlib.h>

#define ARENA_MAX (16 * 1024 * 1024)
#define PIECE     (256 * 1024)

/* --- what the file holds --- */

static int put_blob(struct kk_shelf *s, struct kk_slice bytes)
{
    struct kk_shelf_blob blob = { .bytes = bytes };

    if (bytes.len == 0 || bytes.len > KK_BLOB_BYTES_MAX)
        return KK_E_SHAPE;
    kk_hash_of("blob", bytes, blob.hash);
    return kk_bytes_append(&s->blobs, &blob, sizeof(blob));
}

static void refer(struct kk_slice bytes, struct kk_blob_ref *ret)
{
    kk_hash_of("blob", bytes, ret->hash);
    ret->len = bytes.len;
}

static int put_root(struct kk_shelf *s, struct kk_slice bytes, struct kk_slice payload)
{
    struct kk_root root;
    int r = kk_shape_read(&kk_shape_root, payload, &s->arena, &root, NULL);

    if (r < 0)
        return r;
    if (s->root_count == KK_ROOT_CHAIN_MAX)
        return KK_E_SHAPE;
    refer(bytes, &s->roots[s->root_count]);
    s->root_vers[s->root_count++] = root.ver;
    if (root.ver > s->welcome.root_ver)
        s->welcome.root_ver = root.ver;
    return put_blob(s, bytes);
}

static int put_roster(struct kk_shelf *s, struct kk_slice bytes, struct kk_slice payload)
{
    struct kk_roster roster;
    int r = kk_shape_read(&kk_shape_roster, payload, &s->arena, &roster, NULL);

    if (r < 0)
        return r;
    s->welcome.roster.version = roster.version;
    refer(bytes, &s->welcome.roster.blob);
    return put_blob(s, bytes);
}

static int put_catalog(struct kk_shelf *s, struct kk_slice bytes, struct kk_slice payload)
{
    struct kk_catalog catalog;
    int r = kk_shape_read(&kk_shape_catalog, payload, &s->arena, &catalog, NULL);

    if (r < 0)
        return r;
    s->welcome.catalog.version = catalog.version;
    refer(bytes, &s->welcome.catalog.blob);
    return put_blob(s, bytes);
}

static int put_fresh(struct kk_shelf *s, struct kk_slice bytes, struct kk_slice payload)
{
    struct kk_fresh fresh;
    int r = kk_shape_read(&kk_shape_fresh, payload, &s->arena, &fresh, NULL);

    if (r < 0)
        return r;
    if (bytes.len > KK_FRESH_BYTES_MAX)
        return KK_E_SHAPE;
    s->welcome.fresh = bytes;
    s->welcome.server_ms = fresh.issued_ms;
    return 0;
}

static int put_document(struct kk_shelf *s, struct kk_slice bytes)
{
    enum kk_doc_kind kind;
    struct kk_doc doc;
    int r;

    if (!kk_document_kind(bytes, &kind))
        return KK_E_FORM;
    r = kk_document_read(kind, bytes, &s->arena, &doc);
    if (r < 0)
        return r;
    switch (kind) {
    case KK_DOC_ROOT:
        return put_root(s, bytes, doc.payload);
    case KK_DOC_ROSTER:
        return put_roster(s, bytes, doc.payload);
    case KK_DOC_CATALOG:
        return put_catalog(s, bytes, doc.payload);
    case KK_DOC_FRESH:
        return put_fresh(s, bytes, doc.payload);
    case KK_DOC_INVITE:
        break;
    }
    return 0; /* not a device's business */
}

/* A page is read again when it is asked for; only where it stands is kept. */
static int put_page(struct kk_shelf *s, struct kk_slice plain)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_shelf_page page = { .plain = plain };
    const struct kk_msg_entries *m;
    struct kk_message message;
    int r;

    kk_arena_init(&arena, 1024 * 1024);
    r = kk_message_decode(plain, &arena, &message, NULL);
    if (r < 0)
        return r;
    if (message.type != KK_MSG_ENTRIES)
        return KK_E_SHAPE;
    m = message.body;
    page.scope = m->scope; /* points into the file */
    page.count = m->entries.count;
    page.first = m->entries.count ? m->entries.items[0].gsn : m->head.gsn + 1;
    for (size_t i = 0; i < m->entries.count; i++) {
        if (m->entries.items[i].gsn != page.first + i)
            return KK_E_SHAPE;
    }
    return kk_bytes_append(&s->pages, &page, sizeof(page));
}

static int put_item(struct kk_shelf *s, unsigned tag, struct kk_slice bytes)
{
    struct kk_slice scope, blob;
    int r;

    switch ((enum kk_kkyb_tag)tag) {
    case KK_KKYB_TAG_DOCUMENT:
        return put_document(s, bytes);
    case KK_KKYB_TAG_BLOB:
        r = kk_kkyb_split_blob(bytes, &scope, &blob);
        return r == 0 ? put_blob(s, blob) : r;
    case KK_KKYB_TAG_ENTRY:
        return put_page(s, bytes);
    case KK_KKYB_TAG_OPERATION:
    case KK_KKYB_TAG_HEAD:
    case KK_KKYB_TAG_REQUEST:
    case KK_KKYB_TAG_RECEIPT:
    case KK_KKYB_TAG_AUDIT:
    case KK_KKYB_TAG_FORK:
    case KK_KKYB_TAG_RECOVERY:
        break;
    }
    return 0; /* unknown tags are passed over */
}

/* --- reading the file --- */

/* What the reader can say of the bytes that it has. */
static int drain(struct kk_kkyb_reader *reader, bool *ret_ended)
{
    enum kk_kkyb_event event = KK_KKYB_HEAD;
    struct kk_kkyb_item item;
    int r = 0;

    while (r == 0 && event != KK_KKYB_MORE && event != KK_KKYB_END) {
        r = kk_kkyb_next(reader, &event, &item);
        if (r == 0 && event == KK_KKYB_HEAD && reader->type != KK_KKYB_LOG)
            return KK_E_BUNDLE_FILE;
    }
    *ret_ended = *ret_ended || event == KK_KKYB_END;
    return r;
}

/* Once through for type and checksum: nothing is looked at before the file is known to be whole. */
static int check_whole(struct kk_slice file)
{
    KK_AUTO_FINI(kk_kkyb_reader) struct kk_kkyb_reader reader = { 0 };
    bool ended = false;
    int r = 0;

    kk_kkyb_reader_init(&reader);
    for (size_t at = 0; r == 0 && at < file.len; at += PIECE) {
        size_t len = file.len - at > PIECE ? PIECE : file.len - at;

        r = kk_kkyb_feed(&reader, kk_slice(file.data + at, len));
        if (r == 0)
            r = drain(&reader, &ended);
    }
    if (r == 0 && ended)
        return drain(&reader, &ended); /* nothing may stand behind the end */
    return r == 0 ? KK_E_BUNDLE_FILE : r;
}

static int by_hash(const void *a, const void *b)
{
    return memcmp(a, b, KK_HASH_BYTES); /* the hash stands first */
}

static int put_all(struct kk_shelf *s)
{
    size_t at = KK_KKYB_HEAD_BYTES, end = s->file.len - KK_HASH_BYTES;
    int r = 0;

    while (r == 0 && at < end) {
        struct kk_slice item;
        unsigned tag = kk_kkyb_item_at(s->file, at, &item);

        r = put_item(s, tag, item);
        at = (size_t)(item.data - s->file.data) + item.len;
    }
    if (s->blobs.len)
        qsort(s->blobs.data, s->blobs.len / sizeof(struct kk_shelf_blob),
              sizeof(struct kk_shelf_blob), by_hash);
    return r;
}

int kk_shelf_init(struct kk_shelf *s, struct kk_slice file)
{
    int r;

    *s = (struct kk_shelf){ .file = file };
    kk_arena_init(&s->arena, ARENA_MAX);
    r = check_whole(file);
    return r == 0 ? put_all(s) : r;
}

void kk_shelf_fini(struct kk_shelf *s)
{
    kk_arena_fini(&s->arena);
    kk_bytes_fini(&s->blobs);
    kk_bytes_fini(&s->pages);
}

int64_t kk_shelf_issued_ms(const struct kk_shelf *s)
{
    return (int64_t)s->welcome.server_ms;
}

static const struct kk_shelf_page *pages(const struct kk_shelf *s, size_t *ret_count)
{
    *ret_count = s->pages.len / sizeof(struct kk_shelf_page);
    return (const struct kk_shelf_page *)(const void *)s->pages.data;
}

bool kk_shelf_has_log(const struct kk_shelf *s, struct kk_slice scope)
{
    size_t count;
    const struct kk_shelf_page *list = pages(s, &count);

    for (size_t i = 0; i < count; i++) {
        if (kk_slice_equal(list[i].scope, scope))
            return true;
    }
    return false;
}

/* --- answers --- */

static int give(const struct kk_shelf_taker *to, enum kk_message_type type, uint32_t id,
                const void *body)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    int r = kk_message_encode(type, id, body, &plain);

    return r == 0 ? to->give(to->user, kk_bytes_slice(&plain)) : r;
}

static int not_there(const struct kk_shelf_taker *to, uint32_t id)
{
    struct kk_msg_err err = { .code = KK_WIRE_NOTFOUND };

    return give(to, KK_MSG_ERR, id, &err);
}

static int answer_hello(const struct kk_shelf *s, uint32_t id, const struct kk_msg_hello *m,
                        const struct kk_shelf_taker *to)
{
    struct kk_msg_welcome w = s->welcome;
    struct kk_blob_ref roots[KK_ROOT_CHAIN_MAX];

    w.roots.items = roots;
    for (size_t i = 0; i < s->root_count; i++) {
        if (s->root_vers[i] > m->root_ver)
            roots[w.roots.count++] = s->roots[i];
    }
    return give(to, KK_MSG_WELCOME, id, &w);
}

static int answer_get(const struct kk_shelf *s, uint32_t id, const struct kk_msg_get *m,
                      const struct kk_shelf_taker *to)
{
    const struct kk_shelf_blob *blob =
        s->blobs.len ? bsearch(m->blob, s->blobs.data, s->blobs.len / sizeof(*blob),
                               sizeof(*blob), by_hash)
                     : NULL;
    uint64_t at = m->offset, end;
    int r = 0;

    if (!blob || at >= blob->bytes.len)
        return not_there(to, id);
    end = blob->bytes.len - at > m->max ? at + m->max : blob->bytes.len;
    while (r == 0 && at < end) {
        size_t len = end - at > KK_DATA_BYTES_MAX ? KK_DATA_BYTES_MAX : (size_t)(end - at);
        struct kk_msg_data data = { .offset = at, .total = blob->bytes.len,
                                    .bytes = kk_slice(blob->bytes.data + at, len),
                                    .last = at + len == end };

        r = give(to, KK_MSG_DATA, id, &data);
        at += len;
    }
    return r;
}

/* The page that holds the entry, or else the last of the log; *ret_more: pages follow it. */
static const struct kk_shelf_page *find_page(const struct kk_shelf *s,
                                             const struct kk_msg_log *m, bool *ret_more)
{
    const struct kk_shelf_page *found = NULL;
    size_t count;
    const struct kk_shelf_page *list = pages(s, &count);

    *ret_more = false;
    for (size_t i = 0; i < count; i++) {
        if (!kk_slice_equal(list[i].scope, m->scope))
            continue;
        if (found && m->from_gsn < found->first + found->count) {
            *ret_more = true;
            return found;
        }
        found = &list[i];
    }
    return found;
}

/* Entries that the asker has already are left away; the head stays that of the page's end. */
static int answer_log(const struct kk_shelf *s, uint32_t id, const struct kk_msg_log *m,
                      const struct kk_shelf_taker *to)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_msg_entries out;
    struct kk_message message;
    bool more;
    const struct kk_shelf_page *page = find_page(s, m, &more);
    uint64_t skip;
    int r;

    if (!page || m->from_gsn < page->first)
        return not_there(to, id);
    kk_arena_init(&arena, 1024 * 1024);
    r = kk_message_decode(page->plain, &arena, &message, NULL);
    if (r < 0)
        return r;
    out = *(const struct kk_msg_entries *)message.body;
    skip = m->from_gsn - page->first;
    if (skip > page->count)
        skip = page->count;
    if (skip > 0) /* the list of none has no address to count from */
        out.entries.items += skip;
    out.entries.count -= skip;
    out.more = more;
    return give(to, KK_MSG_ENTRIES, id, &out);
}

int kk_shelf_answer(const struct kk_shelf *s, enum kk_message_type type, uint32_t id,
                    const void *body, const struct kk_shelf_taker *to)
{
    struct kk_msg_stated stated = { .server_ms = s->welcome.server_ms };

    if (type == KK_MSG_HELLO)
        return answer_hello(s, id, body, to);
    if (type == KK_MSG_GET)
        return answer_get(s, id, body, to);
    if (type == KK_MSG_LOG)
        return answer_log(s, id, body, to);
    if (type == KK_MSG_STATE)
        return give(to, KK_MSG_STATED, id, &stated);
    return KK_E_PROTOCOL;
}
