/*
 * Whom an export has named so far, so that the database is asked once about each.
 * Ownership: the caller's struct; names are copied.
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
	struct buf key; /* of whoever is looked for */
};

/* Nobody yet. ERR_MEMORY. */
enum err loadpeople_begin(struct loadpeople *p) ERR_WARN_UNUSED;
void loadpeople_end(struct loadpeople *p);

/*
 * The id in the database of somebody with these very words; who is new is written with
 * import_user() as a member of the organization. Errors are those of import_user().
 */
enum err loadpeople_id(struct loadpeople *p, struct store *s,
    const struct import_origin *from, const struct import_user *u, int64_t *r,
    struct error *e) ERR_WARN_UNUSED;

/* How many were named by a number alone that somebody else has here, and are people of
 * their own. */
size_t loadpeople_apart(const struct loadpeople *p);

/* Forget all but the first `n`: what was written of the others was undone. */
void loadpeople_forget(struct loadpeople *p, size_t n);

/* How many users were inserted, updated or left alone, each counted once whatever words
 * they were named in. ERR_MEMORY. */
enum err loadpeople_count(
    const struct loadpeople *p, uint64_t count[IMPORT_CHANGE__MAX]) ERR_WARN_UNUSED;

#endif
