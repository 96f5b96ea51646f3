/*
 * write_records HOME R.jsonl WRITER: writes the records of one writer of the workload into a
 * home, as findings of its ward, each signed into the outbox. write_records --verify prints how
 * many Ed25519 signatures one core verifies a second. For records.py, which measures what comes
 * between.
 */
#include "model/record.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define LINE_MAX_BYTES 8192

static int set(struct kk_records *r, struct kk_body *body, const char *name, const char *value)
{
    char assignment[LINE_MAX_BYTES];

    snprintf(assignment, sizeof(assignment), "%s=%s", name, value);
    return kk_record_set(r, kk_kind_info(KK_KIND_FINDING), assignment, body);
}

static int write_one(struct kk_home *h, json_t *record)
{
    KK_AUTO_FINI(kk_records) struct kk_records r = { 0 };
    struct kk_error err = { 0 };
    struct kk_body body = { .count = 0 };
    struct kk_act_request q = { .kind = kk_kind_info(KK_KIND_FINDING), .act = KK_ACT_CREATE,
                                .body = &body };
    char scope[KK_SCOPE_NAME_MAX + 1];
    int e = kk_records_open(&r, h, KK_REPLICA_WRITE, &err);

    if (e == 0)
        e = kk_record_ward_scope(&r, "w", scope);
    if (e == 0)
        e = set(&r, &body, "title", json_string_value(json_object_get(record, "title")));
    if (e == 0)
        e = set(&r, &body, "problem", json_string_value(json_object_get(record, "body")));
    if (e == 0)
        e = set(&r, &body, "field", "other");
    if (e == 0)
        e = set(&r, &body, "areas", "14133");
    if (e == 0)
        e = set(&r, &body, "section", json_string_value(json_object_get(record, "ward")));
    if (e == 0)
        e = set(&r, &body, "aspect", "community");
    if (e < 0) {
        fprintf(stderr, "E%d %s %s\n", -e, err.where, err.detail);
        return e;
    }
    q.scope = kk_slice_text(scope);
    kk_record_new_id(q.rec);
    e = kk_record_act(&r, &q);
    if (e < 0)
        fprintf(stderr, "E%d %s %s\n", -e, err.where, err.detail);
    return e;
}

static int print_verifications(void)
{
    uint8_t secret[crypto_sign_SECRETKEYBYTES], public[crypto_sign_PUBLICKEYBYTES];
    uint8_t sig[crypto_sign_BYTES], header[300] = { 0 };
    int64_t began = kk_os_monotonic_ms(), passed = 0;
    long done = 0;

    if (sodium_init() < 0 || crypto_sign_keypair(public, secret) < 0 ||
        crypto_sign_detached(sig, NULL, header, sizeof(header), secret) < 0)
        return EXIT_FAILURE;
    for (; passed < 1000; passed = kk_os_monotonic_ms() - began)
        done += crypto_sign_verify_detached(sig, header, sizeof(header), public) == 0;
    printf("%ld\n", done);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    static char line[LINE_MAX_BYTES];
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    struct kk_error err = { 0 };
    bool verify = argc == 2 && strcmp(argv[1], "--verify") == 0;
    long written = 0, writer = argc == 4 ? strtol(argv[3], NULL, 10) : 0;
    FILE *in = argc == 4 ? fopen(argv[2], "r") : NULL;
    int e = in ? kk_home_open(argv[1], KK_HOME_WRITE, &home, &err) : KK_E_USAGE;

    if (verify)
        return print_verifications();
    if (e == 0)
        e = kk_home_unlock(&home, kk_slice(NULL, 0), &err);
    while (e == 0 && fgets(line, sizeof(line), in)) {
        json_t *record = json_loads(line, 0, NULL);

        if (json_integer_value(json_object_get(record, "writer")) == writer) {
            e = write_one(&home, record);
            written++;
        }
        json_decref(record);
    }
    if (in)
        fclose(in);
    printf("%ld\n", written);
    return e == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
