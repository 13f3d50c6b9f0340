/*
 * Different keys in the order in which they came, and the place of each: values are in
 * lists of the user's own, at the same places. The tables are in the arena that is handed
 * in, always the same one; the bytes of the keys are not copied.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

/* All zero is an empty map. */
struct map {
	struct str *keys;
	size_t n;
	size_t room;	 /* of keys; the table has twice as many slots */
	uint32_t *slots; /* a place, plus one; 0 is empty */
};

/* Adds a key unless it is there; a new one has the place n - 1. ERR_MEMORY. */
enum err map_add(struct arena *a, struct map *m, struct str key) ERR_WARN_UNUSED;

/* Returns whether the key is there; its place is then stored in *r unless r is NULL. */
bool map_find(const struct map *m, struct str key, size_t *r);

/* Forgets all but the first `n` keys. */
void map_forget(struct map *m, size_t n);

#endif
