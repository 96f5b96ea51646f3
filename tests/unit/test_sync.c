/*
 * The machine of a sync by itself, message by message: proto/sync/sync.c, proto/sync/documents.c,
 * proto/sync/logs.c, proto/sync/returns.c, proto/sync/blobs.c. Whole flows with a daemon are in
 * tests/flow.
 */
#include "ward.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/error.h"

#define NOW 1795392000000ll

/* A line that notes what was asked. */
struct script {
    struct bureau bureau;
    struct bureau_device *lead;
    struct ward ward;
    struct kk_sync sync;
    struct kk_sync_line line;
    enum kk_message_type types[64];
    uint32_t ids[64];
    size_t sent;
    struct kk_msg_get gets[64]; /* where types[i] is GET */
    bool deaf;             /* sending fails */
};

static int send(void *self, enum kk_message_type type, uint32_t id, const void *body)
{
    struct script *s = self;

    if (s->deaf)
        return KK_E_MEMORY;
    kk_assert(s->sent < KK_COUNT(s->types));
    s->types[s->sent] = type;
    s->ids[s->sent] = id;
    if (type == KK_MSG_GET)
        s->gets[s->sent] = *(const struct kk_msg_get *)body;
    s->sent++;
    return 0;
}

static void init(struct script *s)
{
    *s = (struct script){ 0 };
    bureau_init(&s->bureau, unit_seed(8), NOW);
    s->lead = bureau_stranger(&s->bureau);
    bureau_approve(&s->bureau, s->lead, KK_ROLE_LEAD, "14133");
    bureau_sign_roster(&s->bureau);
    ward_init(&s->ward, &s->bureau, &s->lead->keys);
    s->line = (struct kk_sync_line){ .send = send, .self = s };
    kk_sync_init(&s->sync, &s->ward.store, &s->line);
}

static void fini(struct script *s)
{
    kk_sync_fini(&s->sync);
    ward_fini(&s->ward);
    bureau_fini(&s->bureau);
}

static int hear(struct script *s, enum kk_message_type type, uint32_t id, const void *body)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_message m;

    kk_arena_init(&arena, KK_DOCUMENT_BYTES_MAX);
    ck_assert_int_eq(kk_message_encode(type, id, body, &plain), 0);
    ck_assert_int_eq(kk_message_decode(kk_bytes_slice(&plain), &arena, &m, NULL), 0);
    return kk_sync_message(&s->sync, &m, kk_bytes_slice(&plain));
}

static int hear_error(struct script *s, uint32_t id, enum kk_wire_code code)
{
    struct kk_msg_err err = { .code = code };

    return hear(s, KK_MSG_ERR, id, &err);
}

static struct kk_doc_ref ref_of(const struct kk_bytes *doc, uint64_t ver)
{
    struct kk_doc_ref ref = { .version = { .ver = ver }, .blob = { .len = doc->len } };

    kk_hash_of("blob", kk_bytes_slice(doc), ref.blob.hash);
    return ref;
}

static unsigned asked(const struct script *s, enum kk_message_type type)
{
    unsigned count = 0;

    for (size_t i = 0; i < s->sent; i++)
        count += s->types[i] == type;
    return count;
}

/* The request that asked for what has this hash. */
static size_t request_for(const struct script *s, const struct kk_bytes *bytes)
{
    struct kk_doc_ref ref = ref_of(bytes, 1);

    for (size_t i = 0; i < s->sent; i++) {
        if (s->types[i] == KK_MSG_GET &&
            memcmp(s->gets[i].blob, ref.blob.hash, KK_HASH_BYTES) == 0)
            return i;
    }
    return SIZE_MAX;
}

static int hear_what_was_asked(struct script *s, const struct kk_bytes *bytes)
{
    struct kk_msg_data data = { .total = bytes->len, .bytes = kk_bytes_slice(bytes),
                                .last = true };
    size_t i = request_for(s, bytes);

    ck_assert_uint_ne(i, SIZE_MAX);
    return hear(s, KK_MSG_DATA, s->ids[i], &data);
}

static int hear_bytes(struct script *s, const struct kk_bytes *bytes)
{
    struct kk_msg_data data = { .total = bytes->len, .bytes = kk_bytes_slice(bytes),
                                .last = true };

    return hear(s, KK_MSG_DATA, s->ids[s->sent - 1], &data);
}

/* All were asked for before the first came; they come in whatever order. */
static void bring_wraps(struct script *s)
{
    unsigned before = asked(s, KK_MSG_GET), brought = 0;

    for (size_t i = BUREAU_SCOPES; i > 0; i--) {
        if (request_for(s, &s->bureau.wraps[i - 1]) == SIZE_MAX)
            continue;
        ck_assert_int_eq(s->sync.state, KK_SYNC_WRAPS);
        ck_assert_uint_eq(asked(s, KK_MSG_GET), before);
        ck_assert_int_eq(hear_what_was_asked(s, &s->bureau.wraps[i - 1]), 0);
        brought++;
    }
    ck_assert_uint_gt(brought, 1);
}

/* As far as STATE and the logs beside it: the roster, its rows and the wraps were brought. */
static void reach_state(struct script *s)
{
    struct kk_msg_welcome w = { .server_ms = NOW, .root_ver = 1 };

    w.roster = ref_of(&s->bureau.roster_doc, 1);
    ck_assert_int_eq(kk_sync_opened(&s->sync, false, kk_slice_text("test")), 0);
    ck_assert_int_eq(s->types[0], KK_MSG_HELLO);
    ck_assert_int_eq(hear(s, KK_MSG_WELCOME, s->ids[0], &w), 0);
    ck_assert_str_eq(s->sync.doing, "roster");
    ck_assert_mem_eq(s->gets[1].blob, w.roster.blob.hash, KK_HASH_BYTES);
    ck_assert_int_eq(hear_bytes(s, &s->bureau.roster_doc), 0);
    ck_assert_int_eq(s->sync.state, KK_SYNC_ROSTER);
    ck_assert_int_eq(hear_bytes(s, &s->bureau.devices_blob), 0);
    ck_assert_int_eq(s->sync.state, KK_SYNC_WRAPS);
    bring_wraps(s);
    ck_assert_int_eq(s->sync.state, KK_SYNC_LOGS);
}

START_TEST(state_names)
{
    for (int i = KK_SYNC_START; i <= KK_SYNC_DONE; i++)
        ck_assert_uint_gt(strlen(kk_sync_state_name((enum kk_sync_state)i)), 0);
}
END_TEST

/* [SY-4] */
START_TEST(documents_in_order)
{
    struct script s;

    init(&s);
    reach_state(&s);
    ck_assert_uint_eq(s.sync.counts.documents, 1);
    /* roster and rows were kept on the way, not at the end [SY-1] */
    ward_crash(&s.ward);
    ck_assert_uint_eq(kk_trust_roster(s.ward.trust)->version.ver, 1);
    fini(&s);
}
END_TEST

START_TEST(answers_out_of_place)
{
    struct kk_msg_welcome w = { .server_ms = NOW, .root_ver = 1 };
    struct kk_msg_stated stated = { .server_ms = NOW };
    struct kk_msg_data data = { .total = 1, .bytes = kk_slice("x", 1), .last = true };
    struct kk_msg_entries entries = { .scope = kk_slice_text("int") };
    struct script s;

    init(&s);
    entries.head.scope = entries.scope;
    memset(entries.head.sig, 1, KK_SIG_BYTES);
    ck_assert_int_eq(hear(&s, KK_MSG_WELCOME, 1, &w), KK_E_PROTOCOL); /* before HELLO */
    ck_assert_int_eq(kk_sync_opened(&s.sync, false, kk_slice_text("test")), 0);
    ck_assert_int_eq(hear(&s, KK_MSG_STATED, 1, &stated), KK_E_PROTOCOL);
    ck_assert_int_eq(hear(&s, KK_MSG_DATA, 1, &data), KK_E_PROTOCOL);
    ck_assert_int_eq(hear(&s, KK_MSG_ENTRIES, 1, &entries), KK_E_PROTOCOL);
    fini(&s);
    init(&s);
    reach_state(&s);
    ck_assert_int_eq(hear(&s, KK_MSG_WELCOME, 1, &w), KK_E_PROTOCOL);
    ck_assert_int_eq(hear(&s, KK_MSG_STATED, s.ids[s.sent - 1], &stated), 0);
    ck_assert_int_eq(hear(&s, KK_MSG_STATED, s.ids[s.sent - 1], &stated), KK_E_PROTOCOL);
    ck_assert_int_eq(s.types[s.sent - 1], KK_MSG_LOG);
    /* the right kind of answer, to another question; then to this one, of another scope */
    ck_assert_int_eq(hear(&s, KK_MSG_ENTRIES, s.ids[s.sent - 1] + 1, &entries), KK_E_PROTOCOL);
    ck_assert_int_eq(hear(&s, KK_MSG_ENTRIES, s.ids[s.sent - 1], &entries), KK_E_PROTOCOL);
    fini(&s);
}
END_TEST

/* [SY-4] [SY-6]: what is known to be needed is asked for at once, and nothing twice. */
START_TEST(few_round_trips)
{
    struct kk_msg_stated stated = { .server_ms = NOW };
    size_t state = 0;
    struct script s;

    init(&s);
    reach_state(&s);
    while (s.types[state] != KK_MSG_STATE)
        state++;
    ck_assert_uint_eq(asked(&s, KK_MSG_STATE), 1);
    ck_assert_uint_gt(asked(&s, KK_MSG_LOG), 1);
    ck_assert_uint_eq(state + 1 + asked(&s, KK_MSG_LOG), s.sent); /* beside STATE */
    ck_assert_uint_le(1 + asked(&s, KK_MSG_LOG), KK_REQUESTS_IN_FLIGHT_MAX);
    for (size_t i = 0; i < s.sent; i++) {
        for (size_t j = i + 1; s.types[i] == KK_MSG_GET && j < s.sent; j++)
            ck_assert(s.types[j] != KK_MSG_GET ||
                      memcmp(s.gets[i].blob, s.gets[j].blob, KK_HASH_BYTES) != 0);
    }
    ck_assert_int_eq(hear(&s, KK_MSG_STATED, s.ids[state], &stated), 0);
    ck_assert_int_eq(s.sync.state, KK_SYNC_LOGS);
    fini(&s);
}
END_TEST

/* [SY-4]: the catalog may come first, and is taken when its turn comes. */
START_TEST(catalog_beside_the_roster)
{
    KK_AUTO_FINI(press_table) struct press_table table;
    struct kk_msg_welcome w = { .server_ms = NOW, .root_ver = 1 };
    struct script s;

    init(&s);
    press_table_init(&table);
    press_fill(&table, 100, 17, 100);
    bureau_publish(&s.bureau, &table, NULL);
    w.roster = ref_of(&s.bureau.roster_doc, 1);
    w.catalog = ref_of(&s.bureau.catalog_doc, s.bureau.release);
    ck_assert_int_eq(kk_sync_opened(&s.sync, false, kk_slice_text("test")), 0);
    ck_assert_int_eq(hear(&s, KK_MSG_WELCOME, s.ids[0], &w), 0);
    ck_assert_uint_eq(asked(&s, KK_MSG_GET), 2);
    ck_assert_int_eq(hear_what_was_asked(&s, &s.bureau.catalog_doc), 0);
    ck_assert_ptr_null(kk_trust_catalog(s.ward.trust)); /* nobody vouches for its signers yet */
    ck_assert_int_eq(s.sync.state, KK_SYNC_ROSTER);
    ck_assert_int_eq(hear_what_was_asked(&s, &s.bureau.roster_doc), 0);
    ck_assert_int_eq(hear_what_was_asked(&s, &s.bureau.devices_blob), 0);
    bring_wraps(&s);
    ck_assert_ptr_nonnull(kk_trust_catalog(s.ward.trust));
    ck_assert_int_eq(s.sync.state, KK_SYNC_LOGS);
    ck_assert_uint_eq(s.sync.counts.documents, 2);
    fini(&s);
}
END_TEST

/* WELCOME with a catalog of a release inside. */
static struct kk_msg_welcome welcome_with_catalog(struct script *s)
{
    KK_AUTO_FINI(press_table) struct press_table table;
    struct kk_msg_welcome w = { .server_ms = NOW, .root_ver = 1 };

    press_table_init(&table);
    press_fill(&table, 100, 17, 100);
    bureau_publish(&s->bureau, &table, NULL);
    w.roster = ref_of(&s->bureau.roster_doc, 1);
    w.catalog = ref_of(&s->bureau.catalog_doc, s->bureau.release);
    w.catalog_doc = kk_bytes_slice(&s->bureau.catalog_doc);
    return w;
}

/* As far as STATE, the logs and, beside them, what the release needs first. */
static void reach_release(struct script *s, const struct kk_msg_welcome *w)
{
    ck_assert_int_eq(kk_sync_opened(&s->sync, false, kk_slice_text("test")), 0);
    ck_assert_int_eq(hear(s, KK_MSG_WELCOME, s->ids[0], w), 0);
    ck_assert_uint_eq(request_for(s, &s->bureau.catalog_doc), SIZE_MAX); /* it is here [SY-4] */
    ck_assert_int_eq(hear_what_was_asked(s, &s->bureau.roster_doc), 0);
    ck_assert_int_eq(hear_what_was_asked(s, &s->bureau.devices_blob), 0);
    bring_wraps(s);
    ck_assert_int_eq(s->sync.state, KK_SYNC_LOGS);
}

static void reach_manifest(struct script *s)
{
    struct kk_msg_welcome w = welcome_with_catalog(s);

    reach_release(s, &w);
}

static const struct press_blob *blob_of_kind(const struct script *s, enum kk_blob_kind kind)
{
    const struct press *p = &s->bureau.pub;

    for (size_t i = 0; i < p->count; i++) {
        if (p->blobs[i].kind == kind)
            return &p->blobs[i];
    }
    return NULL;
}

/* What WELCOME brings is held against its hash, as what is asked for is. [SY-5] */
START_TEST(another_catalog_in_welcome)
{
    for (int shorter = 0; shorter <= 1; shorter++) {
        struct script s;
        struct kk_msg_welcome w;

        init(&s);
        w = welcome_with_catalog(&s);
        if (shorter)
            w.catalog_doc.len--;
        else
            w.catalog.blob.hash[0] ^= 1;
        ck_assert_int_eq(kk_sync_opened(&s.sync, false, kk_slice_text("test")), 0);
        ck_assert_int_eq(hear(&s, KK_MSG_WELCOME, s.ids[0], &w), KK_E_HASH);
        ck_assert_ptr_null(kk_trust_catalog(s.ward.trust));
        fini(&s);
    }
}
END_TEST

/* What names packs is asked for beside the logs, and of these as many as fill the line. [SY-9] */
START_TEST(manifest_beside_the_logs)
{
    const struct press_blob *manifest, *index, *pack;
    struct script s;

    init(&s);
    reach_manifest(&s);
    manifest = blob_of_kind(&s, KK_BLOB_MANIFEST);
    index = blob_of_kind(&s, KK_BLOB_INDEX);
    pack = blob_of_kind(&s, KK_BLOB_PACK);
    ck_assert_uint_lt(request_for(&s, &manifest->bytes), s.sent);
    ck_assert_uint_gt(asked(&s, KK_MSG_LOG), 1);
    ck_assert_uint_le(2 + asked(&s, KK_MSG_LOG), KK_REQUESTS_IN_FLIGHT_MAX); /* with STATE */
    ck_assert_int_eq(hear_what_was_asked(&s, &manifest->bytes), 0);
    ck_assert_int_eq(s.sync.state, KK_SYNC_LOGS);
    ck_assert_int_eq(hear_what_was_asked(&s, &index->bytes), 0);
    ck_assert_int_eq(s.sync.state, KK_SYNC_LOGS);
    ck_assert_uint_lt(request_for(&s, &pack->bytes), s.sent);
    ck_assert_uint_eq(s.sync.counts.blobs, 2);
    fini(&s);
}
END_TEST

/* Told in WELCOME, it is not asked for; what is not what is wanted is passed over. [SY-18] */
START_TEST(front_in_welcome)
{
    for (int wrong = 0; wrong <= 1; wrong++) {
        const struct kk_bytes *manifest;
        struct kk_msg_welcome w;
        uint8_t told[256];
        struct script s;

        init(&s);
        w = welcome_with_catalog(&s);
        manifest = &blob_of_kind(&s, KK_BLOB_MANIFEST)->bytes;
        memcpy(told, manifest->data, manifest->len);
        told[0] ^= (uint8_t)wrong;
        w.front.items = &(struct kk_blob_item){ kk_slice(told, manifest->len) };
        w.front.count = 1;
        reach_release(&s, &w);
        ck_assert_uint_eq(request_for(&s, manifest) < s.sent, wrong);
        ck_assert(wrong == (request_for(&s, &blob_of_kind(&s, KK_BLOB_INDEX)->bytes) == SIZE_MAX));
        fini(&s);
    }
}
END_TEST

/* Where lines are cut, little is asked for at a time, of blobs and of logs. [SY-17] */
START_TEST(a_careful_sync)
{
    const struct press_blob *manifest;
    struct script s;

    init(&s);
    s.sync.careful = true;
    reach_manifest(&s);
    manifest = blob_of_kind(&s, KK_BLOB_MANIFEST);
    ck_assert_uint_eq(s.gets[request_for(&s, &manifest->bytes)].max, KK_SYNC_CAREFUL_BYTES);
    ck_assert_int_eq(hear_what_was_asked(&s, &manifest->bytes), 0);
    ck_assert_int_eq(hear_what_was_asked(&s, &blob_of_kind(&s, KK_BLOB_INDEX)->bytes), 0);
    ck_assert_uint_eq(request_for(&s, &blob_of_kind(&s, KK_BLOB_PACK)->bytes), SIZE_MAX);
    for (size_t i = 0; i < KK_COUNT(s.sync.logs); i++)
        ck_assert(s.sync.logs[i].id == 0 || s.sync.logs[i].log.max == KK_SYNC_CAREFUL_ENTRIES);
    fini(&s);
}
END_TEST

/* A release that can't be had keeps no record back: it is a fault in its turn. [SY-9] [SY-12] */
START_TEST(manifest_that_is_not_there)
{
    const struct press_blob *manifest;
    struct script s;
    size_t sent;

    init(&s);
    reach_manifest(&s);
    manifest = blob_of_kind(&s, KK_BLOB_MANIFEST);
    sent = s.sent;
    ck_assert_int_eq(hear_error(&s, s.ids[request_for(&s, &manifest->bytes)], KK_WIRE_NOTFOUND), 0);
    ck_assert_int_eq(s.sync.state, KK_SYNC_LOGS);
    for (size_t i = sent; i < s.sent; i++)
        ck_assert_int_ne(s.types[i], KK_MSG_GET); /* not asked for again before its turn */
    fini(&s);
}
END_TEST

/* [SY-5] */
START_TEST(document_of_another_hash)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes other = { 0 };
    struct kk_msg_welcome w = { .server_ms = NOW, .root_ver = 1 };
    struct script s;

    init(&s);
    w.roster = ref_of(&s.bureau.roster_doc, 1);
    ck_assert_int_eq(kk_sync_opened(&s.sync, false, kk_slice_text("test")), 0);
    ck_assert_int_eq(hear(&s, KK_MSG_WELCOME, s.ids[0], &w), 0);
    ck_assert_int_eq(kk_bytes_append_slice(&other, kk_bytes_slice(&s.bureau.roster_doc)), 0);
    other.data[0] ^= 1;
    ck_assert_int_eq(hear_bytes(&s, &other), KK_E_HASH);
    ck_assert_ptr_null(kk_trust_roster(s.ward.trust));
    fini(&s);
}
END_TEST

/* Every code of the wire is a fault with a remedy of its own. */
START_TEST(refusals_are_faults)
{
    static const struct {
        enum kk_wire_code code;
        int fault;
    } rows[] = {
        { KK_WIRE_REVOKED, KK_E_REVOKED },       { KK_WIRE_PENDING, KK_E_PENDING },
        { KK_WIRE_BUSY, KK_E_PEER_BUSY },        { KK_WIRE_RATE, KK_E_PEER_BUSY },
        { KK_WIRE_NOTFOUND, KK_E_BLOB_MISSING }, { KK_WIRE_SCOPE, KK_E_SCOPE },
        { KK_WIRE_ROLE, KK_E_ROLE },             { KK_WIRE_SIG, KK_E_SIGNATURE },
        { KK_WIRE_EPOCH, KK_E_EPOCH },           { KK_WIRE_CHAIN, KK_E_CHAIN },
        { KK_WIRE_FORK, KK_E_FORK },             { KK_WIRE_INVITE, KK_E_INVITE },
        { KK_WIRE_PROTO, KK_E_PROTOCOL },        { KK_WIRE_LIMIT, KK_E_PROTOCOL },
    };
    struct script s;

    for (size_t i = 0; i < KK_COUNT(rows); i++) {
        init(&s);
        ck_assert_int_eq(kk_sync_opened(&s.sync, false, kk_slice_text("test")), 0);
        ck_assert_int_eq(hear_error(&s, s.ids[0], rows[i].code), rows[i].fault);
        fini(&s);
    }
}
END_TEST

/* BUSY sets nothing aside; a refusal does, and the flow goes on. [SY-8] */
START_TEST(push_refused)
{
    static const uint8_t rec[KK_ID_BYTES] = { 3 };
    struct kk_msg_welcome same = { .server_ms = NOW, .same = true };
    struct script s;

    for (int busy = 0; busy <= 1; busy++) {
        init(&s);
        reach_state(&s);
        kk_sync_fini(&s.sync);
        kk_sync_init(&s.sync, &s.ward.store, &s.line);
        s.sent = 0;
        ward_write(&s.ward, 6, 0, 1, rec);
        ck_assert_int_eq(kk_sync_opened(&s.sync, false, kk_slice_text("test")), 0);
        ck_assert_int_eq(hear(&s, KK_MSG_WELCOME, s.ids[0], &same), 0);
        ck_assert_int_eq(s.types[s.sent - 1], KK_MSG_PUSH); /* also where nothing is new [SY-3] */
        ck_assert_int_eq(hear_error(&s, s.ids[s.sent - 1], busy ? KK_WIRE_BUSY : KK_WIRE_CHAIN),
                         busy ? KK_E_PEER_BUSY : 0);
        ck_assert_uint_eq(s.ward.logs[6].out[0].refused, busy ? 0 : KK_WIRE_CHAIN);
        ck_assert(kk_sync_done(&s.sync) == !busy);
        fini(&s);
    }
}
END_TEST

START_TEST(line_that_cannot_send)
{
    struct script s;

    init(&s);
    s.deaf = true;
    ck_assert_int_eq(kk_sync_opened(&s.sync, false, kk_slice_text("test")), KK_E_MEMORY);
    fini(&s);
}
END_TEST

/* --- entries for a restored daemon [ER-4] --- */

static struct {
    unsigned left, taken, refused;
} returning;

static int wanted(void *self, const struct kk_msg_stated *stated)
{
    (void)self;
    (void)stated;
    return 0;
}

static int return_next(void *self, struct kk_arena *arena, struct kk_msg_recover *ret)
{
    static const struct kk_entry entry = {
        .gsn = 1, .tv = 1, .sig = { 1 },
        .op = { .inc = 1, .seq = 1, .hlc = 1, .act = 1, .epoch = 1, .rec = { 1 } }
    };

    (void)self;
    (void)arena;
    if (returning.left == 0)
        return 0;
    returning.left--;
    *ret = (struct kk_msg_recover){ .scope = kk_slice_text("int"), .entries = { &entry, 1 } };
    return 1;
}

static int return_taken(void *self, const struct kk_msg_recovered *m)
{
    (void)self;
    returning.taken += m != NULL;
    returning.refused += m == NULL;
    return 0;
}

static void reach_return(struct script *s)
{
    struct kk_msg_welcome w = { .server_ms = NOW, .same = true };

    init(s);
    s->ward.store.wanted = wanted;
    s->ward.store.return_next = return_next;
    s->ward.store.return_taken = return_taken;
    memset(&returning, 0, sizeof(returning));
    returning.left = 2;
    ck_assert_int_eq(kk_sync_opened(&s->sync, false, kk_slice_text("test")), 0);
    ck_assert_int_eq(hear(s, KK_MSG_WELCOME, s->ids[0], &w), 0);
    ck_assert_int_eq(s->sync.state, KK_SYNC_RETURNING);
    ck_assert_uint_eq(asked(s, KK_MSG_RECOVER), 1); /* one at a time */
}

START_TEST(what_is_given_back)
{
    struct kk_msg_recovered done = { .scope = kk_slice_text("int"), .gsn = 1, .taken = 1 };
    struct script s;

    reach_return(&s);
    ck_assert_int_eq(hear(&s, KK_MSG_RECOVERED, s.ids[s.sent - 1] + 1, &done), KK_E_PROTOCOL);
    ck_assert_int_eq(hear(&s, KK_MSG_RECOVERED, s.ids[s.sent - 1], &done), 0);
    ck_assert_uint_eq(asked(&s, KK_MSG_RECOVER), 2);
    /* what the daemon can't use does not stop the sync */
    ck_assert_int_eq(hear_error(&s, s.ids[s.sent - 1], KK_WIRE_SIG), 0);
    ck_assert(returning.taken == 1 && returning.refused == 1);
    ck_assert_uint_eq(s.sync.counts.returned, 1);
    ck_assert_int_ne(s.sync.state, KK_SYNC_RETURNING);
    fini(&s);
    reach_return(&s);
    ck_assert_int_eq(hear_error(&s, s.ids[s.sent - 1], KK_WIRE_BUSY), KK_E_PEER_BUSY);
    fini(&s);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("sync", &suite);

    tcase_add_test(c, state_names);
    tcase_add_test(c, documents_in_order);
    tcase_add_test(c, answers_out_of_place);
    tcase_add_test(c, few_round_trips);
    tcase_add_test(c, what_is_given_back);
    tcase_add_test(c, catalog_beside_the_roster);
    tcase_add_test(c, another_catalog_in_welcome);
    tcase_add_test(c, manifest_beside_the_logs);
    tcase_add_test(c, front_in_welcome);
    tcase_add_test(c, a_careful_sync);
    tcase_add_test(c, manifest_that_is_not_there);
    tcase_add_test(c, document_of_another_hash);
    tcase_add_test(c, refusals_are_faults);
    tcase_add_test(c, push_refused);
    tcase_add_test(c, line_that_cannot_send);
    return suite;
}
