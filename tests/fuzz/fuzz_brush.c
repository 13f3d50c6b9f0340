/* Label Studio's run-length code: the bytes as a brush's `rle`. */
#include <stdlib.h>

#include "base/buf.h"
#include "fuzz.h"
#include "metric/region/shape.h"

static const struct json *
make_item(struct arena *a, struct buf *b, const uint8_t *data, size_t size)
{
	const struct json *j = NULL;

	buf_puts(b, "{\"rle\":[");
	for (size_t i = 0; i < size; i++)
		buf_printf(b, "%s%u", i == 0 ? "" : ",", data[i]);
	buf_puts(b, "]}");
	if (buf_failed(b) || json_parse(a, buf_text(b), &j, NULL) != ERR_OK)
		abort();
	return j;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct shape *brush = shape_table[SHAPE_BRUSH];
	struct arena *a = arena_new(FUZZ_MEMORY);
	const struct reading how = {.aspect = 1.0};
	struct buf b = BUF_INIT;
	struct extent extent;
	const void *geometry;
	double r;

	if (a != NULL) {
		struct item item = {.value = make_item(a, &b, data, size)};

		if (brush->read(a, &item, &how, &geometry, &extent, NULL) == ERR_OK &&
		    (brush->overlap(a, geometry, geometry, &r) != ERR_OK || r != 1.0))
			abort();
	}
	buf_free(&b);
	arena_free(a);
	return 0;
}
