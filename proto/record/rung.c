/* Which way an issue may go (rungs.def). [RL-20] */
#include "kukyoku/record/kind.h"
#include "kukyoku/record/rungs.def"

enum rung_need { NEED_NONE, NEED_REASON, NEED_REVIEW, NEED_FEEDBACK };
enum rung_back { BACK_ALONG, BACK_ANY, BACK_FRAMED, BACK_NOWHERE };

/* In the order of the codes, so that row i is code i + 1. */
#define RUNG_ROW(NAME, main, back, need) { main, (enum rung_back)(back), NEED_##need },
static const struct rung {
    bool main;
    enum rung_back back;
    enum rung_need need;
} rungs[] = { KK_RUNGS(RUNG_ROW) };

#define FRAMED 2

static bool way_open(unsigned from, unsigned to)
{
    if (from == 0 || from == to)
        return true;
    switch (rungs[from - 1].back) {
    case BACK_ALONG:
    case BACK_ANY:
        return true;
    case BACK_FRAMED:
        return to == FRAMED;
    case BACK_NOWHERE:
        break;
    }
    return false;
}

/*
 * A step forward that leaves out a rung of the main road; a new issue starts at any with a reason.
 */
static bool skips(unsigned from, unsigned to)
{
    if (!rungs[to - 1].main)
        return false;
    if (from == 0)
        return to > FRAMED;
    return rungs[from - 1].main && to > from + 1;
}

static bool reopens(unsigned from, unsigned to)
{
    return from != 0 && from != to && rungs[from - 1].back == BACK_FRAMED;
}

enum kk_rung_end kk_rung_end(unsigned rung)
{
    if (rung == 0 || rung > KK_COUNT(rungs) || rungs[rung - 1].back < BACK_FRAMED)
        return KK_RUNG_GOES_ON;
    return rungs[rung - 1].back == BACK_FRAMED ? KK_RUNG_MAY_REOPEN : KK_RUNG_IS_OVER;
}

enum kk_rung_fault kk_rung_check(unsigned from, unsigned to, const struct kk_body *body)
{
    if (to == 0 || to > KK_COUNT(rungs) || from > KK_COUNT(rungs))
        return KK_RUNG_UNKNOWN;
    if (!way_open(from, to))
        return KK_RUNG_CLOSED_WAY;
    if (from == to)
        return KK_RUNG_OK;
    if ((skips(from, to) || reopens(from, to)) && !kk_body_find(body, KK_FIELD_REASON))
        return KK_RUNG_REASON;
    switch (rungs[to - 1].need) {
    case NEED_NONE:
        break;
    case NEED_REASON:
        return kk_body_find(body, KK_FIELD_REASON) ? KK_RUNG_OK : KK_RUNG_REASON;
    case NEED_REVIEW:
        if (!kk_body_find(body, KK_FIELD_REASON))
            return KK_RUNG_REASON;
        return kk_body_find(body, KK_FIELD_REVIEW_DATE) ? KK_RUNG_OK : KK_RUNG_REVIEW;
    case NEED_FEEDBACK:
        return kk_body_find(body, KK_FIELD_FEEDBACK) ? KK_RUNG_OK : KK_RUNG_FEEDBACK;
    }
    return KK_RUNG_OK;
}
