/* Hexadecimal, fingerprints, strict UTF-8. */
#include "kukyoku/base/text.h"

void kk_hex_encode(struct kk_slice bytes, char *ret)
{
    static const char digit[] = "0123456789abcdef";

    for (size_t i = 0; i < bytes.len; i++) {
        ret[2 * i] = digit[bytes.data[i] >> 4];
        ret[2 * i + 1] = digit[bytes.data[i] & 15];
    }
    ret[2 * bytes.len] = '\0';
}

static int nibble(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool kk_hex_decode(const char *text, uint8_t *ret, size_t len)
{
    if (strlen(text) != 2 * len)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (nibble(text[2 * i]) < 0 || nibble(text[2 * i + 1]) < 0)
            return false;
    }
    for (size_t i = 0; i < len; i++)
        ret[i] = (uint8_t)(nibble(text[2 * i]) << 4 | nibble(text[2 * i + 1]));
    return true;
}

void kk_fingerprint(struct kk_slice id, char ret[KK_FINGERPRINT_TEXT])
{
    static const char digit[] = "abcdefghijklmnopqrstuvwxyz234567";
    char *at = ret;

    kk_assert(id.len * 8 >= KK_FINGERPRINT_CHARS * 5);
    for (size_t i = 0; i < KK_FINGERPRINT_CHARS; i++) {
        size_t bit = i * 5;
        unsigned pair = (unsigned)id.data[bit / 8] << 8 | id.data[bit / 8 + 1];

        if (i > 0 && i % 4 == 0)
            *at++ = '-';
        *at++ = digit[pair >> (11 - bit % 8) & 31];
    }
    ret[KK_FINGERPRINT_TEXT - 1] = '\0';
}

/* Length of the sequence that starts with this byte; 0: no first byte. */
static size_t sequence_len(uint8_t first)
{
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first <= 0xdf)
        return 2;
    if (first >= 0xe0 && first <= 0xef)
        return 3;
    return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

/* The second byte carries the limits against overlong forms, surrogates and U+110000. */
static bool second_fits(uint8_t first, uint8_t second)
{
    if (first == 0xe0)
        return second >= 0xa0;
    if (first == 0xed)
        return second <= 0x9f;
    if (first == 0xf0)
        return second >= 0x90;
    return first != 0xf4 || second <= 0x8f;
}

/* Bytes of the first character; 0: it is none. */
static size_t character_len(struct kk_slice text)
{
    size_t len = sequence_len(text.data[0]);

    if (text.data[0] == 0 || len == 0 || len > text.len)
        return 0;
    for (size_t k = 1; k < len; k++) {
        if ((text.data[k] & 0xc0) != 0x80)
            return 0;
    }
    return len > 1 && !second_fits(text.data[0], text.data[1]) ? 0 : len;
}

bool kk_utf8_valid(struct kk_slice text)
{
    uint32_t c;

    for (size_t i = 0, len; i < text.len; i += len) {
        len = kk_utf8_frequent(text.data + i, text.len - i, &c);
        if (len == 0)
            len = character_len(kk_slice(text.data + i, text.len - i));
        if (len == 0)
            return false;
    }
    return true;
}

bool kk_text_line(struct kk_slice *rest, struct kk_slice *ret)
{
    const uint8_t *end = rest->len ? memchr(rest->data, '\n', rest->len) : NULL;
    size_t len = end ? (size_t)(end - rest->data) : rest->len;

    *ret = len ? kk_slice(rest->data, len) : kk_slice("", 0);
    if (rest->len == 0)
        return false;
    *rest = kk_slice(rest->data + len + (end != NULL), rest->len - len - (end != NULL));
    return true;
}

bool kk_text_ends(const char *text, const char *tail)
{
    size_t len = strlen(text), n = strlen(tail);

    return len > n && strcmp(text + len - n, tail) == 0;
}

void kk_utf8_mend(char *text)
{
    size_t len = strlen(text), kept = 0, i = 0;

    while (i < len) {
        size_t more = character_len(kk_slice(text + i, len - i));

        if (more == 1 && ((uint8_t)text[i] < 0x20 || text[i] == 0x7f))
            text[i] = '?';
        memmove(text + kept, text + i, more);
        kept += more;
        i += more ? more : 1;
    }
    text[kept] = '\0';
}

uint32_t kk_utf8_take(struct kk_slice *text)
{
    size_t len = sequence_len(text->data[0]);
    uint32_t c = len == 1 ? text->data[0] : text->data[0] & (0x7fu >> len);

    kk_assert(len > 0); /* valid so far */
    if (len > text->len)
        len = text->len;
    for (size_t i = 1; i < len; i++)
        c = c << 6 | (text->data[i] & 0x3fu);
    *text = kk_slice(text->data + len, text->len - len);
    return c;
}

static bool for_private_use(uint32_t c)
{
    return (c >= 0xe000 && c <= 0xf8ff) || (c >= 0xf0000 && c <= 0xffffd) ||
           (c >= 0x100000 && c <= 0x10fffd);
}

bool kk_utf8_private(struct kk_slice text)
{
    while (text.len > 0) {
        if (for_private_use(kk_utf8_take(&text)))
            return true;
    }
    return false;
}

void kk_decimal_text(int64_t value, unsigned decimals, char ret[KK_DECIMAL_TEXT])
{
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    char back[KK_DECIMAL_TEXT];
    unsigned left = decimals;
    size_t n = 0;

    for (; left > 0 && size % 10 == 0; left--)
        size /= 10;
    for (unsigned i = 0; i < left; i++, size /= 10)
        back[n++] = (char)('0' + size % 10);
    if (left > 0)
        back[n++] = '.';
    do {
        back[n++] = (char)('0' + size % 10);
        size /= 10;
    } while (size > 0);
    if (value < 0)
        back[n++] = '-';
    for (size_t i = 0; i < n; i++)
        ret[i] = back[n - 1 - i];
    ret[n] = '\0';
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

unsigned kk_text_distance(struct kk_slice a, struct kk_slice b)
{
    unsigned rows[3][KK_DISTANCE_MAX + 1];
    unsigned *before = rows[0], *last = rows[1], *now = rows[2];

    if (a.len > KK_DISTANCE_MAX || b.len > KK_DISTANCE_MAX)
        return KK_DISTANCE_MAX;
    for (size_t j = 0; j <= b.len; j++)
        last[j] = (unsigned)j;
    for (size_t i = 1; i <= a.len; i++) {
        now[0] = (unsigned)i;
        for (size_t j = 1; j <= b.len; j++) {
            unsigned differs = a.data[i - 1] != b.data[j - 1];

            now[j] = least(least(last[j], now[j - 1]) + 1, last[j - 1] + differs);
            if (i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] && a.data[i - 2] == b.data[j - 1])
                now[j] = least(now[j], before[j - 2] + 1);
        }
        unsigned *spare = before;
        before = last;
        last = now;
        now = spare;
    }
    return last[b.len];
}

unsigned kk_text_far(const char *typed)
{
    size_t half = (strlen(typed) + 1) / 2;

    return (half < 2 ? (unsigned)half : 2) + 1;
}

bool kk_text_nearer(const char *typed, const char *name, unsigned *distance)
{
    unsigned d = kk_text_distance(kk_slice_text(typed), kk_slice_text(name));
    bool nearer = d < *distance;

    *distance = nearer ? d : *distance;
    return nearer;
}

const char *kk_text_nearest(const char *typed, kk_name_fn *name, const void *list)
{
    unsigned best = kk_text_far(typed);
    const char *found = NULL, *candidate;

    for (size_t i = 0; (candidate = name(list, i)); i++) {
        if (kk_text_nearer(typed, candidate, &best))
            found = candidate;
    }
    return found;
}

bool kk_text_runs(struct kk_slice text)
{
    return text.len > 0 && memchr("=+-@'\t", text.data[0], 6) != NULL;
}

struct kk_slice kk_text_unguarded(struct kk_slice cell)
{
    struct kk_slice rest = cell.len > 1 ? kk_slice(cell.data + 1, cell.len - 1) : cell;

    return cell.len > 1 && cell.data[0] == '\'' && kk_text_runs(rest) ? rest : cell;
}
