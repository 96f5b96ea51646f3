/* Width of characters (notation.h). [IM-2] */
#include "import/notation.h"

/* The ASCII character that a full-width one stands for (U+FF01 … U+FF5E, U+3000); 0: none. */
static char narrow(const uint8_t *at)
{
    if (at[0] == 0xe3 && at[1] == 0x80 && at[2] == 0x80)
        return ' ';
    if (at[0] != 0xef)
        return 0;
    if (at[1] == 0xbc && at[2] >= 0x81)
        return (char)(at[2] - 0x81 + '!');
    if (at[1] == 0xbd && at[2] <= 0x9e)
        return (char)(at[2] - 0x80 + '`');
    return 0;
}

bool kk_notation_fold(struct kk_slice text, char ret[KK_NOTATION_TEXT])
{
    size_t len = 0, from = 0;

    for (size_t i = 0; i < text.len;) {
        char c = text.len - i >= 3 ? narrow(text.data + i) : 0;

        if (len + 1 == KK_NOTATION_TEXT || text.data[i] == 0)
            return false;
        ret[len++] = c ? c : (char)text.data[i];
        i += c ? 3 : 1;
    }
    while (len > 0 && ret[len - 1] == ' ')
        len--;
    while (from < len && ret[from] == ' ')
        from++;
    memmove(ret, ret + from, len - from);
    ret[len - from] = 0;
    return true;
}
