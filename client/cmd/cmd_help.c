/* `kukyoku help`: what there is, for one noun, or one command. */
#include "cmd/help.h"

int cmd_help(struct kk_command *c)
{
    const char *noun = kk_command_arg(c, 0), *verb = kk_command_arg(c, 1);

    if (!noun)
        return kk_help_list(c->out);
    const struct kk_command_row *row = kk_command_find(noun, verb);
    if (row)
        return kk_help_command(c, row, kk_command_arg(c, 2));
    if (!verb && kk_command_noun_known(noun))
        return kk_help_noun(c->out, noun);
    return kk_command_unknown(&c->err, c->lang, noun, kk_command_noun_known(noun) ? verb : NULL);
}
