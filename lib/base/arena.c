#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_BLOCK ((size_t)16 << 10)
#define LARGEST_BLOCK ((size_t)1 << 20)
#define KEEP_ON_RESET ((size_t)4 << 20)

/* Blocks stand in the order in which they were taken; `last` is the one in use. */
struct block {
	struct block *next;
	size_t size;
	size_t used;
	alignas(max_align_t) char bytes[];
};

struct deferred {
	struct deferred *next;
	void (*clean)(void *);
	void *what;
};

struct arena {
	struct block *first, *last;
	struct deferred *deferred;
	size_t limit;
	size_t total; /* bytes handed out */
	size_t held;
};

struct arena *
arena_new(size_t limit)
{
	struct arena *a = calloc(1, sizeof(*a));

	if (a != NULL)
		a->limit = limit;
	return a;
}

static void
run_deferred(struct arena *a, struct deferred *until)
{
	while (a->deferred != until) {
		struct deferred *d = a->deferred;

		a->deferred = d->next;
		d->clean(d->what);
	}
}

static void
free_after(struct arena *a, struct block *keep)
{
	struct block *b = keep == NULL ? a->first : keep->next;

	while (b != NULL) {
		struct block *next = b->next;

		a->held -= b->size;
		free(b);
		b = next;
	}
	if (keep == NULL)
		a->first = NULL;
	else
		keep->next = NULL;
	a->last = keep;
}

void
arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	run_deferred(a, NULL);
	free_after(a, NULL);
	free(a);
}

void
arena_reset(struct arena *a)
{
	struct block *keep = NULL;
	size_t kept = 0;

	run_deferred(a, NULL);
	for (struct block *b = a->first; b != NULL && kept + b->size <= KEEP_ON_RESET;
	    b = b->next) {
		b->used = 0;
		kept += b->size;
		keep = b;
	}
	free_after(a, keep);
	a->last = a->first;
	a->total = 0;
}

/* A block with room for `size` bytes becomes the one in use: a kept one, or a new one. */
static struct block *
next_block(struct arena *a, size_t size)
{
	size_t want = a->last == NULL ? FIRST_BLOCK : a->last->size * 2;
	struct block *b;

	for (b = a->last == NULL ? NULL : a->last->next; b != NULL; b = b->next) {
		if (b->size >= size) {
			b->used = 0;
			a->last = b;
			return b;
		}
		b->used = b->size;
	}
	if (want > LARGEST_BLOCK)
		want = LARGEST_BLOCK;
	if (want < size)
		want = size;
	if (want > SIZE_MAX - sizeof(*b) || (b = malloc(sizeof(*b) + want)) == NULL)
		return NULL;
	b->size = want;
	b->used = 0;
	b->next = NULL;
	if (a->first == NULL) {
		a->first = b;
	} else {
		struct block *end = a->last;

		while (end->next != NULL)
			end = end->next;
		end->next = b;
	}
	a->last = b;
	a->held += want;
	return b;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	struct block *b = a->last;
	void *p;

	if (size > SIZE_MAX / 2)
		return NULL;
	size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	if (a->limit != 0 && size > a->limit - a->total)
		return NULL;
	if (b == NULL || b->size - b->used < size) {
		b = next_block(a, size);
		if (b == NULL)
			return NULL;
	}
	p = b->bytes + b->used;
	b->used += size;
	a->total += size;
	return p;
}

void *
arena_calloc(struct arena *a, size_t count, size_t size)
{
	void *p;

	if (size != 0 && count > SIZE_MAX / size)
		return NULL;
	p = arena_alloc(a, count * size);
	if (p != NULL)
		memset(p, 0, count * size);
	return p;
}

struct str
arena_str(struct arena *a, struct str s)
{
	char *copy = arena_alloc(a, s.n + 1);

	if (copy == NULL)
		return (struct str){0};
	if (s.n > 0)
		memcpy(copy, s.s, s.n);
	copy[s.n] = '\0';
	return (struct str){copy, s.n};
}

char *
arena_printf(struct arena *a, const char *format, ...)
{
	va_list args;
	char *p;
	int n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0 || (p = arena_alloc(a, (size_t)n + 1)) == NULL)
		return NULL;
	va_start(args, format);
	vsnprintf(p, (size_t)n + 1, format, args);
	va_end(args);
	return p;
}

bool
arena_defer(struct arena *a, void (*clean)(void *what), void *what)
{
	struct deferred *d = arena_alloc(a, sizeof(*d));

	if (d == NULL) {
		clean(what);
		return false;
	}
	*d = (struct deferred){a->deferred, clean, what};
	a->deferred = d;
	return true;
}

struct arena_mark
arena_mark(const struct arena *a)
{
	return (struct arena_mark){
	    a->last, a->last == NULL ? 0 : a->last->used, a->deferred, a->total};
}

void
arena_rewind(struct arena *a, struct arena_mark mark)
{
	struct block *b = mark.block;

	run_deferred(a, mark.deferred);
	if (b == NULL)
		b = a->first;
	else
		b->used = mark.used;
	if (mark.block == NULL && b != NULL)
		b->used = 0;
	a->last = b;
	a->total = mark.total;
}

size_t
arena_held(const struct arena *a)
{
	return a->held;
}
