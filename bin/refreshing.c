#include "refreshing.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "embedding/embedding.h"
#include "matrix/follow.h"
#include "progress.h"
#include "project/keeping.h"
#include "project/project.h"
#include "store/projects.h"

#define JOBS_MAX 256

/* Milliseconds between two looks at whether the workers are there. */
#define LOOK_MS 500

/* Tasks of one order. */
#define ORDER_TASKS 128

/* What a worker is told to do, and what it tells; both fit a pipe's atomic write. */
struct order {
	int64_t project, first, last;
};

struct report {
	struct project_count count;
	struct project_digest rows; /* of all tasks of the order */
	enum err err;
};

/* ---- a worker */

struct worker {
	struct session *s;
	struct embedding *embedding;
	struct keeping keeping;
	struct project project; /* that of the last order */
	struct arena *arena;	/* the project's */
	struct project_digest rows;
};

static void
keep(void *context, struct arena *a, int64_t task, const struct kept *k)
{
	struct worker *w = context;
	char fingerprint[TAG_ROOM];

	keeping_add(&w->keeping, a, w->project.id, task, k);
	if (kept_fingerprint(k, fingerprint) == ERR_OK)
		project_digest_add(&w->rows, task, str_of(fingerprint));
}

/* Makes the project ready that an order is of. */
static enum err
enter(struct worker *w, int64_t id)
{
	const struct config *config = &w->s->config;
	struct store_project row;
	enum err err;

	if (w->project.id == id)
		return ERR_OK;
	arena_reset(w->arena);
	w->project = (struct project){
	    .store = w->s->store,
	    .embedding = w->embedding,
	    .embedding_name = embedding_name(w->arena, config),
	    .arena = w->arena,
	    .keep = keep,
	    .context = w,
	};
	err = w->project.embedding_name.s == NULL
	    ? error_memory(&w->s->e)
	    : follow_project(w->s->store, w->arena, id, &row, &w->project.rows, &w->s->e);
	if (err != ERR_OK)
		return err;
	w->project.fingerprint = row.fingerprint;
	w->project.id = id;
	return project_begin(&w->project, &w->s->e);
}

static enum err
do_order(struct worker *w, const struct order *o, struct report *r)
{
	struct arena *a = arena_new(0);
	struct project_look look;
	enum err err = a == NULL ? error_memory(&w->s->e) : enter(w, o->project);

	w->rows = (struct project_digest){0};
	if (err == ERR_OK)
		err = project_stale(&w->project, a, o->first, o->last, &look, &w->s->e);
	if (err == ERR_OK)
		err = project_compute(
		    &w->project, &look.stale, NULL, NULL, &r->count, &w->s->e);
	keeping_flush(&w->keeping);
	if (err == ERR_OK && w->keeping.failed.code != ERR_OK) {
		w->s->e = w->keeping.failed;
		err = w->s->e.code;
	}
	if (err == ERR_OK) {
		r->count.seen = look.seen;
		r->rows = w->rows;
		project_digest_join(&r->rows, &look.current);
	}
	arena_free(a);
	return err;
}

/* A worker has a connection of its own, and leaves the one of the process that started it
 * alone. Returns its exit status. */
static int
work(const struct command *c, int orders, int reports)
{
	struct session s;
	struct worker w = {.s = &s};
	struct order o;
	int status = session_begin(&s, c);

	if (status != EXIT_OK)
		return status;
	w.arena = arena_new(0);
	keeping_begin(&w.keeping, s.store);
	if (w.arena == NULL ||
	    embedding_open(&s.config, s.store, &w.embedding, &s.e) != ERR_OK)
		return session_failed(&s);
	while (read(orders, &o, sizeof(o)) == (ssize_t)sizeof(o)) {
		struct report r = {.err = ERR_OK};

		r.err = do_order(&w, &o, &r);
		if (r.err != ERR_OK)
			status = session_failed(&s);
		if (write(reports, &r, sizeof(r)) != (ssize_t)sizeof(r) || r.err != ERR_OK)
			break;
	}
	keeping_end(&w.keeping);
	embedding_close(w.embedding);
	arena_free(w.arena);
	session_end(&s);
	return status;
}

/* ---- the process that gives orders */

struct crew {
	struct session *s;
	unsigned jobs;
	pid_t pids[JOBS_MAX];
	int orders, reports;  /* -1: closed */
	uint64_t given, done; /* orders */
	struct progress progress;
	struct refreshed tally;
	struct project_digest rows; /* of the project at hand */
	enum err err;		    /* the first failure of a worker */
};

static enum err
start(struct crew *c)
{
	int orders[2] = {-1, -1}, reports[2] = {-1, -1};

	if (pipe(orders) != 0 || pipe(reports) != 0)
		return error_set(&c->s->e, ERR_IO, "pipe: %s", strerror(errno));
	fflush(NULL);
	for (unsigned i = 0; i < c->jobs; i++) {
		c->pids[i] = fork();
		if (c->pids[i] == 0) {
			close(orders[1]);
			close(reports[0]);
			signal(SIGPIPE, SIG_IGN);
			_exit(work(c->s->command, orders[0], reports[1]));
		}
		if (c->pids[i] < 0) {
			c->jobs = i;
			break;
		}
	}
	close(orders[0]);
	close(reports[1]);
	c->orders = orders[1];
	c->reports = reports[0];
	if (c->jobs == 0)
		return error_set(&c->s->e, ERR_IO, "fork: %s", strerror(errno));
	return ERR_OK;
}

/* Whether a worker has ended that did not tell why: what it was doing is never told of. */
static bool
one_is_gone(struct crew *c)
{
	for (unsigned i = 0; i < c->jobs; i++) {
		int status;

		if (c->pids[i] > 0 && waitpid(c->pids[i], &status, WNOHANG) == c->pids[i]) {
			c->pids[i] = 0;
			return true;
		}
	}
	return false;
}

static enum err
gone(struct crew *c)
{
	if (c->err == ERR_OK)
		c->err = error_set(&c->s->e, ERR_IO, "a worker ended before its time");
	return c->err;
}

/* Takes what workers tell. With `wait` at least one report, or the news that all are gone.
 */
static enum err
listen(struct crew *c, bool wait)
{
	struct pollfd p = {.fd = c->reports, .events = POLLIN};

	for (;;) {
		struct report r;
		int ready = poll(&p, 1, wait ? LOOK_MS : 0);

		if (ready <= 0 && !wait)
			return c->err;
		/* Those that are there keep the pipe open. */
		if (ready <= 0 && one_is_gone(c))
			return gone(c);
		if (ready < 0 && errno != EINTR)
			return gone(c);
		if (ready <= 0)
			continue;
		if (read(c->reports, &r, sizeof(r)) != (ssize_t)sizeof(r))
			return gone(c);
		c->done++;
		c->tally.computed += r.count.computed;
		c->tally.waiting += r.count.waiting;
		c->tally.tasks += r.count.seen;
		project_digest_join(&c->rows, &r.rows);
		if (r.err != ERR_OK && c->err == ERR_OK)
			c->err = error_set(&c->s->e, r.err, "a worker failed");
		progress_show(&c->progress, c->tally.tasks, c->tally.tasks);
		wait = false;
		if (c->err != ERR_OK)
			return c->err;
	}
}

/* No more orders wait than workers take soon, so that the pipes never fill. */
static enum err
give(struct crew *c, int64_t project, int64_t first, int64_t last)
{
	const struct order o = {project, first, last};
	enum err err = listen(c, false);

	while (err == ERR_OK && c->given - c->done >= 4 * (uint64_t)c->jobs)
		err = listen(c, true);
	if (err != ERR_OK)
		return err;
	if (write(c->orders, &o, sizeof(o)) != (ssize_t)sizeof(o))
		return error_set(&c->s->e, ERR_IO, "the workers are gone");
	c->given++;
	return ERR_OK;
}

/* Orders for all tasks of a project, and waits until they are done. */
static enum err
give_all(struct crew *c, int64_t project)
{
	struct arena *a = arena_new(0);
	struct store_scores_list page = {.last = false};
	int64_t after = 0;
	enum err err = a == NULL ? error_memory(&c->s->e) : ERR_OK;

	while (err == ERR_OK && !page.last) {
		arena_reset(a);
		err = store_scores_page(c->s->store, a, project, after, &page, &c->s->e);
		for (size_t i = 0; err == ERR_OK && i < page.n; i += ORDER_TASKS) {
			size_t last = i + ORDER_TASKS < page.n ? i + ORDER_TASKS : page.n;

			err =
			    give(c, project, page.items[i].task, page.items[last - 1].task);
		}
		if (page.n > 0)
			after = page.items[page.n - 1].task;
	}
	while (err == ERR_OK && c->done < c->given)
		err = listen(c, true);
	arena_free(a);
	return err;
}

/* Whether nothing has happened since all was found to be current; *n_r is how many tasks
 * that is. */
static enum err
look_whether_current(struct crew *c, struct project *p, const struct project_state *state,
    bool *r, uint64_t *n_r)
{
	struct project_digest rows;
	bool whole;
	enum err err = project_digest(p, &rows, &whole, &c->s->e);

	*r = false;
	if (err == ERR_OK && whole)
		err = project_was_current(p, state, &rows, r, &c->s->e);
	*n_r = rows.n;
	return err;
}

/* Goes through a project once. *again says whether results have suggested dimensions that
 * the tasks before did not have. */
static enum err
go_through(struct crew *c, struct project *p, bool *again)
{
	struct session *s = c->s;
	struct project_state state;
	uint64_t before = c->tally.tasks, waiting = c->tally.waiting, n = 0;
	size_t known = p->rows.n;
	bool current = false;
	enum err err = project_changes(p, &state, &s->e);

	*again = false;
	if (err == ERR_OK)
		err = look_whether_current(c, p, &state, &current, &n);
	if (err == ERR_OK && current) {
		c->tally.tasks += n;
		return ERR_OK;
	}
	c->rows = (struct project_digest){0};
	if (err == ERR_OK)
		err = store_scores_clean(s->store, p->id, &s->e);
	if (err == ERR_OK || err == ERR_DB_DENIED)
		err = give_all(c, p->id);
	if (err != ERR_OK)
		return err;
	if (p->grows)
		err = store_dimensions(s->store, p->arena, p->id, &p->rows, &s->e);
	*again = err == ERR_OK && p->rows.n != known;
	if (*again)
		c->tally.tasks = before;
	if (err == ERR_OK && !*again && c->tally.waiting == waiting)
		err = project_is_current(p, &state, &c->rows, &s->e);
	return err;
}

/* Each time results suggest dimensions, there are more of them; what suggests some each
 * time is somebody who is still writing. */
#define ROUNDS 8

static enum err
refresh(struct crew *c, int64_t id)
{
	struct session *s = c->s;
	struct project p = {.store = s->store, .arena = arena_new(0), .id = id};
	bool again = true;
	enum err err = p.arena == NULL ? error_memory(&s->e) : ERR_OK;

	if (err == ERR_OK)
		p.embedding_name = embedding_name(p.arena, &s->config);
	for (int i = 0; err == ERR_OK && again && i < ROUNDS; i++) {
		err = follow_project(s->store, p.arena, id, NULL, &p.rows, &s->e);
		if (err == ERR_OK)
			err = project_begin(&p, &s->e);
		if (err == ERR_OK)
			err = go_through(c, &p, &again);
	}
	arena_free(p.arena);
	return err;
}

/* Waits for the workers, which end when there are no more orders. */
static enum err
finish(struct crew *c, enum err err)
{
	close(c->orders);
	if (err != ERR_OK)
		for (unsigned i = 0; i < c->jobs; i++)
			if (c->pids[i] > 0)
				kill(c->pids[i], SIGTERM);
	for (unsigned i = 0; i < c->jobs; i++) {
		int status = 0;

		while (
		    c->pids[i] > 0 && waitpid(c->pids[i], &status, 0) < 0 && errno == EINTR)
			;
		if (err == ERR_OK && status != 0)
			err = error_set(&c->s->e, ERR_IO, "a worker failed");
	}
	close(c->reports);
	return err;
}

/* For the progress bar. */
static enum err
count_tasks(struct session *s, const int64_t *projects, size_t n, uint64_t *r)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < n; i++) {
		struct store_project_row *row;
		size_t found = 0;

		err = projects_list(s->store, s->arena, projects[i], &row, &found, &s->e);
		if (err == ERR_OK && found > 0)
			*r += (uint64_t)row->tasks;
	}
	return err;
}

unsigned
refreshing_jobs(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > JOBS_MAX ? JOBS_MAX : (unsigned)n;
}

enum err
refreshing_run(struct session *s, const int64_t *projects, size_t n, unsigned jobs,
    struct refreshed *r)
{
	struct crew c = {
	    .s = s, .jobs = jobs > JOBS_MAX ? JOBS_MAX : jobs, .orders = -1, .reports = -1};
	struct sigaction ignore = {.sa_handler = SIG_IGN}, pipes;
	uint64_t total = 0;
	enum err err = count_tasks(s, projects, n, &total);

	if (err != ERR_OK)
		return err;
	progress_begin_tasks(&c.progress, total);
	sigaction(SIGPIPE, &ignore, &pipes);
	err = start(&c);
	for (size_t i = 0; err == ERR_OK && i < n; i++)
		err = refresh(&c, projects[i]);
	err = finish(&c, err);
	sigaction(SIGPIPE, &pipes, NULL);
	progress_hide(&c.progress);
	*r = c.tally;
	return err;
}
