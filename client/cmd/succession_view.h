/* Where the series of areas break: said with every answer that has such an area. [DA-2] */
#ifndef CMD_SUCCESSION_VIEW_H
#define CMD_SUCCESSION_VIEW_H

#include "cmd/command.h"
#include "model/data.h"
#include "model/succession.h"
#include "view/json.h"

/* What an answer is about: the areas that were asked for, else (count 0) those of its cells. */
struct kk_succession_view {
    const struct kk_ref *reference;
    const struct kk_slice *areas;
    size_t count;
    const struct kk_data *data;
    bool linked; /* all of the line are in the answer */
};
void kk_succession_tell(struct kk_command *c, const struct kk_succession_view *v);
/* [{"area":…, "last":…, "successors":[…]}, …] */
json_t *kk_succession_json(const struct kk_succession_view *v);

#endif
