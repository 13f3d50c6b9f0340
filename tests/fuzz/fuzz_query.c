/* The query string of a request, with the selection in both of its forms. */
#include <stdlib.h>

#include "fuzz.h"
#include "service/param.h"
#include "json/write.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(FUZZ_MEMORY);
	struct param_value values[PARAM__MAX] = {0};
	struct query query;
	struct invalid problems;
	struct buf b = BUF_INIT;
	struct json_writer w = JSON_WRITER(&b);
	const unsigned all = (1u << PARAM__MAX) - 1;

	if (a != NULL &&
	    query_read(a, (struct str){(const char *)data, size}, &query) == ERR_OK) {
		invalid_init(&problems, a);
		if (param_read(a, &query, all, &problems, values) == ERR_OK &&
		    !invalid_any(&problems) && !values[PARAM_SELECTION].given)
			abort(); /* it is required */
		invalid_write(&w, NULL, &problems);
		buf_free(&b);
	}
	arena_free(a);
	return 0;
}
