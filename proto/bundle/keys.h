/*
 * Keys of the rows that a section brings. The areas, breakdowns and periods that it names stand in
 * three ascending lists; series are told by their steps in those lists, and the periods that a
 * series gains by what differs from a reference set. Most series gain what the ones before them
 * did.
 */
#ifndef PROTO_BUNDLE_KEYS_H
#define PROTO_BUNDLE_KEYS_H

#include "stream.h"
#include "values.h"

struct kk_list16 {
    uint16_t *at;
    size_t count;
};
enum kk_list_name { KK_LIST_AREAS, KK_LIST_BREAKDOWNS, KK_LIST_PERIODS, KK_LIST_COUNT };
const struct kk_dict *kk_list_dict(const struct kk_obs_words *w, enum kk_list_name name);

/* References: one for series that were there, one for new ones. */
enum kk_series_kind { KK_SERIES_OLD, KK_SERIES_NEW, KK_SERIES_KINDS };

enum kk_series_op {
    KK_SERIES_END, /* every series left takes the reference set */
    KK_SERIES_ALTER,
    KK_SERIES_ALTER_KEEP, /* and its set becomes the reference */
    KK_SERIES_ADD,
    KK_SERIES_ADD_KEEP,
    KK_SERIES_OPS
};

/* --- writing --- */
struct kk_keys_out {
    struct kk_out *o;
    const struct kk_obs_words *words;
    uint8_t *used[KK_LIST_COUNT];   /* by code */
    uint16_t *place[KK_LIST_COUNT]; /* by code: its place in the list */
    struct kk_list16 ref[KK_SERIES_KINDS], last[KK_SERIES_KINDS], set;
    size_t period_count;
};
void kk_keys_out_fini(struct kk_keys_out *k);
KK_DEFINE_FINI(kk_keys_out)
KK_MUST_USE int kk_keys_out_init(struct kk_keys_out *k, struct kk_out *o,
                                 const struct kk_obs_words *words);
/* First every pair of groups is looked at, then the lists are written, then the series. */
void kk_keys_note(struct kk_keys_out *k, const struct kk_values_job *job);
KK_MUST_USE int kk_keys_lists(struct kk_keys_out *k);
void kk_keys_series(struct kk_keys_out *k, const struct kk_values_job *job);

/* --- reading --- */
struct kk_keys_in {
    struct kk_in *in;
    const struct kk_obs_words *words;
    struct kk_list16 lists[KK_LIST_COUNT];
    struct kk_list16 ref[KK_SERIES_KINDS], set;
};
void kk_keys_in_fini(struct kk_keys_in *k);
KK_DEFINE_FINI(kk_keys_in)
/* Reads the lists. KK_E_MEMORY; faults of the bytes go to in->bad. */
KK_MUST_USE int kk_keys_in_init(struct kk_keys_in *k, struct kk_in *in,
                                const struct kk_obs_words *words);

/* A series that comes. */
struct kk_keys_series {
    uint16_t area, breakdown;
    const uint16_t *periods; /* places in the list of periods */
    size_t count;
    uint64_t places[2]; /* where the next one may stand: in the lists of areas and breakdowns */
};
/* The next series of a group that is new; *s is zero before the first. Such series ascend by the
 * way they are told, and none is empty. */
bool kk_keys_next(struct kk_keys_in *k, struct kk_keys_series *s);
/* Its rows, without values, all of one attribute. */
void kk_keys_fill(const struct kk_keys_in *k, const struct kk_keys_series *s, uint16_t attr,
                  struct kk_obs_row *rows);

/* Rows of a group that was there as they come out: old ones that stay, and those that come. */
struct kk_keys_rows {
    const struct kk_obs_group *old;
    const uint8_t *gone;            /* of each old row: 0 stays, 1 changes, 2 goes */
    struct kk_obs_row *rows;
    uint8_t *kinds;                 /* zero; KK_ROW_INSERT where a row comes */
    uint32_t *edits;                /* room for those that change: where they stand in rows */
    size_t count, cap, edit_count, inserts;
};
void kk_keys_take(struct kk_keys_in *k, struct kk_keys_rows *rows);
/* Does the group at hand gain nothing, and say so first? Then its keys have been taken. */
bool kk_keys_stay(struct kk_keys_in *k);

#endif
