/*
 * What disclosure control goes by: thresholds by tier, sensitivity and population; what adds up to
 * what. Read from a settings file (INI, docs/disclosure.md) over the defaults of rules.def. [DC-1]
 */
#ifndef GUARD_RULES_H
#define GUARD_RULES_H

#include "guard/rules.def"
#include "kukyoku/base/arena.h"
#include "kukyoku/base/bytes.h"
#include "kukyoku/bundle/ref.h"
#include "kukyoku/error.h"

#define KK_GUARD_TIER_ENUM(NAME, text) KK_TIER_##NAME,
enum kk_guard_tier { KK_GUARD_TIERS(KK_GUARD_TIER_ENUM) KK_TIER_COUNT };
#define KK_GUARD_LEVEL_ENUM(NAME, text) KK_LEVEL_##NAME,
enum kk_guard_level { KK_GUARD_LEVELS(KK_GUARD_LEVEL_ENUM) KK_LEVEL_COUNT };
#define KK_GUARD_SENSE_ENUM(NAME, text, pub, in, ward) KK_SENSE_##NAME,
enum kk_guard_sense { KK_GUARD_SENSES(KK_GUARD_SENSE_ENUM) KK_SENSE_COUNT };
#define KK_GUARD_LIST_ENUM(NAME, text) KK_LIST_##NAME,
enum kk_guard_list { KK_GUARD_LISTS(KK_GUARD_LIST_ENUM) KK_LIST_COUNT };

#define KK_GUARD_K_ALL     20 /* what the attacker may not undercut where nothing is shown */
#define KK_GUARD_K_ASKED   10 /* of a cell that is concealed although no rule asks for it */
#define KK_GUARD_BANDS_MAX 6
struct kk_guard_limit {
    enum kk_guard_level finest;
    size_t count;
    struct {
        uint64_t people;
        unsigned k; /* counts from 1 to k - 1 are concealed */
        bool all;   /* everything is */
    } bands[KK_GUARD_BANDS_MAX]; /* most people first */
};
/* A line of a list: what stands left of "=" and the words right of it. */
struct kk_guard_line {
    struct kk_guard_line *next;
    struct kk_slice name;
    struct kk_slice *words;
    size_t count;
};
struct kk_guard_indicator {
    enum kk_guard_sense sense;
    enum kk_guard_tier tier; /* the most open one that may have it */
    bool declared;           /* by name, by the reference data or by "*" */
    bool adds, apart;        /* said so; neither: by its unit */
};
/* What the reference data of the release say of an indicator. */
struct kk_guard_known {
    struct kk_guard_known *next;
    struct kk_slice name;
    struct kk_guard_indicator said;
};
struct kk_rules {
    struct kk_guard_limit limits[KK_TIER_COUNT][KK_SENSE_COUNT];
    struct kk_guard_line *lists[KK_LIST_COUNT];
    struct kk_guard_known *known;
    struct kk_bytes text; /* of the file; empty without one */
    struct kk_arena arena;
};

/* The defaults. KK_E_MEMORY. */
KK_MUST_USE int kk_rules_init(struct kk_rules *ret);
/* The text of a settings file over them. KK_E_CONFIG with the line; where: its name. */
KK_MUST_USE int kk_rules_read(struct kk_rules *r, struct kk_slice text, const char *where,
                              struct kk_error *err);
/* Indicators of the reference data, for those that the file does not name. (known.c) */
KK_MUST_USE int kk_rules_reference(struct kk_rules *r, const struct kk_ref *reference);
void kk_rules_fini(struct kk_rules *r);
KK_DEFINE_FINI(kk_rules)

enum kk_guard_level kk_guard_level(struct kk_slice area);
const char *kk_guard_level_name(enum kk_guard_level level);
const char *kk_guard_tier_name(enum kk_guard_tier tier);
/* By its name in the file, else by the reference data, else by "*". */
void kk_rules_indicator(const struct kk_rules *r, struct kk_slice name,
                        struct kk_guard_indicator *ret);
bool kk_rules_unit_adds(struct kk_slice unit);
/* The threshold for an area of so many residents; 0: none. *ret_all: whatever its size. */
unsigned kk_rules_k(const struct kk_rules *r, enum kk_guard_tier tier, enum kk_guard_sense sense,
                    uint64_t people, bool *ret_all);

#endif
