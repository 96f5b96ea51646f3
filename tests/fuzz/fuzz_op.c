/*
 * An operation on its way: rebuilt, written as it is signed, and taken apart again to what came.
 * [RL-2]
 */
#include "fuzz.h"

#include "kukyoku/error.h"
#include "kukyoku/record/op.h"

#define ARENA_MAX (1u << 20)

static void there_and_back(const struct kk_op_wire *wire, const struct kk_op_context *ctx,
                           struct kk_slice bytes, struct kk_arena *arena)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes header = { 0 }, again = { 0 };
    struct kk_op op, back;
    struct kk_op_wire apart;

    kk_op_from_wire(wire, ctx, &op);
    if (kk_op_encode(&op, &header) < 0)
        return;
    kk_assert(kk_shape_read(&kk_shape_op, kk_bytes_slice(&header), arena, &back, NULL) == 0);
    kk_op_to_wire(&back, ctx, &apart);
    kk_assert(kk_shape_encode(&kk_shape_op_wire, &apart, &again) == 0);
    /* what the context says as well may have been told without need */
    kk_assert(again.len <= bytes.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t device[KK_ID_BYTES] = { 1 }, prev[KK_HASH_BYTES] = { 2 };
    static const uint8_t head[KK_HASH_BYTES] = { 3 };
    KK_AUTO_FINI(kk_arena) struct kk_arena arena;
    struct kk_slice bytes = kk_slice(data, size);
    struct kk_op_context ctx = { .scope = kk_slice_text("e:14133") };
    struct kk_op_wire wire;

    kk_arena_init(&arena, ARENA_MAX);
    if (kk_shape_read(&kk_shape_op_wire, bytes, &arena, &wire, NULL) < 0)
        return 0;
    there_and_back(&wire, &ctx, bytes, &arena);
    ctx.device = device;
    ctx.prev = prev;
    ctx.seen_head = head;
    ctx.body = kk_slice_text("a sealed body");
    there_and_back(&wire, &ctx, bytes, &arena);
    return 0;
}
