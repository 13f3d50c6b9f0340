/*
 * Whom an export names, put together as the importer does: the email decides who somebody
 * is, then the number. Ownership: everybody is in `arena`.
 */
#ifndef OFFLINE_PEOPLE_H
#define OFFLINE_PEOPLE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"
#include "labelstudio/exporttask.h"
#include "store/users.h"

/* People by what they are called. */
struct people_index {
	struct map names;
	struct store_user **who; /* in step with the names */
	size_t room;
};

struct people {
	struct arena *arena;
	struct store_user **list; /* as they came */
	size_t n, room;
	struct store_user *known;   /* by id, after people_settle() */
	struct people_index emails; /* in lower case */
	struct people_index numbers;
	char *scratch; /* as long as the longest email */
	size_t scratch_room;
};

/* Somebody is named; what is said of them later completes what was said before. ERR_MEMORY.
 */
enum err people_meet(struct people *p, const struct export_user *who) ERR_WARN_UNUSED;

/* Everybody was met: who has no number gets one after the largest. ERR_MEMORY. */
enum err people_settle(struct people *p) ERR_WARN_UNUSED;

/* Who that is; NULL: nobody that was met. After people_settle(). */
const struct store_user *people_find(const struct people *p, const struct export_user *who);

#endif
