/* Homes on disk over a virtual village. */
#include "office.h"

#include "model/sync_store.h"

#include "kukyoku/error.h"
#include "kukyoku/wire/packer.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void office_init(struct office *o, struct bureau *b, struct bureau_device *as)
{
    KK_AUTO_FINI(kk_home) struct kk_home h = { 0 };
    enum kk_trust_verdict verdict;
    struct kk_error err = { 0 };

    unit_make_folder("kukyoku-flow", o->dir);
    o->as = as;
    o->clock = (struct kk_ledger_clock){ .inc = 1, .entropy = b->entropy.entropy };
    ck_assert_int_eq(kk_home_open(o->dir, KK_HOME_WRITE, &h, &err), 0);
    ck_assert_int_eq(kk_home_keys_write(&h, &as->keys, kk_slice(NULL, 0), &err), 0);
    ck_assert_int_eq(kk_trust_pin(h.trust, kk_bytes_slice(&b->root_doc), &verdict), 0);
    ck_assert_int_eq(verdict, KK_TRUST_TAKEN);
    ck_assert_int_eq(kk_home_keep(&h), 0);
}

void office_fini(struct office *o)
{
    unit_remove_folder(o->dir);
}

int office_sync(struct office *o, struct village *v, struct village_line *ret)
{
    KK_AUTO_FINI(kk_home) struct kk_home h = { 0 };
    KK_AUTO_FINI(kk_home_sync) struct kk_home_sync sync = { 0 };
    struct kk_sync_store store;
    struct kk_error err = { 0 };
    int r = kk_home_open(o->dir, KK_HOME_WRITE, &h, &err);

    if (r == 0)
        r = kk_home_sync_init(&sync, &h, &err);
    if (r < 0)
        return r;
    store = kk_home_sync_store(&sync);
    r = village_sync(v, &o->as->keys, &store, ret);
    if (r < 0 && err.fault)
        printf("# %s: %s: %s\n", o->dir, err.where, err.detail);
    return r;
}


void office_sit(struct office_desk *k, const struct office *o, const char *scope)
{
    struct kk_error err = { 0 };

    *k = (struct office_desk){ .replicas = { .count = 0 } };
    ck_assert_int_eq(kk_home_open(o->dir, KK_HOME_WRITE, &k->home, &err), 0);
    ck_assert_int_eq(kk_home_unlock(&k->home, kk_slice(NULL, 0), &err), 0);
    kk_replicas_init(&k->replicas, &k->home, KK_REPLICA_WRITE);
    ck_assert_int_eq(
        kk_replicas_ledger(&k->replicas, kk_slice_text(scope), &k->ledger, &err), 0);
}

void office_stand(struct office_desk *k)
{
    kk_replicas_fini(&k->replicas);
    kk_home_fini(&k->home);
}

int office_try_write(struct office *o, const char *scope, struct kk_ledger_draft draft,
                     const char *text)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes value = { 0 }, kind = { 0 };
    struct kk_body body = { .count = 0 };
    struct office_desk k;
    int r;

    ck_assert_int_eq(kk_pack_text(&value, kk_slice_text(text)), 0);
    ck_assert_int_eq(kk_pack_int(&kind, draft.kind), 0);
    ck_assert_int_eq(kk_body_set(&body, 1, kk_bytes_slice(&value)), 0);
    if (scope[0] == 'w' && draft.act == KK_ACT_CREATE)
        ck_assert_int_eq(kk_body_set(&body, KK_BODY_KIND, kk_bytes_slice(&kind)), 0);
    draft.body = &body;
    office_sit(&k, o, scope);
    o->clock.now_ms = kk_os_now_ms();
    r = kk_ledger_write(&k.ledger, &draft, &o->clock, NULL);
    office_stand(&k);
    return r;
}

void office_write(struct office *o, const char *scope, const uint8_t rec[KK_ID_BYTES],
                  unsigned act, const char *text)
{
    struct kk_ledger_draft draft = { .kind = scope[0] == 'w' ? KK_KIND_ISSUE : KK_KIND_CASE,
                                     .act = act };

    memcpy(draft.rec, rec, KK_ID_BYTES);
    ck_assert_int_eq(office_try_write(o, scope, draft, text), 0);
}
