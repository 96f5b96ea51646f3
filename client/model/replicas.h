/* The replicas of a home, opened as they are needed: one file a scope. */
#ifndef MODEL_REPLICAS_H
#define MODEL_REPLICAS_H

#include "home/home.h"
#include "replica/glance.h"

struct kk_replicas {
    struct kk_home *home; /* borrowed */
    enum kk_replica_mode mode;
    struct kk_body_opener *opener; /* made with the first ledger */
    struct {
        char scope[KK_SCOPE_NAME_MAX + 1];
        struct kk_replica *replica;
    } open[KK_SCOPES_MAX];
    size_t count;
    /* how far the indexes are; NULL: nobody asks */
    void (*indexed)(void *user, uint64_t done, uint64_t all);
    void *user;
};
void kk_replicas_init(struct kk_replicas *r, struct kk_home *home, enum kk_replica_mode mode);
void kk_replicas_fini(struct kk_replicas *r);
KK_DEFINE_FINI(kk_replicas)
/* Borrowed. With KK_REPLICA_READ a scope without a file is KK_E_NOT_FOUND and *ret NULL. */
KK_MUST_USE int kk_replicas_get(struct kk_replicas *r, struct kk_slice scope,
                                struct kk_replica **ret, struct kk_error *err);
KK_MUST_USE int kk_replicas_ledger(struct kk_replicas *r, struct kk_slice scope,
                                   struct kk_ledger *ret, struct kk_error *err);

/* Brings the index of lists on until nothing is behind; the home's lock is taken step by step. */
KK_MUST_USE int kk_replicas_refresh(struct kk_replicas *r, struct kk_error *err);

/*
 * The scopes of this device: the i-th that can hold releases (pub comes with every device), or
 * records. false past the end. Texts live as long as the roster that is held.
 */
bool kk_home_release_scope(const struct kk_home *h, size_t i, struct kk_slice *ret);
bool kk_home_record_scope(const struct kk_home *h, size_t i, struct kk_slice *ret);

#endif
