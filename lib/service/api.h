/*
 * What the handlers answer from. A `struct api` owns nothing that it points to.
 */
#ifndef SERVICE_API_H
#define SERVICE_API_H

#include "base/cache.h"
#include "base/config.h"
#include "embedding/embedding.h"
#include "project/keeping.h"
#include "store/store.h"

struct api {
	struct store *store;
	const struct config *config;
	struct cache *cache;	     /* answers; NULL: none */
	struct embedding *embedding; /* NULL: no server is configured */
	struct keeping *keeping;     /* scores that were computed; NULL: none are kept */
};

#endif
