#include "arena_fixture.h"

#include <stddef.h>

struct arena *a;
struct error e;

int
arena_set_up(void **state)
{
	(void)state;
	e = (struct error){0};
	a = arena_new(0);
	return a == NULL;
}

int
arena_tear_down(void **state)
{
	(void)state;
	arena_free(a);
	a = NULL;
	return 0;
}
