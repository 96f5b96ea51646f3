/* Answers of e-Stat (estat.h). [IM-9] */
#include "import/estat.h"

#include "kukyoku/base/alloc.h"

#include <jansson.h>
#include <stdio.h>

struct kk_estat {
    json_t *root;
    const json_t *values; /* an array, or the only value */
    const json_t *classes[KK_ESTAT_CLASSES];
    const char *ids[KK_ESTAT_CLASSES];
    size_t class_count;
};

bool kk_estat_looks(struct kk_slice text)
{
    size_t i = 0;

    while (i < text.len && (text.data[i] <= ' '))
        i++;
    return i < text.len && text.data[i] == '{';
}

void kk_estat_free(struct kk_estat *e)
{
    if (!e)
        return;
    json_decref(e->root);
    kk_free(e);
}

/* --- what is sometimes a list and sometimes its only item --- */
static size_t count_of(const json_t *v)
{
    return json_is_array(v) ? json_array_size(v) : v != NULL;
}

static const json_t *item_of(const json_t *v, size_t i)
{
    return json_is_array(v) ? json_array_get(v, i) : v;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text ? text : "";
}

/* --- opening --- */
static int read_classes(struct kk_estat *e, const json_t *statistics)
{
    const json_t *list = json_object_get(json_object_get(statistics, "CLASS_INF"), "CLASS_OBJ");

    e->class_count = count_of(list);
    if (e->class_count == 0 || e->class_count > KK_ESTAT_CLASSES)
        return KK_E_ESTAT;
    for (size_t i = 0; i < e->class_count; i++) {
        e->ids[i] = text_of(item_of(list, i), "@id");
        e->classes[i] = json_object_get(item_of(list, i), "CLASS");
    }
    return 0;
}

/* One call gives at most 100,000 figures and says from where the next should go on. */
static int check_whole(const json_t *statistics, const char *path, struct kk_error *err)
{
    const json_t *result = json_object_get(statistics, "RESULT_INF");
    json_int_t total = json_integer_value(json_object_get(result, "TOTAL_NUMBER"));
    json_int_t first = json_integer_value(json_object_get(result, "FROM_NUMBER"));
    json_int_t last = json_integer_value(json_object_get(result, "TO_NUMBER"));

    if (first <= 1 && last >= total && !json_object_get(result, "NEXT_KEY"))
        return 0;
    return kk_error_say(err, KK_E_ESTAT, path, "figures %lld to %lld of %lld alone",
                        "%lld〜%lld件目だけです（全%lld件）", (long long)first, (long long)last,
                        (long long)total);
}

static int read_answer(struct kk_estat *e, const char *path, struct kk_error *err)
{
    const json_t *answer = json_object_get(e->root, "GET_STATS_DATA");
    const json_t *result = json_object_get(answer, "RESULT");
    const json_t *statistics = json_object_get(answer, "STATISTICAL_DATA");
    const json_t *status = json_object_get(result, "STATUS");

    if (!answer)
        return kk_error_text(err, KK_E_ESTAT, path, "this JSON is no answer of getStatsData",
                             "getStatsData の応答ではない JSON です");
    if (json_is_integer(status) && json_integer_value(status) >= 100)
        return kk_error_set(err, KK_E_ESTAT, path, "%.200s", text_of(result, "ERROR_MSG"));
    e->values = json_object_get(json_object_get(statistics, "DATA_INF"), "VALUE");
    if (read_classes(e, statistics) < 0 || count_of(e->values) == 0)
        return kk_error_text(err, KK_E_ESTAT, path, "the answer holds no figures",
                             "応答に数値がありません");
    return check_whole(statistics, path, err);
}

int kk_estat_open(struct kk_slice text, const char *path, struct kk_estat **ret,
                  struct kk_error *err)
{
    KK_AUTO_FREE(kk_estat) struct kk_estat *e = kk_alloc(sizeof *e);
    json_error_t fault;

    if (!e)
        return KK_E_MEMORY;
    if (text.len > KK_ESTAT_BYTES_MAX)
        return kk_error_text(err, KK_E_ESTAT, path, "larger than 128 MiB",
                             "128 MiB を超えています");
    e->root = json_loadb((const char *)text.data, text.len, JSON_REJECT_DUPLICATES, &fault);
    if (!e->root)
        return kk_error_set(err, KK_E_ESTAT, path, "JSON %d:%d %.120s", fault.line, fault.column,
                            fault.text);
    int r = read_answer(e, path, err);
    if (r == 0)
        *ret = KK_STEAL(e);
    return r;
}

/* --- times --- */
static bool all_digits(struct kk_slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.data[i] < '0' || s.data[i] > '9')
            return false;
    }
    return true;
}

bool kk_estat_period(struct kk_slice time, char ret[KK_ESTAT_PERIOD])
{
    const char *t = (const char *)time.data;

    if (time.len != 10 || !all_digits(time))
        return false;
    if (memcmp(t + 4, "000000", 6) == 0)
        snprintf(ret, KK_ESTAT_PERIOD, "%.4s", t);
    else if (memcmp(t + 4, "100000", 6) == 0)
        snprintf(ret, KK_ESTAT_PERIOD, "FY%.4s", t);
    else if (memcmp(t + 4, "00", 2) == 0 && memcmp(t + 6, t + 8, 2) == 0)
        snprintf(ret, KK_ESTAT_PERIOD, "%.4s-%.2s", t, t + 6);
    else
        return false;
    return true;
}

/* --- rows --- */
#define COLUMNS (2 * KK_ESTAT_CLASSES + 2)
struct row {
    struct kk_slice fields[COLUMNS];
    char names[KK_ESTAT_CLASSES][64], period[KK_ESTAT_PERIOD];
};

static const char *name_of(const json_t *classes, const char *code)
{
    for (size_t i = 0; i < count_of(classes); i++) {
        if (strcmp(text_of(item_of(classes, i), "@code"), code) == 0)
            return text_of(item_of(classes, i), "@name");
    }
    return "";
}

static int give(const struct kk_estat *e, const struct row *row, uint64_t line,
                const struct kk_xlsx_reader *reader)
{
    struct kk_csv_record record = { .fields = row->fields, .count = 2 * e->class_count + 2,
                                    .line = line, .flaw = KK_CSV_SOUND };

    return reader->row(reader->user, &record);
}

static int give_header(const struct kk_estat *e, struct row *row,
                       const struct kk_xlsx_reader *reader)
{
    for (size_t i = 0; i < e->class_count; i++) {
        snprintf(row->names[i], sizeof row->names[i], "%.50s_name", e->ids[i]);
        row->fields[2 * i] = kk_slice_text(e->ids[i]);
        row->fields[2 * i + 1] = kk_slice_text(row->names[i]);
    }
    row->fields[2 * e->class_count] = kk_slice_text("unit");
    row->fields[2 * e->class_count + 1] = kk_slice_text("value");
    return give(e, row, 1, reader);
}

static int give_value(const struct kk_estat *e, const json_t *value, struct row *row,
                      const struct kk_xlsx_reader *reader, uint64_t line)
{
    for (size_t i = 0; i < e->class_count; i++) {
        char key[64];

        snprintf(key, sizeof key, "@%.60s", e->ids[i]);
        struct kk_slice code = kk_slice_text(text_of(value, key));
        row->fields[2 * i] = code;
        row->fields[2 * i + 1] = kk_slice_text(name_of(e->classes[i], text_of(value, key)));
        if (strcmp(e->ids[i], "time") == 0 && kk_estat_period(code, row->period))
            row->fields[2 * i] = kk_slice_text(row->period);
    }
    row->fields[2 * e->class_count] = kk_slice_text(text_of(value, "@unit"));
    row->fields[2 * e->class_count + 1] = kk_slice_text(text_of(value, "$"));
    return give(e, row, line, reader);
}

int kk_estat_each(const struct kk_estat *e, const struct kk_xlsx_reader *reader)
{
    struct row *row = kk_alloc(sizeof *row);
    int r = row ? give_header(e, row, reader) : KK_E_MEMORY;

    for (size_t i = 0; r == 0 && i < count_of(e->values); i++)
        r = give_value(e, item_of(e->values, i), row, reader, i + 2);
    kk_free(row);
    return r;
}
