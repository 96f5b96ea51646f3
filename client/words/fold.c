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

/* What NFKC leaves alone wherever it stands; most of what people write. */
static bool is_plain(ucs4_t c)
{
    return c < 0x80 || (c >= HIRAGANA_FIRST && c <= 0x3096) ||
           (c >= KATAKANA_FIRST && c <= 0x30fe) || (c >= 0x4e00 && c <= 0x9fff) ||
           (c >= 0x3001 && c <= 0x3002);
}

static bool next(struct kk_slice text, size_t *at, ucs4_t *ret)
{
    while (*at < text.len) {
        int len = u8_mbtoucr(ret, text.data + *at, text.len - *at);

        *at += len > 0 ? (size_t)len : 1;
        if (len > 0)
            return true;
    }
    return false;
}

static bool all_plain(struct kk_slice text)
{
    size_t at = 0;
    ucs4_t c;

    while (next(text, &at, &c)) {
        if (!is_plain(c))
            return false;
    }
    return true;
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
    size_t at = 0;
    ucs4_t c;
    int r = 0;

    if (!all_plain(text))
        return fold_by_filter(&f, text);
    while (r == 0 && next(text, &at, &c))
        r = put(&f, c);
    return r;
}

uint32_t kk_fold_next(struct kk_slice folded, size_t *at)
{
    ucs4_t c;

    return next(folded, at, &c) ? c : 0;
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

int kk_fold_pairs(struct kk_slice folded, kk_pair_fn *fn, void *user)
{
    size_t at = 0;
    uint32_t before = kk_fold_next(folded, &at);
    int r = 0;

    while (r == 0 && before) {
        uint32_t c = kk_fold_next(folded, &at);
        uint32_t second = c == ' ' ? 0 : c;

        if (before != ' ')
            r = fn(user, (uint64_t)before << KK_PAIR_SHIFT | second);
        before = c;
    }
    return r;
}
