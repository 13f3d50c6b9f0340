/*
 * projects: see which there are, and take one away.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/number.h"
#include "command.h"
#include "session.h"
#include "store/projects.h"
#include "table.h"

enum { OPTION_PROJECT, OPTION_METHODOLOGY, OPTION_THRESHOLD };

static const struct option_row list_options[] = {{0}};

static const struct option_row delete_options[] = {
    [OPTION_PROJECT] = {"project", "ID", "the project", true},
    {0},
};

static const struct option_row set_options[] = {
    [OPTION_PROJECT] = {"project", "ID", "the project", true},
    [OPTION_METHODOLOGY] = {"agreement-methodology", "pairwise|consensus",
	"how the agreement of a task is counted: the mean over pairs of annotators, or how "
	"many of them agree with the largest group",
	false},
    [OPTION_THRESHOLD] = {"agreement-threshold", "X",
	"below which the agreement of a task is low, from 0 to 1; empty: no task's is",
	false},
    {0},
};

static const struct command list_command, set_command, delete_command;

static enum err
print_list(struct session *s)
{
	static const char *const headings[] = {
	    "id", "title", "organization", "tasks", "annotations", "predictions", NULL};
	struct store_project_row *list;
	struct table t;
	size_t n;
	enum err err = projects_list(s->store, s->arena, 0, &list, &n, &s->e);

	if (err != ERR_OK)
		return err;
	table_begin(&t, s->arena, headings);
	for (size_t i = 0; i < n; i++) {
		table_cell(&t, "%" PRId64, list[i].id);
		table_text(&t, list[i].title);
		table_cell(&t, "%" PRId64 " %.*s", list[i].organization,
		    STR_ARG(list[i].organization_title));
		table_cell(&t, "%" PRId64, list[i].tasks);
		table_cell(&t, "%" PRId64, list[i].annotations);
		table_cell(&t, "%" PRId64, list[i].predictions);
	}
	return table_print(&t) == ERR_OK ? ERR_OK : error_memory(&s->e);
}

static int
run_list(const struct arguments *a)
{
	struct session s;
	int status = session_begin(&s, &list_command);

	(void)a;
	if (status != EXIT_OK)
		return status;
	if (print_list(&s) != ERR_OK)
		status = session_failed(&s);
	session_end(&s);
	return status == EXIT_OK ? command_printed(&list_command) : status;
}

/* Reads what is given over what there is. EXIT_OK, or the status to end with. */
static int
read_settings(const struct arguments *a, struct store_settings *v)
{
	struct str methodology = str_of(a->option[OPTION_METHODOLOGY]);
	struct str threshold = str_of(a->option[OPTION_THRESHOLD]);

	if (methodology.s != NULL && !str_is(methodology, "pairwise") &&
	    !str_is(methodology, "consensus"))
		return command_usage(&set_command,
		    "--agreement-methodology: \"%s\" is not pairwise or consensus",
		    methodology.s);
	if (methodology.s != NULL)
		v->consensus = str_is(methodology, "consensus");
	if (threshold.s == NULL)
		return EXIT_OK;
	v->threshold = (double)NAN;
	if (threshold.n > 0 &&
	    (!number_double(threshold, &v->threshold) || v->threshold < 0.0 ||
		v->threshold > 1.0))
		return command_usage(&set_command,
		    "--agreement-threshold: \"%s\" is no number from 0 to 1", threshold.s);
	return EXIT_OK;
}

static enum err
find_project(struct session *s, int64_t id)
{
	struct store_project_row *row;
	size_t n;
	enum err err = projects_list(s->store, s->arena, id, &row, &n, &s->e);

	if (err == ERR_OK && n == 0)
		err = error_set(&s->e, ERR_NOT_FOUND, "there is no project %" PRId64, id);
	return err;
}

static int
run_set(const struct arguments *a)
{
	struct store_settings settings = {.threshold = (double)NAN};
	struct session s;
	int64_t id;
	int status = read_settings(a, &settings);

	if (status != EXIT_OK)
		return status;
	if (!number_integer(str_of(a->option[OPTION_PROJECT]), &id) || id <= 0)
		return command_usage(
		    &set_command, "--project: \"%s\" is no id", a->option[OPTION_PROJECT]);
	status = session_begin(&s, &set_command);
	if (status != EXIT_OK)
		return status;
	if (find_project(&s, id) != ERR_OK ||
	    projects_settings(s.store, s.arena, id, &settings, &s.e) != ERR_OK)
		status = session_failed(&s);
	if (status == EXIT_OK)
		status = read_settings(a, &settings);
	if (status == EXIT_OK &&
	    projects_settings_put(s.store, id, &settings, &s.e) != ERR_OK)
		status = session_failed(&s);
	session_end(&s);
	return status;
}

static int
run_delete(const struct arguments *a)
{
	struct import_pruned gone = {0};
	struct session s;
	int64_t id;
	int status;

	if (!number_integer(str_of(a->option[OPTION_PROJECT]), &id) || id <= 0)
		return command_usage(&delete_command, "--project: \"%s\" is no id",
		    a->option[OPTION_PROJECT]);
	status = session_begin(&s, &delete_command);
	if (status != EXIT_OK)
		return status;
	if (projects_delete(s.store, id, &gone, &s.e) != ERR_OK)
		status = session_failed(&s);
	else
		printf("project %" PRId64 ": deleted, with %" PRIu64 " tasks, %" PRIu64
		       " annotations and %" PRIu64 " predictions\n",
		    id, gone.tasks, gone.annotations, gone.predictions);
	session_end(&s);
	return status == EXIT_OK ? command_printed(&delete_command) : status;
}

static const struct command list_command = {
    .name = "projects list",
    .options = list_options,
    .run = run_list,
    .doc = "list the projects, with what each has",
};

static const struct command set_command = {
    .name = "projects set",
    .options = set_options,
    .run = run_set,
    .doc = "set how the agreement of a project's tasks is counted",
};

static const struct command delete_command = {
    .name = "projects delete",
    .options = delete_options,
    .run = run_delete,
    .doc = "delete a project with its tasks, annotations, predictions and dimensions",
    .more = "Users and organizations stay. What was deleted comes back only from an "
	    "export.",
};

static const struct command *const actions[] = {
    &list_command, &set_command, &delete_command, NULL};

const struct command command_projects = {
    .name = "projects",
    .rest = "list|set|delete",
    .doc = "see the projects, say how their agreement is counted, and delete one",
    .actions = actions,
};
