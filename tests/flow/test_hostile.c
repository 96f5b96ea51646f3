/*
 * A daemon that lies: altered bytes, wrong hashes, blobs that never end, older documents, rosters
 * that it made itself, logs without end. A device takes nothing of it, keeps what it had, says why,
 * and is in step again once the daemon is honest. [SY-3] … [SY-6] [SY-10]
 */
#include "village.h"
#include "ward.h"

#include "kukyoku/error.h"
#include "kukyoku/record/act.h"
#include "kukyoku/record/kind.h"

#include <stdio.h>

#define SEED    20261125
#define NOW     1795392000000ll
#define W_SCOPE 6

struct scene {
    struct bureau bureau;
    struct village village;
    struct bureau_device *lead, *staff;
    struct ward a;
    struct press_table pub;
};

/* What the daemon does to its answers. */
struct lie {
    struct scene *scene;
    enum kk_message_type type; /* of the answers it is about */
    unsigned skip, times;      /* leave the first few alone; then so many, 0: all */
    unsigned seen;
    void (*change)(struct lie *l, const struct kk_message *m, struct kk_bytes *plain);
    struct kk_bytes bytes; /* of the lie's own */
};

static void tell(void *user, const struct kk_message *m, struct kk_bytes *plain)
{
    struct lie *l = user;

    if (m->type != l->type || l->seen++ < l->skip ||
        (l->times && l->seen > l->skip + l->times))
        return;
    l->change(l, m, plain);
}

static void say_instead(const struct kk_message *m, enum kk_message_type type, const void *body,
                        struct kk_bytes *plain)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes other = { 0 };

    kk_assert(kk_message_encode(type, m->id, body, &other) == 0);
    kk_bytes_clear(plain);
    kk_assert(kk_bytes_append_slice(plain, kk_bytes_slice(&other)) == 0);
}

static void scene_init(struct scene *s)
{
    uint64_t seed = unit_seed(SEED);

    *s = (struct scene){ 0 };
    bureau_init(&s->bureau, seed, NOW);
    s->lead = bureau_stranger(&s->bureau);
    s->staff = bureau_stranger(&s->bureau);
    bureau_approve(&s->bureau, s->lead, KK_ROLE_LEAD, "14133");
    bureau_approve(&s->bureau, s->staff, KK_ROLE_STAFF, "14133");
    bureau_sign_roster(&s->bureau);
    press_table_init(&s->pub);
    press_fill(&s->pub, 400, 1, 0);
    bureau_publish(&s->bureau, &s->pub, &s->pub);
    village_init(&s->village, &s->bureau, seed + 1);
    village_hand_over(&s->village);
    ward_init(&s->a, &s->bureau, &s->lead->keys);
}

static void scene_fini(struct scene *s)
{
    ward_fini(&s->a);
    village_fini(&s->village);
    press_table_fini(&s->pub);
    bureau_fini(&s->bureau);
}

static int honest(struct scene *s, struct village_line *ret)
{
    s->village.lie = NULL;
    return village_sync(&s->village, s->a.keys, &s->a.store, ret);
}

static int lied_to(struct scene *s, struct lie *l, struct village_line *ret)
{
    int r;

    l->scene = s;
    s->village.lie = tell;
    s->village.lie_user = l;
    r = village_sync(&s->village, s->a.keys, &s->a.store, ret);
    kk_bytes_fini(&l->bytes);
    return r;
}

static void assert_in_step(const struct scene *s)
{
    ck_assert_uint_eq(kk_trust_roster(s->a.trust)->version.ver, s->bureau.roster_ver);
    ck_assert_uint_eq(s->a.applied.ver, s->bureau.release);
    ck_assert_mem_eq(s->a.states[1], s->bureau.pub.row.state, KK_HASH_BYTES);
}

/* --- bytes --- */

static void flip_data(struct lie *l, const struct kk_message *m, struct kk_bytes *plain)
{
    struct kk_msg_data data = *(const struct kk_msg_data *)m->body;

    kk_bytes_clear(&l->bytes);
    kk_assert(kk_bytes_append_slice(&l->bytes, data.bytes) == 0);
    l->bytes.data[l->bytes.len / 2] ^= 0x40;
    data.bytes = kk_bytes_slice(&l->bytes);
    say_instead(m, KK_MSG_DATA, &data, plain);
}

/* Every DATA of a sync is altered once, the n-th in the n-th round. */
START_TEST(every_byte_string_is_checked)
{
    struct village_line line;
    struct scene s;
    unsigned faults = 0;

    scene_init(&s);
    for (unsigned n = 0; n < 40; n++) {
        struct lie l = { .type = KK_MSG_DATA, .skip = n, .times = 1, .change = flip_data };
        int r;

        ward_fini(&s.a);
        ward_init(&s.a, &s.bureau, &s.lead->keys);
        r = lied_to(&s, &l, &line);
        if (l.seen <= n)
            break; /* no n-th one */
        /* a document ends the sync; a blob is fetched once more and is right then */
        ck_assert(r == KK_E_HASH || (r == 0 && line.sync.counts.blobs > 0));
        faults += r == KK_E_HASH;
        ck_assert_int_eq(honest(&s, NULL), 0);
        assert_in_step(&s);
    }
    ck_assert_uint_gt(faults, 0);
    scene_fini(&s);
}
END_TEST

/* A blob that is wrong every time: fetched twice, then told. */
START_TEST(always_wrong_ends)
{
    struct lie l = { .type = KK_MSG_DATA, .change = flip_data };
    struct village_line line;
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(honest(&s, NULL), 0);
    ward_lose_blobs(&s.a); /* the documents stay */
    ck_assert_int_eq(lied_to(&s, &l, &line), KK_E_HASH);
    ck_assert_uint_eq(s.a.applied.ver, 0);
    ck_assert_int_eq(honest(&s, NULL), 0);
    assert_in_step(&s);
    scene_fini(&s);
}
END_TEST

static void grow_total(struct lie *l, const struct kk_message *m, struct kk_bytes *plain)
{
    struct kk_msg_data data = *(const struct kk_msg_data *)m->body;

    (void)l;
    data.total = KK_BLOB_BYTES_MAX;
    data.last = false;
    say_instead(m, KK_MSG_DATA, &data, plain);
}

static void longer_bytes(struct lie *l, const struct kk_message *m, struct kk_bytes *plain)
{
    static const uint8_t more[KK_DATA_BYTES_MAX] = { 0 };
    struct kk_msg_data data = *(const struct kk_msg_data *)m->body;

    (void)l;
    data.bytes = kk_slice(more, sizeof(more));
    say_instead(m, KK_MSG_DATA, &data, plain);
}

static void never_last(struct lie *l, const struct kk_message *m, struct kk_bytes *plain)
{
    struct kk_msg_data data = *(const struct kk_msg_data *)m->body;

    (void)l;
    data.last = false;
    say_instead(m, KK_MSG_DATA, &data, plain);
}

static void elsewhere(struct lie *l, const struct kk_message *m, struct kk_bytes *plain)
{
    struct kk_msg_data data = *(const struct kk_msg_data *)m->body;

    (void)l;
    data.offset++;
    say_instead(m, KK_MSG_DATA, &data, plain);
}

/* Lengths come from the signed parent: nothing longer, nothing elsewhere, nothing after the end. */
START_TEST(lengths_are_signed)
{
    void (*const changes[])(struct lie *, const struct kk_message *, struct kk_bytes *) = {
        grow_total, longer_bytes, elsewhere
    };
    struct scene s;

    scene_init(&s);
    for (size_t i = 0; i < KK_COUNT(changes); i++) {
        for (unsigned skip = 0; skip < 12; skip += 3) {
            struct lie l = { .type = KK_MSG_DATA, .skip = skip, .change = changes[i] };

            ward_fini(&s.a);
            ward_init(&s.a, &s.bureau, &s.lead->keys);
            ck_assert_int_eq(lied_to(&s, &l, NULL), KK_E_PROTOCOL);
            ck_assert_int_eq(honest(&s, NULL), 0);
            assert_in_step(&s);
        }
    }
    scene_fini(&s);
}
END_TEST

/* All bytes are there and yet "more follows": nothing can, so the sync ends, by itself or cut. */
START_TEST(end_that_never_comes)
{
    struct lie l = { .type = KK_MSG_DATA, .skip = 8, .change = never_last };
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(lied_to(&s, &l, NULL), KK_E_PROTOCOL);
    ck_assert_int_eq(honest(&s, NULL), 0);
    assert_in_step(&s);
    scene_fini(&s);
}
END_TEST

/* --- documents --- */

/* What WELCOME names, by bytes that the relay serves as documents. */
static void put_doc(struct scene *s, const struct kk_bytes *doc)
{
    kk_assert(kk_relay_begin(s->village.relay) == 0);
    kk_assert(kk_relay_adopt_blob(s->village.relay, kk_slice_text(KK_LABEL_DOC),
                                  kk_bytes_slice(doc)) == 0);
    kk_assert(kk_relay_commit(s->village.relay) == 0);
}

static void name_doc(const struct kk_bytes *doc, struct kk_doc_ref *ret)
{
    kk_blob_hash(kk_bytes_slice(doc), ret->blob.hash);
    ret->blob.len = doc->len;
    ret->version.ver += 1;
}

static void other_roster(struct lie *l, const struct kk_message *m, struct kk_bytes *plain)
{
    struct kk_msg_welcome w = *(const struct kk_msg_welcome *)m->body;

    name_doc(&l->bytes, &w.roster);
    say_instead(m, KK_MSG_WELCOME, &w, plain);
}

static void other_catalog(struct lie *l, const struct kk_message *m, struct kk_bytes *plain)
{
    struct kk_msg_welcome w = *(const struct kk_msg_welcome *)m->body;

    name_doc(&l->bytes, &w.catalog);
    say_instead(m, KK_MSG_WELCOME, &w, plain);
}

/* A roster with one byte altered, and one signed by a key that is not the registrar's. */
START_TEST(roster_of_the_daemons_own)
{
    struct lie altered = { .type = KK_MSG_WELCOME, .change = other_roster };
    struct lie forged = { .type = KK_MSG_WELCOME, .change = other_roster };
    struct bureau_key registrar;
    struct scene s;
    int r;

    scene_init(&s);
    ck_assert_int_eq(kk_bytes_append_slice(&altered.bytes, kk_bytes_slice(&s.bureau.roster_doc)),
                     0);
    altered.bytes.data[altered.bytes.len / 2] ^= 1;
    put_doc(&s, &altered.bytes);
    r = lied_to(&s, &altered, NULL);
    ck_assert(r == KK_E_SIGNATURE || r == KK_E_SHAPE || r == KK_E_FORM || r == KK_E_BLOB_MISSING);
    ck_assert_ptr_null(kk_trust_roster(s.a.trust));

    registrar = s.bureau.registrar;
    s.bureau.registrar = s.bureau.daemon; /* the only signing key that a daemon has */
    bureau_sign_roster(&s.bureau);
    s.bureau.registrar = registrar;
    ck_assert_int_eq(kk_bytes_append_slice(&forged.bytes, kk_bytes_slice(&s.bureau.roster_doc)),
                     0);
    put_doc(&s, &forged.bytes);
    put_doc(&s, &s.bureau.devices_blob);
    s.bureau.roster_ver--;
    ck_assert_int_eq(lied_to(&s, &forged, NULL), KK_E_SIGNATURE);
    ck_assert_ptr_null(kk_trust_roster(s.a.trust));
    ck_assert_int_eq(honest(&s, NULL), 0);
    ck_assert_uint_eq(kk_trust_roster(s.a.trust)->version.ver, 1);
    scene_fini(&s);
}
END_TEST

/* The release before, offered as if it were the next one. */
START_TEST(older_catalog_as_a_newer)
{
    struct lie l = { .type = KK_MSG_WELCOME, .change = other_catalog };
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(kk_bytes_append_slice(&l.bytes, kk_bytes_slice(&s.bureau.catalog_doc)), 0);
    bureau_publish(&s.bureau, &s.pub, NULL);
    village_hand_over(&s.village);
    ck_assert_int_eq(honest(&s, NULL), 0);
    ck_assert_uint_eq(kk_trust_catalog(s.a.trust)->version.ver, 2);
    bureau_sign_roster(&s.bureau); /* so that WELCOME says anything at all */
    village_hand_over(&s.village);
    ck_assert_int_eq(lied_to(&s, &l, NULL), KK_E_ROLLBACK);
    ck_assert_uint_eq(kk_trust_catalog(s.a.trust)->version.ver, 2);
    ck_assert_uint_eq(kk_trust_roster(s.a.trust)->version.ver, 2);
    ck_assert_int_eq(honest(&s, NULL), 0);
    assert_in_step(&s);
    scene_fini(&s);
}
END_TEST

/* Told to be of a later version than it is, a document would be asked for again for ever. */
static void later_roster(struct lie *l, const struct kk_message *m, struct kk_bytes *plain)
{
    struct kk_msg_welcome w = *(const struct kk_msg_welcome *)m->body;

    (void)l;
    w.roster.version.ver += 7;
    say_instead(m, KK_MSG_WELCOME, &w, plain);
}

static void later_catalog(struct lie *l, const struct kk_message *m, struct kk_bytes *plain)
{
    struct kk_msg_welcome w = *(const struct kk_msg_welcome *)m->body;

    (void)l;
    w.catalog.version.ver += 7;
    say_instead(m, KK_MSG_WELCOME, &w, plain);
}

/* [SY-4] */
START_TEST(versions_that_documents_do_not_have)
{
    struct lie roster = { .type = KK_MSG_WELCOME, .change = later_roster };
    struct lie catalog = { .type = KK_MSG_WELCOME, .change = later_catalog };
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(lied_to(&s, &roster, NULL), KK_E_PROTOCOL);
    ck_assert_int_eq(lied_to(&s, &catalog, NULL), KK_E_PROTOCOL);
    ck_assert_int_eq(honest(&s, NULL), 0);
    assert_in_step(&s);
    scene_fini(&s);
}
END_TEST

/* Documents that the daemon keeps back, or no longer has. */
static void not_found(struct lie *l, const struct kk_message *m, struct kk_bytes *plain)
{
    struct kk_msg_err err = { .code = KK_WIRE_NOTFOUND };

    (void)l;
    say_instead(m, KK_MSG_ERR, &err, plain);
}

START_TEST(withheld)
{
    struct scene s;

    scene_init(&s);
    for (unsigned skip = 0; skip < 8; skip++) {
        struct lie l = { .type = KK_MSG_DATA, .skip = skip, .change = not_found };

        ward_fini(&s.a);
        ward_init(&s.a, &s.bureau, &s.lead->keys);
        ck_assert_int_eq(lied_to(&s, &l, NULL), KK_E_BLOB_MISSING);
        ck_assert_int_eq(honest(&s, NULL), 0);
        assert_in_step(&s);
    }
    scene_fini(&s);
}
END_TEST

/* --- logs --- */

static void write_some(struct scene *s, int count)
{
    for (int i = 0; i < count; i++) {
        uint8_t rec[KK_ID_BYTES];

        kk_entropy_fill(&s->bureau.entropy.entropy, rec, sizeof(rec));
        ward_write(&s->a, W_SCOPE, 0, KK_ACT_CREATE, rec);
    }
}

static void more_for_ever(struct lie *l, const struct kk_message *m, struct kk_bytes *plain)
{
    struct kk_msg_entries e = *(const struct kk_msg_entries *)m->body;

    (void)l;
    e.entries.count = 0;
    e.more = true;
    say_instead(m, KK_MSG_ENTRIES, &e, plain);
}

static void drop_one(struct lie *l, const struct kk_message *m, struct kk_bytes *plain)
{
    struct kk_msg_entries e = *(const struct kk_msg_entries *)m->body;

    (void)l;
    if (e.entries.count < 2)
        return;
    e.entries.items++;
    e.entries.count--;
    say_instead(m, KK_MSG_ENTRIES, &e, plain);
}

static void other_verdict(struct lie *l, const struct kk_message *m, struct kk_bytes *plain)
{
    struct kk_msg_entries e = *(const struct kk_msg_entries *)m->body;
    struct kk_entry entry;

    (void)l;
    if (e.entries.count == 0)
        return;
    entry = e.entries.items[0];
    entry.verdict = KK_WIRE_ROLE;
    e.entries.items = &entry;
    e.entries.count = 1;
    say_instead(m, KK_MSG_ENTRIES, &e, plain);
}

static void other_scope(struct lie *l, const struct kk_message *m, struct kk_bytes *plain)
{
    struct kk_msg_entries e = *(const struct kk_msg_entries *)m->body;

    (void)l;
    e.scope = kk_slice_text("w:14137");
    e.head.scope = e.scope;
    say_instead(m, KK_MSG_ENTRIES, &e, plain);
}

START_TEST(logs_are_checked)
{
    static const struct {
        void (*change)(struct lie *, const struct kk_message *, struct kk_bytes *);
        int fault;
    } lies[] = {
        { more_for_ever, KK_E_PROTOCOL },
        { drop_one, KK_E_CHAIN },
        { other_verdict, KK_E_VERDICT },
        { other_scope, KK_E_PROTOCOL },
    };
    struct ward b;
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(honest(&s, NULL), 0);
    write_some(&s, 3);
    ck_assert_int_eq(honest(&s, NULL), 0);
    b = s.a;
    for (size_t i = 0; i < KK_COUNT(lies); i++) {
        struct lie l = { .type = KK_MSG_ENTRIES, .change = lies[i].change };

        ward_init(&s.a, &s.bureau, &s.staff->keys);
        ck_assert_int_eq(lied_to(&s, &l, NULL), lies[i].fault);
        ward_fini(&s.a);
    }
    s.a = b;
    s.a.store.self = &s.a;
    scene_fini(&s);
}
END_TEST

/* --- answers that nobody asked for --- */

static void other_id(struct lie *l, const struct kk_message *m, struct kk_bytes *plain)
{
    struct kk_message other = *m;

    (void)l;
    other.id += 1000;
    say_instead(&other, m->type, m->body, plain);
}

START_TEST(answers_nobody_asked_for)
{
    static const enum kk_message_type types[] = { KK_MSG_WELCOME, KK_MSG_DATA, KK_MSG_STATED,
                                                  KK_MSG_ENTRIES };
    struct scene s;

    scene_init(&s);
    for (size_t i = 0; i < KK_COUNT(types); i++) {
        struct lie l = { .type = types[i], .change = other_id };

        ward_fini(&s.a);
        ward_init(&s.a, &s.bureau, &s.lead->keys);
        ck_assert_int_lt(lied_to(&s, &l, NULL), 0);
        ck_assert_int_eq(honest(&s, NULL), 0);
        assert_in_step(&s);
    }
    scene_fini(&s);
}
END_TEST

static void say_same(struct lie *l, const struct kk_message *m, struct kk_bytes *plain)
{
    struct kk_msg_welcome w = { .server_ms =
                                    ((const struct kk_msg_welcome *)m->body)->server_ms };

    (void)l;
    w.fresh = ((const struct kk_msg_welcome *)m->body)->fresh;
    w.same = true;
    say_instead(m, KK_MSG_WELCOME, &w, plain);
}

/* "Nothing new", while the fresh document beside it names a newer release. */
START_TEST(said_to_be_the_same)
{
    struct lie l = { .type = KK_MSG_WELCOME, .change = say_same };
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(honest(&s, NULL), 0);
    bureau_publish(&s.bureau, &s.pub, NULL);
    village_hand_over(&s.village);
    ck_assert_int_eq(lied_to(&s, &l, NULL), KK_E_PROTOCOL);
    ck_assert_uint_eq(kk_trust_catalog(s.a.trust)->version.ver, 1);
    ck_assert_uint_eq(kk_trust_fresh(s.a.trust)->catalog.ver, 2);
    scene_fini(&s);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("hostile", &suite);

    tcase_set_timeout(c, 120);
    tcase_add_test(c, every_byte_string_is_checked);
    tcase_add_test(c, always_wrong_ends);
    tcase_add_test(c, lengths_are_signed);
    tcase_add_test(c, end_that_never_comes);
    tcase_add_test(c, roster_of_the_daemons_own);
    tcase_add_test(c, older_catalog_as_a_newer);
    tcase_add_test(c, versions_that_documents_do_not_have);
    tcase_add_test(c, withheld);
    tcase_add_test(c, logs_are_checked);
    tcase_add_test(c, answers_nobody_asked_for);
    tcase_add_test(c, said_to_be_the_same);
    return suite;
}
