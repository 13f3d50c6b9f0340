/*
 * Memory by lifetime: what is taken from an arena is given back all at once.
 * Ownership: whoever calls arena_new() calls arena_free(); nothing taken from an arena is
 * freed alone.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

struct arena;

/*
 * Make an arena that hands out at most `limit` bytes (0: no limit) before the next reset.
 * Returns NULL if there is no memory.
 */
struct arena *arena_new(size_t limit);

/* Run the deferred clean-ups, last first, and give all memory back. NULL is allowed. */
void arena_free(struct arena *a);

/* As arena_free() followed by arena_new() with the same limit, but keeps the first blocks.
 */
void arena_reset(struct arena *a);

/*
 * `size` bytes, aligned for any type, not cleared. Zero bytes give a valid pointer.
 * Returns NULL without memory or over the limit; the arena stays usable.
 */
void *arena_alloc(struct arena *a, size_t size);

/* `count` * `size` bytes, cleared; NULL also if the product overflows. */
void *arena_calloc(struct arena *a, size_t count, size_t size);

/* A copy of a piece of text with a NUL behind it; its `s` is NULL without memory. */
struct str arena_str(struct arena *a, struct str s);

/* The printed text, NUL-terminated; NULL without memory. */
char *arena_printf(struct arena *a, const char *format, ...) ERR_PRINTF(2, 3);

/*
 * Have `clean(what)` called when the arena is reset or freed (a handle of a library, say).
 * Returns false, and calls clean(what) at once, if there is no memory to note it.
 */
bool arena_defer(struct arena *a, void (*clean)(void *what), void *what);

/* A place in the arena, to give back what was taken since: scratch memory of one
 * computation. */
struct arena_mark {
	void *block;
	size_t used;
	void *deferred;
	size_t total;
};
struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark mark);

/* Bytes that the arena holds from the system now (for cache accounting). */
size_t arena_held(const struct arena *a);

#endif
