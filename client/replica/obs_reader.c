/* Segments and decoded blocks behind the virtual table. */
#include "replica/obs_reader.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/error.h"
#include "obs_sql.h"
#include "sqlite_api.h"

void obs_reader_init(struct obs_reader *r, struct sqlite3 *db)
{
    *r = (struct obs_reader){ .db = db };
}

static void free_block(struct obs_block *b)
{
    kk_obs_block_fini(&b->block);
    kk_free(b);
}

static void forget_segments(struct obs_reader *r)
{
    for (size_t i = 0; i < OBS_BLOCKS; i++) {
        if (r->blocks[i])
            free_block(r->blocks[i]);
        r->blocks[i] = NULL;
    }
    for (size_t i = 0; i < r->count; i++) {
        if (r->segments[i].open)
            kk_segment_close(&r->segments[i].segment);
        kk_bytes_fini(&r->segments[i].index);
        kk_free(r->segments[i].dataset);
    }
    kk_free(r->segments);
    r->segments = NULL;
    r->count = 0;
    r->loaded = false;
}

void obs_reader_fini(struct obs_reader *r)
{
    forget_segments(r);
}

static sqlite3_stmt *prepare(struct obs_reader *r, enum obs_query query)
{
    sqlite3_stmt *s = NULL;

    return sqlite3_prepare_v2(r->db, kk_obs_schema.queries[query].sql, -1, &s, NULL) == SQLITE_OK
               ? s
               : NULL;
}

/* 0 with an all-zero state for a file that holds nothing yet. */
static int read_state(struct obs_reader *r, uint8_t ret[KK_HASH_BYTES])
{
    sqlite3_stmt *s = prepare(r, OBS_HELD);
    int code = s ? sqlite3_step(s) : SQLITE_ERROR;

    memset(ret, 0, KK_HASH_BYTES);
    if (code == SQLITE_ROW && sqlite3_column_bytes(s, 0) == KK_HASH_BYTES)
        memcpy(ret, sqlite3_column_blob(s, 0), KK_HASH_BYTES);
    sqlite3_finalize(s);
    return code == SQLITE_ROW || code == SQLITE_DONE ? 0 : KK_E_STORE;
}

static int add_segment(struct obs_reader *r, sqlite3_stmt *s)
{
    struct obs_segment *all = kk_realloc(r->segments, (r->count + 1) * sizeof(*all));
    const char *name = (const char *)sqlite3_column_text(s, 0);
    struct obs_segment *at;

    if (!all)
        return KK_E_MEMORY;
    r->segments = all;
    at = &all[r->count];
    *at = (struct obs_segment){ 0 };
    at->dataset = kk_text_dup(name ? name : "", (size_t)sqlite3_column_bytes(s, 0));
    if (!at->dataset)
        return KK_E_MEMORY;
    r->count++;
    at->span = (struct span){ .base = (uint32_t)sqlite3_column_int64(s, 1),
                              .ended = (uint32_t)sqlite3_column_int64(s, 2),
                              .since = (uint32_t)sqlite3_column_int64(s, 3) };
    return kk_bytes_append(&at->index, sqlite3_column_blob(s, 4),
                           (size_t)sqlite3_column_bytes(s, 4));
}

static int load_segments(struct obs_reader *r)
{
    sqlite3_stmt *s = prepare(r, OBS_SEGMENTS);
    int code = s ? SQLITE_ROW : SQLITE_ERROR;
    int e = 0;

    while (e == 0 && code == SQLITE_ROW) {
        code = sqlite3_step(s);
        if (code == SQLITE_ROW)
            e = add_segment(r, s);
    }
    sqlite3_finalize(s);
    return e < 0 ? e : code == SQLITE_DONE ? 0 : KK_E_STORE;
}

int obs_reader_refresh(struct obs_reader *r)
{
    uint8_t state[KK_HASH_BYTES];
    int e = read_state(r, state);

    if (e < 0 || (r->loaded && memcmp(state, r->state, KK_HASH_BYTES) == 0))
        return e;
    if (r->cursors > 0 && r->loaded)
        return 0; /* a statement that is under way reads on in what it began with */
    forget_segments(r);
    e = load_segments(r);
    memcpy(r->state, state, KK_HASH_BYTES);
    r->loaded = e == 0;
    return e;
}

struct span_choice obs_reader_choose(const struct obs_reader *r, size_t at, uint32_t release,
                                     size_t *ret_next)
{
    struct span spans[64];
    size_t count = 0, skipped = 0;
    struct span_choice c;

    while (at < r->count &&
           (count == 0 || strcmp(r->segments[at].dataset, r->segments[at - 1].dataset) == 0)) {
        if (count == KK_COUNT(spans)) { /* of very many, the newest */
            memmove(spans, spans + 1, sizeof(spans) - sizeof(*spans));
            count--;
            skipped++;
        }
        spans[count++] = r->segments[at++].span;
    }
    *ret_next = at;
    c = span_choose(spans, count, release);
    c.at += at - count;
    if (skipped > 0 && c.verdict == SPAN_NONE)
        c.verdict = SPAN_ABSENT;
    return c;
}

static int get_blob(void *self, enum kk_blob_kind kind, const struct kk_blob_ref *ref,
                    struct kk_bytes *out)
{
    struct obs_reader *r = self;
    sqlite3_stmt *s = prepare(r, OBS_BLOB);
    int code = s ? sqlite3_bind_blob(s, 1, ref->hash, KK_HASH_BYTES, SQLITE_STATIC) : SQLITE_ERROR;
    int e = KK_E_BLOB_MISSING;

    (void)kind;
    if (code == SQLITE_OK)
        code = sqlite3_step(s);
    if (code == SQLITE_ROW)
        e = kk_bytes_append(out, sqlite3_column_blob(s, 0), (size_t)sqlite3_column_bytes(s, 0));
    else if (code != SQLITE_DONE)
        e = KK_E_STORE;
    sqlite3_finalize(s);
    return e;
}

int obs_reader_segment(struct obs_reader *r, size_t at, struct kk_segment **ret)
{
    struct obs_segment *s = &r->segments[at];
    struct kk_coded_source source = { .get = get_blob, .self = r };
    int e = 0;

    if (!s->open)
        e = kk_segment_open(&s->segment, kk_bytes_slice(&s->index), source);
    if (e < 0)
        return e;
    s->open = true;
    *ret = &s->segment;
    return 0;
}

/* --- blocks --- */
static size_t block_bytes(const struct obs_block *b)
{
    return b->block.rows * sizeof(struct kk_obs_row) + b->block.texts.used;
}

/* Makes a free place, and keeps within the bound: what was not used for longest goes first. */
static size_t make_room(struct obs_reader *r)
{
    for (;;) {
        size_t bytes = 0, free_at = OBS_BLOCKS, oldest = OBS_BLOCKS;

        for (size_t i = 0; i < OBS_BLOCKS; i++) {
            struct obs_block *b = r->blocks[i];

            if (!b) {
                free_at = i;
                continue;
            }
            bytes += block_bytes(b);
            if (b->users == 0 && (oldest == OBS_BLOCKS || b->used < r->blocks[oldest]->used))
                oldest = i;
        }
        if (oldest == OBS_BLOCKS || (free_at < OBS_BLOCKS && bytes <= OBS_BLOCK_BYTES))
            return free_at;
        free_block(r->blocks[oldest]);
        r->blocks[oldest] = NULL;
    }
}

static struct obs_block *find_block(struct obs_reader *r, const struct obs_segment *of, size_t pack,
                                    size_t depth)
{
    for (size_t i = 0; i < OBS_BLOCKS; i++) {
        struct obs_block *b = r->blocks[i];

        if (b && b->of == of && b->pack == pack && b->depth == depth)
            return b;
    }
    return NULL;
}

int obs_reader_block(struct obs_reader *r, size_t at, size_t pack, size_t depth,
                     struct obs_block **ret)
{
    struct obs_segment *of = &r->segments[at];
    struct obs_block *b = find_block(r, of, pack, depth);
    size_t place;
    int e = 0;

    if (!b) {
        place = make_room(r);
        b = kk_alloc(sizeof(*b));
        if (!b)
            return KK_E_MEMORY;
        kk_obs_block_init(&b->block);
        e = kk_segment_block(&of->segment, pack, depth, &b->block);
        if (e < 0) {
            free_block(b);
            return e;
        }
        b->of = of;
        b->pack = pack;
        b->depth = depth;
        if (place < OBS_BLOCKS)
            r->blocks[place] = b;
        else
            b->of = NULL; /* every place is in use: this one is its holder's alone */
    }
    b->users++;
    b->used = ++r->clock;
    *ret = b;
    return 0;
}

void obs_reader_release(struct obs_reader *r, struct obs_block *b)
{
    (void)r;
    if (!b)
        return;
    b->users--;
    if (b->users == 0 && !b->of)
        free_block(b);
}
