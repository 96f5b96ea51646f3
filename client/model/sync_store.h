/* What the sync machine keeps things in: a home and its replicas. */
#ifndef MODEL_SYNC_STORE_H
#define MODEL_SYNC_STORE_H

#include "model/purge.h"

#include "kukyoku/sync/sync.h"

/* What takes long: own records sent, entries of logs, bytes of figures, records for the indexes. */
enum kk_sync_part { KK_PART_SENT, KK_PART_RECORDS, KK_PART_FIGURES, KK_PART_INDEXES };
/* So far, of all that is known of; more may follow. */
typedef void kk_sync_progress_fn(void *user, enum kk_sync_part part, uint64_t done, uint64_t all);

/* A page is some fifty entries; the disk is asked once for several. */
#define KK_SYNC_PAGES 48

struct kk_home_sync {
    struct kk_home *home;
    struct kk_replicas replicas;
    struct kk_stage stage;
    struct kk_error *err;
    kk_sync_progress_fn *progress; /* may be NULL */
    void *user;
    bool only_public; /* other scopes wait for the daemon [MI-7] */
    /* pages of one log that came in and are not kept yet, with all that is theirs */
    struct kk_msg_entries pages[KK_SYNC_PAGES];
    size_t page_count;
    struct kk_arena page_arena;
    char page_scope[KK_SCOPE_NAME_MAX + 1];
    uint64_t sent_done, sent_all, blob_done, blob_all, entry_done, entry_all;
    bool withheld; /* an act that came in has seen more than the daemon hands out */
    struct kk_purge_report purge; /* what was given back before a roster took its scope away */
    /* entries for a restored daemon: the scope at hand, what it asks back, where it stands */
    struct {
        char scope[KK_SCOPE_NAME_MAX + 1];
        uint64_t from;
    } wants[KK_SCOPES_MAX];
    size_t want_count;
    size_t cut_scope; /* of those that may have something cut off: the next to look at */
    int64_t cut_last;
    bool returning_cut;
    uint64_t behind;  /* entries that the daemon lacks by its own heads */
    uint64_t cut_off; /* entries that a new era has ended before, in this sync */
};
KK_MUST_USE int kk_home_sync_init(struct kk_home_sync *s, struct kk_home *home,
                                  struct kk_error *err);
/* All has come: what is derived from it is made, with progress. */
KK_MUST_USE int kk_home_sync_derive(struct kk_home_sync *s);
void kk_home_sync_fini(struct kk_home_sync *s); /* keeps the pages that wait */
KK_DEFINE_FINI(kk_home_sync)
struct kk_sync_store kk_home_sync_store(struct kk_home_sync *s);

#endif
