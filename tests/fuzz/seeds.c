/*
 * fuzz-seeds DIR: writes first inputs into DIR/<target>/: for form, shape and message one for each
 * shape and message there is, from the tables; for the others small real ones. Run by hand after a
 * list or a format changed:
 *   build/tests/fuzz/fuzz-seeds tests/fuzz/corpus
 */
#include "seeds.h"

#include "gen.h"

#include "kukyoku/bundle/kkyb.h"
#include "kukyoku/wire/message.h"

#include <stdio.h>
#include <stdlib.h>

#define SEED 1

void seed_save(const char *dir, const char *target, const char *name, const struct kk_bytes *b)
{
    char path[4096];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s/%s", dir, target, name);
    f = fopen(path, "wb");
    if (!f || fwrite(b->data, 1, b->len, f) != b->len || fclose(f) != 0) {
        perror(path);
        exit(EXIT_FAILURE);
    }
}

void seed_item(const char *dir, unsigned tag, const char *name, const struct kk_bytes *b)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes item = { 0 };
    uint8_t head[5] = { (uint8_t)tag, 0, 0, (uint8_t)(b->len >> 8), (uint8_t)b->len };

    kk_assert(kk_bytes_append(&item, head, sizeof(head)) == 0);
    kk_assert(kk_bytes_append_slice(&item, kk_bytes_slice(b)) == 0);
    seed_save(dir, "shelf", name, &item);
}

/* Evidence says first which of the two it is. */
static void save_evidence(const char *dir, const struct kk_shape *shape, const struct kk_bytes *b)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    uint8_t which = strcmp(shape->name, "fork") == 0;

    if (!which && strcmp(shape->name, "receipt") != 0)
        return;
    kk_assert(kk_bytes_append(&bytes, &which, 1) == 0);
    kk_assert(kk_bytes_append_slice(&bytes, kk_bytes_slice(b)) == 0);
    seed_save(dir, "evidence", shape->name, &bytes);
}

static void save_shape(const char *dir, struct gen *g, const struct kk_shape *shape, uint8_t number)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    void *value = kk_arena_alloc(&g->arena, shape->size);

    kk_assert(value);
    gen_value(g, shape, value);
    kk_assert(kk_bytes_append(&bytes, &number, 1) == 0);
    kk_assert(kk_shape_encode(shape, value, &bytes) == 0);
    seed_save(dir, "shape", shape->name, &bytes);
    kk_bytes_consume(&bytes, 1);
    seed_save(dir, "form", shape->name, &bytes);
    save_evidence(dir, shape, &bytes);
}

static void save_message(const char *dir, struct gen *g, const struct kk_message_info *info)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    void *body = kk_arena_alloc(&g->arena, info->shape->size);

    kk_assert(body);
    gen_value(g, info->shape, body);
    kk_assert(kk_message_encode(info->type, 7, body, &bytes) == 0);
    seed_save(dir, "message", info->name, &bytes);
    if (info->type == KK_MSG_ENTRIES)
        seed_item(dir, KK_KKYB_TAG_ENTRY, info->name, &bytes);
}

int main(int argc, char **argv)
{
    const struct kk_shape_group *groups;
    const struct kk_message_info *messages;
    size_t count;
    uint8_t number = 0;
    struct gen g;

    if (argc != 2) {
        fprintf(stderr, "usage: %s DIR\n", argv[0]);
        return EXIT_FAILURE;
    }
    gen_init(&g, SEED);
    g.list_max = 1;
    g.text_max = 8;
    groups = kk_shape_directory(&count);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < groups[i].count; k++)
            save_shape(argv[1], &g, groups[i].shapes[k], number++);
    }
    messages = kk_message_list(&count);
    for (size_t i = 0; i < count; i++)
        save_message(argv[1], &g, &messages[i]);
    seeds_of_documents(argv[1], &g);
    gen_fini(&g);
    seeds_of_bundles(argv[1]);
    return EXIT_SUCCESS;
}
