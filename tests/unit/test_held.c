/* The digest of what is held: nothing that it says may be another without it. [SY-2] */
#include "unit.h"

#include "kukyoku/record/held.h"

START_TEST(digest_covers_everything)
{
    struct kk_head_held logs[2] = { { .scope = kk_slice_text("int"), .era = 0, .gsn = 7 },
                                    { .scope = kk_slice_text("w:14133"), .era = 1, .gsn = 2 } };
    struct kk_chain chains[1] = { { .scope = kk_slice_text("int"), .inc = 1, .seq = 4 } };
    struct kk_held held = { .root_ver = 1, .roster = { 0, 2 }, .catalog = { 0, 3 },
                            .logs = logs, .log_count = 2, .chains = chains, .chain_count = 1 };
    uint64_t *const numbers[] = { &held.root_ver,    &held.roster.gen,  &held.roster.ver,
                                  &held.catalog.gen, &held.catalog.ver, &logs[0].era,
                                  &logs[1].gsn,      &chains[0].inc,    &chains[0].seq };
    uint8_t first[KK_HASH_BYTES], other[KK_HASH_BYTES];

    kk_held_digest(&held, first);
    kk_held_digest(&held, other);
    ck_assert_mem_eq(first, other, KK_HASH_BYTES);
    for (size_t i = 0; i < KK_COUNT(numbers); i++) {
        ++*numbers[i];
        kk_held_digest(&held, other);
        ck_assert_mem_ne(first, other, KK_HASH_BYTES);
        --*numbers[i];
    }
    logs[1].head[31] ^= 1;
    kk_held_digest(&held, other);
    ck_assert_mem_ne(first, other, KK_HASH_BYTES);
    logs[1].head[31] ^= 1;
    chains[0].op_id[0] ^= 1;
    kk_held_digest(&held, other);
    ck_assert_mem_ne(first, other, KK_HASH_BYTES);
    chains[0].op_id[0] ^= 1;
    held.log_count = 1;
    kk_held_digest(&held, other);
    ck_assert_mem_ne(first, other, KK_HASH_BYTES);
}
END_TEST


Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("held", &suite);

    tcase_add_test(c, digest_covers_everything);
    return suite;
}
