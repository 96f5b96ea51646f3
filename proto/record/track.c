/* A track as KK_TRACK_BYTES bytes: a version byte, then the fields in order. */
#include "kukyoku/record/act.h"

#define TRACK_VERSION 1

_Static_assert(KK_TRACK_BYTES == 1 + 1 + 3 + 3 + 2 + KK_HASH_BYTES, "layout of a saved track");

void kk_track_save(const struct kk_track *t, uint8_t ret[KK_TRACK_BYTES])
{
    ret[0] = TRACK_VERSION;
    ret[1] = t->kind;
    ret[2] = t->exists;
    ret[3] = t->closed;
    ret[4] = t->erased;
    ret[5] = t->state;
    ret[6] = t->target;
    ret[7] = t->side;
    ret[8] = (uint8_t)(t->attempt >> 8);
    ret[9] = (uint8_t)t->attempt;
    memcpy(ret + 10, t->proposal, KK_HASH_BYTES);
}

bool kk_track_load(struct kk_slice bytes, struct kk_track *ret)
{
    const uint8_t *b = bytes.data;

    if (bytes.len != KK_TRACK_BYTES || b[0] != TRACK_VERSION || b[2] > 1 || b[3] > 1 || b[4] > 1 ||
        b[7] > KK_SIDE_BUREAU)
        return false;
    *ret = (struct kk_track){ .kind = b[1], .exists = b[2], .closed = b[3], .erased = b[4],
                              .state = b[5], .target = b[6], .side = b[7] };
    ret->attempt = (uint16_t)(b[8] << 8 | b[9]);
    memcpy(ret->proposal, b + 10, KK_HASH_BYTES);
    return true;
}

bool kk_track_settled(enum kk_machine machine, const struct kk_track *track)
{
    return kk_track_over(machine, track) && (track->erased || track->side == KK_SIDE_NONE);
}

bool kk_track_over(enum kk_machine machine, const struct kk_track *track)
{
    unsigned state = 1u << track->state;

    if (track->erased)
        return true;
    switch (machine) {
    case KK_MACHINE_CASE:
        return track->closed || (state & KK_CASE_OVER);
    case KK_MACHINE_PROGRAM:
        return track->closed || (state & KK_PROGRAM_OVER);
    case KK_MACHINE_PLAIN:
        break;
    }
    return track->closed;
}
