/* The error list as a table, and the one way to fill struct kk_error. */
#include "kukyoku/error.h"

#include "kukyoku/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define KK_ERROR_ROW(name, code, exit, wire, en, ja, remedy_en, remedy_ja)                        \
    { -(code), #name, KK_EXIT_##exit, KK_WIRE_##wire, en, ja, remedy_en, remedy_ja },
static const struct kk_error_info errors[] = { KK_ERRORS(KK_ERROR_ROW) };

struct wire_info {
    unsigned number;
    const char *name;
    bool closes;
    const char *en, *ja;
};
#define KK_WIRE_ROW(name, number, closes, en, ja) { number, #name, closes, en, ja },
static const struct wire_info wires[] = { KK_WIRE_CODES(KK_WIRE_ROW) };

const struct kk_error_info *kk_error_info(int fault)
{
    const struct kk_error_info *found = NULL;

    for (size_t i = 0; i < KK_COUNT(errors) && !found; i++) {
        if (errors[i].fault == fault)
            found = &errors[i];
    }
    kk_assert(found);
    return found;
}

const struct kk_error_info *kk_error_list(size_t *ret_count)
{
    *ret_count = KK_COUNT(errors);
    return errors;
}

static const struct wire_info *wire_find(unsigned code)
{
    for (size_t i = 0; i < KK_COUNT(wires); i++) {
        if (wires[i].number == code)
            return &wires[i];
    }
    return NULL;
}

const char *kk_wire_name(unsigned code)
{
    const struct wire_info *w = wire_find(code);

    return w ? w->name : NULL;
}

const char *kk_wire_text(unsigned code, const char *lang)
{
    const struct wire_info *w = wire_find(code);

    if (!w)
        return "?";
    return lang && strcmp(lang, "ja") == 0 ? w->ja : w->en;
}

bool kk_wire_closes(unsigned code)
{
    const struct wire_info *w = wire_find(code);

    return w && w->closes;
}

static void begin(struct kk_error *err, int fault, const char *where)
{
    err->fault = fault;
    snprintf(err->where, sizeof(err->where), "%s", where ? where : "");
    kk_utf8_mend(err->where);
    err->detail_ja[0] = '\0';
}

int kk_error_set(struct kk_error *err, int fault, const char *where, const char *format, ...)
{
    va_list args;

    if (!err)
        return fault;
    begin(err, fault, where);
    va_start(args, format);
    vsnprintf(err->detail, sizeof(err->detail), format, args);
    va_end(args);
    kk_utf8_mend(err->detail);
    return fault;
}

int kk_error_say(struct kk_error *err, int fault, const char *where, const char *en,
                 const char *ja, ...)
{
    va_list args;

    if (!err)
        return fault;
    begin(err, fault, where);
    va_start(args, ja);
    vsnprintf(err->detail, sizeof(err->detail), en, args);
    va_end(args);
    kk_utf8_mend(err->detail);
    va_start(args, ja);
    vsnprintf(err->detail_ja, sizeof(err->detail_ja), ja, args);
    va_end(args);
    kk_utf8_mend(err->detail_ja);
    return fault;
}

int kk_error_text(struct kk_error *err, int fault, const char *where, const char *en,
                  const char *ja)
{
    return kk_error_say(err, fault, where, "%s%.0s", "%.0s%s", en, ja);
}

const char *kk_error_detail(const struct kk_error *err, const char *lang)
{
    return err->detail_ja[0] && strcmp(lang, "ja") == 0 ? err->detail_ja : err->detail;
}
