/* Messages: every type there and back, heads that are wrong, and that the deepest fits the gate. */
#include "gen.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/error.h"
#include "kukyoku/wire/form.h"
#include "kukyoku/wire/message.h"
#include "kukyoku/wire/packer.h"

static void fine(int r)
{
    ck_assert_int_eq(r, 0);
}

/* [EN-16] */
START_TEST(there_and_back)
{
    size_t count;
    const struct kk_message_info *list = kk_message_list(&count);
    struct gen g;

    gen_init(&g, unit_seed(20261123));
    for (size_t i = 0; i < 20 * count; i++) {
        const struct kk_message_info *info = &list[i % count];
        KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
        uint32_t id = (uint32_t)unit_random(&g.entropy);
        struct kk_shape_fault fault = { 0 };
        struct kk_message m;
        void *body;

        kk_arena_reset(&g.arena);
        g.full = i < count; /* every level that there can be: depth is proved by the gate */
        body = kk_arena_alloc(&g.arena, info->shape->size);
        gen_value(&g, info->shape, body);
        fine(kk_message_encode(info->type, id, body, &bytes));
        ck_assert_msg(kk_message_decode(kk_bytes_slice(&bytes), &g.arena, &m, &fault) == 0,
                      "%s: %s.%s: %s", info->name, fault.shape, fault.field, fault.reason);
        ck_assert_int_eq(m.type, info->type);
        ck_assert_uint_eq(m.id, id);
        ck_assert(gen_equal(info->shape, body, m.body));
    }
    gen_fini(&g);
}
END_TEST

START_TEST(list_and_numbers)
{
    size_t count;
    const struct kk_message_info *list = kk_message_list(&count);

    for (size_t i = 0; i < count; i++) {
        ck_assert_ptr_eq(kk_message_info((unsigned)list[i].type), &list[i]);
        ck_assert(i == 0 || list[i].type > list[i - 1].type);
    }
    ck_assert_ptr_null(kk_message_info(0));
    ck_assert_ptr_null(kk_message_info(16)); /* kept free */
    ck_assert_ptr_null(kk_message_info(256 + 1));
}
END_TEST

static const struct {
    const char *bytes;
    size_t len;
    int fault;
} heads[] = {
    { "\x93\x0b\x00\x80", 4, 0 },                  /* PING, no clock */
    { "\x93\x0b\xce\xff\xff\xff\xff\x80", 8, 0 },  /* the largest id */
    { "\x92\x0b\x00", 3, KK_E_SHAPE },             /* two items */
    { "\x94\x0b\x00\x80\x00", 5, KK_E_SHAPE },     /* four */
    { "\x80", 1, KK_E_SHAPE },                     /* no array */
    { "\x93\x09\x00\x80", 4, KK_E_SHAPE },         /* a type that is kept free */
    { "\x93\xff\x00\x80", 4, KK_E_SHAPE },         /* type -1 */
    { "\x93\xcd\x01\x0b\x00\x80", 6, KK_E_SHAPE }, /* type 267 is not 11 */
    { "\x93\xcf\x00\x00\x00\x01\x00\x00\x00\x0b\x00\x80", 12, KK_E_SHAPE }, /* nor 2^32 + 11 */
    { "\x93\x0b\xff\x80", 4, KK_E_SHAPE },                                  /* id -1 */
    { "\x93\x0b\xcf\x00\x00\x00\x01\x00\x00\x00\x00\x80", 12, KK_E_SHAPE },
    { "\x93\x0b\x00\x90", 4, KK_E_SHAPE },         /* the body is no map */
    { "\x93\x0b\x00\x81\x01\x00", 6, KK_E_SHAPE }, /* present and empty */
    { "\x93\x0b\x00", 3, KK_E_FORM },
    { "\x93\x0b\x00\x80\x00", 5, KK_E_FORM },
    { "", 0, KK_E_FORM },
};

START_TEST(wrong_heads)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena;
    struct kk_shape_fault fault = { 0 };
    struct kk_message m = { .id = 77 };
    struct kk_slice bytes = kk_slice(heads[_i].bytes, heads[_i].len);

    kk_arena_init(&arena, 4096);
    ck_assert_int_eq(kk_message_decode(bytes, &arena, &m, &fault), heads[_i].fault);
    ck_assert_int_eq(kk_message_decode(bytes, &arena, &m, NULL), heads[_i].fault);
    if (heads[_i].fault != 0) {
        ck_assert_ptr_nonnull(fault.reason);
        ck_assert_uint_eq(m.id, 77);
    }
}
END_TEST

START_TEST(arena_too_small)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena;
    struct kk_message m;

    kk_arena_init(&arena, 1);
    ck_assert_int_eq(kk_message_decode(kk_slice("\x93\x0b\x00\x80", 4), &arena, &m, NULL),
                     KK_E_MEMORY);
}
END_TEST

/* Wherever memory ends, what was appended is taken back. */
START_TEST(memory_short)
{
    struct kk_msg_err err = { .code = KK_WIRE_BUSY, .text = kk_slice_text("later"), .detail = 5 };
    int r = KK_E_MEMORY;

    for (unsigned long n = 1; r == KK_E_MEMORY; n++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 };

        fine(kk_bytes_append_text(&out, "x"));
        out.cap = out.len; /* so that each piece asks for memory */
        kk_alloc_fail_at(n);
        r = kk_message_encode(KK_MSG_ERR, 1, &err, &out);
        kk_alloc_fail_at(0);
        ck_assert(r == 0 || (r == KK_E_MEMORY && out.len == 1));
    }
    ck_assert_int_eq(r, 0);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("wire_message", &suite);

    tcase_add_test(tcase, there_and_back);
    tcase_add_test(tcase, list_and_numbers);
    tcase_add_loop_test(tcase, wrong_heads, 0, (int)KK_COUNT(heads));
    tcase_add_test(tcase, arena_too_small);
    tcase_add_test(tcase, memory_short);
    return suite;
}
