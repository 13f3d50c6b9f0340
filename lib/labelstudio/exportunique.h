/*
 * Annotations and predictions that an export has more than once, by their ids. Lists are
 * shortened in place.
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
 * Leaves one element of each id in each list of the task, at the place of the first.
 * Elements without id are all kept; a prediction that is only an id does not replace
 * another. Takes time in step with the lists. ERR_MEMORY.
 */
enum err export_unique(
    struct arena *a, struct export_task *t, enum export_unique which) ERR_WARN_UNUSED;

#endif
