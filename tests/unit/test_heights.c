/*
 * What is noted of each log beside the store, and when a store is behind it: one that was put back,
 * one with another history; not where the note is missing, cut, older, or no note at all. Covers
 * daemon/spool/heights.c. [ER-10]
 */
#include "village.h"

#include "kukyoku/error.h"
#include "spool/heights.h"

#include <stdio.h>
#include <stdlib.h>

#define SCOPE "w:14133"

struct scene {
    struct kk_store *store;
    char dir[48];
};

static void scene_init(struct scene *s)
{
    struct kk_store_options o = { .path = NULL };

    *s = (struct scene){ .store = NULL };
    snprintf(s->dir, sizeof(s->dir), "/tmp/kukyoku-heights-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(s->dir));
    ck_assert_int_eq(kk_store_open_sqlite(&o, &s->store, NULL), 0);
}

static void scene_fini(struct scene *s)
{
    kk_store_free(s->store);
    unit_remove_folder(s->dir);
}

static void add(struct scene *s, uint64_t gsn, uint8_t head)
{
    struct kk_log_head at = { .gsn = gsn, .head = { head } };
    struct kk_op op = { .device = { 7 }, .inc = 1, .seq = gsn };
    struct kk_store_entry e = { .scope = kk_slice_text(SCOPE), .op = kk_slice_text("header") };

    e.what = (struct kk_pushed_op){ .op_id = { (uint8_t)gsn }, .gsn = gsn, .tv = 1 };
    memcpy(e.head, at.head, KK_HASH_BYTES);
    ck_assert_int_eq(s->store->engine->begin(s->store), 0);
    ck_assert_int_eq(s->store->engine->entry_add(s->store, &e, &at, &op), 0);
    ck_assert_int_eq(s->store->engine->commit(s->store), 0);
}

static void put(const struct scene *s, const char *text)
{
    char path[80];
    FILE *f;

    snprintf(path, sizeof(path), "%s/" KK_HEIGHTS_FILE, s->dir);
    f = fopen(path, "we");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
}

START_TEST(what_is_behind)
{
    struct scene s, put_back, other;

    scene_init(&s);
    scene_init(&put_back);
    scene_init(&other);
    ck_assert_int_eq(kk_heights_behind(s.store, s.dir), 0); /* no note yet */
    kk_heights_note(s.store, s.dir);
    ck_assert_int_eq(kk_heights_behind(s.store, s.dir), 0);
    add(&s, 1, 0xa1);
    add(&put_back, 1, 0xa1);
    add(&other, 1, 0xa1);
    ck_assert_int_eq(kk_heights_behind(s.store, s.dir), 0); /* the note is older: killed between */
    add(&s, 2, 0xa2);
    add(&other, 2, 0xb2);
    kk_heights_note(s.store, s.dir);
    ck_assert_int_eq(kk_heights_behind(s.store, s.dir), 0);
    ck_assert_int_eq(kk_heights_behind(put_back.store, s.dir), 1);
    ck_assert_int_eq(kk_heights_behind(other.store, s.dir), 1);
    add(&s, 3, 0xa3);
    ck_assert_int_eq(kk_heights_behind(s.store, s.dir), 0);
    scene_fini(&other);
    scene_fini(&put_back);
    scene_fini(&s);
}
END_TEST

START_TEST(what_is_no_note)
{
    static const char *const texts[] = {
        "", "\n", "w:14133", "w:14133 9", "w:14133 9 a1", "w:14133 0 a1", "w:14133 -1 zz\n",
        "w:14133 9 zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\n",
    };
    struct scene s;

    scene_init(&s);
    put(&s, texts[_i]);
    ck_assert_int_eq(kk_heights_behind(s.store, s.dir), 0);
    kk_heights_note(s.store, "/nowhere"); /* no harm */
    ck_assert_int_eq(kk_heights_behind(s.store, "/nowhere"), 0);
    scene_fini(&s);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("heights", &suite);

    tcase_add_test(c, what_is_behind);
    tcase_add_loop_test(c, what_is_no_note, 0, 8);
    return suite;
}
