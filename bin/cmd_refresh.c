/*
 * refresh: compute the scores of a project that are not current, and keep them.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/number.h"
#include "command.h"
#include "refreshing.h"
#include "session.h"
#include "store/projects.h"

enum { OPTION_PROJECT, OPTION_JOBS };

static const struct option_row options[] = {
    [OPTION_PROJECT] = {"project", "ID", "only this project; default: all", false},
    [OPTION_JOBS] = {"jobs", "N",
	"processes that compute, from 1 to 256; default: one for each processor", false},
    {0},
};

static enum err
list_projects(struct session *s, int64_t named, int64_t **r, size_t *n)
{
	struct store_project_row *rows;
	enum err err = projects_list(s->store, s->arena, named, &rows, n, &s->e);

	if (err != ERR_OK)
		return err;
	if (named != 0 && *n == 0)
		return error_set(
		    &s->e, ERR_NOT_FOUND, "there is no project %" PRId64, named);
	*r = arena_alloc(s->arena, *n * sizeof(**r));
	if (*r == NULL)
		return error_memory(&s->e);
	for (size_t i = 0; i < *n; i++)
		(*r)[i] = rows[i].id;
	return ERR_OK;
}

static enum err
work(struct session *s, int64_t named, unsigned jobs)
{
	struct refreshed done = {0};
	int64_t *projects = NULL;
	size_t n = 0;
	enum err err = list_projects(s, named, &projects, &n);

	if (err == ERR_OK)
		err = refreshing_run(s, projects, n, jobs, &done);
	if (err != ERR_OK)
		return err;
	printf("%" PRIu64 " tasks: %" PRIu64 " computed, %" PRIu64 " were current.\n",
	    done.tasks, done.computed, done.tasks - done.computed - done.waiting);
	if (done.waiting > 0)
		err = error_set(&s->e, ERR_UNAVAILABLE,
		    "%" PRIu64 " tasks wait: what they are compared with is away",
		    done.waiting);
	return err;
}

static int
run(const struct arguments *a)
{
	const char *project = a->option[OPTION_PROJECT], *jobs = a->option[OPTION_JOBS];
	int64_t named = 0, n = refreshing_jobs();
	struct session s;
	int status;

	if (project != NULL && !number_between(str_of(project), 1, INT32_MAX, &named))
		return command_usage(&command_refresh, "--project: a number is required");
	if (jobs != NULL && !number_between(str_of(jobs), 1, 256, &n))
		return command_usage(
		    &command_refresh, "--jobs: a number from 1 to 256 is required");
	status = session_begin(&s, &command_refresh);
	if (status != EXIT_OK)
		return status;
	if (work(&s, named, (unsigned)n) != ERR_OK)
		status = session_failed(&s);
	session_end(&s);
	return status == EXIT_OK ? command_printed(&command_refresh) : status;
}

const struct command command_refresh = {
    .name = "refresh",
    .options = options,
    .run = run,
    .doc = "compute the scores of projects that are not current, and keep them",
    .more =
	"The service answers out of kept scores while nothing has changed that they depend "
	"on, and computes the others when it is asked. This computes all of them before, "
	"as "
	"from cron. It may be ended at any time and run beside itself and the service: "
	"what "
	"is done stays done. Where nothing has changed in Label Studio's tables it ends at "
	"once.",
};
