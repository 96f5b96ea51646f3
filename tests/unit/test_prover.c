/* client/replica/prover.c: packs proven on threads. */
#include "replica/prover.h"

#include "place.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/error.h"

#define ROWS       160000
#define TOO_FEW    90000 /* for a thread */
#define INDICATORS 60
#define WORTH_IT   10000000 /* as a large segment says of itself */
#define SPOILT     1

/* A release in several packs and a delta over it; made once. */
static struct press press;

static void make(void)
{
    KK_AUTO_FINI(press_table) struct press_table a, b;

    press_table_init(&a);
    press_table_init(&b);
    press_fill(&a, ROWS, INDICATORS, 100);
    press_fill(&b, ROWS + ROWS / 10, INDICATORS, 100);
    press_init(&press, "pub");
    press_release(&press, 1, &a, false);
    ck_assert(press_release(&press, 2, &b, false).delta);
}

static void drop(void)
{
    press_fini(&press);
}

struct sample {
    struct kk_segment s;
    struct kk_coded_source source; /* of the press */
    size_t asked;                  /* how often a pack was */
};

static void open_sample(struct sample *x)
{
    *x = (struct sample){ .asked = 0 };
    press_segment(&press, &x->s);
    ck_assert_uint_gt(x->s.index.packs.count, SPOILT + 1);
    x->s.index.rows = WORTH_IT;
    x->source = x->s.source;
}

static int count_packs(void *self, enum kk_blob_kind kind, const struct kk_blob_ref *ref,
                       struct kk_bytes *out)
{
    struct sample *x = self;

    x->asked += kind == KK_BLOB_PACK;
    return x->source.get(x->source.self, kind, ref, out);
}

static int spoil_one(void *self, enum kk_blob_kind kind, const struct kk_blob_ref *ref,
                     struct kk_bytes *out)
{
    struct sample *x = self;
    const struct kk_blob_ref *spoilt = &x->s.index.packs.items[SPOILT].blob;
    int r = count_packs(self, kind, ref, out);

    if (r == 0 && memcmp(ref->hash, spoilt->hash, KK_HASH_BYTES) == 0)
        out->len /= 2;
    return r;
}

static void source_of(struct sample *x, int (*get)(void *, enum kk_blob_kind,
                                                   const struct kk_blob_ref *, struct kk_bytes *))
{
    x->s.source = (struct kk_coded_source){ .get = get, .self = x };
}

static int verify(struct sample *x, struct kk_segment_fault *fault)
{
    return kk_segment_verify(&x->s, x->s.index.deltas.count, NULL, fault);
}

START_TEST(each_pack_is_read_once)
{
    struct sample x;

    open_sample(&x);
    source_of(&x, count_packs);
    replica_prove(&x.s);
    ck_assert_uint_eq(x.asked, x.s.index.packs.count);
    for (size_t i = 0; i < x.s.index.packs.count; i++)
        ck_assert(kk_segment_proven(&x.s, i));
    replica_prove(&x.s);
    ck_assert_int_eq(verify(&x, NULL), 0);
    ck_assert_uint_eq(x.asked, x.s.index.packs.count);
    kk_segment_close(&x.s);
}
END_TEST

/* A few rows: no thread is worth it, and all is the same. */
START_TEST(a_small_one_is_proven_by_who_asks)
{
    struct sample x;

    open_sample(&x);
    x.s.index.rows = TOO_FEW;
    source_of(&x, count_packs);
    replica_prove(&x.s);
    ck_assert_int_eq(verify(&x, NULL), 0);
    ck_assert_uint_eq(x.asked, x.s.index.packs.count);
    kk_segment_close(&x.s);
}
END_TEST

START_TEST(what_is_spoilt_is_told_by_who_verifies)
{
    struct kk_segment_fault fault = { 0 };
    struct sample x;

    open_sample(&x);
    source_of(&x, spoil_one);
    replica_prove(&x.s);
    for (size_t i = 0; i < x.s.index.packs.count; i++)
        ck_assert_int_eq(kk_segment_proven(&x.s, i), i != SPOILT);
    ck_assert_int_lt(verify(&x, &fault), 0);
    ck_assert_uint_eq(fault.pack, SPOILT);
    source_of(&x, count_packs);
    ck_assert_int_eq(verify(&x, NULL), 0);
    kk_segment_close(&x.s);
}
END_TEST

START_TEST(packs_are_added_as_they_come)
{
    struct kk_crew *crew = NULL;
    struct sample x;

    open_sample(&x);
    ck_assert_int_eq(kk_segment_ready(&x.s), 1);
    for (size_t i = 0; i < x.s.index.packs.count; i++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes coded = { 0 };

        ck_assert_int_eq(x.source.get(x.source.self, KK_BLOB_PACK, &x.s.index.packs.items[i].blob,
                                      &coded),
                         0);
        replica_prover_add(&crew, &x.s, i, &coded);
        ck_assert_ptr_null(coded.data);
    }
    kk_crew_end(&crew);
    ck_assert_ptr_null(crew);
    kk_crew_end(&crew);
    source_of(&x, count_packs);
    ck_assert_int_eq(verify(&x, NULL), 0);
    ck_assert_uint_eq(x.asked, 0);
    kk_segment_close(&x.s);
}
END_TEST

/* Memory that is short for a thread is found out by who reads the pack again. */
START_TEST(short_memory_proves_less)
{
    struct sample x;

    for (unsigned long n = 1; n < 3000; n += 600) {
        open_sample(&x);
        kk_alloc_fail_at(n);
        replica_prove(&x.s);
        kk_alloc_fail_at(0);
        ck_assert_int_eq(verify(&x, NULL), 0);
        kk_segment_close(&x.s);
    }
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("prover", &suite);

    tcase_add_unchecked_fixture(c, make, drop);
    tcase_add_test(c, each_pack_is_read_once);
    tcase_add_test(c, a_small_one_is_proven_by_who_asks);
    tcase_add_test(c, what_is_spoilt_is_told_by_who_verifies);
    tcase_add_test(c, packs_are_added_as_they_come);
    tcase_add_test(c, short_memory_proves_less);
    return suite;
}
