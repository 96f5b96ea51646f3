/* Acts held against what they need, by their readers (lack.h). [RL-15] [RL-20] */
#include "model/lack.h"

/* Each act behind a fork is merged anew; past this many, only what it says itself is looked at. */
#define MERGES_MAX 256
#define SCRATCH_MAX ((size_t)256 * 1024 * 1024)

/* --- an act on top of what there was --- */

/* Why, until when, in which words: it speaks for the act that it came with. */
static bool said_with_act(const struct kk_item *item)
{
    static const uint32_t said[] = { KK_FIELD_REASON,  KK_FIELD_REVIEW_DATE, KK_FIELD_CODE,
                                     KK_FIELD_COMMENT, KK_FIELD_LESSONS,     KK_FIELD_FEEDBACK };

    for (size_t i = 0; i < KK_COUNT(said); i++) {
        if (item->term->number == said[i])
            return item->needed_for != KK_ACT_CREATE;
    }
    return false;
}

/* What an earlier act said is no answer to what this one asks for. */
static void forget_said(const struct kk_kind_info *kind, const struct kk_body *own,
                        struct kk_body *after)
{
    size_t kept = 0;

    for (size_t i = 0; i < after->count; i++) {
        const struct kk_item *item = kk_kind_item(kind, after->fields[i].number);

        if (!item || !said_with_act(item) || kk_body_find(own, item->term->number))
            after->fields[kept++] = after->fields[i];
    }
    after->count = kept;
}

static int write_on(const struct kk_body *own, struct kk_body *body)
{
    int e = 0;

    for (size_t i = 0; e == 0 && i < own->count; i++)
        e = kk_body_set(body, own->fields[i].number, own->fields[i].value);
    kk_body_drop_emptied(body);
    return e;
}

int kk_lack_after(const struct kk_kind_info *kind, const struct kk_body *before,
                  const struct kk_body *own, struct kk_body *ret)
{
    int e;

    *ret = *before;
    e = write_on(own, ret);
    if (e == 0)
        forget_said(kind, own, ret);
    return e;
}

const struct kk_merge_field *kk_lack_field(const struct kk_merged *merged, uint32_t number)
{
    for (size_t i = 0; i < merged->field_count; i++) {
        if (merged->fields[i].number == number)
            return &merged->fields[i];
    }
    return NULL;
}

bool kk_lack_settles(const struct kk_merged *before, const struct kk_body *own)
{
    for (size_t i = 0; i < own->count; i++) {
        const struct kk_merge_field *f = kk_lack_field(before, own->fields[i].number);

        if (own->fields[i].number != KK_BODY_KIND && (!f || f->count < 2))
            return false; /* the kind goes along with each act of a ward */
    }
    return before->conflicts > 0;
}

/* --- one act --- */

/* What the author had before him. */
struct before {
    struct kk_body body;
    struct kk_merged merged; /* empty where one act followed the other */
    bool whole;              /* all of it could be read */
};
struct judging {
    const struct kk_record *record;
    const struct kk_ledger_op *op;
    const struct kk_body *own;
    const struct before *before;
};

static struct kk_lack lack_of(uint32_t number, enum kk_lack_why why, enum kk_item_fault fault)
{
    return (struct kk_lack){ .why = why, .term = kk_term_info(number), .fault = fault };
}

static struct kk_lack missing(uint32_t number)
{
    return lack_of(number, KK_LACK_VALUE, KK_ITEM_MISSING);
}

static struct kk_lack of_rung(enum kk_rung_fault fault)
{
    switch (fault) {
    case KK_RUNG_OK:
        break;
    case KK_RUNG_UNKNOWN:
        return lack_of(KK_FIELD_RUNG, KK_LACK_VALUE, KK_ITEM_UNKNOWN_CODE);
    case KK_RUNG_CLOSED_WAY:
        return lack_of(KK_FIELD_RUNG, KK_LACK_WAY, KK_ITEM_SOUND);
    case KK_RUNG_REASON:
        return missing(KK_FIELD_REASON);
    case KK_RUNG_REVIEW:
        return missing(KK_FIELD_REVIEW_DATE);
    case KK_RUNG_FEEDBACK:
        return missing(KK_FIELD_FEEDBACK);
    }
    return (struct kk_lack){ .why = KK_LACK_NONE };
}

static int64_t number_in(struct kk_slice value)
{
    struct kk_cursor c = kk_cursor(value);
    int64_t number;

    return kk_cursor_int(&c, &number) == 0 && number > 0 ? number : 0;
}

/* Of several rungs that stood side by side, the author may have seen any. */
static size_t rungs_before(const struct before *b)
{
    const struct kk_merge_field *f = kk_lack_field(&b->merged, KK_FIELD_RUNG);

    return f && f->count ? f->count : 1;
}

static unsigned rung_before(const struct before *b, size_t i)
{
    const struct kk_merge_field *f = kk_lack_field(&b->merged, KK_FIELD_RUNG);

    return (unsigned)(f && f->count ? number_in(f->values[i].value)
                                    : kk_record_int(&b->body, KK_FIELD_RUNG));
}

static struct kk_lack judge_rung(const struct judging *j, const struct kk_body *after)
{
    unsigned to = (unsigned)kk_record_int(after, KK_FIELD_RUNG);
    enum kk_rung_fault fault = KK_RUNG_OK;

    for (size_t i = 0; i < rungs_before(j->before); i++) {
        fault = kk_rung_check(rung_before(j->before, i), to, after);
        if (fault == KK_RUNG_OK)
            break;
    }
    return of_rung(fault);
}

/* An edit of an issue that was over, and neither took it up again nor settled what stood twice. */
static bool edits_ended(const struct judging *j)
{
    int64_t given = kk_record_int(j->own, KK_FIELD_RUNG);
    bool copy = kk_slice_is(j->record->scope, "int") &&
                kk_body_find(&j->before->body, KK_FIELD_ORIGIN);

    if (j->op->op.act != KK_ACT_EDIT || copy || kk_lack_settles(&j->before->merged, j->own))
        return false;
    for (size_t i = 0; i < rungs_before(j->before); i++) {
        unsigned rung = rung_before(j->before, i);

        if (kk_rung_end(rung) == KK_RUNG_GOES_ON || (given && given != (int64_t)rung))
            return false;
    }
    return true;
}

static struct kk_lack judge_issue(const struct judging *j, const struct kk_body *after)
{
    if (edits_ended(j))
        return lack_of(KK_FIELD_RUNG, KK_LACK_ENDED, KK_ITEM_SOUND);
    if (kk_body_find(j->own, KK_FIELD_RUNG))
        return judge_rung(j, after);
    return (struct kk_lack){ .why = KK_LACK_NONE };
}

/* What the act's own body says, whatever stood there before. */
static struct kk_lack judge_own(const struct judging *j)
{
    unsigned act = (unsigned)j->op->op.act;
    const struct kk_transition *t =
        kk_transition_find(j->record->machine, KK_TV_NEWEST, (enum kk_act)act);
    uint32_t lacks = t ? kk_need_missing(t, j->own, j->op->op.refs.count) : 0;

    if (lacks)
        return missing(lacks);
    for (size_t i = 0; j->record->machine == KK_MACHINE_CASE && i < j->own->count; i++) {
        uint32_t number = j->own->fields[i].number;

        if (kk_kind_item(j->record->kind, number) && !kk_case_act_writes(act, number))
            return lack_of(number, KK_LACK_OTHERS, KK_ITEM_SOUND);
    }
    return (struct kk_lack){ .why = KK_LACK_NONE };
}

static int judge(const struct judging *j, struct kk_lack *ret)
{
    const struct kk_item *item;
    enum kk_item_fault fault;
    struct kk_body after;
    int e;

    *ret = judge_own(j);
    if (ret->why != KK_LACK_NONE || !j->before->whole || j->op->op.act == KK_ACT_ERASE)
        return 0;
    e = kk_lack_after(j->record->kind, &j->before->body, j->own, &after);
    if (e < 0)
        return e;
    fault = kk_kind_check(j->record->kind, (unsigned)j->op->op.act, &after, &item);
    if (fault != KK_ITEM_SOUND && fault != KK_ITEM_UNKNOWN_CODE) /* a later program's */
        *ret = lack_of(item->term->number, KK_LACK_VALUE, fault);
    else if (j->record->kind->kind == KK_KIND_ISSUE)
        *ret = judge_issue(j, &after);
    return 0;
}

/* --- all of a record --- */

struct finding {
    const struct kk_record *record;
    struct kk_arena scratch; /* of one merge */
    struct kk_merge_op *ops; /* those that count */
    bool *marks;             /* ancestors of the one in hand */
    const struct kk_ledger_op **from;
    size_t count, merges;
    struct before line; /* as long as each followed the one before it */
    bool straight;
};

/* Where this parent stands among the first ones; count: nowhere. */
static size_t place_of(const struct finding *f, const uint8_t id[KK_HASH_BYTES], size_t count)
{
    for (size_t i = count; i > 0; i--) {
        if (memcmp(f->ops[i - 1].id, id, KK_HASH_BYTES) == 0)
            return i - 1;
    }
    return count;
}

static void mark_parents(struct finding *f, size_t of)
{
    for (size_t i = 0; i < f->ops[of].parent_count; i++) {
        size_t at = place_of(f, f->ops[of].parents[i].id, of);

        if (at < of)
            f->marks[at] = true;
    }
}

/* Its only parent is the one before it, and so on down to the first. */
static bool follows(struct finding *f, size_t at)
{
    const struct kk_merge_op *op = &f->ops[at];

    if (at == 0)
        return true;
    return op->parent_count == 1 &&
           memcmp(op->parents[0].id, f->ops[at - 1].id, KK_HASH_BYTES) == 0;
}

static int merge_before(struct finding *f, size_t at, struct before *ret)
{
    struct kk_merge_op *some;
    size_t count = 0;
    int e;

    *ret = (struct before){ .whole = f->merges++ < MERGES_MAX };
    if (!ret->whole)
        return 0;
    kk_arena_reset(&f->scratch);
    some = kk_arena_array(&f->scratch, at + 1, sizeof(*some));
    if (!some)
        return KK_E_MEMORY;
    memset(f->marks, 0, f->count * sizeof(*f->marks));
    mark_parents(f, at);
    for (size_t i = at; i > 0; i--) {
        if (!f->marks[i - 1])
            continue;
        mark_parents(f, i - 1);
        ret->whole = ret->whole && f->from[i - 1]->readable;
        some[count++] = f->ops[i - 1];
    }
    e = kk_merge(some, count, &f->scratch, &ret->merged);
    return e == 0 ? kk_merged_body(&ret->merged, &ret->body) : e;
}

static int find_one(struct finding *f, size_t at, struct kk_lack *ret)
{
    struct judging j = { .record = f->record, .op = f->from[at], .before = &f->line };
    struct before merged;
    struct kk_body own;
    int e = 0;

    f->straight = f->straight && follows(f, at);
    if (!f->from[at]->readable) {
        f->line.whole = false;
        return 0;
    }
    e = kk_body_read(f->from[at]->plain, &own);
    j.own = &own;
    if (e == 0 && !f->straight) {
        e = merge_before(f, at, &merged);
        j.before = &merged;
    }
    if (e == 0)
        e = judge(&j, ret);
    return e == 0 && f->straight ? write_on(&own, &f->line.body) : e;
}

static int find_all(struct finding *f, struct kk_lack *items, struct kk_lacks *ret)
{
    int e = 0;

    for (size_t i = 0; e == 0 && i < f->record->is.op_count; i++) {
        const struct kk_ledger_op *op = &f->record->is.ops[i];

        items[i] = (struct kk_lack){ .why = KK_LACK_NONE };
        if (!f->record->kind || !kk_ledger_counts(op))
            continue;
        f->from[f->count] = op;
        f->ops[f->count++] = kk_ledger_merging(op);
        e = find_one(f, f->count - 1, &items[i]);
        ret->count += items[i].why != KK_LACK_NONE;
    }
    return e;
}

int kk_lacks_find(const struct kk_record *record, struct kk_arena *arena, struct kk_lacks *ret)
{
    size_t room = record->is.op_count + 1;
    struct finding f = { .record = record, .line.whole = true, .straight = true };
    struct kk_lack *items = kk_arena_array(arena, room, sizeof(*items));
    int e;

    f.ops = kk_arena_array(arena, room, sizeof(*f.ops));
    f.marks = kk_arena_array(arena, room, sizeof(*f.marks));
    f.from = kk_arena_array(arena, room, sizeof(*f.from));
    if (!items || !f.ops || !f.marks || !f.from)
        return KK_E_MEMORY;
    *ret = (struct kk_lacks){ .items = items };
    kk_arena_init(&f.scratch, SCRATCH_MAX);
    e = find_all(&f, items, ret);
    kk_arena_fini(&f.scratch);
    return e;
}

/* --- in words --- */

static const struct {
    const char *name, *en, *ja;
} whys[] = {
    [KK_LACK_NONE] = { NULL, "", "" },
    [KK_LACK_VALUE] = { "value", "", "" }, /* the fault has its own words */
    [KK_LACK_WAY] = { "way", "no way led there from the rung before",
                      "その前の段階からは移れません" },
    [KK_LACK_OTHERS] = { "others", "another act writes this field",
                         "この操作では書けない項目です" },
    [KK_LACK_ENDED] = { "ended", "the issue was over when this was written",
                        "終わった課題に書かれています" },
};

const char *kk_lack_text(const struct kk_lack *lack, const char *lang)
{
    if (lack->why == KK_LACK_VALUE)
        return kk_item_fault_text(lack->fault, lang);
    return strcmp(lang, "ja") == 0 ? whys[lack->why].ja : whys[lack->why].en;
}

const char *kk_lack_name(const struct kk_lack *lack)
{
    return lack->why == KK_LACK_VALUE && lack->fault == KK_ITEM_MISSING ? "missing"
                                                                       : whys[lack->why].name;
}
