/*
 * The users that an export names, identified as the importer does: by email, then by
 * number. Everybody is in `arena`.
 */
#ifndef OFFLINE_PEOPLE_H
#define OFFLINE_PEOPLE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"
#include "labelstudio/exporttask.h"
#include "store/users.h"

/* Users by email or number. */
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

/* Notes a user; later mentions complete earlier ones. ERR_MEMORY. */
enum err people_meet(struct people *p, const struct export_user *who) ERR_WARN_UNUSED;

/* Called when all users were met: those without number get one after the largest.
 * ERR_MEMORY. */
enum err people_settle(struct people *p) ERR_WARN_UNUSED;

/* Returns the user; NULL if they were not met. Called after people_settle(). */
const struct store_user *people_find(const struct people *p, const struct export_user *who);

#endif
