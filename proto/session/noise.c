/*
 * The Noise core: cipher state, symmetric state and the walk over a pattern's tokens (revision 34,
 * §5). Nothing here knows KKY1. Secrets live in struct kk_noise and on the stack; both are wiped.
 *
 *   has_key   a DH or psk went into the chain: from then on parts travel sealed
 *   dead      a step failed: the state is half moved and must not be used again
 */
#include "kukyoku/session/noise.h"

#include "kukyoku/error.h"

#include <sodium.h>

/* [HS-1] the two patterns of KKY1 */
const struct kk_noise_pattern kk_noise_ik = {
    .protocol = "Noise_IK_25519_ChaChaPoly_SHA256",
    .knows_responder = true,
    .messages = 2,
    .tokens = { { KK_NOISE_E, KK_NOISE_ES, KK_NOISE_S, KK_NOISE_SS },
                { KK_NOISE_E, KK_NOISE_EE, KK_NOISE_SE } },
};
const struct kk_noise_pattern kk_noise_ikpsk2 = {
    .protocol = "Noise_IKpsk2_25519_ChaChaPoly_SHA256",
    .knows_responder = true,
    .psk = true,
    .messages = 2,
    .tokens = { { KK_NOISE_E, KK_NOISE_ES, KK_NOISE_S, KK_NOISE_SS },
                { KK_NOISE_E, KK_NOISE_EE, KK_NOISE_SE, KK_NOISE_PSK } },
};

/* --- symmetric state --- */

static void mix_hash(struct kk_noise *n, const uint8_t *data, size_t len)
{
    crypto_hash_sha256_state state;

    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, n->hash, sizeof(n->hash));
    crypto_hash_sha256_update(&state, data, len);
    crypto_hash_sha256_final(&state, n->hash);
}

static void hmac(const uint8_t key[KK_HASH_BYTES], struct kk_slice a, uint8_t b,
                 uint8_t ret[KK_HASH_BYTES])
{
    crypto_auth_hmacsha256_state state;

    crypto_auth_hmacsha256_init(&state, key, KK_HASH_BYTES);
    crypto_auth_hmacsha256_update(&state, a.data, a.len);
    if (b)
        crypto_auth_hmacsha256_update(&state, &b, 1);
    crypto_auth_hmacsha256_final(&state, ret);
    sodium_memzero(&state, sizeof(state));
}

/* HKDF of §4.3: count outputs of 32 bytes each (2 or 3). */
static void hkdf(const uint8_t chain[KK_HASH_BYTES], struct kk_slice input, unsigned count,
                 uint8_t ret[3][KK_HASH_BYTES])
{
    uint8_t temp[KK_HASH_BYTES], block[KK_HASH_BYTES];
    struct kk_slice before = kk_slice("", 0);

    hmac(chain, input, 0, temp);
    for (unsigned i = 0; i < count; i++) {
        hmac(temp, before, (uint8_t)(i + 1), block);
        memcpy(ret[i], block, sizeof(block));
        before = kk_slice(ret[i], KK_HASH_BYTES);
    }
    sodium_memzero(temp, sizeof(temp));
    sodium_memzero(block, sizeof(block));
}

static void set_key(struct kk_noise *n, const uint8_t key[KK_KEY_BYTES])
{
    memcpy(n->cipher.key, key, KK_KEY_BYTES);
    n->cipher.count = 0;
    n->has_key = true;
}

static void mix_key(struct kk_noise *n, const uint8_t *input, size_t len)
{
    uint8_t keys[3][KK_HASH_BYTES];

    hkdf(n->chain, kk_slice(input, len), 2, keys);
    memcpy(n->chain, keys[0], KK_HASH_BYTES);
    set_key(n, keys[1]);
    sodium_memzero(keys, sizeof(keys));
}

static void mix_key_and_hash(struct kk_noise *n, const uint8_t input[KK_KEY_BYTES])
{
    uint8_t keys[3][KK_HASH_BYTES];

    hkdf(n->chain, kk_slice(input, KK_KEY_BYTES), 3, keys);
    memcpy(n->chain, keys[0], KK_HASH_BYTES);
    mix_hash(n, keys[1], KK_HASH_BYTES);
    set_key(n, keys[2]);
    sodium_memzero(keys, sizeof(keys));
}

static size_t tag_bytes(const struct kk_noise *n)
{
    return n->has_key ? KK_AEAD_TAG_BYTES : 0;
}

static int encrypt_and_hash(struct kk_noise *n, struct kk_slice plain, struct kk_bytes *out)
{
    size_t len = plain.len + tag_bytes(n);
    uint8_t *at;
    int r = kk_bytes_extend(out, len, &at);

    if (r < 0)
        return r;
    if (n->has_key)
        kk_seal_close(&n->cipher, kk_slice(n->hash, sizeof(n->hash)), plain, at);
    else if (len)
        memcpy(at, plain.data, len);
    mix_hash(n, at, len);
    return 0;
}

/* ret holds sealed.len - tag_bytes(n). */
static int decrypt_and_hash(struct kk_noise *n, struct kk_slice sealed, uint8_t *ret)
{
    struct kk_slice hash = kk_slice(n->hash, sizeof(n->hash));

    if (n->has_key && kk_seal_open(&n->cipher, hash, sealed, ret) < 0)
        return KK_E_HANDSHAKE;
    if (!n->has_key && sealed.len)
        memcpy(ret, sealed.data, sealed.len);
    mix_hash(n, sealed.data, sealed.len);
    return 0;
}

/* --- tokens --- */

/* [HS-2] libsodium refuses the all-zero result; so do we, as §12.1 of Noise allows. */
static int mix_dh(struct kk_noise *n, const uint8_t secret[KK_KEY_BYTES],
                  const uint8_t peer[KK_KEY_BYTES])
{
    uint8_t shared[crypto_scalarmult_curve25519_BYTES];

    if (crypto_scalarmult_curve25519(shared, secret, peer) != 0)
        return KK_E_HANDSHAKE;
    mix_key(n, shared, sizeof(shared));
    sodium_memzero(shared, sizeof(shared));
    return 0;
}

static int mix_token(struct kk_noise *n, enum kk_noise_token token)
{
    bool initiator = n->role == KK_NOISE_INITIATOR;

    switch (token) {
    case KK_NOISE_EE:
        return mix_dh(n, n->e, n->re);
    case KK_NOISE_ES:
        return initiator ? mix_dh(n, n->e, n->rs) : mix_dh(n, n->s, n->re);
    case KK_NOISE_SE:
        return initiator ? mix_dh(n, n->s, n->re) : mix_dh(n, n->e, n->rs);
    case KK_NOISE_SS:
        return mix_dh(n, n->s, n->rs);
    case KK_NOISE_PSK:
        mix_key_and_hash(n, n->psk);
        return 0;
    case KK_NOISE_END:
    case KK_NOISE_E:
    case KK_NOISE_S:
        break;
    }
    kk_assert(false);
    return KK_E_HANDSHAKE;
}

/* In a psk pattern every e also goes into the key (§9.2). */
static void mix_ephemeral(struct kk_noise *n, const uint8_t e[KK_KEY_BYTES])
{
    mix_hash(n, e, KK_KEY_BYTES);
    if (n->pattern->psk)
        mix_key(n, e, KK_KEY_BYTES);
}

/* ret gets the public half of a secret. */
static int public_of(const uint8_t secret[KK_KEY_BYTES], uint8_t ret[KK_KEY_BYTES])
{
    return crypto_scalarmult_curve25519_base(ret, secret) == 0 ? 0 : KK_E_HANDSHAKE;
}

static int write_ephemeral(struct kk_noise *n, const struct kk_entropy *entropy,
                           struct kk_bytes *out)
{
    uint8_t e[KK_KEY_BYTES];
    int r;

    kk_entropy_fill(entropy, n->e, sizeof(n->e));
    r = public_of(n->e, e);
    if (r == 0)
        r = kk_bytes_append(out, e, sizeof(e));
    if (r == 0)
        mix_ephemeral(n, e);
    return r;
}

static int write_static(struct kk_noise *n, struct kk_bytes *out)
{
    uint8_t s[KK_KEY_BYTES];
    int r = public_of(n->s, s);

    return r < 0 ? r : encrypt_and_hash(n, kk_slice(s, sizeof(s)), out);
}

static int write_tokens(struct kk_noise *n, const struct kk_entropy *entropy, struct kk_bytes *out)
{
    const uint8_t *tokens = n->pattern->tokens[n->message];
    int r = 0;

    for (size_t i = 0; r == 0 && i < KK_NOISE_TOKENS_MAX && tokens[i] != KK_NOISE_END; i++) {
        if (tokens[i] == KK_NOISE_E)
            r = write_ephemeral(n, entropy, out);
        else if (tokens[i] == KK_NOISE_S)
            r = write_static(n, out);
        else
            r = mix_token(n, (enum kk_noise_token)tokens[i]);
    }
    return r;
}

/* The next len bytes of the message being read. */
static int take(struct kk_noise *n, struct kk_slice message, size_t len, struct kk_slice *ret)
{
    if (len > message.len - n->taken)
        return KK_E_HANDSHAKE;
    *ret = kk_slice(message.data + n->taken, len);
    n->taken += len;
    return 0;
}

static int read_token(struct kk_noise *n, enum kk_noise_token token, struct kk_slice message)
{
    struct kk_slice part;
    int r;

    if (token == KK_NOISE_E) {
        r = take(n, message, KK_KEY_BYTES, &part);
        if (r < 0)
            return r;
        memcpy(n->re, part.data, KK_KEY_BYTES);
        mix_ephemeral(n, n->re);
        return 0;
    }
    if (token == KK_NOISE_S) {
        r = take(n, message, KK_KEY_BYTES + tag_bytes(n), &part);
        return r < 0 ? r : decrypt_and_hash(n, part, n->rs);
    }
    return mix_token(n, token);
}

/* Reads on to the end of the tokens, or until the token after `until`. */
static int read_tokens(struct kk_noise *n, struct kk_slice message, enum kk_noise_token until)
{
    const uint8_t *tokens = n->pattern->tokens[n->message];

    while (n->token < KK_NOISE_TOKENS_MAX && tokens[n->token] != KK_NOISE_END) {
        enum kk_noise_token token = (enum kk_noise_token)tokens[n->token++];
        int r = read_token(n, token, message);

        if (r < 0)
            return r;
        if (token == until)
            return 0;
    }
    return 0;
}

static bool has_token(const struct kk_noise *n, enum kk_noise_token token)
{
    return memchr(n->pattern->tokens[n->message], token, KK_NOISE_TOKENS_MAX) != NULL;
}

static void next_message(struct kk_noise *n)
{
    n->message++;
    n->token = 0;
    n->taken = 0;
}

/* Keeps the first failure: a half-moved state is of no use to anyone. */
static int judge(struct kk_noise *n, int r)
{
    if (r < 0)
        n->dead = true;
    return r;
}

/* --- what the header promises --- */

/* The responder's static key, which both sides know beforehand, goes into the hash (§9.3). */
static int mix_responder(struct kk_noise *n, const uint8_t *peer)
{
    uint8_t own[KK_KEY_BYTES];
    int r = public_of(n->s, own);

    if (r < 0)
        return r;
    if (n->role == KK_NOISE_INITIATOR)
        memcpy(n->rs, peer, KK_KEY_BYTES);
    mix_hash(n, n->role == KK_NOISE_INITIATOR ? n->rs : own, KK_KEY_BYTES);
    return 0;
}

int kk_noise_init(struct kk_noise *n, const struct kk_noise_options *o)
{
    size_t len = strlen(o->pattern->protocol);

    *n = (struct kk_noise){ .pattern = o->pattern, .role = o->role };
    memcpy(n->s, o->secret, KK_KEY_BYTES);
    if (len <= KK_HASH_BYTES)
        memcpy(n->hash, o->pattern->protocol, len);
    else
        crypto_hash_sha256(n->hash, (const uint8_t *)o->pattern->protocol, len);
    memcpy(n->chain, n->hash, KK_HASH_BYTES);
    mix_hash(n, o->prologue.data, o->prologue.len);
    return o->pattern->knows_responder ? judge(n, mix_responder(n, o->peer)) : 0;
}

void kk_noise_fini(struct kk_noise *n)
{
    sodium_memzero(n, sizeof(*n));
}

void kk_noise_set_psk(struct kk_noise *n, const uint8_t psk[KK_KEY_BYTES])
{
    memcpy(n->psk, psk, KK_KEY_BYTES);
}

static bool my_turn(const struct kk_noise *n)
{
    return !kk_noise_done(n) && (n->message % 2 == 0) == (n->role == KK_NOISE_INITIATOR);
}

int kk_noise_write(struct kk_noise *n, const struct kk_entropy *entropy, struct kk_slice payload,
                   struct kk_bytes *out)
{
    int r;

    kk_assert(!n->dead && my_turn(n));
    r = write_tokens(n, entropy, out);
    if (r == 0)
        r = encrypt_and_hash(n, payload, out);
    if (r == 0)
        next_message(n);
    return judge(n, r);
}

int kk_noise_read_static(struct kk_noise *n, struct kk_slice message)
{
    kk_assert(!n->dead && !kk_noise_done(n) && !my_turn(n));
    if (n->token > 0 || !has_token(n, KK_NOISE_S))
        return 0;
    return judge(n, read_tokens(n, message, KK_NOISE_S));
}

static int read_payload(struct kk_noise *n, struct kk_slice message, struct kk_bytes *payload)
{
    struct kk_slice rest;
    uint8_t *at;
    int r = take(n, message, message.len - n->taken, &rest);

    if (r < 0)
        return r;
    if (rest.len < tag_bytes(n))
        return KK_E_HANDSHAKE;
    r = kk_bytes_extend(payload, rest.len - tag_bytes(n), &at);
    if (r < 0)
        return r;
    r = decrypt_and_hash(n, rest, at);
    if (r < 0)
        payload->len -= rest.len - tag_bytes(n);
    return r;
}

int kk_noise_read(struct kk_noise *n, struct kk_slice message, struct kk_bytes *payload)
{
    int r;

    kk_assert(!n->dead && !kk_noise_done(n) && !my_turn(n));
    r = read_tokens(n, message, KK_NOISE_END);
    if (r == 0)
        r = read_payload(n, message, payload);
    if (r == 0)
        next_message(n);
    return judge(n, r);
}

bool kk_noise_done(const struct kk_noise *n)
{
    return n->message == n->pattern->messages;
}

const uint8_t *kk_noise_peer(const struct kk_noise *n)
{
    return n->rs;
}

void kk_noise_split(const struct kk_noise *n, struct kk_seal *ret_send, struct kk_seal *ret_receive,
                    uint8_t ret_hash[KK_HASH_BYTES])
{
    bool initiator = n->role == KK_NOISE_INITIATOR;
    uint8_t keys[3][KK_HASH_BYTES];

    kk_assert(!n->dead && kk_noise_done(n));
    hkdf(n->chain, kk_slice("", 0), 2, keys);
    *ret_send = (struct kk_seal){ 0 };
    *ret_receive = (struct kk_seal){ 0 };
    memcpy(ret_send->key, keys[initiator ? 0 : 1], KK_KEY_BYTES);
    memcpy(ret_receive->key, keys[initiator ? 1 : 0], KK_KEY_BYTES);
    memcpy(ret_hash, n->hash, KK_HASH_BYTES);
    sodium_memzero(keys, sizeof(keys));
}
