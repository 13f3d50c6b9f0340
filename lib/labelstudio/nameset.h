/*
 * A list of different names in the order in which they came, with a fast answer to "is it
 * there". Ownership: the set and the list are in the arena that is handed in; the bytes of
 * the names are not copied.
 */
#ifndef LABELSTUDIO_NAMESET_H
#define LABELSTUDIO_NAMESET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

/* All zero is an empty set. */
struct nameset {
	struct str *names;
	size_t n;
	size_t room;	 /* of names; the table has twice as many slots */
	uint32_t *slots; /* index into names, plus one; 0 is empty */
};

/* Add a name unless it is there. ERR_MEMORY. */
enum err nameset_add(struct arena *a, struct nameset *set, struct str name) ERR_WARN_UNUSED;

/* Whether the name is there; its place in `names` is then stored in *r unless r is NULL. */
bool nameset_find(const struct nameset *set, struct str name, size_t *r);

#endif
