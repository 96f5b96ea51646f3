/* Practice as rows of a release (practices.h). [KE-2] */
#include "desk/practices.h"

#include "desk/edition.h"
#include "kukyoku/base/text.h"

#include <stdio.h>

#define PIECES_MAX 9999

/* A number of digits alone, up to PIECES_MAX; 0: none. */
static unsigned piece_of(struct kk_slice text)
{
    unsigned n = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || n > PIECES_MAX)
            return 0;
        n = 10 * n + (unsigned)(text.data[i] - '0');
    }
    return n <= PIECES_MAX ? n : 0;
}

bool kk_practice_row_read(const struct kk_obs *obs, struct kk_practice_row *ret)
{
    struct kk_practice_row row = { .area = obs->area, .field = obs->breakdown, .text = obs->note,
                                   .piece = piece_of(obs->period) };
    char id[2 * KK_ID_BYTES + 1];

    if (row.piece == 0 || row.field.len == 0 || obs->indicator.len != 2 * KK_ID_BYTES)
        return false;
    snprintf(id, sizeof id, "%.*s", 2 * KK_ID_BYTES, (const char *)obs->indicator.data);
    if (!kk_hex_decode(id, row.id, KK_ID_BYTES))
        return false;
    *ret = row;
    return true;
}

/* A character is not cut in two. */
static size_t piece_length(struct kk_slice text)
{
    size_t len = text.len < KK_OBS_TEXT_MAX ? text.len : KK_OBS_TEXT_MAX;

    while (len > 0 && len < text.len && (text.data[len] & 0xc0) == 0x80)
        len--;
    return len;
}

int kk_practices_add(struct kk_editions *list, const struct kk_practice_row *row)
{
    char id[2 * KK_ID_BYTES + 1], number[16];
    struct kk_slice left = row->text;
    unsigned piece = 0;
    int r = 0;

    kk_hex_encode(kk_slice(row->id, KK_ID_BYTES), id);
    while (r == 0 && left.len > 0) {
        size_t len = piece_length(left);

        if (len == 0 || ++piece > PIECES_MAX)
            return KK_E_ROW_LIMIT;
        snprintf(number, sizeof number, "%04u", piece);
        const struct kk_obs obs = { .indicator = kk_slice_text(id), .area = row->area,
                                    .breakdown = row->field, .period = kk_slice_text(number),
                                    .note = kk_slice(left.data, len),
                                    .missing = KK_MISSING_NOTHING };

        r = kk_editions_put(list, &obs);
        left = kk_slice(left.data + len, left.len - len);
    }
    return r;
}

bool kk_practices_has(const struct kk_editions *list, const uint8_t id[KK_ID_BYTES])
{
    char hex[2 * KK_ID_BYTES + 1];

    kk_hex_encode(kk_slice(id, KK_ID_BYTES), hex);
    for (size_t i = 0; i < list->count; i++) {
        if (kk_slice_is(list->rows[i].indicator, hex))
            return true;
    }
    return false;
}

/* --- what stays --- */
struct keeping {
    const struct kk_practice_ids *ids;
    struct kk_editions *list;
    size_t chosen; /* rows of the list that were there before */
    uint8_t last[KK_ID_BYTES];
    size_t gone;
};

static bool is_meant(const struct kk_practice_ids *ids, struct kk_slice id)
{
    for (size_t i = 0; i < ids->count; i++) {
        size_t len = strlen(ids->words[i]);

        if (len > 0 && len <= id.len && memcmp(id.data, ids->words[i], len) == 0)
            return true;
    }
    return false;
}

static bool is_chosen(const struct keeping *k, struct kk_slice id)
{
    for (size_t i = 0; i < k->chosen; i++) {
        if (kk_slice_equal(k->list->rows[i].indicator, id))
            return true;
    }
    return false;
}

static int keep_row(void *user, const struct kk_obs *obs)
{
    struct keeping *k = user;
    struct kk_practice_row row;

    if (is_meant(k->ids, obs->indicator)) {
        if (kk_practice_row_read(obs, &row) && memcmp(row.id, k->last, KK_ID_BYTES) != 0) {
            memcpy(k->last, row.id, KK_ID_BYTES);
            k->gone++;
        }
        return 0;
    }
    return is_chosen(k, obs->indicator) ? 0 : kk_editions_put(k->list, obs);
}

int kk_practices_but(struct kk_press *press, const struct kk_practice_ids *ids,
                     struct kk_editions *list, size_t *ret_gone)
{
    const struct kk_catalog_scope *row =
        kk_press_scope(press, kk_slice_text(KK_PRACTICES_SCOPE));
    struct keeping k = { .ids = ids, .list = list, .chosen = list->count };
    int r = row ? kk_press_dataset(press, row, KK_PRACTICE_DATASET, keep_row, &k) : 0;

    *ret_gone = k.gone;
    return r;
}
