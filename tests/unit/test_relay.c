/*
 * What the daemon answers, message by message, over a real store in memory: daemon/relay/relay.c,
 * daemon/relay/hello.c, daemon/relay/push.c, daemon/relay/fresh.c, daemon/relay/adopt.c. Whole
 * flows are in tests/flow.
 * [DM-1] [DM-4] … [DM-13]
 */
#include "ward.h"
#include "village.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/error.h"
#include "kukyoku/record/kind.h"

#define NOW 1795392000000ll
#define W   6 /* w:14131 among bureau_scope */

struct scene {
    struct bureau bureau;
    struct village village;
    struct bureau_device *staff, *lead, *second, *third, *other, *auditor, *stranger;
    struct ward ward; /* of staff */
    struct press_table pub, internal;
    struct kk_arena arena;
    struct kk_bytes answer;
    uint64_t detail;
};

static void join(struct scene *s, struct bureau_device **d, enum kk_role role, const char *ward)
{
    *d = bureau_stranger(&s->bureau);
    bureau_approve(&s->bureau, *d, role, ward);
}

static void scene_init(struct scene *s)
{
    *s = (struct scene){ 0 };
    ck_assert_str_eq(bureau_scope(W), "w:14133");
    bureau_init(&s->bureau, unit_seed(31), NOW);
    join(s, &s->staff, KK_ROLE_STAFF, "14133");
    join(s, &s->lead, KK_ROLE_LEAD, "14133");
    join(s, &s->second, KK_ROLE_LEAD, "14133");
    join(s, &s->third, KK_ROLE_LEAD, "14133");
    join(s, &s->other, KK_ROLE_LEAD, "14131");
    join(s, &s->auditor, KK_ROLE_AUDITOR, "");
    s->stranger = bureau_stranger(&s->bureau);
    bureau_sign_roster(&s->bureau);
    press_table_init(&s->pub);
    press_table_init(&s->internal);
    press_fill(&s->pub, 20, 2, 0);
    press_fill(&s->internal, 20, 2, 0);
    bureau_publish(&s->bureau, &s->pub, &s->internal);
    village_init(&s->village, &s->bureau, 32);
    village_hand_over(&s->village);
    ward_init(&s->ward, &s->bureau, &s->staff->keys);
    ck_assert_int_eq(village_sync(&s->village, &s->staff->keys, &s->ward.store, NULL), 0);
    kk_arena_init(&s->arena, 4 * KK_DOCUMENT_BYTES_MAX);
}

static void scene_fini(struct scene *s)
{
    ward_fini(&s->ward);
    village_fini(&s->village);
    press_table_fini(&s->pub);
    press_table_fini(&s->internal);
    bureau_fini(&s->bureau);
    kk_arena_fini(&s->arena);
    kk_bytes_fini(&s->answer);
}

static struct kk_relay_caller caller(struct scene *s, const struct bureau_device *d)
{
    struct kk_relay_caller c;

    ck_assert_int_eq(kk_relay_identify(s->village.relay, d->keys.noise, &c), 0);
    return c;
}

/* One request in a batch of its own; the fault, or 0 and what was answered. */
static int ask(struct scene *s, const struct bureau_device *d, enum kk_message_type type,
               const void *body, struct kk_message *ret)
{
    struct kk_relay_caller who = caller(s, d);
    struct kk_message m = { .type = type, .id = 7, .body = (void *)body };
    int r;

    kk_bytes_clear(&s->answer);
    kk_arena_reset(&s->arena);
    ck_assert_int_eq(kk_relay_begin(s->village.relay), 0);
    r = kk_relay_answer(s->village.relay, &who, &m, &s->answer, &s->detail);
    if (r < 0) {
        kk_relay_rollback(s->village.relay);
        return r;
    }
    ck_assert_int_eq(kk_relay_commit(s->village.relay), 0);
    ck_assert_int_eq(kk_message_decode(kk_bytes_slice(&s->answer), &s->arena, ret, NULL), 0);
    ck_assert_uint_eq(ret->id, 7);
    return 0;
}

static int get(struct scene *s, const struct bureau_device *d, const uint8_t hash[KK_HASH_BYTES],
               uint64_t offset)
{
    struct kk_relay_caller who = caller(s, d);
    struct kk_msg_get g = { .offset = offset, .max = 100 };
    uint64_t total;

    memcpy(g.blob, hash, KK_HASH_BYTES);
    kk_bytes_clear(&s->answer);
    return kk_relay_read(s->village.relay, &who, &g, &s->answer, &total);
}

/* --- who is it? [DM-6] --- */

START_TEST(standing)
{
    struct kk_msg_hello hello = { .client = kk_slice_text("test 1"), .root_ver = 1 };
    struct kk_msg_log log = { .scope = kk_slice_text("w:14133"), .from_gsn = 1, .max = 8 };
    struct kk_message m;
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(caller(&s, s.staff).standing, KK_STANDING_OK);
    ck_assert_int_eq(caller(&s, s.stranger).standing, KK_STANDING_UNKNOWN);
    bureau_revoke(&s.bureau, s.staff);
    bureau_sign_roster(&s.bureau);
    village_hand_over(&s.village); /* counts at once */
    ck_assert_int_eq(caller(&s, s.staff).standing, KK_STANDING_REVOKED);
    ck_assert_int_eq(ask(&s, s.staff, KK_MSG_LOG, &log, &m), KK_E_REVOKED);
    ck_assert_int_eq(ask(&s, s.lead, KK_MSG_HELLO, &hello, &m), 0);
    scene_fini(&s);
}
END_TEST

/* --- HELLO [DM-4] [DM-5] --- */

START_TEST(hello_says_what_is_new)
{
    struct kk_msg_hello hello = { .client = kk_slice_text("test 1"), .root_ver = 1 };
    const struct kk_msg_welcome *w;
    struct kk_bytes first = { 0 };
    struct kk_message m;
    struct scene s;

    scene_init(&s);
    bureau_sign_root(&s.bureau);
    village_hand_over(&s.village);
    ck_assert_int_eq(ask(&s, s.staff, KK_MSG_HELLO, &hello, &m), 0);
    w = m.body;
    ck_assert(!w->same);
    ck_assert_uint_eq(w->root_ver, 2);
    ck_assert_uint_eq(w->roots.count, 1);
    ck_assert_uint_eq(w->roster.version.ver, s.bureau.roster_ver);
    unit_assert_slice(w->catalog_doc, kk_bytes_slice(&s.bureau.catalog_doc)); /* [SY-4] */
    ck_assert_int_eq(kk_bytes_append_slice(&first, w->fresh), 0);
    ck_assert_int_eq(ask(&s, s.staff, KK_MSG_HELLO, &hello, &m), 0);
    w = m.body;
    unit_assert_slice(w->fresh, kk_bytes_slice(&first)); /* nothing has changed */
    hello.catalog = w->catalog.version; /* what it has is not said again */
    s.village.now_ms += 3600 * 1000 + 1;
    ck_assert_int_eq(ask(&s, s.staff, KK_MSG_HELLO, &hello, &m), 0);
    w = m.body;
    ck_assert(!kk_slice_equal(w->fresh, kk_bytes_slice(&first))); /* an hour */
    ck_assert_ptr_null(w->catalog_doc.data);
    kk_bytes_fini(&first);
    scene_fini(&s);
}
END_TEST

START_TEST(the_same_digest_ends_it)
{
    struct kk_held held;
    struct kk_msg_hello hello = { .client = kk_slice_text("test 1"), .root_ver = 1 };
    struct kk_message m;
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(s.ward.store.held(s.ward.store.self, &s.arena, &held), 0);
    kk_held_digest(&held, hello.digest);
    ck_assert_int_eq(ask(&s, s.staff, KK_MSG_HELLO, &hello, &m), 0);
    ck_assert(((const struct kk_msg_welcome *)m.body)->same);
    scene_fini(&s);
}
END_TEST

START_TEST(busy_before_a_roster)
{
    struct kk_msg_hello hello = { .client = kk_slice_text("test 1"), .root_ver = 1 };
    struct kk_message m = { .type = KK_MSG_HELLO, .id = 1, .body = &hello };
    struct kk_relay_caller who = { .standing = KK_STANDING_PENDING };
    struct kk_bytes answer = { 0 };
    struct bureau bureau;
    struct village v;
    uint64_t detail;

    bureau_init(&bureau, 5, NOW);
    village_init(&v, &bureau, 6);
    ck_assert_int_eq(kk_relay_begin(v.relay), 0);
    ck_assert_int_eq(kk_relay_answer(v.relay, &who, &m, &answer, &detail), KK_E_PEER_BUSY);
    kk_relay_rollback(v.relay);
    kk_bytes_fini(&answer);
    village_fini(&v);
    bureau_fini(&bureau);
}
END_TEST

/* --- blobs [DM-7] --- */

START_TEST(labels_decide_who_reads)
{
    uint8_t none[KK_HASH_BYTES] = { 1 }, wraps[KK_HASH_BYTES], devices[KK_HASH_BYTES];
    const struct press_blob *internal;
    struct scene s;

    scene_init(&s);
    internal = &s.bureau.internal.blobs[0];
    kk_blob_hash(kk_bytes_slice(&s.bureau.wraps[W]), wraps);
    kk_blob_hash(kk_bytes_slice(&s.bureau.devices_blob), devices);
    ck_assert_int_eq(get(&s, s.staff, s.bureau.pub.blobs[0].ref.hash, 0), 0);
    ck_assert_int_eq(get(&s, s.staff, internal->ref.hash, 0), 0);
    ck_assert_int_eq(get(&s, s.staff, wraps, 0), 0);
    ck_assert_int_eq(get(&s, s.staff, devices, 0), 0);
    /* another ward's, an auditor's: the same answer as for what is not there, or past the end */
    ck_assert_int_eq(get(&s, s.other, wraps, 0), KK_E_NOT_FOUND);
    ck_assert_int_eq(get(&s, s.auditor, internal->ref.hash, 0), KK_E_NOT_FOUND);
    ck_assert_int_eq(get(&s, s.staff, none, 0), KK_E_NOT_FOUND);
    ck_assert_int_eq(get(&s, s.staff, internal->ref.hash, internal->ref.len), KK_E_NOT_FOUND);
    scene_fini(&s);
}
END_TEST

/* --- PUSH [DM-10] … [DM-13] --- */

/* The next PUSH of the ward, its one operation to be changed. */
struct pushing {
    struct kk_msg_push push;
    struct kk_push_op op;
    struct kk_arena arena;
};

static void prepare(struct scene *s, struct pushing *p, uint8_t n)
{
    const uint8_t rec[KK_ID_BYTES] = { n, 4 };

    *p = (struct pushing){ .op = { .sig = { 0 } } };
    kk_arena_init(&p->arena, KK_DOCUMENT_BYTES_MAX);
    ward_write(&s->ward, W, 0, KK_ACT_CREATE, rec);
    ck_assert_int_eq(s->ward.store.push_next(s->ward.store.self, kk_slice_text("w:14133"), 0,
                                             &p->arena, &p->push), 1);
    p->push.scope = kk_slice_text("w:14133");
    ck_assert_uint_eq(p->push.ops.count, 1);
    p->op = p->push.ops.items[0];
    p->push.ops.items = &p->op;
}

static uint64_t log_end(struct scene *s)
{
    struct kk_log_head head;

    ck_assert_int_ge(s->village.store->engine->log_find(s->village.store,
                                                        kk_slice_text("w:14133"), &head), 0);
    return head.gsn;
}

static void flip_sig(struct pushing *p)
{
    p->op.sig[3] ^= 1;
}
static void other_record(struct pushing *p)
{
    p->op.op.rec[0] ^= 1;
}
static void other_scope(struct pushing *p)
{
    p->push.scope = kk_slice_text("e:14133");
}
static void no_scope(struct pushing *p)
{
    p->push.scope = kk_slice_text("r:14133");
}
static void later(struct pushing *p)
{
    p->op.op.seq += 2;
}
static void old_key(struct pushing *p)
{
    p->op.op.epoch += 2;
}

static const struct {
    void (*change)(struct pushing *p);
    int fault;
    uint64_t detail;
} pushes[] = {
    { flip_sig, KK_E_SIGNATURE, 0 },
    { other_record, KK_E_SIGNATURE, 0 },
    { other_scope, KK_E_SIGNATURE, 0 }, /* the daemon's own view of the header [DM-11] */
    { no_scope, KK_E_SCOPE, 0 },
    { later, KK_E_CHAIN, 1 }, /* the seq that is expected [DM-10] */
    { old_key, KK_E_SIGNATURE, 0 }, /* the epoch is signed too */
};

START_TEST(what_can_not_be_appended)
{
    struct kk_message m;
    struct pushing p;
    struct scene s;

    scene_init(&s);
    prepare(&s, &p, 1);
    pushes[_i].change(&p);
    ck_assert_int_eq(ask(&s, s.staff, KK_MSG_PUSH, &p.push, &m), pushes[_i].fault);
    ck_assert_uint_eq(s.detail, pushes[_i].detail);
    ck_assert_uint_eq(log_end(&s), 0);
    kk_arena_fini(&p.arena);
    scene_fini(&s);
}
END_TEST

/* Signed, but numbered it would be proof that this daemon has shown two histories. [DM-11] */
START_TEST(what_saw_another_history)
{
    struct kk_message m;
    struct pushing p;
    struct scene s;

    scene_init(&s);
    ward_write(&s.ward, W, 0, KK_ACT_CREATE, (const uint8_t[KK_ID_BYTES]){ 1, 3 });
    ck_assert_int_eq(village_sync(&s.village, &s.staff->keys, &s.ward.store, NULL), 0);
    s.ward.logs[W].heads[1].head[0] ^= 1;
    prepare(&s, &p, 2);
    ck_assert_uint_eq(p.op.op.seen.gsn, 1);
    memcpy(p.op.op.seen.head, s.ward.logs[W].heads[1].head, KK_HASH_BYTES);
    ck_assert_int_eq(ask(&s, s.staff, KK_MSG_PUSH, &p.push, &m), KK_E_SIGNATURE);
    ck_assert_uint_eq(log_end(&s), 1);
    kk_arena_fini(&p.arena);
    scene_fini(&s);
}
END_TEST

START_TEST(once_and_again)
{
    struct kk_pushed_op first;
    struct kk_message m;
    struct pushing p;
    struct scene s;

    scene_init(&s);
    prepare(&s, &p, 1);
    ck_assert_int_eq(ask(&s, s.staff, KK_MSG_PUSH, &p.push, &m), 0);
    first = ((const struct kk_msg_pushed *)m.body)->ops.items[0];
    ck_assert_uint_eq(first.verdict, KK_WIRE_OK);
    s.village.now_ms += 1000;
    ck_assert_int_eq(ask(&s, s.staff, KK_MSG_PUSH, &p.push, &m), 0); /* [DM-13] */
    ck_assert_mem_eq(&((const struct kk_msg_pushed *)m.body)->ops.items[0], &first, sizeof(first));
    ck_assert_uint_eq(log_end(&s), 1);
    p.op.op.hlc++; /* another operation at that place, and nobody signed it */
    ck_assert_int_eq(ask(&s, s.staff, KK_MSG_PUSH, &p.push, &m), KK_E_SIGNATURE);
    kk_arena_fini(&p.arena);
    scene_fini(&s);
}
END_TEST

/* A device restored from a backup signs another operation for a place that is taken: evidence. */
START_TEST(two_histories_of_a_device)
{
    struct ward twin, original;
    struct kk_message m;
    struct pushing p, q;
    struct scene s;

    scene_init(&s);
    ward_init(&twin, &s.bureau, &s.staff->keys); /* as both are before either has written */
    ck_assert_int_eq(village_sync(&s.village, &s.staff->keys, &twin.store, NULL), 0);
    prepare(&s, &p, 1);
    ck_assert_int_eq(ask(&s, s.staff, KK_MSG_PUSH, &p.push, &m), 0);
    original = s.ward;
    s.ward = twin;
    s.ward.store.self = &s.ward;
    prepare(&s, &q, 2);
    ck_assert_int_eq(ask(&s, s.staff, KK_MSG_PUSH, &q.push, &m), KK_E_FORK);
    ck_assert_uint_eq(log_end(&s), 1);
    original.store.self = &original;
    ward_fini(&original);
    kk_arena_fini(&p.arena);
    kk_arena_fini(&q.arena);
    scene_fini(&s);
}
END_TEST

/* Sealed under a key that has had its day: told before the log, so that it can be sealed anew. */
START_TEST(a_key_two_epochs_old)
{
    struct kk_message m;
    struct pushing p;
    struct scene s;

    scene_init(&s);
    prepare(&s, &p, 1);
    bureau_revoke(&s.bureau, s.lead); /* each raises the epoch of what it could read */
    bureau_sign_roster(&s.bureau);
    village_hand_over(&s.village);
    ck_assert_int_eq(ask(&s, s.staff, KK_MSG_PUSH, &p.push, &m), 0); /* one behind is taken */
    kk_arena_fini(&p.arena);
    ck_assert_int_eq(s.ward.store.push_taken(s.ward.store.self, m.body), 0);
    prepare(&s, &p, 2);
    bureau_revoke(&s.bureau, s.second);
    bureau_sign_roster(&s.bureau);
    village_hand_over(&s.village);
    bureau_revoke(&s.bureau, s.third);
    bureau_sign_roster(&s.bureau);
    village_hand_over(&s.village);
    ck_assert_int_eq(ask(&s, s.staff, KK_MSG_PUSH, &p.push, &m), KK_E_EPOCH);
    ck_assert_uint_eq(log_end(&s), 1);
    kk_arena_fini(&p.arena);
    scene_fini(&s);
}
END_TEST

/* Nobody could open it yet. [DM-12] */
START_TEST(a_key_to_come)
{
    struct kk_message m;
    struct pushing p;
    struct scene s;

    scene_init(&s);
    s.bureau.epochs[W]++; /* and no roster that says so */
    prepare(&s, &p, 1);
    ck_assert_int_eq(ask(&s, s.staff, KK_MSG_PUSH, &p.push, &m), KK_E_EPOCH);
    ck_assert_uint_eq(log_end(&s), 0);
    kk_arena_fini(&p.arena);
    scene_fini(&s);
}
END_TEST

/* What a batch changed is gone when it is undone, in the store and in memory. [DM-1] */
START_TEST(an_undone_batch)
{
    struct kk_relay_caller who;
    struct kk_bytes answer = { 0 };
    struct kk_message m = { .type = KK_MSG_PUSH, .id = 1 };
    enum kk_trust_verdict verdict;
    struct pushing p;
    struct scene s;
    uint64_t detail;

    scene_init(&s);
    prepare(&s, &p, 1);
    m.body = &p.push;
    who = caller(&s, s.staff);
    bureau_revoke(&s.bureau, s.lead);
    bureau_sign_roster(&s.bureau);
    ck_assert_int_eq(kk_relay_begin(s.village.relay), 0);
    ck_assert_int_eq(kk_relay_answer(s.village.relay, &who, &m, &answer, &detail), 0);
    ck_assert_int_eq(kk_relay_adopt(s.village.relay, kk_bytes_slice(&s.bureau.roster_doc),
                                    kk_bytes_slice(&s.bureau.devices_blob), &verdict), 0);
    ck_assert_int_eq(verdict, KK_TRUST_TAKEN);
    kk_relay_rollback(s.village.relay);
    ck_assert_uint_eq(log_end(&s), 0);
    ck_assert_uint_eq(kk_trust_roster(kk_relay_trust(s.village.relay))->version.ver,
                      s.bureau.roster_ver - 1);
    ck_assert_int_eq(caller(&s, s.lead).standing, KK_STANDING_OK);
    kk_bytes_fini(&answer);
    kk_arena_fini(&p.arena);
    scene_fini(&s);
}
END_TEST

static int no_room(struct kk_store *store, const struct kk_store_entry *entry,
                   const struct kk_log_head *head, const struct kk_op *op)
{
    return store && entry && head && op ? KK_E_DISK_FULL : 0;
}

/* The track was written, its entry was not: neither may be committed, whatever the batch did. */
START_TEST(a_write_cut_short)
{
    struct pushing p;
    struct scene s;
    struct kk_message m = { .type = KK_MSG_PUSH, .id = 1, .body = &p.push };
    const struct kk_store_engine *engine;
    struct kk_store_engine full;
    struct kk_relay_caller who;

    scene_init(&s);
    prepare(&s, &p, 1);
    who = caller(&s, s.staff);
    engine = s.village.store->engine;
    full = *engine;
    full.entry_add = no_room;
    s.village.store->engine = &full;
    ck_assert_int_eq(kk_relay_begin(s.village.relay), 0);
    ck_assert_int_eq(kk_relay_answer(s.village.relay, &who, &m, &s.answer, &s.detail),
                     KK_E_DISK_FULL);
    ck_assert_int_eq(kk_relay_commit(s.village.relay), KK_E_DISK_FULL);
    s.village.store->engine = engine;
    ck_assert_int_eq(ask(&s, s.staff, KK_MSG_PUSH, &p.push, &m), 0);
    ck_assert_uint_eq(((const struct kk_msg_pushed *)m.body)->ops.items[0].verdict, KK_WIRE_OK);
    ck_assert_uint_eq(log_end(&s), 1);
    kk_arena_fini(&p.arena);
    scene_fini(&s);
}
END_TEST

/* --- joining [DM-8] --- */

struct door {
    struct kk_invite invite;
    struct kk_bytes doc;
    uint8_t hash[KK_HASH_BYTES];
};

static void put_invite(struct scene *s, struct door *d, uint8_t n, int64_t expires_ms)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes payload = { 0 };
    enum kk_trust_verdict verdict;

    *d = (struct door){ .invite = { .id = { n }, .psk = { n, 9 } }, .hash = { n, n } };
    d->invite.expires_ms = (uint64_t)expires_ms;
    d->invite.role = KK_ROLE_STAFF;
    d->invite.ward = kk_slice_text("14133");
    ck_assert_int_eq(kk_shape_encode(&kk_shape_invite, &d->invite, &payload), 0);
    bureau_sign(&s->bureau, KK_DOC_INVITE, kk_bytes_slice(&payload), &d->doc);
    ck_assert_int_eq(kk_relay_begin(s->village.relay), 0);
    ck_assert_int_eq(kk_relay_adopt_invite(s->village.relay, kk_bytes_slice(&d->doc), &verdict),
                     0);
    ck_assert_int_eq(verdict, KK_TRUST_TAKEN);
    ck_assert_int_eq(kk_relay_commit(s->village.relay), 0);
    kk_bytes_fini(&d->doc);
}

static int enrol(struct scene *s, const struct door *d, const struct bureau_device *as,
                 const uint8_t bound_to[KK_HASH_BYTES])
{
    struct kk_relay_joining who = { d->invite.id, as->keys.noise, d->hash };
    struct kk_msg_enrol body = { .request = { .label = kk_slice_text("pc") } };
    struct kk_message m = { .type = KK_MSG_ENROL, .id = 1, .body = &body };
    int r;

    memcpy(body.request.invite, d->invite.id, KK_ID_BYTES);
    ck_assert_int_eq(kk_enrol_request_make(&as->keys, body.request.label, bound_to, NULL,
                                           &body.request), 0);
    kk_bytes_clear(&s->answer);
    ck_assert_int_eq(kk_relay_begin(s->village.relay), 0);
    r = kk_relay_enrol(s->village.relay, &who, &m, &s->answer);
    if (r < 0)
        kk_relay_rollback(s->village.relay);
    else
        ck_assert_int_eq(kk_relay_commit(s->village.relay), 0);
    return r;
}

START_TEST(one_device_an_invitation)
{
    static const uint8_t elsewhere[KK_HASH_BYTES] = { 77 };
    struct bureau_device *second;
    struct kk_message m;
    struct kk_msg_log log = { .scope = kk_slice_text("w:14133"), .from_gsn = 1, .max = 2 };
    struct door open, late;
    struct scene s;

    scene_init(&s);
    second = bureau_stranger(&s.bureau);
    put_invite(&s, &open, 1, NOW + 1000);
    put_invite(&s, &late, 2, NOW - 1);
    ck_assert_int_lt(enrol(&s, &open, s.stranger, elsewhere), 0); /* of another session */
    ck_assert_int_eq(enrol(&s, &late, s.stranger, late.hash), KK_E_INVITE);
    ck_assert_int_eq(enrol(&s, &open, s.stranger, open.hash), 0);
    ck_assert_int_eq(enrol(&s, &open, s.stranger, open.hash), 0); /* it may ask again */
    ck_assert_int_eq(enrol(&s, &open, second, open.hash), KK_E_INVITE);
    ck_assert_int_eq(caller(&s, s.stranger).standing, KK_STANDING_PENDING);
    ck_assert_int_eq(ask(&s, s.stranger, KK_MSG_LOG, &log, &m), KK_E_PENDING);
    ck_assert_int_eq(get(&s, s.stranger, s.bureau.pub.blobs[0].ref.hash, 0), 0);
    scene_fini(&s);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("relay", &suite);

    tcase_set_timeout(c, 60);
    tcase_add_test(c, standing);
    tcase_add_test(c, hello_says_what_is_new);
    tcase_add_test(c, the_same_digest_ends_it);
    tcase_add_test(c, busy_before_a_roster);
    tcase_add_test(c, labels_decide_who_reads);
    tcase_add_loop_test(c, what_can_not_be_appended, 0, (int)KK_COUNT(pushes));
    tcase_add_test(c, what_saw_another_history);
    tcase_add_test(c, once_and_again);
    tcase_add_test(c, two_histories_of_a_device);
    tcase_add_test(c, a_key_two_epochs_old);
    tcase_add_test(c, a_key_to_come);
    tcase_add_test(c, an_undone_batch);
    tcase_add_test(c, a_write_cut_short);
    tcase_add_test(c, one_device_an_invitation);
    return suite;
}
