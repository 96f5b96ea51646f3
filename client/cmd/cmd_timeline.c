/* `kukyoku timeline ID`: every act, who, office, when, receipt. */
#include "cmd/fresh_view.h"
#include "cmd/record_work.h"

int cmd_timeline(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    struct kk_record record;
    struct kk_lacks lacks;
    json_t *list;
    int r = kk_record_work_open(c, KK_HOME_READ, &w);

    if (r == 0)
        r = kk_record_find(&w.records, kk_command_arg(c, 0), 0, &record);
    if (r == 0)
        r = kk_lacks_find(&record, &w.records.arena, &lacks);
    if (r < 0)
        return r;
    if (!c->json) {
        r = kk_record_view(c, &record);
        for (size_t i = 0; i < record.is.op_count; i++) {
            struct kk_op_shown shown = kk_record_op_shown(&record, &lacks, i);

            kk_record_op_line(c, &w.records, &shown);
        }
        return r == 0 ? kk_fresh_view(c, &w.home) : r;
    }
    list = json_array();
    for (size_t i = 0; i < record.is.op_count; i++) {
        struct kk_op_shown shown = kk_record_op_shown(&record, &lacks, i);

        json_array_append_new(list, kk_record_op_json(&w.records, &shown));
    }
    return kk_fresh_json(c, &w.home, json_pack("{s:o, s:o}", "record", kk_record_json(&record),
                                               "acts", list));
}
