/* Evidence for people (proof_view.h). What holds is data; what does not is a warning and exit 7. */
#include "cmd/proof_view.h"

#include "view/json.h"
#include "view/when.h"

#include "kukyoku/base/text.h"

#include <stdio.h>

#define PLACE_TEXT 64

int kk_proof_written(struct kk_command *c, const struct kk_parcel *out, const char *path)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    int r = kk_parcel_build(out, KK_KKYB_EVIDENCE, &bytes);

    if (r < 0)
        return kk_error_set(&c->err, r, path, "%s", "");
    if (!c->dry_run)
        r = kk_command_file_write(c, path, kk_bytes_slice(&bytes));
    if (r < 0)
        return r;
    kk_out_say(c->out, KK_T(c, PROOF_WRITTEN), path, out->count);
    return c->json ? kk_json_print(c->out, json_pack("{s:s, s:i}", "file", path, "items",
                                                     (int)out->count))
                   : 0;
}

struct showing {
    struct kk_command *command;
    json_t *json;
};

static const char *kind_name(enum kk_proof_kind kind)
{
    static const char *const names[] = { "receipt", "log", "fork", "freeze" };

    return names[kind];
}

static void place_of(const struct kk_proof *p, char ret[PLACE_TEXT])
{
    snprintf(ret, PLACE_TEXT, "%.*s#%llu", (int)p->scope.len, (const char *)p->scope.data,
             (unsigned long long)p->gsn);
}

static void show_receipt(struct kk_command *c, const struct kk_proof *p, const char *place,
                         const char *when)
{
    const char *act = kk_act_label((unsigned)p->op->act, kk_lang_name(c->lang));
    char print[KK_FINGERPRINT_TEXT], rec[2 * KK_ID_BYTES + 1];

    kk_fingerprint(kk_slice(p->op->device, KK_ID_BYTES), print);
    kk_hex_encode(kk_slice(p->op->rec, KK_ID_BYTES), rec);
    kk_out_line(c->out, KK_T(c, PROOF_RECEIPT), place, when, act ? act : "?", rec, print,
                p->what->verdict == KK_WIRE_OK
                    ? KK_T(c, AUDIT_TAKEN)
                    : kk_wire_text((unsigned)p->what->verdict, kk_lang_name(c->lang)));
}

static void show_piece(struct kk_command *c, const struct kk_proof *p)
{
    char place[PLACE_TEXT], when[KK_WHEN_TEXT];

    place_of(p, place);
    kk_when_instant(p->at_ms, c->lang, when);
    if (p->fault.fault)
        kk_out_warn(c->out, KK_T(c, PROOF_FAILED), -p->fault.fault, place,
                    kk_error_detail(&p->fault, kk_lang_name(c->lang)));
    else if (p->kind == KK_PROOF_RECEIPT)
        show_receipt(c, p, place, when);
    else if (p->kind == KK_PROOF_LOG)
        kk_out_line(c->out, KK_T(c, PROOF_LOG), place, when);
    else if (p->kind == KK_PROOF_FREEZE)
        kk_out_line(c->out, KK_T(c, PROOF_FREEZE), place, when);
    else
        kk_out_line(c->out, KK_T(c, PROOF_FORK), place, when);
}

static json_t *piece_json(const struct kk_proof *p)
{
    json_t *j = json_pack("{s:s, s:b, s:o, s:I, s:o}", "kind", kind_name(p->kind), "holds",
                          p->fault.fault == 0, "scope", kk_json_text(p->scope), "number",
                          (json_int_t)p->gsn, "at", kk_json_instant(p->at_ms));

    if (p->fault.fault)
        json_object_set_new(j, "code", json_sprintf("E%d", -p->fault.fault));
    if (p->fault.fault)
        json_object_set_new(j, "reason", json_string(p->fault.detail));
    if (p->op) {
        json_object_set_new(j, "act", json_string(kk_act_name((unsigned)p->op->act)));
        json_object_set_new(j, "record", kk_json_hex(kk_slice(p->op->rec, KK_ID_BYTES)));
        json_object_set_new(j, "device", kk_json_hex(kk_slice(p->op->device, KK_ID_BYTES)));
        json_object_set_new(j, "verdict", json_string(kk_wire_name((unsigned)p->what->verdict)));
        json_object_set_new(j, "body_hash", kk_json_hex(kk_slice(p->op->body_hash,
                                                                 KK_HASH_BYTES)));
    }
    return j;
}

static int on_piece(void *user, const struct kk_proof *p)
{
    struct showing *s = user;

    show_piece(s->command, p);
    return json_array_append_new(s->json, piece_json(p)) == 0 ? 0 : KK_E_MEMORY;
}

static void conclude(struct kk_command *c, const struct kk_proof_report *report,
                     const char *print)
{
    if (report->failed || report->held == 0)
        kk_command_exit(c, KK_EXIT_VERIFY);
    else if (report->unconfirmed)
        kk_command_exit(c, KK_EXIT_WARNINGS);
    if (report->held == 0 && report->failed == 0)
        kk_out_warn(c->out, "%s", KK_T(c, PROOF_EMPTY));
    else if (report->unconfirmed)
        kk_out_warn(c->out, KK_T(c, PROOF_UNCONFIRMED), print);
    else if (!report->failed)
        kk_out_say(c->out, KK_T(c, PROOF_ROOT), print);
    if (report->forked)
        kk_out_warn(c->out, "%s", KK_T(c, PROOF_FORKED));
}

int kk_proof_show(struct kk_command *c, struct kk_slice file, struct kk_home *home)
{
    struct showing s = { .command = c, .json = json_array() };
    struct kk_proof_reader reader = { .home = home, .fingerprint = kk_command_option(c, "root"),
                                      .found = on_piece, .user = &s };
    struct kk_proof_report report;
    char print[KK_FINGERPRINT_TEXT];
    json_t *j;
    int r = kk_proof_check(file, &reader, &report, &c->err);

    if (r < 0) {
        json_decref(s.json);
        return r;
    }
    kk_fingerprint(kk_slice(report.root, KK_HASH_BYTES), print);
    conclude(c, &report, print);
    j = json_pack("{s:o, s:I, s:I, s:s, s:b}", "pieces", s.json, "held", (json_int_t)report.held,
                  "failed", (json_int_t)report.failed, "root", print, "confirmed",
                  !report.unconfirmed);
    if (c->json)
        return kk_json_print(c->out, j);
    json_decref(j);
    return 0;
}

/* A home is needed for nothing but to know whom to believe; a new one is never made. */
static int home_there(struct kk_command *c, struct kk_home *ret, bool *ret_there)
{
    char path[KK_OS_PATH_MAX];
    int r = kk_os_path_join(c->home, "state.db", path);

    *ret_there = r == 0 && kk_os_exists(path);
    if (r == 0 && *ret_there)
        r = kk_home_open(c->home, KK_HOME_WRITE, ret, &c->err);
    if (r == 0 && *ret_there && !kk_trust_root(ret->trust))
        *ret_there = false;
    return r;
}

int kk_proof_show_file(struct kk_command *c, const char *path)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes file = { 0 };
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    bool there = false;
    int r = kk_command_file_read(c, path, KK_BUNDLE_FILE_BYTES_MAX, &file);

    if (r == 0)
        r = home_there(c, &home, &there);
    if (r == 0)
        r = kk_proof_show(c, kk_bytes_slice(&file), there ? &home : NULL);
    if (r < 0 && c->err.where[0] == '\0')
        kk_error_set(&c->err, r, path, "%s", "");
    return r;
}
