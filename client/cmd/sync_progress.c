/* Parts of a sync, named for a person or for a program. */
#include "cmd/sync_progress.h"

#include "os.h"

void kk_sync_progress_init(struct kk_sync_progress *p, const struct kk_command *c)
{
    p->command = c;
    kk_progress_init(&p->progress, c->out);
}

void kk_sync_progress_step(void *user, enum kk_sync_part part, uint64_t done, uint64_t all)
{
    struct kk_sync_progress *p = user;
    const struct kk_command *c = p->command;
    struct kk_progress_part what = { "records", KK_T(c, PROGRESS_RECORDS) };

    if (part == KK_PART_SENT)
        what = (struct kk_progress_part){ "sent", KK_T(c, PROGRESS_SENT) };
    else if (part == KK_PART_FIGURES)
        what = (struct kk_progress_part){ "figures", KK_T(c, PROGRESS_FIGURES) };
    else if (part == KK_PART_INDEXES)
        what = (struct kk_progress_part){ "index", KK_T(c, PROGRESS_INDEX) };
    kk_progress_step(&p->progress, &what, done, all, kk_os_monotonic_ms());
}
