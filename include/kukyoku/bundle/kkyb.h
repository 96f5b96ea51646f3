/*
 * KKYB: signed things in a file (a USB stick, a mirror, a spool). "KKYB", version, type, 0 0,
 * count, then [tag, length, bytes] …, then BLAKE2b-256 of all before (against accidents; trust
 * comes from what is inside). Both sides work in a stream: nothing is held but one item.
 */
#ifndef KUKYOKU_BUNDLE_KKYB_H
#define KUKYOKU_BUNDLE_KKYB_H

#include "kukyoku/base/bytes.h"
#include "kukyoku/base/hash.h"
#include "kukyoku/limits.h"

#define KK_KKYB_VERSION 1
#define KK_KKYB_TYPES(T)                                                                           \
    T(RELEASE, 1, "release")                                                                       \
    T(OPERATIONS, 2, "operations")                                                                 \
    T(LOG, 3, "log")                                                                               \
    T(ENROLMENT, 4, "enrolment")                                                                   \
    T(EVIDENCE, 5, "evidence")
#define KK_KKYB_TAGS(T)                                                                            \
    T(DOCUMENT, 1, "a signed document")                                                            \
    T(BLOB, 2, "the scope that it serves (length, name), then the blob")                           \
    T(OPERATION, 3, "an operation")                                                                \
    T(ENTRY, 4, "an entry of a log")                                                               \
    T(HEAD, 5, "a signed head")                                                                    \
    T(REQUEST, 6, "an enrolment request")                                                          \
    T(RECEIPT, 7, "a receipt")                                                                     \
    T(AUDIT, 8, "a page of an exported log")                                                       \
    T(FORK, 9, "proof of two histories")                                                           \
    T(RECOVERY, 10, "the state of a restored daemon")
#define KK_KKYB_TYPE_ENUM(NAME, number, text) KK_KKYB_##NAME = (number),
enum kk_kkyb_type { KK_KKYB_TYPES(KK_KKYB_TYPE_ENUM) };
#define KK_KKYB_TAG_ENUM(NAME, number, text) KK_KKYB_TAG_##NAME = (number),
enum kk_kkyb_tag { KK_KKYB_TAGS(KK_KKYB_TAG_ENUM) };

#define KK_KKYB_HEAD_BYTES 12
#define KK_KKYB_ITEM_MAX   (KK_BLOB_BYTES_MAX + 64)

/* --- writing: bytes are appended to out, which the caller empties as it likes --- */
struct kk_kkyb_writer {
    struct kk_hash hash;
    uint32_t left;
};
KK_MUST_USE int kk_kkyb_begin(struct kk_kkyb_writer *w, enum kk_kkyb_type type, uint32_t count,
                              struct kk_bytes *out);
KK_MUST_USE int kk_kkyb_item(struct kk_kkyb_writer *w, enum kk_kkyb_tag tag, struct kk_slice bytes,
                             struct kk_bytes *out);
/* A blob with the scope that it serves ("pub" …). */
KK_MUST_USE int kk_kkyb_blob(struct kk_kkyb_writer *w, struct kk_slice scope, struct kk_slice blob,
                             struct kk_bytes *out);
/* Every item announced must have been written. */
KK_MUST_USE int kk_kkyb_end(struct kk_kkyb_writer *w, struct kk_bytes *out);

/* --- reading --- */
enum kk_kkyb_event {
    KK_KKYB_MORE, /* feed more bytes */
    KK_KKYB_HEAD, /* type and count are known */
    KK_KKYB_ITEM, /* one item is whole: valid until the next call */
    KK_KKYB_END   /* the checksum is right */
};
struct kk_kkyb_item {
    unsigned tag; /* one of enum kk_kkyb_tag: unknown tags are passed over */
    struct kk_slice bytes;
};
struct kk_kkyb_reader {
    struct kk_hash hash;
    struct kk_bytes buffer;
    size_t done; /* bytes of the buffer that the last event gave out */
    unsigned type;
    uint32_t count, left;
    bool begun, ended;
};
void kk_kkyb_reader_init(struct kk_kkyb_reader *r);
void kk_kkyb_reader_fini(struct kk_kkyb_reader *r);
KK_DEFINE_FINI(kk_kkyb_reader)
KK_MUST_USE int kk_kkyb_feed(struct kk_kkyb_reader *r, struct kk_slice bytes);
/* KK_E_BUNDLE_FILE for anything that is not such a file; also for bytes after its end. */
KK_MUST_USE int kk_kkyb_next(struct kk_kkyb_reader *r, enum kk_kkyb_event *ret,
                             struct kk_kkyb_item *ret_item);
/* The item that begins there in a file that was read to its end: its tag. Borrowed. */
unsigned kk_kkyb_item_at(struct kk_slice file, size_t at, struct kk_slice *ret);
/* Splits a BLOB item. */
KK_MUST_USE int kk_kkyb_split_blob(struct kk_slice item, struct kk_slice *ret_scope,
                                   struct kk_slice *ret_blob);

#endif
