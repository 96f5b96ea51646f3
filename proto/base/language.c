/* A person's language (language.h). */
#include "kukyoku/base/language.h"

#include <stddef.h>
#include <string.h>

const char *kk_language_of(kk_variable_fn *variable)
{
    static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = variable(names[i]);

        if (value && value[0])
            return strncmp(value, "en", 2) == 0 ? "en" : "ja";
    }
    return "ja";
}
