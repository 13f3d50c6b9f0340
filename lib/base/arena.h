/*
 * Memory by lifetime: what is taken from an arena is given back all at once. The caller of
 * arena_new() calls arena_free(); nothing taken from an arena is freed alone.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

struct arena;

/* Makes an arena of at most `limit` bytes (0: no limit) between resets. NULL: no memory. */
struct arena *arena_new(size_t limit);

/* Runs the deferred clean-ups, last first, and gives all memory back. `a` may be NULL. */
void arena_free(struct arena *a);

/* The same as arena_free() and arena_new() with the same limit, but keeps the first blocks.
 */
void arena_reset(struct arena *a);

/*
 * Returns `size` bytes, aligned for any type, not cleared; zero bytes are a valid pointer,
 * too. NULL: no memory, or over the limit; the arena stays usable.
 */
void *arena_alloc(struct arena *a, size_t size);

/* Returns `count` * `size` bytes, cleared; NULL also if the product overflows. */
void *arena_calloc(struct arena *a, size_t count, size_t size);

/* Copies a text and puts a NUL behind it; `s` of the copy is NULL without memory. */
struct str arena_str(struct arena *a, struct str s);

/* Prints into the arena, NUL-terminated; NULL without memory. */
char *arena_printf(struct arena *a, const char *format, ...) ERR_PRINTF(2, 3);

/*
 * Calls `clean(what)` when the arena is reset or freed, to close a handle of a library,
 * say. Without memory to remember it, clean(what) is called at once and false is returned.
 */
bool arena_defer(struct arena *a, void (*clean)(void *what), void *what);

/* A position in the arena. arena_rewind() gives back what was taken since, as the scratch
 * memory of one computation. */
struct arena_mark {
	void *block;
	size_t used;
	void *deferred;
	size_t total;
};
struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark mark);

/* The bytes that the arena holds from the system now. */
size_t arena_held(const struct arena *a);

#endif
