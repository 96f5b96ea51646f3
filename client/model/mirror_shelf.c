/* The files of one mirror (mirror_in.h): fetched, bounded, given to whoever checks them. [MI-4] */
#include "model/mirror_in.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/base/text.h"
#include "kukyoku/limits.h"

#include <stdio.h>

int mirror_open(struct mirror_shelf *s, const struct kk_fetch_options *from, struct kk_error *err)
{
    *s = (struct mirror_shelf){ .url = from->base, .err = err };
    kk_arena_init(&s->arena, 4 * KK_MIRROR_WORD_MAX);
    return kk_fetch_new(from, &s->fetch, err);
}

void mirror_close(struct mirror_shelf *s)
{
    kk_fetch_free(s->fetch);
    kk_bytes_fini(&s->word);
    kk_arena_fini(&s->arena);
    for (size_t i = 0; i < KK_COUNT(s->roots); i++)
        kk_bytes_fini(&s->roots[i]);
    *s = (struct mirror_shelf){ .fetch = NULL };
}

int mirror_blame(struct mirror_shelf *s, int fault, const char *doing)
{
    const struct kk_error_info *info = kk_error_info(fault);
    char en[KK_ERROR_DETAIL_MAX], ja[KK_ERROR_DETAIL_MAX];
    bool worded = s->err->fault == fault && s->err->detail[0];

    snprintf(en, sizeof(en), "%s: [E%d] %.90s%s%.60s", doing, -fault, info->en, worded ? ", " : "",
             worded ? s->err->where : "");
    snprintf(ja, sizeof(ja), "%s: [E%d] %.90s%s%.60s", doing, -fault, info->ja, worded ? "、" : "",
             worded ? s->err->where : "");
    kk_utf8_mend(ja);
    return kk_error_text(s->err, KK_E_MIRROR, s->url, en, ja);
}

/* A small file, whole. */
static int fetch_file(struct mirror_shelf *s, const char *path, uint64_t max, struct kk_bytes *out)
{
    struct kk_fetch_want want = { .path = path, .max = max, .whole_max = max };
    struct kk_fetch_got got;
    int r = kk_fetch_get(s->fetch, &want, &got, s->err);

    return r == 0 ? kk_bytes_append_slice(out, got.bytes) : r;
}

int mirror_hear(struct mirror_shelf *s)
{
    struct kk_message m = { .type = 0 };
    int r = fetch_file(s, "now", KK_MIRROR_WORD_MAX, &s->word);

    if (r < 0)
        return r == KK_E_NOT_FOUND
                   ? kk_error_say(s->err, KK_E_MIRROR_UNREAD, s->url,
                                  "there is no mirror at this address: the file `now` is missing",
                                  "この接続先にミラーがありません（ファイル now がありません）")
                   : r;
    r = kk_message_decode(kk_bytes_slice(&s->word), &s->arena, &m, NULL);
    if (r < 0 && r != KK_E_MEMORY)
        return mirror_blame(s, r, "now");
    if (r == 0 && m.type != KK_MSG_WELCOME)
        return mirror_blame(s, KK_E_SHAPE, "now");
    if (r < 0)
        return r;
    s->welcome = *(const struct kk_msg_welcome *)m.body;
    s->welcome.roots.count = s->welcome.heads.count = s->welcome.chains.count = 0;
    s->welcome.roots.items = s->refs;
    s->welcome.same = false;
    return 0;
}

int mirror_root(struct mirror_shelf *s, uint64_t ver, struct kk_bytes *out)
{
    char path[40];

    snprintf(path, sizeof(path), "root/%llu", (unsigned long long)ver);
    return fetch_file(s, path, KK_DOCUMENT_BYTES_MAX, out);
}

int mirror_roots(struct mirror_shelf *s, uint64_t held)
{
    int r = 0;

    while (r == 0 && held + s->welcome.roots.count < s->welcome.root_ver &&
           s->welcome.roots.count < KK_COUNT(s->roots)) {
        size_t i = s->welcome.roots.count;

        r = mirror_root(s, held + i + 1, &s->roots[i]);
        if (r < 0)
            break;
        kk_hash_of("blob", kk_bytes_slice(&s->roots[i]), s->refs[i].hash);
        s->refs[i].len = s->roots[i].len;
        s->welcome.roots.count++;
    }
    return r;
}

static bool from_roots(const struct mirror_shelf *s, const struct kk_msg_get *get,
                       struct kk_fetch_got *ret)
{
    for (size_t i = 0; i < s->welcome.roots.count; i++) {
        if (memcmp(s->refs[i].hash, get->blob, KK_HASH_BYTES) != 0)
            continue;
        *ret = (struct kk_fetch_got){ kk_bytes_slice(&s->roots[i]), s->roots[i].len };
        return get->offset == 0;
    }
    return false;
}

int mirror_piece(struct mirror_shelf *s, const struct kk_msg_get *get, struct kk_fetch_got *ret)
{
    char path[2 * KK_HASH_BYTES + 8], hex[2 * KK_HASH_BYTES + 1];
    struct kk_fetch_want want = { .path = path, .offset = get->offset, .max = get->max,
                                  .whole_max = KK_BLOB_BYTES_MAX };

    if (from_roots(s, get, ret))
        return 0;
    kk_hex_encode(kk_slice(get->blob, KK_HASH_BYTES), hex);
    snprintf(path, sizeof(path), "blob/%s", hex);
    return kk_fetch_get(s->fetch, &want, ret, s->err);
}
