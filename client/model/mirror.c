/* The machine of a sync, its store and a mirror, joined (mirror.h). [MI-5] [MI-6] [MI-7] [MI-8] */
#include "model/mirror.h"

#include "model/answers.h"
#include "model/mirror_in.h"

#include "kukyoku/base/text.h"

#include <stdio.h>

#define CLIENT_NAME "kukyoku " KUKYOKU_VERSION

struct reading {
    struct mirror_shelf shelf;
    struct kk_home_sync sync;
    struct kk_sync machine;
    struct kk_sync_store base, store;
    struct kk_sync_line line;
    struct kk_answers answers;
    struct kk_mirror_report *report;
    bool bare; /* a home without a device */
};

/* --- answers --- */

static int give(struct reading *rd, enum kk_message_type type, uint32_t id, const void *body)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    int r = kk_message_encode(type, id, body, &plain);

    return r == 0 ? kk_answers_put(&rd->answers, kk_bytes_slice(&plain)) : r;
}

/* When the daemon said it, by an unchecked word; 0: it does not say. */
static uint64_t said_ms(struct kk_slice bytes)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_fresh fresh = { 0 };
    struct kk_doc doc;

    kk_arena_init(&arena, 64 * 1024);
    if (!bytes.data || kk_document_read(KK_DOC_FRESH, bytes, &arena, &doc) < 0 ||
        kk_shape_read(&kk_shape_fresh, doc.payload, &arena, &fresh, NULL) < 0)
        return 0;
    return fresh.issued_ms;
}

/* [MI-8] */
static void note_age(struct reading *rd)
{
    const struct kk_msg_welcome *w = &rd->shelf.welcome;
    const struct kk_trust *t = rd->sync.home->trust;
    const struct kk_catalog *catalog = kk_trust_catalog(t);
    const struct kk_fresh *fresh = kk_trust_fresh(t);

    rd->report->offers = w->catalog.version.ver;
    rd->report->behind =
        (catalog && kk_ver_compare(w->catalog.version, catalog->version) < 0) ||
        (rd->bare && fresh && said_ms(w->fresh) < fresh->issued_ms);
}

/*
 * A device's roster comes with rows that no mirror has, and the daemon's word on what is newest
 * speaks of its records as well, which no mirror brings. [MI-7]
 */
static void leave_to_daemon(struct kk_msg_welcome *w)
{
    w->roster = (struct kk_doc_ref){ .blob = { .len = 0 } };
    w->fresh = kk_slice(NULL, 0);
}

static int answer_hello(struct reading *rd, uint32_t id)
{
    int r = mirror_hear(&rd->shelf);

    if (r == 0)
        note_age(rd);
    if (r == 0)
        r = mirror_roots(&rd->shelf, kk_trust_root(rd->sync.home->trust)->ver);
    if (r < 0)
        return r;
    if (!rd->bare)
        leave_to_daemon(&rd->shelf.welcome);
    return give(rd, KK_MSG_WELCOME, id, &rd->shelf.welcome);
}

static int give_piece(struct reading *rd, uint32_t id, uint64_t offset,
                      const struct kk_fetch_got *got, bool last)
{
    int r = 0;

    for (size_t at = 0; r == 0 && at < got->bytes.len;) {
        size_t left = got->bytes.len - at;
        struct kk_msg_data data = { .offset = offset + at, .total = got->total };

        data.bytes = kk_slice(got->bytes.data + at,
                              left < KK_DATA_BYTES_MAX ? left : KK_DATA_BYTES_MAX);
        at += data.bytes.len;
        data.last = last && at == got->bytes.len;
        r = give(rd, KK_MSG_DATA, id, &data);
    }
    return r;
}

static bool is_document(const struct reading *rd, const uint8_t hash[KK_HASH_BYTES])
{
    const struct kk_msg_welcome *w = &rd->shelf.welcome;

    return memcmp(w->roster.blob.hash, hash, KK_HASH_BYTES) == 0 ||
           memcmp(w->catalog.blob.hash, hash, KK_HASH_BYTES) == 0;
}

/* A piece that broke off is given as it is, and the machine asks for the rest; documents whole. */
static int answer_get(struct reading *rd, uint32_t id, const struct kk_msg_get *get)
{
    struct kk_msg_get rest = *get;
    struct kk_fetch_got got;
    bool more = true;
    int r = 0;

    while (r == 0 && more) {
        r = mirror_piece(&rd->shelf, &rest, &got);
        if (r < 0)
            return r;
        more = is_document(rd, get->blob) && got.bytes.len < rest.max &&
               rest.offset + got.bytes.len < got.total;
        r = give_piece(rd, id, rest.offset, &got, !more);
        rest.offset += got.bytes.len;
        rest.max -= got.bytes.len;
    }
    return r;
}

static int ask(void *self, enum kk_message_type type, uint32_t id, const void *body)
{
    struct reading *rd = self;
    struct kk_error *err = rd->shelf.err;
    int r = KK_E_PROTOCOL;

    if (type == KK_MSG_HELLO)
        r = answer_hello(rd, id);
    else if (type == KK_MSG_GET)
        r = answer_get(rd, id, body);
    if (r == KK_E_NOT_FOUND) /* what it names must be there */
        err->fault = KK_E_MIRROR_UNREAD;
    return r;
}

/* --- what is kept, and when --- */

/* A catalog counts when the release that it names is here whole, not before. [MI-5] */
static int keep(void *self)
{
    struct reading *rd = KK_OWNER_OF(self, struct reading, sync);

    return rd->machine.state == KK_SYNC_CATALOG ? 0 : rd->base.keep(self);
}

static int apply(void *self)
{
    struct reading *rd = KK_OWNER_OF(self, struct reading, sync);
    int r = rd->base.keep(self);

    return r == 0 ? rd->base.apply(self) : r;
}

/* --- one mirror --- */

/* Is it the mirror's doing? What is the machine's own, or the authority's, keeps its code. */
static bool is_mirrors(int fault)
{
    return fault == KK_E_PROTOCOL ||
           (kk_error_info(fault)->exit == KK_EXIT_VERIFY && fault != KK_E_EXPIRED &&
            fault != KK_E_MIRROR);
}

static int settle(struct reading *rd, int r)
{
    struct kk_error *err = rd->shelf.err;

    if (r == 0 && !kk_sync_done(&rd->machine))
        r = KK_E_PROTOCOL;
    if (r < 0 && (err->fault == KK_E_MIRROR || err->fault == KK_E_MIRROR_UNREAD))
        return err->fault; /* said where it was found; the machine knows no such faults */
    if (r < 0 && is_mirrors(r))
        return mirror_blame(&rd->shelf, r, rd->machine.doing);
    if (r == KK_E_MIRROR)
        return kk_error_say(err, r, rd->shelf.url,
                            "the daemon's word that it shows names a newer release or roster than "
                            "it gives",
                            "示されたサーバーの文書が、渡された版より新しい版を指しています");
    if (r < 0 && !err->fault)
        kk_error_set(err, r, rd->shelf.url, "%s", rd->machine.doing);
    return r < 0 ? err->fault : 0;
}

static int run(struct reading *rd)
{
    int r = kk_sync_opened(&rd->machine, true, kk_slice_text(CLIENT_NAME));

    if (r == 0)
        r = kk_answers_hear(&rd->answers, &rd->machine);
    return settle(rd, r);
}

static int read_mirror(struct kk_home *h, const struct kk_mirror_options *o,
                       struct reading *rd, struct kk_error *err)
{
    struct kk_fetch_options from = { .base = rd->report->url, .silence_s = o->silence_s };
    int r = mirror_open(&rd->shelf, &from, err);

    if (r == 0)
        r = kk_home_sync_init(&rd->sync, h, err);
    if (r < 0)
        return r;
    rd->bare = !h->enrolled;
    rd->sync.only_public = true;
    rd->sync.progress = o->progress;
    rd->sync.user = o->user;
    rd->base = rd->store = kk_home_sync_store(&rd->sync);
    rd->store.keep = keep;
    rd->store.apply = apply;
    rd->line = (struct kk_sync_line){ .send = ask, .self = rd };
    kk_sync_init(&rd->machine, &rd->store, &rd->line);
    rd->machine.bare = rd->bare;
    r = run(rd);
    rd->report->counts = rd->machine.counts;
    rd->report->received = kk_fetch_received(rd->shelf.fetch);
    kk_sync_fini(&rd->machine);
    kk_home_sync_fini(&rd->sync);
    return r;
}

static int sync_once(struct kk_home *h, const struct kk_mirror_options *o,
                     struct kk_mirror_report *ret, struct kk_error *err)
{
    struct reading rd = { .report = ret };
    int r = read_mirror(h, o, &rd, err);

    kk_answers_fini(&rd.answers);
    mirror_close(&rd.shelf);
    return r;
}

/* --- one after another --- */

/* A device's facts tell of its syncs with the daemon, a home's without a device of these. */
static int note(struct kk_home *h, int fault, const struct kk_mirror_report *report,
                const struct kk_error *err)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    struct kk_slice none = kk_slice(NULL, 0);
    int64_t now = kk_os_now_ms();
    int r = h->enrolled ? 1 : kk_home_lock(h, &lock, NULL);

    if (r > 0)
        return 0;
    if (r == 0)
        r = kk_home_fact_put(h, KK_FACT_SYNC_TRIED_MS, now, none);
    if (r == 0)
        r = kk_home_clock_seen(h, now, false);
    if (r == 0)
        r = kk_home_fact_put(h, KK_FACT_SYNC_FAULT, fault, none);
    if (r == 0)
        r = kk_home_fact_put(h, KK_FACT_SYNC_WHY, 0, kk_slice_text(fault ? err->detail : ""));
    if (r == 0)
        r = kk_home_fact_put(h, KK_FACT_SYNC_WHY_JA, 0,
                             kk_slice_text(fault ? err->detail_ja : ""));
    if (r == 0 && fault == 0 && !report->behind)
        r = kk_home_fact_put(h, KK_FACT_SYNC_MS, now, kk_slice_text(KUKYOKU_VERSION));
    return r;
}

static void pass_over(const struct kk_mirror_options *o, const struct kk_mirror_report *report,
                      const struct kk_error *why)
{
    if (o->passed_over)
        o->passed_over(o->user, report, why);
}

/* What the last mirror gave and was not kept is forgotten: the home is read from disk again. */
static int forget(struct kk_home *h, struct kk_error *err)
{
    struct kk_home fresh = { 0 };
    int r = kk_home_open(h->dir, KK_HOME_WRITE, &fresh, err);

    if (r < 0)
        return r;
    kk_home_fini(h);
    *h = fresh;
    return 0;
}

/* Only what lies with the mirror lets the next be asked: a full disk is full for all of them. */
static bool is_next(int fault)
{
    return fault == KK_E_MIRROR || fault == KK_E_MIRROR_UNREAD || fault == KK_E_USAGE;
}

/* Until one is in order and not behind; *behind: the last one that was in order, if old. */
static int ask_each(struct kk_home *h, const struct kk_mirror_options *o,
                    struct kk_mirror_report *ret, struct kk_mirror_report *behind,
                    struct kk_error *err)
{
    int r = 0;

    for (size_t i = 0; i < o->mirrors->count; i++) {
        *err = (struct kk_error){ .fault = 0 };
        *ret = (struct kk_mirror_report){ .url = o->mirrors->urls[i] };
        r = sync_once(h, o, ret, err);
        if (r == 0 && !ret->behind)
            return 0;
        if (r == 0)
            *behind = *ret;
        if (r < 0 && !is_next(r))
            return r;
        if (i + 1 == o->mirrors->count)
            break;
        pass_over(o, ret, err);
        r = forget(h, err);
        if (r < 0)
            return r;
    }
    return r;
}

int kk_mirror_sync(struct kk_home *h, const struct kk_mirror_options *o,
                   struct kk_mirror_report *ret, struct kk_error *err)
{
    struct kk_mirror_report behind = { .url = NULL };
    const struct kk_catalog *catalog;
    int r, noted;

    *ret = (struct kk_mirror_report){ .url = "" };
    if (o->mirrors->count == 0)
        return kk_error_say(err, KK_E_MIRROR_UNREAD, h->dir, "no address of a mirror is known",
                            "ミラーの接続先がわかりません");
    r = ask_each(h, o, ret, &behind, err);
    if (r < 0 && is_next(r) && behind.url) { /* one was in order, if old */
        pass_over(o, ret, err);
        *ret = behind;
        r = 0;
    }
    catalog = kk_trust_catalog(h->trust);
    ret->catalog = catalog && r == 0 ? catalog->version.ver : 0;
    noted = note(h, r, ret, err);
    return r < 0 ? r : noted;
}

/* --- addresses --- */

bool kk_mirrors_add(struct kk_mirrors *m, struct kk_slice url)
{
    if (m->count == KK_MIRRORS_MAX || url.len == 0 || url.len > KK_FETCH_URL_MAX)
        return false;
    memcpy(m->urls[m->count], url.data, url.len);
    m->urls[m->count++][url.len] = '\0';
    return true;
}

int kk_mirrors_find(struct kk_home *h, struct kk_mirrors *ret)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes kept = { 0 };
    const struct kk_roster *roster = kk_trust_roster(h->trust);
    struct kk_slice rest, line;
    int64_t none;
    int r = kk_home_fact_get(h, KK_FACT_MIRROR, &none, &kept);

    *ret = (struct kk_mirrors){ .count = 0 };
    rest = kk_bytes_slice(&kept);
    while (r == 0 && kk_slice_line(&rest, &line))
        kk_mirrors_add(ret, line);
    for (size_t i = 0; r == 0 && roster && i < roster->settings.mirrors.count; i++)
        kk_mirrors_add(ret, roster->settings.mirrors.items[i].text);
    return r;
}

int kk_mirrors_keep(struct kk_home *h, const struct kk_mirrors *m)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes lines = { 0 };
    int r = 0;

    for (size_t i = 0; r == 0 && i < m->count; i++)
        r = kk_bytes_format(&lines, "%s\n", m->urls[i]);
    return r == 0 && lines.len ? kk_home_fact_put(h, KK_FACT_MIRROR, 0, kk_bytes_slice(&lines)) : r;
}

/* --- the first root --- */

#define FULL (2 * KK_HASH_BYTES)

bool kk_fingerprint_sound(const char *fingerprint)
{
    uint8_t id[KK_HASH_BYTES];
    size_t letters = 0;

    if (strlen(fingerprint) == FULL)
        return kk_hex_decode(fingerprint, id, KK_HASH_BYTES);
    for (size_t i = 0; fingerprint[i]; i++) {
        if (i % 5 == 4 ? fingerprint[i] != '-' : !strchr("abcdefghijklmnopqrstuvwxyz234567",
                                                         fingerprint[i]))
            return false;
        letters++;
    }
    return letters == KK_FINGERPRINT_TEXT - 1;
}

bool kk_root_is(struct kk_slice root, const char *fingerprint)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    uint8_t id[KK_HASH_BYTES], wanted[KK_HASH_BYTES];
    char print[KK_FINGERPRINT_TEXT];
    struct kk_doc doc;

    kk_arena_init(&arena, KK_DOCUMENT_BYTES_MAX);
    if (kk_document_read(KK_DOC_ROOT, root, &arena, &doc) < 0)
        return false;
    kk_document_id(&doc, id);
    if (strlen(fingerprint) == FULL)
        return kk_hex_decode(fingerprint, wanted, KK_HASH_BYTES) &&
               memcmp(id, wanted, KK_HASH_BYTES) == 0;
    kk_fingerprint(kk_slice(id, KK_HASH_BYTES), print);
    return strcmp(print, fingerprint) == 0;
}

/* From the newest down: the fingerprint may have been printed some roots ago. */
static int find_root(struct mirror_shelf *s, const char *fingerprint, struct kk_bytes *ret)
{
    uint64_t newest;
    int r = mirror_hear(s);

    newest = s->welcome.root_ver;
    for (uint64_t i = 0; r == 0 && i < KK_ROOT_CHAIN_MAX && i < newest; i++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes root = { 0 };

        r = mirror_root(s, newest - i, &root);
        if (r == KK_E_NOT_FOUND)
            return kk_error_set(s->err, KK_E_MIRROR_UNREAD, s->url, "root/%llu",
                                (unsigned long long)(newest - i));
        if (r == 0 && kk_root_is(kk_bytes_slice(&root), fingerprint))
            return kk_bytes_append_slice(ret, kk_bytes_slice(&root));
    }
    return r < 0 ? r : kk_error_set(s->err, KK_E_AUTHORITY, s->url, "%s", fingerprint);
}

int kk_mirror_root(const struct kk_fetch_options *from, const char *fingerprint,
                   struct kk_bytes *ret_root, struct kk_error *err)
{
    struct mirror_shelf s;
    int r = mirror_open(&s, from, err);

    if (r == 0)
        r = find_root(&s, fingerprint, ret_root);
    if (r < 0 && !err->fault)
        kk_error_set(err, r, from->base, "%s", "");
    mirror_close(&s);
    return r;
}
