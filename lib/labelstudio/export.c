#include "labelstudio/export.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "json/walk.h"
#include "labelstudio/cutter.h"
#include "labelstudio/rawtask.h"

/* Of what is no JSON, a message shows this many characters. */
#define SHOWN_MAX 60

struct export
{
	struct cutter *cutter;
	struct arena *arena; /* of one task */
	struct export_task task;
	size_t max;
	bool outline;
	uint64_t count;
	struct error failure; /* that the reader itself cannot go on from */
};

struct export *
export_open(int fd, const struct export_options *options)
{
	size_t chunk = options == NULL ? 0 : options->chunk;
	size_t max = options == NULL ? 0 : options->max_task_bytes;
	struct export *x = calloc(1, sizeof(*x));

	if (x == NULL)
		return NULL;
	x->outline = options != NULL && options->outline;
	x->max = max == 0 ? EXPORT_MAX_TASK_BYTES : max;
	x->arena = arena_new(0);
	x->cutter = cutter_new(fd, chunk == 0 ? EXPORT_CHUNK : chunk, x->max);
	if (x->arena == NULL || x->cutter == NULL) {
		export_close(x);
		return NULL;
	}
	return x;
}

void
export_close(struct export *x)
{
	if (x == NULL)
		return;
	cutter_free(x->cutter);
	arena_free(x->arena);
	free(x);
}

bool
export_ended(const struct export *x)
{
	return x->failure.code != ERR_OK || cutter_ended(x->cutter);
}

uint64_t
export_position(const struct export *x)
{
	return cutter_position(x->cutter);
}

uint64_t
export_count(const struct export *x)
{
	return x->count;
}

enum err
export_place_task(const struct export_task *t, enum err err, struct error *e)
{
	if (t->id.given)
		error_prefix(
		    e, err, "task %" PRIu64 " (id %" PRId64 "): ", t->number, t->id.value);
	else
		error_prefix(e, err, "task %" PRIu64 ": ", t->number);
	return error_prefix(
	    e, err, "line %" PRIu64 ", byte %" PRIu64 ", ", t->line, t->offset);
}

enum err
export_place_item(const struct export_task *t, const char *list, size_t at, const char *end,
    enum err err, struct error *e)
{
	/* An annotation with its task inside is no element of a list. */
	return t->partial ? error_prefix(e, err, "%s%s", t->path, end)
			  : error_prefix(e, err, "%s.%s[%zu]%s", t->path, list, at, end);
}

/* Say where in the task its text is no JSON, whose text it is, and what stands there. */
static enum err
place_mistake(struct arena *a, struct str text, size_t offset, const char *root,
    struct export_task *r, struct error *e)
{
	struct str token = {0};
	const char *path = json_walk_path(a, text, offset, root, &token);

	r->id.given = rawtask_id(text, &r->id.value);
	if (e == NULL || path == NULL)
		return ERR_INPUT;
	token = utf8_valid(token) ? utf8_first(token, SHOWN_MAX) : (struct str){0};
	if (token.n > 1)
		error_set(e, ERR_INPUT, "%s (%.*s)", arena_printf(a, "%s", e->text),
		    STR_ARG(token));
	return error_prefix(e, ERR_INPUT, "%s: ", path);
}

/* Strictly, or, where that fails, with what Python writes and JSON does not know mended. */
static enum err
parse(struct arena *a, struct str text, const char *root, const struct json **tree_r,
    struct export_task *r, struct error *e)
{
	bool changed = false;
	size_t offset;
	enum err err = json_parse_at(a, text, tree_r, &offset, e);

	if (err != ERR_INPUT)
		return err;
	if (rawtask_mend(a, text, &text, &changed) != ERR_OK)
		return error_memory(e);
	if (changed)
		err = json_parse_at(a, text, tree_r, &offset, e);
	return err == ERR_INPUT ? place_mistake(a, text, offset, root, r, e) : err;
}

enum err
export_task_again(struct arena *a, struct str text, const char *path, struct export_task *r,
    struct error *e)
{
	const struct json *tree;
	enum err err = parse(a, text, path, &tree, r, e);

	return err == ERR_OK ? export_task_read(a, tree, path, r, e) : err;
}

static enum err
read_task(struct export *x, const struct cut *cut, struct error *e)
{
	struct str text = cut->text;
	char path[EXPORT_PATH_ROOM] = "$";
	enum err err = ERR_OK;

	if (cut->in_array)
		snprintf(path, sizeof(path), "$[%" PRIu64 "]", cut->number - 1);
	x->task.text = text;
	if (x->outline && rawtask_outline(x->arena, text, &text) != ERR_OK)
		err = error_memory(e);
	if (err == ERR_OK)
		err = export_task_again(x->arena, text, path, &x->task, e);
	return err == ERR_OK ? ERR_OK : export_place_task(&x->task, err, e);
}

enum err
export_next(struct export *x, const struct export_task **r, struct error *e)
{
	struct cut cut;
	enum err err;

	if (x->failure.code != ERR_OK) {
		if (e != NULL)
			*e = x->failure;
		return x->failure.code;
	}
	arena_reset(x->arena);
	err = cutter_next(x->cutter, &cut, e);
	x->count = cut.number;
	x->task = (struct export_task){
	    .number = cut.number, .offset = cut.offset, .line = cut.line};
	if (err == ERR_LIMIT) {
		error_set(e, err, "its text is over %zu bytes", x->max);
		return export_place_task(&x->task, err, e);
	}
	if (err != ERR_OK)
		return err;
	if (cut.text.s == NULL) {
		*r = NULL;
		return ERR_OK;
	}
	err = read_task(x, &cut, e);
	if (err == ERR_OK)
		*r = &x->task;
	else if (err == ERR_MEMORY)
		error_set(&x->failure, err,
		    "line %" PRIu64 ", task %" PRIu64 ": out of memory", cut.line,
		    cut.number);
	return err;
}
