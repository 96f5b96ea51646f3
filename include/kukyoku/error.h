/*
 * Three kinds of "no" (docs/architecture.md):
 *   verdict  an expected answer: a typed enum that the caller switches over in full;
 *   fault    the operation cannot go on: 0 or a negative KK_E_*, passed up unchanged;
 *   bug      kk_assert.
 * What a person reads travels beside a fault in struct kk_error, filled once, where it was found.
 */
#ifndef KUKYOKU_ERROR_H
#define KUKYOKU_ERROR_H

#include "kukyoku/attr.h"
#include "kukyoku/errors.def"

#include <stdbool.h>

/* Exit statuses of both programs; frozen by a test. */
enum kk_exit {
    KK_EXIT_OK = 0,
    KK_EXIT_FAILED = 1,
    KK_EXIT_USAGE = 2,
    KK_EXIT_WARNINGS = 3,
    KK_EXIT_UNCHANGED = 4,
    KK_EXIT_TEMPORARY = 5,
    KK_EXIT_CONFLICT = 6,
    KK_EXIT_VERIFY = 7,
    KK_EXIT_DENIED = 8,
    KK_EXIT_NEWER = 9,
    KK_EXIT_LOCKED = 10,
    KK_EXIT_INTERRUPTED = 130
};

#define KK_ERROR_ENUM(name, code, exit, wire, en, ja, remedy_en, remedy_ja) KK_E_##name = -(code),
enum kk_fault { KK_ERRORS(KK_ERROR_ENUM) };
#undef KK_ERROR_ENUM

#define KK_WIRE_ENUM(name, number, closes, en, ja) KK_WIRE_##name = (number),
enum kk_wire_code { KK_WIRE_CODES(KK_WIRE_ENUM) };
#undef KK_WIRE_ENUM

struct kk_error_info {
    int fault; /* negative */
    const char *name;
    enum kk_exit exit;
    enum kk_wire_code wire;
    const char *en, *ja, *remedy_en, *remedy_ja;
};

/* The row of a fault. Borrowed, static. Any negative number that is no KK_E_* is a bug. */
const struct kk_error_info *kk_error_info(int fault);
/* The whole list, for manuals and tests. */
const struct kk_error_info *kk_error_list(size_t *ret_count);
/* "PROTO" …; NULL for a number outside the list. */
const char *kk_wire_name(unsigned code);
/* What it means for a person; lang: "ja" or "en". "?" for a number outside the list. */
const char *kk_wire_text(unsigned code, const char *lang);
bool kk_wire_closes(unsigned code);

#define KK_ERROR_WHERE_MAX  96
#define KK_ERROR_DETAIL_MAX 400

/*
 * where: file:line, field, device …; detail: the reason; detail_ja: "" where it needs no words. All
 * valid UTF-8 without control characters, whatever was typed, and wherever it had to be cut.
 */
struct kk_error {
    int fault;
    char where[KK_ERROR_WHERE_MAX];
    char detail[KK_ERROR_DETAIL_MAX], detail_ja[KK_ERROR_DETAIL_MAX];
};

/*
 * Each fills err (which may be NULL) and returns fault, so that `return kk_error_set(…)` reads
 * well. set: a reason of names and numbers alone; say: in words, the same arguments in both
 * languages in the same order; text: in words that stand elsewhere.
 */
KK_PRINTF(4, 5)
int kk_error_set(struct kk_error *err, int fault, const char *where, const char *format, ...);
KK_PRINTF(4, 6)
KK_PRINTF(5, 6)
int kk_error_say(struct kk_error *err, int fault, const char *where, const char *en,
                 const char *ja, ...);
int kk_error_text(struct kk_error *err, int fault, const char *where, const char *en,
                  const char *ja);
/* The reason in that language, "ja" or "en". */
const char *kk_error_detail(const struct kk_error *err, const char *lang);

#endif
