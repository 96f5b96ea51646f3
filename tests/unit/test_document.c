/* Signed documents: who counts as a signer, and what is refused before anyone asks. [TR-4] [TR-5]
 */
#include "unit.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/error.h"
#include "kukyoku/trust/document.h"

#define KEYS 3

struct desk {
    uint8_t secret[KEYS][KK_SIGN_SECRET];
    struct kk_hash_item keys[KEYS];
    struct kk_root_role role;
    struct kk_arena arena;
};

static void fine(int r)
{
    ck_assert_int_eq(r, 0);
}

static void desk_init(struct desk *d, unsigned threshold)
{
    for (uint8_t i = 0; i < KEYS; i++) {
        uint8_t seed[KK_KEY_BYTES] = { 9, i };

        kk_sign_keys(seed, d->secret[i], d->keys[i].id);
    }
    d->role = (struct kk_root_role){ .threshold = threshold,
                                     .keys = { .items = d->keys, .count = KEYS } };
    kk_arena_init(&d->arena, 1 << 20);
}

/* "payload", signed by these keys in this order. */
static void make(const struct desk *d, const unsigned *keys, size_t count, struct kk_bytes *out)
{
    fine(kk_document_new(KK_DOC_ROSTER, kk_slice_text("payload"), out));
    for (size_t i = 0; i < count; i++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes more = { 0 };

        fine(kk_document_sign(kk_bytes_slice(out), keys[i], d->secret[keys[i] % KEYS], &more));
        kk_bytes_clear(out);
        fine(kk_bytes_append_slice(out, kk_bytes_slice(&more)));
    }
}

static const struct {
    unsigned keys[4];
    size_t count;
    unsigned threshold;
    int valid;
} thresholds[] = {
    { { 0 }, 0, 1, 0 },    { { 0 }, 1, 1, 1 },       { { 0 }, 1, 2, 0 },
    { { 1, 0 }, 2, 2, 1 }, { { 2, 0, 1 }, 3, 3, 1 }, { { 0, 0 }, 2, 2, 0 }, /* the same twice */
    { { 5, 0 }, 2, 2, 0 }, /* an index that the role does not have */
    { { 5, 0 }, 2, 1, 1 }, /* is passed over */
};

START_TEST(threshold)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes b = { 0 };
    struct kk_doc doc;
    struct desk d;

    desk_init(&d, thresholds[_i].threshold);
    make(&d, thresholds[_i].keys, thresholds[_i].count, &b);
    fine(kk_document_read(KK_DOC_ROSTER, kk_bytes_slice(&b), &d.arena, &doc));
    ck_assert_int_eq(kk_document_verify(&doc, &d.role), thresholds[_i].valid);
    kk_arena_fini(&d.arena);
}
END_TEST

START_TEST(one_invalid_among_valid)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes b = { 0 }, more = { 0 };
    uint32_t signers = 0;
    struct kk_doc doc;
    struct desk d;

    desk_init(&d, 2);
    make(&d, (unsigned[]){ 0, 2 }, 2, &b);
    fine(kk_document_sign(kk_bytes_slice(&b), 1, d.secret[0], &more)); /* key 0 signs as key 1 */
    fine(kk_document_read(KK_DOC_ROSTER, kk_bytes_slice(&more), &d.arena, &doc));
    ck_assert_uint_eq(doc.sigs.count, 3);
    ck_assert_int_eq(kk_document_verify(&doc, &d.role), 1);
    fine(kk_document_signers(&doc, &d.role, &signers));
    ck_assert_uint_eq(signers, 1u << 0 | 1u << 2);
    d.role.threshold = 3;
    ck_assert_int_eq(kk_document_verify(&doc, &d.role), 0);
    kk_arena_fini(&d.arena);
}
END_TEST

/* A signature is for one kind and one payload. */
START_TEST(of_another_kind)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes b = { 0 };
    struct kk_doc doc;
    struct desk d;

    desk_init(&d, 1);
    make(&d, (unsigned[]){ 0 }, 1, &b);
    ck_assert_int_eq(kk_document_read(KK_DOC_CATALOG, kk_bytes_slice(&b), &d.arena, &doc),
                     KK_E_SHAPE);
    fine(kk_document_read(KK_DOC_ROSTER, kk_bytes_slice(&b), &d.arena, &doc));
    doc.kind = kk_slice_text("catalog");
    ck_assert_int_eq(kk_document_verify(&doc, &d.role), 0);
    doc.kind = kk_slice_text("roster");
    doc.payload = kk_slice_text("Payload");
    ck_assert_int_eq(kk_document_verify(&doc, &d.role), 0);
    kk_arena_fini(&d.arena);
}
END_TEST

/* Indexes that do not ascend would count one key twice. */
START_TEST(order_of_signatures)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes b = { 0 }, twice = { 0 };
    struct kk_doc_sig sigs[2];
    enum kk_doc_kind kind;
    struct kk_doc doc;
    struct desk d;

    desk_init(&d, 1);
    make(&d, (unsigned[]){ 0, 1 }, 2, &b);
    fine(kk_document_read(KK_DOC_ROSTER, kk_bytes_slice(&b), &d.arena, &doc));
    for (int swap = 0; swap < 2; swap++) {
        sigs[0] = doc.sigs.items[swap];
        sigs[1] = doc.sigs.items[0];
        kk_bytes_clear(&twice);
        fine(kk_shape_encode(&kk_shape_doc, &(struct kk_doc){ doc.kind, doc.payload, { sigs, 2 } },
                             &twice));
        ck_assert_int_eq(kk_document_read(KK_DOC_ROSTER, kk_bytes_slice(&twice), &d.arena,
                                          &(struct kk_doc){ 0 }),
                         KK_E_SHAPE);
        ck_assert(!kk_document_kind(kk_bytes_slice(&twice), &kind));
    }
    kk_arena_fini(&d.arena);
}
END_TEST

START_TEST(kinds_and_ids)
{
    for (int kind = KK_DOC_ROOT; kind <= KK_DOC_INVITE; kind++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes b = { 0 };
        enum kk_doc_kind got;

        fine(kk_document_new((enum kk_doc_kind)kind, kk_slice_text("x"), &b));
        ck_assert(kk_document_kind(kk_bytes_slice(&b), &got));
        ck_assert_int_eq(got, kind);
        ck_assert_ptr_nonnull(kk_trust_role_name(kk_doc_kind_role(got)));
    }
    ck_assert_int_eq(kk_doc_kind_role(KK_DOC_CATALOG), KK_TRUST_PUBLISHER);
    ck_assert_int_eq(kk_doc_kind_role(KK_DOC_FRESH), KK_TRUST_DAEMON);
}
END_TEST

START_TEST(ids_are_of_what_is_said)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes a = { 0 }, b = { 0 };
    uint8_t id[KK_HASH_BYTES], other[KK_HASH_BYTES], hash[KK_HASH_BYTES];
    struct kk_doc doc;
    struct desk d;

    desk_init(&d, 1);
    make(&d, (unsigned[]){ 0 }, 1, &a);
    make(&d, (unsigned[]){ 2, 1 }, 2, &b);
    fine(kk_document_read(KK_DOC_ROSTER, kk_bytes_slice(&a), &d.arena, &doc));
    kk_document_id(&doc, id);
    fine(kk_document_read(KK_DOC_ROSTER, kk_bytes_slice(&b), &d.arena, &doc));
    kk_document_id(&doc, other);
    kk_hash_of("doc", kk_slice_text("payload"), hash);
    ck_assert_mem_eq(id, other, sizeof(id));
    ck_assert_mem_eq(id, hash, sizeof(id));
    kk_arena_fini(&d.arena);
}
END_TEST

START_TEST(versions)
{
    static const struct kk_ver order[] = {
        { 0, 0 }, { 0, 1 }, { 0, 4294967295 }, { 1, 0 }, { 2, 5 }
    };

    for (size_t i = 0; i < KK_COUNT(order); i++) {
        for (size_t k = 0; k < KK_COUNT(order); k++) {
            int c = kk_ver_compare(order[i], order[k]);

            ck_assert(i < k ? c < 0 : i > k ? c > 0 : c == 0);
        }
    }
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("document", &suite);

    tcase_add_loop_test(tcase, threshold, 0, (int)KK_COUNT(thresholds));
    tcase_add_test(tcase, one_invalid_among_valid);
    tcase_add_test(tcase, of_another_kind);
    tcase_add_test(tcase, order_of_signatures);
    tcase_add_test(tcase, kinds_and_ids);
    tcase_add_test(tcase, ids_are_of_what_is_said);
    tcase_add_test(tcase, versions);
    return suite;
}
