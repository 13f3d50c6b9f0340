/*
 * Which task an annotation or a prediction belongs to: one of another task is refused, as
 * the importer does. Ownership: the caller's struct until owners_end(); a note is 16 bytes,
 * and after owners_settle() those remain that several tasks have.
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

/* All zero is nothing noted. */
void owners_end(struct owners *o);

/* A task comes; one without an id has nothing that could be told from another. ERR_MEMORY.
 */
enum err owners_note(struct owners *o, const struct export_task *t) ERR_WARN_UNUSED;

/* All were noted. */
void owners_settle(struct owners *o);

/*
 * The task comes again: what nobody has is its own from now on. ERR_INPUT if a task that
 * came before has something of it, with the place in the file; then it gets nothing.
 */
enum err owners_claim(
    struct owners *o, const struct export_task *t, struct error *e) ERR_WARN_UNUSED;

#endif
