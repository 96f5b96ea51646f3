/* Lists of names come from the tables themselves (names.h). */
#include "cmd/names.h"

#include "view/text.h"

#include <stdio.h>
#include <string.h>

#define ALL_TEXT 260

int kk_names_refuse(struct kk_command *c, const char *where, const char *typed, kk_name_fn *name,
                    const void *list)
{
    const char *near = kk_text_nearest(typed, name, list);
    char all[ALL_TEXT] = "", meant[KK_ERROR_WHERE_MAX] = "";
    size_t len = 0;

    for (size_t i = 0; name(list, i); i++) {
        int n = snprintf(all + len, ALL_TEXT - len, "%s%s", i ? ", " : "", name(list, i));

        if (n < 0 || (size_t)n >= ALL_TEXT - len) {
            all[len] = '\0'; /* names are told whole or not at all */
            break;
        }
        len += (size_t)n;
    }
    if (near)
        snprintf(meant, sizeof(meant), KK_T(c, DID_YOU_MEAN), near);
    return kk_command_usage(c, where, KK_T(c, NONE_OF), typed, all, meant);
}

static const char *code_at(const void *list, size_t i)
{
    size_t count;
    const struct kk_code *codes = kk_codes(*(const enum kk_code_list *)list, &count);

    return i < count ? codes[i].name : NULL;
}

int kk_names_code(struct kk_command *c, const char *where, enum kk_code_list list,
                  const char *typed, const struct kk_code **ret)
{
    const struct kk_code *code = kk_code_parse(list, kk_slice_text(typed));

    if (!code)
        return kk_names_refuse(c, where, typed, code_at, &list);
    *ret = code;
    return 0;
}

/* The first state is that of a record that is not there. */
static const char *state_at(const void *list, size_t i)
{
    return kk_state_name(*(const enum kk_machine *)list, (unsigned)i + 1);
}

int kk_names_state(struct kk_command *c, const char *where, enum kk_machine machine,
                   const char *typed, int *ret)
{
    int state = kk_state_parse(machine, typed);

    if (state < 0)
        return kk_names_refuse(c, where, typed, state_at, &machine);
    *ret = state;
    return 0;
}

struct acts {
    enum kk_machine machine;
    const char *prefix;
};

/* Those of the newest table that begin so, without their beginning. */
static const char *act_at(const void *list, size_t i)
{
    const struct acts *acts = list;
    size_t count, len = strlen(acts->prefix);
    const struct kk_transition *t = kk_transitions(acts->machine, KK_TV_NEWEST, &count);

    for (size_t k = 0; k < count; k++) {
        const char *name = kk_act_name(t[k].act);

        if (strncmp(name, acts->prefix, len) == 0 && i-- == 0)
            return name + len;
    }
    return NULL;
}

int kk_names_act(struct kk_command *c, enum kk_machine machine, const char *prefix,
                 const char *typed, unsigned *ret)
{
    struct acts acts = { machine, prefix };
    const char *name;

    for (size_t i = 0; (name = act_at(&acts, i)); i++) {
        char whole[KK_ERROR_WHERE_MAX];

        if (strcmp(name, typed) != 0)
            continue;
        snprintf(whole, sizeof(whole), "%s%s", prefix, name);
        *ret = kk_act_parse(whole);
        return 0;
    }
    return kk_names_refuse(c, "ACT", typed, act_at, &acts);
}
