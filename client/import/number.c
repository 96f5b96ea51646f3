/* Numbers as people write them (notation.h). [IM-2] */
#include "desk/tidy.h"
#include "import/notation.h"

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Signs that mean less than zero; only as display they may stand for one. */
static const char *const minus[] = { "△", "▲", "−", "-" };

/* Groups of three behind one to three digits, in the whole part only; false: otherwise. */
static bool drop_separators(const char *from, char *ret)
{
    size_t run = 0, groups = 0, len = 0;
    bool dot = false;

    for (; *from; from++) {
        if (*from == ',' && !dot && run > 0 && (groups == 0 ? run <= 3 : run == 3)) {
            groups++;
            run = 0;
            continue;
        }
        if (*from == '.' && !dot) {
            if (groups > 0 && run != 3)
                return false;
            dot = true;
        } else if (!digit(*from)) {
            return false;
        }
        run++;
        ret[len++] = *from;
    }
    ret[len] = 0;
    return dot || groups == 0 || run == 3;
}

bool kk_notation_number(struct kk_slice text, char ret[KK_NOTATION_TEXT])
{
    char folded[KK_NOTATION_TEXT];
    enum kk_tidy_reason reason;
    const char *rest = folded;
    int64_t value;
    bool negative = false;

    if (!kk_notation_fold(text, folded))
        return false;
    for (size_t i = 0; i < KK_COUNT(minus) && !negative; i++) {
        size_t len = strlen(minus[i]);

        negative = strncmp(folded, minus[i], len) == 0;
        rest += negative ? len : 0;
    }
    ret[0] = '-';
    return drop_separators(rest, ret + negative) &&
           kk_number_parse(kk_slice_text(ret), &value, &reason);
}
