/* The word index on disk (words.h). [SR-1] [SR-2] */
#include "replica/words.h"

#include "replica/ledger_in.h"
#include "words/fold.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/hash.h"
#include "kukyoku/wire/cursor.h"

#include <stdlib.h>

#define PAIRS_OF_WORDS_MAX 64 /* of a question: more add nothing */

/* --- the text of a record --- */

static int add_code(const struct kk_term *term, int64_t number, struct kk_bytes *out)
{
    const struct kk_code *code = kk_code_find(term->codes, number);
    int r = code ? kk_fold(kk_slice_text(code->ja), out) : 0;

    if (r == 0 && code)
        r = kk_bytes_append(out, " ", 1);
    return r == 0 && code ? kk_fold(kk_slice_text(code->en), out) : r;
}

/* Texts wherever they stand in the value, and what a code stands for. */
static int add_value(const struct kk_term *term, struct kk_cursor *c, struct kk_bytes *out)
{
    struct kk_slice text;
    size_t count = 0;
    int64_t number;
    int r = 0;

    switch (kk_cursor_peek(c)) {
    case KK_VALUE_TEXT:
        r = kk_cursor_text(c, &text);
        if (r == 0)
            r = kk_fold(text, out);
        return r == 0 ? kk_bytes_append(out, " ", 1) : r;
    case KK_VALUE_INT:
        r = kk_cursor_int(c, &number);
        return r == 0 && term && term->type == KK_ITEM_CODE ? add_code(term, number, out) : r;
    case KK_VALUE_ARRAY:
        r = kk_cursor_array(c, &count);
        for (size_t i = 0; r == 0 && i < count; i++)
            r = add_value(NULL, c, out);
        return r;
    case KK_VALUE_NIL:
    case KK_VALUE_BOOL:
    case KK_VALUE_BYTES:
    case KK_VALUE_MAP:
    case KK_VALUE_END:
        break;
    }
    return kk_cursor_skip(c, NULL);
}

int kk_words_text(const struct kk_merged *merged, struct kk_bytes *out)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < merged->field_count; i++) {
        const struct kk_merge_field *f = &merged->fields[i];

        for (size_t k = 0; r == 0 && k < f->count; k++) {
            struct kk_cursor c = kk_cursor(f->values[k].value);

            r = add_value(kk_term_info(f->number), &c, out);
            if (r == 0)
                r = kk_bytes_append(out, " ", 1);
        }
    }
    return r;
}

/* --- a step --- */

void kk_words_step_init(struct kk_words_step *s, const struct kk_ledger *l)
{
    *s = (struct kk_words_step){ .ledger = l, .next = -1 };
}

void kk_words_step_fini(struct kk_words_step *s)
{
    kk_gather_fini(&s->pairs);
    kk_free(s->gone);
    s->gone = NULL;
    s->gone_count = s->gone_cap = 0;
}

static int add_gone(struct kk_words_step *s, uint32_t doc)
{
    if (s->gone_count == s->gone_cap) {
        size_t cap = s->gone_cap ? 2 * s->gone_cap : 64;
        uint32_t *gone = kk_realloc(s->gone, cap * sizeof(*gone));

        if (!gone)
            return KK_E_MEMORY;
        s->gone = gone;
        s->gone_cap = cap;
    }
    s->gone[s->gone_count++] = doc;
    return 0;
}

/* Numbers only grow within a step, also past those that leave in it. */
static int find_next(struct kk_words_step *s)
{
    struct kk_stmt *q;
    int r;

    if (s->next >= 0)
        return 0;
    q = kk_db_use(s->ledger->db, REPLICA_DOC_NEXT);
    r = kk_stmt_step(q);
    if (r > 0)
        s->next = kk_stmt_col_null(q, 0) ? 0 : kk_stmt_col_int(q, 0) + 1;
    kk_stmt_reset(q);
    return r < 0 ? r : 0;
}

static int leave(struct kk_words_step *s, struct kk_words_doc *doc)
{
    struct kk_stmt *q = kk_db_use(s->ledger->db, REPLICA_DOC_DROP);
    int r = add_gone(s, (uint32_t)doc->number);

    kk_stmt_int(q, 1, doc->number);
    *doc = (struct kk_words_doc){ .number = -1 };
    return r == 0 ? kk_stmt_run(q) : r;
}

static int64_t text_mark(const struct kk_bytes *text)
{
    uint8_t hash[KK_HASH_BYTES];
    int64_t mark;

    kk_hash_of("words", kk_bytes_slice(text), hash);
    memcpy(&mark, hash, sizeof(mark));
    return mark;
}

static int join_words(struct kk_words_step *s, const uint8_t rec[KK_ID_BYTES],
                      const struct kk_bytes *text, struct kk_words_doc *doc)
{
    struct kk_stmt *q;
    int r = kk_gather_text(&s->pairs, kk_bytes_slice(text), (unsigned)(s->next % KK_SLOTS));

    if (r < 0)
        return r;
    s->fresh = s->fresh || s->next % KK_SLOTS == 0;
    doc->number = s->next++;
    q = kk_db_use(s->ledger->db, REPLICA_DOC_PUT);
    kk_stmt_int(q, 1, doc->number);
    kk_stmt_blob(q, 2, kk_slice(rec, KK_ID_BYTES));
    r = kk_stmt_run(q);
    /* the last of its batch */
    return r == 0 && s->next % KK_SLOTS == 0 ? kk_words_put(s) : r;
}

int kk_words_take(struct kk_words_step *s, const uint8_t rec[KK_ID_BYTES],
                  const struct kk_merged *merged, struct kk_words_doc *doc)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };
    int64_t mark = 0;
    int r = find_next(s);

    if (r == 0 && merged)
        r = kk_words_text(merged, &text);
    if (r < 0)
        return r;
    if (merged)
        mark = text_mark(&text);
    /* what was sent is received and its text the same: nothing to do */
    if (merged && doc->number >= 0 && doc->text == mark)
        return 0;
    if (doc->number >= 0)
        r = leave(s, doc);
    doc->text = mark;
    return r == 0 && merged ? join_words(s, rec, &text, doc) : r;
}

/* --- what leaves --- */

static int put_packed(const struct kk_ledger *l, uint64_t batch, uint64_t pair,
                      const struct kk_bytes *packed)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_PAIR_PUT);

    kk_stmt_int(q, 1, (int64_t)batch);
    kk_stmt_int(q, 2, (int64_t)pair);
    kk_stmt_blob(q, 3, kk_bytes_slice(packed));
    return kk_stmt_run(q);
}

static int put_slots(const struct kk_ledger *l, uint64_t batch, uint64_t pair,
                     const struct kk_slots *slots)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes packed = { 0 };
    struct kk_stmt *q;
    int r;

    if (!kk_slots_empty(slots)) {
        r = kk_postings_write(slots, &packed);
        return r == 0 ? put_packed(l, batch, pair, &packed) : r;
    }
    q = kk_db_use(l->db, REPLICA_PAIR_DROP);
    kk_stmt_int(q, 1, (int64_t)batch);
    kk_stmt_int(q, 2, (int64_t)pair);
    return kk_stmt_run(q);
}

/* Pairs of the batch that hold one of the slots; read whole: writing would move the walk. */
static int collect_touched(const struct kk_ledger *l, uint64_t batch, const struct kk_slots *gone,
                           struct kk_bytes *ret)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_PAIR_OF_BATCH);
    int r;

    kk_stmt_int(q, 1, (int64_t)batch);
    r = kk_stmt_step(q);
    while (r > 0) {
        uint64_t pair = (uint64_t)kk_stmt_col_int(q, 0);
        struct kk_slots slots;

        r = kk_postings_read(kk_stmt_col_blob(q, 1), &slots) == 0 ? 0 : KK_E_STORE;
        kk_slots_keep(&slots, gone);
        if (r == 0 && !kk_slots_empty(&slots))
            r = kk_bytes_append(ret, &pair, sizeof(pair));
        if (r == 0)
            r = kk_stmt_step(q);
    }
    kk_stmt_reset(q);
    return r;
}

/* 1 and the set; 0 and an empty one. */
static int get_slots(const struct kk_ledger *l, uint64_t batch, uint64_t pair,
                     struct kk_slots *ret)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_PAIR_GET);
    int r;

    *ret = (struct kk_slots){ { 0 } };
    kk_stmt_int(q, 1, (int64_t)batch);
    kk_stmt_int(q, 2, (int64_t)pair);
    r = kk_stmt_step(q);
    if (r > 0 && kk_postings_read(kk_stmt_col_blob(q, 0), ret) < 0)
        r = KK_E_STORE;
    kk_stmt_reset(q);
    return r;
}

static int leave_batch(const struct kk_ledger *l, uint64_t batch, const struct kk_slots *gone)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes touched = { 0 };
    int r = collect_touched(l, batch, gone, &touched);

    for (size_t at = 0; r == 0 && at < touched.len; at += sizeof(uint64_t)) {
        struct kk_slots slots;
        uint64_t pair;

        memcpy(&pair, touched.data + at, sizeof(pair));
        r = get_slots(l, batch, pair, &slots);
        for (unsigned slot = kk_slots_next(gone, 0); r > 0 && slot < KK_SLOTS;
             slot = kk_slots_next(gone, slot + 1))
            kk_slots_drop(&slots, slot);
        if (r > 0)
            r = put_slots(l, batch, pair, &slots);
    }
    return r;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static int put_gone(struct kk_words_step *s)
{
    int r = 0;

    if (s->gone_count)
        qsort(s->gone, s->gone_count, sizeof(*s->gone), by_number);
    for (size_t i = 0; r == 0 && i < s->gone_count;) {
        uint32_t batch = s->gone[i] / KK_SLOTS;
        struct kk_slots gone = { { 0 } };

        for (; i < s->gone_count && s->gone[i] / KK_SLOTS == batch; i++)
            kk_slots_add(&gone, s->gone[i] % KK_SLOTS);
        r = leave_batch(s->ledger, batch, &gone);
    }
    s->gone_count = 0;
    return r;
}

/* --- what comes --- */

/* To a list that may be on disk. */
static int add_to_list(const struct kk_words_step *s, uint64_t batch,
                       const struct kk_gathered *item)
{
    struct kk_slots slots;
    int r = get_slots(s->ledger, batch, item->pair, &slots);

    for (size_t i = 0; i < item->count; i++)
        kk_slots_add(&slots, item->slots[i]);
    return r < 0 ? r : put_slots(s->ledger, batch, item->pair, &slots);
}

/* Every list of the batch in hand once. */
static int put_pairs(struct kk_words_step *s, uint64_t batch)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes packed = { 0 };
    int r = 0;

    kk_gather_order(&s->pairs);
    for (size_t i = 0; r == 0 && i < s->pairs.count; i++) {
        const struct kk_gathered *item = &s->pairs.items[i];

        kk_bytes_clear(&packed);
        r = s->fresh ? kk_postings_write_list(item->slots, item->count, &packed)
                     : add_to_list(s, batch, item);
        if (r == 0 && s->fresh)
            r = put_packed(s->ledger, batch, item->pair, &packed);
    }
    kk_gather_clear(&s->pairs);
    s->fresh = false;
    return r;
}

int kk_words_put(struct kk_words_step *s)
{
    int r = put_gone(s);

    return r == 0 && s->pairs.count ? put_pairs(s, (uint64_t)(s->next - 1) / KK_SLOTS) : r;
}

int kk_words_clear(const struct kk_ledger *l)
{
    int r = kk_stmt_run(kk_db_use(l->db, REPLICA_PAIR_CLEAR));

    return r == 0 ? kk_stmt_run(kk_db_use(l->db, REPLICA_DOC_CLEAR)) : r;
}

/* --- asking --- */

struct asking {
    const struct kk_ledger *ledger;
    uint64_t pairs[PAIRS_OF_WORDS_MAX];
    bool open[PAIRS_OF_WORDS_MAX]; /* only the first character counts */
    size_t count;
    uint64_t batch;
    struct kk_slots found;
};

static int ask_pair(void *user, uint64_t pair)
{
    struct asking *a = user;

    if (a->count == PAIRS_OF_WORDS_MAX)
        return 1;
    a->pairs[a->count++] = pair;
    return 0;
}

/* The last pair of a word, with 0, only says that its last character is there: a pair says more,
 * so it is kept for words of one character alone, as any pair that begins so. */
static int ask_word(struct asking *a, struct kk_slice word)
{
    size_t before = a->count;
    int r = kk_fold_pairs(word, ask_pair, a);

    if (r == 0 && a->count > before + 1)
        a->count--;
    else if (r == 0 && a->count == before + 1)
        a->open[before] = true;
    return r < 0 ? r : 0;
}

static int slots_beginning(struct asking *a, uint64_t pair, struct kk_slots *ret)
{
    struct kk_stmt *q = kk_db_use(a->ledger->db, REPLICA_PAIR_BETWEEN);
    uint64_t last = pair | ((UINT64_C(1) << KK_PAIR_SHIFT) - 1);
    int r;

    *ret = (struct kk_slots){ { 0 } };
    kk_stmt_int(q, 1, (int64_t)a->batch);
    kk_stmt_int(q, 2, (int64_t)pair);
    kk_stmt_int(q, 3, (int64_t)last);
    r = kk_stmt_step(q);
    while (r > 0) {
        struct kk_slots slots;

        r = kk_postings_read(kk_stmt_col_blob(q, 0), &slots) == 0 ? 0 : KK_E_STORE;
        kk_slots_join(ret, &slots);
        if (r == 0)
            r = kk_stmt_step(q);
    }
    kk_stmt_reset(q);
    return r;
}

/* Which of the batch hold every pair. */
static int match_batch(struct asking *a)
{
    int r = 0;

    memset(&a->found, 0xff, sizeof(a->found));
    for (size_t i = 0; r >= 0 && i < a->count; i++) {
        struct kk_slots slots;

        r = a->open[i] ? slots_beginning(a, a->pairs[i], &slots)
                       : get_slots(a->ledger, a->batch, a->pairs[i], &slots);
        if (r >= 0)
            kk_slots_keep(&a->found, &slots);
        if (r >= 0 && kk_slots_empty(&a->found))
            return 0;
    }
    return r < 0 ? r : 0;
}

static int tell_doc(const struct asking *a, unsigned slot, kk_words_fn *fn, void *user)
{
    struct kk_stmt *q = kk_db_use(a->ledger->db, REPLICA_DOC_REC);
    uint8_t rec[KK_ID_BYTES];
    int r;

    kk_stmt_int(q, 1, (int64_t)(a->batch * KK_SLOTS + slot));
    r = kk_stmt_step(q);
    if (r > 0 && !kk_stmt_col_copy(q, 0, rec, KK_ID_BYTES))
        r = KK_E_STORE;
    kk_stmt_reset(q);
    return r > 0 ? fn(user, rec) : r;
}

int kk_words_find(const struct kk_ledger *l, const struct kk_words_query *query, kk_words_fn *fn,
                  void *user)
{
    struct kk_words_step last;
    struct asking a = { .ledger = l };
    int r = 0;

    for (size_t i = 0; r == 0 && i < query->count; i++)
        r = ask_word(&a, query->words[i]);
    kk_words_step_init(&last, l);
    if (r == 0)
        r = find_next(&last);
    if (r < 0 || a.count == 0 || last.next == 0)
        return r;
    for (a.batch = (uint64_t)(last.next - 1) / KK_SLOTS + 1; r == 0 && a.batch-- > 0;) {
        r = match_batch(&a);
        for (unsigned slot = KK_SLOTS; r == 0 && slot-- > 0;) {
            if (kk_slots_has(&a.found, slot))
                r = tell_doc(&a, slot, fn, user);
        }
    }
    return r;
}
