/*
 * Numbers in few bits ([BN-13] of docs/protocol.md). A value is q * div + rest. Next to a value p
 * before it, q is told as the difference q - p, folded to a number from 0 on (0, -1, 1, -2 …): its
 * low k bits as they are, with k from the size of p, and what is above them as one byte, which an
 * entropy coder then shrinks. A first value tells its bit length and its two highest bits in one
 * byte.
 */
#include "values.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/error.h"

#define STEP_BITS   6 /* k = bit length of p, less this: changes of some per cent take a few bits */
#define STEP_ESCAPE 255
#define FIRST_SMALL 4 /* below it, the byte is the value itself */
#define FIRST_MINUS 255

/* Costs in bits, to choose a scale: a value beyond it, and one more decimal digit. */
#define OFF_COST   10
#define DIGIT_COST 3

int64_t kk_values_power(unsigned exponent)
{
    static const int64_t powers[KK_OBS_DECIMALS + 1] = { 1, 10, 100, 1000, 10000 };

    kk_assert(exponent <= KK_OBS_DECIMALS);
    return powers[exponent];
}

static inline int64_t floor_div(int64_t value, int64_t div)
{
    int64_t q = value / div;

    return value % div < 0 ? q - 1 : q;
}

static inline uint64_t size_of(int64_t value)
{
    return (uint64_t)(value < 0 ? -value : value);
}

#define STEP_LEAST ((uint64_t)1 << (STEP_BITS - 1)) /* as if no value were shorter */

static inline unsigned step_bits(uint64_t size)
{
    return kk_bit_length(size | STEP_LEAST) - STEP_BITS;
}

static inline bool same_series(const struct kk_obs_row *a, const struct kk_obs_row *b)
{
    return a->area == b->area && a->breakdown == b->breakdown;
}

static bool has_value(const struct kk_obs_group *g, const struct kk_obs_row *row)
{
    return g->attrs[row->attr].missing == KK_MISSING_NONE;
}

/* --- writing --- */
unsigned kk_values_scale(const struct kk_values_job *job)
{
    uint64_t fits[KK_OBS_DECIMALS + 1] = { 0 };
    uint64_t count = 0, best_cost = UINT64_MAX;
    unsigned best = 0;

    for (size_t i = 0; i < job->fresh->count; i++) {
        int64_t value = job->fresh->rows[i].value;

        if (job->kinds[i] == KK_ROW_KEPT || !has_value(job->fresh, &job->fresh->rows[i]))
            continue;
        count++;
        for (unsigned e = 0; e <= KK_OBS_DECIMALS && value % kk_values_power(e) == 0; e++)
            fits[e]++;
    }
    for (unsigned e = 0; e <= KK_OBS_DECIMALS; e++) {
        uint64_t cost = (count - fits[e]) * OFF_COST + count * DIGIT_COST * (KK_OBS_DECIMALS - e);

        if (cost <= best_cost) {
            best_cost = cost;
            best = e;
        }
    }
    return best;
}

int kk_values_head(const struct kk_values_job *job, enum kk_row_kind lane, size_t attr_count,
                   struct kk_lane_head *ret)
{
    uint32_t *counts = kk_alloc_array(attr_count + 1, sizeof(*counts));
    struct kk_lane_head head = { 0 };
    uint64_t rows = 0;

    if (!counts)
        return KK_E_MEMORY;
    for (size_t i = 0; i < job->fresh->count; i++) {
        const struct kk_obs_row *row = &job->fresh->rows[i];

        if (job->kinds[i] != lane)
            continue;
        rows++;
        counts[job->attrs[row->attr]]++;
        head.offs += has_value(job->fresh, row) && row->value % job->div != 0;
    }
    for (size_t i = 0; i < attr_count; i++)
        if (counts[i] > counts[head.usual])
            head.usual = i;
    head.marks = rows - counts[head.usual];
    kk_free(counts);
    *ret = head;
    return 0;
}

static void put_rest(struct kk_out *o, int64_t rest)
{
    unsigned zeros = 0;

    while (rest % 10 == 0) {
        rest /= 10;
        zeros++;
    }
    kk_out_number(o, KK_STREAM_RESTS, (uint64_t)rest * (KK_OBS_DECIMALS + 1) + zeros);
}

static void put_step(struct kk_out *o, enum kk_stream s, int64_t q, int64_t before)
{
    bool minus = q < before;
    uint64_t size = minus ? (uint64_t)before - (uint64_t)q : (uint64_t)q - (uint64_t)before;
    uint64_t folded = 2 * size - minus;
    unsigned k = step_bits(size_of(before));
    uint64_t token = folded >> k;

    if (token < STEP_ESCAPE) {
        kk_out_byte(o, s, (uint8_t)token);
    } else {
        kk_out_byte(o, s, STEP_ESCAPE);
        kk_out_number(o, KK_STREAM_LARGE, token - STEP_ESCAPE);
    }
    kk_out_bits(o, folded, k);
}

static void put_first(struct kk_out *o, int64_t q)
{
    uint64_t size = (uint64_t)(q < 0 ? -q : q);
    unsigned len = kk_bit_length(size);

    if (q < 0)
        kk_out_byte(o, KK_STREAM_FIRSTS, FIRST_MINUS);
    if (size < FIRST_SMALL) {
        kk_out_byte(o, KK_STREAM_FIRSTS, (uint8_t)size);
        return;
    }
    kk_out_byte(o, KK_STREAM_FIRSTS,
                (uint8_t)(FIRST_SMALL + (len - 3) * 4 + ((size >> (len - 3)) & 3)));
    kk_out_bits(o, size, len - 3);
}

/* The value that stands in for one before the first: that of a later row which is there already. */
static const struct kk_obs_row *look_ahead(const struct kk_obs_row *rows, const uint8_t *kinds,
                                           size_t at, size_t count)
{
    for (size_t i = at; i < count && same_series(&rows[at], &rows[i]); i++)
        if (kinds[i] != KK_ROW_INSERT)
            return &rows[i];
    return NULL;
}

struct lane_out {
    struct kk_out *o;
    const struct kk_values_job *job;
    enum kk_row_kind lane;
    uint64_t usual;
    uint64_t rows, values; /* since the last gap */
    bool known;            /* a value stands before */
    int64_t before;        /* it, over div */
};

static void out_row(struct lane_out *l, const struct kk_obs_row *row)
{
    const struct kk_values_job *job = l->job;
    uint16_t attr = job->attrs[row->attr];
    int64_t q = floor_div(row->value, job->div);
    int64_t rest = row->value - q * job->div;

    if (attr != l->usual) {
        kk_out_number(l->o, KK_STREAM_GAPS, l->rows);
        kk_out_number(l->o, KK_STREAM_MARKS, attr);
        l->rows = 0;
    } else {
        l->rows++;
    }
    if (!has_value(job->fresh, row))
        return;
    if (rest != 0) {
        kk_out_number(l->o, KK_STREAM_OFFS, l->values);
        put_rest(l->o, rest);
        l->values = 0;
    } else {
        l->values++;
    }
    if (l->known)
        put_step(l->o, l->lane == KK_ROW_EDIT ? KK_STREAM_SHIFTS : KK_STREAM_STEPS, q, l->before);
    else
        put_first(l->o, q);
    l->known = true;
    l->before = q;
}

static void out_edits(struct lane_out *l)
{
    const struct kk_values_job *job = l->job;

    for (size_t i = 0; i < job->fresh->count; i++) {
        const struct kk_obs_row *old;

        if (job->kinds[i] != KK_ROW_EDIT)
            continue;
        old = &job->old->rows[job->before[i]];
        l->known = has_value(job->old, old);
        l->before = floor_div(old->value, job->div);
        out_row(l, &job->fresh->rows[i]);
    }
}

static void out_inserts(struct lane_out *l)
{
    const struct kk_values_job *job = l->job;
    const struct kk_obs_row *rows = job->fresh->rows;

    for (size_t i = 0; i < job->fresh->count; i++) {
        if (i == 0 || !same_series(&rows[i - 1], &rows[i])) {
            const struct kk_obs_row *ahead = look_ahead(rows, job->kinds, i, job->fresh->count);

            l->known = ahead && has_value(job->fresh, ahead);
            l->before = l->known ? floor_div(ahead->value, job->div) : 0;
        }
        if (job->kinds[i] == KK_ROW_INSERT) {
            out_row(l, &rows[i]);
        } else if (has_value(job->fresh, &rows[i])) {
            l->known = true;
            l->before = floor_div(rows[i].value, job->div);
        }
    }
}

void kk_values_encode(struct kk_out *o, const struct kk_values_job *job, enum kk_row_kind lane,
                      const struct kk_lane_head *head)
{
    struct lane_out l = { .o = o, .job = job, .lane = lane, .usual = head->usual };

    if (lane == KK_ROW_EDIT)
        out_edits(&l);
    else
        out_inserts(&l);
}

/* --- reading --- */
static void read_gap(struct kk_values_lane *l)
{
    l->next_mark = l->marks > 0 ? kk_in_number(l->in, KK_STREAM_GAPS) : UINT64_MAX;
}

static uint16_t take_attr(struct kk_values_lane *l)
{
    uint16_t attr;

    if (l->next_mark-- > 0)
        return l->usual;
    attr = (uint16_t)kk_in_below(l->in, KK_STREAM_MARKS, l->v->attr_count);
    l->marks--;
    read_gap(l);
    return attr;
}

static void read_off(struct kk_values_lane *l)
{
    l->next_off = l->offs > 0 ? kk_in_number(l->in, KK_STREAM_OFFS) : UINT64_MAX;
}

static int64_t take_rest(struct kk_values_lane *l)
{
    uint64_t code;
    int64_t rest;

    if (l->next_off-- > 0)
        return 0;
    code = kk_in_below(l->in, KK_STREAM_RESTS, KK_OBS_SCALE * (KK_OBS_DECIMALS + 1));
    rest = (int64_t)(code / (KK_OBS_DECIMALS + 1)) *
           kk_values_power((unsigned)(code % (KK_OBS_DECIMALS + 1)));
    if (rest <= 0 || rest >= l->v->div)
        l->in->bad = true;
    l->offs--;
    read_off(l);
    return rest;
}

static inline int64_t unfold(int64_t before, uint64_t folded)
{
    return before + ((int64_t)(folded / 2) ^ -(int64_t)(folded & 1));
}

static inline int64_t take_step(struct kk_values_lane *l)
{
    unsigned k = step_bits(size_of(l->before));
    uint64_t token = kk_in_byte(l->in, l->steps);

    if (token == STEP_ESCAPE)
        token += kk_in_below(l->in, KK_STREAM_LARGE, UINT64_MAX / 2);
    if (token > (uint64_t)INT64_MAX >> (k + 1)) {
        l->in->bad = true;
        return 0;
    }
    return unfold(l->before, token << k | kk_in_bits(l->in, k));
}

static int64_t take_first(struct kk_values_lane *l)
{
    unsigned token = kk_in_byte(l->in, KK_STREAM_FIRSTS);
    bool minus = token == FIRST_MINUS;
    int64_t size;

    if (minus)
        token = kk_in_byte(l->in, KK_STREAM_FIRSTS);
    if (token < FIRST_SMALL) {
        size = (int64_t)token;
    } else {
        unsigned len = (token - FIRST_SMALL) / 4 + 3;

        if (len > 59) {
            l->in->bad = true;
            return 0;
        }
        size = (int64_t)((uint64_t)(4 | ((token - FIRST_SMALL) & 3)) << (len - 3) |
                         kk_in_bits(l->in, len - 3));
    }
    return minus ? -size : size;
}

static inline void take_row(struct kk_values_lane *l, struct kk_obs_row *row)
{
    int64_t q, rest;

    row->attr = take_attr(l);
    if (l->v->attrs[row->attr].missing != KK_MISSING_NONE) {
        row->value = 0;
        return;
    }
    rest = take_rest(l);
    q = l->known ? take_step(l) : take_first(l);
    if (q > l->limit || q < -l->limit) {
        l->in->bad = true;
        q = 0;
    }
    l->known = true;
    l->before = q;
    row->value = q * l->v->div + rest;
    if (row->value > KK_OBS_VALUE_MAX || row->value < -KK_OBS_VALUE_MAX)
        l->in->bad = true;
}

static void take_edits(struct kk_values_lane *l)
{
    const struct kk_values_in *v = l->v;

    for (size_t i = 0; i < v->edit_count; i++) {
        struct kk_obs_row *row = &v->rows[v->edits[i]];

        l->known = v->attrs[row->attr].missing == KK_MISSING_NONE;
        l->before = floor_div(row->value, v->div);
        take_row(l, row);
    }
}

/* Values whose steps have the same number of low bits: those of a series are mostly of one. */
struct band {
    unsigned bits;
    int64_t low;
    uint64_t span; /* from it to the highest */
};

static struct band band_of(int64_t q)
{
    struct band b = { .bits = step_bits(size_of(q)) };
    int64_t end = (int64_t)1 << (b.bits + STEP_BITS);

    b.low = b.bits == 0 || q < 0 ? 1 - end : end / 2;
    b.span = (uint64_t)(b.bits == 0 ? 2 * end - 2 : end / 2 - 1);
    return b;
}

static inline bool band_holds(const struct band *b, int64_t q)
{
    return (uint64_t)q - (uint64_t)b->low <= b->span;
}

/*
 * Steps of one byte, as long as the value before them stays in its band: how many. None where
 * values of the band may be out of range, so that the last one alone must be looked at.
 */
static size_t take_steps(struct kk_values_lane *l, struct kk_obs_row *rows, size_t count)
{
    const struct band b = band_of(l->before);
    const uint64_t unit = (uint64_t)1 << b.bits;
    const uint8_t *bits = l->in->feeds[KK_STREAM_BITS].at, *steps = l->in->feeds[l->steps].at;
    const int64_t div = l->v->div;
    uint64_t bit = l->in->bit;
    int64_t q = l->before;
    size_t i = 0;

    if (unit << STEP_BITS > l->plain_limit)
        return 0;
    for (; i < count && steps[i] != STEP_ESCAPE && band_holds(&b, q); i++) {
        q = unfold(q, steps[i] * unit + (kk_in_word(bits + bit / 8) >> bit % 8 & (unit - 1)));
        rows[i].value = q * div; /* below 2^62, also where it is out of range */
        bit += b.bits;
    }
    l->in->feeds[l->steps].at += i;
    l->in->bit = bit;
    l->before = q;
    if (size_of(q) > l->plain_limit && i > 0) {
        l->in->bad = true;
        l->before = 0;
    }
    return i;
}

static inline size_t least(size_t a, uint64_t b)
{
    return b < a ? (size_t)b : a;
}

/*
 * Rows that continue a series, have the usual attribute and fit the scale are most rows there are:
 * nothing is asked of them but their steps. How many of `rows` these are.
 */
static size_t take_plain(struct kk_values_lane *l, struct kk_obs_row *rows, size_t count)
{
    size_t taken = 0, more = 1;

    count = least(count, l->next_mark);
    count = least(count, l->next_off);
    for (; taken < count && more > 0; taken += more)
        more = take_steps(l, &rows[taken], count - taken);
    l->next_mark -= taken;
    l->next_off -= taken;
    return taken;
}

/* May eight bytes of bits and one step be read for each of so many rows? */
static bool has_bytes(const struct kk_values_lane *l, size_t count)
{
    const struct kk_feed *bits = &l->in->feeds[KK_STREAM_BITS], *steps = &l->in->feeds[l->steps];

    return (size_t)(steps->end - steps->at) >= count &&
           8 * (uint64_t)(bits->end - bits->at) - l->in->bit >= 64 * (uint64_t)count;
}

void kk_values_series(struct kk_values_lane *l, struct kk_obs_row *rows, size_t count)
{
    bool plain = l->plain && has_bytes(l, count);

    l->known = false;
    l->before = 0;
    for (size_t i = 0; i < count;) {
        take_row(l, &rows[i++]);
        if (plain && l->known && i < count)
            i += take_plain(l, &rows[i], count - i);
    }
}

/* What stands before a row that comes: the last value of its series, or one that is there later. */
static void look_back(struct kk_values_lane *l, size_t at)
{
    const struct kk_values_in *v = l->v;
    const struct kk_obs_row *found = NULL;
    size_t i = at;

    for (; i > 0 && !found && same_series(&v->rows[i - 1], &v->rows[at]); i--)
        if (v->attrs[v->rows[i - 1].attr].missing == KK_MISSING_NONE)
            found = &v->rows[i - 1];
    if (!found)
        found = look_ahead(v->rows, v->kinds, i, v->count);
    l->known = found && v->attrs[found->attr].missing == KK_MISSING_NONE;
    l->before = l->known ? floor_div(found->value, v->div) : 0;
}

static void take_inserts(struct kk_values_lane *l)
{
    const struct kk_values_in *v = l->v;
    const uint8_t *at = v->kinds, *end = v->kinds + v->count;

    for (; (at = memchr(at, KK_ROW_INSERT, (size_t)(end - at))); at++) {
        look_back(l, (size_t)(at - v->kinds));
        take_row(l, &v->rows[at - v->kinds]);
        if (at + 1 == end)
            break;
    }
}

void kk_values_begin(struct kk_values_lane *l, const struct kk_values_in *v, enum kk_row_kind lane,
                     const struct kk_lane_head *head)
{
    *l = (struct kk_values_lane){ .in = v->in,
                                  .v = v,
                                  .steps = lane == KK_ROW_EDIT ? KK_STREAM_SHIFTS : KK_STREAM_STEPS,
                                  .usual = (uint16_t)head->usual,
                                  .plain = v->attrs[head->usual].missing == KK_MISSING_NONE,
                                  .marks = head->marks,
                                  .offs = head->offs,
                                  .limit = KK_OBS_VALUE_MAX / v->div + (v->div > 1),
                                  .plain_limit = (uint64_t)(KK_OBS_VALUE_MAX / v->div) };
    read_gap(l);
    read_off(l);
}

void kk_values_end(struct kk_values_lane *l)
{
    if (l->marks > 0 || l->offs > 0)
        l->in->bad = true; /* more was announced than there are rows */
}

void kk_values_decode(const struct kk_values_in *v, enum kk_row_kind lane,
                      const struct kk_lane_head *head)
{
    struct kk_values_lane l;

    kk_values_begin(&l, v, lane, head);
    if (lane == KK_ROW_EDIT)
        take_edits(&l);
    else
        take_inserts(&l);
    kk_values_end(&l);
}
