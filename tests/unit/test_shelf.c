/*
 * A file on the shelf answers as a daemon would: documents and blobs in pieces, pages of a log from
 * any entry on; and what is no whole file of its type is not put there. [MD-2] [MD-3]
 */
#include "bureau.h"

#include "kukyoku/bundle/kkyb.h"
#include "kukyoku/error.h"
#include "kukyoku/sync/shelf.h"

struct taken {
    struct kk_arena arena;
    struct kk_bytes plains[40];
    struct kk_message messages[40];
    size_t count;
};

static int take(void *user, struct kk_slice plain)
{
    struct taken *t = user;
    struct kk_bytes *own = &t->plains[t->count];

    ck_assert_uint_lt(t->count, KK_COUNT(t->plains));
    ck_assert_int_eq(kk_bytes_append_slice(own, plain), 0);
    ck_assert_int_eq(kk_message_decode(kk_bytes_slice(own), &t->arena, &t->messages[t->count],
                                       NULL), 0);
    t->count++;
    return 0;
}

static void taken_clear(struct taken *t)
{
    for (size_t i = 0; i < t->count; i++)
        kk_bytes_fini(&t->plains[i]);
    kk_arena_fini(&t->arena);
    *t = (struct taken){ .count = 0 };
    kk_arena_init(&t->arena, 4 * 1024 * 1024);
}

/* The one answer to a request. */
static const void *ask(const struct kk_shelf *s, enum kk_message_type type, const void *body,
                       struct taken *t, enum kk_message_type expected)
{
    struct kk_shelf_taker to = { take, t };

    taken_clear(t);
    ck_assert_int_eq(kk_shelf_answer(s, type, 7, body, &to), 0);
    ck_assert_uint_ge(t->count, 1);
    ck_assert_int_eq(t->messages[0].type, expected);
    ck_assert_uint_eq(t->messages[0].id, 7);
    return t->messages[0].body;
}

/* --- the file --- */

#define BLOB_BYTES (3 * KK_DATA_BYTES_MAX + 5)

struct scene {
    struct bureau bureau;
    struct kk_bytes blob, file;
    struct kk_kkyb_writer w;
};

static void add_page(struct scene *s, const char *scope, uint64_t first, size_t count)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    struct kk_entry entries[8] = { { .gsn = 0 } };
    struct kk_msg_entries m = { .scope = kk_slice_text(scope), .entries = { entries, count } };

    for (size_t i = 0; i < count; i++)
        entries[i] = (struct kk_entry){ .gsn = first + i, .rv = { 1, 1 }, .tv = 1,
                                        .op = { .inc = 1, .seq = 1, .epoch = 1, .act = 1 } };
    m.head.scope = m.scope;
    m.head.gsn = first + count - 1;
    ck_assert_int_eq(kk_message_encode(KK_MSG_ENTRIES, 1, &m, &plain), 0);
    ck_assert_int_eq(kk_kkyb_item(&s->w, KK_KKYB_TAG_ENTRY, kk_bytes_slice(&plain), &s->file), 0);
}

static void scene_init(struct scene *s, enum kk_kkyb_type type)
{
    uint8_t *bytes;

    *s = (struct scene){ .blob = { 0 } };
    bureau_init(&s->bureau, unit_seed(77), 1795392000000ll);
    bureau_sign_roster(&s->bureau);
    ck_assert_int_eq(kk_bytes_extend(&s->blob, BLOB_BYTES, &bytes), 0);
    memset(bytes, 0xa5, BLOB_BYTES);
    ck_assert_int_eq(kk_kkyb_begin(&s->w, type, 6, &s->file), 0);
    ck_assert_int_eq(kk_kkyb_item(&s->w, KK_KKYB_TAG_DOCUMENT,
                                  kk_bytes_slice(&s->bureau.root_doc), &s->file), 0);
    ck_assert_int_eq(kk_kkyb_item(&s->w, KK_KKYB_TAG_DOCUMENT,
                                  kk_bytes_slice(&s->bureau.roster_doc), &s->file), 0);
    ck_assert_int_eq(kk_kkyb_blob(&s->w, kk_slice_text("pub"), kk_bytes_slice(&s->blob),
                                  &s->file), 0);
    add_page(s, "w:14133", 1, 3);
    add_page(s, "w:14133", 4, 2);
    add_page(s, "int", 1, 0);
    ck_assert_int_eq(kk_kkyb_end(&s->w, &s->file), 0);
}

static void scene_fini(struct scene *s)
{
    bureau_fini(&s->bureau);
    kk_bytes_fini(&s->blob);
    kk_bytes_fini(&s->file);
}

/* --- what it answers --- */

START_TEST(documents_and_blobs)
{
    KK_AUTO_FINI(kk_shelf) struct kk_shelf shelf = { .root_count = 0 };
    struct taken t = { .count = 0 };
    struct kk_msg_hello hello = { .root_ver = 1 };
    struct kk_msg_get get = { .offset = 1, .max = 2 * KK_DATA_BYTES_MAX };
    const struct kk_msg_welcome *welcome;
    const struct kk_msg_data *data;
    struct scene s;

    scene_init(&s, KK_KKYB_LOG);
    ck_assert_int_eq(kk_shelf_init(&shelf, kk_bytes_slice(&s.file)), 0);
    welcome = ask(&shelf, KK_MSG_HELLO, &hello, &t, KK_MSG_WELCOME);
    ck_assert_uint_eq(welcome->roots.count, 0); /* the asker has it */
    ck_assert_uint_eq(welcome->roster.version.ver, 1);
    ck_assert(!welcome->same && welcome->catalog.blob.len == 0);
    memcpy(get.blob, welcome->roster.blob.hash, KK_HASH_BYTES);
    get.offset = 0;
    data = ask(&shelf, KK_MSG_GET, &get, &t, KK_MSG_DATA);
    ck_assert(kk_slice_equal(data->bytes, kk_bytes_slice(&s.bureau.roster_doc)));
    ck_assert(data->last);

    kk_hash_of("blob", kk_bytes_slice(&s.blob), get.blob);
    get.offset = 1;
    data = ask(&shelf, KK_MSG_GET, &get, &t, KK_MSG_DATA);
    ck_assert_uint_eq(t.count, 2); /* as much as was asked for, in frames */
    ck_assert(data->offset == 1 && data->total == BLOB_BYTES && !data->last);
    data = t.messages[1].body;
    ck_assert(data->offset == 1 + KK_DATA_BYTES_MAX && data->last);
    get.offset = BLOB_BYTES;
    ask(&shelf, KK_MSG_GET, &get, &t, KK_MSG_ERR);
    get.blob[0] ^= 1;
    get.offset = 0;
    ask(&shelf, KK_MSG_GET, &get, &t, KK_MSG_ERR);
    taken_clear(&t);
    scene_fini(&s);
}
END_TEST

START_TEST(logs)
{
    static const struct {
        uint64_t from, first;
        size_t count;
        bool more;
    } cases[] = {
        { 1, 1, 3, true }, { 2, 2, 2, true }, { 3, 3, 1, true }, { 4, 4, 2, false },
        { 5, 5, 1, false }, { 6, 0, 0, false }, { 9, 0, 0, false },
    };
    KK_AUTO_FINI(kk_shelf) struct kk_shelf shelf = { .root_count = 0 };
    struct kk_msg_log log = { .scope = kk_slice_text("w:14133"), .max = 256 };
    struct kk_msg_state state = { .heads = { .count = 0 } };
    struct taken t = { .count = 0 };
    struct scene s;

    scene_init(&s, KK_KKYB_LOG);
    ck_assert_int_eq(kk_shelf_init(&shelf, kk_bytes_slice(&s.file)), 0);
    for (size_t i = 0; i < KK_COUNT(cases); i++) {
        const struct kk_msg_entries *m;

        log.from_gsn = cases[i].from;
        m = ask(&shelf, KK_MSG_LOG, &log, &t, KK_MSG_ENTRIES);
        ck_assert_uint_eq(m->entries.count, cases[i].count);
        ck_assert_int_eq(m->more, cases[i].more);
        if (cases[i].count > 0)
            ck_assert_uint_eq(m->entries.items[0].gsn, cases[i].first);
        ck_assert_uint_eq(m->head.gsn, cases[i].from < 4 ? 3 : 5);
    }
    ck_assert(kk_shelf_has_log(&shelf, kk_slice_text("int")));
    ck_assert(!kk_shelf_has_log(&shelf, kk_slice_text("b")));
    log.scope = kk_slice_text("b");
    ask(&shelf, KK_MSG_LOG, &log, &t, KK_MSG_ERR);
    ask(&shelf, KK_MSG_STATE, &state, &t, KK_MSG_STATED);
    ck_assert_int_eq(kk_shelf_answer(&shelf, KK_MSG_PUSH, 1, NULL,
                                     &(struct kk_shelf_taker){ take, &t }), KK_E_PROTOCOL);
    taken_clear(&t);
    scene_fini(&s);
}
END_TEST

/* --- what is not put there --- */

START_TEST(not_whole)
{
    struct kk_shelf shelf;
    struct scene s;
    int r;

    scene_init(&s, KK_KKYB_LOG);
    for (size_t len = 0; len < s.file.len; len += len < 64 ? 1 : 97) {
        r = kk_shelf_init(&shelf, kk_slice(s.file.data, len));
        ck_assert_int_eq(r, KK_E_BUNDLE_FILE);
        kk_shelf_fini(&shelf);
    }
    for (size_t at = 0; at < s.file.len; at += 211) {
        s.file.data[at] ^= 0x20;
        r = kk_shelf_init(&shelf, kk_bytes_slice(&s.file));
        ck_assert_int_lt(r, 0);
        kk_shelf_fini(&shelf);
        s.file.data[at] ^= 0x20;
    }
    ck_assert_int_eq(kk_bytes_append(&s.file, "", 1), 0);
    r = kk_shelf_init(&shelf, kk_bytes_slice(&s.file));
    ck_assert_int_eq(r, KK_E_BUNDLE_FILE); /* something behind its end */
    kk_shelf_fini(&shelf);
    scene_fini(&s);
    scene_init(&s, KK_KKYB_OPERATIONS);
    r = kk_shelf_init(&shelf, kk_bytes_slice(&s.file));
    ck_assert_int_eq(r, KK_E_BUNDLE_FILE); /* of another type */
    kk_shelf_fini(&shelf);
    scene_fini(&s);
}
END_TEST

/* Items that are none, in a file that is whole. */
START_TEST(not_sound)
{
    static const struct {
        enum kk_kkyb_tag tag;
        const char *bytes;
    } cases[] = {
        { KK_KKYB_TAG_DOCUMENT, "a document" },
        { KK_KKYB_TAG_ENTRY, "a page" },
        { KK_KKYB_TAG_BLOB, "\x7f" "no such label" },
        { KK_KKYB_TAG_BLOB, "\x03" "pub" }, /* of no bytes */
    };

    for (size_t i = 0; i < KK_COUNT(cases); i++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes file = { 0 };
        struct kk_kkyb_writer w;
        struct kk_shelf shelf;
        int r = kk_kkyb_begin(&w, KK_KKYB_LOG, 1, &file);

        r |= kk_kkyb_item(&w, cases[i].tag, kk_slice_text(cases[i].bytes), &file);
        r |= kk_kkyb_end(&w, &file);
        ck_assert_int_eq(r, 0);
        r = kk_shelf_init(&shelf, kk_bytes_slice(&file));
        ck_assert_int_lt(r, 0);
        kk_shelf_fini(&shelf);
    }
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("shelf", &suite);

    tcase_add_test(c, documents_and_blobs);
    tcase_add_test(c, logs);
    tcase_add_test(c, not_whole);
    tcase_add_test(c, not_sound);
    return suite;
}
