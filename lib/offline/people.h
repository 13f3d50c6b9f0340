/*
 * Whom an export names, put together as the importer does: the email decides who somebody
 * is, then the number. Ownership: everybody is in `arena`.
 */
#ifndef OFFLINE_PEOPLE_H
#define OFFLINE_PEOPLE_H

#include "base/arena.h"
#include "base/error.h"
#include "labelstudio/exporttask.h"
#include "store/users.h"

struct people {
	struct arena *arena;
	struct store_user *list; /* by id */
	size_t n, room;
	/* Who has an email, but no number that is their own: they get one at the end. */
	struct store_user *waiting;
	size_t n_waiting, waiting_room;
};

/* Somebody is named; what is said of them later completes what was said before. ERR_MEMORY.
 */
enum err people_meet(struct people *p, const struct export_user *who) ERR_WARN_UNUSED;

/* Everybody was met: who has no number gets one after the largest. ERR_MEMORY. */
enum err people_settle(struct people *p) ERR_WARN_UNUSED;

/* Who that is; NULL: nobody that was met. After people_settle(). */
const struct store_user *people_find(const struct people *p, const struct export_user *who);

#endif
