/* JSON in, looked up, compared, and out again: what is written reads back equal. */
#include <stdlib.h>

#include "fuzz.h"
#include "json/json.h"
#include "json/out.h"

static void
look_up(const struct json *j)
{
	for (uint32_t i = 0; j->type == JSON_OBJECT && i < j->n; i++)
		if (json_get_str(j, json_key(j, i)) == NULL)
			abort();
}

static void
write_and_read(struct arena *a, const struct json *j)
{
	struct json_object *copy = json_out_copy(j);
	struct buf b = BUF_INIT;
	const struct json *again;

	if (json_out_write(&b, copy, false) == ERR_OK &&
	    (json_parse(a, buf_text(&b), &again, NULL) != ERR_OK || !json_equal(j, again) ||
		json_hash(j) != json_hash(again)))
		abort();
	json_out_free(copy);
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(FUZZ_MEMORY);
	const struct json *j;
	struct error e;

	if (a != NULL &&
	    json_parse(a, (struct str){(const char *)data, size}, &j, &e) == ERR_OK) {
		look_up(j);
		if (!json_equal(j, j))
			abort();
		/* json-c has no null outside a container. */
		if (j->type == JSON_OBJECT || j->type == JSON_ARRAY)
			write_and_read(a, j);
	}
	arena_free(a);
	return 0;
}
