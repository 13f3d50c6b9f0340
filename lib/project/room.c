#include "project/room.h"

#include <string.h>

#define ROOM_FIRST 8

void *
room_for_more(struct arena *a, void *list, size_t n, size_t *room, size_t size)
{
	size_t more = *room == 0 ? ROOM_FIRST : 2 * *room;
	void *bigger;

	if (n < *room)
		return list;
	bigger = arena_calloc(a, more, size);
	if (bigger == NULL)
		return NULL;
	if (n > 0)
		memcpy(bigger, list, n * size);
	*room = more;
	return bigger;
}
