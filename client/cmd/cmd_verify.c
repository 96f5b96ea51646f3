/* `kukyoku verify`: everything that is stored, computed and checked once more. */
#include "cmd/command.h"

#include "model/state.h"
#include "view/fault.h"
#include "view/json.h"

struct showing {
    struct kk_command *command;
    json_t *faults;
};

static void on_fault(void *user, const struct kk_error *fault)
{
    struct showing *s = user;
    enum kk_lang lang = s->command->lang;
    char text[KK_FAULT_TEXT];

    json_array_append_new(s->faults, json_pack("{s:o, s:s, s:s, s:s}", "code",
                                               json_sprintf("E%d", -fault->fault), "where",
                                               fault->where, "reason",
                                               kk_fault_name(fault->fault, lang), "detail",
                                               kk_error_detail(fault, kk_lang_name(lang))));
    if (!s->command->json)
        kk_out_warn(s->command->out, "%s", kk_fault_text(fault, lang, text));
}

int cmd_verify(struct kk_command *c)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    struct showing s = { .command = c, .faults = json_array() };
    struct kk_verify_report report;
    json_t *j;
    bool repair = kk_command_flag(c, "repair") && !c->dry_run;
    struct kk_replica_repaired done = { 0 };
    int r = kk_home_open(c->home, repair ? KK_HOME_WRITE : KK_HOME_READ, &home, &c->err);

    if (r == 0)
        r = kk_model_verify(&home, on_fault, &s, &report, &c->err);
    if (r < 0) {
        json_decref(s.faults);
        return r;
    }
    if (!c->dry_run) /* a home on a disk that cannot be written is verified all the same */
        kk_ignore(kk_model_verified(c->home, &report, NULL));
    kk_out_line(c->out, KK_T(c, VERIFY_OK), (unsigned long long)report.documents,
                (unsigned long long)report.rows, (unsigned long long)report.entries);
    if (report.waiting) {
        kk_out_warn(c->out, KK_T(c, VERIFY_WAITING), (unsigned long long)report.waiting);
        kk_command_exit(c, KK_EXIT_WARNINGS);
    }
    if (repair) /* what is derived may be wrong where all evidence is right */
        r = kk_model_repair(&home, &done, &c->err);
    if (done.dropped)
        kk_out_say(c->out, KK_T(c, VERIFY_REPAIRED), (unsigned long long)done.dropped);
    if (done.mended)
        kk_out_say(c->out, KK_T(c, VERIFY_MENDED), (unsigned long long)done.mended);
    if (report.faults) {
        if (!done.dropped && !done.mended)
            kk_out_warn(c->out, KK_T(c, VERIFY_FAULTS), (unsigned long long)report.faults);
        kk_command_exit(c, KK_EXIT_VERIFY);
    }
    j = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o}", "documents",
                  (json_int_t)report.documents, "rows", (json_int_t)report.rows, "datasets",
                  (json_int_t)report.datasets, "entries", (json_int_t)report.entries, "repaired",
                  (json_int_t)done.dropped, "mended", (json_int_t)done.mended, "waiting",
                  (json_int_t)report.waiting, "faults", s.faults);
    if (c->json && r == 0)
        return kk_json_print(c->out, j);
    json_decref(j);
    return r;
}
