/*
 * The register per field. For each field the operations that write it and have no writing
 * descendant remain; they are put in order by (hlc, device, id) and equal values fall together.
 * Ancestry is a bit matrix: a record has few operations, and a few thousand are still a megabyte.
 * [RL-9]
 */
#include "kukyoku/record/merge.h"

#include "kukyoku/error.h"

/* A body in as much room as it takes: a struct kk_body is 6 KB, and a list opens a thousand. */
struct written {
    const struct kk_body_field *fields;
    size_t count;
};
struct merging {
    const struct kk_merge_op *ops;
    size_t count;
    struct kk_arena *arena;
    struct written *bodies;
    size_t *order; /* ops by id, for look-ups */
    uint64_t *above; /* row i: ancestors of op i, a bit each */
    uint8_t *mark;   /* 0 new, 1 under way, 2 done */
    size_t words;
};

/* Heap sort by id: no libc comparator can take the context that it would need. */
static void sift(const struct merging *m, size_t root, size_t end)
{
    for (;;) {
        size_t child = 2 * root + 1, top;

        if (child >= end)
            return;
        if (child + 1 < end && memcmp(m->ops[m->order[child]].id, m->ops[m->order[child + 1]].id,
                                      KK_HASH_BYTES) < 0)
            child++;
        if (memcmp(m->ops[m->order[root]].id, m->ops[m->order[child]].id, KK_HASH_BYTES) >= 0)
            return;
        top = m->order[root];
        m->order[root] = m->order[child];
        m->order[child] = top;
        root = child;
    }
}

static void sort_by_id(struct merging *m)
{
    for (size_t i = 0; i < m->count; i++)
        m->order[i] = i;
    for (size_t i = m->count / 2; i > 0; i--)
        sift(m, i - 1, m->count);
    for (size_t end = m->count; end > 1; end--) {
        size_t top = m->order[0];

        m->order[0] = m->order[end - 1];
        m->order[end - 1] = top;
        sift(m, 0, end - 1);
    }
}

/* SIZE_MAX: a parent that was refused or never seen; it is passed over, which is the truth. */
static size_t find(const struct merging *m, const uint8_t *id)
{
    size_t lo = 0, hi = m->count;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        int order = memcmp(m->ops[m->order[mid]].id, id, KK_HASH_BYTES);

        if (order == 0)
            return m->order[mid];
        if (order < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return SIZE_MAX;
}

static bool is_above(const struct merging *m, size_t ancestor, size_t op)
{
    return m->above[op * m->words + ancestor / 64] >> (ancestor % 64) & 1;
}

/*
 * Parents before children, with a stack of our own. Ids are hashes over their parents' ids, so no
 * cycle can exist; a parent met under way would be one, and is passed over.
 */
static void close_ancestry(struct merging *m, size_t start, size_t *stack)
{
    size_t depth = 0;

    stack[depth++] = start;
    while (depth > 0) {
        size_t op = stack[depth - 1], waiting = SIZE_MAX;

        m->mark[op] = 1;
        for (size_t i = 0; i < m->ops[op].parent_count && waiting == SIZE_MAX; i++) {
            size_t parent = find(m, m->ops[op].parents[i].id);

            if (parent != SIZE_MAX && m->mark[parent] == 0)
                waiting = parent;
        }
        if (waiting != SIZE_MAX) {
            stack[depth++] = waiting;
            continue;
        }
        for (size_t i = 0; i < m->ops[op].parent_count; i++) {
            size_t parent = find(m, m->ops[op].parents[i].id);

            if (parent == SIZE_MAX || m->mark[parent] != 2)
                continue;
            for (size_t w = 0; w < m->words; w++)
                m->above[op * m->words + w] |= m->above[parent * m->words + w];
            m->above[op * m->words + parent / 64] |= 1ull << (parent % 64);
        }
        m->mark[op] = 2;
        depth--;
    }
}

static int read_body(const struct merging *m, size_t op)
{
    struct kk_body body;
    struct kk_body_field *fields;
    int r;

    if (!m->ops[op].body.data)
        return 0;
    r = kk_body_read(m->ops[op].body, &body);
    if (r < 0)
        return r;
    fields = kk_arena_array(m->arena, body.count + 1, sizeof(*fields));
    if (!fields)
        return KK_E_MEMORY;
    memcpy(fields, body.fields, body.count * sizeof(*fields));
    m->bodies[op] = (struct written){ .fields = fields, .count = body.count };
    return 0;
}

/* NULL: this operation does not write it. */
static const struct kk_body_field *find_field(const struct merging *m, size_t op, uint32_t number)
{
    return kk_body_field_of(m->bodies[op].fields, m->bodies[op].count, number);
}

static int prepare(struct merging *m)
{
    size_t *stack = kk_arena_array(m->arena, m->count + 1, sizeof(*stack));

    m->words = (m->count + 63) / 64;
    m->order = kk_arena_array(m->arena, m->count + 1, sizeof(*m->order));
    m->mark = kk_arena_array(m->arena, m->count + 1, 1);
    m->above = kk_arena_array(m->arena, m->count * m->words + 1, sizeof(*m->above));
    m->bodies = kk_arena_array(m->arena, m->count + 1, sizeof(*m->bodies));
    if (!stack || !m->order || !m->mark || !m->above || !m->bodies)
        return KK_E_MEMORY;
    sort_by_id(m);
    for (size_t i = 0; i < m->count; i++) {
        int r = read_body(m, i);

        if (r < 0)
            return r;
        if (m->mark[i] == 0)
            close_ancestry(m, i, stack);
    }
    return 0;
}

/* Negative: a stands before b, that is a is shown. */
static int rank(const struct merging *m, size_t a, size_t b)
{
    int order;

    if (m->ops[a].hlc != m->ops[b].hlc)
        return m->ops[a].hlc > m->ops[b].hlc ? -1 : 1;
    order = memcmp(m->ops[b].device, m->ops[a].device, KK_ID_BYTES);
    return order != 0 ? order : memcmp(m->ops[b].id, m->ops[a].id, KK_HASH_BYTES);
}

static bool superseded(const struct merging *m, size_t op, uint32_t number)
{
    for (size_t i = 0; i < m->count; i++) {
        if (i != op && is_above(m, op, i) && find_field(m, i, number))
            return true;
    }
    return false;
}

/* Keeps values distinct and in rank order. */
static void add_value(const struct merging *m, struct kk_merge_value *values, size_t *count,
                      struct kk_merge_value v)
{
    size_t at = 0;

    for (size_t i = 0; i < *count; i++) {
        if (kk_slice_equal(values[i].value, v.value)) {
            if (rank(m, values[i].op, v.op) <= 0)
                return;
            memmove(&values[i], &values[i + 1], (*count - i - 1) * sizeof(v));
            (*count)--;
            break;
        }
    }
    while (at < *count && rank(m, values[at].op, v.op) < 0)
        at++;
    memmove(&values[at + 1], &values[at], (*count - at) * sizeof(v));
    values[at] = v;
    (*count)++;
}

static int merge_field(const struct merging *m, uint32_t number, struct kk_merge_field *ret)
{
    struct kk_merge_value *values;
    size_t writers = 0, count = 0;

    for (size_t i = 0; i < m->count; i++)
        writers += find_field(m, i, number) != NULL;
    values = kk_arena_array(m->arena, writers + 1, sizeof(*values));
    if (!values)
        return KK_E_MEMORY;
    for (size_t i = 0; i < m->count; i++) {
        const struct kk_body_field *f = find_field(m, i, number);

        if (f && !superseded(m, i, number))
            add_value(m, values, &count, (struct kk_merge_value){ .value = f->value, .op = i });
    }
    *ret = (struct kk_merge_field){ .number = number, .values = values, .count = count };
    return 0;
}

/* The smallest field number above `after` that any body writes; 0: none. */
static uint32_t next_number(const struct merging *m, uint32_t after)
{
    uint32_t best = 0;

    for (size_t i = 0; i < m->count; i++) {
        for (size_t k = 0; k < m->bodies[i].count; k++) {
            uint32_t n = m->bodies[i].fields[k].number;

            if (n > after && (best == 0 || n < best))
                best = n;
        }
    }
    return best;
}

static int merge_fields(const struct merging *m, struct kk_merged *ret)
{
    struct kk_merge_field *fields;
    size_t count = 0;
    int r = 0;

    for (uint32_t n = next_number(m, 0); n != 0; n = next_number(m, n))
        count++;
    fields = kk_arena_array(m->arena, count + 1, sizeof(*fields));
    if (!fields)
        return KK_E_MEMORY;
    ret->fields = fields;
    for (uint32_t n = next_number(m, 0); r == 0 && n != 0; n = next_number(m, n)) {
        struct kk_merge_field *f = &fields[ret->field_count];

        r = merge_field(m, n, f);
        if (r < 0 || (f->count == 1 && kk_body_emptied(f->values[0].value)))
            continue; /* emptied, and nobody says otherwise */
        ret->conflicts += f->count > 1;
        ret->field_count++;
    }
    return r;
}

static int find_heads(const struct merging *m, struct kk_merged *ret)
{
    size_t *heads = kk_arena_array(m->arena, m->count + 1, sizeof(*heads));

    if (!heads)
        return KK_E_MEMORY;
    for (size_t i = 0; i < m->count; i++) {
        bool parent = false;

        for (size_t k = 0; k < m->count && !parent; k++)
            parent = is_above(m, m->order[i], k);
        if (!parent)
            heads[ret->head_count++] = m->order[i];
    }
    ret->heads = heads;
    return 0;
}

int kk_merge(const struct kk_merge_op *ops, size_t count, struct kk_arena *arena,
             struct kk_merged *ret)
{
    struct merging m = { .ops = ops, .count = count, .arena = arena };
    int r = prepare(&m);

    *ret = (struct kk_merged){ 0 };
    if (r == 0)
        r = merge_fields(&m, ret);
    return r == 0 ? find_heads(&m, ret) : r;
}

int kk_merged_body(const struct kk_merged *merged, struct kk_body *ret)
{
    int r = 0;

    ret->count = 0;
    for (size_t i = 0; r == 0 && i < merged->field_count; i++)
        r = kk_body_set(ret, merged->fields[i].number, merged->fields[i].values[0].value);
    kk_body_drop_emptied(ret);
    return r;
}
