/* The list of ends as a table. */
#include "kukyoku/session/end.h"

#include <string.h>

struct end_info {
    int fault;
    const char *name, *en, *ja;
};

#define END_ROW(NAME, fault, en, ja) [KK_END_##NAME] = { fault, #NAME, en, ja },
static const struct end_info ends[] = { KK_SESSION_ENDS(END_ROW) };

int kk_end_fault(enum kk_session_end end)
{
    return ends[end].fault;
}

const char *kk_end_name(enum kk_session_end end)
{
    return ends[end].name;
}

const char *kk_end_text(enum kk_session_end end, const char *lang)
{
    return strcmp(lang, "ja") == 0 ? ends[end].ja : ends[end].en;
}
