/*
 * The indexes of lists and words, wherever they stand: after any acts, syncs and partial
 * refreshes a list or a search holds the very records that a look at every record finds, and no
 * word outlives the text it stood in; also where a refresh is killed. Covers
 * client/replica/glance.c, client/replica/words.c, client/model/search.c and the walks of
 * client/model/record.c. [SR-1] [SR-2]
 */
#include "office.h"

#include "kukyoku/wire/packer.h"
#include "model/record.h"
#include "model/search.h"
#include "replica/words.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define RECORDS 24
#define ROUNDS  120
#define SCOPE   "w:14133"

static const char *const areas[] = { "14133-01", "14133-02", "14133", "14136-01" };
static const enum kk_kind kinds[] = { KK_KIND_VOICE, KK_KIND_ISSUE, KK_KIND_RESOURCE };

/* As people write it, and as it is compared. */
static const struct {
    const char *text, *folded;
} vocabulary[] = { { "人口", "人口" },         { "サロン", "さろん" }, { "さろん", "さろん" },
                   { "ＡＢＣ", "abc" },        { "ab", "ab" },         { "坂", "坂" },
                   { "坂道", "坂道" },         { "㍻", "平成" },       { "ｶﾌｪ", "かふぇ" },
                   { "プールの日", "ぷーるの日" }, { " 見守り ", " 見守り " } };
#define TITLE_BYTES 128

struct scene {
    struct bureau bureau;
    struct village village;
    struct office a, b; /* a looks; b writes too, and what it writes comes in by the log */
    struct unit_entropy entropy;
    uint8_t made[RECORDS][KK_ID_BYTES];
    char folded[RECORDS][TITLE_BYTES]; /* the title of each, as it is compared */
    size_t count;
};

static size_t pick(struct scene *s, size_t of)
{
    return (size_t)(unit_random(&s->entropy) % of);
}

static void scene_init(struct scene *s, uint64_t seed)
{
    struct bureau_device *lead, *staff;

    *s = (struct scene){ .count = 0 };
    unit_entropy_init(&s->entropy, seed);
    bureau_init(&s->bureau, seed, 1795392000000ll);
    lead = bureau_stranger(&s->bureau);
    staff = bureau_stranger(&s->bureau);
    bureau_approve(&s->bureau, lead, KK_ROLE_LEAD, "14133");
    bureau_approve(&s->bureau, staff, KK_ROLE_STAFF, "14133");
    bureau_sign_roster(&s->bureau);
    village_init(&s->village, &s->bureau, seed + 1);
    village_hand_over(&s->village);
    office_init(&s->a, &s->bureau, lead);
    office_init(&s->b, &s->bureau, staff);
    ck_assert_int_eq(office_sync(&s->a, &s->village, NULL), 0);
    ck_assert_int_eq(office_sync(&s->b, &s->village, NULL), 0);
}

static void scene_fini(struct scene *s)
{
    office_fini(&s->a);
    office_fini(&s->b);
    village_fini(&s->village);
    bureau_fini(&s->bureau);
}

/* --- acts --- */

static void put_areas(struct scene *s, struct kk_bytes *out)
{
    size_t count = 1 + pick(s, 2);

    ck_assert_int_eq(kk_pack_array(out, count), 0);
    for (size_t i = 0; i < count; i++)
        ck_assert_int_eq(kk_pack_text(out, kk_slice_text(areas[pick(s, KK_COUNT(areas))])), 0);
}

/* Two words, run together; a new record's title or what an edit replaces it with. */
static void put_title(struct scene *s, size_t record, struct kk_bytes *out)
{
    char text[TITLE_BYTES];
    size_t a = pick(s, KK_COUNT(vocabulary)), b = pick(s, KK_COUNT(vocabulary));

    snprintf(text, sizeof(text), "%s%s", vocabulary[a].text, vocabulary[b].text);
    snprintf(s->folded[record], TITLE_BYTES, "%s%s", vocabulary[a].folded, vocabulary[b].folded);
    ck_assert_int_eq(kk_pack_text(out, kk_slice_text(text)), 0);
}

static void compose(struct scene *s, struct office *by, size_t record, unsigned act,
                  enum kk_kind kind)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes list = { 0 }, number = { 0 }, title = { 0 };
    struct kk_body body = { .count = 0 };
    struct kk_ledger_draft draft = { .kind = kind, .act = act, .body = &body };
    struct office_desk k;

    memcpy(draft.rec, s->made[record], KK_ID_BYTES);
    put_areas(s, &list);
    put_title(s, record, &title);
    ck_assert_int_eq(kk_body_set(&body, KK_FIELD_TITLE, kk_bytes_slice(&title)), 0);
    ck_assert_int_eq(kk_pack_int(&number, kind), 0);
    ck_assert_int_eq(kk_body_set(&body, KK_FIELD_AREAS, kk_bytes_slice(&list)), 0);
    if (act == KK_ACT_CREATE)
        ck_assert_int_eq(kk_body_set(&body, KK_BODY_KIND, kk_bytes_slice(&number)), 0);
    office_sit(&k, by, SCOPE);
    by->clock.now_ms = s->village.now_ms;
    ck_assert_int_eq(kk_ledger_write(&k.ledger, &draft, &by->clock, NULL), 0);
    office_stand(&k);
}

static size_t name_record(struct scene *s)
{
    for (size_t i = 0; i < KK_ID_BYTES; i++)
        s->made[s->count][i] = (uint8_t)pick(s, 256);
    return s->count++;
}

static void act(struct scene *s)
{
    if (s->count < RECORDS && pick(s, 2))
        compose(s, &s->a, name_record(s), KK_ACT_CREATE, kinds[pick(s, KK_COUNT(kinds))]);
    else if (s->count)
        compose(s, &s->a, pick(s, s->count), KK_ACT_EDIT, KK_KIND_VOICE);
    s->village.now_ms += 1000;
}

/* A record of b's, edited some times or not; all of it is in a's log then, and some more. */
static void act_elsewhere(struct scene *s)
{
    size_t record = s->count;

    if (s->count == RECORDS)
        return;
    compose(s, &s->b, name_record(s), KK_ACT_CREATE, kinds[pick(s, KK_COUNT(kinds))]);
    for (size_t edits = pick(s, 3); edits > 0; edits--) {
        s->village.now_ms += 1000;
        compose(s, &s->b, record, KK_ACT_EDIT, KK_KIND_VOICE);
    }
    ck_assert_int_eq(office_sync(&s->b, &s->village, NULL), 0);
    ck_assert_int_eq(office_sync(&s->a, &s->village, NULL), 0);
}

static void refresh(struct scene *s)
{
    struct office_desk k;
    int r;

    office_sit(&k, &s->a, SCOPE);
    r = pick(s, 4) ? kk_glance_refresh(&k.ledger, 1 + pick(s, 5), false)
                   : kk_glance_forget(&k.ledger);
    ck_assert_int_ge(r, 0);
    office_stand(&k);
}

/* --- looking --- */

struct seen {
    uint8_t ids[RECORDS][KK_ID_BYTES];
    size_t count;
};

static int on_record(void *user, const struct kk_record *record)
{
    struct seen *seen = user;

    ck_assert_uint_lt(seen->count, RECORDS);
    memcpy(seen->ids[seen->count++], record->is.rec, KK_ID_BYTES);
    return 0;
}

static bool holds(const struct seen *seen, const uint8_t id[KK_ID_BYTES])
{
    size_t found = 0;

    for (size_t i = 0; i < seen->count; i++)
        found += memcmp(seen->ids[i], id, KK_ID_BYTES) == 0;
    ck_assert_uint_le(found, 1); /* once at most */
    return found == 1;
}

/* The rule by itself: one of the areas, or one that begins with the ward and a hyphen. */
static bool in_area(const struct kk_ledger_record *r, const char *area)
{
    const struct kk_body_field *f = kk_body_find(&r->body, KK_FIELD_AREAS);
    char text[64];
    struct kk_cursor c = kk_cursor(f->value);
    struct kk_slice named;
    size_t count, len = strlen(area);
    bool found = false;

    ck_assert_int_eq(kk_cursor_array(&c, &count), 0);
    for (size_t i = 0; i < count; i++) {
        ck_assert_int_eq(kk_cursor_text(&c, &named), 0);
        snprintf(text, sizeof(text), "%.*s", (int)named.len, (const char *)named.data);
        found = found || strcmp(text, area) == 0 ||
                (len == 5 && strncmp(text, area, 5) == 0 && text[5] == '-');
    }
    return found;
}

static bool is_meant(const struct kk_ledger_record *r, const struct kk_record_query *q,
                     const char *area)
{
    return (q->kind == 0 || r->kind == q->kind) && (!area || in_area(r, area)) &&
           kk_glance_touched_ms(r) >= q->since_ms;
}

static void compare(struct scene *s, struct kk_records *r, struct kk_record_query *q,
                    const char *area)
{
    struct seen seen = { .count = 0 };
    size_t expected = 0;
    struct kk_ledger l;

    q->area = area ? kk_slice_text(area) : kk_slice("", 0);
    ck_assert_int_eq(kk_record_each(r, q, on_record, &seen), 0);
    ck_assert_int_eq(kk_replicas_ledger(&r->replicas, kk_slice_text(SCOPE), &l, NULL), 0);
    for (size_t i = 0; i < s->count; i++) {
        KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
        struct kk_ledger_record record;

        kk_arena_init(&arena, 1024 * 1024);
        ck_assert_int_eq(kk_ledger_record(&l, s->made[i], &arena, &record), 1);
        ck_assert_int_eq(holds(&seen, s->made[i]), is_meant(&record, q, area));
        expected += is_meant(&record, q, area);
    }
    ck_assert_uint_eq(seen.count, expected);
    if (expected > 1) { /* no more than are asked for */
        q->limit = expected - 1;
        seen.count = 0;
        ck_assert_int_eq(kk_record_each(r, q, on_record, &seen), 0);
        ck_assert_uint_eq(seen.count, expected - 1);
    }
}

/* --- searching --- */

static int on_hit(void *user, const struct kk_search_hit *hit)
{
    return on_record(user, &hit->record);
}

/* One word or two, written one way and meant as another. */
static void search(struct scene *s, struct kk_records *r)
{
    static const struct {
        const char *word, *folded;
    } more[] = { { "口", "口" }, { "ロン", "ろん" }, { "Ｂ", "b" }, { "道見", "道見" },
                 { "ーる", "ーる" }, { "カ", "か" } };
    size_t i = pick(s, KK_COUNT(more)), k = pick(s, KK_COUNT(vocabulary) - 1);
    const char *words[] = { more[i].word, vocabulary[k].text };
    struct kk_search_query q = { .words = words, .count = 1 + pick(s, 2) };
    struct seen seen = { .count = 0 };
    size_t expected = 0;
    bool some;

    ck_assert_int_eq(kk_search(r, &q, on_hit, &seen, &some), 0);
    for (size_t n = 0; n < s->count; n++) {
        bool meant = strstr(s->folded[n], more[i].folded) &&
                     (q.count == 1 || strstr(s->folded[n], vocabulary[k].folded));

        ck_assert_msg(holds(&seen, s->made[n]) == meant, "%s in %s", words[0], s->folded[n]);
        expected += meant;
    }
    ck_assert_uint_eq(seen.count, expected);
    ck_assert(!some);
}

static void look(struct scene *s)
{
    KK_AUTO_FINI(kk_records) struct kk_records r = { 0 };
    struct kk_error err = { 0 };
    struct office_desk k;

    office_sit(&k, &s->a, SCOPE);
    ck_assert_int_eq(kk_records_open(&r, &k.home, KK_REPLICA_WRITE, &err), 0);
    for (size_t i = 0; i <= KK_COUNT(kinds); i++) {
        struct kk_record_query q = { .kind = i < KK_COUNT(kinds) ? kinds[i] : 0,
                                     .passing = pick(s, 2) };

        q.since_ms = pick(s, 2) ? 0 : s->village.now_ms - 20000;
        compare(s, &r, &q, NULL);
        q.limit = 0;
        if (q.kind)
            compare(s, &r, &q, areas[pick(s, KK_COUNT(areas))]);
    }
    for (size_t i = 0; i < 8; i++)
        search(s, &r);
    kk_records_fini(&r);
    office_stand(&k);
}

START_TEST(lists_are_whole)
{
    struct scene s;

    scene_init(&s, unit_seed(500 + (uint64_t)_i));
    for (size_t i = 0; i < ROUNDS; i++) {
        size_t what = pick(&s, 9);

        if (what < 3)
            act(&s);
        else if (what < 4 || what == 8)
            act_elsewhere(&s);
        else if (what < 6)
            refresh(&s);
        else if (what == 6)
            ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), 0);
        else
            look(&s);
    }
    look(&s);
    scene_fini(&s);
}
END_TEST

static int on_any(void *user, const uint8_t rec[KK_ID_BYTES])
{
    size_t *count = user;

    ck_assert_ptr_nonnull(rec);
    (*count)++;
    return 0;
}

/* Candidates for one word, by the index alone. */
static size_t candidates(struct scene *s, const char *folded)
{
    struct kk_slice word = kk_slice_text(folded);
    struct kk_words_query q = { .words = &word, .count = 1 };
    struct office_desk k;
    size_t count = 0;
    int r = 1;

    office_sit(&k, &s->a, SCOPE);
    while (r > 0)
        r = kk_glance_refresh(&k.ledger, 1 + pick(s, 9), false);
    ck_assert_int_eq(r, 0);
    ck_assert_int_eq(kk_words_find(&k.ledger, &q, on_any, &count), 0);
    office_stand(&k);
    return count;
}

static void erase(struct scene *s, const uint8_t rec[KK_ID_BYTES])
{
    struct kk_body body = { .count = 0 };
    struct kk_ledger_draft draft = { .kind = KK_KIND_VOICE, .act = KK_ACT_ERASE, .body = &body };
    struct office_desk k;

    memcpy(draft.rec, rec, KK_ID_BYTES);
    office_sit(&k, &s->a, SCOPE);
    ck_assert_int_eq(kk_ledger_write(&k.ledger, &draft, &s->a.clock, NULL), 0);
    office_stand(&k);
}

START_TEST(no_word_outlives_its_text)
{
    struct scene s;
    bool any = false;

    scene_init(&s, unit_seed(600 + (uint64_t)_i));
    for (size_t i = 0; i < ROUNDS; i++) {
        act(&s);
        if (pick(&s, 4) == 0)
            refresh(&s);
    }
    for (size_t i = 0; i < KK_COUNT(vocabulary) - 1; i++)
        any = candidates(&s, vocabulary[i].folded) > 0 || any;
    ck_assert(any);
    for (size_t i = 0; i < s.count; i++)
        erase(&s, s.made[i]);
    for (size_t i = 0; i < KK_COUNT(vocabulary) - 1; i++)
        ck_assert_uint_eq(candidates(&s, vocabulary[i].folded), 0);
    ck_assert_uint_eq(candidates(&s, "り"), 0);
    scene_fini(&s);
}
END_TEST

static int on_candidate(void *user, const uint8_t rec[KK_ID_BYTES])
{
    struct seen *seen = user;

    ck_assert_uint_lt(seen->count, RECORDS);
    memcpy(seen->ids[seen->count++], rec, KK_ID_BYTES);
    return 0;
}

/* By the index alone, the last changed first: these records. */
static void found_in_order(struct scene *s, const size_t *records, size_t count)
{
    struct kk_slice word = kk_slice_text("z");
    struct kk_words_query q = { .words = &word, .count = 1 };
    struct seen seen = { .count = 0 };
    struct office_desk k;

    office_sit(&k, &s->a, SCOPE);
    ck_assert_int_eq(kk_glance_refresh(&k.ledger, 100, false), 0);
    ck_assert_int_eq(kk_words_find(&k.ledger, &q, on_candidate, &seen), 0);
    ck_assert_uint_eq(seen.count, count);
    for (size_t i = 0; i < count; i++)
        ck_assert_mem_eq(seen.ids[i], s->made[records[i]], KK_ID_BYTES);
    office_stand(&k);
}

static void say(struct scene *s, size_t record, unsigned act, const char *text)
{
    office_write(&s->b, SCOPE, s->made[record], act, text);
    s->village.now_ms += 1000;
}

static void pass_on(struct scene *s)
{
    ck_assert_int_eq(office_sync(&s->b, &s->village, NULL), 0);
    ck_assert_int_eq(office_sync(&s->a, &s->village, NULL), 0);
}

/* What comes in has the order of the log, each record once, also one of which more came at once. */
START_TEST(candidates_in_the_order_of_the_log)
{
    static const size_t first[] = { 2, 1, 0 }, then[] = { 1, 3, 2, 0 };
    struct scene s;

    scene_init(&s, unit_seed(700));
    for (size_t i = 0; i < 3; i++)
        say(&s, name_record(&s), KK_ACT_CREATE, i ? "z" : "z1");
    say(&s, 0, KK_ACT_EDIT, "z2");
    pass_on(&s);
    found_in_order(&s, first, KK_COUNT(first));
    say(&s, name_record(&s), KK_ACT_CREATE, "z");
    say(&s, 1, KK_ACT_EDIT, "zz");
    say(&s, 2, KK_ACT_EDIT, "z"); /* says the same */
    pass_on(&s);
    found_in_order(&s, then, KK_COUNT(then));
    scene_fini(&s);
}
END_TEST

/* --- killed: before the nth time that something is written, synced or cut off in a file --- */

static long before_kill; /* 0: not yet */
static const sqlite3_io_methods *as_it_is[2]; /* of the file, of its journal */
static sqlite3_io_methods counting[2];

static const sqlite3_io_methods *count_and_find(const sqlite3_file *f)
{
    if (before_kill > 0 && --before_kill == 0)
        raise(SIGKILL);
    return as_it_is[f->pMethods == &counting[1]];
}

static int write_counted(sqlite3_file *f, const void *bytes, int len, sqlite3_int64 at)
{
    return count_and_find(f)->xWrite(f, bytes, len, at);
}

static int sync_counted(sqlite3_file *f, int flags)
{
    return count_and_find(f)->xSync(f, flags);
}

static int cut_counted(sqlite3_file *f, sqlite3_int64 len)
{
    return count_and_find(f)->xTruncate(f, len);
}

static int open_counted(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *ret)
{
    sqlite3_vfs *real = vfs->pAppData;
    int i = (flags & SQLITE_OPEN_MAIN_DB) == 0, code = real->xOpen(real, name, f, flags, ret);

    if (code != SQLITE_OK || !(flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_MAIN_JOURNAL)))
        return code;
    as_it_is[i] = f->pMethods;
    counting[i] = *f->pMethods;
    counting[i].xWrite = write_counted;
    counting[i].xSync = sync_counted;
    counting[i].xTruncate = cut_counted;
    f->pMethods = &counting[i];
    return SQLITE_OK;
}

static void refresh_and_die(const struct scene *s, long nth)
{
    sqlite3_vfs *real = sqlite3_vfs_find(NULL), vfs = *real;
    struct office_desk k;

    vfs.pAppData = real;
    vfs.zName = "counting";
    vfs.xOpen = open_counted;
    if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK)
        _exit(1);
    office_sit(&k, &s->a, SCOPE);
    before_kill = nth;
    _exit(kk_glance_refresh(&k.ledger, 1000, false) == 0 ? 0 : 1);
}

/* Was it killed? */
static bool try_refresh(const struct scene *s, long nth)
{
    pid_t child = fork();
    int status;

    if (child == 0)
        refresh_and_die(s, nth);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status))
        ck_assert_int_eq(WTERMSIG(status), SIGKILL);
    else
        ck_assert_int_eq(WEXITSTATUS(status), 0);
    return WIFSIGNALED(status);
}

static uint64_t lacking(const struct scene *s)
{
    struct office_desk k;
    uint64_t lacks;

    office_sit(&k, &s->a, SCOPE);
    ck_assert_int_eq(kk_glance_lacks(&k.ledger, &lacks), 0);
    office_stand(&k);
    return lacks;
}

/* Nothing of it stands then; or all, where only the cut of its journal was to be synced yet. */
START_TEST(a_refresh_killed_anywhere)
{
    struct scene s;
    uint64_t lacks, left;
    long nth = 1;

    scene_init(&s, unit_seed(800));
    for (size_t i = 0; i < RECORDS / 2; i++)
        act(&s);
    act_elsewhere(&s);
    candidates(&s, "z"); /* all is in the indexes, and some of it has to leave them */
    for (size_t i = 0; i < RECORDS / 2; i++)
        act(&s);
    act_elsewhere(&s);
    act_elsewhere(&s);
    lacks = left = lacking(&s);
    ck_assert_uint_gt(lacks, 6);
    for (; try_refresh(&s, nth); nth++) {
        ck_assert_uint_eq(left, lacks); /* it was the last but for that sync */
        left = lacking(&s);
        ck_assert(left == lacks || left == 0);
        look(&s);
    }
    printf("# killed %ld times\n", nth - 1);
    ck_assert_int_gt(nth, 20);
    ck_assert_uint_eq(lacking(&s), 0);
    look(&s);
    scene_fini(&s);
}
END_TEST

START_TEST(what_is_lacking_is_counted)
{
    struct scene s;

    scene_init(&s, unit_seed(710));
    ck_assert_uint_eq(lacking(&s), 0);
    for (size_t i = 0; i < 3; i++)
        say(&s, name_record(&s), KK_ACT_CREATE, "z");
    say(&s, 0, KK_ACT_EDIT, "z2");
    pass_on(&s);
    ck_assert_uint_eq(lacking(&s), 4);
    office_write(&s.a, SCOPE, s.made[1], KK_ACT_EDIT, "zz");
    ck_assert_uint_eq(lacking(&s), 5); /* an entry and a record that changed otherwise */
    scene_fini(&s);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("glance", &suite);

    tcase_set_timeout(c, 120);
    tcase_add_loop_test(c, lists_are_whole, 0, 4);
    tcase_add_loop_test(c, no_word_outlives_its_text, 0, 2);
    tcase_add_test(c, a_refresh_killed_anywhere);
    tcase_add_test(c, candidates_in_the_order_of_the_log);
    tcase_add_test(c, what_is_lacking_is_counted);
    return suite;
}
