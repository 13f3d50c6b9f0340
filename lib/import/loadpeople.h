/*
 * The users that an export has named so far, so that the database is asked once about each.
 * Names are copied.
 */
#ifndef IMPORT_LOADPEOPLE_H
#define IMPORT_LOADPEOPLE_H

#include "base/buf.h"
#include "base/map.h"
#include "store/import.h"

struct loadpeople_person;

struct loadpeople {
	struct arena *arena;
	struct map keys;		/* the words of each */
	struct loadpeople_person *list; /* in step with the keys */
	size_t n, room;
	struct buf key; /* of the one that is looked for */
};

/* Begins with no users. ERR_MEMORY. */
enum err loadpeople_begin(struct loadpeople *p) ERR_WARN_UNUSED;
void loadpeople_end(struct loadpeople *p);

/*
 * Finds the id in the database of the user with exactly these words; writes a new one with
 * import_user() as a member of the organization. Errors are those of import_user().
 */
enum err loadpeople_id(struct loadpeople *p, struct store *s,
    const struct import_origin *from, const struct import_user *u, int64_t *r,
    struct error *e) ERR_WARN_UNUSED;

/* Returns how many users were named by a number alone that another user has in the
 * database, and were kept apart. */
size_t loadpeople_apart(const struct loadpeople *p);

/* Forgets all but the first `n`, after what was written of the others was undone. */
void loadpeople_forget(struct loadpeople *p, size_t n);

/* Counts the users that were inserted, updated or left alone, each counted once whatever
 * words they were named in. ERR_MEMORY. */
enum err loadpeople_count(
    const struct loadpeople *p, uint64_t count[IMPORT_CHANGE__MAX]) ERR_WARN_UNUSED;

#endif
