/*
 * The tasks that annotations and predictions belong to: one that another task has is
 * refused, as the importer does. A note is 16 bytes; after owners_settle() only those that
 * several tasks have remain.
 */
#ifndef OFFLINE_OWNERS_H
#define OFFLINE_OWNERS_H

#include "base/error.h"
#include "labelstudio/exporttask.h"

enum owners_kind { OWNERS_ANNOTATIONS, OWNERS_PREDICTIONS, OWNERS_KIND__MAX };

struct owners_note;

struct owners {
	struct owners_list {
		struct owners_note *notes; /* after owners_settle() by id */
		size_t n, room;
	} lists[OWNERS_KIND__MAX];
};

/* Frees the notes. A struct of zeros has none. */
void owners_end(struct owners *o);

/* Notes a task; one without an id is ignored, as it cannot be distinguished from another.
 * ERR_MEMORY. */
enum err owners_note(struct owners *o, const struct export_task *t) ERR_WARN_UNUSED;

/* Called when all tasks were noted. */
void owners_settle(struct owners *o);

/*
 * Gives a task that was noted what no other task has yet. ERR_INPUT if an earlier task has
 * something of it, with the place in the file; then it gets nothing.
 */
enum err owners_claim(
    struct owners *o, const struct export_task *t, struct error *e) ERR_WARN_UNUSED;

#endif
