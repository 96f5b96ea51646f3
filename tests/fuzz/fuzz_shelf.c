/*
 * The items of a stick, whatever they are, under a right checksum: the shelf takes them or refuses
 * them, and what it answers is a message that the form and shape gates let pass. [MD-2] [MD-3]
 */
#include "fuzz.h"

#include "kukyoku/bundle/kkyb.h"
#include "kukyoku/error.h"
#include "kukyoku/sync/shelf.h"

#define ITEM_HEAD 5

/* The input is [tag, length, bytes] …; 1 and the next of it, or 0. */
static int next(struct kk_slice in, size_t *at, struct kk_kkyb_item *ret)
{
    size_t len;

    if (in.len - *at < ITEM_HEAD)
        return 0;
    len = (size_t)in.data[*at + 3] << 8 | in.data[*at + 4];
    if (len > in.len - *at - ITEM_HEAD)
        len = in.len - *at - ITEM_HEAD;
    *ret = (struct kk_kkyb_item){ .tag = in.data[*at],
                                  .bytes = kk_slice(in.data + *at + ITEM_HEAD, len) };
    *at += ITEM_HEAD + len;
    return 1;
}

static void build(struct kk_slice in, struct kk_bytes *out)
{
    struct kk_kkyb_item item;
    struct kk_kkyb_writer w;
    uint32_t count = 0;
    size_t at = 0;
    int r;

    while (next(in, &at, &item))
        count++;
    r = kk_kkyb_begin(&w, KK_KKYB_LOG, count, out);
    for (at = 0; next(in, &at, &item);)
        r |= kk_kkyb_item(&w, item.tag, item.bytes, out);
    r |= kk_kkyb_end(&w, out);
    kk_assert(r == 0);
}

static int check(void *user, struct kk_slice plain)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_message m;

    (void)user;
    kk_arena_init(&arena, 4 * 1024 * 1024);
    kk_assert(kk_message_decode(plain, &arena, &m, NULL) == 0);
    return 0;
}

static void ask(const struct kk_shelf *s)
{
    const struct kk_shelf_blob *blobs = (const void *)s->blobs.data;
    const struct kk_shelf_page *pages = (const void *)s->pages.data;
    struct kk_shelf_taker to = { check, NULL };
    struct kk_msg_hello hello = { .root_ver = 1 };
    int r = kk_shelf_answer(s, KK_MSG_HELLO, 1, &hello, &to);

    for (size_t i = 0; i < s->blobs.len / sizeof(*blobs); i++) {
        struct kk_msg_get get = { .max = 100 };

        memcpy(get.blob, blobs[i].hash, KK_HASH_BYTES);
        r |= kk_shelf_answer(s, KK_MSG_GET, 2, &get, &to);
    }
    for (size_t i = 0; i < s->pages.len / sizeof(*pages); i++) {
        struct kk_msg_log log = { .scope = pages[i].scope, .from_gsn = pages[i].first + i % 3,
                                  .max = 256 };

        r |= kk_shelf_answer(s, KK_MSG_LOG, 3, &log, &to);
    }
    kk_assert(r == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes file = { 0 };
    KK_AUTO_FINI(kk_shelf) struct kk_shelf shelf = { .root_count = 0 };
    int r;

    build(kk_slice(data, size), &file);
    r = kk_shelf_init(&shelf, kk_bytes_slice(&file));
    kk_assert(r == 0 || r == KK_E_FORM || r == KK_E_SHAPE || r == KK_E_BUNDLE_FILE);
    if (r == 0)
        ask(&shelf);
    return 0;
}
