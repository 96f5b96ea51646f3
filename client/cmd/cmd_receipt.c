/* `kukyoku receipt …`: proof that an act was received, without the daemon. */
#include "cmd/proof_view.h"
#include "cmd/record_work.h"

int cmd_receipt_export(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    KK_AUTO_FINI(kk_parcel) struct kk_parcel out = { .count = 0 };
    int r = kk_record_work_open(c, KK_HOME_READ, &w);

    if (r == 0)
        r = kk_proof_receipts(&w.records, kk_command_arg(c, 0), &out);
    return r == 0 ? kk_proof_written(c, &out, kk_command_arg(c, 1)) : r;
}

/* What this home holds is proved as it would be to others. */
static int verify_own(struct kk_command *c, const char *name)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    KK_AUTO_FINI(kk_parcel) struct kk_parcel out = { .count = 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    int r = kk_record_work_open(c, KK_HOME_READ, &w);

    if (r == 0)
        r = kk_proof_receipts(&w.records, name, &out);
    if (r == 0)
        r = kk_parcel_build(&out, KK_KKYB_EVIDENCE, &bytes);
    return r == 0 ? kk_proof_show(c, kk_bytes_slice(&bytes), &w.home) : r;
}

int cmd_receipt_verify(struct kk_command *c)
{
    const char *name = kk_command_arg(c, 0);
    bool file = c->served ? c->served->file.len > 0 : kk_os_exists(name);

    return file ? kk_proof_show_file(c, name) : verify_own(c, name);
}
