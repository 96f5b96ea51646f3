/*
 * From two states of a pack to a section. First every pair of groups is compared and what it names
 * is noted, then the lists are written, then each pair that differs.
 */
#include "keys.h"
#include "touch.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/error.h"

/* An indicator in the old and the new state; one of them may be missing. */
struct pair {
    const struct kk_obs_group *old, *fresh;
    uint8_t *kinds;   /* of fresh rows */
    uint8_t *gone;    /* of old rows: 0 stays, 1 changes, 2 goes */
    uint32_t *before; /* of fresh rows that change: their old row */
    uint16_t *attrs;  /* of fresh attributes: their number in the section */
    uint16_t *told;   /* fresh attributes that the section tells, in order */
    struct kk_touch entry;
    bool changed;
};

struct encoder {
    const struct kk_obs_words *words;
    struct pair *pairs;
    size_t count;
    struct kk_out out;
    struct kk_keys_out keys;
    struct kk_dict texts;
};

static void encoder_fini(struct encoder *e)
{
    for (size_t i = 0; i < e->count; i++) {
        kk_free(e->pairs[i].kinds);
        kk_free(e->pairs[i].gone);
        kk_free(e->pairs[i].before);
        kk_free(e->pairs[i].attrs);
        kk_free(e->pairs[i].told);
    }
    kk_free(e->pairs);
    kk_out_fini(&e->out);
    kk_keys_out_fini(&e->keys);
    kk_dict_fini(&e->texts);
}

static void encoder_auto_fini(struct encoder *e)
{
    encoder_fini(e);
}

/* --- comparing --- */
static bool row_same(const struct pair *p, const struct kk_obs_row *old,
                     const struct kk_obs_row *fresh)
{
    return old->value == fresh->value &&
           kk_obs_attr_equal(&p->old->attrs[old->attr], &p->fresh->attrs[fresh->attr]);
}

static void compare_rows(const struct kk_obs_words *words, struct pair *p)
{
    size_t old_count = p->old ? p->old->count : 0;
    size_t i = 0, j = 0;

    while (i < old_count || j < p->fresh->count) {
        int order = i == old_count ? 1
                    : j == p->fresh->count
                        ? -1
                        : kk_obs_row_compare(words, &p->old->rows[i], &p->fresh->rows[j]);

        if (order < 0) {
            p->gone[i++] = 2;
            p->entry.drops++;
        } else if (order > 0) {
            p->kinds[j++] = KK_ROW_INSERT;
            p->entry.inserts++;
        } else {
            bool same = row_same(p, &p->old->rows[i], &p->fresh->rows[j]);

            p->kinds[j] = same ? KK_ROW_KEPT : KK_ROW_EDIT;
            p->gone[i] = !same;
            p->before[j++] = (uint32_t)i++;
            p->entry.edits += !same;
        }
    }
}

/* Numbers for the attributes that are told: those of the old group keep theirs, others follow. */
static void number_attrs(struct pair *p)
{
    size_t old_count = p->old ? p->old->attr_count : 0;

    for (size_t i = 0; i < p->fresh->attr_count; i++)
        p->attrs[i] = UINT16_MAX;
    for (size_t i = 0; i < p->fresh->count; i++) {
        uint16_t attr = p->fresh->rows[i].attr;
        size_t number = 0;

        if (p->kinds[i] == KK_ROW_KEPT || p->attrs[attr] != UINT16_MAX)
            continue;
        while (number < old_count &&
               !kk_obs_attr_equal(&p->old->attrs[number], &p->fresh->attrs[attr]))
            number++;
        if (number == old_count) {
            number = old_count + p->entry.attrs;
            p->told[p->entry.attrs++] = attr;
        }
        p->attrs[attr] = (uint16_t)number;
    }
}

static int compare_pair(struct encoder *e, struct pair *p)
{
    size_t old_count = p->old ? p->old->count : 0;

    if (!p->fresh) {
        p->changed = true;
        return 0;
    }
    p->kinds = kk_alloc(p->fresh->count);
    p->gone = kk_alloc(old_count);
    p->before = kk_alloc_array(p->fresh->count, sizeof(*p->before));
    p->attrs = kk_alloc_array(p->fresh->attr_count, sizeof(*p->attrs));
    p->told = kk_alloc_array(p->fresh->attr_count, sizeof(*p->told));
    if (!p->kinds || !p->gone || !p->before || !p->attrs || !p->told)
        return KK_E_MEMORY;
    compare_rows(e->words, p);
    p->changed = p->entry.drops + p->entry.edits + p->entry.inserts > 0;
    number_attrs(p);
    if ((p->old ? p->old->attr_count : 0) + p->entry.attrs >= UINT16_MAX)
        return KK_E_ROW_LIMIT;
    return 0;
}

static int pair_groups(struct encoder *e, const struct kk_obs_block *old,
                       const struct kk_obs_block *fresh)
{
    size_t i = 0, j = 0;

    e->pairs = kk_alloc_array(old->count + fresh->count, sizeof(*e->pairs));
    if (!e->pairs)
        return KK_E_MEMORY;
    while (i < old->count || j < fresh->count) {
        struct pair *p = &e->pairs[e->count++];
        int order = i == old->count ? 1
                    : j == fresh->count
                        ? -1
                        : kk_slice_compare(old->groups[i].indicator, fresh->groups[j].indicator);
        int r;

        if (order <= 0)
            p->old = &old->groups[i++];
        if (order >= 0)
            p->fresh = &fresh->groups[j++];
        r = compare_pair(e, p);
        if (r < 0)
            return r;
    }
    return 0;
}

/* --- writing --- */
static struct kk_values_job job_of(const struct pair *p)
{
    return (struct kk_values_job){ .old = p->old,
                                   .fresh = p->fresh,
                                   .kinds = p->kinds,
                                   .before = p->before,
                                   .attrs = p->attrs,
                                   .div = kk_values_power(p->entry.scale) };
}

static void write_text_ref(struct encoder *e, struct kk_slice text)
{
    uint16_t code = 0;
    int r;

    if (text.len > 0) {
        r = kk_dict_add(&e->texts, text, &code);
        if (r < 0)
            e->out.error = r;
    }
    kk_out_number(&e->out, KK_STREAM_ATTRS, text.len > 0 ? code + 1u : 0);
}

static void write_attrs(struct encoder *e, const struct pair *p)
{
    for (size_t i = 0; i < p->entry.attrs; i++) {
        const struct kk_obs_attr *a = &p->fresh->attrs[p->told[i]];

        kk_out_number(&e->out, KK_STREAM_ATTRS, a->unit);
        kk_out_number(&e->out, KK_STREAM_ATTRS, a->status);
        kk_out_byte(&e->out, KK_STREAM_ATTRS, (uint8_t)a->missing);
        write_text_ref(e, a->method);
        write_text_ref(e, a->source);
        write_text_ref(e, a->note);
    }
}

static void write_gaps(struct kk_out *o, enum kk_stream s, const struct pair *p, uint8_t what)
{
    uint64_t gap = 0;

    for (size_t i = 0; i < p->old->count; i++) {
        if (p->gone[i] != what) {
            gap++;
            continue;
        }
        kk_out_number(o, s, gap);
        gap = 0;
    }
}

static int write_pair(struct encoder *e, struct pair *p)
{
    size_t attr_count = (p->old ? p->old->attr_count : 0) + p->entry.attrs;
    struct kk_values_job job = job_of(p);
    int r;

    p->entry.scale = kk_values_scale(&job);
    job.div = kk_values_power(p->entry.scale);
    r = kk_values_head(&job, KK_ROW_EDIT, attr_count, &p->entry.edit);
    if (r == 0)
        r = kk_values_head(&job, KK_ROW_INSERT, attr_count, &p->entry.insert);
    if (r < 0)
        return r;
    kk_touch_write(&e->out, &p->entry);
    write_attrs(e, p);
    if (p->old) {
        write_gaps(&e->out, KK_STREAM_DROPS, p, 2);
        write_gaps(&e->out, KK_STREAM_EDITS, p, 1);
    }
    kk_keys_series(&e->keys, &job);
    kk_values_encode(&e->out, &job, KK_ROW_EDIT, &p->entry.edit);
    kk_values_encode(&e->out, &job, KK_ROW_INSERT, &p->entry.insert);
    return e->out.error;
}

static int write_entries(struct encoder *e)
{
    uint64_t skip = 0;
    int r = 0;

    for (size_t i = 0; i < e->count && r == 0; i++) {
        struct pair *p = &e->pairs[i];

        if (!p->changed) {
            skip++;
            continue;
        }
        p->entry.skip = skip;
        skip = 0;
        p->entry.kind = !p->fresh ? KK_TOUCH_DROP : p->old ? KK_TOUCH_CHANGE : KK_TOUCH_NEW;
        if (p->fresh) {
            p->entry.indicator = p->fresh->indicator;
            r = write_pair(e, p);
        } else {
            kk_touch_write(&e->out, &p->entry);
        }
    }
    return r;
}

static void write_texts(struct encoder *e)
{
    kk_out_number(&e->out, KK_STREAM_TEXTS, e->texts.count);
    for (size_t i = 0; i < e->texts.count; i++) {
        kk_out_number(&e->out, KK_STREAM_TEXTS, e->texts.items[i].len);
        kk_out_bytes(&e->out, KK_STREAM_TEXTS, e->texts.items[i]);
    }
}

static void count_rows(struct kk_container_writer *w, const struct encoder *e)
{
    for (size_t i = 0; i < e->count; i++) {
        const struct pair *p = &e->pairs[i];

        w->added += p->entry.inserts;
        w->changed += p->entry.edits;
        w->dropped += p->fresh ? p->entry.drops : p->old->count;
    }
}

/* Appends the streams to those of the container and their lengths to its head. */
static int add_section(struct kk_container_writer *w, uint32_t pack, const struct kk_out *from)
{
    struct kk_out head = { .streams[KK_STREAM_HEAD] = w->head };
    int r = 0;

    kk_out_number(&head, KK_STREAM_HEAD, pack - w->last_pack);
    for (size_t i = 0; i < KK_STREAM_COUNT; i++)
        kk_out_number(&head, KK_STREAM_HEAD, from->streams[i].len);
    w->head = head.streams[KK_STREAM_HEAD];
    for (size_t i = 0; i < KK_STREAM_COUNT && r == 0; i++)
        r = kk_bytes_append_slice(&w->streams[i], kk_bytes_slice(&from->streams[i]));
    w->last_pack = pack + 1;
    w->count++;
    return head.error < 0 ? head.error : r;
}

static int encode(struct encoder *e, const struct kk_obs_block *old,
                  const struct kk_obs_block *fresh, bool *ret_changed)
{
    uint64_t changed = 0;
    int r = pair_groups(e, old, fresh);

    if (r == 0)
        r = kk_keys_out_init(&e->keys, &e->out, e->words);
    if (r < 0)
        return r;
    for (size_t i = 0; i < e->count; i++) {
        struct kk_values_job job = job_of(&e->pairs[i]);

        changed += e->pairs[i].changed;
        if (e->pairs[i].changed && e->pairs[i].fresh)
            kk_keys_note(&e->keys, &job);
    }
    *ret_changed = changed > 0;
    if (changed == 0)
        return 0;
    r = kk_keys_lists(&e->keys);
    kk_out_number(&e->out, KK_STREAM_HEAD, changed);
    if (r == 0)
        r = write_entries(e);
    write_texts(e);
    kk_out_bits_end(&e->out);
    return r < 0 ? r : e->out.error;
}

int kk_section_encode(struct kk_container_writer *w, uint32_t pack,
                      const struct kk_obs_words *words, const struct kk_section_states *states,
                      bool *ret_changed)
{
    __attribute__((cleanup(encoder_auto_fini))) struct encoder e = { .words = words };
    bool changed;
    int r;

    kk_assert(w->count == 0 || pack >= w->last_pack);
    kk_dict_init(&e.texts);
    r = encode(&e, states->old, states->fresh, &changed);
    if (r == 0 && changed)
        r = w->count < KK_SECTIONS_MAX ? add_section(w, pack, &e.out) : KK_E_ROW_LIMIT;
    if (r < 0)
        return r;
    count_rows(w, &e);
    *ret_changed = changed;
    return 0;
}
