/* Inside proto/trust: a document that is held, with what was decoded from it. */
#ifndef TRUST_HELD_H
#define TRUST_HELD_H

#include "kukyoku/trust/trust.h"

/* Decoding may cost a small multiple of the bytes; this is the bound for the largest document. */
#define HELD_ARENA_MAX (64 * KK_DOCUMENT_BYTES_MAX)

struct held {
    struct kk_bytes bytes;   /* the document as received */
    struct kk_bytes devices; /* a roster's device rows */
    struct kk_arena arena;
    struct kk_doc doc;
    union {
        struct kk_root root;
        struct kk_roster roster;
        struct kk_catalog catalog;
        struct kk_fresh fresh;
    } is;
    struct kk_devices rows;
    struct kk_roster_view view; /* of a roster */
};

struct held *held_new(void);
void held_free(struct held *h);
KK_DEFINE_FREE(held)

/*
 * Copies and decodes a document of this kind, and holds it against the rules that need no other
 * document. 0, KK_E_MEMORY, or KK_E_FORM / KK_E_SHAPE for what is malformed.
 */
KK_MUST_USE int held_read(struct held *h, enum kk_doc_kind kind, struct kk_slice bytes);
/* The device rows that the roster in h names; KK_E_HASH when they are others. */
KK_MUST_USE int held_read_devices(struct held *h, struct kk_slice devices);
/* A roster without its rows: no device is known. */
void held_no_devices(struct held *h);
/* Its version; a root and a fresh have generation 0 here. */
struct kk_ver held_version(const struct held *h, enum kk_doc_kind kind);

#endif
