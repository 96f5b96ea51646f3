/* Detection of encodings (encoding.h); the conversion itself is the system's. [IM-1] */
#include "import/encoding.h"

#include "kukyoku/base/text.h"
#include "os.h"

#include <stdio.h>

static const char *const names[] = { "UTF-8", "UTF-8 (BOM)", "CP932", "UTF-16",
                                     "EUC-JP", "ISO-2022-JP", "?" };

const char *kk_encoding_name(enum kk_encoding encoding)
{
    return names[encoding];
}

static bool starts(struct kk_slice file, const char *with, size_t len)
{
    return file.len >= len && memcmp(file.data, with, len) == 0;
}

/* How long a sound sequence of more than one byte is at this place; 0: there is none. */
static size_t sequence(struct kk_slice s, size_t at)
{
    uint8_t lead = s.data[at];
    size_t len = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;

    if (lead < 0xc2 || s.len - at < len || !kk_utf8_valid(kk_slice(s.data + at, len)))
        return 0;
    return len;
}

static bool damaged_utf8(struct kk_slice s)
{
    size_t sound = 0, broken = 0;

    for (size_t i = 0; i < s.len;) {
        size_t len = s.data[i] < 0x80 ? 1 : sequence(s, i);

        sound += len > 2; /* two bytes also stand side by side in CP932 */
        broken += len == 0;
        i += len ? len : 1;
    }
    return sound > 4 * broken;
}

/* Seven bits, and an escape that changes to kanji or kana. */
static bool looks_jis(struct kk_slice s)
{
    static const char *const escapes[] = { "\x1b$B", "\x1b$@", "\x1b(I", "\x1b(J" };
    bool found = false;

    for (size_t i = 0; i < s.len; i++) {
        if (s.data[i] >= 0x80)
            return false;
        for (size_t k = 0; s.data[i] == 0x1b && k < KK_COUNT(escapes); k++)
            found = found || starts(kk_slice(s.data + i, s.len - i), escapes[k], 3);
    }
    return found;
}

static bool upper(struct kk_slice s, size_t at)
{
    return at < s.len && s.data[at] >= 0xa1 && s.data[at] <= 0xfe;
}

/* How long a character is in EUC-JP; 0: it is none. */
static size_t euc_character(struct kk_slice s, size_t at)
{
    if (s.data[at] < 0x80)
        return 1;
    if (s.data[at] == 0x8e)
        return upper(s, at + 1) && s.data[at + 1] <= 0xdf ? 2 : 0;
    if (s.data[at] == 0x8f)
        return upper(s, at + 1) && upper(s, at + 2) ? 3 : 0;
    return upper(s, at) && upper(s, at + 1) ? 2 : 0;
}

/*
 * Sound EUC-JP. In CP932 such bytes would be half-width kana and rare kanji: where they are the
 * former alone, they are that, unless there is hiragana or katakana (first bytes a4, a5).
 */
static bool looks_euc(struct kk_slice s, bool cp932)
{
    bool kana = false, kanji = false;
    size_t len;

    for (size_t i = 0; i < s.len; i += len) {
        len = euc_character(s, i);
        if (len == 0)
            return false;
        kana = kana || (len == 2 && (s.data[i] == 0xa4 || s.data[i] == 0xa5));
        kanji = kanji || (len == 2 && (s.data[i] >= 0xe0 || s.data[i + 1] >= 0xe0));
    }
    return kana || kanji || !cp932;
}

int kk_encoding_detect(struct kk_slice file, enum kk_encoding *ret)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };
    size_t stop;

    *ret = KK_ENCODING_UTF8_BOM;
    if (starts(file, "\xef\xbb\xbf", 3))
        return 0;
    *ret = KK_ENCODING_UTF16;
    if (starts(file, "\xff\xfe", 2) || starts(file, "\xfe\xff", 2))
        return 0;
    *ret = KK_ENCODING_JIS;
    if (looks_jis(file))
        return 0;
    *ret = KK_ENCODING_UTF8;
    if (kk_utf8_valid(file) || damaged_utf8(file))
        return 0;
    int r = kk_encoding_from_cp932(file, &text, &stop);
    *ret = looks_euc(file, stop == file.len) ? KK_ENCODING_EUC_JP
           : stop == file.len                ? KK_ENCODING_CP932
                                             : KK_ENCODING_NONE;
    return r;
}

int kk_encoding_from_cp932(struct kk_slice text, struct kk_bytes *out, size_t *ret_stop)
{
    return kk_os_cp932(KK_OS_FROM_CP932, text, out, ret_stop);
}

int kk_encoding_to_cp932(struct kk_slice text, struct kk_bytes *out, size_t *ret_stop)
{
    return kk_os_cp932(KK_OS_TO_CP932, text, out, ret_stop);
}

bool kk_encoding_garbled(struct kk_slice s)
{
    static const char *const signs[] = { "\xef\xbf\xbd", "縺", "繧", "繝" };
    unsigned weight = 0;

    for (size_t i = 0; i + 3 <= s.len && weight < 2; i++) {
        for (size_t k = 0; k < KK_COUNT(signs); k++)
            weight += memcmp(s.data + i, signs[k], 3) == 0 ? (k == 0 ? 2 : 1) : 0;
    }
    return weight >= 2;
}

/* Where a text stops being CP932, for somebody who looks for the line. */
static int not_read(struct kk_slice file, size_t stop, const char *path, struct kk_error *err)
{
    char where[KK_ERROR_WHERE_MAX];
    unsigned line = 1;

    for (size_t i = 0; i < stop; i++)
        line += file.data[i] == '\n';
    snprintf(where, sizeof where, "%.80s:%u", path, line);
    return kk_error_say(err, KK_E_ENCODING, where, "the byte %02x is neither UTF-8 nor CP932",
                        "%02x は UTF-8 でも CP932 でもないバイトです", (unsigned)file.data[stop]);
}

int kk_encoded_read(struct kk_slice file, const char *path, struct kk_encoded *ret,
                    struct kk_error *err)
{
    size_t stop = 0;
    int r = kk_encoding_detect(file, &ret->encoding);

    if (r < 0)
        return kk_error_set(err, r, path, "%s", "");
    ret->text = file;
    switch (ret->encoding) {
    case KK_ENCODING_UTF16:
    case KK_ENCODING_EUC_JP:
    case KK_ENCODING_JIS:
        return kk_error_say(err, KK_E_ENCODING, path, "it is %s", "%s です",
                            kk_encoding_name(ret->encoding));
    case KK_ENCODING_CP932:
    case KK_ENCODING_NONE:
        r = kk_encoding_from_cp932(file, &ret->room, &stop);
        if (r == 0 && stop < file.len)
            return not_read(file, stop, path, err);
        ret->text = kk_bytes_slice(&ret->room);
        return r;
    case KK_ENCODING_UTF8:
    case KK_ENCODING_UTF8_BOM:
        break;
    }
    return 0;
}

void kk_encoded_fini(struct kk_encoded *e)
{
    kk_bytes_fini(&e->room);
}
