/* Progress (progress.h). */
#include "view/progress.h"

#include "view/json.h"
#include "view/table.h"

#include <string.h>

#define STEP_MS 100

void kk_progress_init(struct kk_progress *p, struct kk_out *out)
{
    *p = (struct kk_progress){ .out = out, .shown_ms = -STEP_MS };
}

static void draw(struct kk_progress *p, const char *label, uint64_t done, uint64_t total)
{
    char have[KK_NUMBER_TEXT], all[KK_NUMBER_TEXT];

    kk_number_text((int64_t)done, 0, have);
    kk_number_text((int64_t)total, 0, all);
    fprintf(p->out->talk, "\r\033[K%s %s", label, have);
    if (total > 0)
        fprintf(p->out->talk, " / %s (%u%%)", all, (unsigned)(done * 100 / total));
    fflush(p->out->talk);
    p->drawn = true;
}

void kk_progress_step(struct kk_progress *p, const struct kk_progress_part *part, uint64_t done,
                      uint64_t total, int64_t now_ms)
{
    bool last = total > 0 && done >= total;

    bool begins = !p->name || strcmp(p->name, part->name) != 0;

    if (p->out->quiet || (!last && !begins && now_ms - p->shown_ms < STEP_MS))
        return;
    p->name = part->name;
    p->shown_ms = now_ms;
    if (p->out->watch)
        p->out->watch(p->out->watch_user, done, total);
    if (p->out->progress == KK_PROGRESS_JSON) {
        json_t *line = json_pack("{s:s, s:I, s:I}", "progress", part->name, "done",
                                 (json_int_t)done, "total", (json_int_t)total);

        if (line && json_dumpf(line, p->out->talk, JSON_COMPACT) == 0)
            fputc('\n', p->out->talk);
        json_decref(line);
        return;
    }
    if (p->out->progress == KK_PROGRESS_AUTO && p->out->talk_terminal && !p->out->json)
        draw(p, part->label, done, total);
}

void kk_progress_done(struct kk_progress *p)
{
    if (p->drawn)
        fputs("\r\033[K", p->out->talk);
    p->drawn = false;
}
