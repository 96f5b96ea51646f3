/* Released figures as lines of text. [RL-21] */
#include "kukyoku/record/figure.h"

#include "kukyoku/base/bytes.h"
#include "kukyoku/error.h"

#define PARTS       7 /* and the unit, which takes the rest */
#define RELEASE_MAX 4294967295u

static bool parse_release(struct kk_slice text, uint32_t *ret)
{
    uint64_t number = 0;

    if (text.len == 0 || text.len > 10 || (text.len > 1 && text.data[0] == '0'))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        number = number * 10 + (uint64_t)(text.data[i] - '0');
    }
    *ret = (uint32_t)number;
    return number <= RELEASE_MAX;
}

/* "-12.5", "0"; or one of the three reasons why there is no value. */
static bool is_value(struct kk_slice text)
{
    size_t at = text.len > 1 && text.data[0] == '-', digits = 0, points = 0;

    if (text.len == 1 && memchr("nux", text.data[0], 3))
        return true;
    for (; at < text.len; at++) {
        bool point = text.data[at] == '.';

        if (!point && (text.data[at] < '0' || text.data[at] > '9'))
            return false;
        if (point && (digits == 0 || at + 1 == text.len))
            return false;
        points += point;
        digits += !point;
    }
    return digits > 0 && points <= 1;
}

static bool split(struct kk_slice text, struct kk_slice parts[PARTS + 1])
{
    size_t at = 0;

    for (size_t i = 0; i < PARTS; i++) {
        const uint8_t *space = memchr(text.data + at, ' ', text.len - at);
        size_t end = space ? (size_t)(space - text.data) : text.len;

        parts[i] = kk_slice(text.data + at, end - at);
        if (parts[i].len == 0 || end + 1 >= text.len)
            return false;
        at = end + 1;
    }
    parts[PARTS] = kk_slice(text.data + at, text.len - at);
    return true;
}

static struct kk_slice none_or(struct kk_slice part)
{
    return kk_slice_is(part, "-") ? kk_slice("", 0) : part;
}

bool kk_figure_parse(struct kk_slice text, struct kk_figure *ret)
{
    struct kk_slice parts[PARTS + 1];
    struct kk_scope scope;

    if (text.len > KK_FIGURE_TEXT_MAX || !split(text, parts) || !is_value(parts[6]))
        return false;
    *ret = (struct kk_figure){ .scope = parts[0], .indicator = parts[2], .area = parts[3],
                             .period = parts[4], .breakdown = none_or(parts[5]),
                             .unit = none_or(parts[7]), .value = parts[6] };
    return kk_scope_parse(parts[0], &scope) && parse_release(parts[1], &ret->release);
}

static int put(struct kk_slice part, struct kk_bytes *out)
{
    int r;

    if (part.len == 0)
        return kk_bytes_append_text(out, "- ");
    if (memchr(part.data, ' ', part.len))
        return KK_E_SHAPE;
    r = kk_bytes_append_slice(out, part);
    return r == 0 ? kk_bytes_append_text(out, " ") : r;
}

int kk_figure_write(const struct kk_figure *figure, struct kk_bytes *out)
{
    const struct kk_slice parts[] = { figure->indicator, figure->area, figure->period,
                                      figure->breakdown, figure->value };
    size_t from = out->len;
    struct kk_figure back;
    int r = put(figure->scope, out);

    if (r == 0)
        r = kk_bytes_format(out, "%u ", figure->release);
    for (size_t i = 0; r == 0 && i < KK_COUNT(parts); i++)
        r = put(parts[i], out);
    if (r == 0)
        r = figure->unit.len ? kk_bytes_append_slice(out, figure->unit)
                           : kk_bytes_append_text(out, "-");
    if (r == 0 && !kk_figure_parse(kk_slice(out->data + from, out->len - from), &back))
        r = KK_E_SHAPE;
    return r;
}

bool kk_figure_for(const struct kk_figure *figure, const struct kk_scope *readers)
{
    struct kk_scope of;

    if (!kk_scope_parse(figure->scope, &of))
        return false;
    switch (of.kind) {
    case KK_SCOPE_PUB:
        return true;
    case KK_SCOPE_INT:
        return readers->kind != KK_SCOPE_PUB;
    case KK_SCOPE_R:
        if (readers->kind == KK_SCOPE_B)
            return true;
        return (readers->kind == KK_SCOPE_W || readers->kind == KK_SCOPE_E) &&
               strcmp(readers->ward, of.ward) == 0;
    case KK_SCOPE_W:
    case KK_SCOPE_E:
    case KK_SCOPE_B:
        break;
    }
    return false;
}
