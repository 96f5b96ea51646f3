/*
 * In what encoding a table stands: told from its bytes, and turned into UTF-8. What is neither
 * UTF-8 nor CP932 is refused by name; nothing is ever replaced by '?'. [IM-1]
 */
#ifndef IMPORT_ENCODING_H
#define IMPORT_ENCODING_H

#include "kukyoku/base/bytes.h"
#include "kukyoku/error.h"

enum kk_encoding {
    KK_ENCODING_UTF8,
    KK_ENCODING_UTF8_BOM,
    KK_ENCODING_CP932,
    KK_ENCODING_UTF16, /* told, not read; the next two as well */
    KK_ENCODING_EUC_JP,
    KK_ENCODING_JIS,
    KK_ENCODING_NONE   /* none of these */
};
const char *kk_encoding_name(enum kk_encoding encoding);

/*
 * A text with few broken sequences among many sound ones is UTF-8 that was damaged, so that the
 * reader can name its lines, and not CP932 that happens to decode. KK_E_MEMORY, KK_E_IO.
 */
KK_MUST_USE int kk_encoding_detect(struct kk_slice file, enum kk_encoding *ret);
/* Appends a CP932 text as UTF-8; *ret_stop: the first byte that is none, else text.len. */
KK_MUST_USE int kk_encoding_from_cp932(struct kk_slice text, struct kk_bytes *out,
                                       size_t *ret_stop);
/* Appends UTF-8 as CP932; *ret_stop: the first character that CP932 can't carry, else text.len. */
KK_MUST_USE int kk_encoding_to_cp932(struct kk_slice text, struct kk_bytes *out,
                                     size_t *ret_stop);
/* UTF-8 in which an earlier conversion lost characters: one that says so (U+FFFD), or what becomes
 * of kana that were read as CP932 (縺九ｏ縺輔″). */
bool kk_encoding_garbled(struct kk_slice text);
/* The text of a file: as it stands there, or turned into UTF-8. */
struct kk_encoded {
    enum kk_encoding encoding;
    struct kk_slice text; /* borrowed of the file, or of room */
    struct kk_bytes room;
};
/* Into a zeroed ret. KK_E_ENCODING with the line where it is neither; damaged UTF-8 passes. */
KK_MUST_USE int kk_encoded_read(struct kk_slice file, const char *path, struct kk_encoded *ret,
                                struct kk_error *err);
void kk_encoded_fini(struct kk_encoded *e);
KK_DEFINE_FINI(kk_encoded)

#endif
