/* Breaks of series in words and as JSON (succession_view.h). [DA-2] */
#include "cmd/succession_view.h"

#define BREAKS_MAX 64 /* of one answer */

struct finding {
    struct kk_succession items[BREAKS_MAX];
    size_t count;
};

/* Both of its areas may be asked for: it is told once. */
static int keep(void *user, const struct kk_succession *s)
{
    struct finding *f = user;
    size_t i = 0;

    while (i < f->count && (f->items[i].from.data != s->from.data))
        i++;
    if (i == f->count && i < BREAKS_MAX)
        f->items[f->count++] = *s;
    return 0;
}

static void find(const struct kk_succession_view *v, struct finding *f)
{
    struct kk_slice before = kk_slice(NULL, 0);

    f->count = 0;
    for (size_t i = 0; i < v->count; i++)
        kk_ignore(kk_succession_each(v->reference, v->areas[i], keep, f));
    for (size_t i = 0; v->count == 0 && i < v->data->count; i++) {
        struct kk_slice area = v->data->cells[i].obs.area;

        if (!kk_slice_equal(area, before))
            kk_ignore(kk_succession_each(v->reference, area, keep, f));
        before = area;
    }
}

void kk_succession_tell(struct kk_command *c, const struct kk_succession_view *v)
{
    struct finding f;

    find(v, &f);
    for (size_t i = 0; i < f.count; i++) {
        const struct kk_succession *s = &f.items[i];

        if (s->to.len > 0)
            kk_out_warn(c->out, KK_T(c, SERIES_GOES_ON), (int)s->from.len, s->from.data,
                        (int)s->last.len, s->last.len ? (const char *)s->last.data : "",
                        (int)s->to.len, s->to.data);
        else
            kk_out_warn(c->out, KK_T(c, SERIES_ENDS), (int)s->from.len, s->from.data,
                        (int)s->last.len, s->last.data);
    }
    if (f.count > 0 && v->count > 0 && !v->linked)
        kk_out_say(c->out, "%s", KK_T(c, SERIES_LINKED));
}

static json_t *codes_json(struct kk_slice codes)
{
    json_t *list = json_array();

    while (codes.len > 0) {
        const uint8_t *end = memchr(codes.data, ';', codes.len);
        size_t len = end ? (size_t)(end - codes.data) : codes.len;

        json_array_append_new(list, kk_json_text(kk_slice(codes.data, len)));
        codes = kk_slice(codes.data + len + (end != NULL), codes.len - len - (end != NULL));
    }
    return list;
}

json_t *kk_succession_json(const struct kk_succession_view *v)
{
    json_t *list = json_array();
    struct finding f;

    find(v, &f);
    for (size_t i = 0; i < f.count; i++)
        json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "area",
                                              kk_json_text(f.items[i].from), "last",
                                              kk_json_text(f.items[i].last), "successors",
                                              codes_json(f.items[i].to)));
    return list;
}
