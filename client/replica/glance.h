/*
 * The index of lists: which records there are of a kind, in an area, since when. It is derived and
 * may be behind; a reader opens what is behind itself, so that no list depends on how far the
 * index is. Whoever holds the home's lock brings it on.
 */
#ifndef REPLICA_GLANCE_H
#define REPLICA_GLANCE_H

#include "replica/ledger.h"

struct kk_glance_query {
    unsigned kind;         /* 0: any */
    struct kk_slice area;  /* named in its areas; empty: any. Not with kind 0. */
    bool open;             /* only what is not closed */
    int64_t since_ms;      /* touched since */
    uint64_t limit;        /* 0: none */
};
/*
 * Ids of what may be meant, the newest first, in the arena: what matches by the index, behind all
 * that the index has not seen yet, which the caller must look at itself.
 */
KK_MUST_USE int kk_glance_find(const struct kk_ledger *l, const struct kk_glance_query *g,
                               struct kk_arena *arena, struct kk_ledger_ids *ret);
/* What the indexes have not seen yet, or could not read so far. */
KK_MUST_USE int kk_glance_behind(const struct kk_ledger *l, struct kk_arena *arena,
                                 struct kk_ledger_ids *ret);
/*
 * What is about that one record, by the index alone: memos of a case. What is behind is the
 * caller's to look at, once for all that it asks.
 */
KK_MUST_USE int kk_glance_of(const struct kk_ledger *l, unsigned kind,
                             const uint8_t about[KK_ID_BYTES], struct kk_arena *arena,
                             struct kk_ledger_ids *ret);
/* What the record is about by itself: the case of a memo; else empty. */
struct kk_slice kk_glance_about(const struct kk_ledger_record *rec);
/* How much the indexes have not seen yet: entries, and records that changed otherwise. */
KK_MUST_USE int kk_glance_lacks(const struct kk_ledger *l, uint64_t *ret);
/* When its newest operation was received, or made while it is pending. */
int64_t kk_glance_touched_ms(const struct kk_ledger_record *rec);
/* Records in conflict. */
KK_MUST_USE int kk_glance_conflicts(const struct kk_ledger *l, uint64_t *ret);
/*
 * Brings the index on by up to max records, in one transaction (or in the one that stands, where
 * inside is true): 1 while some are behind, else 0. A kill leaves what was committed.
 */
KK_MUST_USE int kk_glance_refresh(const struct kk_ledger *l, size_t max, bool inside);
/* All of it is derived anew by the refreshes that follow. */
KK_MUST_USE int kk_glance_forget(const struct kk_ledger *l);

#endif
