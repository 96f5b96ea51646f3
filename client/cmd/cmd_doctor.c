/* `kukyoku doctor`: is this device well? Each check of model/checks.def, why, and what to do. */
#include "cmd/command.h"

#include "config/prefs.h"
#include "model/doctor.h"
#include "view/json.h"

#include "kukyoku/base/alloc.h"

static json_t *finding_json(const struct kk_command *c, size_t i, const struct kk_finding *f)
{
    const struct kk_check_row *row = kk_check_row((enum kk_check)i);
    bool ja = c->lang == KK_LANG_JA, well = f->result == KK_FINDING_OK;

    return json_pack("{s:o, s:s, s:s, s:s, s:s, s:s*, s:b}", "code",
                     json_sprintf("D%u", row->code), "name", row->name, "result",
                     kk_finding_name(f->result), "check", ja ? row->ja : row->en, "detail",
                     ja ? f->ja : f->en, "remedy",
                     well ? NULL : ja ? row->remedy_ja : row->remedy_en, "fixable",
                     row->fix && !well);
}

static int show_json(struct kk_command *c, const struct kk_finding *found,
                     const unsigned counts[], unsigned fixed)
{
    json_t *list = json_array();

    for (size_t i = 0; i < KK_CHECK_COUNT; i++)
        json_array_append_new(list, finding_json(c, i, &found[i]));
    return kk_json_print(
        c->out, json_pack("{s:b, s:i, s:i, s:i, s:i, s:o}", "well", c->exit == KK_EXIT_OK, "fail",
                          (int)counts[KK_FINDING_FAIL], "warn", (int)counts[KK_FINDING_WARN],
                          "unknown", (int)counts[KK_FINDING_UNKNOWN], "fixed", (int)fixed,
                          "checks", list));
}

static const char *word(const struct kk_command *c, enum kk_finding_result result)
{
    switch (result) {
    case KK_FINDING_OK:
        return KK_T(c, FINDING_OK);
    case KK_FINDING_UNKNOWN:
        return KK_T(c, FINDING_UNKNOWN);
    case KK_FINDING_WARN:
        return KK_T(c, FINDING_WARN);
    case KK_FINDING_FAIL:
        break;
    }
    return KK_T(c, FINDING_FAIL);
}

static void show_one(struct kk_command *c, size_t i, const struct kk_finding *f)
{
    const struct kk_check_row *row = kk_check_row((enum kk_check)i);
    bool ja = c->lang == KK_LANG_JA;
    const char *detail = ja ? f->ja : f->en;
    enum kk_style style = f->result == KK_FINDING_OK     ? KK_STYLE_GOOD
                          : f->result == KK_FINDING_FAIL ? KK_STYLE_BAD
                                                         : KK_STYLE_STRONG;

    kk_out_line(c->out, "%s%s%s [D%u] %s%s%s%s", kk_out_style(c->out, style),
                word(c, f->result), kk_out_style(c->out, KK_STYLE_END), row->code,
                ja ? row->ja : row->en, detail[0] ? " (" : "", detail, detail[0] ? ")" : "");
    if (f->result == KK_FINDING_WARN || f->result == KK_FINDING_FAIL)
        kk_out_line(c->out, "  %s: %s", KK_T(c, REMEDY), ja ? row->remedy_ja : row->remedy_en);
}

static int show(struct kk_command *c, const struct kk_finding *found, unsigned fixed)
{
    unsigned counts[KK_FINDING_FAIL + 1] = { 0 };

    for (size_t i = 0; i < KK_CHECK_COUNT; i++)
        counts[found[i].result]++;
    if (counts[KK_FINDING_FAIL])
        kk_command_exit(c, KK_EXIT_FAILED);
    else if (counts[KK_FINDING_WARN])
        kk_command_exit(c, KK_EXIT_WARNINGS);
    if (c->json)
        return show_json(c, found, counts, fixed);
    for (size_t i = 0; i < KK_CHECK_COUNT; i++)
        show_one(c, i, &found[i]);
    if (c->exit == KK_EXIT_OK)
        kk_out_line(c->out, "%s", KK_T(c, DOCTOR_WELL));
    kk_out_line(c->out, KK_T(c, DOCTOR_SUM), counts[KK_FINDING_FAIL], counts[KK_FINDING_WARN],
                counts[KK_FINDING_UNKNOWN]);
    if (fixed)
        kk_out_say(c->out, KK_T(c, DOCTOR_FIXED), fixed);
    return 0;
}

/* What is looked at is looked at after what was put right. */
static int examine(struct kk_command *c, struct kk_doctor_facts *facts,
                   const struct kk_doctor_options *o)
{
    struct kk_finding found[KK_CHECK_COUNT];
    unsigned fixed = 0;
    int r = 0;

    if (kk_command_flag(c, "fix") && !c->dry_run)
        r = kk_doctor_fix(c->home, &fixed, &c->err);
    if (r == 0)
        r = kk_doctor_gather(c->home, o, facts);
    if (r < 0)
        return r;
    kk_doctor_judge(facts, found);
    return show(c, found, fixed);
}

static int look_at_settings(const struct kk_command *c, struct kk_error *ret)
{
    KK_AUTO_FINI(kk_prefs) struct kk_prefs p = { .read = { .file_count = 0 } };
    int r = kk_prefs_read(c->settings_file, &p, ret);

    return r == KK_E_MEMORY ? r : 0;
}

int cmd_doctor(struct kk_command *c)
{
    struct kk_doctor_options o = { .demo = kk_command_flag(c, "demo") };
    struct kk_doctor_facts *facts = kk_alloc(sizeof *facts);
    struct kk_error wrong = { .fault = 0 };
    const char **dirs = kk_command_options(c, "dir", &o.dir_count);
    int r = facts && dirs ? 0 : KK_E_MEMORY;

    if (r == 0 && !c->served) /* a page was opened with settings that were sound */
        r = look_at_settings(c, &wrong);
    o.settings = wrong.fault ? &wrong : NULL;
    o.dirs = dirs;
    if (r == 0)
        r = examine(c, facts, &o);
    kk_free(dirs);
    kk_free(facts);
    return r;
}
