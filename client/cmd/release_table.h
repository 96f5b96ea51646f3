/*
 * A table of figures on its way into a release: read, judged beside the release that the desk
 * holds, and told: what is wrong where, why, and what to do. [IM-5] [IM-6]
 */
#ifndef CMD_RELEASE_TABLE_H
#define CMD_RELEASE_TABLE_H

#include "cmd/command.h"
#include "desk/edition.h"
#include "import/review.h"
#include "import/table.h"

#include <jansson.h>

#define KK_MAPPINGS_DIR "mappings" /* in the home */
struct kk_release_table {
    const char *path, *scope; /* borrowed */
    struct kk_bytes file;
    struct kk_grid grid;
    struct kk_mapping *mapping; /* NULL: none was needed */
    struct kk_table_sum sum;
    struct kk_tidy tidy;
    struct kk_review review;
    uint32_t beside; /* the release that it was compared with; 0: none */
};
void kk_release_table_free(struct kk_release_table *t);
KK_DEFINE_FREE(kk_release_table)
/* What a table is judged beside. */
struct kk_release_ground {
    struct kk_press *press; /* NULL where the home is no desk: nothing is compared then */
    const struct kk_ref *reference;
};
/* What is wrong with rows is no fault: look at tidy.issue_total. */
KK_MUST_USE int kk_release_table_read(struct kk_command *c, const struct kk_release_ground *ground,
                                      const char *scope, const char *path,
                                      struct kk_release_table **ret);

/* Findings grouped by cause, on the talk side; nothing with --json. */
void kk_release_table_tell(struct kk_command *c, const struct kk_release_table *t);
/* KK_E_CSV where the table cannot be taken: any refusal, or with accept-valid-rows no sound row. */
KK_MUST_USE int kk_release_table_verdict(struct kk_command *c, const struct kk_release_table *t);
json_t *kk_release_table_json(const struct kk_command *c, const struct kk_release_table *t);

#endif
