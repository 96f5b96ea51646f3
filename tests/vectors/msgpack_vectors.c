/*
 * msgpack-vectors SUITE.json EXPECT.json: every encoding of a suite in the format of
 * msgpack-test-suite against the form gate. EXPECT lists {file, hex, strict} in the same order;
 * strict is OK, NONCANON, RANGE, TYPE or KEYTYPE. What is accepted must read as the suite's value,
 * and no value may have two accepted encodings. [EN-1] [EN-2] [EN-3] [EN-4]
 */
#include "kukyoku/base/text.h"
#include "kukyoku/wire/cursor.h"
#include "kukyoku/wire/form.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#define ENCODING_MAX 4096

struct encoding {
    uint8_t bytes[ENCODING_MAX];
    size_t len;
};

struct run {
    const json_t *expect;
    size_t encodings, accepted, failed;
};

static const struct {
    const char *strict;
    enum kk_form form;
} verdicts[] = {
    { "OK", KK_FORM_OK },          { "NONCANON", KK_FORM_NONCANON }, { "RANGE", KK_FORM_NONCANON },
    { "TYPE", KK_FORM_FORBIDDEN }, { "KEYTYPE", KK_FORM_KEY },
};

/* "c5-00-01" or "c50001" */
static bool parse_hex(const char *text, struct encoding *ret)
{
    char plain[2 * ENCODING_MAX + 1];
    size_t n = 0;

    for (const char *at = text; *at && n < sizeof(plain) - 1; at++) {
        if (*at != '-')
            plain[n++] = *at;
    }
    plain[n] = '\0';
    ret->len = n / 2;
    return n % 2 == 0 && kk_hex_decode(plain, ret->bytes, ret->len);
}

static bool reads_as(struct kk_cursor *c, const json_t *want);

static bool reads_as_array(struct kk_cursor *c, const json_t *want)
{
    size_t count;

    if (kk_cursor_array(c, &count) < 0 || count != json_array_size(want))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!reads_as(c, json_array_get(want, i)))
            return false;
    }
    return true;
}

static bool reads_as_int(struct kk_cursor *c, int64_t want)
{
    int64_t got;

    return kk_cursor_int(c, &got) == 0 && got == want;
}

static bool reads_as_text(struct kk_cursor *c, const char *want)
{
    struct kk_slice got;

    return kk_cursor_text(c, &got) == 0 && kk_slice_is(got, want);
}

static bool reads_as(struct kk_cursor *c, const json_t *want)
{
    size_t pairs;
    bool flag;

    if (json_is_null(want))
        return kk_cursor_nil(c) == 0;
    if (json_is_boolean(want))
        return kk_cursor_bool(c, &flag) == 0 && flag == json_is_true(want);
    if (json_is_integer(want))
        return reads_as_int(c, json_integer_value(want));
    if (json_is_string(want))
        return reads_as_text(c, json_string_value(want));
    if (json_is_array(want))
        return reads_as_array(c, want);
    /* JSON's keys are texts, so only the empty map can have been accepted */
    return json_is_object(want) && json_object_size(want) == 0 && kk_cursor_map(c, &pairs) == 0 &&
           pairs == 0;
}

static bool reads_as_bytes(struct kk_cursor *c, const char *hex)
{
    struct encoding want;
    struct kk_slice got;

    return parse_hex(hex, &want) && kk_cursor_bytes(c, &got) == 0 &&
           kk_slice_equal(got, kk_slice(want.bytes, want.len));
}

/* The value stands under a key that names its type. */
static bool reads_as_value(const struct encoding *e, const json_t *value)
{
    static const char *const plain[] = { "nil", "bool", "number", "string", "array", "map" };
    struct kk_cursor c = kk_cursor(kk_slice(e->bytes, e->len));
    const json_t *want = json_object_get(value, "binary");

    if (want)
        return reads_as_bytes(&c, json_string_value(want)) && c.at == c.end;
    want = json_object_get(value, "bignum");
    if (want)
        return reads_as_int(&c, strtoll(json_string_value(want), NULL, 10)) && c.at == c.end;
    for (size_t i = 0; i < KK_COUNT(plain) && !want; i++)
        want = json_object_get(value, plain[i]);
    return want && reads_as(&c, want) && c.at == c.end;
}

/* The verdict that EXPECT gives for the next encoding; KK_FORM_TRAILING, which none has: no match.
 */
static enum kk_form expected(const struct run *run, const char *file, const struct encoding *e)
{
    const json_t *row = json_array_get(run->expect, run->encodings);
    const char *name = json_string_value(json_object_get(row, "file"));
    const char *hex = json_string_value(json_object_get(row, "hex"));
    const char *strict = json_string_value(json_object_get(row, "strict"));
    struct encoding same;

    if (!name || !hex || !strict || strcmp(name, file) != 0 || !parse_hex(hex, &same) ||
        !kk_slice_equal(kk_slice(same.bytes, same.len), kk_slice(e->bytes, e->len)))
        return KK_FORM_TRAILING;
    for (size_t i = 0; i < KK_COUNT(verdicts); i++) {
        if (strcmp(verdicts[i].strict, strict) == 0)
            return verdicts[i].form;
    }
    return KK_FORM_TRAILING;
}

static void fail(struct run *run, const char *file, const char *hex, const char *why)
{
    printf("FAIL %s %s: %s\n", file, hex, why);
    run->failed++;
}

/* One encoding; true when the gate accepts it. */
static bool check_encoding(struct run *run, const char *file, const json_t *value, const char *hex)
{
    enum kk_form got, want;
    struct encoding e;

    if (!hex || !parse_hex(hex, &e)) {
        fail(run, file, hex ? hex : "?", "no hexadecimal");
        return false;
    }
    want = expected(run, file, &e);
    run->encodings++;
    got = kk_form_check(kk_slice(e.bytes, e.len), NULL);
    if (want == KK_FORM_TRAILING)
        fail(run, file, hex, "not the row that EXPECT lists here");
    else if (got != want)
        fail(run, file, hex, kk_form_name(got));
    else if (got == KK_FORM_OK && !reads_as_value(&e, value))
        fail(run, file, hex, "reads as another value");
    run->accepted += got == KK_FORM_OK;
    return got == KK_FORM_OK;
}

static void check_value(struct run *run, const char *file, const json_t *value)
{
    const json_t *list = json_object_get(value, "msgpack");
    size_t accepted = 0;

    for (size_t i = 0; i < json_array_size(list); i++)
        accepted += check_encoding(run, file, value, json_string_value(json_array_get(list, i)));
    if (accepted > 1)
        fail(run, file, "value", "two encodings of it are accepted");
}

static json_t *load(const char *path)
{
    json_error_t error;
    json_t *root = json_load_file(path, 0, &error);

    if (!root)
        fprintf(stderr, "%s:%d: %s\n", path, error.line, error.text);
    return root;
}

int main(int argc, char **argv)
{
    json_t *suite = argc == 3 ? load(argv[1]) : NULL, *expect = argc == 3 ? load(argv[2]) : NULL;
    struct run run = { .expect = expect };
    const char *file;
    json_t *values;

    if (argc != 3)
        fprintf(stderr, "usage: %s SUITE.json EXPECT.json\n", argv[0]);
    if (!suite || !expect)
        return EXIT_FAILURE;
    json_object_foreach(suite, file, values)
    {
        for (size_t i = 0; i < json_array_size(values); i++)
            check_value(&run, file, json_array_get(values, i));
    }
    if (run.encodings != json_array_size(expect))
        fail(&run, "EXPECT", "length", "not one row for each encoding");
    printf("%zu encodings, %zu accepted, %zu failed\n", run.encodings, run.accepted, run.failed);
    json_decref(suite);
    json_decref(expect);
    return run.failed == 0 && run.encodings > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
