/*
 * Canonical rows, straight into the hash: what [BN-3] to [BN-6] of docs/protocol.md say. The key of
 * a series is written once and copied for each of its rows, and the usual attributes are kept in
 * encoded form, because a million rows are hashed at every first copy.
 */
#include "kukyoku/bundle/rows.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/error.h"
#include "kukyoku/wire/packer.h"

#define COLUMN_COUNT 11
#define BUFFER_BYTES 65536
/* The longest row: its array header, key, value, missing, attributes, each with its own header. */
#define TEXT_BYTES(max) ((max) + 3)
#define HEAD_BYTES      (1 + 2 * TEXT_BYTES(KK_OBS_NAME_MAX) + TEXT_BYTES(KK_OBS_BREAK_MAX) + 16)
#define TAIL_BYTES      (2 + 2 * TEXT_BYTES(KK_OBS_NAME_MAX) + 3 * TEXT_BYTES(KK_OBS_TEXT_MAX))
#define ROW_BYTES       (HEAD_BYTES + TEXT_BYTES(KK_OBS_NAME_MAX) + 9 + TAIL_BYTES)

/* Attributes kept in encoded form, by the low bits of their number. */
#define TAIL_SLOTS 16
#define TAIL_KEPT  128

static const struct kk_column columns[COLUMN_COUNT] = {
#define NAMED(text)                                                                                \
    {                                                                                              \
        .data = (const uint8_t *)(text), .len = sizeof(text) - 1                                   \
    }
    { NAMED("indicator"), NAMED("t"), false }, { NAMED("area"), NAMED("t"), false },
    { NAMED("breakdown"), NAMED("t"), false }, { NAMED("period"), NAMED("t"), false },
    { NAMED("value"), NAMED("d4"), true },     { NAMED("missing"), NAMED("t"), false },
    { NAMED("unit"), NAMED("t"), false },      { NAMED("status"), NAMED("t"), false },
    { NAMED("method"), NAMED("t"), false },    { NAMED("source"), NAMED("t"), false },
    { NAMED("note"), NAMED("t"), false },
#undef NAMED
};

void kk_rows_schema(struct kk_slice dataset, unsigned min_tier, struct kk_slice title,
                    struct kk_schema *ret)
{
    *ret = (struct kk_schema){ .dataset = dataset,
                               .columns = { columns, COLUMN_COUNT },
                               .key_columns = 4,
                               .min_tier = min_tier,
                               .title = title };
}

bool kk_rows_schema_known(const struct kk_schema *schema)
{
    if (schema->columns.count != COLUMN_COUNT || schema->key_columns != 4)
        return false;
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        const struct kk_column *c = &schema->columns.items[i];

        if (!kk_slice_equal(c->name, columns[i].name) ||
            !kk_slice_equal(c->type, columns[i].type) || c->nullable != columns[i].nullable)
            return false;
    }
    return true;
}

/* [BN-3] schema hash = H("schema", canonical schema). */
int kk_rows_schema_hash(const struct kk_schema *schema, uint8_t ret[KK_HASH_BYTES])
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    int r = kk_shape_encode_checked(&kk_shape_schema, schema, &bytes, NULL);

    if (r < 0)
        return r;
    kk_hash_of("schema", kk_bytes_slice(&bytes), ret);
    return 0;
}

/* --- one row --- */
static uint8_t *put_text(uint8_t *at, struct kk_slice text)
{
    if (text.len < 32) {
        *at++ = (uint8_t)(0xa0 | text.len);
    } else if (text.len < 256) {
        *at++ = 0xd9;
        *at++ = (uint8_t)text.len;
    } else {
        *at++ = 0xda;
        *at++ = (uint8_t)(text.len >> 8);
        *at++ = (uint8_t)text.len;
    }
    if (text.len)
        memcpy(at, text.data, text.len);
    return at + text.len;
}

static uint8_t *put_big(uint8_t *at, uint8_t code, uint64_t value, unsigned bytes)
{
    *at++ = code;
    while (bytes-- > 0)
        *at++ = (uint8_t)(value >> (8 * bytes));
    return at;
}

static uint8_t *put_int(uint8_t *at, int64_t value)
{
    uint64_t bits = (uint64_t)value;

    if (value >= 0) {
        if (value < 128)
            return put_big(at, (uint8_t)value, 0, 0);
        if (value <= UINT8_MAX)
            return put_big(at, 0xcc, bits, 1);
        if (value <= UINT16_MAX)
            return put_big(at, 0xcd, bits, 2);
        if (value <= UINT32_MAX)
            return put_big(at, 0xce, bits, 4);
        return put_big(at, 0xcf, bits, 8);
    }
    if (value >= -32)
        return put_big(at, (uint8_t)value, 0, 0);
    if (value >= INT8_MIN)
        return put_big(at, 0xd0, bits, 1);
    if (value >= INT16_MIN)
        return put_big(at, 0xd1, bits, 2);
    if (value >= INT32_MIN)
        return put_big(at, 0xd2, bits, 4);
    return put_big(at, 0xd3, bits, 8);
}

static uint8_t *put_tail(uint8_t *at, const struct kk_obs_words *w, const struct kk_obs_attr *a)
{
    at = put_text(at, kk_slice_text(kk_missing_text(a->missing)));
    at = put_text(at, w->units.items[a->unit]);
    at = put_text(at, w->statuses.items[a->status]);
    at = put_text(at, a->method);
    at = put_text(at, a->source);
    return put_text(at, a->note);
}

struct tail {
    uint32_t attr; /* number + 1; 0: empty */
    uint32_t len;
    uint8_t bytes[TAIL_KEPT];
};

/* What is being written: rows gather in `buffer` and go to the hash when it is nearly full. */
struct rower {
    const struct kk_obs_words *words;
    const struct kk_obs_group *group;
    struct kk_hash hash;
    struct tail tails[TAIL_SLOTS];
    uint8_t head[HEAD_BYTES]; /* array header, indicator, area, breakdown */
    size_t head_len;
    uint8_t *at;
    uint8_t buffer[BUFFER_BYTES + ROW_BYTES];
};

static void write_head(struct rower *w, const struct kk_obs_row *row)
{
    uint8_t *at = w->head;

    *at++ = 0x90 | COLUMN_COUNT;
    at = put_text(at, w->group->indicator);
    at = put_text(at, w->words->areas.items[row->area]);
    at = put_text(at, w->words->breakdowns.items[row->breakdown]);
    w->head_len = (size_t)(at - w->head);
}

static uint8_t *write_tail(struct rower *w, uint8_t *at, uint16_t number)
{
    struct tail *t = &w->tails[number % TAIL_SLOTS];
    uint8_t *end;

    if (t->attr == number + 1u) {
        memcpy(at, t->bytes, TAIL_KEPT);
        return at + t->len;
    }
    end = put_tail(at, w->words, &w->group->attrs[number]);
    if (end - at <= TAIL_KEPT) {
        t->attr = number + 1u;
        t->len = (uint32_t)(end - at);
        memcpy(t->bytes, at, t->len);
    }
    return end;
}

static void write_row(struct rower *w, const struct kk_obs_row *row)
{
    uint8_t *at = w->at;

    memcpy(at, w->head, w->head_len);
    at = put_text(at + w->head_len, w->words->periods.items[row->period]);
    if (w->group->attrs[row->attr].missing == KK_MISSING_NONE)
        at = put_int(at, row->value);
    else
        *at++ = 0xc0;
    w->at = write_tail(w, at, row->attr);
}

static void flush(struct rower *w)
{
    kk_hash_add(&w->hash, kk_slice(w->buffer, (size_t)(w->at - w->buffer)));
    w->at = w->buffer;
}

/* [BN-4] gid = H("grp", schema hash, canonical rows of one indicator). */
void kk_rows_gid(const uint8_t schema_hash[KK_HASH_BYTES], const struct kk_obs_words *words,
                 const struct kk_obs_group *group, uint8_t ret[KK_HASH_BYTES])
{
    struct rower w;
    const struct kk_obs_row *last = NULL;

    w.words = words;
    w.group = group;
    w.at = w.buffer;
    for (size_t i = 0; i < TAIL_SLOTS; i++)
        w.tails[i].attr = 0;
    kk_hash_init(&w.hash, "grp");
    kk_hash_add(&w.hash, kk_slice(schema_hash, KK_HASH_BYTES));
    for (size_t i = 0; i < group->count; i++) {
        const struct kk_obs_row *row = &group->rows[i];

        if (!last || last->area != row->area || last->breakdown != row->breakdown)
            write_head(&w, row);
        write_row(&w, row);
        if (w.at - w.buffer >= BUFFER_BYTES)
            flush(&w);
        last = row;
    }
    flush(&w);
    kk_hash_done(&w.hash, ret);
}

/* --- what lists tell --- */
static uint16_t first_unit(const struct kk_obs_words *w, const struct kk_obs_group *g)
{
    uint16_t found = g->attrs[0].unit;

    for (size_t i = 1; i < g->attr_count; i++) {
        if (w->units.rank[g->attrs[i].unit] < w->units.rank[found])
            found = g->attrs[i].unit;
    }
    return found;
}

/* Rows ascend by area, so that areas are counted as they change. */
void kk_rows_trait(const struct kk_obs_words *words, const struct kk_obs_group *group,
                   struct kk_rows_trait *ret)
{
    const uint16_t *rank = words->periods.rank;
    const struct kk_obs_row *row = group->rows, *end = row + group->count;
    struct kk_rows_trait t = { .areas = 1, .first = row->period, .last = row->period };

    t.unit = first_unit(words, group);
    for (row++; row < end; row++) {
        t.areas += row->area != row[-1].area;
        t.first = rank[row->period] < rank[t.first] ? row->period : t.first;
        t.last = rank[row->period] > rank[t.last] ? row->period : t.last;
    }
    *ret = t;
}

/* --- the tree above the rows --- */
void kk_rows_root_init(struct kk_rows_root *r, const uint8_t schema_hash[KK_HASH_BYTES])
{
    *r = (struct kk_rows_root){ 0 };
    memcpy(r->schema_hash, schema_hash, KK_HASH_BYTES);
}

void kk_rows_root_fini(struct kk_rows_root *r)
{
    kk_bytes_fini(&r->sums);
    kk_bytes_fini(&r->traits);
}

int kk_rows_root_add(struct kk_rows_root *r, const struct kk_group_sum *sum)
{
    int e = kk_shape_encode_checked(&kk_shape_group_sum, sum, &r->sums, NULL);

    if (e < 0)
        return e;
    r->count++;
    r->rows += sum->rows;
    return 0;
}

int kk_rows_root_block(struct kk_rows_root *r, const struct kk_obs_words *words,
                       const struct kk_obs_block *block)
{
    int e = 0;

    for (size_t i = 0; i < block->count && e == 0; i++) {
        const struct kk_obs_group *g = &block->groups[i];
        struct kk_group_sum sum = { .indicator = g->indicator, .rows = g->count };
        struct kk_rows_trait trait;

        kk_rows_trait(words, g, &trait);
        kk_rows_gid(r->schema_hash, words, g, sum.gid);
        e = kk_bytes_append(&r->traits, &trait, sizeof(trait));
        if (e == 0)
            e = kk_rows_root_add(r, &sum);
    }
    return e;
}

int kk_rows_root_join(struct kk_rows_root *r, const struct kk_rows_root *part)
{
    int e = kk_bytes_append_slice(&r->sums, kk_bytes_slice(&part->sums));

    if (e == 0)
        e = kk_bytes_append_slice(&r->traits, kk_bytes_slice(&part->traits));
    if (e < 0)
        return e;
    r->count += part->count;
    r->rows += part->rows;
    return 0;
}

/* [BN-5] seg_root = H("seg", schema hash, canonical list of sums). */
int kk_rows_root_done(struct kk_rows_root *r, uint8_t ret[KK_HASH_BYTES])
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes head = { 0 };
    struct kk_hash h;
    int e = kk_pack_array(&head, r->count);

    if (e < 0)
        return e;
    kk_hash_init(&h, "seg");
    kk_hash_add(&h, kk_slice(r->schema_hash, KK_HASH_BYTES));
    kk_hash_add(&h, kk_bytes_slice(&head));
    kk_hash_add(&h, kk_bytes_slice(&r->sums));
    kk_hash_done(&h, ret);
    return 0;
}

int kk_rows_root_list(const struct kk_rows_root *r, struct kk_bytes *out)
{
    int e = kk_pack_map(out, 1);

    if (e == 0)
        e = kk_pack_int(out, 1);
    if (e == 0)
        e = kk_pack_array(out, r->count);
    return e < 0 ? e : kk_bytes_append_slice(out, kk_bytes_slice(&r->sums));
}

/* [BN-6] */
void kk_rows_salt(const struct kk_secret *key, struct kk_slice scope, uint32_t release,
                  uint8_t ret[KK_HASH_BYTES])
{
    struct kk_hash h;

    kk_hash_init(&h, "salt");
    kk_hash_add(&h, kk_slice(key->bytes, key->len));
    kk_hash_add(&h, scope);
    kk_hash_add_u64(&h, release);
    kk_hash_done(&h, ret);
}

/* [BN-6] state = H("scp", canonical scope, salt, canonical list of segment sums). */
int kk_rows_state(const struct kk_manifest *manifest, uint8_t ret[KK_HASH_BYTES])
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes scope = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes list = { 0 };
    struct kk_hash h;
    int e = kk_pack_text(&scope, manifest->scope);

    if (e == 0)
        e = kk_pack_array(&list, manifest->segments.count);
    for (size_t i = 0; i < manifest->segments.count && e == 0; i++) {
        const struct kk_segment_ref *s = &manifest->segments.items[i];
        struct kk_segment_sum sum = { .dataset = s->dataset };

        memcpy(sum.seg_root, s->seg_root, KK_HASH_BYTES);
        e = kk_shape_encode_checked(&kk_shape_segment_sum, &sum, &list, NULL);
    }
    if (e < 0)
        return e;
    kk_hash_init(&h, "scp");
    kk_hash_add(&h, kk_bytes_slice(&scope));
    kk_hash_add(&h, kk_slice(manifest->salt, KK_HASH_BYTES));
    kk_hash_add(&h, kk_bytes_slice(&list));
    kk_hash_done(&h, ret);
    return 0;
}
