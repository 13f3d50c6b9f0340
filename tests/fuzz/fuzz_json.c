/* JSON in, looked up, compared, and out again: what is written reads back equal. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "json/json.h"
#include "json/write.h"

static void
look_up(const struct json *j)
{
	for (uint32_t i = 0; j->type == JSON_OBJECT && i < j->n; i++)
		if (json_get_str(j, json_key(j, i)) == NULL)
			abort();
}

/* What a copy must leave out. */
static bool
has_nul_in_key(const struct json *j)
{
	bool found = false;

	for (uint32_t i = 0; j->type == JSON_ARRAY && i < j->n; i++)
		found = found || has_nul_in_key(json_at(j, i));
	for (uint32_t i = 0; j->type == JSON_OBJECT && i < j->n; i++) {
		struct str key = json_key(j, i);

		found = found || (key.n > 0 && memchr(key.s, '\0', key.n) != NULL) ||
		    has_nul_in_key(json_value(j, i));
	}
	return found;
}

static void
write_and_read(struct arena *a, const struct json *j)
{
	struct buf b = BUF_INIT;
	struct json_writer w = JSON_WRITER(&b);
	const struct json *again;

	json_write_copy(&w, NULL, j);
	if (!buf_failed(&b) &&
	    (json_parse(a, buf_text(&b), &again, NULL) != ERR_OK || !json_equal(j, again) ||
		json_hash(j) != json_hash(again)))
		abort();
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
		if ((j->type == JSON_OBJECT || j->type == JSON_ARRAY) && !has_nul_in_key(j))
			write_and_read(a, j);
	}
	arena_free(a);
	return 0;
}
