/*
 * projects: see which there are, and take one away.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/number.h"
#include "command.h"
#include "session.h"
#include "store/projects.h"
#include "table.h"

enum { OPTION_PROJECT };

static const struct option_row list_options[] = {{0}};

static const struct option_row delete_options[] = {
    [OPTION_PROJECT] = {"project", "ID", "the project", true},
    {0},
};

static const struct command list_command, delete_command;

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

static const struct command delete_command = {
    .name = "projects delete",
    .options = delete_options,
    .run = run_delete,
    .doc = "delete a project with its tasks, annotations, predictions and dimensions",
    .more = "Users and organizations stay. What was deleted comes back only from an "
	    "export.",
};

static const struct command *const actions[] = {&list_command, &delete_command, NULL};

const struct command command_projects = {
    .name = "projects",
    .rest = "list|delete",
    .doc = "see the projects, and delete one",
    .actions = actions,
};
