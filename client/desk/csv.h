/*
 * CSV after RFC 4180, strictly, as a stream: commas (or the separator set), LF or CRLF, fields
 * quoted by '"' with '"' doubled inside. What is wrong with a record is told with it, and reading
 * goes on at the next line. Knows nothing of columns; UTF-8 and what a field may hold are checked
 * by tidy.c.
 */
#ifndef DESK_CSV_H
#define DESK_CSV_H

#include "kukyoku/attr.h"
#include "kukyoku/slice.h"

#define KK_CSV_FIELDS_MAX 256
#define KK_CSV_BYTES_MAX  16384 /* of one record */

enum kk_csv_flaw {
    KK_CSV_SOUND,
    KK_CSV_STRAY_QUOTE, /* a '"' inside a field that is not quoted, or text after a closing one */
    KK_CSV_OPEN_QUOTE,  /* the file ends inside quotes */
    KK_CSV_LONG,        /* more bytes or fields than a record may have */
    KK_CSV_BARE_CR      /* a CR without an LF */
};

struct kk_csv_record {
    const struct kk_slice *fields; /* valid during the call */
    size_t count;
    const uint16_t *cells; /* columns of the file that the fields are from; NULL: as they stand */
    uint64_t line; /* of the file, on which the record begins; from 1 */
    enum kk_csv_flaw flaw;
};
/* A negative result ends the reading and is what the reader returns. */
typedef int kk_csv_fn(void *user, const struct kk_csv_record *record);

enum kk_csv_state {
    KK_CSV_BOM, /* the first bytes of a file */
    KK_CSV_START,
    KK_CSV_PLAIN,
    KK_CSV_QUOTED,
    KK_CSV_AFTER_QUOTE,
    KK_CSV_AFTER_CR
};
struct kk_csv {
    kk_csv_fn *fn;
    void *user;
    enum kk_csv_state state;
    enum kk_csv_flaw flaw;
    uint64_t line, first_line; /* now, and of the record */
    char separator;            /* ',' unless set after kk_csv_init */
    unsigned bom;              /* bytes of a byte order mark seen */
    size_t len, count;
    size_t ends[KK_CSV_FIELDS_MAX]; /* of the fields in text */
    uint8_t text[KK_CSV_BYTES_MAX];
};
void kk_csv_init(struct kk_csv *c, kk_csv_fn *fn, void *user);
/* 0 or what fn gave. Empty lines are passed over. */
KK_MUST_USE int kk_csv_feed(struct kk_csv *c, struct kk_slice bytes);
/* The last record, which may lack its line end. */
KK_MUST_USE int kk_csv_end(struct kk_csv *c);

#endif
