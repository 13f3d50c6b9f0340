#include "exportwalk.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "labelstudio/export.h"
#include "session.h"

enum err
exportwalk_begin(struct exportwalk *w, struct arena *a)
{
	w->copies = arena_alloc(a, (size_t)w->n * sizeof(w->copies[0]));
	if (w->copies == NULL)
		return ERR_MEMORY;
	for (int i = 0; i < w->n; i++)
		w->copies[i] = -1;
	return ERR_OK;
}

enum err
exportwalk_config(struct exportwalk *w, struct arena *a, const char *path, struct error *e)
{
	struct str config = {0};
	enum err err = path == NULL ? ERR_OK : session_read_text(a, path, &config, e);

	if (err != ERR_OK)
		return err;
	err = offline_begin(w->offline, config, e);
	return err == ERR_OK || path == NULL ? err : error_prefix(e, err, "%s: ", path);
}

/* ---- files */

/* A copy of what a descriptor gives; -1 after an error. */
static int
copy_of(int fd, struct error *e)
{
	char chunk[65536];
	FILE *copy = tmpfile();
	ssize_t n = 0;

	while (copy != NULL && (n = read(fd, chunk, sizeof(chunk))) > 0)
		if (fwrite(chunk, 1, (size_t)n, copy) != (size_t)n)
			break;
	if (copy != NULL && n == 0 && fflush(copy) == 0)
		return fileno(copy);
	error_set(e, ERR_IO, "%s", strerror(errno));
	return -1;
}

/* File i from its beginning; what is no file on a disk is copied first, for it is read
 * twice. -1 after an error. */
static int
open_file(struct exportwalk *w, int i, struct error *e)
{
	bool is_input = strcmp(w->files[i], "-") == 0;
	int fd = w->copies[i];

	if (fd < 0 && !is_input) {
		fd = open(w->files[i], O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			error_set(e, ERR_IO, "%s", strerror(errno));
		if (fd < 0 || lseek(fd, 0, SEEK_CUR) >= 0)
			return fd;
	}
	if (w->copies[i] < 0) {
		w->copies[i] = copy_of(is_input ? STDIN_FILENO : fd, e);
		if (fd >= 0)
			close(fd);
		fd = w->copies[i];
	}
	if (fd >= 0 && lseek(fd, 0, SEEK_SET) < 0) {
		error_set(e, ERR_IO, "%s", strerror(errno));
		return -1;
	}
	return fd;
}

/* A way through all tasks. */
struct pass {
	struct exportwalk *walk;
	enum err (*visit)(struct pass *p, const struct export_task *t);
	const struct exportwalk_visitor *visitor; /* of whole tasks */
	struct export_options options;
	bool tells; /* of tasks that are skipped: once is enough */
	struct error *e;
};

/* Whether a task that cannot be read is passed over; tells of it if so. */
static bool
pass_over(const struct pass *p, enum err err)
{
	struct exportwalk *w = p->walk;

	if (!w->keep_going || (err != ERR_INPUT && err != ERR_LIMIT))
		return false;
	if (p->tells) {
		fflush(stdout);
		fprintf(stderr, "agreement-matrix %s: skipped: %s: %s\n", w->command->name,
		    w->path, p->e->text);
		w->skipped++;
	}
	return true;
}

static enum err
each_task_of(struct pass *p, struct export *x)
{
	struct exportwalk *w = p->walk;
	const struct export_task *t = NULL;
	uint64_t taken = 0;

	for (;;) {
		enum err err = export_next(x, &t, p->e);
		/* The rest of a file is passed over like a task. */
		bool ends = export_ended(x);

		if (err == ERR_OK && t == NULL)
			break;
		taken += err == ERR_OK;
		if (err == ERR_OK)
			err = p->visit(p, t);
		else
			w->bad_file |= ends;
		if (err != ERR_OK && !pass_over(p, err))
			return error_prefix(p->e, err, "%s: ", w->path);
		if (err != ERR_OK && ends)
			break;
	}
	/* There were tasks, and none that could be read: it is something else. */
	w->bad_file |= export_count(x) > 0 && taken == 0;
	return ERR_OK;
}

static enum err
each_task_in(struct pass *p, int i)
{
	struct exportwalk *w = p->walk;
	int fd = open_file(w, i, p->e);
	struct export *x;
	enum err err;

	if (fd < 0) {
		w->bad_file = true;
		return pass_over(p, ERR_INPUT)
		    ? ERR_OK
		    : error_prefix(p->e, p->e->code, "%s: ", w->path);
	}
	x = export_open(fd, &p->options);
	err = x == NULL ? error_memory(p->e) : each_task_of(p, x);
	if (x != NULL)
		w->before += export_count(x);
	export_close(x);
	if (fd != w->copies[i])
		close(fd);
	return err;
}

static enum err
each_task(struct pass *p)
{
	struct exportwalk *w = p->walk;
	enum err err = ERR_OK;

	w->before = 0;
	for (int i = 0; err == ERR_OK && i < w->n; i++) {
		w->path = strcmp(w->files[i], "-") == 0 ? "standard input" : w->files[i];
		err = each_task_in(p, i);
	}
	return err;
}

/* ---- the survey */

static enum err
survey(struct pass *p, const struct export_task *t)
{
	if (t->id.given && t->id.value > p->walk->largest)
		p->walk->largest = t->id.value;
	return offline_survey(p->walk->offline, t, p->e);
}

enum err
exportwalk_survey(struct exportwalk *w, struct error *e)
{
	struct pass p = {.walk = w,
	    .visit = survey,
	    .options = {.outline = !offline_needs_results(w->offline)},
	    .e = e};
	enum err err = each_task(&p);

	return err == ERR_OK ? offline_settle(w->offline, e) : err;
}

/* ---- whole tasks */

static void
count(struct exportwalk *w, const struct export_task *t)
{
	if (w->walked)
		return;
	for (size_t i = 0; i < t->n_annotations; i++)
		w->of_nobody += !t->annotations[i].completed_by.id.given &&
		    t->annotations[i].completed_by.email.s == NULL;
	for (size_t i = 0; i < t->n_predictions; i++)
		w->ids_only += t->predictions[i].id_only;
}

static bool
is_wanted(const struct exportwalk_visitor *v, const struct export_task *t)
{
	return v->wants == NULL || v->wants(v->context, t);
}

static enum err
visit_whole(struct pass *p, struct arena *a, const struct export_task *whole)
{
	count(p->walk, whole);
	return p->visitor->visit(p->visitor->context, a, whole);
}

static enum err
visit(struct pass *p, const struct export_task *t)
{
	struct offline *o = p->walk->offline;
	const struct export_task *whole = NULL;
	struct arena *a;
	enum err err = offline_claim(o, t, p->e);

	if (!is_wanted(p->visitor, t))
		return ERR_OK;
	if (err != ERR_OK)
		return err;
	a = arena_new(0);
	err = a == NULL ? error_memory(p->e) : offline_join(o, a, t, &whole, p->e);
	if (err == ERR_OK && whole != NULL)
		err = visit_whole(p, a, whole);
	arena_free(a);
	return err;
}

/* Tasks of which a place was passed over: what the others have. */
static enum err
visit_rest(struct pass *p)
{
	const struct export_task *t = NULL;
	enum err err = ERR_OK;

	do {
		struct arena *a = arena_new(0);

		err = a == NULL ? error_memory(p->e)
				: offline_rest(p->walk->offline, a, &t, p->e);
		if (err == ERR_OK && t != NULL && is_wanted(p->visitor, t))
			err = visit_whole(p, a, t);
		arena_free(a);
	} while (err == ERR_OK && t != NULL);
	return err;
}

enum err
exportwalk_tasks(struct exportwalk *w, const struct exportwalk_visitor *v, struct error *e)
{
	struct pass p = {
	    .walk = w, .visit = visit, .visitor = v, .tells = !w->walked, .e = e};
	enum err err;

	if (w->walked)
		offline_again(w->offline);
	err = each_task(&p);
	if (err == ERR_OK)
		err = visit_rest(&p);
	w->walked = true;
	return err;
}

int64_t
exportwalk_number(const struct exportwalk *w, const struct export_task *t)
{
	uint64_t place = w->before + t->number;

	if (t->id.given)
		return t->id.value;
	return (uint64_t)(INT64_MAX - w->largest) > place ? w->largest + (int64_t)place
							  : -(int64_t)place;
}

/* ---- messages */

void
exportwalk_tell(const struct exportwalk *w)
{
	const char *name = w->command->name;

	if (w->skipped > 0)
		fprintf(stderr, "agreement-matrix %s: %" PRIu64 " tasks were skipped.\n",
		    name, w->skipped);
	if (w->of_nobody > 0)
		fprintf(stderr,
		    w->offline->unnamed
			? "agreement-matrix %s: %" PRIu64
			  " annotations do not say whose they are (completed_by): each "
			  "takes part for itself.\n"
			: "agreement-matrix %s: %" PRIu64
			  " annotations do not say whose they are (completed_by): nobody "
			  "takes part with them, unless with --unnamed.\n",
		    name, w->of_nobody);
	if (w->ids_only > 0)
		fprintf(stderr,
		    "agreement-matrix %s: %" PRIu64
		    " predictions are ids only and take no part; a snapshot export has "
		    "their results.\n",
		    name, w->ids_only);
}
