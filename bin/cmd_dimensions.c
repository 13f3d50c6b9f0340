/*
 * dimensions: see and change what a project is compared by.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agreement/follow.h"
#include "agreement/render.h"
#include "base/number.h"
#include "change.h"
#include "command.h"
#include "json/out.h"
#include "session.h"
#include "table.h"

/* The project is the first option of all three. */
enum { OPTION_PROJECT, OPTION_FORMAT };

static const struct option_row list_options[] = {
    [OPTION_PROJECT] = {"project", "ID", "the project", true},
    [OPTION_FORMAT] = {"format", "table|json",
	"how to print: a table (default), or what the HTTP service answers", false},
    {0},
};

static const struct option_row sync_options[] = {
    [OPTION_PROJECT] = {"project", "ID", "the project", true},
    {0},
};

static const struct command list_command, set_command, sync_command;

struct job {
	struct session s;
	const struct arguments *a;
	int64_t project;
	struct store_dimension_list list;
};

static enum err
print_json(struct job *j)
{
	struct json_object *array = json_out_array();
	struct buf b = BUF_INIT;
	enum err err;

	for (size_t i = 0; i < j->list.n; i++)
		json_out_append(array, render_dimension(j->s.arena, &j->list.items[i]));
	err = json_out_write(&b, array, true);
	json_out_free(array);
	if (err == ERR_OK)
		puts(b.s);
	buf_free(&b);
	return err == ERR_OK ? ERR_OK : error_set(&j->s.e, err, "%s", err_text(err));
}

static const char *
state_of(const struct store_dimension *d)
{
	if (!d->is_present)
		return "no such control";
	return d->is_active ? "yes" : "no";
}

static enum err
print_table(struct job *j, const struct store_dimension *items, size_t n)
{
	static const char *const headings[] = {"id", "name", "control", "type", "metric",
	    "weight", "active", "parameters", NULL};
	struct table t;

	table_begin(&t, j->s.arena, headings);
	for (size_t i = 0; i < n; i++) {
		char weight[NUMBER_ROOM];

		number_write(weight, items[i].weight);
		table_cell(&t, "%" PRId64, items[i].id);
		table_text(&t, items[i].name);
		table_text(&t, items[i].control_tag);
		table_text(&t, items[i].control_type);
		table_text(&t, items[i].metric_type);
		table_text(&t, str_of(weight));
		table_text(&t, str_of(state_of(&items[i])));
		table_text(&t, items[i].metric_params);
	}
	return table_print(&t) == ERR_OK ? ERR_OK : error_memory(&j->s.e);
}

/* The project's dimensions as the service has them, following the configuration first. */
static enum err
load(struct job *j)
{
	struct store_project p;
	struct store_dimension_list now;
	enum err err = store_project(j->s.store, j->s.arena, j->project, &p, &j->s.e);

	if (err == ERR_OK)
		err = store_dimensions(j->s.store, j->s.arena, j->project, &now, &j->s.e);
	if (err != ERR_OK)
		return err;
	return follow_changes(j->s.store, j->s.arena, j->project, p.fingerprint, p.recorded,
	    &now, &j->list, &j->s.e);
}

static enum err
list(struct job *j)
{
	const char *format = j->a->option[OPTION_FORMAT];
	enum err err = load(j);

	if (err != ERR_OK)
		return err;
	if (format != NULL && strcmp(format, "json") == 0)
		return print_json(j);
	return print_table(j, j->list.items, j->list.n);
}

static enum err
sync(struct job *j)
{
	enum err err = follow_config(j->s.store, j->s.arena, j->project, &j->list, &j->s.e);

	return err == ERR_OK ? print_table(j, j->list.items, j->list.n) : err;
}

static bool
is_named(const struct store_dimension *d, struct str name)
{
	return str_eq(d->name, name) || str_eq(d->control_tag, name);
}

/* The dimension of that id, else the only one of that name or control. */
static enum err
find(struct job *j, struct str name, const struct store_dimension **r)
{
	const struct store_dimension *found = NULL;
	int64_t id;

	for (size_t i = 0; number_integer(name, &id) && i < j->list.n; i++)
		if (j->list.items[i].id == id) {
			*r = &j->list.items[i];
			return ERR_OK;
		}
	for (size_t i = 0; i < j->list.n; i++) {
		const struct store_dimension *d = &j->list.items[i];

		if (!is_named(d, name))
			continue;
		if (found != NULL)
			return error_set(&j->s.e, ERR_INPUT,
			    "--dimension: \"%.*s\" are both %" PRId64 " and %" PRId64
			    "; say which by its id",
			    STR_ARG(name), found->id, d->id);
		found = d;
	}
	if (found == NULL)
		return error_set(&j->s.e, ERR_NOT_FOUND,
		    "project %" PRId64 " has no dimension \"%.*s\"", j->project,
		    STR_ARG(name));
	*r = found;
	return ERR_OK;
}

static enum err
set(struct job *j)
{
	const struct store_dimension *old = NULL;
	struct store_dimension d;
	unsigned fields;
	enum err err = load(j);

	if (err == ERR_OK)
		err = find(j, str_of(j->a->option[CHANGE_DIMENSION]), &old);
	if (err != ERR_OK)
		return err;
	d = *old;
	err = change_read(&j->s, j->a, &d, &fields);
	if (err == ERR_OK)
		err = store_dimension_set(j->s.store, &d, fields, &j->s.e);
	return err == ERR_OK ? print_table(j, &d, 1) : err;
}

static int
with_project(
    const struct command *c, const struct arguments *a, enum err (*work)(struct job *j))
{
	struct job j = {.a = a};
	int status;

	if (!number_between(str_of(a->option[OPTION_PROJECT]), 1, INT32_MAX, &j.project))
		return command_usage(c, "--project: a positive number is required");
	status = session_begin(&j.s, c);
	if (status != EXIT_OK)
		return status;
	if (work(&j) != ERR_OK)
		status = session_failed(&j.s);
	session_end(&j.s);
	return status == EXIT_OK ? command_printed(c) : status;
}

static int
run_list(const struct arguments *a)
{
	const char *format = a->option[OPTION_FORMAT];

	if (format != NULL && strcmp(format, "json") != 0 && strcmp(format, "table") != 0)
		return command_usage(
		    &list_command, "--format: \"%s\" is not table or json", format);
	return with_project(&list_command, a, list);
}

static int
run_set(const struct arguments *a)
{
	for (int i = CHANGE_DIMENSION + 1; i < CHANGE__MAX; i++)
		if (a->option[i] != NULL)
			return with_project(&set_command, a, set);
	return command_usage(&set_command, "there is nothing to set");
}

static int
run_sync(const struct arguments *a)
{
	return with_project(&sync_command, a, sync);
}

static const struct command list_command = {
    .name = "dimensions list",
    .options = list_options,
    .run = run_list,
    .doc = "list the project's dimensions",
};

static const struct command set_command = {
    .name = "dimensions set",
    .options = change_options,
    .run = run_set,
    .doc = "change a dimension",
    .more = "What is set stays set when the labeling configuration changes. A metric must "
	    "fit the control, and its parameters are checked.",
};

static const struct command sync_command = {
    .name = "dimensions sync",
    .options = sync_options,
    .run = run_sync,
    .doc = "derive the dimensions from the project's labeling configuration again",
    .more = "The service and every import do so by themselves when the configuration has "
	    "changed.",
};

static const struct command *const actions[] = {
    &list_command, &set_command, &sync_command, NULL};

const struct command command_dimensions = {
    .name = "dimensions",
    .rest = "list|set|sync",
    .doc = "see and change what a project is compared by",
    .actions = actions,
};
