/* Making a backup of the daemon, and remembering that it was made. */
#include "backup.h"

#include "desk.h"
#include "state.h"

#include "kukyoku/base/date.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MADE_OLD_MS   (2 * KK_DAY_MS)
#define TESTED_OLD_MS (15 * KK_DAY_MS)

static int path_of(const char *dir, const char *name, char ret[KK_COPY_PATH_MAX],
                   struct kk_error *err)
{
    int n = snprintf(ret, KK_COPY_PATH_MAX, "%s%s", dir, name);

    return n < 0 || n >= KK_COPY_PATH_MAX
               ? kk_error_say(err, KK_E_IO, dir, "the path is too long", "パスが長すぎます")
               : 0;
}

/* --- the file of facts --- */

void kk_backup_facts(const struct kk_config *config, struct kk_backup_facts *ret)
{
    char path[KK_COPY_PATH_MAX], line[KK_COPY_PATH_MAX + 64];
    FILE *f = NULL;

    *ret = (struct kk_backup_facts){ .made_ms = 0 };
    if (path_of(config->store, ".backups", path, NULL) == 0)
        f = fopen(path, "r");
    while (f && fgets(line, sizeof(line), f)) {
        bool made = strncmp(line, "made ", 5) == 0;
        char *end, *to = made ? ret->made : ret->tested;
        int64_t ms;

        if (!made && strncmp(line, "tested ", 7) != 0)
            continue;
        line[strcspn(line, "\n")] = '\0';
        ms = strtoll(line + (made ? 5 : 7), &end, 10);
        *(made ? &ret->made_ms : &ret->tested_ms) = ms;
        snprintf(to, KK_COPY_PATH_MAX, "%.*s", KK_COPY_PATH_MAX - 1, *end ? end + 1 : "");
    }
    if (f)
        fclose(f);
}

int kk_backup_note(const struct kk_config *config, const struct kk_backup_facts *facts,
                   struct kk_error *err)
{
    char path[KK_COPY_PATH_MAX], part[KK_COPY_PATH_MAX];
    FILE *f = NULL;
    int r = path_of(config->store, ".backups", path, err);

    if (r == 0)
        r = path_of(config->store, ".backups.part", part, err);
    if (r < 0)
        return r;
    f = fopen(part, "w");
    if (!f)
        return kk_error_set(err, KK_E_IO, part, "%s", strerror(errno));
    if (facts->made_ms)
        fprintf(f, "made %lld %s\n", (long long)facts->made_ms, facts->made);
    if (facts->tested_ms)
        fprintf(f, "tested %lld %s\n", (long long)facts->tested_ms, facts->tested);
    if (fclose(f) != 0 || rename(part, path) < 0)
        return kk_error_set(err, KK_E_IO, path, "%s", strerror(errno));
    return 0;
}

static void show(const char *what, int64_t ms, const char *path)
{
    char when[KK_INSTANT_TEXT];

    if (ms == 0) {
        printf("%s never\n", what);
        return;
    }
    kk_instant_of(ms, when);
    printf("%s %s %s\n", what, when, path);
}

void kk_backup_show(const struct kk_config *config, bool *ret_well)
{
    struct kk_backup_facts f;
    int64_t now = kk_clock_ms(NULL);

    kk_backup_facts(config, &f);
    show("backup", f.made_ms, f.made);
    show("restore-test", f.tested_ms, f.tested);
    *ret_well = f.made_ms && f.tested_ms && now - f.made_ms < MADE_OLD_MS &&
                now - f.tested_ms < TESTED_OLD_MS;
}

/* --- making one --- */

/* Opened as it lies in the backup, every part of it read. */
static int say_state(struct kk_copy *c, struct kk_bytes *state, struct kk_error *err)
{
    KK_AUTO_FREE(kk_store) struct kk_store *store = NULL;
    struct kk_store_options o = { .read_only = true };
    char path[KK_COPY_PATH_MAX];
    int r = path_of(c->part, "/" KK_BACKUP_STORE, path, err);

    o.path = path;
    if (r == 0)
        r = kk_store_open_sqlite(&o, &store, err);
    if (r == 0)
        r = kk_state_of_store(store, state, err);
    return r == 0 ? kk_copy_say(c, kk_bytes_slice(state)) : r;
}

/*
 * Files that wait come first: one that is taken meanwhile is then in both, and taken twice is taken
 * once. The other way round it could be in neither.
 */
static int gather(struct kk_copy *c, const struct kk_config *config, bool with_keys,
                  struct kk_error *err)
{
    char in[KK_COPY_PATH_MAX], start[KK_COPY_PATH_MAX];
    int r = path_of(config->spool, "/in", in, err);

    if (r == 0)
        r = path_of(config->spool, "/done/000-start.kkyb", start, err);
    if (r == 0 && access(in, F_OK) == 0)
        r = kk_copy_tree(c, in, "spool/in/", err);
    if (r == 0)
        r = kk_copy_file(c, start, "spool/done/000-start.kkyb", err);
    if (r == 0 && with_keys)
        r = kk_copy_tree(c, config->desk, "desk/", err);
    return r == 0 ? kk_copy_db(c, config->store, KK_BACKUP_STORE, err) : r;
}

int kk_backup_make(const struct kk_config *config, const char *dir, bool with_keys,
                   struct kk_error *err)
{
    KK_AUTO_FINI(kk_copy) struct kk_copy c = { .open = false };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes state = { 0 };
    struct kk_backup_facts facts;
    int64_t now = kk_clock_ms(NULL);
    unsigned removed = 0;
    int r = kk_copy_begin(&c, dir, KK_BACKUP_PREFIX, now, err);

    if (r == 0)
        r = gather(&c, config, with_keys, err);
    if (r == 0)
        r = say_state(&c, &state, err);
    if (r == 0)
        r = kk_copy_commit(&c, err);
    if (r == 0)
        r = kk_copy_rotate(dir, KK_BACKUP_PREFIX, now, &removed, err);
    if (r < 0)
        return err->fault ? r : kk_error_set(err, r, dir, "%s", "");
    printf("backup %s\nbytes %llu\nremoved %u\n%.*s", c.whole, (unsigned long long)c.bytes,
           removed, (int)state.len, (const char *)state.data);
    kk_backup_facts(config, &facts);
    facts.made_ms = now;
    memcpy(facts.made, c.whole, sizeof(facts.made));
    return kk_backup_note(config, &facts, err);
}
