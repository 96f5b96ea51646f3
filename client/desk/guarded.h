/*
 * Disclosure control at the desk: all releases that it keeps and the one in the making, judged
 * together; and the report, which stays at the desks while its hash goes into the catalog. [DC-5]
 * [DC-6]
 *
 *     kk_guard_open → kk_rules_read | kk_guard_settings | kk_guard_report_rules → kk_guard_history
 *         → kk_guard_draft → kk_guard_report_cells (of somebody else's draft) → kk_guard_judge
 */
#ifndef DESK_GUARDED_H
#define DESK_GUARDED_H

#include "desk/press.h"
#include "guard/attack.h"

#define KK_GUARD_SETTINGS "disclosure.ini" /* in the home, where nothing else is given */
#define KK_GUARD_REPORT   ".report.csv"    /* beside a draft: its name and this */
#define KK_GUARD_NOTE     "protected.csv"  /* among the releases of the desk */
#define KK_REPORT_MAX     (64u * 1024 * 1024)

struct kk_guard {
    struct kk_rules rules;
    struct kk_facts facts;
    struct kk_relations relations;
    struct kk_attack attack;
    bool judged;
    struct kk_bytes lacks;  /* releases or reports that are not at this desk: "1 3(report)" */
    struct kk_bytes excuse; /* why they are not; empty: they have to be */
};
KK_MUST_USE int kk_guard_open(struct kk_guard *ret);
void kk_guard_fini(struct kk_guard *g);
KK_DEFINE_FINI(kk_guard)
/* The home's own settings, where it has any. */
KK_MUST_USE int kk_guard_settings(struct kk_guard *g, const struct kk_home *home,
                                  struct kk_error *err);
/* Why earlier releases are not all at hand; part of the report. KK_E_USAGE for no line of text. */
KK_MUST_USE int kk_guard_excuse(struct kk_guard *g, const char *reason, struct kk_error *err);
/* Every release before, from the oldest. KK_E_HISTORY where one is not at this desk, or its report,
 * and nobody says why. */
KK_MUST_USE int kk_guard_history(struct kk_guard *g, struct kk_press *press,
                                 struct kk_error *err);
/* The next one, by number and scopes of its catalog; its blobs may stand in memory. */
KK_MUST_USE int kk_guard_draft(struct kk_guard *g, struct kk_press *press,
                               const struct kk_catalog *catalog, struct kk_error *err);
/* What the reference data of a release say of its indicators, under the settings. */
KK_MUST_USE int kk_guard_reference(struct kk_guard *g, struct kk_press *press,
                                   const struct kk_catalog *catalog, struct kk_error *err);
/* Do settings or reference data say how sensitive it is? (placing.c) */
bool kk_guard_declares(const struct kk_guard *g, struct kk_slice indicator);
/* Of the newest release, before it is judged (placing.c): KK_E_UNDECLARED with the indicators of
 * which neither settings nor reference data say how sensitive they are; KK_E_OPEN_TIER with one
 * that stands in a scope, or at an area, where the settings forbid it. */
KK_MUST_USE int kk_guard_tiers(const struct kk_guard *g, struct kk_error *err);
/* The same first; KK_E_DISCLOSED with the first cell that can be found out, and by what. */
KK_MUST_USE int kk_guard_judge(struct kk_guard *g, struct kk_error *err);
/* "pub: households 14137 2008-04-01 is 67612 (households 14130 … = …)" */
KK_MUST_USE int kk_guard_finding(const struct kk_guard *g, const struct kk_guarded *item,
                                 const char *lang, struct kk_bytes *out);

/* --- the report (report.c): CSV, one line a setting, a relation that was loosened, a cell --- */
KK_MUST_USE int kk_guard_report(const struct kk_guard *g, struct kk_bytes *out);
void kk_guard_report_hash(struct kk_slice report, uint8_t ret[KK_HASH_BYTES]);
/* Takes over settings, and later which cells a threshold conceals. KK_E_REPORT. */
KK_MUST_USE int kk_guard_report_rules(struct kk_guard *g, struct kk_slice report,
                                      struct kk_error *err);
KK_MUST_USE int kk_guard_report_cells(struct kk_guard *g, struct kk_slice report,
                                      struct kk_error *err);
/* Before a second desk signs (agreed.c). KK_E_SETTINGS_DIFFER: the home has settings of its own,
 * and they are not those of the report that g was read from. */
KK_MUST_USE int kk_guard_agrees(const struct kk_guard *g, const struct kk_home *home,
                                struct kk_error *err);
/* What was judged here is what the report says, line by line, where both desks have all earlier
 * releases. KK_E_REPORT. */
KK_MUST_USE int kk_guard_same_report(const struct kk_guard *g, struct kk_slice report,
                                     struct kk_error *err);
/* Which cells a threshold conceals is known to whoever saw the working figures: kept for the
 * release that is made without them, and taken over by it. KK_E_REPORT. */
KK_MUST_USE int kk_guard_note(const struct kk_press *press, struct kk_slice report,
                              struct kk_error *err);
KK_MUST_USE int kk_guard_noted(struct kk_guard *g, const struct kk_press *press,
                               struct kk_error *err);
/* Into this desk's folder; beside a draft; from either, with that hash. KK_E_REPORT. */
KK_MUST_USE int kk_guard_keep(const struct kk_press *press, struct kk_slice report,
                              struct kk_error *err);
KK_MUST_USE int kk_guard_leave(const char *draft, struct kk_slice report, struct kk_error *err);
KK_MUST_USE int kk_guard_find_report(const struct kk_press *press, const char *draft,
                                     const uint8_t hash[KK_HASH_BYTES], struct kk_bytes *out,
                                     struct kk_error *err);

#endif
