/*
 * Records of one kind as a table, there and back: a column a field, by its name, and "id". What a
 * cell holds can be read again: codes by name, line breaks as \n, items of a list parted by " | ",
 * a backslash before each of these characters where it stands for itself, and an apostrophe before
 * a text that a spreadsheet would run.
 */
#ifndef MODEL_RECORD_TABLE_H
#define MODEL_RECORD_TABLE_H

#include "model/record.h"

/* Beside "id": where the record lives. For who reads the table; passed over when it comes in. */
#define KK_COLUMN_SCOPE "scope"

/* A value as such a cell, into empty bytes. KK_E_SHAPE for one that this program can't read. */
KK_MUST_USE int kk_record_cell(const struct kk_term *term, struct kk_slice value,
                               struct kk_bytes *out);

enum kk_row_outcome { KK_ROW_NEW, KK_ROW_CHANGED, KK_ROW_SAME, KK_ROW_BAD };
struct kk_import_row {
    uint64_t line; /* of the file */
    enum kk_row_outcome outcome;
    const struct kk_error *why; /* of BAD */
};
struct kk_import_counts {
    uint64_t made, changed, same, bad;
};
struct kk_import {
    const struct kk_kind_info *kind;
    struct kk_slice text;  /* the CSV, UTF-8 with or without a byte order mark */
    bool accept_valid;     /* write the sound rows although others are not */
    bool check_only;
    bool not_personal;
    void (*row)(void *user, const struct kk_import_row *row);
    void *user;
};
/*
 * All or nothing: every row is tried first, and all are written together if all are sound, or the
 * sound ones with accept_valid.
 * A row with an id changes that record where it differs; an empty cell leaves the field as it is.
 * KK_E_CSV where the file is no such table.
 */
KK_MUST_USE int kk_record_import(struct kk_records *r, const struct kk_import *what,
                                 struct kk_import_counts *ret);

#endif
