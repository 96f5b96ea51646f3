/* The age of records (fresh_view.h). [TR-11] */
#include "cmd/fresh_view.h"

#include "view/age.h"

#include <stdio.h>

static int read_age(struct kk_home *h, enum kk_grade *ret_grade, int64_t *ret_since_ms)
{
    *ret_since_ms = 0;
    return kk_home_grade(h, kk_os_now_ms(), ret_grade, ret_since_ms);
}

int kk_fresh_text(const struct kk_command *c, struct kk_home *h, char ret[KK_FRESH_TEXT])
{
    enum kk_grade grade;
    int64_t since_ms;
    char when[KK_WHEN_TEXT] = "-";
    int r = read_age(h, &grade, &since_ms);

    if (r < 0)
        return r;
    if (since_ms)
        kk_when_instant(since_ms, c->lang, when);
    snprintf(ret, KK_FRESH_TEXT, KK_T(c, RECORDS_AS_OF), when, kk_age_text(grade, c->lang));
    return 0;
}

int kk_fresh_view(struct kk_command *c, struct kk_home *h)
{
    char text[KK_FRESH_TEXT];
    int r = kk_fresh_text(c, h, text);

    if (r == 0)
        kk_out_line(c->out, "%s", text);
    return r;
}

int kk_fresh_json(struct kk_command *c, struct kk_home *h, json_t *take_object)
{
    enum kk_grade grade;
    int64_t since_ms;
    int r = take_object ? read_age(h, &grade, &since_ms) : KK_E_MEMORY;

    if (r == 0 && json_object_update_new(
                      take_object, json_pack("{s:o, s:s}", "as_of", kk_json_instant(since_ms),
                                             "freshness", kk_age_name(grade))) < 0)
        r = KK_E_MEMORY;
    if (r == 0)
        return kk_json_print(c->out, take_object);
    json_decref(take_object);
    return r;
}
