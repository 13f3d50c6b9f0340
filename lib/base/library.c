#include "base/library.h"

#include <dlfcn.h>

#include "base/log.h"

enum err
library_load(
    const char *file, const char *const *names, size_t n, void **found, struct error *e)
{
	void *library;

	if (found[0] != NULL)
		return ERR_OK;
	library = dlopen(file, RTLD_LAZY | RTLD_LOCAL);
	if (library == NULL) {
		log_error("%s", dlerror());
		return error_set(e, ERR_UNAVAILABLE, "%s cannot be loaded", file);
	}
	/* The first comes last: it tells that all are there. */
	for (size_t i = n; i-- > 0;) {
		found[i] = dlsym(library, names[i]);
		if (found[i] == NULL) {
			log_error("%s has no %s", file, names[i]);
			dlclose(library);
			return error_set(
			    e, ERR_UNAVAILABLE, "%s has no %s", file, names[i]);
		}
	}
	return ERR_OK;
}
