/* The draft of a roster that waits for signatures, in the folder of its desk. [TR-19] */
#include "desk/cosign.h"

#include "desk/files.h"
#include "os_show.h"

#include "kukyoku/base/hash.h"

#define DRAFT "draft"

static int draft_of(const char *dir, char ret[KK_OS_PATH_MAX])
{
    return kk_os_path_join(dir, DRAFT, ret);
}

bool kk_cosign_waits(const char *dir)
{
    char draft[KK_OS_PATH_MAX], path[KK_OS_PATH_MAX];

    return draft_of(dir, draft) == 0 && kk_os_path_join(draft, "roster.doc", path) == 0 &&
           kk_os_exists(path);
}

int kk_cosign_discard(const char *dir, struct kk_error *err)
{
    char desk[KK_OS_PATH_MAX], draft[KK_OS_PATH_MAX];
    int e = kk_registrar_dir(dir, desk);

    if (e == 0 && !kk_cosign_waits(desk))
        return kk_error_say(err, KK_E_NOT_FOUND, desk, "no roster waits for signatures here",
                            "署名待ちの名簿がありません");
    if (e == 0)
        e = draft_of(desk, draft);
    return e == 0 ? kk_os_dir_remove(draft, err) : e;
}

int kk_cosign_begin(const char *dir, char ret[KK_OS_PATH_MAX], struct kk_error *err)
{
    int e = draft_of(dir, ret);

    if (e == 0 && kk_cosign_waits(dir))
        return kk_error_set(err, KK_E_ROSTER_WAITS, ret, "%s", "");
    if (e == 0 && kk_os_exists(ret)) /* one that was cut short: parts of it must not stay */
        e = kk_os_dir_remove(ret, err);
    return e == 0 ? kk_os_dir_make(ret, err) : e;
}

/* --- taking it over --- */
struct moving {
    const char *from, *to;
    struct kk_error *err;
};

/* All but the roster itself, by which the draft is known until the end. */
static int move_one(void *user, const char *name)
{
    struct moving *m = user;
    char from[KK_OS_PATH_MAX], to[KK_OS_PATH_MAX];
    int e = kk_os_path_join(m->from, name, from);

    if (strcmp(name, "roster.doc") == 0 || strcmp(name, "scopes.key") == 0)
        return 0;
    if (e == 0)
        e = kk_os_path_join(m->to, name, to);
    return e == 0 ? kk_os_file_move(from, to, m->err) : e;
}

/* Keys first: one that no roster names yet harms nobody, a lost one would. */
static int take_over(struct kk_cosign *s, const char *draft, struct kk_error *err)
{
    struct moving m = { .from = draft, .to = s->dir, .err = err };
    char from[KK_OS_PATH_MAX], to[KK_OS_PATH_MAX];
    int e = kk_os_path_join(draft, "scopes.key", from);

    if (e == 0)
        e = kk_os_path_join(s->dir, "scopes.key", to);
    if (e == 0 && kk_os_exists(from))
        e = kk_os_file_move(from, to, err);
    if (e == 0)
        e = kk_os_dir_list(draft, move_one, &m, err);
    if (e == 0)
        e = kk_desk_write(s->dir, "roster.doc", s->roster, err);
    return e == 0 ? kk_os_dir_remove(draft, err) : e;
}

static int id_of(struct kk_slice document, uint8_t ret[KK_HASH_BYTES])
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_doc doc;
    int e;

    kk_arena_init(&arena, 4 * KK_DOCUMENT_BYTES_MAX);
    e = kk_document_read(KK_DOC_ROSTER, document, &arena, &doc);
    if (e == 0)
        kk_document_id(&doc, ret);
    return e;
}

/* Is the roster in the file what waits here, word for word? */
static int same_draft(const struct kk_cosign *s, const char *draft, struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes made = { 0 };
    uint8_t ours[KK_HASH_BYTES], theirs[KK_HASH_BYTES];
    int e = kk_cosign_waits(s->dir) ? kk_desk_read(draft, "roster.doc", &made, err)
                                    : KK_E_NOT_FOUND;

    if (e == 0)
        e = id_of(kk_bytes_slice(&made), ours);
    if (e == 0)
        e = id_of(s->roster, theirs);
    if (e == 0 && memcmp(ours, theirs, KK_HASH_BYTES) != 0)
        e = KK_E_NOT_FOUND;
    return e == KK_E_NOT_FOUND
               ? kk_error_say(err, e, s->dir, "it is not the roster that waits here",
                              "ここで署名を待っている名簿ではありません")
               : e;
}

int kk_cosign_publish(struct kk_cosign *s, struct kk_error *err)
{
    enum kk_trust_verdict verdict;
    char draft[KK_OS_PATH_MAX];
    int e = 0;

    if (s->signatures < s->needed)
        return kk_error_say(err, KK_E_SIGNATURE, s->dir, "%u of %u signatures are there",
                            "署名は %u つです（必要数 %u）", s->signatures, s->needed);
    if (!s->roster.data || s->published)
        return 0; /* an invitation is kept already; of a roster taken over the file goes again */
    e = draft_of(s->dir, draft);
    if (e == 0)
        e = same_draft(s, draft, err);
    if (e == 0)
        e = kk_trust_offer_roster(s->before, s->roster, s->devices, kk_os_now_ms(), &verdict);
    if (e == 0 && verdict != KK_TRUST_TAKEN)
        e = kk_error_set(err, kk_trust_fault(verdict), s->dir, "%s",
                         kk_trust_verdict_name(verdict));
    if (e == 0)
        e = take_over(s, draft, err);
    return e < 0 && !err->fault ? kk_error_set(err, e, s->dir, "%s", "") : e;
}
