/*
 * 地区カルテ: an area's profile for its residents. A lead extracts released public figures and
 * checked text into an edition; what was extracted stays as it was signed, and a new edition is a
 * new record. A karte is made of its edition alone: no other file of the home is opened. [RL-25]
 */
#ifndef MODEL_KARTE_H
#define MODEL_KARTE_H

#include "desk/editions.h"
#include "model/record.h"

#include "kukyoku/record/figure.h"

#define KK_KARTE_FIGURES_MAX    256
#define KK_KARTE_PARAGRAPHS_MAX 64

/* Slices live as long as the arena that it was read with. */
struct kk_karte {
    uint8_t id[KK_ID_BYTES];
    struct kk_slice title, area;
    int64_t fiscal_year, release;
    int64_t made_ms;  /* received by the daemon, or made while pending */
    uint64_t receipt; /* number in the log; 0: not sent yet */
    bool pending;
    bool is_public; /* it came with a release, in pub */
    bool by_lead;   /* of the area's ward, by the roster of that time; of those read from int */
    struct kk_figure figures[KK_KARTE_FIGURES_MAX];
    size_t figure_count;
    struct kk_slice paragraphs[KK_KARTE_PARAGRAPHS_MAX];
    size_t paragraph_count;
};
/*
 * Editions of the area, the newest first: those that a release carries, for which nothing but pub
 * is opened, then those that only int has yet. Each in the records' arena; anything but 0 ends it.
 */
typedef int kk_karte_fn(void *user, const struct kk_karte *karte);
KK_MUST_USE int kk_karte_each(struct kk_records *r, const char *area, kk_karte_fn *fn,
                              void *user);

/* Every open edition of int; the same way. */
KK_MUST_USE int kk_karte_all(struct kk_records *r, kk_karte_fn *fn, void *user);

/* What stands against an edition on its way into a release. */
enum kk_karte_verdict {
    KK_KARTE_SOUND,
    KK_KARTE_NOT_BY_LEAD,
    KK_KARTE_NOT_QUOTED, /* a cell is not in pub as it is quoted, or was recalled */
    KK_KARTE_PERSONAL    /* a text looks personal */
};
struct kk_karte_offer {
    const struct kk_karte *karte;
    enum kk_karte_verdict verdict;
    struct kk_slice what; /* the indicator or text at fault */
};
struct kk_karte_desk {
    struct kk_press *press;
    bool not_personal; /* what looks personal was looked at */
    void (*told)(void *user, const struct kk_karte_offer *offer); /* each */
    void *user;
};
/* The editions of int as rows of the next release; those that are not sound stay out. [KE-1] */
KK_MUST_USE int kk_karte_publish(struct kk_records *r, const struct kk_karte_desk *desk,
                                 struct kk_editions *ret);

struct kk_karte_extract {
    const char *area, *title;
    int64_t fiscal_year;
    uint32_t release; /* figures as they were in it; 0: the newest */
    const char *const *figures; /* "INDICATOR PERIOD [BREAKDOWN]", of the area */
    size_t figure_count;
    const char *const *paragraphs;
    size_t paragraph_count;
    bool check_only, not_personal;
};
/*
 * Signs an edition into int. KK_E_FIELD for a figure that is not in that public release,
 * KK_E_PERSONAL for a text that looks like a resident's, KK_E_ROLE for anybody but a lead.
 */
KK_MUST_USE int kk_karte_extract(struct kk_records *r, const struct kk_karte_extract *what,
                                 uint8_t ret_id[KK_ID_BYTES]);

#endif
