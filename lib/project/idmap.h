/*
 * Different numbers in the order in which they came, and the place of each, as base/map.h
 * has texts. The table is in the arena that is handed in, always the same one.
 */
#ifndef PROJECT_IDMAP_H
#define PROJECT_IDMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

/* All zero is an empty map. */
struct idmap {
	struct idmap_slot {
		uint64_t key;
		uint32_t place; /* plus one; 0 is empty */
	} *slots;
	size_t room; /* slots, a power of two; at most half of them are taken */
	uint32_t n;
};

/* Adds a key unless it is there; a new one has the place n - 1. *r is its place.
 * ERR_MEMORY. */
enum err idmap_add(
    struct arena *a, struct idmap *m, uint64_t key, uint32_t *r) ERR_WARN_UNUSED;

/* Returns whether the key is there; its place is then stored in *r. */
bool idmap_find(const struct idmap *m, uint64_t key, uint32_t *r);

#endif
