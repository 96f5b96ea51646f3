/* Gathering what doctor_judge.c judges: the home, its files, the machine. Nothing is changed. */
#include "model/doctor.h"

#include "model/erasure.h"
#include "model/sync_turn.h"

#include "kukyoku/base/text.h"

#include <stdio.h>
#include <stdlib.h>

#define HOUR_MS (60 * 60 * 1000ll)

struct looking {
    const char *dir;
    struct kk_doctor_facts *facts;
};

bool kk_doctor_is_key(const char *name)
{
    static const char *const keys[] = { "device.key", "sign.key", "desk.key", "scopes.key",
                                        "daemon.key" };

    for (size_t i = 0; i < KK_COUNT(keys); i++) {
        if (strcmp(name, keys[i]) == 0)
            return true;
    }
    return false;
}

/* "anything.0123456789abcdef.part", as os.h makes them beside the file that they become. */
bool kk_doctor_leftover(const char *name, int64_t modified_ms, int64_t now_ms)
{
    static const char tail[] = ".0123456789abcdef.part";
    size_t len = strlen(name), tail_len = sizeof tail - 1;

    if (len <= tail_len || strcmp(name + len - 5, ".part") != 0 || name[len - tail_len] != '.')
        return false;
    if (strspn(name + len - tail_len + 1, "0123456789abcdef") != 16)
        return false;
    return now_ms - modified_ms > HOUR_MS;
}

/* Both names must be left out: a browser is given the one, a person types the other. */
bool kk_doctor_proxied(const char *proxy, const char *except)
{
    if (!proxy || !proxy[0])
        return false;
    if (!except)
        return true;
    return strcmp(except, "*") != 0 &&
           (!strstr(except, "127.0.0.1") || !strstr(except, "localhost"));
}

/* --- the folder and its files --- */

/* As every save does it: on the disk when it returns. The quickest may have met an idle disk. */
static int probe(const char *home, struct kk_doctor_facts *f)
{
    char path[KK_OS_PATH_MAX];
    int64_t took[3], began;
    int r = kk_os_path_join(home, "probe.tmp", path);

    for (size_t i = 0; r == 0 && i < KK_COUNT(took); i++) {
        began = kk_os_monotonic_ms();
        r = kk_os_file_write(path, kk_slice_text("a trial of the disk\n"), KK_OS_PRIVATE, NULL);
        took[i] = kk_os_monotonic_ms() - began;
    }
    kk_ignore(kk_os_file_remove(path, NULL));
    f->probe_fault = r;
    if (r == 0) {
        int64_t low = took[0] < took[1] ? took[0] : took[1];
        int64_t high = took[0] < took[1] ? took[1] : took[0];

        f->probe_ms = took[2] < low ? low : took[2] > high ? high : took[2];
    }
    return r == KK_E_MEMORY ? r : 0;
}


static int look_database(struct looking *l, const char *name, const char *path)
{
    struct kk_doctor_facts *f = l->facts;
    bool state = strcmp(name, "state.db") == 0;
    struct kk_doctor_file *at = &f->files[f->file_count];

    if (f->file_count == KK_DOCTOR_FILES_MAX || strlen(name) >= sizeof at->name)
        return 0; /* no file of this program has such a name */
    f->file_count++;
    snprintf(at->name, sizeof at->name, "%s", name);
    at->fault = kk_db_inspect(path, &at->is, NULL);
    at->known = state ? kk_home_schema_version() : kk_replica_schema_version();
    at->own = at->is.application_id ==
              (state ? KK_HOME_APPLICATION_ID : KK_REPLICA_APPLICATION_ID);
    return at->fault == KK_E_MEMORY ? at->fault : 0;
}

static int look_file(void *user, const char *name)
{
    struct looking *l = user;
    struct kk_doctor_facts *f = l->facts;
    char path[KK_OS_PATH_MAX];
    struct kk_os_place is;

    if (kk_os_path_join(l->dir, name, path) < 0 || kk_os_look(path, &is, NULL) < 0)
        return 0;
    if (kk_doctor_is_key(name) && is.there && (is.mode & 077)) {
        f->loose_keys++;
        snprintf(f->loose_key, sizeof f->loose_key, "%s", name);
    }
    if (is.there && kk_doctor_leftover(name, is.modified_ms, f->now_ms))
        f->leftovers++;
    return kk_text_ends(name, ".db") ? look_database(l, name, path) : 0;
}

static int look_folder(const char *home, struct kk_doctor_facts *f)
{
    struct looking l = { home, f };
    int r;

    f->folder_fault = kk_os_look(home, &f->folder, NULL);
    f->lock_fault = kk_os_lock_look(home, KK_OS_LOCK_HOME, &f->lock, NULL);
    f->encrypted = kk_os_encrypted(home, &f->hidden);
    if (f->folder_fault || !f->folder.is_dir)
        return 0;
    f->sync_lock_fault = kk_os_lock_look(home, KK_OS_LOCK_SYNC, &f->sync_lock, NULL);
    f->probe_fault = KK_E_IO;
    if (f->folder.own && !f->folder.read_only && probe(home, f) < 0)
        return KK_E_MEMORY;
    r = kk_os_dir_list(home, look_file, &l, NULL);
    if (r < 0 && r != KK_E_MEMORY)
        f->folder_fault = r;
    return r == KK_E_MEMORY ? r : 0;
}

/* --- documents --- */

static int64_t newest(int64_t a, uint64_t b)
{
    return a > (int64_t)b ? a : (int64_t)b;
}

/* Signatures under the newest release, counted again. */
static int look_signatures(const struct kk_home *h, struct kk_doctor_facts *f)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    const struct kk_catalog *catalog = kk_trust_catalog(h->trust);
    const struct kk_root_role *role =
        catalog ? kk_trust_role_of(h->trust, KK_TRUST_PUBLISHER, catalog->version.gen) : NULL;
    struct kk_doc doc;
    uint32_t bits = 0;
    int r;

    if (!role)
        return 0;
    kk_arena_init(&arena, 4 * KK_DOCUMENT_BYTES_MAX);
    r = kk_document_read(KK_DOC_CATALOG, kk_trust_bytes(h->trust, KK_DOC_CATALOG), &arena, &doc);
    if (r == 0)
        r = kk_document_signers(&doc, role, &bits);
    f->release = catalog->version.ver;
    f->needed = (unsigned)role->threshold;
    f->signers = (unsigned)__builtin_popcount(bits);
    return r == KK_E_MEMORY ? r : 0; /* what cannot be read has no signature */
}

/* What is held of the newest release is what was signed. Whether all of it is here, sync says. */
static int look_rows(struct kk_home *h, struct kk_doctor_facts *f)
{
    KK_AUTO_FINI(kk_replicas) struct kk_replicas all = { 0 };
    const struct kk_catalog *catalog = kk_trust_catalog(h->trust);
    int r = 0;

    kk_replicas_init(&all, h, KK_REPLICA_READ);
    for (size_t i = 0; catalog && r != KK_E_MEMORY && i < catalog->scopes.count; i++) {
        const struct kk_catalog_scope *row = &catalog->scopes.items[i];
        struct kk_replica_held held;
        struct kk_replica *replica;

        r = kk_replicas_get(&all, row->scope, &replica, NULL);
        if (r == 0)
            r = kk_replica_held(replica, &held);
        if (r == 0 && held.release == catalog->version.ver &&
            memcmp(held.state, row->state, KK_HASH_BYTES) != 0)
            snprintf(f->at_odds, sizeof f->at_odds, "%.*s", (int)row->scope.len,
                     (const char *)row->scope.data);
    }
    return r == KK_E_MEMORY ? r : 0; /* a file that is damaged is told by integrity */
}

static void look_documents(const struct kk_home *h, struct kk_doctor_facts *f)
{
    const struct kk_root *root = kk_trust_root(h->trust);
    const struct kk_roster *roster = kk_trust_roster(h->trust);
    const struct kk_catalog *catalog = kk_trust_catalog(h->trust);

    if (root) {
        f->signed_ms = newest(f->signed_ms, root->issued_ms);
        f->root_expires = (int64_t)root->expires_ms;
    }
    if (roster) {
        f->signed_ms = newest(f->signed_ms, roster->issued_ms);
        f->roster_expires = (int64_t)roster->expires_ms;
    }
    if (catalog) {
        f->signed_ms = newest(f->signed_ms, catalog->issued_ms);
        f->catalog_expires = (int64_t)catalog->expires_ms;
    }
    f->broken_wraps = h->broken_wraps;
}

static void count_lead(const struct kk_device_span *span, struct kk_doctor_facts *f)
{
    char holder[sizeof f->wards[0].holder];
    size_t i = 0;

    while (i < f->ward_count && !kk_slice_is(span->ward, f->wards[i].ward))
        i++;
    if (i == KK_DOCTOR_WARDS_MAX)
        return;
    if (i == f->ward_count) {
        snprintf(f->wards[i].ward, sizeof f->wards[i].ward, "%.*s", (int)span->ward.len,
                 (const char *)span->ward.data);
        f->ward_count++;
    }
    if (span->role != KK_ROLE_LEAD)
        return;
    snprintf(holder, sizeof holder, "%.*s", (int)span->holder.len,
             (const char *)span->holder.data);
    if (f->wards[i].leads == 0)
        memcpy(f->wards[i].holder, holder, sizeof holder);
    if (f->wards[i].leads == 0 || strcmp(f->wards[i].holder, holder) != 0)
        f->wards[i].leads++;
}

/* A ward looks at its own leads, the bureau at those of every ward. */
static void look_leads(const struct kk_home *h, struct kk_doctor_facts *f)
{
    const struct kk_roster_view *view = kk_trust_view(h->trust);
    const struct kk_device_span *own = kk_home_span(h);

    for (size_t i = 0; view && i < view->devices->rows.count; i++) {
        const struct kk_device_span *span =
            kk_device_span_newest(&view->devices->rows.items[i]);

        if (span->status != KK_STATUS_ACTIVE || span->ward.len == 0)
            continue;
        if (own && own->ward.len && !kk_slice_equal(own->ward, span->ward))
            continue;
        count_lead(span, f);
    }
}

static int count_past(void *user, const struct kk_record *record, int64_t touched_ms)
{
    struct kk_doctor_facts *f = user;

    (void)record;
    (void)touched_ms;
    f->past_years++;
    return 0;
}

/* Only where somebody has said how long: it opens every record. */
static int look_retention(struct kk_home *h, struct kk_doctor_facts *f)
{
    KK_AUTO_FINI(kk_records) struct kk_records records = { 0 };
    const struct kk_roster *roster = kk_trust_roster(h->trust);
    struct kk_error err = { 0 };
    int r = 0;

    f->years = roster ? (unsigned)roster->settings.retention_years : 0;
    if (f->years && kk_home_span(h))
        r = kk_records_open(&records, h, KK_REPLICA_READ, &err);
    if (r == 0 && records.home)
        r = kk_retention_each(&records, count_past, f);
    return r == KK_E_MEMORY ? r : 0; /* a file that is damaged is told by integrity */
}

static int look_home(const char *home, struct kk_doctor_facts *f)
{
    KK_AUTO_FINI(kk_home) struct kk_home h = { 0 };
    char path[KK_OS_PATH_MAX];
    int r = kk_home_open(home, KK_HOME_READ, &h, &f->home);

    if (r < 0) {
        f->home.fault = r;
        return r == KK_E_MEMORY ? r : 0;
    }
    f->sign_key = kk_home_path(&h, "sign.key", path, NULL) == 0 && kk_os_exists(path);
    look_documents(&h, f);
    look_leads(&h, f);
    if (look_signatures(&h, f) < 0 || look_rows(&h, f) < 0 ||
        look_retention(&h, f) < 0)
        return KK_E_MEMORY;
    r = kk_model_state(&h, &f->state, &f->state_error);
    f->state_error.fault = r;
    return r == KK_E_MEMORY ? r : 0;
}

/* --- desks --- */

static int look_desk(void *user, const char *name)
{
    static const char *const keys[] = { "desk.key", "daemon.key" };
    const struct looking *l = user;
    char dir[KK_OS_PATH_MAX], path[KK_OS_PATH_MAX];

    for (size_t i = 0; i < KK_COUNT(keys); i++) {
        if (kk_os_path_join(l->dir, name, dir) < 0 || kk_os_path_join(dir, keys[i], path) < 0 ||
            !kk_os_exists(path))
            continue;
        if (l->facts->desks < 2)
            snprintf(l->facts->desk[l->facts->desks], sizeof l->facts->desk[0], "%s", name);
        l->facts->desks++;
        break;
    }
    return 0;
}

/* The home may be a desk, and then others stand beside it. */
static int look_desks(const char *home, const struct kk_doctor_options *o,
                      struct kk_doctor_facts *f)
{
    char above[KK_OS_PATH_MAX];
    struct looking l = { above, f };
    char *slash;
    int r = 0;

    f->demo = o->demo;
    snprintf(above, sizeof above, "%s", home);
    slash = strrchr(above, '/');
    if (slash && slash != above) {
        *slash = '\0';
        r = kk_os_dir_list(above, look_desk, &l, NULL);
    }
    for (size_t i = 0; r != KK_E_MEMORY && i < o->dir_count; i++) {
        l.dir = o->dirs[i];
        if (strcmp(l.dir, above) != 0)
            r = kk_os_dir_list(l.dir, look_desk, &l, NULL);
    }
    return r == KK_E_MEMORY ? r : 0; /* a folder that can't be read holds no desk of ours */
}

int kk_doctor_gather(const char *home, const struct kk_doctor_options *o,
                     struct kk_doctor_facts *ret)
{
    int r;

    *ret = (struct kk_doctor_facts){ .now_ms = kk_os_now_ms() };
    r = look_folder(home, ret);
    if (r == 0)
        r = look_home(home, ret);
    if (r == 0)
        r = look_desks(home, o, ret);
    if (o->settings)
        ret->settings = *o->settings;
    ret->proxied = kk_doctor_proxied(getenv("http_proxy"), getenv("no_proxy")) ||
                   kk_doctor_proxied(getenv("all_proxy"), getenv("no_proxy"));
    ret->port = kk_os_port_free();
    if (!kk_os_japanese_font(ret->font))
        ret->font[0] = '\0';
    kk_os_codeset(ret->codeset);
    return r;
}
