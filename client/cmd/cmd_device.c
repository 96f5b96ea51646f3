/* `kukyoku device list`: who holds the devices of one's own ward, as the roster held here says. */
#include "cmd/record_work.h"
#include "cmd/roster_view.h"

#include <string.h>

/* NULL: every device; else those of that ward, "" for the bureau. */
static int which(struct kk_command *c, const struct kk_home *h, char own[8], const char **ret)
{
    const struct kk_device_span *span = kk_home_span(h);
    const char *typed = kk_command_option(c, "ward");

    *ret = NULL;
    if (typed && strcmp(typed, "bureau") == 0) {
        *ret = "";
    } else if (typed && strcmp(typed, "all") != 0) {
        if (!kk_ward_known(typed))
            return kk_command_usage(c, "--ward", "14131 … 14137, bureau, all: %s", typed);
        *ret = typed;
    } else if (!typed && span && span->ward.len == 5) {
        snprintf(own, 8, "%.5s", (const char *)span->ward.data);
        *ret = own;
    }
    return 0;
}

static bool belongs(const struct kk_device_row *row, const char *ward)
{
    return !ward || kk_slice_is(kk_device_span_newest(row)->ward, ward);
}

int cmd_device_list(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    KK_AUTO_FINI(kk_roster_list) struct kk_roster_list list = { .command = c };
    const struct kk_roster_view *view;
    const char *ward = NULL;
    char own[8];
    int r = kk_record_work_open(c, KK_HOME_READ, &w);

    if (r == 0)
        r = which(c, &w.home, own, &ward);
    if (r < 0)
        return r;
    view = kk_trust_view(w.home.trust);
    kk_roster_list_begin(&list);
    for (size_t i = 0; i < view->devices->rows.count; i++) {
        if (belongs(&view->devices->rows.items[i], ward))
            kk_roster_list_add(&list, view->ids[i], &view->devices->rows.items[i]);
    }
    return kk_roster_list_end(&list, json_pack("{s:[I,I], s:s?}", "roster",
                                               (json_int_t)view->roster->version.gen,
                                               (json_int_t)view->roster->version.ver, "ward",
                                               ward));
}
