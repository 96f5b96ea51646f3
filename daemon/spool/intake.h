/* Inside daemon/spool: what one KKYB file brings, taken item by item. */
#ifndef SPOOL_INTAKE_H
#define SPOOL_INTAKE_H

#include "spool/spool.h"

#include "kukyoku/bundle/kkyb.h"

/* Documents wait until the file's end, so that the blobs they name are there. */
#define KK_INTAKE_DOCUMENTS_MAX 128

struct intake {
    struct kk_relay *relay;
    struct kk_spool_report *report;
    struct kk_bytes documents[KK_INTAKE_DOCUMENTS_MAX];
    size_t document_count;
    char reason[KK_ERROR_DETAIL_MAX];
};

void intake_init(struct intake *in, struct kk_relay *relay, struct kk_spool_report *report);
void intake_fini(struct intake *in);
/* 0; or a fault, with the reason filled. */
int intake_item(struct intake *in, const struct kk_kkyb_item *item);
int intake_end(struct intake *in);

#endif
