/*
 * struct kk_dict: texts numbered from 0 in the order of their arrival; a number never changes its
 * meaning, so that what was coded with a shorter dictionary stays readable with a longer one.
 * kk_dict_sort makes the order of the texts available: rank[code] is the place of a text among all.
 */
#ifndef KUKYOKU_BUNDLE_DICT_H
#define KUKYOKU_BUNDLE_DICT_H

#include "kukyoku/base/arena.h"

#define KK_DICT_MAX   65535 /* codes are 16 bits wide */
#define KK_DICT_BYTES (8 * 1024 * 1024)

struct kk_dict {
    struct kk_slice *items;
    uint32_t *slots; /* hash table: code + 1 */
    uint16_t *rank;  /* by code; valid while sorted == count */
    size_t count, cap, slot_count, sorted;
    struct kk_arena texts;
};

void kk_dict_init(struct kk_dict *d);
void kk_dict_fini(struct kk_dict *d);
KK_DEFINE_FINI(kk_dict)
/* The code of a text, or -1. */
int kk_dict_find(const struct kk_dict *d, struct kk_slice text);
/* Finds or adds. 0, KK_E_MEMORY, or KK_E_ROW_LIMIT when KK_DICT_MAX texts are there. */
KK_MUST_USE int kk_dict_add(struct kk_dict *d, struct kk_slice text, uint16_t *ret_code);
/* The same for rows in order: `last` is the code of the row before, most often this one's too. */
KK_MUST_USE int kk_dict_add_near(struct kk_dict *d, struct kk_slice text, uint16_t last,
                                 uint16_t *ret_code);
/* 0 or KK_E_MEMORY. */
KK_MUST_USE int kk_dict_sort(struct kk_dict *d);

#endif
