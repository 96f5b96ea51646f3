/* The language in which a person is spoken to, by the locale's variables (POSIX, 8.2). */
#ifndef KUKYOKU_BASE_LANGUAGE_H
#define KUKYOKU_BASE_LANGUAGE_H

/* getenv, or what stands for it. */
typedef char *kk_variable_fn(const char *name);
/* "en" where the first of LC_ALL, LC_MESSAGES, LANG that is not empty begins so; else "ja". */
const char *kk_language_of(kk_variable_fn *variable);

#endif
