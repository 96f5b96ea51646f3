/*
 * What only the page needs of the system: a stream into memory, a browser, a socket given back.
 * Apart from os.h, with the same rules.
 */
#ifndef CLIENT_OS_SHOW_H
#define CLIENT_OS_SHOW_H

#include "kukyoku/base/bytes.h"
#include "kukyoku/error.h"

#include <stdio.h>

/* A stream whose bytes are appended to `to` as they are flushed; fclose ends it. NULL: memory. */
KK_MUST_USE FILE *kk_os_memory_open(struct kk_bytes *to);
/* Hands a file to the program that the desktop has for it. Does not wait for it. KK_E_NOT_FOUND. */
KK_MUST_USE int kk_os_show(const char *path, struct kk_error *err);
void kk_os_socket_close(int socket);

/*
 * The page, a file of HTML, as a PDF, by an installed Chromium; whatever that keeps stays in
 * folder. KK_E_PRINT where there is none, or where it makes nothing within a minute.
 */
KK_MUST_USE int kk_os_print(const char *folder, const char *page, const char *pdf,
                            struct kk_error *err);
/* The folder with all that is in it; symbolic links are removed, not followed. */
KK_MUST_USE int kk_os_dir_remove(const char *path, struct kk_error *err);

#endif
