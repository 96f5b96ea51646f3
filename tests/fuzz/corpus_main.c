/*
 * main of a fuzz target as an ordinary test: fuzz_<name> DIR. Every file of the corpus, each of its
 * prefixes, and some thousand mutations of it by a fixed generator, so that a run repeats exactly.
 * An empty corpus is a failure.
 */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX      (1 << 20)
#define PREFIXES_MAX  512
#define MUTATIONS     200
#define MUTATIONS_LEN 4096 /* longer inputs are run as they are and cut, not mutated */

static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* A copy of exactly this size, so that a sanitizer sees each byte read past it. */
static void run(const uint8_t *data, size_t len)
{
    uint8_t *exact = malloc(len ? len : 1);

    kk_assert(exact);
    memcpy(exact, data, len);
    LLVMFuzzerTestOneInput(exact, len);
    free(exact);
}

static void run_prefixes(const uint8_t *data, size_t len)
{
    size_t step = len / PREFIXES_MAX + 1;

    for (size_t cut = 0; cut < len; cut += step)
        run(data, cut);
}

/* Flips a bit, sets an edge value, or copies one part over another. */
static void mutate(uint8_t *data, size_t len, uint64_t *state)
{
    static const uint8_t edges[] = { 0x00, 0x7f, 0x80, 0xc0, 0xdd, 0xff };
    uint64_t r = next(state);
    size_t at = (size_t)(next(state) % len), from = (size_t)(next(state) % len);
    size_t room = len - (at > from ? at : from);

    if (r % 4 == 0)
        data[at] ^= (uint8_t)(1u << (r >> 8) % 8);
    else if (r % 4 == 1)
        data[at] = edges[(r >> 8) % sizeof(edges)];
    else if (r % 4 == 2)
        data[at] = (uint8_t)(data[at] + (r & 0x100 ? 1 : 255));
    else
        memmove(data + at, data + from, room < 16 ? room : 16);
}

static void run_mutations(const uint8_t *data, size_t len)
{
    uint8_t copy[MUTATIONS_LEN];
    uint64_t state = len;

    for (int i = 0; i < MUTATIONS && len > 0 && len <= MUTATIONS_LEN; i++) {
        memcpy(copy, data, len);
        for (uint64_t n = next(&state) % 4 + 1; n > 0; n--)
            mutate(copy, len, &state);
        run(copy, len);
    }
}

/* The whole file in memory; NULL after saying why not. */
static uint8_t *read_file(const char *path, size_t *ret_len)
{
    uint8_t *data = malloc(FILE_MAX);
    FILE *f = fopen(path, "rb");

    if (!f || !data) {
        perror(path);
        free(data);
        return NULL;
    }
    *ret_len = fread(data, 1, FILE_MAX, f);
    fclose(f);
    if (*ret_len < FILE_MAX)
        return data;
    fprintf(stderr, "%s: too large for a corpus\n", path);
    free(data);
    return NULL;
}

static int run_file(const char *dir, const char *name)
{
    char path[4096];
    uint8_t *data;
    size_t len;

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    data = read_file(path, &len);
    if (!data)
        return -1;
    fprintf(stderr, "%s\n", path); /* the last line names the input that failed */
    run(data, len);
    run_prefixes(data, len);
    run_mutations(data, len);
    free(data);
    return 0;
}

int main(int argc, char **argv)
{
    struct dirent *entry;
    unsigned files = 0;
    DIR *dir = argc == 2 ? opendir(argv[1]) : NULL;

    if (!dir) {
        fprintf(stderr, "usage: %s CORPUS-DIRECTORY\n", argv[0]);
        return EXIT_FAILURE;
    }
    while ((entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        if (run_file(argv[1], entry->d_name) < 0)
            return EXIT_FAILURE;
        files++;
    }
    closedir(dir);
    printf("%u files\n", files);
    return files > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
