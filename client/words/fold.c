/* Folding, by libunistring where a character needs more than a table of ranges (fold.h). [SR-1] */
#include "words/fold.h"

#include "kukyoku/error.h"

#include <string.h>
#include <unicase.h>
#include <uninorm.h>
#include <unistr.h>

#define HIRAGANA_FIRST 0x3041
#define KATAKANA_FIRST 0x30a1
#define KATAKANA_LAST  0x30f6

struct folding {
    struct kk_bytes *out;
    bool space; /* the last character was one, or there was none yet */
};

static bool is_space(ucs4_t c)
{
    return c <= ' ' || c == 0x7f || c == 0xa0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200d);
}

static int put(struct folding *f, ucs4_t c)
{
    uint8_t bytes[6];
    int len;

    if (is_space(c)) {
        bool again = f->space;

        f->space = true;
        return again ? 0 : kk_bytes_append(f->out, " ", 1);
    }
    f->space = false;
    if (c >= KATAKANA_FIRST && c <= KATAKANA_LAST)
        c -= KATAKANA_FIRST - HIRAGANA_FIRST;
    c = uc_tolower(c);
    len = u8_uctomb(bytes, c, sizeof(bytes));
    return len > 0 ? kk_bytes_append(f->out, bytes, (size_t)len) : 0;
}

/* What NFKC leaves alone wherever it stands, beside ASCII; most of what people write. */
static inline bool is_plain(ucs4_t c)
{
    return (c >= 0x4e00 && c <= 0x9fff) || (c >= HIRAGANA_FIRST && c <= 0x3096) ||
           (c >= KATAKANA_FIRST && c <= 0x30fe) || (c >= 0x3001 && c <= 0x3002);
}

/* What is no character is passed over. */
static bool next_rare(struct kk_slice text, size_t *at, ucs4_t *ret)
{
    while (*at < text.len) {
        int len = u8_mbtoucr(ret, text.data + *at, text.len - *at);

        *at += len > 0 ? (size_t)len : 1;
        if (len > 0)
            return true;
    }
    return false;
}

static bool next(struct kk_slice text, size_t *at, ucs4_t *ret)
{
    size_t len = kk_utf8_frequent(text.data + *at, text.len - *at, ret);

    *at += len;
    return len > 0 || next_rare(text, at, ret);
}

static inline uint8_t *put_wide(uint8_t *to, const uint8_t *from, ucs4_t c)
{
    memcpy(to, from, 3);
    if (c >= KATAKANA_FIRST && c <= KATAKANA_LAST) {
        c -= KATAKANA_FIRST - HIRAGANA_FIRST;
        to[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
        to[2] = (uint8_t)(0x80 | (c & 0x3f));
    }
    return to + 3;
}

/* 1: folded, and no longer than it was; 0: some of it is not plain, and nothing was added. */
static int fold_plain(struct kk_slice text, struct kk_bytes *out)
{
    uint8_t *from, *to;
    ucs4_t c;

    if (kk_bytes_reserve(out, text.len) < 0)
        return KK_E_MEMORY;
    from = to = out->data + out->len;
    for (size_t at = 0, len; at < text.len; at += len) {
        len = kk_utf8_frequent(text.data + at, text.len - at, &c);
        if (len == 0 || (len == 3 && !is_plain(c)))
            return 0;
        if (len == 3)
            to = put_wide(to, text.data + at, c);
        else if (!is_space(c))
            *to++ = (uint8_t)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
        else if (to > from && to[-1] != ' ')
            *to++ = ' ';
    }
    out->len += (size_t)(to - from);
    return 1;
}

static int on_normal(void *user, ucs4_t c)
{
    return put(user, c) == 0 ? 0 : -1;
}

static int fold_by_filter(struct folding *f, struct kk_slice text)
{
    struct uninorm_filter *filter = uninorm_filter_create(UNINORM_NFKC, on_normal, f);
    size_t at = 0;
    bool whole = filter != NULL;
    ucs4_t c;

    /* small letters first: some compose with a mark where their capitals do not */
    while (whole && next(text, &at, &c))
        whole = uninorm_filter_write(filter, uc_tolower(c)) == 0;
    if (filter && uninorm_filter_free(filter) != 0)
        whole = false;
    return whole ? 0 : KK_E_MEMORY;
}

int kk_fold(struct kk_slice text, struct kk_bytes *out)
{
    struct folding f = { .out = out, .space = true };
    int r = text.len ? fold_plain(text, out) : 1;

    return r == 0 ? fold_by_filter(&f, text) : r < 0 ? r : 0;
}

uint32_t kk_fold_rare(struct kk_slice folded, size_t *at)
{
    ucs4_t c;

    return next_rare(folded, at, &c) ? c : 0;
}

bool kk_fold_holds(struct kk_slice folded, struct kk_slice word)
{
    if (word.len == 0)
        return true;
    for (size_t i = 0; i + word.len <= folded.len; i++) {
        const uint8_t *from = memchr(folded.data + i, word.data[0], folded.len - word.len - i + 1);

        if (!from)
            return false;
        if (memcmp(from, word.data, word.len) == 0)
            return true;
        i = (size_t)(from - folded.data);
    }
    return false;
}
