/* JSON values of what the protocol holds, and printing (json.h). */
#include "view/json.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/date.h"
#include "kukyoku/base/text.h"

int kk_json_print(struct kk_out *out, json_t *take_value)
{
    if (!take_value)
        return KK_E_MEMORY;
    /* 15 digits give every decimal back as it was; a failure is seen by kk_out_flush. */
    kk_ignore(json_dumpf(take_value, out->data, JSON_INDENT(2) | JSON_REAL_PRECISION(15)));
    fputc('\n', out->data);
    json_decref(take_value);
    return 0;
}

int kk_json_line(struct kk_out *out, json_t *take_value)
{
    if (!take_value)
        return KK_E_MEMORY;
    kk_ignore(json_dumpf(take_value, out->data, JSON_COMPACT | JSON_REAL_PRECISION(15)));
    fputc('\n', out->data);
    json_decref(take_value);
    return 0;
}

json_t *kk_json_text(struct kk_slice text)
{
    if (!text.data)
        return json_null();
    return json_stringn((const char *)text.data, text.len);
}

json_t *kk_json_hex(struct kk_slice bytes)
{
    if (!bytes.data)
        return json_null();
    char *text = kk_alloc(2 * bytes.len + 1);
    if (!text)
        return NULL;
    kk_hex_encode(bytes, text);
    json_t *value = json_string(text);
    kk_free(text);
    return value;
}

json_t *kk_json_instant(int64_t ms)
{
    char text[KK_INSTANT_TEXT];

    if (ms == 0)
        return json_null();
    kk_instant_of(ms, text);
    return json_string(text);
}

json_t *kk_json_decimal(int64_t value, unsigned decimals)
{
    int64_t unit = 1;

    for (unsigned i = 0; i < decimals; i++)
        unit *= 10;
    if (value % unit == 0)
        return json_integer(value / unit);
    return json_real((double)value / (double)unit);
}
