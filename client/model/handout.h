/*
 * What a lead gives to partners who have no device (関係機関: support centres, welfare councils):
 * ticked public figures and records of an area, as one file. The giving is a record of the ward,
 * which names the partners, the records, the figures and the file's digest. [RL-26]
 */
#ifndef MODEL_HANDOUT_H
#define MODEL_HANDOUT_H

#include "model/record.h"

#define KK_HANDOUT_RECORDS_MAX 64

struct kk_handout_what {
    const char *area, *title;
    const char *const *given_to; /* names of partners, at least one */
    size_t given_count;
    const char *const *ticks; /* ids of records that name the area */
    size_t tick_count;
    const char *const *figures; /* "INDICATOR PERIOD [BREAKDOWN]", public ones of the area */
    size_t figure_count;
    bool check_only, not_personal;
};
struct kk_handout {
    uint8_t id[KK_ID_BYTES]; /* of the record that the giving will be */
    struct kk_body body;
    struct kk_record records[KK_HANDOUT_RECORDS_MAX];
    size_t record_count;
};
/*
 * Looks everything up and checks it; nothing is written. KK_E_ROLE for anybody but a lead,
 * KK_E_SCOPE for a kind of which nothing may leave the ward, KK_E_NOT_FOUND, KK_E_FIELD,
 * KK_E_PERSONAL. Valid as long as r's arena.
 */
KK_MUST_USE int kk_handout_prepare(struct kk_records *r, const struct kk_handout_what *what,
                                   struct kk_handout *ret);
/* May the field be told to partners? */
bool kk_handout_tells(const struct kk_record *record, uint32_t number);
/* Signs the giving into the ward's records; file: its bytes as they go out. */
KK_MUST_USE int kk_handout_record(struct kk_records *r, const struct kk_handout_what *what,
                                  struct kk_handout *h, struct kk_slice file);

#endif
