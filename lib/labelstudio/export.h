/*
 * Reads a Label Studio export task by task in bounded memory: a JSON array of tasks, one
 * task alone, or JSON Lines. A task with a mistake can be passed over. A task is valid
 * until the next call of export_next() or export_close(). The caller closes the file
 * descriptor.
 *
 *	while ((err = export_next(x, &task, &e)) != ERR_OK || task != NULL) {
 *		if (err == ERR_OK)
 *			... use the task ...
 *		else if (!keep_going || export_ended(x))
 *			break;
 *	}
 */
#ifndef LABELSTUDIO_EXPORT_H
#define LABELSTUDIO_EXPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "labelstudio/exporttask.h"

#define EXPORT_CHUNK ((size_t)256 << 10)
#define EXPORT_MAX_TASK_BYTES ((size_t)256 << 20)

struct export;

struct export_options {
	size_t chunk;	       /* bytes read at a time; 0: EXPORT_CHUNK */
	size_t max_task_bytes; /* longest text of one task; 0: EXPORT_MAX_TASK_BYTES */
	bool outline; /* results, data and meta are not looked at: they come empty */
};

/*
 * Makes a reader of `fd` from its current offset; `options` may be NULL. Nothing is read
 * yet. Memory grows with the longest task: its text and a tree of 16 bytes a value. Returns
 * NULL without memory.
 */
struct export *export_open(int fd, const struct export_options *options);

/*
 * Reads the next task; *r is NULL after the last one. Errors name the line, the byte, the
 * number of the task in the file, its id if it could be read, and the JSON path. Of one
 * task, so that the next call gives the one after it: ERR_INPUT (its text is no JSON though
 * its brackets balance; a value is not what it must be), ERR_LIMIT (longer than
 * max_task_bytes). A file may be packed with gzip. NaN, infinities and lone surrogates
 * outside of results, as Python writes them, become null and the replacement character.
 * Final, see export_ended(): ERR_INPUT (no export at all, an empty file, a comma too few or
 * too many, the file ends too early, something follows the array; as bytes_read()), ERR_IO,
 * ERR_MEMORY.
 */
enum err export_next(
    struct export *x, const struct export_task **r, struct error *e) ERR_WARN_UNUSED;

/* Reads a task once more from its text, export_task.text. Errors are those of one task,
 * after the JSON path, which begins with `path`. *r points into the text and the arena. */
enum err export_task_again(struct arena *a, struct str text, const char *path,
    struct export_task *r, struct error *e) ERR_WARN_UNUSED;

/* Puts the place of a task in its file, "line 2, byte 31, task 2 (id 7): ", before a
 * message. Returns `err`, the code of the error. */
enum err export_place_task(const struct export_task *t, enum err err, struct error *e);

/*
 * Does the same for element `at` of a list of the task: "$[1].annotations[0]", then `end`.
 */
enum err export_place_item(const struct export_task *t, const char *list, size_t at,
    const char *end, enum err err, struct error *e);

/* Returns whether the end or a final error was met: nothing more comes. */
bool export_ended(const struct export *x);

/* Returns how many bytes of the file are done with, for progress. */
uint64_t export_position(const struct export *x);

/* Returns how many tasks were met so far, those with mistakes included. */
uint64_t export_count(const struct export *x);

/* NULL is allowed. */
void export_close(struct export *x);

#endif
