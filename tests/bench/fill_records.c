/*
 * fill_records HOME COUNT SEED [outward]: writes so many records of a ward's daily kinds into a
 * home, one in a hundred a case of the bureau, two a resource shared with all wards; by the table
 * of kinds, a thousand an act on the disk. outward: of these only what others than the ward see.
 * fill_records HOME review SEED: an officer works through all cases; a tenth stays open.
 * For scale.py, which measures what a home of ten years feels like.
 */
#include "model/record.h"

#include "kukyoku/base/text.h"

#include <stdio.h>
#include <stdlib.h>

#define AT_ONCE      1000
#define AREAS        40
#define CASES_MAX    100000
#define SHARED_OF_19 2 /* of nineteen resources */

static const char *const words[] = { "見守り", "坂道", "買い物", "サロン", "避難所", "通学路", "担い手",
                                     "孤立", "健康", "介護", "子育て", "相談", "体操", "世代交流" };
static const struct {
    enum kk_kind kind;
    unsigned of_hundred;
} shares[] = { { KK_KIND_VOICE, 40 }, { KK_KIND_FINDING, 20 },    { KK_KIND_RESOURCE, 19 },
               { KK_KIND_ISSUE, 10 }, { KK_KIND_INITIATIVE, 10 }, { KK_KIND_CASE, 1 } };

static bool outward; /* nothing is written that stays in the ward */
static uint64_t state;
static char issue[2 * KK_ID_BYTES + 1]; /* the newest: what a case comes from */

static unsigned draw(unsigned of)
{
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    return (unsigned)(state >> 33) % of;
}

static enum kk_kind pick_kind(void)
{
    unsigned at = draw(100);

    for (size_t i = 0; i < KK_COUNT(shares); i++) {
        if (at < shares[i].of_hundred)
            return shares[i].kind;
        at -= shares[i].of_hundred;
    }
    return KK_KIND_VOICE;
}

/* A word of two characters out of 800, the former ones oftener: so that pairs are as many and as
 * uneven as in real text. */
static int put_pair(char *out, size_t size)
{
    unsigned a = 0x4e00 + draw(1 + draw(800)), b = 0x4e00 + draw(1 + draw(800));

    return snprintf(out, size, "%c%c%c%c%c%c", 0xe0 | a >> 12, 0x80 | (a >> 6 & 63),
                    0x80 | (a & 63), 0xe0 | b >> 12, 0x80 | (b >> 6 & 63), 0x80 | (b & 63));
}

static void put_words(char *out, size_t size, unsigned count)
{
    size_t len = 0;

    out[0] = '\0';
    for (unsigned i = 0; i < count && len + 16 < size; i++) {
        int more = draw(2) ? put_pair(out + len, size - len)
                           : snprintf(out + len, size - len, "%s", words[draw(KK_COUNT(words))]);

        len += (size_t)more;
    }
}

/* A sound value by the field's type; NULL: leave it out. */
static const char *value_of(const struct kk_item *item, char *room, size_t size)
{
    size_t count;

    switch (item->term->type) {
    case KK_ITEM_LINE:
        put_words(room, size, item->term->max < 60 ? 0 : 4);
        if (!room[0])
            snprintf(room, size, "人");
        return room;
    case KK_ITEM_TEXT:
        put_words(room, size, 30);
        return room;
    case KK_ITEM_CODE:
        if (item->term->number == KK_FIELD_RUNG)
            return kk_codes(item->term->codes, &count)[0].name; /* every road begins there */
        return kk_codes(item->term->codes, &count)[draw((unsigned)count)].name;
    case KK_ITEM_DATE:
        return "2026-11-23";
    case KK_ITEM_INT:
        return "3";
    case KK_ITEM_YEAR:
        return "2026";
    case KK_ITEM_LIST:
        snprintf(room, size, "14133-%02u", 1 + draw(AREAS));
        return room;
    case KK_ITEM_FIGURES:
        snprintf(room, size, "population 14133-%02u 2020", 1 + draw(AREAS));
        return room;
    case KK_ITEM_REF:
        return issue;
    }
    return NULL;
}

static int fill(struct kk_records *r, const struct kk_kind_info *kind, struct kk_body *body)
{
    char value[1024], assignment[1200];
    int e = 0;

    for (size_t i = 0; e == 0 && i < kind->count; i++) {
        const struct kk_item *item = &kind->items[i];
        bool wanted = item->needed_for == KK_ACT_CREATE || item->needed_for == KK_ACT_SUBMIT ||
                      item->term->number == KK_FIELD_AREAS;
        const char *text = wanted && kk_writer_may(item->by, KK_ROLE_LEAD)
                               ? value_of(item, value, sizeof(value))
                               : NULL;

        if (!text)
            continue;
        snprintf(assignment, sizeof(assignment), "%s=%s", item->term->name, text);
        e = kk_record_set(r, kind, assignment, body);
    }
    return e;
}

static int write_one(struct kk_records *r)
{
    const struct kk_kind_info *kind = kk_kind_info(issue[0] ? pick_kind() : KK_KIND_ISSUE);
    bool shared = kind->kind == KK_KIND_RESOURCE && draw(19) < SHARED_OF_19;
    struct kk_body body = { .count = 0 };
    struct kk_act_request q = { .kind = kind, .act = KK_ACT_CREATE, .body = &body,
                                .not_personal = true };
    char scope[KK_SCOPE_NAME_MAX + 1];
    int e = kk_record_ward_scope(r, kk_scope_info(kind->home)->prefix, scope);

    if (outward && issue[0] && kind->kind != KK_KIND_CASE && !shared)
        return e;
    if (kind->kind == KK_KIND_CASE)
        q.act = KK_ACT_SUBMIT;
    if (e == 0)
        e = fill(r, kind, &body);
    q.copy = shared;
    q.scope = kk_slice_text(shared ? "int" : scope);
    kk_record_new_id(q.rec);
    if (kind->kind == KK_KIND_ISSUE)
        kk_hex_encode(kk_slice(q.rec, KK_ID_BYTES), issue);
    return e == 0 ? kk_record_act(r, &q) : e;
}

static int write_some(struct kk_home *h, long count, struct kk_error *err)
{
    KK_AUTO_FINI(kk_records) struct kk_records r = { 0 };
    int e = kk_records_open(&r, h, KK_REPLICA_WRITE, err);

    if (e == 0)
        e = kk_records_begin(&r);
    for (long i = 0; e == 0 && i < count; i++)
        e = write_one(&r);
    return e == 0 ? kk_records_commit(&r) : e;
}

/* --- the bureau's part --- */

struct found {
    char scope[KK_SCOPE_NAME_MAX + 1];
    uint8_t rec[KK_ID_BYTES];
};
static struct found cases[CASES_MAX];
static size_t case_count;

static int on_case(void *user, const struct kk_record *record)
{
    struct found *at = &cases[case_count];

    (void)user;
    if (case_count == CASES_MAX)
        return 1;
    snprintf(at->scope, sizeof(at->scope), "%.*s", (int)record->scope.len,
             (const char *)record->scope.data);
    memcpy(at->rec, record->is.rec, KK_ID_BYTES);
    case_count++;
    return 0;
}

static int act(struct kk_records *r, const struct found *at, unsigned what,
               const char *const *fields)
{
    struct kk_body body = { .count = 0 };
    struct kk_act_request q = { .scope = kk_slice_text(at->scope), .act = what, .body = &body,
                                .kind = kk_kind_info(KK_KIND_CASE), .not_personal = true };
    int e = 0;

    memcpy(q.rec, at->rec, KK_ID_BYTES);
    for (; e == 0 && *fields; fields++)
        e = kk_record_set(r, q.kind, *fields, &body);
    return e == 0 ? kk_record_act(r, &q) : e;
}
#define ACT(what, ...) act(r, at, KK_ACT_##what, (const char *const[]){ __VA_ARGS__, NULL })

static int note(struct kk_records *r, const struct found *at)
{
    const struct kk_kind_info *kind = kk_kind_info(KK_KIND_MEMO);
    struct kk_body body = { .count = 0 };
    struct kk_act_request q = { .scope = kk_slice_text("b"), .kind = kind, .body = &body,
                                .act = KK_ACT_CREATE, .not_personal = true };
    char assignment[16 + 2 * KK_ID_BYTES] = "case=";
    int e;

    kk_hex_encode(kk_slice(at->rec, KK_ID_BYTES), assignment + 5);
    kk_record_new_id(q.rec);
    e = kk_record_set(r, kind, assignment, &body);
    if (e == 0)
        e = kk_record_set(r, kind, draw(2) ? "priority=high" : "priority=low", &body);
    return e == 0 ? kk_record_act(r, &q) : e;
}

/* Of a hundred: ten refused, eighty declined after a review; ten stay open, each at its step. */
static int review_one(struct kk_records *r, const struct found *at)
{
    unsigned fate = draw(100);
    int e = draw(2) ? note(r, at) : 0;

    if (e < 0 || fate < 3)
        return e;
    if (fate >= 90)
        return ACT(REFUSE, "reason=記載の不足", "code=incomplete");
    e = ACT(RECEIVE, NULL);
    if (e == 0 && fate >= 5)
        e = ACT(REVIEW, NULL);
    if (e == 0 && fate == 7)
        return ACT(ASK, "reason=根拠をお示しください");
    if (e == 0 && (fate == 8 || fate == 9))
        return ACT(NEGOTIATE, NULL);
    return e == 0 && fate >= 10 ? ACT(DECLINE, "reason=予算", "review_date=2027-04-01") : e;
}

static int list_cases(struct kk_home *h, struct kk_error *err)
{
    KK_AUTO_FINI(kk_records) struct kk_records r = { 0 };
    struct kk_record_query q = { .kind = KK_KIND_CASE, .passing = true };
    int e = kk_records_open(&r, h, KK_REPLICA_READ, err);

    return e == 0 ? kk_record_each(&r, &q, on_case, NULL) : e;
}

static int review_some(struct kk_home *h, size_t from, size_t count, struct kk_error *err)
{
    KK_AUTO_FINI(kk_records) struct kk_records r = { 0 };
    int e = kk_records_open(&r, h, KK_REPLICA_WRITE, err);

    if (e == 0)
        e = kk_records_begin(&r);
    for (size_t i = from; e == 0 && i < from + count && i < case_count; i++)
        e = review_one(&r, &cases[i]);
    return e == 0 ? kk_records_commit(&r) : e;
}

static int review_all(struct kk_home *h, struct kk_error *err)
{
    int e = list_cases(h, err);

    for (size_t i = 0; e == 0 && i < case_count; i += AT_ONCE / 4)
        e = review_some(h, i, AT_ONCE / 4, err);
    return e;
}

int main(int argc, char **argv)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    struct kk_error err = { 0 };
    bool review = argc == 4 && strcmp(argv[2], "review") == 0;
    long count = argc >= 4 && argc <= 5 && !review ? strtol(argv[2], NULL, 10) : 0;
    int e = count > 0 || review ? kk_home_open(argv[1], KK_HOME_WRITE, &home, &err) : KK_E_USAGE;

    state = argc >= 4 ? strtoull(argv[3], NULL, 10) : 0;
    outward = argc == 5 && strcmp(argv[4], "outward") == 0;
    if (e == 0)
        e = kk_home_unlock(&home, kk_slice(NULL, 0), &err);
    if (e == 0 && review)
        e = review_all(&home, &err);
    for (; e == 0 && count > 0; count -= AT_ONCE)
        e = write_some(&home, count < AT_ONCE ? count : AT_ONCE, &err);
    if (e < 0)
        fprintf(stderr, "E%d %s %s\n", -e, err.where, err.detail);
    return e == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
