/* Pages for people (html.h). */
#include "view/html.h"

#include <string.h>

static const char style[] =
    "@page{size:A4;margin:18mm}"
    "body{font-family:\"BIZ UDPGothic\",\"Noto Sans JP\",sans-serif;color:#1a1a1a;"
    "background:#fff;line-height:1.6;max-width:180mm;margin:0 auto;padding:1rem}"
    "h1{font-size:1.5rem;border-bottom:2px solid #1a1a1a}h2{font-size:1.2rem}"
    "table{border-collapse:collapse;width:100%}caption{text-align:left;font-weight:bold}"
    "th,td{border:1px solid #595959;padding:.2rem .5rem;text-align:left}"
    "td.t{white-space:pre-wrap;overflow-wrap:anywhere}"
    "p.mark{font-weight:bold;border:2px solid #1a1a1a;display:inline-block;padding:.1rem .8rem}"
    "td.n{text-align:right;font-variant-numeric:tabular-nums}"
    "table{margin:1rem 0}tr{break-inside:avoid}footer{margin-top:2rem;font-size:.9rem}";

void kk_html_text(FILE *to, struct kk_slice text)
{
    static const struct {
        char is;
        const char *as;
    } marks[] = { { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" },
                  { '\'', "&#39;" } };

    for (size_t i = 0; i < text.len; i++) {
        const char *as = NULL;

        for (size_t k = 0; k < KK_COUNT(marks) && !as; k++)
            as = (char)text.data[i] == marks[k].is ? marks[k].as : NULL;
        if (as)
            fputs(as, to);
        else if (text.data[i] >= 0x20 || text.data[i] == '\n')
            fputc(text.data[i], to);
    }
}

void kk_html_put(FILE *to, const char *tag, struct kk_slice text)
{
    fprintf(to, "<%s>", tag);
    kk_html_text(to, text);
    fprintf(to, "</%.*s>\n", (int)strcspn(tag, " "), tag);
}

void kk_html_begin(FILE *to, enum kk_lang lang, struct kk_slice title)
{
    fprintf(to, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
                "<meta name=\"viewport\" content=\"width=device-width\">\n",
            kk_lang_name(lang));
    kk_html_put(to, "title", title);
    fprintf(to, "<style>%s</style>\n</head>\n<body>\n<main>\n", style);
    kk_html_put(to, "h1", title);
}

void kk_html_end(FILE *to)
{
    fputs("</main>\n</body>\n</html>\n", to);
}
