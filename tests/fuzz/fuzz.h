/*
 * A fuzz target is a file fuzz_<name>.c that defines LLVMFuzzerTestOneInput and aborts (kk_assert)
 * when a property does not hold. It is built twice: over its committed corpus as an ordinary test,
 * and with libFuzzer under -Dfuzz=true. One line in meson.build adds one.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include "kukyoku/attr.h"
#include "kukyoku/slice.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
