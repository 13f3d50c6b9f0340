/*
 * Lists that grow in an arena. The list before stays in the arena, unused.
 */
#ifndef PROJECT_ROOM_H
#define PROJECT_ROOM_H

#include "base/arena.h"

/*
 * Returns a list of `size` bytes each with the n items of `list` (NULL if n is 0) and room
 * for more: the list itself if n < *room, else a copy, and *room is its room. NULL without
 * memory; nothing has changed then.
 */
void *room_for_more(struct arena *a, void *list, size_t n, size_t *room, size_t size);

#endif
