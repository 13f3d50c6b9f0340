/* A PNG in base64: the bytes as a bitmask's `imageDataURL`. */
#include <stdlib.h>

#include "fuzz.h"
#include "metric/region/shape.h"

static char *
encode(struct arena *a, const uint8_t *data, size_t size)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *text = arena_alloc(a, size / 3 * 4 + 8), *p = text;

	for (size_t i = 0; text != NULL && i < size; i += 3) {
		uint32_t v = (uint32_t)data[i] << 16;

		v |= i + 1 < size ? (uint32_t)data[i + 1] << 8 : 0;
		v |= i + 2 < size ? data[i + 2] : 0;
		for (int shift = 18; shift >= 0; shift -= 6)
			*p++ = digits[v >> shift & 63];
	}
	if (text != NULL)
		*p = '\0';
	return text;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct shape *bitmask = shape_table[SHAPE_BITMASK];
	struct arena *a = arena_new(FUZZ_MEMORY);
	const char *base64 = a == NULL ? NULL : encode(a, data, size);
	const char *text = base64 == NULL
	    ? NULL
	    : arena_printf(a, "{\"imageDataURL\":\"data:image/png;base64,%s\"}", base64);
	const struct reading how = {.aspect = 1.0};
	struct item item = {0};
	struct extent extent;
	const void *geometry;
	double r;

	if (text != NULL && json_parse(a, str_of(text), &item.value, NULL) == ERR_OK &&
	    bitmask->read(a, &item, &how, &geometry, &extent, NULL) == ERR_OK &&
	    (bitmask->overlap(a, geometry, geometry, &r) != ERR_OK || r != 1.0))
		abort();
	arena_free(a);
	return 0;
}
