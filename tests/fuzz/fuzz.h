/*
 * What the fuzz targets share. Each is a libFuzzer target of its own, built with clang and
 * --enable-fuzzing: tests/fuzz/fuzz_json -dict=tests/fuzz/json.dict CORPUS.
 * Ownership: an input is the fuzzer's; it must not be kept.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* No input may take more memory than a request may. */
#define FUZZ_MEMORY ((size_t)256 << 20)

/* libFuzzer's entry: try one input; returns 0. What must not be, ends in abort(). */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
