/*
 * The table of all routes and their handlers.
 */
#ifndef SERVICE_ROUTES_H
#define SERVICE_ROUTES_H

#include <stddef.h>

#include "service/api.h"
#include "service/route.h"

extern const struct route routes_table[];
extern const size_t routes_count;

/* Returns the service that answers from `api`, which must live as long. */
struct service routes_service(struct api *api);

#endif
