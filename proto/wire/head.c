/*
 * Byte codes of msgpack as a table: what each long code (0xc0 … 0xdf) says, and from which value on
 * it is the shortest form. [EN-1] [EN-2] [EN-3]
 */
#include "head.h"

#define CODE_FIRST_LONG 0xc0
#define CODE_FIRST_NEG  0xe0

/* A code of kind KK_VALUE_END is forbidden. */
struct code {
    uint8_t kind, width; /* width: bytes of the number that follows */
    bool negative;       /* a signed number; the shortest form only below -least */
    uint64_t least;      /* the shortest form from here on */
};

/* clang-format off */
#define FORBIDDEN { KK_VALUE_END, 0, false, 0 }
/* clang-format on */
static const struct code codes[] = {
    { KK_VALUE_NIL, 0, false, 0 },           /* c0 */
    FORBIDDEN,                               /* c1 never used */
    { KK_VALUE_BOOL, 0, false, 0 },          /* c2 false */
    { KK_VALUE_BOOL, 0, false, 0 },          /* c3 true */
    { KK_VALUE_BYTES, 1, false, 0 },         /* c4 */
    { KK_VALUE_BYTES, 2, false, 0x100 },     /* c5 */
    { KK_VALUE_BYTES, 4, false, 0x10000 },   /* c6 */
    FORBIDDEN,                               /* c7 ext */
    FORBIDDEN,                               /* c8 ext */
    FORBIDDEN,                               /* c9 ext */
    FORBIDDEN,                               /* ca float */
    FORBIDDEN,                               /* cb float */
    { KK_VALUE_INT, 1, false, 0x80 },        /* cc */
    { KK_VALUE_INT, 2, false, 0x100 },       /* cd */
    { KK_VALUE_INT, 4, false, 0x10000 },     /* ce */
    { KK_VALUE_INT, 8, false, 0x100000000 }, /* cf */
    { KK_VALUE_INT, 1, true, 0x20 },         /* d0 */
    { KK_VALUE_INT, 2, true, 0x80 },         /* d1 */
    { KK_VALUE_INT, 4, true, 0x8000 },       /* d2 */
    { KK_VALUE_INT, 8, true, 0x80000000 },   /* d3 */
    FORBIDDEN,                               /* d4 fixext */
    FORBIDDEN,                               /* d5 fixext */
    FORBIDDEN,                               /* d6 fixext */
    FORBIDDEN,                               /* d7 fixext */
    FORBIDDEN,                               /* d8 fixext */
    { KK_VALUE_TEXT, 1, false, 0x20 },       /* d9 */
    { KK_VALUE_TEXT, 2, false, 0x100 },      /* da */
    { KK_VALUE_TEXT, 4, false, 0x10000 },    /* db */
    { KK_VALUE_ARRAY, 2, false, 0x10 },      /* dc */
    { KK_VALUE_ARRAY, 4, false, 0x10000 },   /* dd */
    { KK_VALUE_MAP, 2, false, 0x10 },        /* de */
    { KK_VALUE_MAP, 4, false, 0x10000 },     /* df */
};
_Static_assert(KK_COUNT(codes) == CODE_FIRST_NEG - CODE_FIRST_LONG, "one row a code");

/* Codes that carry their number inside one byte. */
static void read_short(uint8_t code, struct kk_head *h)
{
    h->size = 1;
    if (code < 0x80) {
        h->kind = KK_VALUE_INT;
        h->value = code;
    } else if (code < 0x90) {
        h->kind = KK_VALUE_MAP;
        h->value = code & 0x0f;
    } else if (code < 0xa0) {
        h->kind = KK_VALUE_ARRAY;
        h->value = code & 0x0f;
    } else if (code < CODE_FIRST_LONG) {
        h->kind = KK_VALUE_TEXT;
        h->value = code & 0x1f;
    } else {
        h->kind = KK_VALUE_INT;
        h->value = (int64_t)code - 0x100;
    }
}

static uint64_t big_endian(const uint8_t *at, size_t width)
{
    uint64_t number = 0;

    for (size_t i = 0; i < width; i++)
        number = number << 8 | at[i];
    return number;
}

/* The two's complement of `width` bytes as a signed number. */
static int64_t signed_of(uint64_t number, size_t width)
{
    uint64_t sign = (uint64_t)1 << (8 * width - 1);

    /* sign extension without a shift of a negative number */
    return (int64_t)((number ^ sign) - sign);
}

static enum kk_form read_long(struct kk_slice bytes, struct kk_head *h)
{
    const struct code *code = &codes[bytes.data[0] - CODE_FIRST_LONG];
    uint64_t number;

    if (code->kind == KK_VALUE_END)
        return KK_FORM_FORBIDDEN;
    if (code->width >= bytes.len)
        return KK_FORM_SHORT;
    h->kind = (enum kk_value_kind)code->kind;
    h->size = (size_t)1 + code->width;
    number = big_endian(bytes.data + 1, code->width);
    if (code->negative) {
        h->value = signed_of(number, code->width);
        return h->value < -(int64_t)code->least ? KK_FORM_OK : KK_FORM_NONCANON;
    }
    if (number < code->least || number > INT64_MAX)
        return KK_FORM_NONCANON;
    h->value = code->kind == KK_VALUE_BOOL ? bytes.data[0] & 1 : (int64_t)number;
    return KK_FORM_OK;
}

enum kk_form kk_head_read_any(struct kk_slice bytes, struct kk_head *ret)
{
    struct kk_head h = { .kind = KK_VALUE_END };
    enum kk_form form = KK_FORM_OK;

    if (bytes.len == 0)
        return KK_FORM_SHORT;
    if (bytes.data[0] < CODE_FIRST_LONG || bytes.data[0] >= CODE_FIRST_NEG)
        read_short(bytes.data[0], &h);
    else
        form = read_long(bytes, &h);
    if (form == KK_FORM_OK)
        *ret = h;
    return form;
}
