/*
 * One self-contained page for printing and reading aloud: no script, nothing from elsewhere, A4,
 * readable in grey (WCAG 2.2 AA: language, title, headings in order, captions and header cells of
 * tables, contrast). Text is escaped here and nowhere else.
 */
#ifndef VIEW_HTML_H
#define VIEW_HTML_H

#include "kukyoku/slice.h"
#include "view/text.h"

#include <stdio.h>

/* Head and opening of the page, with its title as the one <h1>. */
void kk_html_begin(FILE *to, enum kk_lang lang, struct kk_slice title);
void kk_html_end(FILE *to);
/* Text between tags and in attributes; & < > " ' are escaped, control characters left out. */
void kk_html_text(FILE *to, struct kk_slice text);
/* <tag>text</tag>; tag is a literal, also with attributes ("th scope=\"col\""). */
void kk_html_put(FILE *to, const char *tag, struct kk_slice text);

#endif
