/* Searching (search.h): candidates of the index, held against the records. [SR-1] [SR-2] */
#include "model/search.h"

#include "model/share.h"
#include "replica/words.h"
#include "words/fold.h"

#include <stdlib.h>

#define CHARACTERS_BEFORE 12

struct searching {
    struct kk_records *records;
    const struct kk_search_query *query;
    struct kk_slice words[KK_SEARCH_WORDS_MAX]; /* folded */
    struct kk_ledger ledger;                    /* of the scope in hand */
    struct kk_slice scope;
    struct kk_arena passing;
    struct kk_search_hit *hits; /* in the records' arena; of all scopes so far */
    size_t count, room;
    size_t of_scope;
    bool more;
};

/* --- words --- */

static int fold_words(struct searching *s)
{
    const struct kk_search_query *q = s->query;

    for (size_t i = 0; i < q->count; i++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes folded = { 0 };
        int e = kk_fold(kk_slice_text(q->words[i]), &folded);

        while (folded.len > 0 && folded.data[folded.len - 1] == ' ')
            folded.len--;
        if (e == 0 && folded.len == 0)
            e = kk_error_say(s->records->err, KK_E_USAGE, q->words[i], "nothing to look for",
                             "探す文字がありません");
        if (e < 0)
            return e;
        s->words[i] = kk_arena_dup(&s->records->arena, kk_bytes_slice(&folded));
        if (!s->words[i].data)
            return KK_E_MEMORY;
    }
    return 0;
}

static bool holds_all(const struct searching *s, struct kk_slice folded)
{
    for (size_t i = 0; i < s->query->count; i++) {
        if (!kk_fold_holds(folded, s->words[i]))
            return false;
    }
    return true;
}

/* --- what is shown of a hit --- */

/* Where a character of the folded text stands in the other; folding seldom changes how many. */
static size_t byte_of(struct kk_slice text, size_t character)
{
    size_t at = 0;

    while (character-- > 0 && kk_fold_next(text, &at))
        ;
    return at;
}

static size_t characters_before(struct kk_slice folded, struct kk_slice word)
{
    size_t at = 0, count = 0;

    while (at < folded.len &&
           !(folded.len - at >= word.len && memcmp(folded.data + at, word.data, word.len) == 0)) {
        if (!kk_fold_next(folded, &at))
            break;
        count++;
    }
    return count;
}

/* On one line, cut between characters. */
static void show_around(struct kk_slice text, size_t character, char ret[KK_SEARCH_TEXT + 1])
{
    size_t from = byte_of(text, character > CHARACTERS_BEFORE ? character - CHARACTERS_BEFORE : 0);
    size_t at = from, end = from;

    while (kk_fold_next(text, &at) && at - from <= KK_SEARCH_TEXT)
        end = at;
    memcpy(ret, text.data + from, end - from);
    ret[end - from] = '\0';
    for (char *c = ret; *c; c++)
        *c = *c == '\n' ? ' ' : *c;
}

/* 1 where the value holds the first word. */
static int show_value(const struct searching *s, const struct kk_term *term,
                      struct kk_slice value, struct kk_search_hit *hit)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 }, folded = { 0 };
    int e = kk_record_show_value(term, value, "ja", &text);

    if (e == 0)
        e = kk_fold(kk_bytes_slice(&text), &folded);
    if (e < 0 || !kk_fold_holds(kk_bytes_slice(&folded), s->words[0]))
        return e;
    hit->field = term;
    show_around(kk_bytes_slice(&text), characters_before(kk_bytes_slice(&folded), s->words[0]),
                hit->text);
    return 1;
}

static int show(const struct searching *s, struct kk_search_hit *hit)
{
    const struct kk_merged *merged = &hit->record.is.merged;
    int e = 0;

    for (size_t i = 0; e == 0 && i < merged->field_count; i++) {
        const struct kk_merge_field *f = &merged->fields[i];

        for (size_t k = 0; e == 0 && f->number != KK_BODY_KIND && k < f->count; k++)
            e = show_value(s, kk_term_info(f->number), f->values[k].value, hit);
    }
    return e < 0 ? e : 0;
}

/* --- candidates --- */

static bool seen(const struct searching *s, const uint8_t rec[KK_ID_BYTES])
{
    for (size_t i = s->of_scope; i < s->count; i++) {
        if (memcmp(s->hits[i].record.is.rec, rec, KK_ID_BYTES) == 0)
            return true;
    }
    return false;
}

static int keep(struct searching *s, const uint8_t rec[KK_ID_BYTES])
{
    struct kk_search_hit *hit;
    int e;

    if (s->count == s->room) {
        size_t room = s->room ? 2 * s->room : 64;
        struct kk_search_hit *hits = kk_arena_array(&s->records->arena, room, sizeof(*hits));

        if (!hits)
            return KK_E_MEMORY;
        if (s->count)
            memcpy(hits, s->hits, s->count * sizeof(*hits));
        s->hits = hits;
        s->room = room;
    }
    hit = &s->hits[s->count];
    *hit = (struct kk_search_hit){ .touched_ms = 0 };
    e = kk_record_load(&s->ledger, rec, &s->records->arena, &hit->record);
    if (e <= 0)
        return e;
    hit->touched_ms = kk_glance_touched_ms(&hit->record.is);
    s->count++;
    return show(s, hit);
}

/* Read in passing first: most candidates are no hits, and only those that are must stay. */
static int on_candidate(void *user, const uint8_t rec[KK_ID_BYTES])
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes folded = { 0 };
    struct searching *s = user;
    struct kk_record record;
    int e;

    if (seen(s, rec))
        return 0;
    kk_arena_reset(&s->passing);
    e = kk_record_load(&s->ledger, rec, &s->passing, &record);
    if (e <= 0 || !kk_record_meant(&record, &s->query->like))
        return e < 0 ? e : 0;
    e = kk_words_text(&record.is.merged, &folded);
    if (e < 0 || !holds_all(s, kk_bytes_slice(&folded)))
        return e;
    if (s->query->like.limit && s->count - s->of_scope == s->query->like.limit) {
        s->more = true;
        return 1;
    }
    return keep(s, rec);
}

static int search_scope(struct searching *s)
{
    KK_AUTO_FINI(kk_db_tx) struct kk_db_tx moment = { 0 };
    struct kk_words_query q = { .words = s->words, .count = s->query->count };
    struct kk_ledger_ids behind = { .count = 0 };
    int e = kk_replicas_ledger(&s->records->replicas, s->scope, &s->ledger, NULL);

    if (e == KK_E_NOT_FOUND)
        return 0;
    s->of_scope = s->count;
    if (e == 0)
        e = kk_db_tx_read(s->ledger.db, &moment);
    if (e == 0)
        e = kk_glance_behind(&s->ledger, &s->records->arena, &behind);
    for (size_t i = 0; e == 0 && i < behind.count; i++)
        e = on_candidate(s, behind.ids[i]);
    if (e == 0)
        e = kk_words_find(&s->ledger, &q, on_candidate, s);
    return e < 0 ? e : 0;
}

static int by_time(const void *a, const void *b)
{
    const struct kk_search_hit *x = a, *y = b;

    return (x->touched_ms < y->touched_ms) - (x->touched_ms > y->touched_ms);
}

static int search_all(struct searching *s)
{
    int e = fold_words(s);

    for (size_t i = 0; e == 0 && kk_home_record_scope(s->records->home, i, &s->scope); i++)
        e = search_scope(s);
    if (e == 0 && s->count)
        qsort(s->hits, s->count, sizeof(*s->hits), by_time);
    return e;
}

/* A copy whose ward's own record is a hit too says nothing more. 1: it is one. */
static int beside_origin(const struct searching *s, const struct kk_record *record)
{
    struct kk_record origin;
    int e = kk_share_origin(s->records, record, &origin);

    for (size_t i = 0; e > 0 && i < s->count; i++) {
        const struct kk_record *other = &s->hits[i].record;

        if (kk_slice_equal(other->scope, origin.scope) &&
            memcmp(other->is.rec, origin.is.rec, KK_ID_BYTES) == 0)
            return 1;
    }
    return e < 0 ? e : 0;
}

static int leave_copies_out(struct searching *s)
{
    size_t kept = 0;

    for (size_t i = 0; i < s->count; i++) {
        int e = beside_origin(s, &s->hits[i].record);

        if (e < 0)
            return e;
        s->hits[i].copy = e > 0;
    }
    for (size_t i = 0; i < s->count; i++) {
        if (!s->hits[i].copy)
            s->hits[kept++] = s->hits[i];
    }
    s->count = kept;
    return 0;
}

int kk_search(struct kk_records *r, const struct kk_search_query *q, kk_search_fn *fn, void *user,
              bool *ret_more)
{
    struct searching s = { .records = r, .query = q };
    uint64_t limit = q->like.limit ? q->like.limit : UINT64_MAX;
    int e;

    kk_assert(q->count >= 1 && q->count <= KK_SEARCH_WORDS_MAX);
    kk_arena_init(&s.passing, 64 * 1024 * 1024);
    e = search_all(&s);
    if (e == 0)
        e = leave_copies_out(&s);
    for (size_t i = 0; e == 0 && i < s.count && i < limit; i++)
        e = fn(user, &s.hits[i]);
    kk_arena_fini(&s.passing);
    *ret_more = s.more || s.count > limit;
    return e < 0 ? e : 0;
}

/* --- indicators --- */

struct naming {
    struct searching *searching;
    kk_data_indicator_fn *fn;
    void *user;
};

static int on_indicator(void *user, const struct kk_data_indicator *row)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes folded = { 0 };
    struct naming *n = user;
    int e = kk_fold(kk_slice_text(row->name), &folded);

    return e == 0 && holds_all(n->searching, kk_bytes_slice(&folded)) ? n->fn(n->user, row) : e;
}

int kk_search_indicators(struct kk_records *r, const struct kk_search_query *q,
                         kk_data_indicator_fn *fn, void *user)
{
    struct searching s = { .records = r, .query = q };
    struct naming n = { .searching = &s, .fn = fn, .user = user };
    int e = fold_words(&s);

    return e == 0 ? kk_data_list(r->home, false, on_indicator, &n, r->err) : e;
}
