/*
 * Values and attributes of the rows that a section brings. Rows come in two lanes: EDIT, whose
 * values are told as differences to what they were, and INSERT, told as differences to the value
 * before them in their series. Attributes are told where they are unusual.
 */
#ifndef PROTO_BUNDLE_VALUES_H
#define PROTO_BUNDLE_VALUES_H

#include "stream.h"

enum kk_row_kind { KK_ROW_KEPT, KK_ROW_EDIT, KK_ROW_INSERT };

/* What the head of a group says about one lane. */
struct kk_lane_head {
    uint64_t usual; /* attribute of most rows */
    uint64_t marks; /* how many have another */
    uint64_t offs;  /* how many values do not fit the scale */
};

/* One group on its way out. */
struct kk_values_job {
    const struct kk_obs_group *old, *fresh; /* old may be NULL */
    const uint8_t *kinds;                   /* of each fresh row */
    const uint32_t *before;                 /* of each EDIT row: its old row */
    const uint16_t *attrs;                  /* numbers that the section uses for fresh attributes */
    int64_t div;
};

/* Powers of ten from 1 to KK_OBS_SCALE. */
int64_t kk_values_power(unsigned exponent);
/* The scale that tells the rows of the job in the fewest bits, as an exponent. */
unsigned kk_values_scale(const struct kk_values_job *job);
/* Writes everything but the head. */
void kk_values_encode(struct kk_out *o, const struct kk_values_job *job, enum kk_row_kind lane,
                      const struct kk_lane_head *head);
/* Counts what the head says of the lane. job->div is set; attr_count: of the section's numbers. */
KK_MUST_USE int kk_values_head(const struct kk_values_job *job, enum kk_row_kind lane,
                               size_t attr_count, struct kk_lane_head *ret);

/*
 * rows: keys are set; EDIT rows still hold old attribute and value. attrs: the numbered attributes.
 * Faults go to in->bad.
 */
struct kk_values_in {
    struct kk_in *in;
    struct kk_obs_row *rows;
    size_t count;
    const uint8_t *kinds;  /* KK_ROW_INSERT, or anything else for a row that was there */
    const uint32_t *edits; /* places of the EDIT rows, ascending */
    size_t edit_count;
    const struct kk_obs_attr *attrs;
    size_t attr_count;
    int64_t div;
};
/* One lane of a group that was there. */
void kk_values_decode(const struct kk_values_in *v, enum kk_row_kind lane,
                      const struct kk_lane_head *head);

/* A lane being read. */
struct kk_values_lane {
    struct kk_in *in;
    const struct kk_values_in *v;
    enum kk_stream steps;
    uint16_t usual;
    bool plain;                   /* who has the usual attribute has a value */
    uint64_t marks, offs;         /* left */
    uint64_t next_mark, next_off; /* rows and values until then; UINT64_MAX where none is left */
    int64_t limit;                /* of |q| */
    uint64_t plain_limit;         /* and where nothing is beyond the scale */
    bool known;                   /* a value stands before */
    int64_t before;               /* it, over div */
};
/*
 * A group that is new, series by series. Keys and the usual attribute of the rows are set; of v,
 * rows and what tells them apart are not used.
 */
void kk_values_begin(struct kk_values_lane *l, const struct kk_values_in *v, enum kk_row_kind lane,
                     const struct kk_lane_head *head);
void kk_values_series(struct kk_values_lane *l, struct kk_obs_row *rows, size_t count);
void kk_values_end(struct kk_values_lane *l);

#endif
