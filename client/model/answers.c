/* Answers that wait (answers.h). */
#include "model/answers.h"

#include "kukyoku/base/arena.h"
#include "kukyoku/wire/message.h"

#define ARENA_BYTES (1024 * 1024)

int kk_answers_put(struct kk_answers *a, struct kk_slice plain)
{
    uint32_t len = (uint32_t)plain.len;
    int r = kk_bytes_append(&a->waiting, &len, sizeof(len));

    return r == 0 ? kk_bytes_append_slice(&a->waiting, plain) : r;
}

static int hear_one(struct kk_answers *a, struct kk_sync *machine)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    struct kk_message m;
    uint32_t len;
    int r;

    memcpy(&len, a->waiting.data, sizeof(len));
    r = kk_bytes_append(&plain, a->waiting.data + sizeof(len), len);
    kk_bytes_consume(&a->waiting, sizeof(len) + len);
    kk_arena_init(&arena, ARENA_BYTES);
    if (r == 0)
        r = kk_message_decode(kk_bytes_slice(&plain), &arena, &m, NULL);
    return r == 0 ? kk_sync_message(machine, &m, kk_bytes_slice(&plain)) : r;
}

int kk_answers_hear(struct kk_answers *a, struct kk_sync *machine)
{
    int r = 0;

    while (r == 0 && a->waiting.len)
        r = hear_one(a, machine);
    return r;
}

void kk_answers_fini(struct kk_answers *a)
{
    kk_bytes_fini(&a->waiting);
}
