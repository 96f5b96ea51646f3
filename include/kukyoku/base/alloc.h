/* All heap memory goes through here, so that tests can make the n-th allocation fail. */
#ifndef KUKYOKU_BASE_ALLOC_H
#define KUKYOKU_BASE_ALLOC_H

#include "kukyoku/attr.h"

#include <stddef.h>

/* NULL when memory is short. kk_alloc gives zeroed memory. count * size is checked. */
KK_MUST_USE void *kk_alloc(size_t size);
KK_MUST_USE void *kk_alloc_array(size_t count, size_t size);
/* On failure the old block stays valid. New bytes are not zeroed. */
KK_MUST_USE void *kk_realloc(void *old, size_t size);
KK_MUST_USE char *kk_text_dup(const char *text, size_t len); /* NUL added */
void kk_free(void *p);

/* Tests only: the n-th allocation from now fails (1 = the next), and all after it; 0 = none. */
void kk_alloc_fail_at(unsigned long n);

#endif
