/*
 * The HTTP service: its routes and what they answer.
 * Ownership: a `struct api` borrows store, settings, cache and embedding, which must live
 * as long.
 */
#ifndef SERVICE_API_H
#define SERVICE_API_H

#include "embedding/embedding.h"
#include "base/cache.h"
#include "base/config.h"
#include "service/route.h"
#include "store/store.h"

struct api {
	struct store *store;
	const struct config *config;
	struct cache *cache;	     /* answers; NULL: none */
	struct embedding *embedding; /* NULL: no server is configured */
};

/* All endpoints. */
extern const struct route api_routes[];
extern const size_t api_n_routes;

/* The service that answers them out of `api`. */
struct service api_service(struct api *api);

#endif
