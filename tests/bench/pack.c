/*
 * pack make DIR OLD.csv NEW.csv   two releases from two tables: sizes and times, blobs into
 * DIR/blobs pack apply DIR RELEASE          brings DIR/pub.db to that release from those blobs:
 * time and memory pack query DIR                  reads through the virtual table bundles.py beside
 * this runs all of it.
 */
#include "kukyoku/base/alloc.h"
#include "kukyoku/base/text.h"
#include "kukyoku/bundle/release.h"
#include "replica/replica.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#define COLUMNS    11
#define PATH_BYTES 4200

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Of this program alone: what getrusage says counts the parent's memory before exec as well. */
static double peak_mib(void)
{
    FILE *f = fopen("/proc/self/status", "r");
    char line[256];
    long kib = 0;

    while (f && fgets(line, sizeof(line), f))
        if (strncmp(line, "VmHWM:", 6) == 0)
            kib = strtol(line + 6, NULL, 10);
    if (f)
        fclose(f);
    return (double)kib / 1024;
}

static void must(int r, const char *what)
{
    if (r >= 0)
        return;
    fprintf(stderr, "%s: %s\n", what, kk_error_info(r)->name);
    exit(EXIT_FAILURE);
}

/* --- CSV without quotes --- */
static int64_t scaled_of(const char *text)
{
    bool minus = *text == '-';
    int64_t value = 0;
    int decimals = -1;

    for (text += minus; *text; text++) {
        if (*text == '.') {
            decimals = 0;
            continue;
        }
        decimals += decimals >= 0;
        value = value * 10 + (*text - '0');
    }
    for (decimals = decimals < 0 ? 0 : decimals; decimals < KK_OBS_DECIMALS; decimals++)
        value *= 10;
    return minus ? -value : value;
}

static bool split(char *line, char *fields[COLUMNS])
{
    for (size_t i = 0; i < COLUMNS; i++) {
        char *end = line + strcspn(line, i + 1 < COLUMNS ? "," : "\r\n");

        if (!*end)
            return false;
        fields[i] = line;
        *end = 0;
        line = end + 1;
    }
    return true;
}

static void add_rows(struct kk_release *r, const char *path)
{
    FILE *f = fopen(path, "r");
    char line[8192], *v[COLUMNS];

    must(f && fgets(line, sizeof(line), f) ? 0 : KK_E_IO, path);
    while (fgets(line, sizeof(line), f)) {
        struct kk_obs row = { 0 };

        must(split(line, v) ? 0 : KK_E_FORM, path);
        row.indicator = kk_slice_text(v[0]);
        row.area = kk_slice_text(v[1]);
        row.period = kk_slice_text(v[2]);
        row.breakdown = kk_slice_text(v[3]);
        must(kk_missing_parse(kk_slice_text(v[5]), &row.missing) ? 0 : KK_E_FORM, path);
        row.value = scaled_of(v[4]);
        row.unit = kk_slice_text(v[6]);
        row.status = kk_slice_text(v[7]);
        row.method = kk_slice_text(v[8]);
        row.source = kk_slice_text(v[9]);
        row.note = kk_slice_text(v[10]);
        must(kk_release_row(r, &row), kk_release_error(r)->detail);
    }
    fclose(f);
}

/* --- blobs as files --- */
struct folder {
    char dir[PATH_BYTES];
    uint64_t bytes[KK_BLOB_DICTIONARY + 1];
};

static void blob_path(const struct folder *d, const uint8_t hash[KK_HASH_BYTES], char *ret)
{
    char name[2 * KK_HASH_BYTES + 1];

    kk_hex_encode(kk_slice(hash, KK_HASH_BYTES), name);
    snprintf(ret, PATH_BYTES + 100, "%s/blobs/%s", d->dir, name);
}

static void write_file(const char *path, struct kk_slice bytes)
{
    FILE *f = fopen(path, "wb");

    must(f && fwrite(bytes.data, 1, bytes.len, f) == bytes.len && fclose(f) == 0 ? 0 : KK_E_IO,
         path);
}

static void read_file(const char *path, struct kk_bytes *out)
{
    FILE *f = fopen(path, "rb");
    uint8_t *at;
    size_t len;

    must(f ? 0 : KK_E_IO, path);
    fseek(f, 0, SEEK_END);
    len = (size_t)ftell(f);
    rewind(f);
    must(kk_bytes_extend(out, len, &at), path);
    must(fread(at, 1, len, f) == len ? 0 : KK_E_IO, path);
    fclose(f);
}

static int put_blob(void *self, enum kk_blob_kind kind, const struct kk_blob_ref *ref,
                    struct kk_slice blob)
{
    struct folder *d = self;
    char path[PATH_BYTES + 100];

    blob_path(d, ref->hash, path);
    write_file(path, blob);
    d->bytes[kind] += ref->len;
    return 0;
}

static int get_blob(void *self, enum kk_blob_kind kind, const struct kk_blob_ref *ref,
                    struct kk_bytes *out)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes blob = { 0 };
    struct kk_blob_seal seal = { .kind = kind, .scope = kk_slice_text("pub") };
    char path[PATH_BYTES + 100];

    blob_path(self, ref->hash, path);
    read_file(path, &blob);
    return kk_blob_unwrap(&seal, kk_bytes_slice(&blob), out);
}

/* --- make --- */
static void print_bytes(const char *csv, const struct folder *d)
{
    printf("%s: packs %llu, deltas %llu, index %llu, manifest %llu, gid list %llu (not fetched)\n",
           csv, (unsigned long long)d->bytes[KK_BLOB_PACK],
           (unsigned long long)d->bytes[KK_BLOB_DELTA], (unsigned long long)d->bytes[KK_BLOB_INDEX],
           (unsigned long long)d->bytes[KK_BLOB_MANIFEST],
           (unsigned long long)d->bytes[KK_BLOB_GIDS]);
}

static void make_release(struct folder *d, uint32_t number, const char *csv,
                         struct kk_bytes *previous)
{
    struct kk_release_options options = { .scope = kk_slice_text("pub"),
                                          .release = number,
                                          .previous = kk_bytes_slice(previous),
                                          .source = { .get = get_blob, .self = d },
                                          .sink = { .put = put_blob, .self = d } };
    struct kk_dataset_options dataset = { .name = kk_slice_text("workload"),
                                          .title = kk_slice_text("workload") };
    KK_AUTO_FREE(kk_release) struct kk_release *r = NULL;
    KK_AUTO_FINI(kk_bytes) struct kk_bytes row = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes coded = { 0 };
    struct kk_catalog_scope signed_row = { .scope = kk_slice_text("pub") };
    struct kk_release_result result;
    struct kk_release_stats stats;
    char path[PATH_BYTES + 100];
    double start, read;

    memset(d->bytes, 0, sizeof(d->bytes));
    start = now();
    must(kk_release_new(&options, &r), "release");
    must(kk_release_begin(r, &dataset), "dataset");
    add_rows(r, csv);
    read = now();
    must(kk_release_end(r, &stats), "dataset");
    must(kk_release_done(r, &result), "release");
    printf("release %u: %llu rows, +%llu ~%llu -%llu, read %.3f s, made %.3f s\n", number,
           (unsigned long long)stats.rows, (unsigned long long)stats.added,
           (unsigned long long)stats.changed, (unsigned long long)stats.dropped, read - start,
           now() - read);
    print_bytes(csv, d);
    signed_row.manifest = result.manifest;
    memcpy(signed_row.state, result.state, KK_HASH_BYTES);
    must(kk_shape_encode(&kk_shape_catalog_scope, &signed_row, &row), "row");
    snprintf(path, sizeof(path), "%s/row%u", d->dir, number);
    write_file(path, kk_bytes_slice(&row));
    kk_bytes_clear(previous);
    must(get_blob(d, KK_BLOB_MANIFEST, &result.manifest, &coded), "manifest");
    must(kk_blob_decode(kk_bytes_slice(&coded), KK_MANIFEST_BYTES_MAX, previous), "manifest");
}

static void make(struct folder *d, char **csv)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes previous = { 0 };
    char path[PATH_BYTES + 100];

    snprintf(path, sizeof(path), "%s/blobs", d->dir);
    mkdir(d->dir, 0700);
    mkdir(path, 0700);
    make_release(d, 1, csv[0], &previous);
    make_release(d, 2, csv[1], &previous);
}

/* --- apply --- */
static uint64_t fetch(struct folder *d, struct kk_replica *r, const struct kk_replica_job *job)
{
    uint64_t bytes = 0;

    for (;;) {
        KK_AUTO_FINI(kk_plan) struct kk_plan plan = { 0 };

        must(kk_replica_wants(r, job, &plan), "wants");
        if (plan.count == 0)
            return bytes;
        for (size_t i = 0; i < plan.count; i++) {
            KK_AUTO_FINI(kk_bytes) struct kk_bytes blob = { 0 };
            char path[PATH_BYTES + 100];

            blob_path(d, plan.wants[i].ref.hash, path);
            read_file(path, &blob);
            must(kk_stage_put(job->stage, &plan.wants[i].ref, 0, kk_bytes_slice(&blob), NULL),
                 "stage");
        }
        bytes += plan.bytes;
    }
}

static struct kk_replica *open_replica(const struct folder *d)
{
    struct kk_replica *r = NULL;
    struct kk_error err = { 0 };
    char path[PATH_BYTES + 100];

    snprintf(path, sizeof(path), "%s/pub.db", d->dir);
    must(kk_replica_open(path, kk_slice_text("pub"), KK_REPLICA_WRITE, &r, &err), err.where);
    return r;
}

static void apply(struct folder *d, const char *number)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes row = { 0 };
    KK_AUTO_FINI(kk_arena) struct kk_arena arena;
    struct kk_catalog_scope signed_row;
    struct kk_stage stage;
    struct kk_replica_job job = { .signed_row = &signed_row, .stage = &stage };
    struct kk_error err = { 0 };
    struct kk_replica *r;
    char path[PATH_BYTES + 100];
    double start, staged;
    uint64_t bytes;

    kk_arena_init(&arena, 65536);
    snprintf(path, sizeof(path), "%s/row%s", d->dir, number);
    read_file(path, &row);
    must(kk_shape_read(&kk_shape_catalog_scope, kk_bytes_slice(&row), &arena, &signed_row, NULL),
         path);
    snprintf(path, sizeof(path), "%s/stage", d->dir);
    mkdir(path, 0700);
    must(kk_stage_init(&stage, path), path);
    start = now();
    r = open_replica(d);
    bytes = fetch(d, r, &job);
    staged = now();
    must(kk_replica_apply(r, &job, &err), err.detail);
    kk_replica_free(r);
    printf("apply %s: %llu bytes, stage %.4f s, verify and store %.4f s, together %.4f s, "
           "peak %.1f MiB\n",
           number, (unsigned long long)bytes, staged - start, now() - staged, now() - start,
           peak_mib());
}

/* --- query --- */
static void time_query(struct kk_replica *r, const char *name, const char *sql)
{
    sqlite3 *db = kk_db_handle(kk_replica_db(r));
    double times[2];
    long rows = 0;

    for (size_t i = 0; i < 2; i++) { /* cold, then with decoded packs at hand */
        sqlite3_stmt *s = NULL;
        double start = now();

        must(sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK ? 0 : KK_E_STORE, sql);
        for (rows = 0; sqlite3_step(s) == SQLITE_ROW; rows++)
            continue;
        sqlite3_finalize(s);
        times[i] = now() - start;
    }
    printf("query %-12s %7ld rows  first %.2f ms  again %.2f ms\n", name, rows, times[0] * 1e3,
           times[1] * 1e3);
}

static void query(struct folder *d)
{
    struct kk_replica *r = open_replica(d);

    time_query(r, "series",
               "SELECT period, value FROM obs WHERE indicator = 'IND0022' AND area = '13100-07'");
    time_query(r, "area", "SELECT indicator, period, value FROM obs WHERE area = '13100-08'");
    time_query(r, "indicator", "SELECT area, period, value FROM obs WHERE indicator = 'IND0043'");
    time_query(r, "as of 1",
               "SELECT period, value FROM obs WHERE indicator = 'IND0034' AND area = '13100-07' "
               "AND as_of = 1");
    time_query(
        r, "group by",
        "SELECT indicator, sum(value) FROM obs WHERE dataset = 'workload' GROUP BY indicator");
    kk_replica_free(r);
    printf("query peak %.1f MiB\n", peak_mib());
}

int main(int argc, char **argv)
{
    struct folder d = { 0 };

    if (argc < 3 || strlen(argv[2]) >= sizeof(d.dir)) {
        fprintf(stderr, "usage: %s make DIR OLD.csv NEW.csv | apply DIR RELEASE | query DIR\n",
                argv[0]);
        return EXIT_FAILURE;
    }
    memcpy(d.dir, argv[2], strlen(argv[2]));
    if (strcmp(argv[1], "make") == 0 && argc == 5)
        make(&d, argv + 3);
    else if (strcmp(argv[1], "apply") == 0 && argc == 4)
        apply(&d, argv[3]);
    else if (strcmp(argv[1], "query") == 0)
        query(&d);
    else
        return EXIT_FAILURE;
    return EXIT_SUCCESS;
}
