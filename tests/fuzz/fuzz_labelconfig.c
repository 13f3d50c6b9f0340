/* A labeling configuration. */
#include <stdlib.h>

#include "fuzz.h"
#include "labelstudio/labelconfig.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(FUZZ_MEMORY);
	struct labelconfig config;
	struct error e;

	if (a != NULL &&
	    labelconfig_parse(a, (struct str){(const char *)data, size}, &config, &e) ==
		ERR_OK)
		for (size_t i = 0; i < config.n; i++)
			if (config.controls[i].name.n == 0 ||
			    config.controls[i].metric == NULL)
				abort();
	arena_free(a);
	return 0;
}
