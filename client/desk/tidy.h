/*
 * Observations from tidy CSV (UTF-8, one header, one observation a row): every row is checked
 * before any is used; all that is wrong is collected with line, column, value and reason. Rows are
 * kept as numbers, 40 bytes each, and come out in the order in which a release wants them. [DK-4]
 *
 *     kk_tidy_init → kk_tidy_feed … → kk_tidy_end → (no issues) kk_tidy_each
 */
#ifndef DESK_TIDY_H
#define DESK_TIDY_H

#include "desk/csv.h"
#include "desk/tidy.def"
#include "kukyoku/base/date.h"
#include "kukyoku/bundle/obs.h"
#include "kukyoku/error.h"

#define KK_TIDY_COLUMNS(C)                                                                        \
    C(INDICATOR, "indicator") C(AREA, "area") C(PERIOD, "period") C(BREAKDOWN, "breakdown")        \
    C(VALUE, "value") C(MISSING, "missing") C(UNIT, "unit") C(STATUS, "status")                   \
    C(METHOD, "method") C(SOURCE, "source") C(NOTE, "note")
#define KK_TIDY_COLUMN_ENUM(NAME, text) KK_TIDY_##NAME,
enum kk_tidy_column { KK_TIDY_COLUMNS(KK_TIDY_COLUMN_ENUM) KK_TIDY_COLUMN_COUNT };
const char *kk_tidy_column_name(enum kk_tidy_column column); /* "" for KK_TIDY_COLUMN_COUNT */

#define KK_TIDY_REASON_ENUM(ID, refuses, rule, en, ja, fix_en, fix_ja) KK_TIDY_BAD_##ID,
enum kk_tidy_reason { KK_TIDY_REASONS(KK_TIDY_REASON_ENUM) KK_TIDY_REASON_COUNT };
struct kk_tidy_cause {
    bool refuses; /* the row; else it is a warning */
    const char *id, *rule, *en, *ja, *fix_en, *fix_ja;
};
const struct kk_tidy_cause *kk_tidy_cause(enum kk_tidy_reason reason);

#define KK_TIDY_VALUE_MAX  60
#define KK_TIDY_ISSUES_MAX 1000 /* of one reason are kept; all are counted */
struct kk_tidy_issue {
    uint64_t line, other_line; /* other_line: of the first of two rows with one key */
    enum kk_tidy_column column; /* KK_TIDY_COLUMN_COUNT: the whole row */
    unsigned cell;              /* column of the file, from 1; 0: none */
    enum kk_tidy_reason reason;
    char value[KK_TIDY_VALUE_MAX + 1]; /* its beginning; valid UTF-8 */
    char hint[KK_TIDY_VALUE_MAX + 1];  /* what was expected or is near; "" for none */
};
/* Each refusal, for the file of refused rows: all are kept. */
struct kk_tidy_refusal {
    uint32_t line;
    uint16_t cell, reason;
};

struct kk_tidy_row {
    uint16_t codes[KK_TIDY_COLUMN_COUNT]; /* of the texts; VALUE: its cell; MISSING: unused */
    uint8_t missing;
    bool refused; /* after all rows were read */
    uint32_t line;
    int64_t value;
};

struct kk_tidy {
    struct kk_csv csv;
    struct kk_dict texts[KK_TIDY_COLUMN_COUNT];
    struct kk_slice last[KK_TIDY_COLUMN_COUNT]; /* the text before, borrowed from the dictionary */
    uint16_t last_code[KK_TIDY_COLUMN_COUNT];
    struct kk_tidy_row *rows;
    size_t count, cap;
    struct kk_tidy_issue *issues;
    size_t issue_count, issue_cap;             /* kept */
    uint64_t by_reason[KK_TIDY_REASON_COUNT];  /* all */
    uint64_t issue_total, warning_total;       /* refusals; the rest */
    struct kk_tidy_refusal *refusals;
    size_t refusal_count, refusal_cap;
    uint64_t records;
    bool headed, headless; /* the header was there; it was not that of a release */
};
void kk_tidy_init(struct kk_tidy *t);
void kk_tidy_fini(struct kk_tidy *t);
KK_DEFINE_FINI(kk_tidy)
/* 0, KK_E_MEMORY, or KK_E_ROW_LIMIT for more distinct texts than a release can carry. */
KK_MUST_USE int kk_tidy_feed(struct kk_tidy *t, struct kk_slice bytes);
/* One record that was read elsewhere; the first is the header. As kk_tidy_feed. */
KK_MUST_USE int kk_tidy_take(struct kk_tidy *t, const struct kk_csv_record *record);
/* A row of a release, as it stands there; line: any number for it. As kk_tidy_feed. */
KK_MUST_USE int kk_tidy_take_obs(struct kk_tidy *t, const struct kk_obs *obs, uint64_t line);
/* A complaint about a record of more or fewer columns than its header. */
KK_MUST_USE int kk_tidy_ragged(struct kk_tidy *t, const struct kk_csv_record *record, size_t want);
/* Sorts, and finds rows with one key. */
KK_MUST_USE int kk_tidy_end(struct kk_tidy *t);
/* Rows ascending by indicator, area, breakdown, period; those that were refused are not among
 * them: whoever wants all or nothing looks at issue_total first. */
typedef int kk_tidy_fn(void *user, const struct kk_obs *row);
KK_MUST_USE int kk_tidy_each(const struct kk_tidy *t, kk_tidy_fn *fn, void *user);
/* The texts of a row of t->rows, borrowed. */
void kk_tidy_get(const struct kk_tidy *t, const struct kk_tidy_row *row, struct kk_obs *ret);

/* What somebody else has against the table. hint may be NULL. */
struct kk_tidy_complaint {
    uint64_t line, other_line;
    enum kk_tidy_column column;
    unsigned cell;
    enum kk_tidy_reason reason;
    struct kk_slice value;
    const char *hint;
};
KK_MUST_USE int kk_tidy_complain(struct kk_tidy *t, const struct kk_tidy_complaint *c);
/* The same about a row that was kept, which goes where the reason refuses. */
KK_MUST_USE int kk_tidy_object(struct kk_tidy *t, struct kk_tidy_row *row,
                               enum kk_tidy_column column, enum kk_tidy_reason reason,
                               const char *hint);

/* --- notation, also for what people type (tidy_field.c) --- */
bool kk_area_valid(struct kk_slice text);
bool kk_period_valid(struct kk_slice text);
bool kk_breakdown_valid(struct kk_slice text);
/* When a period begins. false: it is none, or it begins before 1868. */
KK_MUST_USE bool kk_period_start(struct kk_slice text, int64_t *ret_ms);
/* Why a text that is no period is none; ret_hint: the day that is meant, "" where nobody knows. */
enum kk_tidy_reason kk_period_why_not(struct kk_slice text, char ret_hint[KK_DATE_TEXT]);
/* An exact decimal, scaled by KK_OBS_SCALE. false with the reason. */
KK_MUST_USE bool kk_number_parse(struct kk_slice text, int64_t *ret, enum kk_tidy_reason *reason);

#endif
