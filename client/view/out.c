/* Lines, remarks, warnings and errors (out.h). What is printed is checked once, by kk_out_flush. */
#include "view/out.h"

#include "view/fault.h"
#include "view/json.h"

#include <errno.h>
#include <stdarg.h>

void kk_out_line(struct kk_out *out, const char *format, ...)
{
    va_list args;

    if (out->json)
        return;
    va_start(args, format);
    vfprintf(out->data, format, args);
    va_end(args);
    fputc('\n', out->data);
}

void kk_out_say(struct kk_out *out, const char *format, ...)
{
    va_list args;

    if (out->json || out->quiet)
        return;
    va_start(args, format);
    vfprintf(out->talk, format, args);
    va_end(args);
    fputc('\n', out->talk);
}

void kk_out_detail(struct kk_out *out, const char *format, ...)
{
    va_list args;

    if (out->json || !out->verbose)
        return;
    va_start(args, format);
    vfprintf(out->talk, format, args);
    va_end(args);
    fputc('\n', out->talk);
}

/* One object on one line: what follows on standard error can be read line by line. */
static void talk_json(struct kk_out *out, json_t *take_value)
{
    if (!take_value || json_dumpf(take_value, out->talk, JSON_COMPACT) < 0)
        fputs("{\"error\":{\"code\":\"E1001\"}}", out->talk); /* no memory left to say more */
    fputc('\n', out->talk);
    json_decref(take_value);
}

void kk_out_warn(struct kk_out *out, const char *format, ...)
{
    char text[1024];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (out->json)
        talk_json(out, json_pack("{s:s}", "warning", text));
    else
        fprintf(out->talk, "%s: %s\n", KK_T(out, WARNING), text);
}

const char *kk_out_style(const struct kk_out *out, enum kk_style style)
{
    static const char *const codes[] = { "\033[0m", "\033[1m", "\033[2m", "\033[32m", "\033[31m" };

    return out->data_color ? codes[style] : "";
}

static void error_json(struct kk_out *out, int fault, const struct kk_error *err)
{
    const struct kk_error_info *info = kk_error_info(fault);
    const char *detail = kk_error_detail(err, kk_lang_name(out->lang));
    char code[16];

    snprintf(code, sizeof code, "E%d", -fault);
    json_t *e = json_pack("{s:s, s:s, s:s, s:s%, s:s%, s:s, s:i}", "code", code, "name", info->name,
                          "message", kk_fault_name(fault, out->lang), "where", err->where,
                          strlen(err->where), "detail", detail, strlen(detail), "remedy",
                          kk_fault_remedy(fault, out->lang), "exit", (int)info->exit);
    talk_json(out, e ? json_pack("{s:o}", "error", e) : NULL);
}

void kk_out_error(struct kk_out *out, int fault, const struct kk_error *err)
{
    const struct kk_error nothing = { .fault = fault };
    char text[KK_FAULT_TEXT];

    /* An older reason of another fault would mislead. */
    if (!err || err->fault != fault)
        err = &nothing;
    if (out->json) {
        error_json(out, fault, err);
        return;
    }
    fprintf(out->talk, "%s %s\n%s: %s\n", KK_T(out, ERROR), kk_fault_text(err, out->lang, text),
            KK_T(out, REMEDY), kk_fault_remedy(fault, out->lang));
}

void kk_out_fault(struct kk_out *out, const struct kk_error *err)
{
    char text[KK_FAULT_TEXT];

    kk_out_warn(out, KK_T(out, FAULT_REMEDY), kk_fault_text(err, out->lang, text),
                kk_fault_remedy(err->fault, out->lang));
}

int kk_out_flush(struct kk_out *out, struct kk_error *err)
{
    bool bad = fflush(out->data) != 0 || ferror(out->data);

    /* A reader that has gone away (| head) is told by the system's signal, not here. */
    if (!bad)
        return 0;
    return kk_error_say(err, errno == ENOSPC ? KK_E_DISK_FULL : KK_E_IO, "stdout",
                        "writing failed",
                        "書き込めません");
}
