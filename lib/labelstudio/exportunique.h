/*
 * Annotations and predictions that are there more than once, by their ids. Ownership: the
 * lists are the caller's and become shorter; what is needed meanwhile is in the arena.
 */
#ifndef LABELSTUDIO_EXPORTUNIQUE_H
#define LABELSTUDIO_EXPORTUNIQUE_H

#include "labelstudio/exporttask.h"

enum export_unique {
	EXPORT_LATEST, /* what was changed last; of two such, or without times, the last */
	EXPORT_LAST,   /* the last of the list */
	EXPORT_UNIQUE__MAX
};

/*
 * Of those with the same id leave one in each list of the task, where the first of them
 * stands. What has no id equals nothing; a prediction that is an id alone says nothing new
 * of another. Takes time in step with the lists. ERR_MEMORY.
 */
enum err export_unique(
    struct arena *a, struct export_task *t, enum export_unique which) ERR_WARN_UNUSED;

#endif
