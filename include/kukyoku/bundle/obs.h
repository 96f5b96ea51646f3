/*
 * Observations in memory ([BN-1], [BN-2] of docs/protocol.md). One is named by indicator, area,
 * breakdown and period, and holds either a value (an integer, KK_OBS_SCALE to the unit) or the
 * reason why there is none, and the attributes that stand beside it. Rows of one indicator form a
 * group, strictly ascending by area, breakdown and period (by the bytes of their texts, whatever
 * their codes); the groups of one pack form a block, ascending by indicator. Area, breakdown,
 * period, unit and status are codes of the words of the segment; the longer texts belong to the
 * block.
 */
#ifndef KUKYOKU_BUNDLE_OBS_H
#define KUKYOKU_BUNDLE_OBS_H

#include "kukyoku/bundle/dict.h"
#include "kukyoku/wire/shapes.h"

#define KK_OBS_DATASET  "stat" /* figures; other datasets have rows of the same form */
#define KK_PRACTICE_DATASET "practice" /* practice for residents, in such rows */
#define KK_KARTE_DATASET "karte" /* editions for residents, in rows of the same form */
#define KK_OBS_SCALE        10000 /* four decimals, in every dataset */
#define KK_OBS_DECIMALS     4
#define KK_OBS_VALUE_MAX    ((INT64_C(1) << 59) - 1) /* either sign: 57 million million units */
#define KK_OBS_NAME_MAX     64   /* indicator, area, period, unit, status; bytes */
#define KK_OBS_BREAK_MAX    250  /* breakdown, bytes */
#define KK_OBS_TEXT_MAX     1000 /* method, source, note, bytes */
#define KK_OBS_GROUP_ROWS   (512 * 1024)
#define KK_OBS_BLOCK_ROWS   (512 * 1024) /* of 16 bytes: the 8 MiB that decoding may take */
#define KK_OBS_BLOCK_TEXT   (4 * 1024 * 1024)
#define KK_OBS_BLOCK_GROUPS 4096

/* M(NAME, letter, ja, en): why there is no value. */
#define KK_MISSING_KINDS(M)                                                                        \
    M(NOTHING, "n", "該当なし", "none")                                                            \
    M(UNKNOWN, "u", "不明", "unknown")                                                             \
    M(CONCEALED, "x", "秘匿", "concealed")
#define KK_MISSING_ENUM(NAME, letter, ja, en) KK_MISSING_##NAME,
enum kk_missing { KK_MISSING_NONE, KK_MISSING_KINDS(KK_MISSING_ENUM) KK_MISSING_END };
/* "" for KK_MISSING_NONE, else the letter. */
const char *kk_missing_text(enum kk_missing m);
/* false for a text that is no kind. */
KK_MUST_USE bool kk_missing_parse(struct kk_slice text, enum kk_missing *ret);

struct kk_obs_row {
    uint16_t area, breakdown, period;
    uint16_t attr; /* index in the attributes of the group */
    int64_t value; /* 0 where the attribute says that there is none */
};

struct kk_obs_attr {
    uint16_t unit, status;
    enum kk_missing missing;
    struct kk_slice method, source, note;
};

struct kk_obs_group {
    struct kk_slice indicator;
    struct kk_obs_row *rows;
    struct kk_obs_attr *attrs; /* distinct */
    size_t count, row_cap, attr_count, attr_cap;
};

struct kk_obs_block {
    struct kk_obs_group *groups;
    size_t count, cap, rows;
    struct kk_arena texts; /* indicators, methods, sources, notes */
};

struct kk_obs_words {
    struct kk_dict areas, periods, breakdowns, units, statuses;
};

/* One observation as texts: what an import gives and a reader shows. */
struct kk_obs {
    struct kk_slice indicator, area, breakdown, period;
    struct kk_slice unit, status, method, source, note;
    enum kk_missing missing;
    int64_t value;
};

void kk_obs_words_init(struct kk_obs_words *w);
void kk_obs_words_fini(struct kk_obs_words *w);
KK_DEFINE_FINI(kk_obs_words)
/* From an index. KK_E_BUNDLE for a text that stands twice; sorted and ready for use. */
KK_MUST_USE int kk_obs_words_load(struct kk_obs_words *w, const struct kk_words *from);
/* To an index: lists in the arena, texts borrowed from w. */
KK_MUST_USE int kk_obs_words_store(const struct kk_obs_words *w, struct kk_arena *arena,
                                   struct kk_words *ret);
KK_MUST_USE int kk_obs_words_sort(struct kk_obs_words *w);

void kk_obs_block_init(struct kk_obs_block *b);
void kk_obs_block_fini(struct kk_obs_block *b);
KK_DEFINE_FINI(kk_obs_block)
/* Appends an empty group; the text is copied. KK_E_MEMORY or KK_E_ROW_LIMIT. */
KK_MUST_USE int kk_obs_block_group(struct kk_obs_block *b, struct kk_slice indicator,
                                   struct kk_obs_group **ret);
/* Makes room for `more` rows at the end of a group. */
KK_MUST_USE int kk_obs_group_reserve(struct kk_obs_block *b, struct kk_obs_group *g, size_t more);
/* The rows of another block's group become those of g, which has none. KK_E_ROW_LIMIT. */
KK_MUST_USE int kk_obs_group_move(struct kk_obs_block *b, struct kk_obs_group *g,
                                  struct kk_obs_group *from);
/* Finds or adds the attribute; its texts are copied. */
KK_MUST_USE int kk_obs_group_attr(struct kk_obs_block *b, struct kk_obs_group *g,
                                  const struct kk_obs_attr *attr, uint16_t *ret);
/* NULL when the block has no such indicator. */
const struct kk_obs_group *kk_obs_block_find(const struct kk_obs_block *b, struct kk_slice name);

/* Order of two keys; the words must be sorted. */
int kk_obs_row_compare(const struct kk_obs_words *w, const struct kk_obs_row *a,
                       const struct kk_obs_row *b);
/* The rows of one area (a code of w) stand together: the first, and the one behind the last. */
void kk_obs_group_area(const struct kk_obs_words *w, const struct kk_obs_group *g, uint16_t area,
                       size_t *ret_first, size_t *ret_end);
bool kk_obs_attr_equal(const struct kk_obs_attr *a, const struct kk_obs_attr *b);
/* The texts of a row, borrowed from words and group. */
void kk_obs_get(const struct kk_obs_words *w, const struct kk_obs_group *g,
                const struct kk_obs_row *row, struct kk_obs *ret);

#endif
