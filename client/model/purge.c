/* What a device may no longer read goes (purge.h). [SY-13] */
#include "model/purge.h"

#include "home/drafts.h"
#include "model/record.h"
#include "os_show.h"
#include "replica/ledger_own.h"

#include "kukyoku/base/date.h"
#include "kukyoku/base/hash.h"
#include "kukyoku/base/text.h"

#include <stdio.h>

#define ARENA_MAX (64 * 1024 * 1024)

struct purging {
    struct kk_home *home;
    enum kk_purge_what what;
    struct kk_purge_report *report;
    struct kk_error *err;
    const char *lang;
    struct kk_bytes text;
    char scope[KK_SCOPE_NAME_MAX + 1]; /* in hand */
};

/* --- which scopes --- */

/* One that is not approved yet has lost nothing. */
static bool lost(const struct purging *p, struct kk_slice scope)
{
    const struct kk_device_span *span = kk_home_span(p->home);

    if (p->what == KK_PURGE_ALL)
        return true;
    return span && (span->status == KK_STATUS_REVOKED ||
                    (span->role != KK_ROLE_AUDITOR && !kk_device_span_has(span, scope)));
}

/* The replica of the scope in hand: false where there is none. */
static bool replica_path(const struct purging *p, char ret[KK_OS_PATH_MAX])
{
    char name[KK_SCOPE_NAME_MAX + 4];

    kk_replica_file_name(kk_slice_text(p->scope), name);
    return kk_home_path(p->home, name, ret, NULL) == 0 && kk_os_exists(ret);
}

typedef int scope_fn(struct purging *p, const struct kk_scope *scope);

static int try_scope(struct purging *p, const struct kk_scope *scope, scope_fn *fn)
{
    char path[KK_OS_PATH_MAX];

    kk_scope_name(scope, p->scope);
    return replica_path(p, path) && lost(p, kk_slice_text(p->scope)) ? fn(p, scope) : 0;
}

/* Every scope above pub of which there is a replica, and that is lost. */
static int each_lost(struct purging *p, scope_fn *fn)
{
    static const enum kk_scope_kind bureau[] = { KK_SCOPE_INT, KK_SCOPE_B };
    static const enum kk_scope_kind wards[] = { KK_SCOPE_R, KK_SCOPE_W, KK_SCOPE_E };
    static const char *const codes[] = {
#define WARD_CODE(code, ja, en) code,
        KK_WARDS(WARD_CODE)
    };
    int r = 0;

    for (size_t i = 0; r == 0 && i < KK_COUNT(bureau); i++)
        r = try_scope(p, &(struct kk_scope){ .kind = bureau[i] }, fn);
    for (size_t i = 0; r == 0 && i < KK_COUNT(codes) * KK_COUNT(wards); i++) {
        struct kk_scope scope = { .kind = wards[i % KK_COUNT(wards)] };

        memcpy(scope.ward, codes[i / KK_COUNT(wards)], sizeof(scope.ward));
        r = try_scope(p, &scope, fn);
    }
    return r;
}

/* --- giving back --- */

static const char *say(const struct purging *p, const char *en, const char *ja)
{
    return strcmp(p->lang, "ja") == 0 ? ja : en;
}

static int put_fields(struct purging *p, const struct kk_body *body)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < body->count; i++) {
        const struct kk_body_field *f = &body->fields[i];
        const struct kk_term *term = kk_term_info(f->number);

        if (f->number == KK_BODY_KIND)
            continue;
        r = term ? kk_bytes_format(&p->text, "%s: ", say(p, term->en, term->ja))
                 : kk_bytes_format(&p->text, "%u: ", (unsigned)f->number);
        if (r == 0)
            r = kk_record_show_value(term, f->value, p->lang, &p->text);
        if (r == 0)
            r = kk_bytes_append_text(&p->text, "\n");
    }
    return r;
}

/* One act or draft: what it is, of which record, when, and every field that it writes. */
struct piece {
    unsigned kind, act;
    const uint8_t *rec;
    int64_t made_ms;
    struct kk_slice plain;
};

static int put_piece(struct purging *p, const struct piece *is)
{
    const struct kk_kind_info *kind = kk_kind_info(is->kind);
    const char *act = kk_act_label(is->act, p->lang);
    char hex[2 * KK_ID_BYTES + 1], day[KK_DATE_TEXT];
    struct kk_body body;
    int r = kk_body_read(is->plain, &body);

    if (r < 0)
        return r;
    kk_hex_encode(kk_slice(is->rec, KK_ID_BYTES), hex);
    kk_date_of(is->made_ms, day);
    r = kk_bytes_format(&p->text, "\n[%s] %s %s  %s %s\n", p->scope,
                        kind ? say(p, kind->en, kind->ja) : "?", act ? act : "?", day, hex);
    p->report->returned++;
    return r == 0 ? put_fields(p, &body) : r;
}

static int on_own(void *user, const struct kk_ledger_record *record, const struct kk_ledger_op *op)
{
    struct piece is = { .kind = record->kind, .act = (unsigned)op->op.act, .rec = op->op.rec,
                        .made_ms = op->made_ms, .plain = op->plain };

    return op->pending && op->readable ? put_piece(user, &is) : 0;
}

static int return_scope(struct purging *p, const struct kk_scope *scope)
{
    KK_AUTO_FINI(kk_replicas) struct kk_replicas replicas;
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_ledger l;
    int r;

    if (!kk_scope_info(scope->kind)->records)
        return 0;
    kk_arena_init(&arena, ARENA_MAX);
    kk_replicas_init(&replicas, p->home, KK_REPLICA_READ);
    r = kk_replicas_ledger(&replicas, kk_slice_text(p->scope), &l, p->err);
    return r == 0 ? kk_ledger_own(&l, &arena, on_own, p) : r;
}

static int return_draft(void *user, const struct kk_draft *draft)
{
    struct purging *p = user;
    struct piece is = { .kind = draft->kind, .act = draft->act, .rec = draft->rec,
                        .made_ms = draft->changed_ms, .plain = draft->body };

    if (!lost(p, draft->scope) || draft->scope.len > KK_SCOPE_NAME_MAX)
        return 0;
    snprintf(p->scope, sizeof(p->scope), "%.*s", (int)draft->scope.len,
             (const char *)draft->scope.data);
    return put_piece(p, &is);
}

/* Named by what it says, so that the same is written once. */
static int write_text(struct purging *p)
{
    char hex[2 * KK_HASH_BYTES + 1], name[64], dir[KK_OS_PATH_MAX];
    uint8_t hash[KK_HASH_BYTES];
    int r = kk_home_path(p->home, "returned", dir, p->err);

    kk_hash_of("returned", kk_bytes_slice(&p->text), hash);
    kk_hex_encode(kk_slice(hash, KK_HASH_BYTES), hex);
    snprintf(name, sizeof(name), "%.16s.txt", hex);
    if (r == 0)
        r = kk_os_dir_make(dir, p->err);
    if (r == 0)
        r = kk_os_path_join(dir, name, p->report->file);
    return r == 0 ? kk_os_file_write(p->report->file, kk_bytes_slice(&p->text), KK_OS_PRIVATE,
                                     p->err)
                  : r;
}

/* Once for a report: after it a roster may be kept that takes the keys away. */
static int give_back(struct purging *p)
{
    int r;

    if (p->report->returned)
        return 0;
    r = kk_bytes_format(&p->text, "%s\n",
                        say(p, "What this device wrote and could not send any more",
                            "この端末で書かれ、送信できなくなった記録"));

    if (r == 0)
        r = each_lost(p, return_scope);
    if (r == 0)
        r = kk_home_draft_each(p->home, return_draft, p);
    if (r == 0 && p->report->returned)
        r = write_text(p);
    kk_os_wipe(&p->text);
    return r;
}

int kk_purge_return(struct kk_home *h, enum kk_purge_what what, struct kk_purge_report *ret,
                    struct kk_error *err)
{
    struct purging p = { .home = h, .what = what, .report = ret, .err = err,
                         .lang = kk_os_language() };

    return give_back(&p);
}

/* --- removing --- */

static int count_scope(struct purging *p, const struct kk_scope *scope)
{
    (void)scope;
    p->report->scopes++;
    return 0;
}

static int remove_scope(struct purging *p, const struct kk_scope *scope)
{
    char path[KK_OS_PATH_MAX], journal[KK_OS_PATH_MAX + 16];
    int r = replica_path(p, path) ? kk_os_file_remove(path, p->err) : 0;

    (void)scope;
    snprintf(journal, sizeof(journal), "%s-journal", path);
    if (r == 0)
        r = kk_os_file_remove(journal, p->err);
    p->report->scopes += r == 0;
    return r;
}

struct first_draft {
    struct purging *p;
    uint8_t id[KK_ID_BYTES];
};

static int find_draft(void *user, const struct kk_draft *draft)
{
    struct first_draft *f = user;

    if (!lost(f->p, draft->scope))
        return 0;
    memcpy(f->id, draft->id, KK_ID_BYTES);
    return 1;
}

static int drop_drafts(struct purging *p)
{
    struct first_draft f = { .p = p };
    int r = kk_home_draft_each(p->home, find_draft, &f);

    while (r > 0) {
        r = kk_home_draft_drop(p->home, f.id);
        if (r == 0)
            r = kk_home_draft_each(p->home, find_draft, &f);
    }
    return r;
}

/* Blobs on their way: nobody knows any more of which scope they are. */
static int drop_stage(struct purging *p)
{
    char stage[KK_OS_PATH_MAX];
    int r = kk_home_path(p->home, "stage", stage, p->err);

    return r == 0 && kk_os_exists(stage) ? kk_os_dir_remove(stage, p->err) : r;
}

static int remove_all(struct purging *p)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    int r = kk_home_lock(p->home, &lock, p->err);

    if (r == 0)
        r = give_back(p);
    if (r == 0)
        r = each_lost(p, remove_scope);
    if (r == 0)
        r = drop_drafts(p);
    return r == 0 && p->report->scopes ? drop_stage(p) : r;
}

int kk_purge(struct kk_home *h, enum kk_purge_what what, bool check_only,
             struct kk_purge_report *ret, struct kk_error *err)
{
    struct purging p = { .home = h, .what = what, .report = ret, .err = err,
                         .lang = kk_os_language() };
    struct kk_purge_report would = { .scopes = 0 };
    int r;

    if (check_only)
        return each_lost(&p, count_scope);
    p.report = &would;
    r = each_lost(&p, count_scope);
    p.report = ret;
    return r == 0 && would.scopes ? remove_all(&p) : r;
}
