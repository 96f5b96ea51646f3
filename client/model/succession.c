/* Areas that follow one another (succession.h). [DA-2] */
#include "model/succession.h"

/* The next code of a list; false: no more. */
static bool next_code(struct kk_slice *list, struct kk_slice *ret)
{
    const uint8_t *end = list->len ? memchr(list->data, ';', list->len) : NULL;

    if (list->len == 0)
        return false;
    *ret = kk_slice(list->data, end ? (size_t)(end - list->data) : list->len);
    *list = kk_slice(list->data + ret->len + (end != NULL),
                     list->len - ret->len - (end != NULL));
    return true;
}

bool kk_succession_names(struct kk_slice codes, struct kk_slice area)
{
    struct kk_slice code;

    while (next_code(&codes, &code)) {
        if (kk_slice_equal(code, area))
            return true;
    }
    return false;
}

/* Is it valid again under the same code, with a new name or parent? That breaks no series. */
static bool goes_on(const struct kk_ref_list *areas, size_t at)
{
    return at + 1 < areas->count &&
           kk_slice_equal(areas->items[at].code, areas->items[at + 1].code);
}

int kk_succession_each(const struct kk_ref *ref, struct kk_slice area, kk_succession_fn *fn,
                       void *user)
{
    const struct kk_ref_list *areas = &ref->lists[KK_REF_AREAS];
    int r = 0;

    for (size_t i = 0; i < areas->count && r == 0; i++) {
        const struct kk_ref_entry *e = &areas->items[i];
        struct kk_succession s = { .from = e->code,
                                   .last = e->texts[KK_REF_AREAS_VALID_TO],
                                   .to = e->texts[KK_REF_AREAS_SUCCESSORS] };
        bool ends = kk_slice_equal(e->code, area) &&
                    (s.to.len > 0 || (s.last.len > 0 && !goes_on(areas, i)));

        if (ends || kk_succession_names(s.to, area))
            r = fn(user, &s);
    }
    return r;
}

/* --- the whole line --- */
struct line {
    struct kk_slice *areas;
    size_t count;
};

static void put(struct line *l, struct kk_slice area)
{
    size_t i = 0;

    while (i < l->count && !kk_slice_equal(l->areas[i], area))
        i++;
    if (i == l->count && l->count < KK_SUCCESSION_AREAS)
        l->areas[l->count++] = area;
}

static int put_all(void *user, const struct kk_succession *s)
{
    struct kk_slice codes = s->to, code;

    put(user, s->from);
    while (next_code(&codes, &code))
        put(user, code);
    return 0;
}

size_t kk_succession_line(const struct kk_ref *ref, struct kk_slice area,
                          struct kk_slice ret[KK_SUCCESSION_AREAS])
{
    struct line l = { .areas = ret };

    put(&l, area);
    for (size_t i = 0; i < l.count; i++) /* the list grows below */
        kk_ignore(kk_succession_each(ref, ret[i], put_all, &l));
    return l.count;
}
