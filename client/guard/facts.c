/* What was said about each cell (facts.h). [DC-2] */
#include "guard/facts.h"

#include "guard/rules.h"
#include "kukyoku/base/alloc.h"
#include "kukyoku/trust/scope.h"

#define FIRST_SLOTS 1024

/* --- eyes --- */
#define WARD_ROW(code, ja, en) code,
static const char *const wards[] = { KK_WARDS(WARD_ROW) };
_Static_assert(KK_COUNT(wards) <= KK_EYES_WARDS, "a bit for each ward");

uint32_t kk_eyes_of_area(struct kk_slice area)
{
    for (size_t i = 0; i < KK_COUNT(wards); i++) {
        if (area.len >= 5 && memcmp(area.data, wards[i], 5) == 0)
            return KK_EYES_WARD0 << i;
    }
    return 0;
}

uint32_t kk_eyes_of(struct kk_slice scope)
{
    struct kk_scope s;

    if (!kk_scope_parse(scope, &s))
        return 0;
    if (s.kind == KK_SCOPE_PUB)
        return KK_EYES_PUB;
    if (s.kind == KK_SCOPE_INT)
        return KK_EYES_INT;
    return s.kind == KK_SCOPE_R ? kk_eyes_of_area(kk_slice_text(s.ward)) : 0;
}

/* --- memory --- */
void kk_facts_init(struct kk_facts *f)
{
    *f = (struct kk_facts){ 0 };
    kk_dict_init(&f->indicators);
    kk_dict_init(&f->areas);
    kk_dict_init(&f->periods);
    kk_dict_init(&f->breakdowns);
}

void kk_facts_fini(struct kk_facts *f)
{
    kk_dict_fini(&f->indicators);
    kk_dict_fini(&f->areas);
    kk_dict_fini(&f->periods);
    kk_dict_fini(&f->breakdowns);
    kk_free(f->of_indicator);
    kk_free(f->cells);
    kk_free(f->facts);
    kk_free(f->slots);
    *f = (struct kk_facts){ 0 };
}

/* Room for one more item in a list that doubles. */
static int grow(void **list, size_t count, size_t *cap, size_t size)
{
    size_t more = *cap ? 2 * *cap : 256;
    void *bigger;

    if (count < *cap)
        return 0;
    bigger = kk_realloc(*list, more * size);
    if (!bigger)
        return KK_E_MEMORY;
    memset((uint8_t *)bigger + *cap * size, 0, (more - *cap) * size);
    *list = bigger;
    *cap = more;
    return 0;
}

static size_t slot_of(const struct kk_facts *f, const struct kk_fact_cell *key)
{
    uint64_t h = (uint64_t)key->indicator << 48 | (uint64_t)key->area << 32 |
                 (uint64_t)key->period << 16 | key->breakdown;

    /* A product moves bits up alone: those of the indicator have to come down first. */
    h = (h ^ (h >> 32)) * UINT64_C(0x9E3779B97F4A7C15);
    h = (h ^ (h >> 29)) * UINT64_C(0xBF58476D1CE4E5B9);
    return (size_t)(h >> 32) & (f->slot_count - 1);
}

static int widen(struct kk_facts *f)
{
    size_t count = f->slot_count ? 2 * f->slot_count : FIRST_SLOTS;
    uint32_t *slots;

    if (f->cell_count < f->slot_count)
        return 0;
    slots = kk_alloc_array(count, sizeof *slots);
    if (!slots)
        return KK_E_MEMORY;
    kk_free(f->slots);
    f->slots = slots;
    f->slot_count = count;
    for (uint32_t i = 0; i < f->cell_count; i++) {
        size_t at = slot_of(f, &f->cells[i]);

        f->cells[i].next = slots[at];
        slots[at] = i + 1;
    }
    return 0;
}

/* --- cells and facts --- */
static bool is_cell(const struct kk_fact_cell *c, const struct kk_fact_cell *key)
{
    return c->indicator == key->indicator && c->area == key->area && c->period == key->period &&
           c->breakdown == key->breakdown;
}

uint32_t kk_facts_find(const struct kk_facts *f, const struct kk_fact_cell *key)
{
    uint32_t at = f->slot_count ? f->slots[slot_of(f, key)] : 0;

    while (at > 0) {
        const struct kk_fact_cell *c = &f->cells[at - 1];

        if (is_cell(c, key))
            return at - 1;
        at = c->next;
    }
    return KK_NO_FACT;
}

static int cell_of(struct kk_facts *f, const struct kk_fact_cell *key, uint32_t *ret)
{
    size_t at;
    int r;

    *ret = kk_facts_find(f, key);
    if (*ret != KK_NO_FACT)
        return 0;
    r = widen(f);
    if (r == 0)
        r = grow((void **)&f->cells, f->cell_count, &f->cell_cap, sizeof *f->cells);
    if (r < 0)
        return r;
    at = slot_of(f, key);
    *ret = (uint32_t)f->cell_count++;
    f->cells[*ret] = *key;
    f->cells[*ret].now = f->cells[*ret].newest = KK_NO_FACT;
    f->cells[*ret].hiding = 0;
    f->cells[*ret].next = f->slots[at];
    f->slots[at] = *ret + 1;
    return 0;
}

static int fact_new(struct kk_facts *f, uint32_t cell, uint32_t *ret)
{
    int r = grow((void **)&f->facts, f->count, &f->cap, sizeof *f->facts);

    if (r < 0)
        return r;
    *ret = (uint32_t)f->count++;
    f->facts[*ret] = (struct kk_fact){ .cell = cell, .older = f->cells[cell].newest };
    f->cells[cell].newest = *ret;
    return 0;
}

/* The fact that has this number: one that had it before, one that had none, or a new one. */
static int fact_of(struct kk_facts *f, uint32_t cell, int64_t value, uint32_t *ret)
{
    int r = 0;

    *ret = f->cells[cell].newest;
    while (*ret != KK_NO_FACT && f->facts[*ret].valued && f->facts[*ret].value != value)
        *ret = f->facts[*ret].older;
    if (*ret == KK_NO_FACT)
        r = fact_new(f, cell, ret);
    if (r == 0) {
        f->facts[*ret].valued = true;
        f->facts[*ret].value = value;
    }
    return r;
}

/* --- reading a release --- */
void kk_facts_begin(struct kk_facts *f, uint32_t release)
{
    f->release = release;
    f->next = 0;
    for (size_t i = 0; i < f->cell_count; i++)
        f->cells[i].now = KK_NO_FACT;
    for (size_t i = 0; i < f->count; i++)
        f->facts[i].shown_now = f->facts[i].hidden_now = 0;
}

static unsigned decimals_of(int64_t value)
{
    unsigned n = KK_OBS_DECIMALS;

    while (n > 0 && value % 10 == 0) {
        value /= 10;
        n--;
    }
    return n;
}

static int note_indicator(struct kk_facts *f, uint16_t code, const struct kk_obs *row)
{
    struct kk_fact_indicator *i;
    unsigned decimals = row->missing == KK_MISSING_NONE ? decimals_of(row->value) : 0;
    int r = 0;

    while (f->indicator_cap <= code && r == 0)
        r = grow((void **)&f->of_indicator, f->indicator_cap, &f->indicator_cap,
                 sizeof *f->of_indicator);
    if (r < 0)
        return r;
    i = &f->of_indicator[code];
    if (row->unit.len > 0 && !i->units_seen) {
        i->units_seen = true;
        i->adds = kk_rules_unit_adds(row->unit);
    }
    i->negative = i->negative || row->value < 0;
    i->decimals = decimals > i->decimals ? decimals : i->decimals;
    return 0;
}

static int key_of(struct kk_facts *f, const struct kk_obs *row, struct kk_fact_cell *key)
{
    size_t last = f->next < f->cell_count ? f->next : f->cell_count - 1;
    struct kk_fact_cell near = f->cell_count ? f->cells[last] : (struct kk_fact_cell){ 0 };
    int r = kk_dict_add_near(&f->indicators, row->indicator, near.indicator, &key->indicator);

    if (r == 0)
        r = kk_dict_add_near(&f->areas, row->area, near.area, &key->area);
    if (r == 0)
        r = kk_dict_add_near(&f->periods, row->period, near.period, &key->period);
    if (r == 0)
        r = kk_dict_add_near(&f->breakdowns, row->breakdown, near.breakdown, &key->breakdown);
    return r == 0 ? note_indicator(f, key->indicator, row) : r;
}

/* The cell of a row: most often the one behind that of the row before. */
static int cell_near(struct kk_facts *f, const struct kk_fact_cell *key, uint32_t *ret)
{
    int r = 0;

    if (f->next < f->cell_count && is_cell(&f->cells[f->next], key))
        *ret = f->next;
    else
        r = cell_of(f, key, ret);
    if (r == 0)
        f->next = *ret + 1;
    return r;
}

int kk_facts_row(struct kk_facts *f, uint32_t eyes, const struct kk_obs *row)
{
    struct kk_fact_cell key = { 0 };
    uint32_t cell = 0, fact;
    int r;

    if (row->missing == KK_MISSING_UNKNOWN || eyes == 0)
        return 0;
    r = key_of(f, row, &key);
    if (r == 0)
        r = cell_near(f, &key, &cell);
    if (r < 0)
        return r;
    if (row->missing == KK_MISSING_CONCEALED) {
        f->cells[cell].hiding |= eyes;
        return 0;
    }
    /* "None" counts as nothing in every sum. */
    r = fact_of(f, cell, row->missing == KK_MISSING_NOTHING ? 0 : row->value, &fact);
    if (r < 0)
        return r;
    if (f->facts[fact].shown == 0)
        f->facts[fact].release = f->release;
    f->facts[fact].shown |= eyes;
    f->facts[fact].shown_now |= eyes;
    /* Of two numbers the one for fewer eyes is the better one; scopes come in any order. */
    if (f->cells[cell].now == KK_NO_FACT || eyes > f->facts[f->cells[cell].now].shown_now)
        f->cells[cell].now = fact;
    return 0;
}

int kk_facts_end(struct kk_facts *f)
{
    for (uint32_t i = 0; i < f->cell_count; i++) {
        struct kk_fact_cell *c = &f->cells[i];
        int r = 0;

        if (c->hiding == 0)
            continue;
        /* What is concealed now is what was told to somebody now, else what was told last. */
        if (c->now == KK_NO_FACT && c->newest == KK_NO_FACT)
            r = fact_new(f, i, &c->now);
        if (r < 0)
            return r;
        c = &f->cells[i];
        if (c->now == KK_NO_FACT)
            c->now = c->newest;
        f->facts[c->now].hidden |= c->hiding;
        f->facts[c->now].hidden_now |= c->hiding;
        c->hiding = 0;
    }
    return 0;
}

int kk_facts_reach(struct kk_facts *f, const struct kk_fact_cell *key, uint32_t *ret_fact)
{
    uint32_t cell;
    int r = cell_of(f, key, &cell);

    if (r == 0 && f->cells[cell].now == KK_NO_FACT && f->cells[cell].newest != KK_NO_FACT)
        f->cells[cell].now = f->cells[cell].newest;
    if (r == 0 && f->cells[cell].now == KK_NO_FACT)
        r = fact_new(f, cell, &f->cells[cell].now);
    if (r == 0)
        *ret_fact = f->cells[cell].now;
    return r;
}

int kk_fact_name(const struct kk_facts *f, uint32_t fact, struct kk_bytes *out)
{
    const struct kk_fact_cell *c = &f->cells[f->facts[fact].cell];
    const struct kk_slice parts[] = { f->indicators.items[c->indicator], f->areas.items[c->area],
                                      f->periods.items[c->period],
                                      f->breakdowns.items[c->breakdown] };
    int r = 0;

    for (size_t i = 0; i < KK_COUNT(parts) && r == 0; i++) {
        if (i > 0 && parts[i].len > 0)
            r = kk_bytes_append_text(out, " ");
        if (r == 0)
            r = kk_bytes_append_slice(out, parts[i]);
    }
    return r;
}
