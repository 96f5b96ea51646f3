/*
 * Areas that follow one another: the reference data say when one ended and which took its place. A
 * series of figures breaks there, whoever asks for it is told. [DA-2]
 */
#ifndef MODEL_SUCCESSION_H
#define MODEL_SUCCESSION_H

#include "kukyoku/bundle/ref.h"

struct kk_succession {
    struct kk_slice from; /* the area that ended, borrowed of the reference data */
    struct kk_slice last; /* its last day; empty: nobody says */
    struct kk_slice to;   /* codes of those that follow, with ';' between; empty: none does */
};
typedef int kk_succession_fn(void *user, const struct kk_succession *s);
/* Each one in which the area ends or begins, in the order of the table. */
KK_MUST_USE int kk_succession_each(const struct kk_ref *ref, struct kk_slice area,
                                   kk_succession_fn *fn, void *user);
bool kk_succession_names(struct kk_slice codes, struct kk_slice area);

/* The area first, then those before and after it, near ones first, each once. The rest is cut. */
#define KK_SUCCESSION_AREAS 64
size_t kk_succession_line(const struct kk_ref *ref, struct kk_slice area,
                          struct kk_slice ret[KK_SUCCESSION_AREAS]);

#endif
