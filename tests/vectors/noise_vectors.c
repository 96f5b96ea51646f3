/*
 * noise-vectors FILE…: runs public Noise vectors (JSON, as cacophony, snow, noise-c and flynn
 * publish them) against the core of proto/session. Runs the patterns IK, IKpsk2, XX and XXpsk3 with
 * 25519, ChaChaPoly and SHA256; names every vector that it skips. Fails on any difference, and when
 * a file held nothing that could be run.
 *
 * Who sends the transport messages differs between publishers where a handshake has three messages:
 * by the index of the message (cacophony, snow), or the initiator first (noise-c, flynn). A vector
 * passes when it is right by one of the two; the line says which.
 */
#include "kukyoku/base/alloc.h"
#include "kukyoku/base/text.h"
#include "kukyoku/session/noise.h"
#include "kukyoku/session/seal.h"

#include <jansson.h>
#include <stdio.h>

/* Patterns that KKY1 does not use prove the walk over tokens where IK does not reach. */
static const struct kk_noise_pattern xx = {
    .protocol = "Noise_XX_25519_ChaChaPoly_SHA256",
    .messages = 3,
    .tokens = { { KK_NOISE_E },
                { KK_NOISE_E, KK_NOISE_EE, KK_NOISE_S, KK_NOISE_ES },
                { KK_NOISE_S, KK_NOISE_SE } },
};
static const struct kk_noise_pattern xxpsk3 = {
    .protocol = "Noise_XXpsk3_25519_ChaChaPoly_SHA256",
    .psk = true,
    .messages = 3,
    .tokens = { { KK_NOISE_E },
                { KK_NOISE_E, KK_NOISE_EE, KK_NOISE_S, KK_NOISE_ES },
                { KK_NOISE_S, KK_NOISE_SE, KK_NOISE_PSK } },
};
static const struct kk_noise_pattern *const patterns[] = { &kk_noise_ik, &kk_noise_ikpsk2, &xx,
                                                           &xxpsk3 };

enum order { BY_INDEX, INITIATOR_FIRST };
enum verdict { PASSED, FAILED, SKIPPED };

struct party {
    struct kk_noise noise;
    struct kk_seal send, receive;
    uint8_t hash[KK_HASH_BYTES];
    struct kk_entropy entropy;
    uint8_t ephemeral[KK_KEY_BYTES];
};

static void give_ephemeral(void *self, void *bytes, size_t len)
{
    const struct party *p = self;

    memcpy(bytes, p->ephemeral, len < KK_KEY_BYTES ? len : KK_KEY_BYTES);
}

/* The bytes of a hexadecimal member; false where it is absent or not hexadecimal. */
static bool get_bytes(const json_t *object, const char *name, struct kk_bytes *ret)
{
    const char *text = json_string_value(json_object_get(object, name));
    size_t len = text ? strlen(text) / 2 : 0;
    uint8_t *at;

    kk_bytes_clear(ret);
    if (!text || strlen(text) % 2 != 0 || kk_bytes_extend(ret, len, &at) < 0)
        return false;
    return kk_hex_decode(text, at, len);
}

static bool get_key(const json_t *object, const char *prefix, const char *name,
                    uint8_t ret[KK_KEY_BYTES])
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    char full[64];

    snprintf(full, sizeof(full), "%s_%s", prefix, name);
    if (!get_bytes(object, full, &bytes) || bytes.len != KK_KEY_BYTES)
        return false;
    memcpy(ret, bytes.data, KK_KEY_BYTES);
    return true;
}

static bool set_psk(struct party *p, const json_t *vector, const char *prefix)
{
    const json_t *list;
    char full[64];
    uint8_t psk[KK_KEY_BYTES];
    const char *text;

    snprintf(full, sizeof(full), "%s_psks", prefix);
    list = json_object_get(vector, full);
    text = json_string_value(json_array_get(list, 0));
    if (!text || json_array_size(list) != 1 || !kk_hex_decode(text, psk, sizeof(psk)))
        return false;
    kk_noise_set_psk(&p->noise, psk);
    return true;
}

static bool start(struct party *p, enum kk_noise_role role, const json_t *vector,
                  const struct kk_noise_pattern *pattern)
{
    const char *prefix = role == KK_NOISE_INITIATOR ? "init" : "resp";
    KK_AUTO_FINI(kk_bytes) struct kk_bytes prologue = { 0 };
    uint8_t secret[KK_KEY_BYTES], peer[KK_KEY_BYTES];
    char name[32];
    struct kk_noise_options o = { .pattern = pattern, .role = role, .secret = secret };

    *p = (struct party){ .entropy = { .fill = give_ephemeral, .self = p } };
    snprintf(name, sizeof(name), "%s_prologue", prefix);
    if (!get_bytes(vector, name, &prologue) || !get_key(vector, prefix, "static", secret) ||
        !get_key(vector, prefix, "ephemeral", p->ephemeral))
        return false;
    o.prologue = kk_bytes_slice(&prologue);
    if (pattern->knows_responder && role == KK_NOISE_INITIATOR) {
        if (!get_key(vector, prefix, "remote_static", peer))
            return false;
        o.peer = peer;
    }
    if (kk_noise_init(&p->noise, &o) < 0)
        return false;
    return !pattern->psk || set_psk(p, vector, prefix);
}

static bool handshake_step(struct party *from, struct party *to, struct kk_slice payload,
                           struct kk_slice want)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes sent = { 0 }, got = { 0 };

    if (kk_noise_write(&from->noise, &from->entropy, payload, &sent) < 0)
        return false;
    if (!kk_slice_equal(kk_bytes_slice(&sent), want))
        return false;
    if (kk_noise_read(&to->noise, want, &got) < 0)
        return false;
    return kk_slice_equal(kk_bytes_slice(&got), payload);
}

static bool transport_step(struct party *from, struct party *to, struct kk_slice payload,
                           struct kk_slice want)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes sent = { 0 };
    uint8_t *at;

    if (kk_bytes_extend(&sent, payload.len + KK_AEAD_TAG_BYTES, &at) < 0)
        return false;
    kk_seal_close(&from->send, kk_slice("", 0), payload, at);
    if (!kk_slice_equal(kk_bytes_slice(&sent), want))
        return false;
    if (kk_seal_open(&to->receive, kk_slice("", 0), want, at) < 0)
        return false;
    return kk_slice_equal(kk_slice(at, payload.len), payload);
}

static bool split_both(struct party party[2], const json_t *vector)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes want = { 0 };

    for (size_t i = 0; i < 2; i++)
        kk_noise_split(&party[i].noise, &party[i].send, &party[i].receive, party[i].hash);
    if (memcmp(party[0].hash, party[1].hash, KK_HASH_BYTES) != 0)
        return false;
    if (!json_object_get(vector, "handshake_hash"))
        return true;
    return get_bytes(vector, "handshake_hash", &want) &&
           kk_slice_equal(kk_bytes_slice(&want), kk_slice(party[0].hash, KK_HASH_BYTES));
}

/* 0 the initiator, 1 the responder */
static size_t sender_of(size_t message, size_t handshake, enum order order)
{
    if (message < handshake || order == BY_INDEX)
        return message % 2;
    return (message - handshake) % 2;
}

static bool run_message(struct party party[2], const json_t *vector, size_t i, enum order order)
{
    const struct kk_noise_pattern *pattern = party[0].noise.pattern;
    const json_t *message = json_array_get(json_object_get(vector, "messages"), i);
    KK_AUTO_FINI(kk_bytes) struct kk_bytes payload = { 0 }, want = { 0 };
    size_t from = sender_of(i, pattern->messages, order);
    bool shaking = i < pattern->messages;

    if (!get_bytes(message, "payload", &payload) || !get_bytes(message, "ciphertext", &want))
        return false;
    if (!(shaking ? handshake_step : transport_step)(
            &party[from], &party[1 - from], kk_bytes_slice(&payload), kk_bytes_slice(&want)))
        return false;
    return i + 1 != pattern->messages || split_both(party, vector);
}

static bool run_in_order(const json_t *vector, const struct kk_noise_pattern *pattern,
                         enum order order)
{
    size_t count = json_array_size(json_object_get(vector, "messages"));
    struct party party[2];

    if (!start(&party[0], KK_NOISE_INITIATOR, vector, pattern) ||
        !start(&party[1], KK_NOISE_RESPONDER, vector, pattern) || count < pattern->messages)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!run_message(party, vector, i, order))
            return false;
    }
    return true;
}

static const char *name_of(const json_t *vector)
{
    const char *name = json_string_value(json_object_get(vector, "protocol_name"));

    if (!name)
        name = json_string_value(json_object_get(vector, "name"));
    return name ? name : "(no name)";
}

static enum verdict run_vector(const json_t *vector)
{
    const struct kk_noise_pattern *pattern = NULL;
    const char *name = name_of(vector);

    for (size_t i = 0; i < KK_COUNT(patterns); i++) {
        if (strcmp(patterns[i]->protocol, name) == 0)
            pattern = patterns[i];
    }
    if (!pattern || json_is_true(json_object_get(vector, "fallback"))) {
        printf("skip  %s: not a protocol of this core\n", name);
        return SKIPPED;
    }
    if (run_in_order(vector, pattern, BY_INDEX)) {
        printf("ok    %s (%zu messages, by index)\n", name,
               json_array_size(json_object_get(vector, "messages")));
        return PASSED;
    }
    if (run_in_order(vector, pattern, INITIATOR_FIRST)) {
        printf("ok    %s (%zu messages, initiator first)\n", name,
               json_array_size(json_object_get(vector, "messages")));
        return PASSED;
    }
    printf("FAIL  %s\n", name);
    return FAILED;
}

/* true when at least one vector ran and none failed */
static bool run_file(const char *path)
{
    json_error_t error;
    json_t *file = json_load_file(path, 0, &error);
    const json_t *vectors = json_is_array(file) ? file : json_object_get(file, "vectors");
    size_t count[3] = { 0 };
    const json_t *vector;
    size_t i;

    if (!file) {
        fprintf(stderr, "%s:%d: %s\n", path, error.line, error.text);
        return false;
    }
    json_array_foreach(vectors, i, vector) count[run_vector(vector)]++;
    printf("%s: %zu passed, %zu failed, %zu skipped\n", path, count[PASSED], count[FAILED],
           count[SKIPPED]);
    json_decref(file);
    return count[FAILED] == 0 && count[PASSED] > 0;
}

int main(int argc, char **argv)
{
    bool good = argc > 1;

    if (argc < 2)
        fprintf(stderr, "usage: noise-vectors FILE…\n");
    for (int i = 1; i < argc; i++)
        good = run_file(argv[i]) && good;
    return good ? 0 : 1;
}
