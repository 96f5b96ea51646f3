/*
 * Keys on their way to devices: the right device opens every epoch up to now, anything that was
 * moved to another scope, epoch, device or key opens nothing. [TR-12] [TR-13]
 */
#include "unit.h"

#include "kukyoku/error.h"
#include "kukyoku/trust/device.h"
#include "kukyoku/trust/keyring.h"

#include <sodium.h>

#define EPOCHS 4
#define SCOPE  "r:14133"

/* A wraps blob of one scope for two devices, and the roster's entry for it. */
struct box {
    struct unit_entropy entropy;
    struct kk_device_keys member, other, stranger;
    uint8_t keys[EPOCHS][KK_KEY_BYTES];
    uint8_t sealed[2][KK_WRAP_SEALED_MAX], links[EPOCHS - 1][KK_WRAP_LINK_BYTES];
    struct kk_wrap_row rows[2];
    struct kk_wrap_link link_items[EPOCHS - 1];
    struct kk_wraps wraps;
    struct kk_roster_scope entry;
    struct kk_keyring ring;
};

static struct kk_keyring_item item_of(const struct box *b, const char *scope, uint32_t epoch)
{
    struct kk_keyring_item item = { .epoch = epoch };

    memcpy(item.scope, scope, strlen(scope));
    memcpy(item.key, b->keys[epoch - 1], KK_KEY_BYTES);
    return item;
}

static void seal_row(struct box *b, size_t row, const struct kk_keyring_item *item,
                     const struct kk_device_keys *to)
{
    size_t len;

    ck_assert_int_eq(kk_wrap_seal(item, to->wrap, &b->entropy.entropy, b->sealed[row], &len), 0);
    memcpy(b->rows[row].device, to->id, KK_ID_BYTES);
    b->rows[row].sealed = kk_slice(b->sealed[row], len);
}

static void box_init(struct box *b)
{
    struct kk_keyring_item item;

    *b = (struct box){ 0 };
    unit_entropy_init(&b->entropy, 14);
    kk_device_keys_generate(&b->member, &b->entropy.entropy);
    kk_device_keys_generate(&b->other, &b->entropy.entropy);
    kk_device_keys_generate(&b->stranger, &b->entropy.entropy);
    kk_entropy_fill(&b->entropy.entropy, b->keys, sizeof(b->keys));
    for (uint32_t epoch = 2; epoch <= EPOCHS; epoch++) {
        item = item_of(b, SCOPE, epoch);
        kk_wrap_link(&item, b->keys[epoch - 2], &b->entropy.entropy, b->links[epoch - 2]);
        b->link_items[epoch - 2] =
            (struct kk_wrap_link){ .epoch = epoch,
                                   .box = kk_slice(b->links[epoch - 2], KK_WRAP_LINK_BYTES) };
    }
    item = item_of(b, SCOPE, EPOCHS);
    seal_row(b, 0, &item, &b->member);
    seal_row(b, 1, &item, &b->other);
    b->wraps = (struct kk_wraps){ .scope = kk_slice_text(SCOPE),
                                  .epoch = EPOCHS,
                                  .links = { b->link_items, EPOCHS - 1 },
                                  .wraps = { b->rows, 2 } };
    b->entry = (struct kk_roster_scope){ .scope = kk_slice_text(SCOPE), .epoch = EPOCHS };
    kk_key_id(b->keys[EPOCHS - 1], b->entry.key_id);
}

static enum kk_wrap_verdict open_as(struct box *b, const struct kk_device_keys *device)
{
    enum kk_wrap_verdict verdict;

    kk_keyring_fini(&b->ring);
    ck_assert_int_eq(kk_wraps_open(&b->wraps, &b->entry, device, &b->ring, &verdict), 0);
    return verdict;
}

START_TEST(members_open_every_epoch)
{
    struct box b;

    box_init(&b);
    ck_assert_int_eq(open_as(&b, &b.member), KK_WRAP_OPENED);
    for (uint32_t epoch = 1; epoch <= EPOCHS; epoch++) {
        const uint8_t *key = kk_keyring_find(&b.ring, kk_slice_text(SCOPE), epoch);

        ck_assert_ptr_nonnull(key);
        ck_assert_mem_eq(key, b.keys[epoch - 1], KK_KEY_BYTES);
    }
    ck_assert_int_eq(open_as(&b, &b.other), KK_WRAP_OPENED);
    ck_assert_int_eq(open_as(&b, &b.stranger), KK_WRAP_NONE);
    ck_assert_uint_eq(b.ring.count, 0);
}
END_TEST

/* The box is libsodium's: its own function opens it. */
START_TEST(the_form_of_the_box)
{
    uint8_t plain[KK_WRAP_SEALED_MAX];
    struct box b;

    box_init(&b);
    ck_assert_int_eq(crypto_box_seal_open(plain, b.rows[0].sealed.data, b.rows[0].sealed.len,
                                          b.member.wrap, b.member.wrap_secret),
                     0);
}
END_TEST

enum moved {
    TO_ANOTHER_DEVICE,
    TO_ANOTHER_SCOPE,
    TO_ANOTHER_EPOCH,
    TO_ANOTHER_KEY,
    BLOB_OF_ANOTHER_SCOPE,
    BLOB_OF_ANOTHER_EPOCH,
    ONE_BIT,
    TOO_SHORT,
    LINK_MISSING,
    LINK_TWICE,
    LINK_ONE_BIT,
    RIGHT_KEY_OF_ANOTHER_EPOCH,
    ANOTHER_FIRST_KEY,
    MOVES
};

static void reseal(struct box *b, const char *scope, uint32_t epoch, uint8_t flip)
{
    struct kk_keyring_item item = item_of(b, scope, epoch);

    item.key[0] ^= flip;
    seal_row(b, 0, &item, &b->member);
}

/* The very key, said to be of another epoch. */
static void relabel(struct box *b, uint32_t epoch)
{
    struct kk_keyring_item item = item_of(b, SCOPE, EPOCHS);

    item.epoch = epoch;
    seal_row(b, 0, &item, &b->member);
}

static void move(struct box *b, enum moved how)
{
    switch (how) {
    case TO_ANOTHER_DEVICE:
        b->rows[0].sealed = b->rows[1].sealed;
        break;
    case TO_ANOTHER_SCOPE:
        reseal(b, "r:14136", EPOCHS, 0);
        break;
    case TO_ANOTHER_EPOCH:
        reseal(b, SCOPE, EPOCHS - 1, 0);
        break;
    case TO_ANOTHER_KEY:
        reseal(b, SCOPE, EPOCHS, 1);
        break;
    case BLOB_OF_ANOTHER_SCOPE:
        b->wraps.scope = kk_slice_text("r:14136");
        break;
    case BLOB_OF_ANOTHER_EPOCH:
        b->wraps.epoch--;
        b->wraps.links.count--;
        break;
    case ONE_BIT:
        b->sealed[0][40] ^= 1;
        break;
    case TOO_SHORT:
        b->rows[0].sealed.len = crypto_box_SEALBYTES - 1;
        break;
    case LINK_MISSING:
        b->wraps.links.count--;
        break;
    case LINK_TWICE:
        b->link_items[1] = b->link_items[0];
        break;
    case LINK_ONE_BIT:
        b->links[0][30] ^= 1;
        break;
    case RIGHT_KEY_OF_ANOTHER_EPOCH:
        relabel(b, EPOCHS - 1);
        break;
    case ANOTHER_FIRST_KEY: /* no link that would not open gives it away */
        b->wraps.epoch = b->entry.epoch = 1;
        b->wraps.links.count = 0;
        kk_key_id(b->keys[0], b->entry.key_id);
        reseal(b, SCOPE, 1, 1);
        break;
    case MOVES:
        break;
    }
}

START_TEST(what_was_moved)
{
    struct box b;

    box_init(&b);
    move(&b, (enum moved)_i);
    ck_assert_int_eq(open_as(&b, &b.member), KK_WRAP_BROKEN);
    ck_assert_ptr_null(kk_keyring_find(&b.ring, kk_slice_text(SCOPE), 1));
    kk_keyring_fini(&b.ring);
}
END_TEST

/* A device that announced the zero point gets nothing. */
START_TEST(low_order_key)
{
    uint8_t zero[KK_KEY_BYTES] = { 0 };
    struct kk_keyring_item item;
    struct box b;
    size_t len;

    box_init(&b);
    item = item_of(&b, SCOPE, 1);
    ck_assert_int_eq(kk_wrap_seal(&item, zero, &b.entropy.entropy, b.sealed[0], &len),
                     KK_E_KEY_UNKNOWN);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("wraps", &suite);

    tcase_add_test(tcase, members_open_every_epoch);
    tcase_add_test(tcase, the_form_of_the_box);
    tcase_add_loop_test(tcase, what_was_moved, 0, MOVES);
    tcase_add_test(tcase, low_order_key);
    return suite;
}
