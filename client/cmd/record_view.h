/* Records for people and as JSON: one whole, one a row, and the story of its acts. */
#ifndef CMD_RECORD_VIEW_H
#define CMD_RECORD_VIEW_H

#include "cmd/command.h"
#include "cmd/roster_view.h"
#include "model/lack.h"
#include "view/json.h"
#include "view/table.h"
#include "view/when.h"

#define KK_SHORT_ID 9
/* The first eight characters of the id: what commands show and take. */
void kk_record_short(const struct kk_record *record, char ret[KK_SHORT_ID]);
/* The state of a case or program, the rung of an issue, in the command's language. */
const char *kk_record_standing(const struct kk_command *c, const struct kk_record *record);

KK_MUST_USE int kk_record_view(struct kk_command *c, const struct kk_record *record);
json_t *kk_record_json(const struct kk_record *record); /* NULL when memory is short */
/* For a cell of a list, behind the state: marks what lacks something that an act needs. [RL-15] */
const char *kk_record_mark(const struct kk_command *c, const struct kk_record *record);
/* "reason: is missing" */
#define KK_LACK_TEXT 256
void kk_lack_words(const struct kk_command *c, const struct kk_lack *lack, char ret[KK_LACK_TEXT]);
/* Warns of each field whose text has 外字. Are there any? */
bool kk_record_warn(struct kk_command *c, const struct kk_record *record);

/* Fields alone: of an act, or a draft. */
KK_MUST_USE int kk_body_view(struct kk_command *c, const struct kk_body *body);
json_t *kk_body_json(const struct kk_body *body);

/* Columns, and a row, of a list. */
void kk_record_columns(struct kk_command *c, struct kk_table *t);
void kk_record_row(struct kk_command *c, struct kk_table *t, const struct kk_record *record);
/* One act: when, who, what, what became of it (receipt, 未送信, 否認), and what was said. */
#define KK_OP_NOTES 4
struct kk_op_words {
    char when[KK_WHEN_TEXT], who[KK_WHO_TEXT], outcome[64];
    const char *act; /* NULL: of a later program */
    struct kk_slice notes[KK_OP_NOTES]; /* borrowed from the operation */
    size_t note_count;
    char lack[KK_LACK_TEXT]; /* "" where nothing is missing */
    char erased[96];         /* "" where its content is there */
};
struct kk_op_shown {
    const struct kk_ledger_op *op;
    const struct kk_lack *lack; /* what it lacks; NULL: that is shown elsewhere */
    const struct kk_ledger_op *erased; /* the act that took its content; NULL: none */
};
/* The i-th of its acts, with all that is to be said of it. */
struct kk_op_shown kk_record_op_shown(const struct kk_record *record, const struct kk_lacks *lacks,
                                      size_t i);
void kk_record_op_words(const struct kk_command *c, const struct kk_records *r,
                        const struct kk_op_shown *shown, struct kk_op_words *ret);
json_t *kk_record_op_json(const struct kk_records *r, const struct kk_op_shown *shown);
void kk_record_op_line(struct kk_command *c, const struct kk_records *r,
                       const struct kk_op_shown *shown);

#endif
